"""The server's side: its address, and SQL sent through its own client."""

import os
import subprocess
import sys


class Server:
    """The sandbox that the environment names."""

    def __init__(self):
        self.socket = os.environ.get("ENTABLE_SANDBOX_SOCKET", "")
        self.database = os.environ.get("ENTABLE_SANDBOX_DATABASE", "")
        if not self.socket or not self.database:
            sys.exit("run this inside `entable sandbox --database judge -- …`")
        # The sandbox's own configuration is the same database: opened by itself
        # as the module loads, it would stand in the way of our opening.
        os.environ.pop("ENTABLE_CONFIG", None)

    @property
    def url(self):
        return f"mysql://root@localhost/{self.database}?socket={self.socket}"

    def command(self, *more):
        """The client's command line; its input and output are utf8mb4."""
        return ["mariadb", "--no-defaults", f"--socket={self.socket}", "-uroot",
                "--default-character-set=utf8mb4", "--skip-column-names", "--batch",
                *more, self.database]

    def run(self, statements):
        """Runs statements in one session; returns the output, ends on an error."""
        done = subprocess.run(self.command(), input="\n".join(statements), text=True,
                              capture_output=True, check=False)
        if done.returncode != 0:
            sys.exit(f"the server refused: {done.stderr.strip()[:500]}")
        return done.stdout

    def has_collation(self, name):
        """Whether a text can be compared so on this server."""
        return self.run([f"SHOW COLLATION LIKE '{name}';"]) != ""

    def has_long_times(self):
        """Whether the longest time may have decimals."""
        return ".5" in self.run(["SELECT CAST('838:59:59.5' AS TIME(1));"])

    def has_json(self):
        """Whether it has the type."""
        done = subprocess.run(self.command(), input="CREATE TEMPORARY TABLE j (j json)", text=True,
                              capture_output=True, check=False)
        return done.returncode == 0

    def empty(self):
        """Drops every view and table, so that a run begins from nothing."""
        listed = self.run(["SHOW FULL TABLES;"]).splitlines()
        drops = [f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} `{name}`;"
                 for name, kind in (line.split("\t") for line in listed)]
        self.run(["SET foreign_key_checks = 0;"] + drops)
