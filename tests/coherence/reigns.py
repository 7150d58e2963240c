#!/usr/bin/python3
"""A Redis that has rows of another time, since it began with an old dump or was a replica
that had heard nothing for a while, gives none of them to anybody.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/coherence/reigns.py --module build/vtab/entable.so

With `--with sentinel` the master dies while its replicas are behind. Where processes keep
rows themselves (--tiers) one that has all of them hears nothing of what changes when its
Redis has died: it must have none of them then, and no new process either. With
--expect-wrong, for a planted fault, an old row must be seen.
"""

import argparse
import multiprocessing
import os
import sys
import time

from redis_server import RedisServer, new_master
from tables import KEYS, LONGEST, RELEASES, TIERS, Arena, connect, counted, read_all


def elsewhere(work, arena, release):
    """What it gives with a handle of a new process, which knows nothing of what was before."""
    with multiprocessing.Pool(1) as pool:
        return pool.apply(work, (arena.module, arena.configs[release], release))


def look(module, config, release):
    """Every key as a process sees it."""
    return read_all(connect(module, config), RELEASES[release])


def change(module, config, _):
    """Every row, by a process that tells Redis."""
    handle = connect(module, config)
    handle.execute("UPDATE item SET v = v + 1000")
    for key in KEYS:
        handle.execute("DELETE FROM part WHERE id = ?", (key,))


def restored(arena, redis):
    """It dies, and begins with what it had before the rows changed, or before they change."""
    arena.redis("SAVE")
    if arena.mode == "redis":
        elsewhere(change, arena, 1)
    redis.kill()
    redis.begin()
    if arena.mode != "redis":
        elsewhere(change, arena, 1)


def replicas(arena):
    """The words that redis-cli wants for each."""
    lines = arena.redis("INFO", "replication").splitlines()
    found = [dict(word.split("=") for word in line.split(":", 1)[1].split(","))
             for line in lines if line.startswith("slave") and "port=" in line]
    return [["-h", words["ip"], "-p", words["port"]] for words in found]


def await_replicas(arena, number):
    """Until the master has so many."""
    until = time.monotonic() + LONGEST
    while len(replicas(arena)) != number:
        if time.monotonic() > until:
            sys.exit(f"the master does not have {number} replicas")
        time.sleep(0.01)


def promoted(arena, redis):
    """The master dies when its replicas, which know all rows, have heard of no change: they
    log in by a password that it does not take."""
    behind = replicas(arena)
    arena.redis("WAIT", str(len(behind)), str(1000 * LONGEST))
    for words in behind:
        arena.redis_at, master = words, arena.redis_at
        arena.redis("CONFIG", "SET", "masterauth", "unknown")
        arena.redis_at = master
    arena.redis("CLIENT", "KILL", "TYPE", "replica")
    await_replicas(arena, 0)
    if arena.mode == "redis":
        elsewhere(change, arena, 1)
    redis.kill()
    new_master(arena)
    if arena.mode != "redis":
        elsewhere(change, arena, 1)


class Keeper:
    """A process that has all rows itself, if it keeps any: this one."""

    def __init__(self, arena):
        self.arena = arena
        self.handle = connect(arena.module, arena.configs[0]) if arena.mode != "redis" else None
        if not self.handle:
            return
        until = time.monotonic() + LONGEST
        while counted(self.handle, "entries") < 2 * len(KEYS):
            if time.monotonic() > until:
                sys.exit("this process keeps no rows: this test would prove nothing")
            read_all(self.handle, RELEASES[0])

    def looks(self):
        """What is read at once and then, by those who may know something, in words."""
        found = [("by a new process", elsewhere(look, self.arena, 0)),
                 ("by another", elsewhere(look, self.arena, 0))]
        if self.handle:
            self.arena.wait_for_news()
            found += [("by the one that had them", read_all(self.handle, RELEASES[0])),
                      ("by it again", read_all(self.handle, RELEASES[0]))]
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--expect-wrong", action="store_true")
    parser.add_argument("--tiers", choices=TIERS, default="redis", help="where rows are kept")
    options = parser.parse_args()
    arena = Arena(options.module, options.tiers)
    redis = RedisServer(arena)
    arena.reset()
    was = elsewhere(look, arena, 0)
    keeper = Keeper(arena)
    try:
        (promoted if "ENTABLE_SANDBOX_SENTINELS" in os.environ else restored)(arena, redis)
        if arena.mode == "redis" and int(arena.redis("DBSIZE")) <= len(KEYS):
            sys.exit("Redis has no old rows: this test would prove nothing")
        state = arena.state()
        wrong = [f"{when}: {value} of {key}, which was {was[key]}; the server has {state[key]}"
                 for when, found in keeper.looks()
                 for key, value in found.items() if value != state[key]]
    finally:
        redis.end()
    print("\n".join(wrong[:3]) or "no old row is seen")
    return 1 if bool(wrong) != options.expect_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
