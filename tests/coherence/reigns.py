#!/usr/bin/python3
"""A Redis that has rows of another time, since it began with an old dump or was a replica
that had heard nothing for a while, gives none of them to anybody.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/coherence/reigns.py --module build/vtab/entable.so

With `--with sentinel` the master dies while its replicas are behind. With --expect-wrong,
for a planted fault, an old row must be seen.
"""

import argparse
import multiprocessing
import os
import sys
import time

from redis_server import RedisServer, new_master
from tables import KEYS, LONGEST, RELEASES, Arena, connect, read_all


def look(arena, release):
    """Every key as a new process sees it, which knows nothing of what was before."""
    return read_all(connect(arena.module, arena.configs[release]), RELEASES[release])


def look_anew(arena, release):
    with multiprocessing.Pool(1) as pool:
        return pool.apply(look, (arena, release))


def change(arena):
    """Every row, by a process that tells Redis."""
    handle = connect(arena.module, arena.configs[1])
    handle.execute("UPDATE item SET v = v + 1000")
    for key in KEYS:
        handle.execute("DELETE FROM part WHERE id = ?", (key,))


def restored(arena, redis):
    """It dies, and begins with what it had before the rows changed."""
    arena.redis("SAVE")
    change(arena)
    redis.kill()
    redis.begin()


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
    change(arena)
    redis.kill()
    new_master(arena)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--expect-wrong", action="store_true")
    options = parser.parse_args()
    arena = Arena(options.module)
    redis = RedisServer(arena)
    arena.reset()
    was = look_anew(arena, 0)
    try:
        (promoted if "ENTABLE_SANDBOX_SENTINELS" in os.environ else restored)(arena, redis)
        if int(arena.redis("DBSIZE")) <= len(KEYS):
            sys.exit("Redis has no old rows: this test would prove nothing")
        state = arena.state()
        wrong = [f"{when}: {value} of {key}, which was {was[key]}; the server has {state[key]}"
                 for when in ("at once", "then")
                 for key, value in look_anew(arena, 0).items() if value != state[key]]
    finally:
        redis.end()
    print("\n".join(wrong[:3]) or "no old row is seen")
    return 1 if bool(wrong) != options.expect_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
