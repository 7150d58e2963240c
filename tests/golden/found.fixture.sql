CREATE TABLE user (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL, age SMALLINT NOT NULL DEFAULT 0,
  city VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, price DECIMAL(8,2), ratio DOUBLE,
  KEY age (age), KEY city (city), KEY name (name)) AUTO_INCREMENT = 100;
INSERT INTO user(id, name, age, city, price, ratio) VALUES (1, 'Ann', 18, 'Bonn', 1.50, 0.5), (2, 'Bob', 18, 'Rome', 2, 1),
  (3, 'Cid', 20, 'Bonn', NULL, NULL), (4, 'Dan', 30, NULL, 0.1, 0.1), (5, 'Eve', 18, 'bonn', 1.50, 1);
CREATE TABLE pet (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40), user_id INT UNSIGNED, fake_delete INT UNSIGNED NOT NULL DEFAULT 0, KEY name (name, fake_delete), KEY user_id (user_id));
INSERT INTO pet VALUES (1, 'Rex', 1, 0), (2, 'Rex', 2, 0), (3, 'Tom', 1, 0);
CREATE TABLE visit (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id INT UNSIGNED, kind INT NOT NULL, KEY user_id (user_id), KEY kind (kind));
INSERT INTO visit(id, user_id, kind) SELECT a.id + 5 * b.id + 25 * c.id - 30, (a.id + 5 * b.id + 25 * c.id) % 4 + 1, 1 FROM user AS a, user AS b, user AS c;
