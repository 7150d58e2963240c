#!/usr/bin/python3
"""A process that dies while it reads or writes leaves nothing stale behind, at whatever
step: what others read through Redis is what MySQL has, at once and later.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/coherence/killed.py --module build/vtab/entable_faults.so

Each operation runs again and again, and is killed at the first step of the protocol, then
at the second and so on (ENTABLE_KILL, of the test build's module) until it ends by itself.
Then processes that read and write side by side are killed at any moment, and others take
their places. With --expect-wrong, for a planted fault, the first part must find something.
"""

import argparse
import multiprocessing
import os
import random
import signal
import sys
import time

from interleave import report
from run import PROCESSES, Run, together
from tables import LONGEST, RELEASES, TIERS, Arena, connect, read_all

OPERATIONS = {
    "read": ("SELECT entity_forget('item')", "SELECT v FROM item WHERE id IN (1, 2, 8)"),
    "update": ("UPDATE item SET v = 1001 WHERE id = 1",),
    "insert": ("INSERT INTO item (id, v) VALUES (8, 1008)",),
    "cascade": ("DELETE FROM item WHERE id = 3",),
    "replace": ("INSERT OR REPLACE INTO item (id, v) VALUES (4, 1004)",),
    "mysql_exec": ("SELECT mysql_exec('UPDATE item SET v = 1001 WHERE id < 3')",),
    "forget": ("SELECT entity_forget('item')", "SELECT entity_forget('part', 1, 2)"),
    "commit": ("BEGIN", "SELECT v FROM item WHERE id = 1",
               "UPDATE item SET v = 1001 WHERE id = 1", "UPDATE part SET v = 1002 WHERE id = 2",
               "SELECT v FROM item WHERE id = 1", "DELETE FROM item WHERE id = 5",
               "SELECT mysql_exec('UPDATE part SET v = 1006 WHERE id = 6')", "COMMIT"),
    "rollback": ("BEGIN", "UPDATE item SET v = 1001 WHERE id = 1", "SAVEPOINT s",
                 "DELETE FROM item WHERE id = 2", "ROLLBACK TO s",
                 "SELECT v FROM item WHERE id IN (1, 2)", "ROLLBACK"),
}
FEWER = ("read", "update", "commit")  # those where rows are kept by processes, too
MOST = 100  # steps of one operation
READERS = (0, 4, 5)  # releases: of both layouts, of other names
KILLS = {"redis": 40, "both": 20, "local": 20}


def perform(module, config, statements, step):
    """What the process does that is killed."""
    os.environ["ENTABLE_KILL"] = str(step)
    handle = connect(module, config)
    for sql in statements:
        handle.execute(sql).fetchall()


class Steps:
    """Operations that are killed at each of their steps."""

    def __init__(self, arena):
        self.arena = arena
        arena.reset()
        self.readers = {number: connect(arena.module, arena.configs[number])
                        for number in READERS}
        self.writer = connect(arena.module, arena.configs[PROCESSES - 1])

    def warm(self):
        """Every row is in Redis, as the reader has it who will look first."""
        for number in reversed(READERS):
            read_all(self.readers[number], RELEASES[number])
        self.writer.execute("SELECT v FROM item WHERE id = 1").fetchall()

    def look(self, when):
        return self.arena.differences(self.readers, when)

    def kill(self, statements, step):
        """Whether it was killed; and what is wrong then."""
        self.arena.refill()
        self.warm()
        before = self.arena.connections()
        process = multiprocessing.Process(target=perform, args=(
            self.arena.module, self.arena.configs[1], statements, step))
        process.start()
        process.join(LONGEST)
        if process.exitcode not in (0, -signal.SIGKILL):
            process.kill()
            return False, [f"it ended with {process.exitcode}"]
        self.arena.wait_for_end(before)
        wrong = self.look("at once") + self.look("then")
        self.writer.execute("UPDATE item SET v = v + 5000")
        self.writer.execute("UPDATE part SET v = v + 5000")
        wrong += self.look("behind another's write") + self.look("at last")
        return process.exitcode != 0, wrong

    def run(self, expects_wrong):
        """Kills each operation at each step; the number of those that left something, of
        which one is enough where it is expected."""
        n_wrong = 0
        for name in OPERATIONS if self.arena.mode == "redis" else FEWER:
            statements = OPERATIONS[name]
            step, is_killed = 0, True
            while is_killed and step < MOST and not (expects_wrong and n_wrong):
                step += 1
                is_killed, wrong = self.kill(statements, step)
                n_wrong += bool(wrong)
                for words in wrong[:3]:
                    print(f"{name}, killed at step {step}: {words}")
            if expects_wrong and n_wrong:
                return n_wrong
            print(f"{name}: killed at {step - 1} steps", flush=True)
            if is_killed or step < 2:
                print(f"{name}: there must be some steps, and an end")
                n_wrong += 1
        return n_wrong


class Killing(Run):
    """Workers of which one after the other is killed, and another begins."""

    leaves_blocks = True

    def __init__(self, arena, seed):
        super().__init__(arena, seed, 0)
        self.random = random.Random(seed)

    def operate(self, worker):
        while not self.stop.exists():
            worker.operate()

    def work(self, number):
        """Until the end; what is asked in between must not be held when it is killed."""
        crew = self.crew(number)
        together(crew, self.operate)
        for worker in crew:
            worker.finish({})

    def kill_one(self):
        """Kills one and begins another, of the next release."""
        time.sleep(self.random.uniform(0.03, 0.1))
        number = self.random.choice([i for i in range(len(self.processes))
                                     if i not in self.killed])
        self.processes[number].kill()
        self.processes[number].join()
        self.killed.add(number)
        self.launch(len(self.processes))

    def end(self):
        """Lets the others come to their ends; everybody must read then what there is."""
        self.stop.touch()
        self.finish()
        handles = {number: connect(self.arena.module, self.arena.configs[number])
                   for number in range(len(RELEASES))}
        self.problems += self.arena.differences(handles, "at the end")
        self.problems += self.arena.differences(handles, "and again")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--expect-wrong", action="store_true")
    parser.add_argument("--tiers", choices=TIERS, default="redis", help="where rows are kept")
    options = parser.parse_args()
    arena = Arena(options.module, options.tiers)
    if not arena.caches():
        sys.exit("no row comes from a cache: this test would prove nothing")
    # One thing happens after the other there: a pause would let nobody come in between.
    pauses = os.environ.pop("ENTABLE_PAUSES", "0")
    n_wrong = Steps(arena).run(options.expect_wrong)
    if options.expect_wrong:
        return 0 if n_wrong else 1
    os.environ["ENTABLE_PAUSES"] = pauses
    run = Killing(arena, options.seed)
    run.start()
    for _ in range(KILLS[arena.mode]):
        run.kill_one()
    run.end()
    print(f"seed {options.seed}: {KILLS[arena.mode]} killed, {run.summary()}")
    return 1 if report(run) or n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
