#!/usr/bin/python3
"""What plans ask a server about its tables: how often, and that none waits or fails for it.

    entable sandbox --database clients -- /usr/bin/python3 tests/clients/costs.py MODULE
"""

import os
import selectors
import socket
import sys
import threading

from common import (DATABASE, SOCKET, kill_connections, open_at, opened, run_tests, server)

RELAY = os.path.join(os.environ["ENTABLE_SANDBOX_DIR"], "relay.sock")
JOIN = "SELECT b.words, s.words FROM big b JOIN small s ON b.id = s.big_id"
SMALL_FIRST = ["s", "b"]


def begin_test():
    server("CREATE OR REPLACE TABLE small (id INT PRIMARY KEY, big_id INT, words VARCHAR(20));"
           "INSERT INTO small SELECT seq, seq * 7, 'small' FROM seq_1_to_50;"
           "CREATE OR REPLACE TABLE big (id INT PRIMARY KEY, n INT, code VARCHAR(20) UNIQUE,"
           " words VARCHAR(20), KEY (n));"
           "INSERT INTO big SELECT seq, seq % 1000, CONCAT('c', seq), 'big' FROM seq_1_to_20000;"
           "CREATE OR REPLACE TABLE loose (n INT, words VARCHAR(20));"
           "CREATE OR REPLACE VIEW seen AS SELECT * FROM big;"
           "ANALYZE TABLE small, big")


def executions():
    """How many prepared statements the server has executed: entable's alone."""
    return int(server("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'").split()[1])


def order(handle, sql):
    """The tables of a statement in the order they are read; it is planned, not run."""
    plan = handle.execute("EXPLAIN QUERY PLAN " + sql).fetchall()
    return [row[-1].split()[1] for row in plan if row[-1].startswith("SCAN")]


def asks(handle, sql, *values):
    """How many statements reach the server while a statement is planned."""
    before = executions()
    handle.execute("EXPLAIN QUERY PLAN " + sql, values).fetchall()
    return executions() - before


def test_what_has_one_plan_asks_nothing():
    handle = opened()
    for sql in ("SELECT * FROM big", "SELECT count(*) FROM big", "SELECT * FROM big WHERE id = 1",
                "SELECT * FROM big WHERE rowid = 1", "SELECT * FROM big WHERE id IN (1, 2)",
                "SELECT * FROM big WHERE n = 5 AND words = 'x'", "SELECT * FROM big WHERE n > 5",
                "SELECT * FROM big WHERE n IN (SELECT 5)", "SELECT * FROM big WHERE n IS NULL",
                "SELECT * FROM big WHERE words LIKE 'b%' ORDER BY n",
                "SELECT * FROM big WHERE id = 1 OR n = 2", "SELECT max(id) FROM big",
                "SELECT n, count(*) FROM big GROUP BY n", "SELECT DISTINCT n FROM big",
                "UPDATE big SET n = 1 WHERE id = 5", "DELETE FROM big WHERE n = 5",
                "INSERT INTO small SELECT * FROM small"):
        assert asks(handle, sql) == 0, sql
    for sql in ("SELECT * FROM big WHERE id = ?", "SELECT * FROM big WHERE code = ?",
                "SELECT * FROM big WHERE id = ? AND n > 3", "SELECT * FROM big WHERE n = ? LIMIT 1",
                "SELECT * FROM loose WHERE n = ?", "SELECT * FROM seen WHERE n = ?"):
        assert asks(handle, sql, 1) == 0, sql


def test_a_join_asks_once_for_each_table():
    handle = opened()
    assert asks(handle, JOIN) == 2
    assert asks(handle, JOIN + " WHERE s.id > 3") == 0
    assert asks(handle, "SELECT * FROM big WHERE n = ?", 5) == 0
    assert order(handle, JOIN) == SMALL_FIRST
    assert asks(handle, "SELECT * FROM loose l JOIN seen ON seen.id = l.n") == 0


def test_a_value_that_may_come_from_elsewhere_asks_once():
    handle = opened()
    assert asks(handle, "SELECT * FROM big WHERE n = ?", 5) == 1
    assert asks(handle, "SELECT * FROM big WHERE n > ?", 5) == 0


def test_a_table_that_has_grown_under_the_handle_is_asked_again():
    handle = opened()
    assert asks(handle, JOIN) == 2
    handle.execute("UPDATE small SET words = 'new' WHERE id < 50")
    assert asks(handle, JOIN + " WHERE s.id > 0") == 0
    handle.execute("INSERT INTO small SELECT id + 100, id, words FROM small")
    handle.execute("UPDATE small SET words = 'newer'")
    assert asks(handle, JOIN + " WHERE s.id > 1") == 1
    assert asks(handle, JOIN + " WHERE s.id > 2") == 0


def test_a_connection_in_use_is_not_waited_for():
    handle = opened(options="&limit_connections=1")
    handle.execute("SELECT entable_set('timeout_ms', 0)").fetchall()
    scan = handle.execute("SELECT id FROM big")
    assert scan.fetchmany(2000)[-1] == (2000,)
    assert asks(handle, JOIN) == 0
    assert sum(1 for _ in scan) == 18000
    assert order(handle, JOIN + " WHERE s.id > 0") == SMALL_FIRST
    assert len(handle.execute(JOIN).fetchall()) == 50


def test_a_transaction_is_left_alone():
    handle = opened()
    handle.execute("SELECT entable_set('snapshot', 'on')").fetchall()
    handle.execute("BEGIN")
    assert handle.execute("SELECT count(*) FROM small").fetchall() == [(50,)]
    server("INSERT INTO small VALUES (60, 60, 'other')")
    assert order(handle, JOIN) == SMALL_FIRST
    assert handle.execute("SELECT count(*) FROM small WHERE id > 0").fetchall() == [(50,)]
    handle.execute("UPDATE small SET words = 'mine' WHERE id = 1")
    # What is locked are the rows that were written, and no others.
    server("SET innodb_lock_wait_timeout = 1; UPDATE small SET words = 'theirs' WHERE id = 2;"
           "UPDATE big SET words = 'theirs' WHERE id = 2")
    handle.execute("COMMIT")
    assert handle.execute("SELECT count(*) FROM small").fetchall() == [(51,)]


def test_a_lost_connection_is_replaced():
    handle = opened()
    assert handle.execute("SELECT n FROM big WHERE id = 1").fetchall() == [(1,)]
    kill_connections()
    assert order(handle, JOIN) == SMALL_FIRST


def test_a_table_that_is_gone_has_a_plan():
    handle = opened()
    server("DROP TABLE small")
    assert sorted(order(handle, JOIN)) == ["b", "s"]
    assert asks(handle, JOIN + " WHERE s.id > 0") == 0


class Relay:
    """Passes everything on to the server, until it is hushed: then nothing any more."""

    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.is_hushed = False
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(RELAY)
        self.listener.listen(8)
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.ends, end = socket.socketpair()
        self.selector.register(end, selectors.EVENT_READ, "end")
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while True:
            for key, _ in self.selector.select():
                if key.data == "end":
                    return
                if key.fileobj is self.listener:
                    self.accept()
                else:
                    self.pass_on(key.fileobj, key.data)

    def accept(self):
        client, _ = self.listener.accept()
        to_server = socket.socket(socket.AF_UNIX)
        to_server.connect(SOCKET)
        self.selector.register(client, selectors.EVENT_READ, to_server)
        self.selector.register(to_server, selectors.EVENT_READ, client)

    def pass_on(self, side, other):
        data = side.recv(1 << 16)
        if not data:
            self.selector.unregister(side)
            other.shutdown(socket.SHUT_WR)
        elif not self.is_hushed:
            other.sendall(data)

    def close(self):
        self.ends.close()
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()
        os.unlink(RELAY)


def test_a_silent_server_is_not_waited_for_long():
    relay = Relay()
    try:
        handle = open_at(f"mysql://root@localhost/{DATABASE}?socket={RELAY}")
        handle.execute("SELECT entable_set('timeout_ms', 0)").fetchall()
        relay.is_hushed = True
        # One table is asked about in vain; then none of the pool's any more.
        assert sorted(order(handle, JOIN)) == ["b", "s"]
        relay.is_hushed = False
        assert asks(handle, JOIN + " WHERE s.id > 0") == 0
        assert len(handle.execute(JOIN).fetchall()) == 50
    finally:
        relay.is_hushed = False
        relay.close()


if __name__ == "__main__":
    sys.exit(run_tests(globals(), begin_test))
