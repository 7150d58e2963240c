--@ fixture rules.fixture.sql
-- Joins, of entities with each other and with local tables.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1
CREATE TEMP TABLE note(bed INTEGER, words TEXT);
INSERT INTO note VALUES (2, 'dry'), (2, 'sunny'), (9, 'sold'), (NULL, 'none');

SELECT p.id, b.name FROM plant p JOIN bed b ON p.bed = b.id ORDER BY 1;
--| -9|wall 
--| 1|north
--| 2|South
--| 3|South
--| 5|south
--| 7|South
--| 8|south
SELECT p.id, b.name FROM plant p, bed b WHERE p.bed = b.id AND b.area > 12 AND p.height > 0 ORDER BY 1;
--| 2|South
--| 3|South
--| 8|south
SELECT count(*) FROM plant CROSS JOIN bed;
--| 45
SELECT count(*) FROM plant JOIN bed;
--| 45
SELECT count(*) FROM bed a, bed b, bed c WHERE a.id < b.id AND b.id < c.id;
--| 10
SELECT b.id, w.day FROM bed b JOIN water w ON w.bed = b.id AND w.litres > 5 ORDER BY 1, 2;
--| 1|2
--| 2|3
SELECT w.bed, w.day, n.words FROM water w JOIN note n ON n.bed = w.bed ORDER BY 1, 2, 3;
--| 2|1|dry
--| 2|1|sunny
--| 2|3|dry
--| 2|3|sunny

-- Outer joins: conditions in ON keep the row, in WHERE they do not.
SELECT b.id, p.id FROM bed b LEFT JOIN plant p ON p.bed = b.id ORDER BY 1, 2;
--| 1|1
--| 2|2
--| 2|3
--| 2|7
--| 3|5
--| 3|8
--| 4|-9
--| 5|NULL
SELECT b.id, p.id FROM bed b LEFT JOIN plant p ON p.bed = b.id AND p.height > 10 ORDER BY 1, 2;
--| 1|1
--| 2|2
--| 2|3
--| 3|NULL
--| 4|-9
--| 5|NULL
SELECT b.id, p.id FROM bed b LEFT JOIN plant p ON p.bed = b.id WHERE p.height > 10 ORDER BY 1, 2;
--| 1|1
--| 2|2
--| 2|3
--| 4|-9
SELECT b.id, p.id FROM bed b LEFT JOIN plant p ON p.bed = b.id AND b.area = 30 ORDER BY 1, 2;
--| 1|NULL
--| 2|2
--| 2|3
--| 2|7
--| 3|5
--| 3|8
--| 4|NULL
--| 5|NULL
SELECT b.id FROM bed b LEFT JOIN plant p ON p.bed = b.id WHERE p.height IS NULL;
--| 5
SELECT b.id, p.id FROM bed b LEFT JOIN plant p ON p.bed = b.id AND p.label IS NULL WHERE b.id < 4 ORDER BY 1, 2;
--| 1|NULL
--| 2|NULL
--| 3|5
SELECT b.id, p.id FROM bed b LEFT JOIN plant p ON 0 ORDER BY 1;
--| 1|NULL
--| 2|NULL
--| 3|NULL
--| 4|NULL
--| 5|NULL
SELECT b.id, p.label FROM bed b LEFT JOIN plant p ON p.label = b.name COLLATE NOCASE ORDER BY 1;
--| 1|NULL
--| 2|NULL
--| 3|NULL
--| 4|NULL
--| 5|NULL
SELECT b.id, p.id FROM bed b LEFT JOIN plant p ON p.id = b.within AND p.bed = 1 ORDER BY 1;
--| 1|NULL
--| 2|1
--| 3|1
--| 4|NULL
--| 5|NULL
SELECT b.id, c.id, d.id FROM bed b LEFT JOIN bed c ON c.id = b.within LEFT JOIN bed d ON d.id = c.within ORDER BY 1;
--| 1|NULL|NULL
--| 2|1|NULL
--| 3|1|NULL
--| 4|3|1
--| 5|NULL|NULL
SELECT b.id, p.id, w.day FROM bed b LEFT JOIN (plant p JOIN water w ON w.bed = p.bed) ON p.bed = b.id ORDER BY 1, 2, 3;
--| 1|1|1
--| 1|1|2
--| 2|2|1
--| 2|2|3
--| 2|3|1
--| 2|3|3
--| 2|7|1
--| 2|7|3
--| 3|5|3
--| 3|8|3
--| 4|NULL|NULL
--| 5|NULL|NULL
SELECT b.id, p.id FROM bed b RIGHT JOIN plant p ON p.bed = b.id ORDER BY p.id;
--| 4|-9
--| 1|1
--| 2|2
--| 2|3
--| NULL|4
--| 3|5
--| NULL|6
--| 2|7
--| 3|8
SELECT b.id, p.id FROM bed b RIGHT JOIN plant p ON p.bed = b.id AND b.area > 12 WHERE p.id > 4 ORDER BY p.id;
--| 3|5
--| NULL|6
--| 2|7
--| 3|8
SELECT b.id, p.id FROM bed b FULL JOIN plant p ON p.bed = b.id ORDER BY 1, 2;
--| NULL|4
--| NULL|6
--| 1|1
--| 2|2
--| 2|3
--| 2|7
--| 3|5
--| 3|8
--| 4|-9
--| 5|NULL
SELECT b.id, p.id FROM bed b FULL JOIN plant p ON p.bed = b.id WHERE b.id IS NULL OR p.id IS NULL ORDER BY 1, 2;
--| NULL|4
--| NULL|6
--| 5|NULL
SELECT n.words, b.id FROM note n FULL JOIN bed b ON b.id = n.bed ORDER BY 1, 2;
--| NULL|1
--| NULL|3
--| NULL|4
--| NULL|5
--| dry|2
--| none|NULL
--| sold|NULL
--| sunny|2
SELECT n.words, b.id, p.id FROM note n LEFT JOIN bed b ON b.id = n.bed LEFT JOIN plant p USING (bed) ORDER BY 1, 3;
--| dry|2|2
--| dry|2|3
--| dry|2|7
--| none|NULL|NULL
--| sold|NULL|NULL
--| sunny|2|2
--| sunny|2|3
--| sunny|2|7
SELECT n.words, t.name FROM note n RIGHT JOIN tool t ON t.bed = n.bed ORDER BY 2, 1;
--| dry|Hoe
--| sunny|Hoe
--| NULL|fork
--| NULL|hoe
--| NULL|rake

-- NATURAL and USING show a column once.
SELECT * FROM water NATURAL JOIN tool ORDER BY 1, 2, 5;
--| 1|1|5|Io|fork|2
--| 1|1|5|Io|hoe|NULL
--| 1|2|7|Al|fork|2
--| 1|2|7|Al|hoe|NULL
--| 2|1|5|NULL|Hoe|1
--| 2|3|9|Al|Hoe|1
SELECT * FROM note NATURAL JOIN water ORDER BY 1, 2, 3;
--| 2|dry|1|5|NULL
--| 2|dry|3|9|Al
--| 2|sunny|1|5|NULL
--| 2|sunny|3|9|Al
SELECT bed, day, name FROM water JOIN tool USING (bed) ORDER BY 1, 2, 3;
--| 1|1|fork
--| 1|1|hoe
--| 1|2|fork
--| 1|2|hoe
--| 2|1|Hoe
--| 2|3|Hoe
SELECT bed, words, name FROM note LEFT JOIN tool USING (bed) ORDER BY 1, 2;
--| NULL|none|NULL
--| 2|dry|Hoe
--| 2|sunny|Hoe
--| 9|sold|NULL
SELECT bed, words, name FROM note FULL JOIN tool USING (bed) ORDER BY 1, 2, 3;
--| NULL|NULL|rake
--| NULL|none|NULL
--| 1|NULL|fork
--| 1|NULL|hoe
--| 2|dry|Hoe
--| 2|sunny|Hoe
--| 9|sold|NULL
SELECT count(*) FROM bed NATURAL JOIN bed AS other;
--| 3
SELECT count(*) FROM plant NATURAL JOIN plant AS other;
--| 6

-- A table with itself.
SELECT a.id, b.id FROM plant a JOIN plant b ON a.height = b.height AND a.id < b.id;
--| 3|6
SELECT a.id, b.id FROM plant a JOIN plant b ON a.label = b.label AND a.id <> b.id;
SELECT a.id, b.id FROM plant a JOIN plant b ON a.label = b.label COLLATE NOCASE AND a.id < b.id;
--| 1|2
SELECT a.name, b.name FROM tool a JOIN tool b ON a.bed = b.bed AND a.name < b.name;
--| fork|hoe
SELECT a.day, b.day FROM water a JOIN water b ON a.bed = b.bed AND b.day = a.day + 1;
--| 1|2
WITH RECURSIVE walk(id, depth) AS (
  SELECT id, 0 FROM chain WHERE id = 1 UNION ALL
  SELECT c.next, depth + 1 FROM walk w JOIN chain c ON c.id = w.id WHERE c.next > 0)
SELECT * FROM walk;
--| 1|0
--| 2|1
--| 3|2
--| 4|3

-- Subqueries that look at the row outside.
SELECT b.id, (SELECT count(*) FROM plant p WHERE p.bed = b.id) FROM bed b ORDER BY 1;
--| 1|1
--| 2|3
--| 3|2
--| 4|1
--| 5|0
SELECT b.id, (SELECT max(label) FROM plant p WHERE p.bed = b.id AND p.height < b.area) FROM bed b ORDER BY 1;
--| 1|NULL
--| 2|mint
--| 3|Élan
--| 4|NULL
--| 5|NULL
SELECT b.id, (SELECT sum(litres) FROM water w WHERE w.bed = b.id HAVING count(*) > 1) FROM bed b ORDER BY 1;
--| 1|12
--| 2|14
--| 3|NULL
--| 4|NULL
--| 5|NULL
SELECT n.words, (SELECT group_concat(label, '/') FROM (SELECT label FROM plant WHERE bed = n.bed ORDER BY id)) FROM note n;
--| dry|Leek/mint/
--| sunny|Leek/mint/
--| sold|NULL
--| none|NULL
SELECT b.id FROM bed b WHERE 5 IN (SELECT litres FROM water w WHERE w.bed = b.id) ORDER BY 1;
--| 1
--| 2
SELECT b.id FROM bed b WHERE b.area > (SELECT avg(area) FROM bed c WHERE c.within IS b.within) ORDER BY 1;
SELECT b.id, e.value FROM bed b, json_each('[1,' || b.id || ']') e WHERE b.id < 3 ORDER BY 1, 2;
--| 1|1
--| 1|1
--| 2|1
--| 2|2
SELECT e.value, p.label FROM json_each('[3, 1, 99, "2"]') e LEFT JOIN plant p ON p.id = e.value;
--| 3|mint
--| 1|leek
--| 99|NULL
--| 2|Leek
SELECT e.key, p.id FROM json_each('["leek", "mint", null]') e LEFT JOIN plant p ON p.label = e.value;
--| 0|1
--| 1|3
--| 2|NULL
WITH m AS MATERIALIZED (SELECT * FROM plant) SELECT b.id, m.id FROM bed b JOIN m ON m.bed = b.id WHERE b.area = 12;
--| 1|1

-- Compared across types, the columns' affinities decide.
SELECT n.words, t.name FROM note n JOIN tool t ON t.n = n.rowid ORDER BY 1;
--| dry|Hoe
--| none|rake
--| sunny|fork
SELECT p.id, t.name FROM plant p JOIN tool t ON p.label = t.n;
SELECT p.id, w.day FROM plant p JOIN water w ON p.height = w.litres ORDER BY 1;
--| 7|3
--| 8|3
SELECT a.id, p.id FROM amount a JOIN plant p ON p.height = a.exact;
SELECT a.id, b.id FROM amount a JOIN amount b ON a.part = b.flag;

-- DISTINCT rows of the server have no key by which a RIGHT JOIN finds those left over.
SELECT DISTINCT p.bed FROM bed b RIGHT JOIN plant p ON p.bed = b.id AND p.id <> 3 WHERE b.id IS NULL;
--| NULL
--| 2
--| 7
SELECT DISTINCT w.bed FROM bed b RIGHT JOIN water w ON w.bed = b.id AND w.litres > 5;
--| 1
--| 2
--| 3
--| 8
SELECT DISTINCT p.bed FROM bed b FULL JOIN plant p ON p.bed = b.id WHERE b.id IS NULL;
--| NULL
--| 7
