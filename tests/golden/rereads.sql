--@ fixture rules.fixture.sql
-- Statements beside, after and in spite of each other.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1

-- An error of one statement leaves the others alone.
SELECT abs(-9223372036854775808 + id - id) FROM busy;
--! ERROR: integer overflow
SELECT n FROM busy WHERE id = 3;
--| 3
BEGIN;
UPDATE busy SET n = 30 WHERE id = 3;
INSERT INTO busy VALUES (6, 6, 'six'), (3, 0, 'again');
--! CONSTRAINT_PRIMARYKEY: mysql: insert into busy: Duplicate entry '3' for key 'PRIMARY' (1062)
SELECT id, n FROM busy WHERE id IN (3, 6) ORDER BY id;
--| 3|30
SAVEPOINT s;
UPDATE busy SET n = n + 1;
UPDATE busy SET n = 'x' WHERE id = 2;
--! MISMATCH: table busy: a text for column n, which holds integers
SELECT sum(n) FROM busy;
--| 47
ROLLBACK TO s;
SELECT sum(n) FROM busy;
--| 42
INSERT INTO busy(id, t) VALUES (7, 'a text too long for it');
--! TOOBIG: table busy: a text of 22 characters for column t, which holds 20
SELECT count(*) FROM busy;
--| 5
COMMIT;
SELECT id, n FROM busy ORDER BY id;
--| 1|1
--| 2|2
--| 3|30
--| 4|4
--| 5|5

-- Cursors on one table, in turns.
SELECT a.id, b.id FROM busy a, busy b WHERE a.n < b.n AND b.id < 4 ORDER BY a.id, b.id;
--| 1|2
--| 1|3
--| 2|3
--| 4|3
--| 5|3
SELECT id, (SELECT count(*) FROM busy b WHERE b.id <= a.id) FROM busy a ORDER BY id;
--| 1|1
--| 2|2
--| 3|3
--| 4|4
--| 5|5
SELECT id FROM busy a WHERE n = (SELECT max(n) FROM busy b WHERE b.id <> a.id AND b.id <= 3) ORDER BY id;

-- Rows that a statement writes are not read by it again: of a virtual table
-- SQLite computes all new rows before it writes the first one.
INSERT INTO busy SELECT id + 10, n, t FROM busy;
SELECT count(*), max(id) FROM busy;
--| 10|15
UPDATE busy SET id = id + 100 WHERE id > 10;
SELECT id FROM busy WHERE id > 10 ORDER BY id;
--| 111
--| 112
--| 113
--| 114
--| 115
UPDATE busy SET n = (SELECT count(*) FROM busy b WHERE b.n >= busy.n) WHERE id > 100;
SELECT id, n FROM busy WHERE id > 100 ORDER BY id;
--| 111|10
--| 112|8
--| 113|2
--| 114|6
--| 115|4
DELETE FROM busy WHERE id IN (SELECT id FROM busy ORDER BY id DESC LIMIT 3);
DELETE FROM busy WHERE n < (SELECT avg(n) FROM busy) AND id > 100;
SELECT id FROM busy ORDER BY id;
--| 1
--| 2
--| 3
--| 4
--| 5
--| 111
BEGIN;
INSERT INTO busy SELECT a.id + 20, b.n, a.t FROM busy a JOIN busy b ON b.id = a.id + 1 WHERE a.id < 5;
DELETE FROM busy WHERE id IN (SELECT id FROM busy WHERE id > 20 AND n > 3);
SELECT id, n, t FROM busy WHERE id > 20 ORDER BY id;
--| 21|2|one
ROLLBACK;

-- Left early, and read again.
SELECT EXISTS (SELECT * FROM busy WHERE id > 1), (SELECT t FROM busy ORDER BY id LIMIT 1);
--| 1|one
SELECT 3 IN (SELECT id FROM busy), NULL IN (SELECT id FROM busy);
--| 1|NULL
SELECT t FROM busy ORDER BY id LIMIT 2;
--| one
--| two
SELECT t FROM busy ORDER BY id LIMIT 2;
--| one
--| two

-- What others write is seen by the next statement.
--@ server UPDATE busy SET t = 'other' WHERE id = 1
SELECT t FROM busy WHERE id = 1;
--| other
--@ server DELETE FROM busy WHERE id = 1
SELECT t FROM busy WHERE id = 1;
--@ server INSERT INTO busy VALUES (1, 1, 'back')
SELECT t FROM busy WHERE id = 1;
--| back

-- The table changes on the server.
--@ server ALTER TABLE busy ADD added INT DEFAULT 9 FIRST
SELECT * FROM busy WHERE id = 1;
--| 1|1|back
INSERT INTO busy VALUES (8, 80, 'eight');
SELECT * FROM busy WHERE id = 8;
--| 8|80|eight
--@ server ALTER TABLE busy DROP added, MODIFY n VARCHAR(10), ADD INDEX (n)
SELECT id, n FROM busy WHERE n = 80;
--! ERROR: mysql: read busy: column n is text on the server now and was integer when the table was read: entable_open() again, or make it anew
SELECT sum(n) FROM busy WHERE id IN (2, 8);
--! ERROR: mysql: read busy: column n is text on the server now and was integer when the table was read: entable_open() again, or make it anew
--@ server ALTER TABLE busy MODIFY n INT, MODIFY t VARCHAR(30) CHARACTER SET latin1
SELECT id, n FROM busy WHERE t = 'two';
--| 2|2
--@ server TRUNCATE busy
SELECT count(*) FROM busy;
--| 0
INSERT INTO busy VALUES (1, 1, 'one'), (2, 2, 'two');

-- A lost connection: between statements nobody notices, nor between transactions.
--@ kill
SELECT n FROM busy WHERE id = 2;
--| 2
--@ kill
UPDATE busy SET n = n + 1 WHERE id = 2;
SELECT n FROM busy WHERE id = 2;
--| 3
--@ kill
INSERT INTO busy SELECT id + 2, n, t FROM busy;
BEGIN;
--@ kill
SELECT count(*) FROM busy;
--| 4
--@ kill
UPDATE busy SET n = 50 WHERE id = 1;
COMMIT;
SELECT n FROM busy WHERE id = 1;
--| 50

-- Inside a transaction that has written, its rows are lost with it.
BEGIN;
UPDATE busy SET n = 60 WHERE id = 1;
--@ kill
SELECT n FROM busy WHERE id = 1;
--! IOERR: mysql: read busy: Server has gone away (2006)
COMMIT;
--! ERROR: cannot commit - no transaction is active
SELECT n FROM busy WHERE id = 1;
--| 50
BEGIN;
UPDATE busy SET n = 60 WHERE id = 1;
--@ kill
UPDATE busy SET n = 61 WHERE id = 2;
--! IOERR: mysql: read busy: Server has gone away (2006)
ROLLBACK;
--! ERROR: cannot rollback - no transaction is active
SELECT n FROM busy WHERE id = 1;
--| 50
BEGIN;
UPDATE busy SET n = 60 WHERE id = 1;
--@ kill
COMMIT;
--! IOERR: mysql: commit: the connection was lost before; everything was rolled back
SELECT n FROM busy WHERE id = 1;
--| 50
BEGIN;
UPDATE busy SET n = 60 WHERE id = 1;
--@ kill
ROLLBACK;
SELECT n FROM busy WHERE id = 1;
--| 50
SAVEPOINT s;
UPDATE busy SET n = 60 WHERE id = 1;
--@ kill
ROLLBACK TO s;
--! IOERR: disk I/O error
RELEASE s;
--! ERROR: no such savepoint: s
UPDATE busy SET n = 70 WHERE id = 1;
SELECT n FROM busy WHERE id = 1;
--| 70
