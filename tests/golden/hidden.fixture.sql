-- Texts that are equal under one collation and not under another.
CREATE TABLE word (
  id VARCHAR(20) PRIMARY KEY, t VARCHAR(20), n INT, KEY (t), KEY (n)
) CHARSET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO word VALUES ('a', 'a', 1), ('A', 'A', 2), ('b', 'b', 3),
  ('B', 'B', 4), ('10', '10', 6), ('1e1', '1e1', 7);

CREATE TABLE tag (id INT PRIMARY KEY, kind ENUM('red', 'Red', 'blue'), day DATE,
  KEY (kind), KEY (day)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO tag VALUES (1, 'red', '2024-01-01'), (2, 'Red', '2024-01-02'),
  (3, 'blue', NULL);
