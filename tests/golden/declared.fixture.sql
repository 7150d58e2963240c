-- A table as it was before its declaration was written.
CREATE TABLE old_things(`index` bigint PRIMARY KEY AUTO_INCREMENT, nick varchar(20))
  CHARACTER SET latin1 COLLATE latin1_bin;
INSERT INTO old_things VALUES (1, 'Ann');
