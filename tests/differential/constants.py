"""Constants for a column: values it holds, their neighbours, and wrong types."""

import math

from query import Sql
from values import TEXTS

ACCENTS = str.maketrans("aeosAEO", "áéöśÁÉÖ")


def chosen(rng, weighted):
    """One of (weight, value) pairs."""
    weighted = list(weighted)
    return rng.choices([value for _, value in weighted], [weight for weight, _ in weighted])[0]


def integer_near(rng, value):
    """Neighbours, halves, other spellings of the same number, no number at all."""
    number = value if isinstance(value, (int, float)) else 5
    return chosen(rng, [
        (55, number), (5, number + 1), (5, number - 1), (9, number + 0.5), (4, float(number)),
        (5, str(number)), (2, f" {number} "), (2, f"{number}.0"), (2, "abc"), (1, ""),
        (1, f"{number}x"), (2, str(number).encode()), (3, None), (2, 2.0**63), (1, 2**63 - 1),
        (1, -2.0**63), (1, 2.0**64), (1, 1e3), (1, "1e1"), (1, 9007199254740993)])


def real_near(rng, value):
    """The number, its text, the next representable numbers."""
    number = value if isinstance(value, (int, float)) else 2.5
    whole = int(number) if abs(number) < 2**62 else 0
    return chosen(rng, [
        (55, number), (4, math.nextafter(number, math.inf)), (3, number + 0.5), (3, -number),
        (6, str(number)), (3, f" {number}"), (3, whole), (3, None), (2, "abc"), (2, b"5"),
        (2, 0.1), (2, "0.10"), (2, 0), (1, math.inf), (1, -math.inf), (1, -0.0), (2, 2**63 - 1)])


def text_near(rng, value):
    """What a collation folds, what padding adds, what looks like a number."""
    text = value if isinstance(value, str) else "a"
    return chosen(rng, [
        (52, text), (8, text.swapcase()), (6, text + " "), (4, text.rstrip(" ")),
        (4, text.translate(ACCENTS)), (4, text[:1]), (2, text + "\0"), (2, text + "\U0010ffff"),
        (10, rng.choice(TEXTS)), (2, 5), (1, 5.0), (1, 10), (1, 1e1), (3, text.encode()),
        (2, ""), (3, None)])


def moment_near(rng, value):
    """Other ways of writing a date, which SQLite takes for other texts."""
    text = value if isinstance(value, str) else "2024-02-29"
    digits = "".join(c for c in text if c.isdigit())[:14]
    return chosen(rng, [
        (58, text), (4, text[:10]), (3, text + " "), (3, text + ".000000"), (3, text + " 00:00:00"),
        (2, text.replace("-0", "-")), (3, digits), (3, int(digits or 0)), (2, text[:4]),
        (1, int(text[:4]) if text[:4].isdigit() else 0), (2, "0000-00-00"), (2, "2024-02-31"),
        (1, "9999"), (1, ""), (1, text.encode()), (3, None), (1, text.replace("-", "/"))])


def blob_near(rng, value):
    """Longer, shorter, padded, and the same bytes as a text."""
    data = value if isinstance(value, bytes) else b"a"
    return chosen(rng, [
        (58, data), (5, data + b"\0"), (5, data[:-1]), (4, data + b" "), (3, data.rstrip(b"\0")),
        (6, data.decode("latin-1")), (2, data.swapcase()), (3, b""), (3, None), (2, 5),
        (2, "a"), (2, b"\xff" * 17)])


NEAR = {"integer": integer_near, "decimal": real_near, "real": real_near, "text": text_near,
        "moment": moment_near, "blob": blob_near}


def near(rng, field):
    """A constant worth comparing with a field."""
    samples = field.attribute.samples
    return NEAR[field.kind](rng, rng.choice(samples) if samples else None)


def held(rng, field):
    """A value that the field holds."""
    return rng.choice(field.attribute.samples) if field.attribute.samples else None


def literal(value):
    """A value as SQLite's SQL says it, or None where it has no literal."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    if isinstance(value, str):
        return None if "\0" in value else "'" + value.replace("'", "''") + "'"
    if isinstance(value, float) and math.isinf(value):
        return "9e999" if value > 0 else "-9e999"
    return repr(value)


def bindable(value):
    """Integers beyond 64 bits are REAL to SQLite, bound or written.

    The REAL -2^63 is not asked for: looked up as a rowid SQLite does not find the
    INTEGER, in a scan it does, so that its answer hangs on its plan.
    """
    if isinstance(value, float) and value == -2.0**63:
        return math.nextafter(value, 0)
    if isinstance(value, int) and not -2**63 <= value < 2**63:
        return float(value)
    return value


def spelled(rng, value):
    """The constant in the query's text or bound to it."""
    value = bindable(value)
    text = literal(value)
    if text is None or rng.random() < 0.5:
        return Sql("?", (value,))
    return Sql(text)


def constant(rng, field):
    """A constant for a field, as a piece of a query."""
    return spelled(rng, near(rng, field))


def inlined(text, values):
    """A query with its bound values written into it, to be pasted elsewhere."""
    parts = text.split("?")
    if len(parts) != len(values) + 1:
        return None
    spelled_values = [literal(value) or f"CAST(X'{value.encode().hex()}' AS TEXT)"
                      for value in values]
    return parts[0] + "".join(v + part for v, part in zip(spelled_values, parts[1:]))
