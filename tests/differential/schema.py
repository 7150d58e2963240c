"""The tables of the judge: every column type, key kind and collation that the server has.

A table is a list of columns and a function that draws its rows; both sides are
made from it, the server's by its words, SQLite's by the declared types.
"""

import itertools
from collections import Counter
from dataclasses import dataclass, field

from values import (BLOBS, DATES, DOUBLE, FLOAT, JSON, NULL, POINT, SMALL, STAMPS, TEXTS,
                    TIMES, WORDS, YEAR, Type, Value, blob, blob_literal, datetimes, decimal,
                    enum_type, integer, moment, set_type, text, text_literal, unencodable)

INT = integer("int", -2**31, 2**31 - 1)
UINT = integer("int unsigned", 0, 2**32 - 1)
BIGINT = integer("bigint", -2**63, 2**63 - 1)
UBIGINT = integer("bigint unsigned", 0, 2**64 - 1)
BOOL = integer("bool", 0, 1)
LATIN, ASCII = "cp1252", "ascii"


@dataclass
class Column:
    name: str
    type: Type
    null: bool = True
    index: bool = False       # has an index of its own on the server
    share: float = 0.12       # of NULLs
    words: str = ""           # charset and collation


@dataclass
class Table:
    name: str
    columns: list
    rows: list                # one tuple of Value a row, in column order
    key: tuple = ()           # names of the primary key's columns
    more: tuple = ()          # further index definitions of the server
    view: str = ""            # the server's SELECT, where the table is a view
    rowid: bool = False       # an integer key of which SQLite's rowid is an alias
    names: list = field(init=False)

    def __post_init__(self):
        self.names = [column.name for column in self.columns]


@dataclass(frozen=True)
class Abilities:
    """What not every server has."""
    nopad: bool = True        # collations of bytes that do not pad
    json: bool = True
    long_times: bool = True   # decimals of the longest one
    sjis: bool = True

    @property
    def exact(self):
        """The collation that comes nearest to SQLite's."""
        return "utf8mb4_nopad_bin" if self.nopad else "utf8mb4_bin"


def collated(name, mysql, collation, charset="utf8mb4", codec="utf8", width=60, **more):
    """A text column of one collation."""
    words = f"character set {charset} collate {collation}"
    return Column(name, text(mysql, codec, width), words=words, **more)


def draw(rng, column):
    """One value of a column, NULL as often as the column says."""
    if column.null and rng.random() < column.share:
        return NULL
    return column.type.draw(rng)


def filled(rng, columns, keys):
    """One row a key; a key gives the values of the first columns."""
    rest = columns[len(keys[0]):] if keys else columns
    return [tuple(key) + tuple(draw(rng, column) for column in rest) for key in keys]


def number(n):
    """An integer of the server, by its digits."""
    return Value(str(n), str(n))


def numbers(values):
    """One-column keys from integers."""
    return [(number(n),) for n in values]


def said(value):
    """A text value."""
    return Value(text_literal(value), value)


def serial_words(rng, count):
    """Texts that no collation takes for equal, though many share a beginning."""
    return [rng.choice(WORDS) + str(n) + rng.choice(["", "", "!", "%"]) for n in range(count)]


def distinct_texts(codec):
    """Texts that differ byte by byte, when trailing spaces do not count."""
    texts = [t for t in TEXTS if not unencodable(t, codec)]
    return list({t.rstrip(" "): t for t in texts}.values())


def key_column(name, kind, words=""):
    return Column(name, kind, null=False, words=words)


def integers_table(rng):
    sizes = [("tinyint", 7), ("smallint", 15), ("mediumint", 23), ("int", 31), ("bigint", 63)]
    columns = [key_column("id", INT)]
    for at, (name, bits) in enumerate(sizes):
        signed = integer(name, -2**bits, 2**bits - 1)
        unsigned = integer(name + " unsigned", 0, 2**(bits + 1) - 1)
        columns += [Column(name[0] + str(bits), signed, index=True),
                    Column("u" + str(bits), unsigned, index=at % 2 == 0)]
    columns += [Column("flag", BOOL), Column("year", YEAR, index=True),
                Column("bit1", integer("bit(1)", 0, 1)),
                Column("bit8", integer("bit(8)", 0, 255), index=True),
                Column("bit64", integer("bit(64)", 0, 2**64 - 1), index=True)]
    keys = [-2**31, -3, -1, 0, 2**31 - 1] + list(range(1, 196))
    return Table("ints", columns, filled(rng, columns, numbers(keys)), ("id",), rowid=True)


def numbers_table(rng):
    columns = [key_column("id", BIGINT),
               Column("price", decimal(8, 2), index=True),
               Column("rate", decimal(20, 6), index=True),
               Column("exact", decimal(65, 30)),
               Column("whole", decimal(5, 0), index=True),
               Column("cost", decimal(10, 3, unsigned=True)),
               Column("f", FLOAT, index=True), Column("uf", FLOAT),
               Column("d", DOUBLE, index=True), Column("d2", DOUBLE)]
    keys = [-2**63, -2**53 - 1, -1, 0, 2**53 + 1, 2**63 - 1] + list(range(1, 195))
    return Table("numbers", columns, filled(rng, columns, numbers(keys)), ("id",), rowid=True)


def texts_table(rng, abilities):
    columns = [key_column("id", UINT),
               collated("fixed", "char(10)", "utf8mb4_general_ci", width=10, index=True),
               collated("ci", "varchar(60)", "utf8mb4_general_ci", index=True),
               collated("uci", "varchar(60)", "utf8mb4_unicode_ci", index=True),
               collated("bin", "varchar(60)", "utf8mb4_bin", index=True),
               collated("nopad", "varchar(60)", abilities.exact, index=True),
               collated("latin", "varchar(60)", "latin1_swedish_ci", "latin1", LATIN,
                        index=True),
               collated("latinbin", "varchar(60)", "latin1_bin", "latin1", LATIN, index=True),
               collated("plain", "varchar(60)", "ascii_general_ci", "ascii", ASCII)]
    keys = [0, 2**31, 2**32 - 1] + list(range(1, 238))
    return Table("texts", columns, filled(rng, columns, numbers(keys)), ("id",), rowid=True)


def long_texts_table(rng, abilities):
    ci = "utf8mb4_general_ci"
    columns = [key_column("id", integer("mediumint unsigned", 0, 2**24 - 1)),
               collated("tiny", "tinytext", ci), collated("body", "text", ci),
               collated("medium", "mediumtext", "utf8mb4_bin"),
               collated("long", "longtext", "utf8mb4_unicode_ci"),
               Column("color", enum_type("red", "Green", "blue", "5", "ß"), index=True),
               Column("tags", set_type("a", "b", "c", "10"), index=True),
               Column("doc", JSON) if abilities.json else collated("doc", "longtext", ci),
               Column('odd "`name', INT, index=True)]
    return Table("longs", columns, filled(rng, columns, numbers(range(1, 131))), ("id",),
                 rowid=True)


def moments_table(rng, abilities):
    shorter = [time for time in TIMES if abilities.long_times or "838:59:59" not in time]
    columns = [key_column("id", integer("smallint", -2**15, 2**15 - 1)),
               Column("day", moment("date", DATES), index=True),
               Column("clock", moment("time", TIMES), index=True),
               Column("clock6", moment("time(6)", shorter, 6), index=True),
               Column("at", moment("datetime", datetimes()), index=True),
               Column("at6", moment("datetime(6)", datetimes(), 6), index=True),
               Column("stamp", moment("timestamp", STAMPS), index=True),
               Column("stamp3", moment("timestamp(3)", STAMPS, 3)),
               Column("must", moment("date", DATES), null=False, index=True)]
    return Table("moments", columns, filled(rng, columns, numbers(range(-20, 180))), ("id",),
                 rowid=True)


def octets_table(rng):
    columns = [key_column("uuid", blob("binary(16)", 16, fixed=True)),
               Column("b8", blob("binary(8)", 8, fixed=True), index=True),
               Column("vb", blob("varbinary(60)", 60), index=True),
               Column("tb", blob("tinyblob", 60)), Column("body", blob("blob", 60)),
               Column("mb", blob("mediumblob", 200)), Column("lb", blob("longblob", 300)),
               Column("place", POINT), Column("n", INT, index=True)]
    uuids = {short.ljust(16, b"\0") for short in BLOBS}
    uuids |= {rng.randbytes(16) for _ in range(90)}
    keys = [(Value(blob_literal(uuid), uuid),) for uuid in sorted(uuids)]
    return Table("octets", columns, filled(rng, columns, keys), ("uuid",))


def unsigned_key_table(rng):
    columns = [key_column("id", UBIGINT), Column("n", INT, index=True),
               Column("big", UBIGINT, index=True), Column("name", text("varchar(60)"))]
    keys = [0, 1, 2, 2**53, 2**53 + 1, 2**63 - 2, 2**63 - 1, 2**63, 2**63 + 1, 2**63 + 2048,
            2**64 - 2, 2**64 - 1] + list(range(3, 60))
    keys += sorted({rng.randrange(2**63, 2**64) for _ in range(40)})
    return Table("wide", columns, filled(rng, columns, numbers(keys)), ("id",))


def text_key_tables(rng, abilities):
    """Text keys: folded by case and padded, exact, and in latin1."""
    ci = "character set utf8mb4 collate utf8mb4_general_ci"
    nopad = f"character set utf8mb4 collate {abilities.exact}"
    exact = TEXTS if abilities.nopad else distinct_texts("utf8")
    latin = "character set latin1 collate latin1_bin"
    specs = [("named", ci, "utf8", serial_words(rng, 130)), ("exactly", nopad, "utf8", exact),
             ("tagged", latin, LATIN, distinct_texts(LATIN))]
    for name, words, codec, keys in specs:
        columns = [key_column("name", text("varchar(60)", codec), words),
                   Column("n", INT, index=True), Column("v", decimal(8, 2)),
                   collated("also", "varchar(60)", "utf8mb4_general_ci", index=True)]
        yield Table(name, columns, filled(rng, columns, [(said(k),) for k in keys]), ("name",))


def pairs_table(rng):
    columns = [key_column("a", INT), key_column("b", INT), Column("v", INT, index=True),
               Column("w", INT), collated("c", "varchar(60)", "utf8mb4_general_ci")]
    keys = [(number(a), number(b)) for a in range(-2, 48) for b in range(0, 50)]
    return Table("pairs", columns, filled(rng, columns, keys), ("a", "b"))


def composite_tables(rng):
    """Composite keys with a text, and with a date and bytes."""
    ci = "character set utf8mb4 collate utf8mb4_general_ci"
    keys = [(said(word), number(n)) for n, word in enumerate(
        rng.choice([t for t in TEXTS if len(t) <= 20]) for _ in range(150))]
    columns = [key_column("word", text("varchar(20)", width=20), ci), key_column("n", INT),
               Column("m", INT, index=True), Column("price", decimal(8, 2))]
    yield Table("words", columns, filled(rng, columns, keys), ("word", "n"))
    days, tails = DATES, [b for b in BLOBS if len(b) <= 8]
    pairs = rng.sample(list(itertools.product(days, tails)), 140)
    keys = [(Value(f"'{day}'", day), Value(blob_literal(tail), tail)) for day, tail in pairs]
    columns = [key_column("day", moment("date", DATES)),
               key_column("tail", blob("varbinary(8)", 8)),
               Column("n", INT), Column("d", DOUBLE)]
    yield Table("days", columns, filled(rng, columns, keys), ("day", "tail"))


def keyless_tables(rng):
    """No key at all, rows that repeat; and a key that is only a unique index."""
    columns = [Column("a", INT, index=True), Column("b", INT, index=True),
               collated("c", "varchar(60)", "utf8mb4_general_ci", index=True),
               Column("f", FLOAT), Column("day", moment("date", DATES))]
    rows = filled(rng, columns, [()] * 700)
    rows += rng.choices(rows, k=800)
    yield Table("heap", columns, rows)
    columns = [Column("maybe", INT), key_column("code", INT), Column("a", INT, index=True),
               Column("b", INT, index=True), collated("c", "varchar(60)", "utf8mb4_unicode_ci")]
    rows = [(NULL if n % 3 else number(n), number(n * 3 - 100)) for n in range(160)]
    more = ("unique index by_maybe (maybe)", "unique index by_code (code)")
    yield Table("coded", columns, filled(rng, columns, rows), more=more)


def big_table(rng):
    narrow = integer("int", -2, 40)
    columns = [key_column("id", INT), Column("a", narrow._replace(mysql="int"), index=True),
               Column("b", narrow, index=True), Column("n", narrow, share=0.3, index=True),
               collated("c", "varchar(60)", "utf8mb4_general_ci", index=True),
               Column("price", decimal(8, 2), index=True), Column("m", narrow)]
    return Table("big", columns, filled(rng, columns, numbers(range(1, 4001))), ("id",),
                 ("index by_a_b (a, b)",), rowid=True)


def views(big):
    """Views: of chosen rows, and of groups; the rows are worked out here."""
    at = {name: n for n, name in enumerate(big.names)}
    kept = [row for row in big.rows if row[at["n"]] is not NULL and int(row[at["n"]].stored) > 30]
    names = ["id", "a", "b", "c"]
    rows = [tuple(row[at[name]] for name in names) for row in kept]
    chosen = [big.columns[at[name]] for name in names]
    yield Table("seen", chosen, rows, view="SELECT id, a, b, c FROM big WHERE n > 30")
    counted = Counter(row[at["a"]] for row in big.rows)
    rows = [(a, number(n)) for a, n in counted.items()]
    columns = [big.columns[at["a"]], Column("n", BIGINT)]
    yield Table("tally", columns, rows, view="SELECT a, count(*) AS n FROM big GROUP BY a")


def small_tables(rng):
    """Small ones for joins: every key kind, with references between them."""
    ci = "utf8mb4_general_ci"
    columns = [key_column("id", UINT), collated("street", "varchar(60)", ci),
               Column("number", INT), Column("value", decimal(8, 2), index=True)]
    yield Table("house", columns, filled(rng, columns, numbers(range(0, 26))), ("id",),
                rowid=True)
    small = Type("int unsigned", "INTEGER", "integer",
                 lambda r: number(r.randint(0, 25)), True)
    columns = [key_column("id", INT), Column("house_id", small, index=True),
               Column("boss_id", small, index=True),
               collated("name", "varchar(60)", ci, index=True),
               Column("age", integer("tinyint unsigned", 0, 99), index=True),
               Column("born", moment("date", DATES)), Column("nick", text("varchar(60)"))]
    more = ("foreign key (house_id) references house (id)",)
    yield Table("person", columns, filled(rng, columns, numbers(range(0, 50))), ("id",), more,
                rowid=True)
    columns = [key_column("x", INT), key_column("y", INT), Column("v", INT, index=True)]
    keys = [(number(x), number(y)) for x in range(6) for y in range(6)]
    yield Table("cell", columns, filled(rng, columns, keys), ("x", "y"))
    columns = [key_column("id", text("varchar(60)"), f"collate {ci}"), Column("n", INT, index=True)]
    keys = [(said(word),) for word in ["5", "05", "5.0", "a", "b", "ß", "1e1", "x y", "-1"]]
    keys += [(said(str(n)),) for n in SMALL if n != 5]
    yield Table("label", columns, filled(rng, columns, keys), ("id",))
    columns = [Column("id", small), Column("name", text("varchar(60)"), words=f"collate {ci}"),
               Column("r", DOUBLE)]
    yield Table("loose", columns, filled(rng, columns, [()] * 30))


def filled_up_table(abilities):
    """A CHAR of bytes that do not pad: the server fills it up with spaces none the less."""
    columns = [key_column("id", INT), collated("c", "char(20)", abilities.exact, index=True)]
    texts = ["a", "a\0", "a!", "a\t", "a\0b", "", "\0", "b"]
    rows = [(number(n), said(t)) for n, t in enumerate(texts, 1)]
    return Table("fills", columns, rows, ("id",), rowid=True)


def make(rng, abilities=Abilities()):
    """Every table, each after those it refers to."""
    big = big_table(rng)
    tables = [integers_table(rng), numbers_table(rng), texts_table(rng, abilities),
              long_texts_table(rng, abilities),
              moments_table(rng, abilities), octets_table(rng), unsigned_key_table(rng),
              *text_key_tables(rng, abilities), pairs_table(rng), *composite_tables(rng),
              *keyless_tables(rng), big, *views(big), *small_tables(rng),
              filled_up_table(abilities)]
    return tables


def quoted(name, mark='"'):
    """A name in SQLite's quotes, or with mark '`' in the server's."""
    return mark + name.replace(mark, mark * 2) + mark


def server_column(column):
    """One column of CREATE TABLE; nothing is left to a default of the server."""
    null = "null" if column.null else "not null"
    default = " default null" if column.null else ""
    name = quoted(column.name, "`")
    return f"{name} {column.type.mysql} {column.words} {null}{default}"


def server_indexes(table):
    """The key and the indexes of CREATE TABLE."""
    if table.key:
        yield "primary key (" + ", ".join(quoted(name, "`") for name in table.key) + ")"
    for at, column in enumerate(table.columns):
        if column.index:
            yield f"index by_{at} ({quoted(column.name, '`')})"
    yield from table.more


# Of a session that fills tables: any date, zero for a key, no summer time.
MODES = "SET sql_mode='ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO', time_zone='+00:00';"


def server_sql(table):
    """What makes and fills a table on the server, as an iterator of statements."""
    if table.view:
        yield f"CREATE VIEW {table.name} AS {table.view};"
        return
    parts = [server_column(column) for column in table.columns] + list(server_indexes(table))
    yield f"CREATE TABLE {table.name} ({', '.join(parts)}) ENGINE=InnoDB;"
    yield from server_rows(table)


def server_rows(table):
    """What fills a table on the server."""
    for start in range(0, len(table.rows), 200):
        rows = table.rows[start:start + 200]
        tuples = ("(" + ",".join(value.literal for value in row) + ")" for row in rows)
        yield f"INSERT INTO {table.name} VALUES {','.join(tuples)};"


def sqlite_sql(table):
    """CREATE TABLE of the ordinary copy; an integer key is its rowid, as ours."""
    parts = []
    for column in table.columns:
        primary = " PRIMARY KEY" if table.rowid and (column.name,) == table.key else ""
        parts.append(f"{quoted(column.name)} {column.type.declared}{primary}")
    return f"CREATE TABLE {table.name} ({', '.join(parts)})"
