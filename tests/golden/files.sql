-- Tables that stay in a database file, and the configuration they name.
--@ file shop.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   import: [person, "c*"]
--@ db shop.db
SELECT entable_open('${DIR}/shop.yaml', 'main');
--| ${DIR}/shop.yaml: 2 tables in main
SELECT name, sql FROM sqlite_schema ORDER BY name;
--| currency|CREATE VIRTUAL TABLE "currency" USING entity(pool=default, table='currency', config='${DIR}/shop.yaml')
--| person|CREATE VIRTUAL TABLE "person" USING entity(pool=default, table='person', config='${DIR}/shop.yaml')
SELECT count(*) FROM person;
--| 4

-- A file from a stranger connects to nothing.
--@ reopen
SELECT count(*) FROM person;
--! ERROR: entity person: its configuration ${DIR}/shop.yaml is not opened: SELECT entable_open('${DIR}/shop.yaml') first, or name it in ENTABLE_CONFIG
SELECT entable_open('${DIR}/shop.yaml', 'main');
--| ${DIR}/shop.yaml: 2 tables in main
SELECT count(*) FROM person;
--| 4
SELECT entable_close();
--| 1
SELECT count(*) FROM person;
--! ERROR: table person: its configuration ${DIR}/shop.yaml is not opened: SELECT entable_open('${DIR}/shop.yaml') first, or name it in ENTABLE_CONFIG

-- The columns of a file's tables are known before any of them is used; not
-- those of a table that cannot be connected.
--@ reopen
SELECT count(*) FROM entity_columns;
--| 0
--@ env ENTABLE_CONFIG=${DIR}/shop.yaml
--@ reopen
SELECT DISTINCT schema, entity FROM entity_columns;
--| main|currency
--| main|person
ALTER TABLE person RENAME TO people;
SELECT DISTINCT entity FROM entity_columns ORDER BY 1;
--| currency
--| people
DROP TABLE people;
SELECT DISTINCT entity FROM entity_columns ORDER BY 1;
--| currency
--@ env ENTABLE_CONFIG=

-- Unless ENTABLE_CONFIG names the same configuration.
--@ db shop2.db
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}', 'main');
--| root@unix(${SOCKET})/golden: 9 tables in main
--@ env ENTABLE_CONFIG=mysql://root@localhost/${DATABASE}?socket=${SOCKET}
--@ reopen
SELECT count(*) FROM person;
--| 4

--@ env ENTABLE_CONFIG=${DIR}/missing.yaml
--@ db shop3.db
SELECT status, error, advice FROM entable_check;
--| failed|ENTABLE_CONFIG: ${DIR}/missing.yaml: cannot be opened: No such file or directory|mend ENTABLE_CONFIG
SELECT mysql_query('SELECT 1');
--! ERROR: mysql_query(): ENTABLE_CONFIG: ${DIR}/missing.yaml: cannot be opened: No such file or directory
SELECT entable_open('mysql://root:secret@localhost/${DATABASE}?socket=${SOCKET}', 'main');
--! ERROR: entable_open(): an address with a password cannot be kept in a file; write it into a configuration file, or open it in the schema temp
SELECT count(*) FROM sqlite_schema;
--| 0
