-- What is wrong with a configuration, with file, line and key.
--@ file a.yaml
--: default:
--:   mysqll: root@unix(${SOCKET})/${DATABASE}
--:   import: yes please
--: settings:
--:   timeout_ms: soon
SELECT entable_open('${DIR}/a.yaml');
--! ERROR: entable_open(): ${DIR}/a.yaml:1: default: no server: the key 'mysql' or 'redis' is missing; line 2: default: unknown key 'mysqll'; did you mean 'mysql'? known: mysql, import, redis, sentinel, local_cache, replica, mysqlEncoding, collation, wide, triggers, transactions, prefix; line 3: default.import: expected true, false or a list of table names such as [customer, "order_*"]; line 5: settings.timeout_ms: expected a number of milliseconds from 0 (no limit) to 2147483647
--@ file b.yaml
--: default:
--:   mysql: root:geheim@unix(${SOCKET})
--:   redis: 127.0.0.1:6379:0
--: entities:
--:   user: {}
SELECT entable_open('${DIR}/b.yaml');
--! ERROR: entable_open(): ${DIR}/b.yaml:2: default.mysql: expected mysql://user:password@host:port/database, user:password@tcp(host:port)/database or user@unix(/path)/database; line 5: user: no columns; there must be one, such as id: bigint unsigned
--@ file declared.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--: entities:
--:   user: {columns: {id: bigint unsigned, name: varchar(100)}, dirty: [changed]}
SELECT entable_open('${DIR}/declared.yaml');
--! ERROR: entable_open(): ${DIR}/declared.yaml:4: user.dirty: does not work yet in this version
--@ file c.yaml
--: default:
--:   mysql: root:${NO_SUCH_VARIABLE}@unix(${SOCKET})/${DATABASE}
SELECT entable_open('${DIR}/c.yaml');
--! ERROR: entable_open(): ${DIR}/c.yaml:2: default.mysql: the environment variable 'NO_SUCH_VARIABLE' is not set
--@ file d.yaml
--: default:
--:  mysql: [1
SELECT entable_open('${DIR}/d.yaml');
--! ERROR: entable_open(): ${DIR}/d.yaml:3: did not find expected ',' or ']'
--@ env WHO=root
--@ file e.yaml
--: main_pool:
--:   mysql: ${WHO}@unix(${SOCKET})/${DATABASE}
--:   import: ["per*"]
--: settings: {timeout_ms: 5000}
SELECT entable_open('${DIR}/e.yaml');
--| ${DIR}/e.yaml: 1 table in temp
SELECT name, value FROM entable_settings;
--| batch|statement
--| timeout_ms|5000
--| max_scan_rows|0
--| pushdown|on
--| cache|on
--| request_cache|0
--| snapshot|off
SELECT count(*) FROM person;
--| 4
SELECT c1 FROM mysql_query(pool('main_pool'), 'SELECT 7');
--| 7
SELECT mysql_query('SELECT 7');
--! ERROR: mysql_query(): there is no pool 'default'; opened are: main_pool
SELECT entable_open('mysql://root@localhost/x?socket=${SOCKET}&ssl=true');
--! ERROR: entable_open(): mysql address: option 'ssl' is not known here: write tls=
SELECT entable_open('mysql://root@localhost');
--! ERROR: entable_open(): mysql address: no database: '/' and its name must end the address or stand before '?'
