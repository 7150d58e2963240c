#!/usr/bin/python3
"""Scans under concurrent transfers always give one state's sum.

Run inside a sandbox:

    entable sandbox --database judge -- \\
      /usr/bin/python3 tests/differential/transfers.py --module build/vtab/entable.so

Writers move amounts between accounts, each transfer in a transaction, so every
state of a table has the same sum.  A scan that mixes two states does not; that
the load is heavy enough to tear one is shown with plain reads in pages.
"""

import argparse
import os
import random
import subprocess
import sys
import threading
import time

import sides
from server import Server

ACCOUNTS = 20_000
AMOUNT = 1000
TOTAL = ACCOUNTS * AMOUNT
WRITERS = 3
MOST_TRANSFERS = 200_000  # of each writer; a run ends long before
PAGES = 40                # of the plain reads

SCANS = [
    "SELECT id, amount FROM account",
    "SELECT sum(amount), count(*) FROM account",
    "SELECT id, amount FROM account ORDER BY id DESC",
    "SELECT note, amount FROM account ORDER BY note",
    "SELECT amount, id FROM account ORDER BY amount",
    "SELECT id, amount FROM account WHERE id > -1 AND note LIKE 'n%'",
    "SELECT n, amount FROM ledger",
    "SELECT sum(amount), count(*) FROM ledger",
    "SELECT n, amount FROM ledger ORDER BY n",
    "SELECT id, amount FROM shown",
    "SELECT sum(amount), count(*) FROM shown",
]


def create(server):
    """Accounts with a key, a ledger without one, and a view."""
    columns = "amount bigint not null, note varchar(40) not null"
    rows = [f"({n}, {AMOUNT}, 'n{n * 7919 % ACCOUNTS:06d} of an account')" for n in range(ACCOUNTS)]
    server.empty()
    server.run([f"CREATE TABLE account (id int primary key, {columns}) ENGINE=InnoDB;",
                f"CREATE TABLE ledger (n int null unique, {columns}) ENGINE=InnoDB;",
                f"INSERT INTO account VALUES {','.join(rows)};",
                "INSERT INTO ledger SELECT * FROM account;",
                "CREATE VIEW shown AS SELECT id, amount FROM account;"])


def transfers(writer):
    """The SQL of one writer; it keeps to its own accounts, so none waits or dies."""
    rng = random.Random(writer)
    yield "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;\n"
    for _ in range(MOST_TRANSFERS):
        table, key = rng.choice([("account", "id"), ("ledger", "n")])
        accounts = rng.sample(range(ACCOUNTS // WRITERS), 2)
        amount = rng.randint(1, 500)
        give, take = (at * WRITERS + writer for at in accounts)
        yield (f"START TRANSACTION; UPDATE {table} SET amount = amount - {amount} "
               f"WHERE {key} = {give}; UPDATE {table} SET amount = amount + {amount} "
               f"WHERE {key} = {take}; COMMIT;\n")


class Writer:
    """A client session fed with transfers through a pipe until it is told to end."""

    def __init__(self, server, number):
        self.process = subprocess.Popen(server.command(), stdin=subprocess.PIPE, text=True,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.feed, args=(number,))
        self.thread.start()

    def feed(self, number):
        """Writes transfers as fast as the session takes them."""
        try:
            for text in transfers(number):
                if self.stopping.is_set():
                    break
                self.process.stdin.write(text)
            self.process.stdin.close()
        except BrokenPipeError:
            pass  # the session ended; stop() says why

    def running(self):
        return self.process.poll() is None

    def stop(self):
        """Ends the session; returns what it complained about."""
        self.stopping.set()
        self.thread.join()
        error = self.process.stderr.read()
        self.process.wait()
        return error or ("" if self.process.returncode == 0 else "a writer ended by itself")


def moved(server):
    """How many accounts of the two tables hold another amount than at first."""
    text = f"SELECT count(*) FROM account WHERE amount <> {AMOUNT};"
    return int(server.run([text])), int(server.run([text.replace("account", "ledger")]))


def plain_sum(server):
    """The sum as reads in pages give it, each page a statement of its own."""
    size = ACCOUNTS // PAGES
    reads = [f"SELECT sum(amount) FROM account WHERE id >= {n * size} AND id < {(n + 1) * size};"
             for n in range(PAGES)]
    return sum(int(line) for line in server.run(reads).split())


def tears(server, seconds=10):
    """Whether plain reads in pages mix states within some time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if plain_sum(server) != TOTAL:
            return True
    return False


def scanned(connection, text, slow):
    """Sum and count of one scan; a slow reader pauses between its rows."""
    cursor = connection.execute(text)
    if text.startswith("SELECT sum"):
        return cursor.fetchone()
    at = 0 if text.startswith("SELECT amount") else 1
    total = count = 0
    for row in cursor:
        total, count = total + row[at], count + 1
        if slow and count % 1000 == 0:
            time.sleep(0.01)
    return total, count


def scan_for(connection, writers, seconds):
    """Scans in turns until the time is up; returns how many, and the first wrong one."""
    until, number = time.monotonic() + seconds, 0
    while time.monotonic() < until and all(writer.running() for writer in writers):
        text = SCANS[number % len(SCANS)]
        got = scanned(connection, text, number // len(SCANS) % 2 == 1)
        number += 1
        if got != (TOTAL, ACCOUNTS):
            return number, f"{text}: {got} instead of {(TOTAL, ACCOUNTS)}"
    return number, ""


def watch(server, connection, seconds):
    """Runs writers and scans together; returns the complaints."""
    writers = [Writer(server, number) for number in range(WRITERS)]
    try:
        time.sleep(0.3)
        torn = tears(server)
        scans, wrong = scan_for(connection, writers, seconds)
    finally:
        complaints = [writer.stop() for writer in writers]
    account, ledger = moved(server)
    print(f"{scans} scans under transfers; {account} accounts and {ledger} ledger rows moved")
    if not torn:
        complaints.append("plain reads in pages were never torn: the load proves nothing")
    if scans < 2 * len(SCANS):
        complaints.append(f"only {scans} scans: each form should run quickly and slowly")
    return [text for text in complaints + [wrong] if text]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    server = Server()
    create(server)
    connection = sides.entable(options.module, server.url, "on").connection
    complaints = watch(server, connection, options.seconds)
    print("\n".join(complaints) or "every sum was that of one state")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
