-- Whose rows Redis has: of two servers with a database of one name the second is told.
--@ with redis
--@ file one.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:0
--:   prefix: "shop:"
--@ file two.yaml
--: default:
--:   mysql: root@tcp(127.0.0.1:${PORT})/${DATABASE}
--:   redis: ${REDIS}:0
--:   prefix: "shop:"
--@ file apart.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: ${REDIS}:0
--:   prefix: "apart:"
--@ file without.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--@ file away.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   redis: 127.0.0.1:1:0
CREATE TEMP VIEW advice AS SELECT status, error, advice FROM entable_check WHERE backend = 'mysql';
-- Nothing is noted where there is no Redis, or none that answers.
SELECT entable_open('${DIR}/without.yaml');
--| ${DIR}/without.yaml: 0 tables in temp
SELECT * FROM advice;
--| ok|NULL|NULL
SELECT entable_close();
--| 1
SELECT entable_open('${DIR}/away.yaml');
--| ${DIR}/away.yaml: 0 tables in temp
SELECT * FROM advice;
--| ok|NULL|NULL
SELECT entable_close();
--| 1
-- The first one is noted, and stays so for a day; another way to it is no other server.
SELECT entable_open('${DIR}/one.yaml');
--| ${DIR}/one.yaml: 0 tables in temp
SELECT * FROM advice;
--| ok|NULL|NULL
SELECT count(*), max(value GLOB 'shop:o:????????????????') FROM redis('KEYS', '*');
--| 1|1
CREATE TEMP TABLE noted AS SELECT value AS key, redis('GET', value) AS note FROM redis('KEYS', 'shop:o:*');
SELECT substr(note, 1, 17) GLOB '[0-9a-f]*[0-9a-f] ', substr(note, 18) GLOB '?*:${PORT}', redis('PTTL', key) BETWEEN 80000000 AND 86400000 FROM noted;
--| 1|1|1
SELECT redis('PEXPIRE', key, 600000) FROM noted;
--| 1
SELECT entable_close();
--| 1
SELECT entable_open('${DIR}/two.yaml');
--| ${DIR}/two.yaml: 0 tables in temp
SELECT * FROM advice;
--| ok|NULL|NULL
SELECT count(*), max(redis('GET', key) = note), max(redis('PTTL', key)) > 80000000 FROM noted;
--| 1|1|1
-- Another one is named, and the note is left alone.
SELECT redis('SET', key, '0123456789abcdef db1.example:3306', 'PX', 600000) FROM noted;
--| OK
SELECT * FROM advice;
--| ok|NULL|the same Redis and prefix have the rows of golden on another server, db1.example:3306: two servers need two prefixes; where this one has taken its place, as after a fail-over, the other one is forgotten in a day
SELECT * FROM advice;
--| ok|NULL|the same Redis and prefix have the rows of golden on another server, db1.example:3306: two servers need two prefixes; where this one has taken its place, as after a fail-over, the other one is forgotten in a day
SELECT redis('GET', key), redis('PTTL', key) <= 600000 FROM noted;
--| 0123456789abcdef db1.example:3306|1
SELECT entable_close();
--| 1
-- Another prefix helps, and so does it that the other one is there no more.
SELECT entable_open('${DIR}/apart.yaml');
--| ${DIR}/apart.yaml: 0 tables in temp
SELECT * FROM advice;
--| ok|NULL|NULL
SELECT entable_close();
--| 1
SELECT entable_open('${DIR}/one.yaml');
--| ${DIR}/one.yaml: 0 tables in temp
SELECT * FROM advice;
--| ok|NULL|the same Redis and prefix have the rows of golden on another server, db1.example:3306: two servers need two prefixes; where this one has taken its place, as after a fail-over, the other one is forgotten in a day
SELECT redis('DEL', key) FROM noted;
--| 1
SELECT * FROM advice;
--| ok|NULL|NULL
SELECT redis('GET', key) = note FROM noted;
--| 1
-- What is no note is nobody's.
SELECT redis('SET', key, 'anything') FROM noted;
--| OK
SELECT * FROM advice;
--| ok|NULL|NULL
SELECT redis('SET', key, '0123456789abcdef ') FROM noted;
--| OK
SELECT * FROM advice;
--| ok|NULL|NULL
SELECT redis('SET', key, '0123456789abcdef a' || char(10) || 'b' || x'ff') FROM noted;
--| OK
SELECT * FROM advice;
--| ok|NULL|the same Redis and prefix have the rows of golden on another server, a?b?: two servers need two prefixes; where this one has taken its place, as after a fail-over, the other one is forgotten in a day
SELECT redis('DEL', key), redis('LPUSH', key, 'x') FROM noted;
--| 1|1
SELECT * FROM advice;
--| ok|NULL|NULL
