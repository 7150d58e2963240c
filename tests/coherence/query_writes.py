"""What the test of cached queries writes: statements that are drawn, with their arguments."""

import json

from query_tables import values

WRITTEN = {"name": "name", "code": "code", "age": "age", "price": "price", "big": "big",
           "ratio": "ratio", "born": "born", "data": "data", "note": "code"}
IDS = range(1, 31)


def some(rng, least=1):
    """Columns with values for them."""
    columns = rng.sample(sorted(WRITTEN), rng.randint(least, 3))
    return columns, [rng.choice(values(WRITTEN[column])) for column in columns]


def where(rng):
    """Rows to change, and its arguments."""
    return rng.choice([("id = ?", [rng.choice(IDS)]), ("age = ?", [rng.choice(values("age"))]),
                       ("id IN (?, ?, ?)", rng.sample(IDS, 3)),
                       ("id IN (SELECT id FROM item_by_age(?))", [rng.choice(values("age"))])])


def insert(rng):
    columns, row = some(rng)
    return (f"INSERT INTO item(id, {', '.join(columns)}) VALUES (?, {', '.join('?' * len(row))})",
            [rng.choice([None, *IDS]), *row])


def replace(rng):
    columns, row = some(rng)
    return (f"INSERT OR REPLACE INTO item(id, {', '.join(columns)})"
            f" VALUES (?, {', '.join('?' * len(row))})", [rng.choice(IDS), *row])


def on_duplicate(rng):
    columns, row = some(rng)
    change = {"age": rng.choice(values("age")), "note": rng.choice(values("code"))}
    return (f"INSERT INTO item(id, {', '.join(columns)}, _on_duplicate)"
            f" VALUES (?, {', '.join('?' * len(row))}, ?)",
            [rng.choice([None, *IDS]), *row, json.dumps(change)])


def select(rng):
    """What is inserted was found by a query, or by a search."""
    source = rng.choice(["item WHERE age = ?", "item_by_age(?)"])
    return f"INSERT INTO item(name, age, price) SELECT name, age + 1, price FROM {source}", [
        rng.choice(values("age"))]


def update(rng):
    columns, row = some(rng)
    rows, arguments = where(rng)
    return (f"UPDATE item SET {', '.join(c + ' = ?' for c in columns)} WHERE {rows}",
            row + arguments)


def update_or(rng):
    return (f"UPDATE OR {rng.choice(['REPLACE', 'IGNORE'])} item SET code = ? WHERE id = ?",
            [rng.choice(values("code")), rng.choice(IDS)])


def move(rng):
    return "UPDATE item SET id = ? WHERE id = ?", rng.sample(IDS, 2)


def delete(rng):
    rows, arguments = where(rng)
    return f"DELETE FROM item WHERE {rows}", arguments


def execute(rng):
    return "SELECT mysql_exec(?)", [rng.choice([
        f"UPDATE item SET age = {rng.randint(17, 21)} WHERE id % 5 = {rng.randrange(5)}",
        f"DELETE FROM item WHERE id = {rng.choice(IDS)}",
        "UPDATE pet SET age = age + 1"])]


def pet(rng):
    name, age = rng.choice(values("code")), rng.choice(values("age"))
    return rng.choice([
        ("INSERT INTO pet(name, age) VALUES (?, ?)", [name, age]),
        ("UPDATE pet SET name = ? WHERE id = ?", [name, rng.choice(IDS)]),
        ("UPDATE pet SET age = ? WHERE id < ?", [age, rng.choice(IDS)]),
        ("DELETE FROM pet WHERE id = ?", [rng.choice(IDS)]),
        ("DELETE FROM pet WHERE name = ?", [name]),
        ("UPDATE pet_with_deleted SET fake_delete = 0 WHERE id < ?", [rng.choice(IDS)])])


def plain(rng):
    """What a program writes that knows nothing of marks."""
    return (f"UPDATE pet SET fake_delete = {rng.choice(['0', 'id'])} WHERE id = ?",
            [rng.choice(IDS)])


def keyed(rng):
    """Tables whose key is a text."""
    table = rng.choice(["tag", "word"])
    names = rng.sample(values("name"), 2)
    n = rng.choice(values("age"))
    return rng.choice([
        (f"INSERT INTO {table} VALUES (?, ?)", [names[0], n]),
        (f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", [names[0], n]),
        (f"UPDATE {table} SET n = ? WHERE name = ?", [n, names[0]]),
        (f"UPDATE {table} SET name = ? WHERE name = ?", names),
        (f"UPDATE {table} SET name = upper(name) WHERE name = ?", names[:1]),
        (f"DELETE FROM {table} WHERE name = ?", names[:1])])


KINDS = [insert, insert, replace, on_duplicate, select, update, update, update, update_or, move,
         delete, execute, pet, pet, keyed, keyed]


def draw(rng):
    """A statement and its arguments."""
    return rng.choice(KINDS)(rng)


def transaction(rng):
    """Statements of one, without its end."""
    steps = [("BEGIN", [])]
    for _ in range(rng.randint(1, 3)):
        steps.append(draw(rng))
        if rng.random() < 0.5:
            steps += [("SAVEPOINT s", []), draw(rng),
                      (rng.choice(["RELEASE s", "ROLLBACK TO s"]), [])]
    return steps
