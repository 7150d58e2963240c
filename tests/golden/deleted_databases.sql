-- Soft deletion over two databases of one server: who follows a follower is in the database
-- that it says, and not in that of the first row, where another table has its name.
--@ file two.yaml
--: one: {mysql: "root@unix(${SOCKET})/${DATABASE}"}
--: two: {mysql: "root@unix(${SOCKET})/other"}
--: entities:
--:   club: {pool: one, fake_delete: true, columns: {id: int unsigned}}
--:   member: {pool: two, fake_delete: true, columns: {id: int unsigned, club_id: references club on delete cascade}}
--:   visit: {pool: two, fake_delete: true, columns: {id: int unsigned, member_id: references member on delete cascade}}
--:   guest: {pool: two, columns: {id: int unsigned, member_id: references member on delete cascade}}
--@ server CREATE TABLE club (id INT UNSIGNED PRIMARY KEY, fake_delete INT UNSIGNED NOT NULL DEFAULT 0);\nINSERT INTO club VALUES (1, 0), (2, 0);
--@ server CREATE TABLE visit (id INT UNSIGNED PRIMARY KEY, member_id INT UNSIGNED, fake_delete INT UNSIGNED NOT NULL DEFAULT 0);\nINSERT INTO visit VALUES (7, 3, 0);
--@ server CREATE DATABASE other;\nUSE other;\nCREATE TABLE member (id INT UNSIGNED PRIMARY KEY, club_id INT UNSIGNED, fake_delete INT UNSIGNED NOT NULL DEFAULT 0);\nINSERT INTO member VALUES (3, 1, 0), (4, 2, 0);
--@ server USE other;\nCREATE TABLE visit (id INT UNSIGNED PRIMARY KEY, member_id INT UNSIGNED, fake_delete INT UNSIGNED NOT NULL DEFAULT 0);\nINSERT INTO visit VALUES (5, 3, 0), (6, 4, 0);
--@ server USE other;\nCREATE TABLE guest (id INT UNSIGNED PRIMARY KEY, member_id INT UNSIGNED);\nINSERT INTO guest VALUES (8, 3), (9, 4);
SELECT entable_open('${DIR}/two.yaml');
--| ${DIR}/two.yaml: 7 tables in temp
DELETE FROM club WHERE id = 1;
SELECT id FROM club;
--| 2
SELECT id FROM member;
--| 4
SELECT id FROM visit;
--| 6
SELECT id FROM guest;
--| 9
SELECT c1, c3 FROM mysql_query(pool('one'), 'SELECT * FROM visit');
--| 7|0
-- From within the other database.
DELETE FROM member WHERE id = 4;
SELECT id FROM visit;
SELECT id FROM guest;
