#!/usr/bin/python3
"""Two processes that each add 1 a thousand times add 2 000: a statement that writes reads
what it changes under lock.

    entable sandbox --database judge -- \\
      /usr/bin/python3 tests/differential/increments.py --module build/vtab/entable.so
"""

import argparse
import multiprocessing
import os
import sqlite3
import sys

from server import Server

TIMES = 1000


def connect(module, server):
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.enable_load_extension(True)
    connection.execute("SELECT load_extension(?, 'sqlite3_entable_init')", (module,))
    connection.execute("SELECT entable_open(?)", (server.url,)).fetchall()
    return connection


def add_one(connection, row, in_transaction):
    """One increment; what the server took for a deadlock is tried again, as a user would."""
    while True:
        try:
            if in_transaction:
                connection.execute("BEGIN")
            connection.execute("UPDATE counter SET n = n + 1 WHERE id = ?", (row,))
            if in_transaction:
                connection.execute("COMMIT")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xff != sqlite3.SQLITE_BUSY:
                raise
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def work(module, row, in_transaction):
    connection = connect(module, Server())
    for _ in range(TIMES):
        add_one(connection, row, in_transaction)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    options = parser.parse_args()
    server = Server()
    server.empty()
    server.run(["CREATE TABLE counter (id INT PRIMARY KEY, n INT);",
                "INSERT INTO counter VALUES (1, 0), (2, 0);"])
    wrong = 0
    for row, in_transaction in ((1, False), (2, True)):
        processes = [multiprocessing.Process(target=work,
                                             args=(options.module, row, in_transaction))
                     for _ in range(2)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        wrong += any(process.exitcode for process in processes)
        found = int(server.run([f"SELECT n FROM counter WHERE id = {row};"]))
        print(f"{'in transactions' if in_transaction else 'in autocommit'}: {found} of"
              f" {2 * TIMES}")
        wrong += found != 2 * TIMES
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
