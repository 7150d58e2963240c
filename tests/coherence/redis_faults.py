#!/usr/bin/python3
"""Whatever happens to Redis, nobody reads what is over: while it loses its scripts, its
connections, its keys or itself; and while it is silent rows are read from MySQL, and are
written only where the configuration says so.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/coherence/redis_faults.py --module build/vtab/entable.so

With `--with sentinel` its master dies, and a replica takes its place.
"""

import argparse
import os
import random
import sqlite3
import sys
import time
from pathlib import Path

from interleave import report
from redis_server import RedisServer, new_master
from run import Run
from tables import TIERS, Arena, connect

READS = 100
LONGEST_READS = 30  # seconds; each of them waiting for Redis by itself would be 50
ENDLESS = 10**9


class Trouble:
    """Faults that happen while workers read and write."""

    def __init__(self, arena, seed):
        self.arena, self.seed = arena, seed
        self.random = random.Random(seed)
        self.redis = RedisServer(arena)
        self.share = 1 if arena.mode == "redis" else 0.5  # of what is done to Redis

    def times(self, number):
        """So often, or a share of it."""
        return range(int(number * self.share))

    def wait(self, least, most):
        time.sleep(self.random.uniform(least, most))

    def scripts(self):
        """The server forgets its scripts."""
        for _ in self.times(60):
            self.arena.redis("SCRIPT", "FLUSH")
            self.wait(0.01, 0.06)

    def connections(self):
        """Every connection is cut."""
        n_cut = {"normal": 0, "pubsub": 0}
        for number in self.times(100):
            kind = "normal" if number % 2 else "pubsub"
            n_cut[kind] += int(self.arena.redis("CLIENT", "KILL", "TYPE", kind))
            self.wait(0.005, 0.05)
        print(f"connections: {n_cut} cut")
        if self.arena.mode != "redis" and n_cut["pubsub"] < 20:
            sys.exit("hardly any process listens: this test would prove nothing")

    def eviction(self):
        """Memory is short: keys go at any time, tombstones as well."""
        memory = self.arena.redis("INFO", "memory").splitlines()
        used = int(next(line for line in memory if line.startswith("used_memory:"))[12:])
        self.arena.redis("CONFIG", "SET", "maxmemory-policy", "allkeys-random")
        self.arena.redis("CONFIG", "SET", "maxmemory", str(used + 200000))
        for number in self.times(60):
            self.arena.redis("EVAL", "for i = 1, 40 do redis.call('SET', ARGV[1] .. i,"
                             " string.rep('x', 4000)) end", "0", f"junk{number}:")
            self.wait(0.01, 0.05)
        self.arena.redis("CONFIG", "SET", "maxmemory", "0")

    def silence(self):
        """It answers nobody for a while, then all that it was asked."""
        for length in (0.2, 0.7, 3, 0.7, 0.2):
            pid = self.redis.freeze()
            try:
                self.wait(length, 1.2 * length)
            finally:
                self.redis.thaw(pid)
            self.wait(0.3, 0.6)

    def restarts(self):
        """It dies, and begins with nothing."""
        for _ in self.times(6):
            self.redis.kill()
            self.wait(0, 0.3)
            self.redis.begin()
            self.wait(0.3, 0.7)

    def restores(self):
        """It dies, and begins with what it had kept some time before."""
        dump = Path(self.arena.redis_socket).parent / "dump.rdb"
        for _ in self.times(6):
            self.arena.redis("SAVE")
            self.wait(0.2, 0.4)
            self.redis.kill()
            self.redis.begin()
            self.wait(0.3, 0.7)
        dump.unlink()

    def failover(self):
        """It dies, and one of its replicas becomes the master."""
        self.wait(0.5, 1)
        self.redis.kill()
        new_master(self.arena)

    def run(self, name):
        """Whether something is wrong with a run during which one of these happens."""
        run = Run(self.arena, self.seed, ENDLESS)
        run.leaves_blocks = name == "restores"  # an old dump has those of its time
        run.start()
        getattr(self, name)()
        over = time.monotonic_ns()
        time.sleep(1)
        run.stop.touch()
        run.finish()
        print(f"{name}: {run.summary()}", flush=True)
        if not run.committed(over):
            run.problems.append("nobody writes when it is over")
        if not self.arena.caches():
            run.problems.append("no row comes from a cache when it is over")
        return report(run)


class Silence:
    """What a Redis that is silent does to one process after the other."""

    def __init__(self, arena):
        self.arena = arena
        self.redis = RedisServer(arena)
        self.problems = []

    def expect(self, is_so, words):
        if not is_so:
            self.problems.append(words)

    def read(self, handle):
        """Reads are answered, and do not wait for Redis each."""
        began = time.monotonic()
        for _ in range(READS):
            row = handle.execute("SELECT v FROM item WHERE id = 1").fetchone()
            self.expect(row == (11,), f"it reads {row}")
        took = time.monotonic() - began
        self.expect(took < LONGEST_READS, f"{READS} reads take {took:.1f} s")
        print(f"silence: {READS} reads in {took:.2f} s")

    def refuse(self, handle):
        """Nothing is written, and the words say why."""
        before = self.arena.state()
        for statements in (["UPDATE item SET v = 71 WHERE id = 1"],
                           ["BEGIN", "INSERT INTO item (id, v) VALUES (8, 72)",
                            "DELETE FROM item WHERE id = 2", "COMMIT"],
                           ["SELECT mysql_exec('UPDATE item SET v = 73')"]):
            try:
                for sql in statements:
                    handle.execute(sql).fetchall()
                self.problems.append(f"{statements} is not refused")
            except sqlite3.Error as error:
                self.expect("redis" in str(error), f"{statements}: {error}")
            if handle.in_transaction:
                handle.execute("ROLLBACK")
        self.expect(self.arena.state() == before, "something was written")

    def proceed(self, handle):
        """Where the configuration says so it is written."""
        handle.execute("UPDATE item SET v = 81 WHERE id = 1")
        handle.execute("BEGIN")
        handle.execute("DELETE FROM item WHERE id = 2")
        handle.execute("COMMIT")
        handle.execute("SELECT mysql_exec('UPDATE item SET v = 83 WHERE id = 3')").fetchall()
        state = self.arena.state()
        found = [state["item", key] for key in (1, 2, 3)]
        self.expect(found == [81, None, 83], f"the server has {found}")
        found = [handle.execute("SELECT v FROM item WHERE id = ?", (key,)).fetchone()
                 for key in (1, 2, 3)]
        self.expect(found == [(81,), None, (83,)], f"the writer reads {found}")

    def run(self):
        """Whether something is wrong."""
        arena = self.arena
        arena.reset()
        bold = Arena(arena.module, arena.mode, "redis_down: proceed", "bold")
        handles = [connect(arena.module, arena.configs[0]),
                   connect(arena.module, bold.configs[0])]
        for handle in handles:
            handle.execute("SELECT v FROM item").fetchall()
            handle.execute("SELECT v FROM item WHERE id IN (1, 2, 3)").fetchall()
        pid = self.redis.freeze()
        try:
            self.read(handles[0])
            self.refuse(handles[0])
            self.proceed(handles[1])
        finally:
            self.redis.thaw(pid)
        # Whoever writes next tells what it owes.
        for handle in handles:
            handle.execute("UPDATE part SET v = v + 1 WHERE id = 4")
        self.problems += arena.differences(dict(enumerate(handles)), "when it is back")
        for words in self.problems:
            print(f"silence: {words}")
        return bool(self.problems)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--only", help="one of the faults")
    parser.add_argument("--tiers", choices=TIERS, default="redis", help="where rows are kept")
    options = parser.parse_args()
    arena = Arena(options.module, options.tiers)
    if not arena.caches():
        sys.exit("no row comes from a cache: this test would prove nothing")
    trouble = Trouble(arena, options.seed)
    faults = ["scripts", "connections", "eviction", "silence", "restarts", "restores"]
    if "ENTABLE_SANDBOX_SENTINELS" in os.environ:
        faults = ["failover"]
    n_wrong = 0
    print(f"seed {options.seed}")
    try:
        for name in faults:
            if options.only in (None, name):
                n_wrong += trouble.run(name)
        if options.only in (None, "silent") and "failover" not in faults:
            n_wrong += Silence(arena).run()
    finally:
        trouble.redis.end()
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
