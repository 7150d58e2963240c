-- Any SELECT on the server, its values bound.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}');
--| root@unix(${SOCKET})/golden: 9 tables in temp
SELECT c1, c2 FROM mysql_query('SELECT id, name FROM person WHERE age > ? ORDER BY id', 16);
--| 1|Ann
--| 2|bob
--| 3|Ben
SELECT c1, c2, c3, c4, c5 FROM mysql_query('SELECT ?, ?, ?, ?, ?', 1, 2.5, 'té''xt', x'00ff', NULL);
--| 1|2.5|té'xt|x'00ff'|NULL
SELECT c1 FROM mysql_query('SELECT ? + 0', 9223372036854775807);
--| 9223372036854775807
SELECT "row" FROM mysql_query('SELECT id, name, balance, born, NULL AS nothing, x''00ff'' AS b FROM person WHERE id = 1');
--| {"id":1,"name":"Ann","balance":10.50,"born":"1983-02-28","nothing":null,"b":"00ff"}
SELECT c1 FROM mysql_query('SELECT ? + ?', '[40, 2]');
--| 42
SELECT c1 FROM mysql_query('SELECT JSON_LENGTH(?)', '[40, 2]');
--| 2
SELECT c1 FROM mysql_query('SELECT ? + ?', '[[1], 2]');
--! MISMATCH: mysql_query(): mysql default: the array of values holds an array or an object
SELECT c1 FROM mysql_query('SHOW TABLES LIKE ''p%''');
--| person
SELECT c1 FROM mysql_query(pool('default'), 'SELECT 5');
--| 5
SELECT c1 FROM mysql_query(pool('nowhere'), 'SELECT 5');
--! ERROR: mysql_query(): there is no pool 'nowhere'; opened are: default
SELECT c1 FROM mysql_query(pool(NULL), 'SELECT 5');
--! ERROR: pool(): a pool has a name
SELECT c1 FROM mysql_query('SELECT seq FROM seq_1_to_3');
--| 1
--| 2
--| 3

-- With arguments from another table.
SELECT l.item, q.c1 FROM line l, mysql_query('SELECT ? * 10', l.line) AS q ORDER BY 1, 2;
--| cup|20
--| tea|10
--| tea|10
SELECT name, (SELECT c1 FROM mysql_query('SELECT count(*) FROM line WHERE order_id > ?', p.id)) AS n FROM person p ORDER BY 1;
--| Ann|3
--| Ben|3
--| ann|3
--| bob|3

SELECT mysql_query('SELECT max(id) FROM person');
--| 4
SELECT mysql_query('SELECT id FROM person WHERE 0');
--| NULL
SELECT mysql_query();
--! ERROR: mysql_query(): argument 'sql' is missing

-- Refused: what writes, what has no rows, what is too wide, what is wrong.
SELECT c1 FROM mysql_query('DELETE FROM person');
--! READONLY: mysql_query(): mysql default: Cannot execute statement in a READ ONLY transaction (1792)
SELECT c1 FROM mysql_query('SELECT 1; SELECT 2');
--! ERROR: mysql_query(): mysql default: You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server version for the right syntax to use near 'SELECT 2' at line 1 (1064)
SELECT c1 FROM mysql_query('SELECT * FROM missing');
--! ERROR: mysql_query(): mysql default: Table 'golden.missing' doesn't exist (1146)
SELECT c1 FROM mysql_query('SELECT ?, ?', 1);
--! ERROR: mysql_query(): mysql default: 1 values for 2 placeholders
SELECT c1 FROM mysql_query;
--! ERROR: mysql_query(): argument 'sql' is missing
SELECT c1 FROM mysql_query(5);
--! ERROR: mysql_query(): the first argument must be SQL or pool('name')
SELECT c1 FROM mysql_query('SELECT 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33');
--! TOOBIG: mysql_query(): the result has 33 columns and c1 … c32 end before that; select fewer, or gather them in JSON_OBJECT(…)
SELECT c1 FROM mysql_query('SELECT 1 INTO OUTFILE ''/tmp/no''');
--! ERROR: mysql_query(): mysql default: the statement returns no rows; only what reads can be run here
SELECT count(*) FROM person;
--| 4

-- A schema that someone else wrote cannot call it.
CREATE TEMP VIEW hidden AS SELECT mysql_query('SELECT 1');
CREATE VIEW stored AS SELECT c1 FROM mysql_query('SELECT 1');
SELECT * FROM stored;
--! ERROR: unsafe use of virtual table "mysql_query"
CREATE TEMP VIEW people AS SELECT name FROM person WHERE id = 1;
SELECT * FROM people;
--| Ann

-- What sends its rows at once, though it was asked for a cursor.
SELECT c1, c2, c3, c4 FROM mysql_query('EXPLAIN SELECT * FROM person WHERE id = 1');
--| 1|SIMPLE|person|const

-- A connection that was lost behind the last read of a row is not taken.
SELECT name FROM person WHERE id = 1;
--| Ann
--@ kill
SELECT c1 FROM mysql_query('SELECT 1');
--| 1
