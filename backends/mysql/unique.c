#include "backends/mysql/unique.h"

#include "backends/mysql/lookup.h"
#include "backends/mysql/reach.h"
#include "backends/mysql/sqltext.h"

#include <stdlib.h>
#include <string.h>

enum {
  ENT_INDEX_COLUMNS = 64,
  ENT_UNIQUE_MS = 60000, /* how long they are believed */
};

/* The answer's columns. */
enum { ENT_AT_INDEX, ENT_AT_COLUMN, ENT_AT_PREFIX };

/* What was read of a table, kept by the session: indexes name columns by their
 * places, so it is for entities that have these columns. */
struct ent_mysql_unique_note {
  ent_mysql_unique_note *next;
  const char *table;
  const char **columns;
  uint16_t n_columns;
  ent_mysql_unique *unique;
  int64_t read_ms;
  uint64_t n_forgotten; /* ent_mysql_reach_forgotten() before it was read */
  ent_arena arena;
};

typedef struct index_reading {
  ent_arena *arena;
  const ent_entity *entity;
  ent_mysql_unique *first;
  char name[256]; /* of the index being read */
  uint16_t columns[ENT_INDEX_COLUMNS];
  uint32_t prefix[ENT_INDEX_COLUMNS];
  uint16_t n_columns;
  bool is_known; /* all its columns are ours */
  bool is_of_living;
} index_reading;

static bool same_text(const ent_value *value, const char *text) {
  size_t size = strlen(text);

  return ent_value_is_text(value) && value->as.bytes.size == size &&
         memcmp(value->as.bytes.data, text, size) == 0;
}

/* The index whose columns have all come. */
static ent_status finish_index(index_reading *r, ent_error *err) {
  ent_arena *arena = r->arena;
  uint16_t n = r->is_known ? r->n_columns : 0;
  ent_mysql_unique *index;
  uint16_t *columns;
  uint32_t *prefix;

  if (!r->name[0]) return ENT_OK;
  index = ent_arena_zalloc(arena, sizeof(*index));
  columns = ent_arena_alloc(arena, n * sizeof(*columns) + 1);
  prefix = ent_arena_alloc(arena, n * sizeof(*prefix) + 1);
  if (!index || !columns || !prefix) return ent_fail_nomem(err);
  memcpy(columns, r->columns, n * sizeof(*columns));
  memcpy(prefix, r->prefix, n * sizeof(*prefix));
  *index = (ent_mysql_unique){.next = r->first,
                              .is_primary = strcmp(r->name, "PRIMARY") == 0,
                              .is_of_living = r->is_of_living,
                              .n_columns = n,
                              .columns = columns,
                              .prefix = prefix};
  r->first = index;
  return ENT_OK;
}

/* The entity's column of this name, or -1. */
static int column_named(const ent_entity *entity, const ent_value *name) {
  for (uint16_t i = 0; i < entity->n_columns; i++) {
    if (same_text(name, entity->columns[i].name)) return i;
  }
  return -1;
}

static ent_status take_row(void *context, const ent_row *row, ent_error *err) {
  index_reading *r = context;
  ent_value name = ent_row_value(row, ENT_AT_INDEX);
  ent_value column = ent_row_value(row, ENT_AT_COLUMN);
  ent_value prefix = ent_row_value(row, ENT_AT_PREFIX);
  int at = column_named(r->entity, &column);

  if (!same_text(&name, r->name)) {
    ent_status status = finish_index(r, err);

    if (status) return status;
    if (name.as.bytes.size >= sizeof(r->name)) {
      return ent_fail(err, ENT_PROTOCOL, "an index name of %zu bytes",
                      name.as.bytes.size);
    }
    memcpy(r->name, name.as.bytes.data, name.as.bytes.size + 1);
    r->n_columns = 0;
    r->is_known = true;
    r->is_of_living = false;
  }
  if (r->entity->is_living && same_text(&column, r->entity->mark)) {
    r->is_of_living = true;
    return ENT_OK;
  }
  if (at < 0 || r->n_columns == ENT_INDEX_COLUMNS) {
    r->is_known = false;
    return ENT_OK;
  }
  r->columns[r->n_columns] = (uint16_t)at;
  r->prefix[r->n_columns++] =
      prefix.kind == ENT_I64 ? (uint32_t)prefix.as.i64 : 0;
  return ENT_OK;
}

static ent_status ask(void *context, ent_mysql_connection *connection,
                      const ent_deadline *deadline, ent_error *err) {
  static const char sql[] =
      "SELECT index_name, column_name, sub_part"
      " FROM information_schema.statistics WHERE table_schema = DATABASE()"
      " AND table_name = ? AND non_unique = 0 AND index_name IS NOT NULL"
      " ORDER BY index_name, seq_in_index";
  index_reading *r = context;
  const char *table = r->entity->table;
  ent_value name = ent_value_bytes(ENT_TEXT, table, strlen(table));
  ent_mysql_lookup lookup = {.sql = sql,
                             .size = sizeof(sql) - 1,
                             .params = &name,
                             .n_params = 1,
                             .take = take_row,
                             .context = r};
  ent_status status;

  r->first = NULL;
  r->n_columns = 0;
  r->name[0] = '\0';
  status = ent_mysql_look_up(connection, &lookup, deadline, err);
  return status ? status : finish_index(r, err);
}

static bool is_of(const ent_mysql_unique_note *note, const ent_entity *entity) {
  if (strcmp(note->table, entity->table) != 0 ||
      note->n_columns != entity->n_columns) {
    return false;
  }
  for (uint16_t i = 0; i < entity->n_columns; i++) {
    if (strcmp(note->columns[i], entity->columns[i].name) != 0) return false;
  }
  return true;
}

static bool is_old(const ent_mysql_unique_note *note, int64_t now_ms) {
  return now_ms - note->read_ms >= ENT_UNIQUE_MS ||
         note->n_forgotten != ent_mysql_reach_forgotten();
}

static void free_note(ent_mysql_unique_note *note) {
  if (!note) return;
  ent_arena_done(&note->arena);
  free(note);
}

void ent_mysql_uniques_done(ent_mysql_session *session) {
  while (session->uniques) {
    ent_mysql_unique_note *next = session->uniques->next;

    free_note(session->uniques);
    session->uniques = next;
  }
}

/* A note without indexes yet; NULL if there is no memory. */
static ent_mysql_unique_note *new_note(const ent_entity *entity) {
  uint16_t n = entity->n_columns;
  ent_mysql_unique_note *note = calloc(1, sizeof(*note));
  bool is_whole;

  if (!note) return NULL;
  note->read_ms = ent_now_ms();
  note->n_forgotten = ent_mysql_reach_forgotten();
  note->table = ent_arena_strdup(&note->arena, entity->table);
  note->columns = ent_arena_zalloc(&note->arena, n * sizeof(char *) + 1);
  note->n_columns = n;
  is_whole = note->table && note->columns;
  for (uint16_t i = 0; is_whole && i < n; i++) {
    note->columns[i] = ent_arena_strdup(&note->arena, entity->columns[i].name);
    is_whole = note->columns[i] != NULL;
  }
  if (is_whole) return note;
  free_note(note);
  return NULL;
}

static ent_status read_note(ent_mysql_session *session,
                            const ent_entity *entity,
                            const ent_deadline *deadline,
                            ent_mysql_unique_note **out, ent_error *err) {
  ent_mysql_unique_note *note = new_note(entity);
  index_reading r = {.entity = entity};
  ent_mysql_reading reading = {.run = ask, .context = &r, .of_primary = true};
  ent_status status;

  if (!note) return ent_fail_nomem(err);
  r.arena = &note->arena;
  status = ent_mysql_session_read(session, &reading, deadline, err);
  if (status) {
    free_note(note);
    return ent_error_context(err, status, "read the unique indexes");
  }
  note->unique = r.first;
  *out = note;
  return ENT_OK;
}

ent_status ent_mysql_unique_read(ent_mysql_session *session,
                                 const ent_entity *entity,
                                 const ent_deadline *deadline,
                                 const ent_mysql_unique **unique,
                                 ent_error *err) {
  ent_mysql_unique_note **at = &session->uniques;
  ent_mysql_unique_note *note = NULL;

  while (*at && !is_of(*at, entity))
    at = &(*at)->next;
  if (!*at || is_old(*at, deadline->started_ms)) {
    ent_mysql_unique_note *old = *at;
    ent_status status = read_note(session, entity, deadline, &note, err);

    if (status) return status;
    note->next = old ? old->next : NULL;
    *at = note;
    free_note(old);
  }
  *unique = (*at)->unique;
  return ENT_OK;
}

bool ent_mysql_unique_touched(const ent_mysql_unique *unique,
                              const ent_cell *cells) {
  for (; unique; unique = unique->next) {
    for (uint16_t i = 0; i < unique->n_columns; i++) {
      if (cells[unique->columns[i]].use != ENT_CELL_KEEP) return true;
    }
  }
  return false;
}

bool ent_mysql_unique_has_second(const ent_mysql_unique *unique) {
  for (; unique; unique = unique->next) {
    if (!unique->is_primary) return true;
  }
  return false;
}

/* "LEFT(o.`a`, 10)", or what stands for the updated row's value. */
static ent_status side(ent_buf *buf, const ent_column *column, uint32_t prefix,
                       const char *from, ent_error *err) {
  ent_status status = ent_buf_printf(buf, err, "%s", prefix ? "LEFT(" : "");

  if (!status) status = ent_buf_printf(buf, err, "%s", from ? from : "?");
  if (!status && from) status = ent_sql_name(buf, column->name, err);
  if (!status && prefix) status = ent_buf_printf(buf, err, ", %u)", prefix);
  return status;
}

ent_status ent_mysql_unique_clear_text(ent_buf *buf, const ent_entity *entity,
                                       const ent_mysql_unique *index,
                                       const ent_cell *cells, ent_error *err) {
  ent_status status = ent_buf_printf(buf, err, "DELETE d FROM ");

  if (!status) status = ent_sql_name(buf, entity->table, err);
  if (!status) status = ent_buf_printf(buf, err, " AS d JOIN ");
  if (!status) status = ent_sql_name(buf, entity->table, err);
  for (uint16_t i = 0; !status && i < index->n_columns; i++) {
    uint16_t at = index->columns[i];
    bool is_new = cells[at].use != ENT_CELL_KEEP;

    status = ent_buf_printf(buf, err, "%s", i ? " AND " : " AS o ON ");
    if (!status) {
      status = side(buf, &entity->columns[at], index->prefix[i], "d.", err);
    }
    if (!status) status = ent_buf_printf(buf, err, " = ");
    if (!status) {
      status = side(buf, &entity->columns[at], index->prefix[i],
                    is_new ? NULL : "o.", err);
    }
  }
  for (int part = 0; !status && part < 2; part++) {
    for (uint16_t i = 0; !status && i < entity->n_key_columns; i++) {
      const char *name = entity->columns[entity->key_columns[i]].name;

      status = ent_buf_printf(buf, err, "%s",
                              i      ? " AND "
                              : part ? " AND NOT ("
                                     : " WHERE ");
      if (!status) status = ent_buf_printf(buf, err, "%s", part ? "d." : "o.");
      if (!status) status = ent_sql_name(buf, name, err);
      if (!status)
        status = ent_buf_printf(buf, err, " = %s", part ? "o." : "?");
      if (!status && part) status = ent_sql_name(buf, name, err);
    }
  }
  if (!status) status = ent_buf_printf(buf, err, ")");
  if (status || !index->is_of_living) return status;
  status = ent_buf_printf(buf, err, " AND d.");
  if (!status) status = ent_sql_name(buf, entity->mark, err);
  return status ? status : ent_buf_printf(buf, err, " = 0");
}
