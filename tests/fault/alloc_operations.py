"""What is tried with too little memory: those of operations.py, and openings.

The module has small pages and batches, so that a dozen rows are several of each and
their allocations few.
"""

import itertools
import os
from typing import NamedTuple, Callable

from operations import (ALL, MARKS, OPERATIONS as CUT, PAD, SUM_A, SUM_PAD,
                        TABLES as CUT_TABLES, read, state, write)
from server import Server

TABLES = CUT_TABLES + [
    "CREATE TABLE words (word VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY, n INT) ENGINE=InnoDB;",
    "INSERT INTO words VALUES " + ",".join(f"('w{n:02}', {n})" for n in range(12)) + ";",
    "CREATE TABLE keyless (n INT) ENGINE=InnoDB;",
    "INSERT INTO keyless VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9);",
    "CREATE TABLE shape (id INT PRIMARY KEY) ENGINE=InnoDB;",
    "CREATE TABLE twin (id INT AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB;",
]
DECLARE = ("CREATE VIRTUAL TABLE temp.made USING entity(id bigint, note varchar(20) not null,"
           " index by_note(note))")
NAMES = ["big", "keyless", "log", "mark", "pair", "shape", "tree", "twin", "words"]
YAML = """
default:
  mysql: {url}
  import: ["*"]
other:
  mysql: root@unix(${{ENTABLE_SANDBOX_SOCKET}})/mysql
  import: [ help_topic, "nothing*" ]
settings: {{timeout_ms: 20000}}
"""


TWO_POOLS = """
here: {{mysql: "{url}", transactions: xa}}
there: {{mysql: "{url}", transactions: xa}}
"""


REDIS = """
cache: {{redis: "{redis}:1", prefix: "x:"}}
away: {{sentinel: {{main: ["127.0.0.1:1"]}}}}
"""


NEAR = """
near: {{mysql: "{url}", redis: "{redis}:1", prefix: "near:", local_cache: 1000}}
alone: {{local_cache: 1MB}}
"""


ASKED = """
asked: {{mysql: "{url}", redis: "{redis}:1", prefix: "asked:", local_cache: 1000}}
entities:
  asked:
    pool: asked
    table: words
    redis_cache: asked
{more}    primary: [word]
    columns: {{word: varchar(20) not null, n: int}}
    index: {{n: [n]}}
    queries: {{since: where word > ? order by word, of: where n = ? order by word}}
"""


HOUSES = """
houses: {{mysql: "{url}", redis: "{redis}:1", prefix: "houses:"}}
entities:
  house: {{pool: houses, redis_cache: houses, columns: {{id: int}}}}
  room: {{pool: houses, redis_cache: houses, columns: {{id: int, house_id: int}}}}
"""
HOUSE_TABLES = (  # in a database of their own, which no operation lists
    "CREATE DATABASE IF NOT EXISTS houses",
    "CREATE TABLE IF NOT EXISTS houses.house (id INT PRIMARY KEY) ENGINE=InnoDB",
    "CREATE TABLE IF NOT EXISTS houses.room (id INT PRIMARY KEY, house_id INT, FOREIGN KEY"
    " (house_id) REFERENCES houses.house (id) ON DELETE CASCADE) ENGINE=InnoDB",
    "CREATE TABLE IF NOT EXISTS houses.chair (word VARCHAR(9) COLLATE utf8mb4_bin PRIMARY KEY,"
    " room_id INT, FOREIGN KEY (room_id) REFERENCES houses.room (id) ON DELETE SET NULL)"
    " ENGINE=InnoDB",
    "INSERT IGNORE INTO houses.house VALUES (1), (2), (3)",
    "INSERT IGNORE INTO houses.room VALUES (1, 1), (2, 1), (3, 2), (4, 3)",
    "REPLACE INTO houses.chair VALUES ('a', 1), ('b', 3), ('c', 4)")


class Operation(NamedTuple):
    """As in operations.py; `opens`: it opens the address itself, which `handle` keeps
    as a temporary value; `mark`: the table that can be written behind it, if any."""
    name: str
    run: Callable
    after: str = state()
    before: str = state()
    rows: object = None
    prepare: Callable = lambda handle: None
    opens: bool = False
    mark: str = "mark"

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


def count_entities(handle):
    """How many tables are entities of entity_yaml(), and how many are left."""
    text = handle.execute("SELECT entity_yaml()").fetchone()[0]
    return text.count("    columns:"), text.count("    # ")


def opening_in(schema, prefix=""):
    """An operation that opens the address, and says which tables there are."""
    def run(handle):
        handle.execute(f"SELECT entable_open(url, '{schema}', '{prefix}')"
                       " FROM (SELECT (SELECT url FROM address) AS url)").fetchall()
        return handle.execute(f"SELECT name FROM {schema}.sqlite_schema"
                              " WHERE sql LIKE 'CREATE VIRTUAL%' ORDER BY name").fetchall()
    return run


opening = opening_in("temp")


def path_of(handle, ending):
    """A file beside the try's socket, which goes with it."""
    url = handle.execute("SELECT url FROM address").fetchone()[0]
    return url.partition("socket=")[2] + ending


def yaml(handle):
    """The address is that of a file, which names the server."""
    path = path_of(handle, ".yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(YAML.format(url=handle.execute("SELECT url FROM address").fetchone()[0]))
    handle.execute("UPDATE address SET url = ?", (path,))


def two_pools(handle):
    """Another configuration, of pools that commit together."""
    path = path_of(handle, ".yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(TWO_POOLS.format(url=handle.execute("SELECT url FROM address").fetchone()[0]))
    handle.execute("SELECT entable_open(?)", (path,)).fetchall()


def with_redis(handle):
    """Another configuration, of a Redis."""
    path = path_of(handle, ".redis.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(REDIS.format(redis=os.environ["ENTABLE_SANDBOX_REDIS"]))
    handle.execute("SELECT entable_open(?)", (path,)).fetchall()


def commands(handle):
    """Values and lists of Redis."""
    return [handle.execute(text).fetchall() for text in (
        "SELECT redis(pool('cache'), 'SET', 'k', 'v'), redis(pool('cache'), 'DEL', 'l') >= 0",
        "SELECT redis(pool('cache'), 'RPUSH', 'l', 1, 2.5, x'ff')",
        "SELECT redis(pool('cache'), 'LRANGE', 'l', 0, -1)",
        "SELECT * FROM redis(pool('cache'), 'MGET', 'k', 'none')")]


def keeping(handle):
    """A table whose rows Redis keeps, and has forgotten."""
    with_redis(handle)
    handle.execute("CREATE VIRTUAL TABLE temp.kept USING"
                   " entity(pool=default, table=words, redis_cache=cache)")
    handle.execute("SELECT entity_forget('kept')").fetchall()


def cached(handle):
    """Rows by key, from the server and from Redis."""
    text = "SELECT word, n FROM kept WHERE word IN ('w07', 'w08', 'none') ORDER BY word"
    return handle.execute(text).fetchall() + handle.execute(text).fetchall()


def computing(handle):
    """Redis has no value."""
    with_redis(handle)
    handle.execute("SELECT redis(pool('cache'), 'DEL', 'x:c:k')").fetchall()


KEPT_VALUE = ("SELECT redis_cached(pool('cache'), 'k', 60, 'SELECT count(*) FROM words"
              " WHERE n > ? AND word <> ?', 5, 'none')")


def asking(more=""):
    """A table with a cached query, of which nothing is kept; `more` options of it."""
    def prepare(handle):
        path = path_of(handle, ".asked.yaml")
        url = handle.execute("SELECT url FROM address").fetchone()[0]
        with open(path, "w", encoding="utf-8") as file:
            file.write(ASKED.format(url=url, redis=os.environ["ENTABLE_SANDBOX_REDIS"], more=more))
        handle.execute("SELECT entable_open(?)", (path,)).fetchall()
        handle.execute("SELECT entity_forget('asked')").fetchall()
    return prepare


def referring(handle):
    """Rows that refer to others, all of which Redis has."""
    for text in HOUSE_TABLES:
        handle.execute("SELECT mysql_exec(?)", (text,)).fetchall()
    path = path_of(handle, ".houses.yaml")
    before, _, after = handle.execute("SELECT url FROM address").fetchone()[0].partition("?")
    url = before.rpartition("/")[0] + "/houses?" + after
    with open(path, "w", encoding="utf-8") as file:
        file.write(HOUSES.format(url=url, redis=os.environ["ENTABLE_SANDBOX_REDIS"]))
    handle.execute("SELECT entable_open(?)", (path,)).fetchall()
    handle.execute("SELECT entity_forget('house'), entity_forget('room')").fetchall()
    handle.execute("SELECT count(*) FROM room WHERE id IN (1, 2, 3, 4)").fetchall()


def cascade(handle):
    """Rows go with others; what caches have of them goes, too."""
    handle.execute("DELETE FROM house WHERE id < 3")
    return handle.execute("SELECT id FROM room WHERE id IN (1, 2, 3, 4)").fetchall()


def asked(handle):
    """Rows of a cached query, from the server and as they are kept."""
    texts = ["SELECT word, n FROM asked_since('w09')"] * 3
    return [row for text in texts for row in handle.execute(text).fetchall()]


def found(handle):
    """A plain SELECT that finds the list of a cached query."""
    texts = ["SELECT word, n FROM asked WHERE n = 7 ORDER BY word"] * 3
    return [row for text in texts for row in handle.execute(text).fetchall()]


def values(handle):
    """Values of the process, none of which was there."""
    for text in ("SELECT cache_clear()", "SELECT cache_set('k', 'own'), cache_set('l', x'ff', 60)",
                 "SELECT cache_set('k', 'field', 2.5, 60)"):
        handle.execute(text).fetchall()


def set_values(handle):
    """What cannot be kept is given, and what was there is gone."""
    return handle.execute(
        "SELECT cache_set('k', 'new'), coalesce(cache_get('k'), 'new'),"
        " cache_set('k', 'field', 7, 60), coalesce(cache_get('k', 'field'), 7)").fetchall()


def remove_values(handle):
    """One key with its field; whoever is told of an error does it again."""
    handle.execute("SELECT cache_remove('k', 'none')").fetchall()
    return handle.execute("SELECT key, field FROM cache_entries").fetchall()


def clear_values(handle):
    """All of them."""
    handle.execute("SELECT cache_clear()").fetchall()
    return handle.execute("SELECT count(*) FROM cache_entries").fetchall()


def reading_once(handle):
    """What the handle has read it reads no more."""
    handle.execute("SELECT entable_set('request_cache', 1)").fetchall()


def read_once(handle):
    """A row and a list, twice."""
    texts = ["SELECT n FROM words WHERE word = 'w07'",
             "SELECT n FROM words WHERE word IN ('w07', 'w08', 'none') ORDER BY n"] * 2
    return [row for text in texts for row in handle.execute(text).fetchall()]


def with_local(handle):
    """Another configuration, of rows in this process."""
    path = path_of(handle, ".near.yaml")
    url = handle.execute("SELECT url FROM address").fetchone()[0]
    with open(path, "w", encoding="utf-8") as file:
        file.write(NEAR.format(url=url, redis=os.environ["ENTABLE_SANDBOX_REDIS"]))
    handle.execute("SELECT entable_open(?)", (path,)).fetchall()


def near(options):
    """Tables whose rows this process keeps, and has forgotten."""
    def prepare(handle):
        with_local(handle)
        for name, table in (("near", "words"), ("near_log", "log")):
            handle.execute(f"CREATE VIRTUAL TABLE temp.{name} USING"
                           f" entity(table={table}, {options})")
        handle.execute("SELECT entity_forget('near')").fetchall()
    return prepare


def looked_up(handle):
    """Rows by key, three times: those that are kept are kept then; the last time they are
    shown where they are kept, until the statement's end."""
    texts = ["SELECT word, n FROM near WHERE word IN ('w07', 'w08', 'none') ORDER BY word"] * 3
    texts += ["SELECT max(n) FROM near WHERE word = 'w07'"]
    return [row for text in texts for row in handle.execute(text).fetchall()]


def kept(handle):
    """The process has the rows already."""
    near(BOTH)(handle)
    looked_up(handle)


HITS = ("SELECT max(n), (SELECT sum(value) > 0 FROM entable_stats WHERE tier = 'local' AND"
        " counter = 'hits') FROM near WHERE word IN ('w07', 'w08')")
LOOKED_UP = [("w07", 7), ("w08", 8)] * 3 + [(7,)]
BOTH = "pool=near, redis_cache=near, local_cache=near"
ONE_ONLY = "pool=near, local_cache=near"


def file_schema(handle):
    """A database file."""
    handle.execute("ATTACH ? AS shop", (path_of(handle, ".db"),))


def file_tables(handle):
    """A database file with tables, none of which is connected."""
    file_schema(handle)
    opening_in("shop")(handle)
    handle.execute("DETACH shop")
    file_schema(handle)


def other_shape(handle):
    """The server's table `shape` gets a column that the handle does not know, or loses one."""
    has_more = len(handle.execute("PRAGMA table_info(shape)").fetchall()) > 1
    handle.execute("SELECT mysql_exec('ALTER TABLE shape " +
                   ("DROP more" if has_more else "ADD more INT") + "')").fetchall()


WORD = "SELECT word, n FROM words WHERE word = 'w07'"
SIZES = itertools.cycle((30, 20))


def other_columns(handle):
    """A statement was executed, and has other columns since then: the server tells them anew."""
    read(WORD)(handle)
    Server().run([f"ALTER TABLE words MODIFY word VARCHAR({next(SIZES)}) COLLATE utf8mb4_bin;"])


def gathering(handle):
    """Rows for three batches, which gather in transactions, too."""
    local_rows(handle)
    handle.execute("SELECT entable_set('batch', 'transaction')").fetchall()


def holding(handle):
    """All that a transaction reads is one state."""
    handle.execute("SELECT entable_set('snapshot', 1)").fetchall()


def reads(handle):
    """A scan, a point, a query of the server and a join, in one state."""
    return [handle.execute(text).fetchall() for text in (
        "SELECT count(*), sum(n) FROM words WHERE n > 1", "SELECT u FROM big WHERE id = 7",
        "SELECT c1 FROM mysql_query('SELECT count(*) FROM big')",
        "SELECT count(*) FROM words AS w JOIN big AS b ON b.id = w.n")]


def settings(handle):
    """What is set is read."""
    for name, value in ("batch", "transaction"), ("timeout_ms", 12345), ("snapshot", 1), \
            ("request_cache", 1):
        handle.execute("SELECT entable_set(?, ?)", (name, value)).fetchall()
    return handle.execute("SELECT value FROM entable_settings WHERE name IN"
                          " ('batch', 'timeout_ms', 'snapshot', 'request_cache')"
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


ASKED_ROWS = [("w10", 10), ("w11", 11)] * 3
KEPT = {operation.name for operation in CUT} & {
    "point", "list", "point again", "list again", "page again", "limited page again", "count",
    "one row", "query", "view", "replace", "update or replace",
    "transaction", "rolled back", "composite keys", "on duplicate", "mark", "mark one by one"}

OPERATIONS = [Operation(*operation) for operation in CUT if operation.name in KEPT] + [
    Operation("open", opening, rows=[(name,) for name in NAMES], opens=True),
    Operation("refresh", opening, rows=[(name,) for name in NAMES]),
    Operation("refresh in a transaction", in_transaction(opening),
              rows=[(name,) for name in NAMES]),
    Operation("refresh under other names", opening_in("temp", "p_"), mark="p_mark",
              rows=[("p_" + name,) for name in NAMES]),
    Operation("refresh in another schema", opening_in("main"),
              rows=[(name,) for name in NAMES]),
    Operation("refresh of another shape", opening, prepare=other_shape,
              rows=[(name,) for name in NAMES]),
    Operation("open a file", opening, prepare=yaml, opens=True,
              rows=sorted([("help_topic",), *((name,) for name in NAMES)])),
    Operation("open in a file", opening_in("shop"), prepare=file_schema, opens=True,
              rows=[(name,) for name in NAMES]),
    Operation("refresh in a file", opening_in("shop"), prepare=file_tables, opens=True,
              rows=[(name,) for name in NAMES]),
    Operation("refresh in a file of another shape", opening_in("shop"), opens=True,
              prepare=lambda handle: (file_tables(handle), other_shape(handle)),
              rows=[(name,) for name in NAMES]),
    Operation("tables of a file", read("SELECT count(*), sum(n) FROM shop.words"),
              prepare=file_tables, opens=True, rows=[(12, 66)]),
    Operation("close", closing, rows=[(1,)], mark=""),
    Operation("close in a transaction", in_transaction(closing), rows=[(1,)], mark=""),
    Operation("settings", settings, rows=[("transaction",), (1,), ("on",), (12345,)]),
    Operation("snapshot", in_transaction(reads), prepare=holding,
              rows=[[(10, 65)], [(7,)], [(150,)], [(11,)]]),
    Operation("snapshot of a statement", read("SELECT count(*) FROM words AS w"
                                              " JOIN big AS b ON b.id = w.n"),
              prepare=holding, rows=[(11,)]),
    Operation("scan", read("SELECT * FROM big WHERE id < 20"), rows=ALL[:19]),
    Operation("order and limit", read("SELECT id FROM big ORDER BY u DESC LIMIT 19"),
              rows=[(150 - n,) for n in range(19)]),
    Operation("scan of a text key", read("SELECT word FROM words WHERE n > 1 ORDER BY word"),
              rows=[(f"w{n:02}",) for n in range(2, 12)]),
    Operation("no key", read("SELECT sum(n), count(*) FROM keyless"), rows=[(45, 9)]),
    Operation("join", read("SELECT w.word, b.u FROM words AS w JOIN big AS b ON b.id = w.n"
                           " WHERE w.n BETWEEN 3 AND 6 ORDER BY 1"),
              rows=[(f"w{n:02}", n) for n in range(3, 7)]),
    Operation("join by a reference",
              read("SELECT b.id, w.word, (SELECT u FROM big WHERE id = w.n) FROM big AS b"
                   " LEFT JOIN words AS w ON w.n = b.id WHERE b.id BETWEEN 9 AND 14 ORDER BY 1"),
              rows=[(9, "w09", 9), (10, "w10", 10), (11, "w11", 11), (12, None, None),
                    (13, None, None), (14, None, None)]),
    Operation("list of hidden collations", read("SELECT word FROM words WHERE word = 'w01' OR"
                                                " word = 'W02' COLLATE NOCASE ORDER BY word"),
              rows=[("w01",), ("w02",)]),
    Operation("view of hidden collations", read("SELECT * FROM two ORDER BY word"),
              prepare=write("CREATE TEMP VIEW two AS SELECT word FROM words WHERE"
                            " word = 'w01' OR word = 'W02' COLLATE NOCASE"),
              rows=[("w01",), ("w02",)]),
    Operation("part of a row value", read("SELECT n FROM words WHERE (word, n) IN"
                                          " (SELECT id, 5 FROM big WHERE id < 3)"), rows=[]),
    Operation("distinct by rowid", read("SELECT DISTINCT n FROM big WHERE abs(rowid) > 149"),
              rows=[(0,)]),
    Operation("query with arguments",
              read("SELECT c1, row FROM mysql_query('SELECT id FROM big WHERE id < ? AND pad <> ?',"
                   " 3, 'y')"), rows=[(1, '{"id":1}'), (2, '{"id":2}')]),
    Operation("explain", read("SELECT entity, term, verdict FROM entable_explain("
                              "'SELECT * FROM big WHERE id > 5 AND n = 1')"),
              rows=[("big", "id > 5", "exact"), ("big", "n = 1", "exact")]),
    Operation("columns", read("SELECT count(*) FROM entity_columns WHERE entity <> 'shape'"),
              rows=[(18,)]),
    Operation("list", read("SELECT count(*) FROM entity_list WHERE entity <> 'shape'"),
              rows=[(8,)]),
    Operation("declare", write(DECLARE)),
    Operation("indexes", read("SELECT entity, name, column FROM entity_indexes ORDER BY 2"),
              prepare=write(DECLARE),
              rows=[("made", "PRIMARY", "id"), ("made", "by_note", "note")]),
    Operation("alters", read("SELECT entity, class FROM entity_alters"), prepare=write(DECLARE),
              rows=[("made", "safe")]),
    Operation("two pools", in_transaction(read("SELECT " + ", ".join(
        f"mysql_exec(pool('{pool}'), 'INSERT INTO twin VALUES ()')"
        for pool in ("here", "there")))), rows=[(1, 1)], prepare=two_pools),
    Operation("recover", read("SELECT entable_recover()"), rows=[(0,)], prepare=two_pools),
    Operation("check of two pools", read("SELECT pool, status FROM entable_check ORDER BY pool"),
              rows=[("default", "ok"), ("here", "ok"), ("there", "ok")], prepare=two_pools),
    Operation("redis", commands, prepare=with_redis,
              rows=[[("OK", 1)], [(3,)], [('["1","2.5","ff"]',)],
                    [(1, "k", "v"), (2, "none", None)]]),
    Operation("check of redis", read("SELECT pool, status FROM entable_check ORDER BY pool"),
              rows=[("away", "failed"), ("cache", "ok"), ("default", "ok")], prepare=with_redis),
    Operation("open with redis", with_redis),
    Operation("cached", cached, prepare=keeping, rows=[("w07", 7), ("w08", 8)] * 2),
    Operation("blocked", write("INSERT INTO log(note) VALUES ('x')"), state(1), prepare=keeping),
    Operation("forget", read("SELECT entity_forget('kept'), entity_forget('kept', 'w07', 'w08')"),
              prepare=keeping, rows=[(1, 2)]),
    Operation("cascade", cascade, prepare=referring, rows=[(4,)]),
    Operation("redis_cached", read(KEPT_VALUE), prepare=computing, rows=[(6,)]),
    Operation("redis_cached has it", read(KEPT_VALUE), rows=[(6,)],
              prepare=lambda handle: (computing(handle), read(KEPT_VALUE)(handle))),
    Operation("cached query", asked, prepare=asking(), rows=ASKED_ROWS),
    Operation("cached query with rows in the process", asked, rows=ASKED_ROWS,
              prepare=asking("    local_cache: asked\n")),
    Operation("found query", found, prepare=asking(), rows=[("w07", 7)] * 3),
    Operation("found query with rows in the process", found, rows=[("w07", 7)] * 3,
              prepare=asking("    local_cache: asked\n")),
    Operation("read once", read_once, prepare=reading_once,
              rows=[(7,), (7,), (8,), (7,), (7,), (8,)]),
    Operation("values of the process", set_values, prepare=values, rows=[("new", "new", 7, 7)]),
    Operation("values that the process has", prepare=values, rows=[("own", 2.5, b"\xff")],
              run=read("SELECT cache_get('k'), cache_get('k', 'field'), cache_get('l')")),
    Operation("values listed", read("SELECT key, field, value FROM cache_entries ORDER BY 1, 2"),
              prepare=values, rows=[("k", None, "own"), ("k", "field", 2.5), ("l", None, b"\xff")]),
    Operation("values removed", remove_values, prepare=values, rows=[("l", None)]),
    Operation("values cleared", clear_values, prepare=values, rows=[(0,)]),
    Operation("open with rows in the process", with_local),
    Operation("rows in both", looked_up, prepare=near(BOTH), rows=LOOKED_UP),
    Operation("rows in the process", looked_up, prepare=near(ONE_ONLY), rows=LOOKED_UP),
    Operation("rows without a Redis", looked_up, rows=LOOKED_UP,
              prepare=near("pool=default, local_cache=alone")),
    Operation("table with rows in the process", prepare=with_local, run=write(
        f"CREATE VIRTUAL TABLE temp.near USING entity(table=words, {BOTH})")),
    Operation("rows in the process written", write("INSERT INTO near_log(note) VALUES ('x')"),
              state(1), prepare=near(ONE_ONLY)),
    Operation("rows in the process forgotten", prepare=near(BOTH), rows=[(1, 2)],
              run=read("SELECT entity_forget('near'), entity_forget('near', 'w07', 'w08')")),
    Operation("rows that the process has", read(HITS), prepare=kept, rows=[(8, 1)]),
    Operation("stats", read("SELECT count(*) > 8 FROM entable_stats WHERE pool = 'cache'"),
              prepare=with_redis, rows=[(1,)]),
    Operation("yaml", count_entities, rows=(10, 0)),
    Operation("check", read("SELECT pool, status FROM entable_check"), rows=[("default", "ok")]),
    Operation("batch", write("INSERT INTO log(note) SELECT note FROM source"), state(20),
              prepare=local_rows),
    Operation("gathered transaction", in_transaction(
        write("INSERT INTO log(note) SELECT note FROM source",
              "UPDATE big SET n = id WHERE id < 20",
              "INSERT INTO pair SELECT id, 'new', 'x' FROM big WHERE id < 9",
              "DELETE FROM pair WHERE a = 6 AND b < 'b050'")),
              state(20, n=190, pair=151, a=SUM_A + 36 - 42, pad=SUM_PAD + 8 - 7 * len(PAD)),
              prepare=gathering),
    Operation("update many", write("UPDATE big SET n = n + 1 WHERE id < 20"), state(n=19)),
    Operation("delete many", write("DELETE FROM big WHERE id > 130"), state(big=130, u=65 * 131)),
    Operation("remove", read("SELECT force_delete('soft', 12)"), state(rows=11),
              prepare=write(MARKS), rows=[(1,)]),
    Operation("declare two", write(MARKS)),
    Operation("point of other columns", read(WORD), prepare=other_columns, rows=[("w07", 7)]),
    Operation("exec", read("SELECT mysql_exec('UPDATE big SET n = ? WHERE id = ?', 5, 1)"),
              state(n=5)),
]
