"""The sides that writes run on: entable's tables, and ordinary ones made twice.

The second ordinary copy is stored backwards.  A statement is first tried on
both, each inside a savepoint: where they part, its outcome depends on the order
in which rows are visited, which SQL leaves open, and it is not judged.
"""

import sqlite3
from typing import NamedTuple

import sides
import writable
from compare import bag

TABLES = writable.TABLES + [writable.FEED]


class Outcome(NamedTuple):
    """What a statement did, as far as both sides must agree on it."""
    error: str           # SQLite's name of the code, "" where it succeeded
    changes: int
    total: int           # how far total_changes() went
    last_id: int
    is_open: bool        # whether a transaction is open behind it
    rows: tuple = ()     # of RETURNING
    text: str = ""


def judged_code(name, text):
    """An error's code by its cause."""
    if name == "SQLITE_CONSTRAINT_TRIGGER":
        # Our triggers raise codes; a foreign key that restricts is one to SQLite.
        return "SQLITE_CONSTRAINT_FOREIGNKEY" if "FOREIGN" in text else "SQLITE_" + text
    return name


class Store:
    """One connection on which statements of one text run."""

    def __init__(self, connection):
        self.connection = connection

    def one(self, text):
        return self.connection.execute(text).fetchone()[0]

    def run(self, text):
        """Runs a statement and says what it did."""
        before, rows, name, words = self.connection.total_changes, (), "", ""
        try:
            rows = tuple(self.connection.execute(text).fetchall())
        except sqlite3.Error as error:
            name = getattr(error, "sqlite_errorname", type(error).__name__)
            words = str(error)
        return Outcome(judged_code(name, words), self.one("SELECT changes()"),
                       self.connection.total_changes - before,
                       self.one("SELECT last_insert_rowid()"),
                       self.connection.in_transaction, rows, words)

    def rows(self, table):
        """All rows of a table."""
        text = f"SELECT {', '.join(table.names)} FROM {table.name}"
        return self.connection.execute(text).fetchall()

    def close(self):
        self.connection.close()


def ordinary(filled, backwards=False):
    """A copy of the rows at the beginning."""
    connection = sides.connect()
    for table in writable.TABLES:
        for text in writable.copy_sql(table, backwards):
            connection.execute(text)
    for text in writable.local_sql(backwards):
        connection.execute(text)
    for name, rows in filled:
        marks = ", ".join("?" * len(writable.BY_NAME[name].columns))
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    connection.execute("PRAGMA foreign_keys = ON")
    return Store(connection)


def entable(module, url, batch):
    """The server's tables, each alias, and the local table with its triggers."""
    connection = sides.entable(module, url, "on").connection
    for name in writable.ALIASES:
        connection.execute(writable.alias_sql(name))
    for text in writable.local_sql():
        connection.execute(text)
    connection.execute("SELECT entable_set('batch', ?)", (batch,)).fetchall()
    return Store(connection)


class Copies:
    """The two ordinary copies."""

    def __init__(self, filled):
        self.pair = ordinary(filled), ordinary(filled, backwards=True)
        self.first = self.pair[0]

    def rows(self, name):
        """Rows of a table by name."""
        return self.first.rows(next(table for table in TABLES if table.name == name))

    def state(self, store):
        return [bag(store.rows(table)) for table in TABLES]

    def tried(self, store, text):
        """What a statement does to a copy, and the copy as it was again."""
        store.run("SAVEPOINT judge")
        outcome = store.run(text)
        found = outcome.error, outcome.changes, outcome.is_open, self.state(store)
        store.run("ROLLBACK TO judge")
        store.run("RELEASE judge")
        return found

    def expected(self, text):
        """The error to expect, or None where the order of rows decides."""
        # A rollback would end the savepoint, too; what leads to it is the same.
        text = text.replace(" OR ROLLBACK ", " OR ABORT ", 1)
        first, second = (self.tried(store, text) for store in self.pair)
        return first[0] if first == second else None

    def run(self, text):
        """Runs a statement on both; what it did to the first."""
        first, _ = (store.run(text) for store in self.pair)
        return first

    def close(self):
        for store in self.pair:
            store.close()
