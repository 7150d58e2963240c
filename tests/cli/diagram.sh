#!/bin/sh
# A schema as a picture.
lib=$(dirname "$(realpath "$0")")/lib
. "$lib"

run diagram
expect_status "nothing to draw" 1
expect_err "nothing to draw" "there is nothing to draw: name a configuration"
run diagram --format csv
expect_status "another format" 2
expect_err "another format" "'diagram' has other formats"
run sql --format svg 'SELECT 1'
expect_status "no picture" 2
expect_err "no picture" "'sql' has other formats"

cat >before.sql <<'END'
CREATE TABLE a (id int PRIMARY KEY, `b & <c>` varchar(9) UNIQUE) ENGINE=InnoDB;
CREATE TABLE `it's "odd"` (id bigint unsigned PRIMARY KEY, a_id int NOT NULL UNIQUE, self bigint unsigned,
  FOREIGN KEY (a_id) REFERENCES a (id) ON DELETE CASCADE,
  FOREIGN KEY (self) REFERENCES `it's "odd"` (id)) ENGINE=InnoDB;
CREATE TABLE end (id int PRIMARY KEY, pk int, a_id int, FOREIGN KEY (a_id) REFERENCES a (id)) ENGINE=InnoDB;
CREATE TABLE a_with_deleted (id int PRIMARY KEY) ENGINE=InnoDB;
CREATE VIEW seen AS SELECT id FROM a;
END

cat >inside.sh <<'END'
. "$LIB"
cd "$HOME_OF_TEST" || exit 2
url="mysql://root@localhost/$ENTABLE_SANDBOX_DATABASE?socket=$ENTABLE_SANDBOX_SOCKET"

# Of a database, with its foreign keys.
run diagram --config "$url"
expect_status "of a database" 0
expect_out "of a database" <<'OUT'
erDiagram
    "a" {
        integer id PK
        text b____c_ UK
    }
    "a_with_deleted" {
        integer id PK
    }
    "end" {
        integer id PK
        integer _pk
        integer a_id FK
    }
    "it's _odd_" {
        unsigned id PK
        integer a_id FK, UK
        unsigned self FK
    }
    "seen" {
        integer id
    }
    "a" |o--o{ "end" : "a_id"
    "a" ||--o| "it's _odd_" : "a_id"
    "it's _odd_" |o--o{ "it's _odd_" : "self"
OUT
run diagram --config "$url" --format svg A seen
expect_status "some of it" 0
grep -q '>b &amp; &lt;c&gt;</text>' out || fail "a name in SVG"
grep -q 'odd' out && fail "what was not asked for"
run diagram --config "$url" a nobody
expect_status "an entity that is not there" 1
expect_err "an entity that is not there" "there is no entity 'nobody'"

# Of what is declared, on the server or not.
cat >shop.yaml <<YAML
default:
  mysql: root@unix($ENTABLE_SANDBOX_SOCKET)/$ENTABLE_SANDBOX_DATABASE
  import: [end]
enums: {color: [Red]}
entities:
  part: {table: a, columns: {id: int}}
  school: {columns: {id: int unsigned, name: varchar(9) not null}, unique: {name: [name]}}
  user:
    fake_delete: true
    columns:
      id: bigint unsigned
      name: varchar(9)
      color: enum color
      school_id: references school not null
      patron_id: references user on delete set null
      friends: references many user
    unique: {name: [name]}
YAML
run diagram --config shop.yaml
expect_status "of a file" 0
expect_out "of a file" <<'OUT'
erDiagram
    "end" {
        integer id PK
        integer _pk
        integer a_id FK
    }
    "part" {
        integer id PK
    }
    "school" {
        integer id PK
        text name UK
    }
    "user" {
        unsigned id PK
        text name UK
        enum color
        unsigned school_id FK
        unsigned patron_id FK
        json friends
    }
    "school" ||--o{ "user" : "school_id"
    "user" |o--o{ "user" : "patron_id"
    "user" }o--o{ "user" : "friends"
    "part" |o--o{ "end" : "a_id"
OUT
run diagram --config shop.yaml --output shop.svg
expect_status "a file" 0
test ! -s out || fail "a file: wrote to stdout"
grep -q '<title>user.patron_id refers to user, on delete set null</title>' shop.svg ||
  fail "the words of a line"
run diagram --config shop.yaml --output shop.svg
expect_status "a file that is there" 1
expect_err "a file that is there" "shop.svg: File exists"
run diagram --config shop.yaml --format mermaid --output shop2.svg
grep -q erDiagram shop2.svg || fail "--format before the file's name"

# Many, in rings: XML that is well, boxes that do not touch, a line for each.
/usr/bin/python3 - "$url" >many.yaml <<'PY'
import random
import sys
rng = random.Random(5)
names = [f"e{n:02}" for n in range(60)]
print(f"default: {{mysql: '{sys.argv[1]}'}}\nentities:")
for name in names:
    print(f"  {name}:\n    columns:\n      id: int unsigned")
    for at in range(rng.choice([0, 0, 1, 2, 5])):
        print(f"      r{at}: references {rng.choice(names)}")
    for at in range(rng.choice([0, 3, 20])):
        print(f"      some_column_{at}: varchar(20)")
PY
run diagram --config many.yaml --format svg
expect_status "many" 0
/usr/bin/python3 - many.yaml out >err 2>&1 <<'PY' || fail "many: $(cat err)"
import re
import sys
from xml.etree import ElementTree
wanted = open(sys.argv[1], encoding="utf-8").read().count("references")
root = ElementTree.parse(sys.argv[2]).getroot()
svg = "{http://www.w3.org/2000/svg}"
boxes = [[float(r.get(key)) for key in ("x", "y", "width", "height")]
         for r in root.iter(svg + "rect") if r.get("class") == "box"]
lines = len(list(root.iter(svg + "title")))
if len(boxes) != 60 or lines != wanted:
    sys.exit(f"{len(boxes)} boxes, {lines} lines of {wanted}")
for i, (x, y, w, h) in enumerate(boxes):
    if x < 0 or y < 0 or x + w > float(root.get("width")) or y + h > float(root.get("height")):
        sys.exit(f"box {i} is outside")
    for u, v, r, s in boxes[:i]:
        if x < u + r + 8 and u < x + w + 8 and y < v + s + 8 and v < y + h + 8:
            sys.exit(f"box {i} touches another one")
PY
cp out first
run diagram --config many.yaml --format svg
cmp -s first out || fail "it is drawn otherwise another time"
finish
END
LIB=$lib HOME_OF_TEST=$PWD "$entable" sandbox --load before.sql -- \
  sh inside.sh "$entable" || fail "inside"
finish
