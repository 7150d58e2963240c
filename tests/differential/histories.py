"""Draws histories: single statements and transactions, one after the other.

A step is drawn when those before it have been played, from what the tables hold
then; so a history cannot be drawn without being played, but it can be written
down and played again.
"""

import re
from dataclasses import replace

import writable
from statements import Statements
from steps import History, Step, control, same

UNITS = 20
TRANSACTIONS = 0.6     # share of units that are transactions
GATHERING = 0.25       # share of histories whose transactions gather rows
TALL, ROWS_OF_TALL = 0.2, 140   # share of histories whose tables take several pages
SAVEPOINTS = "abcd"


def told(rows, *texts):
    """A history of one unit, from its texts."""
    steps = tuple(control(text) if text.split()[0] in CONTROLS else
                  Step(same(text), verb=text.split()[0].lower(), table=table_of(text),
                       clause=text.split()[2] if " OR " in text[:14] else "") for text in texts)
    return History(tuple((table.name, rows.get(table.name, ())) for table in writable.TABLES),
                   (steps,))


def table_of(text):
    """The table that a statement writes."""
    return re.match(r"(?:INSERT|UPDATE|DELETE)(?: OR \w+)? (?:INTO |FROM )?(\w+)", text)[1]


CONTROLS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")

# What has failed once.
FIXED = [
    # The rollback of a failed statement hid a later one to a savepoint before it.
    told({}, "SAVEPOINT d", "INSERT INTO label VALUES ('x', NULL, 1)",
         "INSERT INTO item(id, person_id) VALUES (1, 99), (2, 99)", "ROLLBACK TO d", "COMMIT"),
    told({}, "SAVEPOINT a", "INSERT INTO label VALUES ('x', NULL, 1)", "SAVEPOINT b",
         "INSERT INTO label VALUES ('y', NULL, 1)", "ROLLBACK TO b", "ROLLBACK TO a", "RELEASE a"),
    # A foreign key is no matter for an OR clause.
    told({}, "BEGIN", "INSERT INTO label VALUES ('x', NULL, 1)",
         "INSERT OR ROLLBACK INTO tag(id, item_id, word) VALUES (1, 22, 'x')", "COMMIT"),
    told({"person": ((1, "a", None, 1, 1, None, None),), "item": ((1, 1, None, 1, None),)},
         "BEGIN", "INSERT OR FAIL INTO tag(id, item_id, word) VALUES (1, 1, 'a'), (2, 9, 'b')",
         "COMMIT"),
]


def beginning(rng):
    """The rows and the setting that a history begins with."""
    batch = "transaction" if rng.random() < GATHERING else "statement"
    tall = ROWS_OF_TALL if rng.random() < TALL else 0
    return History(writable.fill(rng, tall), (), batch)


class Transaction:
    """The steps of one transaction."""

    def __init__(self, rng, statements, is_open):
        self.rng = rng
        self.statements = statements
        self.is_open = is_open    # asks whether the transaction still is
        self.names = []           # of savepoints, outermost first

    def steps(self):
        """Yields steps; each is played before the next is asked for."""
        opener = self.rng.choice(["BEGIN", "BEGIN", "BEGIN IMMEDIATE", "SAVEPOINT o"])
        yield control(opener)
        for _ in range(self.rng.randint(1, 8)):
            yield self.step()
            if not self.is_open():
                return
        yield control(self.end(opener))

    def end(self, opener):
        """COMMIT, mostly."""
        if self.rng.random() < 0.2:
            return "ROLLBACK"
        return "RELEASE o" if opener == "SAVEPOINT o" else "COMMIT"

    def step(self):
        roll = self.rng.random()
        if roll < 0.16:
            self.names.append(self.rng.choice(SAVEPOINTS))
            return control("SAVEPOINT " + self.names[-1])
        if self.names and roll < 0.28:
            name = self.rng.choice(self.names)
            at = len(self.names) - 1 - self.names[::-1].index(name)
            del self.names[at + 1:]
            return control("ROLLBACK TO " + name)
        if self.names and roll < 0.35:
            name = self.rng.choice(self.names)
            at = len(self.names) - 1 - self.names[::-1].index(name)
            del self.names[at:]
            return control("RELEASE " + name)
        if roll < 0.38:
            return control("", "peek")
        return replace(self.statements.any(), dooms=self.rng.random() < 0.3)


def draw(rng, referee):
    """Yields the steps of a history, a list of those of each unit, as they are played."""
    statements = Statements(rng, referee.copies)
    for _ in range(UNITS):
        if rng.random() < TRANSACTIONS:
            unit = Transaction(rng, statements, lambda: referee.ours.connection.in_transaction)
            yield unit.steps()
        else:
            yield iter([statements.any()])
