#!/usr/bin/python3
"""Goes on judging with fresh seeds for as long as told: `make soak MINUTES=30`.

Run inside a sandbox:

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/differential/soak.py --module build/vtab/entable.so \\
      --pausing build/vtab/entable_faults.so --minutes 30

Reads on new random tables and histories of writes take turns for one half of the time.  In the
other, processes read and write the same few rows through each kind of cache, of the test
build's module, which pauses between steps: about a million operations in half an hour.  It
ends at the first difference, or where a judge fails, with the command that does it again, and
with that judge's exit status.  What a seed does not choose is when processes come in between
each other: the same command can need several runs.
"""

import argparse
import itertools
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
READS, SCHEMAS, WRITES, OPERATIONS = 400, 5, 300, 10000
PAUSES = "ENTABLE_PAUSES=15"
LITTLE = 2  # a turn is short: that it proves too little alone is no difference


def fresh():
    """A seed that was not there before."""
    return str(time.time_ns() // 1000 % 10**9)


def judges(module):
    """The judges' command lines, each with a seed of its own, without end."""
    judge = [sys.executable, str(TESTS / "differential" / "judge.py"), "--module", module]
    writes = [sys.executable, str(TESTS / "differential" / "writes.py"), "--module", module]
    while True:
        seed = fresh()
        yield [*judge, "--seed", seed, "--schema-seed", seed, "--schemas", str(SCHEMAS),
               "--count", str(READS)]
        yield [*writes, "--seed", fresh(), "--count", str(WRITES)]


def interleavings(module):
    """The same of processes beside each other, where rows are kept in one way and another."""
    program = [sys.executable, str(TESTS / "coherence" / "interleave.py"), "--module", module]
    for tiers in itertools.cycle(("redis", "both", "local")):
        yield ["env", PAUSES, *program, "--seed", fresh(), "--tiers", tiers,
               "--count", str(OPERATIONS)]


def option(command, name):
    return command[command.index(name) + 1]


def turn(command):
    """One run of a judge: its status; its last count is shown, or all of a failure."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode in (0, LITTLE):
        program = next(Path(word).stem for word in command if word.endswith(".py"))
        counted = [line.removeprefix(f"seed {option(command, '--seed')}: ")
                   for line in done.stdout.splitlines()
                   if "differences" in line or line.startswith("seed ")]
        tiers = f" --tiers {option(command, '--tiers')}" if "--tiers" in command else ""
        print(f"{program} --seed {option(command, '--seed')}{tiers}: {''.join(counted[-1:])}",
              flush=True)
        return 0
    print(done.stdout + done.stderr + "again, inside a sandbox with Redis: "
          + shlex.join(command), flush=True)
    return done.returncode


def soak(kinds, until):
    """Turns of the kind that has had the least time, to the end or the first failure: its
    status, and how many turns of each there were."""
    spent, turns = dict.fromkeys(kinds, 0), dict.fromkeys(kinds, 0)
    while True:
        began = time.monotonic()
        if began >= until and all(turns.values()):
            return 0, turns
        kind = min(kinds, key=spent.get)
        status = turn(next(kinds[kind]))
        if status:
            return status, turns
        spent[kind] += time.monotonic() - began
        turns[kind] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--pausing", required=True, type=os.path.abspath,
                        help="the test build's module")
    parser.add_argument("--minutes", type=float, default=30)
    options = parser.parse_args()
    kinds = {"judges": judges(options.module), "interleavings": interleavings(options.pausing)}
    status, turns = soak(kinds, time.monotonic() + 60 * options.minutes)
    print(f"{turns['judges']} turns of the judges, {OPERATIONS * turns['interleavings']}"
          " operations of processes beside each other")
    return status


if __name__ == "__main__":
    sys.exit(main())
