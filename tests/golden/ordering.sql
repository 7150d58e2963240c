--@ fixture rules.fixture.sql
-- What order rows come in, and which of them are one.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1

SELECT id FROM plant ORDER BY height, id;
--| 4
--| 5
--| 7
--| 8
--| 3
--| 6
--| 1
--| 2
--| -9
SELECT id FROM plant ORDER BY height DESC, id DESC;
--| -9
--| 2
--| 1
--| 6
--| 3
--| 8
--| 7
--| 5
--| 4
SELECT id FROM plant ORDER BY height NULLS LAST, id;
--| 5
--| 7
--| 8
--| 3
--| 6
--| 1
--| 2
--| -9
--| 4
SELECT id FROM plant ORDER BY height DESC NULLS FIRST, id;
--| 4
--| -9
--| 2
--| 1
--| 3
--| 6
--| 8
--| 7
--| 5
SELECT id FROM plant ORDER BY bed DESC NULLS LAST, height ASC NULLS FIRST, id;
--| 6
--| -9
--| 5
--| 8
--| 7
--| 3
--| 2
--| 1
--| 4
SELECT id FROM plant ORDER BY sown, id;
--| 4
--| 6
--| 3
--| 5
--| 1
--| 2
--| -9
--| 8
--| 7
SELECT label FROM plant ORDER BY label;
--| NULL
--| 
--| Leek
--| leek
--| mint
--| mint 
--| rue
--| sage
--| Élan
SELECT label FROM plant ORDER BY label DESC;
--| Élan
--| sage
--| rue
--| mint 
--| mint
--| leek
--| Leek
--| 
--| NULL
SELECT label FROM plant ORDER BY label COLLATE NOCASE, id;
--| NULL
--| 
--| leek
--| Leek
--| mint
--| mint 
--| rue
--| sage
--| Élan
SELECT id FROM plant ORDER BY label COLLATE RTRIM DESC, id;
--| 8
--| -9
--| 6
--| 3
--| 4
--| 1
--| 2
--| 7
--| 5
SELECT mood, id FROM amount ORDER BY mood, id;
--| NULL|4
--| 1|3
--| high|2
--| low|1
--| low|5
SELECT id FROM amount ORDER BY tags, id;
--| 4
--| 2
--| 1
--| 5
--| 3
SELECT id FROM amount ORDER BY exact;
--| 5
--| 2
--| 3
--| 4
--| 1
SELECT id FROM amount ORDER BY part DESC;
--| 3
--| 1
--| 4
--| 2
--| 5
SELECT id FROM amount ORDER BY day NULLS LAST;
--| 2
--| 3
--| 1
--| 5
--| 4
SELECT rowid FROM plant ORDER BY rowid DESC;
--| 8
--| 7
--| 6
--| 5
--| 4
--| 3
--| 2
--| 1
--| -9
SELECT name FROM tool ORDER BY name;
--| Hoe
--| fork
--| hoe
--| rake
SELECT name FROM tool ORDER BY name DESC;
--| rake
--| hoe
--| fork
--| Hoe
SELECT bed, day FROM water ORDER BY bed DESC, day;
--| 8|1
--| 3|3
--| 2|1
--| 2|3
--| 1|1
--| 1|2
SELECT bed, day FROM water ORDER BY day, bed DESC;
--| 8|1
--| 2|1
--| 1|1
--| 1|2
--| 3|3
--| 2|3

-- By expressions, by places and by nothing.
SELECT id FROM plant ORDER BY abs(id) DESC;
--| -9
--| 8
--| 7
--| 6
--| 5
--| 4
--| 3
--| 2
--| 1
SELECT id, -height AS h FROM plant WHERE bed = 2 ORDER BY h;
--| 2|-40.5
--| 3|-12.25
--| 7|0
SELECT bed, id FROM plant WHERE id > 4 ORDER BY 1, 2 DESC;
--| 2|7
--| 3|8
--| 3|5
--| 7|6
SELECT id FROM plant WHERE bed = 2 ORDER BY bed, id DESC;
--| 7
--| 3
--| 2
SELECT id FROM plant WHERE bed IN (3, 1, 2) ORDER BY bed, id;
--| 1
--| 2
--| 3
--| 7
--| 5
--| 8
SELECT id FROM plant WHERE id IN (6, 2, 4) ORDER BY id DESC;
--| 6
--| 4
--| 2
SELECT id FROM plant ORDER BY length(label), label DESC, id;
--| 5
--| 7
--| 6
--| 8
--| -9
--| 3
--| 1
--| 2
--| 4
SELECT id FROM plant WHERE id > 5 ORDER BY NULL, id;
--| 6
--| 7
--| 8
SELECT id FROM plant ORDER BY bed = 2 DESC, id;
--| 2
--| 3
--| 7
--| -9
--| 1
--| 5
--| 6
--| 8
--| 4
SELECT id FROM bed ORDER BY (SELECT count(*) FROM plant WHERE bed = bed.id) DESC, id;
--| 2
--| 3
--| 1
--| 4
--| 5

-- DISTINCT: NULL is one value, texts of another case or length are others.
SELECT DISTINCT bed FROM plant ORDER BY bed;
--| NULL
--| 1
--| 2
--| 3
--| 4
--| 7
SELECT DISTINCT label FROM plant ORDER BY label;
--| NULL
--| 
--| Leek
--| leek
--| mint
--| mint 
--| rue
--| sage
--| Élan
SELECT DISTINCT label COLLATE NOCASE AS l FROM plant WHERE label LIKE 'l%';
--| leek
SELECT DISTINCT bed, height FROM plant WHERE bed = 2 ORDER BY height DESC;
--| 2|40.5
--| 2|12.25
--| 2|0
SELECT DISTINCT bed FROM plant ORDER BY id;
--| 4
--| 1
--| 2
--| NULL
--| 3
--| 7
SELECT DISTINCT height IS NULL FROM plant ORDER BY 1;
--| 0
--| 1
SELECT DISTINCT sown FROM plant ORDER BY sown DESC;
--| 2024-02-29
--| 2023-12-01
--| 2023-03-02
--| 2023-03-01
--| 2022-11-30
--| 0000-00-00
--| NULL
SELECT DISTINCT mood FROM amount ORDER BY 1;
--| NULL
--| 1
--| high
--| low
SELECT DISTINCT area FROM bed ORDER BY area NULLS LAST;
--| 4
--| 12
--| 30
--| NULL
SELECT DISTINCT p.bed FROM plant p JOIN water w ON w.bed = p.bed ORDER BY 1;
--| 1
--| 2
--| 3
SELECT count(DISTINCT label), count(label), count(*) FROM plant;
--| 8|8|9
SELECT count(DISTINCT area) FROM bed;
--| 3

-- Groups.
SELECT bed, count(*), sum(height), min(label), max(label) FROM plant GROUP BY bed ORDER BY bed;
--| NULL|1|NULL|mint |mint 
--| 1|1|40|leek|leek
--| 2|3|52.75||mint
--| 3|2|8|Élan|Élan
--| 4|1|100|sage|sage
--| 7|1|12.25|rue|rue
SELECT bed, count(*) FROM plant GROUP BY bed HAVING count(*) > 1 ORDER BY bed DESC;
--| 3|2
--| 2|3
SELECT label, count(*) FROM plant GROUP BY label COLLATE NOCASE ORDER BY label COLLATE NOCASE;
--| NULL|1
--| |1
--| leek|2
--| mint|1
--| mint |1
--| rue|1
--| sage|1
--| Élan|1
SELECT bed, label FROM plant GROUP BY bed, label ORDER BY bed, label;
--| NULL|mint 
--| 1|leek
--| 2|
--| 2|Leek
--| 2|mint
--| 3|NULL
--| 3|Élan
--| 4|sage
--| 7|rue
SELECT height > 10 AS tall, count(*) FROM plant GROUP BY tall ORDER BY tall;
--| NULL|1
--| 0|3
--| 1|5
SELECT substr(sown, 1, 4) AS year, count(*) FROM plant GROUP BY 1 ORDER BY 1;
--| NULL|2
--| 0000|1
--| 2022|1
--| 2023|4
--| 2024|1
SELECT bed, total(litres) FROM water GROUP BY bed ORDER BY 2 DESC, 1;
--| 2|14.0
--| 1|12.0
--| 8|2.0
--| 3|0.0
SELECT who, sum(litres) FROM water GROUP BY who ORDER BY who;
--| NULL|5
--| Al|16
--| Io|7
--| io|0
SELECT b.area, count(p.id) FROM bed b LEFT JOIN plant p ON p.bed = b.id GROUP BY b.area ORDER BY 1;
--| NULL|1
--| 4|0
--| 12|1
--| 30|5
SELECT count(*), sum(height), total(height), avg(height) FROM plant WHERE bed = 99;
--| 0|NULL|0.0|NULL
SELECT bed FROM plant WHERE 0 GROUP BY bed;
SELECT group_concat(id) FROM (SELECT id FROM plant WHERE bed = 2 ORDER BY id);
--| 2,3,7
SELECT id, sum(height) OVER (ORDER BY id) FROM plant WHERE bed = 2;
--| 2|40.5
--| 3|52.75
--| 7|52.75
SELECT id, row_number() OVER (PARTITION BY bed ORDER BY height DESC) FROM plant WHERE bed IN (2, 3) ORDER BY id;
--| 2|1
--| 3|2
--| 5|2
--| 7|3
--| 8|1
SELECT id, lag(label) OVER (ORDER BY label, id) FROM plant ORDER BY label, id;
--| 5|NULL
--| 7|NULL
--| 2|
--| 1|Leek
--| 3|leek
--| 4|mint
--| 6|mint 
--| -9|rue
--| 8|sage

-- The least and the greatest, also of none and beside other columns.
SELECT min(height), max(height) FROM plant;
--| -1|100
SELECT min(label), max(label) FROM plant;
--| |Élan
SELECT min(label) FROM plant WHERE label > '';
--| Leek
SELECT max(label COLLATE NOCASE) FROM plant WHERE label < 'n';
--| mint 
SELECT id, max(height) FROM plant;
--| -9|100
SELECT label, min(height) FROM plant WHERE bed = 2;
--| |0
SELECT min(bed), max(bed) FROM plant WHERE bed IS NULL;
--| NULL|NULL
SELECT max(id), min(id) FROM plant WHERE bed = 2;
--| 7|2
SELECT min(rowid), max(rowid) FROM plant;
--| -9|8
SELECT max(name), min(name) FROM tool;
--| rake|Hoe
SELECT max(day) FROM water WHERE bed = 2;
--| 3
SELECT min(sown), max(sown) FROM plant;
--| 0000-00-00|2024-02-29
SELECT min(big), max(big) FROM amount;
--| -9223372036854775808|9223372036854775807
SELECT min(mood), max(mood) FROM amount;
--| 1|low
SELECT bed, min(height), max(height) FROM plant GROUP BY bed ORDER BY bed;
--| NULL|NULL|NULL
--| 1|40|40
--| 2|0|40.5
--| 3|-1|9
--| 4|100|100
--| 7|12.25|12.25
SELECT (SELECT max(height) FROM plant WHERE bed = bed.id) FROM bed ORDER BY id;
--| 40
--| 40.5
--| 9
--| 100
--| NULL
