#!/usr/bin/python3
"""The module in the programs that people use: the sqlite3 shell, Python, a C
program that links libentable.a; and stopping a statement, here and on the server.

    entable sandbox --database clients --load tests/golden/base.sql -- \\
      /usr/bin/python3 tests/clients/clients.py MODULE LIBRARY SOURCE-FOLDER

No test depends on time being short: statements that would run for a minute must
end within some seconds; how long it took is printed.
"""

import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

MODULE, LIBRARY, SOURCE = sys.argv[1:4]
SOCKET = os.environ["ENTABLE_SANDBOX_SOCKET"]
DATABASE = os.environ["ENTABLE_SANDBOX_DATABASE"]
URL = f"mysql://root@localhost/{DATABASE}?socket={SOCKET}"
SLOW = "SELECT mysql_query('SELECT SLEEP(60)')"
LONGEST = 30

C_PROGRAM = r"""
#include <entable.h>
#include <stdio.h>
static int show(void *ctx, int n, char **values, char **names) {
  (void)ctx, (void)n, (void)names;
  return puts(values[0]) < 0;
}
int main(int argc, char **argv) {
  sqlite3 *db;
  char *error = NULL;
  (void)argc;
  if (sqlite3_open(":memory:", &db) || entable_init(db)) return 1;
  if (sqlite3_exec(db, argv[1], show, NULL, &error)) puts(error);
  sqlite3_free(error);
  return sqlite3_close(db);
}
"""


def connect(path=":memory:", **more):
    """A handle with the module loaded."""
    handle = sqlite3.connect(path, **more)
    handle.enable_load_extension(True)
    handle.execute("SELECT load_extension(?)", (MODULE,)).fetchall()
    return handle


def opened(**more):
    """A handle with the database's tables."""
    handle = connect(**more)
    handle.execute("SELECT entable_open(?)", (URL,)).fetchall()
    return handle


def one(handle, sql, *values):
    """The first value of the first row."""
    return handle.execute(sql, values).fetchone()[0]


def server(sql):
    """What the server's own client prints."""
    return subprocess.run(["mariadb", "--no-defaults", "-uroot", f"--socket={SOCKET}",
                           "-BN", "-e", sql, DATABASE], check=True, text=True,
                          capture_output=True).stdout.strip()


def eventually(found, what):
    """Waits until a condition holds."""
    end = time.monotonic() + LONGEST
    while not found():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def is_sleeping():
    """Whether the server runs one of our slow statements."""
    return server("SELECT count(*) FROM information_schema.processlist "
                  "WHERE state = 'User sleep'") != "0"


def test_the_sqlite3_shell_loads_it():
    """`.load`, as the README says."""
    script = (f".load {MODULE}\nSELECT entable_open('{URL}');\n"
              "SELECT name FROM person WHERE id = 1;\n")
    done = subprocess.run(["sqlite3"], input=script, text=True, capture_output=True,
                          check=True)
    assert done.stdout.splitlines()[-1] == "Ann", done


def test_a_c_program_links_it():
    """Ten lines of C and libentable.a."""
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "program.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(C_PROGRAM)
        libraries = subprocess.run(
            ["pkg-config", "--libs", "sqlite3", "libmariadb", "hiredis", "yaml-0.1", "libcjson"],
            check=True, text=True, capture_output=True).stdout
        flags = shlex.split(os.environ.get("ENT_TEST_CFLAGS", ""))
        program = os.path.join(folder, "program")
        subprocess.run(["cc", *flags, f"-I{SOURCE}/vtab", source, LIBRARY, "-o", program,
                        *libraries.split(), "-lpthread", "-lm"], check=True)
        sql = f"SELECT entable_open('{URL}'); SELECT name FROM person WHERE id = 2"
        clean = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}
        done = subprocess.run([program, sql], text=True, capture_output=True, check=True,
                              env=clean)
        assert done.stdout.splitlines()[-1] == "bob", done


def test_python_opens_it_inside_its_implicit_transaction():
    """A write begins a transaction of Python's own."""
    handle = connect()
    handle.execute("CREATE TABLE local(a)")
    handle.execute("INSERT INTO local VALUES (1)")
    assert handle.in_transaction
    handle.execute("SELECT entable_open(?)", (URL,)).fetchall()
    assert one(handle, "SELECT count(*) FROM person, local") == 4
    handle.rollback()
    assert one(handle, "SELECT count(*) FROM local") == 0
    handle.execute("SELECT entable_open(?)", (URL,)).fetchall()
    assert one(handle, "SELECT count(*) FROM person") == 4


def test_a_like_of_the_programs_own_is_asked():
    handle = opened()
    sql = "SELECT id FROM person WHERE name LIKE 'x%' ORDER BY id"
    plan = "EXPLAIN QUERY PLAN " + sql
    assert "name LIKE ?" in handle.execute(plan).fetchall()[0][3]
    assert handle.execute(sql).fetchall() == []
    handle.create_function("like", 2, lambda pattern, text: text == "bob")
    assert "LIKE" not in handle.execute(plan).fetchall()[0][3]
    assert handle.execute(sql).fetchall() == [(2,)]


def test_views_with_outer_joins_keep_their_rows():
    handle = opened()
    count = "SELECT count(*) FROM "
    handle.execute("CREATE TEMP VIEW j AS SELECT p.id FROM person AS p"
                   " LEFT JOIN odd AS o ON p.age <> 17")
    assert one(handle, count + "j") == 1 * 3 + 3
    assert one(handle, count + "person WHERE age <> 17") == 1


def rows_sent(act):
    """How many rows the server sends for it."""
    status = "SHOW GLOBAL STATUS LIKE 'Rows_sent'"
    before = int(server(status).split()[1])
    act()
    return int(server(status).split()[1]) - before


def test_rows_that_are_counted_stay_on_the_server():
    server("CREATE OR REPLACE TABLE many (id INT PRIMARY KEY, n INT);"
           " INSERT INTO many SELECT seq, seq % 7 FROM seq_1_to_5000")
    handle = opened()
    count = "SELECT count(*) FROM many"
    assert one(handle, count) == 5000
    sent = rows_sent(lambda: one(handle, count))
    assert sent < 1000, sent
    assert one(handle, "SELECT count(*) FROM (SELECT 1 FROM many UNION ALL SELECT 2 FROM many)"
               ) == 10000
    # Asked for after all, rows are read: here, and from then on at once.
    assert one(handle, "SELECT sum(rowid) FROM many") == 5000 * 5001 // 2
    assert one(handle, "SELECT sum(rowid) FROM many") == 5000 * 5001 // 2
    assert [row[0] for row in handle.execute("SELECT rowid FROM many ORDER BY rowid")] == \
        list(range(1, 5001))
    assert one(handle, "SELECT count(*) FROM many a LEFT JOIN person b") == 20000
    # What a transaction has written is counted with.
    handle.isolation_level = None
    handle.execute("BEGIN")
    handle.execute("DELETE FROM many WHERE id <= 1000")
    assert one(handle, count) == 4000
    handle.execute("ROLLBACK")
    assert one(handle, count) == 5000
    server("DROP TABLE many")


def test_handles_and_threads_stand_side_by_side():
    """Two handles in one process, one of them used from another thread."""
    first, second = opened(), opened(check_same_thread=False)
    found = []
    thread = threading.Thread(
        target=lambda: found.append(one(second, "SELECT name FROM person WHERE id = 3")))
    thread.start()
    thread.join()
    assert found == ["Ben"] and one(first, "SELECT count(*) FROM huge") == 4


def test_it_can_be_loaded_twice():
    """The second load changes nothing."""
    handle = opened()
    handle.execute("SELECT entable_set('timeout_ms', 1234)").fetchall()
    handle.execute("SELECT load_extension(?)", (MODULE,)).fetchall()
    assert one(handle, "SELECT value FROM entable_settings"
               " WHERE name = 'timeout_ms'") == 1234
    assert one(handle, "SELECT count(*) FROM person") == 4


def test_what_an_opening_could_not_drop_is_dropped_by_the_next():
    """A program that forbids to make the last table, and to drop the others."""
    handle = connect()
    count = "SELECT count(*) FROM temp.sqlite_schema"

    def authorize(action, name, *_):
        forbidden = action == sqlite3.SQLITE_DROP_VTABLE or \
            action == sqlite3.SQLITE_CREATE_VTABLE and name == "token"
        return sqlite3.SQLITE_DENY if forbidden else sqlite3.SQLITE_OK
    for mend in "SELECT entable_close()", f"SELECT entable_open('{URL}')":
        handle.set_authorizer(authorize)
        try:
            handle.execute("SELECT entable_open(?)", (URL,)).fetchall()
            assert False, "it was opened"
        except sqlite3.DatabaseError as error:
            assert "not authorized" in str(error), error
        handle.set_authorizer(None)
        assert one(handle, count) == 8
        assert one(handle, "SELECT count(*) FROM person") == 4
        handle.execute(mend).fetchall()
    assert one(handle, count) == 9
    assert one(handle, "SELECT entable_close()") == 1
    assert one(handle, count) == 0


def test_handles_leave_no_connections_behind():
    """Many handles, each opened, read and closed, one with a cursor open."""
    for number in range(100):
        handle = opened()
        cursor = handle.execute("SELECT * FROM person")
        cursor.fetchone()
        if number % 2:
            cursor.close()
        handle.close()
        del cursor
    eventually(lambda: int(server("SELECT count(*) FROM information_schema.processlist"))
               < 10, "connections are left on the server")


def test_a_forked_child_has_connections_of_its_own():
    """Both go on reading; the parent's connection is undisturbed."""
    handle = opened()
    before = one(handle, "SELECT name FROM person WHERE id = 1")
    child = os.fork()
    if child == 0:
        status = 1
        try:
            name = one(handle, "SELECT name FROM person WHERE id = 2")
            status = name != "bob"
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0, "the child read something else"
    assert one(handle, "SELECT name FROM person WHERE id = 1") == before


def stopped(act, words):
    """Runs the slow statement, lets `act` stop it, and prints how long that took."""
    handle = opened(check_same_thread=False)
    said = []

    def run():
        try:
            handle.execute(SLOW).fetchall()
        except sqlite3.Error as error:
            said.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    eventually(is_sleeping, "the server does not run it")
    began = time.monotonic()
    act(handle)
    thread.join(LONGEST)
    assert not thread.is_alive(), "it was not stopped"
    print(f"  {words}: stopped after {1000 * (time.monotonic() - began):.0f} ms")
    eventually(lambda: not is_sleeping(), "it still runs on the server")
    assert said, "it ended without an error"
    assert one(handle, "SELECT name FROM person WHERE id = 1") == "Ann"
    return said[0]


def test_an_interrupt_stops_it_here_and_there():
    """sqlite3_interrupt() from another thread."""
    assert "interrupted" in stopped(lambda handle: handle.interrupt(), "interrupt")


def test_a_killed_connection_is_an_error():
    """The server's administrator ends the connection in the middle."""
    def kill(_):
        number = server("SELECT id FROM information_schema.processlist "
                        "WHERE state = 'User sleep' LIMIT 1")
        server(f"KILL {number}")

    assert "mysql" in stopped(kill, "KILL")


def test_a_time_out_stops_it_here_and_there():
    """timeout_ms."""
    handle = opened()
    handle.execute("SELECT entable_set('timeout_ms', 300)").fetchall()
    began = time.monotonic()
    try:
        handle.execute(SLOW).fetchall()
        assert False, "it ended without an error"
    except sqlite3.Error as error:
        assert error.sqlite_errorname == "SQLITE_INTERRUPT", error
    print(f"  timeout_ms = 300: stopped after {1000 * (time.monotonic() - began):.0f} ms")
    eventually(lambda: not is_sleeping(), "it still runs on the server")
    assert one(handle, "SELECT name FROM person WHERE id = 1") == "Ann"


def test_ctrl_c_stops_it_in_the_shell():
    """SIGINT in the sqlite3 shell."""
    shell = subprocess.Popen(["sqlite3"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
    shell.stdin.write(f".load {MODULE}\nSELECT entable_open('{URL}');\n{SLOW};\n")
    shell.stdin.flush()
    eventually(is_sleeping, "the server does not run it")
    began = time.monotonic()
    shell.send_signal(signal.SIGINT)
    output = shell.communicate(timeout=LONGEST)[0]
    print(f"  Ctrl-C: stopped after {1000 * (time.monotonic() - began):.0f} ms")
    assert "interrupted" in output, output
    eventually(lambda: not is_sleeping(), "it still runs on the server")


def main():
    os.environ.pop("ENTABLE_CONFIG", None)
    failed = 0
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    for name, test in tests:
        print(name[5:].replace("_", " "))
        try:
            test()
        except Exception as error:  # each test is told apart
            failed += 1
            print(f"  FAILED: {type(error).__name__}: {error}")
    print(f"{len(tests) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
