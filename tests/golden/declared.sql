-- Entities declared in SQL: each in the statement that makes its table.  They are
-- looked at together, with those of the file, when schemas are compared.
--@ fixture declared.fixture.sql
--@ file shop.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--: enums:
--:   color: [Red, Green, Blue]
--: entities:
--:   brand:
--:     columns: {id: int unsigned, name: varchar(50) not null}

SELECT entable_open('${DIR}/shop.yaml');
--| ${DIR}/shop.yaml: 1 table in temp

CREATE VIRTUAL TABLE item USING entity(
  id bigint unsigned,
  name varchar(100) not null,
  color enum color not null default 'Red',
  size enum('S', 'M', 'L'),
  price decimal(8,2) unsigned not null default 9.90,
  brand_id references brand not null,
  maker_id references maker on delete set null,
  parent_id references item on delete cascade,
  made datetime(3) default current_timestamp,
  unique by_name(name, brand_id),
  index by_price(price)
);
SELECT name, declared, type, pk FROM entity_columns WHERE entity = 'item';
--| id|INTEGER|unsigned|1
--| name|TEXT|text|0
--| color|TEXT|enum|0
--| size|TEXT|enum|0
--| price|DECIMAL|decimal|0
--| brand_id|INTEGER|unsigned|0
--| maker_id|INTEGER|unsigned|0
--| parent_id|INTEGER|unsigned|0
--| made|TEXT|datetime|0
-- Nothing of it is on the server, and the table it refers to is not declared.
SELECT * FROM item;
--! ERROR: table item: not on the server yet: SELECT entity_migrate('safe') makes it
SELECT * FROM entity_alters;
--! ERROR: entity_alters: ${DIR}/shop.yaml: item.maker_id: there is no entity 'maker'
CREATE VIRTUAL TABLE maker USING entity(
  code smallint unsigned, name varchar(50) not null, primary key(code), table=maker_of_items);
SELECT pool, entity, class FROM entity_alters;
--| default|brand|safe
--| default|item|safe
--| default|maker|safe
--| default|item|safe
--| default|NULL|prune
SELECT sql FROM entity_alters;
--| CREATE TABLE `brand` (\x0a  `id` int unsigned NOT NULL AUTO_INCREMENT,\x0a  `name` varchar(50) NOT NULL,\x0a  PRIMARY KEY (`id`)\x0a) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
--| CREATE TABLE `item` (\x0a  `id` bigint unsigned NOT NULL AUTO_INCREMENT,\x0a  `name` varchar(100) NOT NULL,\x0a  `color` enum('Red','Green','Blue') NOT NULL DEFAULT 'Red',\x0a  `size` enum('S','M','L'),\x0a  `price` decimal(8,2) unsigned NOT NULL DEFAULT 9.90,\x0a  `brand_id` int unsigned NOT NULL,\x0a  `maker_id` smallint unsigned,\x0a  `parent_id` bigint unsigned,\x0a  `made` datetime(3) DEFAULT CURRENT_TIMESTAMP(3),\x0a  PRIMARY KEY (`id`),\x0a  UNIQUE INDEX `by_name` (`name`, `brand_id`),\x0a  INDEX `by_price` (`price`),\x0a  INDEX `brand_id` (`brand_id`),\x0a  INDEX `maker_id` (`maker_id`),\x0a  INDEX `parent_id` (`parent_id`)\x0a) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
--| CREATE TABLE `maker_of_items` (\x0a  `code` smallint unsigned NOT NULL,\x0a  `name` varchar(50) NOT NULL,\x0a  PRIMARY KEY (`code`)\x0a) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
--| ALTER TABLE `item`\x0a  ADD CONSTRAINT `item_brand_id` FOREIGN KEY (`brand_id`) REFERENCES `brand` (`id`) ON DELETE RESTRICT,\x0a  ADD CONSTRAINT `item_maker_id` FOREIGN KEY (`maker_id`) REFERENCES `maker_of_items` (`code`) ON DELETE SET NULL,\x0a  ADD CONSTRAINT `item_parent_id` FOREIGN KEY (`parent_id`) REFERENCES `item` (`id`) ON DELETE CASCADE
--| DROP TABLE `old_things`
SELECT entity_migrate('safe');
--| 4
SELECT count(*) FROM entity_alters;
--| 1

-- The registry, with what was added.
SELECT * FROM entity_list;
--| main|item|default|item|id|statement
--| main|maker|default|maker_of_items|code|statement
--| temp|brand|default|brand|id|file
SELECT * FROM entity_indexes;
--| brand|PRIMARY|1|1|id
--| item|PRIMARY|1|1|id
--| item|by_name|1|1|name
--| item|by_name|1|2|brand_id
--| item|by_price|0|1|price
--| item|brand_id|0|1|brand_id
--| item|maker_id|0|1|maker_id
--| item|parent_id|0|1|parent_id
--| maker|PRIMARY|1|1|code
SELECT * FROM entity_references;
--| item|brand_id|brand|id|restrict|0
--| item|maker_id|maker|code|set null|0
--| item|parent_id|item|id|cascade|0
SELECT * FROM entity_enums;
--| color|1|Red|1
--| color|2|Green|0
--| color|3|Blue|0

-- Then they are tables like others.
INSERT INTO brand(id, name) VALUES (1, 'Acme');
INSERT INTO maker(code, name) VALUES (7, 'Ann');
INSERT INTO item(id, name, brand_id, maker_id) VALUES (1, 'cog', 1, 7), (2, 'wheel', 1, NULL);
UPDATE item SET parent_id = 1 WHERE name = 'wheel';
SELECT id, name, color, size, price, brand_id, maker_id, parent_id FROM item;
--| 1|cog|Red|NULL|9.9|1|7|NULL
--| 2|wheel|Red|NULL|9.9|1|NULL|1
DELETE FROM maker;
DELETE FROM item WHERE id = 1;
SELECT count(*) FROM item;
--| 0
SELECT entity_create_sql('maker');
--| CREATE TABLE `maker_of_items` (\x0a  `code` smallint unsigned NOT NULL,\x0a  `name` varchar(50) NOT NULL,\x0a  PRIMARY KEY (`code`)\x0a) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci

-- A table that grows: the statement is written anew.
DROP TABLE maker;
CREATE VIRTUAL TABLE maker USING entity(
  code smallint unsigned, name varchar(80) not null, phone varchar(20),
  primary key(code), table=maker_of_items);
SELECT name FROM maker;
--! ERROR: table maker: column phone is not there on the server: SELECT * FROM entity_alters tells what to do
SELECT class, reason FROM entity_alters;
--| safe|column name, varchar(50) becomes varchar(80); column phone is new; the table is empty
--| prune|no entity names this table
SELECT entity_migrate('all');
--| 1
SELECT phone FROM maker;

-- Other names, charsets and a column that has another name now.
CREATE VIRTUAL TABLE temp.legacy USING entity(
  "index" bigint, "unique" varchar(20) renamed_from nick, primary key("index"),
  table=old_things, charset=latin1, collation=latin1_bin);
SELECT class, reason FROM entity_alters;
--| safe|column unique was nick
--| unsafe|column index, is not numbered any more; writers wait while the rows are copied
SELECT entity_migrate('safe');
--| 1
SELECT "unique" FROM legacy;
--| Ann

-- Only a table that says how it is called on the server can have another name here.
ALTER TABLE item RENAME TO thing;
--! ERROR: table item cannot be renamed to thing: it is called as on the server; make it anew with table=item
ALTER TABLE maker RENAME TO factory;
SELECT count(*) FROM factory;
--| 0
ALTER TABLE factory RENAME TO maker;

-- What is wrong is told at once, as far as one statement shows it.
CREATE VIRTUAL TABLE wrong USING entity(id bigint, nmae varchr(10));
--! ERROR: entity wrong: nmae: unknown type 'varchr'; did you mean 'varchar'?
CREATE VIRTUAL TABLE wrong USING entity(id bigint, name varchar(10), name text);
--! ERROR: entity wrong: wrong.name: a column of this name is there already
CREATE VIRTUAL TABLE wrong USING entity(id bigint, index by_name(nmae), name text);
--! ERROR: entity wrong: wrong.by_name: there is no column 'nmae'; did you mean 'name'?
CREATE VIRTUAL TABLE wrong USING entity(name text);
--! ERROR: entity wrong: wrong: no primary key: declare a column 'id', or say which columns it is
CREATE VIRTUAL TABLE wrong USING entity(id bigint, shade enum colour);
--! ERROR: entity wrong: wrong.shade: there is no enum 'colour'; did you mean 'color'?
CREATE VIRTUAL TABLE wrong USING entity(id bigint, n int default 'many');
--! ERROR: entity wrong: n: the default of int must be a whole number
CREATE VIRTUAL TABLE wrong USING entity(id bigint, pool=other);
--! ERROR: entity wrong: there is no pool 'other'; opened are: default
CREATE VIRTUAL TABLE wrong USING entity(id bigint, unique by_n(n), n int, n2 int, charset=latin1, collation=utf8mb4_bin);
--! ERROR: entity wrong: wrong: the collation utf8mb4_bin is none of the charset latin1, whose collations begin with latin1_
CREATE VIRTUAL TABLE wrong USING entity(id bigint, foreign key (id) references brand);
--! ERROR: entity wrong: a foreign key is written as a column: school_id references school on delete cascade
CREATE VIRTUAL TABLE wrong USING entity(id bigint, dirty=(a,), n int);
--! ERROR: entity wrong: dirty: ',' where the name of a stream must stand, or ')'
CREATE VIRTUAL TABLE wrong USING entity(charset=latin1, table=maker_of_items);
--! ERROR: entity wrong: without columns everything is read from the server: pool=, table= and config= say from where
-- Options that are to come.
CREATE VIRTUAL TABLE wrong USING entity(id bigint, redis_cache);
--! ERROR: entity wrong: redis_cache: the pool 'default' has no Redis
CREATE VIRTUAL TABLE wrong USING entity(id bigint, n int, query by_n(where n = ?));
--! ERROR: entity wrong: wrong.by_n: no index has all columns by which it looks (n)
CREATE VIRTUAL TABLE wrong USING entity(table=maker_of_items, local_cache);
--! ERROR: entity wrong: local_cache: the pool 'default' has no local cache; add one, such as local_cache: 100000

-- And together.
CREATE VIRTUAL TABLE part USING entity(id bigint, item_id references itme not null);
SELECT * FROM entity_alters;
--! ERROR: entity_alters: ${DIR}/shop.yaml: part.item_id: there is no entity 'itme'; did you mean 'item'?
SELECT entity_migrate('safe');
--! ERROR: entity_migrate(): ${DIR}/shop.yaml: part.item_id: there is no entity 'itme'; did you mean 'item'?
DROP TABLE part;
CREATE VIRTUAL TABLE brand2 USING entity(id int unsigned, table=brand);
SELECT * FROM entity_alters;
--! ERROR: entity_alters: ${DIR}/shop.yaml: brand2: the table brand of the server is that of brand on line 6 already
DROP TABLE brand2;
SELECT count(*) FROM entity_alters;
--| 1

-- A file keeps the statements; what they declare is there before they are used.
ATTACH '${DIR}/kept.db' AS kept;
CREATE VIRTUAL TABLE kept.note USING entity(id bigint, body text, config='${DIR}/shop.yaml');
DETACH kept;
SELECT count(*) FROM entity_alters;
--| 1
ATTACH '${DIR}/kept.db' AS kept;
SELECT entity, class FROM entity_alters;
--| note|safe
--| legacy|unsafe
SELECT entity_migrate('safe');
--| 1
INSERT INTO note(id, body) VALUES (1, 'kept');
DETACH kept;
-- Where the file is not opened, its table is in nobody's way.
SELECT pool, entity, class, reason FROM entity_alters;
--| default|legacy|unsafe|column index, is not numbered any more; writers wait while the rows are copied
--| default|NULL|prune|no entity names this table

-- A table that is dropped or emptied on the server.
INSERT INTO item(id, name, brand_id) VALUES (5, 'nut', 1), (6, 'bolt', 1);
SELECT entity_truncate('item');
--| item
INSERT INTO item(name, brand_id) VALUES ('pin', 1);
SELECT count(*), min(id) < 5 FROM item;
--| 1|1
SELECT entity_truncate('maker');
--| maker_of_items
SELECT entity_truncate('brand');
--! CONSTRAINT_FOREIGNKEY: entity_truncate(): table brand of pool default: Cannot delete or update a parent row: a foreign key constraint fails (`golden`.`item`, CONSTRAINT `item_brand_id` FOREIGN KEY (`brand_id`) REFERENCES `brand` (`id`)) (1451)
SELECT entity_drop('brand');
--! CONSTRAINT_FOREIGNKEY: entity_drop(): table brand of pool default: Cannot delete or update a parent row: a foreign key constraint fails (1451)
SELECT entity_drop('Item');
--| item
SELECT * FROM item;
--! ERROR: table item: not on the server yet: SELECT entity_migrate('safe') makes it
SELECT entity, class FROM entity_alters WHERE class = 'safe';
--| item|safe
--| item|safe
BEGIN;
SELECT entity_drop('brand');
--! ERROR: entity_drop(): it cannot be undone, and so cannot be part of a transaction: COMMIT or ROLLBACK first
COMMIT;
SELECT entity_drop('brand');
--| brand
SELECT entity_drop('brand');
--! ERROR: entity_drop(): table brand of pool default: Unknown table 'golden.brand' (1051)
SELECT entity_drop('nobody');
--! ERROR: entity_drop(): there is no entity 'nobody'
SELECT entity_drop(NULL);
--! ERROR: entity_drop(): there is no entity ''

-- What a table declares that cannot be connected is not taken for gone; to show
-- the others does no harm.
SELECT entable_close();
--| 1
ATTACH '${DIR}/kept.db' AS kept;
SELECT * FROM entity_alters;
--! ERROR: entity_alters: entity note: its configuration ${DIR}/shop.yaml is not opened: SELECT entable_open('${DIR}/shop.yaml') first, or name it in ENTABLE_CONFIG
SELECT entity_migrate('prune');
--! ERROR: entity_migrate(): entity note: its configuration ${DIR}/shop.yaml is not opened: SELECT entable_open('${DIR}/shop.yaml') first, or name it in ENTABLE_CONFIG
SELECT count(*) FROM entity_list WHERE schema = 'kept';
--| 0

-- The first use of a declared table may be an INSERT: what its words and lengths are is
-- read before.
--@ reopen
--@ server CREATE TABLE paint(id INT PRIMARY KEY, color ENUM('red', 'blue'), mixed SET('a', 'b'), code VARCHAR(3))
--@ file paint.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--: entities:
--:   paint: {columns: {id: int, color: "enum('red', 'blue')", mixed: "set('a', 'b')", code: varchar(3)}}
SELECT entable_open('${DIR}/paint.yaml');
--| ${DIR}/paint.yaml: 1 table in temp
INSERT INTO paint VALUES (1, 'blue', 'a,b', 'abc');
--@ reopen
SELECT entable_open('${DIR}/paint.yaml');
--| ${DIR}/paint.yaml: 1 table in temp
INSERT INTO paint(id, code) VALUES (2, 'abcd');
--! TOOBIG: table paint: a text of 4 characters for column code, which holds 3
INSERT INTO paint(id, color) VALUES (3, 'green');
--! MISMATCH: table paint: 'green' is no word of column color, enum('red','blue')
SELECT * FROM paint;
--| 1|blue|a,b|abc
