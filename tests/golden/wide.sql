--@ fixture rules.fixture.sql
-- Many columns, long values and names that need quotes.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1

-- Columns beyond the 64 that SQLite's mask of used columns tells apart.
SELECT c062, c063, c064, c065 FROM broad ORDER BY id;
--| 62|63|64|65
--| 620|630|640|650
SELECT c300 FROM broad WHERE c300 > 300;
--| 3000
SELECT c128, c001 FROM broad WHERE c064 = 64 AND c065 = 65;
--| 128|1
SELECT id FROM broad WHERE c063 = 63 OR c300 = 3000 ORDER BY id;
--| 1
--| 2
SELECT c063 FROM broad ORDER BY c300 DESC;
--| 630
--| 63
SELECT count(c299), count(c300), sum(c065) FROM broad;
--| 0|2|715
SELECT max(c300) FROM broad WHERE c128 BETWEEN 128 AND 1280;
--| 3000
SELECT c002 IS NULL, c300 FROM broad WHERE c299 IS NULL ORDER BY id;
--| 1|300
--| 1|3000
SELECT a.c300, b.c064 FROM broad a JOIN broad b ON b.c001 = a.c001 + 1;
--| 300|640
SELECT count(*) FROM pragma_table_info('broad');
--| 301
INSERT INTO broad(id, c063, c064, c299) VALUES (3, 6, 7, 8);
UPDATE broad SET c300 = c064 + c299, c001 = c063 WHERE id = 3;
SELECT c001, c063, c064, c299, c300 FROM broad WHERE id = 3;
--| 6|6|7|8|15
UPDATE broad SET c064 = NULL WHERE c300 = 15;
SELECT c063, c064, c065, c299 FROM broad WHERE id = 3;
--| 6|NULL|NULL|8
DELETE FROM broad WHERE c299 = 8;
SELECT count(*) FROM (SELECT * FROM broad);
--| 2

-- Values longer than 64 KiB.
SELECT id, length(body), length(CAST(body AS BLOB)), length(data) FROM story ORDER BY id;
--| 1|150000|250000|80000
--| 2|150001|250001|NULL
--| 3|0|0|0
--| 4|65535|65535|65536
SELECT id FROM story WHERE length(body) = 150000;
--| 1
SELECT a.id, b.id FROM story a JOIN story b ON a.body || '!' = b.body WHERE a.n = 1;
--| 1|2
SELECT id FROM story WHERE body > (SELECT body FROM story WHERE id = 1) ORDER BY id;
--| 2
--| 4
SELECT id FROM story ORDER BY body DESC;
--| 4
--| 2
--| 1
--| 3
SELECT substr(body, 149999), substr(hex(data), 1, 8) FROM story WHERE id IN (1, 2) ORDER BY id;
--| b€|00FF00FF
--| b€!|
SELECT id, data = zeroblob(0) FROM story WHERE length(data) < 70000 ORDER BY id;
--| 3|1
--| 4|0
INSERT INTO story SELECT 5, body || body, data, 5 FROM story WHERE id = 1;
SELECT length(body), length(data), substr(body, -3) FROM story WHERE id = 5;
--| 300000|80000|ab€
UPDATE story SET body = replace(body, 'ab', 'ä') WHERE id = 5;
SELECT length(body), substr(body, 1, 4) FROM story WHERE id = 5;
--| 200000|ä€ä€
SELECT mysql_query('SELECT CONCAT_WS('','', CHAR_LENGTH(body), LENGTH(body), LENGTH(data)) FROM story WHERE id = 5');
--| 200000,500000,80000
DELETE FROM story WHERE body = (SELECT body FROM story WHERE id = 5);
SELECT id FROM story ORDER BY id;
--| 1
--| 2
--| 3
--| 4

-- Names that are words of SQL, or hold what quotes and placeholders are made of.
SELECT * FROM "order" ORDER BY id;
--| 1|10|g|20|30|40|50|60|70|80
--| 2|11|h|21|31|41|51|61|71|81
SELECT "select", [group], `a b`, "back`tick", "quo""te" FROM "order" WHERE "select" = 10;
--| 10|g|20|30|40
SELECT "per%cent", "que?ry", "größe", "index" FROM "order" WHERE "per%cent" > 50 AND "que?ry" = 61;
--| 51|61|71|81
SELECT id FROM "order" WHERE "back`tick" IN (30, 31) AND "a b" IS NOT 21 ORDER BY "quo""te" DESC;
--| 1
SELECT max("back`tick"), min("quo""te"), sum("größe") FROM "order";
--| 31|40|141
INSERT INTO "order"(id, "select", "GROUP", "a b", "back`tick", "que?ry") VALUES (3, 12, 'i', 22, 32, 62);
UPDATE "order" SET "quo""te" = "select" + "que?ry", "größe" = 1, "per%cent" = "a b" WHERE "back`tick" = 32;
SELECT * FROM "order" WHERE id = 3;
--| 3|12|i|22|32|74|22|62|1|NULL
DELETE FROM "order" WHERE "index" IS NULL;
SELECT o."group" AS "select" FROM "order" AS o ORDER BY "select";
--| g
--| h
SELECT id, n FROM "it's `q`" WHERE n = 2;
--| 1|2
UPDATE "it's `q`" SET n = n + 1;
SELECT * FROM [it's `q`];
--| 1|3

-- Upper and lower case are one in SQLite's names.
SELECT LABEL, Bed FROM PLANT WHERE Id = 3;
--| mint|2
SELECT "LABEL" FROM "Plant" WHERE plant.ID = 3;
--| mint
UPDATE Plant SET BED = 6 WHERE LABEL = 'mint';
SELECT bed FROM plant WHERE id = 3;
--| 6
SELECT "GRÖSSE" FROM "order";
--| GRÖSSE
--| GRÖSSE
