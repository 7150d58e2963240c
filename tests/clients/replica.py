#!/usr/bin/python3
"""Reads from a replica, delayed by hand: own writes are always seen.

    tests/servers/with-replica --database clients -- \\
      /usr/bin/python3 tests/clients/replica.py MODULE
"""

import os
import subprocess
import sys
import time

from common import DATABASE, SOCKET, open_at, run_tests, server

REPLICA = os.environ["ENTABLE_REPLICA_SOCKET"]
CONFIG = os.path.join(os.environ["ENTABLE_SANDBOX_DIR"], "replica.yaml")
AWAY = os.path.join(os.environ["ENTABLE_SANDBOX_DIR"], "away.yaml")


def replica(sql):
    """What the replica's own client answers."""
    return subprocess.run(
        ["mariadb", "--no-defaults", "-N", "-B", "-uroot", f"--socket={REPLICA}", "-e", sql],
        check=True, capture_output=True, text=True).stdout.strip()


def until(sql, wanted):
    """Waits until the replica answers so."""
    deadline = time.monotonic() + 60
    while True:
        done = subprocess.run(
            ["mariadb", "--no-defaults", "-N", "-B", "-uroot", f"--socket={REPLICA}", "-e", sql,
             DATABASE], check=False, capture_output=True, text=True)
        if done.stdout.strip() == wanted:
            return
        assert time.monotonic() < deadline, (sql, done.stdout, done.stderr)
        time.sleep(0.02)


def begin_test():
    replica("START SLAVE SQL_THREAD")
    server("CREATE OR REPLACE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, n INT) ENGINE=InnoDB;"
           " CREATE OR REPLACE TABLE copy (id INT PRIMARY KEY, n INT);"
           " INSERT INTO t SELECT seq, seq FROM seq_1_to_3000")
    until("SELECT COUNT(*) FROM t", "3000")
    with open(CONFIG, "w", encoding="utf-8") as file:
        file.write(f"default:\n  mysql: root@unix({SOCKET})/{DATABASE}\n  import: true\n"
                   f"  replica: [\"root@unix({REPLICA})/{DATABASE}\"]\n")
    with open(AWAY, "w", encoding="utf-8") as file:
        file.write(f"default:\n  mysql: root@unix({SOCKET})/{DATABASE}\n  import: true\n"
                   f"  replica: root@unix({REPLICA}.none)/{DATABASE}\n")


def value(handle, sql):
    return handle.execute(sql).fetchone()[0]


def served_by(handle):
    return value(handle, "SELECT mysql_query('SELECT @@server_id')")


def primary_id():
    return int(server("SELECT @@server_id"))


def executions():
    """How many statements the primary has executed for others."""
    return int(server("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'").split()[1])


def test_reads_come_from_the_replica():
    handle = open_at(CONFIG)
    value(handle, "SELECT n FROM t WHERE id = 1")  # what is asked of a table once
    before = executions()
    assert value(handle, "SELECT n FROM t WHERE id = 5") == 5
    assert value(handle, "SELECT count(*) FROM t") == 3000
    assert value(handle, "SELECT sum(n) FROM t") == 3000 * 3001 // 2
    assert handle.execute("SELECT n FROM t WHERE id IN (7, 8)").fetchall() == [(7,), (8,)]
    assert served_by(handle) != primary_id()
    assert executions() <= before + 1  # the engine of the table


def test_own_writes_are_seen():
    handle = open_at(CONFIG)
    for turn in range(150):
        handle.execute("INSERT INTO t(n) VALUES (?)", (turn,))
        row = value(handle, "SELECT last_insert_rowid()")
        assert handle.execute("SELECT n FROM t WHERE id = ?", (row,)).fetchall() == [(turn,)]
        handle.execute("UPDATE t SET n = n + 1 WHERE id = 1")
        assert value(handle, "SELECT n FROM t WHERE id = 1") == turn + 2
        handle.execute("SELECT mysql_exec('DELETE FROM t WHERE id = ?', ?)", (row,)).fetchall()
        assert value(handle, "SELECT count(*) FROM t WHERE id = %d" % row) == 0
    assert served_by(handle) != primary_id()


def test_a_replica_that_is_late_is_not_read_after_own_writes():
    handle, other = open_at(CONFIG), open_at(CONFIG)
    replica("STOP SLAVE SQL_THREAD")
    server("UPDATE t SET n = 1000 WHERE id = 2")
    assert value(handle, "SELECT n FROM t WHERE id = 2") == 2
    handle.execute("UPDATE t SET n = 7 WHERE id = 3")
    assert value(handle, "SELECT n FROM t WHERE id = 3") == 7
    assert value(handle, "SELECT n FROM t WHERE id = 2") == 1000
    assert value(handle, "SELECT sum(n) FROM t") == 3000 * 3001 // 2 + 998 + 4
    assert served_by(handle) == primary_id()
    assert value(other, "SELECT n FROM t WHERE id = 3") == 3
    replica("START SLAVE SQL_THREAD")
    until("SELECT n FROM t WHERE id = 3", "7")
    deadline = time.monotonic() + 60
    while served_by(handle) == primary_id():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert value(handle, "SELECT n FROM t WHERE id = 3") == 7


def test_a_transaction_reads_the_primary():
    handle = open_at(CONFIG)
    replica("STOP SLAVE SQL_THREAD")
    server("UPDATE t SET n = 1000 WHERE id = 2")
    assert value(handle, "SELECT n FROM t WHERE id = 2") == 2
    handle.execute("BEGIN")
    assert value(handle, "SELECT n FROM t WHERE id = 2") == 1000
    assert value(handle, "SELECT max(n) FROM t WHERE id < 3") == 1000
    assert served_by(handle) == primary_id()
    handle.execute("COMMIT")
    assert value(handle, "SELECT n FROM t WHERE id = 2") == 2
    handle.execute("INSERT INTO copy SELECT * FROM t WHERE id < 3")
    assert server("SELECT n FROM copy WHERE id = 2") == "1000"
    replica("START SLAVE SQL_THREAD")


def test_what_plans_ask_of_tables_the_replica_answers():
    join = "EXPLAIN QUERY PLAN SELECT * FROM t JOIN copy c ON t.id = c.n"
    handle = open_at(CONFIG)
    before = executions()
    asked = int(replica("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'").split()[1])
    assert handle.execute(join).fetchall()[0][-1].startswith("SCAN c ")
    assert executions() == before
    assert int(replica("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'").split()[1]) == asked + 2
    handle = open_at(AWAY)
    before = executions()
    assert handle.execute(join).fetchall()[0][-1].startswith("SCAN c ")
    assert executions() == before + 2


def test_a_replica_that_is_away_is_left_out():
    handle = open_at(AWAY)
    assert value(handle, "SELECT n FROM t WHERE id = 5") == 5
    assert served_by(handle) == primary_id()
    rows = handle.execute("SELECT backend, status FROM entable_check").fetchall()
    assert rows == [("mysql", "ok"), ("replica", "failed")], rows


def test_a_connection_to_it_that_is_lost_is_no_error():
    handle = open_at(CONFIG)
    assert value(handle, "SELECT n FROM t WHERE id = 5") == 5
    for number in replica("SELECT id FROM information_schema.processlist"
                          " WHERE id <> CONNECTION_ID() AND user = 'root'").split():
        replica(f"KILL {number}")
    assert value(handle, "SELECT n FROM t WHERE id = 6") == 6
    rows = handle.execute("SELECT backend, status FROM entable_check").fetchall()
    assert rows == [("mysql", "ok"), ("replica", "ok")], rows


if __name__ == "__main__":
    sys.exit(run_tests(globals(), begin_test))
