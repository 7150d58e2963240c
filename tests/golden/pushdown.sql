-- Answers where a server and SQLite differ.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}');
--| root@unix(${SOCKET})/golden: 9 tables in temp

-- Case and trailing spaces count.
SELECT id FROM person WHERE name = 'ANN';
SELECT id FROM person WHERE name = 'ann';
--| 4
SELECT id FROM person WHERE email = 'ann@x';
--| 1
SELECT id FROM person WHERE email IN ('ben@x', 'ann@x ');
--| 4
SELECT id FROM person WHERE name = 'ANN' COLLATE NOCASE ORDER BY id;
--| 1
--| 4
SELECT count(DISTINCT name) FROM person;
--| 4
SELECT max(name), min(name) FROM person;
--| bob|Ann

-- Numbers and what looks like them.
SELECT id FROM odd WHERE i = 2.5;
SELECT id FROM odd WHERE i > 2.5;
--| 2
SELECT id FROM odd WHERE i = '2';
--| 1
SELECT id FROM odd WHERE i = 'abc';
SELECT count(*) FROM odd WHERE i < 'abc';
--| 3
SELECT id FROM odd WHERE i = x'32';
SELECT id FROM odd WHERE y = 70;
SELECT id FROM odd WHERE y > 50 ORDER BY id;
--| 1
--| 2
SELECT id FROM person WHERE balance = 10.5;
--| 1
SELECT id FROM person WHERE balance < 0;
--| 2

-- Texts that a charset cannot hold.
SELECT id FROM odd WHERE latin = 'é';
--| 1
SELECT id FROM odd WHERE latin = '日';
SELECT id FROM odd WHERE latin IN ('日', 'E');
--| 3

-- Patterns: LIKE folds the 26 letters, GLOB none; % and _ are no wildcards of GLOB.
SELECT id FROM person WHERE name LIKE 'AN%' ORDER BY id;
--| 1
--| 4
SELECT id FROM person WHERE name LIKE 'an_' ORDER BY id;
--| 1
--| 4
SELECT id FROM person WHERE name GLOB 'an*';
--| 4
SELECT id FROM person WHERE name GLOB 'a%*';
SELECT id FROM person WHERE name LIKE 'a|%';
SELECT id FROM odd WHERE latin LIKE 'É%';
SELECT id FROM odd WHERE latin LIKE 'é%';
--| 1
SELECT id FROM odd WHERE latin LIKE '日%';
SELECT id FROM person WHERE name LIKE NULL;
SELECT id FROM person WHERE age LIKE '1%';
--| 2
--| 3

-- Inequality, with and without NULL.
SELECT id FROM person WHERE name <> 'ann' ORDER BY id;
--| 1
--| 2
--| 3
SELECT id FROM person WHERE email <> 'ann@x' ORDER BY id;
--| 3
--| 4
SELECT id FROM person WHERE email IS NOT 'ann@x' ORDER BY id;
--| 2
--| 3
--| 4
SELECT id FROM person WHERE age <> 17;
--| 1
SELECT id FROM person WHERE age <> 17.5 ORDER BY id;
--| 1
--| 2
--| 3
SELECT id FROM person WHERE age IS NOT 17 ORDER BY id;
--| 1
--| 4
SELECT id FROM person WHERE age IS NULL;
--| 4
SELECT id FROM person WHERE age IS (SELECT NULL);
--| 4
SELECT id FROM person WHERE age IS (SELECT 41);
--| 1
SELECT id FROM person WHERE born IS NOT NULL ORDER BY id;
--| 1
--| 2
--| 3
SELECT id FROM person WHERE born <> '0000-00-00' ORDER BY id;
--| 1
--| 2
SELECT id FROM person WHERE born <> '1983-02-28' ORDER BY id;
--| 2
--| 3
SELECT id FROM person WHERE balance <> 10.5 ORDER BY id;
--| 2
--| 3
SELECT id FROM odd WHERE latin <> 'é' ORDER BY id;
--| 2
--| 3
SELECT id FROM odd WHERE latin <> '日' ORDER BY id;
--| 1
--| 2
--| 3
SELECT id FROM odd WHERE y <> 1970 ORDER BY id;
--| 2
--| 3

-- Dates are texts.
SELECT id FROM odd WHERE moment > '2024-05-06' ORDER BY id;
--| 1
--| 2
--| 3
SELECT id FROM odd WHERE moment = '2024-05-06';
SELECT id FROM odd WHERE moment <= '2024-05-06 10:00:00.5' ORDER BY id;
--| 1
--| 2
SELECT id FROM odd WHERE moment >= 'x';
SELECT id FROM person WHERE born IS NULL;
--| 4
SELECT id FROM person WHERE born = '0000-00-00';
--| 3

-- LIMIT beside a term that the server does not see, and row values.
SELECT id FROM person WHERE age = id * 17 - 17 LIMIT 3;
--| 2
SELECT id FROM person WHERE (age, id) > (17, 2) ORDER BY age, id LIMIT 2;
--| 3
--| 1
SELECT count(*) FROM (SELECT id FROM person UNION ALL SELECT i FROM odd LIMIT 3 OFFSET 3);
--| 3
SELECT count(*) FROM (SELECT id FROM person UNION ALL SELECT i FROM odd LIMIT 9 OFFSET 3);
--| 4

-- NULLs sort first, unless asked otherwise.
SELECT age FROM person ORDER BY age;
--| NULL
--| 17
--| 17
--| 41
SELECT age FROM person ORDER BY age DESC NULLS FIRST;
--| NULL
--| 41
--| 17
--| 17

-- A local table joins, in either order.
CREATE TEMP TABLE want(age);
INSERT INTO want VALUES (17), (41);
SELECT w.age, p.name FROM want w JOIN person p ON p.age = w.age ORDER BY 1, 2;
--| 17|Ben
--| 17|bob
--| 41|Ann
SELECT name FROM person WHERE age IN (SELECT age FROM want) ORDER BY name;
--| Ann
--| Ben
--| bob

-- DISTINCT is made there, of texts as bytes, where no other column is read.
EXPLAIN QUERY PLAN SELECT DISTINCT name FROM person;
--| 3|0|0|SCAN person VIRTUAL TABLE INDEX 31:mysql: SELECT name FROM person GROUP BY name
--| 13|0|0|USE TEMP B-TREE FOR DISTINCT
SELECT DISTINCT name FROM person ORDER BY name;
--| Ann
--| Ben
--| ann
--| bob
SELECT DISTINCT age, email IS NULL FROM person ORDER BY 1, 2;
--| NULL|0
--| 17|0
--| 17|1
--| 41|0
EXPLAIN QUERY PLAN SELECT DISTINCT age FROM person WHERE abs(id) > 1;
--| 3|0|0|SCAN person VIRTUAL TABLE INDEX 27:mysql: SELECT id, age FROM person ORDER BY age
--| 16|0|0|USE TEMP B-TREE FOR DISTINCT
SELECT DISTINCT age FROM person WHERE abs(id) > 1 ORDER BY age;
--| NULL
--| 17
SELECT DISTINCT a, b FROM loose ORDER BY a;
--| 1|x
--| 2|NULL
SELECT term, verdict, reason FROM entable_explain('SELECT DISTINCT age FROM person WHERE name > ''A''');
--| name > 'A'|local|the collation's order is not that of the bytes
--| DISTINCT|local|more columns are read, or one that is not grouped there
SELECT term, verdict, reason, remote_sql FROM entable_explain('SELECT DISTINCT email FROM person');
--| DISTINCT|exact|grouped there, texts as bytes|SELECT email FROM person GROUP BY email
