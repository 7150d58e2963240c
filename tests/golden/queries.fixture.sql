CREATE TABLE user (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL, age SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  city VARCHAR(40), price DECIMAL(8,2), doubled INT AS (age * 2) STORED, seen DATETIME,
  UNIQUE KEY name (name), KEY age (age), KEY city (city)) AUTO_INCREMENT = 100;
INSERT INTO user(id, name, age, city, price) VALUES (1, 'Ann', 18, 'Bonn', 1.50), (2, 'Bob', 18, 'Rome', 2), (3, 'Cid', 20, 'Bonn', NULL), (4, 'Dan', 30, NULL, 0.1);
CREATE TABLE pet (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40), fake_delete INT UNSIGNED NOT NULL DEFAULT 0, KEY name (name, fake_delete));
INSERT INTO pet VALUES (1, 'Rex', 0), (2, 'Rex', 0), (3, 'Tom', 0);
CREATE TABLE word (name VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL PRIMARY KEY, n INT);
