--@ fixture writing.fixture.sql
-- What columns take, and what they refuse rather than bend.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1

INSERT INTO kind VALUES (1, -128, '18446744073709551615', 511, 2024,
  '12345678901234567890.1234567891', 0.1, 1e300, 'ab', 'abcde', 'é日😀' || char(10),
  'it''s', 'a,c', '{"a": [1, 2]}', '2024-02-29', '2024-02-29 23:59:59.125',
  '2024-02-29 23:59:59', '-838:59:59.0', x'000102', x'', x'00ff',
  x'010100000000000000000000400000000000000840', 'é', NULL);
SELECT i, u, b, y, d, f, g, c, v, t, e, s, j, dt, dm, ts, ti, bi, vb, bl, p, l FROM kind;
--| -128|1.8446744073709552e+19|511|2024|1.2345678901234567e+19|0.1|1e+300|ab|abcde|é日😀\x0a|it's|a,c|{"a": [1, 2]}|2024-02-29|2024-02-29 23:59:59.125|2024-02-29 23:59:59|-838:59:59.0|x'000102'|x''|x'00ff'|x'010100000000000000000000400000000000000840'|é
SELECT c1, c2 FROM mysql_query('SELECT CONCAT(u, ""), CONCAT(d, "") FROM kind WHERE id = 1');
--| 18446744073709551615|12345678901234567890.1234567891

-- Affinity first.
INSERT INTO kind(id, i, d, g, v, y) VALUES (2, '12', 3, '1e3', 12.5, '1999');
INSERT INTO kind(id, i, u, d) VALUES (3, 5.0, 9223372036854775808.0, ' 1.50 ');
SELECT id, i, u, d, g, v, y FROM kind WHERE id IN (2, 3);
--| 2|12|NULL|3|1000.0|12.5|1999
--| 3|5|9.223372036854776e+18|1.5|NULL|NULL|NULL

-- An UPDATE keeps what SQLite cannot show.
UPDATE kind SET v = 'new' WHERE id = 1;
UPDATE kind SET v = n.v FROM (SELECT 1 AS id, 'newer' AS v) AS n WHERE kind.id = n.id;
SELECT c1, c2, c3 FROM mysql_query('SELECT CONCAT(u, ""), CONCAT(d, ""), v FROM kind WHERE id = 1');
--| 18446744073709551615|12345678901234567890.1234567891|newer
SELECT changed IS NOT NULL FROM kind WHERE id = 1;
--| 1

-- Numbers.
INSERT INTO kind(id, i) VALUES (9, 'abc');
--! MISMATCH: table kind: a text for column i, which holds integers
INSERT INTO kind(id, i) VALUES (9, 2.5);
--! MISMATCH: table kind: a real number for column i, which holds integers
INSERT INTO kind(id, i) VALUES (9, '2.5');
--! MISMATCH: table kind: a text for column i, which holds integers
INSERT INTO kind(id, i) VALUES (9, x'01');
--! MISMATCH: table kind: a blob for column i, which holds integers
INSERT INTO kind(id, i) VALUES (9, 128);
--! MISMATCH: mysql: insert into kind: Out of range value for column 'i' at row 1 (1264)
INSERT INTO kind(id, u) VALUES (9, -1);
--! MISMATCH: mysql: insert into kind: Out of range value for column 'u' at row 1 (1264)
INSERT INTO kind(id, u) VALUES (9, 1e300);
--! MISMATCH: mysql: insert into kind: Out of range value for column 'u' at row 1 (1264)
INSERT INTO kind(id, b) VALUES (9, 512);
--! TOOBIG: mysql: insert into kind: Data too long for column 'b' at row 1 (1406)
INSERT INTO kind(id, y) VALUES (9, 70);
--! MISMATCH: table kind: column y holds the years 1901 to 2155, and 0
INSERT INTO kind(id, d) VALUES (9, 'abc');
--! MISMATCH: table kind: a text for column d, which holds decimal numbers
INSERT INTO kind(id, d) VALUES (9, 1e40);
--! MISMATCH: mysql: insert into kind: Out of range value for column 'd' at row 1 (1264)
INSERT INTO kind(id, d) VALUES (9, 9e999);
--! MISMATCH: table kind: a real number for column d, which holds decimal numbers
INSERT INTO kind(id, g) VALUES (9, 9e999);
--! MISMATCH: table kind: a real number for column g, which holds finite real numbers
INSERT INTO kind(id, g) VALUES (9, 'abc');
--! MISMATCH: table kind: a text for column g, which holds finite real numbers
INSERT INTO kind(id, f) VALUES (9, 1e300);
--! MISMATCH: mysql: insert into kind: Out of range value for column 'f' at row 1 (1264)

-- Texts.
INSERT INTO kind(id, v) VALUES (9, 'abcdef');
--! TOOBIG: table kind: a text of 6 characters for column v, which holds 5
INSERT INTO kind(id, v) VALUES (9, 'abcde ');
--! TOOBIG: table kind: a text of 6 characters for column v, which holds 5
INSERT INTO kind(id, c) VALUES (9, 'ab ');
--! MISMATCH: table kind: column c, a char(n), holds no text that ends with a space
INSERT INTO kind(id, v) VALUES (9, x'6162');
--! MISMATCH: table kind: a blob for column v, which holds text: CAST(… AS TEXT)
INSERT INTO kind(id, v) VALUES (9, CAST(x'ff' AS TEXT));
--! MISMATCH: table kind: a text for column v is no UTF-8
INSERT INTO kind(id, l) VALUES (9, '日');
--! MISMATCH: mysql: insert into kind: Incorrect string value: '\xE6\x97\xA5' for column `golden`.`kind`.`l` at row 1 (1366)
INSERT INTO kind(id, e) VALUES (9, 'red');
--! MISMATCH: table kind: 'red' is no word of column e, enum('Red','it''s')
INSERT INTO kind(id, e) VALUES (9, '1');
--! MISMATCH: table kind: '1' is no word of column e, enum('Red','it''s')
INSERT INTO kind(id, e) VALUES (9, '');
--! MISMATCH: table kind: '' is no word of column e, enum('Red','it''s')
INSERT INTO kind(id, s) VALUES (9, 'c,a');
--! MISMATCH: table kind: 'c,a' are no words of column s, in the order of set('a','b','c')
INSERT INTO kind(id, s) VALUES (9, 'a,');
--! MISMATCH: table kind: 'a,' are no words of column s, in the order of set('a','b','c')
INSERT INTO kind(id, s) VALUES (9, 'x');
--! MISMATCH: table kind: 'x' are no words of column s, in the order of set('a','b','c')
INSERT INTO kind(id, j) VALUES (9, '{');
--! CONSTRAINT_CHECK: mysql: insert into kind: CONSTRAINT `kind.j` failed for `golden`.`kind` (4025)

-- Dates and times.
INSERT INTO kind(id, dt) VALUES (9, '2024-1-1');
--! MISMATCH: table kind: '2024-1-1' for column dt, which holds YYYY-MM-DD
INSERT INTO kind(id, dt) VALUES (9, '2024-02-30');
--! MISMATCH: mysql: insert into kind: Incorrect date value: '2024-02-30' for column `golden`.`kind`.`dt` at row 1 (1292)
INSERT INTO kind(id, dt) VALUES (9, '2024-01-01 10:00:00');
--! MISMATCH: table kind: '2024-01-01 10:00:00' for column dt, which holds YYYY-MM-DD
INSERT INTO kind(id, dt) VALUES (9, 20240101);
--! MISMATCH: table kind: '20240101' for column dt, which holds YYYY-MM-DD
INSERT INTO kind(id, dm) VALUES (9, '2024-01-01 10:00:00.1234');
--! MISMATCH: table kind: '2024-01-01 10:00:00.1234' for column dm, which holds YYYY-MM-DD HH:MM:SS with a fraction
INSERT INTO kind(id, dm) VALUES (9, 'now');
--! MISMATCH: table kind: 'now' for column dm, which holds YYYY-MM-DD HH:MM:SS with a fraction
INSERT INTO kind(id, ti) VALUES (9, '10');
--! MISMATCH: table kind: '10' for column ti, which holds HH:MM:SS with a fraction
INSERT INTO kind(id, ti) VALUES (9, '10:00:00.15');
--! MISMATCH: table kind: '10:00:00.15' for column ti, which holds HH:MM:SS with a fraction
INSERT INTO kind(id, dm) VALUES (4, '2024-01-01T10:00'), (5, '2024-01-01');
SELECT id, dm FROM kind WHERE id IN (4, 5);
--| 4|2024-01-01 10:00:00.000
--| 5|2024-01-01 00:00:00.000

-- Blobs.
INSERT INTO kind(id, bl) VALUES (9, 'text');
--! MISMATCH: table kind: a text for column bl, which holds blobs: CAST(… AS BLOB)
INSERT INTO kind(id, bl) VALUES (9, 5);
--! MISMATCH: table kind: an integer for column bl, which holds blobs: CAST(… AS BLOB)
INSERT INTO kind(id, bi) VALUES (9, x'01');
--! MISMATCH: table kind: a blob of 1 bytes for column bi, a binary(3), which would be filled up with zeros
INSERT INTO kind(id, vb) VALUES (9, x'010203040506');
--! TOOBIG: table kind: a blob of 6 bytes for column vb, which holds 5
INSERT INTO kind(id, p) VALUES (9, x'0102');
--! MISMATCH: mysql: insert into kind: Cannot get geometry object from data you send to the GEOMETRY field (1416)
SELECT count(*) FROM kind WHERE id = 9;
--| 0

-- Each row of a batch is as exact as one alone.
INSERT INTO kind SELECT id + 10, i, u, b, y, d, f, g, c, v, t, e, s, j, dt, dm, ts, ti,
  bi, vb, bl, p, l, NULL FROM kind WHERE id = 2
  UNION ALL SELECT 20, -1, '18446744073709551614', 1, 0, '-0.0000000001', 1.5, -2.5, '', '',
    '', 'Red', '', 'null', '0000-00-00', '9999-12-31 00:00:00', NULL, '00:00:00', x'ffffff',
    x'00', x'', NULL, '', NULL;
SELECT c1, c2, c3, c4, c5, c6, c7, c8 FROM mysql_query('SELECT CONCAT(u, ""), CONCAT(d, ""),
  e, s, dt, dm, HEX(bi), g FROM kind WHERE id = 20');
--| 18446744073709551614|-0.0000000001|Red||0000-00-00|9999-12-31 00:00:00.000|FFFFFF|-2.5
UPDATE kind SET u = '18446744073709551613', d = '12345678901234567890.0000000001',
  i = id, f = id + 0.1, g = id / 3.0, c = 'c' || id, t = 't' || id || char(10) || 'é',
  e = CASE WHEN id % 2 THEN 'Red' ELSE 'it''s' END, s = CASE WHEN id > 5 THEN 'a,b' END,
  dt = date('2024-01-01', '+' || id || ' days'), dm = '2024-05-06 07:08:09.' || (100 + id),
  ti = '10:00:0' || (id % 10), bi = CAST('b' || (10 + id) AS BLOB), bl = x'00', b = id * 2,
  p = x'010100000000000000000000400000000000000840', vb = CAST(id AS BLOB), l = 'é' || id;
SELECT changes(), count(*) FROM kind;
--| 7|7
SELECT c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18
  FROM mysql_query('SELECT id, CONCAT(u, ""), CONCAT(d, ""), i, f, g, c, t, e, s, dt, dm, ti, bi,
    b + 0, ST_AsText(p), vb, l FROM kind ORDER BY id');
--| 1|18446744073709551613|12345678901234567890.0000000001|1|1.1|0.3333333333333333|c1|t1\x0aé|Red|NULL|2024-01-02|2024-05-06 07:08:09.101|10:00:01.0|x'623131'|2|POINT(2 3)|x'31'|é1
--| 2|18446744073709551613|12345678901234567890.0000000001|2|2.1|0.6666666666666666|c2|t2\x0aé|it's|NULL|2024-01-03|2024-05-06 07:08:09.102|10:00:02.0|x'623132'|4|POINT(2 3)|x'32'|é2
--| 3|18446744073709551613|12345678901234567890.0000000001|3|3.1|1.0|c3|t3\x0aé|Red|NULL|2024-01-04|2024-05-06 07:08:09.103|10:00:03.0|x'623133'|6|POINT(2 3)|x'33'|é3
--| 4|18446744073709551613|12345678901234567890.0000000001|4|4.1|1.3333333333333333|c4|t4\x0aé|it's|NULL|2024-01-05|2024-05-06 07:08:09.104|10:00:04.0|x'623134'|8|POINT(2 3)|x'34'|é4
--| 5|18446744073709551613|12345678901234567890.0000000001|5|5.1|1.6666666666666667|c5|t5\x0aé|Red|NULL|2024-01-06|2024-05-06 07:08:09.105|10:00:05.0|x'623135'|10|POINT(2 3)|x'35'|é5
--| 12|18446744073709551613|12345678901234567890.0000000001|12|12.1|4.0|c12|t12\x0aé|it's|a,b|2024-01-13|2024-05-06 07:08:09.112|10:00:02.0|x'623232'|24|POINT(2 3)|x'3132'|é12
--| 20|18446744073709551613|12345678901234567890.0000000001|20|20.1|6.666666666666667|c20|t20\x0aé|it's|a,b|2024-01-21|2024-05-06 07:08:09.120|10:00:00.0|x'623330'|40|POINT(2 3)|x'3230'|é20
