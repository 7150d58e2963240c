#!/usr/bin/python3
"""The judge: entable's tables answer every SELECT as ordinary SQLite tables do.

Run inside a sandbox:

    entable sandbox --database judge -- \\
      /usr/bin/python3 tests/differential/judge.py --module build/vtab/entable.so

It fills the server with known rows, checks that each reads as it must, runs the
queries of fixed.sql and then generated ones, on three sides: an ordinary copy,
the module with pushdown, the module without.  Query I of seed S is always the
same: `--seed S --only I` runs it alone and shows it.

With `--schema-seed T` the tables are random, too, and fixed.sql is left out;
`--schemas N` goes on with N of them, T and the numbers after it, with as many
queries on each.  `--fresh` draws both seeds from the clock.  `--minutes M` goes
on until the time is over.  With `--snapshot` our sides ask in transactions that read
one state, of tables that are empty by then.  What is needed to run a query again
is printed with it.  The exit status is 0 when nothing differs, 1 when something does, 2 when the
run proves too little.
"""

import argparse
import itertools
import math
import os
import random
import re
import sqlite3
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import beside
import catalog
import compare
import constants
import listed
import nested
import oracle
import query
import random_schema
import schema
import shrink
import sides
from held import Held
from server import Server

HERE = Path(__file__).resolve().parent
DATA_SEED = 1
PUSHED = re.compile(r"\bpoint\b|mysql: SELECT .*?\b(WHERE|ORDER BY)\b|\bcached\b")
SHOWN_ROWS, SHOWN_TEXT = 10, 400
LEAST_PUSHED, LEAST_ANSWERED, MOST_ERRORS = 1 / 3, 0.4, 0.05
LEAST_HITS = 1 / 200  # keys that a cache had, of each query: random keys are seldom drawn twice
LEAST_LISTS = 1 / 40  # lists that Redis was asked for

# A part of a row value that is met when rows were given already (vtab/hidden.h): told and
# not answered, which must stay a rarity.
REFUSED, MOST_REFUSED = "SQLite may compare it wrongly in", 0.002


@dataclass
class Tally:
    """What a run has done so far."""
    queries: int = 0
    rows: int = 0
    errors: int = 0
    long: int = 0
    refused: int = 0
    pushed: int = 0
    answered: int = 0
    differences: int = 0
    hits: int = 0  # keys that a cache had
    lists: int = 0  # of cached queries that Redis was asked for
    words: Counter = field(default_factory=Counter)


class Judge:
    """The three sides, and the verdict on one query at a time."""

    def __init__(self, copy, ours, tally, held=None):
        self.copy = copy
        self.ours = ours  # by pushdown: on, off
        self.tally = tally
        self.held = held  # the state that ours read; None: the server's

    def close(self):
        if self.held:
            self.held.close()
        for side in (self.copy, *self.ours.values()):
            side.connection.close()

    def verdict(self, asked):
        """As judge, but counts nothing and says nothing of wrong SQL: for shrinking."""
        written = asked.written()
        right = self.copy.run(*written)
        return None if right.rows is None else self.against(asked, written, right)

    def against(self, asked, written, right):
        """The first side of ours whose answer is not right.

        Right is also what the ordinary tables answer without an index: in one that SQLite
        3.40 makes by itself it loses rows of an OR of several collations."""
        for name, side in self.ours.items():
            ours = side.run(*written)
            if REFUSED in (ours.text or ""):
                self.tally.refused += 1
                continue
            wrong = self.compared(asked, right, ours)
            if wrong:
                with self.copy.without_index():
                    wrong = self.compared(asked, self.copy.run(*written), ours)
            if wrong:
                return name, wrong
        return None

    def compared(self, asked, right, ours):
        """What is wrong with an answer, or None."""
        return compare.difference(asked, right, ours, lambda: self.copy.run(*whole(asked)).rows)

    def judge(self, asked):
        """Counts a query and returns its verdict."""
        written, tally = asked.written(), self.tally
        if self.held:
            self.held.next()
        right = self.copy.run(*written)
        tally.queries += 1
        if right.error == "SQLITE_INTERRUPT":
            tally.long += 1
            return None
        tally.errors += right.rows is None
        tally.rows += len(right.rows or ())
        tally.answered += bool(right.rows)
        self.count_plan(written)
        found = self.against(asked, written, right)
        tally.differences += found is not None
        return found

    def count_plan(self, written):
        """Counts the kinds of steps in our plan, to notice a test of nothing."""
        steps = self.ours["on"].plan(*written)
        plan = "\n".join(step for step in steps if "VIRTUAL" in step or "MULTI" in step)
        self.tally.pushed += bool(PUSHED.search(plan))
        for word in ("point", " IN ", " WHERE ", " ORDER BY ", " LIMIT ", "MULTI-INDEX OR"):
            self.tally.words[word.strip()] += word in plan


def whole(asked):
    """The text and values of a query without its LIMIT."""
    return query.unlimited(asked).written()


class Fixed:
    """A query of fixed.sql: its answer is a list where a line begins with ORDER BY."""

    limit = None

    def __init__(self, text, width):
        self.text = text
        ordered = "\nORDER BY" in text
        self.order = tuple(query.Order(at, query.Sql("")) for at in range(width if ordered else 0))

    def written(self):
        return query.Sql(self.text)


def fixed_queries(copy):
    """The statements of fixed.sql, comments left out."""
    lines = (HERE / "fixed.sql").read_text().splitlines()
    text = ""
    for line in lines:
        text += "" if line.startswith("--") else line + "\n"
        if sqlite3.complete_statement(text):
            width = len(copy.connection.execute(text).description)
            yield Fixed(text.strip().rstrip(";"), width)
            text = ""


def row_lines(rows):
    """Rows for reading, one a line."""
    return [f"    {row!r}"[:SHOWN_TEXT] for row in rows]


def shown(answer):
    """An answer for reading: an error, or its size and first rows."""
    if answer.rows is None:
        return f"{answer.error}: {answer.text}"
    return "\n".join([f"{len(answer.rows)} rows"] + row_lines(answer.rows[:SHOWN_ROWS]))


def contrast(asked, right, ours):
    """Where two answers part: rows of one only, and the first out of order."""
    if right.rows is None or ours.rows is None:
        return []
    pairs = zip(compare.sequence(right.rows, asked.order), compare.sequence(ours.rows, asked.order))
    at = next((n for n, (a, b) in enumerate(pairs) if a != b), None)
    parts = [("only ordinary:", compare.only_in(right.rows, ours.rows)),
             ("only entable:", compare.only_in(ours.rows, right.rows)),
             (f"at row {at}:", [] if at is None else [right.rows[at], ours.rows[at]])]
    return [line for word, rows in parts if rows for line in ["  " + word] + row_lines(rows)]


def report(judge, asked, found, title):
    """Prints a difference: the query, the answers and the plan."""
    name, wrong = found
    written = asked.written()
    ours = judge.ours[name]
    print(f"{title}: pushdown {name}: {wrong}")
    print(f"  {written.text}\n  bound: {list(written.values)}")
    print(f"  as one text: {constants.inlined(*written) or 'none: it has other question marks'}")
    right, got = judge.copy.run(*written), ours.run(*written)
    print(f"  ordinary: {shown(right)}\n  entable: {shown(got)}")
    print("\n".join(contrast(asked, right, got) + ["  plan:"]))
    print("    " + "\n    ".join(ours.plan(*written)))


def differs(judge, asked, found, title):
    """Reports a difference as it was found and as small as it gets."""
    report(judge, asked, found, title)
    if isinstance(asked, Fixed):
        return
    small = shrink.smallest(asked, judge.verdict)
    if small is not asked:
        report(judge, small, judge.verdict(small) or found, "made smaller")


def able(server):
    """What the server has."""
    return schema.Abilities(server.has_collation("utf8mb4_nopad_bin"), server.has_json(),
                            server.has_long_times(), server.has_collation("sjis_japanese_ci"))


def tables_of(options, server):
    """The fixed tables, or those of the seed of a schema."""
    if options.schema_seed is None:
        return schema.make(random.Random(DATA_SEED), able(server))
    return random_schema.make(random.Random(f"schema {options.schema_seed}"), able(server))


def wide(tables):
    """The same tables, whose numbers that SQLite has no room for are texts of digits."""
    is_wide = re.compile(r"bigint unsigned|bit\(64\)|decimal").match
    for table in tables:
        for column in table.columns:
            if is_wide(column.type.mysql):
                column.type = column.type._replace(declared="TEXT", kind="text")
        types = [column.type for column in table.columns if column.name in table.key]
        table.rowid = table.rowid and types[0].declared == "INTEGER"
    return tables


def address(options, server):
    """What is opened: the database, or a file that says that it is wide."""
    if not options.wide:
        return server.url
    path = os.path.join(os.environ["ENTABLE_SANDBOX_DIR"], "wide.yaml")
    with open(path, "w", encoding="utf-8") as file:
        print(f"default:\n  mysql: {server.url}\n  import: true\n  wide: text", file=file)
    return path


def open_judge(options, tally):
    """Fills the server, makes the sides and checks the rows; exits if they differ."""
    server = Server()
    tables = tables_of(options, server)
    if options.wide:
        tables = wide(tables)
    server.empty()
    server.run([schema.MODES] + [text for table in tables for text in schema.server_sql(table)])
    copy = sides.ordinary(tables)
    ours = {how: sides.entable(options.module, address(options, server), how)
            for how in ("on", "off")}
    wrong = [f"pushdown {how}: {line}" for how, side in ours.items()
             for line in oracle.check(copy, side, tables)]
    if wrong:
        print(f"difference:{seeds(options)}: rows", *wrong[:80], sep="\n")
        sys.exit(1)
    held = Held(server, tables, ours.values()) if options.snapshot else None
    relations = catalog.catalog(copy, tables)
    rng = random.Random(f"beside {options.schema_seed or DATA_SEED}")
    beside.add(rng, relations, [side.connection for side in (copy, *ours.values())])
    return Judge(copy, ours, tally, held), relations


def seeds(options):
    """The seeds of a run as its command line names them."""
    tables = "" if options.schema_seed is None else f" --schema-seed {options.schema_seed}"
    snapshot = " --snapshot" if options.snapshot else ""
    snapshot += " --wide" if options.wide else ""
    return f"{tables}{snapshot} --seed {options.seed}"


def generated(options, relations):
    """The queries of a seed, each by a generator of its own."""
    numbers = range(options.count) if options.only is None else [options.only]
    for at in numbers:
        rng = random.Random(f"{options.seed}:{at}")
        if options.schema_seed is None and not options.snapshot:
            title = f"seed {options.seed} query {at}"
        else:
            title = f"{seeds(options).strip()} --only {at}"
        yield title, nested.make(rng, relations)


def run(judge, titled, keep_going):
    """Judges queries until one differs; returns whether all were right."""
    for title, asked in titled:
        found = judge.judge(asked)
        if found:
            differs(judge, asked, found, f"difference: {title}")
            if not keep_going:
                return False
    return judge.tally.differences == 0


def too_little(tally):
    """Why a whole run proves too little, or None."""
    if tally.pushed < LEAST_PUSHED * tally.queries:
        return "fewer than a third of the queries have a term or an order pushed"
    if tally.answered < LEAST_ANSWERED * tally.queries:
        return "too many queries have no rows"
    if tally.errors + tally.long > MOST_ERRORS * tally.queries:
        return "too many queries fail on the ordinary side"
    if tally.refused > max(2, MOST_REFUSED * tally.queries):
        return "too many queries are refused"
    if sides.tiers() and tally.hits < LEAST_HITS * tally.queries:
        return f"the cache answered too little: {tally.hits} keys"
    if sides.tiers() in ("redis", "both") and tally.lists < LEAST_LISTS * tally.queries:
        return f"too few cached queries were found: {tally.lists} lists"
    return None


def summary(tally, seconds):
    """The last lines of a run."""
    n = max(tally.queries, 1)
    words = ", ".join(f"{word} {count}" for word, count in tally.words.items())
    print(f"plans: {100 * tally.pushed // n} % pushed ({words})")
    print(f"queries: {100 * tally.answered // n} % with rows, {tally.errors} errors on both sides, "
          f"{tally.long} stopped as too long, {tally.refused} refused, {seconds:.0f} s")
    print(f"{tally.queries} queries, 3 ways, {tally.rows} rows compared, "
          f"{tally.hits} keys from a cache, {tally.lists} lists asked for, "
          f"{tally.differences} differences")


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="run and show one generated query")
    parser.add_argument("--schema-seed", type=int, help="random tables instead of the fixed ones")
    parser.add_argument("--schemas", type=int, default=1, help="how many schemas, one by one")
    parser.add_argument("--fresh", action="store_true", help="seeds from the clock")
    parser.add_argument("--minutes", type=float, help="go on with schemas for so long")
    parser.add_argument("--snapshot", action="store_true",
                        help="in transactions that read one state, while the server has another")
    parser.add_argument("--wide", action="store_true",
                        help="large numbers and decimals as texts of their digits")
    parser.add_argument("--skip-fixed", action="store_true", help="generated queries only")
    parser.add_argument("--keep-going", action="store_true", help="do not stop at a difference")
    options = parser.parse_args()
    if options.fresh:
        options.schema_seed = options.seed = time.time_ns() // 1000 % 10**9
    return options


def show_only(judge, titled):
    """Runs one query alone and shows it whether or not it differs."""
    title, asked = next(titled)
    found = judge.judge(asked)
    if found:
        differs(judge, asked, found, f"difference: {title}")
        return 1
    report(judge, asked, ("on", "no difference"), title)
    return 0


def play(options, tally, until):
    """Judges the queries of one schema; returns whether all were right."""
    judge, relations = open_judge(options, tally)
    fixed = []
    if options.schema_seed is None and not options.skip_fixed:
        fixed = list(fixed_queries(judge.copy))
    titled = [(f"fixed.sql statement {at}", asked) for at, asked in enumerate(fixed, 1)]
    right = run(judge, titled, options.keep_going)
    more = itertools.takewhile(lambda _: time.monotonic() < until, generated(options, relations))
    if right or options.keep_going:
        right = run(judge, more, options.keep_going) and right
    if sides.tiers():
        tally.hits += sides.hits(judge.ours["on"].connection)
        tally.lists += listed.asked(judge.ours["on"].connection)
    judge.close()
    return right


def play_all(options, tally, until):
    """Judges one schema after the other, until one differs."""
    right = True
    for at in itertools.count():
        if time.monotonic() >= until or (options.minutes is None and at >= options.schemas):
            break
        if options.schema_seed is not None:
            print(f"tables and queries:{seeds(options)}", flush=True)
        right = play(options, tally, until) and right
        if not right and not options.keep_going:
            break
        if options.schema_seed is not None:
            options.schema_seed += 1
    return right


def main():
    options, tally = arguments(), Tally()
    if options.only is not None:
        judge, relations = open_judge(options, tally)
        return show_only(judge, generated(options, relations))
    began = time.monotonic()
    until = math.inf if options.minutes is None else began + 60 * options.minutes
    right = play_all(options, tally, until)
    summary(tally, time.monotonic() - began)
    if not right:
        return 1
    little = too_little(tally)
    if little:
        print(f"proves too little: {little}")
    return 2 if little else 0


if __name__ == "__main__":
    sys.exit(main())
