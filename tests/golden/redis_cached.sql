-- Values that are computed once and kept in Redis.
--@ with redis
--@ file redis.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:4
--:   prefix: "shop:"
--: second:
--:   redis: ${REDIS}:5
--: away:
--:   redis: 127.0.0.1:1:0
--: only:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
SELECT redis_cached('k', 3600, 'SELECT 1');
--! ERROR: redis_cached(): pool 'default': nothing is opened; SELECT entable_open(…) first
SELECT entable_open('${DIR}/redis.yaml');
--| ${DIR}/redis.yaml: 0 tables in temp
CREATE TABLE source(v);
INSERT INTO source VALUES (1);
SELECT redis_cached('k', 3600, 'SELECT v FROM source');
--| 1
UPDATE source SET v = 2;
-- Kept, whatever the SQL has become; DEL ends it.
SELECT redis_cached('k', 3600, 'SELECT v FROM source'), redis_cached('k', 3600, 'SELECT 7');
--| 1|1
SELECT redis('PTTL', 'shop:c:k') BETWEEN 1 AND 3600000, redis('DEL', 'shop:c:k');
--| 1|1
SELECT redis_cached('k', 3600.5, 'SELECT v FROM source'), redis('PTTL', 'shop:c:k') BETWEEN 1 AND 3600500;
--| 2|1
-- Every type comes back as it was.
SELECT quote(redis_cached('t' || t.n, 3600, t.sql)), typeof(redis_cached('t' || t.n, 3600, 'SELECT 1 / 0')) FROM (SELECT 1 AS n, 'SELECT 9223372036854775807' AS sql UNION ALL SELECT 2, 'SELECT -1' UNION ALL SELECT 3, 'SELECT 0.1' UNION ALL SELECT 4, 'SELECT 9e999' UNION ALL SELECT 5, 'SELECT ''grüße''' UNION ALL SELECT 6, 'SELECT ''''' UNION ALL SELECT 7, 'SELECT x''00ff''' UNION ALL SELECT 8, 'SELECT x''''' UNION ALL SELECT 9, 'SELECT NULL' UNION ALL SELECT 10, 'SELECT 1.0' UNION ALL SELECT 11, 'SELECT ''1''') AS t ORDER BY t.n;
--| 9223372036854775807|integer
--| -1|integer
--| 0.1|real
--| Inf|real
--| 'grüße'|text
--| ''|text
--| X'00FF'|blob
--| X''|blob
--| NULL|null
--| 1.0|real
--| '1'|text
SELECT quote(redis_cached('t1', 3600, 'SELECT 1')), quote(redis_cached('t3', 3600, 'SELECT 1')), quote(redis_cached('t5', 3600, 'SELECT 1')), quote(redis_cached('t6', 3600, 'SELECT 1')), quote(redis_cached('t7', 3600, 'SELECT 1')), quote(redis_cached('t8', 3600, 'SELECT 1')), quote(redis_cached('t9', 3600, 'SELECT 1')), quote(redis_cached('t10', 3600, 'SELECT 1')), quote(redis_cached('t11', 3600, 'SELECT 1'));
--| 9223372036854775807|0.1|'grüße'|''|X'00FF'|X''|NULL|1.0|'1'
SELECT hex(CAST(redis_cached('nul', 3600, 'SELECT ''a'' || char(0) || ''b''') AS BLOB)), hex(CAST(redis_cached('nul', 3600, 'SELECT 1') AS BLOB)), typeof(redis_cached('nul', 3600, 'SELECT 1'));
--| 610062|610062|text
-- No row is NULL, and kept as that; of several rows the first counts.
SELECT redis_cached('none', 3600, 'SELECT v FROM source WHERE v > 9'), redis_cached('none', 3600, 'SELECT 1'), redis('EXISTS', 'shop:c:none');
--| NULL|NULL|1
SELECT redis_cached('first', 3600, 'SELECT v FROM (SELECT 5 AS v UNION ALL SELECT 6) ORDER BY v DESC');
--| 6
-- Values for placeholders; another pool's Redis is another.
SELECT redis_cached('sum', 3600, 'SELECT ? + ?2', 40, 2), redis_cached(pool('second'), 'sum', 3600, 'SELECT ?', 'other');
--| 42|other
SELECT redis_cached('sum', 3600, 'SELECT 0'), redis_cached(pool('second'), 'sum', 3600, 'SELECT 0'), redis(pool('second'), 'EXISTS', 'c:sum');
--| 42|other|1
-- SQL that asks for others, and for servers.
SELECT redis_cached('outer', 3600, 'SELECT redis_cached(''inner'', 3600, ''SELECT 20'') + 1'), redis_cached('inner', 3600, 'SELECT 0');
--| 21|20
SELECT redis_cached('server', 3600, 'SELECT mysql_query(''SELECT 6 * 7'')'), redis_cached('server', 3600, 'SELECT 0');
--| 42|42
SELECT redis_cached('', 3600, 'SELECT ''of no name'''), redis_cached('', 3600, 'SELECT 0');
--| of no name|of no name
SELECT redis_cached('comment', 3600, 'SELECT 1; ');
--| 1
-- A value of another release is none, and neither is anything else.
SELECT redis('SET', 'shop:c:strange', x'5602000000'), redis_cached('strange', 3600, 'SELECT 3'), redis_cached('strange', 3600, 'SELECT 0');
--| OK|3|3
SELECT redis('RPUSH', 'shop:c:list', 1);
--| 1
SELECT redis_cached('list', 3600, 'SELECT 4'), redis_cached('list', 3600, 'SELECT 5'), redis('TYPE', 'shop:c:list');
--| 4|5|list
-- More than 16 MiB is not kept.
SELECT length(redis_cached('large', 3600, 'SELECT zeroblob(17000000)')), redis('EXISTS', 'shop:c:large');
--| 17000000|0
-- What failed is not kept, and another may try at once.
SELECT redis_cached('fails', 3600, 'SELECT v FROM nowhere');
--! ERROR: redis_cached(): 'fails': no such table: nowhere
SELECT redis('EXISTS', 'shop:c:fails'), redis_cached('fails', 3600, 'SELECT 8');
--| 0|8
SELECT redis_cached('late', 3600, 'SELECT abs(-9223372036854775808)');
--! ERROR: redis_cached(): 'late': integer overflow
SELECT redis('EXISTS', 'shop:c:late');
--| 0
SELECT redis_cached('server fails', 3600, 'SELECT mysql_query(''SELECT nothing'')');
--! ERROR: redis_cached(): 'server fails': mysql_query(): mysql default: Unknown column 'nothing' in 'SELECT' (1054)
-- Without Redis, with caches off, and where something was written: computed.
SELECT redis_cached(pool('away'), 'k', 3600, 'SELECT 1'), redis_cached(pool('away'), 'k', 3600, 'SELECT 2');
--| 1|2
SELECT entable_set('cache', 'off');
--| off
SELECT redis_cached('k', 3600, 'SELECT 10'), redis_cached('off', 3600, 'SELECT 11'), redis('EXISTS', 'shop:c:off');
--| 10|11|0
SELECT entable_set('cache', 'on');
--| on
BEGIN;
SELECT redis_cached('k', 3600, 'SELECT 12');
--| 2
UPDATE source SET v = 3;
SELECT redis_cached('k', 3600, 'SELECT v FROM source'), redis_cached('dirty', 3600, 'SELECT v FROM source'), redis('EXISTS', 'shop:c:dirty');
--| 3|3|0
ROLLBACK;
SELECT redis_cached('dirty', 3600, 'SELECT v FROM source');
--| 2
INSERT INTO source SELECT redis_cached('written', 3600, 'SELECT 13');
SELECT redis('EXISTS', 'shop:c:written'), max(v) FROM source;
--| 0|13
-- What goes wrong.
SELECT redis_cached();
--! ERROR: redis_cached(): the arguments are [pool('name'),] key, seconds, SQL and the values for its placeholders
SELECT redis_cached('k', 3600);
--! ERROR: redis_cached(): the arguments are [pool('name'),] key, seconds, SQL and the values for its placeholders
SELECT redis_cached(pool('second'), 'k', 3600);
--! ERROR: redis_cached(): the arguments are [pool('name'),] key, seconds, SQL and the values for its placeholders
SELECT redis_cached(NULL, 3600, 'SELECT 1');
--! MISMATCH: redis_cached(): the key is a text
SELECT redis_cached(7, 3600, 'SELECT 1');
--! MISMATCH: redis_cached(): the key is a text
SELECT redis_cached('k', 0, 'SELECT 1');
--! MISMATCH: redis_cached(): how long the value is kept is a number of seconds, from 0.001 to a hundred years
SELECT redis_cached('k', -1, 'SELECT 1');
--! MISMATCH: redis_cached(): how long the value is kept is a number of seconds, from 0.001 to a hundred years
SELECT redis_cached('k', 0.0004, 'SELECT 1');
--! MISMATCH: redis_cached(): how long the value is kept is a number of seconds, from 0.001 to a hundred years
SELECT redis_cached('k', '3600', 'SELECT 1');
--! MISMATCH: redis_cached(): how long the value is kept is a number of seconds, from 0.001 to a hundred years
SELECT redis_cached('k', NULL, 'SELECT 1');
--! MISMATCH: redis_cached(): how long the value is kept is a number of seconds, from 0.001 to a hundred years
SELECT redis_cached('k', 9e999, 'SELECT 1');
--! MISMATCH: redis_cached(): how long the value is kept is a number of seconds, from 0.001 to a hundred years
SELECT redis_cached('k', 3600, NULL);
--! MISMATCH: redis_cached(): the SQL is a text
SELECT redis_cached('k2', 3600, '');
--! ERROR: redis_cached(): 'k2': there is no statement
SELECT redis_cached('k2', 3600, 'SELECT 1, 2');
--! ERROR: redis_cached(): 'k2': a statement with one column makes a value, this one has 2
SELECT redis_cached('k2', 3600, 'SELECT 1; SELECT 2');
--! ERROR: redis_cached(): 'k2': one statement makes a value
SELECT redis_cached('k2', 3600, 'BEGIN');
--! ERROR: redis_cached(): 'k2': a statement with one column makes a value, this one has 0
SELECT redis_cached('k2', 3600, 'DELETE FROM source RETURNING v');
--! ERROR: redis_cached(): 'k2': a statement that writes makes no value
SELECT redis_cached('k2', 3600, 'SELECT ?');
--! ERROR: redis_cached(): 'k2': 1 placeholders and 0 values
SELECT redis_cached('k2', 3600, 'SELECT 1', 2);
--! ERROR: redis_cached(): 'k2': 0 placeholders and 1 values
SELECT redis_cached('k2', 3600, 'SELEC');
--! ERROR: redis_cached(): 'k2': near "SELEC": syntax error
SELECT redis_cached(pool('only'), 'k', 3600, 'SELECT 1');
--! ERROR: redis_cached(): pool 'only' has no Redis; its configuration names one by the key 'redis' or 'sentinel'
SELECT redis_cached(pool('gone'), 'k', 3600, 'SELECT 1');
--! ERROR: redis_cached(): there is no pool 'gone'; opened are: default, only, second, away
SELECT redis_cached('self', 3600, 'SELECT redis_cached(''self'', 3600, ''SELECT 1'')');
--! ERROR: redis_cached(): 'self': redis_cached(): 'self': its SQL asks for itself
SELECT redis_cached('one', 3600, 'SELECT redis_cached(''two'', 3600, ''SELECT redis_cached(''''one'''', 3600, ''''SELECT 1'''')'')');
--! ERROR: redis_cached(): 'one': redis_cached(): 'two': redis_cached(): 'one': its SQL asks for itself
SELECT redis_cached(pool('away'), 'self', 3600, 'SELECT redis_cached(pool(''away''), ''self'', 3600, ''SELECT 1'')');
--! ERROR: redis_cached(): 'self': redis_cached(): 'self': its SQL asks for itself
SELECT redis_cached('deep' || 0, 3600, s, s, 1) FROM (SELECT 'SELECT redis_cached(''deep'' || ?2, 3600, ?1, ?1, ?2 + 1)' AS s);
--! ERROR: redis_cached(): 'deep0': redis_cached(): 'deep1': redis_cached(): 'deep2': redis_cached(): 'deep3': redis_cached(): 'deep4': redis_cached(): 'deep5': redis_cached(): 'deep6': redis_cached(): 'deep7': redis_cached(): 'deep8': redis_cached(): 'deep9': redis_cached(): 'deep10': redis_cached(): 'deep11': redis_cached(): 'deep12': redis_cached(): 'deep13': redis_cached(): 'deep14': redis_cached(): 'deep15': redis_cached(): 'deep16': more than 16 values ask for each other
SELECT redis_cached('a key that is longer than what a message has room for, which is grüße', 3600, 'SELECT 1, 2');
--! ERROR: redis_cached(): 'a key that is longer than what a message has room for, which is ': a statement with one column makes a value, this one has 2
-- No schema of a stranger reaches it.
CREATE VIEW main.hidden AS SELECT redis_cached('k', 3600, 'SELECT 1');
SELECT * FROM main.hidden;
--! ERROR: unsafe use of redis_cached()
SELECT entable_close();
--| 1
