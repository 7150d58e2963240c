#!/usr/bin/python3
"""The judge of soft deletion: what is alive is what ordinary tables still have.

    entable sandbox --database judge -- deleted.py --module MODULE [--seed S] [--schemas N]

Every schema has a few entities that mark their deleted rows, with random references to
each other and themselves; the same as ordinary tables of SQLite, with foreign keys on.
Rows are deleted, and must be gone or stay on both sides alike, with all that follows
them.  Where a reference restricts, rows are deleted one by one: SQLite asks behind the
statement, a server behind each row.
"""

import argparse
import os
import random
import sqlite3
import sys

import sides
from server import Server

RULES = ["cascade", "cascade", "set null", "restrict"]
ROWS, STEPS = 14, 60
READINGS = 3  # of each key where a cache keeps it: it is filled, perhaps another one, and asked
LEAST_HITS = 100  # keys that a cache had, of each schema


def draw(rng):
    """Names of entities, each with its references: (column, target, rule, may be null)."""
    names = [f"e{n}" for n in range(rng.randint(1, 4))]
    schema = {}
    for name in names:
        schema[name] = []
        for at in range(rng.choice([0, 1, 1, 2, 3])):
            rule = rng.choice(RULES)
            schema[name].append((f"r{at}", rng.choice(names), rule,
                                 rule == "set null" or rng.random() < 0.7))
    return schema


def entity(name, references):
    """What declares it to entable."""
    words = [f"{column} references {target}{'' if null else ' not null'} on delete {rule}"
             for column, target, rule, null in references]
    return (f"CREATE VIRTUAL TABLE temp.{name} USING entity("
            + ", ".join(["id int unsigned", "n int", *words, "unique by_n(n)", "fake_delete",
                         *sides.kept_by()]) + ")")


def ordinary(name, references):
    """The same as a table of SQLite, which asks behind the statement where it restricts."""
    words = [f"{column} INTEGER{'' if null else ' NOT NULL'} REFERENCES {target}(id)"
             + (f" ON DELETE {rule}" if rule != "restrict" else "")
             for column, target, rule, null in references]
    return (f"CREATE TABLE {name} ("
            + ", ".join(["id INTEGER PRIMARY KEY", "n INTEGER UNIQUE", *words]) + ")")


class Pair:
    """Both sides of one schema."""

    def __init__(self, module, server, schema):
        self.schema = schema
        server.empty()
        self.ours = sides.entable(module, server.url, "on").connection
        for name, references in schema.items():
            self.ours.execute(entity(name, references))
        self.ours.execute("SELECT entity_migrate('all')").fetchall()
        self.copy = sqlite3.connect(":memory:", isolation_level=None)
        self.copy.execute("PRAGMA foreign_keys = ON")
        for name, references in schema.items():
            self.copy.execute(ordinary(name, references))

    def rows(self, connection, name):
        """All rows that are alive."""
        return connection.execute(f"SELECT * FROM {name} ORDER BY id").fetchall()

    def by_key(self, connection, name):
        """The same, one by one, of all keys that there were: so often that caches have them."""
        keys = [row[0] for row in self.ours.execute(f"SELECT id FROM {name}_with_deleted")]
        found = [row for _ in range(READINGS) for key in keys
                 for row in connection.execute(f"SELECT * FROM {name} WHERE id = ?", (key,))]
        return sorted(set(found))

    def both(self, text, *values):
        """Runs a statement on both sides; whether it was carried out there and here."""
        done = []
        for connection in (self.copy, self.ours):
            try:
                connection.execute(text, values)
                done.append(None)
            except sqlite3.IntegrityError as refused:
                done.append(str(refused))
        return done

    def wrong(self):
        """What differs, or None."""
        for name in self.schema:
            right, got = self.rows(self.copy, name), self.rows(self.ours, name)
            if right != got:
                return f"{name}: should be {right}, reads {got}"
            if sides.tiers():
                got = self.by_key(self.ours, name)
                if right != got:
                    return f"{name}: by key it reads {got}, and should read {right}"
            odd = self.ours.execute(f"SELECT * FROM {name}_with_deleted WHERE fake_delete"
                                    " NOT IN (0, id)").fetchall()
            if odd:
                return f"{name}: marks that are no keys: {odd}"
        return None

    def insert(self, rng, name, key):
        """A row that refers to rows that are alive."""
        values = [key, rng.randint(0, 40)]
        for _, target, _, null in self.schema[name]:
            keys = [row[0] for row in self.rows(self.copy, target)]
            if not keys and not null:
                return None
            values.append(rng.choice(keys) if keys and (not null or rng.random() < 0.8) else None)
        marks = ", ".join("?" * len(values))
        return f"INSERT INTO {name} VALUES ({marks})", values

    def change(self, rng, name):
        """A row is made to refer to another one, perhaps to itself."""
        references, rows = self.schema[name], self.rows(self.copy, name)
        if not references or not rows:
            return None
        column, target, _, _ = rng.choice(references)
        keys = [row[0] for row in self.rows(self.copy, target)]
        return (f"UPDATE {name} SET {column} = ? WHERE id = ?",
                [rng.choice(keys), rng.choice(rows)[0]]) if keys else None

    def delete(self, rng, name):
        """One row, or where the order of rows does not matter, several."""
        rows = self.rows(self.copy, name)
        restricts = any(rule == "restrict" for references in self.schema.values()
                        for _, _, rule, _ in references)
        if not restricts and rng.random() < 0.4:
            return f"DELETE FROM {name} WHERE id % ? = ?", [rng.choice([1, 2, 3]), 0]
        return (f"DELETE FROM {name} WHERE id = ?", [rng.choice(rows)[0]]) if rows else None


def run(pair, rng):
    """Statements until the sides differ; returns what differs, and how many rows went."""
    names, key, deleted, refused = list(pair.schema), 0, 0, 0
    for step in range(ROWS * len(names) + STEPS):
        name = rng.choice(names)
        key += 1
        kind = "insert" if step < ROWS * len(names) else rng.choice(
            ["insert", "change", "delete", "delete", "delete"])
        made = pair.insert(rng, name, key) if kind == "insert" else getattr(pair, kind)(rng, name)
        if not made:
            continue
        begins = rng.random() < 0.2
        if begins:
            pair.both("BEGIN")
        right, got = pair.both(made[0], *made[1])
        if begins:
            pair.both("ROLLBACK" if rng.random() < 0.5 else "COMMIT")
        if bool(right) != bool(got):
            return f"{made}: ordinary {right or 'done'}, entable {got or 'done'}", 0, 0
        deleted += kind == "delete" and not right
        refused += kind == "delete" and bool(right)
        wrong = pair.wrong()
        if wrong:
            return f"{made}: {wrong}", 0, 0
    return None, deleted, refused


def main():
    """Ends with 1 at the first difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--schemas", type=int, default=20)
    options = parser.parse_args()
    server, deleted, refused, hits = Server(), 0, 0, 0
    for seed in range(options.seed, options.seed + options.schemas):
        rng = random.Random(f"deleted {seed}")
        schema = draw(rng)
        pair = Pair(options.module, server, schema)
        wrong, n_deleted, n_refused = run(pair, rng)
        if wrong:
            print(f"difference: --seed {seed} --schemas 1: {schema}\n{wrong}")
            sys.exit(1)
        deleted, refused = deleted + n_deleted, refused + n_refused
        hits += sides.hits(pair.ours) if sides.tiers() else 0
        pair.ours.close()
    print(f"{options.schemas} schemas, {deleted} deletions, {refused} refused, {hits} keys from"
          " a cache, 0 differences")
    if sides.tiers() and hits < LEAST_HITS * options.schemas:
        sys.exit("the cache answered too little")
    if options.schemas >= 20 and (deleted < 200 or refused < 20):
        sys.exit("too few of them to prove anything")


if __name__ == "__main__":
    main()
