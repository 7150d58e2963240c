"""Plays a history on entable and on ordinary tables and says where they part."""

import re
from collections import Counter
from dataclasses import dataclass, field

import sides
import twins
import writable
from compare import bag, only_in
from raw import Raw
from steps import control, spelled

FIRST_ID = 100              # that the server makes, so that a history played again is the same
FIRST_MADE = 10**9          # ids of rows that were refused, so that nobody knows them
MADE = re.compile("«.*?»")
READINGS = 3                # of each key where a cache keeps it
PLANS = ["scan", "key", "list", "count", "local"]


@dataclass
class Tally:
    """What a run has done so far."""
    units: int = 0
    steps: int = 0
    skipped: int = 0          # the order of rows decides
    doomed: int = 0           # transactions that failed because rows were gathered
    rows: int = 0
    hits: int = 0             # keys that a cache had
    codes: Counter = field(default_factory=Counter)
    words: Counter = field(default_factory=Counter)


class Parted(Exception):
    """The two sides differ."""


class Referee:
    """The two sides during one history."""

    def __init__(self, arena, history, tally, rng=None):
        self.arena = arena
        self.batch = history.batch
        self.rng = rng        # chooses one plan of reading; without it all are tried
        self.tally = tally
        self.ours, self.raw = arena.begin(history)
        self.copies = twins.Copies(history.rows)
        self.committed = self.all_rows()
        self.dead = ""        # the error that COMMIT must give, where rows waited
        self.dead_step = None
        self.is_explicit = False

    def close(self):
        if sides.tiers() and self.arena.is_apart:
            self.tally.hits += sides.hits(self.ours.connection)
        self.ours.close()
        self.copies.close()

    def all_rows(self):
        return {table.name: self.copies.first.rows(table) for table in writable.TABLES}

    # One step after the other.

    def play(self, step):
        """Plays one step on both sides; raises Parted with what differs."""
        self.tally.steps += 1
        if step.verb == "peek":
            self.peek()
        elif step.writes:
            self.play_write(step)
        else:
            self.play_control(step)

    def play_control(self, step):
        text = step.head.ours
        if self.dead and text not in ("COMMIT", "ROLLBACK"):
            return
        ours = self.ours.run(text)
        if self.dead:
            self.end_dead(text, ours)
            return
        right = self.copies.run(text)
        self.compare(text, "error", right.error, ours.error, ours.text)
        self.compare(text, "transaction open", right.is_open, ours.is_open)
        if not right.is_open:
            self.is_explicit = False
        elif text.startswith("BEGIN"):
            self.is_explicit = True

    def end_dead(self, text, ours):
        """The end of a transaction one of whose rows was refused too late."""
        self.tally.doomed += 1
        self.copies.run("ROLLBACK")
        wanted = self.dead if text == "COMMIT" else ""
        if not (wanted and ours.error and self.either(self.dead_step, wanted, ours.error)):
            self.compare(text, "error of what had waited", wanted, ours.error, ours.text)
        self.compare(text, "transaction open", False, ours.is_open)
        self.dead, self.is_explicit = "", False

    def is_mixed(self, step, text, expected):
        """Whether some rows break what an OR clause is about and others do not.

        The first one met decides on the clause, and SQLite meets foreign keys last.
        """
        if step.clause not in ("FAIL", "ROLLBACK") or not expected:
            return False
        rest = self.copies.expected(self.with_ids(
            step, text.replace(f" OR {step.clause} ", " OR IGNORE ", 1), {}))
        return rest is None or rest not in ("", expected)

    def may_wait(self):
        """Whether rows gather beyond their statement."""
        return self.batch == "transaction" and self.ours.connection.in_transaction

    def play_write(self, step):
        if self.dead:
            return
        text = step.written()
        expected = self.copies.expected(self.with_ids(step, text.copy, {}))
        if expected is None or self.is_mixed(step, text.copy, expected):
            self.tally.skipped += 1
            return
        waits = self.may_wait() and step.clause in ("", "ABORT", "REPLACE", "ROLLBACK")
        # What fails at once, or later, or both: only a plain statement can tell.
        if waits and expected and not (step.dooms and self.is_explicit
                                       and step.clause != "ROLLBACK"):
            return
        ours = self.ours.run(self.arena.text_of(text))
        if waits and expected and not ours.error:
            self.dead, self.dead_step = expected, step
            return
        known = not ours.error or step.clause == "FAIL"
        made = {word: self.made_id(word) for word in step.made if known}
        right = self.copies.run(self.with_ids(step, text.copy, made))
        self.count(step, right)
        self.compare_outcome(step, text.ours, right, ours)

    def count(self, step, right):
        self.tally.codes[right.error.removeprefix("SQLITE_") or "ok"] += 1
        self.tally.words[f"{step.verb} {step.clause}".strip()] += 1

    def made_id(self, word):
        """The id that the server made for the row with this unique text."""
        found = self.ours.connection.execute("SELECT id FROM person WHERE email = ?",
                                             (word,)).fetchone()
        return found[0] if found else None

    @staticmethod
    def with_ids(step, text, made):
        """The text for the copies, with the ids that the server has made."""
        for at, word in enumerate(step.made):
            number = made.get(word)
            text = text.replace(f"«{word}»", str(FIRST_MADE + at if number is None else number))
        return text

    # What is compared.

    def compare(self, text, what, right, ours, words=""):
        if right != ours:
            tail = f" ({words})" if words else ""
            raise Parted(f"{text}\n  {what}: {ours!r} instead of {right!r}{tail}")

    def compare_outcome(self, step, text, right, ours):
        if right.error != ours.error and not self.either(step, right.error, ours.error):
            self.compare(text, "error", right.error, ours.error, ours.text)
        self.compare(text, "transaction open", right.is_open, ours.is_open)
        self.compare(text, "changes()", right.changes, ours.changes)
        # Actions of foreign keys count in SQLite, as do triggers of a failed statement.
        if not right.error and step.table not in ("person", "item"):
            self.compare(text, "total_changes()", right.total, ours.total)
        if self.sets_last_id(step, right) and not self.may_wait():
            self.compare(text, "last_insert_rowid()", right.last_id, ours.last_id)
        if step.returns:
            self.compare(text, "RETURNING", right.rows, ours.rows)
        if not right.is_open:
            self.is_explicit = False
        self.compare_table(step.table, "after " + text)

    @staticmethod
    def either(step, right, ours):
        """Whether one cause has two codes, or each side has met another bad row first.

        A foreign key must not take an OR clause along, so it may be a plain error.
        SQLite looks at it when all rows are written, and we at a row's types before
        any row is sent; what a trigger writes to an entity may be sent later.
        """
        foreign = ("SQLITE_CONSTRAINT_FOREIGNKEY", "SQLITE_ERROR")
        types = ("SQLITE_MISMATCH", "SQLITE_TOOBIG")
        if not right or not ours:
            return False
        if right in foreign and ours in foreign:
            return step.clause in ("IGNORE", "FAIL", "ROLLBACK")
        if right in types and ours in types:
            return True
        many = len(step.rows) != 1
        return many and (step.table == "feed" or right in foreign or ours in foreign + types)

    @staticmethod
    def sets_last_id(step, right):
        table = next(table for table in twins.TABLES if table.name == step.table)
        return step.verb == "insert" and table.rowid and not right.error and right.changes

    def compare_rows(self, name, right, ours, when):
        self.tally.rows += len(right)
        if bag(right) == bag(ours):
            return
        lines = [f"{name} {when}:"]
        lines += [f"  only ordinary: {row}" for row in only_in(right, ours)]
        lines += [f"  only entable: {row}" for row in only_in(ours, right)]
        raise Parted("\n".join(lines))

    def read(self, text, values=()):
        try:
            return self.ours.connection.execute(text, values).fetchall()
        except Exception as error:
            raise Parted(f"{text} {values}\n  failed: {error}") from error

    def compare_table(self, name, when):
        """A whole table, as a scan gives it."""
        table = next(table for table in twins.TABLES if table.name == name)
        ours = self.read(f"SELECT {', '.join(table.names)} FROM {name}")
        self.compare_rows(name, self.copies.rows(name), ours, when)

    def peek(self):
        """Nobody else sees what is not committed."""
        if self.arena.is_apart and self.ours.connection.in_transaction:
            seen = self.raw.rows(writable.TABLES)
            for name, right in self.committed.items():
                self.compare_rows(name, right, seen[name], "seen by others before COMMIT")

    # The end of a unit.

    def end_unit(self):
        """All rows of all tables, read through entable and directly."""
        if self.ours.connection.in_transaction:
            self.play(control("ROLLBACK"))
        self.tally.units += 1
        self.committed = self.all_rows()
        self.compare_table("feed", "after the transaction")
        for table in writable.TABLES:
            self.compare_table(table.name, "after the transaction")
            for plan in [self.rng.choice(PLANS)] if self.rng else PLANS:
                self.compare_plan(table, plan)
        seen = self.raw.rows(writable.TABLES)
        for name, right in self.committed.items():
            self.compare_rows(name, right, seen[name], "read directly from the server")

    def compare_plan(self, table, plan):
        """The same rows read in another way."""
        right, names = self.committed[table.name], ", ".join(table.names)
        if plan == "local":
            self.read("SELECT entable_set('pushdown', 'off')")
            self.compare_table(table.name, "with pushdown off")
            self.read("SELECT entable_set('pushdown', 'on')")
        elif plan == "count":
            ours = self.read(f"SELECT count(*) FROM {table.name}")
            self.compare(table.name, "count(*)", len(right), ours[0][0])
        elif plan == "list" and len(table.key) == 1:
            keys = ", ".join(spelled(writable.key_of(table, row)[0]) for row in right)
            for _ in range(READINGS if sides.tiers() else 1):
                ours = self.read(f"SELECT {names} FROM {table.name} WHERE {table.key[0]}"
                                 f" IN ({keys})")
                self.compare_rows(table.name, right, ours, "by a list of keys")
        elif plan in ("key", "list"):
            for row in right[:5]:
                where = " AND ".join(f"{name} = ?" for name in table.key)
                ours = self.read(f"SELECT {names} FROM {table.name} WHERE {where}",
                                 writable.key_of(table, row))
                self.compare_rows(table.name, [row], ours, "by key")


class Arena:
    """Where histories are played: the sandbox's server."""

    is_apart = True   # the direct reader is another session

    def __init__(self, server, module):
        self.server = server
        self.module = module
        self.raw = Raw(server)
        self.raw.run(["SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';",
                      "SET time_zone = '+00:00';"])
        server.empty()
        self.raw.run([writable.server_sql(table) for table in writable.TABLES])

    def text_of(self, text):
        """What entable runs of a step."""
        return text.ours

    def fill_sql(self, history):
        """What brings the server to a history's beginning."""
        texts = ["SET foreign_key_checks = 0;"]
        for name, rows in history.rows:
            texts.append(f"DELETE FROM {name};")
            tuples = ", ".join("(" + ", ".join(map(writable.server_literal, row)) + ")"
                               for row in rows)
            if tuples:
                texts.append(f"INSERT INTO {name} VALUES {tuples};")
        return texts + ["SET foreign_key_checks = 1;"]

    def begin(self, history):
        """The server filled, and a fresh connection to it."""
        self.raw.run(["BEGIN;", *self.fill_sql(history), "COMMIT;",
                      f"ALTER TABLE person AUTO_INCREMENT = {FIRST_ID};"])
        return twins.entable(self.module, self.server.url, history.batch), self.raw


class Itself:
    """A reader of the copy that stands for entable in a run without a server."""

    def __init__(self, store):
        self.store = store

    def rows(self, tables):
        return {table.name: self.store.rows(table) for table in tables}


class Alone:
    """Ordinary tables against ordinary tables: tests the judge itself."""

    is_apart = False

    def text_of(self, text):
        """An ordinary table makes an id where NULL is given."""
        return MADE.sub("NULL", text.copy)

    def begin(self, history):
        """A third copy in the place of entable."""
        store = twins.ordinary(history.rows)
        store.connection.create_function("entable_set", 2, lambda name, value: value)
        return store, Itself(store)
