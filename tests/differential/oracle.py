"""The first check: tables read through the module are what Python put in.

The ordinary copy holds the server's texts under the declared types, so SQLite
itself says what each must read as; nothing of the module takes part in that.
"""

from compare import bag, only_in
from schema import quoted

SHOWN = 5


def declared(side, table):
    """Names and declared types of a table's visible columns."""
    rows = side.connection.execute(f"PRAGMA table_xinfo({table.name})").fetchall()
    return [(row[1], row[2]) for row in rows if row[6] != 1]


def declared_wrong(ours, table):
    """Columns that are not declared as the reference says."""
    wanted = [(column.name, column.type.declared) for column in table.columns]
    got = declared(ours, table)
    if got == wanted:
        return []
    return [f"{table.name}: declared {got} instead of {wanted}"]


def typeof_sql(table):
    """The storage classes of a whole table, as typeof() gives them."""
    return f"SELECT {', '.join(f'typeof({quoted(n)})' for n in table.names)} FROM {table.name}"


def rows_wrong(copy, ours, table, text):
    """Rows of one read that are not the copy's, and those that are missing."""
    right, got = copy.run(text), ours.run(text)
    if got.rows is None:
        return [f"{table.name}: {got.text}"]
    missing, extra = only_in(right.rows, got.rows), only_in(got.rows, right.rows)
    if not missing and not extra:
        return []
    lines = [f"{table.name}: {text}: {len(got.rows)} rows, of {len(right.rows)}"]
    lines += [f"  should be {row}" for row in missing]
    return lines + [f"  but reads {row}" for row in extra]


def cells_wrong(copy, ours, table):
    """Columns that differ, each with a few values, where the rows have a key."""
    lines = []
    key = ", ".join(quoted(name) for name in table.key)
    for column in table.columns:
        text = f"SELECT {key}, {quoted(column.name)} FROM {table.name} ORDER BY {key}"
        right, got = copy.run(text), ours.run(text)
        if got.rows is None:
            return [f"  {column.name}: {got.text}"]
        pairs = [(a, b) for a, b in zip(right.rows, got.rows) if bag([a]) != bag([b])]
        lines += [f"  {column.name} ({column.type.mysql}): should be {a}, reads {b}"
                  for a, b in pairs[:SHOWN]]
    return lines


def check(copy, ours, tables):
    """Every way in which our tables differ from what was inserted, as lines."""
    lines = []
    for table in tables:
        lines += declared_wrong(ours, table)
        wrong = rows_wrong(copy, ours, table, f"SELECT * FROM {table.name}")
        if wrong and table.key:
            wrong = wrong[:1] + cells_wrong(copy, ours, table)
        lines += wrong or rows_wrong(copy, ours, table, typeof_sql(table))
    return lines
