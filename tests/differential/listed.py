"""Cached queries for the tables of the judge: those that a SELECT finds by itself.

The server's tables are declared as `entity_yaml()` has them, and each index gives queries that
compare its columns, so that generated SELECTs with equality are answered by lists.
"""

import json
import re

ORDERS = ["", " order by {last} desc, {key}", " order by {key} desc", " order by {last}, {key}"]
WORD = re.compile(r""""(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[^,\s][^,]*""")


def plain(word):
    """A word of YAML without its quotes."""
    if word.startswith('"'):
        return json.loads(word)
    return word[1:-1].replace("''", "'") if word.startswith("'") else word


def names(line):
    """The names in `name: [a, b]`."""
    return [plain(word) for word in WORD.findall(line[line.index("[") + 1:line.rindex("]")])]


def identifier(name):
    return '"' + name.replace('"', '""') + '"'


def queries(columns, key):
    """Those of an index: of all its columns and of the first, in several orders."""
    for n in sorted({1, len(columns)}):
        where = " and ".join(f"{identifier(column)} = ?" for column in columns[:n])
        for order in ORDERS:
            yield "where " + where + order.format(last=identifier(columns[-1]),
                                                  key=identifier(key))


def with_queries(lines):
    """The lines of one entity, with queries if its rows are found by one key."""
    words = [line.strip() for line in lines]
    primary = next((names(line) for line in words if line.startswith("primary: [")), ["id"])
    indexes = [names(line) for line in lines if re.match(r"      \S.*: \[.*\]$", line)]
    if len(primary) != 1 or not indexes:
        return lines
    texts = [text for columns in indexes for text in queries(columns, primary[0])]
    return lines + ["    queries:"] + [f"      q{at}: {json.dumps(text, ensure_ascii=False)}"
                                       for at, text in enumerate(texts)]


def declared(yaml):
    """A configuration whose entities have queries."""
    head, _, tail = yaml.partition("\nentities:\n")
    entities = re.split(r"(?m)^(?=  \S)", tail)
    lines = [line for text in entities for line in with_queries(text.rstrip("\n").split("\n"))]
    rest = "\n".join(line for line in lines if line)
    return f"{head}\nentities:\n{rest}\n" if rest else head + "\n"


def asked(connection):
    """How many lists Redis was asked for."""
    return connection.execute("SELECT coalesce(sum(value), 0) FROM entable_stats WHERE tier = 'redis'"
                              " AND counter IN ('lists', 'list_misses')").fetchone()[0]
