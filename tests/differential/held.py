"""The setting `snapshot`: what is judged was begun before the server lost its rows."""

import schema
from raw import Raw

EACH = 25   # queries between BEGIN and COMMIT


class Held:
    """Transactions of our sides in which every query reads one state.

    Once both have begun to read, the server's tables are emptied; behind COMMIT they
    are filled again.  An answer with a row in it was read in the transaction's state,
    whole tables and keys, queries with subqueries and all.
    """

    def __init__(self, server, tables, ours):
        self.tables = [table for table in tables if not table.view]
        self.ours = ours
        self.raw = Raw(server)
        self.is_empty, self.left = False, 0
        self.raw.run([schema.MODES, "SET foreign_key_checks = 0;"])
        for side in ours:
            side.connection.execute("SELECT entable_set('snapshot', 'on')").fetchall()

    def next(self):
        """To be called before each query: begins anew where it is time, or where a
        transaction has ended of itself."""
        is_over = not all(side.connection.in_transaction for side in self.ours)
        if is_over or self.left == 0:
            self.end()
            self.begin()
        self.left -= 1

    def begin(self):
        """The first read is what the others must agree with."""
        for side in self.ours:
            side.connection.execute("BEGIN")
            side.connection.execute(f"SELECT * FROM {self.tables[0].name}").fetchone()
        self.raw.run(["BEGIN;", *(f"DELETE FROM {table.name};" for table in self.tables), "COMMIT;"])
        self.is_empty, self.left = True, EACH

    def end(self):
        """The sides out of their transactions, the server as it was."""
        for side in self.ours:
            if side.connection.in_transaction:
                side.connection.execute("COMMIT")
        if self.is_empty:
            fill = [text for table in self.tables for text in schema.server_rows(table)]
            self.raw.run(["BEGIN;", *fill, "COMMIT;"])
        self.is_empty = False

    def close(self):
        self.end()
        self.raw.close()
