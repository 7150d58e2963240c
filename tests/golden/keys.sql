-- What is the key of a row.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}');
--| root@unix(${SOCKET})/golden: 9 tables in temp

-- An integer key is the rowid.
SELECT rowid, id, name FROM person WHERE rowid = 2;
--| 2|2|bob
SELECT rowid FROM person WHERE rowid IN (3, 1, 99);
--| 1
--| 3

-- Above 2^63-1 the rowid is the two's complement, the column a REAL.
SELECT rowid, id, word FROM huge ORDER BY rowid;
--| -9223372036854775808|9.223372036854776e+18|above
--| -1|1.8446744073709552e+19|last
--| 1|1|one
--| 9223372036854775807|9223372036854775807|middle
SELECT word FROM huge WHERE rowid = -1;
--| last
SELECT word FROM huge WHERE id = 18446744073709551615;
--| last
SELECT word FROM huge WHERE id = -1;

-- A text key compares as SQLite does.
SELECT * FROM currency WHERE code = 'EUR';
--| EUR|Euro
SELECT * FROM currency WHERE code = 'eur';
SELECT * FROM currency WHERE code IN ('USD', 'usd', 'EUR ');
--| usd|Dollar
SELECT rowid FROM currency;
--! ERROR: no such column: rowid

SELECT note FROM token WHERE id = x'00ff0001';
--| a
SELECT note FROM token WHERE id = x'616263';
SELECT note FROM token WHERE id = x'61626300';
--| b

-- A composite key is a hidden column, too.
SELECT hex(_key), * FROM line ORDER BY order_id, line;
--| 1001000000000000000710010000000000000001|7|1|tea
--| 1001000000000000000710010000000000000002|7|2|cup
--| 1001000000000000000810010000000000000001|8|1|tea
SELECT item FROM line WHERE order_id = 7 AND line = 2;
--| cup
SELECT item FROM line WHERE _key = (SELECT _key FROM line WHERE order_id = 8);
--| tea
SELECT count(*) FROM line WHERE order_id = 8 OR line = 2;
--| 2

-- Without a key rows are counted as they are.
SELECT count(*), count(DISTINCT a) FROM loose WHERE a = 1 OR b = 'x';
--| 2|1

-- A unique column that is never NULL is as good as a key.
SELECT n FROM named WHERE nick = 'b';
--| 2
SELECT rowid FROM named;
--! ERROR: no such column: rowid

SELECT * FROM adults;
--| 1|Ann

-- Without a key nothing can be written.
DELETE FROM adults;
--! READONLY: table adults: it has no key to tell its rows by, and can only be read
INSERT INTO loose VALUES (3, 'y');
--! READONLY: table loose: it has no key to tell its rows by, and can only be read
