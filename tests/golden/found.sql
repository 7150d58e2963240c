-- Cached queries that a plain SELECT asks without naming them.
--@ with redis
--@ fixture found.fixture.sql
--@ file found.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:0
--: entities:
--:   user:
--:     redis_cache: true
--:     columns: {id: int unsigned, name: varchar(40) not null, age: smallint not null default 0, city: varchar(40), price: 'decimal(8,2)', ratio: double}
--:     index: {age: [age, city], city: [city], name: [name], ratio: [ratio], price: [price]}
--:     queries:
--:       by_age: where age = ? order by id
--:       by_age_down: where age = ? order by id desc
--:       by_age_city: where age = ? and city = ? order by name, id
--:       in_city: where city = ?
--:       by_name: one where name = ?
--:       of_ratio: where ratio = ?
--:       of_price: where price = ?
--:       older: where age > ? order by id
--:   pet:
--:     redis_cache: true
--:     fake_delete: true
--:     columns: {id: int unsigned, name: varchar(40), user_id: int unsigned}
--:     index: {name: [name], user_id: [user_id]}
--:     queries: {by_name: where name = ?}
--:   visit:
--:     redis_cache: true
--:     columns: {id: int unsigned, user_id: int unsigned, kind: int not null}
--:     index: {user_id: [user_id], kind: [kind]}
--:     queries: {of: where user_id = ?, kind: where kind = ?}
SELECT entable_open('${DIR}/found.yaml');
--| ${DIR}/found.yaml: 15 tables in temp
CREATE TEMP VIEW lists AS SELECT group_concat(counter || ' ' || value, ', ') FROM entable_stats WHERE tier = 'redis' AND counter IN ('lists', 'list_misses');
CREATE TEMP TABLE ages (age INT, word TEXT);
INSERT INTO ages VALUES (18, 'Bonn'), (20, 'bonn'), (99, 'x');
-- What is planned: the query with the most columns, and of those one that has the order.
EXPLAIN QUERY PLAN SELECT * FROM user WHERE age = 18;
--| 2|0|0|SCAN user VIRTUAL TABLE INDEX 0:cached by_age, else mysql: SELECT id, name, age, city, price, ratio FROM user WHERE age = ?
EXPLAIN QUERY PLAN SELECT name FROM user WHERE age = 18 ORDER BY id DESC LIMIT 2;
--| 4|0|0|SCAN user VIRTUAL TABLE INDEX 1:cached by_age_down, else mysql: SELECT id, name, age FROM user WHERE age = ? ORDER BY id DESC LIMIT ?
EXPLAIN QUERY PLAN SELECT name FROM user WHERE city = 'Bonn' AND age = 18 ORDER BY age DESC, name;
--| 3|0|0|SCAN user VIRTUAL TABLE INDEX 2:cached by_age_city, else mysql: SELECT id, name, age, city FROM user WHERE city = ? AND age = ?
--| 18|0|0|USE TEMP B-TREE FOR ORDER BY
EXPLAIN QUERY PLAN SELECT name FROM user WHERE age = 18 AND name > 'B';
--| 2|0|0|SCAN user VIRTUAL TABLE INDEX 3:cached by_age, else mysql: SELECT id, name, age FROM user WHERE age = ?
EXPLAIN QUERY PLAN SELECT id FROM user WHERE age = 18 ORDER BY name;
--| 3|0|0|SCAN user VIRTUAL TABLE INDEX 3:cached by_age, else mysql: SELECT id, name, age FROM user WHERE age = ?
--| 15|0|0|USE TEMP B-TREE FOR ORDER BY
EXPLAIN QUERY PLAN SELECT id FROM user WHERE name = 'Bob';
--| 2|0|0|SCAN user VIRTUAL TABLE INDEX 4:cached by_name, else mysql: SELECT id, name FROM user WHERE name = ?
EXPLAIN QUERY PLAN SELECT id FROM user WHERE rowid > 1 AND price = 1.5;
--| 2|0|0|SCAN user VIRTUAL TABLE INDEX 5:cached of_price, else mysql: SELECT id, price FROM user WHERE id > ? AND price = ?
EXPLAIN QUERY PLAN SELECT DISTINCT age FROM user WHERE age = 18;
--| 3|0|0|SCAN user VIRTUAL TABLE INDEX 7:cached by_age, else mysql: SELECT age FROM user WHERE age = ? GROUP BY age ORDER BY age
--| 16|0|0|USE TEMP B-TREE FOR DISTINCT
EXPLAIN QUERY PLAN SELECT DISTINCT name FROM user WHERE age = 18 ORDER BY name;
--| 7|0|0|SCAN user VIRTUAL TABLE INDEX 3:cached by_age, else mysql: SELECT id, name, age FROM user WHERE age = ?
--| 14|0|0|USE TEMP B-TREE FOR DISTINCT
EXPLAIN QUERY PLAN SELECT ages.word, user.name FROM ages CROSS JOIN user ON user.age = ages.age;
--| 3|0|0|SCAN ages
--| 5|0|0|SCAN user VIRTUAL TABLE INDEX 3:cached by_age, else mysql: SELECT id, name, age FROM user WHERE age = ?
SELECT cache, remote_sql FROM entable_explain('SELECT * FROM user WHERE age = 18');
--| redis|SELECT id, name, age, city, price, ratio FROM user WHERE age = ?
-- What is not: the search spares rows by its order, or it asks for others.
EXPLAIN QUERY PLAN SELECT id FROM user WHERE age = 18 ORDER BY ratio LIMIT 1;
--| 4|0|0|SCAN user VIRTUAL TABLE INDEX 8:mysql: SELECT id, age, ratio FROM user WHERE age = ? ORDER BY ratio LIMIT ?
EXPLAIN QUERY PLAN SELECT DISTINCT ratio FROM user WHERE age = 18 ORDER BY ratio LIMIT 1;
--| 8|0|0|SCAN user VIRTUAL TABLE INDEX 9:cached by_age, else mysql: SELECT id, age, ratio FROM user WHERE age = ?
--| 15|0|0|USE TEMP B-TREE FOR DISTINCT
EXPLAIN QUERY PLAN SELECT id FROM user WHERE age IN (18, 20);
--| 2|0|0|SCAN user VIRTUAL TABLE INDEX 10:mysql: SELECT id, age FROM user WHERE age IN (…)
EXPLAIN QUERY PLAN SELECT id FROM user WHERE age IS 18;
--| 2|0|0|SCAN user VIRTUAL TABLE INDEX 11:mysql: SELECT id, age FROM user WHERE age IS ?
EXPLAIN QUERY PLAN SELECT id FROM user WHERE age > 18;
--| 2|0|0|SCAN user VIRTUAL TABLE INDEX 12:mysql: SELECT id, age FROM user WHERE age > ?
EXPLAIN QUERY PLAN SELECT id FROM user WHERE city = 'Bonn' COLLATE NOCASE;
--| 2|0|0|SCAN user VIRTUAL TABLE INDEX 13:mysql: SELECT id, city FROM user
EXPLAIN QUERY PLAN SELECT id FROM user WHERE age = 18 AND id = 1;
--| 2|0|0|SCAN user VIRTUAL TABLE INDEX 14:point through redis
EXPLAIN QUERY PLAN SELECT id FROM pet_with_deleted WHERE name = 'Rex';
--| 2|0|0|SCAN pet_with_deleted VIRTUAL TABLE INDEX 0:mysql: SELECT id, name FROM pet WHERE name = ?
-- The rows are those of the function, and its lists are shared with it.
SELECT * FROM user WHERE age = 18;
--| 1|Ann|18|Bonn|1.5|0.5
--| 2|Bob|18|Rome|2|1.0
--| 5|Eve|18|bonn|1.5|1.0
SELECT * FROM lists;
--| lists 0, list_misses 1
SELECT id FROM user WHERE age = 18;
--| 1
--| 2
--| 5
SELECT id FROM user_by_age_down(18);
--| 5
--| 2
--| 1
SELECT id FROM user_by_age(18);
--| 1
--| 2
--| 5
SELECT id FROM user WHERE age = 18 ORDER BY id DESC;
--| 5
--| 2
--| 1
SELECT * FROM lists;
--| lists 3, list_misses 2
SELECT name FROM user WHERE age = 18 AND city > 'C';
--| Bob
--| Eve
SELECT name FROM user WHERE age = 18 ORDER BY name DESC;
--| Eve
--| Bob
--| Ann
SELECT name FROM user WHERE age = 18 ORDER BY id LIMIT 1;
--| Ann
SELECT name FROM user WHERE age = 18 ORDER BY id LIMIT 1 OFFSET 1;
--| Bob
SELECT name FROM user WHERE age = 18 AND name > 'A' ORDER BY id LIMIT 2 OFFSET 1;
--| Bob
--| Eve
SELECT name FROM user WHERE age = 18 AND id % 2 = 1 ORDER BY id LIMIT 2;
--| Ann
--| Eve
SELECT count(*) FROM user WHERE age = 18;
--| 3
SELECT count(*), max(id) FROM user WHERE age = 99;
--| 0|NULL
SELECT DISTINCT ratio FROM user WHERE age = 18 ORDER BY ratio;
--| 0.5
--| 1.0
SELECT DISTINCT price FROM user WHERE age = 18;
--| 1.5
--| 2
SELECT age, count(*) FROM user WHERE age = 18 GROUP BY age;
--| 18|3
SELECT id, rowid FROM user WHERE age = 18 AND city = 'Bonn';
--| 1|1
SELECT id FROM user WHERE age = 18 OR name = 'Cid' ORDER BY id;
--| 1
--| 2
--| 3
--| 5
SELECT * FROM lists;
--| lists 13, list_misses 4
-- Of one row the planner's list has all.
--@ server INSERT INTO user(id, name, age) VALUES (9, 'Bob', 50)
SELECT entity_forget('user', 9);
--| 1
SELECT id FROM user_by_name('Bob');
--| 2
SELECT id FROM user WHERE name = 'Bob';
--| 2
--| 9
SELECT id FROM user WHERE name = 'Bob';
--| 2
--| 9
-- Values of all kinds.
SELECT id FROM user WHERE age = '18';
--| 1
--| 2
--| 5
SELECT id FROM user WHERE age = 18.0;
--| 1
--| 2
--| 5
SELECT * FROM lists;
--| lists 15, list_misses 7
SELECT id FROM user WHERE age = 18.5;
SELECT id FROM user WHERE age = NULL;
SELECT id FROM user WHERE age = 'x';
SELECT id FROM user WHERE age = x'3138';
SELECT id FROM user WHERE age = 9223372036854775807;
SELECT id FROM user WHERE age = 1e300;
SELECT id FROM user WHERE city = 'Bonn';
--| 1
--| 3
SELECT id FROM user WHERE city = 'bonn';
--| 5
SELECT id FROM user WHERE city = NULL;
SELECT id FROM user WHERE city = 18;
SELECT id FROM user WHERE city = x'426f6e6e';
SELECT id FROM user WHERE city = 'Bonn' COLLATE NOCASE ORDER BY id;
--| 1
--| 3
--| 5
SELECT id FROM user WHERE city = printf('%.*c', 5000, 'x');
SELECT id FROM user WHERE ratio = 1;
--| 2
--| 5
SELECT id FROM user WHERE ratio = '0.1';
--| 4
SELECT id FROM user WHERE price = 1.5;
--| 1
--| 5
SELECT id FROM user WHERE price = '1.50';
--| 1
--| 5
SELECT ages.word, id FROM ages CROSS JOIN user ON user.age = ages.age ORDER BY id;
--| Bonn|1
--| Bonn|2
--| bonn|3
--| Bonn|5
SELECT ages.word, id FROM ages CROSS JOIN user ON user.city = ages.word ORDER BY id;
--| Bonn|1
--| Bonn|3
--| bonn|5
SELECT ages.age, id FROM ages LEFT JOIN user ON user.age = ages.age AND user.city = 'Bonn' ORDER BY ages.age;
--| 18|1
--| 20|3
--| 99|NULL
SELECT age, (SELECT group_concat(name) FROM user WHERE user.age = ages.age) FROM ages;
--| 18|Ann,Bob,Eve
--| 20|Cid
--| 99|NULL
SELECT id FROM user WHERE (age, city) = (18, 'Rome');
--| 2
-- What is changed is seen at once.
UPDATE user SET age = 19 WHERE age = 18 AND id = 1;
SELECT id FROM user WHERE age = 18;
--| 2
--| 5
SELECT id FROM user WHERE age = 19;
--| 1
UPDATE user SET age = age + 1 WHERE age = 18;
SELECT id, age FROM user WHERE age = 19;
--| 1|19
--| 2|19
--| 5|19
SELECT id FROM user WHERE age = 18;
DELETE FROM user WHERE age = 19 AND id = 2;
SELECT id FROM user WHERE age = 19;
--| 1
--| 5
INSERT INTO user(id, name, age) SELECT id + 20, name, age FROM user WHERE age = 19;
SELECT id FROM user WHERE age = 19;
--| 1
--| 5
--| 21
--| 25
SELECT mysql_exec('UPDATE user SET age = 18 WHERE id > 20');
--| 2
SELECT id FROM user WHERE age = 18;
--| 21
--| 25
SELECT id FROM user WHERE age = 19;
--| 1
--| 5
-- A transaction reads what it has written.
BEGIN;
SELECT id FROM user WHERE age = 18;
--| 21
--| 25
UPDATE user SET age = 18 WHERE id = 3;
INSERT INTO user(id, name, age) VALUES (31, 'New', 18);
SELECT id FROM user WHERE age = 18;
--| 3
--| 21
--| 25
--| 31
SELECT id FROM user WHERE age = 20;
ROLLBACK;
SELECT id FROM user WHERE age = 18;
--| 21
--| 25
SELECT id FROM user WHERE age = 20;
--| 3
-- Under one state no list answers.
SELECT entable_set('snapshot', 'on');
--| on
BEGIN;
SELECT id FROM user WHERE age = 20;
--| 3
--@ server UPDATE user SET age = 20 WHERE id = 21
SELECT id FROM user WHERE age = 20;
--| 3
COMMIT;
SELECT entable_set('snapshot', 'off');
--| off
SELECT entity_forget('user');
--| 1
SELECT id FROM user WHERE age = 20;
--| 3
--| 21
-- Rows that are marked as deleted are gone.
SELECT id FROM pet WHERE name = 'Rex';
--| 1
--| 2
DELETE FROM pet WHERE id = 1;
SELECT id FROM pet WHERE name = 'Rex';
--| 2
SELECT id FROM pet_with_deleted WHERE name = 'Rex';
--| 2
--| 1
-- The inner table of a join reads ahead, and asks for few lists.
SELECT * FROM lists;
--| lists 24, list_misses 36
SELECT count(*), sum(v.id) FROM user AS u CROSS JOIN visit AS v ON v.user_id = u.id;
--| 94|5922
SELECT count(*) FROM visit AS v CROSS JOIN user AS u ON u.age = v.kind + 17;
--| 125
SELECT count(*), sum(user.id) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) SELECT i FROM n) AS n CROSS JOIN user ON user.age = n.i;
--| 6|59
SELECT * FROM lists;
--| lists 31, list_misses 46
-- A list that is too long is known to be.
SELECT count(*) FROM visit WHERE kind = 1;
--| 125
SELECT * FROM lists;
--| lists 31, list_misses 47
--@ server INSERT INTO visit(kind) SELECT 2 FROM visit AS a, visit AS b
SELECT entity_forget('visit');
--| 1
SELECT count(*) FROM visit WHERE kind = 2;
--| 15625
SELECT * FROM lists;
--| lists 31, list_misses 48
SELECT count(*) FROM visit WHERE kind = 2;
--| 15625
SELECT count(*) FROM visit_kind(2);
--| 15625
SELECT id FROM visit WHERE kind = 2 AND id > 200 ORDER BY id LIMIT 1;
--| 201
SELECT * FROM lists;
--| lists 34, list_misses 48
-- A list has no more than a search may read.
SELECT entable_set('max_scan_rows', 1);
--| 1
SELECT id FROM user WHERE age = 19;
--! ERROR: mysql: read user: more than 1 rows would be read, which max_scan_rows does not allow: SELECT id, age FROM user WHERE age = ?
SELECT id FROM user WHERE age = 30;
--| 4
SELECT entable_set('max_scan_rows', 0);
--| 0
SELECT entable_set('cache', 'off');
--| off
SELECT id FROM user WHERE age = 18;
--| 25
SELECT entable_set('cache', 'on');
--| on
SELECT entable_set('pushdown', 'off');
--| off
SELECT id FROM user WHERE age = 18;
--| 25
SELECT entable_set('pushdown', 'on');
--| on
SELECT * FROM lists;
--| lists 34, list_misses 50
-- A Redis that is away fails no read.
--@ file away.yaml
--: away:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: ${DIR}/nowhere:0
--: entities:
--:   person:
--:     pool: away
--:     table: user
--:     redis_cache: away
--:     columns: {id: int unsigned, age: smallint not null default 0}
--:     index: {age: [age]}
--:     queries: {by_age: where age = ?}
SELECT entable_open('${DIR}/away.yaml');
--| ${DIR}/away.yaml: 2 tables in temp
EXPLAIN QUERY PLAN SELECT id FROM person WHERE age = 19;
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 0:cached by_age, else mysql: SELECT id, age FROM user WHERE age = ?
SELECT id FROM person WHERE age = 19;
--| 1
--| 5
SELECT id FROM person_by_age(19);
--| 1
--| 5
