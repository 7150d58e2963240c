#!/bin/sh
# The prompt in a real terminal: editing, completion, history, Ctrl-C, a paste.
. "$(dirname "$(realpath "$0")")/lib"

if ! has_terminals; then
  echo 'no pseudo terminal is to be had: nothing of this is tested'
  exit 0
fi

# A server of tmux of its own, at an address of its own for each shell: one
# that is about to end still takes a new session, and ends with it.
shells=0
terminal() { # TMUX-COMMAND...
  tmux -S "$work/tmux$shells" -f /dev/null "$@"
}
trap 'terminal kill-server 2>/dev/null; rm -rf "$work"' EXIT
mkdir home

start_shell() { # COLUMNS [VARIABLE=VALUE]
  shells=$((shells + 1))
  terminal new-session -d -x "$1" -y 50 \
    "env -u XDG_STATE_HOME -u NO_COLOR ${2-} HOME='$work/home' LC_ALL=C.UTF-8 \
      '$entable' --db '$work/shop.db'; echo \"status \$?\"; sleep 60"
  sees 'entable> $'
}

keys() { # KEY...
  terminal send-keys "$@"
}

# tmux takes a semicolon at the end of an argument for its own.
types() { # TEXT
  terminal send-keys -l "$(printf %s "$1" | sed 's/;$/\\;/')"
}

# Whether the screen's last line with something on it matches.
last_line() { # REGEX
  terminal capture-pane -p 2>/dev/null | sed '/^ *$/d' | sed -n '$p' | sed 's/$/ /' |
    grep -qE "$(printf %s "$1" | sed 's/\$$/ *$/')"
}

on_screen() { # REGEX
  terminal capture-pane -p -S - 2>/dev/null | grep -qE "$1"
}

# What follows in the same terminal could not be told apart.
give_up() { # WORDS
  fail "$1"
  terminal capture-pane -p | sed '/^ *$/d'
  finish
}

sees() { # REGEX of the last line
  eventually last_line "$1" && return
  give_up "the last line is not: $1"
}

shows() { # REGEX of any line
  eventually on_screen "$1" && return
  give_up "the screen lacks: $1"
}

"$entable" --db shop.db sql 'CREATE TABLE product(id INTEGER PRIMARY KEY,
    price REAL, priority INT, größe TEXT);
  CREATE TABLE customer(id INTEGER PRIMARY KEY)'
start_shell 80

# Completion: a keyword as it was begun, a table, what columns have in common,
# a choice of them, a column of a table, a name that is not ASCII.
types 'sele'
keys Tab
sees '^entable> select $'
types '* from prod'
keys Tab
sees '^entable> select \* from product $'
types 'where product.pr'
keys Tab
sees 'where product\.pri$'
keys Tab
shows '^price  priority$'
types 'c'
keys Tab
sees 'where product\.price $'
types '> product.grö'
keys BSpace
keys Tab
sees '> product\.größe $'
keys C-c
sees '^entable> $'
types 'SELECT product.g'
keys Tab
sees '^entable> SELECT product.größe $'
keys C-u
types '.ta'
keys Tab
sees '^entable> \.tables $'
keys Enter
shows '^customer  product'

# Editing, a character of two columns and one of several bytes among it.
types "SELECT 'ä日本x'"
keys Left BSpace
types 'y'
keys C-e
types ' AS w;'
keys Enter
shows 'ä日本y'
sees '^entable> $'

# History, this one's and that of the shell before.
types 'SELECT 11 + 11;'
keys Enter
shows '^ *22 *$|22'
keys Up
sees '^entable> SELECT 11 \+ 11;$'
keys Up
sees "^entable> SELECT 'ä日本y' AS w;$"
keys C-c
sees '^entable> $'
keys C-d
sees '^status 0$'
terminal kill-server
start_shell 80
keys Up
sees '^entable> SELECT 11 \+ 11;$'
keys C-r
types 'w;'
sees 'w;'
keys Escape
sees "^entable> SELECT 'ä日本y' AS w;$"
keys C-c
sees '^entable> $'
test "$(stat -c %a home/.local/state/entable/history)" = 600 ||
  fail 'the history can be read by others'

# A statement over lines, a transaction, Ctrl-C in both.
types 'SELECT dropped,'
keys Enter
sees '^ *\.\.\.> $'
keys C-c
sees '^entable> $'
types 'BEGIN;'
keys Enter
sees '^entable\*> $'
types 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)'
keys Enter
types ' SELECT count(*) FROM n;'
keys Enter
sleep 0.3
keys C-c
shows 'Error: interrupted$'
sees '^entable\*> $'
types 'ROLLBACK;'
keys Enter
sees '^entable> $'

# Results are boxes that fit the terminal; what does not is cut or left out.
types "SELECT 7 AS n, 'ä日本' AS text, NULL AS missing;"
keys Enter
shows '^1 row$'
terminal capture-pane -p | sed -n '/^┌/,/^1 row/p' >out
expect_out 'a box' <<'END'
┌───┬───────┬─────────┐
│ n │ text  │ missing │
├───┼───────┼─────────┤
│ 7 │ ä日本 │ NULL    │
└───┴───────┴─────────┘
1 row
END
escape=$(printf '\033')
terminal capture-pane -p -e | grep -qF "${escape}[0;1m" ||
  terminal capture-pane -p -e | grep -qF "${escape}[1m" ||
  fail 'names are not bold'
terminal send-keys -R
terminal clear-history
cat >fit.sql <<'END'
SELECT 'a text of many words' || value AS first,
  'another text of many words' AS second, 12345678901 AS third,
  'and one more' AS fourth, 'and one more' AS fifth, 1 AS sixth
  FROM json_each('[1,2]');
END
types '.read fit.sql'
keys Enter
shows '^2 rows$'
terminal resize-window -x 50
types '.read fit.sql'
keys Enter
shows '^2 rows, 2 more columns \(\.mode line shows all\)$'
terminal capture-pane -p | sed -n '/^┌/,/^2 rows/p' | tail -n 7 >out
expect_out 'a box that fits' <<'END'
┌───────────┬───────────┬───────────┬────────────┐
│ first     │ second    │     third │ fourth     │
├───────────┼───────────┼───────────┼────────────┤
│ a text o… │ another … │ 12345678… │ and one m… │
│ a text o… │ another … │ 12345678… │ and one m… │
└───────────┴───────────┴───────────┴────────────┘
2 rows, 2 more columns (.mode line shows all)
END
types 'SELECT 1'
terminal resize-window -x 80
sleep 0.5
sees '^entable> SELECT 1$'
keys C-c
sees '^entable> $'

# Long work says how far it is, and at the end how much it was.
seq 300000 >"$work/long.csv"
types ".import long.csv product.long"
keys Enter
shows '^long\.csv: there was no table product\.long: made it in main$'
shows '^long\.csv: 299999 rows in [0-9.]+ s$'
types '.once long.sql'
keys Enter
types '.dump product.long'
keys Enter
shows '^product\.long: 299999 rows in [0-9.]+ s$'
sees '^entable> $'

# A long paste, with tabs in it, comes in as it is.
{
  echo 'CREATE TABLE pasted(n, t);'
  i=0
  while [ $i -lt 500 ]; do
    printf "INSERT INTO pasted\n\tVALUES(%d,\t'p\tr');\n" $i
    i=$((i + 1))
  done
  echo "SELECT count(*) || '-' || sum(length(t)) AS pasted FROM pasted;"
} >paste
terminal load-buffer paste
terminal paste-buffer
shows '500-1500'
sees '^entable> $'

types '.quit'
keys Enter
sees '^status 0$'

terminal kill-server

# Without colours: where they are not wanted, and where there are none.
start_shell 80 NO_COLOR=1
types "SELECT 1 AS n; SELEKT;"
keys Enter
shows '^Error: '
terminal capture-pane -p -e | grep -qF "$escape" && fail 'NO_COLOR: colours'
keys C-d
sees '^status 0$'
terminal kill-server
start_shell 80 TERM=dumb
types "SELECT 1 AS n, 2 AS m;"
keys Enter
shows '^n \| m$'
terminal capture-pane -p -e | grep -qF "$escape" && fail 'TERM=dumb: colours'

finish
