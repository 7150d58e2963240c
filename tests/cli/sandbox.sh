#!/bin/sh
# The life of a sandbox: what it starts, what it leaves behind (nothing), and
# every way it can end.
. "$(dirname "$(realpath "$0")")/lib"

TMPDIR=$work/t
mkdir "$TMPDIR"
export TMPDIR

no_leftovers() { # NAME
  test -z "$(ls -A "$TMPDIR")" || fail "$1: left $(ls -A "$TMPDIR")"
}

server_gone() {
  ! is_alive "$server"
}

# Starts a sandbox without a command; sets box and server to their pids.
start_alone() { # NAME
  rm -f alone
  "$entable" sandbox >alone 2>err </dev/null &
  box=$!
  eventually grep -qs ENTABLE_SANDBOX_DATABASE alone || fail "$1: no start"
  server=$(cat "$(sed -n 's/^ENTABLE_SANDBOX_DIR=//p' alone)/mysql.pid")
  is_alive "$server" || fail "$1: no server"
}

run sandbox -- sh -c 'echo "$ENTABLE_SANDBOX_DATABASE"
  cat "$ENTABLE_SANDBOX_DIR/mysql.pid" >server
  test "$ENTABLE_CONFIG" = "$ENTABLE_SANDBOX_DIR/entable.yaml" || exit 91
  test "$(stat -c %a "$ENTABLE_SANDBOX_DIR")" = 700 || exit 92
  mariadb --no-defaults -N -uroot -S "$ENTABLE_SANDBOX_SOCKET" \
    -e "SELECT DATABASE()" "$ENTABLE_SANDBOX_DATABASE" || exit 93
  mariadb --no-defaults -N -uroot -h 127.0.0.1 -P "$ENTABLE_SANDBOX_PORT" \
    -e "SELECT @@bind_address" || exit 94
  exit 7'
expect_status "the status of the command" 7
printf 'sandbox\nsandbox\n127.0.0.1\n' | expect_out "what the command finds"
server=$(cat server)
is_alive "$server" && fail "the server is gone after the command"
no_leftovers "after the command"

run sandbox -- sh -c 'kill -SEGV $$'
expect_status "a command that a signal ended" 139
run sandbox -- "$work/missing-command"
expect_status "a command that is not there" 127
expect_err "a command that is not there" "missing-command: No such file"
no_leftovers "after a command that is not there"

# --load, and what is wrong in it.
echo "CREATE TABLE t(a INT); INSERT INTO t VALUES (1), (2);" >good.sql
echo "INSERT INTO t VALUES (3), (4), (5);" >more.sql
run sandbox --database shop --load good.sql --load more.sql -- sh -c '
  mariadb --no-defaults -N -uroot -S "$ENTABLE_SANDBOX_SOCKET" \
    -e "SELECT COUNT(*) FROM t" shop'
expect_status "--load" 0
echo 5 | expect_out "--load in order"
printf 'SELECT 1;\nSELEC 2;\n' >wrong.sql
run sandbox --load wrong.sql -- touch ran
expect_status "--load of a wrong file" 1
expect_err "--load of a wrong file" "at line 2"
expect_err "--load of a wrong file" "load wrong.sql"
test ! -e ran || fail "--load of a wrong file: the command ran"
run sandbox --load missing.sql -- touch ran
expect_status "--load of no file" 1
expect_err "--load of no file" "missing.sql: No such file"
test ! -e ran || fail "--load of no file: the command ran"
no_leftovers "after --load"

# --keep, twice on the same directory.
run sandbox --keep kept --load good.sql -- true
expect_status "--keep" 0
run sandbox --keep kept --load more.sql -- sh -c '
  mariadb --no-defaults -N -uroot -S "$ENTABLE_SANDBOX_SOCKET" \
    -e "SELECT COUNT(*) FROM t" sandbox'
expect_status "--keep again" 0
echo 5 | expect_out "--keep again has the same data"
mkdir foreign
touch foreign/file
run sandbox --keep foreign -- true
expect_status "--keep of a directory with other files" 1
expect_err "--keep of a directory with other files" "something else in it"
test "$(ls foreign)" = file || fail "--keep touched a foreign directory"

# A start that fails shows the end of the server's log.
mkdir -p broken/data
run sandbox --keep broken -- touch ran
expect_status "a server that does not start" 1
expect_err "a server that does not start" "start mariadbd: it ended with"
expect_err "a server that does not start" "[ERROR]"

# Without a cache that can be written, the data is made in place.
XDG_CACHE_HOME=/dev/null/none "$entable" sandbox -- true >out 2>err </dev/null ||
  { fail "without a cache: status $?"; cat err; }
no_leftovers "without a cache"

# Two first runs at once share an empty cache.
mkdir cache
XDG_CACHE_HOME=$work/cache "$entable" sandbox -- true >out 2>err </dev/null &
XDG_CACHE_HOME=$work/cache "$entable" sandbox -- true >out2 2>err2 </dev/null ||
  { fail "two first runs: status $?"; cat err2; }
wait $! || { fail "two first runs: the other"; cat err; }
test "$(ls cache/entable | wc -l)" = 1 || fail "two first runs: $(ls cache/*)"
no_leftovers "after two first runs"

# A TMPDIR too long for a socket's path.
long=$work/$(printf '%0100d' 0)
mkdir "$long"
TMPDIR=$long "$entable" sandbox -- sh -c 'echo "$ENTABLE_SANDBOX_DIR"' >out \
  2>err </dev/null || { fail "a long TMPDIR: status $?"; cat err; }
grep -q '^/tmp/entable-' out || fail "a long TMPDIR: $(cat out)"

# Signals: each ends it, with nothing left.
for signal in INT:130 TERM:143 HUP:129; do
  name=${signal%:*}
  start_alone "$name"
  kill -"$name" $box
  wait $box
  test $? = "${signal#*:}" || fail "$name: status $?"
  is_alive "$server" && fail "$name: the server is still there"
  no_leftovers "$name"
done

# The same while a command runs: it is passed on.
for signal in INT:130 TERM:143; do
  name=${signal%:*}
  rm -f started
  "$entable" sandbox -- /usr/bin/python3 -c 'import signal, time
signal.signal(signal.SIGINT, signal.SIG_DFL)
open("started", "w").close()
time.sleep(60)' >out 2>err </dev/null &
  box=$!
  eventually test -e started || fail "$name with a command: no start"
  kill -"$name" $box
  wait $box
  test $? = "${signal#*:}" || fail "$name with a command: status $?"
  no_leftovers "$name with a command"
done

# During the start.
"$entable" sandbox -- touch ran >out 2>err </dev/null &
sleep 0.05
kill -TERM $!
wait $!
test $? = 143 || fail "SIGTERM during the start: status $?"
test ! -e ran || fail "SIGTERM during the start: the command ran"
no_leftovers "SIGTERM during the start"

# Killed outright, it takes the server with it (the directory stays).
start_alone KILL
kill -KILL $box
wait $box 2>wait
eventually server_gone || fail "KILL: the server lives on"
rm -rf "$TMPDIR"/entable-*

# The server ends by itself.
start_alone "own end"
kill -KILL "$server"
wait $box
test $? = 1 || fail "a server that ended by itself: status $?"
expect_err "a server that ended by itself" "mariadbd ended with status 137"
no_leftovers "a server that ended by itself"

# Two at once.
"$entable" sandbox -- sh -c 'echo "$ENTABLE_SANDBOX_PORT"; sleep 0.5' >out \
  2>err </dev/null &
"$entable" sandbox -- sh -c 'echo "$ENTABLE_SANDBOX_PORT"; sleep 0.5' >out2 \
  2>err2 </dev/null || fail "two at once: the second"
wait $! || fail "two at once: the first"
cmp -s out out2 && fail "two at once on one port"
no_leftovers "two at once"

# check, on a server that answers and on none.
run sandbox -- "$entable" check --format csv
expect_status "check" 0
grep -q ',ok,' out || { fail "check: ok"; cat out err; }
run --config 'mysql://root@127.0.0.1:1/shop' check
expect_status "check of a server that is not there" 1

# Ctrl-C on a terminal reaches the shell in it, and never the server.
on_terminal "$entable" <<'END'
import os, pty, select, sys, time

pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], "sandbox"])

def read_until(text, seconds=20):
    got = b""
    end = time.monotonic() + seconds
    while text not in got:
        left = end - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            sys.exit(f"sandbox shell: {text} did not come, but {got}")
        try:
            piece = os.read(fd, 4096)
        except OSError:
            piece = b""
        if not piece:
            sys.exit(f"sandbox shell: ended before {text}, with {got}")
        got += piece
    return got

read_until(b"entable> ")
os.write(fd, b"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
             b" SELECT count(*) FROM n;\n")
time.sleep(0.3)
os.write(fd, b"\x03")
if b"interrupted" not in read_until(b"entable> "):
    sys.exit("sandbox shell: Ctrl-C did not interrupt")
os.write(fd, b"SELECT 6 * 7 AS a;\n")
if b"42" not in read_until(b"entable> "):
    sys.exit("sandbox shell: it does not go on after Ctrl-C")
os.write(fd, b".quit\n")
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
if status != 0:
    sys.exit(f"sandbox shell: ended with {status}")
END
no_leftovers "the shell of a sandbox"

finish
