#!/usr/bin/python3
"""Random joins of entities answer as joins of ordinary tables do, whatever is read ahead.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/differential/joins.py --module build/vtab/entable.so

The tables have some hundred rows whose columns meet each other's keys: integers, unsigned
ones above 2^63, texts that MySQL takes for the same and SQLite does not, composite keys, NULLs
and values of the wrong type.  Each query runs without a cache, through Redis, and through a
cache in this process, twice each; query I of seed S is always the same: `--seed S --only I`.
Between them rows are written by statements that join, and all sides must have the same then.
"""

import argparse
import os
import random
import sqlite3
import sys

from server import Server

ROWS = 220
CREATE = """
CREATE TABLE a (id INT PRIMARY KEY, b_id BIGINT UNSIGNED, c_k VARCHAR(20) COLLATE utf8mb4_bin,
  n INT, d DOUBLE, t VARCHAR(20), KEY (b_id), KEY (n));
CREATE TABLE b (id BIGINT UNSIGNED PRIMARY KEY, a_id INT, k VARCHAR(20), n BIGINT, KEY (a_id));
CREATE TABLE c (k VARCHAR(20) COLLATE utf8mb4_general_ci PRIMARY KEY, a_id INT,
  b_id BIGINT UNSIGNED, e DECIMAL(12,2), KEY (a_id), KEY (b_id));
CREATE TABLE p (x INT, y INT, n INT, k VARCHAR(20), PRIMARY KEY (x, y), KEY (n));
CREATE TABLE w (id INT AUTO_INCREMENT PRIMARY KEY, n BIGINT, k VARCHAR(40));
"""
TABLES = {"a": ["id", "b_id", "c_k", "n", "d", "t"], "b": ["id", "a_id", "k", "n"],
          "c": ["k", "a_id", "b_id", "e"], "p": ["x", "y", "n", "k"]}
INTEGERS = {"a": ["id", "b_id", "n"], "b": ["id", "a_id", "n"], "c": ["a_id", "b_id"],
            "p": ["x", "y", "n"]}
CONFIG = """
default: {{mysql: "root@unix({socket})/{database}"{pool}}}
entities:
  a:
    {{{cache}columns: {{id: int, b_id: bigint unsigned, c_k: varchar(20), n: int, d: double,
     t: varchar(20)}}, index: {{b: [b_id], n: [n]}},
     queries: {{of_b: where b_id = ?, by_n: where n = ? order by id desc}}}}
  b:
    {{{cache}columns: {{id: bigint unsigned, a_id: int, k: varchar(20), n: bigint}},
     index: {{a: [a_id]}}, queries: {{of_a: where a_id = ?}}}}
  c:
    {{{cache}primary: [k], index: {{b: [b_id]}}, queries: {{of_b: where b_id = ?}},
     columns: {{k: varchar(20), a_id: int, b_id: bigint unsigned, e: "decimal(12,2)"}}}}
"""
BIG = [2 ** 63 - 1, 2 ** 63, 2 ** 63 + 1, 2 ** 64 - 1]


def literal(value):
    """A value as the server reads it."""
    if value is None:
        return "NULL"
    return str(value) if not isinstance(value, str) else "'" + value + "'"


def rows_of(chance):
    """Rows of all tables."""
    def number(null=0.1):
        return None if chance.random() < null else chance.randrange(-5, ROWS)

    def unsigned():
        if chance.random() < 0.1:
            return chance.choice(BIG)
        found = number()
        return found and abs(found)

    def text():
        base = chance.choice(["k", "K", "é", "e", ""]) + str(chance.randrange(60))
        return chance.choice([None, base, base, base, base + " ", str(chance.randrange(ROWS))])

    ids = list(range(-3, ROWS - 3))
    wide = list(range(ROWS - len(BIG))) + BIG
    keys = {}
    while len(keys) < ROWS // 2:
        key = text()
        if key is not None:  # one of those that are alike to the server
            keys.setdefault(key.rstrip().upper().replace("É", "E"), key)
    pairs = {(chance.randrange(30), chance.randrange(30)) for _ in range(ROWS)}
    return {
        "a": [(i, unsigned(), text(), number(), chance.choice([number(), 0.5, 1e19]), text())
              for i in ids],
        "b": [(i, number(), text(), number()) for i in wide],
        "c": [(k, number(), unsigned(), number()) for k in keys.values()],
        "p": [(*pair, number(), text()) for pair in sorted(pairs)],
    }


def fill(server, chance):
    """Makes the tables and their rows."""
    server.empty()
    server.run([CREATE])
    for name, rows in rows_of(chance).items():
        written = ", ".join("(" + ", ".join(map(literal, row)) + ")" for row in rows)
        server.run([f"INSERT INTO {name} VALUES {written};"])


class Draw:
    """One random query."""

    def __init__(self, chance):
        self.chance = chance
        self.aliases = []

    def column(self, alias, only_integers=False):
        table = alias[0]
        return f"{alias}.{self.chance.choice((INTEGERS if only_integers else TABLES)[table])}"

    def table(self):
        """One more table, under a name that begins with its own."""
        name = self.chance.choice("abcp")
        self.aliases.append(f"{name}{len(self.aliases)}")
        return f"{name} {self.aliases[-1]}"

    def equality(self, alias, others):
        """A term between a table and one of the others."""
        mostly = self.chance.random() < 0.75
        left, right = self.column(alias, mostly), self.column(self.chance.choice(others), mostly)
        return f"{left} = {right}" if self.chance.random() < 0.7 else f"{right} = {left}"

    def filter(self, alias):
        column = self.column(alias, True)
        return self.chance.choice([
            f"{column} > {self.chance.randrange(ROWS)}", f"{column} IS NOT NULL",
            f"{column} = {self.chance.randrange(20)}", f"abs({column}) % 3 = 1"])

    def joined(self):
        text = self.table()
        for _ in range(self.chance.choice([1, 1, 2, 2, 3])):
            others = list(self.aliases)
            kind = self.chance.choice(["JOIN", "LEFT JOIN", "LEFT JOIN", "CROSS JOIN"])
            table = self.table()
            terms = [self.equality(self.aliases[-1], others)]
            if self.chance.random() < 0.3:
                terms.append(self.filter(self.aliases[-1]))
            if self.chance.random() < 0.2:
                terms.append(self.equality(self.aliases[-1], others))
            text += f" {kind} {table} ON {' AND '.join(terms)}"
        return text

    def subquery(self):
        """A correlated one, as a value."""
        outer = list(self.aliases)
        table = self.table()
        alias = self.aliases.pop()
        term = self.equality(alias, outer)
        if self.chance.random() < 0.3:
            term += f" AND {self.filter(alias)}"
        key = ", ".join(f"{alias}.{column}" for column in TABLES[alias[0]])
        return self.chance.choice([
            f"(SELECT count(*) FROM {table} WHERE {term})",
            f"(SELECT max({self.column(alias)}) FROM {table} WHERE {term})",
            f"(SELECT {self.column(alias)} FROM {table} WHERE {term} ORDER BY {key} LIMIT 1)",
            f"EXISTS (SELECT 1 FROM {table} WHERE {term})"])

    def select(self):
        chance = self.chance
        tables = self.joined() if chance.random() < 0.7 else self.table()
        columns = [self.column(alias) for alias in self.aliases]
        if chance.random() < 0.5 or len(self.aliases) == 1:
            columns += [self.subquery() for _ in range(chance.choice([1, 1, 2]))]
        text = f"SELECT {', '.join(columns)} FROM {tables}"
        if chance.random() < 0.3:
            text += f" WHERE {self.filter(self.aliases[0])}"
        if chance.random() < 0.2:
            text += (" ORDER BY " + ", ".join(str(n + 1) for n in range(len(columns)))
                     + f" LIMIT {chance.choice([1, 5, 50])}")
        return f"SELECT * FROM ({text}) LIMIT 200000"

    def write(self):
        """A statement that joins and writes rows nobody reads meanwhile."""
        tables = self.joined()
        number, text = self.column(self.aliases[0], True), self.column(self.aliases[-1])
        bounded = f"{number} BETWEEN -9000000000 AND 9000000000"
        return (f"INSERT INTO w(n, k) SELECT {number}, substr({text}, 1, 20) FROM {tables}"
                f" WHERE {bounded} ORDER BY 1, 2 LIMIT 40")


def connect(module, address):
    handle = sqlite3.connect(":memory:", isolation_level=None)
    handle.enable_load_extension(True)
    handle.execute("SELECT load_extension(?, 'sqlite3_entable_init')", (module,))
    handle.execute("SELECT entable_open(?)", (address,)).fetchall()
    return handle


def copied(module, server):
    """The tables as ordinary ones."""
    ours, copy = connect(module, server.url), sqlite3.connect(":memory:", isolation_level=None)
    for name in (*TABLES, "w"):
        declared = [f"{row[1]} {row[2]}" for row in ours.execute(f"PRAGMA table_info({name})")]
        rows = ours.execute(f"SELECT * FROM {name}").fetchall()
        if name == "w":
            declared[0] = "id INTEGER PRIMARY KEY"
        copy.execute(f"CREATE TABLE {name} ({', '.join(declared)})")
        marks = ", ".join("?" * len(declared))
        copy.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    ours.close()
    return copy


def sides(module, server):
    """Handles by what they are."""
    redis = f', redis: "{os.environ["ENTABLE_SANDBOX_REDIS"]}:0"'
    folder = os.environ["ENTABLE_SANDBOX_DIR"]
    made = {"no cache": connect(module, server.url)}
    for name, pool, cache in (("redis", redis, "redis_cache: true, "),
                              ("local", redis + ", local_cache: 10000",
                               "redis_cache: true, local_cache: true, ")):
        path = os.path.join(folder, f"joins_{name}.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(socket=server.socket, database=server.database, pool=pool,
                                     cache=cache))
        made[name] = connect(module, path)
        made[name].execute("CREATE VIRTUAL TABLE temp.p USING entity(pool=default, table=p)")
    return made


def run(handle, sql):
    """Sorted rows."""
    return sorted(handle.execute(sql).fetchall(), key=repr)


def differs(copy, ours, sql):
    """The first side of ours that answers otherwise, and how."""
    right = run(copy, sql)
    for name, handle in ours.items():
        for attempt in "cold", "warm":
            rows = run(handle, sql)
            if rows != right:
                wrong = [row for row in rows if row not in right][:3]
                lost = [row for row in right if row not in rows][:3]
                return f"{name}, {attempt}: {len(rows)} rows, not {len(right)}; {wrong}, {lost}"
    return None


def differs_written(copy, handle, sql):
    """The same for a statement that writes."""
    for side in copy, handle:
        side.execute("BEGIN")
        side.execute(sql)
    seen = [run(side, "SELECT n, k FROM w") for side in (copy, handle)]
    for side in copy, handle:
        side.execute("ROLLBACK")
    return None if seen[0] == seen[1] else f"written: {seen[1]}, not {seen[0]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    server = Server()
    fill(server, random.Random(options.seed))
    copy = copied(options.module, server)
    ours = sides(options.module, server)
    wrong = n_rows = 0
    for number in range(options.count) if options.only is None else [options.only]:
        draw = Draw(random.Random(f"{options.seed} {number}"))
        writes = number % 8 == 0
        sql = draw.write() if writes else draw.select()
        if options.only is not None:
            print(sql)
        found = (differs_written(copy, ours["no cache"], sql) if writes
                 else differs(copy, ours, sql))
        n_rows += len(run(copy, sql)) if not writes else 0
        if found:
            wrong += 1
            print(f"difference: seed {options.seed} query {number}: {found}\n  {sql}", flush=True)
    print(f"{options.count} queries, {n_rows} rows, {wrong} differences")
    return 1 if wrong or n_rows < options.count else 0


if __name__ == "__main__":
    sys.exit(main())
