--@ fixture rules.fixture.sql
-- Terms of WHERE: what the server is asked and what is left to SQLite.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1

-- Equality, lists and OR, with the same column or with others.
SELECT id FROM plant WHERE bed = 2 AND label = 'mint';
--| 3
SELECT id FROM plant WHERE bed IN (2, 2, 3, NULL) ORDER BY id;
--| 2
--| 3
--| 5
--| 7
--| 8
SELECT id FROM plant WHERE bed NOT IN (2, 3) ORDER BY id;
--| -9
--| 1
--| 6
SELECT id FROM plant WHERE bed NOT IN (2, NULL);
SELECT id FROM plant WHERE bed IN ();
SELECT id FROM plant WHERE bed NOT IN () AND id > 7;
--| 8
SELECT id FROM plant WHERE bed = 1 OR height = 12.25 ORDER BY id;
--| 1
--| 3
--| 6
SELECT id FROM plant WHERE bed = 2 OR bed = 2 OR label = 'mint' ORDER BY id;
--| 2
--| 3
--| 7
SELECT count(*) FROM plant WHERE bed = 2 OR height > 0 OR label IS NULL;
--| 8
SELECT id FROM plant WHERE (bed = 2 OR bed = 3) AND (height = 9 OR label = '') ORDER BY id;
--| 7
--| 8
SELECT id FROM plant WHERE NOT (bed = 2 OR height > 10) ORDER BY id;
--| 5
--| 8
SELECT name FROM tool WHERE name = 'hoe' OR bed = 2 OR n = 4 ORDER BY name;
--| Hoe
--| hoe
--| rake
SELECT bed, day FROM water WHERE bed = 2 OR day = 1 OR litres = 0 ORDER BY 1, 2;
--| 1|1
--| 2|1
--| 2|3
--| 3|3
--| 8|1
SELECT id FROM plant WHERE bed IN (1, 2) AND label IN ('leek', 'Leek', '') ORDER BY id;
--| 1
--| 2
--| 7
SELECT id FROM plant WHERE id IN (1, 2, 3) AND id IN (2, 3, 4) ORDER BY id;
--| 2
--| 3
SELECT id FROM plant WHERE id = 3 AND id = 4;

-- NULL makes neither true.
SELECT id FROM plant WHERE bed = NULL;
SELECT id FROM plant WHERE bed <> NULL;
SELECT id FROM plant WHERE bed IS NOT NULL AND label IS NULL;
--| 5
SELECT id FROM plant WHERE NOT bed IS NOT NULL;
--| 4
SELECT id FROM plant WHERE bed IS 2 AND height IS NOT 40.5 ORDER BY id;
--| 3
--| 7
SELECT id FROM plant WHERE bed IS NOT DISTINCT FROM NULL;
--| 4
SELECT id FROM plant WHERE bed IS DISTINCT FROM 2 ORDER BY id;
--| -9
--| 1
--| 4
--| 5
--| 6
--| 8
SELECT id FROM plant WHERE bed > NULL OR label > NULL;
SELECT id FROM plant WHERE bed BETWEEN NULL AND 3;
SELECT id FROM plant WHERE (bed = 99) IS NULL;
--| 4
SELECT id FROM plant WHERE bed ISNULL;
--| 4
SELECT id FROM plant WHERE coalesce(bed, 0) = 0;
--| 4

-- Ranges, empty ones and those with both ends on one value.
SELECT id FROM plant WHERE height BETWEEN 9 AND 12.25 ORDER BY id;
--| 3
--| 6
--| 8
SELECT id FROM plant WHERE height NOT BETWEEN 0 AND 40 ORDER BY id;
--| -9
--| 2
--| 5
SELECT id FROM plant WHERE height > 12.25 AND height < 12.25;
SELECT id FROM plant WHERE height >= 12.25 AND height <= 12.25 ORDER BY id;
--| 3
--| 6
SELECT id FROM plant WHERE bed > 1 AND bed > 2 AND bed >= 3 ORDER BY id;
--| -9
--| 5
--| 6
--| 8
SELECT id FROM plant WHERE 2 < bed ORDER BY id;
--| -9
--| 5
--| 6
--| 8
SELECT id FROM plant WHERE bed + 0 = 2 ORDER BY id;
--| 2
--| 3
--| 7
SELECT id FROM plant WHERE +bed = 2 AND id > 2 ORDER BY id;
--| 3
--| 7
SELECT id FROM plant WHERE label > 'm' ORDER BY id;
--| -9
--| 3
--| 4
--| 6
--| 8
SELECT id FROM plant WHERE label BETWEEN 'L' AND 'l' ORDER BY id;
--| 2
SELECT id FROM plant WHERE label >= 'mint' AND label < 'mint!' ORDER BY id;
--| 3
--| 4
SELECT id FROM plant WHERE id < 0;
--| -9
SELECT id FROM plant WHERE rowid BETWEEN -100 AND 1 ORDER BY rowid;
--| -9
--| 1
SELECT id FROM plant WHERE rowid > 9e99;
SELECT count(*) FROM plant WHERE rowid > -9e99;
--| 9
SELECT id FROM plant WHERE rowid = '3';
--| 3
SELECT id FROM plant WHERE rowid = 3.0;
--| 3
SELECT id FROM plant WHERE rowid = 3.5;
SELECT id FROM plant WHERE rowid > 6.5 ORDER BY id;
--| 7
--| 8
SELECT id FROM plant WHERE oid = 3 AND _rowid_ = 3;
--| 3

-- Texts are bytes, unless another collation is asked for.
SELECT id FROM plant WHERE label = 'LEEK' COLLATE NOCASE ORDER BY id;
--| 1
--| 2
SELECT id FROM plant WHERE label = 'mint' COLLATE RTRIM ORDER BY id;
--| 3
--| 4
SELECT id FROM plant WHERE label COLLATE NOCASE IN ('LEEK', 'rue') ORDER BY id;
--| 1
--| 2
--| 6
SELECT id FROM plant WHERE label IN ('LEEK', 'rue', 'mint  ');
--| 6
SELECT id FROM plant WHERE label = 'Elan';
SELECT id FROM plant WHERE label <> 'leek' COLLATE NOCASE ORDER BY id;
--| -9
--| 3
--| 4
--| 6
--| 7
--| 8
SELECT id FROM plant WHERE label = '';
--| 7
SELECT id FROM plant WHERE length(label) = 5;
--| 4
SELECT id FROM plant WHERE label LIKE 'MINT%' ORDER BY id;
--| 3
--| 4
SELECT id FROM plant WHERE label LIKE '%' ORDER BY id;
--| -9
--| 1
--| 2
--| 3
--| 4
--| 6
--| 7
--| 8
SELECT id FROM plant WHERE label LIKE '' ORDER BY id;
--| 7
SELECT id FROM plant WHERE label LIKE '_____';
--| 4
SELECT id FROM plant WHERE label LIKE 'mint_' AND label NOT LIKE '% x';
--| 4
SELECT id FROM plant WHERE label NOT LIKE 'm%' ORDER BY id;
--| -9
--| 1
--| 2
--| 6
--| 7
--| 8
SELECT id FROM plant WHERE label LIKE 'x%' ESCAPE 'x';
SELECT id FROM plant WHERE label LIKE 'leek\';
SELECT id FROM plant WHERE label GLOB '[lL]eek' ORDER BY id;
--| 1
--| 2
SELECT id FROM plant WHERE label GLOB 'm*' AND label LIKE '%t';
--| 3
SELECT id FROM plant WHERE label GLOB '?????';
--| 4
SELECT id FROM plant WHERE height LIKE '12%' ORDER BY id;
--| 3
--| 6
SELECT id FROM plant WHERE sown LIKE '2023-03%' ORDER BY id;
--| -9
--| 1
--| 2
SELECT id FROM plant WHERE label REGEXP 'x';
--! ERROR: no such function: REGEXP
SELECT id FROM plant WHERE label MATCH 'x';
--! ERROR: unable to use function MATCH in the requested context

-- Row values.
SELECT id FROM plant WHERE (bed, height) = (2, 12.25);
--| 3
SELECT id FROM plant WHERE (bed, height) <> (2, 12.25) ORDER BY id;
--| -9
--| 1
--| 2
--| 5
--| 6
--| 7
--| 8
SELECT id FROM plant WHERE (bed, label) IN (VALUES (2, 'mint'), (1, 'leek'), (1, 'LEEK')) ORDER BY id;
--| 1
--| 3
SELECT id FROM plant WHERE (bed, height) >= (2, 12.25) ORDER BY id;
--| -9
--| 2
--| 3
--| 5
--| 6
--| 8
SELECT id FROM plant WHERE (label, id) < ('mint', 3) ORDER BY id;
--| 1
--| 2
--| 7
SELECT id FROM plant WHERE (bed, height) = (SELECT id, 40.5 FROM bed WHERE id = 2);
--| 2
SELECT id FROM plant WHERE (bed, id) IN (SELECT bed, day + 1 FROM water) ORDER BY id;
--| 2
SELECT day FROM water WHERE (bed, day) > (1, 1) AND (bed, day) < (2, 3) ORDER BY day;
--| 1
--| 2
SELECT litres FROM water WHERE (bed, day) IN (VALUES (1, 2), (2, 3)) ORDER BY 1;
--| 7
--| 9

-- Subqueries, over the same table and over others.
SELECT id FROM plant WHERE bed IN (SELECT id FROM bed WHERE area = 30) ORDER BY id;
--| 2
--| 3
--| 5
--| 7
--| 8
SELECT id FROM plant WHERE bed NOT IN (SELECT id FROM bed) ORDER BY id;
--| 6
SELECT id FROM bed WHERE within NOT IN (SELECT within FROM bed);
SELECT id FROM plant WHERE id IN (SELECT bed FROM plant) ORDER BY id;
--| 1
--| 2
--| 3
--| 4
--| 7
SELECT id FROM bed WHERE EXISTS (SELECT 1 FROM plant WHERE plant.bed = bed.id) ORDER BY id;
--| 1
--| 2
--| 3
--| 4
SELECT id FROM bed WHERE NOT EXISTS (SELECT * FROM plant WHERE plant.bed = bed.id);
--| 5
SELECT id FROM plant WHERE bed = (SELECT max(id) FROM bed WHERE area = 30) ORDER BY id;
--| 5
--| 8
SELECT id FROM plant WHERE bed = (SELECT id FROM bed WHERE 0);
SELECT id FROM plant WHERE label IN (SELECT name FROM tool UNION SELECT 'rue');
--| 6
SELECT id FROM plant WHERE bed IN (SELECT value FROM json_each('[1, "2", 3.5]')) ORDER BY id;
--| 1
--| 2
--| 3
--| 7
SELECT name FROM tool WHERE name IN (SELECT upper(substr(name, 1, 1)) || substr(name, 2) FROM tool);
--| Hoe

-- Terms that are no terms of a column.
SELECT count(*) FROM plant WHERE 1;
--| 9
SELECT count(*) FROM plant WHERE 0;
--| 0
SELECT count(*) FROM plant WHERE NULL;
--| 0
SELECT count(*) FROM plant WHERE 'x';
--| 0
SELECT id FROM plant WHERE bed ORDER BY id;
--| -9
--| 1
--| 2
--| 3
--| 5
--| 6
--| 7
--| 8
SELECT id FROM plant WHERE NOT height;
--| 7
SELECT id FROM plant WHERE bed = height OR bed = id ORDER BY id;
--| 1
--| 2
SELECT id FROM plant WHERE CASE WHEN bed = 2 THEN label = 'mint' ELSE id = 6 END ORDER BY id;
--| 3
--| 6
SELECT id FROM plant WHERE iif(bed IS NULL, 1, height < 0) ORDER BY id;
--| 4
--| 5
