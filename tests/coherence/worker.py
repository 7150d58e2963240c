"""One process of several that read and write the same few rows through entable, and note
all they see and do."""

import pickle
import random
import sqlite3
import time

from register import ABORTED, ANY, COMMITTED, NEVER, UNKNOWN, Read, Write
from tables import KEYS, RELEASES, TABLES, connect, counted

STEPS = 4  # of a transaction at most


class Aborted(Exception):
    """The transaction is over: for a deadlock, or since Redis could not be told."""


class Transaction:
    """What one under way has done."""

    def __init__(self):
        self.writes = []  # (key, value, how), oldest first
        self.lost = []  # those that it took back itself
        self.own = {}  # what it must read now
        self.unsure = set()  # keys that a cascade has removed, unless its state is older
        self.began = None  # when it first wrote

    def save(self):
        return len(self.writes), dict(self.own), set(self.unsure)

    def restore(self, saved):
        """Takes back what was done since."""
        size, self.own, self.unsure = saved
        self.lost += self.writes[size:]
        del self.writes[size:]


class Worker:
    """A thread's handle, its history, and the operations that it chooses from; `number` is
    that of its process."""

    def __init__(self, arena, number, thread, seed, path):
        release = RELEASES[number % len(RELEASES)]
        self.number, self.thread = number, thread
        self.log = open(path, "wb", buffering=0)
        self.random = random.Random(f"{seed} {number} {thread}")
        self.names, self.lag_ns = release.names, release.lag_ns(arena.mode)
        self.weights = self.WEIGHTS["some" if arena.mode == "redis" else "few"]
        self.handle = connect(arena.module, arena.configs[number % len(RELEASES)])
        self.history = []
        self.counter = 0
        self.transaction = None
        self.n_failed = self.n_refused = 0

    # The history, which outlives a process that is killed.

    def keep(self, kind, what):
        self.log.write(pickle.dumps((kind, what)))

    def note(self, events):
        """What an operation has seen and done."""
        self.history += events
        self.keep("done", events)

    def intend(self, pairs, how):
        """What is about to be committed: whoever dies now leaves it unknown."""
        start = time.monotonic_ns()
        self.keep("intent", [Write(self.number, key, value, start, NEVER, UNKNOWN, how)
                             for key, value in pairs])

    # Values and statements.

    def value(self):
        """One that nobody else writes."""
        self.counter += 1
        return (2 * self.number + self.thread + 1) * 10**9 + self.counter

    def key(self):
        return self.random.choice(TABLES), self.random.choice(KEYS)

    def run(self, sql, arguments=()):
        """The rows and the number of changes of a statement; None where it failed in a way
        that may be: for a duplicate, a deadlock, or a write that Redis is not told of. The
        last two end a transaction."""
        try:
            cursor = self.handle.execute(sql, arguments)
            return cursor.fetchall(), max(cursor.rowcount, 0)
        except sqlite3.IntegrityError:
            self.n_failed += 1
            return None
        except sqlite3.Error as error:
            is_read = sql.startswith("SELECT v ") or sql.startswith("SELECT id")
            by_redis = "redis" in str(error)
            if is_read if by_redis else error.sqlite_errorcode & 0xff != sqlite3.SQLITE_BUSY:
                raise
            self.n_failed += 1
            self.n_refused += by_redis
            if self.transaction:
                raise Aborted from error
            return None

    # Reads.

    def note_read(self, key, value, start, how):
        """One key that was seen, by itself or in the transaction's state."""
        transaction, expected, lag_ns = self.transaction, ANY, self.lag_ns
        if transaction and transaction.began:
            if key in transaction.unsure:
                return
            expected = transaction.own.get(key, ANY)
            start, lag_ns = min(start, transaction.began), 0
            how += " in its transaction"
        self.note([Read(self.number, key, value, start, time.monotonic_ns(), how, expected,
                        lag_ns)])

    def read(self):
        table, key = self.key()
        self.read_key(table, key)

    def read_key(self, table, key):
        start = time.monotonic_ns()
        done = self.run(f"SELECT v FROM {self.names[table]} WHERE id = ?", (key,))
        if done:
            self.note_read((table, key), done[0][0][0] if done[0] else None, start, "a point")

    def read_list(self):
        table, _ = self.key()
        keys = self.random.sample(KEYS, self.random.randint(2, len(KEYS)))
        start = time.monotonic_ns()
        done = self.run(f"SELECT id, v FROM {self.names[table]} WHERE id IN"
                        f" ({', '.join('?' * len(keys))})", keys)
        if done:
            found = dict(done[0])
            for key in keys:
                self.note_read((table, key), found.get(key), start, "a list")

    def read_all(self):
        """Every key; gives what it saw."""
        for table in TABLES:
            for key in KEYS:
                self.read_key(table, key)
        return {read.key: read.value for read in self.history[-len(TABLES) * len(KEYS):]}

    # Writes. Each gives what it wrote, as (key, value), or nothing; `cascades` are keys
    # that went with it.

    def wrote(self, pairs, start, how, cascades=()):
        """Notes what a statement that succeeded has written."""
        if self.transaction:
            self.transaction.began = self.transaction.began or start
            self.transaction.writes += [(key, value, how)
                                        for key, value in [*pairs, *((k, None) for k in cascades)]]
            for key, value in pairs:
                self.transaction.own[key] = value
                self.transaction.unsure.discard(key)
            for key in cascades:
                self.transaction.own.pop(key, None)
                self.transaction.unsure.add(key)
            return
        end = time.monotonic_ns()
        self.note([Write(self.number, key, value, start, end, COMMITTED, how)
                   for key, value in [*pairs, *((key, None) for key in cascades)]])

    def failed(self, pairs, start, how):
        """Notes values that a statement was to write and did not."""
        end = time.monotonic_ns()
        self.note([Write(self.number, key, value, start, end, ABORTED, how)
                   for key, value in pairs if value is not None])

    def write(self, sql, arguments, pairs, how, cascades=()):
        """Runs a statement that writes these if it changes anything."""
        start = time.monotonic_ns()
        if not self.transaction:
            self.intend([*pairs, *((key, None) for key in cascades)], how)
        try:
            done = self.run(sql, arguments)
        except Aborted:
            self.failed(pairs, start, how)
            raise
        if done and done[1]:
            self.wrote(pairs, start, how, cascades)
        else:
            self.failed(pairs, start, how)

    def update(self):
        key, value = self.key(), self.value()
        self.write(f"UPDATE {self.names[key[0]]} SET v = ? WHERE id = ?", (value, key[1]),
                   [(key, value)], "UPDATE")

    def delete(self):
        key = self.key()
        cascades = [("part", key[1])] if key[0] == "item" else []
        self.write(f"DELETE FROM {self.names[key[0]]} WHERE id = ?", (key[1],), [(key, None)],
                   "DELETE", cascades)

    def insert(self):
        key, value = self.key(), self.value()
        replaces = self.random.random() < 0.4
        columns = "id, v" if key[0] == "item" else "id, v, item_id"
        self.write(f"INSERT {'OR REPLACE ' if replaces else ''}INTO {self.names[key[0]]}"
                   f" ({columns}) VALUES ({', '.join('?' * len(columns.split()))})",
                   (key[1], value, key[1])[:len(columns.split())], [(key, value)],
                   "OR REPLACE" if replaces else "INSERT",
                   [("part", key[1])] if replaces and key[0] == "item" else [])

    def execute(self):
        """A statement that only the server reads."""
        key, value = self.key(), self.value()
        start = time.monotonic_ns()
        sql = f"UPDATE {key[0]} SET v = {value} WHERE id = {key[1]}"
        if not self.transaction:
            self.intend([(key, value)], "mysql_exec")
        try:
            done = self.run("SELECT mysql_exec(?)", (sql,))
        except Aborted:
            self.failed([(key, value)], start, "mysql_exec")
            raise
        if done and done[0][0][0]:
            self.wrote([(key, value)], start, "mysql_exec")
        else:
            self.failed([(key, value)], start, "mysql_exec")

    def forget(self):
        table, key = self.key()
        if self.random.random() < 0.5:
            self.run("SELECT entity_forget(?)", (self.names[table],))
        else:
            self.run("SELECT entity_forget(?, ?)", (self.names[table], key))

    # Transactions.

    def step(self):
        """One within a transaction."""
        self.random.choices([self.update, self.delete, self.insert, self.execute, self.read,
                             self.read_own, self.undone],
                            [6, 1, 2, 2, 2, 4, 2])[0]()

    def read_own(self):
        own = sorted(self.transaction.own)
        if own:
            self.read_key(*self.random.choice(own))

    def undone(self):
        """Steps within a savepoint that are taken back, now and then kept."""
        self.run("SAVEPOINT s")
        saved = self.transaction.save()
        self.update()
        self.read_own()
        if self.random.random() < 0.7:
            self.run("ROLLBACK TO s")
            self.transaction.restore(saved)
        self.run("RELEASE s")

    def end(self, start, outcome):
        """Notes how a transaction ended: its last value of each key, and those before it."""
        transaction, self.transaction = self.transaction, None
        end = time.monotonic_ns()
        last = {key: i for i, (key, _, _) in enumerate(transaction.writes)}
        events = []
        for i, (key, value, how) in enumerate(transaction.writes):
            if last[key] == i and outcome != ABORTED:
                events.append(Write(self.number, key, value, start, end, outcome,
                                    f"{how}, COMMIT"))
            elif value is not None:
                events.append(Write(self.number, key, value, transaction.began, end, ABORTED,
                                    f"{how}, never committed"))
        events += [Write(self.number, key, value, transaction.began, end, ABORTED,
                         f"{how}, ROLLBACK TO")
                   for key, value, how in transaction.lost if value is not None]
        self.note(events)

    def transact(self):
        self.transaction = Transaction()
        start = time.monotonic_ns()
        try:
            self.run("BEGIN")
            for _ in range(self.random.randint(1, STEPS)):
                self.step()
            start = time.monotonic_ns()
            if self.random.random() < 0.7:
                self.intend({key: value for key, value, _ in self.transaction.writes}.items(),
                            "COMMIT")
                self.run("COMMIT")
                self.end(start, COMMITTED)
            else:
                self.run("ROLLBACK")
                self.end(start, ABORTED)
        except Aborted:
            if self.handle.in_transaction:
                self.handle.execute("ROLLBACK")
            self.end(start, ABORTED)

    OPERATIONS = (read, read_list, update, insert, delete, execute, forget, transact)
    # Where rows are kept by who reads them few changes let them be read again.
    WEIGHTS = {"some": (34, 14, 14, 10, 5, 4, 2, 17), "few": (160, 24, 8, 2, 1, 1, 1, 4)}

    def operate(self):
        """One operation, chosen by chance."""
        self.random.choices(self.OPERATIONS, self.weights)[0](self)

    def finish(self, last):
        """Keeps what else is to be known: `last` is what it read at the end."""
        self.keep("end", {"last": last, "failed": self.n_failed, "refused": self.n_refused,
                          "hits": counted(self.handle, "hits")})


def load(path):
    """The history that a worker has left, and what it said at its end; None where it was
    killed before."""
    history, pending, end = [], [], None
    with open(path, "rb") as file:
        while True:
            try:
                kind, what = pickle.load(file)
            except (EOFError, pickle.UnpicklingError):
                return history + pending, end
            if kind == "end":
                end = what
            else:
                history += what if kind == "done" else []
                pending = what if kind == "intent" else []
