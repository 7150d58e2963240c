-- Rows that foreign keys of the server change with others: which cached rows go with them, and
-- what is asked for that.
--@ with redis
--@ fixture cascades.fixture.sql
--@ file cascades.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:0
--: entities:
--:   person: {redis_cache: true, columns: {id: int unsigned, name: varchar(40) not null, code: int not null}}
--:   account:
--:     redis_cache: true
--:     index: {person: [person_id], v: [v]}
--:     queries: {of_person: where person_id = ? order by id, poor: where v < ? order by id}
--:     columns: {id: bigint, person_id: int unsigned, v: int not null}
--:   entry: {redis_cache: true, columns: {id: bigint, account_id: bigint}}
--:   remark:
--:     redis_cache: true
--:     primary: [id]
--:     index: {person: [person_id]}
--:     queries: {of_person: where person_id = ? order by id, all: ""}
--:     columns: {id: varchar(10) not null, person_id: int unsigned}
--:   passport: {redis_cache: true, columns: {id: int unsigned, n: int}}
--:   tree: {redis_cache: true, columns: {id: int unsigned, parent_id: int unsigned}}
--:   parent: {redis_cache: true, columns: {id: int unsigned, code: int not null, part: int not null}}
--:   bycode: {redis_cache: true, columns: {id: int unsigned, code: int}}
--:   bypair: {redis_cache: true, columns: {id: int unsigned, code: int, part: int}}
--:   many: {redis_cache: true, columns: {id: int unsigned, parent_id: int unsigned}}
--:   club: {redis_cache: true, fake_delete: true, columns: {id: int unsigned, name: varchar(20)}}
--:   member:
--:     redis_cache: true
--:     fake_delete: true
--:     index: {club: [club_id]}
--:     queries: {of_club: where club_id = ? order by id}
--:     columns: {id: int unsigned, club_id: references club on delete cascade}
--:   visit: {redis_cache: true, columns: {id: int unsigned, member_id: references member on delete cascade}}
--:   photo: {redis_cache: true, columns: {id: int unsigned, visit_id: int unsigned}}
SELECT entable_open('${DIR}/cascades.yaml');
--| ${DIR}/cascades.yaml: 21 tables in temp
CREATE TEMP VIEW counts AS SELECT counter, value FROM entable_stats WHERE pool = 'default' AND counter IN ('hits', 'absent', 'misses', 'lists', 'list_misses');
CREATE TEMP TABLE was AS SELECT * FROM counts;
CREATE TEMP VIEW since AS SELECT counter, counts.value - was.value AS n FROM counts JOIN was USING (counter) WHERE counts.value > was.value ORDER BY counter;
-- Of what goes with a row all else stays.
SELECT count(*) FROM account WHERE id IN (1, 2, 3, 4, 5);
--| 5
SELECT count(*) FROM entry WHERE id IN (1, 2, 3, 4, 5);
--| 5
SELECT count(*) FROM remark WHERE id IN ('R1', 'R2', 'R3', 'R4', 'R5');
--| 5
SELECT count(*) FROM passport WHERE id IN (1, 2, 3, 4, 5);
--| 5
SELECT group_concat(id) FROM account_of_person(2);
--| 2
SELECT group_concat(id) FROM account_poor(1);
--| 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20
SELECT group_concat(id) FROM remark_of_person(2);
--| R2
SELECT count(*) FROM remark_all;
--| 20
--@ server SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = ON;
DELETE FROM person WHERE id = 2;
--@ server SET GLOBAL general_log = OFF;
SELECT c1 FROM mysql_query('SELECT argument FROM mysql.general_log WHERE command_type IN ("Query", "Execute") AND argument REGEXP "FOR UPDATE$|^DELETE|^COMMIT" ORDER BY event_time');
--| SELECT `id`, `name`, `code` FROM `person` WHERE `id` = 2 FOR UPDATE
--| SELECT `id` FROM `account` FORCE INDEX (`person_id`) WHERE `person_id` = 2 LIMIT 1001 FOR UPDATE
--| SELECT `id` FROM `passport` FORCE INDEX (`PRIMARY`) WHERE `id` = 2 LIMIT 1001 FOR UPDATE
--| SELECT `id` FROM `remark` FORCE INDEX (`person_id`) WHERE `person_id` = 2 LIMIT 1001 FOR UPDATE
--| SELECT `id` FROM `entry` FORCE INDEX (`account_id`) WHERE `account_id` = 2 LIMIT 1001 FOR UPDATE
--| DELETE FROM `person` WHERE `id` = 2
--| COMMIT
DELETE FROM was;
INSERT INTO was SELECT * FROM counts;
SELECT group_concat(id) FROM account WHERE id IN (1, 2, 3, 4, 5);
--| 1,3,4,5
SELECT * FROM since;
--| hits|4
--| misses|1
SELECT group_concat(id) FROM entry WHERE id IN (1, 2, 3, 4, 5);
--| 1,4,5
SELECT * FROM since;
--| hits|7
--| misses|3
SELECT group_concat(id || ' ' || ifnull(person_id, 'NULL'), ', ') FROM remark WHERE id IN ('R1', 'R2', 'R3', 'R4', 'R5');
--| R1 1, R2 NULL, R3 3, R4 4, R5 5
SELECT * FROM since;
--| hits|11
--| misses|4
SELECT group_concat(id) FROM passport WHERE id IN (1, 2, 3, 4, 5);
--| 1,3,4,5
SELECT * FROM since;
--| hits|15
--| misses|5
-- Lists depend on which rows there are, or on what has changed in them.
DELETE FROM was;
INSERT INTO was SELECT * FROM counts;
SELECT group_concat(id) FROM account_of_person(2);
--| NULL
SELECT count(*) FROM account_poor(1);
--| 19
SELECT group_concat(id) FROM remark_of_person(2);
--| NULL
SELECT count(*) FROM remark_all;
--| 20
SELECT counter, n FROM since WHERE counter LIKE '%list%';
--| list_misses|3
--| lists|1
-- Many rows: one statement a level for all of them.
SELECT count(*) FROM account WHERE id IN (3, 4, 5, 6, 7, 8);
--| 6
--@ server TRUNCATE mysql.general_log; SET GLOBAL general_log = ON;
DELETE FROM person WHERE id IN (3, 4, 5);
--@ server SET GLOBAL general_log = OFF;
SELECT c1 FROM mysql_query('SELECT argument FROM mysql.general_log WHERE command_type IN ("Query", "Execute") AND argument REGEXP "FOR UPDATE$|^DELETE|^COMMIT" ORDER BY event_time');
--| SELECT `id`, `name`, `code` FROM `person` WHERE `id` IN (3, 4, 5, 5) FOR UPDATE
--| SELECT `id` FROM `account` FORCE INDEX (`person_id`) WHERE `person_id` IN (3, 4, 5, 5) LIMIT 1001 FOR UPDATE
--| SELECT `id` FROM `passport` FORCE INDEX (`PRIMARY`) WHERE `id` IN (3, 4, 5, 5) LIMIT 1001 FOR UPDATE
--| SELECT `id` FROM `remark` FORCE INDEX (`person_id`) WHERE `person_id` IN (3, 4, 5, 5) LIMIT 1001 FOR UPDATE
--| SELECT `id` FROM `entry` FORCE INDEX (`account_id`) WHERE `account_id` IN (3, 4, 5, 5) LIMIT 1001 FOR UPDATE
--| DELETE FROM `person` WHERE `id` IN (3, 4, 5)
--| COMMIT
DELETE FROM was;
INSERT INTO was SELECT * FROM counts;
SELECT group_concat(id) FROM account WHERE id IN (3, 4, 5, 6, 7, 8);
--| 6,7,8
SELECT * FROM since;
--| hits|3
--| misses|3
-- Another key: rows that refer have another value; of those whose own key it is any may.
SELECT count(*) FROM remark WHERE id IN ('R6', 'R7');
--| 2
SELECT count(*) FROM passport WHERE id IN (6, 7, 60);
--| 2
SELECT count(*) FROM remark_of_person(60);
--| 0
DELETE FROM account WHERE id = 6;
UPDATE person SET id = 60 WHERE id = 6;
DELETE FROM was;
INSERT INTO was SELECT * FROM counts;
SELECT group_concat(id || ' ' || person_id, ', ') FROM remark WHERE id IN ('R6', 'R7');
--| R6 60, R7 7
SELECT * FROM since;
--| hits|1
--| misses|1
SELECT count(*) FROM remark_of_person(60);
--| 1
SELECT group_concat(id) FROM passport WHERE id IN (6, 7, 60);
--| 7,60
SELECT * FROM since;
--| hits|1
--| list_misses|1
--| misses|4
-- Another column changes nothing.
UPDATE person SET name = 'Seven' WHERE id = 7;
DELETE FROM was;
INSERT INTO was SELECT * FROM counts;
SELECT count(*) FROM account WHERE id IN (7, 8);
--| 2
SELECT count(*) FROM remark WHERE id IN ('R6', 'R7');
--| 2
SELECT * FROM since;
--| hits|4
-- A table that refers to itself, in a ring, too.
--@ server UPDATE tree SET parent_id = 3 WHERE id = 1;
SELECT entity_forget('tree');
--| 1
SELECT count(*) FROM tree WHERE id IN (1, 2, 3, 4, 5);
--| 5
DELETE FROM tree WHERE id = 2;
DELETE FROM was;
INSERT INTO was SELECT * FROM counts;
SELECT group_concat(id) FROM tree WHERE id IN (1, 2, 3, 4, 5);
--| 4,5
SELECT * FROM since;
--| hits|2
--| misses|3
-- Where rows cannot be known for sure all of the table are read anew: a reference to another
-- column than the key, one of two columns, more than 1000 rows.
SELECT count(*) FROM bycode WHERE id IN (1, 2, 3);
--| 3
SELECT count(*) FROM bypair WHERE id IN (1, 2, 3);
--| 3
SELECT count(*) FROM many WHERE id IN (1, 1000, 1001, 2001);
--| 4
UPDATE parent SET code = 999 WHERE id = 1;
DELETE FROM parent WHERE id = 6;
DELETE FROM was;
INSERT INTO was SELECT * FROM counts;
SELECT group_concat(code) FROM bycode WHERE id IN (1, 2, 3);
--| 999,102,103
SELECT group_concat(code) FROM bypair WHERE id IN (1, 2, 3);
--| 107,108
SELECT * FROM since;
--| misses|6
DELETE FROM parent WHERE id = 20;
DELETE FROM was;
INSERT INTO was SELECT * FROM counts;
SELECT group_concat(id) FROM many WHERE id IN (1, 1000, 1001, 2001);
--| 1001,2001
SELECT * FROM since;
--| hits|2
--| misses|2
-- Nobody asks again what all of the table is read anew for.
--@ server TRUNCATE mysql.general_log; SET GLOBAL general_log = ON;
BEGIN;
DELETE FROM parent WHERE id = 19;
DELETE FROM parent WHERE id = 18;
COMMIT;
--@ server SET GLOBAL general_log = OFF;
SELECT c1 FROM mysql_query('SELECT argument FROM mysql.general_log WHERE command_type IN ("Query", "Execute") AND argument REGEXP "many.*FOR UPDATE$|^DELETE|^COMMIT" ORDER BY event_time');
--| SELECT `id` FROM `many` FORCE INDEX (`parent_id`) WHERE `parent_id` = ? LIMIT 1001 FOR UPDATE
--| DELETE FROM `parent` WHERE `id` = ?
--| DELETE FROM `parent` WHERE `id` = ?
--| COMMIT
DELETE FROM was;
INSERT INTO was SELECT * FROM counts;
SELECT group_concat(id) FROM many WHERE id IN (1, 1000, 1001, 2001);
--| NULL
SELECT * FROM since;
--| misses|4
-- Rows that are marked with others; where they are removed all of the table are read anew, and
-- of those that go with them.
SELECT count(*) FROM member WHERE id IN (1, 2, 3);
--| 3
SELECT group_concat(id) FROM member_of_club(2);
--| 2
SELECT count(*) FROM visit WHERE id IN (1, 2, 3);
--| 3
SELECT count(*) FROM photo WHERE id IN (1, 2, 3);
--| 3
DELETE FROM club WHERE id = 2;
DELETE FROM was;
INSERT INTO was SELECT * FROM counts;
SELECT group_concat(id) FROM member WHERE id IN (1, 2, 3);
--| 1,3
SELECT * FROM since;
--| hits|2
--| misses|1
SELECT group_concat(id) FROM member_of_club(2);
--| NULL
SELECT * FROM since;
--| hits|2
--| list_misses|1
--| misses|1
SELECT group_concat(id) FROM visit WHERE id IN (1, 2, 3);
--| 1,3
SELECT group_concat(id) FROM photo WHERE id IN (1, 2, 3);
--| 1,3
SELECT * FROM since;
--| hits|2
--| list_misses|1
--| misses|7
-- The row that an INSERT changes instead is told by the server, by whichever index it was met.
SELECT count(*) FROM person WHERE id IN (16, 17, 18, 117);
--| 3
INSERT INTO person(id, name, code, _on_duplicate) VALUES (117, 'new', 117, '{"name": "met by its code"}');
INSERT INTO person(id, name, code, _on_duplicate) VALUES (18, 'new', 500, '{"name": "met by its key"}');
DELETE FROM was;
INSERT INTO was SELECT * FROM counts;
SELECT group_concat(id || ' ' || name, ', ') FROM person WHERE id IN (16, 17, 18, 117);
--| 16 p16, 17 met by its code, 18 met by its key
SELECT * FROM since;
--| hits|1
--| misses|3
-- But not who refers to what it changes.
SELECT count(*) FROM parent WHERE id IN (2, 3, 4);
--| 3
SELECT count(*) FROM bycode WHERE id IN (2, 3, 4);
--| 3
INSERT INTO parent(id, code, part, _on_duplicate) VALUES (200, 102, 0, '{"code": 888}');
DELETE FROM was;
INSERT INTO was SELECT * FROM counts;
SELECT group_concat(id || ' ' || code, ', ') FROM parent WHERE id IN (2, 3, 4);
--| 2 888, 3 103, 4 104
SELECT group_concat(id || ' ' || code, ', ') FROM bycode WHERE id IN (2, 3, 4);
--| 2 888, 3 103, 4 104
SELECT * FROM since;
--| misses|6
-- A transaction that takes it back, and one that does not.
SELECT count(*) FROM account WHERE id IN (8, 9, 10);
--| 3
BEGIN;
DELETE FROM person WHERE id = 8;
SELECT group_concat(id) FROM account WHERE id IN (8, 9, 10);
--| 9,10
ROLLBACK;
BEGIN;
SAVEPOINT s;
DELETE FROM person WHERE id = 8;
ROLLBACK TO s;
DELETE FROM person WHERE id = 9;
COMMIT;
SELECT group_concat(id) FROM account WHERE id IN (8, 9, 10);
--| 8,10
-- Who may not read the rows that go has their table read anew.
--@ server CREATE USER judge@localhost; GRANT INSERT, DELETE ON ${DATABASE}.* TO judge@localhost; GRANT SELECT ON ${DATABASE}.person TO judge@localhost;
--@ file judge.yaml
--: judge:
--:   mysql: judge@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:0
--: entities:
--:   gone: {pool: judge, table: person, redis_cache: judge, columns: {id: int unsigned, name: varchar(40) not null, code: int not null}}
SELECT entable_open('${DIR}/judge.yaml');
--| ${DIR}/judge.yaml: 1 table in temp
SELECT count(*) FROM account WHERE id IN (10, 11, 12);
--| 3
DELETE FROM gone WHERE id = 10;
DELETE FROM gone WHERE id = 11;
DELETE FROM was;
INSERT INTO was SELECT * FROM counts;
SELECT group_concat(id) FROM account WHERE id IN (10, 11, 12);
--| 12
SELECT * FROM since;
--| misses|3
-- Likewise where the user is not told what a foreign key does: MariaDB tells that to who has
-- rights on the whole database.
--@ server CREATE USER clerk@localhost; GRANT SELECT, DELETE ON ${DATABASE}.person TO clerk@localhost; GRANT INSERT ON ${DATABASE}.account TO clerk@localhost;
--@ file clerk.yaml
--: clerk:
--:   mysql: clerk@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:0
--: entities:
--:   left: {pool: clerk, table: person, redis_cache: clerk, columns: {id: int unsigned, name: varchar(40) not null, code: int not null}}
SELECT entable_open('${DIR}/clerk.yaml');
--| ${DIR}/clerk.yaml: 1 table in temp
SELECT count(*) FROM account WHERE id IN (12, 13, 14);
--| 3
DELETE FROM "left" WHERE id = 12;
SELECT group_concat(id) FROM account WHERE id IN (12, 13, 14);
--| 13,14
-- Without a Redis nobody asks.
--@ reopen
SELECT entable_open('root@unix(${SOCKET})/${DATABASE}');
--| root@unix(${SOCKET})/golden: 14 tables in temp
--@ server TRUNCATE mysql.general_log; SET GLOBAL general_log = ON;
DELETE FROM person WHERE id IN (15, 16);
--@ server SET GLOBAL general_log = OFF;
SELECT c1 FROM mysql_query('SELECT argument FROM mysql.general_log WHERE command_type IN ("Query", "Execute") AND argument REGEXP "FOR UPDATE$|^DELETE|^COMMIT" ORDER BY event_time');
--| SELECT `id` FROM `person` WHERE `id` IN (15, 16) FOR UPDATE
--| DELETE FROM `person` WHERE `id` IN (15, 16)
--| COMMIT
