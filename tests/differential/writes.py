#!/usr/bin/python3
"""The judge of writes: generated transactions on entity tables and on a copy.

    entable sandbox --database judge -- \\
      /usr/bin/python3 tests/differential/writes.py --module build/vtab/entable.so

Every case is one statement in autocommit or one transaction.  After each statement its
outcome, changes() and (of an INSERT that gave one) last_insert_rowid() must be those of
ordinary tables; after each case all rows must be, as entable reads them and as the
server's own client does.  `--seed S --only I` runs one case; what differs is printed as
SQL to paste.  What is left out and why stands in statements.py.
"""

import argparse
import os
import random
import sqlite3
import sys

import statements
from server import Server

SEEDS = [1, 2, 3]


class Side:
    """One connection that the statements run on."""

    def __init__(self, connection):
        self.connection = connection

    def run(self, sql):
        """(error name or "", rows changed, last_insert_rowid) of one statement."""
        error = ""
        try:
            self.connection.execute(sql).fetchall()
        except sqlite3.Error as failed:
            error = getattr(failed, "sqlite_errorname", type(failed).__name__)
            self.text = str(failed)
        changes, last = self.connection.execute(
            "SELECT changes(), last_insert_rowid()").fetchone()
        return error, changes, last

    def rows(self, table):
        return self.connection.execute(statements.ALL_ROWS[table]).fetchall()


def open_copy():
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    for sql in statements.COPY_TABLES + statements.LOCAL_TABLES:
        connection.execute(sql)
    return Side(connection)


def open_ours(module, server):
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.enable_load_extension(True)
    connection.execute("SELECT load_extension(?, 'sqlite3_entable_init')", (module,))
    connection.execute("SELECT entable_open(?)", (server.url,)).fetchall()
    for name in statements.TABLES:
        connection.execute(f"CREATE VIRTUAL TABLE temp.{name}_too USING"
                           f" entity(pool=default, table={name})")
    for sql in statements.LOCAL_TABLES:
        connection.execute(sql)
    return Side(connection)


class Judge:
    """Both sides and the server between them."""

    def __init__(self, module):
        self.server = Server()
        self.server.empty()
        self.server.run(statements.SERVER_TABLES)
        self.copy = open_copy()
        self.ours = open_ours(module, self.server)

    def reset(self):
        """Both sides hold nothing, and no transaction is open."""
        for side in (self.copy, self.ours):
            if side.connection.in_transaction:
                side.run("ROLLBACK")
            for table in ["local"] + statements.TABLES[::-1]:
                side.run(f"DELETE FROM {table}")
        self.ours.run("SELECT entable_set('batch', 'statement')")

    def on_server(self):
        """All rows as the server's client shows them."""
        out = self.server.run([f"SELECT '{table}'; {sql};"
                               for table, sql in statements.ALL_ROWS.items()])
        found, table = {name: [] for name in statements.TABLES}, None
        for line in out.splitlines():
            if line in found:
                table = line
            else:
                found[table].append(line.split("\t"))
        return found

    def compare_rows(self):
        """What is wrong with the rows, or None."""
        server = self.on_server()
        for table in statements.TABLES:
            expected = self.copy.rows(table)
            if self.ours.rows(table) != expected:
                return (f"rows of {table}: expected {expected}, entable has"
                        f" {self.ours.rows(table)}")
            shown = [["NULL" if value is None else f"{value:g}" if isinstance(value, float)
                      else str(value) for value in row] for row in expected]
            if server[table] != shown:
                return f"rows of {table}: expected {shown}, the server has {server[table]}"
        return None

    def compare_statement(self, sql):
        """What is wrong with one statement's outcome, or None; and whether it failed."""
        expected, got = self.copy.run(sql), self.ours.run(sql)
        if got[0] == "SQLITE_ERROR" and statements.HAS_CLAUSE.match(sql):
            # A foreign key under such a clause: any CONSTRAINT would be acted upon.
            got = ("SQLITE_CONSTRAINT_FOREIGNKEY",) + got[1:]
        elif got[0] == "SQLITE_CONSTRAINT_FOREIGNKEY" and "CONSTRAINT" in expected[0]:
            got = (expected[0],) + got[1:]
        if got[:2] != expected[:2]:
            words = f" ({self.ours.text})" if got[0] else ""
            return f"{sql}: expected {expected[:2]}, got {got[:2]}{words}", bool(expected[0])
        if not expected[0] and statements.gives_id(sql) and expected[1] and got != expected:
            return f"{sql}: last_insert_rowid(): expected {expected[2]}, got {got[2]}", False
        return None, bool(expected[0])

    def succeeds(self, case):
        """Whether SQLite carries out all of it."""
        rehearsal = open_copy()
        return not any(rehearsal.run(sql)[0] for sql in case.before + case.statements)

    def run(self, case):
        """What differs, or None.  Where a transaction's rows are sent together, a refusal
        may come later than in SQLite: then only what succeeds is compared."""
        self.reset()
        for sql in case.before:
            wrong, failed = self.compare_statement(sql)
            if wrong or failed:
                return wrong or f"{sql}: failed"
        if case.gathers and self.succeeds(case):
            self.ours.run("SELECT entable_set('batch', 'transaction')")
        for sql in case.statements:
            wrong, _ = self.compare_statement(sql)
            if wrong:
                return wrong
        for side in (self.copy, self.ours):
            if side.connection.in_transaction:
                side.run("ROLLBACK")
        return self.compare_rows()


def shrink(judge, case):
    """Leaves out statements as long as something differs."""
    wrong, at = judge.run(case), 0
    while at < len(case.statements):
        less = statements.Case(case.before, case.statements[:at] + case.statements[at + 1:],
                               case.gathers)
        found = judge.run(less)
        if found:
            case, wrong = less, found
        else:
            at += 1
    return case, wrong


def report(judge, seed, number, case):
    case, wrong = shrink(judge, case)
    print(f"difference: seed {seed} query {number}: {wrong}")
    if case.gathers:
        print("  SELECT entable_set('batch', 'transaction');")
    for sql in case.before + case.statements:
        print(f"  {sql};")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--count", type=int, default=2000, help="cases, over all seeds")
    parser.add_argument("--seed", type=int, help="this seed only")
    parser.add_argument("--only", type=int, help="this case only")
    parser.add_argument("--skip-fixed", action="store_true", help="only generated ones")
    options = parser.parse_args()
    judge = Judge(options.module)
    seeds = SEEDS if options.seed is None else [options.seed]
    for number, case in enumerate([] if options.skip_fixed else statements.FIXED):
        if judge.run(case):
            report(judge, "fixed", number, case)
            return 1
    n_failed = 0
    for seed in seeds:
        source = random.Random(seed)
        for number in range(options.count // len(seeds)):
            case = statements.make_case(random.Random(source.random()))
            if options.only not in (None, number):
                continue
            if judge.run(case):
                report(judge, seed, number, case)
                n_failed += 1
            if n_failed == 5 or (n_failed and options.skip_fixed):
                return 1
    print(f"{options.count} cases of seeds {seeds}: {n_failed} differences")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
