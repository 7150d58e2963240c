--@ fixture rules.fixture.sql
-- What SQLite demands of any table, and what it forbids on a virtual one.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1

-- What a table says of itself.
SELECT cid, name, type, "notnull", dflt_value, pk FROM pragma_table_info('bed');
--| 0|id|INTEGER|0|NULL|1
--| 1|name|TEXT|0|NULL|0
--| 2|area|INTEGER|0|NULL|0
--| 3|within|INTEGER|0|NULL|0
SELECT name, type, pk, hidden FROM pragma_table_xinfo('water');
--| bed|INTEGER|0|0
--| day|INTEGER|0|0
--| litres|INTEGER|0|0
--| who|TEXT|0|0
--| _key|BLOB|1|1
--| _on_duplicate|TEXT|0|1
SELECT name, type, pk FROM pragma_table_info('tool');
--| name|TEXT|1
--| bed|INTEGER|0
--| n|INTEGER|0
SELECT name, type, ncol, wr, strict FROM pragma_table_list('tool');
--| tool|virtual|4|1|0
SELECT count(*) FROM pragma_index_list('plant');
--| 0
SELECT sql FROM temp.sqlite_schema WHERE name = 'bed';
--| CREATE VIRTUAL TABLE "bed" USING entity(pool=default, table='bed')

-- Copies, views and triggers.
CREATE TEMP TABLE copy AS SELECT * FROM plant WHERE bed = 2;
SELECT id, label, typeof(height) FROM copy ORDER BY id;
--| 2|Leek|real
--| 3|mint|real
--| 7||integer
CREATE TEMP TABLE typed(id INTEGER PRIMARY KEY, h TEXT);
INSERT INTO typed SELECT id, height FROM plant WHERE height = 12.25;
SELECT id, h, typeof(h) FROM typed;
--| 3|12.25|text
--| 6|12.25|text
CREATE TEMP VIEW tall AS SELECT p.id, p.label, b.name FROM plant p LEFT JOIN bed b ON b.id = p.bed WHERE p.height > 12;
SELECT * FROM tall WHERE name IS NOT NULL ORDER BY id;
--| -9|sage|wall 
--| 1|leek|north
--| 2|Leek|South
--| 3|mint|South
SELECT count(*) FROM tall WHERE label LIKE 'l%';
--| 2
CREATE VIEW main.no_view AS SELECT * FROM temp.plant;
--! ERROR: view no_view cannot reference objects in database temp
CREATE TEMP TABLE job(id INTEGER PRIMARY KEY, bed INTEGER, found TEXT);
CREATE TEMP TRIGGER job_reads AFTER INSERT ON job BEGIN
  UPDATE job SET found = (SELECT group_concat(label) FROM (SELECT label FROM plant WHERE bed = NEW.bed ORDER BY id)) WHERE id = NEW.id;
END;
INSERT INTO job(bed) VALUES (2), (9), (3);
SELECT bed, found FROM job ORDER BY id;
--| 2|Leek,mint,
--| 9|NULL
--| 3|Élan
CREATE TEMP TRIGGER job_writes AFTER DELETE ON job BEGIN
  UPDATE chain SET n = n + OLD.bed WHERE id = 1;
  INSERT INTO chain VALUES (OLD.id + 10, NULL, OLD.bed);
END;
DELETE FROM job;
SELECT id, n FROM chain WHERE id = 1 OR id > 10 ORDER BY id;
--| 1|24
--| 11|2
--| 12|9
--| 13|3
CREATE TEMP TRIGGER never AFTER INSERT ON chain BEGIN SELECT 1; END;
--! ERROR: cannot create triggers on virtual tables
CREATE TEMP TRIGGER tall_new INSTEAD OF INSERT ON tall BEGIN
  INSERT INTO chain VALUES (NEW.id, NULL, 0);
END;
INSERT INTO tall(id) VALUES (50);
SELECT id FROM chain WHERE id = 50;
--| 50
DELETE FROM chain WHERE id > 4;
UPDATE chain SET n = 10 WHERE id = 1;
CREATE INDEX temp.by_label ON plant(label);
--! ERROR: virtual tables may not be indexed
ALTER TABLE plant ADD COLUMN more INT;
--! ERROR: virtual tables may not be altered
ALTER TABLE plant RENAME COLUMN label TO title;
--! ERROR: cannot rename columns of virtual table "plant"
ALTER TABLE plant DROP COLUMN label;
--! ERROR: cannot drop column from virtual table "plant"

-- One statement that comes to a row twice changes it once.
UPDATE chain SET n = n + v.x FROM (SELECT 1 AS i, 5 AS x UNION ALL SELECT 1, 5) AS v WHERE chain.id = v.i;
SELECT n FROM chain WHERE id = 1;
--| 15
UPDATE chain SET n = c.n FROM chain AS c WHERE c.id = chain.next;
SELECT id, n FROM chain ORDER BY id;
--| 1|20
--| 2|30
--| 3|40
--| 4|40
UPDATE chain SET id = id + 1 WHERE id < 4;
--! CONSTRAINT_PRIMARYKEY: mysql: update chain: Duplicate entry '2' for key 'PRIMARY' (1062)
UPDATE chain SET id = -id;
SELECT id, n FROM chain ORDER BY id;
--| -4|40
--| -3|40
--| -2|30
--| -1|20
UPDATE chain SET id = -id, next = id;
SELECT id, next FROM chain ORDER BY id;
--| 1|-1
--| 2|-2
--| 3|-3
--| 4|-4
UPDATE chain SET n = 1 WHERE id = 1 OR next = -1 OR n = 20;
SELECT id, n FROM chain ORDER BY id;
--| 1|1
--| 2|30
--| 3|40
--| 4|40
DELETE FROM chain WHERE id = 1 OR n = 1;
SELECT count(*) FROM chain;
--| 3

-- A text key is the row; there is no rowid beside it.
INSERT INTO tool VALUES ('FORK', 5, 5);
UPDATE tool SET name = 'spade' WHERE name = 'FORK';
SELECT name, n FROM tool WHERE n > 1 ORDER BY name;
--| fork|2
--| rake|4
--| spade|5
SELECT rowid FROM tool;
--! ERROR: no such column: rowid
UPDATE tool SET rowid = 1;
--! ERROR: no such column: rowid
INSERT INTO tool(name) VALUES (NULL);
--! CONSTRAINT_NOTNULL: mysql: insert into tool: Field 'name' doesn't have a default value (1364)
INSERT INTO tool(name) VALUES (5);
SELECT name, typeof(name) FROM tool WHERE name = 5;
--| 5|text
DELETE FROM tool WHERE name = '5' OR n = 5;
INSERT INTO tool SELECT name || '2', bed, n FROM tool WHERE bed = 1;
SELECT name FROM tool ORDER BY name;
--| Hoe
--| fork
--| fork2
--| hoe
--| hoe2
--| rake
DELETE FROM tool WHERE name LIKE '%2';
SELECT last_insert_rowid(), changes();
--| 3|2

-- What virtual tables cannot do, SQLite refuses.
INSERT INTO bed VALUES (1, 'x', 1, 1) ON CONFLICT DO NOTHING;
--! ERROR: UPSERT not implemented for virtual table "bed"
INSERT INTO bed VALUES (1, 'x', 1, 1) ON CONFLICT (id) DO UPDATE SET name = 'x';
--! ERROR: UPSERT not implemented for virtual table "bed"
UPDATE bed SET name = 'x' WHERE id = 1 RETURNING name;
--! ERROR: UPDATE RETURNING is not available on virtual tables
DELETE FROM bed WHERE id = 1 RETURNING id;
--! ERROR: DELETE RETURNING is not available on virtual tables
INSERT INTO bed VALUES (6, 'new', 1, NULL) RETURNING id, upper(name);
--| 6|NEW
DELETE FROM bed WHERE id = 6;
SELECT * FROM bed INDEXED BY x;
--! ERROR: no such index: x
SELECT * FROM bed NOT INDEXED WHERE id = 1;
--| 1|north|12|NULL
SELECT * FROM bed('x');
SELECT missing FROM bed;
--! ERROR: no such column: missing
INSERT INTO bed(missing) VALUES (1);
--! ERROR: table bed has no column named missing
INSERT INTO bed VALUES (1, 2);
--! ERROR: table bed has 4 columns but 2 values were supplied
PRAGMA foreign_key_check(bed);
PRAGMA integrity_check;
--| ok
ANALYZE;
VACUUM;

-- Made, named anew and dropped; not while one of them is read.
CREATE VIRTUAL TABLE temp.again USING entity(table=chain);
CREATE VIRTUAL TABLE temp.again USING entity(table=chain);
--! ERROR: table again already exists
CREATE VIRTUAL TABLE IF NOT EXISTS temp.again USING entity(table=nothing);
INSERT INTO again VALUES (1, NULL, 1);
SELECT n FROM chain;
--| 1
--| 30
--| 40
--| 40
ALTER TABLE again RENAME TO other;
SELECT n FROM other;
--| 1
--| 30
--| 40
--| 40
SELECT n FROM again;
--! ERROR: no such table: again
DROP TABLE other;
SELECT count(*) FROM chain;
--| 4
DROP TABLE other;
--! ERROR: no such table: other
DROP TABLE IF EXISTS other;
BEGIN;
CREATE VIRTUAL TABLE temp.again USING entity(table=chain);
SELECT count(*) FROM again;
--| 4
ROLLBACK;
SELECT count(*) FROM again;
--! ERROR: no such table: again
BEGIN;
INSERT INTO chain VALUES (60, NULL, 2);
DROP TABLE temp.chain;
--! LOCKED: database table is locked
ROLLBACK;
SELECT count(*) FROM chain;
--| 4

-- In another database beside this one.
ATTACH ':memory:' AS side;
CREATE VIRTUAL TABLE side.plant USING entity(table=bed);
SELECT name FROM side.plant WHERE id = 1;
--| north
SELECT label FROM plant WHERE id = 1;
--| leek
SELECT a.label, b.name FROM temp.plant a JOIN side.plant b ON a.bed = b.id WHERE a.id = 1;
--| leek|north
DETACH side;
SELECT name FROM side.plant;
--! ERROR: no such table: side.plant

-- Arguments that are none.
CREATE VIRTUAL TABLE temp.x USING entity();
--! ERROR: entity x: there is no table or view 'x' in pool default
CREATE VIRTUAL TABLE temp.x USING entity(table=);
--! ERROR: entity x: table: a value must stand behind '='
CREATE VIRTUAL TABLE temp.x USING entity(table='bed');
SELECT count(*) FROM x;
--| 5
DROP TABLE IF EXISTS temp.x;
CREATE VIRTUAL TABLE temp.x USING entity(bed);
--! ERROR: entity x: bed: no type; expected one such as int unsigned, varchar(100) or references school
CREATE VIRTUAL TABLE temp.x USING entity(pool=, table=bed);
--! ERROR: entity x: pool: a value must stand behind '='
CREATE VIRTUAL TABLE temp.x USING entity(tabel=bed);
--! ERROR: entity x: tabel: unknown option; did you mean 'table'?
CREATE VIRTUAL TABLE temp.x USING entity(table=bed, pool=default, colour=red);
--! ERROR: entity x: colour: unknown option; there are pool, table, local_cache, redis_cache, log, fake_delete, charset, collation, renamed_from, wide, dirty
CREATE VIRTUAL TABLE temp.x USING entities(table=bed);
--! ERROR: no such module: entities
CREATE TABLE temp.y AS SELECT * FROM entity;
--! ERROR: no such table: entity
SELECT * FROM entity;
--! ERROR: no such table: entity
