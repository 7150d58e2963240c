#!/usr/bin/python3
"""A cached query is found of what is new, whatever else would have answered its SELECT: a
replica that is late, or what the handle has read before and keeps (request_cache). A list that
lacks a row is one that nobody would doubt. Nor is one kept that a handle finds whose authorizer
hides a column.

    entable sandbox --with redis -- tests/servers/with-replica --database judge -- \\
      /usr/bin/python3 tests/coherence/late_lists.py --module build/vtab/entable.so

The replica is stopped while rows change; one handle reads it, another has never heard of it.
With --expect-wrong, for a planted fault, each of the two must be found.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from tables import LONGEST, Server, connect

CREATE = [
    "CREATE TABLE item (id INT PRIMARY KEY, age INT NOT NULL, KEY age (age)) ENGINE=InnoDB;",
    "INSERT INTO item SELECT seq, IF(seq <= 300, 30, 18) FROM seq_1_to_320;",
    # More than a list may have.
    "CREATE TABLE many (id INT PRIMARY KEY, age INT NOT NULL) ENGINE=InnoDB;",
    "INSERT INTO many SELECT seq, 1 FROM seq_1_to_10050;",
    "CREATE TABLE year (id INT PRIMARY KEY) ENGINE=InnoDB;",
    "INSERT INTO year SELECT seq FROM seq_18_to_30;"]
CONFIG = """
default: {{mysql: "root@unix({mysql})/{database}", redis: "{redis}:0"{replica}}}
entities:
  item:
    redis_cache: true
    columns: {{id: int, age: int not null}}
    index: {{age: [age]}}
    queries:
      by_age: where age = ? order by id
      aged: where id = ? and age = ?
      youngest: one where age > ? order by age, id
  many:
    redis_cache: true
    columns: {{id: int, age: int not null}}
    queries: {{all: ""}}
  year:
    columns: {{id: int}}
"""
# What each is found by, for the rows that WRITES leave.
WRITES = ["UPDATE item SET age = 19 WHERE id = 320", "UPDATE item SET age = 30 WHERE id = 319",
          "DELETE FROM item WHERE id = 1", "DELETE FROM many WHERE id = 1"]
ASKED = [
    ("SELECT count(*), min(id), max(id) FROM item_by_age(18)", "FROM item WHERE age = 18"),
    ("SELECT count(*), min(id), max(id) FROM item_by_age(19)", "FROM item WHERE age = 19"),
    ("SELECT count(*), min(id), max(id) FROM item_by_age(30)", "FROM item WHERE age = 30"),
    ("SELECT count(*), min(id), max(id) FROM item_aged(320, 19)",
     "FROM item WHERE id = 320 AND age = 19"),
    ("SELECT count(*), min(id), max(id) FROM item_youngest(18)", "FROM item WHERE age = 19"),
    ("SELECT count(*), min(id), max(id) FROM many_all", "FROM many"),
    ("SELECT count(*), min(id), max(id) FROM item WHERE age = 19", "FROM item WHERE age = 19"),
    # That reads ahead, and asks no list.
    ("SELECT count(*), min(i.id), max(i.id) FROM year CROSS JOIN item AS i ON i.age = year.id",
     "FROM item")]


class LateLists:
    """A handle that reads a replica, one that does not, and what was wrong."""

    def __init__(self, module):
        self.module = module
        self.server = Server()
        self.replica_socket = os.environ["ENTABLE_REPLICA_SOCKET"]
        self.server.empty()
        self.server.run(CREATE)
        self.wrong = []

    def config(self, name, replica=""):
        path = Path(os.environ["ENTABLE_SANDBOX_DIR"]) / f"{name}.yaml"
        path.write_text(CONFIG.format(
            mysql=self.server.socket, database=self.server.database, replica=replica,
            redis=os.environ["ENTABLE_SANDBOX_REDIS"]), encoding="utf-8")
        return str(path)

    def replica(self, sql):
        """What the replica's own client answers."""
        return subprocess.run(
            ["mariadb", "--no-defaults", "-N", "-B", "-uroot",
             f"--socket={self.replica_socket}", "-e", sql, self.server.database],
            check=True, capture_output=True, text=True).stdout.strip()

    def wait_for_replica(self):
        reached = self.server.run(["SELECT @@gtid_binlog_pos;"]).strip()
        if self.replica(f"SELECT MASTER_GTID_WAIT('{reached}', {LONGEST})") != "0":
            sys.exit("the replica does not follow")

    def right(self, condition):
        line = self.server.run([f"SELECT count(*), min(id), max(id) {condition};"]).strip()
        return [tuple(None if word == "NULL" else int(word) for word in line.split("\t"))]

    def ask_all(self, handle, who):
        """Every query, twice: as it is found, and as it was kept."""
        for sql, condition in ASKED:
            for when in ("found", "kept"):
                found, right = handle.execute(sql).fetchall(), self.right(condition)
                if found != right:
                    self.wrong.append(f"{who}, {when}: {sql} gives {found} instead of {right}")

    def late_replica(self):
        """What was found beside a late replica is what the primary has."""
        address = f'"root@unix({self.replica_socket})/{self.server.database}"'
        self.wait_for_replica()
        reader = connect(self.module, self.config("reader", f", replica: {address}"))
        writer = connect(self.module, self.config("writer"))
        for sql, _ in ASKED:
            reader.execute(sql).fetchall()
        self.replica("STOP SLAVE SQL_THREAD")
        for sql in WRITES:
            writer.execute(sql)
        if reader.execute("SELECT age FROM item WHERE +id = 320").fetchall() != [(18,)]:
            sys.exit("the replica is not read, or not late: this test would prove nothing")
        before = self.lists(reader)
        self.ask_all(reader, "who reads a replica")
        self.ask_all(writer, "who does not")
        if self.lists(reader) - before < 2 * len(ASKED) - 4 and not self.wrong:
            sys.exit("lists are not kept: this test would prove nothing")
        self.replica("START SLAVE SQL_THREAD")

    @staticmethod
    def lists(handle):
        """How many lists Redis had."""
        return handle.execute("SELECT value FROM entable_stats WHERE tier = 'redis'"
                              " AND counter = 'lists'").fetchone()[0]

    def request(self):
        """What was found by who keeps what he has read is what others have written since."""
        config = self.config("request")
        keeper, other = connect(self.module, config), connect(self.module, config)
        keeper.execute("SELECT entable_set('request_cache', 1)").fetchall()
        if keeper.execute("SELECT age FROM item WHERE id = 310").fetchall() != [(18,)]:
            sys.exit("the row to be kept is another one")
        other.execute("UPDATE item SET age = 20 WHERE id = 310")
        if keeper.execute("SELECT age FROM item WHERE id = 310").fetchall() != [(18,)]:
            sys.exit("what was read is not kept: this test would prove nothing")
        for name, handle in (("keeps", keeper), ("does not keep", other)):
            found = handle.execute("SELECT * FROM item_aged(310, 20)").fetchall()
            if found != [(310, 20)]:
                self.wrong.append(f"who {name} what he reads finds {found}")


    def hidden(self):
        """What is found by who may not see a column is kept for nobody."""
        config = self.config("hidden")
        blind, other = connect(self.module, config), connect(self.module, config)
        other.execute("SELECT entity_forget('item')").fetchall()

        def hide(action, table, column, *_):
            is_hidden = action == sqlite3.SQLITE_READ and (table, column) == ("item", "age")
            return sqlite3.SQLITE_IGNORE if is_hidden else sqlite3.SQLITE_OK

        blind.set_authorizer(hide)
        text = "SELECT id FROM item_by_age(20)"
        found = [handle.execute(text).fetchall() for handle in (blind, other, other)]
        right = self.server.run(["SELECT id FROM item WHERE age = 20;"]).split()
        if found != [[], [(int(id),) for id in right], [(int(id),) for id in right]]:
            self.wrong.append(f"{found} beside who may not see the column, instead of {right}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--expect-wrong", action="store_true")
    options = parser.parse_args()
    began = time.monotonic()
    late, is_failed = LateLists(options.module), False
    checks = [late.late_replica, late.request] + [late.hidden] * (not options.expect_wrong)
    for check in checks:
        late.wrong = []
        check()
        print("\n".join(late.wrong[:3]) or f"{check.__name__}: all is new", flush=True)
        is_failed = is_failed or bool(late.wrong) != options.expect_wrong
    print(f"{time.monotonic() - began:.1f} s")
    return 1 if is_failed else 0


if __name__ == "__main__":
    sys.exit(main())
