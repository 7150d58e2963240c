"""What is tried with too little memory: those of operations.py, and openings.

SMALL and LONG keep their allocations few: the module has small pages and batches,
so that a dozen rows are several of each.
"""

from typing import NamedTuple, Callable

from operations import (ALL, OPERATIONS as CUT, STEPS, TABLES as CUT_TABLES, read, state, write)

TABLES = CUT_TABLES + [
    "CREATE TABLE words (word VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY, n INT) ENGINE=InnoDB;",
    "INSERT INTO words VALUES " + ",".join(f"('w{n:02}', {n})" for n in range(12)) + ";",
    "CREATE TABLE keyless (n INT) ENGINE=InnoDB;",
    "INSERT INTO keyless VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9);",
]
NAMES = ["big", "keyless", "log", "mark", "pair", "words"]


class Operation(NamedTuple):
    """As in operations.py; `opens`: it opens the address itself, which `handle` keeps
    as a temporary value; `closes`: it leaves nothing that could be written."""
    name: str
    run: Callable
    after: str = state()
    before: str = state()
    rows: object = None
    prepare: Callable = lambda handle: None
    opens: bool = False
    closes: bool = False

    def wrong_rows(self, rows):
        """What is wrong with the rows that were read without an error."""
        if self.rows is None or rows == self.rows:
            return None
        return f"{rows if len(rows) < 9 else len(rows)} rows, not those it should be"


def open_handle(handle, url, operation):
    """Opens the server's tables, or leaves that to the operation."""
    handle.execute("CREATE TEMP TABLE address (url TEXT)")
    handle.execute("INSERT INTO address VALUES (?)", (url,))
    if not operation.opens:
        handle.execute("SELECT entable_open(?)", (url,)).fetchall()


def opening(handle):
    """Opens the address, and says which tables there are."""
    handle.execute("SELECT entable_open(url) FROM (SELECT (SELECT url FROM address) AS url)"
                   ).fetchall()
    return handle.execute("SELECT name FROM temp.sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL%'"
                          " ORDER BY name").fetchall()


def local_rows(handle):
    """Rows for three batches."""
    handle.execute("CREATE TEMP TABLE source (note TEXT)")
    handle.executemany("INSERT INTO source VALUES (?)", [(f"row {n}",) for n in range(20)])


def in_transaction(act):
    """The same between BEGIN and COMMIT."""
    def run(handle):
        handle.execute("BEGIN")
        rows = act(handle)
        handle.execute("COMMIT")
        return rows
    return run


def closing(handle):
    """Closes everything."""
    return handle.execute("SELECT entable_close()").fetchall()


KEPT = {operation.name for operation in CUT} & {
    "point", "list", "count", "one row", "query", "view", "replace", "update or replace",
    "transaction", "rolled back"}

OPERATIONS = [Operation(*operation) for operation in CUT if operation.name in KEPT] + [
    Operation("open", opening, rows=[(name,) for name in NAMES], opens=True),
    Operation("refresh", opening, rows=[(name,) for name in NAMES]),
    Operation("refresh in a transaction", in_transaction(opening),
              rows=[(name,) for name in NAMES]),
    Operation("close", closing, rows=[(1,)], closes=True),
    Operation("close in a transaction", in_transaction(closing), rows=[(1,)], closes=True),
    Operation("scan", read("SELECT * FROM big WHERE id < 20"), rows=ALL[:19]),
    Operation("order and limit", read("SELECT id FROM big ORDER BY u DESC LIMIT 19"),
              rows=[(150 - n,) for n in range(19)]),
    Operation("scan of a text key", read("SELECT word FROM words WHERE n > 1 ORDER BY word"),
              rows=[(f"w{n:02}",) for n in range(2, 12)]),
    Operation("no key", read("SELECT sum(n), count(*) FROM keyless"), rows=[(45, 9)]),
    Operation("join", read("SELECT w.word, b.u FROM words AS w JOIN big AS b ON b.id = w.n"
                           " WHERE w.n BETWEEN 3 AND 6 ORDER BY 1"),
              rows=[(f"w{n:02}", n) for n in range(3, 7)]),
    Operation("query with arguments",
              read("SELECT c1, row FROM mysql_query('SELECT id FROM big WHERE id < ? AND pad <> ?',"
                   " 3, 'y')"), rows=[(1, '{"id":1}'), (2, '{"id":2}')]),
    Operation("explain", read("SELECT entity, term, verdict FROM entable_explain("
                              "'SELECT * FROM big WHERE id > 5 AND n = 1')"),
              rows=[("big", "id > 5", "exact"), ("big", "n = 1", "exact")]),
    Operation("columns", read("SELECT count(*) FROM entity_columns"), rows=[(14,)]),
    Operation("check", read("SELECT pool, status FROM entable_check"), rows=[("default", "ok")]),
    Operation("batch", write("INSERT INTO log(note) SELECT note FROM source"), state(20),
              prepare=local_rows),
    Operation("update many", write("UPDATE big SET n = n + 1 WHERE id < 20"), state(n=19)),
    Operation("delete many", write("DELETE FROM big WHERE id > 130"), state(big=130, u=65 * 131)),
    Operation("exec", read("SELECT mysql_exec('UPDATE big SET n = ? WHERE id = ?', 5, 1)"),
              state(n=5)),
]
