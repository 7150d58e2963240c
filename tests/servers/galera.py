#!/usr/bin/python3
"""Three nodes of one cluster: what is written on one is there on the others, and what
two nodes write at once is decided at COMMIT.

    tests/servers/with-galera --database judge -- \\
      /usr/bin/python3 tests/servers/galera.py --module build/vtab/entable.so

A node certifies a transaction only as it commits: the one that comes second is told of
a deadlock (1213), by its UPDATE or by its COMMIT, and begins anew.  While it prepares a
query it is not told (tests/fault/ended.py), and must notice.
"""

import argparse
import multiprocessing
import os
import signal
import sqlite3
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

from server import Server  # noqa: E402
import sides               # noqa: E402

TIMES = 300      # increments of each process
LONGEST = 60     # seconds that a node may need for what must come in the end
WAITS = "SET GLOBAL wsrep_sync_wait = {};"


class Cluster:
    """The nodes, each with the server's own client."""

    def __init__(self, module):
        self.module = module
        self.nodes = []
        for socket in os.environ["ENTABLE_GALERA_SOCKETS"].split():
            node = Server()
            node.socket = socket
            self.nodes.append(node)
        self.pids = [int(line) for line in Path(os.environ["ENTABLE_GALERA_PIDS"])
                     .read_text(encoding="utf-8").split()]

    def open(self, number):
        handle = sides.connect()
        sides.load(handle, self.module)
        handle.execute("SELECT entable_open(?)", (self.nodes[number].url,)).fetchall()
        return handle

    def run(self, number, *statements):
        return self.nodes[number].run(["SET wsrep_sync_wait = 15;", *statements]).splitlines()


def arrives(handle, text, wanted):
    """Reads until the rows are these; returns whether the first read had them."""
    until, first = time.monotonic() + LONGEST, True
    while True:
        found = handle.execute(text).fetchall()
        if found == wanted:
            return first
        assert time.monotonic() < until, f"{text}: {found[:5]} instead of {wanted[:5]}"
        first = False
        time.sleep(0.005)


def is_busy(error):
    return error.sqlite_errorcode & 0xff == sqlite3.SQLITE_BUSY


def reads_on_others(cluster):
    """What one node was given arrives on the others, and nothing else."""
    cluster.run(0, "CREATE TABLE seen (id INT PRIMARY KEY, word VARCHAR(20));")
    writer, readers = cluster.open(0), [cluster.open(1), cluster.open(2)]
    fresh = 0
    for number in range(1, 101):
        writer.execute("INSERT INTO seen VALUES (?, ?)", (number, f"word {number}"))
        for reader in readers:
            fresh += arrives(reader, "SELECT count(*), max(word) FROM seen WHERE id >"
                             f" {number - 1}", [(1, f"word {number}")])
    print(f"  {fresh} of 200 first reads had the row")
    writer.execute("UPDATE seen SET word = 'other' WHERE id <= 50")
    writer.execute("DELETE FROM seen WHERE id > 90")
    for reader in readers:
        arrives(reader, "SELECT word = 'other', count(*) FROM seen GROUP BY 1 ORDER BY 1",
                [(0, 40), (1, 50)])


def read_at_once(cluster):
    """Reads each row right after another node was given it."""
    writer, reader = cluster.open(0), cluster.open(1)
    for number in range(200):
        writer.execute("INSERT INTO now VALUES (?, 'now')", (number,))
        found = reader.execute("SELECT word FROM now WHERE id = ?", (number,)).fetchall()
        assert found == [("now",)], f"row {number} was not there"


def waits_for_writes(cluster):
    """Where the servers wait for what was written elsewhere, no read is stale."""
    cluster.run(0, "CREATE TABLE now (id INT PRIMARY KEY, word VARCHAR(20));")
    for node in cluster.nodes:
        node.run([WAITS.format(1)])
    # A process of its own: a connection that was used before has the old value.
    try:
        process = multiprocessing.Process(target=read_at_once, args=(cluster,))
        process.start()
        process.join()
        assert process.exitcode == 0, "a read was stale"
    finally:
        for node in cluster.nodes:
            node.run([WAITS.format(0)])


def gives_ids(cluster):
    """Every node gives ids in steps of three: the last one is the last row's all the same."""
    cluster.run(0, "CREATE TABLE ids (id INT PRIMARY KEY AUTO_INCREMENT, word VARCHAR(20));")
    for number in range(3):
        cluster.run(number, "SELECT * FROM ids;")
        handle = cluster.open(number)
        for word, rows in (("one", 1), ("four", 4), ("many", 500)):
            handle.execute("WITH c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c"
                           f" WHERE x < {rows}) INSERT INTO ids(word) SELECT '{word}' FROM c")
            last = handle.execute("SELECT last_insert_rowid()").fetchone()[0]
            found = cluster.run(number, "SELECT max(id) FROM ids;")
            assert found == [str(last)], f"node {number}, {word}: {last}, and there is {found}"
    assert cluster.run(0, "SELECT count(*) FROM ids;") == [str(3 * 505)]


def add(cluster, number, texts, said):
    """Increments as a program makes them; counts what was done and what was refused."""
    handle, done, refused = cluster.open(number), 0, {}
    while done < TIMES:
        at = None
        try:
            for at in texts:
                handle.execute(at).fetchall()
            done += 1
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            assert at != "COMMIT" or error.sqlite_errorname == "SQLITE_BUSY_SNAPSHOT", error
            word = f"{at.split()[0]}{' (unsaid)' if 'without saying so' in str(error) else ''}"
            refused[word] = refused.get(word, 0) + 1
            if handle.in_transaction:
                handle.execute("ROLLBACK")
    said.put((done, refused))


UPDATE = "UPDATE t SET n = n + 1 WHERE id = 1"
ADDERS = {
    "autocommit": (UPDATE,),
    "transactions": ("BEGIN", UPDATE, "COMMIT"),
    # Each query is prepared anew: each time the node may forget to tell.
    "transactions with queries": (
        "BEGIN", UPDATE, *(f"SELECT * FROM mysql_query('SELECT {n}')" for n in range(3)), "COMMIT"),
}


def adds_up(cluster):
    """Two nodes count the same row: all that was said to be done is done, once."""
    cluster.run(0, "CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL);",
                "INSERT INTO t VALUES (1, 0);")
    total = 0
    for name, texts in ADDERS.items():
        said = multiprocessing.Queue()
        cluster.run(1, "SELECT * FROM t;")
        adders = [multiprocessing.Process(target=add, args=(cluster, n, texts, said))
                  for n in (0, 1)]
        for adder in adders:
            adder.start()
        for adder in adders:
            adder.join()
        assert not any(adder.exitcode for adder in adders), "an adder failed"
        for done, refused in (said.get() for _ in adders):
            total += done
            print(f"  {name}: {done} done, refused: {refused}")
        for number in range(3):
            found = cluster.run(number, "SELECT n FROM t;")
            assert found == [str(total)], f"node {number} has {found}, not {total}"


def second_commit_fails(cluster):
    """Two open transactions change one row: the second is busy, and good again after."""
    cluster.run(0, "CREATE TABLE u (id INT PRIMARY KEY, n INT NOT NULL);",
                "INSERT INTO u VALUES (1, 0), (2, 0);")
    cluster.run(1, "SELECT * FROM u;")
    first, second = cluster.open(0), cluster.open(1)
    for handle, value in ((first, 10), (second, 20)):
        handle.execute("BEGIN")
        handle.execute("UPDATE u SET n = ? WHERE id = 1", (value,))
        handle.execute("UPDATE u SET n = ? WHERE id = 2", (value,))
    first.execute("COMMIT")
    cluster.run(1, "SELECT * FROM u;")
    try:
        second.execute("COMMIT")
    except sqlite3.OperationalError as error:
        assert error.sqlite_errorname == "SQLITE_BUSY_SNAPSHOT", (error.sqlite_errorname, error)
        assert "1213" in str(error) and "unknown" not in str(error), error
    else:
        raise AssertionError("both commits were done")
    if second.in_transaction:
        second.execute("ROLLBACK")
    for number in range(3):
        assert cluster.run(number, "SELECT n FROM u ORDER BY id;") == ["10", "10"]
    second.execute("UPDATE u SET n = n + 1 WHERE id = 1")
    arrives(first, "SELECT n FROM u WHERE id = 1", [(11,)])


def deletes(cluster):
    """Rows deleted on one node are gone on the others; a table without a key is read."""
    cluster.run(0, "CREATE TABLE k (a INT, b VARCHAR(10));",
                "INSERT INTO k VALUES (1, 'a'), (1, 'a'), (2, 'b'), (NULL, NULL);",
                "CREATE TABLE many (id INT PRIMARY KEY, b VARCHAR(10));")
    cluster.run(1, "SELECT * FROM k;")
    first, second = cluster.open(0), cluster.open(1)
    first.execute("WITH c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 2000)"
                  " INSERT INTO many SELECT x, 'w' || x FROM c")
    arrives(second, "SELECT count(*) FROM many", [(2000,)])
    second.execute("DELETE FROM many WHERE id % 2 = 0")
    arrives(first, "SELECT count(*), min(id), max(id) FROM many", [(1000, 1, 1999)])
    first.execute("DELETE FROM many")
    arrives(second, "SELECT count(*) FROM many", [(0,)])
    cluster.run(0, "DELETE FROM k WHERE a = 1 LIMIT 1;")
    for handle in (first, second):
        arrives(handle, "SELECT a, b FROM k ORDER BY a, b",
                [(None, None), (1, "a"), (2, "b")])
        try:
            handle.execute("DELETE FROM k")
        except sqlite3.OperationalError as error:
            assert error.sqlite_errorname == "SQLITE_READONLY", (error.sqlite_errorname, error)
        else:
            raise AssertionError("rows without a key were deleted")


def node_dies(cluster):
    """A node is killed: its clients are told, the others lose and double nothing."""
    cluster.run(0, "CREATE TABLE d (id INT PRIMARY KEY);")
    cluster.run(2, "SELECT * FROM d;")
    idle, writing = cluster.open(2), cluster.open(2)
    other, crossing = cluster.open(0), cluster.open(1)
    done = set(range(100))
    for number in done:
        idle.execute("INSERT INTO d VALUES (?)", (number,))
    arrives(other, "SELECT count(*) FROM d", [(100,)])
    writing.execute("BEGIN")
    writing.execute("INSERT INTO d VALUES (1000)")
    crossing.execute("BEGIN")
    crossing.execute("INSERT INTO d VALUES (2000)")
    os.kill(cluster.pids[2], signal.SIGKILL)
    for handle, text, names in (
            (idle, "SELECT count(*) FROM d", ["SQLITE_CANTOPEN"]),
            (idle, "INSERT INTO d VALUES (1001)", ["SQLITE_CANTOPEN"]),
            (writing, "INSERT INTO d VALUES (1002)", ["SQLITE_IOERR"])):
        try:
            handle.execute(text).fetchall()
        except sqlite3.OperationalError as error:
            assert error.sqlite_errorname in names, (text, error.sqlite_errorname, error)
            assert any(word in str(error) for word in ("/2/mysql.sock", "(2006)", "(2013)")), error
            print(f"  {error.sqlite_errorname}: {error}")
        else:
            raise AssertionError(f"{text} was done on a node that is gone")
    crossing.execute("COMMIT")
    for number in range(100, 200):
        (other, crossing)[number % 2].execute("INSERT INTO d VALUES (?)", (number,))
        done.add(number)
    wanted = [(number,) for number in sorted(done | {2000})]
    for handle in (other, crossing):
        arrives(handle, "SELECT id FROM d ORDER BY id", wanted)


def minority(cluster):
    """A node alone is no cluster: it refuses, is reachable no more, and says why."""
    handle, held = cluster.open(0), cluster.open(0)
    held.execute("BEGIN")
    held.execute("INSERT INTO d VALUES (3000)")
    os.kill(cluster.pids[1], signal.SIGKILL)
    until = time.monotonic() + LONGEST
    while True:
        try:
            handle.execute("SELECT count(*) FROM d").fetchall()
        except sqlite3.OperationalError as error:
            print(f"  {error.sqlite_errorname}: {error}")
            assert error.sqlite_errorname == "SQLITE_CANTOPEN", (error.sqlite_errorname, error)
            assert "WSREP" in str(error) and "1047" in str(error), error
            break
        assert time.monotonic() < until, "a node alone still answers"
        time.sleep(0.05)
    try:
        held.execute("COMMIT")
    except sqlite3.OperationalError as error:
        print(f"  COMMIT: {error.sqlite_errorname}: {error}")
        assert error.sqlite_errorname == "SQLITE_IOERR", (error.sqlite_errorname, error)
        assert "rolled back" in str(error), error
    else:
        raise AssertionError("a node alone has committed")
    assert not held.in_transaction, "a COMMIT that failed has rolled back"
    found = cluster.nodes[0].run(["SET wsrep_dirty_reads = 1;",
                                  "SELECT count(*), sum(id = 3000) FROM d;"])
    assert found.split() == ["201", "0"], found


PARTS = (reads_on_others, waits_for_writes, adds_up, second_commit_fails, gives_ids,
         deletes, node_dies, minority)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--only", choices=[part.__name__ for part in PARTS])
    options = parser.parse_args()
    cluster, wrong = Cluster(options.module), 0
    for part in PARTS:
        if options.only not in (None, part.__name__):
            continue
        began = time.monotonic()
        print(part.__name__, flush=True)
        try:
            part(cluster)
        except (AssertionError, sqlite3.Error) as error:
            print(f"  FAILED: {getattr(error, 'sqlite_errorname', '')} {error}")
            wrong += 1
        print(f"  {time.monotonic() - began:.1f} s", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
