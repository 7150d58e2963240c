-- What becomes of the terms of a statement, and why.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1

SELECT entity, term, verdict, reason, remote_index FROM entable_explain(
  'SELECT name FROM person WHERE age > 3 AND name LIKE ''A%'' AND abs(id) = 4 ORDER BY born LIMIT 3');
--| person|age > 3|exact|2.5 bounds as 2 or 3 does|age
--| person|name >= 'A'|local|the collation's order is not that of the bytes|age
--| person|name < 'b'|local|the collation's order is not that of the bytes|age
--| person|name LIKE 'A%'|superset|the beginning of the pattern is looked up, the rest is not|age
--| person|ORDER BY born|local|no index of the server gives it|age
SELECT entity, term, verdict, reason, remote_sql, remote_index FROM entable_explain(
  'SELECT p.name, l.item FROM line l JOIN person p ON p.id = l.order_id
   WHERE l.item <> ''tea'' ORDER BY p.name');
--| line|order_id = ?|local|its value comes from a table that is read later|SELECT order_id, line, item FROM line WHERE item <> ?|NULL
--| line|item <> 'tea'|exact|compared as bytes|SELECT order_id, line, item FROM line WHERE item <> ?|NULL
--| person|id = ?|exact|the key of the table|SELECT id, name FROM person WHERE id = ?|PRIMARY
--| person|ORDER BY name|local|the collation's order is not that of the bytes|SELECT id, name FROM person WHERE id = ?|PRIMARY
SELECT term, verdict, reason, remote_sql, remote_index, cache FROM entable_explain(
  'SELECT * FROM person WHERE age = ? ORDER BY age LIMIT 2');
--| age = ?|exact|2.5 equals none|SELECT id, name, email, age, born, balance FROM person WHERE age = ? ORDER BY age LIMIT ?|age|none
--| LIMIT 2|superset|so many rows are asked for at first, more if need be|SELECT id, name, email, age, born, balance FROM person WHERE age = ? ORDER BY age LIMIT ?|age|none
--| ORDER BY age|exact|NULL|SELECT id, name, email, age, born, balance FROM person WHERE age = ? ORDER BY age LIMIT ?|age|none
SELECT term, verdict, reason, remote_sql, remote_index FROM entable_explain(
  'SELECT count(*) FROM adults');
--| all rows|exact|NULL|SELECT 1 FROM adults|age
SELECT term, verdict, reason FROM entable_explain(
  'SELECT * FROM person WHERE id IN (1, 2) AND name = ''x'' COLLATE NOCASE');
--| id IN (…)|exact|the key of the table
--| name = ?|local|rows found by their key are few
SELECT term, verdict, reason FROM entable_explain(
  'UPDATE person SET name = ''x'' WHERE born IS NULL AND balance <> 5');
--| born IS NULL|superset|a zero date is NULL to MySQL in a column that is NOT NULL
--| balance <> 5|local|a REAL is rounded to the scale
SELECT term, verdict, reason FROM entable_explain(
  'SELECT * FROM odd WHERE moment >= ''2024'' AND latin GLOB ''x*'' AND y IS NOT 3');
--| moment >= '2024'|local|not asked with a value of this kind
--| y IS NOT 3|local|not asked with a value of this kind
--| latin >= 'x'|local|the collation's order is not that of the bytes
--| latin < 'y'|local|the collation's order is not that of the bytes
--| latin GLOB 'x*'|superset|the beginning of the pattern is looked up, the rest is not
SELECT entity, term FROM entable_explain('SELECT 1');
-- Texts are found by the index of their collation, and compared as bytes.
SELECT term, verdict, reason, remote_sql, remote_index FROM entable_explain(
  'SELECT id FROM person WHERE email IN (''a'', ''b'') AND name = ''x''');
--| email IN (…)|exact|by the index, and again as bytes; of an IN SQLite looks again|SELECT id, name, email FROM person WHERE email IN (…) AND name = ?|email
--| name = 'x'|exact|by the index, and again as bytes; of an IN SQLite looks again|SELECT id, name, email FROM person WHERE email IN (…) AND name = ?|email
SELECT term, verdict, remote_sql FROM entable_explain('SELECT id FROM odd WHERE latin = ''é''');
--| latin = 'é'|exact|SELECT id, latin FROM odd WHERE latin = ?

SELECT entable_set('pushdown', 'off');
--| off
SELECT term, verdict, reason, remote_sql FROM entable_explain('SELECT * FROM person WHERE id = 5');
--| id = 5|local|pushdown is off|SELECT id, name, email, age, born, balance FROM person

SELECT * FROM entable_explain('SELECT 1; SELECT 2');
--! MISMATCH: entable_explain(): one statement can be explained
SELECT * FROM entable_explain('SELEKT 1');
--! MISMATCH: entable_explain(): near "SELEKT": syntax error
SELECT * FROM entable_explain('SELECT * FROM missing');
--! MISMATCH: entable_explain(): no such table: missing
SELECT * FROM entable_explain(NULL);
--! MISMATCH: entable_explain(): the statement is a text
SELECT * FROM entable_explain;
--! ERROR: entable_explain(): argument 'sql' is missing
