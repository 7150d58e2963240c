#!/usr/bin/python3
"""A process that dies in a transaction over several pools leaves nothing stale behind: neither
before nor behind the recovery of what it has left prepared, nor does one that dies recovering.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/coherence/killed_xa.py --module build/vtab/entable_faults.so

Each operation is killed at the first step, then at the second and so on (ENTABLE_KILL, of the
test build's module) until it ends by itself; once what it had blocked is blocked still when
others recover, once Redis has forgotten it, as it does when commit_max_s has passed, and the
old rows are there again. With --expect-wrong, for a planted fault, something must be found.
"""

import argparse
import multiprocessing
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

from raw import Raw                  # noqa: E402
from server import Server           # noqa: E402
from tables import LONGEST, connect  # noqa: E402

MOST = 60  # steps of one operation
KEYS = range(1, 5)
TABLES = {"item": "x_one", "part": "x_two", "more": "x_three"}
SET_UP = [f"DROP DATABASE IF EXISTS {database}; CREATE DATABASE {database};"
          f"CREATE TABLE {database}.{table} (id BIGINT PRIMARY KEY, v BIGINT NOT NULL)"
          " ENGINE=InnoDB;" for table, database in TABLES.items()]
FILL = [f"DELETE FROM {database}.{table}; INSERT INTO {database}.{table} VALUES "
        "(1, 10), (2, 20), (3, 30);" for table, database in TABLES.items()]
OPERATIONS = {
    "update": ("BEGIN", "UPDATE item SET v = 11 WHERE id = 1", "UPDATE part SET v = 11 WHERE id = 1",
               "UPDATE more SET v = 11 WHERE id = 1", "COMMIT"),
    "many": ("BEGIN", "INSERT INTO part VALUES (4, 40)", "DELETE FROM part WHERE id = 2",
             "UPDATE part SET v = 11 WHERE id = 1",
             "SELECT mysql_exec(pool('third'), 'UPDATE more SET v = 11')",
             "UPDATE item SET v = 11 WHERE id = 1", "COMMIT"),
}
RECOVER = ("SELECT entable_recover()",)
NEEDED = ("committed by recovery", "rolled back by recovery", "committed", "rolled back",
          "killed recovering")


def write_config(socket, redis, path):
    """All three pools; two share one Redis, the third has a prefix of its own."""
    path.write_text(
        "settings: {commit_max_s: 600}\n"
        + "".join(f"{pool}:\n  mysql: root@unix({socket})/{database}\n  transactions: xa\n{more}"
                  for pool, database, more in (
                      ("default", "x_one", f"  redis: {redis}:0\n"), ("log", "x_two", ""),
                      ("third", "x_three", f"  redis: {redis}:0\n  prefix: 'third:'\n")))
        + "entities:\n"
        + "".join(f"  {table}:\n    pool: {pool}\n    redis_cache: {cache}\n"
                  "    columns: {id: bigint, v: bigint not null}\n"
                  for table, pool, cache in (("item", "default", "default"),
                                             ("part", "log", "default"),
                                             ("more", "third", "third"))),
        encoding="utf-8")
    return str(path)


def perform(module, config, statements, step):
    """What the process does that is killed."""
    handle = connect(module, config)
    os.environ["ENTABLE_KILL"] = str(step)
    for sql in statements:
        handle.execute(sql).fetchall()


class Arena:
    """The sandbox's servers, a reader, and what has come of each try."""

    def __init__(self, module):
        self.module = module
        server = Server()
        self.raw = Raw(server)
        self.raw.run(SET_UP)
        folder = Path(os.environ["ENTABLE_SANDBOX_DIR"])
        self.config = write_config(server.socket, os.environ["ENTABLE_SANDBOX_REDIS"],
                                   folder / "killed_xa.yaml")
        self.reader = connect(module, self.config)
        self.writer = connect(module, self.config)
        self.said = Counter()
        self.wrong = []

    def read(self):
        return {(table, key): self.reader.execute(
            f"SELECT v FROM {table} WHERE id = ?", (key,)).fetchall()
                for table in TABLES for key in KEYS}

    def state(self):
        """The same of the server."""
        found = {(table, key): [] for table in TABLES for key in KEYS}
        for line in self.raw.run([f"SELECT '{table}', id, v FROM {database}.{table};"
                                  for table, database in TABLES.items()]):
            table, key, value = line.split("\t")
            found[(table, int(key))] = [(int(value),)]
        return found

    def look(self, when):
        """What is read must be what the server has, twice."""
        state = self.state()
        for _ in range(2):
            self.wrong += [f"{when}: {key} is read as {value}; the server has {state[key]}"
                           for key, value in self.read().items() if value != state[key]]
        return state

    def forget(self):
        """What was blocked is no longer, and everybody fills anew."""
        self.reader.execute("SELECT redis('FLUSHALL')").fetchall()

    def refill(self):
        self.raw.run(FILL)
        self.forget()
        self.look("at first")

    def prepared(self):
        return len(self.raw.run(["XA RECOVER;"]))

    def connections(self):
        return int(self.raw.run(["SELECT COUNT(*) FROM information_schema.processlist"
                                 " WHERE id <> CONNECTION_ID();"])[0])

    def run(self, statements, step):
        """Whether it was killed; the server has noticed it then."""
        before = self.connections()
        process = multiprocessing.Process(
            target=perform, args=(self.module, self.config, statements, step))
        process.start()
        process.join(LONGEST)
        if process.exitcode not in (0, -signal.SIGKILL):
            process.kill()
            sys.exit(f"it ended with {process.exitcode}")
        until = time.monotonic() + LONGEST
        while self.connections() > before:
            if time.monotonic() > until:
                sys.exit("the server does not notice that connections are gone")
            time.sleep(0.005)
        return process.exitcode != 0


class Try:
    """One operation that is killed at one step, and what others do then."""

    def __init__(self, arena, name, step, forgets):
        self.arena, self.name, self.step, self.forgets = arena, name, step, forgets
        self.when = f"{name}, step {step}{', forgotten' if forgets else ''}"

    def recover(self):
        """Ends what was left; a recovery that dies at any of its steps comes before."""
        arena, step = self.arena, 1
        while self.forgets and arena.run(RECOVER, step):
            arena.said["killed recovering"] += 1
            arena.look(f"{self.when}, recovery killed at {step}")
            arena.forget()
            arena.look(f"{self.when}, that forgotten")
            step += 1
        arena.reader.execute(RECOVER[0]).fetchall()

    def judge(self, left):
        """All of it is there, or nothing."""
        arena = self.arena
        state = arena.look(f"{self.when}, recovered")
        changed = {table: state[(table, 1)] == [(11,)] for table in TABLES}
        if len(set(changed.values())) > 1 or arena.prepared():
            arena.wrong.append(f"{self.when}: {changed}, {arena.prepared()} prepared")
        word = "committed" if changed["item"] else "rolled back"
        arena.said[f"{word}{' by recovery' if left else ''}"] += 1

    def run(self):
        """Whether it was killed."""
        arena = self.arena
        arena.refill()
        is_killed = arena.run(OPERATIONS[self.name], self.step)
        arena.look(f"{self.when}, at once")
        if self.forgets:
            arena.forget()
            arena.look(f"{self.when}, then")
        left = arena.prepared()
        self.recover()
        self.judge(left)
        for table in TABLES:
            arena.writer.execute(f"UPDATE {table} SET v = v + 1 WHERE id IN (1, 3)")
        arena.look(f"{self.when}, behind another's write")
        return is_killed


def kill_everywhere(arena, name, forgets, expects_wrong):
    """At each step; how many there are, or were until something was wrong as expected."""
    step = 1
    while Try(arena, name, step, forgets).run() and not (expects_wrong and arena.wrong):
        step += 1
        if step > MOST:
            sys.exit(f"{name} has no end")
    return step - 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--expect-wrong", action="store_true")
    options = parser.parse_args()
    # One thing happens after the other: a pause would let nobody come in between.
    os.environ.pop("ENTABLE_PAUSES", None)
    arena = Arena(options.module)
    for name in OPERATIONS:
        for forgets in (False, True):
            if options.expect_wrong and arena.wrong:
                break
            steps = kill_everywhere(arena, name, forgets, options.expect_wrong)
            print(f"{name}{', forgotten' if forgets else ''}: killed at {steps} steps", flush=True)
    print(", ".join(f"{word} {count}" for word, count in sorted(arena.said.items())))
    print("\n".join(arena.wrong[:20]), end="\n" if arena.wrong else "")
    if options.expect_wrong:
        return 0 if arena.wrong else 1
    missing = [word for word in NEEDED if not arena.said[word]]
    if missing:
        print(f"never: {', '.join(missing)}: this proves too little")
    hits = arena.reader.execute("SELECT sum(value) FROM entable_stats WHERE counter = 'hits'")
    has_hits = hits.fetchone()[0] > 0
    return 1 if arena.wrong or missing or not has_hits else 0


if __name__ == "__main__":
    sys.exit(main())
