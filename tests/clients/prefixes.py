#!/usr/bin/python3
"""Texts that begin with a prefix, in the collations that the server has.

    entable sandbox --database golden -- /usr/bin/python3 tests/clients/prefixes.py MODULE

A server that looks for LIKE 'a%' in an index loses texts that it finds without one
(backends/mysql/like.h).  So there is a table with an index for each collation, of
texts with all kinds of characters behind the prefix, many others beside them, and
SQLite itself says which are to be found.
"""

import random
import sys

from common import opened, server

PREFIXES = ["a", "bc", "\u0430", "\U0001f600"]
LAST = ["d\uffff", "d\U0010ffff"]  # the ends of ranges
FIXED = [1, 9, 0x1F, 0x20, 0x21, 0x25, 0x5F, 0x7C, 0x41, 0x61, 0x62, 0x7F, 0xDF, 0xE9, 0xFF,
         0x131, 0x300, 0x3A9, 0x430, 0x5D0, 0x200B, 0x3042, 0x4E00, 0xAC00, 0xD7A3, 0xE000,
         0xF8FF, 0xFB01, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x1F600, 0x2F800, 0xE0001, 0x10FFFD,
         0x10FFFF]
OTHERS = 600  # rows that begin otherwise: so that an index is worth it

# Fewer rows for each prefix than a first page has: behind it they are read by key.


def texts():
    """What the tables hold, where their charset can."""
    draw = random.Random(7)
    points = FIXED + [draw.randrange(0x100, 0xD7FF) for _ in range(6)]
    points += [draw.randrange(0x10000, 0x10FFFF) for _ in range(6)]
    for point in points:
        for prefix in PREFIXES:
            yield prefix + chr(point)
    yield from PREFIXES + ["d", "bcd"] + LAST
    for last in LAST:
        for point in FIXED[::2]:
            yield last + chr(point)
            yield last[:1] + chr(point) + last[1:]


def collations():
    """Those of utf8mb4, of each other charset its own and the one of bytes."""
    rows = server("SELECT collation_name, character_set_name, is_default = 'Yes' FROM"
                  " information_schema.collations WHERE character_set_name <> 'binary'")
    for row in rows.splitlines():
        collation, charset, is_default = row.split("\t")
        if charset == "utf8mb4" or is_default == "1" or collation.endswith("_bin"):
            yield collation, charset


def literal(text):
    return "_utf8mb4 X'" + text.encode("utf-8").hex() + "'"


def fill(collation, charset):
    """The table of a collation.  What its charset lacks is not kept."""
    values = ", ".join(f"({literal(text)})" for text in dict.fromkeys(texts()))
    server(f"""SET sql_mode = '', SESSION default_storage_engine = InnoDB;
      DROP TABLE IF EXISTS prefixed; DROP TABLE IF EXISTS given;
      CREATE TABLE given(c varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin);
      INSERT INTO given VALUES {values};
      CREATE TABLE prefixed(id int AUTO_INCREMENT PRIMARY KEY,
        v varchar(9), c char(5), t text, INDEX v(v), INDEX c(c), INDEX t(t(12)))
        CHARACTER SET {charset} COLLATE {collation};
      INSERT INTO prefixed(v, c, t) SELECT c, c, c FROM given
        WHERE CONVERT(CONVERT(c USING {charset}) USING utf8mb4) = c;
      INSERT INTO prefixed(v, c, t) SELECT CONCAT('zz', seq), CONCAT('z', seq), 'zz'
        FROM (SELECT @n := @n + 1 AS seq FROM given, given AS g, (SELECT @n := 0) AS start
              LIMIT {OTHERS}) AS numbers;
      ANALYZE TABLE prefixed""")


def differences():
    """The searches whose rows are not SQLite's own."""
    found = []
    for pushdown in ("off", "on"):
        handle = opened()  # Python keeps statements, and they their plans
        handle.execute(f"SELECT entable_set('pushdown', '{pushdown}')").fetchall()
        answers = {}
        for column in "vct":
            for prefix in PREFIXES + ["d", LAST[1]]:
                for test in (f"LIKE '{prefix}%'", f"GLOB '{prefix}*'"):
                    sql = f"SELECT id FROM prefixed WHERE {column} {test}"
                    answers[sql] = sorted(handle.execute(sql).fetchall())
        found.append(answers)
        handle.close()
    return [(sql, len(found[0][sql]), len(found[1][sql]))
            for sql in found[0] if found[0][sql] != found[1][sql]]


def index_of(collation, test):
    """The index that the server uses for a search, as entable_explain() tells."""
    fill(collation, "utf8mb4")
    handle = opened()
    rows = handle.execute("SELECT remote_index FROM entable_explain(?) WHERE remote_index"
                          " IS NOT NULL", (f"SELECT id FROM prefixed WHERE v {test}",)).fetchall()
    handle.close()
    return rows[0][0] if rows else None


def main():
    n = failed = 0
    for collation, charset in collations():
        fill(collation, charset)
        n += 1
        for difference in differences():
            print(collation, *difference)
            failed += 1
    for collation, test in (("utf8mb4_general_ci", "LIKE 'ab%'"),
                            ("utf8mb4_unicode_ci", "LIKE 'ab%'"),
                            ("utf8mb4_bin", "GLOB 'ab*'")):
        index = index_of(collation, test)
        if index != "v":
            print(f"{collation}: {test} uses the index {index}")
            failed += 1
    print(f"{n} collations, {failed} differences")
    return 1 if failed or n < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
