"""Random SELECTs of more than one level, and the choice among all shapes.

What a window function or a subquery with LIMIT picks is decided by the key of
its table, where SQLite, too, sees no two rows of one key; where there is no such
key, only what does not hang on the order of rows is asked for.
"""

import math

import beside
from catalog import SMALL, Field, family
from constants import chosen, constant
from queries import (NAMED, SHAPES, arm, choose_field, fields_of, having_kinds, limit_for,
                     order_for, plain_outputs, single)
from query import Compound, Order, Output, Select, Source, Sql, Term, listed, sql
from terms import (comparison, condition, inner_table, neighbours, partner, row_constants,
                   shown_as, term)

FRAMES = ["", " ROWS UNBOUNDED PRECEDING", " ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING",
          " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING", " GROUPS 1 PRECEDING",
          " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW"]


def key_order(rng, keys):
    """All columns of a key, each in a direction."""
    return listed(sql("{}{}", key.piece, rng.choice(["", "", " DESC"])) for key in keys)


def windowed(rng, fields):
    """A function over a window whose order is decided, before its OVER."""
    field = choose_field(rng, fields)
    sums = [f for f in fields if f.attribute.summable]
    number = rng.choice(sums).piece if sums else Sql("1")
    return chosen(rng, [
        (3, Sql("row_number()")), (4, sql("sum({})", number)), (2, sql("count({})", field.piece)),
        (1, sql("lag({}, {})", field.piece, rng.randint(1, 3))), (1, sql("lead({})", field.piece)),
        (1, sql("first_value({})", field.piece)), (1, sql("last_value({})", field.piece)),
        (1, sql("nth_value({}, 2)", field.piece)), (1, sql("ntile({})", rng.randint(1, 4))),
        (1, sql("min({})", field.piece)), (1, Sql("percent_rank()"))])


def numbered(rng, relations):
    """Window functions over the order of a key."""
    relation, source, fields = single(rng, relations)
    keys = [Field("t0", attribute) for attribute in relation.unique()]
    if not keys:
        return aggregated(rng, relations)
    over = choose_field(rng, fields)
    part = sql("PARTITION BY {} ", over.piece) if rng.random() < 0.6 else Sql("")
    first = sql("{}, ", choose_field(rng, fields).piece) if rng.random() < 0.4 else Sql("")
    # GROUPS needs an order, which there always is.
    piece = sql("{} OVER ({}ORDER BY {}{}{})", windowed(rng, fields), part, first,
                key_order(rng, keys), Sql(rng.choice(FRAMES)))
    outputs = tuple(Output(key.piece, key) for key in keys) + (Output(piece),)
    where = condition(rng, fields, relations, 1, relation.size <= SMALL)
    return Select(outputs, (source,), where if rng.random() < 0.7 else None, False, (), None,
                  order_for(rng, outputs, 0.4, False), *limit_for(rng, 0.3))


def inner_value(rng, field, relations):
    """A correlated subquery that gives one value."""
    table, alias, inner = inner_table(rng, relations)
    shown, meets = partner(rng, field, inner), partner(rng, field, inner)
    word = chosen(rng, [(8, "="), (1, "<"), (1, ">="), (1, "IS")])
    where = sql("{} {} {}", meets.piece, word, field.piece)
    if rng.random() < 0.3:
        where = sql("{} AND {}", where, comparison(rng, inner, relations))
    keys = [Field(alias, attribute) for attribute in table.unique()]
    # A column that equals a value needs no order, thinks SQLite, though the texts '10'
    # and '1e1' both equal a number.
    mixed = word in ("=", "IS") and family(meets.kind) != family(field.kind)
    if keys and rng.random() < 0.5 and not mixed:
        return sql("SELECT {} FROM {} {} WHERE {} ORDER BY {} LIMIT 1{}", shown.piece, table.name,
                   alias, where, key_order(rng, keys), rng.choice(["", "", " OFFSET 1"]))
    name = rng.choice(["min", "max", "count"])
    return sql("SELECT {}({}) FROM {} {} WHERE {}", name, shown.piece, table.name, alias, where)


def inner_test(rng, field, relations):
    """EXISTS, NOT EXISTS, IN and NOT IN of a correlated subquery."""
    table, alias, inner = inner_table(rng, relations)
    meets = sql("{} = {}", partner(rng, field, inner).piece, field.piece)
    more = sql(" AND {}", comparison(rng, inner, relations)) if rng.random() < 0.4 else Sql("")
    negated = Sql(rng.choice(["", "", "NOT "]))
    if rng.random() < 0.5:
        return sql("{}EXISTS (SELECT 1 FROM {} {} WHERE {}{})", negated, table.name, alias, meets,
                   more)
    return sql("{} {}IN (SELECT {} FROM {} {} WHERE {}{})", field.piece, negated,
               partner(rng, field, inner).piece, table.name, alias, meets, more)


def correlated(rng, relations):
    """Correlated subqueries as outputs and as conditions."""
    relation = relations[rng.choice(relations.small)]
    fields = fields_of(rng, relation, "t0")
    field = choose_field(rng, fields)
    piece = inner_value(rng, field, relations) if rng.random() < 0.6 else \
        inner_test(rng, field, relations)
    outputs = plain_outputs(rng, fields, 3) + (Output(sql("({})", piece)),)
    where = Term(inner_test(rng, choose_field(rng, fields), relations)) if rng.random() < 0.4 else \
        condition(rng, fields, relations, 1)
    return Select(outputs, (Source(Sql(f"{relation.name} t0")),),
                  where if rng.random() < 0.8 else None, rng.random() < 0.1, (), None,
                  order_for(rng, outputs, 0.5, False), *limit_for(rng, 0.3))


def is_number(value):
    """Whether a text is one to a column of numbers."""
    try:
        return isinstance(value, str) and math.isfinite(float(value))
    except ValueError:
        return False


def numerals(rng, relations):
    """A part of a row value that is a text, against a column of numbers."""
    texts = [(relation, attribute) for relation in relations.values()
             for attribute in relation.attributes
             if attribute.kind == "text" and any(map(is_number, attribute.samples))]
    if not texts:
        return correlated(rng, relations)
    relation, attribute = rng.choice(texts)
    field, table, alias = Field("t0", attribute), relations[rng.choice(relations.small)], "i0"
    numbers = [Field(alias, a) for a in table.attributes if family(a.kind) == "number"]
    fields = fields_of(rng, relation, "t0")
    other = choose_field(rng, fields)
    left, right = rng.choice([(other.piece, other.piece), (Sql("1"), Sql("1"))])
    shown = rng.choice(numbers).piece if numbers else Sql("5")
    pairs = rng.choice([(field.piece, left, shown, right), (left, field.piece, right, shown)])
    where = sql("({}, {}) IN (SELECT {}, {} FROM {} {})", *pairs, table.name, alias)
    outputs = (Output(field.piece, field),) + plain_outputs(rng, fields, 2)
    return Select(outputs, (Source(Sql(f"{relation.name} t0")),), Term(where), False, (), None,
                  order_for(rng, outputs, 0.4), *limit_for(rng, 0.2))


def row_subquery(rng, relations):
    """(a, b) IN (SELECT …), and = one row."""
    relation, source, fields = single(rng, relations)
    pair = neighbours(rng, fields, relations)[:2]
    table, alias, inner = inner_table(rng, relations)
    if len(pair) < 2 or len(inner) < 2:
        return correlated(rng, relations)
    left = sql("({}, {})", pair[0].piece, pair[1].piece)
    if rng.random() < 0.4:
        shown = listed(row_constants(rng, pair, relations) for _ in range(3))
        where = sql("{} {} (VALUES {})", left, rng.choice(["IN", "NOT IN"]), shown)
    else:
        shown = [shown_as(rng, partner(rng, field, inner).piece, 0.15) for field in pair]
        more = sql(" WHERE {}", comparison(rng, inner, relations)) if rng.random() < 0.4 else ""
        where = sql("{} {} (SELECT {}, {} FROM {} {}{})", left, rng.choice(["IN", "IN", "NOT IN"]),
                    *shown, table.name, alias, more)
    outputs = tuple(Output(field.piece, field) for field in pair) + plain_outputs(rng, fields, 2)
    return Select(outputs, (source,), Term(where), False, (), None, order_for(rng, outputs, 0.4),
                  *limit_for(rng, 0.3))


def case(rng, fields, relations):
    """CASE with tests, or of one field with values."""
    field = choose_field(rng, fields)
    if rng.random() < 0.5:
        return sql("CASE {} WHEN {} THEN 'first' WHEN {} THEN 2 ELSE {} END", field.piece,
                   constant(rng, field), constant(rng, field), Sql(rng.choice(["NULL", "'rest'"])))
    return sql("CASE WHEN {} THEN 1 WHEN {} THEN 2 ELSE 3 END", comparison(rng, fields, relations),
               comparison(rng, fields, relations))


def aggregated(rng, relations):
    """GROUP BY an expression, HAVING and DISTINCT of what is grouped."""
    _, source, fields = single(rng, relations)
    group = case(rng, fields, relations)
    counted = choose_field(rng, fields)
    totals = sql("sum(CASE WHEN {} THEN 1 ELSE 0 END)", comparison(rng, fields, relations))
    outputs = (Output(group), Output(sql("count(DISTINCT {})", counted.piece)), Output(totals))
    # An expression is grouped by its number: bound values would make it another one.
    having = Term(sql("count({}) >= {}", counted.piece, rng.randint(0, 4)))
    where = term(rng, fields, relations, False) if rng.random() < 0.5 else None
    order = (Order(0, Sql("1")),) if rng.random() < 0.4 else ()
    return Select(outputs, (source,), where, rng.random() < 0.2, (Sql("1"),),
                  having if rng.random() < 0.5 else None, order, *limit_for(rng, 0.2))


def chain(rng, relations):
    """Three or four small tables, each met by an equality, most of them LEFT."""
    first = rng.choice(relations.small)
    fields, sources = fields_of(rng, relations[first], "t0"), [Source(Sql(f"{first} t0"))]
    for at in range(1, rng.choice([3, 3, 4])):
        table = relations[rng.choice(relations.small)]
        own = fields_of(rng, table, f"t{at}")
        field = choose_field(rng, own)
        keyed = [f for f in own if f.attribute.name in table.key[:1]]
        field = keyed[0] if keyed and rng.random() < 0.5 else field
        on = sql("{} = {}", field.piece, partner(rng, field, fields).piece)
        if rng.random() < 0.3:
            on = sql("{} AND {}", on, comparison(rng, fields + own, relations))
        word = rng.choice([" LEFT JOIN ", " LEFT JOIN ", " JOIN "])
        sources.append(Source(Sql(f"{table.name} t{at}"), word, Term(on)))
        fields = fields + own
    outputs = plain_outputs(rng, fields)
    where = condition(rng, fields, relations, 1, False) if rng.random() < 0.7 else None
    return Select(outputs, tuple(sources), where, rng.random() < 0.15, (), None,
                  order_for(rng, outputs, 0.4), *limit_for(rng, 0.35))


def layered(rng, relations):
    """A compound of DISTINCT arms and joins, in the order of all its columns."""
    kinds = [rng.choice(["integer", "text"]), "integer"]
    if not having_kinds(relations, kinds):
        return chain(rng, relations)
    arms = [arm(rng, relations, kinds) for _ in range(rng.choice([2, 3]))]
    arms = [Select(a.outputs, a.sources, a.where, rng.random() < 0.5) for a in arms]
    words = [rng.choice(["UNION ALL", "UNION", "EXCEPT", "INTERSECT"]) for _ in arms[1:]]
    order = tuple(Order(at, Sql(str(at + 1)), "", rng.choice(["", " DESC"])) for at in (0, 1))
    return Compound(tuple(arms), tuple(words), order, *limit_for(rng, 0.8))


MORE = [(6, numbered), (7, correlated), (4, row_subquery), (2, numerals),
        (5, aggregated), (6, chain), (3, layered), (4, beside.met)]


def make(rng, relations):
    """One query of a shape that the tables allow."""
    shapes = [(weight, shape) for weight, shape in SHAPES + MORE
              if relations.fixed or shape not in NAMED]
    return chosen(rng, shapes)(rng, relations)
