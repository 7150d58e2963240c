--@ fixture writing.fixture.sql
-- Transactions and savepoints.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1
INSERT INTO person(id, name) VALUES (1, 'One'), (2, 'Two'), (3, 'Three');

-- Nobody else sees what is not committed.
BEGIN;
INSERT INTO person(id, name) VALUES (4, 'Four');
UPDATE person SET name = 'Uno' WHERE id = 1;
SELECT id, name FROM person ORDER BY id;
--| 1|Uno
--| 2|Two
--| 3|Three
--| 4|Four
--@ server SELECT COUNT(*) FROM person
SELECT c1 FROM mysql_query('SELECT COUNT(*) FROM person');
--| 4
ROLLBACK;
SELECT id, name FROM person ORDER BY id;
--| 1|One
--| 2|Two
--| 3|Three
BEGIN;
DELETE FROM person WHERE id = 3;
COMMIT;
SELECT count(*) FROM person;
--| 2

-- An error undoes its statement and no more.
BEGIN;
INSERT INTO person(id, name) VALUES (5, 'Five');
INSERT INTO person(id, name) VALUES (6, 'Six'), (5, 'again'), (7, 'Seven');
--! CONSTRAINT_PRIMARYKEY: mysql: insert into person: Duplicate entry '5' for key 'PRIMARY' (1062)
INSERT INTO person(id, name) VALUES (6, 'Six');
COMMIT;
SELECT id FROM person ORDER BY id;
--| 1
--| 2
--| 5
--| 6

-- Savepoints, those set before the first write too.
BEGIN;
SAVEPOINT a;
SAVEPOINT b;
INSERT INTO person(id, name) VALUES (10, 'Ten');
SAVEPOINT c;
INSERT INTO person(id, name) VALUES (11, 'Eleven'), (12, 'Twelve');
ROLLBACK TO c;
INSERT INTO person(id, name) VALUES (13, 'Thirteen');
RELEASE c;
SELECT id FROM person WHERE id >= 10;
--| 10
--| 13
ROLLBACK TO a;
SELECT id FROM person WHERE id >= 10;
INSERT INTO person(id, name) VALUES (14, 'Fourteen');
SAVEPOINT d;
DELETE FROM person;
ROLLBACK TO d;
COMMIT;
SELECT id FROM person WHERE id >= 10;
--| 14
SAVEPOINT outer;
INSERT INTO person(id, name) VALUES (15, 'Fifteen');
SAVEPOINT inner;
INSERT INTO person(id, name) VALUES (16, 'Sixteen');
ROLLBACK TO inner;
ROLLBACK TO outer;
INSERT INTO person(id, name) VALUES (17, 'Seventeen');
RELEASE outer;
SELECT id FROM person WHERE id >= 15;
--| 17

-- OR ROLLBACK ends the transaction, OR FAIL keeps what was written.
BEGIN;
INSERT INTO person(id, name) VALUES (20, 'Twenty');
INSERT OR ROLLBACK INTO person(id, name) VALUES (21, 'x'), (20, 'y');
--! CONSTRAINT_PRIMARYKEY: mysql: insert into person: Duplicate entry '20' for key 'PRIMARY' (1062)
COMMIT;
--! ERROR: cannot commit - no transaction is active
SELECT id FROM person WHERE id >= 20;
BEGIN;
INSERT OR FAIL INTO person(id, name) VALUES (21, 'x'), (17, 'y'), (22, 'z');
--! CONSTRAINT_PRIMARYKEY: mysql: insert into person: Duplicate entry '17' for key 'PRIMARY' (1062)
COMMIT;
SELECT id FROM person WHERE id >= 20;
--| 21

-- A table that was written cannot go before the transaction ends.
BEGIN;
INSERT INTO word VALUES ('w', 1);
DROP TABLE word;
--! LOCKED: database table is locked
COMMIT;
SELECT * FROM word;
--| w|1

-- The same table under another name is read as it was.
CREATE VIRTUAL TABLE temp.people USING entity(pool=default, table=person);
INSERT INTO person(id, name) SELECT id + 1000, name FROM people;
SELECT changes(), count(*) FROM person;
--| 7|14
BEGIN;
INSERT INTO person(id, name) VALUES (900, 'x');
INSERT INTO person(id, name) SELECT id + 10000, name FROM people;
SELECT changes(), count(*) FROM people;
--| 15|30
ROLLBACK;

-- Local triggers that write an entity and read it.
CREATE TEMP TABLE local(id INTEGER PRIMARY KEY, n);
CREATE TEMP TRIGGER local_ai AFTER INSERT ON local BEGIN
  INSERT INTO word VALUES ('t' || new.id, (SELECT count(*) FROM word));
END;
INSERT INTO local VALUES (1, 0), (2, 0), (3, 0);
SELECT changes(), last_insert_rowid();
--| 3|3
SELECT word, n FROM word ORDER BY word;
--| t1|1
--| t2|2
--| t3|3
--| w|1
INSERT INTO local VALUES (4, 0), (5, 0), (3, 0);
--! CONSTRAINT_PRIMARYKEY: UNIQUE constraint failed: local.id
SELECT count(*) FROM word;
--| 4
SELECT count(*) FROM local;
--| 3

-- Foreign keys between rows of one statement's triggers.
CREATE TEMP TRIGGER local_bi BEFORE INSERT ON local WHEN new.n = 1 BEGIN
  INSERT INTO person(id, name) VALUES (new.id, 'of local');
  INSERT INTO item VALUES (new.id, new.id, 'item');
END;
INSERT INTO local VALUES (50, 1), (51, 1);
SELECT id, person_id FROM item ORDER BY id;
--| 50|50
--| 51|51

-- Rows of a transaction sent many at a time, when asked for.
SELECT entable_set('batch', 'transaction');
--| transaction
BEGIN;
INSERT INTO word VALUES ('b1', 1);
INSERT INTO word VALUES ('b2', 2);
INSERT INTO word VALUES ('b1', 3);
INSERT INTO word VALUES ('b4', 4);
SELECT count(*) FROM word WHERE word LIKE 'b%';
--! CONSTRAINT_PRIMARYKEY: mysql: read word: insert into word: row 3: Duplicate entry 'b1' for key 'PRIMARY' (1062)
INSERT INTO word VALUES ('b5', 5);
--! CONSTRAINT_PRIMARYKEY: mysql: insert into word: row 3: Duplicate entry 'b1' for key 'PRIMARY' (1062); nothing more is done before ROLLBACK
COMMIT;
--! CONSTRAINT_PRIMARYKEY: mysql: insert into word: row 3: Duplicate entry 'b1' for key 'PRIMARY' (1062); nothing more is done before ROLLBACK
SELECT count(*) FROM word WHERE word LIKE 'b%';
--| 0
ROLLBACK;
--! ERROR: cannot rollback - no transaction is active
BEGIN;
INSERT INTO word VALUES ('b1', 1);
INSERT INTO word VALUES ('b1', 2);
COMMIT;
--! CONSTRAINT_PRIMARYKEY: mysql: insert into word: row 2: Duplicate entry 'b1' for key 'PRIMARY' (1062)
SELECT count(*) FROM word WHERE word LIKE 'b%';
--| 0
BEGIN;
INSERT INTO word VALUES ('b1', 1);
SAVEPOINT s;
INSERT INTO word VALUES ('b1', 2);
RELEASE s;
INSERT INTO word VALUES ('b2', 2);
--! CONSTRAINT_PRIMARYKEY: mysql: insert into word: Duplicate entry 'b1' for key 'PRIMARY' (1062); nothing more is done before ROLLBACK
ROLLBACK;
BEGIN;
INSERT INTO word VALUES ('b1', 1);
SAVEPOINT s;
INSERT INTO word VALUES ('b2', 2);
INSERT INTO word VALUES ('b1', 2);
SELECT count(*) FROM word;
--! CONSTRAINT_PRIMARYKEY: mysql: read word: insert into word: row 2: Duplicate entry 'b1' for key 'PRIMARY' (1062)
ROLLBACK TO s;
INSERT INTO word VALUES ('b3', 3);
COMMIT;
SELECT word, n FROM word WHERE word LIKE 'b%' ORDER BY word;
--| b1|1
--| b3|3
SELECT entable_set('batch', 'statement');
--| statement
SELECT entable_set('batch', 'always');
--! MISMATCH: entable_set(): setting batch: 'statement' or 'transaction' are allowed
