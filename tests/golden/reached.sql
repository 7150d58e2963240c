-- Rows that change with others in ways that are easily missed: caches must not have the old
-- ones.
--@ with redis
--@ file reached.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:0
--: entities:
--:   club: {redis_cache: true, fake_delete: true, columns: {id: int unsigned}}
--:   member: {redis_cache: true, columns: {id: int unsigned, club_id: int unsigned}}
--:   plain: {redis_cache: true, columns: {id: int unsigned, n: int not null}}
--:   doubled: {redis_cache: true, columns: {id: int unsigned, twice: int}}
--:   size: {redis_cache: true, primary: [code], columns: {code: enum sizes not null, n: int}}
--:   shirt: {redis_cache: true, columns: {id: int unsigned, size: enum sizes}}
--:   user: {redis_cache: true, columns: {id: int unsigned, email: varchar(20) not null}}
--:   car: {redis_cache: true, columns: {id: int unsigned, user_id: int unsigned}}
--: enums: {sizes: [S, M, L]}
--@ server CREATE TABLE club (id INT UNSIGNED PRIMARY KEY, fake_delete INT UNSIGNED NOT NULL DEFAULT 0, living INT UNSIGNED AS (IF(fake_delete = 0, id, NULL)) STORED, UNIQUE KEY (living));\nINSERT INTO club (id) VALUES (1), (2);
--@ server CREATE TABLE member (id INT UNSIGNED PRIMARY KEY, club_id INT UNSIGNED, FOREIGN KEY (club_id) REFERENCES club (living) ON UPDATE SET NULL);\nINSERT INTO member VALUES (1, 1), (2, 2);
--@ server CREATE TABLE plain (id INT UNSIGNED PRIMARY KEY, n INT NOT NULL, n2 INT AS (n * 2) STORED, UNIQUE KEY (n2));\nINSERT INTO plain (id, n) VALUES (1, 10), (2, 20);
--@ server CREATE TABLE doubled (id INT UNSIGNED PRIMARY KEY, twice INT, FOREIGN KEY (twice) REFERENCES plain (n2) ON UPDATE CASCADE);\nINSERT INTO doubled VALUES (1, 20), (2, 40);
--@ server CREATE TABLE size (code ENUM('S', 'M', 'L') NOT NULL PRIMARY KEY, n INT);\nINSERT INTO size VALUES ('S', 1), ('M', 2), ('L', 3);
--@ server CREATE TABLE shirt (id INT UNSIGNED PRIMARY KEY, size ENUM('L', 'M', 'S'), FOREIGN KEY (size) REFERENCES size (code) ON DELETE CASCADE);\nSET foreign_key_checks = 0;\nINSERT INTO shirt VALUES (1, 1), (2, 2), (3, 3);
--@ server CREATE TABLE user (id INT UNSIGNED PRIMARY KEY, email VARCHAR(20) NOT NULL);\nINSERT INTO user VALUES (1, 'a'), (2, 'b'), (3, 'c');
--@ server CREATE TABLE car (id INT UNSIGNED PRIMARY KEY, user_id INT UNSIGNED);\nINSERT INTO car VALUES (1, 2), (2, 2), (3, 3);
--@ server CREATE PROCEDURE keep_cars() ALTER TABLE car ADD FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE;
SELECT entable_open('${DIR}/reached.yaml');
--| ${DIR}/reached.yaml: 9 tables in temp
-- A column that the server makes of the mark.
SELECT * FROM member WHERE id IN (1, 2);
--| 1|1
--| 2|2
DELETE FROM club WHERE id = 1;
SELECT * FROM member WHERE id IN (1, 2);
--| 1|NULL
--| 2|2
-- One that it makes of another column, and that the entity does not have.
SELECT * FROM doubled WHERE id IN (1, 2);
--| 1|20
--| 2|40
UPDATE plain SET n = 30 WHERE id = 2;
SELECT * FROM doubled WHERE id IN (1, 2);
--| 1|20
--| 2|60
-- Values that stand for the same number in two lists of words.
SELECT * FROM shirt WHERE id IN (1, 2, 3);
--| 1|L
--| 2|M
--| 3|S
DELETE FROM size WHERE code = 'S';
SELECT * FROM shirt WHERE id IN (1, 2, 3);
--| 2|M
--| 3|S
-- A unique index that this process has made since it wrote last.
REPLACE INTO user VALUES (1, 'a');
SELECT mysql_exec('ALTER TABLE user ADD UNIQUE KEY (email)');
--| 0
SELECT * FROM user WHERE id IN (1, 2);
--| 1|a
--| 2|b
REPLACE INTO user VALUES (2, 'a');
SELECT * FROM user WHERE id IN (1, 2);
--| 2|a
-- A foreign key that a procedure has made.
SELECT * FROM car WHERE id IN (2, 3);
--| 2|2
--| 3|3
SELECT mysql_exec('CALL keep_cars()');
--| 3
SELECT * FROM car WHERE id IN (2, 3);
--| 2|2
--| 3|3
DELETE FROM user WHERE id = 3;
SELECT * FROM car WHERE id IN (2, 3);
--| 2|2
