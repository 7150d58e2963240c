#!/usr/bin/python3
"""What is late does no harm where processes keep rows and lists: what Redis tells of the
process's own writes, which it must know by itself; and a row that was asked for before it was
changed, or the keys of a query, that come when that was long heard.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/coherence/late.py --module build/vtab/entable.so --tiers both

Relays hold back what the servers say. With --expect-wrong, for a planted fault, something old
must be read.
"""

import argparse
import multiprocessing
import os
import sys
import threading
import time

from delay import Delay
from tables import CREATE, FILL, KEYS, LONGEST, LOW, TIERS, Arena, connect, counted, read_low

LAG_MS = 60000  # longer than anything takes here
CONFIG = """
default: {{mysql: "root@unix({mysql})/{database}", redis: "{redis}:0", local_cache: 1000}}
settings: {{local_cache_lag_ms: {lag}}}
entities:
  item:
    {options}
    index: {{v: [v]}}
    queries: {{low: where v < {low} order by id, worth: where v = ?}}
    columns: {{id: bigint, v: bigint not null, note: varchar(40)}}
  part:
    {options}
    index: {{v: [v]}}
    queries: {{low: where v < {low} order by id}}
    columns:
      id: bigint
      item_id: references item not null on delete cascade
      v: bigint not null
      note: varchar(40)
"""
WRITES = (  # all is read locally before each of them
    ["UPDATE item SET v = 1001 WHERE id = 1"],
    ["INSERT INTO item (id, v) VALUES (8, 1008)"],
    ["INSERT OR REPLACE INTO part (id, item_id, v) VALUES (4, 4, 1004)"],
    ["DELETE FROM item WHERE id = 3"],
    ["UPDATE item SET id = 9 WHERE id = 8"],
    ["BEGIN", "UPDATE item SET v = 1002 WHERE id = 2", "SELECT mysql_exec('UPDATE part SET v ="
     " v + 1')", "SAVEPOINT s", "UPDATE item SET v = 1 WHERE id = 5", "ROLLBACK TO s", "COMMIT"],
    ["SELECT mysql_exec('UPDATE item SET v = v + 100')"],
)


def change(module, config, value):
    """A write by another process."""
    connect(module, config).execute("UPDATE item SET v = ? WHERE id = 1", (value,))


class Late:
    """Handles of one process by relays, and what was wrong."""

    def __init__(self, module, tiers):
        self.module = module
        self.options = "\n    ".join(f"{tier}: true" for tier in TIERS[tiers])
        self.arena = Arena(module)
        self.arena.server.empty()
        self.arena.server.run(CREATE + FILL)
        self.wrong = []

    def config(self, name, mysql=None, redis=None):
        """A configuration by these sockets, or the servers' own."""
        server = self.arena.server
        path = self.arena.folder / f"{name}.yaml"
        path.write_text(CONFIG.format(
            mysql=mysql or server.socket, database=server.database, options=self.options,
            redis=redis or self.arena.redis_socket, lag=LAG_MS, low=LOW), encoding="utf-8")
        return str(path)

    def relay(self, name, server_socket):
        return Delay(server_socket, str(self.arena.folder / name))

    @staticmethod
    def read(handle):
        """Every key of both tables, by key, and what the cached queries find."""
        found = {}
        for table in ("item", "part"):
            found[table, "low"] = read_low(handle, table)
            for key in KEYS:
                row = handle.execute(f"SELECT v FROM {table} WHERE id = ?", (key,)).fetchone()
                found[table, key] = row[0] if row else None
        return found

    @staticmethod
    def wait_for(is_so, what):
        until = time.monotonic() + LONGEST
        while not is_so():
            if time.monotonic() > until:
                sys.exit(f"{what}: this test would prove nothing")

    def keep_all(self, handle):
        """Reads until this process has every row."""
        def is_kept():
            self.read(handle)
            return counted(handle, "entries") >= 2 * len(KEYS)
        self.wait_for(is_kept, "the process keeps no rows")

    def own(self):
        """Nothing is heard from before a write of the process's own until it has read."""
        relay = self.relay("late-redis", self.arena.redis_socket)
        config = self.config("own", redis=relay.path)
        writer, reader = connect(self.module, config), connect(self.module, config)
        try:
            for statements in WRITES:
                self.keep_all(reader)
                before = self.read(writer)
                relay.hold(b"SUBSCRIBE")
                for sql in statements:
                    writer.execute(sql).fetchall()
                state = self.arena.state()
                found = [self.read(writer), self.read(reader)]
                if not relay.held() or before == state:
                    sys.exit(f"{statements}: nothing was held back, or nothing changed")
                relay.release()
                self.wrong += [f"{statements}: the process reads {got[key]} of {key}; the server"
                               f" has {state[key]}"
                               for got in found for key in got if got[key] != state[key]]
        finally:
            relay.close()

    def overtaken(self, ask, value, right):
        """What is asked for comes late, when another process has changed it and that was
        heard."""
        relay = self.relay(f"late-mysql-{value}", self.arena.server.socket)
        slow = connect(self.module, self.config("slow", mysql=relay.path))
        quick = connect(self.module, self.config("quick"))
        try:
            self.read(slow)
            slow.execute(ask.replace(str(value), "0")).fetchall()  # has it prepared
            self.keep_all(quick)
            quick.execute("SELECT entity_forget('item', 1)").fetchall()
            relay.hold(b"")
            reads = threading.Thread(target=lambda: slow.execute(ask).fetchall())
            reads.start()
            self.wait_for(relay.held, "nothing is held back")
            n_heard = counted(quick, "heard")
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                pool.apply(change, (self.module, self.config("quick"), value))

            def is_heard():
                quick.execute("SELECT v FROM item WHERE id = 2").fetchall()
                return counted(quick, "heard") >= n_heard + 2  # it is blocked, and unblocked
            self.wait_for(is_heard, "nothing is heard")
            relay.release()
            reads.join()
            for handle in (slow, quick):
                found = handle.execute(ask).fetchall()
                if found != right:
                    self.wrong.append(f"what came late stays: {ask} gives {found}")
        finally:
            relay.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    parser.add_argument("--tiers", choices=("both", "local"), required=True)
    parser.add_argument("--expect-wrong", action="store_true")
    options = parser.parse_args()
    late = Late(options.module, options.tiers)
    late.own()
    # A row that Redis keeps is kept here only once it was read from there.
    if options.tiers == "local":
        late.overtaken("SELECT v FROM item WHERE id = 1", 2001, [(2001,)])
        late.overtaken("SELECT id FROM item_worth(2002)", 2002, [(1,)])
    print("\n".join(late.wrong[:3]) or "nothing old is read")
    return 1 if bool(late.wrong) != options.expect_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
