"""Draws statements that write, from what the tables hold just now.

Rows are drawn so that keys and unique columns often meet those that are there.
What SQL leaves open is left out: an UPDATE does not read by a correlated
subquery the table that it changes, and rows of an INSERT … SELECT are ordered.
"""

from steps import Both, Step, both, listed, same, spelled
from writable import ALIASES, BY_NAME, FEED, TABLES, Fault, key_of

CLAUSES = [""] * 8 + ["ABORT"] + ["FAIL"] * 2 + ["IGNORE"] * 4 + ["REPLACE"] * 4 + ["ROLLBACK"] * 2
BULK = [30, 120, 1005]
WEIGHTS = [3, 3, 1, 2, 2, 3, 1, 1, 3]   # of the tables


def said(column, value, inserts):
    """A value on both sides: a fault raises its code in the copy, a NULL may be a default."""
    if isinstance(value, Fault):
        return Both(spelled(value.value), f"'!{value.code}'")
    if value is None and inserts and column.default is not None:
        return Both("NULL", spelled(column.default))
    return same(spelled(value))


def or_clause(clause):
    return f" OR {clause}" if clause else ""


class Statements:
    """The generator; `copies` tells what the tables hold."""

    def __init__(self, rng, copies):
        self.rng = rng
        self.copies = copies
        self.mails = 0

    def chance(self, share):
        return self.rng.random() < share

    def held(self, table, name):
        """A value that a column holds, or one of its pool."""
        rows = self.copies.rows(table.name)
        if rows and self.chance(0.8):
            return self.rng.choice(rows)[table.names.index(name)]
        return self.rng.choice(table.column(name).pool)

    # Values and rows.

    def value(self, table, column):
        """A value for a column: mostly right, now and then refused."""
        if self.chance(0.02) and column.faults and column.name not in table.key:
            return self.rng.choice(column.faults)
        if self.chance(0.2 if column.null else 0.03 if column.name not in table.key else 0):
            return None
        if column.parent and self.chance(0.85):
            return self.parent(column)
        if table.is_unique(column.name) and self.chance(0.15):
            return self.held(table, column.name)
        return self.rng.choice(column.pool)

    def parent(self, column):
        """A key that a foreign key may refer to, mostly; of an empty table, any."""
        return self.held(BY_NAME[column.parent[0]], column.parent[1])

    def sure_parent(self, column):
        """A key that is there, or NULL."""
        rows = self.copies.rows(column.parent[0])
        return self.rng.choice(rows)[0] if rows else None

    def row(self, table, columns, is_sure):
        """One row of VALUES; where it is sure no foreign key is broken."""
        return both("({})", listed(
            said(column, self.sure_parent(column) if is_sure and column.parent else
                 self.value(table, column), True) for column in columns))

    def some_columns(self, table):
        """The key and most others, in any order."""
        columns = [column for column in table.columns
                   if column.name in table.key or self.chance(0.85)]
        if self.chance(0.3):
            self.rng.shuffle(columns)
        return columns

    # INSERT.

    def insert_values(self, table, clause):
        columns = table.columns if self.chance(0.5) else self.some_columns(table)
        count = self.rng.choice([1, 1, 1, 2, 3, 3, 5, 9])
        names = ", ".join(column.name for column in columns)
        # A row that breaks a foreign key and is replaced by a later one of its
        # statement is no error in SQLite; a server looks at each row.
        is_sure = clause == "REPLACE" and count > 1
        word = "REPLACE" if clause == "REPLACE" and self.chance(0.3) else \
            f"INSERT{or_clause(clause)}"
        return Step(same(f"{word} INTO {table.name}({names}) VALUES "),
                    tuple(self.row(table, columns, is_sure) for _ in range(count)),
                    verb="insert", table=table.name, clause=clause)

    def insert_returning(self, table):
        """RETURNING shows what is given; nothing here is the server's to fill in."""
        columns = [column for column in table.columns if column.name != "u"]
        shown = self.rng.sample(columns, min(3, len(columns)))
        values = [self.plain(table, column) for column in columns]
        names = ", ".join(column.name for column in columns)
        return Step(same(f"INSERT INTO {table.name}({names}) VALUES "),
                    (both("({})", listed(map(spelled, values))),),
                    same(f" RETURNING {', '.join(column.name for column in shown)}"),
                    verb="insert", table=table.name, returns=True)

    def plain(self, table, column):
        """A value that is what its column makes of it."""
        if column.parent:
            return self.parent(column)
        kinds = {"INTEGER": int, "REAL": float, "DECIMAL": (int, float), "BLOB": bytes,
                 "TEXT": str}
        return self.rng.choice([v for v in column.pool if isinstance(v, kinds[column.declared])])

    def insert_made(self, clause):
        """Rows of which the server makes the ids; each is found by a text of its own."""
        table, rows, made = BY_NAME["person"], [], []
        for _ in range(self.rng.choice([1, 1, 2, 3, 6])):
            self.mails += 1
            mail = f"made{self.mails}"
            taken = clause != "FAIL" and self.chance(0.07) and self.held(table, "email")
            mail = taken or mail
            values = [said(table.column(name), self.value(table, table.column(name)), True)
                      for name in ("name", "grp")]
            rows.append(both("({}{}, {}, 2, 3)", Both("", f"«{mail}», "), listed(values),
                             spelled(mail)))
            made.append(mail)
        head = Both("name, grp, email, age, score", "id, name, grp, email, age, score")
        return Step(both("INSERT{} INTO person({}) VALUES ", or_clause(clause), head), tuple(rows),
                    verb="insert", table="person", clause=clause, made=tuple(made))

    def moved_key(self, table, name):
        """An expression that moves a part of the key, by a step that is shared."""
        column = table.column(name)
        if column.declared == "INTEGER":
            return f"{name} + {self.rng.choice([1, 3, 50, 1000])}"
        if column.declared == "BLOB":
            return spelled(self.rng.choice(column.pool))
        return f"substr({name} || 'x', 1, 10)" if column.mysql != "date" else "'2030-01-01'"

    def copied(self, table, column):
        """What INSERT … SELECT puts into a column, of the same row of its source."""
        if column.name in table.key:
            return same(self.moved_key(table, column.name) if self.chance(0.8) else column.name)
        if table.is_unique(column.name):
            return same(self.rng.choice(["NULL", "NULL", column.name]))
        roll = self.rng.random()
        if roll < 0.3:
            return said(column, self.value(table, column), True)
        text = column.math.format(column.name) if column.math and roll < 0.5 else column.name
        default = spelled(column.default)
        return same(text) if column.default is None else \
            Both(text, f"coalesce({text}, {default})")

    def source(self, table):
        """The table by one of its names."""
        if table.name in ALIASES and self.chance(0.5):
            return Both(table.name + "_too", table.name)
        return same(table.name)

    def insert_select(self, table, clause):
        """Rows of a table into itself: they must not feed on themselves."""
        columns = self.some_columns(table)
        return Step(both("INSERT{} INTO {}({}) SELECT {} FROM {}{} ORDER BY {}",
                         or_clause(clause), table.name, ", ".join(c.name for c in columns),
                         listed(self.copied(table, column) for column in columns),
                         self.source(table), self.where(table), ", ".join(table.key)),
                    verb="insert", table=table.name, clause=clause)

    def insert_other(self, clause):
        """Rows of one table into another."""
        texts = [
            ("label", "(word, n, m) SELECT substr(name, 1, 8) || id, NULL, age FROM person{}"),
            ("line", "SELECT id % 7, substr(coalesce(email, name), 1, 5), NULL, age, NULL"
                     " FROM person{}"),
            ("kind", "(id, i, v, g) SELECT id + 20, age, name, id / 2.0 FROM person{}"),
            ("tag", "(id, item_id, word) SELECT id + 30, id, substr(name, 1, 9) FROM person{}"),
            ("item", "(id, person_id) SELECT id + 3, id FROM person{}"),
            ("feed", "SELECT id, age, substr(name, 1, 3) FROM person{}"),
        ]
        name, text = self.rng.choice(texts)
        text = both("INSERT{} INTO {} " + text + " ORDER BY id", or_clause(clause), name,
                    self.where(BY_NAME["person"]))
        return Step(text, verb="insert", table=name, clause=clause)

    def insert_bulk(self, clause):
        """More rows than one batch holds, one of them perhaps refused."""
        count = self.rng.choice(BULK)
        fails = self.chance(0.3)
        bad = self.rng.randint(1, count) if fails else 0
        name, text = self.rng.choice([
            ("kind", "(id, i, v, d) SELECT iif(n = {1}, 50, n + 1000), n % 100, 'n' || n, n / 4.0"),
            ("label", "(word, m) SELECT 'n' || iif(n = {1}, 1, n), n"),
            ("line", "(order_id, code, v) SELECT iif(n = {1}, 1, n) + 50, 'x', n"),
            ("tag", "(id, item_id, word) SELECT n + 1000, iif(n = {1}, 999999, NULL), 'x'"),
        ])
        if name == "kind" and fails:
            text = text.replace("50,", "1001,")
        rows = f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {count}) "
        text = f"{rows}INSERT{or_clause(clause)} INTO {name} " + text.format("", bad) + " FROM c"
        return Step(same(text), verb="insert", table=name, clause=clause)

    # Conditions.

    def where(self, table, share=0.9):
        """A WHERE clause, now and then none."""
        if not self.chance(share):
            return same("")
        terms = [self.term(table) for _ in range(self.rng.choice([1, 1, 1, 2]))]
        return both(" WHERE {}", listed(terms, self.rng.choice([" AND ", " OR "])))

    def term(self, table):
        """One condition on a table."""
        column = self.rng.choice(table.columns + [table.column(table.key[0])] * 2)
        name = column.name
        value = self.held(table, name)
        roll = self.rng.random()
        if value is None or roll < 0.08:
            return same(f"{name} IS {self.rng.choice(['', 'NOT '])}NULL")
        if roll < 0.5:
            return same(f"{name} = {spelled(value)}")
        if roll < 0.65:
            values = [value] + [self.held(table, name) for _ in range(2)]
            return same(f"{name} IN ({', '.join(map(spelled, values))})")
        if roll < 0.85 and column.kind != "text":
            return same(f"{name} {self.rng.choice(['<', '>', '>=', '<=', '<>'])} {spelled(value)}")
        return self.subquery(table, name)

    def subquery(self, table, name):
        """A condition by rows of this table or of another."""
        if self.chance(0.5):
            return both("{} IN (SELECT {} FROM {} WHERE {})", name, name, self.source(table),
                        self.simple(table))
        if table.name == "person":
            return same("id IN (SELECT person_id FROM item)")
        return same(f"{name} IN (SELECT {self.rng.choice(['id', 'age', 'name'])} FROM person)")

    def simple(self, table):
        column = self.rng.choice(table.columns)
        value = self.held(table, column.name)
        return f"{column.name} IS {spelled(value)}"

    # UPDATE and DELETE.

    def assignment(self, table, column):
        """One column's new value."""
        name = column.name
        roll = self.rng.random()
        if name in table.key:
            return same(self.moved_key(table, name) if roll < 0.5 else
                        spelled(self.rng.choice(column.pool)))
        if column.math and roll < 0.4:
            return same(column.math.format(name))
        if roll < 0.5 and column.declared == "INTEGER" and column.math:
            return both("(SELECT max({}) % 90 FROM {})", name, self.source(table))
        return said(column, self.value(table, column), False)

    def chosen(self, table):
        """Columns to change: seldom of the key."""
        columns = [column for column in table.columns
                   if column.name not in table.key or self.chance(0.2)]
        return self.rng.sample(columns, min(len(columns), self.rng.choice([1, 1, 2, 3])))

    def one_row(self, table):
        """A condition that is true of one row."""
        rows = self.copies.rows(table.name)
        if not rows:
            return same(" WHERE 1")
        key = key_of(table, self.rng.choice(rows))
        return same(" WHERE " + " AND ".join(f"{name} = {spelled(value)}"
                                             for name, value in zip(table.key, key)))

    def update(self, table, clause):
        columns = self.chosen(table)
        collides = any(table.is_unique(column.name) for column in columns)
        where = self.one_row(table) if collides and self.chance(0.7) else self.where(table)
        sets = listed(both("{} = {}", column.name, self.assignment(table, column))
                      for column in columns)
        return Step(both("UPDATE{} {} SET {}{}", or_clause(clause), table.name, sets, where),
                    verb="update", table=table.name, clause=clause)

    def update_from(self, clause):
        """UPDATE … FROM: a list of rows, or another table."""
        texts = [
            "person SET score = v.n, name = 'from' FROM (SELECT 1 AS id, 5 AS n UNION ALL"
            " SELECT 2, 6 UNION ALL SELECT 9, 7) AS v WHERE person.id = v.id",
            "kind SET i = v.n FROM (SELECT 3 AS id, 5 AS n UNION ALL SELECT 4, 6) AS v"
            " WHERE kind.id = v.id",
            "item SET what = p.name FROM person AS p WHERE p.id = item.person_id"
            " AND length(p.name) < 9",
            "label SET m = v.id FROM (SELECT id, name FROM person ORDER BY id) AS v"
            " WHERE v.name = label.word AND v.id < 2",
            "line SET v = h.n FROM huge AS h WHERE h.id = line.order_id",
        ]
        text = self.rng.choice(texts)
        return Step(same(f"UPDATE{or_clause(clause)} {text}"), verb="update",
                    table=text.split(" ", 1)[0], clause=clause)

    def update_rowid(self):
        """The rowid is the key."""
        table = BY_NAME[self.rng.choice(["person", "tag", "kind"])]
        row = self.held(table, "id")
        to = self.rng.choice(table.column("id").pool)
        return Step(Both(f"UPDATE {table.name} SET rowid = {to} WHERE rowid = {row}",
                         f"UPDATE {table.name} SET id = {to} WHERE id = {row}"),
                    verb="update", table=table.name)

    def delete(self, table):
        where = self.one_row(table) if self.chance(0.3) else self.where(table, 0.95)
        return Step(both("DELETE FROM {}{}", table.name, where), verb="delete", table=table.name)

    def any(self):
        """One statement that writes."""
        rng = self.rng
        clause = rng.choice(CLAUSES)
        table = rng.choices(TABLES, WEIGHTS)[0]
        makers = [(24, lambda: self.insert_values(table, clause)),
                  (7, lambda: self.insert_made(clause)),
                  (12, lambda: self.insert_select(table, clause)),
                  (6, lambda: self.insert_other(clause)),
                  (1, lambda: self.insert_bulk(clause)),
                  (3, lambda: self.insert_returning(table)),
                  (22, lambda: self.update(table, clause)),
                  (4, lambda: self.update_from(clause)),
                  (2, self.update_rowid),
                  (9, lambda: self.delete(table)),
                  (5, lambda: self.insert_values(FEED, clause)),
                  (2, lambda: self.update(FEED, clause)),
                  (2, lambda: self.delete(FEED))]
        return rng.choices([make for _, make in makers], [weight for weight, _ in makers])[0]()
