#!/usr/bin/python3
"""A change that commits by itself and whose answer is lost keeps its rows blocked.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/coherence/unknown.py --module build/vtab/entable.so

mysql_exec(), entity_truncate() and entity_migrate() wait for a row that somebody has locked
when the connection breaks; the server carries them out later.  Whoever reads meanwhile must
not keep the old row.  What the server has refused, or ended, blocks nobody.
"""

import argparse
import os
import sqlite3
import sys
import threading
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "differential"), str(TESTS / "fault")]

import crowd                # noqa: E402
from raw import Raw         # noqa: E402
from relay import Relay     # noqa: E402
from server import Server   # noqa: E402

LONGEST = 60  # seconds that something may take that takes a moment
CHANGED = crowd.CONFIG.replace("v: bigint not null}}", "v: bigint not null}}, unique: {{v: [v]}}")
READ = "SELECT v FROM item WHERE id = 1"
UPDATE = "SELECT mysql_exec('UPDATE item SET v = 11 WHERE id = 1')"


class Change(threading.Thread):
    """A statement on its way, and what is said of it."""

    def __init__(self, handle, sql):
        super().__init__()
        self.handle, self.sql, self.error = handle, sql, None
        self.start()

    def run(self):
        try:
            self.handle.execute(self.sql).fetchall()
        except sqlite3.Error as error:
            self.error = str(error)


class Case:
    """The servers, as at first, and who looks at them."""

    def __init__(self, options, server):
        self.module, self.server = options.module, server
        self.problems = []
        server.empty()
        server.run(["CREATE TABLE item (id BIGINT PRIMARY KEY, v BIGINT NOT NULL);",
                    "INSERT INTO item VALUES (1, 10), (2, 20);"])
        self.config = crowd.write_config("unknown.yaml")
        self.reader = crowd.connect(self.module, self.config)
        self.reader.execute("SELECT redis('FLUSHALL')").fetchall()
        self.holder = Raw(server)

    def expect(self, is_so, words):
        if not is_so:
            self.problems.append(words)

    def hold(self):
        """Nobody else changes the table."""
        self.holder.run(["BEGIN;", "SELECT v FROM item WHERE id = 1 FOR UPDATE;"])

    def is_running(self, word):
        """Whether the server is at a statement that begins so."""
        return self.server.run(["SELECT COUNT(*) FROM information_schema.processlist"
                                f" WHERE info LIKE '{word} %' AND id <> CONNECTION_ID();"]) != "0\n"

    def wait(self, word, runs):
        """Until it is, or is not."""
        until = time.monotonic() + LONGEST
        while self.is_running(word) != runs:
            if time.monotonic() > until:
                sys.exit(f"{word}: {'nothing waits for the lock' if runs else 'it does not end'}")
            time.sleep(0.01)

    def blocked(self):
        """Names in Redis that somebody blocks."""
        kinds = self.reader.execute("SELECT hex(substr(redis('GET', value), 1, 1))"
                                    " FROM redis('KEYS', '*')").fetchall()
        return kinds.count(("54",))  # 'T'

    def truth(self):
        """What the server has of the row."""
        return [(int(line),) for line in self.server.run([READ + ";"]).split()]

    def lose(self, sql, word, text=crowd.CONFIG, reads=False):
        """The connection breaks while a change waits."""
        path = os.path.join(os.environ["ENTABLE_SANDBOX_DIR"], "relay.sock")
        relay = Relay(self.server.socket, path)
        config = crowd.write_config("through.yaml", text.replace("{socket}", path))
        handle = crowd.connect(self.module, config)
        self.hold()
        change = Change(handle, sql)
        self.wait(word, True)
        relay.close()
        change.join()
        self.expect(change.error, "its connection is lost, and nothing is said")
        self.expect(self.blocked(), "its rows are not blocked any more")
        self.expect(self.is_running(word), "it has ended: this test proves nothing")
        if reads:
            seen = self.reader.execute(READ).fetchall()
            self.expect(seen == [(10,)], f"{seen} is read while it runs")
        self.holder.run(["ROLLBACK;"])
        self.wait(word, False)
        seen, truth = self.reader.execute(READ).fetchall(), self.truth()
        self.expect(seen == truth, f"{seen} is read when it has ended; the server has {truth}")
        return truth

    def refuse(self):
        """The server says no."""
        change = Change(crowd.connect(self.module, self.config),
                        "SELECT mysql_exec('INSERT INTO item VALUES (1, 1)')")
        change.join()
        self.expect("Duplicate" in str(change.error), f"it says {change.error}")
        self.expect(not self.blocked(), "something stays blocked")

    def interrupt(self):
        """The server ends it when it is told to."""
        self.hold()
        change = Change(crowd.connect(self.module, self.config), UPDATE)
        self.wait("UPDATE", True)
        change.handle.interrupt()
        change.join()
        self.expect("interrupted" in str(change.error), f"it says {change.error}")
        self.expect(not self.blocked(), "something stays blocked")

    def end(self, name):
        """Says what is wrong, and whether something is."""
        self.holder.close()
        for words in self.problems:
            print(f"{name}: {words}")
        return bool(self.problems)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    options = parser.parse_args()
    server, n_wrong = Server(), 0
    cases = [
        ("mysql_exec", lambda case: case.lose(UPDATE, "UPDATE", reads=True), [(11,)]),
        ("truncate", lambda case: case.lose("SELECT entity_truncate('item')", "TRUNCATE"), []),
        ("migrate", lambda case: case.lose("SELECT entity_migrate('all')", "ALTER", CHANGED),
         [(10,)]),
        ("refused", Case.refuse, None),
        ("interrupted", Case.interrupt, None)]
    for name, play, expected in cases:
        case = Case(options, server)
        truth = play(case)
        case.expect(truth == expected, f"the server has {truth} in the end")
        n_wrong += case.end(name)
    print(f"{len(cases)} cases, {n_wrong} wrong")
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
