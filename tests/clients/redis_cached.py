#!/usr/bin/python3
"""redis_cached(): of many callers one computes, and the others wait for it.

    entable sandbox --database clients --with redis -- \\
      /usr/bin/python3 tests/clients/redis_cached.py MODULE

Callers are processes where there are many or one dies, and threads elsewhere.  What is
computed waits until its test lets it go on, so that nothing hangs on who is quick.
"""

import multiprocessing
import os
import sqlite3
import sys
import threading
import time

from common import DATABASE, SOCKET, open_at, run_tests

CROWD = 20
PATIENCE_S = 10  # of a caller, with others that compute (vtab/redis_cached.c)
ROUNDS = 5  # of a crowd that had no time for a round, at most
CONFIG = os.path.join(os.environ["ENTABLE_SANDBOX_DIR"], "redis_cached.yaml")


def handle():
    return open_at(CONFIG)


def redis(*args):
    """What one command answers."""
    marks = ", ".join("?" * len(args))
    return WATCHER.execute(f"SELECT redis({marks})", args).fetchone()[0]


def wait_until(condition):
    while not condition():
        time.sleep(0.01)


def arrived(watcher):
    return int(watcher.execute("SELECT redis('GET', 'arrived')").fetchone()[0] or 0)


def count(watcher, name):
    return int(watcher.execute("SELECT redis('INCR', ?)", (name,)).fetchone()[0])


def caller(kind, barrier, answers):
    """One process of a crowd: what it got, and how long that took."""
    watcher, asker = handle(), handle()

    def hold():
        wait_until(lambda: arrived(watcher) >= CROWD)
        time.sleep(0.2)  # they have arrived, and are about to wait

    def compute():
        number = count(watcher, "computed")
        if kind == "killed" and number == 1:
            time.sleep(3600)
        if kind == "counts":
            hold()
        if kind == "fails" and number == 1:
            hold()
            raise ValueError("the first one fails")
        return f"by {number}"

    asker.create_function("compute", 0, compute)
    barrier.wait()
    count(watcher, "arrived")
    start = time.monotonic()
    try:
        answer = asker.execute("SELECT redis_cached('k', 3600, 'SELECT compute()')").fetchone()[0]
    except sqlite3.Error as error:
        answer = f"{error.sqlite_errorname}: {error}"
    answers.put((answer, time.monotonic() - start))


def crowd(kind):
    """What a crowd got; again where it was too slow for its own patience."""
    context = multiprocessing.get_context("spawn")
    for _ in range(ROUNDS):
        begin_test()
        barrier, answers = context.Barrier(CROWD), context.Queue()
        callers = [context.Process(target=caller, args=(kind, barrier, answers))
                   for _ in range(CROWD)]
        for process in callers:
            process.start()
        got = [answers.get() for _ in callers]
        for process in callers:
            process.join()
        if max(took for _, took in got) < PATIENCE_S:
            return sorted(answer for answer, _ in got)
    raise AssertionError("no crowd was quick enough")


class Computing:
    """A handle that computes a key in a thread, until it is let go."""

    def __init__(self, value, timeout_ms=30000):
        self.go_on, self.has_begun = threading.Event(), threading.Event()
        self.value, self.answer, self.error = value, None, None
        self.handle = handle()
        self.handle.execute("SELECT entable_set('timeout_ms', ?)", (timeout_ms,)).fetchall()
        self.handle.create_function("compute", 0, self.compute)
        self.thread = threading.Thread(target=self.ask)
        self.thread.start()

    def compute(self):
        self.has_begun.set()
        self.go_on.wait()
        return self.value

    def ask(self):
        try:
            self.answer = self.handle.execute(
                "SELECT redis_cached('k', 3600, 'SELECT compute()')").fetchone()[0]
        except sqlite3.Error as error:
            self.error = error

    def end(self):
        """Lets it go on; what it got."""
        self.go_on.set()
        self.thread.join()
        return self.answer

    def interrupt(self):
        """Interrupts it until it ends; its error."""
        while self.thread.is_alive():
            self.handle.interrupt()
            self.thread.join(0.01)
        return self.error


def kept():
    """What is kept; NULL where nothing is."""
    if not redis("EXISTS", "c:k"):
        return None
    return WATCHER.execute("SELECT redis_cached('k', 3600, 'SELECT ''not kept''')").fetchone()[0]


def test_one_of_many_processes_computes():
    assert crowd("counts") == ["by 1"] * CROWD
    assert redis("GET", "computed") == "1"


def test_where_the_first_one_fails_another_one_computes():
    got = crowd("fails")
    assert got[1:] == ["by 2"] * (CROWD - 1) or got[:-1] == ["by 2"] * (CROWD - 1), got
    assert [answer for answer in got if "user-defined function raised" in answer], got
    assert redis("GET", "computed") == "2"


def test_one_that_dies_is_waited_for_no_longer_than_its_patience():
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(1), context.Queue()
    first = context.Process(target=caller, args=("killed", barrier, answers))
    first.start()
    wait_until(lambda: redis("GET", "computed") == "1")
    first.kill()
    first.join()
    assert redis("EXISTS", "c:k") == 1
    others = [Computing(f"other {i}") for i in range(3)]
    wait_until(lambda: any(other.has_begun.is_set() for other in others))
    for other in others:
        other.go_on.set()
    got = {other.end() for other in others}
    assert len(got) == 1 and got.pop().startswith("other "), got


def test_what_takes_longer_than_patience_is_kept_after_all():
    slow = Computing("slow")
    slow.has_begun.wait()
    impatient = Computing("impatient", timeout_ms=4000)
    while not impatient.has_begun.wait(0.1):
        if not impatient.thread.is_alive():  # it had no time for its patience
            impatient = Computing("impatient", timeout_ms=4000)
    assert slow.end() == "slow"
    assert kept() == "slow"
    assert impatient.end() == "impatient"
    assert kept() == "slow"


def test_what_is_deleted_while_it_is_computed_is_not_kept():
    computing = Computing("old")
    computing.has_begun.wait()
    redis("DEL", "c:k")
    assert computing.end() == "old"
    assert kept() is None


def test_one_that_waits_can_be_interrupted():
    computing = Computing("value")
    computing.has_begun.wait()
    waiting = Computing("of nobody")
    error = waiting.interrupt()
    assert error.sqlite_errorname == "SQLITE_INTERRUPT", error
    assert not waiting.has_begun.is_set()
    assert computing.end() == kept() == "value"


def test_one_that_is_interrupted_while_it_computes_leaves_nothing():
    endless = ("SELECT count(*) FROM (WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL"
               " SELECT i + 1 FROM s) SELECT i FROM s)")
    asker, errors = handle(), []

    def ask():
        try:
            asker.execute("SELECT redis_cached('k', 3600, ?)", (endless,)).fetchall()
        except sqlite3.Error as error:
            errors.append(error.sqlite_errorname)

    thread = threading.Thread(target=ask)
    thread.start()
    wait_until(lambda: redis("EXISTS", "c:k"))
    while thread.is_alive():
        asker.interrupt()
        thread.join(0.01)
    assert errors == ["SQLITE_INTERRUPT"], errors
    assert kept() is None


def test_waiting_for_others_that_change_ends_with_the_time():
    over, errors = threading.Event(), []

    def others():
        changer, n = handle(), 0
        while not over.is_set():
            n += 1
            changer.execute("SELECT redis('SET', 'c:k', ?)", (f"L{n:016}",)).fetchall()
            time.sleep(0.02)

    thread = threading.Thread(target=others)
    thread.start()
    wait_until(lambda: redis("EXISTS", "c:k"))
    for _ in range(ROUNDS):  # again where the others were too slow to change in time
        asker = handle()
        asker.execute("SELECT entable_set('timeout_ms', 2000)").fetchall()
        try:
            asker.execute("SELECT redis_cached('k', 3600, 'SELECT 1')").fetchall()
        except sqlite3.Error as error:
            errors.append(f"{error.sqlite_errorname}: {error}")
            break
    over.set()
    thread.join()
    assert errors == ["SQLITE_INTERRUPT: redis_cached(): 'k': others are computing it: no"
                      " answer in time"], errors


def test_a_value_ends_with_its_time():
    sql = "SELECT redis_cached('k', 0.001, 'SELECT ?', ?)"
    assert WATCHER.execute(sql, (1,)).fetchone()[0] == 1
    wait_until(lambda: WATCHER.execute(sql, (2,)).fetchone()[0] == 2)


def begin_test():
    redis("DEL", "c:k", "arrived", "computed")


if __name__ == "__main__":
    with open(CONFIG, "w", encoding="utf-8") as file:
        file.write(f'default: {{mysql: "root@unix({SOCKET})/{DATABASE}",'
                   f' redis: "{os.environ["ENTABLE_SANDBOX_REDIS"]}:0"}}\n')
    WATCHER = handle()
    sys.exit(run_tests(globals(), begin_test))
