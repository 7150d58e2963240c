-- The plan in words.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}');
--| root@unix(${SOCKET})/golden: 9 tables in temp

EXPLAIN QUERY PLAN SELECT * FROM person WHERE id = 1;
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 0:point
EXPLAIN QUERY PLAN SELECT name FROM person WHERE id IN (1, 2);
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 1:points: id IN (…)
EXPLAIN QUERY PLAN SELECT name FROM person WHERE age > 3 AND age <= 9;
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 2:mysql: SELECT id, name, age FROM person WHERE age > ? AND age <= ?
EXPLAIN QUERY PLAN SELECT name FROM person WHERE email = 'a' AND born IS NULL;
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 3:mysql: SELECT id, name, email, born FROM person WHERE email = ? AND born IS NULL
EXPLAIN QUERY PLAN SELECT name FROM person WHERE age IN (SELECT 3);
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 4:mysql: SELECT id, name, age FROM person WHERE age IN (…)
--| 6|0|0|LIST SUBQUERY 1
--| 7|6|0|SCAN CONSTANT ROW
--| 18|0|0|REUSE LIST SUBQUERY 1
EXPLAIN QUERY PLAN SELECT name FROM person ORDER BY age DESC;
--| 3|0|0|SCAN person VIRTUAL TABLE INDEX 5:mysql: SELECT id, name, age FROM person ORDER BY age DESC
EXPLAIN QUERY PLAN SELECT name FROM person ORDER BY born LIMIT 3;
--| 4|0|0|SCAN person VIRTUAL TABLE INDEX 6:mysql: SELECT id, name, born FROM person ORDER BY born LIMIT ?
-- Texts sort by collation there and by bytes here.
EXPLAIN QUERY PLAN SELECT age FROM person ORDER BY name LIMIT 3;
--| 4|0|0|SCAN person VIRTUAL TABLE INDEX 7:mysql: SELECT id, name, age FROM person
--| 18|0|0|USE TEMP B-TREE FOR ORDER BY
EXPLAIN QUERY PLAN SELECT age FROM person WHERE name > 'a';
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 7:mysql: SELECT id, name, age FROM person
EXPLAIN QUERY PLAN SELECT age FROM person WHERE id = 1 OR age = 2;
--| 3|0|0|MULTI-INDEX OR
--| 4|3|0|INDEX 1
--| 10|4|0|SCAN person VIRTUAL TABLE INDEX 9:point
--| 15|3|0|INDEX 2
--| 23|15|0|SCAN person VIRTUAL TABLE INDEX 10:mysql: SELECT id, age FROM person WHERE age = ?
EXPLAIN QUERY PLAN SELECT age FROM person WHERE name = 'a' COLLATE NOCASE;
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 7:mysql: SELECT id, name, age FROM person
EXPLAIN QUERY PLAN SELECT l.item, p.name FROM line l JOIN person p ON p.id = l.order_id;
--| 3|0|0|SCAN l VIRTUAL TABLE INDEX 1:mysql: SELECT order_id, line, item FROM line
--| 7|0|0|SCAN p VIRTUAL TABLE INDEX 11:point
EXPLAIN QUERY PLAN SELECT count(*) FROM adults;
--| 3|0|0|SCAN adults VIRTUAL TABLE INDEX 0:mysql: SELECT 1 FROM adults
SELECT entable_set('pushdown', 'off');
--| off
EXPLAIN QUERY PLAN SELECT * FROM person WHERE id = 1 AND age > 3 ORDER BY age LIMIT 2;
--| 4|0|0|SCAN person VIRTUAL TABLE INDEX 13:mysql: SELECT id, name, email, age, born, balance FROM person
--| 26|0|0|USE TEMP B-TREE FOR ORDER BY
SELECT entable_set('pushdown', 'on');
--| on

-- What else is asked: the beginning of patterns, inequality, NULL tests.
EXPLAIN QUERY PLAN SELECT id FROM person WHERE name LIKE 'a%b' AND email GLOB 'x*';
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 14:mysql: SELECT id, name, email FROM person WHERE email GLOB ? AND name LIKE ?
EXPLAIN QUERY PLAN SELECT id FROM person WHERE age <> 3 AND age IS NOT 4 AND born IS NOT NULL;
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 15:mysql: SELECT id, age, born FROM person WHERE born IS NOT NULL AND age IS NOT ? AND age <> ?
EXPLAIN QUERY PLAN SELECT id FROM person WHERE age IS random();
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 16:mysql: SELECT id, age FROM person WHERE age IS ?
EXPLAIN QUERY PLAN SELECT id FROM person WHERE name <> 'Ann';
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 17:mysql: SELECT id, name FROM person WHERE name <> ?
EXPLAIN QUERY PLAN SELECT id FROM person WHERE name NOT LIKE 'a%';
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 12:mysql: SELECT id, name FROM person
EXPLAIN QUERY PLAN SELECT id FROM person WHERE name LIKE 'a%' ESCAPE '!';
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 12:mysql: SELECT id, name FROM person
EXPLAIN QUERY PLAN SELECT id FROM person WHERE age LIKE '1%';
--| 2|0|0|SCAN person VIRTUAL TABLE INDEX 8:mysql: SELECT id, age FROM person

-- Rows that are only counted.
EXPLAIN QUERY PLAN SELECT count(*) FROM person;
--| 3|0|0|SCAN person VIRTUAL TABLE INDEX 18:mysql: SELECT count(*) FROM person
EXPLAIN QUERY PLAN SELECT count(*) FROM person WHERE age = 3;
--| 3|0|0|SCAN person VIRTUAL TABLE INDEX 10:mysql: SELECT id, age FROM person WHERE age = ?
EXPLAIN QUERY PLAN SELECT count(*) FROM line;
--| 3|0|0|SCAN line VIRTUAL TABLE INDEX 2:mysql: SELECT count(*) FROM line

-- Scans that would read too much are refused before they do.
SELECT entable_set('max_scan_rows', 2);
--| 2
SELECT name FROM person WHERE age = 17 ORDER BY id;
--| bob
--| Ben
SELECT name FROM person WHERE age IN (17, 41);
--! ERROR: mysql: read person: more than 2 rows would be read, which max_scan_rows does not allow: SELECT id, name, age FROM person WHERE age IN (…)
SELECT name FROM person LIMIT 2;
--| Ann
--| bob
SELECT name FROM person LIMIT 3;
--! ERROR: mysql: read person: more than 2 rows would be read, which max_scan_rows does not allow: SELECT id, name FROM person
SELECT count(*) FROM person;
--| 4
SELECT name FROM person WHERE id IN (1, 2, 3, 4) ORDER BY id;
--| Ann
--| bob
--| Ben
--| ann
DELETE FROM person WHERE id > 0;
--! ERROR: mysql: read person: more than 2 rows would be read, which max_scan_rows does not allow: SELECT id FROM person WHERE id > ?
DELETE FROM person WHERE id = 99;
SELECT count(*) FROM person WHERE name > 'a';
--! ERROR: mysql: read person: more than 2 rows would be read, which max_scan_rows does not allow: SELECT id, name FROM person
SELECT entable_set('max_scan_rows', -1);
--! MISMATCH: entable_set(): setting max_scan_rows: a number of rows is allowed, 0 for any
SELECT entable_set('max_scan_rows', 'x');
--! MISMATCH: entable_set(): setting max_scan_rows: a number of rows is allowed, 0 for any
SELECT entable_set('max_scan_rows', 0);
--| 0
