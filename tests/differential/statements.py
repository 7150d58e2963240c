"""Tables for the judge of writes, and generated statements that write them.

Left out, because SQLite or the server defines no order or no outcome to compare:
 * an UPDATE OR REPLACE of several rows: SQLite skips rows that an earlier one has
   removed, but has a virtual table count them;
 * a multi-row UPDATE of a unique column of tables without an integer key: the rows are
   visited in the server's order;
 * keys of rows that others refer to, and several rows that refer to others under an OR
   clause: SQLite looks at foreign keys when the statement ends, a server at each row. For
   the same reason a statement that breaks two constraints may name either;
 * an OR REPLACE of a row that others refer to without ON DELETE: a server refuses it;
 * an UPDATE … FROM that finds several rows for one;
 * keys made by the server, triggers on the server and CHECKs.
"""

import re
from typing import List, NamedTuple

TABLES = ["num", "word", "pair", "child"]

SERVER_TABLES = [
    "CREATE TABLE num (id BIGINT PRIMARY KEY, a INT, b VARCHAR(20) NOT NULL,"
    " u INT UNIQUE, d DOUBLE) CHARSET utf8mb4 COLLATE utf8mb4_nopad_bin;",
    "CREATE TABLE word (w VARCHAR(20) PRIMARY KEY, n INT, m INT NOT NULL)"
    " CHARSET utf8mb4 COLLATE utf8mb4_nopad_bin;",
    "CREATE TABLE pair (a INT, b VARCHAR(10), n INT, u INT UNIQUE, PRIMARY KEY (a, b))"
    " CHARSET utf8mb4 COLLATE utf8mb4_nopad_bin;",
    "CREATE TABLE child (id INT PRIMARY KEY, num_id BIGINT, w VARCHAR(20), n INT,"
    " FOREIGN KEY (num_id) REFERENCES num(id) ON DELETE CASCADE) CHARSET utf8mb4 COLLATE utf8mb4_nopad_bin;",
]

COPY_TABLES = [
    "CREATE TEMP TABLE num (id INTEGER PRIMARY KEY, a INTEGER, b TEXT NOT NULL,"
    " u INTEGER UNIQUE, d REAL)",
    "CREATE TEMP TABLE word (w TEXT PRIMARY KEY, n INTEGER, m INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TEMP TABLE pair (a INTEGER, b TEXT, n INTEGER, u INTEGER UNIQUE,"
    " PRIMARY KEY (a, b)) WITHOUT ROWID",
    "CREATE TEMP TABLE child (id INTEGER PRIMARY KEY,"
    " num_id INTEGER REFERENCES num(id) ON DELETE CASCADE, w TEXT,"
    " n INTEGER)",
] + [f"CREATE TEMP VIEW {name}_too AS SELECT * FROM {name}" for name in TABLES]

LOCAL_TABLES = [
    "CREATE TEMP TABLE local (id INTEGER PRIMARY KEY, n INTEGER)",
    "CREATE TEMP TRIGGER local_ai AFTER INSERT ON local BEGIN"
    " INSERT INTO num VALUES (new.id + 500, new.n, 'of local', NULL,"
    " (SELECT count(*) FROM num)); END",
    "CREATE TEMP TRIGGER local_au AFTER UPDATE ON local BEGIN"
    " UPDATE num SET a = (SELECT count(*) FROM num WHERE a IS NOT NULL)"
    " WHERE id = new.id + 500; END",
    "CREATE TEMP TRIGGER local_ad AFTER DELETE ON local BEGIN"
    " DELETE FROM num WHERE id = old.id + 500; END",
]

ALL_ROWS = {"num": "SELECT id, a, b, u, d FROM num ORDER BY id",
            "word": "SELECT w, n, m FROM word ORDER BY w",
            "pair": "SELECT a, b, n, u FROM pair ORDER BY a, b",
            "child": "SELECT id, num_id, w, n FROM child ORDER BY id"}

WORDS = ["a", "b", "A", "é", "a ", "日", "zz", ""]
CLAUSES = ["", "", "", "", " OR ABORT", " OR FAIL", " OR IGNORE", " OR REPLACE", " OR ROLLBACK"]


class Case(NamedTuple):
    """Rows that are there before, and what is done."""
    before: List[str]
    statements: List[str]
    gathers: bool = False  # rows of the transaction are sent together


HAS_CLAUSE = re.compile(r"\w+ OR (IGNORE|FAIL|ROLLBACK) ")


def gives_id(sql):
    """Whether last_insert_rowid() is the statement's own."""
    return sql.startswith("INSERT") and (" INTO num" in sql or " INTO child" in sql)


def literal(value):
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, (int, float)) else "'" + value.replace("'", "''") + "'"


class Maker:
    """Makes statements from one source of chance."""

    def __init__(self, chance):
        self.chance = chance
        self.savepoints = []

    def some(self, *values):
        return self.chance.choice(values)

    def number(self, most=12):
        return self.chance.randint(1, most)

    def maybe(self, value, share=0.2):
        return None if self.chance.random() < share else value

    def row(self, table):
        """The values of a row, one in many of which breaks NOT NULL."""
        text = self.maybe(self.some(*WORDS), 0.03)
        if table == "num":
            return [self.number(), self.maybe(self.number()), text,
                    self.maybe(self.number(9), 0.5), self.maybe(self.number() / 2)]
        if table == "word":
            return [self.some(*WORDS), self.maybe(self.number()),
                    self.maybe(self.number(), 0.03)]
        if table == "pair":
            return [self.number(4), self.some(*WORDS[:4]), self.number(),
                    self.maybe(self.number(9), 0.5)]
        return [self.number(), self.maybe(self.number()), self.maybe(self.some(*WORDS), 0.5),
                self.number()]

    def values(self, table, n):
        return ", ".join("(" + ", ".join(map(literal, self.row(table))) + ")"
                         for _ in range(n))

    def insert(self):
        table, clause = self.some(*TABLES), self.some(*CLAUSES)
        n = 1 if clause and table == "child" else self.some(1, 1, 1, 2, 3, 5, 8)
        return f"INSERT{clause} INTO {table} VALUES {self.values(table, n)}"

    def insert_select(self):
        """From the same table, from the same one of the server under another name, and
        from others."""
        clause, shift = self.some(*CLAUSES), self.some(5, 20, 100)
        source = self.some("num", "num_too", "num_too")
        return self.some(
            f"INSERT{clause} INTO num SELECT id + {shift}, a, b, u + {shift}, d FROM {source}"
            f" ORDER BY id",
            f"INSERT{clause} INTO num(id, b) SELECT DISTINCT id + {shift}, 'child' FROM child"
            f" WHERE n < {self.number()} ORDER BY 1",
            f"INSERT{clause} INTO word SELECT w || '{shift}', n, m FROM"
            f" {self.some('word', 'word_too')} ORDER BY w",
            f"INSERT{clause} INTO pair SELECT a + {shift}, b, n, NULL FROM"
            f" {self.some('pair', 'pair_too')} ORDER BY a, b")

    def update(self):
        n, m = self.number(), self.number()
        return self.some(
            f"UPDATE num SET a = {m}",
            f"UPDATE num SET a = a + {m}, d = id / 2.0 WHERE +a > {n}",
            f"UPDATE num SET b = b || '{m}' WHERE id IN ({n}, {m}, 3)",
            f"UPDATE num SET a = (SELECT count(*) FROM num) WHERE id <= {n}",
            f"UPDATE num SET a = (SELECT max(n) FROM word) WHERE id >= {n}",
            "UPDATE num SET a = w.n FROM (SELECT m, max(n) AS n FROM word GROUP BY m) AS w"
            " WHERE w.m = num.id",
            f"UPDATE word SET n = {m}, m = m + 1",
            f"UPDATE word SET n = n + length(w) WHERE m >= {n}",
            f"UPDATE pair SET n = n * 2 WHERE a = {self.number(4)}",
            f"UPDATE pair SET n = {m} WHERE b > 'A'",
            f"UPDATE child SET n = n + {m}",
            f"UPDATE child SET num_id = {n} WHERE id < {m}")

    def update_unique(self):
        """Of keys and unique columns, and NOT NULL."""
        clause = self.some(*CLAUSES)
        many = self.some("", "", " OR FAIL", " OR IGNORE", " OR ROLLBACK")
        n, m = self.number(), self.number()
        return self.some(
            f"UPDATE{clause} num SET id = {m} WHERE id = {n % 6}",
            f"UPDATE{clause} num SET u = {self.number(9)} WHERE id = {n}",
            f"UPDATE{clause} num SET id = {m}, u = {self.number(9)} WHERE id = {n % 6}",
            f"UPDATE{many} num SET u = u + 1 WHERE +id > {n}",
            f"UPDATE{many} num SET id = id + {m} WHERE +a > {n} AND +id <= 6",
            f"UPDATE{clause} num SET b = NULL WHERE id = {n}",
            f"UPDATE{clause} word SET w = {literal(self.some(*WORDS))} WHERE w ="
            f" {literal(self.some(*WORDS))}",
            f"UPDATE{clause} pair SET a = {self.number(4)} WHERE a = {self.number(4)} AND b ="
            f" {literal(self.some(*WORDS[:4]))}",
            f"UPDATE{clause} pair SET u = {self.number(9)} WHERE a = {self.number(4)} AND b ="
            f" {literal(self.some(*WORDS[:4]))}")

    def delete(self):
        n = self.number()
        return self.some(
            f"DELETE FROM num WHERE id = {n}", f"DELETE FROM num WHERE a > {n}",
            f"DELETE FROM num WHERE id IN (SELECT num_id FROM child WHERE n > {n})",
            "DELETE FROM num", f"DELETE FROM word WHERE m < {n}",
            f"DELETE FROM word WHERE w = {literal(self.some(*WORDS))}",
            f"DELETE FROM pair WHERE n > {n}", f"DELETE FROM pair WHERE a = {self.number(4)}",
            f"DELETE FROM child WHERE n <= {n}", "DELETE FROM child")

    def local(self):
        """What local triggers carry on to an entity."""
        n = self.number()
        rows = ", ".join(f"({self.number(30)}, {literal(self.maybe(self.number()))})"
                         for _ in range(self.some(1, 2, 4)))
        return self.some(
            f"INSERT{self.some('', '', ' OR IGNORE', ' OR FAIL')} INTO local VALUES {rows}",
            f"UPDATE local SET n = n + 1 WHERE id > {n}", f"DELETE FROM local WHERE id > {n}")

    def savepoint(self):
        if self.savepoints and self.chance.random() < 0.6:
            at = self.chance.randrange(len(self.savepoints))
            name = self.savepoints[at]
            if self.chance.random() < 0.5:
                del self.savepoints[at:]
                return f"RELEASE {name}"
            del self.savepoints[at + 1:]
            return f"ROLLBACK TO {name}"
        self.savepoints.append(f"s{len(self.savepoints)}")
        return f"SAVEPOINT {self.savepoints[-1]}"

    def statement(self):
        kind = self.chance.choices(
            [self.insert, self.insert_select, self.update, self.update_unique, self.delete,
             self.local], [6, 3, 4, 4, 2, 2])[0]
        return kind()

    def transaction(self):
        begin = self.some("BEGIN", "BEGIN", "SAVEPOINT t")
        made = [begin]
        for _ in range(self.chance.randint(1, 8)):
            made.append(self.savepoint() if self.chance.random() < 0.3 else self.statement())
        end = "RELEASE t" if begin == "SAVEPOINT t" else "COMMIT"
        return made + [self.some(end, end, end, "ROLLBACK")]


def make_case(chance):
    maker = Maker(chance)
    before = [f"INSERT OR IGNORE INTO {table} VALUES {maker.values(table, chance.randint(2, 9))}"
              for table in ("num", "word", "pair")]
    before.append("INSERT OR IGNORE INTO child SELECT id, id, NULL, id % 7 FROM num"
                  " WHERE id > 6 ORDER BY id")
    if chance.random() < 0.4:
        return Case(before, [maker.statement()])
    return Case(before, maker.transaction(), chance.random() < 0.3)


# What has failed once.
FIXED = [
    # A rollback to a savepoint of the statement hid one to the transaction's begin.
    Case(["INSERT INTO num VALUES (7, 1, '', 3, NULL)", "INSERT INTO child VALUES (9, 7, NULL, 1)",
          "INSERT INTO word VALUES ('zz', 5, 4)"],
         ["SAVEPOINT s0", "UPDATE child SET n = 7 WHERE id < 11",
          "INSERT INTO word VALUES ('A', 4, 1), ('zz', 2, 12)", "ROLLBACK TO s0", "RELEASE s0"]),
    # A foreign key is no matter for an OR clause.
    Case([], ["BEGIN", "INSERT INTO num VALUES (1, 1, 'x', NULL, NULL)",
              "INSERT OR ROLLBACK INTO child VALUES (3, 9, NULL, 12)", "COMMIT"]),
    Case([], ["BEGIN", "INSERT INTO num VALUES (1, 1, 'x', NULL, NULL)",
              "INSERT OR FAIL INTO child VALUES (1, 1, NULL, 1), (2, 9, NULL, 2)", "COMMIT"]),
]
