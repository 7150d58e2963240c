#!/usr/bin/python3
"""cache_set() and cache_get(): values of one process, for all its handles and threads.

    entable sandbox --database clients -- \\
      /usr/bin/python3 tests/clients/cache_values.py MODULE

No handle has opened anything: the values need no server.
"""

import os
import sqlite3
import subprocess
import sys
import threading
import time

from common import MODULE, run_tests

THREADS = 8
ROUNDS = 400


def handle():
    made = sqlite3.connect(":memory:", check_same_thread=False)
    made.enable_load_extension(True)
    made.execute("SELECT load_extension(?)", (MODULE,)).fetchall()
    return made


def one(of, sql, *values):
    return of.execute(sql, values).fetchone()[0]


def test_a_value_is_there_for_every_handle_of_the_process():
    first, second = handle(), handle()
    one(first, "SELECT cache_set('k', 1.5)")
    one(first, "SELECT cache_set('k', 'f', x'00', NULL)")
    assert one(second, "SELECT cache_get('k')") == 1.5
    assert one(second, "SELECT cache_get('k', 'f')") == b"\0"
    assert one(second, "SELECT cache_remove('k')") == 2
    assert one(first, "SELECT cache_get('k', 'f')") is None


def test_a_value_outlives_the_handle_that_set_it():
    first = handle()
    one(first, "SELECT cache_set('k', 'kept')")
    first.close()
    assert one(handle(), "SELECT cache_get('k')") == "kept"


def test_another_process_has_none():
    one(handle(), "SELECT cache_set('k', 1)")
    code = ("import sqlite3, sys; c = sqlite3.connect(':memory:'); c.enable_load_extension(True);"
            " c.execute('SELECT load_extension(?)', (sys.argv[1],)).fetchall();"
            " print(c.execute(\"SELECT cache_get('k')\").fetchone()[0])")
    got = subprocess.run([sys.executable, "-c", code, MODULE], check=True, capture_output=True,
                         text=True).stdout
    assert got == "None\n", got


def test_a_child_of_fork_begins_without_any():
    parent = handle()
    one(parent, "SELECT cache_set('k', 1)")
    pid = os.fork()
    if not pid:
        is_new = one(handle(), "SELECT cache_get('k')") is None
        os._exit(0 if is_new and one(handle(), "SELECT cache_set('k', 2)") == 2 else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert one(parent, "SELECT cache_get('k')") == 1


def test_a_value_ends_with_its_time():
    of = handle()
    one(of, "SELECT cache_set('k', 1, 0.05)")
    one(of, "SELECT cache_set('k', 'stays', 2, NULL)")
    while one(of, "SELECT cache_get('k')") is not None:
        time.sleep(0.01)
    assert of.execute("SELECT key, field, ttl_s FROM cache_entries").fetchall() == [
        ("k", "stays", None)]
    assert one(of, "SELECT cache_remove('k')") == 1


def test_threads_find_what_they_set():
    wrong = []

    def work(name):
        of = handle()
        for i in range(ROUNDS):
            value = f"{name} {i} " + "x" * (i % 300)
            one(of, "SELECT cache_set(?, 'f', ?, 3600)", name, value)
            one(of, "SELECT cache_set(?, ?)", name, value)
            if one(of, "SELECT cache_get(?, 'f')", name) != value:
                wrong.append((name, i, "field"))
            if one(of, "SELECT cache_get(?)", name) != value:
                wrong.append((name, i, "own"))
            shared = one(of, "SELECT cache_get('shared')")
            if shared is not None and shared != shared[0] * len(shared):
                wrong.append((name, i, "shared"))
            one(of, "SELECT cache_set('shared', ?)", name * (1 + i % 500))
            if i % 20 == 0:
                of.execute("SELECT * FROM cache_entries").fetchall()
            if i % 50 == 0 and one(of, "SELECT cache_remove(?)", name) != 2:
                wrong.append((name, i, "removed"))

    threads = [threading.Thread(target=work, args=(chr(ord("a") + i),)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[:5]


def test_what_is_used_stays_when_there_is_no_more_room():
    of = handle()
    one(of, "SELECT cache_set('used', 'still there')")
    for i in range(2000):
        of.execute("SELECT cache_set('filler' || ?, zeroblob(100000))", (i,)).fetchall()
        assert one(of, "SELECT cache_get('used')") == "still there"
    size, n = of.execute("SELECT sum(size), count(*) FROM cache_entries").fetchone()
    assert 2 << 20 < size <= 64 << 20 and 20 < n < 2001, (size, n)


def begin_test():
    one(handle(), "SELECT cache_clear()")


if __name__ == "__main__":
    sys.exit(run_tests(globals(), begin_test))
