#!/usr/bin/python3
"""How many statements reach the server, by the server's own counters.

    entable sandbox --database statements -- \\
      /usr/bin/python3 tests/clients/statements.py MODULE

The counters are global and the sandbox has no other client: what is counted is
entable's, and the one statement that reads the counters, which is known.
"""

import os
import sqlite3
import subprocess
import sys

MODULE = sys.argv[1]
SOCKET = os.environ["ENTABLE_SANDBOX_SOCKET"]
DATABASE = os.environ["ENTABLE_SANDBOX_DATABASE"]
os.environ.pop("ENTABLE_CONFIG", None)

ROWS = 20000
NAMES = {"execute": "Com_stmt_execute", "prepare": "Com_stmt_prepare", "select": "Com_select",
         "begin": "Com_begin", "commit": "Com_commit", "rollback": "Com_rollback",
         "insert": "Com_insert", "update": "Com_update", "delete": "Com_delete",
         "savepoint": "Com_savepoint", "questions": "Questions"}


def server(sql):
    """What the server's own client answers."""
    return subprocess.run(
        ["mariadb", "--no-defaults", "-N", "-B", "-uroot", f"--socket={SOCKET}", "-e", sql,
         DATABASE], check=True, capture_output=True, text=True).stdout


def counters():
    """All counters of the server, in one statement."""
    found = dict(line.split("\t") for line in server("SHOW GLOBAL STATUS").splitlines()
                 if "\t" in line)
    return {name: int(value) for name, value in found.items() if value.isdigit()}


def counted(run):
    """What `run` adds to the counters, and what it returns."""
    # What reading them adds by itself.
    first, second = counters(), counters()
    result = run()
    third = counters()
    return {name: third[name] - second[name] - (second[name] - first[name])
            for name in third if name in first}, result


class Suite:
    """A handle and what is asked of it."""

    def __init__(self):
        self.handle = sqlite3.connect(":memory:", isolation_level=None)
        self.handle.enable_load_extension(True)
        self.handle.execute("SELECT load_extension(?)", (MODULE,))
        self.handle.execute("SELECT entable_open(?)",
                            (f"mysql://root@localhost/{DATABASE}?socket={SOCKET}",)).fetchall()
        self.failures = 0

    def rows(self, sql, *values):
        return self.handle.execute(sql, values).fetchall()

    def expect(self, what, run, answer=None, **most):
        """`run` returns `answer`; each counter named in `most` is just so many, or at
        most the second of a pair and at least the first."""
        got, result = counted(run)
        wrong = [] if answer is None or result == answer else [f"answer {str(result)[:80]}"]
        for name, allowed in most.items():
            low, high = allowed if isinstance(allowed, tuple) else (allowed, allowed)
            value = got[NAMES.get(name, name)]
            if not low <= value <= high:
                wrong.append(f"{name} {value}, not {allowed}")
        shown = " ".join(f"{name}={got[full]}" for name, full in NAMES.items() if got[full])
        print(f"{'FAIL' if wrong else 'ok  '} {what}: {'; '.join(wrong) or shown}")
        if wrong:
            print("     ", shown)
        self.failures += bool(wrong)


def fill():
    server(f"""
      CREATE TABLE item (id INT PRIMARY KEY, n INT, name VARCHAR(40), KEY (n));
      INSERT INTO item SELECT seq, seq % 100, CONCAT('name ', seq) FROM seq_1_to_{ROWS};
      CREATE TABLE small (id INT PRIMARY KEY, item_id INT, note VARCHAR(20));
      INSERT INTO small SELECT seq, seq * 7, CONCAT('note ', seq) FROM seq_1_to_50;
      CREATE TABLE target (id INT PRIMARY KEY, n INT, name VARCHAR(40));
    """)


def reads(suite):
    """What is asked when rows are read."""
    point = "SELECT name FROM item WHERE id = ?"
    suite.rows(point, 1)
    suite.expect("a point, the second time", lambda: suite.rows(point, 7), [("name 7",)],
                 execute=1, prepare=0, select=1, begin=0, commit=0)
    suite.expect("a point that is not there", lambda: suite.rows(point, -7), [],
                 execute=1, prepare=0)
    suite.expect("a point that is NULL", lambda: suite.rows(point, None), [],
                 execute=0, prepare=0, questions=0)
    suite.expect("a point that no integer is", lambda: suite.rows(point, "x"), [],
                 execute=0, questions=0)
    suite.expect("ten points", lambda: [suite.rows(point, n)[0][0] for n in range(1, 11)],
                 [f"name {n}" for n in range(1, 11)], execute=10, prepare=0)
    keys = ", ".join(str(n) for n in range(1, 101))
    suite.expect("a list of 100 keys",
                 lambda: len(suite.rows(f"SELECT name FROM item WHERE id IN ({keys})")), 100,
                 execute=1, select=1)
    suite.handle.execute("CREATE TEMP TABLE wanted AS WITH RECURSIVE c(x) AS "
                         "(SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100) SELECT x FROM c")
    suite.expect("keys of a local subquery",
                 lambda: len(suite.rows("SELECT name FROM item WHERE id IN "
                                        "(SELECT x FROM wanted)")), 100, execute=1, select=1)
    suite.expect("keys of a subquery on the server",
                 lambda: len(suite.rows("SELECT name FROM item WHERE id IN "
                                        "(SELECT item_id FROM small)")), 50, execute=2, select=2)
    suite.expect("a small scan", lambda: len(suite.rows("SELECT * FROM small")), 50,
                 execute=1, select=1, begin=0)
    suite.expect("the rows of a small table, counted",
                 lambda: suite.rows("SELECT count(*) FROM small"), [(50,)], execute=1, select=1)
    # Behind a first page they are counted on the server.
    suite.rows("SELECT count(*) FROM item")
    suite.expect("the rows of a large table, counted",
                 lambda: suite.rows("SELECT count(*) FROM item"), [(ROWS,)],
                 execute=(1, 3), prepare=0, Rows_sent=(1, 400))
    # Beside a term SQLite counts itself: a few pages.
    suite.expect("some rows of a large table, counted",
                 lambda: suite.rows("SELECT count(*) FROM item WHERE n = 5"), [(200,)],
                 execute=(1, 3), Rows_read=(0, 500))
    suite.expect("a range", lambda: len(suite.rows("SELECT id FROM item WHERE n = 3")), 200,
                 execute=(1, 3))
    # At most one for each row of the other table.
    suite.expect("a join along a reference",
                 lambda: len(suite.rows("SELECT s.note, i.name FROM small s "
                                        "LEFT JOIN item i ON i.id = s.item_id")), 50,
                 execute=(2, 51))
    suite.expect("a large scan",
                 lambda: suite.rows("SELECT sum(length(name)) FROM item")[0][0],
                 int(server("SELECT SUM(LENGTH(name)) FROM item")), execute=(1, 10))


def few_rows(suite):
    """That the server reads no more rows than are wanted."""
    suite.expect("LIMIT 1", lambda: suite.rows("SELECT name FROM item LIMIT 1"), [("name 1",)],
                 execute=1, Rows_read=(1, 200))
    suite.expect("LIMIT and OFFSET by placeholders",
                 lambda: suite.rows("SELECT id FROM item ORDER BY id LIMIT ? OFFSET ?", 2, 5),
                 [(6,), (7,)], execute=1, Rows_read=(1, 200))
    suite.expect("LIMIT 0", lambda: suite.rows("SELECT id FROM item LIMIT ?", 0), [],
                 execute=0, questions=0)
    suite.expect("LIMIT behind an index",
                 lambda: len(suite.rows("SELECT id FROM item WHERE n = 4 ORDER BY id LIMIT 2")), 2,
                 execute=1, Rows_read=(1, 300))

    def left():
        cursor = suite.handle.execute("SELECT name FROM item")
        row = cursor.fetchone()
        cursor.close()
        return row

    suite.expect("a scan left after a row", left, ("name 1",),
                 execute=(1, 3), Rows_read=(1, ROWS // 10))
    suite.expect("the greatest key", lambda: suite.rows("SELECT max(id) FROM item"), [(ROWS,)],
                 execute=(1, 3), Rows_read=(1, ROWS // 10))
    suite.expect("is there any", lambda: suite.rows("SELECT EXISTS (SELECT 1 FROM item "
                                                    "WHERE n = 9)"), [(1,)],
                 execute=1, Rows_read=(1, 300))


def writes(suite):
    """What is sent when rows are written."""
    suite.rows("INSERT INTO target VALUES (0, 0, 'first')")
    suite.expect("one row written", lambda: suite.rows("INSERT INTO target VALUES (-1, 0, 'x')"),
                 [], insert=1, execute=(1, 2), questions=(1, 4))
    suite.expect("10 000 rows from a local SELECT",
                 lambda: suite.rows("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 "
                                    "FROM c WHERE x < 10000) INSERT INTO target "
                                    "SELECT x, x % 7, 'row ' || x FROM c"),
                 [], insert=(1, 20), questions=(2, 40))
    assert server("SELECT COUNT(*) FROM target").strip() == "10002"
    suite.expect("10 000 rows changed",
                 lambda: suite.rows("UPDATE target SET n = n + id WHERE id > 0"), [],
                 questions=(2, 40))
    suite.expect("a transaction of nothing", lambda: [suite.rows("BEGIN"), suite.rows("COMMIT")],
                 None, questions=0)
    suite.expect("a transaction that reads",
                 lambda: [suite.rows("BEGIN"), suite.rows("SELECT n FROM target WHERE id = 0"),
                          suite.rows("COMMIT")], None, execute=1, begin=0, commit=0)

    def two():
        suite.rows("BEGIN")
        suite.rows("UPDATE target SET n = 1 WHERE id = 0")
        suite.rows("UPDATE target SET n = 2 WHERE id = -1")
        suite.rows("COMMIT")

    suite.expect("a transaction of two changes", two, None, begin=(0, 1), commit=(0, 1), update=2,
                 execute=(4, 6))
    def around(query, is_refused):
        suite.rows("BEGIN")
        suite.rows("UPDATE target SET n = 1 WHERE id = 0")
        try:
            suite.rows("SELECT * FROM mysql_query(?)", query)
        except sqlite3.OperationalError:
            assert is_refused
        suite.rows("INSERT INTO target VALUES (?, 0, 'x')", -2 - is_refused)
        suite.rows("COMMIT")

    # Every answer says whether the transaction is open, but not an error.
    suite.expect("a transaction around a query", lambda: around("SELECT 1", False), None,
                 Com_do=0, execute=4)
    suite.expect("a transaction around a query that is refused",
                 lambda: around("SELECT (SELECT id FROM target)", True), None,
                 Com_do=1, execute=4)
    server("DELETE FROM target WHERE id < -1")
    suite.expect("10 000 rows deleted",
                 lambda: suite.rows("DELETE FROM target WHERE id > 0"), [],
                 questions=(2, 40))
    assert server("SELECT GROUP_CONCAT(n ORDER BY id) FROM target").strip() == "2,1"


def altered(suite):
    """What it costs readers that a table is changed between two executions."""
    point = "SELECT note FROM small WHERE id = ?"
    suite.rows(point, 1)
    suite.expect("a point of a table as it was", lambda: suite.rows(point, 2), [("note 2",)],
                 execute=1, prepare=0)
    server("ALTER TABLE small MODIFY note VARCHAR(50)")
    # The server prepares and executes it again by itself, and tells the columns to us: once.
    suite.expect("a point whose column was changed", lambda: suite.rows(point, 3), [("note 3",)],
                 execute=(2, 3), prepare=(1, 2))
    suite.expect("a point, the second time since then", lambda: suite.rows(point, 4),
                 [("note 4",)], execute=1, prepare=0)
    server("ALTER TABLE small MODIFY note VARCHAR(60); SET GLOBAL max_prepared_stmt_count = 0")
    for _ in range(2):
        try:
            suite.rows(point, 5)
            suite.failures += 1
            print("FAIL a statement that the server does not prepare: no error")
        except sqlite3.OperationalError as error:
            assert "max_prepared_stmt_count" in str(error), error
    server("SET GLOBAL max_prepared_stmt_count = DEFAULT")
    suite.expect("a statement that could not be prepared anew", lambda: suite.rows(point, 5),
                 [("note 5",)], execute=1, prepare=1)
    suite.expect("a statement that could, the second time", lambda: suite.rows(point, 6),
                 [("note 6",)], execute=1, prepare=0)


def main():
    fill()
    suite = Suite()
    reads(suite)
    few_rows(suite)
    writes(suite)
    altered(suite)
    print(f"{suite.failures} failed")
    return suite.failures != 0


if __name__ == "__main__":
    sys.exit(main())
