-- Queries that once differed, or that would if a known trap were fallen into.
-- The judge runs them before the generated ones.  Each has one right answer; it
-- is a list where a line begins with ORDER BY, else a multiset of rows.

-- LIMIT is offered although a column is compared with a column.
SELECT count(*) FROM (SELECT 1 FROM big WHERE a = b LIMIT 3);
SELECT count(*), sum(a = b) FROM (SELECT a, b FROM big WHERE a = b LIMIT 5);
SELECT count(*) FROM (SELECT 1 FROM pairs WHERE a > b LIMIT 7 OFFSET 2);
SELECT id, a, b FROM big WHERE a = b
ORDER BY id LIMIT 4 OFFSET 3;

-- A row value reaches a module as a bare comparison of its first column.
SELECT a, b FROM pairs WHERE (a, b) > (3, 1)
ORDER BY a, b LIMIT 2;
SELECT a, b FROM pairs WHERE (a, b) >= (3, 48)
ORDER BY a, b LIMIT 5;
SELECT a, b FROM pairs WHERE (a, b) < (3, 1)
ORDER BY a DESC, b DESC LIMIT 3;
SELECT count(*) FROM (SELECT 1 FROM pairs WHERE (a, b) > (46, 47) LIMIT 100);
SELECT x, y FROM cell WHERE (x, y) IN (VALUES (1, 2), (3, 9), (5, 5));

-- LIMIT and OFFSET of a compound belong to the whole.
SELECT count(*) FROM (SELECT id FROM house UNION ALL SELECT id FROM person LIMIT 30 OFFSET 20);
SELECT id FROM house UNION ALL SELECT id FROM person
ORDER BY 1 LIMIT 10 OFFSET 7;
SELECT a FROM big UNION SELECT b FROM heap
ORDER BY 1 DESC LIMIT 5 OFFSET 3;

-- A server rounds 2.5 to a neighbour before it looks into an index.
SELECT count(*) FROM big WHERE a = 2.5;
SELECT count(*) FROM big WHERE b = 1.5 OR b = 2.5;
SELECT count(*) FROM big WHERE a IN (2.5, 3);
SELECT count(*) FROM big WHERE a > 2.5 AND a < 4.5;
SELECT count(*) FROM big WHERE a = '2.5';
SELECT count(*) FROM big WHERE a = ' 2 ' OR a = '3x';
SELECT id FROM ints WHERE id = 2.5;

-- Equality under a collation is not SQLite's.
SELECT ci FROM texts WHERE ci = 'a';
SELECT id FROM texts WHERE uci = 'ss';
SELECT id FROM texts WHERE bin = 'a ';
SELECT id FROM texts WHERE latin IN ('A', 'é', '日');
SELECT name FROM named WHERE name = 'ANT0' OR name = 'ant0';
SELECT ci FROM texts WHERE ci <> 'a' AND ci < 'b';
SELECT DISTINCT ci FROM texts
ORDER BY ci;
SELECT ci, count(*) FROM texts GROUP BY ci
ORDER BY ci DESC;
SELECT id FROM texts WHERE ci LIKE 'A%';
SELECT id FROM texts WHERE bin LIKE 'a\%';
SELECT count(*) FROM texts WHERE bin = char(97, 0);
SELECT max(ci), min(ci), max(latin), min(nopad) FROM texts;

-- NULLs come first, in either form of the order.
SELECT n, id FROM big
ORDER BY n, id LIMIT 5;
SELECT n, id FROM big
ORDER BY n DESC, id LIMIT 5;
SELECT n, id FROM big
ORDER BY n NULLS LAST, id LIMIT 5;

-- A row that both arms of an OR find is one row.
SELECT count(*) FROM big WHERE a = 3 OR b = 3;
SELECT count(*) FROM big WHERE a = 3 OR b = 3 OR id < 40;
SELECT count(*) FROM heap WHERE a = 1 OR b = 2;
SELECT count(*) FROM words WHERE word = 'a' OR m = 3 OR n < 20;

-- IN lists with NULL, nothing, repeats and other types.
SELECT count(*) FROM big WHERE n IN (1, NULL, 2);
SELECT count(*) FROM big WHERE n NOT IN (1, NULL, 2);
SELECT count(*) FROM big WHERE n IN ();
SELECT count(*) FROM big WHERE n NOT IN ();
SELECT count(*) FROM person WHERE id IN (3, 3, '3', 3.0, ' 3', x'33');

-- Numbers at the end of their ranges.
SELECT n FROM wide WHERE id = 9223372036854775808;
SELECT count(*) FROM wide WHERE id > 9223372036854775807;
SELECT count(*) FROM wide WHERE id >= 9007199254740992.0;
SELECT id FROM wide
ORDER BY id DESC LIMIT 5;
SELECT id FROM ints WHERE u63 = 18446744073709551615 OR bit64 > 9e18;
SELECT count(*) FROM ints WHERE bit64 > -1 AND u63 >= -5;
SELECT count(*) FROM ints WHERE bit64 <> -1 OR u63 < -1;
SELECT id FROM numbers WHERE exact = 11 OR exact > 1e34;
SELECT id FROM numbers WHERE f = 0.1 OR f = 3.4028234663852886e38;
SELECT id, f, d FROM numbers WHERE d = 0 OR f = -0.0;
SELECT count(*) FROM numbers WHERE price = '2.50' OR price = 2.5;
SELECT count(*) FROM numbers WHERE price = -0.0;
SELECT count(*) FROM numbers WHERE price >= -0.001 AND price <= 0;

-- Dates are texts to SQLite, whatever a server makes of them.
SELECT count(*) FROM moments WHERE day = '2024-1-5' OR day = 20240105;
SELECT count(*) FROM moments WHERE day = '0000-00-00' OR must IS NULL;
SELECT id FROM moments WHERE day IS NULL;
SELECT id FROM moments WHERE clock > '09:00:00';
SELECT id FROM moments WHERE at = '2024-02-29';
SELECT id, clock FROM moments WHERE clock IS NOT NULL
ORDER BY clock, id;

-- Joins of columns that compare by other rules than the server's.
SELECT p.id, l.id FROM person p JOIN label l ON l.id = p.age;
SELECT l.id, p.id FROM label l LEFT JOIN person p ON p.id = l.id;
SELECT p.id, h.street FROM person p LEFT JOIN house h ON h.id = p.house_id
ORDER BY p.id, h.street;
SELECT count(*) FROM person a JOIN texts b ON a.name = b.ci;

-- What stands in the ON of an outer join is offered as if it stood in WHERE.
SELECT count(*), count(h.id) FROM label l LEFT JOIN house h ON l.n <> 6;
SELECT count(*), count(h.id) FROM label l LEFT JOIN house h ON l.n IS NOT 6 AND h.id = 1;
SELECT count(*), count(h.id) FROM label l LEFT JOIN house h ON l.n IS NOT NULL AND h.id = l.n;
SELECT count(*), count(h.id) FROM label l LEFT JOIN house h ON l.id LIKE 'x%' AND h.id = 1;
SELECT count(*), count(h.id) FROM label l LEFT JOIN house h ON l.id GLOB 'x*' AND h.id = 1;
SELECT count(*) FROM house h RIGHT JOIN label l ON l.n <> 6;
WITH j AS (SELECT l.n FROM label l LEFT JOIN house h ON l.n <> 6) SELECT count(*) FROM j;

-- Which row of a RIGHT JOIN has found a partner is told by its key, not by what it holds.
SELECT DISTINCT c.v FROM house a JOIN house b ON b.value = a.value RIGHT JOIN cell c ON c.v = b.value;
SELECT DISTINCT h.number FROM label l RIGHT JOIN house h ON h.number = l.n WHERE l.id IS NULL;

-- Patterns: control characters behind the beginning, NUL, case, wildcards.
SELECT count(*) FROM tagged WHERE name GLOB 'a*' OR name GLOB CAST(x'6100622a' AS TEXT);
SELECT count(*) FROM texts WHERE ci LIKE 'a%' OR ci GLOB 'A*';
SELECT name, v FROM exactly WHERE name GLOB 'ſ';
SELECT count(*) FROM exactly WHERE name LIKE '0%' OR name GLOB 'a*';
SELECT count(*) FROM texts WHERE bin LIKE 'a%' OR bin GLOB 'A*';
SELECT count(*) FROM texts WHERE ci LIKE 'a_%' OR ci LIKE '%_' OR ci GLOB '[a-c]*';
SELECT count(*) FROM texts WHERE ci <> 'a' AND ci IS NOT 'A ';

-- A CHAR is filled up with spaces where it is ordered, even if its collation does not pad.
SELECT c, id FROM fills
ORDER BY c, id;
SELECT id FROM fills WHERE c > 'a';
SELECT id FROM fills WHERE c <= 'a';
SELECT id FROM fills WHERE c = 'a' OR c = char(97, 0);
SELECT min(c), max(c) FROM fills;
SELECT n FROM exactly WHERE 'A' = also OR also = 'AA' COLLATE NOCASE;

-- A rowid is not among the columns that DISTINCT reads.
SELECT DISTINCT id FROM big WHERE _rowid_ >= id;
SELECT DISTINCT a FROM big WHERE abs(rowid) > 3990;
SELECT DISTINCT n FROM big WHERE n = 3 OR oid % 1000 = 7
ORDER BY n;
SELECT DISTINCT n FROM (SELECT n, rowid AS r FROM big) WHERE abs(r) < 9;
