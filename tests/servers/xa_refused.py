#!/usr/bin/python3
"""A server that cannot keep a prepared branch refuses `transactions: xa` by name.

    tests/servers/with mysql-5.6 --database judge -- \\
      /usr/bin/python3 tests/servers/xa_refused.py --module build/vtab/entable.so

MySQL 5.6 prepares branches and forgets them with their connection; Galera has none.
"""

import argparse
import os
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

from server import Server  # noqa: E402
import sides               # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--module", required=True, type=os.path.abspath)
    options = parser.parse_args()
    server = Server()
    server.run(["CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB;"])
    address = f"root@unix({server.socket})/{server.database}"
    path = Path(server.socket + ".yaml")
    path.write_text(f"default: {{mysql: {address}, import: true, transactions: xa}}\n"
                    f"log: {{mysql: {address}, transactions: xa}}\n", encoding="utf-8")
    handle = sides.connect()
    sides.load(handle, options.module)
    handle.execute("SELECT entable_open(?)", (str(path),)).fetchall()
    for text in ("INSERT INTO t VALUES (1)", "DELETE FROM t"):
        try:
            handle.execute(text)
        except sqlite3.OperationalError as error:
            print(error)
            assert error.sqlite_errorname == "SQLITE_ERROR", error.sqlite_errorname
            assert "transactions: xa" in str(error), error
        else:
            raise AssertionError(f"{text} was done")
    assert handle.execute("SELECT count(*) FROM t").fetchall() == [(0,)]
    rows = handle.execute("SELECT pool, status, error, advice FROM entable_check").fetchall()
    for row in rows:
        print(row)
        assert row[1] == "failed" and "transactions: xa" in row[2], row
        assert row[3] == "take 'transactions: xa' out of the configuration", row
    assert len(rows) == 2, rows
    return 0


if __name__ == "__main__":
    sys.exit(main())
