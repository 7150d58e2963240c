-- Rows that are marked as deleted instead of removed: fake_delete.
--@ fixture deleted.fixture.sql
--@ file shop.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--: entities:
--:   user:
--:     fake_delete: true
--:     columns:
--:       id: int unsigned
--:       name: varchar(50) not null
--:       friend_id: references user on delete set null
--:       patron_id: references user on delete cascade
--:     unique: {by_name: [name]}
--:   letter:
--:     fake_delete: true
--:     columns:
--:       id: bigint unsigned
--:       user_id: references user not null on delete cascade
--:       text: varchar(100)
--:   stamp:
--:     columns:
--:       id: int unsigned
--:       letter_id: references letter not null on delete cascade
--:   visit:
--:     columns:
--:       id: int unsigned
--:       user_id: references user not null on delete cascade
--:   account:
--:     fake_delete: true
--:     columns:
--:       id: int unsigned
--:       user_id: references user not null
--:   receipt:
--:     columns:
--:       id: int unsigned
--:       letter_id: references letter

SELECT entable_open('${DIR}/shop.yaml');
--| ${DIR}/shop.yaml: 9 tables in temp
SELECT entity_migrate('all');
--| 12
SELECT count(*) FROM entity_alters;
--| 0
SELECT entity_create_sql('user');
--| CREATE TABLE `user` (\x0a  `id` int unsigned NOT NULL AUTO_INCREMENT,\x0a  `name` varchar(50) NOT NULL,\x0a  `friend_id` int unsigned,\x0a  `patron_id` int unsigned,\x0a  `fake_delete` int unsigned NOT NULL DEFAULT 0,\x0a  PRIMARY KEY (`id`),\x0a  UNIQUE INDEX `by_name` (`name`, `fake_delete`),\x0a  INDEX `friend_id` (`friend_id`),\x0a  INDEX `patron_id` (`patron_id`)\x0a) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
SELECT entity, name FROM entity_columns WHERE entity LIKE 'user%';
--| user|id
--| user|name
--| user|friend_id
--| user|patron_id
--| user_with_deleted|id
--| user_with_deleted|name
--| user_with_deleted|friend_id
--| user_with_deleted|patron_id
--| user_with_deleted|fake_delete
SELECT * FROM entity_list WHERE entity LIKE 'user%';
--| temp|user|default|user|id|file
--| temp|user_with_deleted|default|user|id|file

INSERT INTO user(id, name) VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cid'), (4, 'Dan');
SELECT * FROM user;
--| 1|Ann|NULL|NULL
--| 2|Bob|NULL|NULL
--| 3|Cid|NULL|NULL
--| 4|Dan|NULL|NULL
SELECT * FROM user_with_deleted;
--| 1|Ann|NULL|NULL|0
--| 2|Bob|NULL|NULL|0
--| 3|Cid|NULL|NULL|0
--| 4|Dan|NULL|NULL|0

-- DELETE marks.
DELETE FROM user WHERE id = 2;
SELECT changes();
--| 1
SELECT id, name FROM user;
--| 1|Ann
--| 3|Cid
--| 4|Dan
SELECT id, name, fake_delete FROM user_with_deleted;
--| 1|Ann|0
--| 2|Bob|2
--| 3|Cid|0
--| 4|Dan|0
SELECT count(*), min(id), max(id) FROM user;
--| 3|1|4
SELECT count(*) FROM user_with_deleted;
--| 4
SELECT * FROM user WHERE id = 2;
SELECT name FROM user WHERE id IN (1, 2, 3) ORDER BY id DESC;
--| Cid
--| Ann
SELECT name FROM user WHERE name >= 'Bo' ORDER BY name LIMIT 1;
--| Cid
SELECT DISTINCT name FROM user WHERE id < 4;
--| Ann
--| Cid
UPDATE user SET name = 'nobody' WHERE id = 2;
SELECT changes();
--| 0
EXPLAIN QUERY PLAN SELECT name FROM user WHERE name > 'B';
--| 2|0|0|SCAN user VIRTUAL TABLE INDEX 2:mysql: SELECT id, name FROM user WHERE fake_delete = 0
SELECT remote_sql FROM entable_explain('SELECT name FROM user WHERE name > ''B''');
--| SELECT id, name FROM user WHERE fake_delete = 0

-- Its name is free again, and it can come back when that is free.
INSERT INTO user(id, name) VALUES (5, 'Bob');
UPDATE user_with_deleted SET fake_delete = 0 WHERE id = 2;
--! CONSTRAINT_UNIQUE: mysql: update user: Duplicate entry 'Bob-0' for key 'by_name' (1062)
DELETE FROM user WHERE id = 5;
UPDATE user_with_deleted SET fake_delete = 0 WHERE id = 2;
SELECT id, name FROM user ORDER BY id;
--| 1|Ann
--| 2|Bob
--| 3|Cid
--| 4|Dan
-- The key of a deleted row is taken.
INSERT INTO user(id, name) VALUES (5, 'Eve');
--! CONSTRAINT_PRIMARYKEY: mysql: insert into user: Duplicate entry '5' for key 'PRIMARY' (1062)
INSERT OR IGNORE INTO user(id, name) VALUES (5, 'Eve');
SELECT id, name, fake_delete FROM user_with_deleted WHERE id = 5;
--| 5|Bob|5
INSERT INTO user(id, name, _on_duplicate) VALUES (5, 'Eve', '{"name": "Ivy"}');
--! CONSTRAINT_PRIMARYKEY: mysql: insert into user: the key is that of a row which is marked as deleted
INSERT OR REPLACE INTO user(id, name) VALUES (5, 'Eve');
INSERT INTO user(id, name, _on_duplicate) VALUES (5, 'Eve', '{"friend_id": 1}');
INSERT INTO user(name, _on_duplicate) VALUES ('Eve', '{"friend_id": null}');
SELECT id, name, fake_delete FROM user_with_deleted WHERE id = 5;
--| 5|Eve|0
-- A row in the way of OR REPLACE is removed, as long as it is alive.
UPDATE OR REPLACE user SET name = 'Eve' WHERE id = 4;
SELECT id, name, fake_delete FROM user_with_deleted WHERE id > 3;
--| 4|Eve|0
UPDATE user SET name = 'Dan' WHERE id = 4;

-- A mark is 0 or the row's own key.
UPDATE user_with_deleted SET fake_delete = 1 WHERE id = 4;
--! MISMATCH: table user: fake_delete is 0 of a living row and the row's own key of a deleted one
INSERT INTO user_with_deleted(id, name, fake_delete) VALUES (9, 'Fay', 9), (10, 'Guy', 0);
INSERT INTO user_with_deleted(name, fake_delete) VALUES ('Hal', 7);
--! MISMATCH: table user: fake_delete is 0 of a living row and the row's own key of a deleted one
INSERT INTO user_with_deleted(id, name) VALUES (11, 'Hal');
SELECT id, name FROM user WHERE id > 8 ORDER BY id;
--| 10|Guy
--| 11|Hal
UPDATE user_with_deleted SET fake_delete = id WHERE id = 10;
SELECT id, name, fake_delete FROM user_with_deleted WHERE id > 8 ORDER BY id;
--| 9|Fay|9
--| 10|Guy|10
--| 11|Hal|0

-- Removing for good.
DELETE FROM user_with_deleted WHERE id = 9;
SELECT force_delete('user', 10);
--| 1
SELECT force_delete('user', 10);
--| 0
SELECT force_delete('user', 11);
--| 1
SELECT id FROM user_with_deleted WHERE id > 8;
SELECT force_delete('user');
--! ERROR: force_delete(entity, key): what is wanted is the entity and the key of a row
SELECT force_delete('user', 1, 2);
--! ERROR: force_delete(): 2 values given for a key of 1 column
SELECT force_delete('usr', 1);
--! ERROR: force_delete(): there is no entity 'usr'
SELECT force_delete('visit', 77);
--| 0

-- What refers to a marked row.
UPDATE user SET friend_id = 1 WHERE id = 3;
UPDATE user SET patron_id = 1 WHERE id = 4;
INSERT INTO letter(id, user_id, text) VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 4, 'c'), (4, 3, 'd');
INSERT INTO stamp(letter_id) VALUES (1), (3), (4);
INSERT INTO visit(user_id) VALUES (1), (3), (4);
INSERT INTO account(id, user_id) VALUES (1, 4), (2, 3);
INSERT INTO receipt(id, letter_id) VALUES (1, 4);
-- An account keeps its user, and the user its patron.
DELETE FROM user WHERE id = 1;
--! CONSTRAINT_FOREIGNKEY: mysql: delete from user: row 4 cannot be deleted: account.user_id refers to it
SELECT count(*) FROM user_with_deleted WHERE fake_delete <> 0;
--| 0
SELECT count(*) FROM visit;
--| 3
DELETE FROM account WHERE id = 1;
BEGIN;
DELETE FROM user WHERE id = 1;
SELECT id, friend_id, patron_id, fake_delete FROM user_with_deleted ORDER BY id;
--| 1|NULL|NULL|1
--| 2|NULL|NULL|0
--| 3|NULL|NULL|0
--| 4|NULL|1|4
SELECT id, fake_delete FROM letter_with_deleted ORDER BY id;
--| 1|1
--| 2|2
--| 3|3
--| 4|0
SELECT letter_id FROM stamp ORDER BY 1;
--| 4
SELECT user_id FROM visit ORDER BY 1;
--| 3
ROLLBACK;
SELECT id, friend_id, patron_id FROM user ORDER BY id;
--| 1|NULL|NULL
--| 2|NULL|NULL
--| 3|1|NULL
--| 4|NULL|1
SELECT count(*) FROM visit;
--| 3
DELETE FROM user WHERE id = 1;
SELECT id, friend_id, patron_id, fake_delete FROM user_with_deleted ORDER BY id;
--| 1|NULL|NULL|1
--| 2|NULL|NULL|0
--| 3|NULL|NULL|0
--| 4|NULL|1|4
SELECT id, fake_delete FROM letter_with_deleted ORDER BY id;
--| 1|1
--| 2|2
--| 3|3
--| 4|0
-- A letter has no other mark for its stamps than to be gone.
SELECT letter_id FROM stamp ORDER BY 1;
--| 4
SELECT user_id FROM visit ORDER BY 1;
--| 3
-- A receipt keeps the letter, and so the user.
DELETE FROM user WHERE id = 3;
--! CONSTRAINT_FOREIGNKEY: mysql: delete from user: row 3 cannot be deleted: account.user_id refers to it
DELETE FROM receipt;
DELETE FROM user WHERE id = 3;
--! CONSTRAINT_FOREIGNKEY: mysql: delete from user: row 3 cannot be deleted: account.user_id refers to it
DELETE FROM account;
DELETE FROM user WHERE id = 3;
SELECT id FROM user ORDER BY id;
--| 2
SELECT count(*) FROM letter;
--| 0

-- All of them at once, in full batches.
DELETE FROM user;
SELECT count(*) FROM user;
--| 0
SELECT count(*) FROM user_with_deleted WHERE fake_delete = id;
--| 4
DELETE FROM account_with_deleted;
DELETE FROM user_with_deleted;

-- 0 is the mark of the living.
INSERT INTO user(id, name) VALUES (0, 'zero');
DELETE FROM user WHERE id = 0;
--! ERROR: table user: row 0 cannot be marked as deleted: a mark is the row's key, above 0; force_delete() removes the row
SELECT force_delete('user', 0);
--| 1

-- Rows that refer to rows of their own table.
INSERT INTO user(id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c');
UPDATE user SET patron_id = id % 3 + 1;
DELETE FROM user WHERE id = 2;
SELECT count(*) FROM user;
--| 0
SELECT count(*) FROM user_with_deleted;
--| 3

-- Declared in SQL: the second table comes and goes with the first.
CREATE VIRTUAL TABLE node USING entity(
  id bigint, name varchar(20), parent_id references node,
  owner_id references user on delete set null, unique by_name(name), fake_delete);
SELECT entity_migrate('safe');
--| 2
SELECT * FROM entity_list WHERE entity LIKE 'node%';
--| main|node|default|node|id|statement
--| main|node_with_deleted|default|node|id|statement
INSERT INTO node(id, name, parent_id) VALUES (1, 'root', NULL), (2, 'a', 1), (3, 'b', 1), (4, 'self', NULL);
UPDATE node SET parent_id = 4 WHERE id = 4;
DELETE FROM node WHERE id IN (1, 2, 3);
--! CONSTRAINT_FOREIGNKEY: mysql: delete from node: row 1 cannot be deleted: node.parent_id refers to it
DELETE FROM node WHERE id IN (2, 3, 4);
DELETE FROM node;
SELECT id, fake_delete FROM node_with_deleted ORDER BY id;
--| 1|1
--| 2|2
--| 3|3
--| 4|4
INSERT INTO user(id, name) VALUES (20, 'owner');
INSERT INTO node(id, name, owner_id) VALUES (-5, 'c', 20), (6, 'd', 20);
DELETE FROM user WHERE id = 20;
SELECT owner_id FROM node WHERE id = 6;
--| NULL
DELETE FROM node WHERE id = -5;
--! ERROR: table node: row -5 cannot be marked as deleted: a mark is the row's key, above 0; force_delete() removes the row
ALTER TABLE node RENAME TO knot;
--! ERROR: table node cannot be renamed to knot: it is one of two that an entity with fake_delete has
SELECT count(*) FROM entity_alters;
--| 0
SELECT sql FROM sqlite_schema WHERE name = 'node_with_deleted';
--| CREATE VIRTUAL TABLE "node_with_deleted" USING entity(id bigint,\x0a  name varchar(20),\x0a  parent_id references node,\x0a  owner_id references user on delete set null,\x0a  unique by_name(name),\x0a  fake_delete,\x0a  with_deleted='node')
DROP TABLE node;
SELECT name FROM sqlite_schema WHERE name LIKE 'node%';
CREATE VIRTUAL TABLE x USING entity(id bigint, with_deleted=x);
--! ERROR: entity x: with_deleted: the table of all rows belongs to an entity with fake_delete
CREATE VIRTUAL TABLE x USING entity(id varchar(10), primary key(id), fake_delete);
--! ERROR: entity x: x.fake_delete: needs a primary key that is one column and an integer
CREATE TABLE y_with_deleted(a);
CREATE VIRTUAL TABLE y USING entity(id bigint, fake_delete);
--! ERROR: entity y: table "y_with_deleted" already exists
SELECT name FROM sqlite_schema WHERE name LIKE 'y%';
--| y_with_deleted

-- Many, in batches: each thousand of them is followed by itself.
DELETE FROM user_with_deleted;
INSERT INTO user(id, name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT i, 'u' || i FROM n;
UPDATE user SET patron_id = id - 2000 WHERE id > 2000;
INSERT INTO letter(user_id) SELECT id FROM user UNION ALL SELECT id FROM user;
INSERT INTO visit(user_id) SELECT id FROM user WHERE id % 2;
DELETE FROM user WHERE id <= 2000;
SELECT count(*), sum(fake_delete = id), min(id) FROM user_with_deleted;
--| 2500|2500|1
SELECT count(*) FROM user;
--| 0
SELECT count(*), sum(fake_delete = id) FROM letter_with_deleted;
--| 5000|5000
SELECT count(*) FROM visit;
--| 0

-- What a file declares is followed before anybody has used it.
ATTACH '${DIR}/more.db' AS more;
CREATE VIRTUAL TABLE more.note USING entity(id bigint, user_id references user not null on delete cascade, fake_delete, table=notes);
SELECT entity_migrate('safe');
--| 2
INSERT INTO user(id, name) VALUES (3000, 'Zoe');
INSERT INTO note(id, user_id) VALUES (1, 3000);
DETACH more;
SELECT name FROM user WHERE id = 3000;
--| Zoe
ATTACH '${DIR}/more.db' AS more;
DELETE FROM user WHERE id = 3000;
SELECT id, user_id, fake_delete FROM note_with_deleted;
--| 1|3000|1
SELECT count(*) FROM note;
--| 0
UPDATE note_with_deleted SET fake_delete = 0;
DETACH more;
UPDATE user_with_deleted SET fake_delete = 0 WHERE id = 3000;
DELETE FROM user WHERE id = 3000;
ATTACH '${DIR}/more.db' AS more;
SELECT id, fake_delete FROM note_with_deleted;
--| 1|0
DROP TABLE note_with_deleted;
SELECT force_delete('note', 1);
--! ERROR: no such table: more.note_with_deleted
DROP TABLE note;
DETACH more;

-- The file is opened again: two tables as before.
SELECT entable_open('${DIR}/shop.yaml');
--| ${DIR}/shop.yaml: 9 tables in temp
SELECT id, name FROM user_with_deleted ORDER BY id DESC LIMIT 1;
--| 3000|Zoe

-- The mark is a column of the server's: without it nothing is shown.
SELECT mysql_exec('ALTER TABLE letter DROP COLUMN fake_delete');
--| 0
SELECT entable_open('${DIR}/shop.yaml');
--| ${DIR}/shop.yaml: 9 tables in temp
SELECT count(*) FROM letter;
--! ERROR: table letter: column fake_delete is not there on the server: SELECT * FROM entity_alters tells what to do
SELECT count(*) FROM letter_with_deleted;
--! ERROR: table letter_with_deleted: column fake_delete is not there on the server: SELECT * FROM entity_alters tells what to do
SELECT class, reason FROM entity_alters;
--| safe|column fake_delete is new
--| prune|no entity names this table
--| prune|no entity names this table
SELECT entity_migrate('safe');
--| 1
SELECT count(*) FROM letter;
--| 5000
