#!/usr/bin/python3
"""Statements with terms that SQLite does not tell the whole of, run again and beside others.

    entable sandbox --database clients -- /usr/bin/python3 tests/clients/hidden.py MODULE

What can be said in one statement stands in tests/golden/hidden.sql.
"""

import sqlite3
import sys

from common import fails, opened, run_tests, server

PART = "SELECT id FROM word WHERE (t, n) IN (SELECT v, w FROM local) ORDER BY id"
EITHER = "SELECT id FROM word WHERE t = ? OR t = ? COLLATE NOCASE ORDER BY n"
REFUSED = ("table word: column t: SQLite may compare it wrongly in (…) IN (SELECT …); "
           "write +t there")


def begin_test():
    server("CREATE OR REPLACE TABLE word (id VARCHAR(20) PRIMARY KEY, t VARCHAR(20), n INT, KEY (t),"
           " KEY (n)) CHARSET utf8mb4 COLLATE utf8mb4_bin;"
           "INSERT INTO word VALUES ('a', 'a', 1), ('A', 'A', 2), ('b', 'b', 3), ('B', 'B', 4),"
           " ('10', '10', 6), ('1e1', '1e1', 7)")


def handle_with(rows):
    """A handle with a table of texts and numbers beside the server's."""
    handle = opened()
    handle.execute("CREATE TABLE local (v INT, w INT)")
    handle.executemany("INSERT INTO local VALUES (?, ?)", rows)
    return handle


def first(handle, sql, values=()):
    """The first column of all rows."""
    return [row[0] for row in handle.execute(sql, values)]


def asked(work):
    """The statements that the server runs for a piece of work."""
    server("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = 1")
    try:
        work()
    finally:
        server("SET GLOBAL general_log = 0")
    return server("SELECT argument FROM mysql.general_log WHERE command_type = 'Execute'"
                  ).splitlines()


def test_a_statement_is_right_each_time():
    handle = handle_with([(10, 7)])
    for _ in range(3):
        assert first(handle, PART) == ["1e1"]
        assert first(handle, EITHER, ("b", "a")) == ["a", "A", "b"]
        assert first(handle, EITHER, ("x", "B")) == ["b", "B"]
    handle.execute("CREATE TABLE another (n)")  # all are planned again
    assert first(handle, EITHER, ("b", "a")) == ["a", "A", "b"]


def test_a_collation_of_the_program():
    handle = handle_with([])
    handle.create_collation("anything", lambda a, b: 0)
    assert len(first(handle, "SELECT id FROM word WHERE t = 'x' OR t = 'y' COLLATE anything")) == 6
    assert len(first(handle, "SELECT id FROM word WHERE id IN (SELECT 'z' COLLATE anything)")) == 6


def test_beside_another_statement():
    """A statement that may not begin anew leaves lists to SQLite, and refuses parts."""
    handle = handle_with([(10, 7)])
    others = handle.execute("SELECT 1 UNION ALL SELECT 2")
    others.fetchone()
    assert first(handle, PART) == ["1e1"]
    other = handle.execute("SELECT n FROM word ORDER BY n")
    other.fetchone()
    assert first(handle, EITHER, ("b", "a")) == ["a", "A", "b"]
    assert first(handle, "SELECT id FROM word WHERE id = 'b' OR id = 'a' COLLATE NOCASE"
                         " ORDER BY n") == ["a", "A", "b"]
    fails(handle, PART + " DESC", "SQLITE_ERROR", REFUSED)
    assert first(handle, PART.replace("(t,", "(+t,")) == ["1e1"]
    assert [row[0] for row in other] == [2, 3, 4, 6, 7]
    assert first(handle, PART) == ["1e1"]


def test_behind_the_first_row():
    """Rows that were given are not given again."""
    handle = handle_with([("x", 7), ("a", 1), (10, 7)])
    later = "SELECT 'first' AS id UNION ALL " + PART.replace(" ORDER BY id", "")
    try:
        rows = first(handle, later)
    except sqlite3.OperationalError as error:
        assert REFUSED in str(error), error
    else:
        raise AssertionError(rows)
    later = "SELECT 'first' UNION ALL SELECT id FROM word WHERE t = 'b' OR t = 'a' COLLATE NOCASE"
    assert sorted(first(handle, later)) == ["A", "a", "b", "first"]


def test_in_a_transaction():
    """What was written before stays, what the statement began to write is written once."""
    handle = handle_with([(10, 7)])
    handle.execute("BEGIN")
    handle.execute("INSERT INTO word VALUES ('c', '010', 7)")
    handle.execute("INSERT INTO local VALUES (20, 20)")
    handle.execute("CREATE TEMP TRIGGER noted AFTER INSERT ON local BEGIN"
                   " UPDATE word SET n = n + 100 WHERE (t, n) IN (SELECT v, w FROM local); END")
    handle.execute("INSERT INTO local VALUES (30, 30)")
    assert first(handle, "SELECT v FROM local ORDER BY v") == [10, 20, 30]
    handle.execute("COMMIT")
    assert server("SELECT GROUP_CONCAT(id, n ORDER BY n, id) FROM word WHERE n > 5") == \
        "106,1e1107,c107"


def test_asked_of_the_server_as_before():
    """Nothing is left to SQLite where nothing is in doubt."""
    handle = handle_with([(10, 7)])
    for sql in ("SELECT n FROM word WHERE t IN ('a', 'x') ORDER BY id COLLATE NOCASE",
                "SELECT n FROM word WHERE id IN ('a', 'x') AND (t <> 'COLLATE' OR n IS 9)",
                "SELECT n FROM word WHERE t IN ('a', 'x') AND (n = 1 OR n IS NULL)"):
        texts = asked(lambda sql=sql: first(handle, sql))
        assert len(texts) == 1 and "WHERE" in texts[0] and " IN (" in texts[0], texts
    # A table with a collation that is not named changes nothing, one that is does.
    handle.execute("CREATE TABLE folded (f TEXT COLLATE NOCASE, s TEXT)")
    handle.execute("INSERT INTO folded VALUES ('a', 'b')")
    sql = "SELECT n FROM word WHERE id IN ('a', 'x') AND (n = 1 OR n IS NULL)"
    assert all("WHERE" in text for text in asked(lambda: first(handle, sql)))
    assert first(handle, "SELECT id FROM folded CROSS JOIN word WHERE f = id OR s = id"
                         " ORDER BY n") == ["a", "A", "b"]


if __name__ == "__main__":
    sys.exit(run_tests(globals(), begin_test))
