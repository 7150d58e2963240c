#!/usr/bin/python3
"""Connections: how many there are, how long, what they leave behind, TLS, option files.

    entable sandbox --database clients -- /usr/bin/python3 tests/clients/connections.py MODULE ENTABLE
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from common import DATABASE, MODULE, PORT, SOCKET, fails, open_at, opened, run_tests, server


def begin_test():
    server("DROP TABLE IF EXISTS t; CREATE TABLE t (id INT PRIMARY KEY, n INT);"
           " INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)")


def value(handle, sql):
    return handle.execute(sql).fetchone()[0]


def connection_of(handle):
    """The server's number of the connection that a query is run on."""
    return value(handle, "SELECT mysql_query('SELECT CONNECTION_ID()')")


def n_connections():
    """How many there are besides the client's own."""
    return int(server("SELECT COUNT(*) FROM information_schema.processlist"
                      " WHERE user = 'root' AND id <> CONNECTION_ID()"))


def test_what_a_query_leaves_behind_is_gone():
    handle = opened(options="&idle_timeout_ms=60001")
    first = connection_of(handle)
    assert value(handle, "SELECT mysql_query('SELECT GET_LOCK(\"entable\", 1)')") == 1
    assert server("SELECT IS_FREE_LOCK('entable')") == "1"
    handle.execute("SELECT mysql_query('SELECT @left := 7')").fetchall()
    assert value(handle, "SELECT mysql_query('SELECT @left')") is None
    handle.execute("SELECT mysql_exec('SET SESSION time_zone = ''+05:00'', sql_mode = ''''')")
    handle.execute("SELECT mysql_exec('USE mysql')")
    assert value(handle, "SELECT mysql_query('SELECT @@time_zone')") == "+00:00"
    assert "STRICT" in value(handle, "SELECT mysql_query('SELECT @@sql_mode')")
    assert value(handle, "SELECT mysql_query('SELECT DATABASE()')") == DATABASE
    assert value(handle, "SELECT mysql_query('SELECT ?', 'é日😀')") == "é日😀"
    assert value(handle, "SELECT mysql_query('SELECT @@character_set_client')") == "utf8mb4"
    assert connection_of(handle) == first
    assert handle.execute("SELECT n FROM t WHERE id = 2").fetchall() == [(2,)]


def test_a_limit_holds_for_all_handles_of_the_process():
    options = "&limit_connections=3"
    handles = [opened(options=options) for _ in range(12)]
    most, wrong, stop = 0, [], threading.Event()
    before = n_connections()

    def work(handle, number):
        try:
            for turn in range(40):
                handle.execute("UPDATE t SET n = n + 1 WHERE id = ?", (number % 3 + 1,))
                assert value(handle, "SELECT count(*) FROM t WHERE n >= 0") == 3
        except (sqlite3.Error, AssertionError) as error:
            wrong.append(repr(error))

    def watch():
        nonlocal most
        while not stop.is_set():
            most = max(most, n_connections())
    threads = [threading.Thread(target=work, args=pair) for pair in zip(handles, range(12))]
    watcher = threading.Thread(target=watch)
    watcher.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    watcher.join()
    assert not wrong, wrong
    assert most <= before + 3, (before, most)
    assert server("SELECT sum(n) FROM t") == str(6 + 12 * 40)


def test_what_is_in_use_is_waited_for_and_then_named():
    options = "&limit_connections=1"
    one, two = opened(options=options), opened(options=options)
    one.execute("BEGIN")
    one.execute("UPDATE t SET n = 7 WHERE id = 1")
    two.execute("SELECT entable_set('timeout_ms', 200)")
    fails(two, "SELECT * FROM t", "SQLITE_INTERRUPT", "all 1 connections are in use")
    one.execute("COMMIT")
    assert value(two, "SELECT n FROM t WHERE id = 1") == 7


def test_an_old_or_idle_connection_is_replaced():
    for option in ("max_lifetime_ms=50", "idle_timeout_ms=50"):
        handle = opened(options=f"&{option}")
        first = connection_of(handle)
        time.sleep(0.1)
        assert connection_of(handle) != first


def test_a_silent_server_is_not_waited_for_longer_than_told():
    handle = opened(options="&read_timeout_ms=150")
    assert value(handle, "SELECT n FROM t WHERE id = 2") == 2
    fails(handle, "SELECT mysql_query('SELECT SLEEP(20)')", "SQLITE_INTERRUPT",
          "the server has said nothing for 150 ms")
    assert value(handle, "SELECT n FROM t WHERE id = 3") == 3


class Locked:
    """What another client has locked by a statement, until the end of the block: the table t,
    unless another one is given, which ends with a row that says 'locked'."""

    def __init__(self, sql="LOCK TABLES t WRITE; SELECT 'locked'"):
        self.sql = sql

    def __enter__(self):
        self.client = subprocess.Popen(
            ["mariadb", "--no-defaults", "-N", "-B", "-n", "-uroot", f"--socket={SOCKET}",
             DATABASE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.client.stdin.write(self.sql + ";\n")
        self.client.stdin.flush()
        assert self.client.stdout.readline() == "locked\n"

    def __exit__(self, *_):
        self.client.communicate()


READ = "SELECT n FROM t WHERE id = 2"


def has_read():
    """A handle whose connection has read a row, twice: once by the library, once past it.  The
    connection's number was asked for before: a query takes the prepared statements with it."""
    handle = opened()
    first = connection_of(handle)
    assert value(handle, READ) == value(handle, READ) == 2
    return handle, first


def set_timeout(handle, milliseconds):
    handle.execute("SELECT entable_set('timeout_ms', ?)", (milliseconds,)).fetchall()


def interrupt_waiting(handle):
    """A thread that interrupts the handle once the server has it wait for the lock."""
    def run():
        while server("SELECT COUNT(*) FROM information_schema.processlist"
                     " WHERE state LIKE 'Waiting for table%'") == "0":
            time.sleep(0.01)
        handle.interrupt()
    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_row_read_again_is_given_up_in_time():
    handle, first = has_read()
    with Locked():
        set_timeout(handle, 300)
        fails(handle, READ, "SQLITE_INTERRUPT", "no answer in time")
        set_timeout(handle, 60000)
        assert connection_of(handle) == first
    assert value(handle, READ) == 2
    assert connection_of(handle) == first


def test_a_row_read_again_is_given_up_when_interrupted():
    handle, first = has_read()
    with Locked():
        thread = interrupt_waiting(handle)
        fails(handle, READ, "SQLITE_INTERRUPT")
        thread.join()
        assert connection_of(handle) == first
    assert value(handle, READ) == 2
    assert connection_of(handle) == first


def test_a_row_that_is_given_up_leaves_the_transaction():
    server("DROP TABLE IF EXISTS other; CREATE TABLE other (id INT PRIMARY KEY)")
    handle, first = has_read()
    handle.execute("BEGIN")
    handle.execute("INSERT INTO other VALUES (1)")
    with Locked():
        set_timeout(handle, 300)
        fails(handle, READ, "SQLITE_INTERRUPT", "no answer in time")
        set_timeout(handle, 60000)
        thread = interrupt_waiting(handle)
        fails(handle, READ, "SQLITE_INTERRUPT")
        thread.join()
    assert handle.in_transaction
    assert connection_of(handle) == first
    assert value(handle, READ) == 2
    handle.execute("INSERT INTO other VALUES (2)")
    assert server("SELECT COUNT(*) FROM other") == "0"
    handle.execute("COMMIT")
    assert server("SELECT COUNT(*) FROM other") == "2"


def test_a_row_is_read_again_over_another_connection():
    handle, first = has_read()
    server(f"KILL {first}")
    assert value(handle, READ) == 2
    assert connection_of(handle) != first


COPY = "UPDATE typed SET n = v + 0 WHERE id IN (1, 2, 3)"


def test_columns_told_by_an_answer_that_fails_are_not_lost():
    """A server tells once what a result looks like: here before it waits for row 3."""
    server("DROP TABLE IF EXISTS typed;"
           "CREATE TABLE typed (id INT PRIMARY KEY, v INT UNSIGNED, n BIGINT) ENGINE=InnoDB;"
           "INSERT INTO typed VALUES (1, 1, 0), (2, 2, 0), (3, 3, 0)")
    handle = opened()
    for _ in range(3):
        handle.execute("BEGIN")
        handle.execute(COPY)
        handle.execute("ROLLBACK")
    server("ALTER TABLE typed MODIFY v INT; UPDATE typed SET v = -5")
    set_timeout(handle, 300)
    with Locked("BEGIN; SELECT 'locked' FROM typed WHERE id = 3 FOR UPDATE"):
        fails(handle, COPY, "SQLITE_INTERRUPT", "no answer in time")
    set_timeout(handle, 60000)
    handle.execute(COPY)
    assert server("SELECT GROUP_CONCAT(n) FROM typed") == "-5,-5,-5"


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def test_a_password_comes_from_a_file_or_the_environment():
    server("CREATE OR REPLACE USER keeper@localhost IDENTIFIED BY 'a # \"b\"';"
           f" GRANT ALL ON {DATABASE}.* TO keeper@localhost")
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, "my.cnf", "[client]\nuser = keeper\nsocket = " + SOCKET
                     + "\n[shop]\npassword = 'a # \"b\"'\n")
        address = f"mysql:///{DATABASE}?option_file={path}&option_group=shop"
        handle = open_at(address)
        assert value(handle, "SELECT mysql_query('SELECT CURRENT_USER()')") == "keeper@localhost"
        assert "a #" not in str(handle.execute("SELECT * FROM entable_check").fetchall())
        wrong = sqlite3.connect(":memory:")
        wrong.enable_load_extension(True)
        wrong.execute("SELECT load_extension(?)", (MODULE,))
        fails(wrong, f"SELECT entable_open('mysql:///{DATABASE}?option_file={path}')",
              "SQLITE_CANTOPEN", "Access denied for user 'keeper'@'localhost'")
        fails(wrong, f"SELECT entable_open('mysql:///d?option_file={folder}/none')",
              "SQLITE_ERROR", f"option file {folder}/none: cannot be opened: No such file")
        fails(wrong, f"SELECT entable_open('mysql:///d?option_file={folder}')",
              "SQLITE_ERROR", f"option file {folder}: ")
    os.environ["MYSQL_PWD"] = 'a # "b"'
    try:
        handle = open_at(f"mysql://keeper@localhost/{DATABASE}?socket={SOCKET}")
        assert value(handle, "SELECT mysql_query('SELECT CURRENT_USER()')") == "keeper@localhost"
    finally:
        del os.environ["MYSQL_PWD"]


class TlsServer:
    """A server with a certificate for the name localhost, made for this test."""

    def __init__(self, entable):
        self.folder = tempfile.mkdtemp(prefix="entable-")
        subprocess.run([entable, "sandbox", "--keep", f"{self.folder}/s", "--", "true"],
                       check=True, stdout=subprocess.DEVNULL)
        self.make_certificates()
        self.port = free_port()
        self.process = subprocess.Popen(
            ["mariadbd", "--no-defaults", *(["--user=root"] if os.geteuid() == 0 else []),
             f"--datadir={self.folder}/s/data", f"--tmpdir={self.folder}",
             f"--socket={self.folder}/m.sock", f"--pid-file={self.folder}/m.pid",
             f"--port={self.port}", "--bind-address=127.0.0.1", "--skip-name-resolve",
             "--innodb-buffer-pool-size=16M", f"--ssl-ca={self.folder}/ca.pem",
             f"--ssl-cert={self.folder}/server.pem", f"--ssl-key={self.folder}/server.key"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while subprocess.run(self.client("DO 0"), capture_output=True, check=False).returncode:
            assert self.process.poll() is None
            time.sleep(0.05)
        subprocess.run(self.client(
            "CREATE DATABASE tls; USE tls; CREATE TABLE t (id INT PRIMARY KEY, n INT);"
            " INSERT INTO t SELECT seq, seq FROM seq_1_to_20000;"
            " CREATE USER x@'127.0.0.1' REQUIRE X509; GRANT ALL ON tls.* TO x@'127.0.0.1'"),
            check=True)

    def client(self, sql):
        return ["mariadb", "--no-defaults", "-uroot", f"--socket={self.folder}/m.sock",
                "-e", sql]

    def make_certificates(self):
        def run(*args):
            subprocess.run(["openssl", *args], cwd=self.folder, check=True,
                           capture_output=True)
        run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
            "/CN=entable test CA", "-keyout", "ca.key", "-out", "ca.pem")
        for name, subject in (("server", "/CN=localhost"), ("client", "/CN=shop")):
            run("req", "-newkey", "rsa:2048", "-nodes", "-subj", subject,
                "-keyout", f"{name}.key", "-out", f"{name}.csr")
            run("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", "2", "-out", f"{name}.pem")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        subprocess.run(["rm", "-rf", "--one-file-system", self.folder], check=True)


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def refused(address, words):
    """Opening must fail with these words."""
    try:
        open_at(address)
    except sqlite3.Error as error:
        assert words in str(error), str(error)
    else:
        raise AssertionError(f"{address} was opened")


def test_tls_is_asked_for_and_checked():
    tls = TlsServer(sys.argv[2])
    try:
        for host, options in (("127.0.0.1", "tls=required"), ("localhost", "tls=skip-verify"),
                              ("localhost", f"tls_ca={tls.folder}/ca.pem"),
                              ("localhost", f"tls=verify&tls_ca={tls.folder}/ca.pem")):
            handle = open_at(f"mysql://root@{host}:{tls.port}/tls?{options}")
            assert value(handle, "SELECT mysql_query('SHOW STATUS LIKE \"Ssl_cipher\"')")
            assert handle.execute("SELECT sum(n), count(*) FROM t WHERE n > 0").fetchall() == \
                [(200010000, 20000)]
            handle.execute("BEGIN")
            handle.execute("INSERT INTO t SELECT id + 100000, n FROM t")
            handle.execute("ROLLBACK")
            handle.close()
        handle = open_at(f"mysql://x@127.0.0.1:{tls.port}/tls?tls=required&"
                         f"tls_cert={tls.folder}/client.pem&tls_key={tls.folder}/client.key")
        assert value(handle, "SELECT n FROM t WHERE id = 5") == 5
        refused(f"mysql://x@127.0.0.1:{tls.port}/tls?tls=required", "Access denied")
        refused(f"mysql://root@localhost:{tls.port}/tls?tls=verify", "certificate")
        refused(f"mysql://root@127.0.0.1:{tls.port}/tls?tls_ca={tls.folder}/ca.pem", "127.0.0.1")
        refused(f"mysql://root@localhost:{tls.port}/tls?tls_ca={tls.folder}/none.pem",
                "none.pem")
    finally:
        tls.stop()


def test_a_server_without_tls_gets_nothing():
    for tls in ("required", "verify"):
        refused(f"mysql://root@127.0.0.1:{PORT}/{DATABASE}?tls={tls}", "TLS")


if __name__ == "__main__":
    sys.exit(run_tests(globals(), begin_test))
