#!/usr/bin/python3
"""Two MySQL servers with a database of one name and one Redis: who asks is told.

    entable sandbox --database clients --with redis -- \\
      /usr/bin/python3 tests/clients/two_servers.py MODULE COMMAND

The second server is another sandbox, which COMMAND starts and in which this file runs
again.
"""

import os
import subprocess
import sys
from pathlib import Path

from common import DATABASE, MODULE, SOCKET, open_at, run_tests, server

FIRST = "ENTABLE_TEST_FIRST_SOCKET"  # the first server's, in the second sandbox
CONFIG = """
default:
  mysql: root@unix({socket})/{database}
  redis: {redis}:0
  prefix: "{prefix}"
entities:
  word:
    redis_cache: true
    columns: {{id: int, text: varchar(20) not null}}
"""


def opened(socket, prefix="shop:", database=DATABASE):
    path = Path(os.environ["ENTABLE_SANDBOX_DIR"], "two_servers.yaml")
    path.write_text(CONFIG.format(socket=socket, redis=os.environ["ENTABLE_SANDBOX_REDIS"],
                                  prefix=prefix, database=database), encoding="utf-8")
    return open_at(str(path))


def checked(handle):
    """What is said of a pool's MySQL server, which must be a good one all the same."""
    row = handle.execute("SELECT status, error, advice FROM entable_check"
                         " WHERE backend = 'mysql'").fetchone()
    assert row[:2] == ("ok", None), row
    return row[2]


def name_of(handle):
    return handle.execute("SELECT c1 FROM mysql_query("
                          "'SELECT concat(@@hostname, '':'', @@port)')").fetchone()[0]


def word(handle):
    return handle.execute("SELECT text FROM word WHERE id = 1").fetchone()[0]


def test_the_second_one_is_told():
    first, second = opened(os.environ[FIRST]), opened(SOCKET)
    assert checked(first) is None, checked(first)
    for _ in range(2):
        assert f"on another server, {name_of(first)}: two" in checked(second), checked(second)
        assert checked(first) is None, checked(first)


def test_its_rows_are_the_others():
    assert word(opened(os.environ[FIRST])) == "first"
    assert word(opened(SOCKET)) == "first"
    apart = opened(SOCKET, "apart:")
    assert word(apart) == "second"
    assert checked(apart) is None, checked(apart)


def test_databases_of_two_names_are_two():
    server("CREATE DATABASE IF NOT EXISTS elsewhere")
    handle = opened(SOCKET, database="elsewhere")
    assert checked(handle) is None, checked(handle)


def test_who_asks_first_is_the_one():
    first, second = opened(os.environ[FIRST]), opened(SOCKET)
    second.execute("SELECT redis('FLUSHDB')").fetchall()
    assert checked(second) is None, checked(second)
    assert f"on another server, {name_of(second)}: two" in checked(first), checked(first)
    second.execute("SELECT redis('FLUSHDB')").fetchall()


def test_what_is_closed_meanwhile_is_not_spoken_of():
    """The rows of a check that has begun go on to their end, whatever is closed under it; of
    those Python asks for one in advance."""
    assert checked(opened(os.environ[FIRST])) is None
    pool = "{{mysql: root@unix({0})/{1}, redis: {2}:0, prefix: 'shop:'}}".format(
        SOCKET, DATABASE, os.environ["ENTABLE_SANDBOX_REDIS"])
    path = Path(os.environ["ENTABLE_SANDBOX_DIR"], "closed.yaml")
    path.write_text(f"one: {pool}\ntwo: {pool}\nthree: {pool}\n", encoding="utf-8")
    handle = open_at(str(path))
    rows = handle.execute("SELECT pool, backend, advice FROM entable_check")
    told = rows.fetchone()
    assert "on another server" in (told[2] or ""), told
    handle.execute("SELECT entable_close()").fetchall()
    rest = rows.fetchall()
    assert ("three", "mysql", None) in rest, rest


def make_table(text):
    server("CREATE TABLE word (id INT PRIMARY KEY, text VARCHAR(20) NOT NULL);"
           f" INSERT INTO word VALUES (1, '{text}')")


def main():
    if FIRST in os.environ:
        make_table("second")
        return run_tests(globals(), lambda: None)
    make_table("first")
    return subprocess.run([sys.argv[2], "sandbox", "--database", DATABASE, "--", sys.executable,
                           __file__, MODULE], env={**os.environ, FIRST: SOCKET},
                          check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
