#include "backends/mysql/ddl.h"

#include "backends/mysql/shape_type.h"
#include "backends/mysql/sqltext.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ENT_DDL_CEILING = 16 << 20 };

void ent_ddl_begin(ent_ddl *ddl, const ent_server *server) {
  *ddl = (ent_ddl){.server = server};
  ent_buf_init(&ddl->buf, ENT_DDL_CEILING);
}

ent_status ent_ddl_end(ent_ddl *ddl, ent_arena *arena, const char **sql,
                       ent_error *err) {
  ent_status status = ddl->err.status;

  if (status && err && err->status == ENT_OK) *err = ddl->err;
  if (!status) {
    *sql = ent_arena_copy(arena, ddl->buf.data, ddl->buf.size);
    if (!*sql) status = ent_fail_nomem(err);
  }
  ent_buf_done(&ddl->buf);
  return status;
}

static bool is_well(const ent_ddl *ddl) {
  return ddl->err.status == ENT_OK;
}

/* The status is kept in ddl->err. */
static void put_bytes(ent_ddl *ddl, const char *data, size_t size) {
  if (is_well(ddl) && ent_buf_append(&ddl->buf, data, size, &ddl->err)) return;
}

static void put(ent_ddl *ddl, const char *text) {
  put_bytes(ddl, text, strlen(text));
}

static void put_number(ent_ddl *ddl, const char *before, long number,
                       const char *after) {
  if (is_well(ddl) &&
      ent_buf_printf(&ddl->buf, &ddl->err, "%s%ld%s", before, number, after)) {
    return;
  }
}

static void put_name(ent_ddl *ddl, const char *name) {
  if (is_well(ddl) && ent_sql_name(&ddl->buf, name, &ddl->err)) return;
}

/* Between marks, where only a mark needs another one before it. */
static void put_quoted(ent_ddl *ddl, const char *text, bool escapes) {
  put(ddl, "'");
  for (; *text; text++) {
    if (*text == '\'') put(ddl, "'");
    if (*text == '\\' && escapes) put(ddl, "\\");
    put_bytes(ddl, text, 1);
  }
  put(ddl, "'");
}

static void put_hex(ent_ddl *ddl, const char *text) {
  static const char digits[] = "0123456789ABCDEF";

  put(ddl, "0x");
  for (; *text; text++) {
    put_bytes(ddl, &digits[(unsigned char)*text >> 4], 1);
    put_bytes(ddl, &digits[(unsigned char)*text & 15], 1);
  }
}

/* What a backslash means depends on sql_mode: a text that has one is given as
 * its bytes, in a charset that is named. */
static void put_text(ent_ddl *ddl, const char *text, bool is_binary) {
  if (!strchr(text, '\\')) {
    put_quoted(ddl, text, false);
    return;
  }
  if (!is_binary) put(ddl, "_utf8mb4 ");
  put_hex(ddl, text);
}

static bool is_ascii(const char *text) {
  for (; *text; text++) {
    if ((unsigned char)*text >= 0x80) return false;
  }
  return true;
}

/* A word can name no charset and takes the column's; nor can the default of a
 * long text (MariaDB reads it back wrong).  Where its bytes are others there, a
 * backslash has to be doubled, as sessions of entable want. */
static void put_word(ent_ddl *ddl, const ent_shape_column *column,
                     const char *word) {
  bool is_utf8 = !column->charset || strncmp(column->charset, "utf8", 4) == 0;

  if (!strchr(word, '\\')) {
    put_quoted(ddl, word, false);
  } else if (is_utf8 || is_ascii(word)) {
    put_hex(ddl, word);
  } else {
    put_quoted(ddl, word, true);
  }
}

static void put_type(ent_ddl *ddl, const ent_shape_column *column) {
  const ent_sql_type *type = &column->type;

  if (!type->n_words) {
    if (is_well(ddl) && ent_shape_type_show(&ddl->buf, type, &ddl->err)) return;
    if (column->is_bool) put(ddl, "(1)");
    return;
  }
  put(ddl, type->name);
  for (size_t i = 0; i < type->n_words; i++) {
    put(ddl, i ? "," : "(");
    put_word(ddl, column, type->words[i]);
  }
  put(ddl, ")");
}

static void put_now(ent_ddl *ddl, const ent_shape_column *column) {
  put(ddl, "CURRENT_TIMESTAMP");
  if (column->type.size > 0) put_number(ddl, "(", column->type.size, ")");
}

static bool is_digits(const char *text) {
  return *text && strspn(text, "0123456789.+-eE") == strlen(text);
}

static void put_value(ent_ddl *ddl, const ent_shape_column *column) {
  const char *text = column->default_text;

  if (ent_shape_type_is_number(&column->type) && is_digits(text)) {
    put(ddl, text);
  } else if (ent_shape_type_is_long(&column->type)) {
    put_word(ddl, column, text);
  } else {
    put_text(ddl, text, !column->charset);
  }
}

static void put_default(ent_ddl *ddl, const ent_shape_column *column) {
  switch (column->default_kind) {
  case ENT_SHAPE_VALUE:
    put(ddl, " DEFAULT ");
    put_value(ddl, column);
    break;
  case ENT_SHAPE_NOW:
    put(ddl, " DEFAULT ");
    put_now(ddl, column);
    break;
  case ENT_SHAPE_EXPRESSION:
    put(ddl, " DEFAULT (");
    put(ddl, column->default_text);
    put(ddl, ")");
    break;
  case ENT_SHAPE_NULL:
  case ENT_SHAPE_NO_DEFAULT: break;
  }
  if (column->updates_itself) {
    put(ddl, " ON UPDATE ");
    put_now(ddl, column);
  }
}

/* A CHECK speaks of its column by the name that it has then. */
static void put_check(ent_ddl *ddl, const ent_shape_column *column) {
  const char *rest = column->check;
  size_t size = strlen(column->check_name);

  put(ddl, " CHECK (");
  for (const char *at = rest; (at = strchr(at, '`')) != NULL; at++) {
    if (strncmp(at + 1, column->check_name, size) != 0 || at[size + 1] != '`')
      continue;
    put_bytes(ddl, rest, (size_t)(at - rest));
    put_name(ddl, column->name);
    at += size + 1;
    rest = at + 1;
  }
  put(ddl, rest);
  put(ddl, ")");
}

/* A timestamp that says nothing takes no NULL on servers that invent its
 * default. */
static void put_column(ent_ddl *ddl, const ent_shape_column *column) {
  put_name(ddl, column->name);
  put(ddl, " ");
  put_type(ddl, column);
  if (column->charset &&
      !(ddl->table &&
        ent_shape_same_text(column->collation, ddl->table->collation))) {
    put(ddl, " CHARACTER SET ");
    put(ddl, column->charset);
    put(ddl, " COLLATE ");
    put(ddl, column->collation);
  }
  if (!column->is_nullable) {
    put(ddl, " NOT NULL");
  } else if (strcmp(column->type.name, "timestamp") == 0) {
    put(ddl, " NULL");
  }
  put_default(ddl, column);
  if (column->is_auto) put(ddl, " AUTO_INCREMENT");
  if (column->is_invisible) put(ddl, " INVISIBLE");
  if (column->comment && column->comment[0]) {
    put(ddl, " COMMENT ");
    put_quoted(ddl, column->comment, true);
  }
  if (column->check) put_check(ddl, column);
}

static void put_names(ent_ddl *ddl, const char **names, size_t n) {
  for (size_t i = 0; i < n; i++) {
    put(ddl, i ? ", " : "(");
    put_name(ddl, names[i]);
  }
  put(ddl, ")");
}

static void put_parts(ent_ddl *ddl, const ent_shape_index *index) {
  for (size_t i = 0; i < index->n_parts; i++) {
    put(ddl, i ? ", " : "(");
    put_name(ddl, index->parts[i].column);
    if (index->parts[i].prefix) {
      put_number(ddl, "(", (long)index->parts[i].prefix, ")");
    }
  }
  put(ddl, ")");
}

static void put_index(ent_ddl *ddl, const ent_shape_index *index) {
  put(ddl, index->is_unique ? "UNIQUE INDEX " : "INDEX ");
  put_name(ddl, index->name);
  put(ddl, " ");
  put_parts(ddl, index);
}

static void put_key(ent_ddl *ddl, const ent_shape_index *key) {
  put(ddl, "PRIMARY KEY ");
  put_parts(ddl, key);
}

/* A line of its own for what follows. */
static void next_clause(ent_ddl *ddl) {
  put(ddl, ddl->n_clauses++ ? ",\n  " : "\n  ");
}

static void put_clause(ent_ddl *ddl, const char *words, const char *name) {
  next_clause(ddl);
  put(ddl, words);
  put_name(ddl, name);
}

void ent_ddl_create(ent_ddl *ddl, const ent_shape_table *table) {
  ddl->table = table;
  put(ddl, "CREATE TABLE ");
  put_name(ddl, table->name);
  put(ddl, " (");
  for (size_t i = 0; i < table->n_columns; i++) {
    next_clause(ddl);
    put_column(ddl, &table->columns[i]);
  }
  if (table->key.n_parts) {
    next_clause(ddl);
    put_key(ddl, &table->key);
  }
  for (size_t i = 0; i < table->n_indexes; i++) {
    next_clause(ddl);
    put_index(ddl, &table->indexes[i]);
  }
  put(ddl, "\n) ENGINE=");
  put(ddl, table->engine);
  put(ddl, " DEFAULT CHARSET=");
  put(ddl, table->charset);
  put(ddl, " COLLATE=");
  put(ddl, table->collation);
}

void ent_ddl_drop(ent_ddl *ddl, const char *table) {
  put(ddl, "DROP TABLE ");
  put_name(ddl, table);
}

void ent_ddl_rename(ent_ddl *ddl, const char *from, const char *to) {
  put(ddl, "RENAME TABLE ");
  put_name(ddl, from);
  put(ddl, " TO ");
  put_name(ddl, to);
}

void ent_ddl_alter(ent_ddl *ddl, const char *table,
                   const ent_shape_table *like) {
  ddl->table = like;
  put(ddl, "ALTER TABLE ");
  put_name(ddl, table);
}

static void put_place(ent_ddl *ddl, const char *after) {
  if (!after) {
    put(ddl, " FIRST");
    return;
  }
  put(ddl, " AFTER ");
  put_name(ddl, after);
}

void ent_ddl_add_column(ent_ddl *ddl, const ent_shape_column *column,
                        bool is_last, const char *after) {
  next_clause(ddl);
  put(ddl, "ADD COLUMN ");
  put_column(ddl, column);
  if (!is_last) put_place(ddl, after);
}

void ent_ddl_change_column(ent_ddl *ddl, const char *from,
                           const ent_shape_column *column, bool moves,
                           const char *after) {
  next_clause(ddl);
  if (strcmp(from, column->name) == 0) {
    put(ddl, "MODIFY COLUMN ");
  } else {
    put(ddl, "CHANGE COLUMN ");
    put_name(ddl, from);
    put(ddl, " ");
  }
  put_column(ddl, column);
  if (moves) put_place(ddl, after);
}

/* Older servers want to be told all of it again. */
void ent_ddl_rename_column(ent_ddl *ddl, const ent_shape_column *live,
                           const char *to) {
  ent_shape_column renamed = *live;

  renamed.name = to;
  if (!ent_online_renames_columns(ddl->server)) {
    ent_ddl_change_column(ddl, live->name, &renamed, false, NULL);
    return;
  }
  put_clause(ddl, "RENAME COLUMN ", live->name);
  put(ddl, " TO ");
  put_name(ddl, to);
}

void ent_ddl_drop_column(ent_ddl *ddl, const char *name) {
  put_clause(ddl, "DROP COLUMN ", name);
}

void ent_ddl_add_index(ent_ddl *ddl, const ent_shape_index *index) {
  next_clause(ddl);
  put(ddl, "ADD ");
  put_index(ddl, index);
}

void ent_ddl_drop_index(ent_ddl *ddl, const char *name) {
  put_clause(ddl, "DROP INDEX ", name);
}

void ent_ddl_rename_index(ent_ddl *ddl, const char *from, const char *to) {
  put_clause(ddl, "RENAME INDEX ", from);
  put(ddl, " TO ");
  put_name(ddl, to);
}

void ent_ddl_drop_key(ent_ddl *ddl) {
  next_clause(ddl);
  put(ddl, "DROP PRIMARY KEY");
}

void ent_ddl_add_key(ent_ddl *ddl, const ent_shape_index *key) {
  next_clause(ddl);
  put(ddl, "ADD ");
  put_key(ddl, key);
}

static const char *action_words(ent_shape_action action) {
  switch (action) {
  case ENT_SHAPE_RESTRICT: break;
  case ENT_SHAPE_CASCADE: return "CASCADE";
  case ENT_SHAPE_SET_NULL: return "SET NULL";
  case ENT_SHAPE_SET_DEFAULT: return "SET DEFAULT";
  }
  return "RESTRICT";
}

void ent_ddl_add_foreign(ent_ddl *ddl, const ent_shape_foreign *foreign,
                         const char *name) {
  put_clause(ddl, "ADD CONSTRAINT ", name);
  put(ddl, " FOREIGN KEY ");
  put_names(ddl, foreign->columns, foreign->n_columns);
  put(ddl, " REFERENCES ");
  if (foreign->database) {
    put_name(ddl, foreign->database);
    put(ddl, ".");
  }
  put_name(ddl, foreign->table);
  put(ddl, " ");
  put_names(ddl, foreign->targets, foreign->n_columns);
  put(ddl, " ON DELETE ");
  put(ddl, action_words(foreign->on_delete));
}

void ent_ddl_drop_foreign(ent_ddl *ddl, const char *name) {
  put_clause(ddl, "DROP FOREIGN KEY ", name);
}

void ent_ddl_charset(ent_ddl *ddl, const ent_shape_table *table) {
  next_clause(ddl);
  put(ddl, "DEFAULT CHARSET=");
  put(ddl, table->charset);
  put(ddl, " COLLATE=");
  put(ddl, table->collation);
}

void ent_ddl_engine(ent_ddl *ddl, const char *engine) {
  next_clause(ddl);
  put(ddl, "ENGINE=");
  put(ddl, engine);
}

void ent_ddl_online(ent_ddl *ddl, ent_online online) {
  if (online == ENT_ONLINE_NOT) return;
  next_clause(ddl);
  put(ddl, online == ENT_ONLINE_INSTANT ? "ALGORITHM=INSTANT"
                                        : "ALGORITHM=INPLACE, LOCK=NONE");
}

void ent_ddl_has_rows(ent_ddl *ddl, const char *const *tables, size_t n) {
  for (size_t i = 0; i < n; i++) {
    put(ddl, i ? ", EXISTS(SELECT 1 FROM " : "SELECT EXISTS(SELECT 1 FROM ");
    put_name(ddl, tables[i]);
    put(ddl, ")");
  }
}
