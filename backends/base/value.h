#ifndef ENT_BACKENDS_BASE_VALUE_H
#define ENT_BACKENDS_BASE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one value is, in memory and in a packed row.  The numbers are part of
 * the packed format: never reorder them. */
typedef enum ent_kind {
  ENT_NULL = 0,
  ENT_I64 = 1,
  ENT_U64 = 2, /* above 2^63-1; smaller ones are ENT_I64 */
  ENT_F64 = 3,
  ENT_ASCII = 4, /* text without NUL and without bytes >= 0x80 */
  ENT_TEXT = 5,  /* UTF-8 */
  ENT_BLOB = 6,
  ENT_DIGITS = 7, /* a decimal's ASCII digits, to be shown as the number they
                     are; never in a packed row, which holds them as ASCII */
} ent_kind;

/* One value.  Bytes are borrowed; whose they are is said where one is given. */
typedef struct ent_value {
  ent_kind kind;
  union {
    int64_t i64;
    uint64_t u64;
    double f64;
    struct {
      const char *data; /* not nul-terminated unless its giver says so */
      size_t size;      /* bytes */
    } bytes;
  } as;
} ent_value;

static inline ent_value ent_value_i64(int64_t number) {
  return (ent_value){.kind = ENT_I64, .as.i64 = number};
}

static inline ent_value ent_value_u64(uint64_t number) {
  if (number <= INT64_MAX) return ent_value_i64((int64_t)number);
  return (ent_value){.kind = ENT_U64, .as.u64 = number};
}

static inline ent_value ent_value_f64(double number) {
  return (ent_value){.kind = ENT_F64, .as.f64 = number};
}

static inline ent_value ent_value_bytes(ent_kind kind, const char *data,
                                        size_t size) {
  ent_value value = {.kind = kind};

  value.as.bytes.data = data;
  value.as.bytes.size = size;
  return value;
}

/* Whether a value is text, of either kind. */
static inline bool ent_value_is_text(const ent_value *value) {
  return value->kind == ENT_ASCII || value->kind == ENT_TEXT;
}

/* ENT_ASCII where the bytes allow it, else ENT_TEXT. */
ent_kind ent_text_kind(const char *data, size_t size);

/* Whether bytes are UTF-8 as Unicode defines it: no overlong form, no
 * surrogate, nothing above U+10FFFF.  SQLite holds others, servers do not. */
bool ent_utf8_valid(const char *data, size_t size);

#endif
