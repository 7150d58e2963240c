#!/usr/bin/python3
"""The judge of writes: entable's tables take what ordinary SQLite tables take.

Run inside a sandbox:

    entable sandbox --database judge -- \\
      /usr/bin/python3 tests/differential/writes.py --module build/vtab/entable.so

Histories of statements and transactions run on entity tables and on an ordinary
copy.  After each statement its outcome, changes(), last_insert_rowid() and the
rows of its table must be equal; after each transaction all rows, read through
entable and directly from the server.  History I of seed S is always the same:
`--seed S --only I` plays it alone.  With --alone ordinary tables stand for
entable's: that tests the judge itself, and needs no server.  The exit status is
0 when nothing differs, 1 when something does, 2 when the run proves too little.
"""

import argparse
import os
import random
import sys
import time
from dataclasses import replace

import histories
import shrink
import sides
import writable
from referee import Alone, Arena, Parted, Referee, Tally
from server import Server

LEAST_OK, MOST_SKIPPED = 0.4, 0.15
LEAST_HITS = 5  # keys that a cache had, of each statement or transaction


class Judge:
    """Plays histories and says where they part."""

    def __init__(self, arena):
        self.arena = arena
        self.tally = Tally()

    def draw(self, rng):
        """Plays a new history; returns it as far as it went, and what is wrong."""
        history = histories.beginning(rng)
        referee = Referee(self.arena, history, self.tally, rng)
        try:
            for steps in histories.draw(rng, referee):
                history = replace(history, units=history.units + ((),))
                for step in steps:
                    done = history.units[-1] + (step,)
                    history = history.with_unit(len(history.units) - 1, done)
                    referee.play(step)
                referee.end_unit()
        except Parted as parted:
            return history, str(parted)
        finally:
            referee.close()
        return history, None

    def verdict(self, history):
        """What is wrong with a history that is played again, or None."""
        referee = Referee(self.arena, history, Tally())
        try:
            for unit in history.units:
                for step in unit:
                    referee.play(step)
                referee.end_unit()
        except Parted as parted:
            return str(parted)
        finally:
            referee.close()
        return None


def pasted(history, arena):
    """A history as SQL: the server's part in comments, then entable's."""
    named = " ".join(step.written().ours for unit in history.units for step in unit)
    lines = []
    for name, rows in history.rows:
        if rows or name in named:
            lines.append("-- server: " + writable.server_sql(writable.BY_NAME[name]))
    if arena.is_apart:
        lines += ["-- server: " + text for text in arena.fill_sql(history) if "INSERT" in text]
    lines += [f"SELECT entable_set('batch', '{history.batch}');"]
    lines += [writable.alias_sql(name) + ";" for name in writable.ALIASES if name + "_too" in named]
    if "feed" in named:
        lines += [text + ";" for text in writable.local_sql()]
    for unit in history.units:
        lines += [step.written().ours + ";" for step in unit if step.verb != "peek"]
    return "\n".join("    " + line for line in lines)


def report(judge, title, history, wrong, small):
    """Prints a difference as it was found and as small as it gets."""
    print(f"difference: {title}: {wrong}", flush=True)
    if small is not history:
        print(f"made smaller: {judge.verdict(small) or 'it no longer differs'}")
    print(pasted(small, judge.arena), flush=True)


def differs(judge, title, history, wrong):
    """Reports a difference, made smaller where it can be played again."""
    small = history
    if judge.verdict(history):
        small = shrink.smallest(history, judge.verdict)
    else:
        print("it does not differ when it is played again")
    report(judge, title, history, wrong, small)


def run(judge, options):
    """Plays histories until one differs or there are enough."""
    found, at = 0, options.only or 0
    while judge.tally.units < options.count:
        title = f"seed {options.seed} history {at}"
        history, wrong = judge.draw(random.Random(f"{options.seed}:{at}"))
        if wrong:
            found += 1
            differs(judge, title, history, wrong)
            if not options.keep_going:
                break
        elif options.only is not None:
            print(f"no difference: {title}\n{pasted(history, judge.arena)}")
        if options.only is not None:
            break
        at += 1
    return found


def run_fixed(judge):
    """Plays what has failed once; returns how much of it does again."""
    found = 0
    for at, history in enumerate(histories.FIXED, 1):
        wrong = judge.verdict(history)
        if wrong:
            found += 1
            report(judge, f"fixed history {at}", history, wrong, history)
    return found


def too_little(tally):
    """Why a whole run proves too little, or None."""
    writes = max(1, sum(tally.codes.values()))
    if tally.codes["ok"] < LEAST_OK * writes:
        return "too many statements fail"
    if tally.skipped > MOST_SKIPPED * writes:
        return "too many statements depend on the order of rows"
    if sides.tiers() and tally.hits < LEAST_HITS * tally.units:
        return f"the cache answered too little: {tally.hits} keys"
    return None


def summary(tally, seconds, found):
    """The last lines of a run."""
    codes = ", ".join(f"{code} {count}" for code, count in tally.codes.most_common())
    words = ", ".join(f"{word} {count}" for word, count in tally.words.most_common())
    print(f"outcomes: {codes}\nstatements: {words}")
    print(f"{tally.skipped} not judged because the order of rows decides, "
          f"{tally.doomed} transactions failed at their end, {tally.hits} keys from a cache")
    print(f"{tally.units} statements and transactions, {tally.steps} steps, {tally.rows} rows "
          f"compared, {found} differences, {seconds:.0f} s")


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", type=os.path.abspath)
    parser.add_argument("--alone", action="store_true", help="test the judge itself")
    parser.add_argument("--count", type=int, default=2000, help="statements and transactions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="play and show one history")
    parser.add_argument("--skip-fixed", action="store_true", help="generated histories only")
    parser.add_argument("--keep-going", action="store_true", help="do not stop at a difference")
    options = parser.parse_args()
    if not options.alone and not options.module:
        parser.error("--module or --alone")
    return options


def main():
    options = arguments()
    judge = Judge(Alone() if options.alone else Arena(Server(), options.module))
    began = time.monotonic()
    alone = options.skip_fixed or options.only is not None
    found = 0 if alone else run_fixed(judge)
    if not found or options.keep_going:
        found += run(judge, options)
    summary(judge.tally, time.monotonic() - began, found)
    if found or options.only is not None:
        return 1 if found else 0
    little = too_little(judge.tally)
    if little:
        print(f"proves too little: {little}")
    return 2 if little else 0


if __name__ == "__main__":
    sys.exit(main())
