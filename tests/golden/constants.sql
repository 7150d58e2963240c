--@ fixture rules.fixture.sql
-- Constants of one type beside columns of another.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}') LIKE '%';
--| 1

-- Texts beside numbers take the column's affinity, if they are numbers.
SELECT id FROM amount WHERE flag = '7';
--| 3
SELECT id FROM amount WHERE flag = ' 7 ';
--| 3
SELECT id FROM amount WHERE flag = '7.0';
--| 3
SELECT id FROM amount WHERE flag = '7x';
SELECT id FROM amount WHERE flag = '';
SELECT id FROM amount WHERE flag < '1' ORDER BY id;
--| 2
--| 4
SELECT id FROM amount WHERE flag < 'x' ORDER BY id;
--| 1
--| 2
--| 3
--| 4
SELECT id FROM amount WHERE flag > 'x';
SELECT id FROM amount WHERE flag <> 'x' ORDER BY id;
--| 1
--| 2
--| 3
--| 4
SELECT id FROM amount WHERE flag = x'37';
SELECT id FROM amount WHERE flag < x'00' ORDER BY id;
--| 1
--| 2
--| 3
--| 4
SELECT id FROM amount WHERE flag IN ('7', 0.0, 'x', x'31', NULL) ORDER BY id;
--| 2
--| 3
SELECT id FROM amount WHERE +flag = '7';
SELECT id FROM amount WHERE CAST(flag AS TEXT) = '7';
--| 3
SELECT id FROM amount WHERE flag = CAST('7x' AS INTEGER);
--| 3
SELECT id FROM plant WHERE label = 0;
SELECT id FROM plant WHERE label > 5 ORDER BY id;
--| -9
--| 1
--| 2
--| 3
--| 4
--| 6
--| 8
SELECT id FROM plant WHERE label < x'' ORDER BY id;
--| -9
--| 1
--| 2
--| 3
--| 4
--| 6
--| 7
--| 8
SELECT id FROM plant WHERE label = x'6c65656b';
SELECT id FROM plant WHERE CAST(label AS BLOB) = x'6c65656b';
--| 1

-- What looks like a truth is a number.
SELECT id FROM amount WHERE flag = TRUE;
--| 1
SELECT id FROM amount WHERE flag = FALSE;
--| 2
SELECT id FROM amount WHERE flag IS TRUE ORDER BY id;
--| 1
--| 3
--| 4
SELECT id FROM amount WHERE flag IS NOT TRUE ORDER BY id;
--| 2
--| 5
SELECT id FROM amount WHERE flag IS NOT FALSE ORDER BY id;
--| 1
--| 3
--| 4
--| 5
SELECT id FROM amount WHERE flag ORDER BY id;
--| 1
--| 3
--| 4
SELECT id FROM amount WHERE NOT flag;
--| 2
SELECT id, flag, typeof(flag) FROM amount ORDER BY id;
--| 1|1|integer
--| 2|0|integer
--| 3|7|integer
--| 4|-128|integer
--| 5|NULL|null

-- At and beyond the ends of 64 bits.
SELECT id FROM amount WHERE big = 9223372036854775807;
--| 1
SELECT id FROM amount WHERE big = 9223372036854775808;
SELECT id FROM amount WHERE big >= 9223372036854775807;
--| 1
SELECT id FROM amount WHERE big < 9223372036854775808 ORDER BY id;
--| 1
--| 2
--| 3
--| 4
SELECT id FROM amount WHERE big > 9.3e18;
SELECT id FROM amount WHERE big = -9223372036854775808;
--| 2
SELECT id FROM amount WHERE big <= -9.3e18;
SELECT id FROM amount WHERE big > -9223372036854775809 ORDER BY id;
--| 1
--| 3
--| 4
SELECT id FROM amount WHERE big = 9007199254740993;
--| 3
SELECT id FROM amount WHERE big = 9007199254740993.0;
SELECT id FROM amount WHERE big = 9007199254740992;
SELECT id FROM amount WHERE big = '9007199254740993';
--| 3
SELECT id FROM amount WHERE big > 9007199254740992.0 ORDER BY id;
--| 1
--| 3
SELECT id FROM amount WHERE big < 1e999 ORDER BY id;
--| 1
--| 2
--| 3
--| 4
SELECT id FROM amount WHERE big > -1e999 ORDER BY id;
--| 1
--| 2
--| 3
--| 4
SELECT id FROM amount WHERE big = 1e999;
SELECT id FROM amount WHERE flag = 4294967303;
SELECT id FROM amount WHERE flag > 128;
SELECT id FROM amount WHERE flag < 128 ORDER BY id;
--| 1
--| 2
--| 3
--| 4
SELECT id FROM amount WHERE big + 1 = 9223372036854775808.0;
--| 1
SELECT id, big + 1, typeof(big + 1), -big FROM amount ORDER BY id;
--| 1|9.223372036854776e+18|real|-9223372036854775807
--| 2|-9223372036854775807|integer|9.223372036854776e+18
--| 3|9007199254740994|integer|-9007199254740993
--| 4|1|integer|0
--| 5|NULL|null|NULL
SELECT sum(big) FROM amount WHERE big > 0;
--! ERROR: integer overflow

-- Decimals beyond a double, and doubles that are no decimals.
SELECT id, exact, typeof(exact) FROM amount ORDER BY id;
--| 1|1.2345678901234568e+29|real
--| 2|-1e-10|real
--| 3|0.3|real
--| 4|10|integer
--| 5|NULL|null
SELECT id FROM amount WHERE exact = 123456789012345678901234567890.0123456789;
--| 1
SELECT id FROM amount WHERE exact = 1.2345678901234568e29;
--| 1
SELECT id FROM amount WHERE exact > 1e29;
--| 1
SELECT id FROM amount WHERE exact = 0.3;
--| 3
SELECT id FROM amount WHERE exact = 0.1 + 0.2;
SELECT id FROM amount WHERE exact < 0;
--| 2
SELECT id FROM amount WHERE exact = -1e-10;
--| 2
SELECT id FROM amount WHERE exact = '10';
--| 4
SELECT id FROM amount WHERE exact = '10.00';
--| 4
SELECT id FROM amount WHERE exact BETWEEN 0.29999999999999999 AND 10 ORDER BY id;
--| 3
--| 4
SELECT id FROM amount WHERE part = 0.1;
--| 1
SELECT id FROM amount WHERE part = '0.1';
--| 1
SELECT id FROM amount WHERE part = 2;
--| 3
SELECT id FROM amount WHERE part < -1e299;
--| 2
SELECT id FROM amount WHERE part < 0.10000000000000001 ORDER BY id;
--| 2
--| 4
SELECT id FROM amount WHERE part > -1e999 ORDER BY id;
--| 1
--| 2
--| 3
--| 4
SELECT id FROM amount WHERE part IN (2, '0.1', -0.5) ORDER BY id;
--| 1
--| 3
--| 4

-- Division and casts are SQLite's.
SELECT id, flag / 2, flag / 2.0, flag % 4, flag / 0 FROM amount ORDER BY id;
--| 1|0|0.5|1|NULL
--| 2|0|0.0|0|NULL
--| 3|3|3.5|3|NULL
--| 4|-64|-64.0|0|NULL
--| 5|NULL|NULL|NULL|NULL
SELECT id FROM amount WHERE flag / 2 = 3;
--| 3
SELECT id, CAST(part AS INTEGER), CAST(exact AS TEXT), CAST(mood AS INTEGER) FROM amount WHERE id > 1 ORDER BY id;
--| 2|-9223372036854775808|-1.0e-10|0
--| 3|2|0.3|1
--| 4|0|10|NULL
--| 5|NULL|NULL|0
SELECT id, big || '', mood + 1, tags || '.' FROM amount ORDER BY id;
--| 1|9223372036854775807|1|a,c.
--| 2|-9223372036854775808|1|.
--| 3|9007199254740993|2|b.
--| 4|0|NULL|NULL
--| 5|NULL|1|a,c.
SELECT id, flag << 1, ~flag, flag & 6 FROM amount ORDER BY id;
--| 1|2|-2|0
--| 2|0|-1|0
--| 3|14|-8|6
--| 4|-256|127|0
--| 5|NULL|NULL|NULL

-- Words of enum and set are texts, not places in a list.
SELECT id FROM amount WHERE mood = 'low' ORDER BY id;
--| 1
--| 5
SELECT id FROM amount WHERE mood = 'LOW';
SELECT id FROM amount WHERE mood = 1;
--| 3
SELECT id FROM amount WHERE mood = '1';
--| 3
SELECT id FROM amount WHERE mood = 2;
SELECT id FROM amount WHERE mood = '';
SELECT id FROM amount WHERE mood > 'high' ORDER BY id;
--| 1
--| 5
SELECT id FROM amount WHERE mood IN ('high', 'none', 3) ORDER BY id;
--| 2
SELECT id FROM amount WHERE mood <> 'low' ORDER BY id;
--| 2
--| 3
SELECT id FROM amount WHERE mood IS NOT 'low' ORDER BY id;
--| 2
--| 3
--| 4
SELECT id FROM amount WHERE mood LIKE 'L%' ORDER BY id;
--| 1
--| 5
SELECT id FROM amount WHERE tags = 'a,c' ORDER BY id;
--| 1
--| 5
SELECT id FROM amount WHERE tags = 'c,a';
SELECT id FROM amount WHERE tags = 5;
SELECT id FROM amount WHERE tags = '';
--| 2
SELECT id FROM amount WHERE tags LIKE '%C%' ORDER BY id;
--| 1
--| 5
SELECT id FROM amount WHERE tags > 'a' ORDER BY id;
--| 1
--| 3
--| 5

-- Dates are texts, the zero date is one of them.
SELECT id FROM amount WHERE day = '0000-00-00';
--| 2
SELECT id FROM amount WHERE day < '1000' ORDER BY id;
--| 2
SELECT id FROM amount WHERE day < '0000-00-00';
SELECT id FROM amount WHERE day <= '0000-00-00';
--| 2
SELECT id FROM amount WHERE day > '' ORDER BY id;
--| 1
--| 2
--| 3
--| 5
SELECT id FROM amount WHERE day IS NULL;
--| 4
SELECT id FROM amount WHERE day IS NOT NULL ORDER BY id;
--| 1
--| 2
--| 3
--| 5
SELECT id FROM amount WHERE day = 20240131;
SELECT id FROM amount WHERE day = '20240131';
SELECT id FROM amount WHERE day = '2024-1-31';
SELECT id FROM amount WHERE day = '2024-01-31 00:00:00';
SELECT id FROM amount WHERE day > '2024-01-31 00:00:00';
--| 5
SELECT id FROM amount WHERE day BETWEEN '2024-01' AND '2024-02' ORDER BY id;
--| 1
SELECT id FROM amount WHERE day > '2024-02-30';
SELECT id FROM amount WHERE day < '2024-13-45' ORDER BY id;
--| 1
--| 2
--| 3
--| 5
SELECT id FROM amount WHERE day > 99999999 ORDER BY id;
SELECT id FROM amount WHERE date(day, '+1 day') = '2024-02-01';
--| 1
SELECT id FROM amount WHERE at = '2024-01-31 23:59:59';
--| 1
SELECT id FROM amount WHERE at = '2024-02-01';
SELECT id FROM amount WHERE at >= '2024-02-01' ORDER BY id;
--| 4
--| 5
SELECT id FROM amount WHERE at > '2024-02-01T00:00:00' ORDER BY id;
--| 4
SELECT id FROM amount WHERE at IN ('0000-00-00 00:00:00', '2024-02-01 00:00:00.000') ORDER BY id;
--| 2
SELECT id FROM amount WHERE at LIKE '%23:59%';
--| 1
