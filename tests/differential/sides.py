"""The sides of the comparison: ordinary tables, ours, ours without pushdown.

Each is a connection on which the same names stand for the same rows, so that
one text of a query runs on all of them.
"""

import math
import os
import sqlite3
import tempfile
import time
from contextlib import contextmanager
from typing import NamedTuple, Optional

import listed
import schema

COPY_STEPS = 400   # of 100 000 virtual machine instructions: about four seconds
OURS_SECONDS = 60  # a query of ours that takes longer is a defect


class Answer(NamedTuple):
    rows: Optional[list]  # None where the query failed
    error: str = ""       # SQLite's name of the error code
    text: str = ""


def decode(data):
    """Texts that are not UTF-8 stay visible as such instead of failing the read."""
    return data.decode("utf-8", "surrogateescape")


def connect():
    """A connection that plans every statement anew: settings change plans."""
    connection = sqlite3.connect(":memory:", cached_statements=0, isolation_level=None)
    connection.text_factory = decode
    return connection


class Side:
    """One connection and the bound on its queries."""

    def __init__(self, connection, steps=None):
        self.connection = connection
        self.steps = steps
        self.until = self.left = math.inf
        connection.set_progress_handler(self.tick, 100_000)

    def tick(self):
        """Stops the copy by work done, so that a seed behaves alike everywhere."""
        self.left -= 1
        if self.steps is None:
            return time.monotonic() > self.until
        return self.left < 0

    def run(self, text, parameters=()):
        """All rows of a query, or how it failed."""
        self.until = time.monotonic() + OURS_SECONDS
        self.left = math.inf if self.steps is None else self.steps
        try:
            return Answer(self.connection.execute(text, parameters).fetchall())
        except sqlite3.Error as error:
            name = getattr(error, "sqlite_errorname", type(error).__name__)
            return Answer(None, name, str(error))
        finally:
            self.until = self.left = math.inf

    @contextmanager
    def without_index(self):
        """No index that SQLite makes by itself, for a while."""
        self.connection.execute("PRAGMA automatic_index = OFF")
        try:
            yield
        finally:
            self.connection.execute("PRAGMA automatic_index = ON")

    def plan(self, text, parameters=()):
        """The plan in words, one line a step."""
        answer = self.run("EXPLAIN QUERY PLAN " + text, parameters)
        return [answer.text] if answer.rows is None else [row[3] for row in answer.rows]


def ordinary(tables):
    """Ordinary tables, filled with what Python knows; SQLite applies affinity."""
    connection = connect()
    for table in tables:
        connection.execute(schema.sqlite_sql(table))
        marks = ",".join("?" * len(table.columns))
        rows = (tuple(value.stored for value in row) for row in table.rows)
        connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)
    return Side(connection, COPY_STEPS)


def load(connection, module):
    """Loads the module by its entry point, whatever the file is called."""
    connection.enable_load_extension(True)
    connection.execute("SELECT load_extension(?, 'sqlite3_entable_init')", (module,))
    connection.enable_load_extension(False)


# What keeps the entity tables' rows, by ENTABLE_TIERS: the sandbox's Redis, this process, or
# both.
KEPT_BY = {"redis": "redis_cache=cache", "both": "redis_cache=cache, local_cache=cache",
           "local": "local_cache=cache"}
REDIS = "cache: {{redis: '{redis}:0', local_cache: 10000}}\n"
ALONE = ("default: {{mysql: '{url}', import: ['*']}}\ncache: {{local_cache: 10000}}\n"
         "settings: {{local_cache_ttl_s: 3600}}\n")  # without a Redis only time ends a row


def tiers():
    """Which of them; None where rows are not kept."""
    return os.environ.get("ENTABLE_TIERS")


def kept_by():
    """The words of a table that say so, as a list."""
    return [KEPT_BY[tiers()]] if tiers() else []


def open_file(connection, text):
    """Opens a configuration."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        connection.execute("SELECT entable_open(?)", (file.name,)).fetchall()


def open_tables(connection, url):
    """Opens the server's tables, and has rows kept where that is wanted; what caches have of
    them was before they were filled, which nobody has told them."""
    if tiers() == "local":
        open_file(connection, ALONE.format(url=url))
    else:
        connection.execute("SELECT entable_open(?)", (url,)).fetchall()
    if not tiers():
        return
    if tiers() != "local" and "://" in url:
        yaml = connection.execute("SELECT entity_yaml('default')").fetchone()[0]
        connection.execute("SELECT entable_close()").fetchall()
        open_file(connection, listed.declared(yaml))
    if tiers() != "local":
        open_file(connection, REDIS.format(redis=os.environ["ENTABLE_SANDBOX_REDIS"]))
    for name, text in connection.execute(
            "SELECT name, sql FROM temp.sqlite_schema WHERE sql LIKE '%USING entity(%'").fetchall():
        if " config=" in text or "with_deleted" in text:
            continue
        connection.execute(f'DROP TABLE temp."{name}"')
        text = text.replace("CREATE VIRTUAL TABLE ", "CREATE VIRTUAL TABLE temp.", 1)
        connection.execute(f"{text.rstrip().rstrip(')')}, {', '.join(kept_by())})")
        connection.execute("SELECT entity_forget(?)", (name,)).fetchall()


def hits(connection):
    """How many rows came from the nearest cache."""
    tier = "redis" if tiers() == "redis" else "local"
    return connection.execute("SELECT coalesce(sum(value), 0) FROM entable_stats WHERE pool = 'cache'"
                              " AND tier = ? AND counter IN ('hits', 'absent')",
                              (tier,)).fetchone()[0]


def entable(module, url, pushdown):
    """The server's tables through the module, with pushdown 'on' or 'off'."""
    connection = connect()
    load(connection, module)
    open_tables(connection, url)
    connection.execute("SELECT entable_set('pushdown', ?)", (pushdown,)).fetchall()
    return Side(connection)
