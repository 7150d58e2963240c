-- A shop with some 100 000 rows, for MariaDB; `make demo` loads it.  Everything
-- is computed from row numbers (CRC32 is the dice), so that each load gives the
-- same shop.

SET NAMES utf8mb4;
SET time_zone = '+00:00';
SET foreign_key_checks = 0, unique_checks = 0;

CREATE TABLE currency (
  code   char(3) NOT NULL PRIMARY KEY,
  name   varchar(40) NOT NULL,
  symbol varchar(4) NOT NULL
);
INSERT INTO currency VALUES
  ('EUR', 'euro', '€'), ('GBP', 'pound sterling', '£'), ('JPY', 'yen', '¥'),
  ('INR', 'rupee', '₹'), ('ILS', 'shekel', '₪'), ('KRW', 'won', '₩'),
  ('EGP', 'Egyptian pound', 'E£'), ('BGN', 'lev', 'лв'), ('CNY', 'yuan', '元');

CREATE TABLE country (
  code          char(2) NOT NULL PRIMARY KEY,
  name          varchar(40) NOT NULL,
  local_name    varchar(40) NOT NULL,
  currency_code char(3) NOT NULL,
  FOREIGN KEY (currency_code) REFERENCES currency (code)
);
INSERT INTO country VALUES
  ('BG', 'Bulgaria', 'България', 'BGN'), ('CN', 'China', '中国', 'CNY'),
  ('EG', 'Egypt', 'مصر', 'EGP'), ('FR', 'France', 'France', 'EUR'),
  ('GB', 'United Kingdom', 'United Kingdom', 'GBP'),
  ('GR', 'Greece', 'Ελλάδα', 'EUR'), ('IL', 'Israel', 'ישראל', 'ILS'),
  ('IN', 'India', 'भारत', 'INR'), ('JP', 'Japan', '日本', 'JPY'),
  ('KR', 'South Korea', '대한민국', 'KRW');

-- Eight given and eight family names for each country.
CREATE TEMPORARY TABLE names (
  country_code char(2) NOT NULL PRIMARY KEY,
  given        varchar(200) NOT NULL,
  family       varchar(200) NOT NULL,
  family_first bool NOT NULL
);
INSERT INTO names VALUES
  ('BG', 'Мария,Иван,Елена,Георги,Рада,Петър,Надежда,Димитър',
   'Иванови,Петрови,Колеви,Стоеви,Рангелови,Маркови,Тодорови,Златеви', 0),
  ('CN', '芳,伟,娜,敏,静,强,磊,洋', '王,李,张,刘,陈,杨,赵,黄', 1),
  ('EG', 'ليلى,عمر,مريم,يوسف,نور,كريم,سلمى,طارق',
   'حسن,منصور,فهمي,سالم,زكي,شاهين,رزق,نصار', 0),
  ('FR', 'Zoé,Éloïse,Noël,Chloé,René,Agnès,Jérôme,Camille',
   'Lefèvre,Dubois,Garçon,Müller,Faure,Noël,Bouché,Lemaître', 0),
  ('GB', 'Ada,Alan,Grace,Edsger,Barbara,Tony,Mary,Kit',
   'Baker,Fletcher,Mason,Turner,Cooper,Sawyer,Thatcher,Weaver', 0),
  ('GR', 'Σοφία,Νίκος,Ελένη,Κώστας,Άννα,Γιώργος,Μυρτώ,Πέτρος',
   'Παππά,Λάμπρου,Οικονόμου,Ρήγα,Ζέρβα,Καλού,Μελά,Δούκα', 0),
  ('IL', 'נועה,דוד,תמר,יונתן,מיכל,אורי,שירה,איתן',
   'לוי,מזרחי,פרץ,ביטון,גולן,ברק,שחר,אלון', 0),
  ('IN', 'आशा,रवि,मीरा,अर्जुन,लता,विजय,सीता,किरण',
   'शर्मा,वर्मा,गुप्ता,जोशी,मेहता,राव,नायर,सेन', 0),
  ('JP', 'さくら,健太,陽子,翔,美咲,大輔,結衣,蓮',
   '佐藤,鈴木,高橋,田中,伊藤,渡辺,山本,中村', 1),
  ('KR', '서연,민준,지우,하준,수아,도윤,하은,예준',
   '김,이,박,최,정,강,조,윤', 1);

CREATE TABLE customer (
  id           bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name         varchar(80) NOT NULL,
  email        varchar(120) NOT NULL UNIQUE,
  country_code char(2) NOT NULL,
  born         date,
  newsletter   bool NOT NULL DEFAULT false,
  note         text,
  created      datetime NOT NULL,
  FOREIGN KEY (country_code) REFERENCES country (code)
);
INSERT INTO customer
SELECT seq,
  CASE WHEN family_first THEN
    CONCAT(SUBSTRING_INDEX(SUBSTRING_INDEX(family, ',', f), ',', -1),
           IF(country_code = 'KR', '', ' '),
           SUBSTRING_INDEX(SUBSTRING_INDEX(given, ',', g), ',', -1))
  ELSE
    CONCAT(SUBSTRING_INDEX(SUBSTRING_INDEX(given, ',', g), ',', -1), ' ',
           SUBSTRING_INDEX(SUBSTRING_INDEX(family, ',', f), ',', -1))
  END,
  CONCAT('c', seq, '@', LOWER(country_code), '.example'),
  country_code,
  IF(seq % 11 = 0, NULL,
     DATE('1950-01-01') + INTERVAL CRC32(CONCAT('born', seq)) % 20000 DAY),
  seq % 3 = 0,
  CASE seq % 40
    WHEN 0 THEN '🎂 wants a card on the birthday'
    WHEN 7 THEN 'rings at the door 🔔🔔'
    WHEN 13 THEN 'pays late, smiles 🙂'
    WHEN 21 THEN CONCAT('moved from ', country_code, '\nsecond address on file')
  END,
  TIMESTAMP('2020-01-01') + INTERVAL CRC32(CONCAT('since', seq)) % 126000000
    SECOND
FROM (SELECT seq,
        ELT(1 + CRC32(CONCAT('land', seq)) % 10, 'BG', 'CN', 'EG', 'FR', 'GB',
            'GR', 'IL', 'IN', 'JP', 'KR') AS code,
        1 + CRC32(CONCAT('given', seq)) % 8 AS g,
        1 + CRC32(CONCAT('family', seq)) % 8 AS f
      FROM seq_1_to_5000) AS dice
JOIN names ON country_code = code
ORDER BY seq;

CREATE TABLE category (
  id        smallint unsigned NOT NULL PRIMARY KEY,
  parent_id smallint unsigned,
  name      varchar(40) NOT NULL,
  FOREIGN KEY (parent_id) REFERENCES category (id)
);
INSERT INTO category VALUES
  (1, NULL, 'Home'), (2, NULL, 'Garden'), (3, NULL, 'Books'),
  (11, 1, 'Kitchen'), (12, 1, 'Lamps'), (13, 1, 'Chairs'),
  (21, 2, 'Tools'), (22, 2, 'Seeds'), (31, 3, 'Poetry'), (32, 3, 'Maps'),
  (111, 11, 'Tea'), (112, 11, 'Knives');

CREATE TABLE product (
  id          int unsigned NOT NULL PRIMARY KEY,
  category_id smallint unsigned NOT NULL,
  name        varchar(80) NOT NULL,
  price       decimal(8,2) NOT NULL,
  grade       enum('basic', 'fine', 'finest') NOT NULL DEFAULT 'basic',
  tags        set('new', 'sale', 'handmade', 'fragile') NOT NULL DEFAULT '',
  details     json NOT NULL,
  added       date NOT NULL,
  FOREIGN KEY (category_id) REFERENCES category (id),
  KEY price (price)
);
INSERT INTO product
SELECT seq, category_id,
  CONCAT(ELT(1 + seq % 12, 'Amber', 'Birch', 'Cobalt', 'Dune', 'Ember', 'Fjord',
             'Granite', 'Heather', 'Indigo', 'Juniper', 'Kelp', 'Linen'), ' ',
         ELT(1 + CRC32(CONCAT('kind', seq)) % 3,
             kind, CONCAT('travel ', kind), CONCAT('little ', kind)),
         ' no. ', seq),
  1 + CRC32(CONCAT('price', seq)) % 24900 / 100,
  1 + CRC32(CONCAT('grade', seq)) % 3,
  CRC32(CONCAT('tags', seq)) % 16,
  JSON_OBJECT('weight_g', 50 + CRC32(CONCAT('g', seq)) % 4000,
              'size_cm', JSON_ARRAY(5 + seq % 40, 5 + seq % 23, 1 + seq % 11),
              'material', ELT(1 + CRC32(CONCAT('m', seq)) % 5, 'wood', 'steel',
                              'glass', 'paper', 'clay'),
              'in_stock', seq % 7 > 0),
  DATE('2022-01-01') + INTERVAL CRC32(CONCAT('added', seq)) % 1200 DAY
FROM (SELECT seq,
        CAST(ELT(1 + seq % 8, 12, 13, 21, 22, 31, 32, 111, 112) AS unsigned)
          AS category_id,
        ELT(1 + seq % 8, 'lamp', 'chair', 'spade', 'sunflower', 'sonnets',
            'atlas', 'teapot', 'bread knife') AS kind
      FROM seq_1_to_400) AS dice;

CREATE TABLE orders (
  id            bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id   bigint unsigned NOT NULL,
  currency_code char(3) NOT NULL,
  status        enum('cart', 'paid', 'sent', 'delivered', 'returned') NOT NULL,
  ordered       datetime NOT NULL,
  FOREIGN KEY (customer_id) REFERENCES customer (id),
  FOREIGN KEY (currency_code) REFERENCES currency (code),
  KEY ordered (ordered)
);
INSERT INTO orders
SELECT seq, customer_id, currency_code,
  CASE WHEN seq > 24900 THEN 'cart' WHEN seq > 24600 THEN 'paid'
       WHEN seq > 24000 THEN 'sent' WHEN seq % 29 = 0 THEN 'returned'
       ELSE 'delivered' END,
  TIMESTAMP('2024-01-01') + INTERVAL seq * 2520 + CRC32(CONCAT('s', seq)) % 2500
    SECOND
FROM (SELECT seq,
        1 + FLOOR(POW(CRC32(CONCAT('who', seq)) / 4294967296, 2) * 5000)
          AS customer_id
      FROM seq_1_to_25000) AS dice
JOIN customer c ON c.id = customer_id
JOIN country ON country.code = c.country_code
ORDER BY seq;

CREATE TABLE order_line (
  order_id   bigint unsigned NOT NULL,
  line       tinyint unsigned NOT NULL,
  product_id int unsigned NOT NULL,
  quantity   smallint unsigned NOT NULL,
  price      decimal(8,2) NOT NULL,
  PRIMARY KEY (order_id, line),
  FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  FOREIGN KEY (product_id) REFERENCES product (id)
);
INSERT INTO order_line
SELECT order_id, line, product_id, quantity,
  ROUND(price * (1 - (order_id + line) % 5 / 20), 2)
FROM (SELECT o.seq AS order_id, l.seq AS line,
        1 + FLOOR(POW(CRC32(CONCAT('what', o.seq, ' ', l.seq)) / 4294967296,
                      1.5) * 400) AS product_id,
        1 + CRC32(CONCAT('many', o.seq, ' ', l.seq)) % 3 AS quantity
      FROM seq_1_to_25000 o
      JOIN seq_1_to_4 l ON l.seq <= 1 + CRC32(CONCAT('lines', o.seq)) % 4)
  AS dice
JOIN product ON product.id = product_id
ORDER BY order_id, line;

CREATE TABLE review (
  id          int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  product_id  int unsigned NOT NULL,
  customer_id bigint unsigned NOT NULL,
  stars       tinyint unsigned NOT NULL,
  written     timestamp NOT NULL DEFAULT current_timestamp(),
  body        text NOT NULL,
  FOREIGN KEY (product_id) REFERENCES product (id),
  FOREIGN KEY (customer_id) REFERENCES customer (id)
);
INSERT INTO review
SELECT seq,
  1 + CRC32(CONCAT('of', seq)) % 400,
  1 + CRC32(CONCAT('by', seq)) % 5000,
  ELT(1 + CRC32(CONCAT('stars', seq)) % 10, 1, 2, 3, 3, 4, 4, 4, 5, 5, 5),
  TIMESTAMP('2024-02-01') + INTERVAL seq * 7400 SECOND,
  ELT(1 + CRC32(CONCAT('says', seq)) % 10,
      'Just as in the picture.', 'Πολύ όμορφο, ευχαριστώ!', 'とても良いです。',
      'Arrived with a crack, but was replaced at once. 👍', 'Дойде за два дни.',
      'جميل جدا', 'מוצר מצוין', '배송이 빨라요!', 'बहुत बढ़िया 🌟', 'Trop petit…')
FROM seq_1_to_8000;

CREATE VIEW order_total AS
SELECT order_id, COUNT(*) AS n_lines, SUM(quantity * price) AS total
FROM order_line
GROUP BY order_id;

CREATE VIEW product_rating AS
SELECT product_id, COUNT(*) AS n_reviews, ROUND(AVG(stars), 2) AS stars
FROM review
GROUP BY product_id;

SET foreign_key_checks = 1, unique_checks = 1;
