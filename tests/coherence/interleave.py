#!/usr/bin/python3
"""Processes that read and write the same few rows see nothing that was rolled back and
nothing that was over when they asked, whatever steps of each other they come between.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/coherence/interleave.py --module build/vtab/entable_faults.so

ENTABLE_PAUSES=15 makes the module of the test build wait between one step of the protocol
and the next in 15 of 100 cases. With --expect-wrong, for a planted fault (ENTABLE_FAULT),
something wrong must be found, with one of a few seeds.
"""

import argparse
import os
import random
import sys
import time

from run import PROCESSES, Run
from tables import TIERS, Arena

TRIES = 5


def report(run, limit=3):
    """Prints what is wrong with a run; whether anything is."""
    for words in run.problems:
        print(words)
    for wrong in run.wrong[:limit]:
        print(f"process {wrong.read.process} reads {wrong.read.value} of {wrong.read.key}:"
              f" {wrong.why}")
        print("\n".join(run.around(wrong)))
    if len(run.wrong) > limit:
        print(f"and {len(run.wrong) - limit} more")
    return bool(run.problems or run.wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--count", type=int, default=10000, help="operations of all together")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--expect-wrong", action="store_true")
    parser.add_argument("--tiers", choices=TIERS, default="redis", help="where rows are kept")
    options = parser.parse_args()
    arena = Arena(options.module, options.tiers)
    if not arena.caches():
        sys.exit("no row comes from a cache: this test would prove nothing")
    for seed in range(options.seed, options.seed + (TRIES if options.expect_wrong else 1)):
        began = time.monotonic()
        run = Run(arena, seed, options.count // PROCESSES)
        run.start()
        run.finish()
        print(f"seed {seed}: {run.summary()}, {time.monotonic() - began:.1f} s", flush=True)
        is_wrong = report(run, 1 if options.expect_wrong else 3)
        if is_wrong:
            return 0 if options.expect_wrong and run.wrong else 1
    return 1 if options.expect_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
