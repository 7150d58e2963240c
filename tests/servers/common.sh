# What with, with-replica and with-galera share: sourced by them.
# shellcheck shell=bash disable=SC2034
database=sandbox load=

# Sets database, load and command.
read_options() {
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    case $1 in
    --database) database=$2 ;;
    --load) load=$2 ;;
    *)
      echo "$(basename "$0"): unknown option $1" >&2
      exit 2
      ;;
    esac
    shift 2
  done
  if [ $# -lt 2 ]; then
    echo "$(basename "$0"): no command; its head says how it is called" >&2
    exit 2
  fi
  shift
  command=("$@")
}

cache=${XDG_CACHE_HOME:-$HOME/.cache}/entable
dir=$(mktemp -d /tmp/entable-XXXXXX)
servers=() ports=()

# By process id, and only what was started here; a test may have ended some.
# Nobody wants the data, so nothing is lost by the short way.
end_servers() {
  local server
  for server in "${servers[@]}"; do
    kill -9 "$server" 2>/dev/null || true
  done
  for server in "${servers[@]}"; do
    wait "$server" 2>/dev/null || true
  done
  servers=()
}
stop() {
  end_servers
  rm -rf --one-file-system "$dir"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

# Numbers below those that the kernel gives to outgoing connections, which
# would take them between now and the server's start.
free_ports() { # COUNT
  /usr/bin/python3 - "$1" <<'PYTHON'
import random
import socket
import sys

held = []
while len(held) < int(sys.argv[1]):
    s = socket.socket()
    try:
        s.bind(("127.0.0.1", random.randrange(12000, 32000)))
        held.append(s)
    except OSError:
        s.close()
print(*(s.getsockname()[1] for s in held))
PYTHON
}

# Starts Debian's mariadbd on FOLDER/data.
start() { # FOLDER PORT OPTION...
  local options=(--no-defaults "--datadir=$1/data" "--tmpdir=$1"
    "--socket=$1/mysql.sock" "--pid-file=$1/mysql.pid" "--port=$2"
    --bind-address=127.0.0.1 "--log-error=$1/log.err" --skip-name-resolve
    --local-infile=1 --character-set-server=utf8mb4 --performance-schema=OFF
    --innodb-buffer-pool-size=16M --innodb-log-file-size=8M
    --key-buffer-size=1M --aria-pagecache-buffer-size=8M)
  [ "$(id -u)" != 0 ] || options+=(--user=root)
  mariadbd "${options[@]}" "${@:3}" >/dev/null 2>&1 &
  servers+=($!)
}

client() { # FOLDER ARGUMENT...
  mariadb --no-defaults -uroot "--socket=$1/mysql.sock" \
    --default-character-set=utf8mb4 "${@:2}"
}

all_run() {
  local server
  for server in "${servers[@]}"; do
    kill -0 "$server" 2>/dev/null || return 1
  done
}

# Waits until CONDITION, a query that gives one value, gives WANTED.  A node whose cluster does
# not come together takes the question and answers nothing.
await() { # FOLDER CONDITION WANTED
  for _ in $(seq 600); do
    [ "$(timeout 5 mariadb --no-defaults -uroot "--socket=$1/mysql.sock" -NBe "$2" \
      2>/dev/null)" != "$3" ] || return 0
    all_run || break
    sleep 0.05
  done
  echo "$(basename "$0"): $1 does not come up" >&2
  tail -n 30 "$dir"/log.err "$dir"/*/log.err >&2 2>/dev/null
  return 1
}

# Has START begin servers in $dir, on COUNT ports that it finds in `ports`, and wait for them:
# again on others where somebody else has taken one of these meanwhile.
bring_up() { # COUNT START
  for _ in 1 2 3 4 5; do
    read -r -a ports <<<"$(free_ports "$1")"
    ! "$2" || return 0
    grep -qsi 'address already in use' "$dir"/log.err "$dir"/*/log.err || return 1
    end_servers
    rm -rf --one-file-system "${dir:?}"/*
  done
  return 1
}

# Runs the command beside the server in FOLDER, as `entable sandbox` does.
run_command() { # FOLDER PORT
  local status=0
  export ENTABLE_SANDBOX_DIR=$dir ENTABLE_SANDBOX_SOCKET=$1/mysql.sock
  export ENTABLE_SANDBOX_PORT=$2 ENTABLE_SANDBOX_DATABASE=$database
  printf 'default:\n  mysql: "root@unix(%s)/%s"\n  import: true\n' \
    "$1/mysql.sock" "$database" >"$dir/entable.yaml"
  export ENTABLE_CONFIG=$dir/entable.yaml
  "${command[@]}" || status=$?
  return $status
}
