#include "backends/mysql/drift.h"

#include <mysql.h>
#include <stdbool.h>
#include <stdio.h>

enum {
  ENT_CHARSET_BINARY = 63,
  ENT_TYPE_JSON_WIRE = 245,
  ENT_MOST_DECIMALS = 6, /* of a time; more stand for "unknown" */
  ENT_WIDE_BITS = 64,
  ENT_REAL_DIGITS = 15, /* of decimals that are compared one way or another */
};

static ent_type type_of_text(const MYSQL_FIELD *from) {
  if (from->flags & ENUM_FLAG) return ENT_TYPE_ENUM;
  if (from->flags & SET_FLAG) return ENT_TYPE_SET;
  return from->charsetnr == ENT_CHARSET_BINARY ? ENT_TYPE_BLOB : ENT_TYPE_TEXT;
}

/* As introspect.c has it of the type's name. */
static ent_type type_of(const MYSQL_FIELD *from) {
  switch ((int)from->type) {
  case MYSQL_TYPE_TINY:
  case MYSQL_TYPE_SHORT:
  case MYSQL_TYPE_INT24:
  case MYSQL_TYPE_LONG: return ENT_TYPE_INTEGER;
  case MYSQL_TYPE_LONGLONG:
    return from->flags & UNSIGNED_FLAG ? ENT_TYPE_UNSIGNED : ENT_TYPE_INTEGER;
  case MYSQL_TYPE_BIT:
    return from->length < ENT_WIDE_BITS ? ENT_TYPE_INTEGER : ENT_TYPE_UNSIGNED;
  case MYSQL_TYPE_YEAR: return ENT_TYPE_YEAR;
  case MYSQL_TYPE_FLOAT: return ENT_TYPE_FLOAT;
  case MYSQL_TYPE_DOUBLE: return ENT_TYPE_DOUBLE;
  case MYSQL_TYPE_DECIMAL:
  case MYSQL_TYPE_NEWDECIMAL: return ENT_TYPE_DECIMAL;
  case MYSQL_TYPE_DATE:
  case MYSQL_TYPE_NEWDATE: return ENT_TYPE_DATE;
  case MYSQL_TYPE_DATETIME:
  case MYSQL_TYPE_TIMESTAMP: return ENT_TYPE_DATETIME;
  case MYSQL_TYPE_TIME: return ENT_TYPE_TIME;
  case MYSQL_TYPE_GEOMETRY: return ENT_TYPE_GEOMETRY;
  case ENT_TYPE_JSON_WIRE: return ENT_TYPE_JSON;
  case MYSQL_TYPE_ENUM: return ENT_TYPE_ENUM;
  case MYSQL_TYPE_SET: return ENT_TYPE_SET;
  default: break;
  }
  return type_of_text(from);
}

/* Its display has a point and a sign besides. */
static unsigned precision_of(const MYSQL_FIELD *from) {
  return (unsigned)from->length - (from->decimals > 0) -
         !(from->flags & UNSIGNED_FLAG);
}

static bool has_digits(const MYSQL_FIELD *from, const ent_column *column) {
  switch ((int)column->type) {
  case ENT_TYPE_DECIMAL:
    return from->decimals == column->scale &&
           (precision_of(from) <= ENT_REAL_DIGITS) ==
               (column->precision <= ENT_REAL_DIGITS);
  case ENT_TYPE_DATETIME:
  case ENT_TYPE_TIME:
    return from->decimals > ENT_MOST_DECIMALS ||
           from->decimals == column->scale;
  default: break;
  }
  return true;
}

static bool is_same(const MYSQL_FIELD *from, const ent_column *column) {
  ent_type type = type_of(from);

  if (from->type == MYSQL_TYPE_NULL) return true;
  /* Types that are not known by name come as texts or bytes. */
  if (column->type == ENT_TYPE_JSON) {
    return type == ENT_TYPE_JSON || type == ENT_TYPE_TEXT ||
           type == ENT_TYPE_BLOB;
  }
  return type == column->type && has_digits(from, column);
}

/* "decimal(8,2)", "time(3)", "text". */
static const char *name_type(char *to, size_t room, ent_type type,
                             unsigned precision, unsigned scale) {
  bool is_moment = type == ENT_TYPE_DATETIME || type == ENT_TYPE_TIME;

  if (type == ENT_TYPE_DECIMAL) {
    snprintf(to, room, "%s(%u,%u)", ent_type_name(type), precision, scale);
  } else if (is_moment && scale > 0) {
    snprintf(to, room, "%s(%u)", ent_type_name(type), scale);
  } else {
    snprintf(to, room, "%s", ent_type_name(type));
  }
  return to;
}

ent_status ent_mysql_drift(const MYSQL_FIELD *from, const ent_column *column,
                           ent_error *err) {
  char is[32];
  char was[32];

  if (is_same(from, column)) return ENT_OK;
  return ent_fail(err, ENT_REJECTED,
                  "column %s is %s on the server now and was %s when the "
                  "table was read: entable_open() again, or make it anew",
                  column->name,
                  name_type(is, sizeof(is), type_of(from), precision_of(from),
                            from->decimals),
                  name_type(was, sizeof(was), column->type, column->precision,
                            column->scale));
}
