#!/bin/sh
# Commands, options and exit statuses.
. "$(dirname "$(realpath "$0")")/lib"

misused() { # TEXT ARGUMENT...
  text=$1
  shift
  run "$@"
  expect_status "entable $*" 2
  expect_err "entable $*" "$text"
  test ! -s out || fail "entable $*: wrote to stdout"
}

misused "unknown command 'sq': did you mean 'sql'?" sq 'SELECT 1'
misused "unknown command 'frobnicate'" frobnicate
misused "SQL is run by 'entable sql ...'" 'SELECT 1'
misused "unknown option '--formt': did you mean '--format'?" --formt csv
misused "unknown format 'cvs': did you mean 'csv'?" sql --format cvs 'SELECT 1'
misused "--format needs a value: NAME" sql --format
misused "--echo takes no value" sql --echo=yes 'SELECT 1'
misused "'check' has no option --load" check --load x.sql
misused "'sandbox' has no option --format" sandbox --format csv
misused "unexpected 'x'" shell x
misused "unexpected 'x'" check x
misused "unexpected 'true': a command stands behind --" sandbox true
misused "there is no command behind --" sandbox --
misused "say either --plan or --apply" migrate
misused "say either --plan or --apply" migrate --plan --apply
misused "'some' is none of safe, all and prune" migrate --plan some
misused "unexpected 'x'" migrate --apply all x
misused "unexpected 'x'" alters x
misused "'alters' has no option --apply" alters --apply
misused "only letters, digits, _ and -" sandbox --database 'a b' -- true

run --help
expect_status "--help" 0
grep -q 'exit status: 0 done, 1 failed, 2 wrong use' out || fail "--help"
for command in shell sql check alters migrate import diagram warm sandbox; do
  grep -q "^  $command " out || fail "--help lacks $command"
  "$entable" $command --help >help 2>err || fail "$command --help: status $?"
  grep -q "^usage: entable $command " help || fail "$command --help"
  awk 'length > 80 { exit 1 }' help || fail "$command --help is too wide"
done
awk 'length > 80 { exit 1 }' out || fail "--help is too wide"

run --version
expect_status "--version" 0
grep -qE '^entable [0-9]+\.[0-9]+\.[0-9]+ \(SQLite 3\.' out || fail "--version"

run sql 'SELECT 1' 'SELECT * FROM missing' 'SELECT 3'
expect_status "the first error ends sql" 1
test "$(cat err)" = "Error: no such table: missing" || fail "text of the error"
grep -q 3 out && fail "sql went on after an error"

# A configuration that cannot be opened is told once.
run --config "$work/missing.yaml" sql 'SELECT 1'
expect_status "a missing configuration" 1
test "$(grep -c Error err)" = 1 || fail "a missing configuration: told once"
ENTABLE_CONFIG=$work/missing.yaml "$entable" sql 'SELECT 1' >out 2>err </dev/null
status=$?
expect_status "a missing ENTABLE_CONFIG" 1
test "$(grep -c Error err)" = 1 || fail "a missing ENTABLE_CONFIG: told once"
test ! -s out || fail "a missing ENTABLE_CONFIG: the SQL ran"

run --db "$work/none/x.db" sql 'SELECT 1'
expect_status "a database that cannot be opened" 1
expect_err "a database that cannot be opened" "none/x.db: unable to open"

run --db kept.db sql 'CREATE TABLE t(a); INSERT INTO t VALUES (7)'
expect_status "--db, first run" 0
run sql --db=kept.db --format=csv 'SELECT * FROM t'
expect_out "--db keeps its tables; options may stand behind" <<END
$(printf 'a\r\n7\r')
END

run sql --format csv -- '-- a comment
SELECT 8 AS a'
expect_status "SQL behind --" 0
grep -q 8 out || fail "SQL behind --"

"$entable" sql 'SELECT 1' </dev/null >/dev/full 2>err
test $? = 1 || fail "a full disk is an error"
expect_err "a full disk" "cannot write the result: No space left"

"$entable" sql 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
  LIMIT 1000000) SELECT * FROM n' 2>err </dev/null | head -n 3 >out
test ! -s err || { fail "a reader that goes away is no error"; cat err; }

finish
