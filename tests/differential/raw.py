"""The rows of the server read past entable, by a session of its own client."""

import subprocess
import sys

# How the client is asked for a column of each kind, and what its text becomes.
ASKED = {"text": "HEX(CONVERT({} USING utf8mb4))", "blob": "HEX({})", "bits": "{} + 0"}


def whole(digits):
    """An integer as a column of SQLite holds it."""
    number = int(digits)
    return number if -2**63 <= number < 2**63 else float(number)


def decimal(digits):
    """A decimal as a DECIMAL column of SQLite holds it: whole ones as integers."""
    number = float(digits)
    return int(number) if number == int(number) else number


READ = {"text": lambda shown: bytes.fromhex(shown).decode(), "blob": bytes.fromhex,
        "number": whole, "bits": whole, "decimal": decimal, "real": float}


class Raw:
    """One session, kept open; it ends with the program."""

    def __init__(self, server):
        self.process = subprocess.Popen(server.command("--unbuffered"), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.asked = 0

    def run(self, statements):
        """The lines that statements print."""
        self.asked += 1
        mark = f"-- done {self.asked}"
        self.process.stdin.write("\n".join([*statements, f"SELECT '{mark}';\n"]))
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.rstrip("\n") == mark:
                return lines
            lines.append(line.rstrip("\n"))
        return sys.exit("the server's client ended")

    def close(self):
        """Ends the session."""
        self.process.stdin.close()
        self.process.wait()

    def rows(self, tables):
        """All rows of some tables, by name."""
        texts = []
        for table in tables:
            shown = ", ".join(ASKED.get(c.kind, "{}").format(c.name) for c in table.columns)
            texts += [f"SELECT {shown} FROM {table.name};", "SELECT '--';"]
        found, rows = {}, []
        for line in self.run(texts):
            if line == "--":
                found[tables[len(found)].name], rows = rows, []
            else:
                rows.append(line.split("\t"))
        return {table.name: [decoded(table, row) for row in found[table.name]]
                for table in tables}


def decoded(table, row):
    """A row of the client's texts as SQLite's values."""
    return tuple(None if shown == "NULL" else READ[column.kind](shown)
                 for column, shown in zip(table.columns, row))
