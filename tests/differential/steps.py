"""What a history of writes is made of, and how it is made smaller.

A history begins with known rows and goes through units: single statements, and
transactions of several steps.  Every step knows its text for entity tables and
the one for ordinary tables, which differ in what the two are known to do
differently: a NULL that the server's default stands for, the name of an alias,
an id that the server makes.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import constants


class Both(NamedTuple):
    """A piece of SQL for entity tables and the same for ordinary ones."""
    ours: str
    copy: str


def same(text):
    """A piece that is alike on both sides."""
    return text if isinstance(text, Both) else Both(str(text), str(text))


def both(pattern, *parts):
    """Fills the {} of a pattern with pieces, in order."""
    parts = [same(part) for part in parts]
    return Both(pattern.format(*(part.ours for part in parts)),
                pattern.format(*(part.copy for part in parts)))


def listed(parts, between=", "):
    """Pieces with a separator between them."""
    parts = [same(part) for part in parts]
    return Both(between.join(part.ours for part in parts),
                between.join(part.copy for part in parts))


def spelled(value):
    """A value as SQL, to be pasted anywhere."""
    return constants.literal(value) or f"CAST(X'{value.encode().hex()}' AS TEXT)"


@dataclass(frozen=True)
class Step:
    """One statement; `rows` are those of its VALUES between `head` and `tail`."""
    head: Both
    rows: tuple = ()
    tail: Both = Both("", "")
    verb: str = ""     # insert, update or delete; another word for the rest
    table: str = ""
    clause: str = ""   # IGNORE, REPLACE …
    made: tuple = ()   # unique texts of the rows whose id the server makes
    returns: bool = False
    dooms: bool = False  # may be left to fail later, where rows are gathered

    @property
    def writes(self):
        return self.verb in ("insert", "update", "delete")

    def written(self):
        """Its text on both sides."""
        return both("{}{}{}", self.head, listed(self.rows), self.tail)

    def less(self):
        """The same with one row less."""
        if len(self.rows) > 8:
            yield replace(self, rows=self.rows[len(self.rows) // 2:])
            yield replace(self, rows=self.rows[:len(self.rows) // 2])
        for at in range(len(self.rows) if len(self.rows) > 1 else 0):
            yield replace(self, rows=self.rows[:at] + self.rows[at + 1:])


def control(text, word="control"):
    """A step that writes nothing: BEGIN, SAVEPOINT s …"""
    return Step(same(text), verb=word)


def without(items, shorter=2):
    """Sequences with half of the items gone, then with one gone."""
    half = len(items) // 2
    if len(items) > shorter:
        yield items[half:]
        yield items[:half]
    for at in reversed(range(len(items))):
        yield items[:at] + items[at + 1:]


@dataclass(frozen=True)
class History:
    """The rows at the beginning, by table, and the units that follow."""
    rows: tuple    # of (table's name, tuple of rows)
    units: tuple   # of tuples of steps
    batch: str = "statement"

    def less(self):
        """Smaller histories, the much smaller ones first."""
        for units in without(self.units):
            yield replace(self, units=units)
        for at, unit in enumerate(self.units):
            for steps in without(unit):
                if steps:
                    yield self.with_unit(at, steps)
        for at, (name, rows) in enumerate(self.rows):
            for fewer in ([()] if rows else []) + list(without(rows)):
                yield replace(self, rows=self.rows[:at] + ((name, tuple(fewer)),)
                              + self.rows[at + 1:])
        for at, unit in enumerate(self.units):
            for place, step in enumerate(unit):
                for smaller in step.less():
                    yield self.with_unit(at, unit[:place] + (smaller,) + unit[place + 1:])

    def with_unit(self, at, steps):
        """The same with another unit in one place."""
        return replace(self, units=self.units[:at] + (tuple(steps),) + self.units[at + 1:])
