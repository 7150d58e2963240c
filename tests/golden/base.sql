-- What most golden files find on the server.
CREATE TABLE person (
  id INT UNSIGNED PRIMARY KEY, name VARCHAR(50) NOT NULL, email VARCHAR(80),
  age SMALLINT, born DATE, balance DECIMAL(10,2), KEY (email), KEY (age)
) CHARSET utf8mb4 COLLATE utf8mb4_general_ci;
INSERT INTO person VALUES
  (1, 'Ann', 'ann@x', 41, '1983-02-28', 10.50),
  (2, 'bob', NULL, 17, '2007-12-31', -0.07),
  (3, 'Ben', 'BEN@x', 17, '0000-00-00', 1000.00),
  (4, 'ann', 'ann@x ', NULL, NULL, NULL);

CREATE TABLE huge (id BIGINT UNSIGNED PRIMARY KEY, word VARCHAR(10));
INSERT INTO huge VALUES (1, 'one'), (9223372036854775807, 'middle'),
  (9223372036854775808, 'above'), (18446744073709551615, 'last');

CREATE TABLE currency (code CHAR(3) PRIMARY KEY, name VARCHAR(20));
INSERT INTO currency VALUES ('EUR', 'Euro'), ('usd', 'Dollar');

CREATE TABLE line (
  order_id INT, line INT, item VARCHAR(20), PRIMARY KEY (order_id, line));
INSERT INTO line VALUES (7, 1, 'tea'), (7, 2, 'cup'), (8, 1, 'tea');

CREATE TABLE token (id BINARY(4) PRIMARY KEY, note VARCHAR(10));
INSERT INTO token VALUES (X'00FF0001', 'a'), ('abc', 'b');

CREATE TABLE loose (a INT, b VARCHAR(10));
INSERT INTO loose VALUES (1, 'x'), (1, 'x'), (2, NULL);

CREATE TABLE named (nick VARCHAR(10) NOT NULL UNIQUE, n INT);
INSERT INTO named VALUES ('a', 1), ('b', 2);

CREATE TABLE odd (
  id INT PRIMARY KEY, i INT, latin VARCHAR(20) CHARSET latin1, y YEAR,
  moment DATETIME, /*M! secret INT INVISIBLE DEFAULT 5,
  doubled INT AS (i * 2), */ KEY (i), KEY (latin), KEY (moment));
INSERT INTO odd (id, i, latin, y, moment) VALUES
  (1, 2, 'é', 1970, '2024-05-06 00:00:00'),
  (2, 3, '?', 2050, '2024-05-06 10:00:00'),
  (3, 0, 'E', 0, '2024-05-07 00:00:00');

CREATE VIEW adults AS SELECT id, name FROM person WHERE age >= 18;
