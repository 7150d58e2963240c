-- Transactions over several pools: transactions: xa.

-- What a configuration may say of it.
--@ file alone.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   transactions: xa
--: log:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
SELECT entable_open('${DIR}/alone.yaml');
--! ERROR: entable_open(): ${DIR}/alone.yaml:1: default: only this pool says 'transactions: xa', which is for two or more that commit as one
--@ file words.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}?limit_connections=1
--:   transactions: xa
--: log:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   transactions: XA
--: more:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   transactions: [xa]
SELECT entable_open('${DIR}/words.yaml');
--! ERROR: entable_open(): ${DIR}/words.yaml:1: default: 'transactions: xa' takes two connections; limit_connections allows one; line 6: log.transactions: expected xa: what is written here commits together with what is written in the other pools that say so; line 9: more.transactions: expected xa: what is written here commits together with what is written in the other pools that say so

--@ server CREATE DATABASE xa_one; CREATE DATABASE xa_two; CREATE DATABASE xa_three;
--@ server CREATE TABLE xa_one.account (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20) UNIQUE, n INT NOT NULL DEFAULT 0) ENGINE=InnoDB; CREATE TABLE xa_two.entry (id INT PRIMARY KEY AUTO_INCREMENT, text VARCHAR(20) UNIQUE, n INT NOT NULL DEFAULT 0) ENGINE=InnoDB; CREATE TABLE xa_three.plain (id INT PRIMARY KEY) ENGINE=InnoDB;
--@ file shop.yaml
--: default: {mysql: root@unix(${SOCKET})/xa_one, import: true, transactions: xa}
--: log: {mysql: root@unix(${SOCKET})/xa_two, import: true, transactions: xa}
--: plain: {mysql: root@unix(${SOCKET})/xa_three, import: true}
SELECT entable_open('${DIR}/shop.yaml');
--| ${DIR}/shop.yaml: 3 tables in temp
SELECT pool, status, error, advice FROM entable_check ORDER BY pool;
--| default|ok|NULL|NULL
--| log|ok|NULL|NULL
--| plain|ok|NULL|NULL

-- Both are written, and nobody sees one without the other.
BEGIN;
INSERT INTO account(name) VALUES ('Ann'), ('Ben');
INSERT INTO entry(text) VALUES ('made Ann');
SELECT last_insert_rowid();
--| 1
SELECT c1 FROM mysql_query('SELECT COUNT(*) FROM account');
--| 2
SELECT c1 FROM mysql_query(pool('log'), 'SELECT COUNT(*) FROM entry');
--| 1
COMMIT;
SELECT name FROM account ORDER BY id;
--| Ann
--| Ben
SELECT text FROM entry;
--| made Ann
BEGIN;
UPDATE account SET n = n + 1;
SELECT mysql_exec(pool('log'), 'INSERT INTO entry(text) VALUES (?)', 'counted');
--| 1
ROLLBACK;
SELECT sum(n) FROM account;
--| 0
SELECT count(*) FROM entry;
--| 1

-- Savepoints and errors go back in both, in pools that were written to before and after.
BEGIN;
SAVEPOINT a;
INSERT INTO account(name) VALUES ('Cid');
SAVEPOINT b;
INSERT INTO entry(text) VALUES ('made Cid');
UPDATE account SET n = 7;
ROLLBACK TO b;
SELECT name, n FROM account ORDER BY id;
--| Ann|0
--| Ben|0
--| Cid|0
SELECT text FROM entry;
--| made Ann
INSERT INTO entry(text) VALUES ('made Cid again'), ('made Ann');
--! CONSTRAINT_UNIQUE: mysql: insert into entry: Duplicate entry 'made Ann' for key 'text' (1062)
SELECT text FROM entry;
--| made Ann
INSERT INTO entry(id, text, n) VALUES (4, 'made Cid', 0) RETURNING text;
--| made Cid
COMMIT;
SELECT name, n FROM account ORDER BY id;
--| Ann|0
--| Ben|0
--| Cid|0
SELECT text FROM entry ORDER BY id;
--| made Ann
--| made Cid
BEGIN;
INSERT INTO account(name) VALUES ('Dan');
SAVEPOINT a;
INSERT INTO entry(text) VALUES ('made Dan');
ROLLBACK TO a;
INSERT INTO entry(text) VALUES ('no Dan');
RELEASE a;
COMMIT;
SELECT text FROM entry WHERE id > 4;
--| no Dan

-- One statement may write to both; rows that were gathered belong to it.
INSERT INTO account(name, n) SELECT 'Eve', mysql_exec(pool('log'), 'INSERT INTO entry(text) VALUES (''made Eve'')');
SELECT name, n FROM account WHERE name = 'Eve';
--| Eve|1
SELECT text FROM entry WHERE text = 'made Eve';
--| made Eve
SELECT entable_set('batch', 'transaction');
--| transaction
BEGIN;
INSERT INTO account(name) VALUES ('Fay'), ('Gil');
INSERT INTO entry(text) VALUES ('made Fay'), ('made Gil');
INSERT INTO account(name) VALUES ('Ann');
COMMIT;
--! CONSTRAINT_UNIQUE: mysql: insert into account: Duplicate entry 'Ann' for key 'name' (1062)
SELECT name FROM account WHERE name IN ('Fay', 'Gil');
SELECT text FROM entry WHERE text IN ('made Fay', 'made Gil');
SELECT entable_set('batch', 'statement');
--| statement

-- One state for all that is read, and then writing to both.
SELECT entable_set('snapshot', 'on');
--| on
BEGIN;
SELECT count(*) FROM entry;
--| 4
--@ server INSERT INTO xa_two.entry(text) VALUES ('unseen')
SELECT count(*) FROM entry;
--| 4
UPDATE account SET n = 1 WHERE name = 'Ann';
UPDATE entry SET n = 1 WHERE text = 'made Ann';
COMMIT;
SELECT entable_set('snapshot', 'off');
--| off
SELECT count(*), sum(n) FROM entry;
--| 5|1
SELECT n FROM account WHERE name = 'Ann';
--| 1

-- A lock that is not had in the second pool undoes the first, too.
SELECT mysql_exec(pool('log'), 'SET GLOBAL innodb_lock_wait_timeout = 1');
--| 0
SELECT entable_close();
--| 1
SELECT entable_open('${DIR}/shop.yaml');
--| ${DIR}/shop.yaml: 3 tables in temp
BEGIN;
UPDATE account SET n = 5 WHERE name = 'Ann';
--@ server XA START 'other'; UPDATE xa_two.entry SET n = 9 WHERE text = 'made Ann'; XA END 'other'; XA PREPARE 'other';
UPDATE entry SET n = 5 WHERE text = 'made Ann';
--! BUSY: mysql: read entry: Lock wait timeout exceeded; try restarting transaction (1205)
UPDATE account SET n = 6 WHERE name = 'Ann';
--! BUSY: Lock wait timeout exceeded; try restarting transaction (1205); nothing more is done before ROLLBACK
COMMIT;
--! BUSY_SNAPSHOT: mysql: Lock wait timeout exceeded; try restarting transaction (1205); nothing more is done before ROLLBACK
ROLLBACK;
--! ERROR: cannot rollback - no transaction is active
--@ server XA ROLLBACK 'other'
SELECT n FROM account WHERE name = 'Ann';
--| 1
SELECT n FROM entry WHERE text = 'made Ann';
--| 1

-- A pool that does not say so, or is of another configuration.
BEGIN;
INSERT INTO account(name) VALUES ('Hal');
INSERT INTO plain VALUES (1);
--! ERROR: this transaction has written to pool default, and without 'transactions: xa' in the configuration of both a transaction writes to one; COMMIT before writing to plain
SELECT mysql_exec(pool('plain'), 'INSERT INTO plain VALUES (1)');
--! ERROR: mysql_exec(): mysql plain: this transaction has written to pool default, and without 'transactions: xa' in the configuration of both a transaction writes to one; COMMIT before writing to plain
INSERT INTO entry(text) VALUES ('made Hal');
COMMIT;
SELECT count(*) FROM plain;
--| 0
BEGIN;
INSERT INTO plain VALUES (1);
INSERT INTO account(name) VALUES ('Ida');
--! ERROR: this transaction has written to pool plain, and without 'transactions: xa' in the configuration of both a transaction writes to one; COMMIT before writing to default
ROLLBACK;
--@ file other.yaml
--: a: {mysql: root@unix(${SOCKET})/xa_one, transactions: xa}
--: b: {mysql: root@unix(${SOCKET})/xa_two, transactions: xa}
SELECT entable_open('${DIR}/other.yaml');
--| ${DIR}/other.yaml: 0 tables in temp
BEGIN;
INSERT INTO account(name) VALUES ('Ida');
SELECT mysql_exec(pool('b'), 'INSERT INTO entry(text) VALUES (''made Ida'')');
--! ERROR: mysql_exec(): mysql b: this transaction has written to pool default, and pool b is of another configuration; 'transactions: xa' is for pools of one file
ROLLBACK;

-- The record is no entity, is not dropped, and is empty again.
SELECT c1 FROM mysql_query('SELECT COUNT(*) FROM _entable_xa');
--| 0
SELECT name FROM temp.sqlite_schema WHERE name GLOB '_entable*';
SELECT * FROM entity_alters;

-- What goes to the servers: one phase where one pool was written, else two.
--@ server SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = ON;
INSERT INTO account(name) VALUES ('Jan');
BEGIN;
UPDATE account SET n = n + 1 WHERE id = 1;
UPDATE entry SET n = n + 1 WHERE id = 1;
COMMIT;
--@ server SET GLOBAL general_log = OFF;
SELECT c1 FROM mysql_query('SELECT REGEXP_REPLACE(REGEXP_REPLACE(argument, "entable-[0-9a-f]{8}-[0-9a-f]{32}", "ID"), "''[0-9]+[.]", "''N.") FROM mysql.general_log WHERE command_type IN ("Query", "Execute") AND argument REGEXP "^(XA |UPDATE |INSERT |DELETE |COMMIT|ROLLBACK|START)" ORDER BY event_time');
--| XA START 'ID','N.default',1701737521
--| INSERT INTO `account` (`id`, `name`, `n`) VALUES (NULL, 'Jan', DEFAULT)
--| XA END 'ID','N.default',1701737521
--| XA COMMIT 'ID','N.default',1701737521 ONE PHASE
--| XA START 'ID','N.default',1701737521
--| UPDATE `account` SET `n` = 2 WHERE `id` = 1
--| XA START 'ID','N.log',1701737521
--| UPDATE `entry` SET `n` = 2 WHERE `id` = 1
--| INSERT INTO _entable_xa (gtrid, bqual, address, blocked) VALUES (?, ?, ?, ?)
--| INSERT INTO _entable_xa (gtrid, bqual, address) VALUES ('ID', '', '')
--| XA END 'ID','N.log',1701737521
--| XA PREPARE 'ID','N.log',1701737521
--| XA END 'ID','N.default',1701737521
--| XA COMMIT 'ID','N.default',1701737521 ONE PHASE
--| XA COMMIT 'ID','N.log',1701737521
--| DELETE FROM _entable_xa WHERE gtrid = 'ID'

-- What a crash has left is told and finished: branches that were prepared, and what
-- their records say of them.
--@ server INSERT INTO xa_one._entable_xa (gtrid, bqual, address, made_at) VALUES ('entable-00000001-a', '', '', '2020-01-01'), ('entable-00000001-a', '2.log', 'root@unix(${SOCKET})/xa_two', '2020-01-01'), ('entable-00000001-b', '2.log', 'root@unix(${SOCKET})/xa_two', '2020-01-01');
--@ server XA START 'entable-00000001-a', '2.log', 1701737521; INSERT INTO xa_two.entry(text) VALUES ('decided'); XA END 'entable-00000001-a', '2.log', 1701737521; XA PREPARE 'entable-00000001-a', '2.log', 1701737521;
--@ server XA START 'entable-00000001-b', '2.log', 1701737521; INSERT INTO xa_two.entry(text) VALUES ('undecided'); XA END 'entable-00000001-b', '2.log', 1701737521; XA PREPARE 'entable-00000001-b', '2.log', 1701737521;
--@ server XA START 'entable-00000001-c', '2.log', 1701737521; INSERT INTO xa_two.entry(text) VALUES ('unknown'); XA END 'entable-00000001-c', '2.log', 1701737521; XA PREPARE 'entable-00000001-c', '2.log', 1701737521;
--@ server XA START 'other'; INSERT INTO xa_two.entry(text) VALUES ('another program'); XA END 'other'; XA PREPARE 'other';
SELECT pool, status, error, advice FROM entable_check WHERE pool IN ('default', 'log') ORDER BY pool;
--| default|waiting|branches of transactions over several pools were left prepared: 0 to be finished, 1 without a record in these pools; one is entable-00000001-c, 2.log|entable check with the configuration that they were made with
--| log|waiting|branches of transactions over several pools were left prepared: 2 to be finished, 1 without a record in these pools; one is entable-00000001-c, 2.log|entable check, or SELECT entable_recover()
SELECT entable_recover();
--| 2
SELECT pool, status, error, advice FROM entable_check WHERE pool IN ('default', 'log') ORDER BY pool;
--| default|waiting|branches of transactions over several pools were left prepared: 0 to be finished, 1 without a record in these pools; one is entable-00000001-c, 2.log|entable check with the configuration that they were made with
--| log|waiting|branches of transactions over several pools were left prepared: 0 to be finished, 1 without a record in these pools; one is entable-00000001-c, 2.log|entable check with the configuration that they were made with
--@ server XA ROLLBACK 'entable-00000001-c', '2.log', 1701737521; XA ROLLBACK 'other';
SELECT text FROM entry WHERE text IN ('decided', 'undecided', 'unknown', 'another program');
--| decided
SELECT c1 FROM mysql_query('SELECT COUNT(*) FROM _entable_xa');
--| 0
SELECT entable_recover();
--| 0
SELECT pool, status FROM entable_check WHERE pool IN ('default', 'log') ORDER BY pool;
--| default|ok
--| log|ok
-- Old records whose branch has ended go; those of other addresses stay.
--@ server INSERT INTO xa_one._entable_xa (gtrid, bqual, address, made_at) VALUES ('entable-00000001-d', '', '', '2020-01-01'), ('entable-00000001-d', '2.log', 'root@unix(${SOCKET})/xa_two', '2020-01-01'), ('entable-00000001-e', '2.log', 'root@elsewhere:3306/xa_two', '2020-01-01'), ('entable-00000001-f', '2.log', 'root@unix(${SOCKET})/xa_two', NOW());
SELECT entable_recover();
--| 0
SELECT c1, c2 FROM mysql_query('SELECT gtrid, bqual FROM _entable_xa ORDER BY gtrid');
--| entable-00000001-e|2.log
--| entable-00000001-f|2.log
-- It cannot be hidden in a view of a database file.
CREATE VIEW hidden AS SELECT entable_recover();
SELECT * FROM hidden;
--! ERROR: unsafe use of entable_recover()
