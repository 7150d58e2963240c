#!/usr/bin/python3
"""Proves the judge: faults planted in a test build are each found by its seeds.

Run inside a sandbox:

    entable sandbox --database judge -- \\
      /usr/bin/python3 tests/differential/prove.py --module build/vtab/entable_faults.so

The test build is as right as the module until ENTABLE_FAULT names a fault; so
the judge must find nothing without one, and something with each.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOUND = re.compile(r"^difference: seed \d+ ((?:query|history) \d+): (.*)$", re.M)
FAULTS = ["hard-limit", "omit-inexact", "ci-exact", "null-order", "or-duplicates",
          "compound-offset", "row-value-exact", "real-for-integer", "list-collation",
          "row-value-part"]
WRITE_FAULTS = ["write-twice", "replace-as-update", "batch-half", "savepoint-skipped",
                "no-rollback-to"]
CACHE_FAULTS = ["no-cascade"]  # where rows are kept (ENTABLE_TIERS)


def judged(options, fault):
    """One run of the generated queries of the judge that is meant to find a fault; one of ""
    plants none."""
    environment = {name: value for name, value in os.environ.items() if name != "ENTABLE_FAULT"}
    if fault:
        environment["ENTABLE_FAULT"] = fault
    judge = "writes.py" if options.writes else "judge.py"
    command = [sys.executable, str(HERE / judge), "--module", options.module, "--skip-fixed",
               "--count", str(options.count), "--seed", str(options.seed)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def proof(options, fault):
    """Whether a fault is found, and a line that says where."""
    run = judged(options, fault)
    found = FOUND.search(run.stdout)
    if run.returncode == 1 and found:
        return True, f"{fault:18} {found[1]:12}  {found[2]}"
    lines = (run.stdout + run.stderr).strip().splitlines()
    return False, f"{fault:18} NOT FOUND (status {run.returncode}): {lines[-1] if lines else ''}"


def proof_of_none(options):
    """Whether nothing is found where no fault is planted."""
    run = judged(options, "")
    print(f"{'no fault':18} " + ("nothing found" if run.returncode == 0 else "WRONG:"), flush=True)
    if run.returncode != 0:
        print(run.stdout + run.stderr)
    return run.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--writes", action="store_true", help="prove the judge of writes")
    parser.add_argument("--only", choices=FAULTS + WRITE_FAULTS + CACHE_FAULTS, help="prove one fault")
    options = parser.parse_args()
    faults = WRITE_FAULTS if options.writes else FAULTS
    right = []
    for fault in [options.only] if options.only else faults:
        found, line = proof(options, fault)
        print(line, flush=True)
        right.append(found)
    if not options.only:
        right.append(proof_of_none(options))
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main())
