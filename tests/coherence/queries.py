#!/usr/bin/python3
"""Cached queries give what the SELECT gives that they stand for, whoever has written what.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/coherence/queries.py --module build/vtab/entable.so --seed 1

Each query is asked as a function, and as the plain SELECT, which finds some of them by itself.
Two processes write in turns, all kinds of things, and sometimes one that has other entities;
after each write both ask every query with drawn arguments, and who asks no cache says what
is right. What another
process keeps in its own memory may be older until Redis has told it, no longer than
local_cache_lag_ms, or, where there is no Redis, than local_cache_ttl_s; of one state it must
be even then: the query, asked of the very rows of its answer, must give them all. Then one
writes while the other asks. The counters must say that lists have answered. With
--expect-wrong, for a planted fault (ENTABLE_FAULT), a wrong answer must be seen, with one of
a few seeds.
"""

import argparse
import multiprocessing
import os
import random
import sqlite3
import sys
import time
from pathlib import Path

import query_tables
import query_writes
from tables import connect

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

from compare import exact  # noqa: E402
from server import Server  # noqa: E402

LAG_S = 1.0  # local_cache_lag_ms, and local_cache_ttl_s
LONGEST = 120  # seconds that an answer may take
TRIES = 5
# Where lists are kept: in Redis; in processes, too; there alone, where Redis tells what has
# changed, or where nobody does.
MODES = {"redis": ["redis_cache"], "local": ["redis_cache", "local_cache"],
         "alone": ["local_cache"], "aged": ["local_cache"]}
ROUNDS = 20  # until nothing comes any more of what was written before
# What is asked of a query beside all of its rows.
SHAPES = ["SELECT count(*) FROM {}", "SELECT * FROM {} LIMIT 2", "SELECT * FROM {} LIMIT 1 OFFSET 1",
          "SELECT * FROM {} LIMIT -1 OFFSET 2", "SELECT {key} FROM {} ORDER BY {key} DESC",
          "SELECT * FROM {} ORDER BY {last}, {key} LIMIT 3", "SELECT {last}, {key} FROM {}",
          "SELECT {key} FROM {} WHERE {last} IS NULL LIMIT 2",
          "SELECT count(DISTINCT {last}), min({key}) FROM {}"]
# Of one of two rows, whose ages go to and fro.
AGES = (18, 21)


class Wrong(Exception):
    """An answer that nothing explains."""


def run_all(handle, statements):
    """What each statement gives: its rows, or its error's words."""
    answers = []
    for sql, arguments in statements:
        try:
            answers.append(handle.execute(sql, arguments).fetchall())
        except sqlite3.Error as error:
            answers.append(f"{error.sqlite_errorname}: {error}")
    return answers


def serve(module, config, pipe):
    """What each process does: it runs what it is sent, a list of statements at a time; or,
    sent a number, it moves two rows to and fro so many times."""
    handle = connect(module, str(config))
    while (work := pipe.recv()) is not None:
        if isinstance(work, int):
            for _ in range(work):
                handle.execute("UPDATE item SET age = ? - age WHERE id IN (1, 2)", (sum(AGES),))
            work = []
        pipe.send(run_all(handle, work))


class Process:
    """One of those that write and ask."""

    def __init__(self, name, module, config):
        self.name = name
        self.pipe, end = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=serve, args=(module, config, end))
        self.process.start()
        end.close()
        self.in_transaction = False

    def send(self, work):
        self.pipe.send(work)

    def receive(self):
        if not self.pipe.poll(LONGEST):
            raise TimeoutError(f"process {self.name} gives no answer")
        return self.pipe.recv()

    def run(self, statements):
        self.send(statements)
        return self.receive()

    def counter(self, tier, name):
        return self.run([("SELECT coalesce(sum(value), 0) FROM entable_stats WHERE tier = ?"
                          " AND counter = ?", [tier, name])])[0][0][0]

    def end(self):
        self.send(None)
        self.process.join(LONGEST)


class Rows:
    """Rows of an answer, as a table of SQLite's own."""

    def __init__(self):
        self.handle = sqlite3.connect(":memory:", isolation_level=None)
        for table, types in query_tables.TYPES.items():
            columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
            self.handle.execute(f"CREATE TABLE {table} ({columns})")

    def fill(self, query, rows):
        marks = ", ".join("?" * len(query_tables.TYPES[query.table]))
        self.handle.execute(f"DELETE FROM {query.table}")
        self.handle.executemany(f"INSERT INTO {query.table} VALUES ({marks})", rows)

    def finds(self, query, arguments, rows):
        """Whether the query finds just these rows among these rows."""
        self.fill(query, rows)
        again = self.handle.execute(f"SELECT * FROM {query.table} {query.text}", arguments)
        return exact(again.fetchall()) == exact(rows)

    def shaped(self, query, shape, rows):
        """What the shape makes of them."""
        self.fill(query, rows)
        return self.handle.execute(shaped(shape, query, query.table)).fetchall()


def shaped(shape, query, source):
    columns = list(query_tables.TYPES[query.table])
    return shape.format(source, key=query_tables.KEYS[query.table], last=columns[-1])


class Match:
    """Two processes and who says what is right."""

    def __init__(self, options, mode, seed, folder, redis):
        self.tells, module = options.tell, options.module
        self.is_local, self.is_shared = mode != "redis", "redis_cache" in MODES[mode]
        if mode == "aged":
            redis = None
        self.rng = random.Random(f"{seed} {mode}")
        server = Server()
        server.empty()
        server.run(query_tables.CREATE)
        config, plain = folder / "queries.yaml", folder / "plain.yaml"
        mysql = f"root@unix({server.socket})/{server.database}"
        config.write_text(query_tables.yaml(mysql, redis, MODES[mode]), encoding="utf-8")
        plain.write_text(query_tables.plain_yaml(mysql, redis), encoding="utf-8")
        self.server = server
        self.pair = [Process(name, module, config) for name in "AB"]
        self.plain = Process("C", module, plain)
        self.judge = connect(module, str(config))
        self.judge.execute("SELECT entable_set('cache', 'off')").fetchall()
        for table in query_tables.COLUMNS:  # what a match before has left in Redis
            self.judge.execute("SELECT entity_forget(?)", (table,)).fetchall()
        self.rows = Rows()
        self.found = []  # queries that the planner asks by itself
        self.wrote_at, self.writer, self.last = 0.0, self.pair[0], "nothing"
        self.seen = "2000"
        self.n_asked = self.n_late = self.n_written = self.n_failed = 0

    def end(self):
        for process in (*self.pair, self.plain):
            process.end()
        self.judge.close()

    # What is right.

    def right(self, process, query, arguments):
        """The rows of the query: what no cache has; in a transaction its own."""
        if process.in_transaction:
            answer = process.run([("SELECT entable_set('cache', 'off')", []),
                                  (query.plain, arguments),
                                  ("SELECT entable_set('cache', 'on')", [])])[1]
        else:
            answer = run_all(self.judge, [(query.plain, arguments)])[0]
        if isinstance(answer, str):
            raise Wrong(f"{query.plain} {arguments!r}: {answer}")
        return answer

    def find(self):
        """The queries that the planner finds: those that compare columns, and no others."""
        plans = self.pair[0].run([(f"EXPLAIN QUERY PLAN {query.plain}", query.usual(self.rng))
                                  for query in query_tables.ALL])
        self.found = [query for query, plan in zip(query_tables.ALL, plans)
                      if any("cached " in row[3] for row in plan)]
        if sorted(query.name for query in self.found) != query_tables.FOUND:
            sys.exit(f"the planner finds {[query.name for query in self.found]}")

    def check(self, process, query, arguments):
        """Asks a query for all its rows, and in one of the shapes."""
        right = self.right(process, query, arguments)
        shape = self.rng.choice(SHAPES)
        if query in self.found:
            self.expect(process, query, query.plain, arguments, right, True)
        self.expect(process, query, f"SELECT * FROM {query.call}", arguments, right, True)
        self.expect(process, query, shaped(shape, query, query.call), arguments,
                    self.rows.shaped(query, shape, right), False)

    def expect(self, process, query, sql, arguments, right, is_whole):
        """Asks until the answer is right, or may not be late any more."""
        while True:
            may_be_late = (self.is_local and process is not self.writer
                           and time.monotonic() < self.wrote_at + LAG_S)
            answer = process.run([(sql, arguments)])[0]
            self.n_asked += 1
            if exact(answer) == exact(right):
                return
            what = (f"process {process.name}: {sql} {arguments!r}: {answer!r} instead of"
                    f" {right!r}, behind {self.last}")
            if not may_be_late:
                raise Wrong(what)
            if is_whole and not self.rows.finds(query, arguments, answer):
                raise Wrong(f"{what}; it is not of one state")
            self.n_late += 1

    def check_all(self):
        """Every query by both, in any order."""
        found = self.judge.execute("SELECT max(seen) FROM item").fetchone()[0]
        self.seen = found or self.seen
        for query in query_tables.ALL:
            arguments = query.arguments(self.rng, self.seen)
            for process in self.rng.sample(self.pair, 2):
                self.check(process, query, arguments)
        self.check_join()

    def check_join(self):
        """The arguments come from another table."""
        process, ages = self.rng.choice(self.pair), self.rng.sample(query_tables.AGES, 2)
        query = query_tables.ALL[0]
        right = [(age, *row) for age in ages
                 for row in self.right(process, query, [age])]
        self.expect(process, query, "SELECT v.column1, q.* FROM (VALUES (?), (?)) AS v"
                    f" CROSS JOIN {query.name}(v.column1) AS q", ages, right, False)

    # What is done.

    def write(self, process, steps):
        """Runs statements, some of which may be refused."""
        self.writer, self.last = process, f"{process.name}: {steps!r}"
        answers = process.run(steps)
        if self.tells:
            print(f"{self.last} gives {answers!r}", flush=True)
        self.wrote_at = time.monotonic()
        self.n_written += len(answers)
        self.n_failed += sum(isinstance(answer, str) for answer in answers)

    def transact(self, process):
        """A transaction; what is asked in it sees what it has done, and the other does not."""
        self.write(process, query_writes.transaction(self.rng))
        process.in_transaction = True
        self.check_all()
        self.write(process, [(self.rng.choice(["COMMIT", "ROLLBACK"]), [])])
        process.in_transaction = False

    def outside(self, process):
        """The server's own client writes; then it is said."""
        self.server.run([f"UPDATE item SET age = {self.rng.choice([17, 18, 19])}"
                         f" WHERE id % 3 = {self.rng.randrange(3)};"])
        self.write(process, [("SELECT entity_forget('item')", [])])

    def step(self):
        process = self.rng.choice(self.pair)
        kind = self.rng.random()
        if kind < 0.15:
            self.transact(process)
        elif kind < 0.2:
            self.outside(process)
        elif kind < 0.3:
            self.write(self.plain, [query_writes.plain(self.rng)])
        else:
            self.write(process, [query_writes.draw(self.rng)])
        self.check_all()

    def fill(self):
        """What there is at first."""
        self.write(self.pair[0], [query_writes.insert(self.rng) for _ in range(20)]
                   + [query_writes.pet(self.rng) for _ in range(20)]
                   + [query_writes.keyed(self.rng) for _ in range(20)])

    # Side by side.

    def race(self, count):
        """One of two rows has an age at any time, while they change places ceaselessly."""
        writer, reader = self.pair
        self.write(writer, [("DELETE FROM item", [])] + [
            ("INSERT INTO item(id, age) VALUES (?, ?)", row) for row in zip((1, 2), AGES)])
        query = query_tables.ALL[0]
        if self.is_local:
            time.sleep(LAG_S)  # until nobody keeps what was before
        writer.send(count)
        while not writer.pipe.poll():
            sql = self.rng.choice([f"SELECT * FROM {query.call}", query.plain])
            rows = reader.run([(sql, AGES[:1])])[0]
            self.n_asked += 1
            if isinstance(rows, str) or len(rows) != 1 or not self.rows.finds(query, AGES[:1], rows):
                writer.receive()
                raise Wrong(f"two rows change places, and {sql} {AGES[:1]!r} gives {rows!r}")
        writer.receive()
        self.wrote_at = time.monotonic()
        self.check_all()

    # What answered.

    def questions(self):
        return int(self.server.run(["SHOW GLOBAL STATUS LIKE 'Com_stmt_execute';"]).split()[1])

    def check_kept(self):
        """What was asked once asks MySQL nothing when it is asked again."""
        asked = [(f"SELECT * FROM {query.call}", query.arguments(self.rng, self.seen))
                 for query in query_tables.ALL]
        asked += [(query.plain, query.usual(self.rng)) for query in self.found]
        for process in self.pair:
            right = process.run(asked)
            for _ in range(ROUNDS):
                before = self.questions()
                again = process.run(asked)
                if exact(again) != exact(right):
                    raise Wrong(f"process {process.name} gives other rows, though nothing is"
                                " written")
                if self.questions() == before:
                    break
            each = [self.cost(process, statement) for statement in asked]
            if self.questions() - before:
                words = [f"{sql} {arguments!r}" for (sql, arguments), n in zip(asked, each) if n]
                raise Wrong("asked again, MySQL answers still: " + "; ".join(words))

    def cost(self, process, statement):
        before = self.questions()
        process.run([statement])
        return self.questions() - before

    def too_few(self):
        """What shows that lists were hardly kept; or None; and what came of them."""
        def counted(*names, tier="redis"):
            return sum(process.counter(tier, name) for process in self.pair for name in names)
        lists, misses = counted("lists"), counted("list_misses")
        looks, hits = counted("looked", "changing", "away"), counted("hits", tier="local")
        words = (f"{self.n_asked} asked, {lists} lists of Redis, {misses} that it lacked, {looks}"
                 f" looks, {hits} hits here, {self.n_late} late; {self.n_written} written,"
                 f" {self.n_failed} refused")
        if self.is_shared and lists < self.n_asked // 10:
            return "hardly any list has answered", words
        if self.is_local and lists + misses + looks > self.n_asked * 3 // 4:
            return "hardly any list of this process has answered", words
        if self.is_local and hits < self.n_asked:
            return "hardly anything was kept in processes", words
        if self.n_failed * 2 > self.n_written:
            return "most of what was written was refused", words
        return None, words


def play(options, mode, seed):
    """One match; what is wrong, or None."""
    began = time.monotonic()
    match = Match(options, mode, seed, Path(os.environ["ENTABLE_SANDBOX_DIR"]),
                  os.environ["ENTABLE_SANDBOX_REDIS"])
    wrong = None
    try:
        match.fill()
        match.find()
        if mode != "aged":
            match.check_kept()
        for _ in range(options.count):
            match.step()
        match.race(options.count * 4)
        too_few, words = match.too_few()
        print(f"{mode}, seed {seed}: {words}; {time.monotonic() - began:.1f} s", flush=True)
        if too_few:
            sys.exit(f"{mode}, seed {seed}: {too_few}: this proves too little")
    except Wrong as error:
        wrong = str(error)
        print(f"{mode}, seed {seed}: {wrong}", flush=True)
    finally:
        match.end()
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--count", type=int, default=50, help="writes of each mode")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--mode", choices=MODES, action="append")
    parser.add_argument("--tell", action="store_true", help="print what is written")
    parser.add_argument("--expect-wrong", action="store_true")
    options = parser.parse_args()
    for seed in range(options.seed, options.seed + (TRIES if options.expect_wrong else 1)):
        for mode in options.mode or MODES:
            if play(options, mode, seed):
                return 0 if options.expect_wrong else 1
    return 1 if options.expect_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
