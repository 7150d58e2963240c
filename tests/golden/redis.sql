-- Redis by SQL: any command, of the pool's Redis.
--@ with redis
--@ file redis.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:3
--:   prefix: "shop:"
--: tcp:
--:   redis: redis://127.0.0.1:${REDIS_PORT}/3?read_timeout_ms=5000
--: away:
--:   redis: 127.0.0.1:1:0
SELECT entable_open('${DIR}/redis.yaml');
--| ${DIR}/redis.yaml: 0 tables in temp
SELECT pool, backend, address, status, error, advice FROM entable_check WHERE backend <> 'mysql';
--| default|redis|unix(${REDIS})/3|ok|NULL|NULL
--| tcp|redis|127.0.0.1:${REDIS_PORT}/3|ok|NULL|NULL
--| away|redis|127.0.0.1:1/0|failed|connect to 127.0.0.1:1/0: Connection refused|check that the server runs, and its address
SELECT redis('SET', 'greeting', 'grüße'), redis('GET', 'greeting'), redis('GET', 'nothing');
--| OK|grüße|NULL
SELECT redis(pool('tcp'), 'GET', 'greeting');
--| grüße
SELECT redis('INCRBY', 'visits', 41), redis('incr', 'visits'), typeof(redis('INCR', 'visits'));
--| 41|42|integer
SELECT redis('SET', 'bytes', x'00ff41'), redis('GET', 'bytes'), typeof(redis('GET', 'bytes'));
--| OK|x'00ff41'|blob
SELECT redis('SET', 'float', 0.1), redis('GET', 'float');
--| OK|0.1
SELECT redis('SET', 'empty', ''), quote(redis('GET', 'empty'));
--| OK|''
-- A list: JSON, or rows.
SELECT redis('RPUSH', 'list', 1, 2.5, 'three', x'ff');
--| 4
SELECT redis('LRANGE', 'list', 0, -1);
--| ["1","2.5","three","ff"]
SELECT n, key, value, typeof(value) FROM redis('LRANGE', 'list', 0, -1);
--| 1|NULL|1|text
--| 2|NULL|2.5|text
--| 3|NULL|three|text
--| 4|NULL|x'ff'|blob
SELECT value FROM redis('LRANGE', 'list', 0, -1) WHERE n = 3;
--| three
SELECT redis('HSET', 'hash', 'one', 1, 'two', 2);
--| 2
SELECT * FROM redis('HGETALL', 'hash');
--| 1|one|1
--| 2|two|2
SELECT * FROM redis('HMGET', 'hash', 'two', 'three');
--| 1|two|2
--| 2|three|NULL
SELECT * FROM redis('MGET', 'greeting', 'nothing', 'list');
--| 1|greeting|grüße
--| 2|nothing|NULL
--| 3|list|NULL
SELECT redis('ZADD', 'scores', 3, 'c', 1, 'a');
--| 2
SELECT * FROM redis('ZRANGE', 'scores', 0, -1, 'WITHSCORES');
--| 1|a|1
--| 2|c|3
SELECT * FROM redis('ZRANGE', 'scores', 0, -1);
--| 1|NULL|a
--| 2|NULL|c
SELECT redis('XADD', 'stream', '1-1', 'k', 'v', 'l', 'w');
--| 1-1
SELECT * FROM redis('XRANGE', 'stream', '-', '+');
--| 1|1-1|["k","v","l","w"]
SELECT * FROM redis('GET', 'nothing');
SELECT * FROM redis('LRANGE', 'nothing', 0, -1);
SELECT * FROM redis('STRLEN', 'greeting');
--| 1|NULL|7
SELECT * FROM redis('PING');
--| 1|NULL|PONG
-- One command for each row of a join, and values of its columns.
SELECT p.id, r.value FROM (SELECT 1 AS id UNION SELECT 2) AS p, redis('ECHO', p.id) AS r;
--| 1|1
--| 2|2
-- Many arguments.
SELECT redis('MSET', 'a', 1, 'b', 2, 'c', 3, 'd', 4, 'e', 5, 'f', 6, 'g', 7), redis('MGET', 'a', 'b', 'g');
--| OK|["1","2","7"]
-- What goes wrong.
SELECT redis('LPUSH', 'greeting', 1);
--! ERROR: redis(): redis default: WRONGTYPE Operation against a key holding the wrong kind of value
SELECT * FROM redis('LPUSH', 'greeting', 1);
--! ERROR: redis(): redis default: WRONGTYPE Operation against a key holding the wrong kind of value
SELECT redis('NOSUCH');
--! ERROR: redis(): redis default: ERR unknown command 'NOSUCH', with args beginning with: 
SELECT redis('SELECT', 1);
--! ERROR: redis(): SELECT would change a connection that others use next; a command here is by itself
SELECT redis('client', 'tracking', 'on');
--! ERROR: redis(): client would change a connection that others use next; a command here is by itself
SELECT redis('multi');
--! ERROR: redis(): multi would change a connection that others use next; a command here is by itself
SELECT redis(NULL);
--! ERROR: redis(): the first argument must be a command or pool('name')
SELECT redis();
--! ERROR: redis(): the first argument must be a command or pool('name')
SELECT redis(7);
--! ERROR: redis(): the first argument must be a command or pool('name')
SELECT redis('SET', 'k', NULL);
--! MISMATCH: redis(): Redis knows no NULL
SELECT redis(pool('away'), 'PING');
--! CANTOPEN: redis(): redis away: connect to 127.0.0.1:1/0: Connection refused
SELECT * FROM redis(pool('away'), 'PING');
--! CANTOPEN: redis(): redis away: connect to 127.0.0.1:1/0: Connection refused
SELECT redis(pool('gone'), 'PING');
--! ERROR: redis(): there is no pool 'gone'; opened are: default, tcp, away
SELECT mysql_query(pool('away'), 'SELECT 1');
--! ERROR: mysql_query(): pool 'away' has no MySQL server
SELECT redis('EVAL', 'return {1, {2, "x", false}, redis.error_reply("ERR inner")}', 0);
--| [1,[2,"x",null],"ERR inner"]
-- How long it takes to ask: of every Redis that has been asked.
CREATE TEMP TABLE before AS SELECT value AS n FROM entable_stats WHERE pool = 'default' AND counter = 'requests';
SELECT redis('PING'), redis('EVAL', 'return 7', 0), redis('MGET', 'a', 'b');
--| PONG|7|["1","2"]
SELECT value - (SELECT n FROM before) FROM entable_stats WHERE pool = 'default' AND counter = 'requests';
--| 3
CREATE TEMP VIEW latency AS SELECT pool, max(value) FILTER (WHERE counter = 'latency_p50_us') AS p50, max(value) FILTER (WHERE counter = 'latency_p99_us') AS p99, max(value) FILTER (WHERE counter = 'latency_max_us') AS most FROM entable_stats WHERE tier = 'redis' GROUP BY pool;
SELECT pool, p50 > 0, p50 <= p99, p99 <= most, most < 3600000000 FROM latency WHERE pool <> 'away';
--| default|1|1|1|1
--| tcp|1|1|1|1
SELECT pool, p50, p99, most FROM latency WHERE pool = 'away';
--| away|0|0|0
SELECT tier, counter, value FROM entable_stats WHERE pool = 'away' AND (counter = 'requests' OR counter LIKE 'latency%');
--| redis|requests|0
--| redis|latency_p50_us|0
--| redis|latency_p99_us|0
--| redis|latency_max_us|0
-- No schema of a stranger reaches it.
CREATE TEMP VIEW hidden AS SELECT redis('PING');
CREATE VIEW main.hidden AS SELECT redis('FLUSHALL');
SELECT * FROM main.hidden;
--! ERROR: unsafe use of redis()
CREATE VIEW main.table_hidden AS SELECT * FROM redis('FLUSHALL');
SELECT * FROM main.table_hidden;
--! ERROR: unsafe use of virtual table "redis"
-- Closed: nothing is left of it.
SELECT entable_close();
--| 1
SELECT redis('PING');
--! ERROR: redis(): pool 'default': nothing is opened; SELECT entable_open(…) first
-- Names of pools are one list.
--@ file other.yaml
--: away:
--:   redis: ${REDIS}
SELECT entable_open('${DIR}/redis.yaml');
--| ${DIR}/redis.yaml: 0 tables in temp
SELECT entable_open('${DIR}/other.yaml');
--! ERROR: entable_open(): pool 'away' of ${DIR}/other.yaml is opened already, by ${DIR}/redis.yaml; another name (?pool=name in an address) helps
-- Two of one server in one configuration.
SELECT redis('SET', 'x', 1), redis(pool('tcp'), 'GET', 'x');
--| OK|1
SELECT entable_close();
--| 1
-- What is wrong in a configuration.
--@ file wrong.yaml
--: a: {redis: 'h:port:0'}
--: b: {redis: 'h:1:x'}
--: c: {redis: 'rediss://u:Sesame7@h:1/0'}
--: d: {redis: 'redis://u@h'}
SELECT entable_open('${DIR}/wrong.yaml');
--! ERROR: entable_open(): ${DIR}/wrong.yaml:1: a.redis: the port must be a number from 1 to 65535; line 2: b.redis: the database must be a number from 0 to 65535; line 3: c.redis: TLS to Redis does not work in this version: its client library, hiredis, has none here; line 4: d.redis: a user without a password
--@ file wrong.yaml
--: a: {redis: 'h', import: true}
--: b: {redis: 'h', sentinel: {main: [h]}}
--: c: {sentinel: [h]}
--: d: {sentinel: {main: []}}
--: e: {prefix: 'x:'}
SELECT entable_open('${DIR}/wrong.yaml');
--! ERROR: entable_open(): ${DIR}/wrong.yaml:1: a.import: belongs to a MySQL server, and this pool has none; line 2: b.sentinel: a pool has one Redis: either 'redis' or 'sentinel'; line 3: c.sentinel: expected the master's name with the addresses of its sentinels, such as {main: [one.example:26379, two.example:26379]}; line 4: d.sentinel: expected the addresses of the sentinels, such as [one.example:26379, two.example:26379]; line 5: e: no server: the key 'mysql' or 'redis' is missing; and 1 more
--@ file wrong.yaml
--: a: {redis: 'h?tls=on'}
--: b: {redis: 'redis://:Sesame/7@h/0'}
--: c: {redis: 'unix:/path'}
--: d: {redis: ''}
--: e: {redis: h, prefix: 'a b'}
SELECT entable_open('${DIR}/wrong.yaml');
--! ERROR: entable_open(): ${DIR}/wrong.yaml:1: a.redis: an unknown option; known options: user, password, connect_timeout_ms, read_timeout_ms; line 2: b.redis: an '@' behind the host; in a password or an option write '/' as %2F, '?' as %3F and '@' as %40; line 3: c.redis: the port must be a number from 1 to 65535; line 4: d.redis: expected an address: host:port:database or redis://user:password@host:port/database; and 1 more
--@ file only.yaml
--: cache: {redis: '${REDIS}'}
SELECT entable_open('${DIR}/only.yaml');
--| ${DIR}/only.yaml: 0 tables in temp
SELECT redis(pool('cache'), 'PING');
--| PONG
SELECT redis('PING');
--! ERROR: redis(): there is no pool 'default'; opened are: cache
SELECT mysql_query('SELECT 1');
--! ERROR: mysql_query(): there is no pool 'default'; opened are: cache
SELECT * FROM entity_alters;
SELECT entity_migrate('safe');
--| 0
SELECT entable_recover();
--| 0

-- A Redis that may throw away what tells of writes under way.
CREATE TEMP VIEW advice AS SELECT status, advice FROM entable_check WHERE pool = 'cache';
SELECT * FROM advice;
--| ok|NULL
SELECT redis(pool('cache'), 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
--| OK
SELECT * FROM advice;
--| ok|NULL
SELECT redis(pool('cache'), 'CONFIG', 'SET', 'maxmemory', '100mb');
--| OK
SELECT * FROM advice;
--| ok|set maxmemory-policy noeviction: a key that is evicted may be one that tells of a write under way
SELECT redis(pool('cache'), 'CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl');
--| OK
SELECT * FROM advice;
--| ok|set maxmemory-policy noeviction: a key that is evicted may be one that tells of a write under way
SELECT redis(pool('cache'), 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
--| OK
SELECT * FROM advice;
--| ok|NULL
