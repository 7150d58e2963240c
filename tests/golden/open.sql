-- Opening: all or nothing, and what stands in its way.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}');
--| root@unix(${SOCKET})/golden: 9 tables in temp
SELECT name FROM temp.sqlite_schema ORDER BY name;
--| adults
--| currency
--| huge
--| line
--| loose
--| named
--| odd
--| person
--| token

-- Invisible columns are there when named.
SELECT * FROM odd WHERE id = 1;
--| 1|2|é|1970|2024-05-06 00:00:00|4
SELECT secret, doubled FROM odd WHERE id = 1;
--| 5|4

-- Again: a refresh.  A column that came is there, what is unchanged stays.
--@ server ALTER TABLE currency ADD rate DECIMAL(6,3) DEFAULT 1.5; DROP TABLE loose;
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}');
--| root@unix(${SOCKET})/golden: 8 tables in temp
SELECT * FROM currency;
--| EUR|Euro|1.5
--| usd|Dollar|1.5
SELECT * FROM loose;
--! ERROR: no such table: loose
--@ server CREATE TABLE loose (a INT, b VARCHAR(10)); ALTER TABLE currency DROP rate;

-- A refresh while one of its tables is read is refused, and changes nothing.
SELECT (SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}')) FROM currency;
--! BUSY: entable_open(): drop temp.currency: database table is locked
SELECT count(*) FROM person;
--| 4

SELECT entable_close();
--| 1
SELECT count(*) FROM person;
--! ERROR: no such table: person
SELECT entable_close();
--| 0

-- Another schema, another prefix.
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}', 'main', 'my_');
--| root@unix(${SOCKET})/golden: 9 tables in main
SELECT count(*) FROM main.my_person;
--| 4
SELECT entable_close();
--| 1
ATTACH ':memory:' AS shop;
SELECT entable_open('${DATABASE}@unix(${SOCKET})/nothing', 'shop');
--! CANTOPEN: entable_open(): pool default: mysql: read the columns: connect to golden@unix(${SOCKET})/nothing: Access denied for user 'golden'@'localhost' (using password: NO) (1045)
SELECT entable_open('root@unix(${SOCKET})/${DATABASE}', 'shop');
--| root@unix(${SOCKET})/golden: 9 tables in shop
SELECT count(*) FROM shop.person;
--| 4
SELECT entable_close();
--| 1
SELECT entable_open('root@unix(${SOCKET})/${DATABASE}', 'nowhere');
--! ERROR: entable_open(): there is no schema 'nowhere'; temp, main or an attached database can be used

-- A name that is taken is not shadowed, in whatever schema.
CREATE TABLE person(mine);
CREATE VIEW currency AS SELECT 1;
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}');
--! ERROR: entable_open(): these names are taken: main.person, main.currency; another schema or a prefix helps: entable_open(what, schema, prefix)
SELECT count(*) FROM temp.sqlite_schema;
--| 0
DROP TABLE person;
DROP VIEW currency;

-- Names that SQLite could not hold or tell apart are left out.
--@ server CREATE TABLE Twin (a INT); CREATE TABLE tWIN (a INT); CREATE TABLE sqlite_x (a INT); CREATE TABLE mysql_query (a INT);
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}');
--| root@unix(${SOCKET})/golden: 9 tables in temp; left out: mysql_query (a name of entable's own), sqlite_x (a name of SQLite's), tWIN (names that differ only in case), Twin (names that differ only in case)
SELECT entable_close();
--| 1
--@ server DROP TABLE Twin; DROP TABLE tWIN; DROP TABLE sqlite_x; DROP TABLE mysql_query;

-- Inside a transaction that is rolled back it is undone.
BEGIN;
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}');
--| root@unix(${SOCKET})/golden: 9 tables in temp
SELECT count(*) FROM person;
--| 4
ROLLBACK;
SELECT count(*) FROM person;
--! ERROR: no such table: person
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}');
--| root@unix(${SOCKET})/golden: 9 tables in temp
SELECT count(*) FROM person;
--| 4

-- A table that goes while SQLite has none connected, since it has rolled back.
BEGIN;
CREATE TEMP TABLE gone(a);
ROLLBACK;
--@ server DROP TABLE loose;
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}');
--| root@unix(${SOCKET})/golden: 8 tables in temp
--@ server CREATE TABLE loose (a INT, b VARCHAR(10));
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}');
--| root@unix(${SOCKET})/golden: 9 tables in temp

-- Two configurations need pools of two names.
SELECT entable_open('root@unix(${SOCKET})/mysql');
--! ERROR: entable_open(): pool 'default' of root@unix(${SOCKET})/mysql is opened already, by root@unix(${SOCKET})/golden; another name (?pool=name in an address) helps
SELECT entable_open('mysql://root@localhost/mysql?socket=${SOCKET}&pool=sys', 'temp', 'sys_');
--| root@unix(${SOCKET})/mysql: 31 tables in temp
SELECT count(*) > 0 FROM sys_time_zone_name WHERE 0;
--| 0
SELECT pool, status FROM entable_check ORDER BY pool;
--| default|ok
--| sys|ok

-- DROP and RENAME touch SQLite's side only.
DROP TABLE temp.named;
ALTER TABLE temp.token RENAME TO tokens;
SELECT count(*) FROM tokens;
--| 2
SELECT mysql_query('SELECT count(*) FROM named');
--| 2

-- One table by itself, its columns read from the server.
CREATE VIRTUAL TABLE temp.people USING entity(pool=default, table=person);
SELECT count(*) FROM people;
--| 4
CREATE VIRTUAL TABLE temp.named USING entity;
SELECT count(*) FROM named;
--| 2
CREATE VIRTUAL TABLE temp.x USING entity(pool=nowhere, table=person);
--! ERROR: entity x: there is no pool 'nowhere'; opened are: sys, default
CREATE VIRTUAL TABLE temp.x USING entity(table=missing);
--! ERROR: entity x: there is no table or view 'missing' in pool default
CREATE VIRTUAL TABLE temp.x USING entity(id int, pool=default);
DROP TABLE temp.x;
CREATE VIRTUAL TABLE temp.x USING entity(table=person, local_cache=true);
--! ERROR: entity x: local_cache: the pool 'default' has no local cache; add one, such as local_cache: 100000
CREATE VIRTUAL TABLE temp.x USING entity(table=person, table=line);
--! ERROR: entity x: table: given twice

SELECT entable_open();
--! ERROR: entable_open(): it takes a file or an address, then a schema and a prefix if wanted
SELECT entable_open(NULL);
--! ERROR: entable_open(): it takes a file or an address, then a schema and a prefix if wanted
SELECT entable_open('${DIR}/missing.yaml');
--! ERROR: entable_open(): ${DIR}/missing.yaml: cannot be opened: No such file or directory
SELECT entable_open('mysql://root:hidden@127.0.0.1:1/shop?pool=x');
--! CANTOPEN: entable_open(): pool x: mysql: read the columns: connect to root@127.0.0.1:1/shop: Can't connect to server on '127.0.0.1' (111) (2002)
SELECT entable_open('mysql://nobody:hidden@127.0.0.1:${PORT}/shop?pool=x');
--! CANTOPEN: entable_open(): pool x: mysql: read the columns: connect to nobody@127.0.0.1:${PORT}/shop: Access denied for user 'nobody'@'127.0.0.1' (using password: YES) (1045)
