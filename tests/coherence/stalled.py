#!/usr/bin/python3
"""A COMMIT that takes longer than it is assumed to keeps its rows blocked.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/coherence/stalled.py --module build/vtab/entable.so

The server holds the COMMIT back for some seconds, once of one pool and once of two;
commit_max_s is one.  All the while the row stands blocked in Redis, readers see the old row
and keep it nowhere, and as soon as COMMIT returns they see the new one.
"""

import argparse
import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

import crowd                # noqa: E402
from server import Server   # noqa: E402

HELD = 4  # seconds
CONFIG = crowd.CONFIG + "settings: {{commit_max_s: 1}}\n"
SEVERAL = CONFIG.replace('"}}', '", transactions: xa}}') + (
    'other: {{mysql: "root@unix({socket})/other", transactions: xa}}\n')
WRITES = ("UPDATE item SET v = 11 WHERE id = 1",
          "SELECT mysql_exec(pool('other'), 'INSERT INTO plain VALUES (1)')")


def write(writer, times):
    """A transaction whose COMMIT has to wait."""
    writer.execute("COMMIT")
    times.append(time.monotonic())


def look(reader, watcher):
    """What a reader sees, and what stands in Redis: the kinds of its values."""
    seen = reader.execute("SELECT v FROM item WHERE id = 1").fetchall()
    kinds = watcher.execute("SELECT substr(redis('GET', value), 1, 1) FROM redis('KEYS', '*:*:*')")
    return seen, sorted(bytes(kind[0], "utf-8") if isinstance(kind[0], str) else kind[0]
                        for kind in kinds)


def stall(module, server, text, statements):
    """What is wrong while the COMMIT of these waits, and behind it."""
    server.run(["UPDATE item SET v = 10;"])
    config = crowd.write_config("stalled.yaml", text)
    writer, reader, watcher = (crowd.connect(module, config) for _ in range(3))
    reader.execute("SELECT entity_forget('item')").fetchall()
    look(reader, watcher)
    for sql in ("BEGIN", *statements):
        writer.execute(sql).fetchall()
    holds = threading.Thread(target=server.run, args=(
        [f"FLUSH TABLES WITH READ LOCK; SELECT SLEEP({HELD}); UNLOCK TABLES;"],))
    holds.start()
    time.sleep(0.5)
    times, wrong, looks = [], [], 0
    commits = threading.Thread(target=write, args=(writer, times))
    commits.start()
    time.sleep(0.3)
    until = time.monotonic() + HELD - 1.5
    while time.monotonic() < until:
        seen = look(reader, watcher)
        looks += 1
        if seen != ([(10,)], [b"T"]):
            wrong.append(seen)
        time.sleep(0.05)
    commits.join()
    holds.join()
    after = reader.execute("SELECT v FROM item WHERE id = 1").fetchall()
    print(f"{looks} looks while COMMIT waited, {len(wrong)} wrong {wrong[:2]}; then {after}")
    return looks <= 10 or wrong or after != [(11,)] or not times


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    options = parser.parse_args()
    server = Server()
    server.empty()
    server.run(["CREATE TABLE item (id BIGINT PRIMARY KEY, v BIGINT NOT NULL);",
                "INSERT INTO item VALUES (1, 10);", "CREATE DATABASE IF NOT EXISTS other;",
                "CREATE OR REPLACE TABLE other.plain (n INT);"])
    one = stall(options.module, server, CONFIG, WRITES[:1])
    several = stall(options.module, server, SEVERAL, WRITES)
    return 1 if one or several else 0


if __name__ == "__main__":
    sys.exit(main())
