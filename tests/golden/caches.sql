-- Rows in Redis: who reads them, and what makes them go.
--@ with redis
--@ fixture caches.fixture.sql
--@ file caches.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:0
--:   prefix: "shop:"
--: settings: {redis_ttl_s: 100, absent_ttl_s: 10, commit_max_s: 50, redis_down: refuse}
--: entities:
--:   author:
--:     redis_cache: true
--:     columns: {id: int unsigned, name: varchar(40) not null, email: varchar(40), born: date}
--:     unique: {email: [email]}
--:   book:
--:     redis_cache: true
--:     columns: {id: int unsigned, title: varchar(80) not null, author_id: references author on delete cascade}
--:   country:
--:     redis_cache: true
--:     primary: [code]
--:     columns: {code: varchar(2) collation utf8mb4_bin not null, name: varchar(40)}
--:   counted:
--:     redis_cache: true
--:     columns: {id: int unsigned, n: int}
--:   plain:
--:     columns: {id: int unsigned, n: int}
--:   lean:
--:     redis_cache: true
--:     columns: {id: int unsigned, n: int}
--:   pair:
--:     redis_cache: true
--:     primary: [a, b]
--:     columns: {a: int unsigned, b: int unsigned, n: int}
SELECT entable_open('${DIR}/caches.yaml');
--| ${DIR}/caches.yaml: 7 tables in temp
CREATE TEMP VIEW counts AS SELECT counter, value FROM entable_stats WHERE pool = 'default' AND counter IN ('hits', 'absent', 'misses', 'fills') ORDER BY counter;
EXPLAIN QUERY PLAN SELECT name FROM author WHERE id = 1;
--| 2|0|0|SCAN author VIRTUAL TABLE INDEX 0:point through redis
EXPLAIN QUERY PLAN SELECT name FROM author WHERE id IN (1, 2);
--| 2|0|0|SCAN author VIRTUAL TABLE INDEX 1:points through redis: id IN (…)
EXPLAIN QUERY PLAN SELECT n FROM plain WHERE id = 1;
--| 2|0|0|SCAN plain VIRTUAL TABLE INDEX 0:point
EXPLAIN QUERY PLAN SELECT n FROM pair WHERE a = 1 AND b = 2;
--| 2|0|0|SCAN pair VIRTUAL TABLE INDEX 0:mysql: SELECT a, b, n FROM pair WHERE a = ? AND b = ?
SELECT term, verdict, cache FROM entable_explain('SELECT name FROM author WHERE id = 1');
--| id = 1|exact|redis
-- The first reading asks MySQL, the second Redis; what is not there is known, too.
SELECT name FROM author WHERE id IN (1, 2, 99);
--| Ada
--| Bo
SELECT * FROM counts;
--| absent|0
--| fills|3
--| hits|0
--| misses|3
SELECT name, born FROM author WHERE id IN (1, 2, 99);
--| Ada|1815-12-10
--| Bo|NULL
SELECT * FROM counts;
--| absent|1
--| fills|3
--| hits|2
--| misses|3
SELECT count(*) FROM redis('KEYS', 'shop:e:*');
--| 4
-- Nobody has told entable of this: the row is the one that is cached, until it is.
--@ server UPDATE author SET name = 'changed from outside' WHERE id = 1
SELECT name FROM author WHERE id = 1;
--| Ada
SELECT entity_forget('author', 1);
--| 1
SELECT name FROM author WHERE id = 1;
--| changed from outside
--@ server UPDATE author SET name = 'again' WHERE id = 1
SELECT entity_forget('author');
--| 1
SELECT name FROM author WHERE id = 1;
--| again
-- Writes are seen at once, whatever they do.
UPDATE author SET name = 'Ann' WHERE id = 1;
SELECT name FROM author WHERE id = 1;
--| Ann
INSERT INTO author(id, name) VALUES (99, 'new');
SELECT name FROM author WHERE id IN (1, 99);
--| Ann
--| new
DELETE FROM author WHERE id = 99;
SELECT name FROM author WHERE id IN (1, 99);
--| Ann
SELECT name FROM country WHERE code IN ('de', 'xx');
--| Germany
INSERT INTO country VALUES ('xx', 'Nowhere');
SELECT name FROM country WHERE code IN ('de', 'xx');
--| Germany
--| Nowhere
UPDATE country SET code = 'yy' WHERE code = 'xx';
SELECT code, name FROM country WHERE code IN ('de', 'xx', 'yy');
--| de|Germany
--| yy|Nowhere
-- Ids that the server makes: it was known that there is no such row.
SELECT name FROM author WHERE id = 100;
INSERT INTO author(name) VALUES ('made by the server');
SELECT last_insert_rowid(), (SELECT name FROM author WHERE id = 100);
--| 100|made by the server
SELECT count(*) FROM author WHERE id IN (101, 102, 103);
--| 0
INSERT INTO author(name) SELECT 'many' FROM (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3);
SELECT count(*) FROM author WHERE id IN (101, 102, 103);
--| 3
-- Rows that change without being named: by cascade, by a second unique key.
SELECT title FROM book WHERE id IN (1, 2, 3);
--| Notes
--| Waves
--| Tides
DELETE FROM author WHERE id = 2;
SELECT title FROM book WHERE id IN (1, 2, 3);
--| Notes
UPDATE author SET email = 'a@b' WHERE id = 1;
SELECT id, email FROM author WHERE id IN (1, 3);
--| 1|a@b
--| 3|NULL
INSERT OR REPLACE INTO author(id, name, email) VALUES (3, 'took it', 'a@b');
SELECT id, name, email FROM author WHERE id IN (1, 3);
--| 3|took it|a@b
INSERT INTO author(id, name, email, _on_duplicate) VALUES (55, 'x', 'a@b', '{"name": "by the index"}');
SELECT id, name, email FROM author WHERE id IN (3, 55);
--| 3|by the index|a@b
-- By one whose column the entity does not have, too.
SELECT id, n FROM lean WHERE id IN (1, 2, 3);
--| 1|1
--| 2|2
INSERT OR REPLACE INTO lean(id, n) VALUES (3, 3);
SELECT id, n FROM lean WHERE id IN (1, 2, 3);
--| 2|2
--| 3|3
INSERT INTO lean(id, n, _on_duplicate) VALUES (4, 4, '{"n": 44}');
SELECT id, n FROM lean WHERE id IN (1, 2, 3, 4);
--| 2|2
--| 3|44
-- The server's own statements.
SELECT mysql_exec('UPDATE author SET name = ? WHERE id = 3', 'by mysql_exec');
--| 1
SELECT name FROM author WHERE id = 3;
--| by mysql_exec
SELECT mysql_exec('CALL rename_author(3)');
--| 1
SELECT name FROM author WHERE id = 3;
--| by a procedure
BEGIN;
SELECT mysql_exec('UPDATE author SET name = ? WHERE id = 3', 'in a transaction');
--| 1
SELECT name FROM author WHERE id = 3;
--| in a transaction
ROLLBACK;
SELECT name FROM author WHERE id = 3;
--| by a procedure
-- A transaction reads its own, and tells nobody of what it takes back.
BEGIN;
UPDATE author SET name = 'not for long' WHERE id = 3;
SELECT name FROM author WHERE id = 3;
--| not for long
ROLLBACK;
SELECT name FROM author WHERE id = 3;
--| by a procedure
SELECT name FROM author WHERE id = 3;
--| by a procedure
-- Emptied, and migrated.
SELECT n FROM counted WHERE id = 1;
--| 1
SELECT entity_truncate('counted');
--| counted
SELECT n FROM counted WHERE id = 1;
-- Not by a statement that writes: what it has written would not be blocked any more.
INSERT INTO author(id, name) SELECT value, entity_truncate('counted') FROM json_each('[201, 202]');
--! ERROR: entity_truncate(): it cannot be undone, and so cannot be part of a transaction: COMMIT or ROLLBACK first
INSERT INTO author(id, name) SELECT value, entity_migrate('safe') FROM json_each('[201, 202]');
--! ERROR: entity_migrate(): a migration cannot be undone, and so cannot be part of a transaction: COMMIT or ROLLBACK first
SELECT count(*) FROM author WHERE id IN (201, 202);
--| 0
-- A table that a trigger writes to is not cached: nobody would be told.
INSERT INTO plain VALUES (7, 7);
SELECT n FROM counted WHERE id = 7;
--| 7
--@ server UPDATE counted SET n = 8 WHERE id = 7
SELECT n FROM counted WHERE id = 7;
--| 8
SELECT backend, status, advice FROM entable_check;
--| mysql|ok|no cache answers for counted: a trigger or event of the server names the table; 'triggers: known' says that this does not matter
--| redis|ok|NULL
-- What this process makes on the server counts at once.
SELECT mysql_exec('CREATE PROCEDURE rename_country (c TEXT, n TEXT) UPDATE country SET name = n WHERE code = c');
--| 0
SELECT name FROM country WHERE code = 'de';
--| Germany
SELECT mysql_exec('CALL rename_country(?, ?)', 'de', 'by a new procedure');
--| 1
SELECT name FROM country WHERE code = 'de';
--| by a new procedure
SELECT mysql_exec('CREATE TRIGGER plain_renames BEFORE INSERT ON plain FOR EACH ROW UPDATE country SET name = ''by a new trigger''');
--| 0
SELECT name FROM country WHERE code = 'de';
--| by a new procedure
INSERT INTO plain VALUES (8, 8);
SELECT name FROM country WHERE code = 'de';
--| by a new trigger
SELECT mysql_exec('DROP TRIGGER plain_renames');
--| 0
-- No cache answers, but all are told.
SELECT name FROM author WHERE id = 3;
--| by a procedure
SELECT entable_set('cache', 'off');
--| off
--@ server UPDATE author SET name = 'behind the cache' WHERE id = 3
SELECT name FROM author WHERE id = 3;
--| behind the cache
SELECT entable_set('cache', 'on');
--| on
SELECT name FROM author WHERE id = 3;
--| by a procedure
SELECT entity_forget('author', 3), (SELECT name FROM author WHERE id = 3);
--| 1|behind the cache
-- A statement's own table, with the cache of a pool.
CREATE VIRTUAL TABLE temp.writer USING entity(pool=default, table=author, redis_cache);
EXPLAIN QUERY PLAN SELECT name FROM writer WHERE id = 1;
--| 2|0|0|SCAN writer VIRTUAL TABLE INDEX 0:point through redis
SELECT name FROM writer WHERE id = 3;
--| behind the cache
UPDATE writer SET name = 'by another name' WHERE id = 3;
SELECT name FROM author WHERE id = 3;
--| by another name
-- Somebody changes a whole table, or one row: both are counted as that.
CREATE TEMP VIEW unread AS SELECT counter, value FROM entable_stats WHERE pool = 'default' AND counter IN ('away', 'changing') ORDER BY counter;
SELECT count(redis('SET', value, 'T0123456789abcdef99999999999999')) > 0 FROM redis('KEYS', 'shop:e:????????????????');
--| 1
SELECT count(*) FROM author WHERE id IN (1, 3);
--| 1
SELECT * FROM unread;
--| away|0
--| changing|2
SELECT count(redis('DEL', value)) > 0 FROM redis('KEYS', 'shop:e:*');
--| 1
SELECT name FROM author WHERE id = 3;
--| by another name
SELECT count(redis('SET', value, 'T0123456789abcdef99999999999999')) > 0 FROM redis('KEYS', 'shop:e:????????????????:*');
--| 1
SELECT name FROM author WHERE id = 3;
--| by another name
SELECT * FROM unread;
--| away|0
--| changing|3
SELECT count(redis('DEL', value)) > 0 FROM redis('KEYS', 'shop:e:*');
--| 1
-- What does not go.
SELECT entity_forget();
--! ERROR: entity_forget(): an entity is wanted
SELECT entity_forget('nobody');
--! ERROR: entity_forget(): there is no entity 'nobody'
-- A list with a wrong key forgets nothing, and leaves the caches in use.
SELECT name FROM author WHERE id = 3;
--| by another name
--@ server UPDATE author SET name = 'not forgotten' WHERE id = 3
SELECT entity_forget('author', 3, 'no key');
--! MISMATCH: entity_forget(): what is given is no key of it; without keys all of it is forgotten
SELECT name FROM author WHERE id = 3;
--| by another name
SELECT entity_forget('author', 'no key');
--! MISMATCH: entity_forget(): what is given is no key of it; without keys all of it is forgotten
SELECT entity_forget('pair', 1);
--! ERROR: entity_forget(): its rows are not found by one key: forget all of it
SELECT entity_forget('pair');
--| 1
CREATE VIRTUAL TABLE temp.wrong USING entity(pool=default, table=author, redis_cache=gone);
--! ERROR: entity wrong: redis_cache: the pool 'gone' has no Redis
SELECT entable_close();
--| 1
-- Redis away: what is read comes from MySQL, nothing is written.
--@ file away.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: 127.0.0.1:1
--: entities:
--:   author:
--:     redis_cache: true
--:     columns: {id: int unsigned, name: varchar(40) not null, email: varchar(40), born: date}
SELECT entable_open('${DIR}/away.yaml');
--| ${DIR}/away.yaml: 1 table in temp
SELECT name FROM author WHERE id = 3;
--| not forgotten
SELECT counter FROM entable_stats WHERE value > 0;
--| away
UPDATE author SET name = 'refused' WHERE id = 3;
--! CANTOPEN: redis: connect to 127.0.0.1:1/0: Connection refused
BEGIN;
UPDATE author SET name = 'refused' WHERE id = 3;
COMMIT;
--! CANTOPEN: redis: connect to 127.0.0.1:1/0: Connection refused
SELECT mysql_exec('UPDATE author SET name = 1');
--! CANTOPEN: mysql_exec(): mysql default: redis: connect to 127.0.0.1:1/0: Connection refused
SELECT entity_forget('author');
--! CANTOPEN: entity_forget(): redis: connect to 127.0.0.1:1/0: Connection refused
SELECT name FROM author WHERE id = 3;
--| not forgotten
SELECT entable_close();
--| 1
--@ file away.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: 127.0.0.1:1
--: settings: {redis_down: proceed}
--: entities:
--:   author:
--:     redis_cache: true
--:     columns: {id: int unsigned, name: varchar(40) not null, email: varchar(40), born: date}
SELECT entable_open('${DIR}/away.yaml');
--| ${DIR}/away.yaml: 1 table in temp
UPDATE author SET name = 'written all the same' WHERE id = 3;
SELECT name FROM author WHERE id = 3;
--| written all the same
SELECT entable_close();
--| 1
-- One Redis of two is away: the other one is told all the same.
--@ file two.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: 127.0.0.1:1
--: second:
--:   redis: ${REDIS}:0
--:   prefix: "two:"
--: settings: {redis_down: proceed}
--: entities:
--:   author:
--:     redis_cache: second
--:     columns: {id: int unsigned, name: varchar(40) not null, email: varchar(40), born: date}
SELECT entable_open('${DIR}/two.yaml');
--| ${DIR}/two.yaml: 1 table in temp
SELECT name FROM author WHERE id = 3;
--| written all the same
UPDATE author SET name = 'told the one that is there' WHERE id = 3;
SELECT name FROM author WHERE id = 3;
--| told the one that is there
SELECT mysql_exec('UPDATE author SET name = ? WHERE id = 3', 'and of this');
--| 1
SELECT name FROM author WHERE id = 3;
--| and of this
SELECT entable_close();
--| 1
--@ file known.yaml
--: default: {mysql: 'root@unix(${SOCKET})/${DATABASE}', redis: '${REDIS}:0', triggers: known}
--: entities:
--:   counted: {redis_cache: true, columns: {id: int unsigned, n: int}}
SELECT entable_open('${DIR}/known.yaml');
--| ${DIR}/known.yaml: 1 table in temp
SELECT backend, status, advice FROM entable_check;
--| mysql|ok|NULL
--| redis|ok|NULL
SELECT entable_close();
--| 1
-- A foreign key that a migration makes counts at once.
--@ server CREATE TABLE owner (id INT UNSIGNED NOT NULL PRIMARY KEY); INSERT INTO owner VALUES (1), (2); CREATE TABLE owned (id INT UNSIGNED NOT NULL PRIMARY KEY, owner_id INT UNSIGNED, KEY owner_id (owner_id)); INSERT INTO owned VALUES (1, 1), (2, 2);
--@ file owned.yaml
--: default: {mysql: 'root@unix(${SOCKET})/${DATABASE}', redis: '${REDIS}:0'}
--: entities:
--:   owner: {redis_cache: true, columns: {id: int unsigned}}
--:   owned: {redis_cache: true, columns: {id: int unsigned, owner_id: references owner on delete cascade}}
SELECT entable_open('${DIR}/owned.yaml');
--| ${DIR}/owned.yaml: 2 tables in temp
SELECT id FROM owned WHERE id IN (1, 2);
--| 1
--| 2
SELECT entity_migrate('all') > 0;
--| 1
SELECT id FROM owned WHERE id IN (1, 2);
--| 1
--| 2
DELETE FROM owner WHERE id = 1;
SELECT id FROM owned WHERE id IN (1, 2);
--| 2
SELECT entable_close();
--| 1
-- What is wrong in a configuration.
--@ file wrong.yaml
--: default: {mysql: 'root@unix(${SOCKET})/${DATABASE}', triggers: unknown}
--: settings: {redis_ttl_s: 0, absent_ttl_s: soon, redis_down: perhaps, commit_max_s: -1}
--: entities:
--:   author: {redis_cache: true, columns: {id: int}}
SELECT entable_open('${DIR}/wrong.yaml');
--! ERROR: entable_open(): ${DIR}/wrong.yaml:1: default.triggers: expected known: what triggers and events write to cached entities is forgotten by entity_forget(), or need not be; line 2: settings.redis_ttl_s: expected a number of seconds from 1 to 2147483647; line 2: settings.absent_ttl_s: expected a number of seconds from 1 to 2147483647; line 2: settings.redis_down: expected refuse (nothing is written while Redis is away) or proceed; and 2 more
