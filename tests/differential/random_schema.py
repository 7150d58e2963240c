"""Tables of random columns, keys, indexes and rows, all of them given by one seed.

Each has a key of another kind than the table before it, so that a few tables
show every kind.  A key's values are drawn from pools of which no two members are
equal under the column's collation: the server never refuses a row.
"""

import itertools
import math

import schema
from schema import ASCII, BIGINT, LATIN, NULL, UBIGINT, Column, Table, draw, number, said
from values import (BLOBS, DATES, DOUBLE, FLOAT, JSON, POINT, STAMPS, TIMES, YEAR, Value, blob,
                    blob_literal, datetimes, decimal, decimal_text, enum_type, integer, moment,
                    set_type, text, unencodable)

CHARSETS = {  # by collation: the server's charset, and Python's codec of it
    "utf8mb4_general_ci": ("utf8mb4", "utf8"), "utf8mb4_bin": ("utf8mb4", "utf8"),
    "utf8mb4_unicode_ci": ("utf8mb4", "utf8"), "utf8mb4_unicode_nopad_ci": ("utf8mb4", "utf8"),
    "utf8mb4_nopad_bin": ("utf8mb4", "utf8"), "latin1_swedish_ci": ("latin1", LATIN),
    "ascii_general_ci": ("ascii", ASCII), "sjis_japanese_ci": ("sjis", "shift_jis")}
ODD_NAMES = ["order", 'odd "`name', "Größe", "a b", "rowid_too", "x.y", "LIMIT", "_"]
MEMBERS = ["red", "Green", "blue", "5", "ß", "10", "x y", "日本", "-1", "zz"]
WIDTHS = [("tinyint", 8), ("smallint", 16), ("mediumint", 24), ("int", 32), ("bigint", 64)]
SIZES = [12, 20, 30, 45, 60, 250]
LONG = ("text", "blob", "json", "point")  # the ends of types that have no whole index


def collations(abilities):
    """Those that the server has."""
    return [name for name, (charset, _) in CHARSETS.items()
            if (abilities.nopad or "nopad" not in name) and (abilities.sjis or charset != "sjis")]


def integer_type(rng):
    name, bits = rng.choice(WIDTHS)
    if rng.random() < 0.5:
        return integer(name + " unsigned", 0, 2**bits - 1)
    return integer(name, -2**(bits - 1), 2**(bits - 1) - 1)


def number_type(rng):
    """A number that is not one of the plain integers."""
    bits, precision = rng.choice([1, 7, 8, 32, 63, 64]), rng.choice([1, 2, 5, 9, 15, 18, 30, 65])
    scale = rng.randint(0, min(precision, 30))
    return rng.choice([integer(f"bit({bits})", 0, 2**bits - 1), YEAR, FLOAT, DOUBLE,
                       decimal(precision, scale, rng.random() < 0.3),
                       decimal(precision, scale, rng.random() < 0.3)])


def moment_type(rng, abilities):
    """A date or a time, with up to six digits of a second."""
    name, pool = rng.choice([("date", DATES), ("time", TIMES), ("datetime", datetimes()),
                             ("timestamp", STAMPS)])
    digits = 0 if name == "date" else rng.choice([0, 0, 1, 2, 3, 4, 5, 6])
    if digits and not abilities.long_times:
        pool = [drawn for drawn in pool if "838:59:59" not in drawn]
    return moment(name + (f"({digits})" if digits else ""), pool, digits)


def text_column(rng, name, abilities, types, **more):
    """A text column of a random collation."""
    collation = rng.choice(collations(abilities))
    charset, codec = CHARSETS[collation]
    mysql, width = rng.choice(types)
    return schema.collated(name, mysql, collation, charset, codec, width, **more)


def words_column(rng, name, **more):
    """An enum or a set."""
    members = rng.sample(MEMBERS, rng.randint(1, len(MEMBERS)))
    kind = rng.choice([enum_type, set_type])
    words = "character set utf8mb4 collate " + rng.choice(["utf8mb4_general_ci", "utf8mb4_bin"])
    return Column(name, kind(*members), words=words, **more)


def bytes_column(rng, name, **more):
    mysql, width, fixed, words = rng.choice([
        ("binary(1)", 1, True, ""), ("binary(8)", 8, True, ""), ("varbinary(60)", 60, False, ""),
        ("varchar(40)", 40, False, "character set binary"), ("tinyblob", 60, False, ""),
        ("blob", 60, False, ""), ("mediumblob", 200, False, ""), ("longblob", 300, False, "")])
    return Column(name, blob(mysql, width, fixed), words=words, **more)


TEXT_TYPES = [("char(3)", 3), ("char(20)", 20), ("varchar(5)", 5), ("varchar(60)", 60),
              ("varchar(60)", 60), ("tinytext", 60), ("text", 60), ("mediumtext", 60),
              ("longtext", 60)]


def column(rng, name, abilities):
    """A column of any type."""
    more = {"null": rng.random() < 0.7, "share": rng.choice([0.05, 0.15, 0.6])}
    kind = rng.choice(["integer", "integer", "number", "number", "text", "text", "text", "moment",
                       "moment", "words", "bytes", "rare"])
    if kind == "text":
        return text_column(rng, name, abilities, TEXT_TYPES, **more)
    if kind in ("words", "bytes"):
        return (words_column if kind == "words" else bytes_column)(rng, name, **more)
    if kind == "rare":
        return Column(name, JSON if abilities.json and rng.random() < 0.6 else POINT, **more)
    return Column(name, {"integer": integer_type, "number": number_type}[kind](rng)
                  if kind != "moment" else moment_type(rng, abilities), **more)


def integer_pool(rng, low, high):
    """Numbers of a key: small ones that meet others, and the ends of the range."""
    found = {n for n in (low, low + 1, -1, 0, high - 1, high, 2**53, 2**53 + 1, 2**63 - 1, 2**63,
                         2**63 + 1025) if low <= n <= high}
    found |= {n for n in range(1, 120) if n <= high}
    found |= {rng.randint(low, high) for _ in range(100)}
    return [number(n) for n in found]


def integer_key(rng, name, unsigned=None):
    """An integer column of a key; the widest ones more often."""
    bits_name, bits = rng.choice(WIDTHS + WIDTHS[-2:])
    if unsigned is None:
        unsigned = rng.random() < 0.5
    low, high = (0, 2**bits - 1) if unsigned else (-2**(bits - 1), 2**(bits - 1) - 1)
    kind = integer(bits_name + (" unsigned" if unsigned else ""), low, high)
    return Column(name, kind, null=False), integer_pool(rng, low, high)


def text_key(rng, name, abilities):
    """A text column of a key, and texts that its collation keeps apart."""
    collation = rng.choice(collations(abilities))
    charset, codec = CHARSETS[collation]
    made = schema.collated(name, "varchar(40)", collation, charset, codec, 40, null=False)
    if collation == "utf8mb4_nopad_bin":
        pool = schema.TEXTS
    elif collation == "utf8mb4_bin":
        pool = schema.distinct_texts(codec)
    else:
        pool = [word for word in schema.serial_words(rng, 300) if not unencodable(word, codec)]
    return made, [said(word) for word in pool if len(word) <= 40]


def bytes_key(rng, name, _abilities=None):
    """Bytes of one length or of any."""
    pool = {short.ljust(16, b"\0") for short in BLOBS} | {rng.randbytes(16) for _ in range(250)}
    made = Column(name, blob("binary(16)", 16, fixed=True), null=False)
    if rng.random() < 0.5:
        pool = set(BLOBS) | {rng.randbytes(rng.randint(9, 20)) for _ in range(250)}
        made = Column(name, blob("varbinary(20)", 20), null=False)
    return made, [Value(blob_literal(data), data) for data in sorted(pool)]


def moment_key(rng, name, _abilities=None):
    kind, pool = rng.choice([("date", DATES), ("datetime", datetimes()), ("time", TIMES),
                             ("timestamp", STAMPS)])
    made = Column(name, moment(kind, pool), null=False)
    return made, [Value(f"'{drawn}'", drawn) for drawn in dict.fromkeys(pool)]


def other_key(rng, name, _abilities=None):
    """What orders by something else than its text: an enum, a year, a decimal."""
    members = rng.sample(MEMBERS, 6)
    made = Column(name, enum_type(*members), null=False,
                  words="character set utf8mb4 collate utf8mb4_general_ci")
    scaled = sorted({0, 1, -1, 25, 50, -999999, 999999} | set(range(100, 2000, 100)))
    return rng.choice([
        (made, [said(member) for member in members]),
        (Column(name, YEAR, null=False), [Value(f"'{n}'", str(n)) for n in range(1999, 2030)]),
        (Column(name, decimal(6, 2), null=False),
         [Value(decimal_text(n, 2), decimal_text(n, 2)) for n in scaled])])


PARTS = [lambda rng, name, _: integer_key(rng, name), text_key, bytes_key, moment_key, other_key]
KEYS = ["integer", "composite", "text", "none", "unsigned", "composite", "bytes", "moment"]


def key_of(rng, kind, names, abilities):
    """The columns of a key and their pools."""
    if kind == "none":
        return []
    if kind == "composite":
        return [rng.choice(PARTS)(rng, name, abilities) for name in names]
    if kind in ("integer", "unsigned"):
        return [integer_key(rng, names[0], kind == "unsigned")]
    return [{"text": text_key, "bytes": bytes_key, "moment": moment_key}[kind](
        rng, names[0], abilities)]


def combinations(pools):
    """How many rows of one value of each pool there are."""
    return math.prod(len(pool) for pool in pools)


def key_rows(rng, pools, size):
    """Distinct keys, as many as there can be up to size."""
    if not pools:
        return [()] * size
    if combinations(pools) <= 4 * size:
        every = list(itertools.product(*pools))
        return rng.sample(every, min(size, len(every)))
    # Few values of the first columns, where that is enough, so that they repeat.
    few = [rng.sample(pool, min(len(pool), 20)) for pool in pools[:-1]] + pools[-1:]
    pools = few if combinations(few) > 4 * size else pools
    found = {}
    while len(found) < size:
        drawn = tuple(rng.choice(pool) for pool in pools)
        found[tuple(value.literal for value in drawn)] = drawn
    return list(found.values())


def indexed(made):
    """How an index names a column; long ones by their beginning."""
    name = schema.quoted(made.name, "`")
    if made.type.mysql == "point":
        return None
    return name + "(10)" if made.type.mysql.endswith(LONG) else name


def indexes(rng, columns):
    """Secondary indexes of one column or of several."""
    usable = [made for made in columns if indexed(made)]
    for at in range(rng.randint(0, 4)):
        parts = rng.sample(usable, min(len(usable), rng.choice([1, 1, 2, 2, 3])))
        if parts:
            yield f"index some_{at} ({', '.join(indexed(made) for made in parts)})"


def unique_column(rng, rows):
    """A column with a unique index, its values and NULLs."""
    signed = rng.random() < 0.5
    low, high = (-2**63, 2**63 - 1) if signed else (0, 2**64 - 1)
    pool = rng.sample(integer_pool(rng, low, high), min(len(rows), 100))
    values = [pool[at] if at < len(pool) and rng.random() < 0.8 else NULL
              for at in range(len(rows))]
    return Column("only", BIGINT if signed else UBIGINT), values


def table(rng, at, abilities):
    """One random table."""
    kind = KEYS[at] if at < len(KEYS) else rng.choice(KEYS)
    names = [f"k{n}" for n in range(rng.choice([2, 2, 3]))]
    parts = key_of(rng, kind, names, abilities)
    odd = rng.sample(ODD_NAMES, 2)
    rest = [column(rng, f"c{n}" if n < 6 else odd[n - 6], abilities)
            for n in range(rng.randint(2, 8))]
    columns = [made for made, _ in parts] + rest
    keys = key_rows(rng, [pool for _, pool in parts], SIZES[at % len(SIZES)])
    rows = [tuple(key) + tuple(draw(rng, made) for made in rest) for key in keys]
    if not parts:
        rows += rng.choices(rows, k=len(rows) // 3)
    for made in rest:
        made.index = indexed(made) is not None and "(10)" not in indexed(made) \
            and rng.random() < 0.35
    more = list(indexes(rng, columns))
    if rng.random() < 0.4:
        made, values = unique_column(rng, rows)
        columns.append(made)
        rows = [row + (value,) for row, value in zip(rows, values)]
        more.append("unique index by_only (`only`)")
    key = tuple(made.name for made, _ in parts)
    rowid = len(parts) == 1 and parts[0][0].type.mysql not in ("bigint unsigned",) \
        and parts[0][0].type.kind == "integer"
    return Table(f"r{at}", columns, rows, key, tuple(more), rowid=rowid)


def make(rng, abilities):
    """The tables of one schema, with keys of every kind."""
    return [table(rng, at, abilities) for at in range(len(KEYS))]
