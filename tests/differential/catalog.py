"""What the generator knows of the tables: kinds of columns and values in them."""

from dataclasses import dataclass
from typing import NamedTuple

from query import Sql
from schema import quoted

SMALL = 60  # rows of a table that a join may begin with
SMALL_TABLES = ("house", "person", "cell", "label", "loose")
SINGLE = [(3, "ints"), (3, "numbers"), (4, "texts"), (2, "longs"), (2, "moments"), (2, "octets"),
          (2, "wide"), (2, "named"), (1, "exactly"), (1, "tagged"), (2, "pairs"), (2, "words"),
          (1, "days"), (2, "heap"), (2, "coded"), (4, "big"), (1, "seen"), (1, "tally"),
          (1, "person"), (1, "cell"), (1, "label")]
INNER = ["ints", "numbers", "texts", "longs", "moments", "wide", "named", "tagged", "words",
         "coded", "tally", "octets", "exactly", "days"]
KEYSETS = {"pairs": ("a", "b"), "cell": ("x", "y"), "words": ("word", "n"), "big": ("a", "b"),
           "days": ("day", "tail"), "heap": ("a", "b"), "wide": ("n", "id")}
HIDING = [(4, "big"), (2, "pairs"), (1, "heap"), (1, "cell")]


@dataclass(frozen=True)
class Attribute:
    """A column of a table, of a view or of a subquery."""
    name: str
    kind: str           # integer, decimal, real, text, moment, blob
    samples: tuple      # values that occur, NULL among them if it does
    index: bool = False
    summable: bool = False


@dataclass(frozen=True)
class Relation:
    """Something that stands in FROM."""
    name: str
    attributes: tuple
    rows: tuple = ()    # tuples of values, for row values that occur together
    size: int = 0
    key: tuple = ()
    rowid: bool = False

    def count(self, kind):
        """How many columns are of a kind."""
        return sum(attribute.kind == kind for attribute in self.attributes)

    def unique(self):
        """The attributes of its key if SQLite, too, sees no two rows of one key."""
        ats = [at for at, found in enumerate(self.attributes) if found.name in self.key]
        keys = {tuple(row[at] for at in ats) for row in self.rows}
        return [self.attributes[at] for at in ats] if len(keys) == len(self.rows) else []


class Field(NamedTuple):
    """A column as a query names it, through an alias."""
    alias: str
    attribute: Attribute
    spelled: str = ""   # rowid has other names

    @property
    def piece(self):
        return Sql(f"{self.alias}.{self.spelled or quoted(self.attribute.name)}")

    @property
    def kind(self):
        return self.attribute.kind


def family(kind):
    """Kinds whose values compare with each other in a way worth asking for."""
    return {"integer": "number", "decimal": "number", "real": "number",
            "moment": "text"}.get(kind, kind)


def relation(copy, table):
    """What the ordinary copy says about one table."""
    rows = tuple(copy.connection.execute(f"SELECT * FROM {table.name}").fetchall())
    attributes = []
    for at, column in enumerate(table.columns):
        samples = tuple(dict.fromkeys(row[at] for row in rows))
        index = column.index or column.name in table.key[:1]
        attributes.append(Attribute(column.name, column.type.kind, samples, index,
                                    column.type.summable))
    return Relation(table.name, tuple(attributes), rows, len(rows), table.key, table.rowid)


class Relations(dict):
    """Every table by name, and which of them a shape of query takes."""

    def __init__(self, relations):
        super().__init__((found.name, found) for found in relations)
        self.fixed = "person" in self  # the tables of schema.py, which some shapes name
        self.single = SINGLE if self.fixed else [(1, name) for name in self]
        self.small = SMALL_TABLES if self.fixed else tuple(
            found.name for found in relations if 0 < found.size <= SMALL)
        self.inner = INNER if self.fixed else list(self)
        self.keysets = KEYSETS if self.fixed else {
            found.name: found.key[:2] for found in relations if len(found.key) > 1}
        self.hiding = HIDING if self.fixed else [
            (1, found.name) for found in relations if found.count("integer") > 1]
        self.beside = []  # the columns of the table beside them
        self.within = self.small  # of subqueries

    def add_views(self, views):
        """Views are read as tables are, but not joined (terms.arms())."""
        for found in views:
            self[found.name] = found
            self.single = self.single + [(1, found.name)]
            if found.size <= SMALL:
                self.within = tuple(self.within) + (found.name,)


def catalog(copy, tables):
    """What the generator knows of every table."""
    return Relations([relation(copy, table) for table in tables])
