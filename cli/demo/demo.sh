#!/bin/sh
# The demo: a shop in a private MariaDB, a tour of it, and on a terminal a
# prompt.  `make demo` calls it with the path of entable.
#
#   demo.sh ENTABLE        starts the sandbox and itself in it
#   demo.sh --inside DIR   what runs there; ENTABLE_DEMO is the command
set -eu

if [ "$1" != --inside ]; then
  here=$(dirname "$(realpath "$0")")
  ENTABLE_DEMO=$(realpath "$1")
  export ENTABLE_DEMO
  echo 'starting a private MariaDB and filling it with a shop ...'
  exec "$ENTABLE_DEMO" sandbox --database shop --load "$here/shop.sql" -- \
    sh "$here/demo.sh" --inside "$here"
fi

"$ENTABLE_DEMO" sql --echo - <"$2/tour.sql"
test -t 0 && test -t 1 || exit 0
echo
echo 'Your turn: SELECT name, price FROM product ORDER BY price LIMIT 3;'
exec "$ENTABLE_DEMO" shell
