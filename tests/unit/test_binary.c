/* Statements and rows as bytes of the binary protocol: each byte of a request,
 * and of a row nothing that is not there. */
#include "backends/mysql/binary.h"

#include <mysql.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
  ENT_CEILING = 1 << 26,
  ENT_STATEMENT = 0x04030201,
  ENT_HEAD = 14, /* bytes of a request in front of the values that are NULL */
};

/* What a request has in front of its values: of less than 256 bytes in all. */
#define ENT_REQUEST(size) size, 0, 0, 0, 23, 1, 2, 3, 4, 0, 1, 0, 0, 0

static ent_value text_of(const char *data, size_t size) {
  return ent_value_bytes(ENT_TEXT, data, size);
}

/* The request with these values; the caller ends `buf`. */
static const unsigned char *request_of(ent_buf *buf, const ent_value *values,
                                       size_t n) {
  ent_error err = {.status = ENT_OK};

  ent_buf_init(buf, ENT_CEILING);
  assert_int_equal(
      ent_mysql_binary_execute(buf, ENT_STATEMENT, values, n, &err), ENT_OK);
  return (const unsigned char *)buf->data;
}

static void assert_request(const ent_value *values, size_t n,
                           const unsigned char *expected, size_t size) {
  ent_buf buf;
  const unsigned char *request = request_of(&buf, values, n);

  assert_int_equal(buf.size, size);
  assert_memory_equal(request, expected, size);
  ent_buf_done(&buf);
}

static void a_request_without_values_has_a_head_only(void **state) {
  static const unsigned char expected[] = {ENT_REQUEST(10)};

  (void)state;
  assert_request(NULL, 0, expected, sizeof(expected));
}

static void numbers_are_eight_bytes(void **state) {
  static const unsigned char expected[] = {
      ENT_REQUEST(36),
      0,
      0, /* no NULL, no types */
      254,
      255,
      255,
      255,
      255,
      255,
      255,
      255, /* -2 */
      255,
      255,
      255,
      255,
      255,
      255,
      255,
      255, /* 2^64 - 1 */
      0,
      0,
      0,
      0,
      0,
      0,
      0xf8,
      0x3f, /* 1.5 */
  };
  const ent_value values[] = {ent_value_i64(-2), ent_value_u64(UINT64_MAX),
                              ent_value_f64(1.5)};

  (void)state;
  assert_request(values, ENT_COUNT(values), expected, sizeof(expected));
}

static void texts_of_every_kind_are_told_by_their_length(void **state) {
  static const unsigned char expected[] = {
      ENT_REQUEST(24), 0, 0, 0, 2, 'a', 'b', 1, 'c', 1, 0, 3, '1', '.', '5'};
  const ent_value values[] = {
      ent_value_bytes(ENT_ASCII, NULL, 0), text_of("ab", 2),
      ent_value_bytes(ENT_ASCII, "c", 1), ent_value_bytes(ENT_BLOB, "", 1),
      ent_value_bytes(ENT_DIGITS, "1.5", 3)};

  (void)state;
  assert_request(values, ENT_COUNT(values), expected, sizeof(expected));
}

/* The value of every second column is NULL, and of the last one. */
static void values_that_are_null_have_a_bit_and_no_bytes(void **state) {
  static const unsigned char expected[] = {
      ENT_REQUEST(23), 0xaa, 0x06, 0, 1, 'x', 1, 'x', 1, 'x', 1, 'x', 1, 'x'};
  ent_value values[11];

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(values); i++) {
    values[i] =
        i % 2 || i == 10 ? (ent_value){.kind = ENT_NULL} : text_of("x", 1);
  }
  assert_request(values, ENT_COUNT(values), expected, sizeof(expected));
}

/* Eight values have one byte of bits, nine have two. */
static void a_byte_of_bits_holds_eight_values(void **state) {
  const ent_value nulls[9] = {{.kind = ENT_NULL}};
  static const unsigned char eight[] = {ENT_REQUEST(12), 0xff, 0};
  static const unsigned char nine[] = {ENT_REQUEST(13), 0xff, 1, 0};

  (void)state;
  assert_request(nulls, 8, eight, sizeof(eight));
  assert_request(nulls, 9, nine, sizeof(nine));
}

/* A text of `size` bytes, the first and last of which are known. */
static char *long_text(size_t size) {
  char *text = malloc(size);

  assert_non_null(text);
  memset(text, '-', size);
  text[0] = 'a';
  text[size - 1] = 'z';
  return text;
}

/* One text, whose length takes these bytes. */
static void assert_length(size_t size, const unsigned char *length, size_t n) {
  char *text = long_text(size);
  ent_value value = text_of(text, size);
  size_t payload = 10 + 2 + n + size;
  ent_buf buf;
  const unsigned char *request = request_of(&buf, &value, 1);
  const unsigned char head[] = {payload & 0xff, payload >> 8 & 0xff,
                                payload >> 16 & 0xff, 0};

  assert_int_equal(buf.size, ENT_PACKET_HEADER + payload);
  assert_memory_equal(request, head, sizeof(head));
  assert_memory_equal(request + ENT_HEAD + 2, length, n);
  assert_memory_equal(request + ENT_HEAD + 2 + n, text, size);
  ent_buf_done(&buf);
  free(text);
}

static void a_length_takes_as_few_bytes_as_it_can(void **state) {
  (void)state;
  assert_length(250, (const unsigned char[]){250}, 1);
  assert_length(251, (const unsigned char[]){252, 251, 0}, 3);
  assert_length(65535, (const unsigned char[]){252, 255, 255}, 3);
  assert_length(65536, (const unsigned char[]){253, 0, 0, 1}, 4);
}

static void a_request_is_appended(void **state) {
  static const unsigned char expected[] = {ENT_REQUEST(10), ENT_REQUEST(10)};
  ent_error err = {.status = ENT_OK};
  ent_buf buf;

  (void)state;
  request_of(&buf, NULL, 0);
  assert_int_equal(ent_mysql_binary_execute(&buf, ENT_STATEMENT, NULL, 0, &err),
                   ENT_OK);
  assert_int_equal(buf.size, sizeof(expected));
  assert_memory_equal(buf.data, expected, sizeof(expected));
  ent_buf_done(&buf);
}

static void a_request_past_the_ceiling_is_refused(void **state) {
  ent_value value = text_of("abc", 3);
  ent_error err = {.status = ENT_OK};
  ent_buf buf;

  (void)state;
  ent_buf_init(&buf, 16);
  assert_int_equal(
      ent_mysql_binary_execute(&buf, ENT_STATEMENT, &value, 1, &err),
      ENT_TOO_BIG);
  assert_int_equal(buf.size, 0);
  ent_buf_done(&buf);
}

/* What fits is one packet, and the next longer text does not fit: as if its
 * length took the most that one may. */
static void what_fits_goes_into_one_packet(void **state) {
  size_t most = ENT_PACKET_MAX - 1 - (ENT_HEAD + 2 + 9);
  char *text = long_text(most + 1);
  ent_value value = text_of(text, most);
  ent_buf buf;

  (void)state;
  assert_true(ent_mysql_binary_fits(NULL, 0));
  assert_true(ent_mysql_binary_fits(&value, 1));
  request_of(&buf, &value, 1);
  assert_true(buf.size - ENT_PACKET_HEADER < ENT_PACKET_MAX);
  assert_int_equal(buf.size, ENT_HEAD + 2 + 4 + most);
  ent_buf_done(&buf);
  value.as.bytes.size++;
  assert_false(ent_mysql_binary_fits(&value, 1));
  free(text);
}

static void many_values_fit_together(void **state) {
  char *text = long_text(1 << 20);
  ent_value values[16];

  (void)state;
  for (size_t i = 0; i < 16; i++)
    values[i] = text_of(text, 1 << 20);
  assert_true(ent_mysql_binary_fits(values, 15));
  assert_false(ent_mysql_binary_fits(values, 16));
  values[3] = (ent_value){.kind = ENT_NULL};
  assert_true(ent_mysql_binary_fits(values, 16));
  free(text);
}

#define ENT_OF(kind)                                                           \
  { .type = MYSQL_TYPE_##kind, .charsetnr = 45 }
#define ENT_UNSIGNED_OF(kind)                                                  \
  { .type = MYSQL_TYPE_##kind, .charsetnr = 63, .flags = UNSIGNED_FLAG }
#define ENT_BYTES_OF(kind)                                                     \
  { .type = MYSQL_TYPE_##kind, .charsetnr = 63 }

enum { ENT_MOST_FIELDS = 32 };

/* Reads a row, which stands in memory of just its size, into `buf`, which is
 * empty where it is none. */
static ent_status read_row(const MYSQL_FIELD *types, uint16_t n,
                           const unsigned char *bytes, size_t size,
                           ent_buf *buf, unsigned *column, ent_error *err) {
  ent_mysql_field fields[ENT_MOST_FIELDS];
  unsigned char *row = malloc(size ? size : 1);
  ent_row_writer writer;
  ent_status status;

  assert_non_null(row);
  if (size) memcpy(row, bytes, size);
  for (unsigned i = 0; i < n; i++)
    ent_mysql_field_init(&fields[i], &types[i]);
  ent_error_clear(err);
  ent_buf_init(buf, ENT_CEILING);
  assert_int_equal(ent_row_begin(&writer, buf, n, err), ENT_OK);
  status = ent_mysql_binary_row(fields, n, row, size, &writer, column, err);
  if (status) {
    ent_row_drop(&writer);
  } else {
    ent_row_end(&writer);
  }
  free(row);
  return status;
}

static void assert_value(const ent_row *row, unsigned column,
                         const ent_value *expected) {
  ent_value value = ent_row_value(row, column);

  assert_int_equal(value.kind, expected->kind);
  if (value.kind >= ENT_ASCII) {
    assert_int_equal(value.as.bytes.size, expected->as.bytes.size);
    assert_memory_equal(value.as.bytes.data, expected->as.bytes.data,
                        value.as.bytes.size);
  } else if (value.kind != ENT_NULL) {
    assert_int_equal(value.as.u64, expected->as.u64);
  }
}

/* The row must be read as these values. */
static void assert_row(const MYSQL_FIELD *types, uint16_t n,
                       const unsigned char *bytes, size_t size,
                       const ent_value *expected) {
  ent_error err;
  unsigned column;
  ent_buf buf;

  if (read_row(types, n, bytes, size, &buf, &column, &err)) {
    fail_msg("column %u: %s", column, err.text);
  }
  assert_true(ent_row_valid(buf.data, buf.size));
  for (unsigned i = 0; i < n; i++)
    assert_value((const ent_row *)buf.data, i, &expected[i]);
  ent_buf_done(&buf);
}

/* The bytes are no row, and `column` shows it. */
static void assert_none(const MYSQL_FIELD *types, uint16_t n,
                        const unsigned char *bytes, size_t size,
                        unsigned expected) {
  ent_error err;
  unsigned column = UINT32_MAX;
  ent_buf buf;

  assert_int_equal(read_row(types, n, bytes, size, &buf, &column, &err),
                   ENT_PROTOCOL);
  assert_string_equal(err.text, "bytes that are no row of the result");
  assert_int_equal(column, expected);
  assert_int_equal(buf.size, 0);
  ent_buf_done(&buf);
}

static void numbers_have_the_width_of_their_type(void **state) {
  static const MYSQL_FIELD types[] = {
      ENT_OF(TINY),     ENT_UNSIGNED_OF(TINY),     ENT_OF(SHORT),
      ENT_OF(YEAR),     ENT_UNSIGNED_OF(INT24),    ENT_OF(LONG),
      ENT_OF(LONGLONG), ENT_UNSIGNED_OF(LONGLONG), ENT_OF(FLOAT),
      ENT_OF(DOUBLE)};
  static const unsigned char row[] = {
      0,    0,    0,                                  /* no NULL */
      0x80, 0xff,                                     /* -128, 255 */
      0x00, 0x80, 0xe8, 0x07,                         /* -32768, 2024 */
      0xff, 0xff, 0xff, 0x00,                         /* 2^24 - 1 */
      0xfe, 0xff, 0xff, 0xff,                         /* -2 */
      0,    0,    0,    0,    0,    0,    0,    0x80, /* -2^63 */
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xcd, 0xcc, 0xcc, 0x3d,                         /* 0.1 in 4 bytes */
      0,    0,    0,    0,    0,    0,    0xf8, 0xbf, /* -1.5 */
  };
  const ent_value expected[] = {
      ent_value_i64(-128),      ent_value_i64(255),
      ent_value_i64(-32768),    ent_value_i64(2024),
      ent_value_i64(0xffffff),  ent_value_i64(-2),
      ent_value_i64(INT64_MIN), ent_value_u64(UINT64_MAX),
      ent_value_f64(0.1),       ent_value_f64(-1.5)};

  (void)state;
  assert_row(types, ENT_COUNT(types), row, sizeof(row), expected);
}

static void what_is_no_number_brings_its_length(void **state) {
  static const MYSQL_FIELD types[] = {
      ENT_OF(VAR_STRING), ENT_BYTES_OF(BLOB), ENT_BYTES_OF(NEWDECIMAL),
      ENT_BYTES_OF(BIT),  ENT_BYTES_OF(DATE), ENT_BYTES_OF(DATETIME),
      ENT_BYTES_OF(TIME), ENT_BYTES_OF(NULL), ENT_BYTES_OF(GEOMETRY)};
  static const unsigned char row[] = {
      0, 0,    0,                           /* no NULL */
      3, 'a',  0xc3, 0xa9, 2,   0, 0xff,    /* a text and a blob */
      4, '-',  '1',  '.',  '5', 2, 1,    2, /* -1.5, 0x0102 */
      4, 0xe8, 7,    2,    29,  0,          /* a date, the zero moment */
      8, 1,    1,    0,    0,   0, 2,    3,
      4, 1,    'x', /* -26:03:04, NULL's bytes */
      5, 0,    0,    0,    0,   1};
  const ent_value expected[] = {
      text_of("a\xc3\xa9", 3),
      ent_value_bytes(ENT_BLOB, "\0\xff", 2),
      ent_value_bytes(ENT_ASCII, "-1.5", 4),
      ent_value_i64(0x0102),
      ent_value_bytes(ENT_ASCII, "2024-02-29", 10),
      ent_value_bytes(ENT_ASCII, "0000-00-00 00:00:00", 19),
      ent_value_bytes(ENT_ASCII, "-26:03:04", 9),
      {.kind = ENT_NULL},
      ent_value_bytes(ENT_BLOB, "\1", 1)};

  (void)state;
  assert_row(types, ENT_COUNT(types), row, sizeof(row), expected);
}

/* Every third of 20 columns is NULL; their bits begin at the third. */
static void columns_that_are_null_have_a_bit_and_no_bytes(void **state) {
  MYSQL_FIELD types[20];
  ent_value expected[20];
  unsigned char row[1 + 3 + 20] = {0};
  size_t size = 1 + 3;

  (void)state;
  for (unsigned i = 0; i < ENT_COUNT(types); i++) {
    types[i] = (MYSQL_FIELD)ENT_OF(TINY);
    expected[i] = ent_value_i64(i);
    if (i % 3) {
      row[size++] = (unsigned char)i;
    } else {
      expected[i].kind = ENT_NULL;
      row[1 + (i + 2) / 8] |= (unsigned char)(1 << (i + 2) % 8);
    }
  }
  assert_row(types, ENT_COUNT(types), row, size, expected);
  assert_none(types, ENT_COUNT(types), row, size - 1, 19);
  assert_none(types, ENT_COUNT(types), row, 3, 0);
}

/* Six columns have one byte of bits, seven have two. */
static void a_byte_of_bits_holds_six_columns_at_first(void **state) {
  static const MYSQL_FIELD types[] = {ENT_OF(LONG), ENT_OF(LONG), ENT_OF(LONG),
                                      ENT_OF(LONG), ENT_OF(LONG), ENT_OF(LONG),
                                      ENT_OF(LONG)};
  static const unsigned char six[] = {0, 0xfc};
  static const unsigned char seven[] = {0, 0xfc, 1};
  const ent_value expected[7] = {{.kind = ENT_NULL}};

  (void)state;
  assert_row(types, 6, six, sizeof(six), expected);
  assert_row(types, 7, seven, sizeof(seven), expected);
  assert_none(types, 7, seven, 2, 0);
}

/* A row of one text of `size` bytes, whose length stands behind a mark in
 * `n` bytes; returns its size. */
static size_t put_text_row(unsigned char *row, unsigned char mark, size_t n,
                           uint64_t size) {
  size_t at = 2;

  row[0] = row[1] = 0;
  row[at++] = mark;
  for (size_t i = 0; i < n; i++)
    row[at++] = (unsigned char)(size >> 8 * i & 0xff);
  return at;
}

static const MYSQL_FIELD one_text[] = {ENT_OF(BLOB)};

/* A text of `size` bytes is read, and refused where a byte of it is missing,
 * too many, or of its length. */
static void try_length(unsigned char mark, size_t n, size_t size) {
  unsigned char *row = (unsigned char *)long_text(2 + 9 + size + 1);
  char *text = long_text(size);
  ent_value expected = text_of(text, size);
  size_t head = put_text_row(row, mark, n, size);

  expected.kind = ENT_ASCII;
  memcpy(row + head, text, size);
  assert_row(one_text, 1, row, head + size, &expected);
  assert_none(one_text, 1, row, head + size - 1, 0);
  assert_none(one_text, 1, row, head + size + 1, 0);
  for (size_t cut = 2; cut <= head; cut++)
    assert_none(one_text, 1, row, cut, 0);
  free(text);
  free(row);
}

static void a_length_may_stand_behind_each_mark(void **state) {
  (void)state;
  try_length(1, 0, 1);
  try_length(250, 0, 250);
  try_length(252, 2, 1);
  try_length(252, 2, 65535);
  try_length(253, 3, 5);
  try_length(253, 3, 65536);
  try_length(254, 8, 7);
  try_length(254, 8, 70000);
}

/* Where it is added to anything it comes out small. */
static void a_length_past_all_memory_is_refused(void **state) {
  static const uint64_t lengths[] = {UINT64_MAX, UINT64_MAX - 8, INT64_MAX,
                                     (uint64_t)1 << 32, (uint64_t)1 << 63};
  unsigned char row[2 + 9 + 20] = {0};

  (void)state;
  for (size_t i = 0; i < ENT_COUNT(lengths); i++) {
    put_text_row(row, 254, 8, lengths[i]);
    assert_none(one_text, 1, row, sizeof(row), 0);
  }
}

/* A row of a number, a text and a number, cut anywhere or with a byte more. */
static void a_row_that_ends_elsewhere_is_refused(void **state) {
  static const MYSQL_FIELD types[] = {ENT_OF(LONG), ENT_OF(VAR_STRING),
                                      ENT_OF(LONGLONG)};
  static const unsigned char row[] = {0, 0, 1, 0, 0, 0, 3, 'a', 'b', 'c',
                                      2, 0, 0, 0, 0, 0, 0, 0,   0};
  const ent_value expected[] = {
      ent_value_i64(1), ent_value_bytes(ENT_ASCII, "abc", 3), ent_value_i64(2)};
  size_t size = sizeof(row) - 1;

  (void)state;
  assert_row(types, 3, row, size, expected);
  for (size_t cut = 0; cut < size; cut++)
    assert_none(types, 3, row, cut, cut < 6 ? 0 : cut < 10 ? 1 : 2);
  assert_none(types, 3, row, size + 1, 2);
}

/* The column that is told is the last one that has bytes. */
static void bytes_behind_a_null_are_refused(void **state) {
  static const MYSQL_FIELD types[] = {ENT_OF(TINY), ENT_OF(TINY), ENT_OF(TINY)};
  static const unsigned char row[] = {0, 0x10, 7, 8, 9};
  const ent_value expected[] = {
      ent_value_i64(7), ent_value_i64(8), {.kind = ENT_NULL}};

  (void)state;
  assert_row(types, 3, row, 4, expected);
  assert_none(types, 3, row, 5, 1);
}

static void a_row_begins_with_0(void **state) {
  static const MYSQL_FIELD types[] = {ENT_OF(TINY)};

  (void)state;
  for (unsigned first = 1; first < 256; first++) {
    const unsigned char row[] = {(unsigned char)first, 0, 7};

    assert_none(types, 1, row, sizeof(row), 0);
  }
}

/* A second column of this type has these bytes. */
static void try_value(enum enum_field_types type, const char *bytes,
                      size_t size, const char *words) {
  const MYSQL_FIELD types[] = {ENT_OF(TINY), {.type = type, .charsetnr = 63}};
  unsigned char row[32] = {0, 0, 1, (unsigned char)size};
  unsigned column = UINT32_MAX;
  ent_error err;
  ent_buf buf;

  memcpy(row + 4, bytes, size);
  assert_int_equal(read_row(types, 2, row, 4 + size, &buf, &column, &err),
                   ENT_PROTOCOL);
  assert_string_equal(err.text, words);
  assert_int_equal(column, 1);
  ent_buf_done(&buf);
}

static void a_value_that_is_none_of_its_type_is_told(void **state) {
  (void)state;
  try_value(MYSQL_TYPE_BIT, "123456789", 9, "a bit value of 9 bytes");
  try_value(MYSQL_TYPE_GEOMETRY, "123", 3, "a geometry of 3 bytes");
  try_value(MYSQL_TYPE_NEWDECIMAL, "1\xc4", 2,
            "a decimal of other than digits");
  try_value(MYSQL_TYPE_NEWDECIMAL, "1\0", 2, "a decimal of other than digits");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_request_without_values_has_a_head_only),
      cmocka_unit_test(numbers_are_eight_bytes),
      cmocka_unit_test(texts_of_every_kind_are_told_by_their_length),
      cmocka_unit_test(values_that_are_null_have_a_bit_and_no_bytes),
      cmocka_unit_test(a_byte_of_bits_holds_eight_values),
      cmocka_unit_test(a_length_takes_as_few_bytes_as_it_can),
      cmocka_unit_test(a_request_is_appended),
      cmocka_unit_test(a_request_past_the_ceiling_is_refused),
      cmocka_unit_test(what_fits_goes_into_one_packet),
      cmocka_unit_test(many_values_fit_together),
      cmocka_unit_test(numbers_have_the_width_of_their_type),
      cmocka_unit_test(what_is_no_number_brings_its_length),
      cmocka_unit_test(columns_that_are_null_have_a_bit_and_no_bytes),
      cmocka_unit_test(a_byte_of_bits_holds_six_columns_at_first),
      cmocka_unit_test(a_length_may_stand_behind_each_mark),
      cmocka_unit_test(a_length_past_all_memory_is_refused),
      cmocka_unit_test(a_row_that_ends_elsewhere_is_refused),
      cmocka_unit_test(bytes_behind_a_null_are_refused),
      cmocka_unit_test(a_row_begins_with_0),
      cmocka_unit_test(a_value_that_is_none_of_its_type_is_told),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
