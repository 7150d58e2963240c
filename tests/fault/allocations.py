#!/usr/bin/python3
"""The n-th allocation fails, for every n: a right answer or an error, and nothing else.

    entable sandbox --database fault -- \\
      /usr/bin/python3 tests/fault/allocations.py --module build/vtab/entable_allocations.so

Each operation runs again and again, each time on a handle and a connection of its
own, with its first allocation failing, then its second and so on until it gets
through; and again with every allocation from the n-th on failing; and with so much
memory more for SQLite itself, too, a little more each time.  An error leaves the
server and the handle's tables as they were, and the same operation succeeds on the
same handle once there is memory.  A process of its own runs the tries, so that a
crash is a complaint about the n that it happened at.
"""

import argparse
import ctypes
import os
import sqlite3
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

import alloc_operations  # noqa: E402
import operations        # noqa: E402
import sides             # noqa: E402
from raw import Raw        # noqa: E402
from server import Server  # noqa: E402

MOST_COMPLAINTS, LONGEST = 12, 60
ALL_OF, STEP, MOST = 200, 37, 100_000   # of an operation's allocations
# Which fail: the n-th; it and all behind it; SQLite's, too, past n times so many bytes.
ONE, ALL_FROM, HEAP = 1, 2, 3
HEAP_STEP, HEAP_ENOUGH = 700, 5         # that many tries in a row had enough


class Injector:
    """Has the n-th allocation of the module fail, or all from it on."""

    def __init__(self, module, mode):
        self.library, self.mode, self.n = ctypes.CDLL(module), mode, 0
        self.library.ent_alloc_arm.argtypes = [ctypes.c_long, ctypes.c_int]
        self.library.ent_alloc_count.restype = ctypes.c_long

    def arm(self, n):
        """From now on; 0 for none."""
        self.n = n
        self.library.ent_alloc_arm(n, self.mode)

    def has_failed(self, _error):
        """Whether an allocation did."""
        return self.library.ent_alloc_count() >= self.n

    @staticmethod
    def numbers(first):
        """The first 200, then some of the others."""
        n = first
        while n < MOST:
            yield n
            n += 1 if n < ALL_OF else STEP

    @staticmethod
    def is_through(failed):
        """Whether the operation has no more allocations; `failed` of each try so far."""
        return not failed[-1]

    @staticmethod
    def at(n):
        """What fails, in words."""
        return f"allocation {n}"


class FromOn(Injector):
    """The same for the n-th and all behind it."""

    @staticmethod
    def at(n):
        return f"allocation {n} and all behind it"


class Heap:
    """Has SQLite take only a little more memory than it has."""

    def __init__(self, _module, _mode):
        self.library = ctypes.CDLL("libsqlite3.so.0")
        self.library.sqlite3_memory_used.restype = ctypes.c_int64
        self.library.sqlite3_hard_heap_limit64.argtypes = [ctypes.c_int64]

    def arm(self, n):
        """From now on; 0 for as much as it wants."""
        used = self.library.sqlite3_memory_used()
        self.library.sqlite3_hard_heap_limit64(used + n * HEAP_STEP if n else 0)

    @staticmethod
    def has_failed(error):
        """What fails without an error is nobody's business."""
        return error is not None

    @staticmethod
    def numbers(first):
        """All of them."""
        return range(first, MOST)

    @staticmethod
    def is_through(failed):
        """How much an operation takes depends on what SQLite has kept."""
        return not any(failed[-HEAP_ENOUGH:]) and len(failed) >= HEAP_ENOUGH

    @staticmethod
    def at(n):
        return f"{n * HEAP_STEP} bytes more"


INJECTORS = {ONE: Injector, ALL_FROM: FromOn, HEAP: Heap}


class Arena:
    """The server, the injector, and an address of its own for each try."""

    def __init__(self, module, mode):
        self.module = module
        self.server = Server()
        self.raw = Raw(self.server)
        self.injector = INJECTORS[mode](module, mode)
        self.paths = 0

    def new_url(self):
        """A new name of the server's socket is a pool without connections."""
        self.paths += 1
        path = os.path.join(os.environ["ENTABLE_SANDBOX_DIR"], f"a{os.getpid()}-{self.paths}.sock")
        os.symlink(self.server.socket, path)
        return path, f"mysql://root@localhost/{self.server.database}?socket={path}"

    def reset(self, is_changed):
        """The rows as at first: all of them, or those that every try writes at its end."""
        self.raw.run(["BEGIN;", *(operations.RESET if is_changed else operations.UNMARK),
                      "COMMIT;"])

    def state(self):
        """What the server holds, in operations' words."""
        return self.raw.run([operations.STATE])[0]


class Try:
    """One operation with one failure."""

    def __init__(self, arena, operation, n):
        self.arena, self.operation, self.n = arena, operation, n
        self.path, self.url = arena.new_url()
        self.wrong = []
        self.handle = sides.connect()
        self.failed = False     # whether an allocation did

    def complain(self, text):
        self.wrong.append(f"{self.operation.name}, {self.arena.injector.at(self.n)}: {text}")

    def perform(self):
        """Runs the operation; returns its rows and its error."""
        try:
            return self.operation.run(self.handle), None
        except (sqlite3.Error, MemoryError) as failed:
            return None, failed

    def run(self):
        """The try, what is left by it, and the same again with memory."""
        sides.load(self.handle, self.arena.module)
        alloc_operations.open_handle(self.handle, self.url, self.operation)
        self.operation.prepare(self.handle)
        before = self.tables()
        self.arena.injector.arm(self.n)
        rows, error = self.perform()
        self.failed = self.arena.injector.has_failed(error)
        self.arena.injector.arm(0)
        self.judge(rows, error, before)
        if error is not None and not self.wrong:
            rows, error = self.perform()
            if error is not None:
                self.complain(f"with memory again: {error!r}")
            else:
                self.judge(rows, None, before)
        self.goes_on()

    def tables(self):
        """The tables of every schema."""
        return [(schema, *table) for _, schema, _ in self.handle.execute("PRAGMA database_list")
                for table in self.handle.execute(
                    f"SELECT type, name, sql FROM {schema}.sqlite_schema ORDER BY name")]

    def judge(self, rows, error, before):
        """Compares what was said with what is there."""
        if error is None:
            wrong = self.operation.wrong_rows(rows)
            if wrong:
                self.complain(wrong)
        elif not isinstance(error, MemoryError):
            self.complain(f"{getattr(error, 'sqlite_errorname', '')}: {error}")
        if error is not None and not self.failed:
            self.complain(f"an error though nothing failed: {error!r}")
        if error is not None and self.handle.in_transaction:
            self.handle.execute("ROLLBACK")
        state = self.arena.state()
        allowed = self.operation.after if error is None else self.operation.before
        if state != allowed:
            self.complain(f"it said {error!r}, and there is {state} instead of {allowed}")
        if error is not None:
            tables = self.tables()
            if tables != before:
                self.complain(f"{error!r} left other tables: {tables}")

    def goes_on(self):
        """The handle is good for another transaction."""
        try:
            if self.handle.in_transaction:
                self.complain("a transaction is still open")
                self.handle.execute("ROLLBACK")
            mark = self.operation.mark
            if not mark:
                return
            self.handle.execute("BEGIN")
            self.handle.execute(f"INSERT INTO {mark}(n) VALUES (1)")
            self.handle.execute("COMMIT")
            if self.handle.execute(f"SELECT count(*) FROM {mark}").fetchall() != [(1,)]:
                self.complain("what was written afterwards is not read")
        except (sqlite3.Error, MemoryError) as failed:
            self.complain(f"the next transaction failed: {failed!r}")

    def close(self):
        self.handle.close()
        for ending in "", ".yaml", ".db":
            Path(self.path + ending).unlink(missing_ok=True)


def tries(module, operation, mode, first, tell):
    """In a process of its own: every n, each told before it is tried."""
    arena, failed, is_changed = Arena(module, mode), [], True
    for n in arena.injector.numbers(first):
        tell(f"try {n}")
        arena.reset(is_changed)
        one = Try(arena, operation, n)
        try:
            one.run()
        finally:
            one.close()
        for text in one.wrong:
            tell(f"wrong {text}")
        is_changed = bool(one.wrong) or operation.after != operation.before
        failed.append(one.failed)
        if arena.injector.is_through(failed):
            tell(f"done {n}")
            return


def in_a_child(work):
    """Runs work(tell) in a child; returns the lines it told and how it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            work(lambda line: os.write(writing, (line.replace("\n", " ") + "\n").encode()))
            status = 0
        finally:
            sys.stderr.flush()
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="replace") as pipe:
        lines = pipe.read().splitlines()
    return lines, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def all_tries(module, operation, mode, first):
    """Every n of an operation; returns how many allocations it has, and complaints."""
    wrong = []
    while len(wrong) < MOST_COMPLAINTS:
        lines, status = in_a_child(lambda tell, n=first: tries(module, operation, mode, n, tell))
        wrong += [line[len("wrong "):] for line in lines if line.startswith("wrong ")]
        if lines and lines[-1].startswith("done "):
            return int(lines[-1].split()[1]) - 1, wrong
        last = max((int(line.split()[1]) for line in lines if line.startswith("try ")),
                   default=first)
        wrong.append(f"{operation.name}, allocation {last}, mode {mode}:"
                     f" the process ended with {status}")
        first = last + 1
    return first, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--only", action="append", help="an operation of this name")
    parser.add_argument("--mode", type=int, choices=tuple(INJECTORS))
    parser.add_argument("--first", type=int, default=1, help="the first allocation to fail")
    options = parser.parse_args()
    server, wrong = Server(), []
    server.empty()
    server.run(alloc_operations.TABLES)
    for operation in alloc_operations.OPERATIONS:
        if options.only and operation.name not in options.only:
            continue
        for mode in (options.mode,) if options.mode else INJECTORS:
            began = time.monotonic()
            count, found = all_tries(options.module, operation, mode, options.first)
            if count < 1:
                found.append(f"{operation.name} allocates nothing: this proves nothing")
            wrong += found
            print(f"{operation.name}, mode {mode}: {count} steps, "
                  f"{time.monotonic() - began:.0f} s")
            print("\n".join(found[:MOST_COMPLAINTS]), end="\n" if found else "", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
