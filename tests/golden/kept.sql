-- What cannot be declared is no difference, and stays where a column changes.
--@ fixture kept.fixture.sql
--@ file shop.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--: entities:
--:   item:
--:     columns: {id: int unsigned, nick: varchar(20), size: int, data: json, plain: int}
SELECT entable_open('${DIR}/shop.yaml');
--| ${DIR}/shop.yaml: 1 table in temp
SELECT count(*) FROM entity_alters;
--| 0
--@ file shop.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--: entities:
--:   item:
--:     columns:
--:       id: bigint unsigned
--:       facts: {type: json, renamed_from: data}
--:       plain: bigint
--:       size: bigint not null default 5
--:       name: {type: varchar(40), renamed_from: nick}
SELECT entable_open('${DIR}/shop.yaml');
--| ${DIR}/shop.yaml: 1 table in temp
SELECT sql, class FROM entity_alters;
--| ALTER TABLE `item`\x0a  RENAME COLUMN `data` TO `facts`,\x0a  RENAME COLUMN `nick` TO `name`,\x0a  ALGORITHM=INSTANT|safe
--| ALTER TABLE `item`\x0a  MODIFY COLUMN `name` varchar(40) COMMENT 'it''s "a" \\ name, ü' CHECK (`name` <> 'x`y' and `name` > '') AFTER `plain`,\x0a  ALGORITHM=INSTANT|safe
--| ALTER TABLE `item`\x0a  MODIFY COLUMN `id` bigint unsigned NOT NULL AUTO_INCREMENT COMMENT 'the key',\x0a  MODIFY COLUMN `plain` bigint CHECK (`plain` > 0 and `plain` <> 77),\x0a  MODIFY COLUMN `size` bigint NOT NULL DEFAULT 5 INVISIBLE COMMENT 'in mm' AFTER `plain`|unsafe
SELECT entity_migrate('all');
--| 3
SELECT count(*) FROM entity_alters;
--| 0
SELECT c1, c2, c3 FROM mysql_query('SELECT column_name, column_comment, extra FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY ordinal_position');
--| id|the key|auto_increment
--| facts||
--| plain||
--| size|in mm|INVISIBLE
--| name|it's "a" \ name, ü|
SELECT * FROM item;
--| 1|NULL|2|1|a
SELECT size FROM item;
--| 1
INSERT INTO item(name, plain) VALUES ('b', 77);
--! CONSTRAINT_CHECK: mysql: insert into item: CONSTRAINT `item.plain` failed for `golden`.`item` (4025)
INSERT INTO item(name, plain) VALUES ('', 7);
--! CONSTRAINT_CHECK: mysql: insert into item: CONSTRAINT `item.name` failed for `golden`.`item` (4025)
SELECT c1, c2 FROM mysql_query('SELECT constraint_name, check_clause FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() ORDER BY 1');
--| data|json_valid(`facts`)
--| name|`name` <> 'x`y' and `name` > ''
--| plain|`plain` > 0 and `plain` <> 77
