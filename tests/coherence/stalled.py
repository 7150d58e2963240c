#!/usr/bin/python3
"""A COMMIT that takes longer than it is assumed to keeps its rows blocked.

    entable sandbox --with redis --database judge -- \\
      /usr/bin/python3 tests/coherence/stalled.py --module build/vtab/entable.so

The server holds the COMMIT back for some seconds, commit_max_s is one.  All the while the
row stands blocked in Redis, readers see the old row and keep it nowhere, and as soon as
COMMIT returns they see the new one.
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    options = parser.parse_args()
    server = Server()
    server.empty()
    server.run(["CREATE TABLE item (id BIGINT PRIMARY KEY, v BIGINT NOT NULL);",
                "INSERT INTO item VALUES (1, 10);"])
    config = crowd.write_config("stalled.yaml", CONFIG)
    writer, reader, watcher = (crowd.connect(options.module, config) for _ in range(3))
    look(reader, watcher)
    writer.execute("BEGIN")
    writer.execute("UPDATE item SET v = 11 WHERE id = 1")
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
    return 0 if looks > 10 and not wrong and after == [(11,)] and times else 1


if __name__ == "__main__":
    sys.exit(main())
