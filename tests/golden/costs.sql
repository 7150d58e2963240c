--@ fixture costs.fixture.sql
-- Plans that depend on how large tables are, and how selective their indexes.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1

-- So far nobody has asked how large they are: only one row by its key is known.
SELECT entity, estimated_rows FROM entable_explain('SELECT id FROM event WHERE id = 7');
--| event|1
SELECT entity, estimated_rows FROM entable_explain('SELECT id FROM event WHERE kind = 3');
--| event|NULL

-- The small table is read first and the large one asked by its key, however
-- that is written.
EXPLAIN QUERY PLAN SELECT o.name, e.words FROM owner o JOIN event e ON e.id = o.kind;
--| 3|0|0|SCAN o VIRTUAL TABLE INDEX 1:mysql: SELECT id, name, kind FROM owner
--| 7|0|0|SCAN e VIRTUAL TABLE INDEX 2:point
EXPLAIN QUERY PLAN SELECT o.name, e.words FROM event e JOIN owner o ON e.id = o.kind;
--| 3|0|0|SCAN o VIRTUAL TABLE INDEX 1:mysql: SELECT id, name, kind FROM owner
--| 7|0|0|SCAN e VIRTUAL TABLE INDEX 2:point
-- By an index that is no key.
EXPLAIN QUERY PLAN SELECT o.name, e.words FROM owner o JOIN event e ON e.owner = o.id;
--| 3|0|0|SCAN o VIRTUAL TABLE INDEX 3:mysql: SELECT id, name FROM owner
--| 7|0|0|SCAN e VIRTUAL TABLE INDEX 4:mysql: SELECT id, owner, words FROM event WHERE owner = ?
EXPLAIN QUERY PLAN SELECT o.name, e.words FROM event e JOIN owner o ON e.owner = o.id;
--| 3|0|0|SCAN o VIRTUAL TABLE INDEX 3:mysql: SELECT id, name FROM owner
--| 7|0|0|SCAN e VIRTUAL TABLE INDEX 4:mysql: SELECT id, owner, words FROM event WHERE owner = ?
-- By no index at all of the small one: its rows are few, and come once.
EXPLAIN QUERY PLAN SELECT o.name, e.id FROM event e JOIN owner o ON e.code = o.name;
--| 3|0|0|SCAN o VIRTUAL TABLE INDEX 3:mysql: SELECT id, name FROM owner
--| 7|0|0|SCAN e VIRTUAL TABLE INDEX 6:mysql: SELECT id, code FROM event WHERE code = ?
EXPLAIN QUERY PLAN SELECT o.name, e.id FROM owner o JOIN event e ON e.code = o.name;
--| 3|0|0|SCAN o VIRTUAL TABLE INDEX 3:mysql: SELECT id, name FROM owner
--| 7|0|0|SCAN e VIRTUAL TABLE INDEX 6:mysql: SELECT id, code FROM event WHERE code = ?
SELECT count(*) FROM owner o JOIN event e ON e.owner = o.id;
--| 240
SELECT count(*) FROM event e JOIN owner o ON e.owner = o.id;
--| 240

-- Of two indexes the one that leaves fewer rows: of an owner 4, of a kind 2000.
EXPLAIN QUERY PLAN SELECT e.id FROM kind k, event e, owner o WHERE e.kind = k.id AND e.owner = o.id;
--| 4|0|0|SCAN o VIRTUAL TABLE INDEX 6:mysql: SELECT id FROM owner
--| 8|0|0|SCAN e VIRTUAL TABLE INDEX 12:mysql: SELECT id, kind, owner FROM event WHERE owner = ?
--| 16|0|0|SCAN k VIRTUAL TABLE INDEX 0:point
EXPLAIN QUERY PLAN SELECT e.id FROM owner o, event e, kind k WHERE e.kind = k.id AND e.owner = o.id;
--| 4|0|0|SCAN o VIRTUAL TABLE INDEX 6:mysql: SELECT id FROM owner
--| 8|0|0|SCAN e VIRTUAL TABLE INDEX 12:mysql: SELECT id, kind, owner FROM event WHERE owner = ?
--| 16|0|0|SCAN k VIRTUAL TABLE INDEX 0:point
EXPLAIN QUERY PLAN SELECT e.id FROM event e, kind k, owner o WHERE e.kind = k.id AND e.owner = o.id;
--| 4|0|0|SCAN o VIRTUAL TABLE INDEX 6:mysql: SELECT id FROM owner
--| 8|0|0|SCAN e VIRTUAL TABLE INDEX 12:mysql: SELECT id, kind, owner FROM event WHERE owner = ?
--| 16|0|0|SCAN k VIRTUAL TABLE INDEX 0:point
SELECT count(*) FROM kind k, event e, owner o WHERE e.kind = k.id AND e.owner = o.id;
--| 240

-- Rows that are expected: by the key, by two columns of an index or one, by a
-- unique column, by one with few values, by none.  A server takes samples.
SELECT entity, estimated_rows FROM entable_explain('SELECT id FROM event WHERE id = 7');
--| event|1
SELECT DISTINCT entity, estimated_rows FROM entable_explain('SELECT id FROM event WHERE owner = 7 AND day = 2');
--| event|1
SELECT entity, estimated_rows BETWEEN 2 AND 8 FROM entable_explain('SELECT id FROM event WHERE owner = 7');
--| event|1
SELECT entity, estimated_rows FROM entable_explain('SELECT id FROM event WHERE code = ''c7''');
--| event|1
SELECT entity, estimated_rows BETWEEN 1000 AND 2500 FROM entable_explain('SELECT id FROM event WHERE kind = 3');
--| event|1
SELECT entity, estimated_rows BETWEEN 15000 AND 25000 FROM entable_explain('SELECT id FROM event');
--| event|1
-- An index of which the first column is not asked for is of no use.
SELECT entity, estimated_rows > 500 FROM entable_explain('SELECT id FROM event WHERE day = 2');
--| event|1

-- A small table is rather read than asked twice; a large one is not.
EXPLAIN QUERY PLAN SELECT name FROM kind WHERE id = 1 OR name = 'kind 2';
--| 2|0|0|SCAN kind VIRTUAL TABLE INDEX 2:mysql: SELECT id, name FROM kind
EXPLAIN QUERY PLAN SELECT words FROM event WHERE id = 1 OR code = 'c2';
--| 3|0|0|MULTI-INDEX OR
--| 4|3|0|INDEX 1
--| 10|4|0|SCAN event VIRTUAL TABLE INDEX 19:point
--| 15|3|0|INDEX 2
--| 23|15|0|SCAN event VIRTUAL TABLE INDEX 20:mysql: SELECT id, code, words FROM event WHERE code = ?
-- But a list of keys stays one, which locks no other rows.
EXPLAIN QUERY PLAN SELECT name FROM kind WHERE id IN (1, 2, 3, 4, 5, 6, 7, 8);
--| 2|0|0|SCAN kind VIRTUAL TABLE INDEX 5:points: id IN (…)
EXPLAIN QUERY PLAN DELETE FROM kind WHERE id IN (1, 2, 3);
--| 3|0|0|SCAN kind VIRTUAL TABLE INDEX 6:points: id IN (…)

-- Views and tables without a key are guessed, and never asked for the branches
-- of an OR: SQLite could not tell the rows of one from those of another.
EXPLAIN QUERY PLAN SELECT l.words FROM log l JOIN owner o ON l.n = o.id;
--| 3|0|0|SCAN o VIRTUAL TABLE INDEX 6:mysql: SELECT id FROM owner
--| 7|0|0|SCAN l VIRTUAL TABLE INDEX 0:mysql: SELECT n, words FROM log WHERE n = ?
EXPLAIN QUERY PLAN SELECT l.words FROM owner o JOIN log l ON l.n = o.id;
--| 3|0|0|SCAN o VIRTUAL TABLE INDEX 6:mysql: SELECT id FROM owner
--| 7|0|0|SCAN l VIRTUAL TABLE INDEX 0:mysql: SELECT n, words FROM log WHERE n = ?
EXPLAIN QUERY PLAN SELECT l.words FROM log l JOIN owner o ON o.name = l.words WHERE l.n = 3 OR l.n = 4;
--| 3|0|0|SCAN l VIRTUAL TABLE INDEX 3:mysql: SELECT n, words FROM log WHERE n IN (…)
--| 23|0|0|SCAN o VIRTUAL TABLE INDEX 4:mysql: SELECT id, name FROM owner WHERE name = ?
EXPLAIN QUERY PLAN SELECT b.id FROM busy b JOIN kind k ON b.kind = k.id;
--| 3|0|0|SCAN k VIRTUAL TABLE INDEX 1:mysql: SELECT id FROM kind
--| 7|0|0|SCAN b VIRTUAL TABLE INDEX 0:mysql: SELECT id, kind FROM busy WHERE kind = ?
SELECT entity, estimated_rows FROM entable_explain('SELECT l.words FROM log l JOIN kind k ON l.n = k.id');
--| kind|10
--| log|NULL
SELECT count(*) FROM log l JOIN owner o ON o.id = l.n WHERE l.n = 3 OR l.n = 4 OR l.words = 'words';
--| 10

-- What the handle has written counts: a table that was empty is large now.
EXPLAIN QUERY PLAN SELECT f.id FROM filling f JOIN owner o ON f.owner = o.id;
--| 3|0|0|SCAN f VIRTUAL TABLE INDEX 1:mysql: SELECT id, owner FROM filling
--| 7|0|0|SCAN o VIRTUAL TABLE INDEX 5:point
INSERT INTO filling SELECT id, owner FROM event WHERE id < 3000;
EXPLAIN QUERY PLAN SELECT f.id, o.id FROM filling f JOIN owner o ON f.owner = o.id;
--| 3|0|0|SCAN o VIRTUAL TABLE INDEX 6:mysql: SELECT id FROM owner
--| 7|0|0|SCAN f VIRTUAL TABLE INDEX 0:mysql: SELECT id, owner FROM filling WHERE owner = ?

-- Without pushdown there is nothing to choose by.
SELECT entable_set('pushdown', 'off');
--| off
EXPLAIN QUERY PLAN SELECT e.id FROM event e JOIN owner o ON e.id = o.kind;
--| 3|0|0|SCAN e VIRTUAL TABLE INDEX 16:mysql: SELECT id FROM event
--| 7|0|0|SCAN o VIRTUAL TABLE INDEX 7:mysql: SELECT id, kind FROM owner
SELECT estimated_rows FROM entable_explain('SELECT id FROM event WHERE id = 7');
--| NULL
