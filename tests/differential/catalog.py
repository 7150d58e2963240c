"""What the generator knows of the tables: kinds of columns and values in them."""

from dataclasses import dataclass
from typing import NamedTuple

from query import Sql
from schema import quoted


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


def catalog(copy, tables):
    """Every table by name."""
    return {table.name: relation(copy, table) for table in tables}
