-- Log tables are made and changed as every table is, and keep their rows.
--@ fixture logs.fixture.sql
--@ file shop.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--: log:
--:   mysql: root@unix(${SOCKET})/golden_log
--: entities:
--:   user:
--:     log: true
--:     columns: {id: int unsigned, name: varchar(50) not null}
--:   word:
--:     log: log
--:     collation: utf8mb4_bin
--:     columns: {word: varchar(20), n: int}
--:     primary: [word]

SELECT entable_open('${DIR}/shop.yaml');
--| ${DIR}/shop.yaml: 2 tables in temp
SELECT pool, entity, class, reason FROM entity_alters;
--| default|user|safe|table user is new
--| default|word|safe|table word is new
--| default|user_log|safe|table _log_user is new
--| log|word_log|safe|table _log_word is new
SELECT sql FROM entity_alters WHERE entity LIKE '%_log';
--| CREATE TABLE `_log_user` (\x0a  `id` bigint unsigned NOT NULL AUTO_INCREMENT,\x0a  `entity_id` int unsigned NOT NULL,\x0a  `added_at` datetime(6) NOT NULL,\x0a  `meta` json,\x0a  `before` json,\x0a  `changes` json,\x0a  PRIMARY KEY (`id`),\x0a  INDEX `entity_id` (`entity_id`)\x0a) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
--| CREATE TABLE `_log_word` (\x0a  `id` bigint unsigned NOT NULL AUTO_INCREMENT,\x0a  `entity_id` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,\x0a  `added_at` datetime(6) NOT NULL,\x0a  `meta` json,\x0a  `before` json,\x0a  `changes` json,\x0a  PRIMARY KEY (`id`),\x0a  INDEX `entity_id` (`entity_id`)\x0a) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
SELECT entity_migrate('safe');
--| 4
SELECT * FROM entity_alters;
SELECT entity_create_sql('word_log');
--| CREATE TABLE `_log_word` (\x0a  `id` bigint unsigned NOT NULL AUTO_INCREMENT,\x0a  `entity_id` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,\x0a  `added_at` datetime(6) NOT NULL,\x0a  `meta` json,\x0a  `before` json,\x0a  `changes` json,\x0a  PRIMARY KEY (`id`),\x0a  INDEX `entity_id` (`entity_id`)\x0a) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
SELECT name, column FROM entity_indexes WHERE entity = 'user_log';
--| PRIMARY|id
--| entity_id|entity_id

-- A log that was begun, by hand, before the entity's key became larger.
SELECT mysql_exec('INSERT INTO _log_user(entity_id, added_at, changes) VALUES (7, ''2026-01-02 03:04:05.678901'', ''{"name": "Ann"}'')');
--| 1
SELECT mysql_exec('ALTER TABLE _log_user ADD noise int, DROP KEY entity_id, MODIFY added_at datetime NOT NULL');
--| 1
--@ file shop.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--: log:
--:   mysql: root@unix(${SOCKET})/golden_log
--: entities:
--:   person:
--:     log: true
--:     renamed_from: user
--:     columns: {id: bigint unsigned, name: varchar(50) not null}
--:   word:
--:     columns: {word: varchar(20), n: int}
--:     collation: utf8mb4_bin
--:     primary: [word]
SELECT entable_open('${DIR}/shop.yaml');
--| ${DIR}/shop.yaml: 2 tables in temp
SELECT sql, class FROM entity_alters;
--| RENAME TABLE `user` TO `person`|safe
--| RENAME TABLE `_log_user` TO `_log_person`|safe
--| ALTER TABLE `person`\x0a  MODIFY COLUMN `id` bigint unsigned NOT NULL AUTO_INCREMENT|safe
--| ALTER TABLE `_log_person`\x0a  DROP COLUMN `noise`,\x0a  MODIFY COLUMN `entity_id` bigint unsigned NOT NULL,\x0a  MODIFY COLUMN `added_at` datetime(6) NOT NULL,\x0a  ADD INDEX `entity_id` (`entity_id`)|unsafe
SELECT entity_migrate('all');
--| 4
SELECT sql, class FROM entity_alters;
SELECT c1, c2, c3 FROM mysql_query('SELECT entity_id, added_at, changes FROM _log_person');
--| 7|2026-01-02 03:04:05.000000|{"name": "Ann"}

-- What is not done yet is refused: no change goes without its log.
INSERT INTO person(name) VALUES ('Ann');
--! ERROR: table person: its changes are to be logged, which does not work yet in this version: without `log` it can be written
SELECT count(*) FROM person;
--| 0
INSERT INTO word VALUES ('a', 1);
SELECT * FROM word;
--| a|1
-- A log says which row it is of by one value.
CREATE VIRTUAL TABLE pair USING entity(a int, b int, primary key(a, b), log);
--! ERROR: entity pair: pair.log: needs a primary key of one column, which its entity_id has
CREATE VIRTUAL TABLE temp.pair USING entity(a int unsigned, primary key(a), log=log);
SELECT entity_create_sql('pair_log');
--| CREATE TABLE `_log_pair` (\x0a  `id` bigint unsigned NOT NULL AUTO_INCREMENT,\x0a  `entity_id` int unsigned NOT NULL,\x0a  `added_at` datetime(6) NOT NULL,\x0a  `meta` json,\x0a  `before` json,\x0a  `changes` json,\x0a  PRIMARY KEY (`id`),\x0a  INDEX `entity_id` (`entity_id`)\x0a) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
