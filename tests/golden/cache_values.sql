-- Values that the process keeps under names.
SELECT cache_clear();
--| 0
SELECT cache_get('k'), cache_get('k', 'f'), cache_remove('k');
--| NULL|NULL|0
SELECT * FROM cache_entries;
SELECT cache_set('k', 'a value'), cache_get('k');
--| a value|a value
SELECT cache_set('k', 'another'), cache_get('k');
--| another|another
-- Every type comes back as it was.
SELECT cache_set('t', column1) IS column1, cache_get('t') IS column1, typeof(cache_get('t')), cache_get('t') FROM (VALUES (1), (9223372036854775807), (-9223372036854775807 - 1), (1.0), (1e300), (9e999), (''), ('7'), ('grüße'), ('a' || char(0) || 'b'), (x''), (x'00ff'), (NULL));
--| 1|1|integer|1
--| 1|1|integer|9223372036854775807
--| 1|1|integer|-9223372036854775808
--| 1|1|real|1.0
--| 1|1|real|1e+300
--| 1|1|real|inf
--| 1|1|text|
--| 1|1|text|7
--| 1|1|text|grüße
--| 1|1|text|a\x00b
--| 1|1|blob|x''
--| 1|1|blob|x'00ff'
--| 1|1|null|NULL
SELECT cache_set('nothing', NULL), cache_get('nothing');
--| NULL|NULL
SELECT key, field, value, size, ttl_s FROM cache_entries ORDER BY key;
--| k|NULL|another|24|NULL
--| nothing|NULL|NULL|22|NULL
--| t|NULL|NULL|16|NULL
-- Fields: each a value of its own, and all of them go with their key.
SELECT cache_set('basket', 'own'), cache_set('basket', 'total', 99.5, NULL), cache_set('basket', '', 0, NULL), cache_set('basket', 'n', 3, 3600);
--| own|99.5|0|3
SELECT cache_get('basket'), cache_get('basket', 'total'), cache_get('basket', 'n'), cache_get('basket', ''), cache_get('basket', 'other');
--| own|99.5|3|0|NULL
SELECT key, field, value, ttl_s BETWEEN 1 AND 3600 FROM cache_entries WHERE key = 'basket' ORDER BY field;
--| basket|NULL|own|NULL
--| basket||0|NULL
--| basket|n|3|1
--| basket|total|99.5|NULL
SELECT cache_set('a', 'b:c', 1, NULL), cache_set('a:b', 'c', 2, NULL), cache_set('a:b:c', 3), cache_set('a' || char(0) || 'b', 'c', 4, NULL), cache_set('a', 'b' || char(0) || 'c', 5, NULL);
--| 1|2|3|4|5
SELECT replace(key, char(0), '0'), replace(field, char(0), '0'), value FROM cache_entries WHERE key LIKE 'a%' ORDER BY value;
--| a|b:c|1
--| a:b|c|2
--| a:b:c|NULL|3
--| a\x00b|c|4
--| a|b\x00c|5
SELECT cache_remove('a'), cache_get('a:b', 'c'), cache_get('a', 'b:c');
--| 2|2|NULL
SELECT cache_remove('basket', 'a:b', 'nobody', 'basket'), cache_remove('basket');
--| 5|0
SELECT count(*) FROM cache_entries;
--| 5
SELECT cache_clear(), cache_clear(), cache_get('k');
--| 5|0|NULL
-- A time to live; without one a value stays.
SELECT cache_set('short', 1, 3600.5), cache_set('long', 2, NULL), cache_set('longest', 3, 3153600000);
--| 1|2|3
SELECT key, ttl_s > 3000 FROM cache_entries ORDER BY key;
--| long|NULL
--| longest|1
--| short|1
SELECT cache_set('short', 1), cache_get('short');
--| 1|1
SELECT key, ttl_s FROM cache_entries WHERE key = 'short';
--| short|NULL
-- What is too large is given and not kept, nor what was there.
SELECT cache_set('k', 'small');
--| small
SELECT length(cache_set('k', zeroblob(131058))), length(cache_get('k'));
--| 131058|131058
SELECT length(cache_set('k', zeroblob(131059))), cache_get('k');
--| 131059|NULL
SELECT cache_set('k', 'small');
--| small
SELECT length(cache_set('k', zeroblob(2000000))), cache_get('k');
--| 2000000|NULL
SELECT cache_set('k', 'small', 3600), length(cache_set(hex(zeroblob(32766)), 1)), cache_get(hex(zeroblob(32766)));
--| small|1|1
-- It is none of a transaction's business, nor of the settings of caches.
BEGIN;
SELECT cache_set('k', 'set'), cache_remove('short');
--| set|1
ROLLBACK;
SELECT cache_get('k'), cache_get('short');
--| set|NULL
SELECT entable_set('cache', 'off');
--| off
SELECT cache_get('k'), cache_set('k', 'still'), cache_get('k');
--| set|still|still
SELECT entable_set('cache', 'on');
--| on
-- What is there while a row is read may change: the rows are as they were.
SELECT count(*), sum(cache_remove(key)) FROM cache_entries;
--| 4|4
SELECT count(*) FROM cache_entries;
--| 0
-- What goes wrong.
SELECT cache_get();
--! ERROR: cache_get(): the arguments are key [, field]
SELECT cache_get('k', 'f', 1);
--! ERROR: cache_get(): the arguments are key [, field]
SELECT cache_get(7);
--! MISMATCH: cache_get(): the key is a text
SELECT cache_get(NULL);
--! MISMATCH: cache_get(): the key is a text
SELECT cache_get('k', NULL);
--! MISMATCH: cache_get(): the field is a text
SELECT cache_get('k', 7);
--! MISMATCH: cache_get(): the field is a text
SELECT cache_get(hex(zeroblob(32767)));
--! TOOBIG: cache_get(): a key, with its field, has at most 65532 bytes
SELECT cache_get('k', hex(zeroblob(32766)));
--! TOOBIG: cache_get(): a key, with its field, has at most 65532 bytes
SELECT cache_set();
--! ERROR: cache_set(): the arguments are key, value [, seconds], or key, field, value, seconds
SELECT cache_set('k');
--! ERROR: cache_set(): the arguments are key, value [, seconds], or key, field, value, seconds
SELECT cache_set('k', 'f', 1, NULL, 1);
--! ERROR: cache_set(): the arguments are key, value [, seconds], or key, field, value, seconds
SELECT cache_set(x'00', 1);
--! MISMATCH: cache_set(): the key is a text
SELECT cache_set('k', 1, 2, 3);
--! MISMATCH: cache_set(): the field is a text
SELECT cache_set('k', NULL, 2, 3);
--! MISMATCH: cache_set(): the field is a text
SELECT cache_set('k', 1, 0);
--! MISMATCH: cache_set(): how long the value is kept is a number of seconds, from 0.001 to a hundred years
SELECT cache_set('k', 1, -1);
--! MISMATCH: cache_set(): how long the value is kept is a number of seconds, from 0.001 to a hundred years
SELECT cache_set('k', 1, 0.0004);
--! MISMATCH: cache_set(): how long the value is kept is a number of seconds, from 0.001 to a hundred years
SELECT cache_set('k', 1, 3153600001);
--! MISMATCH: cache_set(): how long the value is kept is a number of seconds, from 0.001 to a hundred years
SELECT cache_set('k', 'f', 'value');
--! MISMATCH: cache_set(): of three arguments the last is seconds; the value of a field is set by four: key, field, value, seconds
SELECT cache_set('k', 'f', 1, '60');
--! MISMATCH: cache_set(): how long the value is kept is a number of seconds, from 0.001 to a hundred years
SELECT cache_set(hex(zeroblob(32767)), 1);
--! TOOBIG: cache_set(): a key, with its field, has at most 65532 bytes
SELECT cache_remove();
--! ERROR: cache_remove(): the arguments are keys
SELECT cache_remove('k', NULL);
--! MISMATCH: cache_remove(): the key is a text
SELECT cache_remove('k', hex(zeroblob(32767)));
--! TOOBIG: cache_remove(): a key, with its field, has at most 65532 bytes
SELECT cache_clear('k');
--! ERROR: wrong number of arguments to function cache_clear()
SELECT * FROM cache_entries;
-- No schema of a stranger reaches it.
CREATE VIEW main.hidden AS SELECT cache_set('k', 1);
SELECT * FROM main.hidden;
--! ERROR: unsafe use of cache_set()
