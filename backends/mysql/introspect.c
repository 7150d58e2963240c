#include "backends/mysql/introspect.h"

#include "backends/mysql/lookup.h"

#include <stdlib.h>
#include <string.h>

enum { ENT_COLUMN_ROW = 4 << 20 }; /* an enum's type can name 65 535 words */

/* The columns of the answer, in its order. */
enum {
  ENT_AT_TABLE,
  ENT_AT_NAME,
  ENT_AT_TYPE,
  ENT_AT_FULL_TYPE,
  ENT_AT_CHARSET,
  ENT_AT_COLLATION,
  ENT_AT_KEY,
  ENT_AT_EXTRA,
  ENT_AT_SIZE,
  ENT_AT_PRECISION,
  ENT_AT_SCALE,
  ENT_AT_FRACTION,
  ENT_AT_CHARS,
  ENT_AT_NULLABLE,
  ENT_AT_DEFAULT,
  ENT_AT_VERSION,
};

#define SELECT_COLUMNS                                                         \
  "SELECT table_name, column_name, data_type, column_type,"                    \
  " character_set_name, collation_name, column_key, extra,"                    \
  " character_octet_length, numeric_precision, numeric_scale,"                 \
  " datetime_precision, character_maximum_length, is_nullable,"                \
  " column_default, VERSION() FROM information_schema.columns"                 \
  " WHERE table_schema = DATABASE()"
#define ORDER_COLUMNS " ORDER BY table_name, ordinal_position"

/* The tables read so far.  Columns of the table being read are gathered in one
 * array that grows, and copied when its last one has come. */
typedef struct reading {
  ent_arena *arena;
  const char *only; /* the one table asked for, or NULL */
  bool is_wide;
  ent_mysql_tables tables;
  size_t capacity;
  const char *table; /* the one being read, or NULL */
  ent_column *columns;
  bool *is_key; /* for each column */
  size_t n_columns;
  size_t columns_capacity;
} reading;

static bool text_is(const ent_value *value, const char *text) {
  return ent_value_is_text(value) && value->as.bytes.size == strlen(text) &&
         memcmp(value->as.bytes.data, text, value->as.bytes.size) == 0;
}

/* The values of a packed row end with a NUL, so that strstr() can look. */
static bool text_has(const ent_value *value, const char *word) {
  return ent_value_is_text(value) && strstr(value->as.bytes.data, word);
}

static uint64_t number_at(const ent_row *row, unsigned column) {
  ent_value value = ent_row_value(row, column);

  return value.kind == ENT_I64 || value.kind == ENT_U64 ? value.as.u64 : 0;
}

static ent_type type_of(const ent_row *row) {
  ent_value name = ent_row_value(row, ENT_AT_TYPE);
  ent_value full = ent_row_value(row, ENT_AT_FULL_TYPE);

  return ent_value_is_text(&name)
             ? ent_type_of_name(name.as.bytes.data, text_has(&full, "unsigned"),
                                number_at(row, ENT_AT_PRECISION))
             : ENT_TYPE_JSON;
}

/* NULL for NULL, and where there is no memory, which `err` then says. */
static const char *copy_at(reading *r, const ent_row *row, unsigned column,
                           ent_error *err) {
  ent_value value = ent_row_value(row, column);
  const char *copy;

  if (!ent_value_is_text(&value)) return NULL;
  copy = ent_arena_copy(r->arena, value.as.bytes.data, value.as.bytes.size);
  if (!copy) ent_fail_nomem(err);
  return copy;
}

/* Whether texts compare as in SQLite: by their bytes in UTF-8, with no padding.
 * A CHAR is stored filled up with spaces, and ordered and looked up so even by
 * a collation that does not pad: 'a\0' stands before 'a'.  What does not pad in
 * MySQL is another name of one that does in MariaDB. */
static bool compares_bytes(const ent_row *row) {
  ent_value type = ent_row_value(row, ENT_AT_TYPE);
  ent_value charset = ent_row_value(row, ENT_AT_CHARSET);
  ent_value collation = ent_row_value(row, ENT_AT_COLLATION);
  ent_value version = ent_row_value(row, ENT_AT_VERSION);

  if (text_is(&type, "char") || !text_is(&charset, "utf8mb4")) return false;
  return text_is(&collation, "utf8mb4_nopad_bin") ||
         (text_is(&collation, "utf8mb4_0900_bin") &&
          !text_has(&version, "MariaDB"));
}

/* A default other than NULL.  MariaDB gives a default's text, which is NULL's
 * own where that is the default; MySQL gives no text then. */
static bool has_default(const ent_row *row) {
  ent_value value = ent_row_value(row, ENT_AT_DEFAULT);

  return value.kind != ENT_NULL && !text_is(&value, "NULL");
}

/* What a write has to know of a column. */
static void note_writes(const ent_row *row, ent_column *column) {
  ent_value name = ent_row_value(row, ENT_AT_TYPE);
  ent_value extra = ent_row_value(row, ENT_AT_EXTRA);
  ent_value nullable = ent_row_value(row, ENT_AT_NULLABLE);

  column->max_chars = number_at(row, ENT_AT_CHARS);
  column->is_nullable = text_is(&nullable, "YES");
  column->has_default = has_default(row);
  column->is_auto = text_has(&extra, "auto_increment");
  /* MySQL says DEFAULT_GENERATED of a default that is an expression. */
  column->is_generated =
      text_has(&extra, " GENERATED") || text_is(&extra, "PERSISTENT");
  column->is_padded = text_is(&name, "char") || text_is(&name, "binary");
  column->updates_itself = text_has(&extra, "on update");
}

static ent_status make_column(reading *r, const ent_row *row,
                              ent_column *column, ent_error *err) {
  ent_value charset = ent_row_value(row, ENT_AT_CHARSET);
  ent_value key = ent_row_value(row, ENT_AT_KEY);
  ent_value extra = ent_row_value(row, ENT_AT_EXTRA);
  ent_error nomem = {.status = ENT_OK};

  *column = (ent_column){
      .name = copy_at(r, row, ENT_AT_NAME, &nomem),
      .type = type_of(row),
      .charset = copy_at(r, row, ENT_AT_CHARSET, &nomem),
      .collation = copy_at(r, row, ENT_AT_COLLATION, &nomem),
      .max_size = number_at(row, ENT_AT_SIZE),
      .precision = (uint8_t)number_at(row, ENT_AT_PRECISION),
      .scale = (uint8_t)number_at(row, ENT_AT_SCALE),
      .fits_charset = text_is(&charset, "utf8mb4"),
      .is_bytewise = compares_bytes(row),
      .is_indexed = ent_value_is_text(&key) && key.as.bytes.size > 0,
      .is_unique = text_is(&key, "UNI"),
      .is_invisible = text_has(&extra, "INVISIBLE"),
  };
  if (column->type == ENT_TYPE_DATETIME || column->type == ENT_TYPE_TIME) {
    column->scale = (uint8_t)number_at(row, ENT_AT_FRACTION);
  }
  if (column->type == ENT_TYPE_ENUM || column->type == ENT_TYPE_SET) {
    column->words = copy_at(r, row, ENT_AT_FULL_TYPE, &nomem);
  }
  column->is_wide = r->is_wide && ent_type_can_be_wide(column->type);
  note_writes(row, column);
  return nomem.status ? ent_fail_nomem(err) : ENT_OK;
}

static ent_status add_entity(reading *r, ent_entity *entity, ent_error *err) {
  ent_mysql_tables *tables = &r->tables;

  if (tables->n == r->capacity) {
    size_t capacity = r->capacity ? 2 * r->capacity : 32;
    ent_entity **entities =
        ent_arena_alloc(r->arena, capacity * sizeof(ent_entity *));

    if (!entities) return ent_fail_nomem(err);
    if (tables->n) {
      memcpy(entities, tables->entities, tables->n * sizeof(ent_entity *));
    }
    tables->entities = entities;
    r->capacity = capacity;
  }
  tables->entities[tables->n++] = entity;
  return ENT_OK;
}

/* Makes an entity of the columns gathered. */
static ent_status finish_table(reading *r, ent_error *err) {
  size_t n = r->n_columns;
  ent_entity *entity;
  ent_column *columns;
  uint16_t *key;
  uint16_t n_key = 0;

  if (n == 0) return ENT_OK;
  entity = ent_arena_zalloc(r->arena, sizeof(*entity));
  columns = ent_arena_alloc(r->arena, n * sizeof(*columns));
  key = ent_arena_alloc(r->arena, n * sizeof(*key));
  if (!entity || !columns || !key) return ent_fail_nomem(err);
  memcpy(columns, r->columns, n * sizeof(*columns));
  for (size_t i = 0; i < n; i++) {
    if (r->is_key[i]) key[n_key++] = (uint16_t)i;
  }
  *entity = (ent_entity){
      .name = r->table,
      .table = r->table,
      .columns = columns,
      .n_columns = (uint16_t)n,
      .key_kind = ent_key_kind_of(columns, key, n_key),
      .key_columns = key,
      .n_key_columns = n_key,
  };
  r->n_columns = 0;
  return add_entity(r, entity, err);
}

static ent_status grow_columns(reading *r, ent_error *err) {
  size_t capacity = r->columns_capacity ? 2 * r->columns_capacity : 64;
  ent_column *columns;
  bool *is_key;

  if (r->n_columns < r->columns_capacity) return ENT_OK;
  columns = realloc(r->columns, capacity * sizeof(*columns));
  if (!columns) return ent_fail_nomem(err);
  r->columns = columns;
  is_key = realloc(r->is_key, capacity * sizeof(*is_key));
  if (!is_key) return ent_fail_nomem(err);
  r->is_key = is_key;
  r->columns_capacity = capacity;
  return ENT_OK;
}

static ent_status take_column(void *context, const ent_row *row,
                              ent_error *err) {
  reading *r = context;
  ent_value table = ent_row_value(row, ENT_AT_TABLE);
  ent_value key = ent_row_value(row, ENT_AT_KEY);
  ent_status status = ENT_OK;

  if (!r->table || !text_is(&table, r->table)) {
    status = finish_table(r, err);
    if (status) return status;
    r->table = copy_at(r, row, ENT_AT_TABLE, err);
    if (!r->table) return ent_fail_nomem(err);
  }
  status = grow_columns(r, err);
  if (!status) status = make_column(r, row, &r->columns[r->n_columns], err);
  if (status) return status;
  r->is_key[r->n_columns++] = text_is(&key, "PRI");
  return ENT_OK;
}

static ent_status ask(void *context, ent_mysql_connection *connection,
                      const ent_deadline *deadline, ent_error *err) {
  static const char of_all[] = SELECT_COLUMNS ORDER_COLUMNS;
  static const char of_one[] =
      SELECT_COLUMNS " AND table_name = ?" ORDER_COLUMNS;
  reading *r = context;
  const char *sql = r->only ? of_one : of_all;
  ent_value name =
      ent_value_bytes(ENT_TEXT, r->only, r->only ? strlen(r->only) : 0);
  ent_mysql_lookup lookup = {.sql = sql,
                             .size = strlen(sql),
                             .params = &name,
                             .n_params = r->only ? 1 : 0,
                             .max_row = ENT_COLUMN_ROW,
                             .take = take_column,
                             .context = r};
  ent_status status;

  r->tables.n = 0;
  r->table = NULL;
  r->n_columns = 0;
  status = ent_mysql_look_up(connection, &lookup, deadline, err);
  return status ? status : finish_table(r, err);
}

ent_status ent_mysql_introspect(ent_mysql_session *session, const char *table,
                                bool is_wide, ent_arena *arena,
                                const ent_deadline *deadline,
                                ent_mysql_tables *tables, ent_error *err) {
  reading r = {.arena = arena, .only = table, .is_wide = is_wide};
  ent_mysql_reading asking = {.run = ask, .context = &r, .of_primary = true};
  ent_status status = ent_mysql_session_read(session, &asking, deadline, err);

  free(r.columns);
  free(r.is_key);
  if (status) return ent_error_context(err, status, "mysql: read the columns");
  *tables = r.tables;
  return ENT_OK;
}
