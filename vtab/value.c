#include "vtab/value.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ENT_EXACT_DIGITS = 15 }; /* that every double keeps */

/* SQLite has NULL for bytes that are none, and for those it has no memory
 * for: only the latter are of a text, or have a size. */
ent_status ent_value_borrow(sqlite3_value *from, ent_value *to,
                            ent_error *err) {
  const char *bytes;
  bool is_text = sqlite3_value_type(from) == SQLITE_TEXT;

  switch (sqlite3_value_type(from)) {
  case SQLITE_INTEGER: *to = ent_value_i64(sqlite3_value_int64(from)); break;
  case SQLITE_FLOAT: *to = ent_value_f64(sqlite3_value_double(from)); break;
  case SQLITE_TEXT:
  case SQLITE_BLOB:
    bytes = is_text ? (const char *)sqlite3_value_text(from)
                    : sqlite3_value_blob(from);
    if (!bytes && (is_text || sqlite3_value_bytes(from) > 0)) {
      return ent_fail_nomem(err);
    }
    *to = ent_value_bytes(is_text ? ENT_TEXT : ENT_BLOB, bytes ? bytes : "",
                          (size_t)sqlite3_value_bytes(from));
    break;
  default: *to = (ent_value){.kind = ENT_NULL}; break;
  }
  return ENT_OK;
}

ent_status ent_value_copy(sqlite3_value *from, ent_arena *arena, ent_value *to,
                          ent_error *err) {
  ent_value value;
  ent_status status = ent_value_borrow(from, &value, err);

  if (status) return status;
  if (value.kind == ENT_TEXT || value.kind == ENT_BLOB) {
    value.as.bytes.data =
        ent_arena_copy(arena, value.as.bytes.data, value.as.bytes.size);
    if (!value.as.bytes.data) return ent_fail_nomem(err);
  }
  *to = value;
  return ENT_OK;
}

void ent_value_pack(const ent_value *value, ent_buf *row) {
  ent_row_writer writer;
  ent_status status = ent_row_begin(&writer, row, 1, NULL);

  if (!status) {
    status = ent_row_put(&writer, value, NULL);
    if (status) {
      ent_row_drop(&writer);
    } else {
      ent_row_end(&writer);
    }
  }
  if (status) row->size = 0;
}

void ent_numerals_done(ent_numerals *numerals) {
  sqlite3_finalize(numerals->store);
  sqlite3_close(numerals->db);
  *numerals = (ent_numerals){.db = NULL};
}

/* Digits as a whole number and how many of them stand behind the point,
 * trailing zeros left out. */
typedef struct plain_digits {
  int64_t whole;
  int n_behind;
  bool is_negative;
} plain_digits;

/* False for what is not plain: more digits than every double keeps, or
 * anything but digits and a point. */
static bool read_digits(const char *at, size_t size, plain_digits *digits) {
  const char *end = at + size;
  bool is_behind = false;
  int n_significant = 0;

  *digits = (plain_digits){.is_negative = size > 0 && *at == '-'};
  for (at += digits->is_negative; at < end; at++) {
    if (*at == '.' && !is_behind) {
      is_behind = true;
      continue;
    }
    if (*at < '0' || *at > '9') return false;
    if (digits->whole == 0 && *at == '0' && !is_behind) continue;
    digits->whole = digits->whole * 10 + (*at - '0');
    digits->n_behind += is_behind;
    if (digits->whole > 0 && ++n_significant > ENT_EXACT_DIGITS + 2) {
      return false;
    }
  }
  while (digits->n_behind > 0 && digits->whole % 10 == 0) {
    digits->whole /= 10;
    digits->n_behind--;
    n_significant--;
  }
  return n_significant <= ENT_EXACT_DIGITS && digits->n_behind <= 22;
}

/* The double of a fraction, unless it lies so near the middle of two doubles
 * that it depends on the algorithm which one is taken. */
static bool plain_fraction(const plain_digits *digits, double *number) {
#if LDBL_MANT_DIG >= 64
  static const long double powers[] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,
                                       1e6L,  1e7L,  1e8L,  1e9L,  1e10L, 1e11L,
                                       1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L,
                                       1e18L, 1e19L, 1e20L, 1e21L, 1e22L};
  long double exact = (long double)digits->whole / powers[digits->n_behind];
  double nearest = (double)exact;
  long double half =
      ((long double)nextafter(nearest, HUGE_VAL) - (long double)nearest) / 2;
  long double off = fabsl(exact - (long double)nearest);

  *number = nearest;
  return fabsl(off - half) > half / 512;
#else
  (void)digits, (void)number;
  return false;
#endif
}

sqlite3 *ent_numerals_db(ent_numerals *numerals) {
  if (!numerals->db && sqlite3_open(":memory:", &numerals->db)) {
    sqlite3_close(numerals->db);
    numerals->db = NULL;
  }
  return numerals->db;
}

/* The statement that gives back what a DECIMAL column stores for a text.  A
 * CAST is not the same: it leaves 9007199254740993.0 a REAL. */
static int open_private(ent_numerals *numerals) {
  int rc = ent_numerals_db(numerals) ? SQLITE_OK : SQLITE_NOMEM;

  if (!rc) {
    rc = sqlite3_exec(numerals->db,
                      "CREATE TABLE IF NOT EXISTS stored(value DECIMAL);"
                      "INSERT INTO stored VALUES (0)",
                      NULL, NULL, NULL);
  }
  return rc ? rc
            : sqlite3_prepare_v2(numerals->db,
                                 "UPDATE stored SET value = ?1 RETURNING value",
                                 -1, &numerals->store, NULL);
}

/* Has SQLite convert digits.  False if there is no memory. */
static bool ask_sqlite(ent_numerals *numerals, const ent_value *digits,
                       ent_value *number) {
  int rc = numerals->store ? SQLITE_OK : open_private(numerals);
  bool done = false;

  if (!rc) {
    rc = sqlite3_bind_text(numerals->store, 1, digits->as.bytes.data,
                           (int)digits->as.bytes.size, SQLITE_TRANSIENT);
  }
  if (!rc && sqlite3_step(numerals->store) == SQLITE_ROW) {
    bool is_whole = sqlite3_column_type(numerals->store, 0) == SQLITE_INTEGER;

    *number = is_whole
                  ? ent_value_i64(sqlite3_column_int64(numerals->store, 0))
                  : ent_value_f64(sqlite3_column_double(numerals->store, 0));
    done = true;
  }
  sqlite3_reset(numerals->store);
  return done;
}

static bool number_of_digits(ent_numerals *numerals, const ent_value *value,
                             ent_value *number) {
  plain_digits digits;
  bool is_plain =
      read_digits(value->as.bytes.data, value->as.bytes.size, &digits);
  double real;

  if (is_plain && digits.n_behind == 0) {
    *number = ent_value_i64(digits.is_negative ? -digits.whole : digits.whole);
    return true;
  }
  if (is_plain && plain_fraction(&digits, &real)) {
    *number = ent_value_f64(digits.is_negative ? -real : real);
    return true;
  }
  return ask_sqlite(numerals, value, number);
}

/* Above 2^63-1 an INTEGER column of SQLite holds the REAL of the digits, which
 * SQLite reads in a way of its own. */
static bool number_of_u64(ent_numerals *numerals, uint64_t number,
                          ent_value *shown) {
  enum { ENT_STEP = 2048, ENT_NEAR = 16 };
  uint64_t within = number % ENT_STEP;
  char text[24];
  ent_value digits;

  if (within < ENT_STEP / 2 - ENT_NEAR || within > ENT_STEP / 2 + ENT_NEAR) {
    *shown = ent_value_f64((double)number);
    return true;
  }
  sqlite3_snprintf(sizeof(text), text, "%llu", (sqlite3_uint64)number);
  digits = ent_value_bytes(ENT_DIGITS, text, 0);
  while (text[digits.as.bytes.size])
    digits.as.bytes.size++;
  return ask_sqlite(numerals, &digits, shown);
}

/* A value in the kinds that SQLite has.  False if there is no memory. */
static bool show(ent_numerals *numerals, const ent_value *value,
                 ent_value *shown) {
  switch (value->kind) {
  case ENT_U64: return number_of_u64(numerals, value->as.u64, shown);
  case ENT_DIGITS: return number_of_digits(numerals, value, shown);
  /* A table of SQLite keeps no negative zero, and so shows none. */
  case ENT_F64: *shown = ent_value_f64(value->as.f64 + 0.0); return true;
  case ENT_ASCII:
    *shown = *value;
    shown->kind = ENT_TEXT;
    return true;
  case ENT_NULL:
  case ENT_I64:
  case ENT_TEXT:
  case ENT_BLOB: break;
  }
  *shown = *value;
  return true;
}

ent_status ent_value_shown(ent_numerals *numerals, const ent_row *row,
                           unsigned column, bool is_decimal, ent_value *value,
                           ent_error *err) {
  ent_value packed = ent_row_value(row, column);

  if (is_decimal && packed.kind == ENT_ASCII) packed.kind = ENT_DIGITS;
  return show(numerals, &packed, value) ? ENT_OK : ent_fail_nomem(err);
}

bool ent_value_same(const ent_value *a, const ent_value *b) {
  if (a->kind != b->kind) return false;
  switch (a->kind) {
  case ENT_NULL: return true;
  case ENT_I64:
  case ENT_U64:
  case ENT_F64: return a->as.u64 == b->as.u64;
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_BLOB:
  case ENT_DIGITS: break;
  }
  return a->as.bytes.size == b->as.bytes.size &&
         memcmp(a->as.bytes.data, b->as.bytes.data, a->as.bytes.size) == 0;
}

static void result(ent_numerals *numerals, sqlite3_context *context,
                   const ent_value *value, sqlite3_destructor_type keep) {
  ent_value shown;

  if (!show(numerals, value, &shown)) {
    sqlite3_result_error_nomem(context);
    return;
  }
  switch (shown.kind) {
  case ENT_NULL: sqlite3_result_null(context); break;
  case ENT_I64: sqlite3_result_int64(context, shown.as.i64); break;
  case ENT_F64: sqlite3_result_double(context, shown.as.f64); break;
  case ENT_TEXT:
  case ENT_ASCII:
    sqlite3_result_text64(context, shown.as.bytes.data, shown.as.bytes.size,
                          keep, SQLITE_UTF8);
    break;
  case ENT_BLOB:
    sqlite3_result_blob64(context, shown.as.bytes.data, shown.as.bytes.size,
                          keep);
    break;
  case ENT_U64:
  case ENT_DIGITS: break;
  }
}

void ent_value_result(ent_numerals *numerals, sqlite3_context *context,
                      const ent_value *value) {
  result(numerals, context, value, SQLITE_TRANSIENT);
}

ENT_COLD static void result_other(ent_numerals *numerals,
                                  sqlite3_context *context, const ent_row *row,
                                  unsigned column, const ent_column *of,
                                  sqlite3_destructor_type keep) {
  ent_value value = ent_row_value(row, column);

  if (of->is_wide && (value.kind == ENT_I64 || value.kind == ENT_U64)) {
    char digits[24];

    snprintf(digits, sizeof(digits), "%" PRIu64, value.as.u64);
    sqlite3_result_text(context, digits, -1, SQLITE_TRANSIENT);
    return;
  }
  if (value.kind == ENT_ASCII && of->type == ENT_TYPE_DECIMAL && !of->is_wide) {
    value.kind = ENT_DIGITS;
  }
  result(numerals, context, &value, keep);
}

/* The kinds that most columns are, which need not be put together first: a scan
 * spends much of its time here. */
int ent_value_result_column(ent_numerals *numerals, sqlite3_context *context,
                            const ent_row *row, unsigned column,
                            const ent_column *of,
                            sqlite3_destructor_type keep) {
  const ent_row *at;
  uint32_t size;
  ent_kind kind = ent_row_find(row, column, &at, &size);

  if (kind == ENT_I64 && !of->is_wide) {
    sqlite3_result_int64(context, (sqlite3_int64)ent_row_u64(at));
  } else if (kind == ENT_ASCII && of->type != ENT_TYPE_DECIMAL) {
    /* With its NUL, and so not copied again by who asks for its text. */
    sqlite3_result_text(context, (const char *)at, -1, keep);
  } else if (kind == ENT_F64) {
    uint64_t bits = ent_row_u64(at);
    double real;

    memcpy(&real, &bits, sizeof(real));
    sqlite3_result_double(context, real + 0.0); /* see show() */
  } else {
    result_other(numerals, context, row, column, of, keep);
  }
  return SQLITE_OK;
}
