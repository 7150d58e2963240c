-- Tables of very different sizes, with statistics that are made before anybody
-- asks: what the server counts by itself comes when it comes.  Of the large one
-- it reads all pages: of a few it takes, one owner may seem to have 3 rows or 8.
CREATE TABLE digit (x INT PRIMARY KEY);
INSERT INTO digit VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);

CREATE TABLE kind (id INT PRIMARY KEY, name VARCHAR(20));
INSERT INTO kind SELECT x, CONCAT('kind ', x) FROM digit;

CREATE TABLE owner (id INT PRIMARY KEY, name VARCHAR(20), kind INT, KEY (kind));
INSERT INTO owner SELECT a.x * 10 + b.x, CONCAT('owner ', a.x, b.x), b.x
  FROM digit a, digit b WHERE a.x < 6;

-- 20 000 rows; of a kind 2000, of an owner 4, of an owner on a day 1.
CREATE TABLE event (
  id INT PRIMARY KEY, kind INT, owner INT, day INT, code VARCHAR(20), words VARCHAR(40),
  KEY (kind), KEY owner_day (owner, day), UNIQUE (code))
  STATS_SAMPLE_PAGES = 10000 STATS_AUTO_RECALC = 0;
INSERT INTO event
  SELECT n, n % 10, n % 5000, n DIV 5000, CONCAT('c', n), 'words' FROM
    (SELECT a.x + b.x * 10 + c.x * 100 + d.x * 1000 + e.x * 10000 AS n
     FROM digit a, digit b, digit c, digit d, digit e WHERE e.x < 2) AS numbers;

CREATE TABLE log (n INT, words VARCHAR(40), KEY (n));
INSERT INTO log SELECT x, 'words' FROM digit;
CREATE TABLE filling (id INT PRIMARY KEY, owner INT, KEY (owner));
CREATE VIEW busy AS SELECT id, kind FROM event;
ANALYZE TABLE digit, kind, owner, event, log, filling;
