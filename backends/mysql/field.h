#ifndef ENT_BACKENDS_MYSQL_FIELD_H
#define ENT_BACKENDS_MYSQL_FIELD_H

#include "backends/base/error.h"
#include "backends/base/row.h"

#include <stdbool.h>
#include <stdint.h>

struct st_mysql_field;

/* One column of a result in the binary protocol, and how its bytes become a
 * column of a packed row.  What a type reads as is written down in
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

typedef struct ent_mysql_field ent_mysql_field;

/* Appends the value at `*at`, which is not NULL, to a packed row, and moves
 * `*at` behind it.  That it ends within its packet was seen to, by the client
 * library or by ent_mysql_field_is_whole().
 *
 * NOMEM, TOO_BIG; PROTOCOL where the bytes are no value of the type. */
typedef ent_status ent_mysql_field_put(const ent_mysql_field *field,
                                       unsigned char **at,
                                       ent_row_writer *writer, ent_error *err);

struct ent_mysql_field {
  ent_mysql_field_put *put; /* what does it for this form and width */
  ent_mysql_form form;
  uint8_t width;    /* bytes of a number; 0: its length stands before a value */
  uint8_t decimals; /* digits behind the second; 7 = as many as are there */
  int type;         /* what it was made from */
  unsigned flags;
  unsigned charset;
  unsigned long length;
};

/* Describes a result column. */
void ent_mysql_field_init(ent_mysql_field *field,
                          const struct st_mysql_field *from);

/* Whether it still describes this one: a server may give another type than it
 * has announced, once the values are known or the table was changed. */
bool ent_mysql_field_fits(const ent_mysql_field *field,
                          const struct st_mysql_field *from);

/* Whether the value at `at` ends before `end`, or at it. */
bool ent_mysql_field_is_whole(const ent_mysql_field *field,
                              const unsigned char *at,
                              const unsigned char *end);

/* Moves `*at` behind a value. */
void ent_mysql_field_skip(const ent_mysql_field *field, unsigned char **at);

/* The double nearest the shortest decimal form of a 4-byte float: what its
 * text on the server reads as. */
double ent_mysql_float(float number);

#endif
