--@ fixture types.fixture.sql
-- Every type of MySQL as SQLite sees it.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}');
--| root@unix(${SOCKET})/golden: 5 tables in temp

SELECT name, type FROM pragma_table_info('whole');
--| id|INTEGER
--| t|INTEGER
--| tu|INTEGER
--| s|INTEGER
--| m|INTEGER
--| i|INTEGER
--| iu|INTEGER
--| b|INTEGER
--| bu|INTEGER
--| flag|INTEGER
--| y|INTEGER
--| bit1|INTEGER
--| bit9|INTEGER
--| bit64|INTEGER

SELECT * FROM whole;
--| 1|-128|255|-32768|-8388608|-2147483648|4294967295|-9223372036854775808|1.8446744073709552e+19|1|1999|1|511|1.8446744073709552e+19
--| 2|127|0|32767|8388607|2147483647|0|9223372036854775807|9.223372036854776e+18|0|0|0|5|9223372036854775807
--| 3|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL

-- Above 2^63-1 an integer is the REAL that SQLite makes of its digits.
SELECT typeof(bu), typeof(bit64), bu = 18446744073709551615 FROM whole WHERE id < 3;
--| real|real|1
--| real|integer|0

SELECT name, type FROM pragma_table_info('broken');
--| id|INTEGER
--| price|DECIMAL
--| exact|DECIMAL
--| f|REAL
--| d|REAL

SELECT id, price, typeof(price), exact, typeof(exact) FROM broken;
--| 1|12.3|real|1.2345678901234567e+19|real
--| 2|100|integer|1e-30|real
--| 3|-0.07|real|-1e+35|real
--| 4|NULL|null|NULL|null

-- A table of SQLite keeps no negative zero.
SELECT id, f, d, typeof(f) FROM broken;
--| 1|0.1|0.1|real
--| 2|3.402823e+38|1.7976931348623157e+308|real
--| 3|0.0|0.0|real
--| 4|NULL|NULL|null

SELECT name, type FROM pragma_table_info('texts');
--| id|INTEGER
--| c|TEXT
--| v|TEXT
--| l|TEXT
--| e|TEXT
--| s|TEXT
--| j|TEXT
--| latin|TEXT

SELECT * FROM texts;
--| 1|x|x  |long long long |Red|a,c|{"a": [1, 2]}|é
--| 2||||||[]|
--| 3|日本|a\x00b|🙂|Green|b|null|ÿ
--| 4|NULL|NULL|NULL|NULL|NULL|NULL|NULL

SELECT length(c), length(v), hex(v), json_extract(j, '$.a[1]') FROM texts;
--| 1|3|782020|2
--| 0|0||NULL
--| 2|1|610062|NULL
--| NULL|NULL||NULL

-- A TIMESTAMP is in UTC, whatever the server's zone.
SELECT * FROM times;
--| 1|2024-02-29|10:00:00|-838:59:59.999999|2024-02-29 10:11:12|2024-02-29 10:11:12.345|2024-02-29 10:00:00
--| 2|0000-00-00|-00:00:01|00:00:00.500000|0000-00-00 00:00:00|9999-12-31 23:59:59.999|0000-00-00 00:00:00
--| 3|2024-00-00|838:59:59|100:00:00.000000|1000-01-01 00:00:00|NULL|NULL

SELECT * FROM blobs;
--| 1|x'61620000'|x'00ff'|x''|x'0101000000000000000000f03f0000000000000040'
--| 2|NULL|NULL|NULL|NULL

SELECT typeof(g), length(g), name, type FROM blobs, pragma_table_info('blobs') WHERE blobs.id = 1 AND name = 'g';
--| blob|21|g|BLOB

-- Bits that an expression gives are no bytes of digits, in a transaction too.
SELECT c1, c2 FROM mysql_query('SELECT MAX(bit9), MIN(bit64) FROM whole');
--| 511|9223372036854775807
BEGIN;
UPDATE whole SET bit9 = 256 WHERE id = 1;
SELECT c1, c2 FROM mysql_query('SELECT MAX(bit9), MIN(bit64) FROM whole');
--| 256|9223372036854775807
SELECT c1 FROM mysql_query('SELECT bit9 FROM whole, (SELECT 1 UNION SELECT 2) AS twice WHERE id = 1');
--| 256
--| 256
ROLLBACK;
