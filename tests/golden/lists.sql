-- Cached queries of entities whose rows Redis does not keep: who keeps the lists, and until when.
--@ with redis
--@ fixture queries.fixture.sql
--@ file lists.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:0
--:   local_cache: 1000
--: timed:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   local_cache: 1000
--: settings: {local_cache_lag_ms: 60000, local_cache_ttl_s: 1000}
--: entities:
--:   user:
--:     local_cache: true
--:     columns: {id: int unsigned, name: varchar(40) not null, age: smallint unsigned not null default 0}
--:     index: {age: [age]}
--:     queries: {by_age: where age = ? order by id}
SELECT entable_open('${DIR}/lists.yaml');
--| ${DIR}/lists.yaml: 2 tables in temp
CREATE VIRTUAL TABLE temp.human USING entity(id int unsigned, name varchar(40) not null, age smallint unsigned not null default 0, table=user, index by_age(age), query by_age(where age = ? order by id), pool=timed, local_cache=timed);
CREATE VIRTUAL TABLE temp.person USING entity(id int unsigned, name varchar(40) not null, age smallint unsigned not null default 0, table=user, index by_age(age), query by_age(where age = ? order by id));
EXPLAIN QUERY PLAN SELECT * FROM user_by_age(18);
--| 2|0|0|SCAN user_by_age VIRTUAL TABLE INDEX 0:cached by_age
EXPLAIN QUERY PLAN SELECT * FROM human_by_age(18);
--| 2|0|0|SCAN human_by_age VIRTUAL TABLE INDEX 0:cached by_age
EXPLAIN QUERY PLAN SELECT * FROM person_by_age(18);
--| 2|0|0|SCAN person_by_age VIRTUAL TABLE INDEX 0:query by_age
-- Found once, and kept with its rows, whether Redis tells of changes or nobody does.
SELECT * FROM user_by_age(18);
--| 1|Ann|18
--| 2|Bob|18
SELECT * FROM human_by_age(18);
--| 1|Ann|18
--| 2|Bob|18
--@ server UPDATE user SET age = 19, name = 'Anna' WHERE id = 1
SELECT * FROM user_by_age(18);
--| 1|Ann|18
--| 2|Bob|18
SELECT count(*) FROM user_by_age(18);
--| 2
SELECT * FROM human_by_age(18);
--| 1|Ann|18
--| 2|Bob|18
SELECT * FROM person_by_age(18);
--| 2|Bob|18
-- What is said to have changed is found anew.
SELECT entity_forget('user');
--| 1
SELECT * FROM user_by_age(18);
--| 2|Bob|18
SELECT * FROM human_by_age(18);
--| 2|Bob|18
SELECT entity_forget('human', 2);
--| 1
SELECT * FROM human_by_age(18);
--| 2|Bob|18
-- So is what the process writes itself, at once, by whichever entity.
UPDATE human SET age = 18 WHERE id = 3;
SELECT * FROM human_by_age(18);
--| 2|Bob|18
--| 3|Cid|18
UPDATE user SET age = 18 WHERE id = 1;
SELECT * FROM user_by_age(18);
--| 1|Anna|18
--| 2|Bob|18
--| 3|Cid|18
BEGIN;
DELETE FROM user WHERE id = 2;
SELECT id FROM user_by_age(18);
--| 1
--| 3
ROLLBACK;
SELECT id FROM user_by_age(18);
--| 1
--| 2
--| 3
UPDATE person SET age = 20 WHERE id = 2;
SELECT id FROM user_by_age(18);
--| 1
--| 3
-- A row that has changed is not shown by a list that says other of it.
--@ server UPDATE user SET age = 21 WHERE id = 4
SELECT id FROM human_by_age(30);
SELECT id FROM human_by_age(21);
--| 4
--@ server UPDATE user SET age = 30 WHERE id = 4
SELECT id FROM human_by_age(21);
--| 4
SELECT entity_forget('human', 4);
--| 1
SELECT id FROM human_by_age(21);
SELECT entable_set('request_cache', 1);
--| 1
SELECT id FROM user_by_age(30);
--| 4
SELECT entable_set('request_cache', 0);
--| 0
