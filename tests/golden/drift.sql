--@ fixture drift.fixture.sql
-- Columns that change on the server under an open handle: what is read is what
-- SQLite was told of, or an error; never another column's values.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1
SELECT * FROM moving WHERE id = 1;
--| 1|10|10|1.5|2024-01-01 00:00:00
SELECT id, n FROM moving WHERE n > 5 ORDER BY n;
--| 1|10
--| 2|20
--| 3|30
SELECT * FROM keyless;
--| 1|2
--| 3|4

-- One is added, in front or in the middle, or moved: nothing changes.
--@ server ALTER TABLE moving ADD first INT DEFAULT 7 FIRST, ADD middle TEXT AFTER n, MODIFY at DATETIME AFTER id; ALTER TABLE keyless ADD c INT DEFAULT 9 FIRST
SELECT * FROM moving WHERE id = 1;
--| 1|10|10|1.5|2024-01-01 00:00:00
SELECT id, n FROM moving WHERE n > 5 ORDER BY n;
--| 1|10
--| 2|20
--| 3|30
SELECT * FROM keyless;
--| 1|2
--| 3|4
INSERT INTO keyless VALUES (5, 6);
--! READONLY: table keyless: it has no key to tell its rows by, and can only be read
SELECT a, b FROM keyless WHERE a = 5;
--@ server ALTER TABLE moving DROP first, DROP middle; ALTER TABLE keyless DROP c
SELECT * FROM moving WHERE id = 1;
--| 1|10|10|1.5|2024-01-01 00:00:00

-- One is dropped or renamed: who does not read it notices nothing.
--@ server ALTER TABLE moving DROP t, CHANGE n m INT
SELECT * FROM moving WHERE id = 1;
--! ERROR: mysql: read moving: Unknown column 'n' in 'SELECT' (1054)
SELECT id, n FROM moving WHERE n > 5 ORDER BY n;
--! ERROR: mysql: read moving: Unknown column 'n' in 'SELECT' (1054)
SELECT id, d FROM moving WHERE id = 1;
--| 1|1.5
INSERT INTO moving (id, t) VALUES (4, 'four');
--! ERROR: mysql: insert into moving: Unknown column 'n' in 'INSERT INTO' (1054)
--@ server ALTER TABLE moving CHANGE m n INT AFTER id, ADD t VARCHAR(20) AFTER n
SELECT id, n, t FROM moving WHERE id = 1;
--| 1|10|NULL
--@ server UPDATE moving SET t = n

-- Its type changes: an integer becomes a text.
--@ server ALTER TABLE moving MODIFY n VARCHAR(10)
SELECT * FROM moving WHERE id = 1;
--! ERROR: mysql: read moving: column n is text on the server now and was integer when the table was read: entable_open() again, or make it anew
SELECT id, n FROM moving WHERE n > 5 ORDER BY n;
--! ERROR: mysql: read moving: column n is text on the server now and was integer when the table was read: entable_open() again, or make it anew
SELECT sum(n) FROM moving;
--! ERROR: mysql: read moving: column n is text on the server now and was integer when the table was read: entable_open() again, or make it anew
SELECT DISTINCT n FROM moving;
--! ERROR: mysql: read moving: column n is text on the server now and was integer when the table was read: entable_open() again, or make it anew
UPDATE moving SET t = 'y' WHERE n = 10;
--! ERROR: mysql: read moving: column n is text on the server now and was integer when the table was read: entable_open() again, or make it anew
UPDATE moving SET n = 11 WHERE id = 1;
--! ERROR: mysql: read moving: column n is text on the server now and was integer when the table was read: entable_open() again, or make it anew
SELECT id, t FROM moving WHERE id = 1;
--| 1|10
SELECT count(*) FROM moving;
--| 3
-- Read anew it is what it is now, and so it is when it changes back.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1
SELECT id, n, typeof(n) FROM moving WHERE n > '0' ORDER BY n;
--| 1|10|text
--| 2|20|text
--| 3|30|text
SELECT id FROM moving WHERE n = 20;
--| 2
--@ server ALTER TABLE moving MODIFY n INT
SELECT id, n, typeof(n) FROM moving WHERE n > '0' ORDER BY n;
--! ERROR: mysql: read moving: column n is integer on the server now and was text when the table was read: entable_open() again, or make it anew
SELECT id FROM moving WHERE n = 20;
--! ERROR: mysql: read moving: column n is integer on the server now and was text when the table was read: entable_open() again, or make it anew
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1
SELECT id, n, typeof(n) FROM moving WHERE n > '0' ORDER BY n;
--| 1|10|integer
--| 2|20|integer
--| 3|30|integer

-- A text becomes an integer, also where it is the key.
--@ server ALTER TABLE moving MODIFY t INT; ALTER TABLE worded MODIFY code INT
SELECT id FROM moving WHERE t = '10';
--! ERROR: mysql: read moving: column t is integer on the server now and was text when the table was read: entable_open() again, or make it anew
SELECT * FROM worded WHERE code = '1';
--! ERROR: mysql: read worded: column code is integer on the server now and was text when the table was read: entable_open() again, or make it anew
SELECT * FROM worded WHERE code IN ('1', '2');
--! ERROR: mysql: read worded: column code is integer on the server now and was text when the table was read: entable_open() again, or make it anew
SELECT n FROM worded WHERE n = 2;
--! ERROR: mysql: read worded: column code is integer on the server now and was text when the table was read: entable_open() again, or make it anew
DELETE FROM worded WHERE code = '1';
--! ERROR: mysql: read worded: column code is integer on the server now and was text when the table was read: entable_open() again, or make it anew
--@ server ALTER TABLE worded MODIFY code VARCHAR(10) COLLATE utf8mb4_bin
SELECT * FROM worded WHERE code IN ('1', '2');
--| 1|1
--| 2|2

-- Digits by which it is compared, and a sign; but not a size.
--@ server ALTER TABLE moving MODIFY t VARCHAR(30), MODIFY d DECIMAL(10,4), MODIFY at DATETIME(3), MODIFY n SMALLINT
SELECT id, n, t FROM moving WHERE n = 20;
--| 2|20|20
SELECT id FROM moving WHERE d = 2.5;
--! ERROR: mysql: read moving: column d is decimal(10,4) on the server now and was decimal(8,2) when the table was read: entable_open() again, or make it anew
SELECT id FROM moving WHERE at > '2024-01-01';
--! ERROR: mysql: read moving: column at is datetime(3) on the server now and was datetime when the table was read: entable_open() again, or make it anew
--@ server ALTER TABLE moving MODIFY d DECIMAL(8,2)
SELECT id FROM moving WHERE d = 2.5;
--| 2
--@ server ALTER TABLE moving MODIFY d DECIMAL(20,2), MODIFY at DATE, MODIFY n BIGINT UNSIGNED
SELECT id FROM moving WHERE d = 2.5;
--! ERROR: mysql: read moving: column d is decimal(20,2) on the server now and was decimal(8,2) when the table was read: entable_open() again, or make it anew
SELECT id FROM moving WHERE at > '2024-01-01';
--! ERROR: mysql: read moving: column at is date on the server now and was datetime when the table was read: entable_open() again, or make it anew
SELECT id FROM moving WHERE n = 20;
--! ERROR: mysql: read moving: column n is unsigned on the server now and was integer when the table was read: entable_open() again, or make it anew
--@ server ALTER TABLE moving MODIFY d DECIMAL(9,2), MODIFY at TIMESTAMP NULL, MODIFY n INT
SELECT id, d FROM moving WHERE d = 2.5;
--| 2|2.5
SELECT id, n FROM moving WHERE n = 20 AND at > '2024-01-01';
--| 2|20
--@ server ALTER TABLE moving MODIFY n YEAR, MODIFY t ENUM('10', '20', '30'), MODIFY d DOUBLE, MODIFY at TIME; UPDATE moving SET t = '10'
SELECT n FROM moving;
--! ERROR: mysql: read moving: column n is year on the server now and was integer when the table was read: entable_open() again, or make it anew
SELECT t FROM moving;
--! ERROR: mysql: read moving: column t is enum on the server now and was text when the table was read: entable_open() again, or make it anew
SELECT d FROM moving;
--! ERROR: mysql: read moving: column d is double on the server now and was decimal(8,2) when the table was read: entable_open() again, or make it anew
SELECT at FROM moving;
--! ERROR: mysql: read moving: column at is time on the server now and was datetime when the table was read: entable_open() again, or make it anew

-- In a transaction it is an error of the statement, and no more.
BEGIN;
UPDATE worded SET n = n + 10;
SELECT n FROM moving WHERE id = 1;
--! ERROR: mysql: read moving: column n is year on the server now and was integer when the table was read: entable_open() again, or make it anew
SELECT n FROM worded ORDER BY n;
--| 11
--| 12
COMMIT;
SELECT n FROM worded ORDER BY n;
--| 11
--| 12

-- A table of one's own, which entable_open() does not make.
SELECT entable_close();
--| 1
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1
CREATE VIRTUAL TABLE temp.own USING entity(table=keyless);
SELECT * FROM own;
--| 1|2
--| 3|4
--@ server ALTER TABLE keyless MODIFY b TEXT
SELECT * FROM own;
--! ERROR: mysql: read keyless: column b is text on the server now and was integer when the table was read: entable_open() again, or make it anew
DROP TABLE own;
CREATE VIRTUAL TABLE temp.own USING entity(table=keyless);
SELECT * FROM own;
--| 1|2
--| 3|4

-- An enum is a text that only its type tells from others.
--@ server ALTER TABLE worded MODIFY n VARCHAR(2); ALTER TABLE worded MODIFY n ENUM('11', '12')
SELECT n FROM worded ORDER BY code;
--! ERROR: mysql: read worded: column n is enum on the server now and was integer when the table was read: entable_open() again, or make it anew
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1
SELECT n FROM worded ORDER BY code;
--| 11
--| 12
--@ server ALTER TABLE worded MODIFY n CHAR(2)
SELECT n FROM worded ORDER BY code;
--! ERROR: mysql: read worded: column n is text on the server now and was enum when the table was read: entable_open() again, or make it anew
--@ server ALTER TABLE worded MODIFY n ENUM('11', '12')
SELECT n FROM worded ORDER BY code;
--| 11
--| 12
