"""Queries as trees: written out as SQL with its parameters, and made smaller.

Every part knows its text and its parameters in the order of the text.  `less`
yields the same part with one thing left out, which is what the shrinker tries.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple, Optional

import schema


class Sql(NamedTuple):
    """A piece of SQL with the values of its question marks."""
    text: str
    values: tuple = ()


def sql(pattern, *parts):
    """Fills the {} of pattern with pieces, in order."""
    pieces = [part if isinstance(part, Sql) else Sql(str(part)) for part in parts]
    values = tuple(value for piece in pieces for value in piece.values)
    return Sql(pattern.format(*(piece.text for piece in pieces)), values)


def listed(pieces, between=", "):
    """Pieces with a separator between them."""
    pieces = list(pieces)
    return Sql(between.join(piece.text for piece in pieces),
               tuple(value for piece in pieces for value in piece.values))


@dataclass(frozen=True)
class Term:
    """A condition that is not taken apart."""
    piece: Sql

    def written(self):
        return self.piece

    def less(self):
        return iter(())


@dataclass(frozen=True)
class Tree:
    """AND, OR or NOT over conditions; NOT stands over one."""
    word: str
    terms: tuple

    def written(self):
        inner = [sql("({})", term.written()) for term in self.terms]
        return sql("NOT {}", inner[0]) if self.word == "NOT" else listed(inner, f" {self.word} ")

    def less(self):
        yield from self.terms
        for at, term in enumerate(self.terms):
            if len(self.terms) > 2:
                yield Tree(self.word, self.terms[:at] + self.terms[at + 1:])
            for smaller in term.less():
                yield Tree(self.word, self.terms[:at] + (smaller,) + self.terms[at + 1:])


@dataclass(frozen=True)
class Source:
    """A table or subquery in FROM; its join word and condition, if not the first."""
    piece: Sql
    join: str = ""
    on: Optional[object] = None
    using: str = ""

    def written(self):
        written = sql("{}{}", self.join, self.piece)
        if self.using:
            return sql("{} USING ({})", written, schema.quoted(self.using))
        return sql("{} ON {}", written, self.on.written()) if self.on else written

    def less(self):
        if self.on:
            for smaller in self.on.less():
                yield replace(self, on=smaller)
        if self.join == " LEFT JOIN ":
            yield replace(self, join=" JOIN ")


@dataclass(frozen=True)
class Order:
    """ORDER BY one of the output columns; `piece` says it in the query's words."""
    output: int
    piece: Sql
    collate: str = ""
    tail: str = ""   # DESC, NULLS LAST …

    def written(self):
        collate = f" COLLATE {self.collate}" if self.collate else ""
        return sql("{}{}{}", self.piece, collate, self.tail)


@dataclass(frozen=True)
class Output:
    """A result column, and the field it shows where it is a plain one."""
    piece: Sql
    field: Optional[object] = None


@dataclass(frozen=True)
class Select:
    outputs: tuple
    sources: tuple
    where: Optional[object] = None
    distinct: bool = False
    group: tuple = ()
    having: Optional[object] = None
    order: tuple = ()
    limit: Optional[Sql] = None
    offset: Optional[Sql] = None

    def written(self):
        parts = [sql("SELECT {}{}", "DISTINCT " if self.distinct else "",
                     listed(output.piece for output in self.outputs)),
                 sql(" FROM {}", listed((source.written() for source in self.sources), ""))]
        if self.where:
            parts.append(sql(" WHERE {}", self.where.written()))
        if self.group:
            parts.append(sql(" GROUP BY {}", listed(self.group)))
        if self.having:
            parts.append(sql(" HAVING {}", self.having.written()))
        return listed(parts + ending(self), "")

    def less(self):
        yield from less_ending(self)
        for name in ("where", "having"):
            yield from less_condition(self, name)
        if self.distinct:
            yield replace(self, distinct=False)
        if self.group and not self.having:
            yield replace(self, group=self.group[1:])
        for at, source in enumerate(self.sources):
            around = self.sources[:at], self.sources[at + 1:]
            if at > 0:
                yield replace(self, sources=around[0] + around[1])
            for smaller in source.less():
                yield replace(self, sources=around[0] + (smaller,) + around[1])
        if not self.order and len(self.outputs) > 1:
            for at in range(len(self.outputs)):
                yield replace(self, outputs=self.outputs[:at] + self.outputs[at + 1:])


@dataclass(frozen=True)
class Compound:
    """Arms with UNION, UNION ALL, INTERSECT or EXCEPT between them."""
    arms: tuple
    words: tuple
    order: tuple = ()
    limit: Optional[Sql] = None
    offset: Optional[Sql] = None

    def written(self):
        parts = [self.arms[0].written()]
        for word, arm in zip(self.words, self.arms[1:]):
            parts += [Sql(f" {word} "), arm.written()]
        return listed(parts + ending(self), "")

    def less(self):
        yield from less_ending(self)
        if len(self.arms) > 2:
            yield replace(self, arms=self.arms[:-1], words=self.words[:-1])
        for at, arm in enumerate(self.arms):
            for smaller in arm.less():
                if len(smaller.outputs) == len(arm.outputs):
                    yield replace(self, arms=self.arms[:at] + (smaller,) + self.arms[at + 1:])


@dataclass(frozen=True)
class With:
    """Common table expressions before a query, as one piece."""
    piece: Sql
    body: object
    order: tuple = field(init=False)
    limit: Optional[Sql] = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "order", self.body.order)
        object.__setattr__(self, "limit", self.body.limit)

    def written(self):
        return sql("WITH {} {}", self.piece, self.body.written())

    def less(self):
        for smaller in self.body.less():
            yield With(self.piece, smaller)


def ending(query):
    """ORDER BY, LIMIT and OFFSET, as far as the query has them."""
    parts = []
    if query.order:
        parts.append(sql(" ORDER BY {}", listed(order.written() for order in query.order)))
    if query.limit:
        parts.append(sql(" LIMIT {}", query.limit))
    if query.offset:
        parts.append(sql(" OFFSET {}", query.offset))
    return parts


def less_ending(query):
    """Without LIMIT, without OFFSET, without one of the ORDER BY columns."""
    if query.offset:
        yield replace(query, offset=None)
    if query.limit:
        yield replace(query, limit=None, offset=None)
    for at in range(len(query.order)):
        yield replace(query, order=query.order[:at] + query.order[at + 1:])


def less_condition(query, name):
    """Without a condition, or with a smaller one."""
    condition = getattr(query, name)
    if condition:
        yield replace(query, **{name: None})
        for smaller in condition.less():
            yield replace(query, **{name: smaller})


def unlimited(query):
    """The query with all the rows that its LIMIT chooses from."""
    if isinstance(query, With):
        return With(query.piece, unlimited(query.body))
    return replace(query, limit=None, offset=None)
