#ifndef ENT_BACKENDS_MYSQL_FIELD_H
#define ENT_BACKENDS_MYSQL_FIELD_H

#include "backends/base/error.h"
#include "backends/base/row.h"

#include <stdbool.h>
#include <stdint.h>

struct st_mysql_bind;
struct st_mysql_field;
struct st_mysql_stmt;

/* One column of a result in the binary protocol: how it is fetched, and how it
 * becomes a column of a packed row.  What a type reads as is written down in
 * docs/types.md. */
typedef enum ent_mysql_form {
  ENT_FORM_NULL,
  ENT_FORM_INTEGER,
  ENT_FORM_UNSIGNED,
  ENT_FORM_BIT,
  ENT_FORM_FLOAT,
  ENT_FORM_DOUBLE,
  ENT_FORM_DECIMAL,
  ENT_FORM_DATE,
  ENT_FORM_DATETIME,
  ENT_FORM_TIME,
  ENT_FORM_TEXT,
  ENT_FORM_BLOB,
  ENT_FORM_GEOMETRY,
} ent_mysql_form;

enum { ENT_FIELD_CELL = 64 }; /* bytes that hold any value of fixed size */

typedef struct ent_mysql_field {
  ent_mysql_form form;
  uint8_t decimals;   /* digits behind the second; 7 = as many as are there */
  size_t buffer_size; /* bytes of `buffer` for a text or blob, else 0 */
  char *buffer;       /* set by the owner; more is fetched where too short */
  union {
    long long integer;
    float real4;
    double real8;
    char bytes[ENT_FIELD_CELL];
  } cell;
  unsigned long size; /* bytes of the current value */
  char is_null;
  char is_cut;
} ent_mysql_field;

/* Describes a result column; buffer_size says what its owner shall give it. */
void ent_mysql_field_init(ent_mysql_field *field,
                          const struct st_mysql_field *from);

/* Points a bind at the field's own storage.  The field must not move after. */
void ent_mysql_field_bind(ent_mysql_field *field, struct st_mysql_bind *bind);

/* Appends the current row's value, which is not NULL, to a packed row.
 *
 *   column  the field's place in the result, for what did not fit its buffer
 *
 * NOMEM, TOO_BIG; PROTOCOL where a value is none of its type. */
ENT_CHECKED ent_status ent_mysql_field_put(ent_mysql_field *field,
                                           struct st_mysql_stmt *stmt,
                                           unsigned column,
                                           ent_row_writer *writer,
                                           ent_error *err);

/* The double nearest the shortest decimal form of a 4-byte float: what its
 * text on the server reads as. */
double ent_mysql_float(float number);

#endif
