-- What golden files about writing find on the server.
CREATE TABLE person (
  id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(10) NOT NULL,
  email VARCHAR(20) UNIQUE, age INT DEFAULT 7, note TEXT
  /*M!, doubled INT AS (age * 2), secret INT INVISIBLE DEFAULT 5,
  CHECK (age < 200) */) CHARSET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE item (
  id INT PRIMARY KEY, person_id BIGINT NOT NULL, what VARCHAR(10),
  FOREIGN KEY (person_id) REFERENCES person(id)
) CHARSET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE huge (id BIGINT UNSIGNED PRIMARY KEY, n INT);

CREATE TABLE word (word VARCHAR(10) PRIMARY KEY, n INT NOT NULL DEFAULT 3)
  CHARSET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE latin (word VARCHAR(10) PRIMARY KEY, n INT) CHARSET latin1;

CREATE TABLE token (id BINARY(4) PRIMARY KEY, n INT);

CREATE TABLE line (order_id INT, code VARCHAR(5), n INT, UNIQUE (n),
  PRIMARY KEY (order_id, code)) CHARSET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE price (amount DECIMAL(10,2), day DATE, n INT,
  PRIMARY KEY (amount, day));

CREATE TABLE kind (
  id INT PRIMARY KEY, i TINYINT, u BIGINT UNSIGNED, b BIT(9), y YEAR,
  d DECIMAL(30,10), f FLOAT, g DOUBLE, c CHAR(5), v VARCHAR(5), t TEXT,
  e ENUM('Red','it''s'), s SET('a','b','c'), /*M! j JSON, */ dt DATE, dm DATETIME(3),
  ts TIMESTAMP NULL, ti TIME(1), bi BINARY(3), vb VARBINARY(5), bl BLOB,
  p POINT, l VARCHAR(10) CHARSET latin1,
  changed TIMESTAMP NULL ON UPDATE CURRENT_TIMESTAMP
) CHARSET utf8mb4;
