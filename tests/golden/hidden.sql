--@ fixture hidden.fixture.sql
-- What SQLite does not tell of a term: under which collation an IN compares,
-- and that it is a part of a row value.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1
CREATE TABLE local (v INT, f TEXT COLLATE NOCASE, s TEXT);
INSERT INTO local VALUES (10, 'a', 'b');

-- An IN made of an OR, on a column and on the key.
SELECT id FROM word WHERE t = 'b' OR t = 'a' COLLATE NOCASE ORDER BY n;
--| a
--| A
--| b
SELECT id FROM word WHERE t = 'a' COLLATE NOCASE OR t = 'b' ORDER BY n;
--| a
--| A
--| b
SELECT id FROM word WHERE t COLLATE NOCASE = 'a' OR t = 'b' ORDER BY n;
--| a
--| A
--| b
SELECT id FROM word WHERE id = 'b' OR id = 'a' COLLATE NOCASE ORDER BY n;
--| a
--| A
--| b
SELECT id FROM word WHERE id = 'b' OR id = 'a ' COLLATE RTRIM ORDER BY n;
--| a
--| b
SELECT id FROM tag WHERE kind = 'blue' OR kind = 'RED' COLLATE NOCASE ORDER BY id;
--| 1
--| 2
--| 3
SELECT id FROM tag WHERE day = '2024-01-02' OR day = '2024-01-01 ' COLLATE RTRIM ORDER BY id;
--| 1
--| 2
-- Without a collation in doubt the server is asked.
SELECT DISTINCT verdict, reason FROM entable_explain(
  'SELECT id FROM word WHERE t = ''b'' OR t = ''a''');
--| exact|by the index, and again as bytes; of an IN SQLite looks again
SELECT id FROM word WHERE t = 'b' OR t = 'a' ORDER BY n;
--| a
--| b
SELECT id FROM word WHERE id IN ('b', 'a') ORDER BY t COLLATE NOCASE;
--| a
--| b

-- A collation that a column of a table has, and that of a subquery's result.
SELECT id FROM local, word WHERE f = t OR s = t ORDER BY n;
--| a
--| A
--| b
SELECT id FROM local CROSS JOIN word WHERE f = id OR s = id ORDER BY n;
--| a
--| A
--| b
SELECT id FROM local CROSS JOIN word WHERE id = s OR id = f ORDER BY n;
--| a
--| b
SELECT id FROM word WHERE t IN (SELECT 'a' COLLATE NOCASE) ORDER BY n;
--| a
--| A
SELECT id FROM word WHERE id IN (SELECT s COLLATE NOCASE FROM local) ORDER BY n;
--| b
--| B
SELECT id FROM word WHERE id IN (VALUES ('a' COLLATE NOCASE), ('x')) ORDER BY n;
--| a
SELECT id FROM word WHERE id IN (SELECT f FROM local) ORDER BY n;
--| a

-- The same comparison twice, with a collation from a view, is offered once.
CREATE TEMP VIEW bent AS SELECT (s || '') COLLATE NOCASE AS s FROM local;
SELECT id FROM bent CROSS JOIN word WHERE id = s OR s = id ORDER BY n;
--| b
--| B
SELECT id FROM bent CROSS JOIN word WHERE t = s OR s = t ORDER BY n;
--| b
--| B
SELECT id FROM (SELECT 'B' COLLATE NOCASE AS s) CROSS JOIN word WHERE id = s OR s = id ORDER BY n;
--| b
--| B

-- In a view, in a view of a view, and in a trigger.
CREATE TEMP VIEW either AS SELECT id, n FROM word WHERE t = 'b' OR t = 'a' COLLATE NOCASE;
CREATE TEMP VIEW "odd ""name" AS SELECT * FROM either;
SELECT id FROM either ORDER BY n;
--| a
--| A
--| b
SELECT id FROM "odd ""name" ORDER BY n;
--| a
--| A
--| b
SELECT id FROM `odd "name` ORDER BY n;
--| a
--| A
--| b
CREATE TEMP VIEW folded AS SELECT s COLLATE NOCASE AS s FROM local;
SELECT id FROM folded CROSS JOIN word WHERE s = t OR t = 'a' ORDER BY n;
--| a
--| b
--| B
CREATE TABLE temp.noted (id);
CREATE TEMP TRIGGER looked AFTER UPDATE ON local BEGIN
  INSERT INTO noted SELECT id FROM word WHERE t = 'b' OR t = 'a' COLLATE NOCASE ORDER BY n;
END;
UPDATE local SET v = 10;
SELECT id FROM noted;
--| a
--| A
--| b

-- A text in a row value that meets a number, or a collation.
SELECT id FROM word WHERE (t, n) IN (SELECT v, 7 FROM local);
--| 1e1
SELECT id FROM word WHERE (n, t) IN (SELECT 7, v FROM local);
--| 1e1
SELECT id FROM word WHERE (id, n) IN (SELECT v, 7 FROM local);
--| 1e1
SELECT id FROM word WHERE (t, 5) IN (SELECT v, 5 FROM local) ORDER BY n;
--| 10
--| 1e1
SELECT id FROM word WHERE (id, n) IN (VALUES ('a' COLLATE NOCASE, 2));
--| A
SELECT id FROM word WHERE (t, n) IN (VALUES (10, 6), (10, 7));
--| 10
CREATE TEMP VIEW rows_in AS SELECT id FROM word WHERE (t, n) IN (SELECT v, 7 FROM local);
SELECT id FROM rows_in;
--| 1e1
SELECT term, verdict, remote_sql FROM entable_explain(
  'SELECT id FROM word WHERE (t, n) IN (VALUES (''a'', 1))');
--| t = ?|exact|SELECT id, t, n FROM word WHERE t = ? AND n = ?
--| n = ?|exact|SELECT id, t, n FROM word WHERE t = ? AND n = ?
SELECT id FROM word WHERE (t, n) IN (VALUES ('a', 1), ('b', 3));
--| a
--| b
-- A text that meets a number alone.
SELECT id FROM word WHERE t = 10;
--| 10
SELECT id FROM word, local WHERE t = v ORDER BY n;
--| 10
--| 1e1
SELECT id FROM word WHERE t IN (SELECT v FROM local) ORDER BY n;
--| 10
--| 1e1
SELECT id FROM word WHERE id = 10 OR id = '1e1' ORDER BY n;
--| 10
--| 1e1

-- What is written by such a statement.
DELETE FROM word WHERE (t, n) IN (SELECT v, 7 FROM local);
UPDATE word SET n = n + 10 WHERE id = 'b' OR id = 'a' COLLATE NOCASE;
BEGIN;
INSERT INTO word SELECT t || 'x', t, n FROM word WHERE t = 'b' OR t = 'a' COLLATE NOCASE;
SELECT id FROM word WHERE t IN ('a', 'A') ORDER BY id;
--| A
--| Ax
--| a
--| ax
ROLLBACK;
SELECT id, n FROM word ORDER BY n;
--| B|4
--| 10|6
--| a|11
--| A|12
--| b|13

-- A rowid is not among the columns that DISTINCT reads.
SELECT DISTINCT kind FROM tag WHERE abs(rowid) > 1 ORDER BY kind;
--| Red
--| blue
SELECT DISTINCT kind FROM tag WHERE kind = 'blue' OR abs("OID") = 1;
--| red
--| blue
CREATE TEMP VIEW numbered AS SELECT rowid AS r, kind FROM tag;
SELECT DISTINCT kind FROM numbered WHERE abs(r) > 2;
--| blue

-- What is told of it.
SELECT term, verdict, reason FROM entable_explain(
  'SELECT id FROM word WHERE t = ''b'' OR t = ''a'' COLLATE NOCASE');
--| t = ?|local|SQLite may compare it by a COLLATE that is not told
SELECT term, verdict, reason FROM entable_explain('SELECT * FROM "odd ""name"');
--| t = ?|local|SQLite may compare it by a COLLATE that is not told
SELECT term, verdict, reason FROM entable_explain(
  'SELECT id FROM word WHERE t IN (''a'', ''b'') ORDER BY id COLLATE NOCASE');
--| t IN (…)|exact|by the index, and again as bytes; of an IN SQLite looks again
