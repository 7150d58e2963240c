#!/usr/bin/python3
"""A connection cut after every packet: what entable says is what the server holds.

    entable sandbox --database fault -- \\
      /usr/bin/python3 tests/fault/cut.py --module build/vtab/entable.so

Each operation runs again and again, its connection cut after the first packet,
after the second and so on until it ends uncut.  Success means that all of it is
there, once; a refusal that nothing is; "unknown" (the answer to COMMIT was lost)
one of the two.  A read gives all rows or an error.  Behind each cut the handle
must be good for a transaction over a new connection.
"""

import argparse
import os
import sqlite3
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

import operations  # noqa: E402
import sides       # noqa: E402
from raw import Raw        # noqa: E402
from relay import Relay    # noqa: E402
from server import Server  # noqa: E402

MOST_CUTS, MOST_COMPLAINTS = 2000, 20
LONGEST = 20   # seconds that a statement may take, and that the server may need
ALLOWED = ("SQLITE_CANTOPEN", "SQLITE_IOERR")


class Try:
    """One operation with one cut."""

    def __init__(self, arena, operation, n):
        self.arena = arena
        self.operation = operation
        self.relay = Relay(arena.server.socket, arena.new_path())
        self.handle = arena.open(self.relay)
        self.n = n
        self.wrong = []
        self.said = ""        # done, refused or unknown

    def close(self):
        self.handle.close()
        self.relay.close()

    def complain(self, text):
        self.wrong.append(f"{self.operation.name}, cut after packet {self.n}: {text}")

    def run(self):
        """Runs it; returns whether it was cut."""
        operation, error, rows = self.operation, None, None
        operation.prepare(self.handle)
        self.relay.arm(self.n)
        began = time.monotonic()
        try:
            rows = operation.run(self.handle)
        except sqlite3.Error as failed:
            error = failed
        self.relay.disarm()
        if time.monotonic() - began > LONGEST:
            self.complain(f"it took {time.monotonic() - began:.0f} s")
        self.arena.wait_for_end(self.relay.cut_thread)
        self.judge(error, rows)
        self.goes_on()
        return self.relay.cut_thread != 0

    def judge(self, error, rows):
        """Compares what was said with what is there."""
        if error is None:
            wrong = self.operation.wrong_rows(rows)
            if wrong:
                self.complain(wrong)
        elif getattr(error, "sqlite_errorname", "") not in ALLOWED:
            self.complain(f"{getattr(error, 'sqlite_errorname', '')}: {error}")
        if error is not None and not self.relay.cut_thread:
            self.complain(f"an error without a cut: {error}")
        self.said = "done" if error is None else "unknown" if "unknown" in str(error) else "refused"
        state, text = self.arena.state(), f"it said '{error}'" if error else "it succeeded"
        if error is not None and self.handle.in_transaction:
            self.end_transaction()
            state = self.arena.state()
        allowed = [self.operation.after] if error is None else [self.operation.before]
        if self.said == "unknown":
            allowed.append(self.operation.after)
        if state not in allowed:
            self.complain(f"{text}, and there is {state} instead of {allowed}")

    def end_transaction(self):
        """A transaction that has failed can be rolled back."""
        try:
            self.handle.execute("ROLLBACK")
        except sqlite3.Error as failed:
            self.complain(f"ROLLBACK failed: {failed}")

    def goes_on(self):
        """The handle is good for another transaction, over a new connection."""
        mark = [("mark", 1)]
        try:
            if self.handle.in_transaction:
                self.complain("a transaction is still open")
                self.handle.execute("ROLLBACK")
            self.handle.execute("BEGIN")
            self.handle.execute("INSERT INTO mark(n) VALUES (1)")
            self.handle.execute("COMMIT")
            if self.handle.execute("SELECT 'mark', count(*) FROM mark").fetchall() != mark:
                self.complain("what was written afterwards is not read")
        except sqlite3.Error as failed:
            self.complain(f"the next transaction failed: {failed}")


class Arena:
    """The sandbox's server, seen directly too."""

    def __init__(self, module):
        self.server = Server()
        self.module = module
        self.raw = Raw(self.server)
        self.paths = 0
        self.server.empty()
        self.server.run(operations.TABLES)

    def new_path(self):
        """Every relay has an address of its own, and so entable a pool of its own."""
        self.paths += 1
        return os.path.join(os.environ["ENTABLE_SANDBOX_DIR"], f"relay{self.paths}.sock")

    def open(self, relay):
        """A handle whose connections go through the relay."""
        url = f"mysql://root@localhost/{self.server.database}?socket={relay.path}"
        handle = sides.entable(self.module, url, "on").connection
        handle.execute("SELECT entable_set('timeout_ms', 10000)").fetchall()
        return handle

    def reset(self, is_changed=True):
        """The rows as at first: all of them, or those that every try writes at its end."""
        self.raw.run(["BEGIN;", *(operations.RESET if is_changed else operations.UNMARK),
                      "COMMIT;"])

    def state(self):
        """What the server holds, in a word that operations know."""
        return self.raw.run([operations.STATE])[0]

    def wait_for_end(self, thread):
        """What a cut connection had sent may still be carried out."""
        until = time.monotonic() + LONGEST
        text = f"SELECT count(*) FROM information_schema.processlist WHERE id = {thread};"
        while thread and self.raw.run([text]) != ["0"]:
            if time.monotonic() > until:
                sys.exit("the server does not notice that a connection is gone")
            time.sleep(0.005)


def cuts(arena, operation, first, every):
    """Cuts one operation at every packet, or so many apart; returns what was said, and the
    complaints."""
    wrong, said = [], Counter()
    for n in range(first, MOST_CUTS, every):
        arena.reset(n == first or wrong or operation.after != operation.before)
        one = Try(arena, operation, n)
        try:
            was_cut = one.run()
        finally:
            one.close()
        wrong += one.wrong
        if not was_cut or len(wrong) > MOST_COMPLAINTS:
            return said, wrong
        said[one.said] += 1
    return said, [f"{operation.name} never ends"]


def too_little(operation, said, every):
    """What a run of an operation over all its packets should have seen."""
    if every == 1 and operation.after != operation.before and "unknown" not in said:
        return [f"{operation.name}: no answer to COMMIT was lost: the cuts prove too little"]
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--only", action="append", help="an operation of this name")
    parser.add_argument("--first", type=int, default=1, help="the first packet to cut after")
    parser.add_argument("--every", type=int, default=1, help="how many packets lie between")
    options = parser.parse_args()
    arena, wrong = Arena(options.module), []
    for operation in operations.OPERATIONS:
        if not options.only or operation.name in options.only:
            began = time.monotonic()
            said, found = cuts(arena, operation, options.first, options.every)
            found = found or too_little(operation, said, options.every)
            wrong += found
            words = ", ".join(f"{word} {count}" for word, count in sorted(said.items()))
            print(f"{operation.name}: {sum(said.values())} cuts ({words}), "
                  f"{time.monotonic() - began:.0f} s")
            print("\n".join(found[:MOST_COMPLAINTS]), end="\n" if found else "", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
