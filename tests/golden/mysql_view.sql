-- A query that the server runs, as a table with the names of its columns.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1
CREATE VIRTUAL TABLE temp.ages USING mysql_view('SELECT age, COUNT(*) AS n FROM person GROUP BY age ORDER BY age');
SELECT * FROM ages;
--| NULL|1
--| 17|2
--| 41|1
SELECT name, type FROM pragma_table_info('ages');
--| age|INTEGER
--| n|INTEGER
CREATE VIRTUAL TABLE temp.named_pool USING mysql_view('SELECT id AS "a" FROM person WHERE id = 2', pool='default');
SELECT a FROM named_pool;
--| 2
CREATE VIRTUAL TABLE temp.quoted USING mysql_view("SELECT 'it''s, (a) = b' AS t", pool = default);
SELECT t FROM quoted;
--| it's, (a) = b

-- SQLite filters, sorts and joins.
SELECT n FROM ages WHERE age > 17 OR age IS NULL ORDER BY n DESC, age LIMIT 1;
--| 1
SELECT rowid, age FROM ages;
--| 1|NULL
--| 2|17
--| 3|41
SELECT rowid, age FROM ages WHERE rowid = 2;
--| 2|17
SELECT p.name, a.n FROM person p JOIN ages a ON a.age = p.age ORDER BY p.id;
--| Ann|1
--| bob|2
--| Ben|2
SELECT a.age, (SELECT count(*) FROM ages b WHERE b.age < a.age) FROM ages a ORDER BY 1;
--| NULL|0
--| 17|0
--| 41|1
CREATE TABLE wished(age INTEGER PRIMARY KEY, n INTEGER);
INSERT INTO wished VALUES (17, 3), (41, 4);
SELECT wished.age, wished.n - ages.n FROM ages JOIN wished USING (age) ORDER BY 1;
--| 17|1
--| 41|3
CREATE TEMP VIEW old AS SELECT age FROM ages WHERE age > 30;
SELECT * FROM old;
--| 41

-- It is the outer loop, or is kept by SQLite with an index.
CREATE TABLE local(age INTEGER);
EXPLAIN QUERY PLAN SELECT * FROM ages;
--| 2|0|0|SCAN ages VIRTUAL TABLE INDEX 0:mysql_view default: SELECT age, COUNT(*) AS n FROM person GROUP BY age ORDER BY age
EXPLAIN QUERY PLAN SELECT * FROM wished JOIN ages USING (age);
--| 3|0|0|SCAN ages VIRTUAL TABLE INDEX 0:mysql_view default: SELECT age, COUNT(*) AS n FROM person GROUP BY age ORDER BY age
--| 7|0|0|SEARCH wished USING INTEGER PRIMARY KEY (rowid=?)
EXPLAIN QUERY PLAN SELECT * FROM local JOIN ages USING (age);
--| 3|0|0|SCAN ages VIRTUAL TABLE INDEX 0:mysql_view default: SELECT age, COUNT(*) AS n FROM person GROUP BY age ORDER BY age
--| 17|0|0|SEARCH local USING AUTOMATIC COVERING INDEX (age=?)
EXPLAIN QUERY PLAN SELECT * FROM person JOIN ages USING (age);
--| 3|0|0|SCAN ages VIRTUAL TABLE INDEX 0:mysql_view default: SELECT age, COUNT(*) AS n FROM person GROUP BY age ORDER BY age
--| 7|0|0|SCAN person VIRTUAL TABLE INDEX 2:mysql: SELECT id, name, email, age, born, balance FROM person WHERE age = ?
EXPLAIN QUERY PLAN WITH once AS MATERIALIZED (SELECT * FROM ages) SELECT * FROM local LEFT JOIN once USING (age);
--| 3|0|0|MATERIALIZE once
--| 6|3|0|SCAN ages VIRTUAL TABLE INDEX 0:mysql_view default: SELECT age, COUNT(*) AS n FROM person GROUP BY age ORDER BY age
--| 18|0|0|SCAN local
--| 33|0|0|SEARCH once USING AUTOMATIC COVERING INDEX (age=?) LEFT-JOIN

-- As a view of SQLite does, it tells doubled names apart, and names the others.
CREATE VIRTUAL TABLE temp.alike USING mysql_view('SELECT 1 AS a, 2 AS a, 3 AS `a:1`, 4 AS `a:1`, 5 AS a');
SELECT group_concat(name, ' | ') FROM pragma_table_info('alike');
--| a | a:1 | a:1:1 | a:1:2 | a:2
CREATE VIEW main.usual AS SELECT 1 AS n, 2 AS N, 3 AS n;
SELECT group_concat(name, ' | ') FROM pragma_table_info('usual');
--| n | N:1 | n:2
CREATE VIRTUAL TABLE temp.doubled USING mysql_view('SELECT 1 AS n, 2 AS N, 3 AS n, 4 AS ``, 5 AS `n:1`, COUNT(*), 7 AS `a"b`, 8 AS `column4` FROM person');
SELECT * FROM doubled;
--| 1|2|3|4|5|4|7|8
SELECT group_concat(name, ' | ') FROM pragma_table_info('doubled');
--| n | N:1 | n:2 | column4 | n:1:1 | COUNT(*) | a"b | column4:1
SELECT "n:2", "a""b" FROM doubled;
--| 3|7

-- Read only.
INSERT INTO ages VALUES (1, 2);
--! ERROR: table ages may not be modified
UPDATE ages SET n = 1;
--! ERROR: table ages may not be modified
DELETE FROM ages;
--! ERROR: table ages may not be modified

-- Refused, and nothing made.
CREATE VIRTUAL TABLE temp.v USING mysql_view();
--! ERROR: mysql_view v: a query is missing: USING mysql_view('SELECT …')
CREATE VIRTUAL TABLE temp.v USING mysql_view(pool=default);
--! ERROR: mysql_view v: a query is missing: USING mysql_view('SELECT …')
CREATE VIRTUAL TABLE temp.v USING mysql_view('SELECT 1', 'SELECT 2');
--! ERROR: mysql_view v: the query is given twice
CREATE VIRTUAL TABLE temp.v USING mysql_view('SELECT 1', pool=default, pool=default);
--! ERROR: mysql_view v: 'pool' is given twice
CREATE VIRTUAL TABLE temp.v USING mysql_view('SELECT 1', table=person);
--! ERROR: mysql_view v: 'table' is no option; pool= and config= are
CREATE VIRTUAL TABLE temp.v USING mysql_view(SELECT 1);
--! ERROR: mysql_view v: 'SELECT 1' is neither a text nor name=value
CREATE VIRTUAL TABLE temp.v USING mysql_view('SELECT 1', pool=nowhere);
--! ERROR: mysql_view v: there is no pool 'nowhere'; opened are: default
CREATE VIRTUAL TABLE temp.v USING mysql_view('');
--! ERROR: mysql_view v: mysql default: Query was empty (1065)
CREATE VIRTUAL TABLE temp.v USING mysql_view('SELECT * FROM missing');
--! ERROR: mysql_view v: mysql default: Table 'golden.missing' doesn't exist (1146)
CREATE VIRTUAL TABLE temp.v USING mysql_view('SELEC 1');
--! ERROR: mysql_view v: mysql default: You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version for the right syntax to use near 'SELEC 1' at line 1 (1064)
CREATE VIRTUAL TABLE temp.v USING mysql_view('SELECT 1; SELECT 2');
--! ERROR: mysql_view v: mysql default: You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version for the right syntax to use near 'SELECT 2' at line 1 (1064)
CREATE VIRTUAL TABLE temp.v USING mysql_view('SELECT * FROM person WHERE id = ? OR id = ?');
--! ERROR: mysql_view v: mysql default: a view has no values for the statement's placeholders (2); use mysql_query()
CREATE VIRTUAL TABLE temp.v USING mysql_view('DELETE FROM person');
--! READONLY: mysql_view v: mysql default: Cannot execute statement in a READ ONLY transaction (1792)
CREATE VIRTUAL TABLE temp.v USING mysql_view('DELETE FROM person RETURNING id');
--! READONLY: mysql_view v: mysql default: Cannot execute statement in a READ ONLY transaction (1792)
CREATE VIRTUAL TABLE temp.v USING mysql_view('CREATE TABLE no (a INT)');
--! READONLY: mysql_view v: mysql default: Cannot execute statement in a READ ONLY transaction (1792)
CREATE VIRTUAL TABLE temp.v USING mysql_view('SELECT 1 INTO @a');
--! ERROR: mysql_view v: mysql default: the statement returns no rows; only what reads can be run here
CREATE VIRTUAL TABLE temp.v USING mysql_view('CALL nothing()');
--! ERROR: mysql_view v: mysql default: the statement returns no rows; only what reads can be run here
--@ server SET @wide = CONCAT('CREATE TABLE wide (', (SELECT GROUP_CONCAT('c', seq, ' BIT') FROM seq_1_to_1001), ')'); EXECUTE IMMEDIATE @wide
CREATE VIRTUAL TABLE temp.v USING mysql_view('SELECT * FROM wide a, wide b');
--! TOOBIG: mysql_view v: the result has 2002 columns, and SQLite allows 2000
--@ server DROP TABLE wide
SELECT count(*) FROM person;
--| 4
SELECT * FROM v;
--! ERROR: no such table: v
CREATE VIRTUAL TABLE temp.fails USING mysql_view('SELECT (SELECT id FROM person) AS one');
SELECT * FROM fails;
--! ERROR: mysql_view fails: mysql default: Subquery returns more than 1 row (1242)
CREATE VIRTUAL TABLE temp.shown USING mysql_view('SHOW TABLES LIKE ''p%''');
SELECT * FROM shown;
--| person
CREATE VIRTUAL TABLE temp.numbers USING mysql_view('SELECT seq FROM seq_1_to_1500');
SELECT count(*), sum(seq), max(rowid) FROM numbers;
--| 1500|1125750|1500

-- In a transaction it sees what was written there.
BEGIN;
INSERT INTO person(id, name, age) VALUES (5, 'Eve', 17);
SELECT * FROM ages WHERE age = 17;
--| 17|3
CREATE VIRTUAL TABLE temp.inside USING mysql_view('SELECT MAX(id) AS id FROM person');
SELECT id FROM inside;
--| 5
CREATE VIRTUAL TABLE temp.writes USING mysql_view('DELETE FROM person');
--! READONLY: mysql_view writes: mysql default: the statement writes; use mysql_exec()
CREATE VIRTUAL TABLE temp.v USING mysql_view('SELECT * FROM missing');
--! ERROR: mysql_view v: mysql default: Table 'golden.missing' doesn't exist (1146)
ROLLBACK;
SELECT * FROM ages WHERE age = 17;
--| 17|2
BEGIN;
INSERT INTO named SELECT 'x' || coalesce(age, 0), n FROM ages;
SELECT * FROM named WHERE nick > 'x' ORDER BY nick;
--| x0|1
--| x17|2
--| x41|1
ROLLBACK;

-- Columns that have changed on the server are no others shifted into place.
--@ server CREATE TABLE moving (a INT, b VARCHAR(10)); INSERT INTO moving VALUES (1, 'x')
CREATE VIRTUAL TABLE temp.moved USING mysql_view('SELECT * FROM moving');
SELECT * FROM moved;
--| 1|x
--@ server ALTER TABLE moving ADD c INT DEFAULT 7 FIRST
SELECT * FROM moved;
--! ERROR: mysql_view moved: mysql default: the query has other columns than when the table was made: ("c" INTEGER, "a" INTEGER, "b" TEXT); DROP TABLE and make it anew
--@ server ALTER TABLE moving DROP c
SELECT * FROM moved;
--| 1|x
--@ server ALTER TABLE moving CHANGE b d VARCHAR(10)
SELECT * FROM moved;
--! ERROR: mysql_view moved: mysql default: the query has other columns than when the table was made: ("a" INTEGER, "d" TEXT); DROP TABLE and make it anew
--@ server ALTER TABLE moving DROP d, ADD b BIGINT DEFAULT 5
SELECT * FROM moved;
--! ERROR: mysql_view moved: mysql default: the query has other columns than when the table was made: ("a" INTEGER, "b" INTEGER); DROP TABLE and make it anew
--@ server ALTER TABLE moving DROP b
SELECT a FROM moved;
--! ERROR: mysql_view moved: mysql default: the query has other columns than when the table was made: ("a" INTEGER); DROP TABLE and make it anew
--@ server ALTER TABLE moving ADD b TEXT, MODIFY a BIGINT
SELECT * FROM moved;
--| 1|NULL
--@ server DROP TABLE moving
SELECT * FROM moved;
--! ERROR: mysql_view moved: mysql default: Table 'golden.moving' doesn't exist (1146)
DROP TABLE moved;

-- The connection may be lost between two scans.
--@ kill
SELECT n FROM ages WHERE age = 41;
--| 1

-- Renamed, dropped, and without its pool.
ALTER TABLE ages RENAME TO by_age;
SELECT n FROM by_age WHERE age = 41;
--| 1
DROP TABLE by_age;
SELECT * FROM by_age;
--! ERROR: no such table: by_age
CREATE VIRTUAL TABLE temp.highest USING mysql_view('SELECT MAX(id) AS id FROM person');
SELECT entable_close();
--| 1
SELECT id FROM highest;
--! ERROR: mysql_view highest: pool 'default': nothing is opened; SELECT entable_open(…) first
CREATE VIRTUAL TABLE temp.v USING mysql_view('SELECT 1');
--! ERROR: mysql_view v: pool 'default': nothing is opened; SELECT entable_open(…) first
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1
SELECT id FROM highest;
--| 4

-- Kept in a database file.
--@ file view.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--@ db view.db
SELECT entable_open('${DIR}/view.yaml') LIKE '%';
--| 1
CREATE VIRTUAL TABLE ages USING mysql_view('SELECT age FROM person WHERE id = 1', config='${DIR}/view.yaml');
CREATE VIRTUAL TABLE plain USING mysql_view('SELECT name FROM person WHERE id = 1');
CREATE VIEW stored AS SELECT age FROM ages;
SELECT age FROM ages;
--| 41
SELECT age FROM stored;
--! ERROR: unsafe use of virtual table "ages"
--@ reopen
SELECT age FROM ages;
--! ERROR: mysql_view ages: its configuration ${DIR}/view.yaml is not opened: SELECT entable_open('${DIR}/view.yaml') first, or name it in ENTABLE_CONFIG
SELECT name FROM plain;
--! ERROR: mysql_view plain: pool 'default': nothing is opened; SELECT entable_open(…) first
--@ env ENTABLE_CONFIG=${DIR}/view.yaml
--@ reopen
SELECT age FROM ages;
--| 41
SELECT name FROM plain;
--| Ann
--@ server ALTER TABLE person CHANGE age years INT
SELECT age FROM ages;
--! ERROR: mysql_view ages: mysql default: Unknown column 'age' in 'SELECT' (1054)
--@ reopen
SELECT age FROM ages;
--! ERROR: mysql_view ages: mysql default: Unknown column 'age' in 'SELECT' (1054)
--@ server ALTER TABLE person CHANGE years age VARCHAR(10)
SELECT typeof(age) FROM ages;
--| text
SELECT name, type FROM pragma_table_info('ages');
--| age|TEXT
DROP TABLE ages;
--@ file view.yaml
--: default:
--:   mysql: root@unix(${DIR}/nowhere.sock)/${DATABASE}
--@ reopen
SELECT name FROM plain;
--! CANTOPEN: mysql_view plain: mysql default: connect to root@unix(${DIR}/nowhere.sock)/golden: Can't connect to local server through socket '${DIR}/nowhere.sock' (2) (2002)
CREATE VIRTUAL TABLE temp.v USING mysql_view('SELECT 1');
--! CANTOPEN: mysql_view v: mysql default: connect to root@unix(${DIR}/nowhere.sock)/golden: Can't connect to local server through socket '${DIR}/nowhere.sock' (2) (2002)
DROP TABLE plain;
--! CANTOPEN: mysql_view plain: mysql default: connect to root@unix(${DIR}/nowhere.sock)/golden: Can't connect to local server through socket '${DIR}/nowhere.sock' (2) (2002)
--@ env ENTABLE_CONFIG=
