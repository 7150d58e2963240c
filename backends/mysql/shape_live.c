#include "backends/mysql/shape.h"

#include "backends/mysql/shape_read.h"
#include "backends/mysql/shape_type.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define OF_DATABASE " WHERE table_schema = DATABASE()"
#define SELECT_TABLES                                                          \
  "SELECT table_name, engine, table_collation, table_type, row_format"         \
  " FROM information_schema.tables" OF_DATABASE " ORDER BY table_name"
#define SELECT_COLUMNS                                                         \
  "SELECT table_name, column_name, column_type, is_nullable, column_default,"  \
  " extra, character_set_name, collation_name, column_comment"                 \
  " FROM information_schema.columns" OF_DATABASE                               \
  " ORDER BY table_name, ordinal_position"
#define SELECT_INDEXES                                                         \
  "SELECT table_name, index_name, non_unique, column_name, sub_part,"          \
  " index_type FROM information_schema.statistics" OF_DATABASE                 \
  " ORDER BY table_name, index_name, seq_in_index"
#define SELECT_FOREIGNS                                                        \
  "SELECT table_name, constraint_name, column_name, referenced_table_schema,"  \
  " referenced_table_name, referenced_column_name"                             \
  " FROM information_schema.key_column_usage" OF_DATABASE                      \
  " AND referenced_table_name IS NOT NULL"                                     \
  " ORDER BY table_name, constraint_name, ordinal_position"
#define SELECT_RULES                                                           \
  "SELECT table_name, constraint_name, delete_rule, update_rule"               \
  " FROM information_schema.referential_constraints"                           \
  " WHERE constraint_schema = DATABASE() ORDER BY table_name"
#define SELECT_CHECKS                                                          \
  "SELECT table_name, constraint_name, check_clause"                           \
  " FROM information_schema.check_constraints"                                 \
  " WHERE constraint_schema = DATABASE() ORDER BY table_name"

/* The shape as it grows; `table` is the one that the last row was of. */
typedef struct living {
  const ent_server *server;
  ent_shape shape;
  ent_shape_table *table;
} living;

static living *living_of(const ent_shape_reading *r) {
  return r->context;
}

/* The table that a row is of; NULL for what is none. */
static ent_shape_table *table_of(ent_shape_reading *r, const ent_row *row) {
  living *live = living_of(r);
  const char *name = ent_shape_text(row, 0);

  if (live->table && strcmp(live->table->name, name) == 0) return live->table;
  live->table = NULL;
  for (size_t i = 0; i < live->shape.n_tables; i++) {
    ent_shape_table *table = &live->shape.tables[i];

    if (table->is_table && strcmp(table->name, name) == 0) live->table = table;
  }
  return live->table;
}

static ent_status take_table(void *context, const ent_row *row,
                             ent_error *err) {
  ent_shape_reading *r = context;
  ent_shape *shape = &living_of(r)->shape;
  const ent_server_charset *charset;
  ent_shape_table *table;
  ent_status status;

  shape->tables =
      ent_shape_grow(r->arena, shape->tables, shape->n_tables, sizeof(*table));
  if (!shape->tables) return ent_fail_nomem(err);
  table = &shape->tables[shape->n_tables++];
  status = ent_shape_take_text(r, row, 0, &table->name, err);
  if (!status) status = ent_shape_take_text(r, row, 1, &table->engine, err);
  if (!status) status = ent_shape_take_text(r, row, 2, &table->collation, err);
  charset = ent_server_charset_of(living_of(r)->server, table->collation);
  table->charset = charset ? charset->name : NULL;
  table->is_table = strcmp(ent_shape_text(row, 3), "BASE TABLE") == 0;
  table->is_compressed = strcasecmp(ent_shape_text(row, 4), "compressed") == 0;
  return status;
}

/* Whether a text is current_timestamp with the column's own fraction. */
static bool is_now(const ent_shape_column *column, const char *text) {
  static const char word[] = "current_timestamp";
  const char *rest = text + sizeof(word) - 1;
  char fraction[16];

  if (strncasecmp(text, word, sizeof(word) - 1) != 0) return false;
  if (column->type.size <= 0) return *rest == '\0' || strcmp(rest, "()") == 0;
  snprintf(fraction, sizeof(fraction), "(%d)", (int)column->type.size);
  return strcmp(rest, fraction) == 0;
}

static bool is_number(const char *text) {
  return *text && strspn(text, "0123456789.+-eE") == strlen(text);
}

static ent_status set_value(ent_shape_column *column, const char *text,
                            ent_arena *arena, ent_error *err) {
  column->default_kind = ENT_SHAPE_VALUE;
  column->default_text = ent_shape_value(&column->type, text, arena);
  return column->default_text ? ENT_OK : ent_fail_nomem(err);
}

/* 0x6162, the text "ab"; NULL if it is not that, or there is no memory, which
 * makes an expression of it. */
static const char *read_hex(const char *text, ent_arena *arena) {
  size_t size = strlen(text);
  char *bytes;

  if (strncmp(text, "0x", 2) != 0 || size % 2 ||
      strspn(text + 2, "0123456789abcdefABCDEF") + 2 != size) {
    return NULL;
  }
  bytes = ent_arena_zalloc(arena, size / 2);
  for (size_t i = 2; bytes && i < size; i += 2) {
    char digits[3] = {text[i], text[i + 1], '\0'};

    bytes[i / 2 - 1] = (char)strtol(digits, NULL, 16);
  }
  return bytes;
}

/* Whether a literal in quotation marks has a byte 0, which no declared text
 * has.  Those that fill up a binary(n) are none of its value. */
static bool has_nul(const ent_sql_type *type, const char *literal) {
  bool is_filled = strcmp(type->name, "binary") == 0;
  bool is_behind = false;

  for (const char *at = literal + 1; *at && at[1]; at++) {
    bool is_nul = at[0] == '\\' && at[1] == '0';

    if (is_nul ? !is_filled : is_behind) return true;
    is_behind = is_nul;
    if (*at == '\\') at++;
  }
  return false;
}

/* MariaDB keeps a default as it would be written. */
static ent_status read_quoted(ent_shape_column *column, const char *text,
                              ent_arena *arena, ent_error *err) {
  const char *at = text;
  const char *value;

  if (strcmp(text, "NULL") == 0) {
    column->default_kind = ENT_SHAPE_NULL;
    return ENT_OK;
  }
  if (is_now(column, text)) {
    column->default_kind = ENT_SHAPE_NOW;
    return ENT_OK;
  }
  if (is_number(text) || strncmp(text, "b'", 2) == 0) {
    return set_value(column, text, arena, err);
  }
  value = read_hex(text, arena);
  if (value) return set_value(column, value, arena, err);
  if (*text == '\'' && !has_nul(&column->type, text)) {
    value = ent_shape_unquote(&at, arena);
    if (!value) return ent_fail_nomem(err);
    if (!*at) return set_value(column, value, arena, err);
  }
  column->default_kind = ENT_SHAPE_EXPRESSION;
  column->default_text = text;
  return ENT_OK;
}

/* MySQL keeps the value; of an expression it says so beside it, of
 * current_timestamp not before 8.0. */
static ent_status read_bare(ent_shape_column *column, const char *text,
                            bool is_generated, ent_arena *arena,
                            ent_error *err) {
  bool is_moment = strcmp(column->type.name, "datetime") == 0 ||
                   strcmp(column->type.name, "timestamp") == 0;

  if (is_moment && is_now(column, text)) {
    column->default_kind = ENT_SHAPE_NOW;
    return ENT_OK;
  }
  if (!is_generated) return set_value(column, text, arena, err);
  column->default_kind = ENT_SHAPE_EXPRESSION;
  column->default_text = text;
  return ENT_OK;
}

static ent_status read_default(ent_shape_reading *r, const ent_row *row,
                               ent_shape_column *column, ent_error *err) {
  const ent_server *server = living_of(r)->server;
  const char *extra = ent_shape_text(row, 5);
  const char *text;
  ent_status status = ent_shape_take_text(r, row, 4, &text, err);

  if (status) return status;
  if (!text || column->is_generated) {
    bool is_null = column->is_nullable && !server->quotes_defaults;

    column->default_kind = is_null ? ENT_SHAPE_NULL : ENT_SHAPE_NO_DEFAULT;
    return ENT_OK;
  }
  if (server->quotes_defaults) return read_quoted(column, text, r->arena, err);
  return read_bare(column, text, strstr(extra, "DEFAULT_GENERATED") != NULL,
                   r->arena, err);
}

static ent_status read_column(ent_shape_reading *r, const ent_row *row,
                              ent_shape_column *column, ent_error *err) {
  const char *extra = ent_shape_text(row, 5);
  ent_status status = ent_shape_take_text(r, row, 1, &column->name, err);

  if (!status) {
    status = ent_shape_type_read(ent_shape_text(row, 2), r->arena,
                                 &column->type, err);
  }
  if (!status) status = ent_shape_take_text(r, row, 6, &column->charset, err);
  if (!status) status = ent_shape_take_text(r, row, 7, &column->collation, err);
  if (!status) status = ent_shape_take_text(r, row, 8, &column->comment, err);
  if (status) return status;
  column->is_invisible = strstr(extra, "INVISIBLE") != NULL;
  column->is_nullable = strcmp(ent_shape_text(row, 3), "YES") == 0;
  column->is_auto = strstr(extra, "auto_increment") != NULL;
  column->updates_itself = strstr(extra, "on update") != NULL;
  column->is_generated =
      strstr(extra, " GENERATED") || strcmp(extra, "PERSISTENT") == 0;
  return read_default(r, row, column, err);
}

static ent_status take_column(void *context, const ent_row *row,
                              ent_error *err) {
  ent_shape_reading *r = context;
  ent_shape_table *table = table_of(r, row);

  if (!table) return ENT_OK;
  table->columns = ent_shape_grow(r->arena, table->columns, table->n_columns,
                                  sizeof(*table->columns));
  if (!table->columns) return ent_fail_nomem(err);
  return read_column(r, row, &table->columns[table->n_columns++], err);
}

/* The index that a row is of: the key, the last one, or a new one. */
static ent_status find_index(ent_shape_reading *r, ent_shape_table *table,
                             const ent_row *row, ent_shape_index **index,
                             ent_error *err) {
  const char *name = ent_shape_text(row, 1);
  const char *type = ent_shape_text(row, 5);
  size_t n = table->n_indexes;
  ent_status status;

  *index = &table->key;
  if (strcmp(name, "PRIMARY") != 0) {
    if (n && strcmp(table->indexes[n - 1].name, name) == 0) {
      *index = &table->indexes[n - 1];
      return ENT_OK;
    }
    table->indexes =
        ent_shape_grow(r->arena, table->indexes, n, sizeof(**index));
    if (!table->indexes) return ent_fail_nomem(err);
    *index = &table->indexes[table->n_indexes++];
  }
  status = ent_shape_take_text(r, row, 1, &(*index)->name, err);
  (*index)->is_unique = ent_shape_number(row, 2) == 0;
  (*index)->is_hashed = strcmp(type, "HASH") == 0;
  (*index)->is_special =
      strcmp(type, "BTREE") != 0 && strcmp(type, "HASH") != 0;
  return status;
}

static ent_status take_index_part(void *context, const ent_row *row,
                                  ent_error *err) {
  ent_shape_reading *r = context;
  ent_shape_table *table = table_of(r, row);
  ent_shape_index *index;
  ent_shape_part *part;
  ent_status status;

  if (!table) return ENT_OK;
  status = find_index(r, table, row, &index, err);
  if (status) return status;
  index->parts =
      ent_shape_grow(r->arena, index->parts, index->n_parts, sizeof(*part));
  if (!index->parts) return ent_fail_nomem(err);
  part = &index->parts[index->n_parts++];
  part->prefix = (uint32_t)ent_shape_number(row, 4);
  status = ent_shape_take_text(r, row, 3, &part->column, err);
  if (!part->column) {
    index->is_special = true;
    part->column = "";
  }
  return status;
}

static ent_shape_foreign *find_foreign(ent_shape_table *table,
                                       const char *name) {
  for (size_t i = 0; i < table->n_foreigns; i++) {
    if (strcmp(table->foreigns[i].name, name) == 0) return &table->foreigns[i];
  }
  return NULL;
}

static ent_status add_foreign(ent_shape_reading *r, ent_shape_table *table,
                              const ent_row *row, ent_shape_foreign **foreign,
                              ent_error *err) {
  const char *own = living_of(r)->server->database;
  ent_shape_foreign *made;
  ent_status status;

  table->foreigns = ent_shape_grow(r->arena, table->foreigns, table->n_foreigns,
                                   sizeof(*made));
  if (!table->foreigns) return ent_fail_nomem(err);
  made = &table->foreigns[table->n_foreigns++];
  status = ent_shape_take_text(r, row, 1, &made->name, err);
  if (!status && strcmp(ent_shape_text(row, 3), own) != 0) {
    status = ent_shape_take_text(r, row, 3, &made->database, err);
  }
  if (!status) status = ent_shape_take_text(r, row, 4, &made->table, err);
  *foreign = made;
  return status;
}

static ent_status take_foreign_column(void *context, const ent_row *row,
                                      ent_error *err) {
  ent_shape_reading *r = context;
  ent_shape_table *table = table_of(r, row);
  ent_shape_foreign *foreign;
  ent_status status = ENT_OK;
  size_t n;

  if (!table) return ENT_OK;
  foreign = find_foreign(table, ent_shape_text(row, 1));
  if (!foreign) status = add_foreign(r, table, row, &foreign, err);
  if (status) return status;
  n = foreign->n_columns;
  foreign->columns =
      ent_shape_grow(r->arena, foreign->columns, n, sizeof(char *));
  foreign->targets =
      ent_shape_grow(r->arena, foreign->targets, n, sizeof(char *));
  if (!foreign->columns || !foreign->targets) return ent_fail_nomem(err);
  status = ent_shape_take_text(r, row, 2, &foreign->columns[n], err);
  if (!status) {
    status = ent_shape_take_text(r, row, 5, &foreign->targets[n], err);
  }
  foreign->n_columns++;
  return status;
}

static ent_shape_action action_of(const char *rule) {
  if (strcmp(rule, "CASCADE") == 0) return ENT_SHAPE_CASCADE;
  if (strcmp(rule, "SET NULL") == 0) return ENT_SHAPE_SET_NULL;
  if (strcmp(rule, "SET DEFAULT") == 0) return ENT_SHAPE_SET_DEFAULT;
  return ENT_SHAPE_RESTRICT;
}

static ent_status take_rule(void *context, const ent_row *row, ent_error *err) {
  ent_shape_table *table = table_of(context, row);
  ent_shape_foreign *foreign =
      table ? find_foreign(table, ent_shape_text(row, 1)) : NULL;

  (void)err;
  if (!foreign) return ENT_OK;
  foreign->on_delete = action_of(ent_shape_text(row, 2));
  foreign->on_update = action_of(ent_shape_text(row, 3));
  return ENT_OK;
}

/* The long text that json_valid() of just itself makes a json; NULL for another
 * CHECK.  Its name is of no use: a column that was renamed keeps it. */
static ent_shape_column *json_of(const ent_shape_table *table,
                                 const char *clause) {
  static const char word[] = "json_valid(`";
  size_t size = strlen(clause);

  if (strncmp(clause, word, sizeof(word) - 1) != 0) return NULL;
  clause += sizeof(word) - 1;
  size -= sizeof(word) - 1;
  for (size_t i = 0; i < table->n_columns; i++) {
    ent_shape_column *column = &table->columns[i];
    size_t length = strlen(column->name);

    if (size == length + 2 && strcmp(clause + length, "`)") == 0 &&
        strncmp(clause, column->name, length) == 0) {
      return strcmp(column->type.name, "longtext") == 0 ? column : NULL;
    }
  }
  return NULL;
}

/* A CHECK of a column has its name. */
static ent_status take_check(void *context, const ent_row *row,
                             ent_error *err) {
  ent_shape_reading *r = context;
  const ent_shape_table *table = table_of(r, row);
  ent_shape_column *column =
      table ? json_of(table, ent_shape_text(row, 2)) : NULL;

  if (!table) return ENT_OK;
  if (column) {
    column->type.name = "json";
    column->charset = NULL;
    column->collation = NULL;
    return ENT_OK;
  }
  column = ent_shape_find_column(table, ent_shape_text(row, 1));
  if (!column) return ENT_OK;
  column->check_name = column->name;
  return ent_shape_take_text(r, row, 2, &column->check, err);
}

static ent_status read_tables(ent_shape_reading *r, ent_error *err) {
  living *live = living_of(r);
  ent_status status;

  live->shape = (ent_shape){.n_tables = 0};
  live->table = NULL;
  status = ent_shape_query(r, SELECT_TABLES, take_table, err);
  if (!status) status = ent_shape_query(r, SELECT_COLUMNS, take_column, err);
  if (!status) {
    status = ent_shape_query(r, SELECT_INDEXES, take_index_part, err);
  }
  if (!status) {
    status = ent_shape_query(r, SELECT_FOREIGNS, take_foreign_column, err);
  }
  if (!status) status = ent_shape_query(r, SELECT_RULES, take_rule, err);
  if (!status && live->server->has_table_checks) {
    status = ent_shape_query(r, SELECT_CHECKS, take_check, err);
  }
  return status;
}

ent_status ent_shape_live(ent_mysql_session *session, const ent_server *server,
                          ent_arena *arena, const ent_deadline *deadline,
                          ent_shape *shape, ent_error *err) {
  living live = {.server = server};
  ent_shape_reading reading = {.arena = arena, .context = &live};
  ent_status status =
      ent_shape_read_all(session, &reading, read_tables, deadline, err);

  if (status) {
    return ent_error_context(err, status, "mysql: read the tables");
  }
  *shape = live.shape;
  return ENT_OK;
}
