#!/usr/bin/python3
"""What reads and writes through Redis cost, by the servers' own counters.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/coherence/requests.py --module build/vtab/entable.so
"""

import argparse
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

import crowd                # noqa: E402
from server import Server   # noqa: E402

ROWS = 3000
SECOND = 1.0
TRIES = 200  # until what was fetched has settled
MOST_PINGS = 20  # in a second, four of them in each local_cache_lag_ms
NEAR = """
default: {{mysql: "root@unix({socket})/{database}", redis: "{redis}:0", local_cache: 10000}}
settings: {{local_cache_lag_ms: %d}}
entities: {{item: {{%s, columns: {{id: bigint, v: bigint not null}}}}}}
"""
QUIET_MS = 60000  # so long that no PING is due while requests are counted
CASES = [  # what is run, how often, then: requests to Redis and SELECTs of MySQL for each
    ("a hit", "SELECT v FROM item WHERE id = 7", 50, 1, 0),
    ("a hit on nothing", "SELECT v FROM item WHERE id = -7", 50, 1, 0),
    ("a list of hits", "SELECT sum(v) FROM item WHERE id IN (SELECT i FROM ids WHERE i < 1000)",
     5, 1, 0),
    ("a long list of hits", "SELECT sum(v) FROM item WHERE id IN (SELECT i FROM ids WHERE i <="
     " 2500)", 5, 3, 0),
    ("a write", "UPDATE item SET v = v + 1 WHERE id = 7", 20, 2, 1),
    ("a row inserted", "INSERT INTO item(v) VALUES (1)", 20, 2, 0),
    ("1000 rows in a statement", "UPDATE item SET v = v + 1 WHERE id IN"
     " (SELECT i FROM ids WHERE i <= 1000)", 3, 2, 1),
    ("more rows: the table's stamp", "UPDATE item SET v = v + 1 WHERE id <= 2500", 3, 2, 1),
    ("a transaction", "BEGIN; UPDATE item SET v = 1 WHERE id = 1; UPDATE item SET v = 2 WHERE"
     " id = 2; DELETE FROM item WHERE id = 2999; COMMIT", 1, 2, 3),
    ("a transaction that ends for nothing", "BEGIN; UPDATE item SET v = 1 WHERE id = 1; ROLLBACK",
     20, 0, 1),
]
# The same where this process has the rows: only what changes them is asked of anybody.
NEAR_CASES = [(what, text, times, 0 if "hit" in what else requests, selects)
              for what, text, times, requests, selects in CASES]


class Counters:
    """Those of both servers, which asking for them does not change."""

    def __init__(self, watcher):
        self.watcher = watcher
        self.own = 1  # INFO itself

    def read(self):
        text = self.watcher.execute("SELECT redis('INFO', 'stats')").fetchone()[0]
        commands = int(text.split("total_commands_processed:")[1].split()[0])
        scripts = self.watcher.execute("SELECT redis('INFO', 'commandstats')").fetchone()[0]
        inside = sum(int(line.split("calls=")[1].split(",")[0]) for line in scripts.splitlines()
                     if line.startswith("cmdstat_") and
                     line.split(":")[0] in ("cmdstat_get", "cmdstat_set", "cmdstat_del",
                                            "cmdstat_time"))
        return commands - inside, crowd.selects(self.watcher)


def reader(module, config):
    """A handle with the numbers that lists are made of."""
    connection = crowd.connect(module, config)
    connection.execute("CREATE TEMP TABLE ids AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
                       " SELECT i + 1 FROM n WHERE i < 3000) SELECT i FROM n")
    return connection


def play(connection, text, times):
    """Runs statements so often."""
    for _ in range(times):
        for piece in text.split(";"):
            connection.execute(piece).fetchall()


def cost(counters, connection, text, times):
    """Requests to Redis and SELECTs of so many runs."""
    before = counters.read()
    play(connection, text, times)
    after = counters.read()
    # The two readings of the counters are two requests, one between them.
    return after[0] - before[0] - 2, after[1] - before[1]


def settle(counters, connection, text, expected):
    """It connects, prepares and fetches what is asked for; then nothing is left to be heard of
    what was fetched, which a busy machine tells when it can."""
    n_right = 0
    for _ in range(TRIES):
        n_right = n_right + 1 if cost(counters, connection, text, 1) == expected else 0
        if n_right == 3:
            return
        time.sleep(0.01)


def count(counters, connection, cases):
    """How many of them cost something else than they should."""
    wrong = 0
    for what, text, times, requests, selects in cases:
        settle(counters, connection, text, (requests, selects))
        seen = cost(counters, connection, text, times)
        wrong += seen != (requests * times, selects * times)
        print(f"{what}: {seen[0]} requests to Redis, {seen[1]} SELECTs in {times};"
              f" expected {requests * times}, {selects * times}")
    return wrong


def count_pings(counters, connection):
    """Whether a process that reads its own rows for a second asks anything but whether it
    hears, and that seldom."""
    ask = "SELECT v FROM item WHERE id = 7"
    play(connection, ask, 3)
    before, n, began = counters.read(), 0, time.monotonic()
    while time.monotonic() - began < SECOND:
        play(connection, ask, 1)
        n += 1
    took, after = time.monotonic() - began, counters.read()
    requests, selects = after[0] - before[0] - 2, after[1] - before[1]
    print(f"{n} hits in {took:.2f} s: {requests} requests to Redis, {selects} SELECTs")
    return not 0 < requests <= MOST_PINGS * took or selects


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    options = parser.parse_args()
    server = Server()
    server.empty()
    rows = ",".join(f"({n}, {n})" for n in range(1, ROWS + 1))
    server.run(["CREATE TABLE item (id BIGINT AUTO_INCREMENT PRIMARY KEY, v BIGINT NOT NULL);",
                f"INSERT INTO item VALUES {rows};"])
    config = crowd.write_config("requests.yaml")
    watcher = crowd.connect(options.module, config)
    counters, wrong = Counters(watcher), 0
    for name, text, cases in (
            ("redis", crowd.CONFIG, CASES),
            ("both", NEAR % (QUIET_MS, "redis_cache: true, local_cache: true"), NEAR_CASES),
            ("local", NEAR % (QUIET_MS, "local_cache: true"), NEAR_CASES)):
        print(f"-- {name}")
        path = crowd.write_config(f"requests_{name}.yaml", text)
        wrong += count(counters, reader(options.module, path), cases)
    path = crowd.write_config("pings.yaml", NEAR % (1000, "local_cache: true"))
    wrong += count_pings(counters, reader(options.module, path))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
