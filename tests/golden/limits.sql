--@ fixture rules.fixture.sql
-- LIMIT and OFFSET, wherever they stand.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1

SELECT id FROM plant ORDER BY id LIMIT 0;
SELECT count(*) FROM (SELECT id FROM plant LIMIT -1);
--| 9
SELECT id FROM plant ORDER BY id LIMIT NULL;
--! MISMATCH: datatype mismatch
SELECT id FROM plant ORDER BY id LIMIT 'two';
--! MISMATCH: datatype mismatch
SELECT id FROM plant ORDER BY id LIMIT '2';
--| -9
--| 1
SELECT id FROM plant ORDER BY id LIMIT 2.0;
--| -9
--| 1
SELECT id FROM plant ORDER BY id LIMIT 2.5;
--! MISMATCH: datatype mismatch
SELECT id FROM plant ORDER BY id LIMIT 1 + 1;
--| -9
--| 1
SELECT id FROM plant ORDER BY id LIMIT (SELECT count(*) FROM tool) - 1;
--| -9
--| 1
--| 2
SELECT id FROM plant ORDER BY id LIMIT 9223372036854775807 OFFSET 8;
--| 8
SELECT id FROM plant ORDER BY id LIMIT 2 OFFSET 7;
--| 7
--| 8
SELECT id FROM plant ORDER BY id LIMIT 3 OFFSET 99;
SELECT id FROM plant ORDER BY id LIMIT 2 OFFSET -5;
--| -9
--| 1
SELECT id FROM plant ORDER BY id LIMIT -1 OFFSET 7;
--| 7
--| 8
SELECT id FROM plant ORDER BY id LIMIT 5, 2;
--| 5
--| 6
SELECT id FROM plant ORDER BY id LIMIT 1 OFFSET NULL;
--! MISMATCH: datatype mismatch

-- Beside terms that only SQLite sees, all of them before rows are counted.
SELECT id FROM plant WHERE abs(id) > 6 ORDER BY id LIMIT 2;
--| -9
--| 7
SELECT id FROM plant WHERE label > 'm' ORDER BY id LIMIT 2 OFFSET 1;
--| 3
--| 4
SELECT id FROM plant WHERE bed = 2 AND length(label) < 5 ORDER BY id LIMIT 1 OFFSET 1;
--| 3
SELECT id FROM plant WHERE label = 'mint' LIMIT 3;
--| 3
SELECT id FROM plant WHERE label = 'LEEK' COLLATE NOCASE ORDER BY id LIMIT 1 OFFSET 1;
--| 2
SELECT id FROM plant WHERE bed = id LIMIT 4;
--| 1
--| 2
SELECT id FROM plant WHERE bed IN (2, 3) ORDER BY id LIMIT 2 OFFSET 1;
--| 3
--| 5
SELECT id FROM plant WHERE id IN (8, 6, 4, 2) ORDER BY id DESC LIMIT 2 OFFSET 1;
--| 6
--| 4
SELECT id FROM plant WHERE bed = 1 OR height = 12.25 ORDER BY id LIMIT 2 OFFSET 1;
--| 3
--| 6
SELECT id FROM plant WHERE height > 9 AND bed IS NOT 2 ORDER BY height, id LIMIT 2;
--| 6
--| 1
SELECT day FROM water WHERE bed = 1 ORDER BY day LIMIT 1 OFFSET 1;
--| 2

-- With an order the server does not have.
SELECT label FROM plant ORDER BY label LIMIT 4;
--| NULL
--| 
--| Leek
--| leek
SELECT label FROM plant ORDER BY label COLLATE NOCASE DESC, id LIMIT 3 OFFSET 1;
--| sage
--| rue
--| mint 
SELECT id FROM plant ORDER BY -id LIMIT 2;
--| 8
--| 7
SELECT id FROM plant ORDER BY height DESC NULLS FIRST, id LIMIT 2;
--| 4
--| -9

-- In compound selects, whose parts count together.
SELECT id FROM bed UNION ALL SELECT id + 100 FROM bed LIMIT 2 OFFSET 4;
--| 5
--| 101
SELECT id FROM bed WHERE id > 3 UNION ALL SELECT id FROM plant WHERE id > 7 ORDER BY 1 DESC LIMIT 2;
--| 8
--| 5
SELECT bed FROM plant UNION SELECT id FROM bed ORDER BY 1 LIMIT 3 OFFSET 1;
--| 1
--| 2
--| 3
SELECT id FROM bed EXCEPT SELECT bed FROM plant ORDER BY 1 LIMIT 1;
--| 5
SELECT bed FROM plant INTERSECT SELECT id FROM bed ORDER BY 1 LIMIT 2 OFFSET 2;
--| 3
--| 4

-- In subqueries and beside aggregates.
SELECT count(*), sum(id) FROM (SELECT id FROM plant ORDER BY id LIMIT 3);
--| 3|-6
SELECT id FROM bed WHERE id IN (SELECT bed FROM plant ORDER BY bed DESC LIMIT 3) ORDER BY id;
--| 3
--| 4
SELECT b.id, (SELECT p.id FROM plant p WHERE p.bed = b.id ORDER BY p.height DESC LIMIT 1) FROM bed b ORDER BY 1;
--| 1|1
--| 2|2
--| 3|8
--| 4|-9
--| 5|NULL
SELECT b.id, (SELECT p.id FROM plant p WHERE p.bed = b.id ORDER BY p.id LIMIT 1 OFFSET 1) FROM bed b ORDER BY 1;
--| 1|NULL
--| 2|3
--| 3|8
--| 4|NULL
--| 5|NULL
SELECT * FROM (SELECT id FROM plant ORDER BY id DESC LIMIT 4) ORDER BY id LIMIT 2;
--| 5
--| 6
SELECT * FROM (SELECT id FROM plant ORDER BY id LIMIT 4) WHERE id > 2;
--| 3
SELECT count(*) FROM plant LIMIT 1 OFFSET 1;
SELECT bed, count(*) FROM plant GROUP BY bed ORDER BY 2 DESC, 1 LIMIT 2;
--| 2|3
--| 3|2
SELECT DISTINCT bed FROM plant ORDER BY bed LIMIT 3;
--| NULL
--| 1
--| 2
SELECT DISTINCT height FROM plant WHERE height > 0 ORDER BY height DESC LIMIT 2 OFFSET 2;
--| 40
--| 12.25

-- Of a join the rows that come out are counted, not those that go in.
SELECT p.id FROM plant p JOIN bed b ON b.id = p.bed ORDER BY p.id DESC LIMIT 2;
--| 8
--| 7
SELECT b.id, p.id FROM bed b LEFT JOIN plant p ON p.bed = b.id ORDER BY b.id DESC, p.id LIMIT 3;
--| 5|NULL
--| 4|-9
--| 3|5
SELECT b.id, p.id FROM bed b LEFT JOIN plant p ON p.bed = b.id WHERE p.id IS NULL LIMIT 5;
--| 5|NULL
SELECT count(*) FROM (SELECT 1 FROM plant, bed LIMIT 17 OFFSET 4);
--| 17
