#!/bin/sh
# What each format writes, byte by byte.
. "$(dirname "$(realpath "$0")")/lib"

cat >rows.sql <<'END'
SELECT 1 AS id, 'Chair' AS name, 49.5 AS price, NULL AS note, x'00ff' AS raw
UNION ALL SELECT 20, 'Τραπέζι "λευκό", 日本', 1, 'NULL', x''
UNION ALL SELECT -3, 'a|b' || char(10) || char(27) || '[1m', 9e999, '', 'x'
END
sql=$(cat rows.sql)

run sql "$sql"
expect_out "table" <<'END'
id | name                  | price | note   | raw
---+-----------------------+-------+--------+--------
 1 | Chair                 |  49.5 | NULL   | x'00ff'
20 | Τραπέζι "λευκό", 日本 |     1 | 'NULL' | x''
-3 | a|b\n\x1b[1m          |   Inf |        | x
END

run --format csv sql "$sql"
printf '%s\r\n' 'id,name,price,note,raw' "1,Chair,49.5,,x'00ff'" \
  "20,\"Τραπέζι \"\"λευκό\"\", 日本\",1,NULL,x''" >want
printf '%s\n%s\r\n' '-3,"a|b' "$(printf '\033')[1m\",Inf,\"\",x" >>want
expect_out "csv" <want

run --format json sql "$sql"
expect_out "json" <<'END'
[{"id":1,"name":"Chair","price":49.5,"note":null,"raw":"00ff"},
{"id":20,"name":"Τραπέζι \"λευκό\", 日本","price":1,"note":"NULL","raw":""},
{"id":-3,"name":"a|b\n\u001b[1m","price":null,"note":"","raw":"x"}]
END
/usr/bin/python3 -c 'import json, sys; json.load(sys.stdin)' <out ||
  fail "json is valid"

run --format line sql "$sql"
expect_out "line" <<'END'
   id = 1
 name = Chair
price = 49.5
 note = NULL
  raw = x'00ff'

   id = 20
 name = Τραπέζι "λευκό", 日本
price = 1
 note = 'NULL'
  raw = x''

   id = -3
 name = a|b\n\x1b[1m
price = Inf
 note = 
  raw = x
END

run --format markdown sql "$sql"
expect_out "markdown" <<'END'
| id | name | price | note | raw |
|---|---|---|---|---|
| 1 | Chair | 49.5 | NULL | x'00ff' |
| 20 | Τραπέζι "λευκό", 日本 | 1 | 'NULL' | x'' |
| -3 | a\|b\n\x1b[1m | Inf |  | x |
END

# No rows.
empty='SELECT 1 AS a, 2 AS b WHERE 0'
run sql "$empty"
printf 'a | b\n--+--\n' | expect_out "an empty table"
run --format json sql "$empty"
echo '[]' | expect_out "empty json"
run --format csv sql "$empty"
printf 'a,b\r\n' | expect_out "empty csv"
run --format line sql "$empty"
expect_out "empty line" </dev/null
run sql 'CREATE TABLE t(a)'
expect_out "a statement without a result" </dev/null

# Digits of a REAL in JSON give the same double again.
run --format json sql 'SELECT 0.1 AS a, 1.0/3 AS b, 2.0 AS c, 1e300 AS d'
expect_out "REAL in json" <<'END'
[{"a":0.1,"b":0.33333333333333331,"c":2.0,"d":1.0e+300}]
END

# A query plan is a list in a table's place, and rows like others elsewhere.
sql='EXPLAIN QUERY PLAN WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL
  SELECT i + 1 FROM n LIMIT 3) SELECT * FROM n'
run sql "$sql"
expect_out "a query plan" <<'END'
QUERY PLAN
  CO-ROUTINE n
    SETUP
      SCAN CONSTANT ROW
    RECURSIVE STEP
      SCAN n
  SCAN n
END
run --format csv sql "$sql"
head -n 1 out | grep -q '^id,parent,notused,detail' || fail "a plan as csv"

# What is no UTF-8, and what would turn the direction of the line.
sql="SELECT CAST(x'61ff62' AS TEXT) AS a, char(0x202e) || 'b' AS b"
run sql "$sql"
expect_out "disturbing text" <<'END'
a      | b
-------+--------
a\xffb | \u202eb
END
run --format json sql "$sql"
/usr/bin/python3 -c 'import json, sys
rows = json.load(sys.stdin)
assert rows == [{"a": "a\ufffdb", "b": "\u202eb"}], rows' <out ||
  fail "json of text that is no UTF-8"

# Two results of one run, and statements shown before them.
run sql 'SELECT 1 AS a; SELECT 2 AS b'
printf 'a\n-\n1\n\nb\n-\n2\n' | expect_out "two results"
run sql --echo '-- first
SELECT 1 AS a;
CREATE TABLE t(a);
SELECT 2 AS b'
expect_out "--echo" <<'END'
-- first
SELECT 1 AS a;
a
-
1

CREATE TABLE t(a);

SELECT 2 AS b
b
-
2
END

# Later rows than the measured ones stand out; memory does not grow with them.
numbers='WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
  LIMIT %d) SELECT i, printf("%%.100c", "x") AS x FROM n'
run sql "$(printf "$numbers" 200000)"
test "$(wc -l <out)" = 200002 || fail "200 000 rows: all are there"
test "$(tail -n 1 out | cut -c1-8)" = "200000 |" || fail "200 000 rows: the last"
for format in table csv json line; do
  /usr/bin/python3 - "$entable" $format "$numbers" <<'END' || fail "memory: $format"
import os, resource, subprocess, sys
entable, form, sql = sys.argv[1:]

# AddressSanitizer would keep what was freed.
env = dict(os.environ, ASAN_OPTIONS="quarantine_size_mb=1")

def peak_of(rows):
    subprocess.run([entable, "--format", form, "sql", sql % rows], check=True,
                   stdout=subprocess.DEVNULL, env=env)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss

few = peak_of(10)
many = peak_of(300000)
if many - few > 16 * 1024:
    sys.exit(f"{form}: {few} KiB for 10 rows, {many} KiB for 300 000")
END
done

# An error in the middle leaves nothing that looks whole.
run --format json sql "SELECT i, json(t) AS j FROM (SELECT 1 AS i, '1' AS t
  UNION ALL SELECT 2, '{')"
expect_status "an error in the middle" 1
/usr/bin/python3 -c 'import json, sys; json.load(sys.stdin)' <out 2>err &&
  fail "an error in the middle: the array was closed"

finish
