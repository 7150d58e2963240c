#!/bin/sh
# Redis filled with the rows of an entity.
lib=$(dirname "$(realpath "$0")")/lib
. "$lib"

cat >before.sql <<'END'
CREATE TABLE item(id bigint unsigned AUTO_INCREMENT PRIMARY KEY, age int NOT NULL)
  CHARACTER SET utf8mb4;
INSERT INTO item SELECT seq, seq % 100 FROM seq_1_to_2345;
CREATE TABLE word(word varchar(20) COLLATE utf8mb4_general_ci PRIMARY KEY, n int) CHARACTER SET utf8mb4;
INSERT INTO word VALUES ('one', 1), ('two', 2), ('Ärger', 3);
CREATE TABLE none(id bigint unsigned AUTO_INCREMENT PRIMARY KEY) CHARACTER SET utf8mb4;
CREATE TABLE pair(a int, b int, PRIMARY KEY (a, b)) CHARACTER SET utf8mb4;
CREATE TABLE plain(id bigint unsigned AUTO_INCREMENT PRIMARY KEY) CHARACTER SET utf8mb4;
CREATE TABLE near(id bigint unsigned AUTO_INCREMENT PRIMARY KEY) CHARACTER SET utf8mb4;
END
cat >inside.sh <<'END'
. "$LIB"
cd "$HOME_OF_TEST" || exit 2
cat >entable.yaml <<YAML
default:
  mysql: root@unix($ENTABLE_SANDBOX_SOCKET)/$ENTABLE_SANDBOX_DATABASE
  redis: $ENTABLE_SANDBOX_REDIS:0
  local_cache: 1000
entities:
  item: {redis_cache: true, local_cache: true, columns: {id: bigint unsigned, age: int not null}}
  word: {redis_cache: true, primary: [word], columns: {word: varchar(20) collation utf8mb4_general_ci not null, n: int}}
  none: {redis_cache: true, columns: {id: bigint unsigned}}
  pair: {redis_cache: true, primary: [a, b], columns: {a: int not null, b: int not null}}
  plain: {columns: {id: bigint unsigned}}
  near: {local_cache: true, columns: {id: bigint unsigned}}
YAML
sed 's/redis: .*/redis: 127.0.0.1:1:0/' entable.yaml >away.yaml

warm() { # ARGUMENT...
  run warm --config entable.yaml --format csv "$@"
  tr -d '\r' <out | cut -d, -f 1-4 >counts
  mv counts out
}

# How many keys Redis has.
keys() { # PATTERN
  redis-cli -s "$ENTABLE_SANDBOX_REDIS" --scan --pattern "$1" | wc -l
}

warm item 'age >= 50 -- the older ones'
expect_status "a part" 0
expect_out "a part" <<OUT
entity,rows,there,kept
item,1150,0,1150
OUT
test ! -s err || fail "a part: says nothing in a pipe: $(cat err)"
test "$(keys 'e:*:*')" = 1150 || fail "a part: Redis has $(keys 'e:*:*')"
warm ITEM
expect_out "all" <<OUT
entity,rows,there,kept
ITEM,2345,1150,1195
OUT
test "$(keys 'e:*:*')" = 2345 || fail "all: Redis has $(keys 'e:*:*')"
warm temp.item
expect_out "once more" <<OUT
entity,rows,there,kept
temp.item,2345,2345,0
OUT
# Keys that are asked for by key, which Redis could tell.
redis-cli -s "$ENTABLE_SANDBOX_REDIS" FLUSHALL >flushed
warm item 'id IN (7, 8, 9999)'
expect_out "by key" <<OUT
entity,rows,there,kept
item,2,0,2
OUT
warm word
expect_out "texts" <<OUT
entity,rows,there,kept
word,3,0,3
OUT
warm none
expect_out "no rows" <<OUT
entity,rows,there,kept
none,0,0,0
OUT
run sql --config entable.yaml --format csv \
  "SELECT n FROM word WHERE word = 'Ärger'; SELECT value FROM entable_stats
   WHERE tier = 'redis' AND counter = 'hits'"
tr -d '\r' <out >lines
mv lines out
expect_out "another process finds them" <<OUT
n
3
value
1
OUT

# What goes wrong.
run warm --config entable.yaml
expect_status "no entity" 2
expect_err "no entity" "which entity?"
run warm --config entable.yaml item 1 2
expect_status "too many" 2
expect_err "too many" "unexpected '2'"
warm itme
expect_status "an unknown entity" 1
expect_err "an unknown entity" "there is no entity 'itme'"
for entity in pair plain near; do
  warm $entity
  expect_status "$entity" 1
  expect_err "$entity" "$entity is not kept in Redis"
done
warm item 'ages > 1'
expect_status "no condition" 1
expect_err "no condition" "item: no such column: ages"
warm item '1); DELETE FROM item WHERE (1'
expect_status "two conditions" 1
expect_err "two conditions" "is more than one condition"
run warm --config away.yaml item
expect_status "no Redis" 1
expect_err "no Redis" "item: Redis does not answer"
run sql --config entable.yaml --format csv 'SELECT count(*) AS n FROM item'
printf 'n\r\n2345\r\n' | expect_out "nothing was deleted"

# Ctrl-C, when the server is known to be asked.
is_asked() {
  mariadb --no-defaults -uroot -S "$ENTABLE_SANDBOX_SOCKET" -N -e 'SHOW PROCESSLIST' |
    grep -q 'SLEEP(1000)'
}
"$entable" warm --config entable.yaml item "id > mysql_query('SELECT SLEEP(1000)')" \
  >out 2>err </dev/null &
asking=$!
eventually is_asked || fail "the server is not asked"
kill -INT $asking
wait $asking
status=$?
expect_status "Ctrl-C" 1
expect_err "Ctrl-C" "interrupted"
finish
END
LIB=$lib HOME_OF_TEST=$work \
  "$entable" sandbox --with redis --load before.sql -- sh inside.sh "$entable" || failed=1
finish
