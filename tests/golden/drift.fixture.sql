-- A table of each kind of key, to be changed under an open handle.
CREATE TABLE moving (id INT PRIMARY KEY, n INT, t VARCHAR(20), d DECIMAL(8,2),
  at DATETIME, KEY (n), KEY (d)) CHARSET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO moving VALUES (1, 10, '10', 1.50, '2024-01-01 00:00:00'),
  (2, 20, '20', 2.50, '2024-01-02 00:00:00'), (3, 30, 'x', 3.25, NULL);
CREATE TABLE worded (code VARCHAR(10) PRIMARY KEY, n INT)
  CHARSET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO worded VALUES ('1', 1), ('2', 2);
CREATE TABLE keyless (a INT, b INT);
INSERT INTO keyless VALUES (1, 2), (3, 4);
