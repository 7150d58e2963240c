-- Transactions over several pools whose rows are in Redis.
--@ with redis
--@ server CREATE DATABASE xc_one; CREATE DATABASE xc_two; CREATE TABLE xc_one.account (id INT PRIMARY KEY, n INT NOT NULL) ENGINE=InnoDB; CREATE TABLE xc_two.entry (id INT PRIMARY KEY, text VARCHAR(20) NOT NULL) ENGINE=InnoDB; INSERT INTO xc_one.account VALUES (1, 10); INSERT INTO xc_two.entry VALUES (1, 'first');
--@ file shop.yaml
--: default: {mysql: 'root@unix(${SOCKET})/xc_one', redis: '${REDIS}:0', transactions: xa}
--: log: {mysql: 'root@unix(${SOCKET})/xc_two', transactions: xa}
--: entities:
--:   account:
--:     redis_cache: true
--:     columns: {id: int, n: int not null}
--:   entry:
--:     pool: log
--:     redis_cache: default
--:     columns: {id: int, text: varchar(20) not null}
SELECT entable_open('${DIR}/shop.yaml');
--| ${DIR}/shop.yaml: 2 tables in temp
SELECT n FROM account WHERE id = 1;
--| 10
SELECT text FROM entry WHERE id IN (1, 2);
--| first

-- What is committed in both is read from then on, what is rolled back is not.
BEGIN;
UPDATE account SET n = 20 WHERE id = 1;
UPDATE entry SET text = 'second' WHERE id = 1;
INSERT INTO entry VALUES (2, 'added');
COMMIT;
SELECT n FROM account WHERE id = 1;
--| 20
SELECT text FROM entry WHERE id IN (1, 2);
--| second
--| added
BEGIN;
UPDATE account SET n = 30 WHERE id = 1;
UPDATE entry SET text = 'third' WHERE id = 1;
ROLLBACK;
SELECT n FROM account WHERE id = 1;
--| 20
SELECT text FROM entry WHERE id IN (1, 2);
--| second
--| added
SELECT counter FROM entable_stats WHERE value > 0 AND counter IN ('hits', 'fills', 'blocked', 'owed');
--| hits
--| fills
--| blocked

-- A branch that a crash has left, and rows of its table in Redis: who commits it tells
-- Redis, and so it is known that they have changed.
--@ server INSERT INTO xc_one._entable_xa (gtrid, bqual, address, made_at, blocked) VALUES ('entable-00000001-a', '', '', '2020-01-01', NULL), ('entable-00000001-a', '2.log', 'root@unix(${SOCKET})/xc_two', '2020-01-01', '1 78e22d39ab163fa2');
--@ server XA START 'entable-00000001-a', '2.log', 1701737521; UPDATE xc_two.entry SET text = 'decided' WHERE id = 1; XA END 'entable-00000001-a', '2.log', 1701737521; XA PREPARE 'entable-00000001-a', '2.log', 1701737521;
SELECT text FROM entry WHERE id = 1;
--| second
SELECT entable_recover();
--| 1
SELECT text FROM entry WHERE id = 1;
--| decided
SELECT c1 FROM mysql_query('SELECT COUNT(*) FROM _entable_xa');
--| 0

-- Not in a transaction that has written there: it would block what that has changed.
--@ server INSERT INTO xc_one._entable_xa (gtrid, bqual, address, made_at, blocked) VALUES ('entable-00000001-b', '', '', '2020-01-01', NULL), ('entable-00000001-b', '2.log', 'root@unix(${SOCKET})/xc_two', '2020-01-01', '1 78e22d39ab163fa2');
--@ server XA START 'entable-00000001-b', '2.log', 1701737521; UPDATE xc_two.entry SET text = 'later' WHERE id = 1; XA END 'entable-00000001-b', '2.log', 1701737521; XA PREPARE 'entable-00000001-b', '2.log', 1701737521;
BEGIN;
INSERT INTO entry VALUES (3, 'beside');
SELECT entable_recover();
--! ERROR: entable_recover(): branch 2.log of entable-00000001-b stays prepared: pool log: this transaction has written to the pool; COMMIT first
ROLLBACK;
SELECT entable_recover();
--| 1
SELECT text FROM entry WHERE id = 1;
--| later

-- Records that nobody understands, or that tell of more Redis than there are.
--@ server INSERT INTO xc_one._entable_xa (gtrid, bqual, address, made_at, blocked) VALUES ('entable-00000001-c', '', '', '2020-01-01', NULL), ('entable-00000001-c', '2.log', 'root@unix(${SOCKET})/xc_two', '2020-01-01', '2 78e22d39ab163fa2');
--@ server XA START 'entable-00000001-c', '2.log', 1701737521; UPDATE xc_two.entry SET text = 'of two Redis' WHERE id = 1; XA END 'entable-00000001-c', '2.log', 1701737521; XA PREPARE 'entable-00000001-c', '2.log', 1701737521;
SELECT entable_recover();
--! ERROR: entable_recover(): branch 2.log of entable-00000001-c stays prepared: pool log: its writer has told 2 Redis, and the pool has 1 in this configuration; finish it with that of its writer
--@ server UPDATE xc_one._entable_xa SET blocked = '1 78e22d39ab163fa2, and more' WHERE bqual <> ''
SELECT entable_recover();
--! CORRUPT_VTAB: entable_recover(): branch 2.log of entable-00000001-c stays prepared: pool log: its record is not understood: 1 78e22d39ab163fa2, and more
--@ server UPDATE xc_one._entable_xa SET blocked = 'all' WHERE bqual <> ''
SELECT entable_recover();
--! CORRUPT_VTAB: entable_recover(): branch 2.log of entable-00000001-c stays prepared: pool log: its record is not understood: all
SELECT entable_close();
--| 1

-- Who has no Redis, or another pool, leaves it prepared, and says so.
--@ server UPDATE xc_one._entable_xa SET blocked = '1 78e22d39ab163fa2' WHERE bqual <> ''
--@ file none.yaml
--: default: {mysql: 'root@unix(${SOCKET})/xc_one', transactions: xa}
--: log: {mysql: 'root@unix(${SOCKET})/xc_two', transactions: xa}
SELECT entable_open('${DIR}/none.yaml');
--| ${DIR}/none.yaml: 0 tables in temp
SELECT entable_recover();
--! ERROR: entable_recover(): branch 2.log of entable-00000001-c stays prepared: rows of root@unix(${SOCKET})/xc_two that it changes may be in Redis, and this configuration has no such pool with a Redis; finish it with that of its writer
SELECT status, error FROM entable_check WHERE pool = 'log';
--| waiting|branches of transactions over several pools were left prepared: 1 to be finished, 0 without a record in these pools; one is entable-00000001-c, 2.log
SELECT entable_close();
--| 1

-- Who cannot reach Redis obeys redis_down.
--@ file away.yaml
--: default: {mysql: 'root@unix(${SOCKET})/xc_one', redis: '127.0.0.1:1', transactions: xa}
--: log: {mysql: 'root@unix(${SOCKET})/xc_two', transactions: xa}
--: entities:
--:   account:
--:     redis_cache: true
--:     columns: {id: int, n: int not null}
--:   entry:
--:     pool: log
--:     redis_cache: default
--:     columns: {id: int, text: varchar(20) not null}
SELECT entable_open('${DIR}/away.yaml');
--| ${DIR}/away.yaml: 2 tables in temp
SELECT entable_recover();
--! CANTOPEN: entable_recover(): branch 2.log of entable-00000001-c stays prepared: pool log: redis: connect to 127.0.0.1:1/0: Connection refused
SELECT entable_close();
--| 1
--@ file proceed.yaml
--: default: {mysql: 'root@unix(${SOCKET})/xc_one', redis: '127.0.0.1:1', transactions: xa}
--: log: {mysql: 'root@unix(${SOCKET})/xc_two', transactions: xa}
--: settings: {redis_down: proceed}
--: entities:
--:   account:
--:     redis_cache: true
--:     columns: {id: int, n: int not null}
--:   entry:
--:     pool: log
--:     redis_cache: default
--:     columns: {id: int, text: varchar(20) not null}
SELECT entable_open('${DIR}/proceed.yaml');
--| ${DIR}/proceed.yaml: 2 tables in temp
SELECT entable_recover();
--| 1
SELECT status, error FROM entable_check WHERE pool = 'log';
--| ok|NULL
SELECT text FROM entry WHERE id = 1;
--| of two Redis
SELECT entable_close();
--| 1

-- What is rolled back changes nothing, and needs no Redis.
--@ server INSERT INTO xc_one._entable_xa (gtrid, bqual, address, made_at, blocked) VALUES ('entable-00000001-d', '2.log', 'root@unix(${SOCKET})/xc_two', '2020-01-01', '1 78e22d39ab163fa2');
--@ server XA START 'entable-00000001-d', '2.log', 1701737521; UPDATE xc_two.entry SET text = 'undecided' WHERE id = 1; XA END 'entable-00000001-d', '2.log', 1701737521; XA PREPARE 'entable-00000001-d', '2.log', 1701737521;
SELECT entable_open('${DIR}/none.yaml');
--| ${DIR}/none.yaml: 0 tables in temp
SELECT entable_recover();
--| 1
SELECT c1 FROM mysql_query('SELECT COUNT(*) FROM _entable_xa');
--| 0
