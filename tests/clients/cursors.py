#!/usr/bin/python3
"""Several cursors of one handle, read in turns, beside errors and writes.

    entable sandbox --database cursors -- \\
      /usr/bin/python3 tests/clients/cursors.py MODULE
"""

import os
import sqlite3
import subprocess
import sys

MODULE = sys.argv[1]
SOCKET = os.environ["ENTABLE_SANDBOX_SOCKET"]
DATABASE = os.environ["ENTABLE_SANDBOX_DATABASE"]
os.environ.pop("ENTABLE_CONFIG", None)

ROWS = 9000  # several pages


def server(sql):
    """What the server's own client answers."""
    return subprocess.run(
        ["mariadb", "--no-defaults", "-N", "-B", "-uroot", f"--socket={SOCKET}", "-e", sql,
         DATABASE], check=True, capture_output=True, text=True).stdout.strip()


def opened():
    """A handle; the table as it was at first."""
    server(f"CREATE OR REPLACE TABLE t (id INT PRIMARY KEY, n INT);"
           f"INSERT INTO t SELECT seq, seq * 2 FROM seq_1_to_{ROWS}")
    handle = sqlite3.connect(":memory:", isolation_level=None)
    handle.enable_load_extension(True)
    handle.execute("SELECT load_extension(?)", (MODULE,))
    handle.execute("SELECT entable_open(?)",
                   (f"mysql://root@localhost/{DATABASE}?socket={SOCKET}",)).fetchall()
    return handle


def fails(handle, sql, code):
    """The statement must fail with this code."""
    try:
        handle.execute(sql).fetchall()
    except sqlite3.Error as error:
        assert error.sqlite_errorname == code, (error.sqlite_errorname, str(error))
    else:
        raise AssertionError(f"{sql} did not fail")


ALL = [(n, n * 2) for n in range(1, ROWS + 1)]
SCAN = "SELECT id, n FROM t ORDER BY id"


def in_turns():
    """Three scans, a step each at a time, one of them left halfway."""
    handle = opened()
    up, down = handle.execute(SCAN), handle.execute(SCAN + " DESC")
    left = handle.execute("SELECT id FROM t WHERE n > 10 ORDER BY id")
    rows, backwards, some = [], [], []
    for number in range(ROWS):
        rows.append(up.fetchone())
        backwards.append(down.fetchone())
        if number < ROWS // 2:
            some.append(left.fetchone()[0])
        elif number == ROWS // 2:
            left.close()
    assert rows == ALL and backwards == ALL[::-1]
    assert some == list(range(6, 6 + ROWS // 2))
    assert up.fetchone() is None and down.fetchone() is None


def beside_errors():
    """Errors of other statements, of both sides, leave an open cursor whole."""
    handle = opened()
    cursor = handle.execute(SCAN)
    rows = cursor.fetchmany(100)
    fails(handle, "INSERT INTO t VALUES (1, 1)", "SQLITE_CONSTRAINT_PRIMARYKEY")
    rows += cursor.fetchmany(1000)
    fails(handle, "SELECT mysql_query('SELECT nothing')", "SQLITE_ERROR")
    fails(handle, "UPDATE t SET n = 'x' WHERE id = 3", "SQLITE_MISMATCH")
    fails(handle, "SELECT abs(-9223372036854775807 - id) FROM t WHERE id = 1", "SQLITE_ERROR")
    assert rows + cursor.fetchall() == ALL


def beside_savepoints():
    """So does an error in a savepoint of the transaction that the cursor reads in."""
    handle = opened()
    handle.execute("BEGIN")
    handle.execute("UPDATE t SET n = 0 WHERE id = 1")
    cursor = handle.execute(SCAN)
    rows = cursor.fetchmany(10)
    handle.execute("SAVEPOINT s")
    fails(handle, f"INSERT INTO t VALUES ({ROWS + 1}, 1), (2, 2)", "SQLITE_CONSTRAINT_PRIMARYKEY")
    rows += cursor.fetchall()
    handle.execute("ROLLBACK TO s")
    handle.execute("COMMIT")
    assert rows[:2] == [(1, 0), (2, 4)] and rows[1:ROWS] == ALL[1:], rows[:3]
    assert server("SELECT COUNT(*), MIN(n) FROM t") == f"{ROWS}\t0"


def beside_writes():
    """A scan outside a transaction is one state, whatever is written meanwhile."""
    handle = opened()
    cursor = handle.execute(SCAN)
    rows = cursor.fetchmany(300)
    handle.execute(f"UPDATE t SET n = n + 1 WHERE id = {ROWS}")
    server(f"DELETE FROM t WHERE id = {ROWS - 1}; INSERT INTO t VALUES ({ROWS + 1}, 0)")
    assert rows + cursor.fetchall() == ALL
    assert handle.execute("SELECT id, n FROM t ORDER BY id DESC LIMIT 2").fetchall() == [
        (ROWS + 1, 0), (ROWS, ROWS * 2 + 1)]


def again():
    """A prepared statement that was left early begins anew, with other values."""
    handle = opened()
    sql = "SELECT id FROM t WHERE n >= ? ORDER BY id LIMIT ?"
    for value, limit in ((1000, 5), (2, 4000), (18000, 3), (None, 3), (17000, -1)):
        cursor = handle.execute(sql, (value, limit))
        cursor.fetchone()
        cursor.close()
        got = [row[0] for row in handle.execute(sql, (value, limit))]
        want = [] if value is None else list(range((value + 1) // 2, ROWS + 1))
        assert got == (want[:limit] if limit >= 0 else want), (value, limit, len(got))


def main():
    for test in (in_turns, beside_errors, beside_savepoints, beside_writes, again):
        test()
        print(f"ok   {test.__name__}")


if __name__ == "__main__":
    main()
