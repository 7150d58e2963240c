"""Prints a schema of MySQL of many tables, always the same for a seed.

    generated.py SEED N-TABLES

Most of them can be declared as entities; one in ten has something that cannot.
"""
import random
import sys

TYPES = [
    ("tinyint", ["0", "-7"]), ("smallint unsigned", ["65535"]), ("mediumint", ["3"]),
    ("int", ["-5", "0"]), ("int unsigned", ["7"]), ("bigint", ["-9223372036854775808"]),
    ("bigint unsigned", ["18446744073709551615"]), ("decimal(8,2)", ["1.50", "-3"]),
    ("decimal(20,0) unsigned", ["5"]), ("float", ["0.5", "1e10"]), ("double", ["-2.25", "1e-7"]),
    ("bit(1)", ["b'1'"]), ("bit(12)", ["b'1010'"]), ("year", ["2024"]),
    ("char(3)", ["'abc'", "''"]), ("varchar(40)", ["'it''s'", "'a: b # c'", "'tab\\tend\\n'", "'näïve'"]),
    ("varchar(20) CHARACTER SET latin1", ["'ä'"]), ("varchar(20) COLLATE utf8mb4_bin", ["'B'"]),
    ("enum('on','off','it''s')", ["'off'", "'it''s'"]), ("set('x','y','z')", ["'x,z'", "''"]),
    ("date", ["'2020-02-29'"]), ("datetime", ["'2021-01-02 03:04:05'", "current_timestamp"]),
    ("datetime(6)", ["current_timestamp(6) ON UPDATE current_timestamp(6)"]),
    ("timestamp", ["current_timestamp"]), ("time(2)", ["'-01:02:03.50'"]),
    ("binary(4)", ["'abcd'"]), ("varbinary(30)", ["'v'"]),
]
LONG = ["text", "mediumtext", "tinytext", "blob", "longblob", "json"]
KEYS = [("int", True), ("int unsigned", True), ("bigint unsigned", True), ("smallint", False),
        ("varchar(30)", False), ("char(2) COLLATE utf8mb4_bin", False)]
NAMES = ["true", "null", "order", "123", "größe", "a b", "x: y", "#n", "it's", "key", "Type", "no"]
CHARSETS = ["utf8mb4 COLLATE utf8mb4_unicode_ci"] * 7 + ["utf8mb4", "latin1", "utf8mb4 COLLATE utf8mb4_bin"]
ODD = ["`odd` int GENERATED ALWAYS AS (1 + 1) VIRTUAL", "`odd` varchar(9) DEFAULT (concat('a', 'b'))",
       "`odd` text, FULLTEXT KEY `odd` (`odd`)", "`odd` varchar(30), UNIQUE KEY `odd` (`odd`(4))",
       "`odd` int(4) zerofill"]


def quoted(name):
    return "`" + name.replace("`", "``") + "`"


def column_name(draw, n):
    if draw.random() < 0.1:
        return f"{draw.choice(NAMES)}{n}"
    return f"c{n}"


class Table:
    """A table under way: its lines, and what others can refer to."""

    def __init__(self, draw, n, before):
        self.name = f"t{n}" if draw.random() < 0.9 else f"{draw.choice(NAMES)} {n}"
        self.charset = draw.choice(CHARSETS)
        self.key = draw.choice(KEYS)
        self.lines, self.indexes, self.short = [], [], []
        self.add_key(draw)
        for i in range(draw.randint(1, 9)):
            self.add_column(draw, i)
        for i in range(draw.choice([0, 0, 1, 2])):
            self.add_reference(draw, f"r{i}", before)
        for i in range(draw.randint(0, 2)):
            self.add_index(draw, i)
        if draw.random() < 0.1:
            self.lines.append(draw.choice(ODD))

    def add_key(self, draw):
        self.key_name = "id" if draw.random() < 0.7 else "k y"
        kind, numbered = self.key
        numbered = numbered and draw.random() < 0.7
        self.lines.append(f"{quoted(self.key_name)} {kind} NOT NULL" + (" AUTO_INCREMENT" if numbered else ""))
        self.indexes.append(f"PRIMARY KEY ({quoted(self.key_name)})")

    def add_column(self, draw, i):
        name = column_name(draw, i)
        if draw.random() < 0.15:
            self.lines.append(f"{quoted(name)} {draw.choice(LONG)}{draw.choice(['', ' NOT NULL'])}")
            return
        kind, defaults = draw.choice(TYPES)
        default = f" DEFAULT {draw.choice(defaults)}" if draw.random() < 0.5 else ""
        null = draw.choice(["", " NOT NULL"])
        if kind == "timestamp" and not default:
            null = " NULL"
        self.lines.append(f"{quoted(name)} {kind}{null}{default}")
        self.short.append(name)

    def add_reference(self, draw, name, before):
        target = draw.choice(before + [self])
        kind = target.key[0]
        if not kind.startswith(("int", "bigint", "small")) and target.charset != self.charset:
            return
        null, rule = draw.choice([("", ""), (" NOT NULL", ""), ("", " ON DELETE SET NULL"),
                                  (" NOT NULL", " ON DELETE CASCADE")])
        self.lines.append(f"{quoted(name)} {kind}{null}")
        self.indexes.append(f"CONSTRAINT {quoted(f'{self.name} {name}')} FOREIGN KEY ({quoted(name)})"
                            f" REFERENCES {quoted(target.name)}({quoted(target.key_name)}){rule}")

    def add_index(self, draw, i):
        if len(self.short) <= i:
            return
        columns = [self.short[i]] + [c for c in self.short[i + 1:] if draw.random() < 0.3][:2]
        unique = draw.choice(["", "UNIQUE "])
        self.indexes.append(f"{unique}KEY {quoted(f'by {i}')} ({', '.join(map(quoted, columns))})")

    def sql(self):
        return (f"CREATE TABLE {quoted(self.name)} (\n  " + ",\n  ".join(self.lines + self.indexes)
                + f"\n) ENGINE=InnoDB CHARACTER SET {self.charset};")


def main():
    draw = random.Random(int(sys.argv[1]))
    tables = []
    for n in range(int(sys.argv[2])):
        tables.append(Table(draw, n, tables))
    for table in tables:
        print(table.sql())


main()
