-- Settings, and what goes wrong with servers.
SELECT entable_set('timeout_ms', 200);
--| 200
SELECT name, value FROM entable_settings;
--| batch|statement
--| timeout_ms|200
--| max_scan_rows|0
--| pushdown|on
--| cache|on
--| request_cache|0
--| snapshot|off
SELECT entable_set('timeout_ms', -1);
--! MISMATCH: entable_set(): setting timeout_ms: milliseconds from 0 (no limit) to 2147483647 are allowed
SELECT entable_set('pushdown', 'maybe');
--! MISMATCH: entable_set(): setting pushdown: 'on' or 'off' are allowed
SELECT entable_set('trace', 'text');
--! ERROR: entable_set(): setting 'trace' does not work yet in this version
SELECT entable_set('colour', 'red');
--! ERROR: entable_set(): there is no setting 'colour'; SELECT name FROM entable_settings shows all

SELECT * FROM entable_check;
SELECT mysql_query('SELECT 1');
--! ERROR: mysql_query(): pool 'default': nothing is opened; SELECT entable_open(…) first
SELECT entable_open('mysql://root@localhost/${DATABASE}?socket=${SOCKET}');
--| root@unix(${SOCKET})/golden: 9 tables in temp
SELECT pool, backend, address, status, error, advice FROM entable_check;
--| default|mysql|root@unix(${SOCKET})/golden|ok|NULL|NULL

-- Too long: our own words, and SQLite's code for what was interrupted.
SELECT mysql_query('SELECT SLEEP(30)');
--! INTERRUPT: mysql_query(): mysql default: no answer in time
SELECT entable_set('timeout_ms', 30000);
--| 30000

-- A connection that was lost between two statements is replaced.
SELECT count(*) FROM person;
--| 4
--@ kill
SELECT count(*) FROM person;
--| 4
SELECT name FROM person WHERE id = 1;
--| Ann

-- The table changed on the server under an open handle.
--@ server ALTER TABLE person RENAME COLUMN email TO mail; RENAME TABLE line TO lines_;
SELECT name FROM person WHERE id = 2;
--| bob
SELECT email FROM person WHERE id = 2;
--! ERROR: mysql: read person: Unknown column 'email' in 'SELECT' (1054)
SELECT * FROM line;
--! ERROR: mysql: read line: Table 'golden.line' doesn't exist (1146)
--@ server ALTER TABLE person RENAME COLUMN mail TO email; RENAME TABLE lines_ TO line;
SELECT email FROM person WHERE id = 1;
--| ann@x
SELECT count(*) FROM line;
--| 3
