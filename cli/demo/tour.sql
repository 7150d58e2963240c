-- A walk through the shop.  The tables stand in MariaDB; the SQL is SQLite's.

-- What is there: every table and view of the database, with its columns.
SELECT name, type, ncol AS columns FROM pragma_table_list
WHERE schema = 'temp' AND name NOT LIKE 'sqlite%' ORDER BY name;

-- Text in every script, dates, NULLs, emoji.
SELECT id, name, country_code AS land, born, note
FROM customer WHERE id IN (1, 7, 40, 201, 241, 280, 701, 800);

-- A key is one request: the plan says what MariaDB is asked.
EXPLAIN QUERY PLAN SELECT name FROM customer WHERE id = 42;

-- Conditions and ORDER BY go to the server too, where SQLite and MariaDB agree
-- on what they mean.
EXPLAIN QUERY PLAN
SELECT name, price FROM product WHERE price BETWEEN 100 AND 110
ORDER BY price LIMIT 5;
SELECT name, price, grade, tags FROM product WHERE price BETWEEN 100 AND 110
ORDER BY price LIMIT 5;

-- A join: what is in the last parcels on their way?
SELECT o.id, c.name AS customer, k.local_name AS country, p.name AS product,
  l.quantity AS n, l.price
FROM orders AS o
JOIN customer AS c ON c.id = o.customer_id
JOIN country AS k ON k.code = c.country_code
JOIN order_line AS l ON l.order_id = o.id
JOIN product AS p ON p.id = l.product_id
WHERE o.id > 24597 AND o.status = 'sent'
ORDER BY o.id, l.line;

-- SQLite's JSON functions on a JSON column of MariaDB.
SELECT details ->> 'material' AS material, count(*) AS products,
  round(avg(details ->> 'weight_g')) AS grams,
  sum(json_extract(details, '$.in_stock')) AS in_stock,
  max(details ->> '$.size_cm[0]') AS longest_cm
FROM product GROUP BY 1 ORDER BY 2 DESC;

-- Dates and a window function: orders month by month, and the year so far.
SELECT strftime('%Y-%m', ordered) AS month, count(*) AS orders,
  sum(count(*)) OVER (PARTITION BY strftime('%Y', ordered)
                      ORDER BY strftime('%Y-%m', ordered)) AS in_year
FROM orders WHERE ordered >= '2025-07-01' GROUP BY month;

-- A recursive CTE walks the categories.
WITH RECURSIVE tree(id, path) AS (
  SELECT id, name FROM category WHERE parent_id IS NULL
  UNION ALL
  SELECT c.id, tree.path || ' / ' || c.name
  FROM tree JOIN category AS c ON c.parent_id = tree.id)
SELECT path, (SELECT count(*) FROM product WHERE category_id = tree.id)
  AS products
FROM tree ORDER BY path;

-- A table of your own, in SQLite, beside those of the server.
CREATE TABLE goal(grade TEXT PRIMARY KEY, wanted INTEGER);
INSERT INTO goal VALUES ('basic', 150), ('fine', 130), ('finest', 120);
SELECT grade, wanted, count(p.id) AS have, count(p.id) - wanted AS difference,
  sum(p.tags LIKE '%handmade%') AS handmade
FROM goal JOIN product AS p USING (grade)
GROUP BY grade;

-- MariaDB's own SQL where that is the better place: 62 000 order lines are
-- added up there, ten rows come back, and SQLite ranks them.
SELECT c1 AS country, c2 AS orders, c3 AS lines_total,
  rank() OVER (ORDER BY c3 / c2 DESC) AS rank_by_basket
FROM mysql_query('
  SELECT k.local_name, COUNT(DISTINCT o.id), SUM(l.quantity * l.price)
  FROM order_line l JOIN orders o ON o.id = l.order_id
  JOIN customer c ON c.id = o.customer_id
  JOIN country k ON k.code = c.country_code
  WHERE o.status <> ? GROUP BY k.code', 'cart')
ORDER BY rank_by_basket;
