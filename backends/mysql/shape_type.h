#ifndef ENT_BACKENDS_MYSQL_SHAPE_TYPE_H
#define ENT_BACKENDS_MYSQL_SHAPE_TYPE_H

#include "backends/base/arena.h"
#include "backends/base/buf.h"
#include "backends/base/declared.h"

/* Types and defaults of columns in one spelling.
 *
 * Of a type every size is given that means anything, and none that does not:
 * int(11) is "int", decimal is "decimal" of (10, 0), char of (1), year(4) is
 * "year".  What else a server says of a type stands behind its name: "int(5)
 * zerofill" is a type of its own.  A json that a server keeps as longtext is
 * "json" where its CHECK says so. */

/* Brings a declared type into that spelling. */
ent_sql_type ent_shape_type(const ent_sql_type *declared);

/* Reads what information_schema has as column_type: "int(10) unsigned",
 * "enum('a','it''s')".  NOMEM. */
ENT_CHECKED ent_status ent_shape_type_read(const char *text, ent_arena *arena,
                                           ent_sql_type *type, ent_error *err);

/* Whether two types in that spelling are one. */
bool ent_shape_same_type(const ent_sql_type *a, const ent_sql_type *b);

/* Whether a type has a charset, and a collation. */
bool ent_shape_type_has_charset(const ent_sql_type *type);

/* Whether it is one that an index takes a part of only: texts and blobs. */
bool ent_shape_type_is_long(const ent_sql_type *type);

/* Whether its literals are digits, not texts. */
bool ent_shape_type_is_number(const ent_sql_type *type);

/* Appends a type for people and, where words need no care, for the server:
 * "enum('a','b')".  Errors of ent_buf_append(). */
ENT_CHECKED ent_status ent_shape_type_show(ent_buf *buf,
                                           const ent_sql_type *type,
                                           ent_error *err);

/* A default's value as a server shows that of a column of this type: "0.00" for
 * 0 in a decimal(8,2), '2020-01-01 00:00:00' for a datetime.  What is no value
 * of the type stays as it is.  Lives in `arena`, or is `text`; NULL if there is
 * no memory. */
const char *ent_shape_value(const ent_sql_type *type, const char *text,
                            ent_arena *arena);

/* Reads a literal in quotation marks, as servers write one: '' is one mark,
 * and a backslash stands before itself, 0, n, r and others.
 *
 *   at  the opening mark; moved behind the closing one, or to the end
 *
 * NULL if there is no memory. */
char *ent_shape_unquote(const char **at, ent_arena *arena);

#endif
