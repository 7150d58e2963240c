"""What a MySQL column may hold, and what it must read as in SQLite.

Each type draws values that hurt: the extremes of its range, the neighbours of
2^53 and 2^63, texts that a collation takes for equal and SQLite does not, zero
dates, bytes that look like wildcards.  A value is a pair: the literal that puts
it into the server, and what an ordinary SQLite table of the declared type is
given to hold the same.  For INTEGER and DECIMAL that is the server's text, so
that SQLite itself says what it becomes.
"""

import struct
from typing import Callable, NamedTuple

SMALL = range(0, 13)  # integers of every type share these, so that joins meet

TEXTS = [
    "", " ", "  ", "a", "A", "á", "Á", "à", "aa", "AA", "aA", "b", "B", "ß", "ss",
    "SS", "ẞ", "a ", "A ", "a  ", " a", "ab", "aB", "AB", "abc", "ABC", "abd", "abc ",
    "\0", "a\0", "a\0b", "a\0 ", "%", "_", "a%", "a_", "a%b", "\\", "\\%", "a\\b",
    "[a]", "a*", "a?", "'", "o'hara", '"q"', "`t`", "5", "05", "5.0", " 5", "5 ",
    "+5", "1e1", "10", "2", "2.5", "-5", "0", "0x5", "5x", "9223372036854775807",
    "9223372036854775808", "null", "NULL", "é", "É", "e", "E", "e\u0301", "œ", "oe",
    "Æ", "æ", "ae", "İ", "ı", "i", "I", "K", "k", "\u212a", "ſ", "s", "Ж", "ж",
    "日", "日本", "ｱ", "ア", "ｶﾞ", "😀", "😁", "😀a", "a😀", "\uffee", "a\t", "a\n",
    "\t", "\x7f", "~", "\u00ad", "a\u00ad", "zz", "ZZ", "z" * 40, "Straße", "STRASSE",
    "naïve", "naive", "x", "X", "x ", "y",
]

WORDS = ["ant", "Ant", "bee", "Bée", "cat", "CAT", "dög", "elk", "Éland", "fox"]


class Value(NamedTuple):
    literal: str    # SQL of the server
    stored: object  # what the ordinary table is given


class Type(NamedTuple):
    mysql: str                # the column's type in the server's words
    declared: str             # the declared type that SQLite must report
    kind: str                 # integer, decimal, real, text, moment or blob
    draw: Callable            # random.Random -> Value
    summable: bool = False    # whether no order of summing can overflow


NULL = Value("NULL", None)


def pick(rng, edges, usual, other):
    """One of three sources: edges hurt, usual values repeat, others are many."""
    roll = rng.random()
    if roll < 0.3:
        return rng.choice(edges)
    return rng.choice(usual) if roll < 0.75 else other(rng)


def integer(mysql, low, high):
    """An integer type with its range, read by SQLite from the server's digits."""
    interesting = [
        low, low + 1, -5, -1, 0, 1, 2, 5, 127, 128, 255, 256, 65535, 65536, 2**31 - 1,
        2**31, 2**32, 2**53 - 1, 2**53, 2**53 + 1, 2**63 - 2, 2**63 - 1, 2**63,
        2**63 + 1, 2**64 - 2, high - 1, high,
    ]
    edges = [n for n in interesting if low <= n <= high]
    usual = [n for n in SMALL if n <= high]

    def draw(rng):
        number = pick(rng, edges, usual, lambda r: r.randint(low, high))
        return Value(str(number), str(number))

    return Type(mysql, "INTEGER", "integer", draw, high < 2**33)


def year(rng):
    """YEAR is 0 or 1901 to 2155; its zero is written 0000."""
    number = rng.choice([0, 1901, 1970, 1999, 2000, 2001, 2023, 2024, 2155])
    return Value(f"'{number:04d}'", str(number))


def decimal_text(scaled, scale):
    """The server's text of scaled / 10^scale, with all its digits."""
    digits = str(abs(scaled)).rjust(scale + 1, "0")
    whole, fraction = digits[:len(digits) - scale], digits[len(digits) - scale:]
    return ("-" if scaled < 0 else "") + whole + ("." + fraction if scale else "")


def decimal(precision, scale, unsigned=False):
    """A decimal type; its values are integers counted in units of 10^-scale."""
    unit, most = 10**scale, 10**precision - 1
    low = 0 if unsigned else -most
    wanted = [0, 1, -1, unit, -unit, unit * 5 // 2, unit // 10, unit // 4, most, low,
              most - 1, unit * (2**53 + 1), unit * 2**63, unit * (2**63 - 1),
              unit * (2**64 - 1), unit // 3]
    edges = [n for n in wanted if low <= n <= most]
    usual = [n * unit + half * unit // 2 for n in SMALL for half in (0, 1)]
    usual = [n for n in usual if n <= most] or [0]

    def draw(rng):
        text = decimal_text(pick(rng, edges, usual, lambda r: r.randint(low, most)), scale)
        return Value(text, text)

    words = f"decimal({precision},{scale})" + (" unsigned" if unsigned else "")
    return Type(words, "DECIMAL", "decimal", draw)


def single(number):
    """The 4-byte float nearest to number, as a double."""
    return struct.unpack("f", struct.pack("f", number))[0]


def shortest_single(number):
    """The double nearest the shortest decimal form of a 4-byte float."""
    for digits in range(6, 10):
        text = f"{number:.{digits}g}"
        if abs(float(text)) <= 3.4028235e38 and single(float(text)) == number:
            return float(text)
    return number


def real_literal(number):
    """A literal whose sign survives: the server folds -0e0 to plain 0."""
    return "'-0'" if str(number) == "-0.0" else f"{number:.17e}"


def float_type(rng):
    """A 4-byte float, of which the server keeps about seven digits."""
    edges = [0.0, -0.0, 1.0, 0.1, 0.2, 0.3, -0.1, 1.1, 2.5, 16777216.0, 16777217.0,
             3.4028234663852886e38, -3.4028234663852886e38, 1.1754943508222875e-38, 1e-45,
             1e10, 123456.789]
    usual = [n + half for n in SMALL for half in (0.0, 0.5)]
    number = single(pick(rng, edges, usual, lambda r: r.uniform(-1e4, 1e4)))
    return Value(real_literal(number), shortest_single(number))


def double_type(rng):
    """An 8-byte float: the same number on both sides."""
    edges = [0.0, -0.0, 1.0, 0.1, 0.2, 0.30000000000000004, 0.3, -0.1, 2.5, 5e-324,
             2.2250738585072014e-308, 1.7976931348623157e308, -1.7976931348623157e308,
             2.0**53, 2.0**53 - 1, 2.0**63, -2.0**63, 2.0**64, 1e15, 1e22, 123456.789]
    usual = [n + half for n in SMALL for half in (0.0, 0.5)]
    number = pick(rng, edges, usual, lambda r: r.uniform(-1e6, 1e6))
    return Value(real_literal(number), number)


def text_literal(text):
    """Hexadecimal, so that NUL, quotes and backslashes need no escape."""
    return f"_utf8mb4 X'{text.encode().hex()}'" if text else "''"


def text(mysql, charset="utf8", width=60):
    """A text type; charset is the codec of what its column can hold."""
    pool = [t for t in TEXTS if len(t) <= width and not unencodable(t, charset)]
    padded = mysql.startswith("char(")

    def draw(rng):
        drawn = rng.choice(pool)
        return Value(text_literal(drawn), drawn.rstrip(" ") if padded else drawn)

    return Type(mysql, "TEXT", "text", draw)


def unencodable(value, charset):
    """The first character that charset lacks, or None."""
    return next((c for c in value if not c.encode(charset, "ignore")), None)


def enum_type(*words):
    """An enum; 0 is its error value, which reads as an empty text."""

    def draw(rng):
        at = rng.randrange(len(words) + 1)
        return Value("0", "") if at == 0 else Value(text_literal(words[at - 1]), words[at - 1])

    quoted = ",".join(f"'{word}'" for word in words)
    return Type(f"enum({quoted})", "TEXT", "text", draw)


def set_type(*words):
    """A set reads as its members in the order of the definition."""

    def draw(rng):
        chosen = ",".join(word for word in words if rng.random() < 0.4)
        return Value(text_literal(chosen), chosen)

    quoted = ",".join(f"'{word}'" for word in words)
    return Type(f"set({quoted})", "TEXT", "text", draw)


def json_type(rng):
    """JSON text, which MariaDB gives back as it was written."""
    drawn = rng.choice(['{}', '[]', 'null', '5', '5.0', '"a"', '"A"', '"é"', '{"a": 1}',
                        '{"a":1}', '[1, "😀", null]', '{"k": "50%_"}', 'true', '"\\u0000"'])
    return Value(text_literal(drawn), drawn)


DATES = ["0000-00-00", "1000-01-01", "1969-12-31", "1970-01-01", "1999-12-31", "2000-01-01",
         "2000-02-29", "2023-03-05", "2024-01-05", "2024-02-29", "2024-02-31", "2024-00-00",
         "2024-03-00", "2024-12-31", "9999-12-31"]
TIMES = ["-838:59:59", "838:59:59", "-00:00:01", "00:00:00", "00:00:01", "01:02:03",
         "09:00:00", "10:00:00", "23:59:59", "24:00:00", "100:00:00", "-12:30:00"]
STAMPS = ["0000-00-00 00:00:00", "1970-01-01 00:00:01", "1999-12-31 23:59:59",
          "2000-01-01 00:00:00", "2024-02-29 12:00:00", "2024-02-29 12:00:01",
          "2024-03-31 02:30:00", "2024-10-27 02:30:00", "2038-01-19 03:14:07"]


def moment(mysql, pool, digits=0):
    """A date or time type with its fractional digits; MySQL's text is ISO."""

    def draw(rng):
        drawn = rng.choice(pool)
        if digits:
            zero = drawn.startswith("0000-00-00")
            drawn += "." + ("0" * digits if zero else fraction(rng, digits))
        return Value(f"'{drawn}'", drawn)

    return Type(mysql, "TEXT", "moment", draw)


def fraction(rng, digits):
    """Fractional seconds, often none."""
    return rng.choice(["0" * 6, "5" + "0" * 5, "000001", "999999", "123456"])[:digits]


def datetimes():
    """DATETIME takes what DATE and the time of a day take."""
    return [f"{day} {clock}" for day in DATES if day != "0000-00-00"
            for clock in ("00:00:00", "12:34:56", "23:59:59")] + ["0000-00-00 00:00:00"] * 3


def blob_literal(data):
    """Bytes as the server writes them."""
    return f"X'{data.hex()}'" if data else "''"


BLOBS = [b"", b"\0", b"\0\0", b"a", b"A", b"a ", b"a\0", b"ab", b"abc", b"ABC", b" ", b"\x80",
         b"\xff", b"\xff\xff", b"\xc3\xa1", b"%", b"_", b"5", b"\\", b"'", b"\x7f\x80",
         b"\xe9", b"a\xff", b"0" * 8]


def blob(mysql, width, fixed=False):
    """A binary type; a fixed one is filled up with zero bytes."""
    pool = [b for b in BLOBS if len(b) <= width]

    def draw(rng):
        drawn = rng.choice(pool)
        if rng.random() < 0.2:
            drawn = rng.randbytes(rng.randint(1, width))
        return Value(blob_literal(drawn), drawn.ljust(width, b"\0") if fixed else drawn)

    return Type(mysql, "BLOB", "blob", draw)


def point(rng):
    """A point reads as well-known binary: byte order, type 1, x, y."""
    x, y = rng.choice([(0, 0), (1, 2), (-1.5, 2.25), (180, -90), (2, 1)])
    return Value(f"ST_GeomFromText('POINT({x} {y})')", struct.pack("<BIdd", 1, 1, x, y))


YEAR = Type("year", "INTEGER", "integer", year, True)
FLOAT = Type("float", "REAL", "real", float_type)
DOUBLE = Type("double", "REAL", "real", double_type)
JSON = Type("json", "TEXT", "text", json_type)
POINT = Type("point", "BLOB", "blob", point)
