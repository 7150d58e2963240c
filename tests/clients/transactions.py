#!/usr/bin/python3
"""Transactions as programs have them: two handles, locks, losses, stops.

    entable sandbox --database clients --load base.sql -- \\
      /usr/bin/python3 tests/clients/transactions.py MODULE
"""

import os
import signal
import sqlite3
import sys
import threading
import time

from common import (DATABASE, SOCKET, fails, kill_connections, open_at, opened, run_tests,
                    server)


def rows(handle, sql="SELECT id, n FROM t ORDER BY id"):
    return handle.execute(sql).fetchall()


def begin_test():
    server("DROP TABLE IF EXISTS t; CREATE TABLE t (id INT PRIMARY KEY, n INT);"
           " INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)")


def test_nobody_sees_what_is_not_committed():
    one, two = opened(), opened()
    one.execute("BEGIN")
    one.execute("UPDATE t SET n = 10 WHERE id = 1")
    assert rows(one)[0] == (1, 10)
    assert rows(two)[0] == (1, 1)
    one.execute("COMMIT")
    assert rows(two)[0] == (1, 10)


def test_a_deadlock_is_busy_until_rollback():
    one, two = opened(), opened()
    one.execute("BEGIN")
    two.execute("BEGIN")
    one.execute("UPDATE t SET n = n + 1 WHERE id = 1")
    two.execute("UPDATE t SET n = n + 1 WHERE id = 2")
    outcomes = []

    def cross(handle, row):
        try:
            handle.execute(f"UPDATE t SET n = n + 1 WHERE id = {row}")
            outcomes.append((handle, ""))
        except sqlite3.Error as error:
            outcomes.append((handle, error.sqlite_errorname))
    thread = threading.Thread(target=cross, args=(one, 2))
    thread.start()
    cross(two, 1)
    thread.join()
    assert sorted(error for _, error in outcomes) == ["", "SQLITE_BUSY"], outcomes
    victim = next(handle for handle, error in outcomes if error)
    other = next(handle for handle, error in outcomes if not error)
    fails(victim, "SELECT * FROM t", "SQLITE_BUSY", "nothing more is done before ROLLBACK")
    fails(victim, "UPDATE t SET n = 0", "SQLITE_BUSY", "Deadlock")
    fails(victim, "COMMIT", "SQLITE_BUSY_SNAPSHOT", "Deadlock")
    assert not victim.in_transaction
    other.execute("COMMIT")
    assert sum(n for _, n in rows(victim)) == 8
    victim.execute("UPDATE t SET n = n + 1 WHERE id = 1")


def test_a_lock_not_had_in_time_is_busy():
    server("SET GLOBAL innodb_lock_wait_timeout = 1")
    one, two = opened(), opened(options="&connect_timeout_ms=5000")  # a pool of its own
    one.execute("BEGIN")
    one.execute("UPDATE t SET n = 7 WHERE id = 1")
    fails(two, "UPDATE t SET n = 8 WHERE id = 1", "SQLITE_BUSY", "Lock wait timeout")
    two.execute("UPDATE t SET n = 8 WHERE id = 2")
    one.execute("ROLLBACK")
    assert rows(two) == [(1, 1), (2, 8), (3, 3)]
    server("SET GLOBAL innodb_lock_wait_timeout = 50")


def test_our_own_deadline_is_busy_timeout_for_a_write():
    one, two = opened(), opened()
    one.execute("BEGIN")
    one.execute("UPDATE t SET n = 7 WHERE id = 1")
    two.execute("SELECT entable_set('timeout_ms', 200)")
    two.execute("BEGIN")
    two.execute("INSERT INTO t VALUES (9, 9)")
    fails(two, "INSERT INTO t SELECT 1, 1", "SQLITE_BUSY_TIMEOUT", "no answer in time")
    two.execute("ROLLBACK")
    one.execute("ROLLBACK")
    assert rows(two) == [(1, 1), (2, 2), (3, 3)]


def test_a_select_that_was_stopped_leaves_the_transaction():
    handle = opened()
    handle.execute("BEGIN")
    handle.execute("INSERT INTO t VALUES (9, 9)")
    timer = threading.Timer(0.2, handle.interrupt)
    timer.start()
    fails(handle, "SELECT mysql_query('SELECT SLEEP(20)')", "SQLITE_INTERRUPT")
    timer.join()
    handle.execute("SELECT entable_set('timeout_ms', 200)")
    fails(handle, "SELECT mysql_query('SELECT SLEEP(20)')", "SQLITE_INTERRUPT", "in time")
    assert rows(handle)[-1] == (9, 9)
    handle.execute("COMMIT")
    assert server("SELECT COUNT(*) FROM t") == "4"


def test_a_lost_connection_takes_the_transaction_with_it():
    handle = opened()
    handle.execute("BEGIN")
    handle.execute("INSERT INTO t VALUES (9, 9)")
    kill_connections()
    fails(handle, "INSERT INTO t VALUES (10, 10)", "SQLITE_IOERR")
    assert not handle.in_transaction
    assert rows(handle) == [(1, 1), (2, 2), (3, 3)]
    handle.execute("INSERT INTO t VALUES (10, 10)")
    handle.execute("BEGIN")
    handle.execute("INSERT INTO t VALUES (11, 11)")
    kill_connections()
    fails(handle, "COMMIT", "SQLITE_IOERR", "everything was rolled back")
    assert server("SELECT COUNT(*) FROM t") == "4"
    kill_connections()
    handle.execute("INSERT INTO t VALUES (12, 12)")
    assert server("SELECT COUNT(*) FROM t") == "5"


def test_a_server_may_only_read():
    handle = opened()
    server("SET GLOBAL read_only = 1; CREATE USER IF NOT EXISTS reader@localhost;"
           f" GRANT SELECT, INSERT ON {DATABASE}.* TO reader@localhost")
    other = open_at(f"mysql://reader@localhost/{DATABASE}?socket={SOCKET}")
    fails(other, "INSERT INTO t VALUES (9, 9)", "SQLITE_READONLY", "read-only")
    server("SET GLOBAL read_only = 0")
    fails(other, "UPDATE t SET n = 9", "SQLITE_ERROR", "denied")
    other.execute("INSERT INTO t VALUES (8, 8)")
    handle.execute("INSERT INTO t VALUES (9, 9)")


def test_readers_go_on_after_the_end():
    server("INSERT INTO t SELECT seq, seq FROM seq_4_to_2000")
    handle = opened()
    for end in ("COMMIT", "ROLLBACK"):
        handle.execute("BEGIN")
        handle.execute("UPDATE t SET n = n + 1 WHERE id = 1")
        reader = handle.execute("SELECT id FROM t ORDER BY id")
        assert [reader.fetchone()[0] for _ in range(3)] == [1, 2, 3]
        handle.execute(end)
        assert [row[0] for row in reader] == list(range(4, 2001))


def test_python_begins_by_itself():
    handle = opened(isolation_level="")
    handle.execute("INSERT INTO t VALUES (9, 9)")
    assert handle.in_transaction
    handle.rollback()
    handle.executemany("INSERT INTO t VALUES (?, ?)", [(n, n) for n in range(10, 20)])
    handle.commit()
    try:
        with handle:
            handle.execute("DELETE FROM t")
            raise KeyError
    except KeyError:
        pass
    assert server("SELECT COUNT(*) FROM t") == "13"


def test_a_handle_that_closes_rolls_back():
    handle = opened()
    handle.execute("BEGIN")
    handle.execute("DELETE FROM t")
    handle.close()
    assert server("SELECT COUNT(*) FROM t") == "3"


def test_a_second_pool_is_refused():
    handle = opened()
    handle.execute("SELECT entable_open(?, 'temp', 'b_')",
                   (f"mysql://root@localhost/{DATABASE}?socket={SOCKET}&pool=other",))
    handle.execute("BEGIN")
    handle.execute("INSERT INTO t VALUES (9, 9)")
    fails(handle, "INSERT INTO b_t VALUES (10, 10)", "SQLITE_ERROR",
          "has written to pool default")
    handle.execute("COMMIT")
    handle.execute("INSERT INTO b_t VALUES (10, 10)")
    assert server("SELECT COUNT(*) FROM t") == "5"


def opened_on_many(count):
    """A handle on a table of so many rows."""
    server("CREATE OR REPLACE TABLE many (id INT PRIMARY KEY, n INT, CHECK (n <> 2500));"
           f" INSERT INTO many SELECT seq, 0 FROM seq_1_to_{count}")
    return opened()


def test_a_row_refused_in_a_batch_that_was_sent_ahead_is_named():
    handle = opened_on_many(3500)
    fails(handle, "UPDATE many SET n = id", "SQLITE_CONSTRAINT_CHECK", "row 2500: CONSTRAINT")
    assert server("SELECT sum(n) FROM many") == "0"
    handle.execute("UPDATE many SET n = id WHERE id <> 2500")
    assert server("SELECT count(*) FROM many WHERE n = id") == "3499"
    handle.execute("SELECT entable_set('batch', 'transaction')").fetchall()
    handle.execute("BEGIN")
    handle.execute("UPDATE many SET n = 1 WHERE id = 1")
    handle.execute("UPDATE many SET n = id - 1 WHERE id > 1")
    fails(handle, "COMMIT", "SQLITE_CONSTRAINT_CHECK", "CONSTRAINT")
    assert server("SELECT count(*) FROM many WHERE n = id") == "3499"


def steps_of(handle, sql, last=None):
    """Runs a statement and counts SQLite's steps, in thousands; ends it at the last one."""
    steps = [0]

    def step():
        steps[0] += 1
        return last is not None and steps[0] >= last

    handle.set_progress_handler(step, 1000)
    try:
        if last is None:
            handle.execute(sql).fetchall()
        else:
            fails(handle, sql, "SQLITE_INTERRUPT", "interrupted")
    finally:
        handle.set_progress_handler(None, 0)
    return steps[0]


def test_a_batch_on_its_way_ends_with_its_statement():
    handle = opened_on_many(30000)
    steps = steps_of(handle, "UPDATE many SET n = -id")
    handle.execute("UPDATE many SET n = 0")
    for part in 0.6, 0.7, 0.8, 0.9:
        steps_of(handle, "UPDATE many SET n = -id", int(steps * part))
        assert server("SELECT sum(n) FROM many") == "0"
    handle.execute("DELETE FROM many WHERE id > 2500")
    assert handle.execute("SELECT count(*) FROM many").fetchone() == (2500,)


def test_a_snapshot_makes_all_of_a_transaction_one_state():
    handle = opened()
    server("CREATE OR REPLACE TABLE u (id INT PRIMARY KEY, n INT); INSERT INTO u VALUES (1, 10)")
    handle = opened()
    handle.execute("SELECT entable_set('snapshot', 'on')")
    handle.execute("BEGIN")
    assert rows(handle) == [(1, 1), (2, 2), (3, 3)]
    server("UPDATE t SET n = 100; UPDATE u SET n = 1000")
    assert rows(handle, "SELECT n FROM u WHERE id = 1") == [(10,)]
    assert rows(handle, "SELECT n FROM t WHERE id = 2") == [(2,)]
    assert rows(handle, "SELECT count(*) FROM t WHERE n = 100") == [(0,)]
    assert rows(handle, "SELECT c1 FROM mysql_query('SELECT MAX(n) FROM t')") == [(3,)]
    handle.execute("COMMIT")
    assert rows(handle) == [(1, 100), (2, 100), (3, 100)]
    handle.execute("BEGIN")
    assert rows(handle, "SELECT n FROM u") == [(1000,)]
    server("UPDATE u SET n = 1")
    assert rows(handle, "SELECT n FROM u") == [(1000,)]
    handle.execute("ROLLBACK")
    assert rows(handle, "SELECT n FROM u") == [(1,)]
    handle.execute("SELECT entable_set('snapshot', 'off')")
    handle.execute("BEGIN")
    assert rows(handle, "SELECT n FROM u") == [(1,)]
    server("UPDATE u SET n = 2")
    assert rows(handle, "SELECT n FROM u") == [(2,)]
    handle.execute("COMMIT")


def test_a_snapshot_outlives_what_is_rolled_back():
    handle = opened()
    handle.execute("SELECT entable_set('snapshot', 'on')")
    handle.execute("BEGIN")
    handle.execute("SAVEPOINT a")
    assert rows(handle) == [(1, 1), (2, 2), (3, 3)]
    server("UPDATE t SET n = 100 WHERE id = 2")
    handle.execute("UPDATE t SET n = 50 WHERE id = 1")
    fails(handle, "INSERT INTO t VALUES (7, 7), (3, 3)", "SQLITE_CONSTRAINT_PRIMARYKEY")
    assert rows(handle) == [(1, 50), (2, 2), (3, 3)]
    handle.execute("ROLLBACK TO a")
    assert rows(handle) == [(1, 1), (2, 2), (3, 3)]
    handle.execute("INSERT INTO t VALUES (8, 8)")
    handle.execute("COMMIT")
    assert rows(handle) == [(1, 1), (2, 100), (3, 3), (8, 8)]


def test_a_snapshot_makes_the_tables_of_a_statement_one_state():
    server("CREATE OR REPLACE TABLE account (id INT PRIMARY KEY, n INT);"
           " INSERT INTO account SELECT seq, 100 FROM seq_1_to_200;"
           " CREATE OR REPLACE TABLE other LIKE account; INSERT INTO other SELECT * FROM account")
    handle = opened()
    handle.execute("SELECT entable_set('snapshot', 'on')")
    stop = threading.Event()

    def transfer():
        number = 0
        while not stop.is_set():
            number = number % 200 + 1
            server(f"BEGIN; UPDATE account SET n = n - 7 WHERE id = {number};"
                   f" UPDATE other SET n = n + 7 WHERE id = {201 - number}; COMMIT")
    thread = threading.Thread(target=transfer)
    thread.start()
    try:
        for _ in range(60):
            assert rows(handle, "SELECT (SELECT sum(n) FROM account) + (SELECT sum(n) FROM"
                        " other)") == [(40000,)]
            assert rows(handle, "SELECT sum(a.n + o.n) FROM account a JOIN other o"
                        " ON o.id = 201 - a.id") == [(40000,)]
            assert rows(handle, "SELECT (SELECT c1 FROM mysql_query('SELECT SUM(n) FROM"
                        " account')) + (SELECT sum(n) FROM other)") == [(40000,)]
    finally:
        stop.set()
        thread.join()
    assert server("SELECT COUNT(*) FROM information_schema.innodb_trx") == "0"


def test_a_snapshot_that_is_lost_is_not_replaced_by_another():
    handle = opened()
    handle.execute("SELECT entable_set('snapshot', 'on')")
    handle.execute("BEGIN")
    assert rows(handle) == [(1, 1), (2, 2), (3, 3)]
    kill_connections()
    fails(handle, "SELECT * FROM t", "SQLITE_CANTOPEN")
    fails(handle, "SELECT * FROM t", "SQLITE_CANTOPEN", "nothing more is done before ROLLBACK")
    handle.execute("ROLLBACK")
    assert rows(handle) == [(1, 1), (2, 2), (3, 3)]
    kill_connections()
    assert rows(handle) == [(1, 1), (2, 2), (3, 3)]


def test_a_scan_that_is_left_takes_nothing_with_it():
    """Though the server is slow: what it was asked for is waited for by the next."""
    server("CREATE OR REPLACE TABLE long_one (id INT PRIMARY KEY, pad VARCHAR(250));"
           " INSERT INTO long_one SELECT seq, REPEAT('x', 250) FROM seq_1_to_60000")
    with open(server("SELECT @@pid_file"), encoding="utf-8") as file:
        pid = int(file.read())
    for setting in "on", "off":
        handle = opened()
        handle.execute("SELECT entable_set('snapshot', ?)", (setting,))
        handle.execute("BEGIN")
        handle.execute("INSERT INTO t VALUES (4, 4)")
        scan = handle.execute("SELECT id FROM long_one WHERE pad <> 'y'")
        assert len(scan.fetchmany(20000)) == 20000
        os.kill(pid, signal.SIGSTOP)
        try:
            scan.close()
        finally:
            os.kill(pid, signal.SIGCONT)
        assert rows(handle) == [(1, 1), (2, 2), (3, 3), (4, 4)]
        handle.execute("COMMIT")
        assert server("SELECT COUNT(*) FROM t") == "4"
        handle.execute("DELETE FROM t WHERE id = 4")
    server("DROP TABLE long_one")


def limited(seconds):
    """A handle on a configuration with a limit for snapshots."""
    path = os.path.join(os.environ["ENTABLE_SANDBOX_DIR"], "limited.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"default: {{mysql: 'root@unix({SOCKET})/{DATABASE}', import: true}}\n"
                   f"settings: {{snapshot_max_s: {seconds}}}\n")
    return open_at(path)


OLD = "the snapshot has been open for more than 2 s (snapshot_max_s)"


def n_transactions():
    """How many are open on the server."""
    return server("SELECT COUNT(*) FROM information_schema.innodb_trx")


def test_a_snapshot_that_gets_old_is_ended():
    handle = limited(2)
    handle.execute("SELECT entable_set('snapshot', 'on')")
    handle.execute("BEGIN")
    assert rows(handle) == [(1, 1), (2, 2), (3, 3)]
    assert n_transactions() == "1"
    time.sleep(2.5)
    fails(handle, "SELECT * FROM t WHERE id = 1", "SQLITE_INTERRUPT", OLD)
    assert n_transactions() == "0"
    fails(handle, "SELECT * FROM t", "SQLITE_INTERRUPT", "nothing more is done before ROLLBACK")
    handle.execute("ROLLBACK")
    assert rows(handle) == [(1, 1), (2, 2), (3, 3)]


def test_a_snapshot_of_what_was_written_may_get_old():
    handle = limited(2)
    handle.execute("SELECT entable_set('snapshot', 'on')")
    handle.execute("BEGIN")
    assert rows(handle) == [(1, 1), (2, 2), (3, 3)]
    handle.execute("UPDATE t SET n = 10 WHERE id = 1")
    time.sleep(2.5)
    assert rows(handle) == [(1, 10), (2, 2), (3, 3)]
    handle.execute("COMMIT")
    assert server("SELECT n FROM t WHERE id = 1") == "10"


def test_a_scan_that_gets_old_is_ended():
    server("CREATE OR REPLACE TABLE long_one (id INT PRIMARY KEY, pad VARCHAR(250));"
           " INSERT INTO long_one SELECT seq, REPEAT('x', 250) FROM seq_1_to_60000")
    for setting in "off", "on":
        handle = limited(2)
        handle.execute("SELECT entable_set('snapshot', ?)", (setting,))
        scan = handle.execute("SELECT id FROM long_one WHERE pad <> 'y'")
        assert len(scan.fetchmany(200)) == 200
        time.sleep(2.5)
        try:
            scan.fetchall()
            assert False, "all was read"
        except sqlite3.Error as error:
            assert OLD in str(error), str(error)
            assert error.sqlite_errorname == "SQLITE_INTERRUPT", error.sqlite_errorname
        assert rows(handle) == [(1, 1), (2, 2), (3, 3)]
    server("DROP TABLE long_one")


def test_a_snapshot_without_a_limit_does_not_get_old():
    handle = limited(0)
    handle.execute("SELECT entable_set('snapshot', 'on')")
    handle.execute("BEGIN")
    assert rows(handle) == [(1, 1), (2, 2), (3, 3)]
    time.sleep(0.5)
    assert rows(handle) == [(1, 1), (2, 2), (3, 3)]
    handle.execute("COMMIT")


if __name__ == "__main__":
    sys.exit(run_tests(globals(), begin_test))
