"""What the test of cached queries asks: tables, their queries, and arguments for them."""

CREATE = [
    "CREATE TABLE item (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,"
    " name VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL DEFAULT 'new',"
    " code VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, age INT,"
    " price DECIMAL(8,2), big BIGINT UNSIGNED, ratio DOUBLE, born DATE, data VARBINARY(10),"
    " doubled INT AS (age * 2) STORED, halved DOUBLE AS (age / 2) VIRTUAL,"
    " seen DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)"
    " ON UPDATE CURRENT_TIMESTAMP(6), note VARCHAR(20), UNIQUE KEY code (code),"
    " KEY age (age), KEY name (name), KEY price (price)) ENGINE=InnoDB;",
    "CREATE TABLE pet (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20),"
    " age INT, fake_delete INT UNSIGNED NOT NULL DEFAULT 0) ENGINE=InnoDB;",
    "CREATE TABLE tag (name VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL"
    " PRIMARY KEY, n INT) ENGINE=InnoDB;",
    "CREATE TABLE word (name VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
    " NOT NULL PRIMARY KEY, n INT) ENGINE=InnoDB;"]

COLUMNS = {
    "item": {"id": "int unsigned",
             "name": "varchar(20) not null default 'new'",
             "code": "varchar(20) collation utf8mb4_bin", "age": "int",
             "price": "'decimal(8,2)'", "big": "bigint unsigned", "ratio": "double",
             "born": "date", "data": "varbinary(10)", "doubled": "int", "halved": "double",
             "seen": "datetime(6) not null default current_timestamp on update"
                     " current_timestamp",
             "note": "varchar(20)"},
    "pet": {"id": "int unsigned", "name": "varchar(20)", "age": "int"},
    "tag": {"name": "varchar(20) collation utf8mb4_bin not null", "n": "int"},
    "word": {"name": "varchar(20) not null", "n": "int"}}
KEYS = {"item": "id", "pet": "id", "tag": "name", "word": "name"}
# How SQLite has the columns: what the rows of an answer are asked again in.
TYPES = {"item": {"id": "INTEGER", "name": "TEXT", "code": "TEXT", "age": "INTEGER",
                  "price": "DECIMAL", "big": "INTEGER", "ratio": "REAL", "born": "TEXT",
                  "data": "BLOB", "doubled": "INTEGER", "halved": "REAL", "seen": "TEXT",
                  "note": "TEXT"},
         "pet": {"id": "INTEGER", "name": "TEXT", "age": "INTEGER"},
         "tag": {"name": "TEXT", "n": "INTEGER"}, "word": {"name": "TEXT", "n": "INTEGER"}}
MORE = {"pet": ["fake_delete: true"], "tag": ["primary: [name]"], "word": ["primary: [name]"]}

# Each with the kinds of its arguments.
QUERIES = {
    "item": {
        "by_age": ("where age = ? order by id", "age"),
        "between": ("where age between ? and ? order by age desc, id", "age age"),
        "below": ("where age < ? order by age, id desc", "age"),
        "by_name": ("where name = ?", "name"),
        "from_name": ("where name >= ? order by name desc, id", "name"),
        "by_code": ("one where code = ?", "code"),
        "of_codes": ("where code in (?, ?, ?) order by code desc, id", "code code code"),
        "dearest": ("one where age = ? order by price desc, id", "age"),
        "from_price": ("where price >= ? order by price, id", "price"),
        "born_on": ("where born is ? order by id desc", "born"),
        "unborn": ("where born is null order by name, id", ""),
        "liked": ("where name like ? order by code, id", "like"),
        "matched": ("where name glob ? or note like ? escape '!' order by id", "glob like"),
        "either": ("where age = ? or price < ? order by id", "age price"),
        "neither": ("where not (age = ? and code >= ?) order by id desc", "age code"),
        "doubles": ("where doubled = ? order by doubled, id", "age"),
        "halves": ("where halved > ? order by halved desc, id", "ratio"),
        "seen_since": ("where seen >= ? order by seen desc, id", "seen"),
        "of_ratio": ("where ratio = ? order by id", "ratio"),
        "of_big": ("where big >= ? order by big, id", "big"),
        "of_data": ("where data = ? order by id", "data"),
        "sums": ("where age + ? > 20 order by id", "age"),
        "cases": ("where case when age > ? then code else name end = ? order by id",
                  "age code"),
        "everything": ("", "")},
    "pet": {"by_name": ("where name = ?", "code"),
            "by_age": ("where age is not ? order by age desc, id", "age"),
            "everything": ("", "")},
    "tag": {"by_n": ("where n = ? order by name desc", "age"),
            "from_name": ("where name > ?", "name"), "everything": ("", "")},
    "word": {"by_n": ("where n = ?", "age"), "named": ("one where name = ?", "name"),
             "everything": ("", "")}}

# Those that compare columns, and nothing else, by whose lists a plain SELECT is answered.
FOUND = ["item_by_age", "item_by_code", "item_by_name", "item_dearest", "item_doubles",
         "item_of_data", "item_of_ratio", "pet_by_name", "tag_by_n", "word_by_n"]

TEXTS = ["", "a", "A", "ab", "AB", "Ab", "b", "ä", "18", "x_y", "x%y", "zz"]
AGES = [None, -3, 0, 17, 18, 19, 21, 40]
PRICES = [None, 0, 1.5, 2, 18, 99.99, -1]
DATES = [None, "2020-02-29", "1999-12-31", "2024-01-01"]
BIGS = [None, 0, 18, 2**53 + 1, 2**63 - 1]
RATIOS = [None, 0.0, 0.1, 2.0, 18.0, -1.5e300]
BLOBS = [None, b"", b"18", b"\x00\xff", b"ab"]
# Whatever the column is: one value in many ways, and what no row has.
ODD = ["18", 18, 18.0, " 18 ", "18.0", b"18", None, 18.5, "", "1e1", 10, "x", 2**62, "-0.0", 0]


def values(kind):
    """What a column of a kind may hold, or is asked for."""
    return {"age": AGES, "name": TEXTS, "code": [None, *TEXTS], "price": PRICES, "born": DATES,
            "big": BIGS, "ratio": RATIOS, "data": BLOBS,
            "like": ["a%", "%B", "x!_y", "x_y", "%", "", None],
            "glob": ["a*", "[aA]*", "*b", "?", None], "seen": ["2000", "9999"]}[kind]


class Query:
    """A query of a table: `text` is what stands behind FROM, with the order it has."""

    def __init__(self, table, name, declared, kinds):
        self.table, self.name, self.kinds = table, f"{table}_{name}", kinds.split()
        self.declared = declared
        self.is_one = declared.startswith("one ")
        order = "" if " order by " in declared else f" ORDER BY {KEYS[table]}"
        self.text = declared.removeprefix("one ") + order + (" LIMIT 1" if self.is_one else "")
        self.call = f"{self.name}({', '.join('?' * len(self.kinds))})"
        self.plain = f"SELECT * FROM {table} {self.text}"

    def arguments(self, rng, seen):
        """Some, most of which find something; `seen` is a time that a row has."""
        return [rng.choice(ODD) if rng.random() < 0.2
                else seen if kind == "seen" and rng.random() < 0.8
                else rng.choice(values(kind)) for kind in self.kinds]

    def usual(self, rng):
        """Some that the planner has lists for: of the columns' own kinds, and not NULL."""
        return [rng.choice([value for value in values(kind) if value is not None])
                for kind in self.kinds]


ALL = [Query(table, name, declared, kinds) for table, queries in QUERIES.items()
       for name, (declared, kinds) in queries.items()]


def entity(table, caches):
    """The lines of one entity."""
    lines = [f"  {table}:", *(f"    {cache}: true" for cache in caches),
             *("    " + line for line in MORE.get(table, [])), "    columns:",
             *(f"      {name}: {words}" for name, words in COLUMNS[table].items()),
             # Queries need an index of their columns; that of the server decides nothing here.
             f"    index: {{everything: [{', '.join(COLUMNS[table])}]}}", "    queries:"]
    lines += [f"      {name}: {declared!r}" if "'" not in declared
              else f'      {name}: "{declared}"'
              for name, (declared, _) in QUERIES[table].items()]
    return "\n".join(lines)


def redis_line(redis):
    """The pool's Redis, by its socket; None: it has none."""
    return f"  redis: {redis}:0\n" if redis else ""


def yaml(mysql, redis, caches):
    """A configuration in which these caches keep all entities."""
    local = "  local_cache: 100000\n" if "local_cache" in caches else ""
    return (f"default:\n  mysql: {mysql}\n{redis_line(redis)}{local}entities:\n"
            + "\n".join(entity(table, caches) for table in COLUMNS) + "\n")


def plain_yaml(mysql, redis):
    """That of a program which knows nothing of marks, and keeps nothing."""
    return (f"default:\n  mysql: {mysql}\n{redis_line(redis)}entities:\n  pet:\n    columns:"
            " {id: int unsigned, name: varchar(20), age: int,"
            " fake_delete: int unsigned not null default 0}\n")
