#!/usr/bin/python3
"""Runs a golden file: SQL statements, each followed by what it must print.

    entable sandbox --database golden --load FIXTURE.sql -- \\
      /usr/bin/python3 tests/golden/golden.py MODULE FILE.sql [--bless]

After a statement, "--| " starts an expected row (columns joined by "|", NULL for
NULL, x'..' for a blob) and "--! " an expected error, with SQLite's code; no such
line means no row and no error.  With --bless the file is written back with what
came out, to be read before it is committed.

${SOCKET}, ${PORT}, ${DIR} and ${DATABASE} stand for the server's, in statements
and in results; so do ${REDIS} and ${REDIS_PORT}, the socket and the port of Redis.  A line "--@ ..." tells the runner something:

    --@ fixture NAME.sql   what the server is filled with (read by CMake)
    --@ with redis         the sandbox has that, too (read by CMake)
    --@ env NAME=VALUE     sets an environment variable, from the next reopen on
    --@ db NAME            opens the database file ${DIR}/NAME instead of memory
    --@ reopen             closes the handle and opens it again
    --@ server SQL         runs statements on the server, through its own client;
                           "\\n" begins a new line
    --@ kill               ends every connection to the server
    --@ file NAME          writes ${DIR}/NAME: the lines "--: ..." that follow

Other lines that begin with "--" are comments.
"""

import os
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

LONGEST = 60  # seconds that connections may take to end


class Golden:
    """One file being run."""

    def __init__(self, module, path):
        self.module = module
        self.path = Path(path)
        self.names = {name: os.environ[f"ENTABLE_SANDBOX_{name}"]
                      for name in ("SOCKET", "PORT", "DIR", "DATABASE", "REDIS", "REDIS_PORT")
                      if f"ENTABLE_SANDBOX_{name}" in os.environ}
        os.environ.pop("ENTABLE_CONFIG", None)
        self.database = ":memory:"
        self.handle = None
        self.blessed = []
        self.failures = 0
        self.statements = 0

    def fill_in(self, text):
        """Puts the server's names for ${...}."""
        return re.sub(r"\$\{(SOCKET|PORT|DIR|DATABASE|REDIS|REDIS_PORT)\}",
                      lambda found: self.names[found[1]], text)

    def take_out(self, text):
        """The other way round; the longest first, since one holds the other."""
        for name in ("SOCKET", "REDIS", "DIR", "PORT", "REDIS_PORT"):
            if name in self.names:
                text = text.replace(self.names[name], "${" + name + "}")
        return text

    def open(self):
        """A fresh handle with the module in it, by its entry point, whatever its file is called."""
        if self.handle:
            self.close()
        self.handle = sqlite3.connect(self.database, isolation_level=None)
        self.handle.enable_load_extension(True)
        self.handle.execute("SELECT load_extension(?, 'sqlite3_entable_init')",
                            (self.module,)).fetchall()

    def close(self):
        """Ends the handle."""
        self.handle.close()

    def server(self, sql, *more):
        """Runs SQL by the server's own client, with more options; its words."""
        done = subprocess.run(["mariadb", "--no-defaults", "-uroot", "-N", *more,
                               f"--socket={self.names['SOCKET']}",
                               "--default-character-set=utf8mb4", self.names["DATABASE"]],
                              input=sql, text=True, check=True, stdout=subprocess.PIPE)
        return done.stdout

    def kill(self):
        """Ends the connections of everybody but the server itself, and waits until none is
        left. One may end by itself between being listed and being killed, which the client
        takes for an error: who is left is what counts."""
        until = time.monotonic() + LONGEST
        while kills := self.server("SELECT CONCAT('KILL ', id, ';') FROM "
                                   "information_schema.processlist WHERE user = 'root' "
                                   "AND id <> CONNECTION_ID()"):
            if time.monotonic() > until:
                sys.exit(f"{self.path}: connections do not end: {kills}")
            self.server(kills, "--force")

    def change(self, sql):
        """Has another program change the server."""
        self.server(sql)

    def write(self, name, lines):
        """Writes a file that statements name."""
        Path(self.names["DIR"], name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def direct(self, line, rest):
        """Carries out a "--@ " line; `rest` are the lines behind it."""
        word, _, argument = line[4:].strip().partition(" ")
        argument = self.fill_in(argument)
        if word == "env":
            name, _, value = argument.partition("=")
            os.environ[name] = value
        elif word == "db":
            self.database = os.path.join(self.names["DIR"], argument)
            self.open()
        elif word == "reopen":
            self.open()
        elif word == "server":
            self.change(argument.replace("\\n", "\n"))
        elif word == "kill":
            self.kill()
        elif word == "file":
            lines = []
            for text in rest:
                if not text.startswith("--:"):
                    break
                lines.append(self.fill_in(text[4:]))
            self.write(argument, lines)
        elif word not in ("fixture", "with"):
            sys.exit(f"{self.path}: what is '{line}'?")

    def show(self, value):
        """One value of a row."""
        if value is None:
            return "NULL"
        if isinstance(value, bytes):
            return f"x'{value.hex()}'"
        text = repr(value) if isinstance(value, float) else str(value)
        return self.take_out("".join(c if c >= " " else f"\\x{ord(c):02x}" for c in text))

    def run(self, sql):
        """The lines that a statement prints."""
        lines = []
        try:
            for row in self.handle.execute(self.fill_in(sql)):
                lines.append("--| " + "|".join(map(self.show, row)))
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorname", "SQLITE_ERROR")
            lines.append(f"--! {code.removeprefix('SQLITE_')}: "
                         + self.take_out(str(error)))
        return lines

    def finish(self, sql, expected, number):
        """Runs a collected statement and compares."""
        got = self.run("\n".join(sql))
        self.statements += 1
        self.blessed += sql + got
        if got != expected:
            self.fail(sql, expected, got, number)

    def fail(self, sql, expected, got, number):
        """Says what came instead."""
        self.failures += 1
        print(f"{self.path}:{number}:", *sql, "-- expected", *expected, "-- got", *got, sep="\n")

    def read(self):
        """Runs the whole file."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        sql, expected, start, complete = [], [], 0, False
        self.open()
        for number, line in enumerate(lines, 1):
            if line.startswith(("--|", "--!")):
                expected.append(line)
                continue
            if complete:
                self.finish(sql, expected, start)
                sql, expected, complete = [], [], False
            if not sql and (not line or line.startswith("--")):
                self.blessed.append(line)
                if line.startswith("--@"):
                    self.direct(line, lines[number:])
                continue
            start = start if sql else number
            sql.append(line)
            complete = sqlite3.complete_statement("\n".join(sql))
        if sql:
            self.finish(sql, expected, start)
        self.close()


def main():
    golden = Golden(sys.argv[1], sys.argv[2])
    golden.read()
    if "--bless" in sys.argv[3:]:
        golden.path.write_text("\n".join(golden.blessed) + "\n", encoding="utf-8")
        return 0
    print(f"{golden.statements - golden.failures} passed, {golden.failures} failed")
    return golden.failures != 0


if __name__ == "__main__":
    sys.exit(main())
