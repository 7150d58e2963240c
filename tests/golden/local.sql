-- Rows in this process: when they answer, and what makes them go.
--@ with redis
--@ fixture caches.fixture.sql
--@ file local.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:0
--:   prefix: "near:"
--:   local_cache: 1000
--: small:
--:   local_cache: 1MB
--: settings: {local_cache_lag_ms: 1000}
--: entities:
--:   author:
--:     redis_cache: true
--:     local_cache: true
--:     columns: {id: int unsigned, name: varchar(40) not null, email: varchar(40), born: date}
--:     unique: {email: [email]}
--:   book:
--:     local_cache: true
--:     redis_cache: true
--:     columns: {id: int unsigned, title: varchar(80) not null, author_id: references author on delete cascade}
--:   country:
--:     local_cache: small
--:     primary: [code]
--:     columns: {code: varchar(2) collation utf8mb4_bin not null, name: varchar(40)}
SELECT entable_open('${DIR}/local.yaml');
--| ${DIR}/local.yaml: 3 tables in temp
CREATE TEMP VIEW local AS SELECT group_concat(counter || ' ' || value, ', ') FROM entable_stats WHERE pool = 'default' AND tier = 'local' AND counter IN ('hits', 'absent', 'entries');
CREATE TEMP VIEW shared AS SELECT group_concat(counter || ' ' || value, ', ') FROM entable_stats WHERE pool = 'default' AND tier = 'redis' AND counter IN ('hits', 'absent', 'misses', 'fills');
EXPLAIN QUERY PLAN SELECT name FROM author WHERE id = 1;
--| 2|0|0|SCAN author VIRTUAL TABLE INDEX 0:point through local, redis
EXPLAIN QUERY PLAN SELECT name FROM author WHERE id IN (1, 2);
--| 2|0|0|SCAN author VIRTUAL TABLE INDEX 1:points through local, redis: id IN (…)
EXPLAIN QUERY PLAN SELECT name FROM country WHERE code = 'de';
--| 2|0|0|SCAN country VIRTUAL TABLE INDEX 0:point through local
SELECT term, cache FROM entable_explain('SELECT name FROM author WHERE id = 1');
--| id = 1|local, redis
-- The first reading asks MySQL, the second Redis, the third nobody.
SELECT name FROM author WHERE id IN (1, 2, 98);
--| Ada
--| Bo
SELECT * FROM shared;
--| hits 0, absent 0, misses 3, fills 3
SELECT * FROM local;
--| hits 0, absent 0, entries 0
SELECT name FROM author WHERE id IN (1, 2, 98);
--| Ada
--| Bo
SELECT * FROM shared;
--| hits 2, absent 1, misses 3, fills 3
SELECT * FROM local;
--| hits 0, absent 0, entries 3
SELECT name, email, born FROM author WHERE id IN (1, 2, 98);
--| Ada|NULL|1815-12-10
--| Bo|NULL|NULL
SELECT * FROM shared;
--| hits 2, absent 1, misses 3, fills 3
SELECT * FROM local;
--| hits 2, absent 1, entries 3
SELECT max(name), min(name), group_concat(name) FROM author WHERE id IN (1, 2);
--| Bo|Ada|Ada,Bo
SELECT name FROM author WHERE id IN (1, 2) ORDER BY name DESC;
--| Bo
--| Ada
SELECT name FROM author WHERE id = 98;
SELECT * FROM local;
--| hits 6, absent 2, entries 3
-- What is shown where it is kept lasts as long as SQLite has it.
CREATE TEMP TABLE ids (i);
INSERT INTO ids VALUES (1), (2), (1), (98);
SELECT max((SELECT name FROM author WHERE id = i)), min((SELECT name FROM author WHERE id = i)) FROM ids;
--| Bo|Ada
SELECT group_concat((SELECT name FROM author WHERE id = i)) FROM ids;
--| Ada,Bo,Ada
SELECT i, (SELECT max(name) FROM author WHERE id = i) AS n FROM ids ORDER BY n DESC, i;
--| 2|Bo
--| 1|Ada
--| 1|Ada
--| 98|NULL
SELECT (SELECT name FROM author WHERE id = i) AS n, count(*) FROM ids GROUP BY n;
--| NULL|1
--| Ada|2
--| Bo|1
SELECT DISTINCT (SELECT name || '!' FROM author WHERE id = i) FROM ids;
--| Ada!
--| Bo!
--| NULL
SELECT i, first_value(name) OVER (ORDER BY i DESC), lag(name) OVER (ORDER BY i) FROM ids JOIN author ON id = i;
--| 2|Bo|Ada
--| 1|Bo|NULL
--| 1|Bo|Ada
SELECT name FROM author WHERE id = 1 UNION SELECT name FROM author WHERE id = 2 UNION ALL SELECT max(name) FROM author WHERE id = 1;
--| Ada
--| Bo
--| Ada
CREATE TEMP TABLE copied AS SELECT name, born FROM author WHERE id IN (SELECT i FROM ids);
SELECT * FROM copied;
--| Ada|1815-12-10
--| Bo|NULL
WITH RECURSIVE r(n, name) AS (SELECT 1, (SELECT name FROM author WHERE id = 1) UNION ALL SELECT n + 1, (SELECT name FROM author WHERE id = n + 1) FROM r WHERE n < 2) SELECT max(name), count(*) FROM r;
--| Bo|2
SELECT max((SELECT name FROM author WHERE id = i)), sum(entity_forget('author')) FROM ids;
--| Bo|4
SELECT group_concat(name) FROM author WHERE id IN (1, 2);
--| Ada,Bo
SELECT group_concat(name) FROM author WHERE id IN (1, 2);
--| Ada,Bo
SELECT max(name), (SELECT entity_forget('author')) FROM author WHERE id IN (1, 2);
--| Bo|1
-- Own writes are seen at once.
UPDATE author SET name = 'Ann' WHERE id = 1;
SELECT name FROM author WHERE id = 1;
--| Ann
INSERT INTO author(id, name) VALUES (98, 'new');
SELECT name FROM author WHERE id IN (1, 98);
--| Ann
--| new
BEGIN;
UPDATE author SET name = 'in vain' WHERE id = 1;
SELECT name FROM author WHERE id = 1;
--| in vain
ROLLBACK;
SELECT name FROM author WHERE id = 1;
--| Ann
SELECT title FROM book WHERE id IN (1, 2, 3);
--| Notes
--| Waves
--| Tides
SELECT title FROM book WHERE id IN (1, 2, 3);
--| Notes
--| Waves
--| Tides
SELECT title FROM book WHERE id IN (1, 2, 3);
--| Notes
--| Waves
--| Tides
DELETE FROM author WHERE id = 2;
SELECT title FROM book WHERE id IN (1, 2, 3);
--| Notes
-- What Redis hears of goes here, too; what nobody tells stays, until it is forgotten.
SELECT title FROM book WHERE id = 1;
--| Notes
--@ server UPDATE book SET title = 'changed from outside' WHERE id = 1
SELECT title FROM book WHERE id = 1;
--| Notes
SELECT entity_forget('book', 1);
--| 1
SELECT title FROM book WHERE id = 1;
--| changed from outside
-- Without redis_cache Redis has no rows, and still says who changes them.
SELECT name FROM country WHERE code IN ('de', 'xx');
--| Germany
SELECT count(*) FROM redis('KEYS', 'near:e:*') WHERE value LIKE '%:de';
--| 0
SELECT value FROM entable_stats WHERE pool = 'small' AND counter = 'entries';
--| 2
SELECT name FROM country WHERE code IN ('de', 'xx');
--| Germany
SELECT counter, value FROM entable_stats WHERE pool = 'small' AND counter IN ('hits', 'absent', 'misses');
--| hits|1
--| absent|1
--| misses|2
--@ server UPDATE country SET name = 'changed from outside' WHERE code = 'de'
SELECT name FROM country WHERE code = 'de';
--| Germany
UPDATE country SET name = 'Deutschland' WHERE code = 'de';
SELECT name FROM country WHERE code = 'de';
--| Deutschland
SELECT entable_set('cache', 'off'), (SELECT name FROM country WHERE code = 'de');
--| off|Deutschland
SELECT entable_set('cache', 'on');
--| on
-- One state uses no cache.
SELECT name FROM author WHERE id = 1;
--| Ann
SELECT name FROM author WHERE id = 1;
--| Ann
--@ server UPDATE author SET name = 'behind the caches' WHERE id = 1
SELECT name FROM author WHERE id = 1;
--| Ann
SELECT entable_set('snapshot', 'on');
--| on
SELECT name FROM author WHERE id = 1;
--| behind the caches
SELECT entable_set('snapshot', 'off');
--| off
SELECT name FROM author WHERE id = 1;
--| Ann
-- A statement's own table.
CREATE VIRTUAL TABLE temp.near USING entity(pool=default, table=author, local_cache=small);
EXPLAIN QUERY PLAN SELECT name FROM near WHERE id = 1;
--| 2|0|0|SCAN near VIRTUAL TABLE INDEX 0:point through local, redis
CREATE VIRTUAL TABLE temp.wrong USING entity(pool=default, table=author, local_cache=gone);
--! ERROR: entity wrong: local_cache: the pool 'gone' has no local cache; add one, such as local_cache: 100000
DROP TABLE near;
SELECT entable_close();
--| 1
SELECT count(*) FROM entable_stats;
--| 0
-- Without a Redis rows are kept for a moment; what is changed here is seen at once.
--@ file alone.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   local_cache: 1000
--: settings: {local_cache_ttl_s: 1000}
--: entities:
--:   author:
--:     local_cache: true
--:     columns: {id: int unsigned, name: varchar(40) not null, email: varchar(40), born: date}
SELECT entable_open('${DIR}/alone.yaml');
--| ${DIR}/alone.yaml: 1 table in temp
SELECT name FROM author WHERE id IN (1, 97);
--| behind the caches
SELECT name FROM author WHERE id IN (1, 97);
--| behind the caches
SELECT counter, value FROM entable_stats WHERE counter IN ('hits', 'absent', 'misses', 'entries');
--| hits|1
--| absent|1
--| misses|2
--| entries|2
UPDATE author SET name = 'Ada' WHERE id = 1;
INSERT INTO author(id, name) VALUES (97, 'seen');
SELECT name FROM author WHERE id IN (1, 97);
--| Ada
--| seen
SELECT pool, status, advice FROM entable_check;
--| default|ok|rows of author that others change are seen as late as local_cache_ttl_s: a Redis would tell of them
SELECT entity_forget('author');
--| 1
SELECT value FROM entable_stats WHERE counter = 'entries';
--| 0
SELECT entable_close();
--| 1
-- What is wrong in a file.
--@ file wrong.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   local_cache: many
--: other: {local_cache: 0}
--: third: {local_cache: 12TB}
--: settings: {local_cache_lag_ms: 5, local_cache_ttl_s: 0}
--: entities:
--:   author: {local_cache: gone, columns: {id: int unsigned}}
SELECT entable_open('${DIR}/wrong.yaml');
--! ERROR: entable_open(): ${DIR}/wrong.yaml:3: default.local_cache: expected how many rows it takes, such as 100000, or how much memory, such as 64MB; line 4: other.local_cache: expected how many rows it takes, such as 100000, or how much memory, such as 64MB; line 5: third.local_cache: expected how many rows it takes, such as 100000, or how much memory, such as 64MB; line 6: settings.local_cache_lag_ms: expected a number of milliseconds from 10 to 60000; and 2 more
