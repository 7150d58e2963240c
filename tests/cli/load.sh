#!/bin/sh
# .import and .dump: what goes in, what comes out, and that it is the same.
script=$(realpath "$0")
. "$(dirname "$script")/lib"

# Everything below runs beside one server.
if [ -z "${ENTABLE_SANDBOX_DIR-}" ]; then
  cat >tables.sql <<'END'
CREATE TABLE person (
  id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(10) NOT NULL,
  email VARCHAR(20) UNIQUE, age INT DEFAULT 7, photo VARBINARY(8),
  doubled INT AS (age * 2), secret INT INVISIBLE DEFAULT 5);
CREATE TABLE huge (id BIGINT UNSIGNED PRIMARY KEY, d DOUBLE, t TEXT);
CREATE TABLE line (order_id INT, code VARCHAR(5), PRIMARY KEY (code, order_id));
CREATE VIEW named AS SELECT name FROM person;
END
  "$entable" sandbox --load tables.sql -- sh "$script" "$entable"
  exit
fi
export ENTABLE_CONFIG="$ENTABLE_SANDBOX_DIR/entable.yaml"
export LC_ALL=C.UTF-8

shell() { # SQL and dot commands on stdin
  "$entable" "$@" >out 2>err
  status=$?
  tr -d '\r' <out >plain && mv plain out
}

refuses() { # NAME WORDS; the CSV on stdin
  cat >bad.csv
  echo '.import bad.csv person' >script
  shell <script
  expect_status "$1" 1
  expect_err "$1" "$2"
  echo 'SELECT count(*) FROM person;' >script
  shell --format csv <script
  test "$(tail -n 1 out)" = 0 || fail "$1: $(tail -n 1 out) rows stayed"
}

# Names in the first record, in any order; NULL and the empty text; what the
# server computes is left out; a byte order mark, and lines that end as DOS's.
{
  printf '\357\273\277"email",name,DOUBLED,age,photo,secret\r\n'
  printf "a@x,Ann,4,2,x'00ff',9\r\n"
  printf ',"say ""hi""",4,,,\r\n'
  printf '\r\n"",Zoë,4,3,,1\r\n'
} >names.csv
shell --format csv <<'END'
.import names.csv person
SELECT id, name, email, age, hex(photo), doubled, secret FROM person;
DELETE FROM person;
END
expect_status 'names' 0
expect_out 'names' <<'END'
id,name,email,age,hex(photo),doubled,secret
1,Ann,a@x,2,00FF,4,9
2,"say ""hi""",,7,"",14,5
3,Zoë,"",3,"",6,1
END

# No names: all columns in their order.  The options of the sqlite3 shell.
printf 'a comment\n7;Bob;"b@x\ny";1;;2\n' >plain.csv
printf "8\tCy\tc@x\t1\tx'0'\t2\n" >tabs.csv
shell --format csv <<'END'
.import --csv --skip 1 --separator ';' plain.csv PERSON
DELETE FROM person WHERE email = 'b@x' || char(10) || 'y';
SELECT changes();
.import --separator \t tabs.csv temp.person
END
expect_status 'no blob' 1
expect_err 'no blob' 'tabs.csv: line 1: table person: a text for column photo'
printf 'changes()\n1\n' | expect_out 'options'

refuses 'a duplicate' "bad.csv: mysql: insert into person: row 1500: Duplicate" <<END
name,email
$(seq 1 1499 | sed 's/.*/n&,e&@x/')
again,e3@x
END
refuses 'a text too long' 'bad.csv: line 2: table person: a text of 11' <<'END'
name,email
"a
long name",x
END
refuses 'fields' 'bad.csv: line 4: 1 field instead of 2: name, email' <<'END'
name,email
"a
b",c
d
END
refuses 'no names, fields' 'bad.csv: line 1: 2 fields instead of 6: id, name,' <<'END'
1,Ann
END
refuses 'a wrong name' "line 1: 'nmae' is no column of person: did you mean 'name'?" <<'END'
id,nmae,email
END
refuses 'a name twice' 'bad.csv: line 1: column name is named twice' <<'END'
id,name,NAME
END
refuses 'an open quote' 'bad.csv: line 3: the quote that opens here is not closed' <<'END'
name,email
a,b
c,"d
e
END
refuses 'text behind a quote' 'bad.csv: line 2: text behind the quote' <<'END'
name,email
a,"b"c
END
refuses 'NULL' "bad.csv: mysql: insert into person: Field 'name'" <<'END'
name,email
,c
END

expect_told() { # NAME COMMAND ERROR
  printf '%s\n' "$2" >script
  shell <script
  expect_status "$1" 1
  expect_err "$1" "$3"
}
expect_told 'no file' '.import none.csv person' 'cannot read none.csv: No such'
expect_told 'a folder' '.import . person' 'Error: .: cannot read: Is a directory'
printf 'name\nx\n' >one.csv
expect_told 'a view' '.import one.csv named' 'one.csv: table named'
expect_told 'no table named' '.import names.csv' 'used as: .import'
expect_told 'an option' '.import --skip x a b' 'used as: .import'
expect_told 'a separator' '.import --separator ab c d' "--separator 'ab': expected"
expect_told 'an option of dump' '.dump --nosys' 'used as: .dump [--data-only]'

: >empty.csv
echo '.import empty.csv person' >script
shell <script
expect_status 'an empty file' 0
expect_told 'an empty file for a new table' '.import empty.csv fresh' \
  'empty.csv: there is no table fresh, and the file has no names'

# A table that is not there is made, and stays only if all was loaded.
printf 'a,b c\n1,x\n,""\n' >new.csv
printf 'a,b\n1,2\n3\n' >short.csv
shell --format csv <<'END'
.import new.csv fresh
SELECT typeof(a), "b c" FROM fresh;
END
printf 'typeof(a),b c\ntext,x\nnull,""\n' | expect_out 'a new table'
expect_err 'a new table' 'new.csv: there was no table fresh: made it in main'
expect_told 'a new table, not loaded' '.import short.csv fresh' \
  'short.csv: line 3: 1 field instead of 2: a, b'
"$entable" --db kept.db <<'END' 2>/dev/null
.import short.csv fresh
END
"$entable" --db kept.db --format csv sql \
  'SELECT count(*) FROM main.sqlite_schema' >out
printf 'count(*)\r\n0\r\n' | expect_out 'a new table stayed'

# In a transaction a file is part of it.
shell --format csv <<'END'
BEGIN;
.import one.csv person
SELECT count(*) FROM person;
ROLLBACK;
SELECT count(*) FROM person;
END
printf 'count(*)\n1\ncount(*)\n0\n' | expect_out 'in a transaction'

# Ctrl-C while the file is read: nothing stays.
mkfifo pipe
echo '.import pipe person' | "$entable" >out 2>err &
pid=$!
exec 3>pipe
echo 'name,email' >&3
eventually sh -c "grep -q ' S ' /proc/$pid/stat"
sleep 0.3
kill -INT $pid
wait $pid
expect_err 'Ctrl-C' 'Error: pipe: interrupted'
exec 3>&-

# Many rows, in few requests; out and in again by CSV, by INSERTs, and as a
# database of SQLite's own.
{
  echo 'name,email,age,photo'
  seq 1 5000 | sed "s/.*/n&,e&@x,&,x'00'/"
} >many.csv
shell --format csv <<'END'
SELECT c2 AS before FROM mysql_query('SHOW GLOBAL STATUS LIKE ''Questions''');
.import many.csv person
SELECT c2 AS after FROM mysql_query('SHOW GLOBAL STATUS LIKE ''Questions''');
INSERT INTO huge VALUES ('18446744073709551615', 0.1 + 0.2, 'it''s' || char(10)),
  (1, -1e300, NULL), (2, 3, 'Zoë');
INSERT INTO line VALUES (1, 'a'), (2, 'a');
.once person.csv
SELECT * FROM person;
.once huge.csv
SELECT * FROM huge;
.once all.sql
.dump
.once person.sql
.dump --data-only person
.once line.sql
.dump --data-only temp.line
.dump --data-only named
DELETE FROM person;
.read person.sql
.once again.csv
SELECT * FROM person;
DELETE FROM person;
.import person.csv person
.once again2.csv
SELECT * FROM person;
END
expect_status 'many' 0
requests=$(($(sed -n 4p out) - $(sed -n 2p out)))
test $requests -lt 40 || fail "5000 rows took $requests requests"
sed -n 5p out >line && mv line out
echo '-- temp.named is left out: it has no key and cannot be written' |
  expect_out 'a view'
cmp again.csv person.csv || fail 'by INSERTs'
cmp again2.csv person.csv || fail 'by CSV'
grep -c '^INSERT' person.sql >out
echo 5 | expect_out 'rows in an INSERT'
printf "INSERT INTO \"line\"(\"order_id\",\"code\") VALUES\n(1,'a'),\n(2,'a');\n" \
  >expected
cmp expected line.sql || fail 'a dump of one table'

# What SQLite computes, SQLite's own tables, and names that are no words.
unset ENTABLE_CONFIG
cat >local.sql <<'END'
CREATE TABLE "my ""table"(a INTEGER PRIMARY KEY AUTOINCREMENT, "b c",
  d AS (a * 2));
INSERT INTO "my ""table"("b c") VALUES (x'00'), (9e999), ('a' || char(0) || 'b');
DELETE FROM "my ""table" WHERE a = 3;
CREATE INDEX i ON "my ""table"("b c");
CREATE VIEW v AS SELECT d FROM "my ""table";
CREATE TRIGGER tr INSTEAD OF INSERT ON v BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE words USING fts5(word);
INSERT INTO words VALUES ('hello world');
END
"$entable" --db first.db <local.sql
echo '.dump' | "$entable" --db first.db >first.sql 2>err || fail 'dump'
"$entable" --db second.db <first.sql || fail 'a dump is read'
echo '.dump' | "$entable" --db second.db >second.sql
cmp first.sql second.sql || fail 'a dump of what was dumped differs'
"$entable" --db second.db --format csv sql \
  'SELECT seq FROM sqlite_sequence' "SELECT * FROM words('hello')" >out
printf 'seq\r\n3\r\nword\r\nhello world\r\n' | expect_out 'what was dumped'

/usr/bin/python3 - <<'END' || fail 'the dump is no database'
import csv, sqlite3
db = sqlite3.connect(":memory:")
db.executescript(open("all.sql").read())
for table in "person", "huge":
    rows = [["" if v is None else "x'%s'" % v.hex() if isinstance(v, bytes)
             else str(v) for v in row[:6]]
            for row in db.execute(f"SELECT * FROM {table} ORDER BY id")]
    want = list(csv.reader(open(table + ".csv", newline="")))[1:]
    if table == "huge":
        assert db.execute("SELECT max(id), max(d) FROM huge").fetchone() == \
            (18446744073709551616.0, 3.0), "huge"
        rows, want = [r[2] for r in rows], [r[2] for r in want]
    assert rows == want, (table, rows[:3], want[:3])
assert db.execute("SELECT secret FROM person").fetchone() == (5,)
assert db.execute("SELECT count(*) FROM named").fetchone() == (5000,)
END

finish
