-- A table whose columns have what cannot be declared.
CREATE TABLE item (
  id int unsigned AUTO_INCREMENT PRIMARY KEY COMMENT 'the key',
  nick varchar(20) COMMENT 'it''s "a" \\ name, ü' CHECK (nick <> 'x`y' AND nick > ''),
  size int INVISIBLE COMMENT 'in mm',
  data json,
  plain int CHECK (plain > 0 AND plain <> 77));
INSERT INTO item(nick, size, plain) VALUES ('a', 1, 2);
