#!/usr/bin/python3
"""Runs the golden files once more, with the rows of their tables kept by caches.

    entable sandbox --with redis -- \\
      /usr/bin/python3 tests/golden/tiers.py MODULE redis|local|both [NAME ...] [--stale]

No answer may depend on a cache, so every statement must print what its file has, as it does
without caches (golden.py). Whatever a file opens, by an address, by a configuration or by
CREATE VIRTUAL TABLE, is opened with caches for each table that can have them: in Redis, in this
process (without a Redis), or in both. Each SELECT is asked three times: MySQL answers the
first, Redis the second, this process the third. Behind every statement that may write, all
rows of those tables are read by their keys, also by keys that were there once, and must be
what a scan finds, which no cache answers; so what a statement changes is kept when it comes.

What differs by its nature is in LEFT_OUT (files), DIFFERENT (what they tell of plans and
servers) and WHOLE (statements). What the server's own client changes ("--@ server") is told by
entity_forget(), as docs/caching.md asks. In each file rows must have come from the nearest
cache, by the caches' own counters.

With --stale, where the module has a planted fault (ENTABLE_FAULT), each of the files must
find rows that are too old.
"""

import argparse
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

from golden import Golden

HERE = Path(__file__).resolve().parent
OPTIONS = {"redis": ("redis_cache",), "local": ("local_cache",),
           "both": ("redis_cache", "local_cache")}
CACHES = "it says itself what is kept, and where"
NO_TABLES = "it opens no table that is read"
LEFT_OUT = {
    "again": CACHES, "caches": CACHES, "cascades": CACHES, "found": CACHES, "lists": CACHES,
    "local": CACHES, "queries": CACHES, "reached": CACHES, "request_cache": CACHES,
    "xa_caches": CACHES,
    "cache_values": NO_TABLES, "origin": NO_TABLES, "redis": NO_TABLES,
    "redis_cached": NO_TABLES,
    "config": "it is about what is wrong in a configuration, by its lines",
    "files": "its tables stand in database files, as they were written there",
    "open": "it is about addresses, and tables that come and go with them",
}
DIFFERENT = re.compile(r"EXPLAIN|entable_explain|entable_check|general_log", re.I)
# Of a table with caches all columns are read, also those that are gone (docs/opening.md).
WHOLE = {
    "drift": ("SELECT id, d FROM moving WHERE id = 1;", "SELECT id, t FROM moving WHERE id = 1;"),
    "errors": ("SELECT name FROM person WHERE id = 2;",),
}
READS = 3
MOST_ROWS = 200  # of a table that are read by key behind a write
STALE = 3        # the status of a run that found rows that are too old
ADDRESS = "'mysql://root@localhost/${DATABASE}?socket=${SOCKET}'"
AS_FILE = "address.yaml"  # what is opened instead
EFFECTS = re.compile(r"entable_|entity_\w+\s*\(|force_delete|mysql_exec|mysql_query|random|"
                     r"\b(INSERT|UPDATE|DELETE|REPLACE)\b", re.I)
ENTITY = re.compile(r"(CREATE VIRTUAL TABLE .*USING entity\(.*[^\s(,=])(\)\s*;?)", re.S | re.I)
LINES = re.compile(r"(\.yaml:|\bline )\d+")
SHOWN = re.compile(r",(?:\\x0a)? *(?:redis|local)_cache\b")


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class Configuration:
    """What a golden file writes into one, and the caches beside it."""

    def __init__(self, options, redis):
        self.options = options
        self.keys = ["redis: '%s:0'" % redis] if "redis_cache" in options else []
        self.keys += ["local_cache: 10000"] if "local_cache" in options else []

    def of_pool(self, line):
        """The lines of a pool instead of that of its server."""
        if found := re.fullmatch(r"(\w+: \{)(mysql: .*)", line):
            return [found[1] + ", ".join([*self.keys, found[2]])]
        if line.startswith("  mysql: "):
            return [line] + ["  " + key for key in self.keys]
        return [line]

    def of_entity(self, line):
        """The lines of an entity instead of the first."""
        pool = re.search(r"\bpool: (\w+)", line)
        pairs = [f"{option}: {pool[1] if pool else 'true'}" for option in self.options]
        if found := re.fullmatch(r"(  \w+: \{)(.*)", line):
            return [found[1] + ", ".join([*pairs, found[2]])]
        if re.fullmatch(r"  \w+:", line):
            return [line] + ["    " + pair for pair in pairs]
        return [line]

    def of(self, lines):
        """All of it. Without a Redis only time ends a row, which nothing here shall wait for."""
        made, is_entity = [], False
        for line in lines:
            if line[:1].strip():
                is_entity = line.startswith("entities:")
            made += self.of_entity(line) if is_entity else self.of_pool(line)
        return made + ["settings: {local_cache_ttl_s: 3600}"]


class Kept(Golden):
    """One file being run with caches."""

    def __init__(self, module, path, tier):
        super().__init__(module, path)
        self.tier = "redis" if tier == "redis" else "local"
        self.words = "".join(f", {option}" for option in OPTIONS[tier])
        self.configuration = Configuration(OPTIONS[tier], self.names.get("REDIS"))
        self.seen = {}    # the keys of each table that were ever there
        self.answers = 0  # rows that the nearest cache had
        self.readings = 0
        self.stale = 0
        self.write(AS_FILE, ["default:", f"  mysql: root@unix({self.names['SOCKET']})/"
                             + self.names["DATABASE"], "  import: true"])

    def ask(self, sql, parameters=()):
        return self.handle.execute(sql, parameters).fetchall()

    # What is opened, with caches.

    def write(self, name, lines):
        super().write(name, self.configuration.of(lines) if name.endswith(".yaml") else lines)

    def open(self):
        super().open()
        self.keep()

    def entities(self):
        """The entity tables of the handle: each one's name, in full, and its statement."""
        for _, schema, _ in self.ask("PRAGMA database_list"):
            for name, sql in self.ask(f"SELECT name, sql FROM {quoted(schema)}.sqlite_schema"
                                      " WHERE sql LIKE '%USING entity(%'"):
                yield schema, name, sql

    def key_of(self, schema, name):
        """The column by which rows of a table are kept; None where they are not."""
        try:
            keys = [row[1] for row in
                    self.ask(f"PRAGMA {quoted(schema)}.table_info({quoted(name)})") if row[5]]
            if len(keys) != 1:
                return None
            plan = self.ask(f"EXPLAIN QUERY PLAN SELECT * FROM {quoted(schema)}.{quoted(name)}"
                            f" WHERE {quoted(keys[0])} = 1")
        except sqlite3.Error:
            return None  # as where the server has no such table yet
        return keys[0] if " through " in plan[0][3] else None

    def kept(self):
        """The tables whose rows are kept: schema, name and key."""
        for schema, name, _ in list(self.entities()):
            if key := self.key_of(schema, name):
                yield schema, name, key

    def keep(self):
        """Makes tables that were read from a server anew, with caches. Those that are declared
        have them by their configuration, and one of a file is what it was written to be."""
        if self.handle.in_transaction:
            return
        kept = [row[:2] for row in self.kept()]
        for schema, name, sql in list(self.entities()):
            if (schema, name) in kept or self.words in sql or "config=" in sql or (
                    "with_deleted=" in sql):
                continue
            table = f"{quoted(schema)}.{quoted(name)}"
            using = sql[sql.index("USING entity("):].rstrip().removesuffix(")")
            self.ask(f"DROP TABLE {table}")
            self.ask(f"CREATE VIRTUAL TABLE {table} {using}{self.words})")

    # Answers.

    def take_out(self, text):
        """What is shown, without the caches and the lines that they take."""
        text = SHOWN.sub("", super().take_out(text))
        text = text.replace("${DIR}/" + AS_FILE, "root@unix(${SOCKET})/" + self.names["DATABASE"])
        return LINES.sub(r"\1N", text)

    def run(self, sql):
        if "entable_close" in sql:
            self.count()
        if found := ENTITY.fullmatch(sql):
            sql = found[1] + self.words + found[2]
        return super().run(sql.replace(ADDRESS, "'${DIR}/" + AS_FILE + "'"))

    def is_same(self, text, expected, got):
        """Whether a statement has printed what it must."""
        if DIFFERENT.search(text):
            return True
        if got != expected and text in WHOLE.get(self.path.stem, ()):
            return len(got) == 1 and got[0].startswith("--! ERROR: mysql: read ")
        return got == [LINES.sub(r"\1N", SHOWN.sub("", line)) for line in expected]

    def finish(self, sql, expected, number):
        text = "\n".join(sql)
        if "_cache" in text:
            return  # it is about a cache that is not there
        is_read = re.match(r"SELECT|VALUES|WITH", text) and not EFFECTS.search(text)
        self.statements += 1
        for _ in range(READS if is_read else 1):
            got = self.run(text)
            if not self.is_same(text, expected, got):
                self.fail(sql, expected, got, number)
                break
            if got and got[0].startswith("--!"):
                break  # an error may say more the second time
        if "entable_open" in text:
            self.keep()
        if not is_read:
            self.audit(sql, number)

    def change(self, sql):
        super().change(sql)
        for _, name, _ in list(self.kept()):
            self.ask("SELECT entity_forget(?)", (name,))

    # Rows.

    def audit(self, sql, number):
        """Compares rows that are read by their keys with those that a scan finds. Not where a
        reading has rows sent that a transaction gathers: when that is, is the file's."""
        gathers = "SELECT value = 'transaction' FROM entable_settings WHERE name = 'batch'"
        if self.handle.in_transaction and self.ask(gathers)[0][0]:
            return
        for schema, name, key in list(self.kept()):
            table = f"{quoted(schema)}.{quoted(name)}"
            rows = self.scan(table, quoted(key))
            if rows is not None:
                self.compare(table, quoted(key), rows, [f"-- {table} behind", *sql], number)

    def scan(self, table, key):
        """The rows of a table, less any that are too many, with their keys in front; None where
        they cannot be read, as the file may have it."""
        try:
            return self.ask(f"SELECT {key}, * FROM {table} ORDER BY {key} LIMIT {MOST_ROWS}")
        except sqlite3.Error:
            return None

    def compare(self, table, key, rows, sql, number):
        """Reads these rows by their keys; and those that were there once, if these are all."""
        keys = {row[0] for row in rows}
        if len(rows) < MOST_ROWS:
            keys |= self.seen.get(table, set())
        self.seen[table] = keys
        marks = ",".join("?" * len(keys))
        rows.sort(key=repr)
        for _ in range(READS):
            got = self.ask(f"SELECT {key}, * FROM {table} WHERE {key} IN ({marks})", tuple(keys))
            got.sort(key=repr)
            self.readings += 1
            if got != rows:
                self.stale += 1
                self.fail(sql, map(str, rows), map(str, got), number)
                break

    def count(self):
        """Takes the counters as they are; with what is opened next they may begin anew."""
        answers = self.ask("SELECT coalesce(sum(value), 0) FROM entable_stats WHERE tier = ?"
                           " AND counter IN ('hits', 'absent')", (self.tier,))[0][0]
        self.answers = max(self.answers, answers)

    def close(self):
        self.count()
        super().close()

    def status(self):
        """How the run ends."""
        print(f"{self.path.stem}: {self.statements} statements and {self.readings} readings of "
              f"tables, {self.answers} rows from {self.tier}, {self.failures} failures")
        if not self.answers:
            print(f"{self.path.stem}: no cache has answered")
        return STALE if self.stale else int(self.failures != 0 or not self.answers)


class Sandbox:
    """The server and the Redis, empty for each file."""

    def __init__(self):
        self.socket = os.environ["ENTABLE_SANDBOX_SOCKET"]
        self.redis = os.environ.get("ENTABLE_SANDBOX_REDIS")
        self.database = os.environ["ENTABLE_SANDBOX_DATABASE"]
        self.others = set(self.databases()) - {self.database}

    def client(self, sql, *more):
        return subprocess.run(["mariadb", "--no-defaults", "-uroot", "-N",
                               f"--socket={self.socket}", "--default-character-set=utf8mb4",
                               *more], input=sql, text=True, check=True,
                              stdout=subprocess.PIPE).stdout

    def databases(self):
        return self.client("SHOW DATABASES").split()

    def fill(self, fixture):
        for name in self.databases():
            if name not in self.others:
                self.client(f"DROP DATABASE `{name}`")
        self.client(f"CREATE DATABASE `{self.database}`")
        self.client(fixture.read_text(encoding="utf-8"), self.database)
        if self.redis:
            subprocess.run(["redis-cli", "-s", self.redis, "FLUSHALL"], check=True,
                           stdout=subprocess.DEVNULL)


def all_names():
    """The golden files that are not left out."""
    names = {path.stem for path in HERE.glob("*.sql") if not path.stem.endswith(".fixture")}
    if wrong := LEFT_OUT.keys() - names:
        sys.exit(f"left out, but not there: {wrong}")
    return sorted(names - {"base"} - LEFT_OUT.keys())


def run_file(options, sandbox, name):
    """Runs a file in a process of its own; its status."""
    text = (HERE / f"{name}.sql").read_text(encoding="utf-8")
    fixture = re.search(r"(?m)^--@ fixture (\S+)$", text)
    sandbox.fill(HERE / (fixture[1] if fixture else "base.sql"))
    return subprocess.run([sys.executable, __file__, options.module, options.tier, name,
                           "--here"], check=False).returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module", type=os.path.abspath)
    parser.add_argument("tier", choices=OPTIONS)
    parser.add_argument("names", nargs="*", help="golden files; else all that are not left out")
    parser.add_argument("--stale", action="store_true", help="each must find rows too old")
    parser.add_argument("--here", action="store_true", help="one file, on a server that is filled")
    options = parser.parse_args()
    if options.here:
        kept = Kept(options.module, HERE / f"{options.names[0]}.sql", options.tier)
        kept.read()
        return kept.status()
    sandbox = Sandbox()
    wanted = STALE if options.stale else 0
    names = options.names or all_names()
    wrong = [name for name in names if run_file(options, sandbox, name) != wanted]
    print(f"{len(names) - len(wrong)} files passed, {len(wrong)} failed:", *wrong)
    return len(wrong) != 0


if __name__ == "__main__":
    sys.exit(main())
