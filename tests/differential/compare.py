"""When two answers to a query are the same.

Rows compare as multisets, with types: 1 is not 1.0, a text is not a blob, and
floats are the same 64 bits.  Where the query orders, the columns it orders by
come in the same sequence.  Where it limits, any choice that SQL allows is right:
as many rows, all of them rows of the unlimited query, the ordering columns the
same.
"""

import marshal
from collections import Counter

MARSHAL = 2  # the last version in which equal bytes do not hang on shared objects


def exact(values):
    """Values with their types as bytes, so that equality is identity of what is stored."""
    return marshal.dumps(values, MARSHAL)


def bag(rows):
    """Rows as a multiset."""
    return Counter(exact(tuple(row)) for row in rows)


def only_in(rows, others, most=5):
    """Rows that the others lack, or have fewer of; a few."""
    lacking = bag(rows) - bag(others)
    return [row for row in rows if lacking[exact(tuple(row))]][:most]


def folded(value, collate):
    """What a collation compares of a value; NOCASE stops at a NUL, then takes the length."""
    if isinstance(value, str) and collate == "NOCASE":
        seen = "".join(c.lower() if c.isascii() else c for c in value.split("\0")[0])
        return seen, len(value.encode("utf-8", "surrogateescape"))
    if isinstance(value, str) and collate == "RTRIM":
        return value.rstrip(" ")
    return value


def sequence(rows, order):
    """The ordering columns of the rows, as the collations see them."""
    return [[folded(row[o.output], o.collate) for o in order] for row in rows]


def difference(query, right, ours, everything):
    """What is wrong with an answer, or None; everything() gives the unlimited rows."""
    if right.rows is None or ours.rows is None:
        return None if right.error == ours.error else "one side failed"
    if exact(right.rows) == exact(ours.rows):
        return None  # the same rows in the same sequence: nothing is open
    if len(right.rows) != len(ours.rows):
        return f"{len(ours.rows)} rows instead of {len(right.rows)}"
    if sequence(right.rows, query.order) != sequence(ours.rows, query.order):
        return "another order"
    if not query.limit:
        return None if bag(right.rows) == bag(ours.rows) else "other rows"
    if bag(right.rows) != bag(ours.rows) and bag(ours.rows) - bag(everything()):
        return "rows that the query without LIMIT does not have"
    return None
