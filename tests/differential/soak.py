#!/usr/bin/python3
"""Goes on judging with fresh seeds for as long as told: `make soak MINUTES=30`.

Run inside a sandbox:

    entable sandbox --database judge -- /usr/bin/python3 tests/differential/soak.py \\
      --module build/vtab/entable.so --minutes 30

Reads on new random tables and histories of writes take turns.  It ends at the
first difference, or where a judge fails, with the command that does it again,
and with that judge's exit status.
"""

import argparse
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
READS, SCHEMAS, WRITES = 400, 5, 300
LITTLE = 2  # a turn is short: that it proves too little alone is no difference


def turns(options):
    """The judges' command lines, each with seeds of its own, without end."""
    while True:
        seed = time.time_ns() // 1000 % 10**9
        module = ["--module", options.module]
        yield [str(HERE / "judge.py"), *module, "--schema-seed", str(seed), "--seed", str(seed),
               "--schemas", str(SCHEMAS), "--count", str(READS)]
        yield [str(HERE / "writes.py"), *module, "--seed", str(seed), "--count", str(WRITES)]


def turn(command):
    """One run of a judge: its status; its last line is shown, or all of a failure."""
    command = [sys.executable, *command]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode in (0, LITTLE):
        name, seed = Path(command[1]).stem, command[command.index("--seed") + 1]
        counted = [line for line in done.stdout.splitlines() if "differences" in line]
        print(f"{name} --seed {seed}: {''.join(counted[-1:])}", flush=True)
        return 0
    print(done.stdout + done.stderr + "again, inside a sandbox: " + shlex.join(command), flush=True)
    return done.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--minutes", type=float, default=30)
    options = parser.parse_args()
    until = time.monotonic() + 60 * options.minutes
    for command in turns(options):
        status = turn(command)
        if status:
            return status
        if time.monotonic() >= until:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
