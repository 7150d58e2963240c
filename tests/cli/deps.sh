#!/bin/sh
# What .ci/deps would install, seen with stand-ins for dpkg-query, apt-get, sudo
# and id in an otherwise ordinary PATH: nothing is installed by this test.
here=$(dirname "$(realpath "$0")")
. "$here/lib"
deps=$here/../../.ci/deps
bin=$work/bin
mkdir "$bin"

stand_in() { # NAME, its script on stdin
  { echo '#!/bin/sh'; cat; } >"$bin/$1"
  chmod +x "$bin/$1"
}

# A machine that lacks what stands in the file lacks; a package is there once
# apt-get has "installed" it.
everything='gcc libc6-dev make cmake pkgconf libsqlite3-dev sqlite3
  libmariadb-dev libhiredis-dev libyaml-dev libcjson-dev libedit-dev mariadb-server-core
  mariadb-client-core redis-tools libcmocka-dev python3 openssl python3-sqlalchemy tmux'
stand_in dpkg-query <<END
for package in $(echo $everything); do
  grep -qx "\$package" "$work/lacks" && continue
  test \$package = pkgconf && provided='pkg-config (= 1)' || provided=''
  echo "ii  \$package \$provided"
done
END
stand_in apt-cache <<END
test -e "$work/lists"
END
stand_in apt-get <<END
echo "apt-get \$*" >>"$work/calls"
case \$1 in
update) touch "$work/lists" ;;
install) : >"$work/lacks" ;;
esac
END
stand_in sudo <<END
echo sudo >>"$work/calls"
exec "\$@"
END
stand_in id <<END
echo "\$(cat "$work/uid")"
END

deps() { # ARGUMENT...
  : >calls
  PATH=$bin:$PATH sh "$deps" "$@" >out 2>err
  status=$?
}

: >lacks
echo 0 >uid
deps --tests
expect_status "nothing is missing" 0
test ! -s out && test ! -s calls || { fail "nothing is missing"; cat out calls; }

printf 'libyaml-dev\nlibcmocka-dev\n' >lacks
deps
expect_status "as root" 0
grep -q '^  libyaml-dev  (reads the configuration)' out || fail "what and why"
grep -q cmocka out && fail "the demo needs no cmocka"
cat >want <<'END'
apt-get update -qq
apt-get install -y -qq --no-install-recommends libyaml-dev
END
cmp -s calls want || { fail "as root, without lists"; cat calls; }

echo libcmocka-dev >lacks
deps --tests
expect_status "--tests" 0
grep -q 'apt-get update' calls && fail "lists that are there were fetched"
grep -q 'recommends libcmocka-dev$' calls || fail "--tests installs cmocka"

echo mariadb-server-core >lacks
echo 1000 >uid
deps
expect_status "not root, with sudo" 0
head -n 1 calls | grep -q sudo || fail "not root, with sudo"

# Where there is no sudo: PATH holds links to what the script needs, only.
echo mariadb-server-core >lacks
for tool in sh sed tr flock cat grep; do
  ln -s "$(command -v $tool)" "$bin/$tool" || exit 2
done
rm "$bin/sudo"
: >calls
PATH=$bin sh "$deps" >out 2>err
status=$?
expect_status "not root, no sudo" 1
expect_err "not root, no sudo" "apt-get update && apt-get install -y \
--no-install-recommends mariadb-server-core"
test ! -s calls || fail "not root, no sudo: apt-get ran"

finish
