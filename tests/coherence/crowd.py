#!/usr/bin/python3
"""A crowd that misses one row asks MySQL for it a few times, not once each.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/coherence/crowd.py --module build/vtab/entable.so

Two hundred threads, each with a handle of its own, read one row that Redis does not have,
all at the same moment; and again where whoever was to fetch it has died.
"""

import argparse
import os
import sqlite3
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

from server import Server  # noqa: E402

CROWD, ROUNDS = 200, 5
MOST = 20  # SELECTs of a crowd
CONFIG = """
default: {{mysql: "root@unix({socket})/{database}", redis: "{redis}:0"}}
entities: {{item: {{redis_cache: true, columns: {{id: bigint, v: bigint not null}}}}}}
"""


def write_config(name, text=CONFIG):
    """A configuration of the sandbox's servers; its path."""
    path = os.path.join(os.environ["ENTABLE_SANDBOX_DIR"], name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.format(socket=os.environ["ENTABLE_SANDBOX_SOCKET"],
                               database=os.environ["ENTABLE_SANDBOX_DATABASE"],
                               redis=os.environ["ENTABLE_SANDBOX_REDIS"]))
    return path


def connect(module, config):
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.enable_load_extension(True)
    connection.execute("SELECT load_extension(?, 'sqlite3_entable_init')", (module,))
    connection.execute("SELECT entable_open(?)", (config,)).fetchall()
    return connection


def selects(connection):
    """How many SELECTs the server has run, but for this one."""
    return int(connection.execute("SELECT c2 FROM mysql_query('SHOW GLOBAL STATUS LIKE"
                                  " ''Com_select''')").fetchone()[0])


class Crowd:
    """The threads, and what they read."""

    def __init__(self, module, config):
        self.handles = [connect(module, config) for _ in range(CROWD)]
        self.barrier = threading.Barrier(CROWD)
        self.seen, self.errors = [], []
        for handle in self.handles:
            handle.execute("SELECT v FROM item WHERE id = 2").fetchall()

    def read(self, handle):
        self.barrier.wait()
        try:
            self.seen.append(handle.execute("SELECT v FROM item WHERE id = 1").fetchall())
        except sqlite3.Error as error:
            self.errors.append(str(error))

    def rush(self):
        """All of them read the row at once; what they saw."""
        self.seen, self.errors = [], []
        threads = [threading.Thread(target=self.read, args=(handle,)) for handle in self.handles]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.seen


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    options = parser.parse_args()
    server = Server()
    server.empty()
    server.run(["CREATE TABLE item (id BIGINT PRIMARY KEY, v BIGINT NOT NULL);",
                "INSERT INTO item VALUES (1, 10), (2, 20);"])
    config = write_config("crowd.yaml")
    crowd, watcher = Crowd(options.module, config), connect(options.module, config)
    counts = []
    for _ in range(ROUNDS):
        watcher.execute("SELECT entity_forget('item')").fetchall()
        before = selects(watcher)
        seen = crowd.rush()
        counts.append(selects(watcher) - before)
        if crowd.errors or seen != [[(10,)]] * CROWD:
            print("wrong:", crowd.errors[:3], len(seen))
            return 1
    # A lease that nobody will fill: each waits a moment, then asks for itself.
    key = watcher.execute("SELECT value FROM redis('KEYS', '*:*:*')"
                          " WHERE hex(substr(value, -1)) = '01'").fetchone()[0]
    watcher.execute("SELECT redis('SET', ?, 'L0123456789abcdef', 'PX', 60000)", (key,)).fetchall()
    if crowd.rush() != [[(10,)]] * CROWD or crowd.errors:
        print("wrong behind a dead reader:", crowd.errors[:3])
        return 1
    print(f"SELECTs of {CROWD} readers at once: {counts}")
    return 0 if sorted(counts)[ROUNDS // 2] <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
