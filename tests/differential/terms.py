"""Random conditions over the fields of a query."""

from catalog import Field, family
from constants import chosen, constant, held, near, spelled
from query import Sql, Term, Tree, listed, sql

COMPARISONS = [(42, "="), (4, "<>"), (3, "!="), (9, "<"), (9, "<="), (11, ">"), (10, ">="),
               (6, "IS"), (4, "IS NOT"), (2, "==")]


def choose_field(rng, fields, kinds=None):
    """A field of the wanted kinds if there is one; indexed ones more often."""
    wanted = [field for field in fields if not kinds or field.kind in kinds] or fields
    indexed = [field for field in wanted if field.attribute.index]
    return rng.choice(indexed if indexed and rng.random() < 0.6 else wanted)


def comparison(rng, fields, _relations):
    """field op constant, at times the other way round."""
    field = choose_field(rng, fields)
    word = chosen(rng, COMPARISONS)
    if rng.random() < 0.12:
        return sql("{} {} {}", constant(rng, field), word, field.piece)
    return sql("{} {} {}", field.piece, word, constant(rng, field))


def equal_half(rng, fields, _relations):
    """An integer column against a number between two integers."""
    field = choose_field(rng, fields, {"integer"})
    value = held(rng, field)
    half = value + rng.choice([0.5, -0.5, 0.25]) if isinstance(value, int) else 2.5
    return sql("{} = {}", field.piece, spelled(rng, half))


def in_list(rng, fields, _relations):
    """IN and NOT IN a list: empty, with NULL, with repeats, of mixed types."""
    field = choose_field(rng, fields)
    size = chosen(rng, [(1, 0), (3, 1), (6, 2), (6, 3), (3, 7), (1, 40)])
    items = [constant(rng, field) for _ in range(size)]
    if items and rng.random() < 0.2:
        items.append(rng.choice([Sql("NULL"), items[0]]))
    word = "NOT IN" if rng.random() < 0.2 else "IN"
    return sql("{} {} ({})", field.piece, word, listed(items))


def inner_table(rng, relations):
    """A small table for a subquery, its alias and its fields."""
    chosen_one = relations[rng.choice(relations.within)]
    alias = "i" + str(rng.randrange(1000))
    return chosen_one, alias, [Field(alias, a) for a in chosen_one.attributes]


def partner(rng, field, fields):
    """A field worth comparing with another one, mostly of its family."""
    same = [f for f in fields if family(f.kind) == family(field.kind)]
    return rng.choice(same if same and rng.random() < 0.7 else fields)


def in_subquery(rng, fields, relations):
    """IN and NOT IN a subquery, which may be filtered, limited or correlated."""
    field = choose_field(rng, fields)
    table, alias, inner = inner_table(rng, relations)
    shown = partner(rng, field, inner)
    tail = chosen(rng, [(4, Sql("")), (3, sql(" WHERE {}", comparison(rng, inner, relations))),
                        (2, sql(" ORDER BY {} LIMIT 3", shown.piece)),
                        (1, sql(" WHERE {} = {}", rng.choice(inner).piece, field.piece))])
    word = "NOT IN" if rng.random() < 0.2 else "IN"
    return sql("{} {} (SELECT {} FROM {} {}{})", field.piece, word, shown.piece, table.name,
               alias, tail)


def between(rng, fields, _relations):
    field = choose_field(rng, fields)
    word = "NOT BETWEEN" if rng.random() < 0.15 else "BETWEEN"
    ends = [near(rng, field), near(rng, field)]
    if type(ends[0]) is type(ends[1]) and ends[0] is not None and rng.random() < 0.8:
        ends.sort()
    return sql("{} {} {} AND {}", field.piece, word, *(spelled(rng, end) for end in ends))


def nullness(rng, fields, _relations):
    field = choose_field(rng, fields)
    return sql("{} {}", field.piece, rng.choice(["IS NULL", "IS NOT NULL", "NOTNULL", "ISNULL"]))


def pattern(rng, value, many, one):
    """A pattern that a value matches, or nearly."""
    text = value if isinstance(value, str) else str(value if value is not None else "a")
    cut = rng.randint(0, len(text))
    return chosen(rng, [(6, text[:cut] + many), (2, text), (2, many + text[cut:]),
                        (2, many + text[cut:cut + 1] + many), (2, one + text[1:]),
                        (2, text.swapcase()[:cut] + many), (1, many), (1, text + " ")])


def like(rng, fields, _relations):
    """LIKE and GLOB, with and without NOT and ESCAPE."""
    field = choose_field(rng, fields, {"text"} if rng.random() < 0.6 else None)
    negated = "NOT " if rng.random() < 0.15 else ""
    if rng.random() < 0.35:
        shape = spelled(rng, pattern(rng, held(rng, field), "*", "?"))
        return sql("{} {}GLOB {}", field.piece, negated, shape)
    shape = pattern(rng, held(rng, field), "%", "_")
    escape = " ESCAPE '\\'" if rng.random() < 0.15 else ""
    if escape:
        shape = shape.replace("\\", "\\\\")
    return sql("{} {}LIKE {}{}", field.piece, negated, spelled(rng, shape), escape)


def neighbours(rng, fields, relations):
    """Two or three fields of one table, a row of it, and whether they begin its key."""
    alias = rng.choice(sorted({field.alias for field in fields}))
    own = [field for field in fields if field.alias == alias]
    table = next((r for r in relations.values() if set(r.key) and len(r.key) > 1 and
                  {f.attribute for f in own} >= set(r.attributes)), None)
    if table and rng.random() < 0.7:
        own = [f for f in own if f.attribute.name in table.key and not f.spelled]
        return own[:2]
    return rng.sample(own, min(len(own), rng.choice([2, 2, 3])))


def together(rng, row_fields, relations):
    """Values that stand in one row, as far as the fields are of one table."""
    attributes = [field.attribute for field in row_fields]
    for table in relations.values():
        if table.rows and set(attributes) <= set(table.attributes):
            row = rng.choice(table.rows)
            return [row[table.attributes.index(attribute)] for attribute in attributes]
    return [held(rng, field) for field in row_fields]


def row_constants(rng, row_fields, relations):
    """A row that exists, at times with one part changed."""
    values = together(rng, row_fields, relations)
    if rng.random() < 0.3:
        at = rng.randrange(len(values))
        values[at] = near(rng, row_fields[at])
    return sql("({})", listed(spelled(rng, value) for value in values))


def row_value(rng, fields, relations):
    """(a, b) > (x, y), = and IN."""
    row_fields = neighbours(rng, fields, relations)
    if len(row_fields) < 2:
        return comparison(rng, fields, relations)
    left = sql("({})", listed(field.piece for field in row_fields))
    if rng.random() < 0.25:
        rows = listed(row_constants(rng, row_fields, relations) for _ in range(rng.randint(1, 4)))
        return sql("{} IN (VALUES {})", left, rows)
    word = chosen(rng, [(4, "="), (1, "<>"), (3, "<"), (3, "<="), (5, ">"), (4, ">="), (1, "IS")])
    return sql("{} {} {}", left, word, row_constants(rng, row_fields, relations))


def columns(rng, fields, _relations):
    """A column against a column, which no server constraint can say."""
    field = choose_field(rng, fields)
    word = chosen(rng, [(6, "="), (1, "<>"), (2, "<"), (1, ">"), (1, ">="), (1, "IS")])
    return sql("{} {} {}", field.piece, word, partner(rng, field, fields).piece)


def collated(rng, fields, _relations):
    """A comparison under another collation."""
    field = choose_field(rng, fields, {"text"})
    word = chosen(rng, [(6, "="), (1, "<>"), (2, "<"), (2, ">="), (1, "IN")])
    right = constant(rng, field)
    right = sql("({})", right) if word == "IN" else right
    name = rng.choice(["NOCASE", "RTRIM", "BINARY"])
    if word == "IN" or rng.random() < 0.6:
        return sql("{} COLLATE {} {} {}", field.piece, name, word, right)
    return sql("{} {} {} COLLATE {}", field.piece, word, right, name)


def arm(rng, field):
    """field = constant, at times the other way round or under another collation."""
    name = Sql(rng.choice(["NOCASE", "NOCASE", "RTRIM", "BINARY"]))
    pieces = field.piece, constant(rng, field)
    return chosen(rng, [
        (6, sql("{} = {}", *pieces)), (2, sql("{} = {}", *pieces[::-1])),
        (4, sql("{} = {} COLLATE {}", *pieces, name)),
        (2, sql("{} COLLATE {} = {}", pieces[0], name, pieces[1])),
        (1, sql("{} IN ({}, {})", *pieces, constant(rng, field)))])


def arms(rng, fields, relations):
    """One field under several collations, which SQLite may make an IN of.

    Not of a join: SQLite 3.40 itself hands that IN on to the table that is met.
    """
    if len({field.alias for field in fields}) > 1:
        return comparison(rng, fields, relations)
    field = choose_field(rng, fields, {"text"} if rng.random() < 0.8 else None)
    return sql("({})", listed((arm(rng, field) for _ in range(rng.choice([2, 2, 3]))), " OR "))


def shown_as(rng, piece, share=0.5):
    """A result of a subquery, at times under a collation."""
    if rng.random() < share:
        return sql("{} COLLATE {}", piece, rng.choice(["NOCASE", "NOCASE", "RTRIM", "BINARY"]))
    return piece


def in_collated(rng, fields, relations):
    """IN a subquery or values that have a collation of their own."""
    field = choose_field(rng, fields, {"text"})
    word = "NOT IN" if rng.random() < 0.1 else "IN"
    if rng.random() < 0.4:
        rows = listed(sql("({})", shown_as(rng, constant(rng, field)))
                      for _ in range(rng.randint(1, 3)))
        return sql("{} {} (VALUES {})", field.piece, word, rows)
    table, alias, inner = inner_table(rng, relations)
    return sql("{} {} (SELECT {} FROM {} {})", field.piece, word,
               shown_as(rng, partner(rng, field, inner).piece), table.name, alias)


def expression(rng, fields, _relations):
    """Something that is not a bare column: no server may be asked for it blindly."""
    field = choose_field(rng, fields)
    pieces = field.piece, constant(rng, field)
    remainder = "{} % 3 = 1" if field.kind == "integer" else "abs({}) >= 5"
    return chosen(rng, [
        (2, sql("+{} = {}", *pieces)), (1, sql("{} + 0 = {}", *pieces)), (1, pieces[0]),
        (1, sql("NOT {}", pieces[0])), (1, sql("{} IS TRUE", pieces[0])),
        (1, sql("{} IS NOT FALSE", pieces[0])), (1, sql("length({}) > 3", pieces[0])),
        (1, sql("upper({}) = {}", *pieces)), (1, sql("CAST({} AS TEXT) = {}", *pieces)),
        (1, sql("typeof({}) = 'text'", pieces[0])), (1, sql("coalesce({}, 5) = {}", *pieces)),
        (1, sql("CASE WHEN {} = {} THEN 1 ELSE 0 END", *pieces)),
        (1, sql("{} = {} || ''", *pieces)), (1, sql(remainder, pieces[0]))])


def exists(rng, fields, relations):
    """A correlated EXISTS."""
    table, alias, inner = inner_table(rng, relations)
    field = choose_field(rng, fields)
    meeting = sql("{} = {}", partner(rng, field, inner).piece, field.piece)
    if rng.random() < 0.4:
        meeting = sql("{} AND {}", meeting, comparison(rng, inner, relations))
    return sql("{}EXISTS (SELECT 1 FROM {} {} WHERE {})", rng.choice(["", "", "NOT "]),
               table.name, alias, meeting)


def scalar(rng, fields, relations):
    """A comparison with one value of a subquery."""
    field = choose_field(rng, fields)
    table, alias, inner = inner_table(rng, relations)
    word = chosen(rng, [(3, "="), (1, "<"), (2, ">"), (1, "<="), (1, ">=")])
    tail = sql(" WHERE {}", comparison(rng, inner, relations)) if rng.random() < 0.4 else ""
    return sql("{} {} (SELECT {}({}) FROM {} {}{})", field.piece, word,
               rng.choice(["min", "max", "count"]), partner(rng, field, inner).piece,
               table.name, alias, tail)


TERMS = [(36, comparison), (6, equal_half), (10, in_list), (4, in_subquery), (6, between),
         (6, nullness), (8, like), (7, row_value), (6, columns), (5, collated), (4, arms),
         (2, in_collated), (6, expression)]
COSTLY = [(2, exists), (2, scalar)]  # a subquery for each row


def term(rng, fields, relations, costly=True):
    """One condition that is not AND, OR or NOT."""
    make = chosen(rng, TERMS + COSTLY if costly else TERMS)
    return Term(make(rng, fields, relations))


def condition(rng, fields, relations, depth=2, costly=True):
    """A tree of conditions."""
    word = chosen(rng, [(55, ""), (24, "AND"), (16, "OR"), (5, "NOT")])
    if depth == 0 or not word:
        return term(rng, fields, relations, costly)
    count = 1 if word == "NOT" else rng.choice([2, 2, 2, 3])
    return Tree(word, tuple(condition(rng, fields, relations, depth - 1, costly)
                            for _ in range(count)))
