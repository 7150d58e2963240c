#!/usr/bin/python3
"""A transaction that the server ends without a word: nothing is said to be done that is
not, and nobody's change is lost.

    entable sandbox --database fault -- \\
      /usr/bin/python3 tests/fault/ended.py --module build/vtab/entable.so

A node of Galera ends a transaction when another node was first with one of its rows.
It says so with the next answer; but where that happens while a query is prepared the
answer may be on its way already, and nothing is said: the next statement is one of its
own.  Here a relay does it on any server: it sends a ROLLBACK that nobody sees, and
changes two rows as the other node would.  It does so, each time at the first such
moment, then at the second and so on:

    told        before any command, which is answered with the error 1213
    forgotten   behind a query that was prepared
    worse       before an execution, as no server is known to do: what that has written
                by itself cannot be had back, but is told
"""

import argparse
import os
import sqlite3
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

import operations                                        # noqa: E402
from cut import Arena                                    # noqa: E402
from operations import ALL, Operation, PAD, ROWS, state  # noqa: E402
from relay import Relay                                  # noqa: E402

QUERY, PREPARE, EXECUTE, CLOSE, BULK = 0x03, 0x16, 0x17, 0x19, 0xfa   # of the protocol
ROLLBACK = b"\x09\x00\x00\x00\x03ROLLBACK"
WORDS = b"\xff\xbd\x04#40001Deadlock found when trying to get lock"
DEADLOCK = bytes([len(WORDS), 0, 0, 1]) + WORDS
MOST_ENDS = 200
OTHERS = "UPDATE big SET n = n + 1000 WHERE id IN (1, 150);"
SILENT, BY_ITSELF = "without saying so", "has carried it out by itself"
KINDS = ("told", "forgotten", "worse")


class Ender(Relay):
    """Ends what is open on the connection of the n-th moment of a kind."""

    def __init__(self, server_socket, path, kind, meanwhile):
        self.kind = kind
        self.meanwhile = meanwhile
        self.moments = 0         # to come; 0: none
        self.has_ended = False
        self.commands = {}       # of each connection: the last one
        self.prepared = set()    # connections whose last answer was that of a query
        super().__init__(server_socket, path)

    def passes(self, side, packet):
        link = side.link
        if link.is_logged_in and side.is_server:
            self.hear(link, packet)
        elif link.is_logged_in and packet[3] == 0 and packet[4] != CLOSE:
            is_moment = self.is_moment(link, packet[4])
            self.commands[link] = packet[4]
            self.prepared.discard(link)
            if is_moment:
                self.end(link)
            if is_moment and self.kind == "told":
                side.sock.sendall(DEADLOCK)
                return True
        return super().passes(side, packet)

    def hear(self, link, packet):
        """Notes the answer to PREPARE that tells columns."""
        if self.commands.get(link) == PREPARE and packet[3] == 1 and packet[4] == 0 and \
                packet[9] + packet[10]:
            self.prepared.add(link)

    def is_moment(self, link, command):
        """Whether this is the moment that is waited for."""
        is_one = {"told": command in (QUERY, PREPARE, EXECUTE, BULK),
                  "forgotten": link in self.prepared,
                  "worse": command in (EXECUTE, BULK)}[self.kind]
        if not self.moments or not is_one:
            return False
        self.moments -= 1
        return self.moments == 0

    def end(self, link):
        """The answer to ROLLBACK is read here; nothing else is on its way."""
        self.has_ended = True
        sock, answer = link.server.sock, b""
        sock.sendall(ROLLBACK)
        while len(answer) < 4 or len(answer) < 4 + int.from_bytes(answer[:3], "little"):
            answer += sock.recv(4096)
        self.meanwhile()


class Try:
    """One operation with one end."""

    def __init__(self, arena, operation, kind, n):
        self.arena = arena
        self.operation = operation
        self.kind = kind
        self.relay = Ender(arena.server.socket, arena.new_path(), kind,
                           lambda: arena.raw.run([OTHERS]))
        self.handle = arena.open(self.relay)
        self.n = n
        self.wrong = []
        self.said = ""           # done, refused or lost

    def close(self):
        self.handle.close()
        self.relay.close()

    def complain(self, text):
        self.wrong.append(f"{self.operation.name}, {self.kind} {self.n}: {text}")

    def run(self):
        """Runs it; returns whether something was ended."""
        error = rows = None
        self.operation.prepare(self.handle)
        self.relay.moments = self.n
        try:
            rows = self.operation.run(self.handle)
        except sqlite3.Error as failed:
            error = failed
        self.relay.moments = 0
        is_lost = error and error.sqlite_errorname == "SQLITE_IOERR"
        self.said = "done" if not error else "lost" if is_lost else "refused"
        if error:
            self.judge_error(error)
        elif self.operation.rows and rows not in self.operation.rows:
            self.complain("rows of no one state")
        self.expect(self.operation.before if error else self.operation.after, str(error))
        if error and self.said == "refused":
            self.again()
        return self.relay.has_ended

    def expect(self, wanted, why):
        """What is there is this, beside what the other has changed."""
        others = 2000 if self.relay.has_ended else 0
        found = self.arena.state()
        if self.said != "lost" and found != wanted(others):
            self.complain(f"{found}, not {wanted(others)}; it said {why}")

    def judge_error(self, error):
        """Nothing more is done before ROLLBACK."""
        # SQLite's words are for what fails while it sets or uses a savepoint.
        allowed, words = "SQLITE_BUSY", (SILENT, "(1213)", "database is locked")
        if self.kind == "worse" and self.said == "lost":
            allowed, words = "SQLITE_IOERR", (BY_ITSELF, "disk I/O error")
        if not self.relay.has_ended or not error.sqlite_errorname.startswith(allowed) or \
                not any(word in str(error) for word in words):
            self.complain(f"{error.sqlite_errorname}: {error}")
        # Where the server's had not begun, SQLite's goes on.
        texts = () if "begin a transaction" in str(error) else (
            "UPDATE big SET n = n + 7 WHERE id = 2", "SELECT n FROM big WHERE id = 2", "COMMIT")
        for text in (*texts, "ROLLBACK"):
            if self.handle.in_transaction:
                self.expect_refused(text, allowed)

    def expect_refused(self, text, allowed):
        """A statement of a transaction that was ended; SQLite may roll it back with this."""
        try:
            self.handle.execute(text).fetchall()
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith(allowed):
                self.complain(f"{text} then: {error.sqlite_errorname}: {error}")
        else:
            if text != "ROLLBACK":
                self.complain(f"{text} was done then")

    def again(self):
        """Begun anew, as a program would, it succeeds."""
        try:
            self.operation.run(self.handle)
        except sqlite3.Error as error:
            self.complain(f"begun anew: {error}")
        self.expect(self.operation.after, "nothing, begun anew")


def added(**changes):
    """The state with so much added, beside what others have changed."""
    return lambda others: state(**{**changes, "n": changes.get("n", 0) + others})


def steps(*texts):
    """Statements, one after the other; the rows of the last."""
    def run(handle):
        rows = None
        for text in texts:
            rows = handle.execute(text).fetchall()
        return rows
    return run


def failing_query(handle):
    """A query that the server prepares and then refuses, in a transaction that goes on."""
    handle.execute("BEGIN")
    handle.execute("UPDATE big SET n = n + 1 WHERE id = 1")
    try:
        handle.execute("SELECT * FROM"
                       " mysql_query('SELECT (SELECT id FROM big) AS many')").fetchall()
    except sqlite3.OperationalError as error:
        # What was ended before is told here already.
        if error.sqlite_errorname != "SQLITE_ERROR" or "1242" not in str(error):
            raise
    handle.execute("UPDATE big SET n = n + 1 WHERE id = 2")
    handle.execute("COMMIT")


def held(handle):
    """Reads of one state."""
    handle.execute("SELECT entable_set('snapshot', 'on')").fetchall()
    handle.execute("BEGIN")
    rows = [handle.execute(f"SELECT n, {n} FROM big WHERE id IN (1, {n})").fetchall()
            for n in (148, 149, 150)]
    handle.execute("COMMIT")
    return [row[0][0] for row in rows]


def scan_beside_updates(handle):
    """Rows are still to come while others are written."""
    handle.execute("BEGIN")
    handle.execute("UPDATE big SET n = n + 1 WHERE id = 2")
    scan = handle.execute("SELECT id FROM big")
    for n in (1, 150, 3):
        scan.fetchmany(10)
        handle.execute("UPDATE big SET n = n + 1 WHERE id = ?", (n,))
    scan.fetchall()
    handle.execute("COMMIT")


CHANGED = [(n, 1000 if n in (1, ROWS) else 0, n, PAD) for n in range(1, ROWS + 1)]
NOTHING = added()
OPERATIONS = [
    Operation("one update", steps("UPDATE big SET n = n + 1 WHERE id = 1"), added(n=1), NOTHING),
    Operation("update", steps("UPDATE big SET n = n + 1"), added(n=ROWS), NOTHING),
    Operation("different updates", steps("UPDATE big SET n = n + id % 2"),
              added(n=ROWS // 2), NOTHING),
    Operation("update of a unique column",
              steps("UPDATE big SET u = u + 1000, n = n + 1 WHERE id = 150"),
              added(u=operations.SUM + 1000, n=1), NOTHING),
    Operation("gathered transaction", steps(
        "BEGIN", "UPDATE big SET n = n + 1 WHERE id = 1", operations.INSERT,
        "UPDATE big SET n = n + 1 WHERE id = 150", "COMMIT"),
              added(log=operations.BATCH, n=2), NOTHING, prepare=operations.gathering),
    Operation("delete", steps("DELETE FROM big WHERE n = 0 AND id BETWEEN 2 AND 11"),
              added(big=ROWS - 10, u=operations.SUM - 65), NOTHING),
    Operation("transaction", steps(
        "BEGIN", "UPDATE big SET n = n + 1 WHERE id = 1", "SELECT n FROM big WHERE id = 150",
        "SELECT * FROM mysql_query('SELECT 1')", "SAVEPOINT s",
        "INSERT INTO log(note) VALUES ('a')", "SELECT count(*) FROM pair", "ROLLBACK TO s",
        "SELECT id FROM big WHERE n > 5", "UPDATE big SET n = n + 1 WHERE id IN (1, 150)",
        "COMMIT"), added(n=3), NOTHING),
    Operation("transaction that ends with a query", steps(
        "BEGIN", "UPDATE big SET n = n + 1 WHERE id = 1",
        "SELECT * FROM mysql_query('SELECT 1')", "COMMIT"), added(n=1), NOTHING),
    Operation("transaction with a long scan", steps(
        "BEGIN", "UPDATE big SET n = n + 1 WHERE id = 1", "SELECT id, n FROM big",
        "COMMIT"), added(n=1), NOTHING),
    Operation("transaction with mysql_exec", steps(
        "BEGIN", "SELECT mysql_exec('UPDATE big SET n = n + 1 WHERE id = 1')",
        "SELECT n FROM big WHERE id = 1",
        "SELECT mysql_exec('UPDATE big SET n = n + 1 WHERE id = 2')", "COMMIT"),
              added(n=2), NOTHING),
    Operation("scan beside updates", scan_beside_updates, added(n=4), NOTHING),
    Operation("query that fails", failing_query, added(n=2), NOTHING),
    Operation("scan", steps("SELECT * FROM big"), NOTHING, NOTHING, rows=(ALL, CHANGED)),
    Operation("held", held, NOTHING, NOTHING, rows=([0] * 3, [1000] * 3)),
]


def ends(arena, operation, kind):
    """Ends one operation everywhere; returns what was said, and the complaints."""
    wrong, said = [], Counter()
    for n in range(1, MOST_ENDS):
        arena.reset()
        one = Try(arena, operation, kind, n)
        try:
            was_ended = one.run()
        finally:
            one.close()
        wrong += one.wrong
        if not was_ended:
            break
        said[one.said] += 1
    else:
        wrong.append(f"{operation.name} never ends")
    if not said["refused"]:
        wrong.append(f"{operation.name}: no end was in a transaction: this proves too little")
    return said, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--only", action="append", help="an operation of this name")
    options = parser.parse_args()
    arena, wrong = Arena(options.module), []
    for operation in OPERATIONS:
        for kind in KINDS:
            if options.only and operation.name not in options.only:
                continue
            began = time.monotonic()
            said, found = ends(arena, operation, kind)
            wrong += found
            words = ", ".join(f"{word} {count}" for word, count in sorted(said.items()))
            print(f"{operation.name}, {kind}: {words}, {time.monotonic() - began:.1f} s")
            print("\n".join(found[:20]), end="\n" if found else "", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
