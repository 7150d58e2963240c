#!/bin/sh
# The schema compared and changed from a script.
lib=$(dirname "$(realpath "$0")")/lib
. "$lib"

cat >before.sql <<'END'
CREATE TABLE leftover(id int PRIMARY KEY);
CREATE TABLE note(id bigint unsigned AUTO_INCREMENT PRIMARY KEY, body varchar(20) NOT NULL)
  CHARACTER SET utf8mb4;
INSERT INTO note VALUES (1, 'kept');
END
cat >inside.sh <<'END'
. "$LIB"
cd "$HOME_OF_TEST" || exit 2
cat >entable.yaml <<YAML
default:
  mysql: root@unix($ENTABLE_SANDBOX_SOCKET)/$ENTABLE_SANDBOX_DATABASE
entities:
  note:
    columns: {id: bigint unsigned, body: varchar(10) not null, author: varchar(9)}
YAML
set -- --config entable.yaml --db kept.db --format csv

run "$@" sql "CREATE VIRTUAL TABLE tag USING entity(id bigint unsigned, word text,
  note_id references note, config='$(pwd)/entable.yaml')"
expect_status "an entity in SQL" 0

run "$@" alters
expect_status "alters" 1
cut -d, -f1-3 out | grep -E '^(pool|default)' >classes; mv classes out
expect_out "alters" <<OUT
pool,entity,class
default,note,safe
default,note,unsafe
default,tag,safe
default,tag,safe
default,,prune
OUT

run "$@" migrate --plan
expect_status "a plan" 0
grep -c '^default,' out >n; mv n out
echo 3 | expect_out "a plan has the safe ones"
run "$@" migrate --plan all
grep -c '^default,' out >n; mv n out
echo 4 | expect_out "a plan of all"

run "$@" migrate --apply
expect_status "safe" 0
printf 'statements\r\n3\r\n' | expect_out "how many were run"
expect_err "progress" "1/3 ALTER TABLE"
expect_err "progress" "2/3 CREATE TABLE"
run "$@" migrate --plan
expect_err "nothing is left" "there is nothing to run"

run "$@" alters
expect_status "what is not safe is left" 1
run "$@" migrate --apply all
expect_status "all" 0
run "$@" alters
expect_status "what nobody names is no difference" 0
run "$@" migrate --apply prune
expect_status "prune" 0
run "$@" alters
expect_status "no difference" 0
expect_err "no difference" "the databases are as declared"
run "$@" sql 'SELECT body, author FROM note'
printf 'body,author\r\nkept,\r\n' | expect_out "rows are kept"

# A statement that fails ends it, after what was told.
sed -i 's/author: .*$/author: int}/' entable.yaml
run "$@" migrate --apply all
expect_status "another type" 0
sed -i 's/varchar(10) not null/smallint not null/' entable.yaml
run "$@" migrate --apply all
expect_status "a statement that fails" 1
expect_err "a statement that fails" "1/1 ALTER TABLE"
expect_err "a statement that fails" "nothing was run before it"
finish
END
LIB=$lib HOME_OF_TEST=$work \
  "$entable" sandbox --load before.sql -- sh inside.sh "$entable" || failed=1
finish
