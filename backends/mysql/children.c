#include "backends/mysql/children.h"

#include "backends/mysql/introspect.h"
#include "backends/mysql/lookup.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct ent_mysql_child_index {
  struct ent_mysql_child_index *next;
  const char *column; /* its first one */
  const char *name;
};

/* The tables that a session has asked about since it read the foreign keys. */
struct ent_mysql_children {
  uint64_t number; /* of that reading */
  ent_mysql_child *first;
  ent_arena arena;
};

void ent_mysql_children_done(ent_mysql_session *session) {
  if (!session->children) return;
  ent_arena_done(&session->children->arena);
  free(session->children);
  session->children = NULL;
}

/* Those of a reading; what was known by another one is forgotten.  NULL if
 * there is no memory. */
static struct ent_mysql_children *children_of(ent_mysql_session *session,
                                              uint64_t number) {
  struct ent_mysql_children *children = session->children;

  if (children && children->number == number) return children;
  ent_mysql_children_done(session);
  children = calloc(1, sizeof(*children));
  if (!children) return NULL;
  children->number = number;
  session->children = children;
  return children;
}

/* One reading of indexes. */
typedef struct index_reading {
  ent_arena *arena;
  ent_mysql_child *child;
} index_reading;

static const char *copy(ent_arena *arena, const ent_value *value) {
  if (!ent_value_is_text(value)) return ent_arena_strdup(arena, "");
  return ent_arena_copy(arena, value->as.bytes.data, value->as.bytes.size);
}

static ent_status take_index(void *context, const ent_row *row,
                             ent_error *err) {
  const index_reading *r = context;
  ent_mysql_child_index *index = ent_arena_alloc(r->arena, sizeof(*index));
  ent_value column = ent_row_value(row, 0);
  ent_value name = ent_row_value(row, 1);

  if (!index) return ent_fail_nomem(err);
  *index = (ent_mysql_child_index){.next = r->child->indexes,
                                   .column = copy(r->arena, &column),
                                   .name = copy(r->arena, &name)};
  if (!index->column || !index->name) return ent_fail_nomem(err);
  r->child->indexes = index;
  return ENT_OK;
}

static ent_status ask(void *context, ent_mysql_connection *connection,
                      const ent_deadline *deadline, ent_error *err) {
  static const char sql[] =
      "SELECT column_name, index_name FROM information_schema.statistics"
      " WHERE table_schema = DATABASE() AND table_name = ?"
      " AND seq_in_index = 1 AND sub_part IS NULL AND index_type = 'BTREE'";
  const index_reading *r = context;
  const char *table = r->child->table;
  ent_value name = ent_value_bytes(ENT_TEXT, table, strlen(table));
  ent_mysql_lookup lookup = {.sql = sql,
                             .size = sizeof(sql) - 1,
                             .params = &name,
                             .n_params = 1,
                             .take = take_index,
                             .context = context};

  r->child->indexes = NULL;
  return ent_mysql_look_up(connection, &lookup, deadline, err);
}

/* Whether the key that the server gives of a row is what caches know it by: a
 * text that is filled up or cut may be read as another one. */
static bool has_plain_key(const ent_entity *entity) {
  return entity->key_kind == ENT_KEY_INTEGER ||
         (entity->key_kind == ENT_KEY_BYTES &&
          !entity->columns[entity->key_columns[0]].is_padded);
}

static ent_status read_child(ent_mysql_session *session, ent_arena *arena,
                             ent_mysql_child *child,
                             const ent_deadline *deadline, ent_error *err) {
  index_reading r = {arena, child};
  ent_mysql_reading reading = {.run = ask, .context = &r, .of_primary = true};
  ent_mysql_tables tables = {.n = 0};
  ent_status status = ent_mysql_introspect(session, child->table, false, arena,
                                           deadline, &tables, err);

  if (status || tables.n != 1 || !has_plain_key(tables.entities[0])) {
    return status;
  }
  child->entity = tables.entities[0];
  status = ent_mysql_session_read(session, &reading, deadline, err);
  return ent_error_context(err, status, "mysql: read the indexes");
}

ent_status ent_mysql_child_read(ent_mysql_session *session, uint64_t number,
                                const char *table, const ent_deadline *deadline,
                                ent_mysql_child **out, ent_error *err) {
  struct ent_mysql_children *children = children_of(session, number);
  ent_mysql_child *child = children ? children->first : NULL;
  ent_status status;

  if (!children) return ent_fail_nomem(err);
  while (child && strcmp(child->table, table) != 0)
    child = child->next;
  if (!child) {
    child = ent_arena_zalloc(&children->arena, sizeof(*child));
    if (!child) return ent_fail_nomem(err);
    child->table = ent_arena_strdup(&children->arena, table);
    if (!child->table) return ent_fail_nomem(err);
    status = read_child(session, &children->arena, child, deadline, err);
    if (status) return status;
    child->next = children->first;
    children->first = child;
  }
  *out = child;
  return ENT_OK;
}

const char *ent_mysql_child_index_of(const ent_mysql_child *child,
                                     const char *column) {
  const ent_mysql_child_index *index = child->indexes;

  while (index && strcasecmp(index->column, column) != 0)
    index = index->next;
  return index ? index->name : NULL;
}

const ent_column *ent_mysql_child_column(const ent_mysql_child *child,
                                         const char *name) {
  const ent_entity *entity = child->entity;

  for (uint16_t i = 0; i < entity->n_columns; i++) {
    if (strcasecmp(entity->columns[i].name, name) == 0)
      return &entity->columns[i];
  }
  return NULL;
}
