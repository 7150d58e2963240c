-- A database that has one table which no entity names, and one as it was before
-- its declaration had grown.
CREATE TABLE leftover(id int PRIMARY KEY, note text);
INSERT INTO leftover VALUES (1, 'kept until it is pruned');
CREATE TABLE pupil(id bigint unsigned AUTO_INCREMENT PRIMARY KEY, nick varchar(20) NOT NULL,
  age int) CHARACTER SET utf8mb4;
INSERT INTO pupil VALUES (1, 'Ann', 11), (2, 'Bob', 12);
