"""What stands beside the server's tables in SQLite, the same on every side.

A table whose columns have collations of their own, and views whose words hold
conditions with others: where a statement names them, it says nothing of a
collation itself.
"""

from catalog import Attribute, Field, Relation
from constants import chosen, constant, inlined
from queries import (choose_field, decided, fields_of, limit_for, order_for, plain_outputs, single)
from query import Output, Select, Source, Sql, Term, Tree, listed, sql
from terms import arms, comparison, condition, in_collated

ROWS, VIEWS = 14, 4
TABLE = ("CREATE TABLE beside (id INTEGER PRIMARY KEY, folded TEXT COLLATE NOCASE,"
         " cut TEXT COLLATE RTRIM, plain TEXT, n INTEGER)")
SEEN = ("CREATE TEMP VIEW beside_seen AS SELECT id, plain COLLATE NOCASE AS folded,"
        " cut || '' COLLATE RTRIM AS cut, folded || '' AS plain, n FROM beside")
COLUMNS = [("folded", "text"), ("cut", "text"), ("plain", "text"), ("n", "integer")]


def samples(rng, relations, kind, most):
    """Values that the tables hold in columns of a kind."""
    found = [value for relation in relations.values() for attribute in relation.attributes
             if attribute.kind == kind for value in attribute.samples[:20]]
    return [rng.choice(found) if found else None for _ in range(most)]


def near(rng, value):
    """A text as some collation takes it for the same."""
    if not isinstance(value, str):
        return value
    return chosen(rng, [(4, value), (3, value.swapcase()), (2, value + " "),
                        (1, value.rstrip(" "))])


def rows(rng, relations):
    """The rows of the table."""
    columns = [[near(rng, value) for value in samples(rng, relations, kind, ROWS)]
               for _, kind in COLUMNS]
    return [(at + 1, *values) for at, values in enumerate(zip(*columns))]


def view(rng, relations):
    """A view's SELECT, and what it looks like from outside; None where it has no literals."""
    relation, source, fields = single(rng, relations)
    shown = rng.sample(fields, min(len(fields), rng.randint(2, 5)))
    outputs = tuple(Output(sql("{} AS c{}", field.piece, at), field)
                    for at, field in enumerate(shown))
    parts = [Term(rng.choice([arms, arms, in_collated])(rng, fields, relations))]
    if rng.random() < 0.5:
        parts.append(Term(comparison(rng, fields, relations)))
    where = parts[0] if len(parts) == 1 else Tree(rng.choice(["AND", "OR"]), tuple(parts))
    order = decided(rng, shown) if rng.random() < 0.2 else ()
    text = inlined(*Select(outputs, (source,), where, order=order).written())
    return text, [(field, f"c{at}") for at, field in enumerate(shown)]


def add(rng, relations, connections):
    """Makes the table and the views on every side, and tells the generator of them.

    The first connection is the ordinary side's, which knows what the views hold."""
    held = rows(rng, relations)
    for connection in connections:
        connection.execute(TABLE)
        connection.executemany("INSERT INTO beside VALUES (?, ?, ?, ?, ?)", held)
        connection.execute(SEEN)
    found = []
    for at in range(VIEWS):
        text, shown = view(rng, relations)
        if text is None:
            continue
        for connection in connections:
            connection.execute(f"CREATE TEMP VIEW view_{at} AS {text}")
        found.append(seen(connections[0], f"view_{at}", shown))
    relations.add_views([relation for relation in found if relation.rows])
    relations.beside = [Attribute(name, kind, tuple(dict.fromkeys(values)))
                        for (name, kind), values in zip(COLUMNS, list(zip(*held))[1:])]


def seen(connection, name, shown):
    """What the ordinary side says about a view."""
    held = tuple(connection.execute(f"SELECT * FROM {name}").fetchall())
    attributes = tuple(
        Attribute(column, field.kind, tuple(dict.fromkeys(row[at] for row in held)),
                  False, field.attribute.summable) for at, (field, column) in enumerate(shown))
    return Relation(name, attributes, held, len(held))


MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def other_arm(rng, field, mine):
    """A comparison with a column of the table beside, either way round, or with a constant."""
    word = rng.choice(list(MIRRORED)) if rng.random() < 0.3 else "="
    return chosen(rng, [(5, sql("{} {} {}", mine.piece, word, field.piece)),
                        (4, sql("{} {} {}", field.piece, MIRRORED[word], mine.piece)),
                        (2, sql("{} = {}", field.piece, constant(rng, field)))])


def arms_beside(rng, field, beside):
    """An OR of them, mostly of one column."""
    texts = [b for b in beside if b.kind == "text"]
    mine = [rng.choice(texts if rng.random() < 0.85 else beside) for _ in range(3)]
    if rng.random() < 0.6:
        mine = mine[:1] * 3
    count = rng.choice([2, 2, 3])
    return Term(listed((other_arm(rng, field, one) for one in mine[:count]), " OR "))


def met(rng, relations):
    """A table that meets the one beside it in an OR."""
    relation = relations[rng.choice(relations.small)]
    fields = fields_of(rng, relation, "t0")
    field = choose_field(rng, fields, {"text"})
    beside = [Field("b", attribute) for attribute in relations.beside]
    on = arms_beside(rng, field, beside)
    name = rng.choice(["beside", "beside", "beside_seen"])
    word = rng.choice([", ", " CROSS JOIN ", " LEFT JOIN "])
    tables = [Source(Sql(f"{name} b")), Source(Sql(f"{relation.name} t0"), word)]
    where = condition(rng, fields, relations, 1, False) if rng.random() < 0.4 else None
    if word == " LEFT JOIN ":
        tables[1] = Source(tables[1].piece, word, on)
    else:
        where = Tree("AND", (on, where)) if where else on
    # What the table beside holds is not shown, but by its key: equal texts are not the same there.
    outputs = (Output(Sql("b.id")),) + plain_outputs(rng, fields)
    return Select(outputs, tuple(tables), where, False, (), None,
                  order_for(rng, outputs, 0.4), *limit_for(rng, 0.2))
