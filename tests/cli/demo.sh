#!/bin/sh
# The demo: without a terminal it prints and ends; on one it ends in a prompt;
# and Ctrl-C leaves nothing behind.
here=$(dirname "$(realpath "$0")")
. "$here/lib"
demo=$here/../../cli/demo/demo.sh
TMPDIR=$work/t
mkdir "$TMPDIR"
export TMPDIR

sh "$demo" "$entable" >out 2>err </dev/null
status=$?
expect_status "the demo" 0
test ! -s err || { fail "the demo wrote to stderr"; cat err; }
for text in '高橋 大輔' 'भारत' 'QUERY PLAN' 'Home / Kitchen / Tea' \
  'rank_by_basket'; do
  grep -qF "$text" out || fail "the demo lacks: $text"
done
test "$(grep -c '^-- [A-Z].*' out)" -ge 10 || fail "the demo has ten chapters"
grep -q 'Your turn' out && fail "the demo asks where no one is"
test -z "$(ls -A "$TMPDIR")" || fail "the demo left $(ls -A "$TMPDIR")"

# On a terminal: a query at the prompt, .quit; then once more with Ctrl-C in
# the middle of the tour.
on_terminal "$demo" "$entable" "$TMPDIR" <<'END'
import os, pty, select, sys, time

def start():
    pid, fd = pty.fork()
    if pid == 0:
        os.execv("/bin/sh", ["sh", sys.argv[1], sys.argv[2]])
    return pid, fd

def read_until(fd, text, seconds=60):
    got = b""
    end = time.monotonic() + seconds
    while text not in got:
        left = end - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            sys.exit(f"demo: {text} did not come, but {got[-200:]}")
        try:
            piece = os.read(fd, 4096)
        except OSError:
            piece = b""
        if not piece:
            sys.exit(f"demo: ended before {text}, with {got[-200:]}")
        got += piece
    return got

def end_of(pid, fd):
    while True:  # the terminal has to be read, or a writer may wait for it
        try:
            if not os.read(fd, 4096):
                break
        except OSError:
            break
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

pid, fd = start()
read_until(fd, b"Your turn")
read_until(fd, b"entable> ")
os.write(fd, b"SELECT count(*) + 1 AS n FROM orders;\n")
if b"25001" not in read_until(fd, b"entable> "):
    sys.exit("demo: the prompt has no orders")
os.write(fd, b".quit\n")
status = end_of(pid, fd)
if status != 0:
    sys.exit(f"demo: .quit ended with {status}")

pid, fd = start()
read_until(fd, b"QUERY PLAN")
os.write(fd, b"\x03")
status = end_of(pid, fd)
if status == 0:
    sys.exit("demo: Ctrl-C in the tour ended with 0")
if os.listdir(sys.argv[3]):
    sys.exit(f"demo: Ctrl-C left {os.listdir(sys.argv[3])}")
END

finish
