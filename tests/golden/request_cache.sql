-- What a handle has read it reads no more, as long as it likes.
--@ with redis
--@ fixture caches.fixture.sql
--@ file requests.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:0
--: entities:
--:   author:
--:     redis_cache: true
--:     columns: {id: int unsigned, name: varchar(40) not null, email: varchar(40), born: date}
--:     unique: {email: [email]}
--:   plain:
--:     columns: {id: int unsigned, n: int}
SELECT entable_open('${DIR}/requests.yaml');
--| ${DIR}/requests.yaml: 2 tables in temp
SELECT entable_set('request_cache', 1);
--| 1
SELECT name, value FROM entable_settings WHERE name = 'request_cache';
--| request_cache|1
EXPLAIN QUERY PLAN SELECT n FROM plain WHERE id = 11;
--| 2|0|0|SCAN plain VIRTUAL TABLE INDEX 0:point through request
EXPLAIN QUERY PLAN SELECT name FROM author WHERE id = 1;
--| 2|0|0|SCAN author VIRTUAL TABLE INDEX 0:point through request, redis
INSERT INTO plain VALUES (11, 10), (12, 20);
SELECT n FROM plain WHERE id IN (11, 12, 13);
--| 10
--| 20
SELECT name FROM author WHERE id = 1;
--| Ada
--@ server UPDATE plain SET n = n + 1
--@ server UPDATE author SET name = 'changed from outside' WHERE id = 1
SELECT n FROM plain WHERE id IN (11, 12, 13);
--| 10
--| 20
SELECT name FROM author WHERE id = 1;
--| Ada
-- A search reads what there is; so does a handle that writes, or is told to.
SELECT n FROM plain WHERE n > 0;
--| 11
--| 21
UPDATE plain SET n = 100 WHERE id = 12;
SELECT n FROM plain WHERE id IN (11, 12, 13);
--| 11
--| 100
--@ server UPDATE plain SET n = n + 1
SELECT n FROM plain WHERE id IN (11, 12, 13);
--| 11
--| 100
SELECT entable_set('request_cache', 1);
--| 1
SELECT n FROM plain WHERE id IN (11, 12, 13);
--| 12
--| 101
SELECT mysql_exec('UPDATE plain SET n = 7 WHERE id = 11');
--| 1
SELECT n FROM plain WHERE id IN (11, 12, 13);
--| 7
--| 101
--@ server UPDATE plain SET n = 8
SELECT entity_forget('plain');
--| 1
SELECT n FROM plain WHERE id IN (11, 12, 13);
--| 8
--| 8
BEGIN;
UPDATE plain SET n = 9 WHERE id = 11;
SELECT n FROM plain WHERE id = 11;
--| 9
ROLLBACK;
SELECT n FROM plain WHERE id = 11;
--| 8
SELECT entable_set('request_cache', 0);
--| 0
--@ server UPDATE plain SET n = 11
SELECT n FROM plain WHERE id = 11;
--| 11
SELECT entable_set('request_cache', 'often');
--! MISMATCH: entable_set(): setting request_cache: 'on' or 'off' are allowed
