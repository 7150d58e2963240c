#include "vtab/value.h"

#include <float.h>
#include <math.h>

enum { ENT_EXACT_DIGITS = 15 }; /* that every double keeps */

ent_value ent_value_borrow(sqlite3_value *from) {
  switch (sqlite3_value_type(from)) {
  case SQLITE_INTEGER: return ent_value_i64(sqlite3_value_int64(from));
  case SQLITE_FLOAT: return ent_value_f64(sqlite3_value_double(from));
  case SQLITE_TEXT: {
    const char *text = (const char *)sqlite3_value_text(from);

    return ent_value_bytes(ENT_TEXT, text ? text : "",
                           (size_t)sqlite3_value_bytes(from));
  }
  case SQLITE_BLOB: {
    const char *blob = sqlite3_value_blob(from);

    return ent_value_bytes(ENT_BLOB, blob ? blob : "",
                           (size_t)sqlite3_value_bytes(from));
  }
  default: break;
  }
  return (ent_value){.kind = ENT_NULL};
}

ent_status ent_value_copy(sqlite3_value *from, ent_arena *arena, ent_value *to,
                          ent_error *err) {
  ent_value value = ent_value_borrow(from);

  if (value.kind == ENT_TEXT || value.kind == ENT_BLOB) {
    value.as.bytes.data =
        ent_arena_copy(arena, value.as.bytes.data, value.as.bytes.size);
    if (!value.as.bytes.data) return ent_fail_nomem(err);
  }
  *to = value;
  return ENT_OK;
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

/* The statement that gives back what a DECIMAL column stores for a text.  A
 * CAST is not the same: it leaves 9007199254740993.0 a REAL. */
static int open_private(ent_numerals *numerals) {
  int rc = SQLITE_OK;

  if (!numerals->db) rc = sqlite3_open(":memory:", &numerals->db);
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

/* Has SQLite convert digits, and gives its result on. */
static void ask_sqlite(ent_numerals *numerals, sqlite3_context *context,
                       const ent_value *digits) {
  int rc = numerals->store ? SQLITE_OK : open_private(numerals);

  if (!rc) {
    rc = sqlite3_bind_text(numerals->store, 1, digits->as.bytes.data,
                           (int)digits->as.bytes.size, SQLITE_TRANSIENT);
  }
  if (rc || sqlite3_step(numerals->store) != SQLITE_ROW) {
    sqlite3_result_error_nomem(context);
  } else {
    sqlite3_result_value(context, sqlite3_column_value(numerals->store, 0));
  }
  sqlite3_reset(numerals->store);
}

static void result_digits(ent_numerals *numerals, sqlite3_context *context,
                          const ent_value *value) {
  plain_digits digits;
  bool is_plain =
      read_digits(value->as.bytes.data, value->as.bytes.size, &digits);
  double number;

  if (is_plain && digits.n_behind == 0) {
    sqlite3_result_int64(context,
                         digits.is_negative ? -digits.whole : digits.whole);
  } else if (is_plain && plain_fraction(&digits, &number)) {
    sqlite3_result_double(context, digits.is_negative ? -number : number);
  } else {
    ask_sqlite(numerals, context, value);
  }
}

/* Above 2^63-1 an INTEGER column of SQLite holds the REAL of the digits, which
 * SQLite reads in a way of its own. */
static void result_u64(ent_numerals *numerals, sqlite3_context *context,
                       uint64_t number) {
  enum { ENT_STEP = 2048, ENT_NEAR = 16 };
  uint64_t within = number % ENT_STEP;
  char text[24];
  ent_value digits;

  if (within < ENT_STEP / 2 - ENT_NEAR || within > ENT_STEP / 2 + ENT_NEAR) {
    sqlite3_result_double(context, (double)number);
    return;
  }
  sqlite3_snprintf(sizeof(text), text, "%llu", (sqlite3_uint64)number);
  digits = ent_value_bytes(ENT_DIGITS, text, 0);
  while (text[digits.as.bytes.size])
    digits.as.bytes.size++;
  ask_sqlite(numerals, context, &digits);
}

void ent_value_result(ent_numerals *numerals, sqlite3_context *context,
                      const ent_value *value) {
  switch (value->kind) {
  case ENT_NULL: sqlite3_result_null(context); break;
  case ENT_I64: sqlite3_result_int64(context, value->as.i64); break;
  case ENT_U64: result_u64(numerals, context, value->as.u64); break;
  /* A table of SQLite keeps no negative zero, and so shows none. */
  case ENT_F64: sqlite3_result_double(context, value->as.f64 + 0.0); break;
  case ENT_ASCII:
  case ENT_TEXT:
    sqlite3_result_text64(context, value->as.bytes.data, value->as.bytes.size,
                          SQLITE_TRANSIENT, SQLITE_UTF8);
    break;
  case ENT_BLOB:
    sqlite3_result_blob64(context, value->as.bytes.data, value->as.bytes.size,
                          SQLITE_TRANSIENT);
    break;
  case ENT_DIGITS: result_digits(numerals, context, value); break;
  }
}

/* The same for a value that stands in a row, which need not be put together
 * first: a scan spends much of its time here. */
void ent_value_result_column(ent_numerals *numerals, sqlite3_context *context,
                             const ent_row *row, unsigned column,
                             bool is_decimal) {
  const ent_row *at;
  uint32_t size;
  ent_kind kind = ent_row_find(row, column, &at, &size);
  ent_value value;

  if (kind == ENT_I64) {
    sqlite3_result_int64(context, (sqlite3_int64)ent_row_u64(at));
    return;
  }
  if (kind == ENT_ASCII && !is_decimal) {
    /* With its NUL, and so not copied again by who asks for its text. */
    sqlite3_result_text(context, (const char *)at, -1, SQLITE_TRANSIENT);
    return;
  }
  value = ent_row_value(row, column);
  if (kind == ENT_ASCII) value.kind = ENT_DIGITS;
  ent_value_result(numerals, context, &value);
}
