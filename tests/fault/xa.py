#!/usr/bin/python3
"""A transaction over several pools is committed in all of them or in none, wherever it dies.

    entable sandbox --database fault --with redis -- \\
      /usr/bin/python3 tests/fault/xa.py --module build/vtab/entable.so \\
      --command build/cli/entable

Each operation writes to several databases, over a relay that counts packets, and runs
again and again: something happens behind the first packet, then behind the second and
so on until it ends by itself. What happens is one of

    kill    the process is killed with -9, and what it had sent on goes no further;
            then `entable check` finishes what is left
    cut     the connection is cut; what entable says is what there is, at once, or where
            it says "unknown" after `entable check`
    gone    every connection is cut, and there is no other before the end; then
            `entable check` finishes what is left
    beside  `entable check` runs while the packet's answer waits: it must not touch a
            transaction under way

After each the databases agree, no branch is prepared, and once an hour has passed the
record is empty. With a Redis in the sandbox the pools tell it what they write: that stays
blocked there where it is unknown whether it was committed, or is committed later, and
nowhere else.
"""

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

import sides               # noqa: E402
from raw import Raw        # noqa: E402
from relay import Relay    # noqa: E402
from server import Server  # noqa: E402

POOLS = {"default": "one", "log": "two", "more": "three"}
MOST, LONGEST = 400, 20
SET_UP = [f"DROP DATABASE IF EXISTS x_{word};\nCREATE DATABASE x_{word};\n"
          f"CREATE TABLE x_{word}.{word} (id INT PRIMARY KEY, n INT NOT NULL) ENGINE=InnoDB;"
          for word in POOLS.values()]
RESET = [f"DELETE FROM x_{word}.{word}; INSERT INTO x_{word}.{word} VALUES (1, 0);"
         for word in POOLS.values()]
STATE = "SELECT " + ", ".join(f"(SELECT SUM(n) + 10 * (COUNT(*) - 1) FROM x_{word}.{word})"
                              for word in POOLS.values()) + ";"
RECORDS = [f"x_{word}._entable_xa" for word in POOLS.values()]
TRANSACTION = ("BEGIN", "INSERT INTO one VALUES (2, 0)", "SELECT n FROM two WHERE id = 1",
               "UPDATE two SET n = n + 10 WHERE id = 1", "COMMIT")
OPERATIONS = {
    "two pools": (TRANSACTION, "10\t10\t0"),
    "three pools": ((*TRANSACTION[:-1], "SAVEPOINT s", "DELETE FROM one", "ROLLBACK TO s",
                     "SELECT mysql_exec(pool('more'), 'INSERT INTO three VALUES (2, 0)')",
                     "COMMIT"), "10\t10\t10"),
    "one statement": (("INSERT INTO one SELECT 2, mysql_exec(pool('log'),"
                       " 'UPDATE two SET n = n + 10') - 1",), "10\t10\t0"),
    "one pool": (("BEGIN", "INSERT INTO one VALUES (2, 0)", "SELECT n FROM two",
                  "UPDATE two SET n = n + 10 WHERE id = 7", "COMMIT"), "10\t0\t0"),
}
BEFORE = "0\t0\t0"
BLOCKED = ("local n = 0 for _, key in ipairs(redis.call('KEYS', '*')) do"
           " if string.sub(redis.call('GET', key), 1, 1) == 'T' then n = n + 1 end end return n")


class Watch(Relay):
    """Calls `then` behind the n-th packet; what that returns ends the connection."""

    def __init__(self, server_socket, path):
        self.then = lambda link: True
        self.is_away = False
        super().__init__(server_socket, path)

    def passes(self, side, packet):
        return super().passes(side, packet) or not self.then(side.link)

    def accept(self):
        if self.is_away:
            self.listener.accept()[0].close()
        else:
            super().accept()

    def stop(self):
        """Counts no more; what was to happen has."""
        self.arm(0)

    def drop_others(self, link):
        """Ends every connection but this one."""
        for other in list(self.links):
            if other is not link:
                self.drop(other)


class Arena:
    """The sandbox's server, and the configurations that name its databases."""

    def __init__(self, options):
        self.module, self.command = options.module, options.command
        self.server = Server()
        self.raw = Raw(self.server)
        self.raw.run(SET_UP)
        folder = os.environ["ENTABLE_SANDBOX_DIR"]
        self.relay = Watch(self.server.socket, os.path.join(folder, "xa.sock"))
        self.relayed = self.write(os.path.join(folder, "relayed.yaml"), self.relay.path)
        self.direct = self.write(os.path.join(folder, "direct.yaml"), self.server.socket)

    @staticmethod
    def write(path, socket):
        """A configuration of all three databases."""
        redis = os.environ.get("ENTABLE_SANDBOX_REDIS")
        Path(path).write_text("".join(
            f"{pool}: {{mysql: root@unix({socket})/x_{word}, import: true, transactions: xa"
            + (f", redis: '{redis}:0'" if redis else "") + "}\n"
            for pool, word in POOLS.items()), encoding="utf-8")
        return path

    @staticmethod
    def redis(*words):
        """What the sandbox's Redis answers; nothing if there is none."""
        socket = os.environ.get("ENTABLE_SANDBOX_REDIS")
        return socket and subprocess.run(["redis-cli", "-s", socket, *words], text=True,
                                         capture_output=True, check=True).stdout.strip()

    def check(self, config):
        """What `entable check` says on its standard error."""
        done = subprocess.run([self.command, "check", "--config", config], text=True,
                              capture_output=True, check=False)
        return done.stderr if not done.returncode else f"FAILED {done.stderr}{done.stdout}"

    def prepared(self):
        """How many branches are."""
        return len(self.raw.run(["XA RECOVER;"]))

    def state(self):
        return self.raw.run([STATE])[0]

    def records(self):
        """The rows of the record that are left once they are old."""
        there = self.raw.run(["SELECT CONCAT(table_schema, '.', table_name) FROM"
                              " information_schema.tables WHERE table_name = '_entable_xa';"])
        self.raw.run([f"UPDATE {name} SET made_at = NOW() - INTERVAL 2 HOUR;" for name in there])
        if sum(int(row) for name in there
               for row in self.raw.run([f"SELECT COUNT(*) FROM {name};"])):
            self.check(self.relayed)
        return sum(int(row) for name in there
                   for row in self.raw.run([f"SELECT COUNT(*) FROM {name};"]))

    def wait_for_end(self):
        """The server notices that connections are gone a little later."""
        until = time.monotonic() + LONGEST
        text = ("SELECT COUNT(*) FROM information_schema.processlist"
                " WHERE user = 'root' AND id <> CONNECTION_ID();")
        while self.raw.run([text]) != ["0"]:
            if time.monotonic() > until:
                sys.exit("the server does not notice that connections are gone")
            time.sleep(0.005)


def open_handle(module, config):
    """A handle that has used all pools, so that no log-in is under way later, nor what a pool
    with a Redis reads once a minute of foreign keys."""
    handle = sides.connect()
    sides.load(handle, module)
    handle.execute("SELECT entable_open(?)", (config,)).fetchall()
    for word in POOLS.values():
        handle.execute(f"SELECT n FROM {word}").fetchall()
        handle.execute("SELECT entity_forget(?)", (word,)).fetchall()
    return handle


def be_killed(options):
    """The process that is killed: says when it begins, and when it has ended."""
    handle = open_handle(options.module, options.child)
    print("ready", flush=True)
    sys.stdin.readline()
    for text in OPERATIONS[options.only[0]][0]:
        handle.execute(text).fetchall()
    print("done", flush=True)
    sys.stdin.readline()


class Try:
    """One operation, and what happens behind its n-th packet."""

    def __init__(self, arena, name, n):
        self.arena, self.name, self.n = arena, name, n
        self.texts, self.after = OPERATIONS[name]
        self.has_happened = False
        self.wrong = []
        self.said = ""
        arena.raw.run(RESET)
        arena.redis("FLUSHALL")

    def complain(self, text):
        self.wrong.append(f"{self.name}, {type(self).__name__} {self.n}: {text}")

    def run(self):
        """Whether it happened."""
        raise NotImplementedError

    def look_blocked(self, left):
        """What stays blocked once a process that lives has done what it can: of branches that
        were left, and of those that nobody knows of. Where a single pool has written, what is
        unknown may be the end of another one's reading."""
        n = self.arena.redis("EVAL", BLOCKED, "0")
        if n and (n == "0" and left and self.name != "one pool" and self.said != "refused"
                  or n != "0" and self.said == "refused"):
            self.complain(f"{self.said}, {left} left: {n} keys are blocked in Redis")

    def judge(self, allowed):
        """What there is, when nobody is at work any more."""
        state, prepared = self.arena.state(), self.arena.prepared()
        if state not in allowed or prepared:
            self.complain(f"{self.said}: there is {state!r} and {prepared} prepared, "
                          f"instead of {allowed}")
        records = self.arena.records()
        if records:
            self.complain(f"{self.said}: {records} rows of the record are left")
        return state


class Kill(Try):
    """The process is killed; `entable check` finishes."""

    def kill(self, link):
        self.has_happened = True
        self.child.kill()
        self.child.wait()
        self.arena.relay.drop_others(link)
        return True

    def run(self):
        arena = self.arena
        self.child = subprocess.Popen(
            [sys.executable, __file__, "--module", arena.module, "--command", arena.command,
             "--only", self.name, "--child", arena.relayed],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.child.stdout.readline() == "ready\n"
        arena.relay.then = self.kill
        arena.relay.arm(self.n)
        self.child.stdin.write("go\n")
        self.child.stdin.flush()
        is_done = self.child.stdout.readline() == "done\n"
        arena.relay.stop()
        self.child.kill()
        self.child.communicate()
        if self.child.returncode != -signal.SIGKILL:
            self.complain("the process ended by itself")
        arena.wait_for_end()
        left = arena.prepared()
        words = arena.check(arena.relayed)
        state = self.judge([self.after] if is_done else [BEFORE, self.after])
        self.said = (f"{'committed' if state == self.after else 'rolled back'}"
                     f"{' by check' if left else ''}")
        if (f"{left} branch" in words) != bool(left) or "FAILED" in words:
            self.complain(f"{left} were left, and check said {words!r}")
        return self.has_happened


class Cut(Try):
    """The connection is cut; the process goes on."""

    def cut(self, _):
        self.has_happened = True
        return True

    def run(self):
        arena, handle = self.arena, open_handle(self.arena.module, self.arena.relayed)
        arena.relay.then = self.cut
        arena.relay.arm(self.n)
        try:
            for text in self.texts:
                handle.execute(text).fetchall()
            self.said = "done"
        except sqlite3.Error as error:
            self.said = "unknown" if "unknown" in str(error) else "refused"
            if error.sqlite_errorname not in ("SQLITE_IOERR", "SQLITE_CANTOPEN"):
                self.complain(f"{error.sqlite_errorname}: {error}")
        arena.relay.stop()
        if handle.in_transaction:
            handle.execute("ROLLBACK")
        self.look_blocked(self.said == "unknown")
        if self.said == "unknown":
            arena.check(arena.relayed)
        self.judge({"done": [self.after], "refused": [BEFORE]}.get(
            self.said, [BEFORE, self.after]))
        arena.raw.run(RESET)
        for text in self.texts:
            handle.execute(text).fetchall()
        self.judge([self.after])
        handle.close()
        return self.has_happened


class Gone(Try):
    """The servers go away, and come back behind the end."""

    def go(self, link):
        self.has_happened = self.arena.relay.is_away = True
        self.arena.relay.drop_others(link)
        return True

    def run(self):
        arena, handle = self.arena, open_handle(self.arena.module, self.arena.relayed)
        arena.relay.then = self.go
        arena.relay.arm(self.n)
        try:
            for text in self.texts:
                handle.execute(text).fetchall()
            self.said = "done"
        except sqlite3.Error as error:
            self.said = "unknown" if "unknown" in str(error) else "refused"
            if error.sqlite_errorname not in ("SQLITE_IOERR", "SQLITE_CANTOPEN"):
                self.complain(f"{error.sqlite_errorname}: {error}")
        arena.relay.stop()
        if handle.in_transaction:
            handle.execute("ROLLBACK")
        handle.close()
        arena.relay.is_away = False
        arena.wait_for_end()
        left = arena.prepared()
        self.look_blocked(left or self.said == "unknown")
        arena.check(arena.relayed)
        self.judge({"done": [self.after], "refused": [BEFORE]}.get(
            self.said, [BEFORE, self.after]))
        self.said += ", left prepared" if left else ""
        return self.has_happened


class Beside(Try):
    """`entable check` of another program, in the middle of it."""

    def look(self, _):
        self.has_happened = True
        words = self.arena.check(self.arena.direct)
        if words:
            self.complain(f"check said {words!r}")
        return False

    def run(self):
        arena, handle = self.arena, open_handle(self.arena.module, self.arena.relayed)
        arena.relay.then = self.look
        arena.relay.arm(self.n)
        for text in self.texts:
            handle.execute(text).fetchall()
        arena.relay.stop()
        self.said = "done"
        self.judge([self.after])
        handle.close()
        return self.has_happened


NEEDED = {Kill: ("committed by check", "rolled back by check"), Cut: ("refused", "done"),
          Gone: ("done, left prepared", "refused, left prepared", "unknown, left prepared"),
          Beside: ("done",)}


def tries(arena, kind, name):
    """Lets it happen everywhere; what was said, and the complaints."""
    wrong, said = [], Counter()
    for n in range(1, MOST):
        one = kind(arena, name, n)
        has_happened = one.run()
        wrong += one.wrong
        if not has_happened:
            break
        said[one.said] += 1
    else:
        wrong.append(f"{name} never ends")
    for word in NEEDED[kind] if name != "one pool" else ():
        if not said[word]:
            wrong.append(f"{name}, {kind.__name__}: never {word}: this proves too little")
    return said, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--command", required=True, type=os.path.abspath)
    parser.add_argument("--only", action="append", help="an operation of this name")
    parser.add_argument("--kind", action="append", help="kill, cut, gone or beside")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        be_killed(options)
        return 0
    arena, wrong = Arena(options), []
    for kind, names in ((Kill, OPERATIONS), (Cut, OPERATIONS), (Gone, OPERATIONS),
                        (Beside, ["two pools"])):
        for name in names:
            if options.kind and kind.__name__.lower() not in options.kind or \
                    options.only and name not in options.only:
                continue
            began = time.monotonic()
            said, found = tries(arena, kind, name)
            wrong += found
            words = ", ".join(f"{word} {count}" for word, count in sorted(said.items()))
            print(f"{name}, {kind.__name__.lower()}: {words}, {time.monotonic() - began:.1f} s")
            print("\n".join(found[:20]), end="\n" if found else "", flush=True)
    arena.relay.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
