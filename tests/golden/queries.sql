-- Cached queries: what they find, and when that is known.
--@ with redis
--@ fixture queries.fixture.sql
--@ file queries.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:0
--:   local_cache: 1000
--: entities:
--:   user:
--:     redis_cache: true
--:     local_cache: true
--:     columns: {id: int unsigned, name: varchar(40) not null, age: smallint unsigned not null default 0, city: varchar(40), price: 'decimal(8,2)'}
--:     unique: {name: [name]}
--:     index: {age: [age], city: [city]}
--:     queries:
--:       by_age: where age = ? order by id
--:       older: where age > ? order by age desc, id
--:       by_name: one where name = ?
--:       in_city: where city is ? order by name
--:       all: ""
--:   pet:
--:     redis_cache: true
--:     fake_delete: true
--:     columns: {id: int unsigned, name: varchar(40)}
--:     index: {name: [name]}
--:     queries: {by_name: where name = ?}
--:   word:
--:     redis_cache: true
--:     primary: [name]
--:     columns: {name: varchar(20) not null, n: int}
SELECT entable_open('${DIR}/queries.yaml');
--| ${DIR}/queries.yaml: 10 tables in temp
CREATE TEMP VIEW lists AS SELECT group_concat(counter || ' ' || value, ', ') FROM entable_stats WHERE tier = 'redis' AND counter IN ('lists', 'list_misses');
EXPLAIN QUERY PLAN SELECT * FROM user_by_age(18) ORDER BY id LIMIT 10;
--| 4|0|0|SCAN user_by_age VIRTUAL TABLE INDEX 2:cached by_age
EXPLAIN QUERY PLAN SELECT * FROM user_by_age(18) ORDER BY name;
--| 3|0|0|SCAN user_by_age VIRTUAL TABLE INDEX 0:cached by_age
--| 16|0|0|USE TEMP B-TREE FOR ORDER BY
SELECT * FROM user_by_age(18);
--| 1|Ann|18|Bonn|1.5
--| 2|Bob|18|Rome|2
SELECT * FROM lists;
--| lists 0, list_misses 1
SELECT id, name FROM user_by_age(18) ORDER BY id;
--| 1|Ann
--| 2|Bob
SELECT id, name FROM user_by_age('18') ORDER BY id LIMIT 1 OFFSET 1;
--| 2|Bob
SELECT count(*) FROM user_by_age(18.0);
--| 2
SELECT * FROM lists;
--| lists 1, list_misses 1
SELECT * FROM user_by_age(99);
SELECT count(*) FROM user_by_age(99);
--| 0
SELECT name, age FROM user_older(18);
--| Dan|30
--| Cid|20
SELECT name FROM user_older(18) ORDER BY age DESC LIMIT 1;
--| Dan
SELECT id, name FROM user_by_name('Bob');
--| 2|Bob
SELECT id, name FROM user_by_name('bob');
SELECT id, name FROM user_in_city(NULL);
--| 4|Dan
SELECT id, name FROM user_in_city('Bonn');
--| 1|Ann
--| 3|Cid
SELECT id FROM user_all;
--| 1
--| 2
--| 3
--| 4
-- What is changed is seen at once, whatever it is.
UPDATE user SET age = 19 WHERE id = 1;
SELECT id, name FROM user_by_age(18);
--| 2|Bob
SELECT id, name FROM user_by_age(19);
--| 1|Ann
SELECT id, age FROM user_older(18);
--| 4|30
--| 3|20
--| 1|19
UPDATE user SET name = 'Bert' WHERE id = 2;
SELECT id, name FROM user_by_age(18);
--| 2|Bert
SELECT id, name FROM user_by_name('Bert');
--| 2|Bert
SELECT count(*) FROM user_by_name('Bob');
--| 0
INSERT INTO user(id, name, age, city) VALUES (9, 'Eve', 18, 'Bonn');
SELECT id, name FROM user_by_age(18);
--| 2|Bert
--| 9|Eve
SELECT id FROM user_all;
--| 1
--| 2
--| 3
--| 4
--| 9
DELETE FROM user WHERE id = 2;
SELECT id, name FROM user_by_age(18);
--| 9|Eve
BEGIN;
UPDATE user SET age = 18 WHERE id = 3;
SELECT id FROM user_by_age(18);
--| 3
--| 9
ROLLBACK;
SELECT id FROM user_by_age(18);
--| 9
SELECT mysql_exec('UPDATE user SET age = 18');
--| 3
SELECT id FROM user_by_age(18);
--| 1
--| 3
--| 4
--| 9
--@ server UPDATE user SET age = 40
SELECT id FROM user_by_age(18);
--| 1
--| 3
--| 4
--| 9
SELECT entity_forget('user', 9);
--| 1
SELECT id FROM user_by_age(18);
-- A column that no query looks by changes no list.
SELECT id FROM user_by_age(40);
--| 1
--| 3
--| 4
--| 9
SELECT id FROM user_by_age(40);
--| 1
--| 3
--| 4
--| 9
UPDATE user SET price = 7 WHERE id = 1;
SELECT * FROM lists;
--| lists 7, list_misses 19
SELECT id, price FROM user_by_age(40);
--| 1|7
--| 3|NULL
--| 4|0.1
--| 9|NULL
SELECT * FROM lists;
--| lists 7, list_misses 19
-- In joins, and as a part of what is written.
SELECT u.id, q.name FROM user AS u JOIN user_by_age(u.age) AS q ON q.id = u.id ORDER BY u.id;
--| 1|Ann
--| 3|Cid
--| 4|Dan
--| 9|Eve
UPDATE user SET age = age + 1 WHERE id IN (SELECT id FROM user_by_age(40));
SELECT id, age FROM user_by_age(41);
--| 1|41
--| 3|41
--| 4|41
--| 9|41
-- Rows that are marked as deleted are gone.
SELECT id FROM pet_by_name('Rex');
--| 1
--| 2
SELECT id FROM pet_by_name('Rex');
--| 1
--| 2
DELETE FROM pet WHERE id = 1;
SELECT id FROM pet_by_name('Rex');
--| 2
UPDATE pet_with_deleted SET fake_delete = 0 WHERE id = 1;
SELECT id FROM pet_by_name('Rex');
--| 1
--| 2
-- So are rows that come back by a program that knows nothing of marks.
DELETE FROM pet WHERE id = 3;
SELECT count(*) FROM pet_by_name('Tom');
--| 0
CREATE VIRTUAL TABLE temp.plain USING entity(id int unsigned, name varchar(40), fake_delete int unsigned not null default 0, table=pet);
UPDATE plain SET fake_delete = 0 WHERE id = 3;
SELECT id FROM pet_by_name('Tom');
--| 3
DROP TABLE plain;
-- A row that another one replaces, though its key has other letters, is gone.
INSERT INTO word VALUES ('Ab', 1), ('c', 2);
SELECT * FROM word WHERE name = 'Ab';
--| Ab|1
INSERT OR REPLACE INTO word VALUES ('aB', 3);
SELECT * FROM word WHERE name = 'Ab';
SELECT * FROM word WHERE name = 'aB';
--| aB|3
INSERT INTO word(name, n, _on_duplicate) VALUES ('AB', 4, '{"n": 5}');
SELECT * FROM word WHERE name = 'aB';
--| aB|5
-- What does not go.
SELECT * FROM user_by_age;
--! ERROR: user_by_age() takes 1 argument
SELECT count(*) FROM user_by_age(41) WHERE _1 = 41;
--| 4
SELECT count(*) FROM user_by_age(41) WHERE _1 = 42;
--| 0
ALTER TABLE user RENAME TO users;
--! ERROR: table user cannot be renamed to users: its cached queries are found by its name
SELECT * FROM user_by_age(1, 2);
--! ERROR: too many arguments on user_by_age() - max 1
UPDATE user_by_age SET age = 1;
--! ERROR: table user_by_age may not be modified
SELECT entable_set('cache', 'off'), (SELECT count(*) FROM user_by_age(41));
--| off|4
SELECT entable_set('cache', 'on');
--| on
CREATE VIRTUAL TABLE temp.own USING entity(id int unsigned, name varchar(40), table=pet, index by_n(name), query by_n(where name = ?));
SELECT id FROM own_by_n('Tom');
--| 3
DROP TABLE own;
SELECT id FROM own_by_n('Tom');
--! ERROR: no such table: own_by_n
-- A table of another kind that has the name is somebody's own.
CREATE VIRTUAL TABLE temp.own USING entity(id int unsigned, name varchar(40), table=pet, index by_n(name), query by_n(where name = ?));
DROP TABLE own_by_n;
CREATE TEMP TABLE own_by_n (kept);
DROP TABLE own;
SELECT count(*) FROM own_by_n;
--| 0
CREATE VIRTUAL TABLE temp.x USING entity_query(of=user, query=nothing);
--! ERROR: query x: entity user has no query 'nothing'
CREATE VIRTUAL TABLE temp.x USING entity_query(query=by_age);
--! ERROR: query x: it is made by what declares the query: of= and query= are wanted
