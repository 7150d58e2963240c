-- One row after another by one plan: what decides how they are read may change in between.
--@ with redis
--@ fixture caches.fixture.sql
--@ file again.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:0
--:   prefix: "again:"
--:   local_cache: 1000
--: entities:
--:   author:
--:     redis_cache: true
--:     local_cache: true
--:     columns: {id: int unsigned, name: varchar(40) not null, email: varchar(40), born: date}
SELECT entable_open('${DIR}/again.yaml');
--| ${DIR}/again.yaml: 1 table in temp
-- Values of all kinds, one behind the other.
SELECT name FROM author WHERE id = 1;
--| Ada
SELECT name FROM author WHERE id = 1;
--| Ada
SELECT name FROM author WHERE id = 1;
--| Ada
SELECT name FROM author WHERE id = 2;
--| Bo
SELECT name FROM author WHERE id = -1;
SELECT name FROM author WHERE id = 1.0;
--| Ada
SELECT name FROM author WHERE id = 1.5;
SELECT name FROM author WHERE id = '2';
--| Bo
SELECT name FROM author WHERE id = x'32';
SELECT name FROM author WHERE id = NULL;
SELECT name FROM author WHERE id = 98;
SELECT v.column1, a.name FROM (VALUES (1), (-1), ('2'), (NULL), (98), (2), (1)) AS v LEFT JOIN author AS a ON a.id = v.column1;
--| 1|Ada
--| -1|NULL
--| 2|Bo
--| NULL|NULL
--| 98|NULL
--| 2|Bo
--| 1|Ada
SELECT max(a.name), min(a.name) FROM (VALUES (1), (2), (98), (1)) AS v JOIN author AS a ON a.id = v.column1;
--| Bo|Ada
-- Numbers alone, of rows that go back to the cache at once.
SELECT group_concat(a.id) FROM (VALUES (2), (1), (98), (2)) AS v JOIN author AS a ON a.id = v.column1;
--| 2,1,2
-- What is written, and taken back.
BEGIN;
UPDATE author SET name = 'own' WHERE id = 1;
SELECT name FROM author WHERE id = 1;
--| own
ROLLBACK;
SELECT name FROM author WHERE id = 1;
--| Ada
BEGIN;
SELECT name FROM author WHERE id = 1;
--| Ada
SAVEPOINT s;
UPDATE author SET name = 'own' WHERE id = 1;
SELECT name FROM author WHERE id = 1;
--| own
ROLLBACK TO s;
SELECT name FROM author WHERE id = 1;
--| Ada
COMMIT;
SELECT name FROM author WHERE id = 1;
--| Ada
-- Who writes a row reads it under lock, not from a cache.
UPDATE author SET name = name || '!' WHERE id = 1;
UPDATE author SET name = name || '!' WHERE id = 1;
SELECT name FROM author WHERE id = 1;
--| Ada!!
SELECT name FROM author WHERE id = 1;
--| Ada!!
SELECT name FROM author WHERE id = 1;
--| Ada!!
-- Settings: what the server has was changed by somebody who tells nobody.
--@ server UPDATE author SET name = 'of the server' WHERE id = 1
SELECT name FROM author WHERE id = 1;
--| Ada!!
SELECT entable_set('cache', 0);
--| off
SELECT name FROM author WHERE id = 1;
--| of the server
SELECT name FROM author WHERE id = 1;
--| of the server
SELECT entable_set('cache', 1);
--| on
SELECT name FROM author WHERE id = 1;
--| Ada!!
SELECT entable_set('request_cache', 1);
--| 1
SELECT name FROM author WHERE id = 1;
--| Ada!!
SELECT name FROM author WHERE id = 1;
--| Ada!!
-- Hits of the handle's own cache, which looks at no clock, and what is none among them.
SELECT v.column1, a.id, a.name FROM (VALUES (1), (1), (2), (-1), (2), (98), (98), ('2'), (NULL), (1), (-1), (1)) AS v LEFT JOIN author AS a ON a.id = v.column1;
--| 1|1|Ada!!
--| 1|1|Ada!!
--| 2|2|Bo
--| -1|NULL|NULL
--| 2|2|Bo
--| 98|NULL|NULL
--| 98|NULL|NULL
--| 2|2|Bo
--| NULL|NULL|NULL
--| 1|1|Ada!!
--| -1|NULL|NULL
--| 1|1|Ada!!
SELECT group_concat(a.id), count(*) FROM (VALUES (2), (2), (1), (-1), (98), (1), ('1'), (2)) AS v JOIN author AS a ON a.id = v.column1;
--| 2,2,1,1,1,2|6
SELECT entable_set('request_cache', 0);
--| 0
SELECT name FROM author WHERE id = 1;
--| Ada!!
SELECT entable_set('snapshot', 1);
--| on
BEGIN;
SELECT name FROM author WHERE id = 1;
--| of the server
COMMIT;
SELECT entable_set('snapshot', 0);
--| off
SELECT name FROM author WHERE id = 1;
--| Ada!!
SELECT entity_forget('author');
--| 1
SELECT name FROM author WHERE id = 1;
--| of the server
-- Another pool behind the same table.
SELECT entable_close();
--| 1
SELECT entable_open('${DIR}/again.yaml');
--| ${DIR}/again.yaml: 1 table in temp
SELECT name FROM author WHERE id = 1;
--| of the server
SELECT name FROM author WHERE id = 1;
--| of the server
