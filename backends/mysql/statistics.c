#include "backends/mysql/statistics.h"

#include "backends/mysql/lookup.h"
#include "backends/mysql/replica.h"

#include <string.h>

/* The answer's columns.  Its first row has no index and tells of the table. */
enum {
  ENT_AT_INDEX,
  ENT_AT_PLACE,
  ENT_AT_COLUMN,
  ENT_AT_UNIQUE,
  ENT_AT_NUMBER
};

/* Either half finds its table by name: a join of the two would open every table
 * of the database.  Indexes that compare nothing are left out.  Numbers are
 * doubles, which are of one type in both halves on every server. */
static const char sql[] =
    "SELECT NULL AS index_name, 0e0 AS place, NULL AS column_name,"
    " 0e0 AS is_unique, table_rows + 0e0 AS number"
    " FROM information_schema.tables"
    " WHERE table_schema = DATABASE() AND table_name = ?"
    " UNION ALL SELECT index_name, seq_in_index + 0e0, column_name,"
    " (non_unique = 0) + 0e0, cardinality + 0e0"
    " FROM information_schema.statistics"
    " WHERE table_schema = DATABASE() AND table_name = ?"
    " AND index_type IN ('BTREE', 'HASH') ORDER BY index_name, place";

typedef struct statistics_reading {
  const ent_entity *entity;
  ent_arena *arena;
  ent_statistics statistics;
  size_t capacity;
  bool has_rows; /* the number of rows is known */
  bool is_cut;   /* the index being read has a column that is none of ours */
} statistics_reading;

/* 0 for NULL. */
static double number_at(const ent_row *row, unsigned column) {
  ent_value value = ent_row_value(row, column);

  return value.kind == ENT_F64 ? value.as.f64 : 0;
}

/* The entity's column of this name, or -1: NULL is an expression's. */
static int column_named(const ent_entity *entity, const ent_value *name) {
  for (uint16_t i = 0; ent_value_is_text(name) && i < entity->n_columns; i++) {
    if (strcmp(entity->columns[i].name, name->as.bytes.data) == 0) return i;
  }
  return -1;
}

/* A new part, not filled; NULL if there is no memory. */
static ent_index_part *add_part(statistics_reading *r) {
  ent_statistics *statistics = &r->statistics;

  if (statistics->n_parts == r->capacity) {
    size_t capacity = r->capacity ? 2 * r->capacity : 16;
    ent_index_part *parts =
        ent_arena_alloc(r->arena, capacity * sizeof(*parts));

    if (!parts) return NULL;
    if (statistics->n_parts) {
      memcpy(parts, statistics->parts, statistics->n_parts * sizeof(*parts));
    }
    statistics->parts = parts;
    r->capacity = capacity;
  }
  return &statistics->parts[statistics->n_parts++];
}

/* Whether a row goes on with the index being read, at the place behind its last
 * part.  What is unique is the whole index: not that part, then. */
static bool goes_on(statistics_reading *r, double place) {
  ent_index_part *last;

  if (r->is_cut || r->statistics.n_parts == 0) return false;
  last = &r->statistics.parts[r->statistics.n_parts - 1];
  last->is_unique = false;
  return place == last->place + 1;
}

static ent_status take_part(statistics_reading *r, const ent_row *row,
                            ent_error *err) {
  double place = number_at(row, ENT_AT_PLACE) - 1;
  ent_value name = ent_row_value(row, ENT_AT_COLUMN);
  int column = column_named(r->entity, &name);
  ent_index_part *part;

  r->is_cut = (place != 0 && !goes_on(r, place)) || column < 0;
  if (r->is_cut) return ENT_OK;
  part = add_part(r);
  if (!part) return ent_fail_nomem(err);
  *part = (ent_index_part){.column = (uint16_t)column,
                           .place = (uint16_t)place,
                           .is_unique = number_at(row, ENT_AT_UNIQUE) != 0,
                           .n_distinct = number_at(row, ENT_AT_NUMBER)};
  return ENT_OK;
}

static ent_status take_row(void *context, const ent_row *row, ent_error *err) {
  statistics_reading *r = context;
  ent_value index = ent_row_value(row, ENT_AT_INDEX);
  ent_value number = ent_row_value(row, ENT_AT_NUMBER);

  if (index.kind != ENT_NULL) return take_part(r, row, err);
  r->has_rows = number.kind != ENT_NULL;
  r->statistics.n_rows = number_at(row, ENT_AT_NUMBER);
  return ENT_OK;
}

static ent_status ask(statistics_reading *r, ent_mysql_connection *connection,
                      const ent_deadline *deadline, ent_error *err) {
  const char *table = r->entity->table;
  ent_value name = ent_value_bytes(ENT_TEXT, table, strlen(table));
  const ent_value names[] = {name, name};
  ent_mysql_lookup lookup = {.sql = sql,
                             .size = sizeof(sql) - 1,
                             .params = names,
                             .n_params = ENT_COUNT(names),
                             .take = take_row,
                             .context = r};

  return ent_mysql_look_up(connection, &lookup, deadline, err);
}

ent_status ent_mysql_statistics_read(ent_mysql_session *session,
                                     const ent_entity *entity, ent_arena *arena,
                                     const ent_deadline *deadline,
                                     ent_statistics *statistics,
                                     ent_error *err) {
  statistics_reading r = {.entity = entity, .arena = arena};
  ent_mysql_connection *connection;
  ent_status status =
      ent_mysql_reader_acquire_free(session, deadline, &connection, err);

  if (status) return status;
  status = ask(&r, connection, deadline, err);
  ent_mysql_pool_release(connection);
  if (status) return status;
  if (!r.has_rows) {
    return ent_fail(err, ENT_UNSUPPORTED, "the server counts no rows of %s",
                    entity->table);
  }
  ent_statistics_settle(&r.statistics);
  *statistics = r.statistics;
  return ENT_OK;
}
