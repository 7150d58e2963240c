#!/bin/sh
# SQL from stdin, and the prompt.
. "$(dirname "$(realpath "$0")")/lib"

printf 'SELECT 1 AS a;\n\nSELECT\n 2 AS b; SELECT 3 AS c' >script.sql
for how in '' shell sql 'sql -'; do
  "$entable" --format line $how <script.sql >out 2>err ||
    fail "entable $how: status $?"
  printf 'a = 1\n\nb = 2\n\nc = 3\n' | expect_out "entable $how <script"
done

printf 'SELECT 1 AS a;\nSELECT * FROM missing;\nSELECT 3 AS c;\n' |
  "$entable" --format line >out 2>err
test $? = 1 || fail "an error ends a script with status 1"
echo 'a = 1' | expect_out "an error ends a script"
expect_err "an error ends a script" "Error: no such table: missing"

printf 'CREATE TRIGGER x AFTER INSERT ON t BEGIN\n SELECT 1;\n END;\n' >trigger
printf 'CREATE TABLE t(a);\n%s\nSELECT count(*) AS n FROM sqlite_master;' \
  "$(cat trigger)" | "$entable" --format line >out 2>err
echo 'n = 2' | expect_out "semicolons inside a trigger"

printf 'SELECT 1;\0SELECT 2;\n' | "$entable" >out 2>err
test $? = 1 || fail "a NUL byte is refused"
expect_err "a NUL byte" "the SQL holds a NUL byte"

: | "$entable" >out 2>err || fail "no SQL at all is no error"
: | "$entable" sql >out 2>err || fail "no SQL at all is no error for sql"

# The prompt, on a terminal of its own that lines cannot be edited on.
on_terminal "$entable" <<'END'
import fcntl, os, pty, re, select, struct, sys, termios, time

def open_prompt(columns=80):
    pid, fd = pty.fork()
    if pid == 0:
        size = struct.pack("HHHH", 24, columns, 0, 0)
        fcntl.ioctl(0, termios.TIOCSWINSZ, size)
        os.environ["TERM"] = "dumb"
        os.execv(sys.argv[1], [sys.argv[1]])
    return pid, fd

def read_until(fd, text, seconds=10):
    got = b""
    end = time.monotonic() + seconds
    while text not in got:
        left = end - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            sys.exit(f"prompt: {text} did not come, but {got}")
        try:
            piece = os.read(fd, 4096)
        except OSError:
            piece = b""
        if not piece:
            sys.exit(f"prompt: ended before {text}, with {got}")
        got += piece
    return got

def end_of(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

def check(condition, words):
    if not condition:
        sys.exit("prompt: " + words)

pid, fd = open_prompt(40)
read_until(fd, b"entable> ")
os.write(fd, b"SELECT 40 +\n")
read_until(fd, b"...> ")
os.write(fd, b"2 AS a;\n")
check(b"42" in read_until(fd, b"entable> "), "a statement over two lines")
os.write(fd, b"SELECT * FROM missing;\n")
check(b"no such table" in read_until(fd, b"entable> "), "an error is shown")
os.write(fd, b"SELECT dropped,\n")
read_until(fd, b"...> ")
os.write(fd, b"more\x03")
read_until(fd, b"entable> ")
os.write(fd, b"SELECT 'long ' || printf('%.200c', 'y') AS w, 1 AS n;\n")
got = read_until(fd, b"entable> ").decode()
widest = max(len(line) for line in re.split(r"\r?\n", got) if "|" in line
             and "SELECT" not in line and "printf" not in line)
check(widest == 40 and "\u2026" in got, f"cut to the terminal, not {widest}")
os.write(fd, b"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
             b" SELECT count(*) FROM n;\n")
time.sleep(0.3)
began = time.monotonic()
os.write(fd, b"\x03")
check(b"interrupted" in read_until(fd, b"entable> "), "Ctrl-C stops it")
check(time.monotonic() - began < 30, "Ctrl-C stops it")
os.write(fd, b"\x03")
read_until(fd, b"entable> ")
os.write(fd, b"BEGIN;\n")
read_until(fd, b"entable*> ")
os.write(fd, b"ROLLBACK;\n")
read_until(fd, b"entable> ")
os.write(fd, b".nonsense\n")
check(b"unknown command" in read_until(fd, b"entable> "), "unknown command")
os.write(fd, b".help\n")
check(b".quit" in read_until(fd, b"entable> "), ".help")
os.write(fd, b".quit\n")
check(end_of(pid) == 0, ".quit ends with status 0")

pid, fd = open_prompt()
read_until(fd, b"entable> ")
os.write(fd, b"\x04")
check(end_of(pid) == 0, "Ctrl-D ends with status 0")
END

# Ctrl-C ends a statement of sql, with status 1.
"$entable" sql 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
  SELECT count(*) FROM n' >out 2>err </dev/null &
sleep 0.3
kill -INT $!
wait $!
test $? = 1 || fail "SIGINT ends sql with status 1"
expect_err "SIGINT ends sql" "Error: interrupted"

finish
