#!/bin/sh
# Redis in a sandbox: alone, and with replicas and sentinels that make one of
# them the master when it dies.
. "$(dirname "$(realpath "$0")")/lib"

TMPDIR=$work/t
mkdir "$TMPDIR"
export TMPDIR

no_leftovers() { # NAME
  test -z "$(ls -A "$TMPDIR")" || fail "$1: left $(ls -A "$TMPDIR")"
}

all_gone() { # FILE with pids
  while read -r pid; do
    is_alive "$pid" && return 1
  done <"$1"
  return 0
}

run sandbox --with redis -- sh -c '
  redis-cli -s "$ENTABLE_SANDBOX_REDIS" INFO server |
    tr -d "\r" | sed -n "s/^process_id://p" >server
  redis-cli -s "$ENTABLE_SANDBOX_REDIS" PING
  redis-cli -p "$ENTABLE_SANDBOX_REDIS_PORT" CONFIG GET bind | tail -n 1
  redis-cli -p "$ENTABLE_SANDBOX_REDIS_PORT" CONFIG GET save | tail -n 1
  test -z "$ENTABLE_SANDBOX_SENTINELS"
  "$0" check --format csv | cut -d, -f 1,2,4' "$entable"
expect_status "--with redis" 0
expect_out "--with redis" <<'END'
PONG
127.0.0.1

pool,backend,status
default,mysql,ok
default,redis,ok
END
all_gone server || fail "the server is gone after the command"
no_leftovers "after --with redis"

run sandbox --with sentinel -- sh -c '
  port=$ENTABLE_SANDBOX_REDIS_PORT
  redis-cli -p "$port" INFO replication | grep -c state=online
  echo "$ENTABLE_SANDBOX_SENTINELS" | tr , "\n" | while IFS=: read -r host at; do
    redis-cli -h "$host" -p "$at" SENTINEL CKQUORUM entable | cut -d" " -f 1-2
    redis-cli -h "$host" -p "$at" INFO server
  done | tr -d "\r" | tee all | grep OK
  sed -n "s/^process_id://p" all >server
  redis-cli -p "$port" INFO server | tr -d "\r" | sed -n "s/^process_id://p" >master
  cat master >>server
  "$0" sql "SELECT redis('\''SET'\'', '\''k'\'', 1), redis('\''WAIT'\'', 2, 5000) AS n" --format markdown
  kill -9 "$(cat master)"
  for i in $(seq 200); do
    "$0" sql "SELECT redis('\''GET'\'', '\''k'\'') AS k" --format markdown 2>err && break
    sleep 0.1
  done' "$entable"
expect_status "--with sentinel" 0
expect_out "--with sentinel, and a fail-over" <<'END'
2
OK 3
OK 3
OK 3
| redis('SET', 'k', 1) | n |
|---|---|
| OK | 2 |
| k |
|---|
| 1 |
END
test "$(wc -l <server)" = 4 || fail "four servers' pids: $(cat server)"
all_gone server || fail "all servers are gone after the command"
no_leftovers "after --with sentinel"

# Both ways at once, ended by a signal.
"$entable" sandbox --with redis,sentinel >alone 2>err </dev/null &
box=$!
eventually grep -qs ENTABLE_SANDBOX_DATABASE alone || fail "alone: no start"
grep -q '^ENTABLE_SANDBOX_SENTINELS=127.0.0.1:[0-9]*,127.0.0.1:[0-9]*,127' alone ||
  fail "alone: no sentinels: $(cat alone)"
dir=$(sed -n 's/^ENTABLE_SANDBOX_DIR=//p' alone)
pgrep -f "$dir" >pids
kill -TERM $box
wait $box
test $? = 143 || fail "alone: status"
eventually all_gone pids || fail "alone: servers are left"
no_leftovers "after a signal"

run sandbox --with redis,elastic -- true
expect_status "--with what there is not" 2
expect_err "--with what there is not" "there is no 'elastic'; there are redis"

# A package is missing.
mkdir bin
for tool in mariadbd mariadb-install-db mariadb; do
  ln -s "$(command -v $tool || echo /usr/sbin/$tool)" bin/
done
for tool in sh mkdir cp rm sed dirname basename my_print_defaults cat chown \
  chmod hostname uname id touch mktemp ls resolveip expr tr; do
  path=$(command -v $tool) && ln -sf "$path" bin/
done
PATH=$work/bin "$entable" sandbox --with redis -- true </dev/null >out 2>err
status=$?
expect_status "no Redis" 1
expect_err "no Redis" "it comes with Debian's package redis-tools"
no_leftovers "without Redis"

finish
