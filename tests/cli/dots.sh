#!/bin/sh
# The commands that begin with a dot, in a script; the prompt has them too.
. "$(dirname "$(realpath "$0")")/lib"

shell() { # SQL and dot commands on stdin
  "$entable" >out 2>err
  status=$?
}

expect_told() { # NAME LINE ERROR
  printf '%s\n' "$2" >script
  shell <script
  expect_status "$1" 1
  expect_err "$1" "$3"
}

shell <<'END'
CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE "a pet"(name);
CREATE VIEW named AS SELECT name FROM person;
CREATE INDEX person_name ON person(name);
CREATE VIRTUAL TABLE temp.words USING fts5(word);
ATTACH ':memory:' AS other;
CREATE TABLE other.person(id);
.tables
.tables per%
.schema person
.schema words
END
expect_out 'tables and schema' <<'END'
a pet         named         other.person  person        words
other.person  person
CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT);
CREATE INDEX person_name ON person(name);
CREATE TABLE person(id);
CREATE VIRTUAL TABLE words USING fts5(word)
/* word */;
END

shell <<'END'
.mode csv
SELECT 1 AS a, 'x' AS b;
.headers off
SELECT 1 AS a, 'x' AS b;
.mode table
SELECT 1 AS a, 'x' AS b;
.headers on
.mode markdown
SELECT 1 AS a;
.mode
END
tr -d '\r' <out >plain && mv plain out
expect_out 'modes and headers' <<'END'
a,b
1,x
1,x

1 | x

| a |
|---|
| 1 |
markdown
END

cat >inner.sql <<'END'
SELECT 'from inside' AS a;
.mode csv
END
shell <<'END'
.mode line
.read inner.sql
.once 'once file'
SELECT 1 AS a;
.output all
SELECT 2 AS a;
SELECT 3 AS a;
.output
SELECT 4 AS a;
.quit
SELECT 5 AS a;
END
expect_status 'files' 0
tr -d '\r' <out >plain && mv plain out
printf 'a = from inside\na\n4\n' | expect_out '.read, .once, .output, .quit'
tr -d '\r' <'once file' >out
printf 'a\n1\n' | expect_out '.once'
tr -d '\r' <all >out
printf 'a\n2\na\n3\n' | expect_out '.output'

printf '.timer on\nSELECT 1;\n.timer off\nSELECT 2;\n' >script
shell <script
grep -cq '^Run time: [0-9.]* s$' err || fail '.timer on: no time'
test "$(wc -l <err)" = 1 || fail '.timer off: still a time'

printf '.tab\n.qu\n' >script
shell <script
expect_status 'the beginning of a name' 0

expect_told 'unknown' .tabels "did you mean '.tables'?"
expect_told 'the beginning of two names' .he "unknown command '.he'"
expect_told 'a switch' '.timer maybe' "Error: .timer 'maybe': expected on or off"
expect_told 'a mode' '.mode cvs' "Error: .mode 'cvs': expected table, csv"
expect_told 'too few' .read 'Error: used as: .read FILE'
expect_told 'too many' '.tables a b c d e' 'Error: used as: .tables [PATTERN]'
expect_told 'a quote' ".read 'x" 'Error: a quote is not closed'
expect_told 'no file' '.read none.sql' 'cannot read none.sql: No such file'
expect_told 'no folder' '.output none/x' 'cannot write none/x: No such file'
expect_told 'a folder' '.read .' 'cannot read the input: Is a directory'
echo '.read deep.sql' >deep.sql
expect_told 'endless' '.read deep.sql' '.read inside .read goes too deep'

printf 'SELECT 1 AS a;\nSELECT * FROM missing;\n' >bad.sql
printf '.read bad.sql\nSELECT 2 AS b;\n' >script
shell <script
expect_status 'an error in a file' 1
grep -q '^2' out && fail 'an error in a file: went on'
printf 'SELECT\n.5 AS a;\n' | "$entable" --format line >out 2>err
echo 'a = 0.5' | expect_out 'a dot inside a statement'

finish
