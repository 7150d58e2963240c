--@ fixture types.fixture.sql
-- A view's columns have the types and the values that an entity's have.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1

CREATE VIRTUAL TABLE temp.v_whole USING mysql_view('SELECT * FROM whole ORDER BY id');
SELECT name, type FROM pragma_table_info('whole') EXCEPT SELECT name, type FROM pragma_table_info('v_whole');
SELECT count(*) = (SELECT count(*) FROM pragma_table_info('whole')) FROM pragma_table_info('v_whole');
--| 1
SELECT * FROM v_whole;
--| 1|-128|255|-32768|-8388608|-2147483648|4294967295|-9223372036854775808|1.8446744073709552e+19|1|1999|1|511|1.8446744073709552e+19
--| 2|127|0|32767|8388607|2147483647|0|9223372036854775807|9.223372036854776e+18|0|0|0|5|9223372036854775807
--| 3|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL

CREATE VIRTUAL TABLE temp.v_broken USING mysql_view('SELECT * FROM broken ORDER BY id');
SELECT name, type FROM pragma_table_info('broken') EXCEPT SELECT name, type FROM pragma_table_info('v_broken');
SELECT count(*) = (SELECT count(*) FROM pragma_table_info('broken')) FROM pragma_table_info('v_broken');
--| 1
SELECT * FROM v_broken;
--| 1|12.3|1.2345678901234567e+19|0.1|0.1
--| 2|100|1e-30|3.402823e+38|1.7976931348623157e+308
--| 3|-0.07|-1e+35|0.0|0.0
--| 4|NULL|NULL|NULL|NULL

CREATE VIRTUAL TABLE temp.v_texts USING mysql_view('SELECT * FROM texts ORDER BY id');
SELECT name, type FROM pragma_table_info('texts') EXCEPT SELECT name, type FROM pragma_table_info('v_texts');
SELECT count(*) = (SELECT count(*) FROM pragma_table_info('texts')) FROM pragma_table_info('v_texts');
--| 1
SELECT * FROM v_texts;
--| 1|x|x  |long long long |Red|a,c|{"a": [1, 2]}|é
--| 2||||||[]|
--| 3|日本|a\x00b|🙂|Green|b|null|ÿ
--| 4|NULL|NULL|NULL|NULL|NULL|NULL|NULL

CREATE VIRTUAL TABLE temp.v_times USING mysql_view('SELECT * FROM times ORDER BY id');
SELECT name, type FROM pragma_table_info('times') EXCEPT SELECT name, type FROM pragma_table_info('v_times');
SELECT count(*) = (SELECT count(*) FROM pragma_table_info('times')) FROM pragma_table_info('v_times');
--| 1
SELECT * FROM v_times;
--| 1|2024-02-29|10:00:00|-838:59:59.999999|2024-02-29 10:11:12|2024-02-29 10:11:12.345|2024-02-29 10:00:00
--| 2|0000-00-00|-00:00:01|00:00:00.500000|0000-00-00 00:00:00|9999-12-31 23:59:59.999|0000-00-00 00:00:00
--| 3|2024-00-00|838:59:59|100:00:00.000000|1000-01-01 00:00:00|NULL|NULL

CREATE VIRTUAL TABLE temp.v_blobs USING mysql_view('SELECT * FROM blobs ORDER BY id');
SELECT name, type FROM pragma_table_info('blobs') EXCEPT SELECT name, type FROM pragma_table_info('v_blobs');
SELECT count(*) = (SELECT count(*) FROM pragma_table_info('blobs')) FROM pragma_table_info('v_blobs');
--| 1
SELECT * FROM v_blobs;
--| 1|x'61620000'|x'00ff'|x''|x'0101000000000000000000f03f0000000000000040'
--| 2|NULL|NULL|NULL|NULL

SELECT typeof(bu), typeof(bit64), bu = 18446744073709551615 FROM v_whole WHERE id < 3;
--| real|real|1
--| real|integer|0
SELECT price, typeof(price) FROM v_broken ORDER BY id;
--| 12.3|real
--| 100|integer
--| -0.07|real
--| NULL|null

-- What no column of a table has; in a transaction too.
CREATE VIRTUAL TABLE temp.made USING mysql_view('
  SELECT NULL AS nothing, @a AS variable, 1 AS one, -1 AS less,
    18446744073709551615 AS most, 1.50 AS d, 1e0 AS r, TRUE AS b, "text" AS t,
    x''00ff'' AS hex, b''101'' AS bits, DATE "2024-02-29" AS day,
    TIME "10:00:00" AS hour, TIMESTAMP "2024-02-29 10:00:00.5" AS moment,
    IF(1, 2, "x") AS mixed, CASE WHEN 0 THEN 1 ELSE 2.5 END AS cased,
    COALESCE(NULL, 3) AS c, COUNT(*) AS n, SUM(i) AS sum, AVG(i) AS avg,
    MAX(bu) AS u, MIN(y) AS y, MAX(bit9) AS bit, BIT_OR(t) AS ored,
    SUM(1e0) AS reals, GROUP_CONCAT(id ORDER BY id) AS ids, POW(2, 3) AS pow,
    ROUND(2.567, 1) AS rounded, LENGTH("abc") AS l, JSON_OBJECT("a", 1) AS j,
    CAST("12" AS UNSIGNED) AS cast_u, CAST("1.25" AS DECIMAL(5,2)) AS cast_d,
    CAST("x" AS BINARY) AS cast_b, CAST("x" AS CHAR) AS cast_c,
    TIMEDIFF("10:00:00", "11:30:00") AS diff, YEAR("2024-02-29") AS year,
    SEC_TO_TIME(90.5) AS sec, ST_AsText(POINT(1, 2)) AS wkt,
    POINT(1, 2) AS point FROM whole');
SELECT name, type FROM pragma_table_info('made');
--| nothing|BLOB
--| variable|BLOB
--| one|INTEGER
--| less|INTEGER
--| most|INTEGER
--| d|DECIMAL
--| r|REAL
--| b|INTEGER
--| t|TEXT
--| hex|BLOB
--| bits|BLOB
--| day|TEXT
--| hour|TEXT
--| moment|TEXT
--| mixed|TEXT
--| cased|DECIMAL
--| c|INTEGER
--| n|INTEGER
--| sum|DECIMAL
--| avg|DECIMAL
--| u|INTEGER
--| y|INTEGER
--| bit|INTEGER
--| ored|INTEGER
--| reals|REAL
--| ids|TEXT
--| pow|REAL
--| rounded|DECIMAL
--| l|INTEGER
--| j|TEXT
--| cast_u|INTEGER
--| cast_d|DECIMAL
--| cast_b|BLOB
--| cast_c|TEXT
--| diff|TEXT
--| year|INTEGER
--| sec|TEXT
--| wkt|TEXT
--| point|BLOB
SELECT * FROM made;
--| NULL|NULL|1|-1|1.8446744073709552e+19|1.5|1.0|1|text|x'00ff'|x'05'|2024-02-29|10:00:00|2024-02-29 10:00:00.5|2|2.5|3|3|-1|-0.5|1.8446744073709552e+19|0|511|1.8446744073709552e+19|3.0|1,2,3|8.0|2.6|3|{"a": 1}|12|1.25|x'78'|x|-01:30:00|2024|00:01:30.5|POINT(1 2)|x'0101000000000000000000f03f0000000000000040'
CREATE VIRTUAL TABLE temp.kinds USING mysql_view('SELECT MAX(e) AS e, MAX(s) AS s, MIN(latin) AS latin, MAX(j) AS j FROM texts UNION ALL SELECT e, s, latin, j FROM texts WHERE id = 1');
SELECT * FROM kinds;
--| Red|b||{"a": [1, 2]}
--| Red|a,c|é|{"a": [1, 2]}
BEGIN;
UPDATE whole SET t = 5 WHERE id = 2;
SELECT * FROM made;
--| NULL|NULL|1|-1|1.8446744073709552e+19|1.5|1.0|1|text|x'00ff'|x'05'|2024-02-29|10:00:00|2024-02-29 10:00:00.5|2|2.5|3|3|-1|-0.5|1.8446744073709552e+19|0|511|1.8446744073709552e+19|3.0|1,2,3|8.0|2.6|3|{"a": 1}|12|1.25|x'78'|x|-01:30:00|2024|00:01:30.5|POINT(1 2)|x'0101000000000000000000f03f0000000000000040'
SELECT * FROM kinds;
--| Red|b||{"a": [1, 2]}
--| Red|a,c|é|{"a": [1, 2]}
SELECT t FROM v_whole;
--| -128
--| 5
--| NULL
SELECT * FROM v_times;
--| 1|2024-02-29|10:00:00|-838:59:59.999999|2024-02-29 10:11:12|2024-02-29 10:11:12.345|2024-02-29 10:00:00
--| 2|0000-00-00|-00:00:01|00:00:00.500000|0000-00-00 00:00:00|9999-12-31 23:59:59.999|0000-00-00 00:00:00
--| 3|2024-00-00|838:59:59|100:00:00.000000|1000-01-01 00:00:00|NULL|NULL
ROLLBACK;
