#!/usr/bin/python3
"""What joins cost, by the servers' own counters, and that they answer as ordinary tables do.

    entable sandbox --database clients --with redis -- \\
      /usr/bin/python3 tests/clients/joins.py MODULE [--stale]

Rows are read ahead of a join, some keys at a time: that must neither show in an answer, nor
outlast a write or a statement.  With --stale the module keeps what it has read ahead over
writes (a planted fault), and each test of them must fail.
"""

import os
import sqlite3
import sys

from common import DATABASE, SOCKET, open_at, opened, run_tests, server

ROWS = 10000
TABLES = {
    "town": "id BIGINT PRIMARY KEY, name VARCHAR(40), code VARCHAR(20)",
    "person": "id BIGINT PRIMARY KEY, town_id BIGINT, parent_id BIGINT, name VARCHAR(40)",
    "house": "id BIGINT PRIMARY KEY, person_id BIGINT, note VARCHAR(40)",
}
INDEXES = ("ALTER TABLE person ADD KEY (town_id), ADD KEY (parent_id);"
           "ALTER TABLE house ADD KEY (person_id);")
FILL = f"""
INSERT INTO town SELECT seq, CONCAT('town ', seq), CONCAT('c', seq) FROM seq_1_to_{ROWS};
INSERT INTO person SELECT seq, seq * 7 % {ROWS} + 1, IF(seq % 10, seq * 3 % {ROWS} + 2, NULL),
  CONCAT('person ', seq) FROM seq_1_to_{ROWS};
INSERT INTO house SELECT seq, IF(seq % 50, seq * 11 % {ROWS} + 5, NULL), CONCAT('house ', seq)
  FROM seq_1_to_{ROWS};
"""
CACHED = """
default: {{mysql: "root@unix({socket})/{database}"{pool}}}
entities:
  town: {{{cache}columns: {{id: bigint, name: varchar(40), code: varchar(20)}}}}
  person:
    {{{cache}columns: {{id: bigint, town_id: bigint, parent_id: bigint, name: varchar(40)}}}}
  house: {{{cache}columns: {{id: bigint, person_id: bigint, note: varchar(40)}}}}
"""

# Joins by key: each once for every row, if it were asked so.
BY_KEY = {
    "an inner join": "SELECT h.id, p.name FROM house h CROSS JOIN person p"
                     " WHERE p.id = h.person_id",
    "a left join": "SELECT h.id, p.name FROM house h LEFT JOIN person p ON p.id = h.person_id",
    "a self-join": "SELECT c.id, p.name FROM person c LEFT JOIN person p ON p.id = c.parent_id",
    "a chain": "SELECT h.id, p.name, t.name FROM house h LEFT JOIN person p ON p.id = h.person_id"
               " LEFT JOIN town t ON t.id = p.town_id",
    "a long chain": "SELECT h.id, p.name, q.name, t.name FROM house h"
                    " LEFT JOIN person p ON p.id = h.person_id"
                    " LEFT JOIN person q ON q.id = p.parent_id"
                    " LEFT JOIN town t ON t.id = q.town_id",
    "a subquery": "SELECT h.id, (SELECT name FROM person WHERE id = h.person_id) FROM house h",
    "two subqueries": "SELECT c.id, (SELECT name FROM person WHERE id = c.parent_id),"
                      " (SELECT name FROM person WHERE id = c.town_id) FROM person c",
    "EXISTS": "SELECT h.id FROM house h WHERE EXISTS"
              " (SELECT 1 FROM person p WHERE p.id = h.person_id AND p.name LIKE '%7')",
}
# Joins by a reference, in the other direction.
BY_REFERENCE = {
    "an inner join": "SELECT p.id, h.note FROM person p CROSS JOIN house h"
                     " WHERE h.person_id = p.id",
    "a left join": "SELECT p.id, h.note FROM person p LEFT JOIN house h ON h.person_id = p.id",
    "more terms": "SELECT p.id, h.note FROM person p LEFT JOIN house h ON h.person_id = p.id"
                  " AND h.note LIKE '%1' AND h.id > 20",
    "a self-join": "SELECT p.id, c.name FROM person p LEFT JOIN person c ON c.parent_id = p.id",
    "a chain": "SELECT t.id, p.name, h.note FROM town t LEFT JOIN person p ON p.town_id = t.id"
               " LEFT JOIN house h ON h.person_id = p.id",
    "a chain there and back": "SELECT h.id, p.name, g.note FROM house h"
                              " LEFT JOIN person p ON p.id = h.person_id"
                              " LEFT JOIN house g ON g.person_id = p.id",
    "a count": "SELECT p.id, (SELECT count(*) FROM house WHERE person_id = p.id) FROM person p",
    "the first": "SELECT p.id, (SELECT note FROM house WHERE person_id = p.id"
                 " ORDER BY id DESC LIMIT 1) FROM person p",
    "EXISTS": "SELECT p.id FROM person p WHERE NOT EXISTS"
              " (SELECT 1 FROM house h WHERE h.person_id = p.id)",
    "two subqueries": "SELECT p.id, (SELECT sum(id) FROM person WHERE parent_id = p.id),"
                      " (SELECT sum(id) FROM person WHERE town_id = p.id) FROM person p",
}
MOST = 60  # statements or requests of a join


def begin_test():
    server("".join(f"CREATE OR REPLACE TABLE {name} ({columns});"
                   for name, columns in TABLES.items()) + INDEXES + FILL)
    WATCHER.execute("SELECT redis('FLUSHALL')").fetchall()


def write_config(name, pool="", cache=""):
    path = os.path.join(os.environ["ENTABLE_SANDBOX_DIR"], name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(CACHED.format(socket=SOCKET, database=DATABASE, pool=pool, cache=cache))
    return path


REDIS = f', redis: "{os.environ["ENTABLE_SANDBOX_REDIS"]}:0"'
CONFIGS = {
    "no cache": write_config("joins_plain.yaml"),
    "redis": write_config("joins_redis.yaml", REDIS, "redis_cache: true, "),
    "local": write_config("joins_local.yaml", ", local_cache: 100000", "local_cache: true, "),
    "both": write_config("joins_both.yaml", REDIS + ", local_cache: 100000",
                         "redis_cache: true, local_cache: true, "),
}
WATCHER = open_at(CONFIGS["redis"])


def selects():
    return int(server("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'").split()[1])


def requests():
    """Commands that Redis got from clients, but for this one."""
    text = WATCHER.execute("SELECT redis('INFO', 'commandstats')").fetchone()[0]
    return sum(int(line.split("calls=")[1].split(",")[0]) for line in text.splitlines()
               if line.startswith(("cmdstat_mget", "cmdstat_eval")))


def cost(handle, sql):
    """Statements of MySQL, requests of Redis, and what came of them."""
    before = selects(), requests()
    rows = handle.execute(sql).fetchall()
    return selects() - before[0], requests() - before[1], rows


def copied():
    """The same tables as ordinary ones of another handle."""
    copy = open_at(CONFIGS["no cache"])
    for name in TABLES:
        copy.execute(f"CREATE TEMP TABLE copied AS SELECT * FROM {name}")
        copy.execute(f"DROP TABLE {name}")
        copy.execute(f"CREATE TABLE {name} ({TABLES[name]})")
        copy.execute(f"INSERT INTO {name} SELECT * FROM copied")
        copy.execute("DROP TABLE copied")
    for column in "person(town_id)", "person(parent_id)", "house(person_id)":
        copy.execute(f"CREATE INDEX [of {column}] ON {column}")
    return copy


def check_costs(joins):
    """Each join costs few requests, wherever rows come from."""
    copy = copied()
    right = {sql: sorted(copy.execute(sql).fetchall(), key=repr) for sql in joins.values()}
    for tier, config in CONFIGS.items():
        handle = open_at(config)
        for what, sql in joins.items():
            for attempt in "cold", "warm":
                statements, asked, rows = cost(handle, sql)
                print(f"  {tier}, {attempt}, {what}: {statements} statements, {asked} requests")
                assert sorted(rows, key=repr) == right[sql], (tier, what)
                assert statements <= MOST, (tier, what, statements)
                assert asked <= 2 * MOST, (tier, what, asked)


def test_joins_by_key_cost_few_requests():
    check_costs(BY_KEY)


def test_joins_by_reference_cost_few_requests():
    check_costs(BY_REFERENCE)


def test_values_with_many_rows_are_asked_for_by_themselves():
    server("UPDATE house SET person_id = 100 + id % 8 WHERE id > 200;"
           "UPDATE house SET person_id = id WHERE id <= 200")
    handle = opened()
    right = sorted(server("SELECT p.id, h.id FROM person p LEFT JOIN house h"
                          " ON h.person_id = p.id WHERE p.id < 400").split("\n"))
    statements, _, rows = cost(handle, "SELECT p.id, h.id FROM person p LEFT JOIN house h"
                                       " ON h.person_id = p.id WHERE p.id < 400")
    assert sorted("\t".join(str(v if v is not None else "NULL") for v in row)
                  for row in rows) == right
    assert statements < 200, statements


def test_a_scan_is_refused_as_if_it_were_alone():
    server("UPDATE house SET person_id = IF(id <= 30, 7, id)")
    handle = opened()
    sql = ("SELECT p.id, count(h.id) FROM person p LEFT JOIN house h ON h.person_id = p.id"
           " WHERE p.id IN (1, 2, 3, 4, 5, 6, 40, 41, 42, 43, 44, 45, 46, 7) GROUP BY 1")
    handle.execute("SELECT entable_set('max_scan_rows', 30)").fetchall()
    assert len(handle.execute(sql).fetchall()) == 14
    handle.execute("SELECT entable_set('max_scan_rows', 29)").fetchall()
    try:
        handle.execute(sql).fetchall()
    except sqlite3.Error as error:
        assert "more than 29 rows would be read" in str(error), str(error)
    else:
        raise AssertionError("was not refused")


def test_a_limit_asks_few_and_for_little():
    handle = opened()
    sql = "SELECT h.id, p.name FROM house h LEFT JOIN person p ON p.id = h.person_id LIMIT 1"
    handle.execute(sql).fetchall()
    read = "Handler_read_key"
    before = int(server(f"SHOW GLOBAL STATUS LIKE '{read}'").split()[1])
    statements, _, rows = cost(handle, sql)
    assert rows == [(1, "person 16")], rows
    assert statements <= 10, statements  # the outer table's first pages among them
    assert int(server(f"SHOW GLOBAL STATUS LIKE '{read}'").split()[1]) - before < 100  # keys


def test_a_local_outer_table_asks_one_by_one():
    handle = opened()
    handle.execute("CREATE TEMP TABLE wanted AS SELECT id AS i FROM person WHERE id < 40")
    statements, _, _ = cost(handle, "SELECT name FROM wanted LEFT JOIN person ON id = i")
    assert statements == 39, statements
    statements, _, rows = cost(handle, "SELECT name FROM person WHERE id IN"
                                       " (SELECT i FROM wanted)")
    assert (statements, len(rows)) == (1, 39), (statements, len(rows))


def test_what_was_read_ahead_does_not_outlast_a_write():
    join = "SELECT h.id, p.name FROM house h LEFT JOIN person p ON p.id = h.person_id"
    writes = {
        "an UPDATE": lambda handle, n: handle.execute(
            "UPDATE person SET name = 'new' WHERE id = ?", (n,)),
        "a DELETE": lambda handle, n: handle.execute("DELETE FROM person WHERE id = ?", (n,)),
        "mysql_exec": lambda handle, n: handle.execute(
            "SELECT mysql_exec('UPDATE person SET name = ''new'' WHERE id = ?', ?)",
            (n,)).fetchall(),
    }
    for tier, config in CONFIGS.items():
        for what, write in writes.items():
            begin_test()
            handle = open_at(config)
            cursor = handle.execute(join)
            assert cursor.fetchone() == (1, "person 16")
            write(handle, 3 * 11 + 5)
            # Python has the second row already.
            assert cursor.fetchone() == (2, "person 27")
            expected = None if what == "a DELETE" else "new"
            assert cursor.fetchone() == (3, expected), (tier, what)
            cursor.close()


def test_a_write_is_seen_by_a_join_by_reference():
    for join in ("SELECT p.id, h.note FROM person p LEFT JOIN house h ON h.person_id = p.id"
                 " WHERE p.id BETWEEN 5 AND 500",
                 "SELECT p.id, (SELECT note FROM house WHERE person_id = p.id) FROM person p"
                 " WHERE p.id BETWEEN 5 AND 500"):
        begin_test()
        server("UPDATE house SET person_id = id")
        handle = opened()
        cursor = handle.execute(join)
        assert [cursor.fetchone() for _ in range(3)] == [(n, f"house {n}") for n in (5, 6, 7)]
        handle.execute("UPDATE house SET note = 'new' WHERE person_id = 10")
        handle.execute("DELETE FROM house WHERE person_id = 11")
        assert [cursor.fetchone() for _ in range(5)] == [
            (8, "house 8"), (9, "house 9"), (10, "new"), (11, None), (12, "house 12")]
        cursor.close()


def test_a_rollback_takes_back_what_was_read_ahead():
    handle = opened()
    join = "SELECT h.id, p.name FROM house h LEFT JOIN person p ON p.id = h.person_id"
    handle.execute("BEGIN")
    handle.execute("SAVEPOINT a")
    handle.execute("UPDATE person SET name = 'new' WHERE id < 200")
    cursor = handle.execute(join)
    assert cursor.fetchone() == (1, "new")
    handle.execute("ROLLBACK TO a")
    rows = dict(handle.execute(join).fetchall())
    assert rows[1] == "person 16" and rows[2] == "person 27", rows[1]
    handle.execute("ROLLBACK")


def test_a_function_that_writes_is_seen_by_the_next_row():
    for config in CONFIGS.values():
        begin_test()
        handle = open_at(config)
        rows = handle.execute(
            "SELECT h.id, p.name, mysql_exec('UPDATE person SET name = CONCAT(''after '', ?)"
            " WHERE id = ?', h.id, (h.id + 1) * 11 + 5) FROM house h"
            " LEFT JOIN person p ON p.id = h.person_id WHERE h.id < 30").fetchall()
        assert [row[1] for row in rows] == ["person 16"] + [
            f"after {n - 1}" for n in range(2, 30)], rows


def test_an_insert_that_reads_what_it_writes_asks_as_if_alone():
    handle = opened()
    handle.execute("UPDATE house SET person_id = id + 1 WHERE id <= 300")
    handle.execute("INSERT INTO town(id, name) SELECT 20000 + h.id, p.name FROM house h"
                   " LEFT JOIN person p ON p.id = h.person_id WHERE h.id <= 300")
    rows = handle.execute("SELECT id - 20000, name FROM town WHERE id > 20000 ORDER BY id")
    assert rows.fetchall() == [(n, f"person {n + 1}") for n in range(1, 301)]


def test_a_statement_begins_with_nothing_of_the_last_one():
    join = "SELECT h.id, p.name FROM house h LEFT JOIN person p ON p.id = h.person_id"
    subquery = "SELECT h.id, (SELECT name FROM person WHERE id = h.person_id) FROM house h"
    for sql in join, subquery:
        handle, other = opened(), opened()
        begin_test()
        # A cursor that stays open, and shows the very key that is asked for.
        outer = handle.execute("SELECT person_id FROM house")
        assert outer.fetchone() == (16,)
        assert handle.execute(sql + " WHERE h.id < 100").fetchall()[0] == (1, "person 16")
        other.execute("UPDATE person SET name = 'theirs' WHERE id = 16")
        assert handle.execute(sql + " WHERE h.id < 100").fetchall()[0] == (1, "theirs")
        assert handle.execute("SELECT name FROM person WHERE id = 16").fetchone() == ("theirs",)
        outer.close()


def test_keys_of_all_kinds_are_found_as_before():
    server("CREATE OR REPLACE TABLE texts (k VARCHAR(20) COLLATE utf8mb4_general_ci PRIMARY KEY,"
           " v INT);"
           "INSERT INTO texts VALUES ('a', 1), ('b ', 2), ('é', 3), ('18', 4), ('', 5);"
           "CREATE OR REPLACE TABLE wides (k BIGINT UNSIGNED PRIMARY KEY, v INT);"
           "INSERT INTO wides VALUES (0, 1), (18, 2), (9223372036854775807, 3),"
           " (9223372036854775808, 4), (18446744073709551615, 5);"
           "CREATE OR REPLACE TABLE uses (id INT PRIMARY KEY, t VARCHAR(20) COLLATE utf8mb4_bin,"
           " n BIGINT UNSIGNED, d DOUBLE, e DECIMAL(10,2));"
           "INSERT INTO uses VALUES (1, 'a', 18, 18, 18), (2, 'A', 0, 0.5, 0.50),"
           " (3, 'b', 9223372036854775807, -1, -1), (4, 'b ', 9223372036854775808, 1e19, 0),"
           " (5, 'e', 18446744073709551615, 18, 18.5), (6, '18', NULL, NULL, NULL),"
           " (7, '', 17, 0, 0), (8, NULL, 1, 1, 1), (9, 'é', 18, 18, 18), (10, 'É', 0, 0, 0),"
           " (11, '018', 0, 0, 0), (12, '18 ', 0, 0, 0), (13, '18', 18, 18, 18)")
    handle = opened()
    tables = {name: handle.execute(f"SELECT * FROM {name}").fetchall()
              for name in ("texts", "wides", "uses")}
    copy = opened()
    for name, declared in (("texts", "k TEXT PRIMARY KEY, v INTEGER"),
                           ("wides", "k INTEGER, v INTEGER"),
                           ("uses", "id INTEGER, t TEXT, n INTEGER, d REAL, e NUMERIC")):
        copy.execute(f"DROP TABLE {name}")
        copy.execute(f"CREATE TABLE {name} ({declared})")
        copy.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(tables[name][0]))})",
                         tables[name])
    for inner in "texts", "wides":
        for column in "t", "n", "d", "e":
            for sql in (f"SELECT u.id, i.v FROM uses u LEFT JOIN {inner} i ON i.k = u.{column}",
                        f"SELECT u.id, (SELECT v FROM {inner} WHERE k = u.{column}) FROM uses u",
                        f"SELECT u.id, i.v FROM uses u CROSS JOIN {inner} i"
                        f" WHERE i.k = u.{column} AND i.v > 1"):
                ours = sorted(handle.execute(sql).fetchall(), key=repr)
                assert ours == sorted(copy.execute(sql).fetchall(), key=repr), (sql, ours)


def test_texts_outlive_the_batch_that_they_came_with():
    names = sorted(f"person {n * 11 % ROWS + 5}" for n in range(1, ROWS + 1) if n % 50
                   and n * 11 % ROWS + 5 <= ROWS)
    for config in CONFIGS.values():
        handle = open_at(config)
        for _ in range(2):
            rows = handle.execute(
                "SELECT max(p.name), min(p.name) FROM house h LEFT JOIN person p"
                " ON p.id = h.person_id").fetchall()
            assert rows == [(names[-1], names[0])], rows
            rows = handle.execute(
                "SELECT p.name FROM house h LEFT JOIN person p ON p.id = h.person_id"
                " ORDER BY p.name DESC LIMIT 2").fetchall()
            assert rows == [(names[-1],), (names[-2],)], rows


WRITES = [test_what_was_read_ahead_does_not_outlast_a_write,
          test_a_write_is_seen_by_a_join_by_reference,
          test_a_function_that_writes_is_seen_by_the_next_row]


def stale_goes_unseen():
    """How many tests do not see that what was read ahead outlasts a write."""
    os.environ["ENTABLE_FAULT"] = "stale-prefetch"
    unseen = 0
    for test in WRITES:
        begin_test()
        try:
            test()
        except AssertionError as error:
            print(f"{test.__name__}: seen: {str(error)[:80]}")
        else:
            print(f"{test.__name__}: NOT SEEN")
            unseen += 1
    return unseen


if __name__ == "__main__":
    if sys.argv[2:] == ["--stale"]:
        sys.exit(1 if stale_goes_unseen() else 0)
    sys.exit(run_tests(globals(), begin_test))
