#!/bin/sh
# A database that is there becomes a configuration, by which nothing of it would
# be changed.
here=$(dirname "$(realpath "$0")")
lib=$here/lib
. "$lib"

# What is in it beside plain tables: names and defaults that YAML and SQL would
# take for something else, and one of each thing that cannot be declared.
cat >odd.sql <<'END'
CREATE USER ann IDENTIFIED BY 'se:c@ret';
GRANT ALL ON *.* TO ann;
ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
CREATE TABLE parent(id bigint unsigned AUTO_INCREMENT PRIMARY KEY, `a``b` int NOT NULL DEFAULT -5);
CREATE TABLE word(word varchar(20) COLLATE utf8mb4_bin PRIMARY KEY);
CREATE TABLE strange (
  id int AUTO_INCREMENT PRIMARY KEY,
  `true` int NOT NULL DEFAULT 7, `123` varchar(30) DEFAULT 'it''s: "a" # \\ \n end ',
  größe char(3) DEFAULT 'äöü', `null` varchar(4) DEFAULT 'null', `a b` double DEFAULT 1e-7,
  neg decimal(8,3) DEFAULT -1.5, `type` enum('a''b','c,d','e:f','') NOT NULL DEFAULT 'a''b',
  s set('x','y') DEFAULT 'x,y', bits bit(5) DEFAULT b'101', y year DEFAULT 2020, f float DEFAULT 0.5,
  bin binary(3) DEFAULT 'abc', fill binary(4) DEFAULT 'a\\\\b', zero binary(4) DEFAULT 'a0',
  ts timestamp(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3),
  dt datetime DEFAULT '2020-02-03 04:05:06', t time(2) DEFAULT '-01:02:03.5',
  lat varchar(10) CHARACTER SET latin1, latb varchar(10) CHARACTER SET latin1 COLLATE latin1_bin,
  bi varchar(10) COLLATE utf8mb4_bin, note text COLLATE utf8mb4_bin, j json, p bigint unsigned,
  w varchar(20) COLLATE utf8mb4_bin, line varchar(9) DEFAULT 'a b',
  UNIQUE `u: 1` (`a b`, `123`), KEY `by#` (neg), KEY pre (note(10)),
  FOREIGN KEY (p) REFERENCES parent(id) ON DELETE CASCADE,
  CONSTRAINT zz FOREIGN KEY (w) REFERENCES word(word) ON DELETE SET NULL);
INSERT INTO word VALUES ('cog');
INSERT INTO strange(w) VALUES ('cog');
CREATE TABLE `order: by` (`true` int, id int, PRIMARY KEY (`true`)) CHARACTER SET latin1;
CREATE TABLE nokey(id int, v varchar(9));
CREATE TABLE pair(a int, b int, PRIMARY KEY (a, b));
CREATE TABLE ring_a(id int PRIMARY KEY, b int);
CREATE TABLE ring_b(id int PRIMARY KEY, a int, FOREIGN KEY (a) REFERENCES ring_a(id));
ALTER TABLE ring_a ADD FOREIGN KEY (b) REFERENCES ring_b(id);
CREATE TABLE checked(id int PRIMARY KEY, v int CHECK (v > 1), w int COMMENT 'kept');
CREATE TABLE side(id int PRIMARY KEY, k int UNIQUE);
CREATE TABLE geo(id int PRIMARY KEY, g point NOT NULL);

CREATE TABLE x_gen(id int PRIMARY KEY, a int, b int AS (a + 1) STORED);
CREATE TABLE x_pair(id int PRIMARY KEY, a int, b int, CONSTRAINT two FOREIGN KEY (a, b) REFERENCES pair(a, b));
CREATE TABLE x_of_pair(id int PRIMARY KEY, o int, CONSTRAINT of FOREIGN KEY (o) REFERENCES x_pair(id));
CREATE TABLE x_side(id int PRIMARY KEY, k int, CONSTRAINT by_k FOREIGN KEY (k) REFERENCES side(k));
CREATE TABLE x_upd(id int PRIMARY KEY, o int, CONSTRAINT up FOREIGN KEY (o) REFERENCES ring_a(id) ON UPDATE CASCADE);
CREATE TABLE x_ft(id int PRIMARY KEY, t text, FULLTEXT KEY words (t));
CREATE TABLE x_pre(id int PRIMARY KEY, t varchar(50), UNIQUE KEY p (t(5)));
CREATE TABLE x_twice(id int PRIMARY KEY, a int, b int, KEY a (a), KEY ab (a, b));
CREATE TABLE x_expr(id int PRIMARY KEY, u varchar(40) DEFAULT (concat('a', 'b')));
CREATE TABLE x_text(id int PRIMARY KEY, u text DEFAULT 'x');
CREATE TABLE x_zero(id int PRIMARY KEY, z int(5) zerofill);
CREATE TABLE x_isam(id int PRIMARY KEY) ENGINE=MyISAM;
CREATE TABLE x_dollar(id int PRIMARY KEY, v varchar(20) DEFAULT '${HOME}');
CREATE TABLE `x ${HOME}`(id int PRIMARY KEY);
CREATE TABLE x_own(id int PRIMARY KEY, _key int);
CREATE TABLE X_OWN(id int PRIMARY KEY);
CREATE TABLE plain(word varchar(20) PRIMARY KEY);
CREATE TABLE x_chars(id int PRIMARY KEY, w varchar(20) CHARACTER SET utf8mb4, CONSTRAINT w FOREIGN KEY (w) REFERENCES plain(word)) CHARACTER SET latin1;
CREATE TABLE x_nul(id int PRIMARY KEY, v varbinary(9) DEFAULT 'a\0b');
CREATE TABLE x_nul_between(id int PRIMARY KEY, v binary(3) DEFAULT 'a\00');
CREATE TABLE x_key(id int NOT NULL, v int, UNIQUE KEY by_id (id));
CREATE TABLE entity_list(id int PRIMARY KEY);
CREATE TABLE sqlite_x(id int PRIMARY KEY);
CREATE TABLE x_of_list(id int PRIMARY KEY, e int, CONSTRAINT e FOREIGN KEY (e) REFERENCES entity_list(id));
CREATE VIEW x_view AS SELECT 1 AS one;
CREATE SEQUENCE x_sequence;
END

cat >common.sh <<'END'
. "$LIB"
cd "$HOME_OF_TEST" || exit 2
url="mysql://root@localhost/$ENTABLE_SANDBOX_DATABASE?socket=$ENTABLE_SANDBOX_SOCKET"

# What was written has no alters, nothing is to be dropped, and every table can
# be read.
check_import() { # NAME ARGUMENT...
  name=$1
  shift
  run import "$@"
  expect_status "$name: import" 0
  mv out made.yaml
  mv err left
  run alters --config made.yaml
  expect_status "$name: alters" 0
  expect_err "$name: alters" "the databases are as declared"
  run migrate --apply prune --config made.yaml --format csv
  printf 'statements\r\n0\r\n' | expect_out "$name: a migration runs nothing"
  "$entable" sql --config made.yaml --format json \
    "SELECT 'SELECT count(*) FROM \"' || entity || '\";' AS q FROM entity_list" |
    /usr/bin/python3 -c 'import json, sys
for row in json.load(sys.stdin): print(row["q"])' >counts.sql
  "$entable" sql --config made.yaml - <counts.sql >out 2>err
  status=$?
  expect_status "$name: every table can be read" 0
  test "$(wc -l <counts.sql)" -ge 8 || fail "$name: there are no tables"
}
END

cat >odd.sh <<'END'
. ./common.sh
check_import odd --config "$url"
LC_ALL=C sort left >out
expect_out "odd: what is left and why" <left.expected
sed '/^  mysql:/d' made.yaml >out
expect_out "odd: what is written" <made.expected
run sql --config made.yaml --format csv \
  'SELECT w, s.word FROM strange JOIN word AS s ON s.word = w'
printf 'w,word\r\ncog,cog\r\n' | expect_out "a reference to a text"

# A file that is there is left alone; one that is not is made.
echo kept >there.yaml
run import --config "$url" --output there.yaml
expect_status "a file that is there" 1
expect_err "a file that is there" "there.yaml: File exists"
test "$(cat there.yaml)" = kept || fail "a file that is there was written"
run import --config "$url" --output new.yaml
expect_status "a new file" 0
cmp -s new.yaml made.yaml || fail "--output has what stdout has"
test ! -s out || fail "--output writes nothing to stdout"

# No password, and a variable that can be set.
cat >secret.yaml <<YAML
shop: {mysql: 'ann:se:c@ret@unix($ENTABLE_SANDBOX_SOCKET)/$ENTABLE_SANDBOX_DATABASE?limit_connections=3', wide: text}
other: {mysql: 'root@unix($ENTABLE_SANDBOX_SOCKET)/mysql'}
YAML
ODD_PASSWORD=se:c@ret
export ODD_PASSWORD
check_import secret --config secret.yaml --pool shop
grep -q 'se:c' made.yaml && fail "the password was written"
grep -v '^    \|^  "*[a-z]*:$\|^  [a-z_]*:$' made.yaml | head -6 |
  sed 's|unix([^)]*)|unix(SOCKET)|' >out
expect_out "the pool" <<'OUT'
# The password is taken from the environment, from the variable ODD_PASSWORD.
shop:
  mysql: ann:${ODD_PASSWORD}@unix(SOCKET)/odd?limit_connections=3
  mysqlEncoding: utf8mb4
  collation: utf8mb4_general_ci
  wide: text
OUT
run import --config secret.yaml
expect_status "which of two pools" 1
expect_err "which of two pools" "entity_yaml(): "
run import --config secret.yaml --pool shp
expect_status "no such pool" 1
finish
END

cat >shop.sh <<'END'
. ./common.sh
check_import shop --config "$url"
printf '%s\n' 'table order_total: a view or a sequence' \
  'table product_rating: a view or a sequence' >expected
cmp -s expected left || { fail "shop: what is left"; cat left; }
grep -q 'currency_code: references currency not null' made.yaml ||
  fail "shop: a reference"
finish
END

cat >many.sh <<'END'
. ./common.sh
check_import many --config "$url"
declared=$(grep -c '^    columns:' made.yaml)
left=$(wc -l <left)
test "$((declared + left))" = 200 ||
  fail "many: $declared are declared and $left left"
test "$declared" -ge 120 || fail "many: only $declared are declared"
finish
END

cat >left.expected <<'END'
table entity_list: a name of entable's own
table sqlite_x: a name of SQLite's
table x ${HOME}: table x ${HOME} has a '${', which a configuration takes for a variable
table x_chars: as an entity it would be changed: foreign key w goes
table x_dollar: table x_dollar has a '${', which a configuration takes for a variable
table x_expr: column u has an expression for its default
table x_ft: index words is fulltext, spatial or of an expression
table x_gen: column b is generated
table x_isam: its engine is not InnoDB
table x_key: as an entity it could not be read: its key is another one on the server
table x_nul: column v has a default that is no text
table x_nul_between: column v has a default that is no text
table x_of_list: foreign key e to entity_list goes to a table that is no entity
table x_of_pair: foreign key of to x_pair goes to a table that is no entity
table x_own: its name is that of another table but for the case of letters
table x_pair: foreign key two to pair is of several columns
table x_pre: as an entity it would be changed: unique index p is another (rows that are alike make it fail); the table is empty
table x_sequence: a view or a sequence
table x_side: foreign key by_k to side does not go to the key there
table x_text: x_text.u: a column of type text has no default in MySQL; leave it out
table x_twice: x_twice.a: the index 'ab' begins with the same columns, and does all that this one does; leave this one out
table x_upd: foreign key up to ring_a says ON UPDATE
table x_view: a view or a sequence
table x_zero: x_zero.z: 'zerofill': it changes only how MySQL's own clients show a number; leave it out
END
cat >made.expected <<'END'
default:
  mysqlEncoding: utf8mb4
  collation: utf8mb4_general_ci
  import:
    # a name of entable's own
    - entity_list
    # a name of SQLite's
    - sqlite_x
    # table x ${HOME} has a '${', which a configuration takes for a variable
    - x ?{HOME}
    # as an entity it would be changed: foreign key w goes
    - x_chars
    # table x_dollar has a '${', which a configuration takes for a variable
    - x_dollar
    # column u has an expression for its default
    - x_expr
    # index words is fulltext, spatial or of an expression
    - x_ft
    # column b is generated
    - x_gen
    # its engine is not InnoDB
    - x_isam
    # as an entity it could not be read: its key is another one on the server
    - x_key
    # column v has a default that is no text
    - x_nul
    # column v has a default that is no text
    - x_nul_between
    # foreign key e to entity_list goes to a table that is no entity
    - x_of_list
    # foreign key of to x_pair goes to a table that is no entity
    - x_of_pair
    # its name is that of another table but for the case of letters
    - x_own
    # foreign key two to pair is of several columns
    - x_pair
    # as an entity it would be changed: unique index p is another (rows that are alike make it fail); the table is empty
    - x_pre
    # a view or a sequence
    - x_sequence
    # foreign key by_k to side does not go to the key there
    - x_side
    # x_text.u: a column of type text has no default in MySQL; leave it out
    - x_text
    # x_twice.a: the index 'ab' begins with the same columns, and does all that this one does; leave this one out
    - x_twice
    # foreign key up to ring_a says ON UPDATE
    - x_upd
    # a view or a sequence
    - x_view
    # x_zero.z: 'zerofill': it changes only how MySQL's own clients show a number; leave it out
    - x_zero
entities:
  checked:
    columns:
      id: int
      v: int
      w: int
    primary: [id]
  geo:
    columns:
      id: int
      g: point not null
    primary: [id]
  nokey:
    columns:
      id: int
      v: varchar(9)
    primary: []
  "order: by":
    charset: latin1
    columns:
      "true": int
      id: int
    primary: ["true"]
  pair:
    columns:
      a: int
      b: int
    primary: [a, b]
  parent:
    columns:
      id: bigint unsigned
      "a`b": int not null default -5
  plain:
    columns:
      word: varchar(20)
    primary: [word]
  ring_a:
    columns:
      id: int
      b: references ring_b
    primary: [id]
  ring_b:
    columns:
      id: int
      a: references ring_a
    primary: [id]
  side:
    columns:
      id: int
      k: int
    primary: [id]
    unique:
      k: [k]
  strange:
    columns:
      id: int
      "true": int not null default 7
      "123": "varchar(30) default 'it''s: \"a\" # \\ \n end '"
      "größe": "char(3) default 'äöü'"
      "null": varchar(4) default 'null'
      "a b": double default '1e-07'
      neg: decimal(8,3) default -1.500
      type: enum('a''b','c,d','e:f','') not null default 'a''b'
      s: set('x','y') default 'x,y'
      bits: bit(5) default 5
      "y": year default 2020
      f: float default 0.5
      bin: binary(3) default 'abc'
      fill: binary(4) default 'a\\b'
      zero: binary(4) default 'a0'
      ts: timestamp(3) not null default current_timestamp on update current_timestamp
      dt: datetime default '2020-02-03 04:05:06'
      t: time(2) default '-01:02:03.50'
      lat: varchar(10) charset latin1
      latb: varchar(10) charset latin1 collate latin1_bin
      bi: varchar(10) collate utf8mb4_bin
      note: text collate utf8mb4_bin
      j: json
      p: references parent on delete cascade
      w: references word on delete set null
      line: varchar(9) default 'a b'
    unique:
      "u: 1": ["a b", "123"]
    index:
      "by#": [neg]
      pre: [note]
      zz: [w]
  word:
    columns:
      word: varchar(20) collate utf8mb4_bin
    primary: [word]
  X_OWN:
    columns:
      id: int
    primary: [id]
END

inside() { # DATABASE FILE-TO-LOAD
  LIB=$lib HOME_OF_TEST=$work "$entable" sandbox --database "$1" --load "$2" \
    -- sh "$1.sh" "$entable" || failed=$((failed + 1))
}

inside odd odd.sql
inside shop "$here/../../cli/demo/shop.sql"
for seed in 7 8; do
  /usr/bin/python3 "$here/../schema/generated.py" $seed 200 >many.sql ||
    fail "a schema of seed $seed"
  inside many many.sql
done

run import extra
expect_status "a word too many" 2
run import --config nowhere.yaml
expect_status "no configuration" 1
finish
