--@ fixture writing.fixture.sql
-- Statements of one's own that write.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1
SELECT mysql_exec('INSERT INTO person(id, name, age) VALUES (?, ?, ?), (2, ''Two'', 2)', 1, 'One', 1);
--| 2
SELECT mysql_exec('UPDATE person SET age = age + ? WHERE id IN (?, ?)', '[10, 1, 2]');
--| 2
SELECT mysql_exec(pool('default'), 'DELETE FROM person WHERE id = 9');
--| 0
SELECT id, name, age FROM person;
--| 1|One|11
--| 2|Two|12

-- Inside a transaction it is part of it.
BEGIN;
SELECT mysql_exec('UPDATE person SET age = 0');
--| 2
INSERT INTO person(id, name) VALUES (3, 'Three');
SELECT mysql_exec('UPDATE person SET name = CONCAT(name, ''!'') WHERE id > ?', 1);
--| 2
SELECT id, name, age FROM person ORDER BY id;
--| 1|One|0
--| 2|Two!|0
--| 3|Three!|7
SELECT c1 FROM mysql_query('SELECT COUNT(*) FROM person WHERE age = 0');
--| 2
SELECT mysql_query('SELECT COUNT(*) FROM person');
--| 3
--@ server SELECT 1
SAVEPOINT s;
SELECT mysql_exec('DELETE FROM person');
--| 3
SELECT count(*) FROM person;
--| 0
ROLLBACK TO s;
SELECT count(*) FROM person;
--| 3
ROLLBACK;
SELECT id, name, age FROM person ORDER BY id;
--| 1|One|11
--| 2|Two|12
BEGIN;
SELECT mysql_exec('UPDATE person SET age = 5');
--| 2
COMMIT;
SELECT id, age FROM person ORDER BY id;
--| 1|5
--| 2|5
CREATE TEMP TABLE local AS SELECT mysql_exec('UPDATE person SET age = 6') AS n;
SELECT n FROM local;
--| 2
SELECT id, age FROM person ORDER BY id;
--| 1|6
--| 2|6

-- What would commit is refused there.
BEGIN;
SELECT mysql_exec('UPDATE person SET age = 7');
--| 2
SELECT mysql_exec('CREATE TABLE made (id INT PRIMARY KEY)');
--! ERROR: mysql_exec(): mysql default: inside a transaction only INSERT, UPDATE, DELETE, REPLACE, WITH, CALL, DO and LOAD can be run: the server would commit, or lose what it keeps; COMMIT first
SELECT mysql_exec(' /* no */ -- no
 lock tables person write');
--! ERROR: mysql_exec(): mysql default: inside a transaction only INSERT, UPDATE, DELETE, REPLACE, WITH, CALL, DO and LOAD can be run: the server would commit, or lose what it keeps; COMMIT first
SELECT mysql_exec('/*!50000 COMMIT */');
--! ERROR: mysql_exec(): mysql default: inside a transaction only INSERT, UPDATE, DELETE, REPLACE, WITH, CALL, DO and LOAD can be run: the server would commit, or lose what it keeps; COMMIT first
SELECT mysql_exec('SET autocommit = 1');
--! ERROR: mysql_exec(): mysql default: inside a transaction only INSERT, UPDATE, DELETE, REPLACE, WITH, CALL, DO and LOAD can be run: the server would commit, or lose what it keeps; COMMIT first
SELECT mysql_exec('TRUNCATE person');
--! ERROR: mysql_exec(): mysql default: inside a transaction only INSERT, UPDATE, DELETE, REPLACE, WITH, CALL, DO and LOAD can be run: the server would commit, or lose what it keeps; COMMIT first
SELECT c1 FROM mysql_query('DELETE FROM person RETURNING id');
--! READONLY: mysql_query(): mysql default: the statement writes; use mysql_exec()
SELECT c1 FROM mysql_query('CALL x()');
--! READONLY: mysql_query(): mysql default: inside a transaction only what reads can be run here
ROLLBACK;
SELECT DISTINCT age FROM person;
--| 6
SELECT mysql_exec('CREATE TABLE made (id INT PRIMARY KEY)');
--| 0
SELECT mysql_exec('CREATE PROCEDURE commits() BEGIN UPDATE person SET age = 8; COMMIT; END');
--| 0
SELECT mysql_exec('CREATE PROCEDURE shows() BEGIN SELECT 1; UPDATE person SET age = 9; SELECT 2; END');
--| 0
SELECT mysql_exec('CALL shows()');
--| 1
BEGIN;
SELECT mysql_exec('CALL shows()');
--| 1
SELECT DISTINCT age FROM person;
--| 9
SELECT mysql_exec('CALL commits()');
--! ERROR: mysql_exec(): mysql default: the statement has ended the transaction on the server; what was written before it is committed
SELECT DISTINCT age FROM person;
--! ERROR: mysql: read person: the statement has ended the transaction on the server; what was written before it is committed; nothing more is done before ROLLBACK
ROLLBACK;
SELECT DISTINCT age FROM person;
--| 8
SELECT mysql_exec('DROP TABLE made');
--| 0
SELECT mysql_exec('LOCK TABLES person READ');
--| 0
SELECT mysql_exec('SET @a = 1');
--| 0

-- Errors.
SELECT mysql_exec('SELECT 1');
--! ERROR: mysql_exec(): mysql default: the statement only reads; use mysql_query()
SELECT mysql_exec('UPDATE nonsense SET a = 1');
--! ERROR: mysql_exec(): mysql default: Table 'golden.nonsense' doesn't exist (1146)
SELECT mysql_exec('INSERT INTO person(id, name) VALUES (1, ''x'')');
--! CONSTRAINT_PRIMARYKEY: mysql_exec(): mysql default: Duplicate entry '1' for key 'PRIMARY' (1062)
SELECT mysql_exec('DELETE FROM person WHERE id = ?', 1, 2);
--! ERROR: mysql_exec(): mysql default: 2 values for 1 placeholders
SELECT mysql_exec('DELETE FROM person WHERE id = ?');
--! ERROR: mysql_exec(): mysql default: 0 values for 1 placeholders
SELECT mysql_exec();
--! ERROR: mysql_exec(): argument 'sql' is missing
SELECT mysql_exec(5);
--! ERROR: mysql_exec(): the first argument must be SQL or pool('name')
SELECT mysql_exec(pool('log'), 'DELETE FROM person');
--! ERROR: mysql_exec(): there is no pool 'log'; opened are: default
INSERT INTO entable_transaction VALUES (1);
--! READONLY: entable_transaction keeps no rows
SELECT count(*) FROM entable_transaction;
--| 0
