-- wide: text shows numbers that SQLite has no room for as the text of their digits.
--@ fixture digits.fixture.sql
--@ file wide.yaml
--: default:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--: entities:
--:   account:
--:     wide: text
--:     columns:
--:       id: bigint unsigned
--:       amount: decimal(30,10) not null default 0
--:       flags: bit(64)
--:       small: int unsigned
--:       parent_id: references account
--:   entry:
--:     columns:
--:       id: int unsigned
--:       price: decimal(8,2) wide text
--:       plain: decimal(30,10)
--:       account_id: {type: references account, wide: text}

SELECT entable_open('${DIR}/wide.yaml');
--| ${DIR}/wide.yaml: 2 tables in temp
SELECT entity_migrate('safe');
--| 4
SELECT name, declared, type FROM entity_columns WHERE entity = 'account';
--| id|TEXT|unsigned
--| amount|TEXT|decimal
--| flags|TEXT|unsigned
--| small|INTEGER|integer
--| parent_id|INTEGER|unsigned
INSERT INTO account(amount) VALUES (1.25);
SELECT typeof(id), amount FROM account WHERE rowid = last_insert_rowid();
--| text|1.2500000000
DELETE FROM account;
INSERT INTO account(id, amount, flags, small) VALUES
  (1, '12345678901234567890.0123456789', '18446744073709551615', 5),
  ('18446744073709551615', '-0.5', 0, NULL), ('9223372036854775808', 7, '9007199254740993', 1);
SELECT last_insert_rowid();
--| -9223372036854775808
SELECT id, amount, flags, small, typeof(id), typeof(amount), typeof(flags), typeof(small) FROM account ORDER BY rowid;
--| 9223372036854775808|7.0000000000|9007199254740993|1|text|text|text|integer
--| 18446744073709551615|-0.5000000000|0|NULL|text|text|text|null
--| 1|12345678901234567890.0123456789|18446744073709551615|5|text|text|text|integer
INSERT INTO account(id) VALUES ('18446744073709551616');
--! MISMATCH: mysql: insert into account: Out of range value for column 'id' at row 1 (1264)
INSERT INTO account(id) VALUES ('12x');
--! MISMATCH: table account: a text for column id, which holds integers
INSERT INTO account(id, amount) VALUES (77, 'much');
--! MISMATCH: table account: a text for column amount, which holds decimal numbers

-- Points: by text, by number, by rowid.
SELECT id FROM account WHERE id = '18446744073709551615';
--| 18446744073709551615
SELECT id FROM account WHERE id = 1;
--| 1
SELECT id FROM account WHERE id = '01';
SELECT id FROM account WHERE id = ' 1';
SELECT id FROM account WHERE id = '1.0';
SELECT id FROM account WHERE id = 'one';
SELECT id FROM account WHERE id IN ('1', 9223372036854775808, '9223372036854775808');
--| 1
--| 9223372036854775808
SELECT id FROM account WHERE rowid = -1;
--| 18446744073709551615
SELECT id, amount FROM account WHERE amount = '-0.5000000000';
--| 18446744073709551615|-0.5000000000
SELECT id FROM account WHERE amount = '-0.5';
SELECT id FROM account WHERE amount = '12345678901234567890.0123456789';
--| 1
SELECT id FROM account WHERE flags = '18446744073709551615';
--| 1
SELECT id FROM account WHERE flags IS '9007199254740993';
--| 9223372036854775808
SELECT id FROM account WHERE flags IS NULL;
-- Texts are compared as texts, and sorted so.
SELECT id FROM account WHERE id > '5' ORDER BY id;
--| 9223372036854775808
SELECT max(id), min(amount) FROM account;
--| 9223372036854775808|-0.5000000000
SELECT id FROM account WHERE amount LIKE '%.01234%';
--| 1
SELECT count(*) FROM account WHERE id <> '1';
--| 2
SELECT term, verdict, reason, remote_sql FROM entable_explain('SELECT 1 FROM account WHERE id = ''5'' AND amount > ''1'' AND flags = ''0''');
--| id = '5'|exact|the key of the table|SELECT id, amount, flags FROM account WHERE id = ?
--| amount > '1'|local|digits sort otherwise as a text|SELECT id, amount, flags FROM account WHERE id = ?
--| flags = '0'|local|rows found by their key are few|SELECT id, amount, flags FROM account WHERE id = ?
EXPLAIN QUERY PLAN SELECT amount FROM account WHERE id = '5';
--| 2|0|0|SCAN account VIRTUAL TABLE INDEX 13:point

-- Changing, and joining in both directions.
UPDATE account SET amount = '0.0000000001' WHERE id = '18446744073709551615';
UPDATE account SET id = '18446744073709551614' WHERE id = '18446744073709551615';
SELECT id, amount FROM account WHERE rowid = -2;
--| 18446744073709551614|0.0000000001
UPDATE account SET parent_id = 1 WHERE id <> '1';
INSERT INTO entry(id, price, plain, account_id) VALUES (1, '1.50', '12345678901234567890.0123456789', '18446744073709551614'), (2, 2, 3, '1');
SELECT price, plain, account_id FROM entry;
--| 1.50|1.2345678901234567e+19|18446744073709551614
--| 2.00|3|1
SELECT e.id, a.amount FROM entry e JOIN account a ON a.id = e.account_id ORDER BY 1;
--| 1|0.0000000001
--| 2|12345678901234567890.0123456789
SELECT a.id, p.amount FROM account a JOIN account p ON p.id = a.parent_id ORDER BY 1;
--| 18446744073709551614|12345678901234567890.0123456789
--| 9223372036854775808|12345678901234567890.0123456789
SELECT a.id, e.price FROM account a LEFT JOIN entry e ON e.account_id = a.id ORDER BY 1;
--| 1|2.00
--| 18446744073709551614|1.50
--| 9223372036854775808|NULL
SELECT id FROM account WHERE id IN (SELECT account_id FROM entry) ORDER BY 1;
--| 1
--| 18446744073709551614
DELETE FROM account WHERE id = '9223372036854775808';
SELECT count(*) FROM account;
--| 2
SELECT group_concat(DISTINCT amount) FROM account WHERE small > 0;
--| 12345678901234567890.0123456789

-- A table that is read from the server, one of a pool that is wide, and one where nothing is lost.
CREATE VIRTUAL TABLE temp.seen USING entity(table=account, wide=text);
SELECT id, typeof(parent_id) FROM seen WHERE id = '18446744073709551614';
--| 18446744073709551614|integer
CREATE VIRTUAL TABLE temp.plain USING entity(table=account);
SELECT id, typeof(amount) FROM plain ORDER BY id;
--| 1|text
--| 18446744073709551614|text
CREATE VIRTUAL TABLE temp.wrong USING entity(id int, note int wide text);
--! ERROR: entity wrong: note: 'wide' is for bigint unsigned, bit(64) and decimal, and int is none of them
CREATE VIRTUAL TABLE temp.entry2 USING entity(id int unsigned, account_id references entry wide text, table=entry);
SELECT * FROM entry2;
--| 2|1
--| 1|18446744073709551614
DROP TABLE entry2;
--@ file pool.yaml
--: other:
--:   mysql: root@unix(${SOCKET})/${DATABASE}
--:   import: [account]
--:   wide: text
SELECT entable_open('${DIR}/pool.yaml', 'temp', 'o_');
--| ${DIR}/pool.yaml: 1 table in temp
SELECT id, amount, typeof(parent_id), typeof(small) FROM o_account ORDER BY rowid;
--| 18446744073709551614|0.0000000001|text|null
--| 1|12345678901234567890.0123456789|null|integer
