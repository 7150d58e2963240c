"""What the tests of programs share: a handle on the sandbox, and its server's own client."""

import os
import sqlite3
import subprocess
import sys
import time

MODULE = sys.argv[1]
SOCKET = os.environ["ENTABLE_SANDBOX_SOCKET"]
PORT = os.environ["ENTABLE_SANDBOX_PORT"]
DATABASE = os.environ["ENTABLE_SANDBOX_DATABASE"]
os.environ.pop("ENTABLE_CONFIG", None)


def server(sql):
    """What the server's own client answers."""
    return subprocess.run(
        ["mariadb", "--no-defaults", "-N", "-B", "-uroot", f"--socket={SOCKET}", "-e", sql,
         DATABASE], check=True, capture_output=True, text=True).stdout.strip()


def open_at(address, isolation_level=None):
    """A handle on an address."""
    handle = sqlite3.connect(":memory:", isolation_level=isolation_level,
                             check_same_thread=False)
    handle.enable_load_extension(True)
    handle.execute("SELECT load_extension(?, 'sqlite3_entable_init')", (MODULE,))
    handle.execute("SELECT entable_open(?)", (address,)).fetchall()
    return handle


def opened(isolation_level=None, options=""):
    """A handle on the sandbox."""
    return open_at(f"mysql://root@localhost/{DATABASE}?socket={SOCKET}{options}",
                   isolation_level)


def fails(handle, sql, code, words=""):
    """The statement must fail with this code and these words."""
    try:
        handle.execute(sql).fetchall()
    except sqlite3.Error as error:
        assert error.sqlite_errorname == code, (error.sqlite_errorname, str(error))
        assert words in str(error), str(error)
    else:
        raise AssertionError(f"{sql} did not fail")


def kill_connections():
    """Ends every connection but the client's own."""
    for number in server("SELECT id FROM information_schema.processlist"
                         " WHERE id <> CONNECTION_ID() AND user = 'root'").split():
        subprocess.run(["mariadb", "--no-defaults", "-uroot", f"--socket={SOCKET}", "-e",
                        f"KILL {number}"], check=False, capture_output=True)


def run_tests(names, begin_test):
    """Runs the functions test_... of a file, each behind begin_test(); its exit status."""
    failed = 0
    tests = [(name, test) for name, test in names.items() if name.startswith("test_")]
    for name, test in tests:
        print(name[5:].replace("_", " "), flush=True)
        begin_test()
        start = time.monotonic()
        try:
            test()
        except Exception as error:  # pylint: disable=broad-except
            failed += 1
            line = error.__traceback__.tb_next.tb_lineno
            print(f"  FAILED at line {line}: {type(error).__name__}: {error}")
        if time.monotonic() - start > 20:
            print(f"  took {time.monotonic() - start:.1f} s")
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0
