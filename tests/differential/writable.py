"""The tables that the judge of writes writes to, on the server and as a copy.

Each column draws only values that both sides store alike: a strict typed server
refuses what SQLite bends, and rounds what SQLite keeps.  What a column refuses
for its type is drawn as a `Fault`: ordinary tables raise its code by a trigger,
so that such a row in the middle of a statement is judged, too.

The copy is made twice.  The second one is stored backwards, so that a statement
whose outcome depends on the order in which rows are visited is recognised: the
two do not agree on it.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from server import Server

SERVER = Server()
# Where every collation pads, no text ends with a space.
PADS = not SERVER.has_collation("utf8mb4_nopad_bin")
BIN = f"character set utf8mb4 collate utf8mb4_{'bin' if PADS else 'nopad_bin'}"


class Fault(NamedTuple):
    """A value that a column refuses, and how."""
    value: object
    code: str   # MISMATCH or TOOBIG


@dataclass
class Column:
    name: str
    mysql: str
    declared: str
    pool: list                  # of values that are stored as they are
    words: str = ""             # of the server: charset, auto_increment
    null: bool = True
    default: object = None      # other than NULL
    faults: list = field(default_factory=list)
    kind: str = "text"          # how the server's own client shows it
    parent: tuple = ()          # table, column and actions of a foreign key
    math: str = ""              # an expression of itself that stays in range


@dataclass
class Table:
    name: str
    columns: list
    key: tuple
    unique: tuple = ()          # of tuples of names, besides the key
    rowid: bool = False         # an integer key of which the rowid is an alias
    most: int = 8               # rows at the beginning

    @property
    def names(self):
        return [column.name for column in self.columns]

    def column(self, name):
        return next(column for column in self.columns if column.name == name)

    def is_unique(self, name):
        """Whether writing the column may collide."""
        return name in self.key or any(name in names for names in self.unique)


def integer(name, mysql="int", pool=(), **more):
    """A number; its pool is small, so that rows meet."""
    pool = list(pool or range(0, 12))
    return Column(name, mysql, "INTEGER", pool, kind="number",
                  faults=[Fault("abc", "MISMATCH"), Fault(2.5, "MISMATCH")], **more)


def text(name, size, pool, **more):
    """A text that is compared byte by byte, trailing spaces and all."""
    words = more.pop("words", BIN)
    faults = [Fault("x" * (size + 1), "TOOBIG"), Fault(b"ab", "MISMATCH")]
    return Column(name, f"varchar({size})", "TEXT", pool, words, faults=faults, **more)


WORDS = ["a", "A", "a_" if PADS else "a ", "b", "é", "日本", "😀", "", "0", "5", "x'y", "a\\b",
         "null", "zz"]
MAILS = [f"e{n}" for n in range(9)] + ["E1", "e1_" if PADS else "e1 "]


def person():
    """An id that the server can make, two more unique keys, defaults."""
    return Table("person", [
        integer("id", pool=range(1, 30), null=False, words="auto_increment"),
        text("name", 20, WORDS, null=False),
        text("email", 20, MAILS),
        integer("age", "smallint", null=False, default=7, math="({} * 3 + 1) % 90"),
        integer("score", default=3, math="{} + 1"),
        integer("grp", pool=range(3)), integer("slot", pool=range(4)),
    ], ("id",), (("email",), ("grp", "slot")), rowid=True)


def item():
    """Foreign keys: one restricts, the other is set to NULL."""
    return Table("item", [
        integer("id", pool=range(1, 25), null=False),
        integer("person_id", pool=range(1, 30), null=False, parent=(
            "person", "id", "on delete restrict on update restrict")),
        integer("buddy_id", pool=range(1, 30), parent=(
            "person", "id", "on delete set null on update cascade")),
        integer("qty", null=False, default=1, math="{} * 2 % 50"),
        text("what", 10, WORDS),
    ], ("id",), rowid=True)


def tag():
    """A foreign key that cascades."""
    return Table("tag", [
        integer("id", "bigint", pool=[-5, 2**40, *range(1, 20)], null=False),
        integer("item_id", pool=range(1, 25), parent=(
            "item", "id", "on delete cascade on update cascade")),
        text("word", 10, WORDS, null=False, default="new"),
    ], ("id",), rowid=True)


def huge():
    """An unsigned key; above 2^63-1 those that a REAL holds exactly."""
    high = [str(2**63), str(2**63 + 4096), str(2**64 - 4096)]
    return Table("huge", [
        integer("id", "bigint unsigned", pool=[0, 2**53 + 1, 2**63 - 1, *high, *range(1, 9)],
                null=False),
        integer("n", math="{} + 1"), text("note", 20, WORDS),
    ], ("id",))


def label():
    """A text key, and a unique number."""
    return Table("label", [
        text("word", 20, WORDS + ["f1", "f2", "k1", "k2"], null=False),
        integer("n", pool=range(12)), integer("m", math="{} - 1"),
    ], ("word",), (("n",),))


def line():
    """A composite key of a number and a text."""
    return Table("line", [
        integer("order_id", pool=range(1, 6), null=False),
        text("code", 10, ["a", "b", "A", "c", "é", ""], null=False),
        integer("n", pool=range(12)), integer("v", math="{} + 10"), text("note", 20, WORDS),
    ], ("order_id", "code"), (("n",),))


def slot():
    """A composite key of a date and bytes."""
    return Table("slot", [
        Column("day", "date", "TEXT", ["2024-02-29", "1999-12-31", "0000-00-00"], null=False),
        Column("tail", "varbinary(8)", "BLOB", [b"", b"\0", b"a", b"\xff\0"], null=False,
               kind="blob"),
        integer("n", math="{} + 1"),
    ], ("day", "tail"))


def token():
    """Bytes as the key."""
    return Table("token", [
        Column("id", "binary(4)", "BLOB", [bytes([n, 0, 255, n]) for n in range(8)],
               null=False, kind="blob",
               faults=[Fault(b"\1", "MISMATCH"), Fault("text", "MISMATCH")]),
        integer("n", math="{} + 1"),
    ], ("id",))


def kind():
    """A column of every type."""
    wrong_text = [Fault("2024-1-1", "MISMATCH"), Fault("soon", "MISMATCH")]
    return Table("kind", [
        integer("id", pool=range(1, 40), null=False),
        integer("i", "tinyint", pool=[-128, 127, 0, 5, "7", 8.0]),
        integer("u", "bigint unsigned", pool=[0, 5, 2**63 - 1, str(2**63), str(2**64 - 2048)]),
        Column("b", "bit(9)", "INTEGER", [0, 1, 511], kind="bits"),
        integer("y", "year", pool=[0, 1901, 2024, 2155]),
        Column("d", "decimal(10,2)", "DECIMAL", [0, 1, -2.25, 12345678.75, "1.50", "-0.25"],
               kind="decimal", math="round({} / 2, 1)", faults=[Fault("x", "MISMATCH")]),
        Column("f", "float", "REAL", [0.5, -2.5, 1, 1024.0], kind="real"),
        Column("g", "double", "REAL", [0.1, -1e300, 5e-324, 3, 1 / 3], kind="real",
               math="{} / 3"),
        Column("c", "char(5)", "TEXT", ["", "ab", "é日", "a b"], BIN,
               faults=[Fault("ab ", "MISMATCH"), Fault("abcdef", "TOOBIG")]),
        text("v", 20, WORDS + [12.5, "a\0b"], math="substr({} || 'x', 1, 20)"),
        Column("t", "text", "TEXT", WORDS + ["long " * 60], BIN, math="{} || ''"),
        Column("e", "enum('Red','Green','it''s')", "TEXT", ["Red", "Green", "it's"],
               faults=[Fault("Blue", "MISMATCH")]),
        Column("s", "set('a','b','c')", "TEXT", ["", "a", "a,c", "a,b,c"],
               faults=[Fault("c,a", "MISMATCH")]),
        Column("j", "json" if SERVER.has_json() else "longtext", "TEXT", ["{}", '{"a": [1, "é"]}', "null", "5"]),
        Column("dt", "date", "TEXT", ["2024-02-29", "0000-00-00", "9999-12-31"],
               faults=wrong_text),
        Column("dm", "datetime(3)", "TEXT", ["2024-02-29 23:59:59.125",
                                             "1999-01-01 00:00:00.000"], faults=wrong_text),
        Column("ts", "timestamp null default null", "TEXT", ["2024-02-29 12:00:00"]),
        Column("ti", "time(1)", "TEXT", ["-838:59:59.0", "00:00:00.5", "10:00:00.0"]),
        Column("bi", "binary(3)", "BLOB", [b"abc", b"\0\xff\0"], kind="blob",
               faults=[Fault(b"a", "MISMATCH")]),
        Column("vb", "varbinary(8)", "BLOB", [b"", b"a", b"\0\0"], kind="blob",
               faults=[Fault("text", "MISMATCH"), Fault(b"123456789", "TOOBIG")]),
        Column("bl", "blob", "BLOB", [b"", b"x" * 300], kind="blob"),
        Column("l", "varchar(10)", "TEXT", ["é", "b", ""], "character set latin1 collate latin1_bin",
               faults=[Fault("日", "MISMATCH")]),
    ], ("id",), rowid=True)


TABLES = [person(), item(), tag(), huge(), label(), line(), slot(), token(), kind()]
BY_NAME = {table.name: table for table in TABLES}


def server_literal(value):
    """A value as the server's SQL says it."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"X'{value.hex()}'" if value else "''"
    if isinstance(value, str):
        return f"_utf8mb4 X'{value.encode().hex()}'" if value else "''"
    return repr(value)


def spelled_default(column):
    """DEFAULT … of a column, which SQLite and the server spell alike."""
    if column.default is None:
        return ""
    quote = "'" if isinstance(column.default, str) else ""
    return f" default {quote}{column.default}{quote}"


def server_sql(table):
    """CREATE TABLE on the server."""
    parts = [f"{c.name} {c.mysql} {c.words}{'' if c.null else ' not null'}{spelled_default(c)}"
             for c in table.columns]
    parts.append(f"primary key ({', '.join(table.key)})")
    parts += [f"unique ({', '.join(names)})" for names in table.unique]
    parts += [f"foreign key ({c.name}) references {c.parent[0]}({c.parent[1]}) {c.parent[2]}"
              for c in table.columns if c.parent]
    return f"CREATE TABLE {table.name} ({', '.join(parts)}) ENGINE=InnoDB;"


def raised(table, code):
    """Where a fault of some code is among the new values."""
    marks = ", ".join(f"new.{column.name}" for column in table.columns if column.faults)
    return f"WHEN '!{code}' IN ({marks}) BEGIN SELECT RAISE(ABORT, '{code}'); END"


def copy_sql(table, backwards):
    """The ordinary table, and the triggers that refuse what the server refuses."""
    parts = [f"{c.name} {c.declared}{'' if c.null else ' NOT NULL'}{spelled_default(c)}"
             + (" PRIMARY KEY" if table.rowid and not backwards and (c.name,) == table.key else "")
             for c in table.columns]
    rowid = table.rowid and not backwards
    order = " DESC" if backwards else ""
    # SQLite looks at indexes from the last one, the server from the first.
    parts += [f"UNIQUE ({', '.join(names)})" for names in reversed(table.unique)]
    if not rowid:
        parts.append(f"PRIMARY KEY ({', '.join(name + order for name in table.key)})")
    parts += [f"FOREIGN KEY ({c.name}) REFERENCES {c.parent[0]}({c.parent[1]}) {c.parent[2]}"
              for c in table.columns if c.parent]
    yield f"CREATE TABLE {table.name} ({', '.join(parts)}){'' if rowid else ' WITHOUT ROWID'}"
    for code in ("MISMATCH", "TOOBIG"):
        if any(fault.code == code for column in table.columns for fault in column.faults):
            for event in ("INSERT", "UPDATE"):
                yield (f"CREATE TRIGGER {table.name}_{code}_{event} BEFORE {event} "
                       f"ON {table.name} {raised(table, code)}")


ALIASES = ["person", "label", "line", "kind"]   # tables that are there as NAME_too, as well


def alias_sql(name):
    """The same table of the server under another name."""
    return f"CREATE VIRTUAL TABLE temp.{name}_too USING entity(pool=default, table={name})"


def local_sql(backwards=False):
    """A local table whose triggers write entities and read them."""
    key = "id INTEGER NOT NULL, n INTEGER, word TEXT, PRIMARY KEY (id DESC)"
    plain = "id INTEGER PRIMARY KEY, n INTEGER, word TEXT"
    yield f"CREATE TEMP TABLE feed ({key}) WITHOUT ROWID" if backwards else \
        f"CREATE TEMP TABLE feed ({plain})"
    yield """CREATE TEMP TRIGGER feed_a AFTER INSERT ON feed WHEN new.n % 3 = 0 BEGIN
  INSERT INTO label(word, m) VALUES ('f' || new.id, (SELECT count(*) FROM label));
  UPDATE label SET m = m + 1 WHERE word = 'f' || (new.id - 1);
END"""
    yield """CREATE TEMP TRIGGER feed_b AFTER INSERT ON feed WHEN new.n % 3 = 1 BEGIN
  UPDATE person SET score = (SELECT count(*) FROM person WHERE age > new.n) WHERE id = new.n;
  INSERT OR IGNORE INTO line VALUES (new.n, substr(new.word, 1, 10), new.id, 1, NULL);
END"""
    yield """CREATE TEMP TRIGGER feed_c AFTER INSERT ON feed WHEN new.n % 3 = 2 BEGIN
  DELETE FROM line WHERE order_id = new.n;
  INSERT OR REPLACE INTO label(word, n, m) VALUES (new.word, new.n, new.id);
END"""
    yield """CREATE TEMP TRIGGER feed_d AFTER UPDATE ON feed BEGIN
  UPDATE label SET m = new.n + old.n WHERE word = new.word;
  INSERT INTO slot VALUES ('2024-01-0' || (1 + new.n % 8), CAST(new.word AS BLOB), new.id);
END"""
    yield """CREATE TEMP TRIGGER feed_e BEFORE DELETE ON feed BEGIN
  INSERT INTO kind(id, i, v) SELECT old.id + 100, count(*) % 100, old.word FROM kind;
END"""


FEED = Table("feed", [Column("id", "", "INTEGER", list(range(1, 20)), null=False, kind="number"),
                      Column("n", "", "INTEGER", list(range(0, 9)), kind="number"),
                      Column("word", "", "TEXT", WORDS)], ("id",), rowid=True)


def tall_row(rng, table, number):
    """A row beyond the pools; only its key is unique."""
    keys = {"label": (f"t{number}",), "line": (100 + number, "a")}
    key = dict(zip(table.key, keys.get(table.name, (200 + number,))))
    return tuple(key[c.name] if c.name in key else
                 None if table.is_unique(c.name) else drawn(rng, c, {}) for c in table.columns)


def fill(rng, tall=0):
    """Rows at the beginning that break no constraint, by table.

    `tall` is how many more those have that stand under two names: more than a
    scan's first page holds, so that a statement could meet its own rows.
    """
    filled, keys = [], {}
    for table in TABLES:
        rows, seen = [], set()
        for _ in range(rng.randint(2, table.most)):
            row = tuple(drawn(rng, column, keys) for column in table.columns)
            marks = {(names, tuple(str(row[table.names.index(name)]) for name in names))
                     for names in (table.key,) + table.unique
                     if all(row[table.names.index(name)] is not None for name in names)}
            if not marks & seen and None not in key_of(table, row):
                seen |= marks
                rows.append(row)
        keys[table.name] = [row[0] for row in rows]
        if table.name in ALIASES:
            rows += [tall_row(rng, table, number) for number in range(tall)]
        filled.append((table.name, tuple(rows)))
    return tuple(filled)


def key_of(table, row):
    """The key's values of a row."""
    return tuple(row[table.names.index(name)] for name in table.key)


def drawn(rng, column, keys):
    """A value of a column that its constraints allow."""
    if column.null and rng.random() < 0.25:
        return None
    if column.parent:
        parents = keys[column.parent[0]]
        return rng.choice(parents) if parents else None
    return rng.choice(column.pool)
