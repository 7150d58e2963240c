#!/bin/sh
# The floors of the house: a file includes its own floor and floors below, a
# client library stays in its own folder and out of every header, and some
# calls are for nobody; and docs/CONTRIBUTING.md names every file of the house.
# Takes the project's folder; says what is wrong.
cd "$1" || exit 2
bad=0
floors=$(ls -d backends cache vtab cli 2>/dev/null | tr '\n' ' ')

# WHERE REGEX-OF-WHAT-IT-MAY-NOT-INCLUDE [MORE GREP ARGUMENTS]
forbid() {
  where=$1 what=$2
  shift 2
  [ -d "$where" ] || return 0
  found=$(grep -rnE "^# *include *[\"<]($what)" "$where" \
    --include='*.[ch]' "$@")
  [ -z "$found" ] && return 0
  echo "$where may not include:"
  echo "$found"
  bad=1
}

clients='mysql\.h|errmsg\.h|mysqld_error\.h|mariadb|hiredis|curl/'
forbid backends 'cache/|vtab/|cli/|tests/|sqlite3'
forbid backends/base "$clients|cjson"
forbid backends/redis 'backends/(mysql|http|elastic|clickhouse)/|mysql|curl/'
forbid backends/mysql 'backends/(redis|http|elastic|clickhouse)/|hiredis|curl/'
forbid cache "vtab/|cli/|tests/|sqlite3|$clients"
forbid vtab "cli/|tests/|yaml\.h|$clients"
forbid cli "backends/[^b]|backends/source|cache/|tests/|sqlite3ext|yaml|$clients"
forbid cli 'vtab/([^e]|e[^n]|entity)'

# Headers of ours that let a client library through.
found=$(grep -nE "^# *include *[\"<]($clients|yaml|cjson)" \
  $(find $floors -name '*.h'))
[ -z "$found" ] || { echo "headers may not include:"; echo "$found"; bad=1; }

# backends/base/ knows itself only.
found=$(grep -rnE '^# *include *"' backends/base --include='*.[ch]' |
  grep -v '"backends/base/')
[ -z "$found" ] || { echo "backends/base:"; echo "$found"; bad=1; }

# What input from outside may not cause, and what no buffer survives.
found=$(grep -rnE '(^|[^>_.a-z])(assert|abort|exit|gets|sprintf|strcpy|system|popen)\(' \
  $(echo "$floors" | sed s/cli//) --include='*.[ch]')
[ -z "$found" ] || { echo "banned calls:"; echo "$found"; bad=1; }

# FROM TO FOLDER: between the two the drawing of the house names every file.
drawn() {
  names=$(sed -n "/^ .*$1/,/$2/p" docs/CONTRIBUTING.md)
  for file in "$3"/*.c; do
    name=$(basename "$file" .c)
    echo "$names" | grep -qE "(^|[^a-z_])$name([^a-z_]|\$)" ||
      { echo "docs/CONTRIBUTING.md: the house lacks $file"; bad=1; }
  done
}
drawn 'cli\/' 'vtab\/ ' cli
drawn 'vtab\/ ' 'cache\/ ' vtab
drawn 'cache\/ ' 'backends\/ ' cache
drawn 'backends\/ ' 'mysql\/ ' backends
drawn 'mysql\/ ' 'redis\/ ' backends/mysql
drawn 'redis\/ ' 'base\/ ' backends/redis
drawn 'base\/ ' '^A file' backends/base

exit $bad
