"""What is cut: reads, batches, updates of many rows, transactions.

Every operation knows what the server must hold before and after it, as STATE
tells: rows of `log`; rows and sums of `big` and of `pair`, whose key is composite; and rows of
`tree`, and the marks of deleted ones.
Ids of `log` are made by the server, so that a batch that was sent twice shows.
"""

from typing import Callable, NamedTuple

ROWS = 150       # of big
BATCH = 300      # rows of one INSERT … SELECT
TREE = 12        # rows of tree
PAD = "x" * 40

TABLES = [
    "CREATE TABLE big (id INT PRIMARY KEY, n INT NOT NULL, u INT UNIQUE, pad VARCHAR(100))"
    " ENGINE=InnoDB;",
    "CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(100)) ENGINE=InnoDB;",
    "CREATE TABLE pair (a INT, b VARCHAR(20), pad VARCHAR(100), PRIMARY KEY (a, b))"
    " ENGINE=InnoDB;",
    "CREATE TABLE tree (id INT UNSIGNED PRIMARY KEY, parent_id INT UNSIGNED,"
    " fake_delete INT UNSIGNED NOT NULL DEFAULT 0, KEY parent_id (parent_id)) ENGINE=InnoDB;",
    "CREATE TABLE mark (id INT AUTO_INCREMENT PRIMARY KEY, n INT) ENGINE=InnoDB;",
]
RESET = [
    "DELETE FROM big;", "DELETE FROM log;", "DELETE FROM mark;",
    "INSERT INTO big VALUES "
    + ",".join(f"({n}, 0, {n}, '{PAD}')" for n in range(1, ROWS + 1)) + ";",
    "DELETE FROM pair;",
    "INSERT INTO pair VALUES " + ",".join(f"({n % 7}, 'b{n:03}', '{PAD}')" for n in range(ROWS))
    + ";",
    "DELETE FROM tree;",
    "INSERT INTO tree(id, parent_id) VALUES (1, NULL),"
    + ",".join(f"({n}, {n // 2})" for n in range(2, TREE + 1)) + ";",
]
UNMARK = ["DELETE FROM mark;"]  # what is left to reset behind an operation that changes nothing
STATE = ("SELECT CONCAT('log ', (SELECT count(*) FROM log), ', big ', count(*), ', n ',"
         " coalesce(sum(n), 0), ', u ', coalesce(sum(u), 0), ', pair ',"
         " (SELECT concat(count(*), ', a ', sum(a), ', pad ', sum(length(pad))) FROM pair),"
         " ', tree ', (SELECT concat(count(*), ', marks ', sum(fake_delete)) FROM tree))"
         " FROM big;")
SUM = ROWS * (ROWS + 1) // 2
SUM_A = sum(n % 7 for n in range(ROWS))
SUM_PAD = ROWS * len(PAD)


def state(log=0, big=ROWS, n=0, u=SUM, pair=ROWS, a=SUM_A, pad=SUM_PAD,
          tree=0, rows=TREE):
    """A state in STATE's words."""
    return (f"log {log}, big {big}, n {n}, u {u}, pair {pair}, a {a}, pad {pad},"
            f" tree {rows}, marks {tree}")


class Operation(NamedTuple):
    """`before` and `after` are states of the server; `rows` what a read gives."""
    name: str
    run: Callable
    after: str = state()
    before: str = state()
    rows: object = None
    prepare: Callable = lambda handle: None

    def wrong_rows(self, rows):
        """What is wrong with the rows that were read without an error."""
        if self.rows is None or rows == self.rows:
            return None
        return f"{len(rows)} rows, of {len(self.rows)}, or others"


def read(text):
    """An operation that reads."""
    return lambda handle: handle.execute(text).fetchall()


def write(*texts):
    """An operation that writes: its statements, one after the other."""
    def run(handle):
        for text in texts:
            handle.execute(text)
    return run


def again(name, text, rows):
    """A read whose connection has executed its statement before: it goes over the socket."""
    return Operation(name, read(text), rows=rows, prepare=read(text))


def local_rows(handle):
    """Rows to be inserted, in a table of the handle's own."""
    handle.execute("CREATE TEMP TABLE source (note TEXT)")
    handle.executemany("INSERT INTO source VALUES (?)",
                       [(f"row {n}",) for n in range(BATCH)])


def gathering(handle):
    """Rows wait to be sent together, in transactions too."""
    local_rows(handle)
    handle.execute("SELECT entable_set('batch', 'transaction')").fetchall()


def has_written(handle):
    """A connection that is there already, with its statements prepared."""
    local_rows(handle)
    handle.execute("INSERT INTO log(note) SELECT note FROM source")
    handle.execute("DELETE FROM log")
    handle.execute("UPDATE big SET n = 0 WHERE id = 1")


# Rows are marked when the one above them is, or keep it from being marked.
MARKS = ("CREATE VIRTUAL TABLE temp.soft USING entity(id int unsigned,"
         " parent_id references soft on delete cascade, table=tree, fake_delete)")
KEEPS = MARKS.replace(" on delete cascade", "")

ALL = [(n, 0, n, PAD) for n in range(1, ROWS + 1)]
INSERT = "INSERT INTO log(note) SELECT note FROM source"
PAIRS = ("BEGIN", "INSERT INTO pair VALUES (7, 'new', 'xy'), (8, 'new', 'z')",
         "UPDATE pair SET pad = pad || '!' WHERE a = 3 AND b < 'b020'",
         "UPDATE pair SET a = 9 WHERE a = 8", "DELETE FROM pair WHERE a = 6 AND b < 'b020'",
         "COMMIT")
STEPS = ("BEGIN", "INSERT INTO log(note) VALUES ('a'), ('b')",
         "UPDATE big SET n = n + 1 WHERE id < 4", "SAVEPOINT s",
         "DELETE FROM big WHERE id = 9", "ROLLBACK TO s",
         "INSERT INTO log(note) VALUES ('c')", "RELEASE s", "COMMIT")

OPERATIONS = [
    Operation("scan", read("SELECT * FROM big"), rows=ALL),
    Operation("scan in order", read("SELECT id FROM big ORDER BY u DESC"),
              rows=[(n,) for n in range(ROWS, 0, -1)]),
    Operation("count", read("SELECT count(*) FROM big"), rows=[(ROWS,)]),
    Operation("scan of a composite key", read("SELECT a, b FROM pair"),
              rows=sorted((n % 7, f"b{n:03}") for n in range(ROWS))),
    Operation("point", read("SELECT * FROM big WHERE id = 7"), rows=[ALL[6]]),
    Operation("list", read("SELECT id FROM big WHERE id IN (3, 5, 999)"), rows=[(3,), (5,)]),
    again("point again", "SELECT * FROM big WHERE id = 7", [ALL[6]]),
    again("list again", "SELECT id FROM big WHERE id IN (3, 5, 999)", [(3,), (5,)]),
    again("page again", "SELECT * FROM big WHERE u BETWEEN 5 AND 8 ORDER BY u", ALL[4:8]),
    again("limited page again", "SELECT id FROM big WHERE u > 9 ORDER BY u LIMIT 3",
          [(10,), (11,), (12,)]),
    Operation("query", read("SELECT c1 FROM mysql_query('SELECT id FROM big WHERE id < 40"
                            " ORDER BY id')"), rows=[(n,) for n in range(1, 40)]),
    Operation("view", read("SELECT id FROM few"), rows=[(n,) for n in range(1, 40)],
              prepare=write("CREATE VIRTUAL TABLE temp.few USING"
                            " mysql_view('SELECT id FROM big WHERE id < 40 ORDER BY id')")),
    Operation("batch", write(INSERT), state(BATCH), prepare=local_rows),
    Operation("batch over a known connection", write(INSERT), state(BATCH),
              prepare=has_written),
    Operation("one row", write("INSERT INTO log(note) VALUES ('one')"), state(1)),
    Operation("update", write("UPDATE big SET n = n + 1"), state(n=ROWS)),
    Operation("different updates", write("UPDATE big SET n = id"), state(n=SUM)),
    Operation("update of a unique column", write("UPDATE big SET u = u + 1000 WHERE id < 20"),
              state(u=SUM + 19000)),
    Operation("replace", write("INSERT OR REPLACE INTO big VALUES (1, 0, 2, 'x')"),
              state(big=ROWS - 1, u=SUM - 1)),
    Operation("update or replace", write("UPDATE OR REPLACE big SET u = 2 WHERE id = 1"),
              state(big=ROWS - 1, u=SUM - 1)),
    Operation("delete", write("DELETE FROM big WHERE id > 50"),
              state(big=50, u=50 * 51 // 2)),
    Operation("transaction", write(*STEPS), state(3, n=3)),
    Operation("transaction over a known connection", write(*STEPS), state(3, n=3),
              prepare=has_written),
    Operation("gathered transaction", write("BEGIN", INSERT, "UPDATE big SET n = n + 1", INSERT,
                                            "COMMIT"),
              state(2 * BATCH, n=ROWS), prepare=gathering),
    Operation("composite keys", write(*PAIRS),
              state(pair=ROWS, a=SUM_A + 7 + 9 - 12, pad=SUM_PAD + 3 + 3 - 2 * len(PAD))),
    Operation("on duplicate", write("INSERT INTO big(id, n, u, pad, _on_duplicate) VALUES"
                                    " (1, 0, 0, '', '{\"n\": 5}'), (0, 0, 0, 'new', '{}')"),
              state(big=ROWS + 1, n=5)),
    Operation("mark", write("DELETE FROM soft WHERE id = 2"), prepare=write(MARKS),
              after=state(tree=2 + 4 + 5 + 8 + 9 + 10 + 11)),
    Operation("mark many", write("DELETE FROM soft WHERE id > 1"), prepare=write(MARKS),
              after=state(tree=77)),
    Operation("mark one by one", write("DELETE FROM soft WHERE id > 6"), prepare=write(KEEPS),
              after=state(tree=57)),
    Operation("rolled back", write(*STEPS[:-2], "ROLLBACK")),
]
