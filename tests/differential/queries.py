"""Random SELECTs over the judge's tables.

Every query has one answer up to what SQL leaves open (compare.py says what):
nothing sums floats, picks a row of a group, or limits a subquery without an
order that decides.  Sizes are bounded by the tables a shape takes.
"""

from catalog import SMALL, Attribute, Field, Relation
from constants import chosen, constant, held, spelled
from query import Compound, Order, Output, Select, Source, Sql, Term, Tree, With, listed, sql
from terms import (COMPARISONS, choose_field, comparison, condition, partner, row_constants,
                   term)

def fields_of(rng, relation, alias):
    """The fields of a relation under an alias, rowid among them where it has one."""
    fields = [Field(alias, attribute) for attribute in relation.attributes]
    if relation.rowid and rng.random() < 0.3:
        key = next(f for f in fields if f.attribute.name in relation.key)
        fields.append(key._replace(spelled=rng.choice(["rowid", "_rowid_", "oid"])))
    return fields


def single(rng, relations):
    """One table, its FROM and its fields."""
    relation = relations[chosen(rng, relations.single)]
    return relation, Source(Sql(f"{relation.name} t0")), fields_of(rng, relation, "t0")


def plain_outputs(rng, fields, most=4):
    """Some of the fields as they are; rarely all."""
    if rng.random() < 0.15:
        return tuple(Output(f.piece, f) for f in fields)
    count = min(len(fields), rng.randint(1, most))
    return tuple(Output(f.piece, f) for f in rng.sample(fields, count))


def computed(rng, fields, relations):
    """An output that is not a plain column."""
    a, b = choose_field(rng, fields), rng.choice(fields)
    tests = comparison(rng, fields, relations)
    piece = chosen(rng, [
        (2, sql("{} + {}", a.piece, b.piece)), (1, sql("length({})", a.piece)),
        (1, sql("hex({})", a.piece)), (1, sql("typeof({})", a.piece)),
        (1, sql("coalesce({}, {})", a.piece, b.piece)), (1, sql("{} || '|'", a.piece)),
        (2, tests), (1, sql("CASE WHEN {} THEN {} ELSE {} END", tests, a.piece, b.piece)),
        (1, sql("{} IS NULL", a.piece)), (1, sql("CAST({} AS INTEGER)", a.piece)),
        (1, sql("-{}", a.piece))])
    return Output(sql("({})", piece))


def order_for(rng, outputs, share=0.5, collations=True):
    """ORDER BY some of the outputs: by expression, or by number."""
    if rng.random() >= share:
        return ()
    count = chosen(rng, [(5, 1), (4, 2), (2, 3), (1, len(outputs))])
    orders = []
    for at in rng.sample(range(len(outputs)), min(count, len(outputs))):
        plain = outputs[at].field
        number = rng.random() < 0.15 or not plain
        piece = Sql(str(at + 1)) if number else outputs[at].piece
        collate = rng.choice(["NOCASE", "RTRIM"]) if collations and rng.random() < 0.06 else ""
        tail = chosen(rng, [(10, ""), (7, " DESC"), (2, " ASC"), (1, " NULLS LAST"),
                            (1, " DESC NULLS FIRST"), (1, " NULLS FIRST")])
        orders.append(Order(at, piece, collate, tail))
    return tuple(orders)


def decided(rng, shown):
    """ORDER BY every field that is shown, so that a LIMIT has one answer."""
    order = [Order(at, field.piece, "", rng.choice(["", " DESC"]))
             for at, field in enumerate(shown)]
    rng.shuffle(order)
    return tuple(order)


def number_piece(rng, number):
    """A LIMIT or OFFSET: literal, bound or an expression."""
    return chosen(rng, [(5, Sql(str(number))), (4, Sql("?", (number,))),
                        (1, sql("{} + 1", number - 1)), (1, Sql(f"(SELECT {number})"))])


def limit_for(rng, share):
    """LIMIT and OFFSET, or neither."""
    if rng.random() >= share:
        return None, None
    limit = chosen(rng, [(12, rng.randint(1, 12)), (2, 0), (2, -1), (3, 100), (1, 2**40)])
    offset = chosen(rng, [(6, rng.randint(1, 8)), (1, 0), (1, -3), (2, 60), (1, 10**6)])
    with_offset = rng.random() < 0.4
    return number_piece(rng, limit), number_piece(rng, offset) if with_offset else None


def plain(rng, relations):
    """One table: conditions, an order, a limit."""
    relation, source, fields = single(rng, relations)
    outputs = plain_outputs(rng, fields)
    distinct = rng.random() < 0.12
    if not distinct and rng.random() < 0.2:
        outputs += (computed(rng, fields, relations),)
    where = condition(rng, fields, relations, 2, relation.size <= SMALL)
    return Select(outputs, (source,), where if rng.random() < 0.93 else None, distinct,
                  (), None, order_for(rng, outputs), *limit_for(rng, 0.35))


def limited(rng, relations):
    """Few simple terms, an order by indexed columns and a LIMIT: all may be handed over."""
    relation, source, fields = single(rng, relations)
    own = rng.sample(fields, min(2, len(fields))) + [choose_field(rng, fields)]
    outputs = tuple(Output(field.piece, field) for field in own)
    where = term(rng, fields, relations, False) if rng.random() < 0.7 else None
    return Select(outputs, (source,), where, False, (), None, order_for(rng, outputs, 0.7),
                  *limit_for(rng, 1))


def hidden_term(rng, relations):
    """A column against a column and a LIMIT: the term is hidden from the module."""
    if not relations.hiding:
        return limited(rng, relations)
    relation = relations[chosen(rng, relations.hiding)]
    fields = fields_of(rng, relation, "t0")
    numbers = [field for field in fields if field.kind == "integer"]
    pair = rng.sample(numbers, 2)
    where = Term(sql("{} {} {}", pair[0].piece, rng.choice(["=", "=", "=", ">", "<"]),
                     pair[1].piece))
    if rng.random() < 0.3:
        where = Tree("AND", (where, Term(comparison(rng, fields, relations))))
    outputs = tuple(Output(field.piece, field) for field in pair)
    return Select(outputs, (Source(Sql(f"{relation.name} t0")),), where, False, (), None,
                  order_for(rng, outputs, 0.3), *limit_for(rng, 1))


def keyset(rng, relations):
    """The next page after a key: (a, b) > (x, y) ORDER BY a, b LIMIT n."""
    names = relations.keysets
    relation = relations[rng.choice(sorted(names))]
    by_name = {field.attribute.name: field for field in fields_of(rng, relation, "t0")
               if not field.spelled}
    pair = [by_name[name] for name in names[relation.name]]
    where = Term(sql("({}, {}) {} {}", pair[0].piece, pair[1].piece,
                     rng.choice([">", ">", ">=", "<", "<="]), row_constants(rng, pair, relations)))
    outputs = tuple(Output(field.piece, field) for field in pair)
    tail = rng.choice(["", "", " DESC"])
    order = tuple(Order(at, field.piece, "", tail) for at, field in enumerate(pair))
    return Select(outputs, (Source(Sql(f"{relation.name} t0")),), where, False, (), None,
                  order if rng.random() < 0.8 else (), *limit_for(rng, 0.85))


def either(rng, relations):
    """OR over indexed columns, with values of one row: rows that both arms find."""
    relation, source, fields = single(rng, relations)
    indexed = [field for field in fields if field.attribute.index] or fields
    row = rng.choice(relation.rows)
    arms = []
    for field in rng.sample(indexed, min(len(indexed), rng.choice([2, 2, 3]))):
        value = row[relation.attributes.index(field.attribute)]
        word = chosen(rng, [(6, "="), (2, ">="), (2, "<"), (1, "IS")])
        value = value if rng.random() < 0.7 else held(rng, field)
        arms.append(Term(sql("{} {} {}", field.piece, word, spelled(rng, value))))
    where = Tree("OR", tuple(arms))
    if rng.random() < 0.3:
        where = Tree("AND", (where, Term(comparison(rng, fields, relations))))
    outputs = plain_outputs(rng, fields)
    return Select(outputs, (source,), where, False, (), None, order_for(rng, outputs, 0.3),
                  *limit_for(rng, 0.2))


def ordered(rng, relations):
    """ORDER BY columns that have NULLs and an index, from either end."""
    relation, source, fields = single(rng, relations)
    holed = [f for f in fields if None in f.attribute.samples] or fields
    first = choose_field(rng, holed)
    outputs = (Output(first.piece, first),) + plain_outputs(rng, fields, 2)
    tail = chosen(rng, [(5, ""), (5, " DESC"), (1, " NULLS LAST"), (1, " DESC NULLS FIRST")])
    order = (Order(0, first.piece, "", tail),)
    where = term(rng, fields, relations, False) if rng.random() < 0.4 else None
    return Select(outputs, (source,), where, False, (), None, order, *limit_for(rng, 0.5))


def meeting(rng, field, fields, relations):
    """The ON of a join: fields of one family, at times of any, at times more terms."""
    others = [f for f in fields if f.alias != field.alias] or fields
    other = partner(rng, field, others)
    word = chosen(rng, [(10, "="), (1, "IS"), (1, "<"), (1, ">=")])
    on = Term(sql("{} {} {}", field.piece, word, other.piece))
    extra = rng.random()
    if extra < 0.2:
        on = Tree("AND", (on, Term(comparison(rng, fields, relations))))
    elif extra < 0.25:
        on = Tree("OR", (on, Term(comparison(rng, fields, relations))))
    return on


def joined(rng, relation, alias, fields, relations):
    """One more table of a join, with its condition, and all fields then."""
    own = fields_of(rng, relation, alias)
    piece = Sql(f"{relation.name} {alias}")
    word = chosen(rng, [(10, " JOIN "), (6, " LEFT JOIN "), (2, " CROSS JOIN "),
                        (1, " RIGHT JOIN "), (1, " FULL JOIN ")])
    shared = {f.attribute.name for f in fields} & {f.attribute.name for f in own}
    if shared and len({f.alias for f in fields}) == 1 and rng.random() < 0.12:
        return Source(piece, word, None, rng.choice(sorted(shared))), fields + own
    on = meeting(rng, choose_field(rng, own), fields + own, relations)
    return Source(piece, word, on), fields + own


def join(rng, relations):
    """Two or three tables, the outer ones small."""
    names = [rng.choice(relations.small)]
    names.append(rng.choice(relations.inner) if rng.random() < 0.6 else rng.choice(relations.small))
    if rng.random() < 0.25:
        names = [rng.choice(relations.small) for _ in range(3)]
    fields = fields_of(rng, relations[names[0]], "t0")
    sources = [Source(Sql(f"{names[0]} t0"))]
    for at, name in enumerate(names[1:], 1):
        source, fields = joined(rng, relations[name], f"t{at}", fields, relations)
        sources.append(source)
    outputs = plain_outputs(rng, fields)
    where = condition(rng, fields, relations, 1, False) if rng.random() < 0.6 else None
    return Select(outputs, tuple(sources), where, rng.random() < 0.1, (), None,
                  order_for(rng, outputs, 0.4), *limit_for(rng, 0.25))


def reference(rng, relations):
    """A reference followed, inwards and outwards, as users write it."""
    fields = [Field("p", a) for a in relations["person"].attributes]
    houses = [Field("h", a) for a in relations["house"].attributes]
    on = Term(Sql("h.id = p.house_id"))
    first, second = Source(Sql("person p")), Source(Sql("house h"), " JOIN ", on)
    if rng.random() < 0.5:
        first, second = Source(Sql("house h")), Source(Sql("person p"), " LEFT JOIN ", on)
    fields += houses
    outputs = plain_outputs(rng, fields)
    return Select(outputs, (first, second), condition(rng, fields, relations, 1), False, (), None,
                  order_for(rng, outputs), *limit_for(rng, 0.3))


def aggregate_output(rng, fields, relations):
    """One aggregate whose value no order of rows can change."""
    field = choose_field(rng, fields)
    sums = [f for f in fields if f.attribute.summable]
    name = chosen(rng, [(4, "count"), (3, "min"), (3, "max"), (3, "sum"), (1, "avg"), (1, "*")])
    if name == "*" or (name in ("sum", "avg") and not sums):
        return Output(Sql("count(*)"))
    if name in ("sum", "avg"):
        field = rng.choice(sums)
    inner = sql("DISTINCT {}", field.piece) if rng.random() < 0.15 else field.piece
    piece = sql("{}({})", name, inner)
    if rng.random() < 0.12:
        piece = sql("{} FILTER (WHERE {})", piece, comparison(rng, fields, relations))
    return Output(piece)


def aggregate(rng, relations):
    """Aggregates, grouped or not, with HAVING, orders and limits."""
    relation, source, fields = single(rng, relations)
    count = chosen(rng, [(5, 0), (5, 1), (3, 2)])
    groups = rng.sample(fields, min(count, len(fields)))
    outputs = tuple(Output(field.piece, field) for field in groups)
    outputs += tuple(aggregate_output(rng, fields, relations) for _ in range(rng.randint(1, 3)))
    where = condition(rng, fields, relations, 1, relation.size <= SMALL)
    having = None
    if groups and rng.random() < 0.35:
        having = Term(sql("count(*) > {}", rng.randint(0, 3)) if rng.random() < 0.6 else
                      comparison(rng, groups, relations))
    return Select(outputs, (source,), where if rng.random() < 0.6 else None, False,
                  tuple(field.piece for field in groups), having,
                  order_for(rng, outputs, 0.5, False), *limit_for(rng, 0.3 if groups else 0.1))


def extreme(rng, relations):
    """min or max alone, which SQLite reads from one end of an order."""
    _, source, fields = single(rng, relations)
    field = choose_field(rng, fields)
    output = Output(sql("{}({})", rng.choice(["min", "max"]), field.piece))
    where = term(rng, fields, relations, False) if rng.random() < 0.5 else None
    return Select((output,), (source,), where)


def having_kinds(relations, kinds):
    """The tables that have columns of these kinds; an integer is always to be had."""
    return [found for found in relations.values() if all(map(found.count, kinds))]


def arm(rng, relations, kinds):
    """One arm of a compound: a table that has columns of these kinds."""
    relation = rng.choice(having_kinds(relations, kinds))
    fields = [Field("t0", attribute) for attribute in relation.attributes]
    shown = [choose_field(rng, fields, {kind}) for kind in kinds]
    outputs = tuple(Output(field.piece, field) for field in shown)
    where = term(rng, fields, relations, relation.size <= SMALL) if rng.random() < 0.65 else None
    return Select(outputs, (Source(Sql(f"{relation.name} t0")),), where)


def compound(rng, relations):
    """UNION, UNION ALL, INTERSECT, EXCEPT over columns of the same kinds."""
    first = rng.choice(["integer", "integer", "text", "moment", "decimal", "blob", "real"])
    kinds = [first] + (["integer"] if rng.random() < 0.4 else [])
    if not having_kinds(relations, kinds):
        return pages(rng, relations)
    arms = tuple(arm(rng, relations, kinds) for _ in range(chosen(rng, [(6, 2), (2, 3)])))
    words = tuple(chosen(rng, [(8, "UNION ALL"), (3, "UNION"), (2, "INTERSECT"), (2, "EXCEPT")])
                  for _ in arms[1:])
    order = ()
    if rng.random() < 0.45:
        ats = rng.sample(range(len(kinds)), rng.randint(1, len(kinds)))
        order = tuple(Order(at, Sql(str(at + 1)), "", rng.choice(["", " DESC", " NULLS LAST"]))
                      for at in ats)
    return Compound(arms, words, order, *limit_for(rng, 0.65))


def pages(rng, relations):
    """UNION ALL of simple arms with LIMIT and OFFSET."""
    arms = tuple(arm(rng, relations, ["integer"]) for _ in range(2))
    if rng.random() < 0.6:
        plain_arms = [Select(a.outputs, a.sources) for a in arms]
        arms = tuple(plain_arms)
    order = (Order(0, Sql("1"), "", rng.choice(["", " DESC"])),) if rng.random() < 0.3 else ()
    return Compound(arms, ("UNION ALL",), order, number_piece(rng, rng.randint(1, 400)),
                    number_piece(rng, rng.randint(1, 60)))


def inner_select(rng, relations):
    """A subquery for FROM or WITH, what it looks like from outside, and whether it stands
    there alone."""
    relation, source, fields = single(rng, relations)
    shown = rng.sample(fields, min(len(fields), rng.randint(2, 4)))
    outputs = tuple(Output(sql("{} AS c{}", field.piece, at), field)
                    for at, field in enumerate(shown))
    small = relation.size <= SMALL or rng.random() < 0.3
    order, limit = () if small else decided(rng, shown), rng.choice([5, 20, 40])
    where = condition(rng, fields, relations, 1, False)
    body = Select(outputs, (source,), where if rng.random() < 0.7 else None, order=order,
                  limit=None if small else Sql(str(limit)))
    attributes = tuple(Attribute(f"c{at}", field.kind, field.attribute.samples)
                       for at, field in enumerate(shown))
    # What holds an OR of several collations is not joined (terms.arms()).
    apart = "COLLATE" in body.written().text or relation.name.startswith("view_")
    return body.written(), Relation("", attributes), apart or (small and relation.size > SMALL)


def derived(rng, relations):
    """A subquery in FROM, alone or joined."""
    piece, relation, alone = inner_select(rng, relations)
    fields = [Field("s0", attribute) for attribute in relation.attributes]
    sources = [Source(sql("({}) s0", piece))]
    if not alone and rng.random() < 0.5:
        other = relations[rng.choice(relations.small)]
        source, fields = joined(rng, other, "t1", fields, relations)
        sources.append(source)
    outputs = plain_outputs(rng, fields)
    where = condition(rng, fields, relations, 1, False) if rng.random() < 0.7 else None
    return Select(outputs, tuple(sources), where, rng.random() < 0.15, (), None,
                  order_for(rng, outputs, 0.4), *limit_for(rng, 0.3))


def common(rng, relations):
    """A common table expression, read once or twice."""
    piece, relation, alone = inner_select(rng, relations)
    how = rng.choice(["", "MATERIALIZED ", "NOT MATERIALIZED "])
    fields = [Field("a", attribute) for attribute in relation.attributes]
    sources = [Source(Sql("x a"))]
    if not alone and rng.random() < 0.4:
        own = [Field("b", attribute) for attribute in relation.attributes]
        sources.append(Source(Sql("x b"), " JOIN ",
                              meeting(rng, rng.choice(own), fields + own, relations)))
        fields = fields + own
    outputs = plain_outputs(rng, fields)
    where = condition(rng, fields, relations, 1, False) if rng.random() < 0.6 else None
    body = Select(outputs, tuple(sources), where, False, (), None, order_for(rng, outputs, 0.3),
                  *limit_for(rng, 0.25))
    return With(sql("x AS {}({})", how, piece), body)


def recursive(rng, relations):
    """A recursive walk along a reference of a table to itself."""
    person = relations["person"]
    start = comparison(rng, [Field("p", person.attributes[0])], relations)
    word = rng.choice(["p.boss_id = r.id", "p.id = r.boss_id"])
    walk = sql("r(id, boss_id, depth) AS (SELECT p.id, p.boss_id, 0 FROM person p WHERE {} UNION "
               "SELECT p.id, p.boss_id, r.depth + 1 FROM r JOIN person p ON {} WHERE r.depth < {})",
               start, word, rng.randint(1, 5))
    outputs = (Output(Sql("r.id")), Output(Sql("r.depth")))
    sources = [Source(Sql("r"))]
    if rng.random() < 0.4:
        sources.append(Source(Sql("house h"), " LEFT JOIN ", Term(Sql("h.id = r.boss_id"))))
        outputs += (Output(Sql("h.street")),)
    order = (Order(1, Sql("2")), Order(0, Sql("1"))) if rng.random() < 0.5 else ()
    body = Select(outputs, tuple(sources), None, False, (), None, order, *limit_for(rng, 0.3))
    return With(sql("RECURSIVE {}", walk), body)


def window(rng, relations):
    """Window functions that give equal rows equal values."""
    relation, source, fields = single(rng, relations)
    by, over = choose_field(rng, fields), choose_field(rng, fields)
    sums = [f for f in fields if f.attribute.summable] or None
    counted = sql("sum({})", rng.choice(sums).piece) if sums else Sql("count(*)")
    name = chosen(rng, [(2, Sql("rank()")), (2, Sql("dense_rank()")), (2, Sql("count(*)")),
                        (2, counted), (1, sql("max({})", by.piece))])
    part = sql("PARTITION BY {} ", over.piece) if rng.random() < 0.5 else Sql("")
    piece = sql("{} OVER ({}ORDER BY {}{})", name, part, by.piece, rng.choice(["", " DESC"]))
    outputs = (Output(by.piece, by), Output(over.piece, over), Output(piece))
    where = term(rng, fields, relations, False)
    return Select(outputs, (source,), where if rng.random() < 0.8 else None, False, (), None,
                  order_for(rng, outputs[:2], 0.4, False), *limit_for(rng, 0.2))


def count(rng, relations):
    """count(*), EXISTS and rowid alone ask for no column."""
    relation, source, fields = single(rng, relations)
    where = term(rng, fields, relations, False) if rng.random() < 0.7 else None
    outputs = (Output(Sql("count(*)")),)
    if rng.random() < 0.3:
        inner = Select((Output(Sql("1")),), (source,), where)
        outputs = (Output(sql("EXISTS ({})", inner.written())),)
        return Select(outputs, (Source(Sql("(SELECT 1)")),))
    if relation.rowid and rng.random() < 0.3:
        outputs = (Output(Sql("t0.rowid")),)
    return Select(outputs, (source,), where)


def paired(rng, relations):
    """A comma join, with its condition in WHERE."""
    names = [rng.choice(relations.small), rng.choice(relations.small)]
    fields = fields_of(rng, relations[names[0]], "t0")
    own = fields_of(rng, relations[names[1]], "t1")
    where = meeting(rng, choose_field(rng, own), fields + own, relations)
    field = choose_field(rng, fields)
    more = Term(sql("{} {} {}", field.piece, chosen(rng, COMPARISONS), constant(rng, field)))
    outputs = plain_outputs(rng, fields + own)
    sources = (Source(Sql(f"{names[0]} t0")), Source(Sql(f"{names[1]} t1"), ", "))
    return Select(outputs, sources, Tree("AND", (where, more)), False, (), None,
                  order_for(rng, outputs, 0.4), *limit_for(rng, 0.3))


SHAPES = [(34, plain), (10, limited), (5, hidden_term), (6, keyset), (7, either), (6, ordered),
          (9, join), (3, reference), (2, paired), (8, aggregate), (3, extreme), (8, compound),
          (4, pages), (4, derived), (3, common), (1, recursive), (3, window), (3, count)]
NAMED = (reference, recursive)  # they name tables of schema.py
