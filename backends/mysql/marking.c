#include "backends/mysql/marking.h"

#include "backends/mysql/lookup.h"
#include "backends/mysql/sqltext.h"
#include "backends/mysql/sqlwrite.h"

#include <inttypes.h>
#include <string.h>

enum { ENT_MARK_KEYS = 1000 };

/* Rows that were marked together, whose followers are to be looked after. */
typedef struct marked_rows {
  struct marked_rows *next;
  const ent_followers *followers;
  const ent_value *keys;
  size_t n;
} marked_rows;

/* One marking. */
typedef struct marking {
  ent_mysql_scratch *scratch;
  ent_mysql_connection *connection;
  const ent_deadline *deadline;
  ent_error *err;
  ent_arena arena;
  marked_rows *first;
  marked_rows *last;
} marking;

/* Up to ENT_MARK_KEYS of the keys of some rows. */
typedef struct key_chunk {
  const ent_value *keys;
  size_t n;
} key_chunk;

/* ---- texts ---- */

static ent_status append(marking *m, const char *text) {
  return ent_buf_append(&m->scratch->sql, text, strlen(text), m->err);
}

static ent_status append_name(marking *m, const char *name) {
  return ent_sql_name(&m->scratch->sql, name, m->err);
}

static ent_status append_table(marking *m, const ent_follower *follower) {
  ent_status status = ENT_OK;

  if (follower->database) {
    status = append_name(m, follower->database);
    if (!status) status = append(m, ".");
  }
  return status ? status : append_name(m, follower->table);
}

/* "UPDATE `db`.`t`" */
static ent_status begin_text(marking *m, const char *verb,
                             const ent_follower *follower) {
  ent_status status;

  ent_mysql_scratch_start(m->scratch);
  status = append(m, verb);
  return status ? status : append_table(m, follower);
}

/* "SELECT `column` FROM `db`.`t`" */
static ent_status begin_select(marking *m, const char *column,
                               const ent_follower *follower) {
  ent_status status;

  ent_mysql_scratch_start(m->scratch);
  status = append(m, "SELECT ");
  if (!status) status = append_name(m, column);
  if (!status) status = append(m, " FROM ");
  return status ? status : append_table(m, follower);
}

/* Lists of like length share one prepared statement. */
static size_t rounded_up(size_t n) {
  size_t full = 1;

  while (full < n)
    full *= 2;
  return full < ENT_MARK_KEYS ? full : ENT_MARK_KEYS;
}

/* " WHERE `column` IN (?, …)", and its parameters: the last key fills up. */
static ent_status where_in(marking *m, const char *column, key_chunk chunk) {
  size_t full = rounded_up(chunk.n);
  ent_status status = append(m, " WHERE ");

  if (!status) status = append_name(m, column);
  if (!status) status = append(m, " IN (");
  for (size_t i = 0; !status && i < full; i++) {
    const ent_value *key = &chunk.keys[i < chunk.n ? i : chunk.n - 1];

    status = append(m, i ? ", ?" : "?");
    if (!status) status = ent_mysql_scratch_keys(m->scratch, key, 1, m->err);
  }
  return status ? status : append(m, ")");
}

/* " AND `mark` = 0", where there is one. */
static ent_status and_living(marking *m, const ent_follower *follower) {
  ent_status status;

  if (!follower->mark) return ENT_OK;
  status = append(m, " AND ");
  if (!status) status = append_name(m, follower->mark);
  return status ? status : append(m, " = 0");
}

static ent_status run(marking *m) {
  ent_mysql_statement *statement;

  return ent_mysql_scratch_run(m->scratch, m->connection, m->deadline,
                               &statement, m->err);
}

/* ---- keys that the server gives ---- */

typedef struct key_list {
  ent_arena *arena;
  ent_value *items; /* n, in the arena */
  size_t n;
  size_t capacity;
} key_list;

static ent_status take_key(void *context, const ent_row *row, ent_error *err) {
  key_list *list = context;

  if (list->n == list->capacity) {
    size_t capacity = list->capacity ? 2 * list->capacity : 16;
    ent_value *more = ent_arena_alloc(list->arena, capacity * sizeof(*more));

    if (!more) return ent_fail_nomem(err);
    if (list->n) memcpy(more, list->items, list->n * sizeof(*more));
    list->items = more;
    list->capacity = capacity;
  }
  list->items[list->n++] = ent_row_value(row, 0);
  return ENT_OK;
}

/* Runs the text, which selects integers. */
static ent_status run_select(marking *m, key_list *list) {
  ent_mysql_lookup lookup = {.sql = m->scratch->sql.data,
                             .size = m->scratch->sql.size,
                             .params = m->scratch->params,
                             .n_params = m->scratch->n_params,
                             .take = take_key,
                             .context = list};

  return ent_mysql_look_up(m->connection, &lookup, m->deadline, m->err);
}

/* ---- what is done with followers ---- */

static ent_status note_marked(marking *m, const ent_followers *followers,
                              const ent_value *keys, size_t n) {
  marked_rows *made;

  if (!followers || followers->n == 0 || n == 0) return ENT_OK;
  made = ent_arena_alloc(&m->arena, sizeof(*made));
  if (!made) return ent_fail_nomem(m->err);
  *made = (marked_rows){.followers = followers, .keys = keys, .n = n};
  if (m->last) {
    m->last->next = made;
  } else {
    m->first = made;
  }
  m->last = made;
  return ENT_OK;
}

static ent_status check_keys(marking *m, const ent_follower *follower,
                             const key_list *found) {
  for (size_t i = 0; i < found->n; i++) {
    if (ent_write_can_mark(&found->items[i])) continue;
    return ent_fail(m->err, ENT_REJECTED,
                    "row %" PRId64 " of %s goes with it and cannot be marked "
                    "as deleted: a mark is the row's key, above 0",
                    found->items[i].as.i64, follower->table);
  }
  return ENT_OK;
}

/* Tells who listens that rows are marked with others. */
static void tell_marked(const marking *m, const ent_follower *follower,
                        const key_list *found) {
  const ent_write_listener *listener = m->scratch->listener;
  ent_column column = {.name = follower->key, .type = ENT_TYPE_INTEGER};
  uint16_t key = 0;
  ent_entity entity = {.name = follower->table,
                       .table = follower->table,
                       .columns = &column,
                       .n_columns = 1,
                       .key_kind = ENT_KEY_INTEGER,
                       .key_columns = &key,
                       .n_key_columns = 1};

  if (!listener || !ent_follower_is_told(follower, listener->database) ||
      !listener->follows(listener->context)) {
    return;
  }
  for (size_t i = 0; i < found->n; i++) {
    ent_reached reached = {&entity, &found->items[i], follower->mark};

    listener->reached(listener->context, &reached);
  }
}

/* Marks the rows that refer to some, and notes them. */
static ent_status mark_followers(marking *m, const ent_follower *follower,
                                 key_chunk chunk) {
  key_list found = {.arena = &m->arena};
  ent_status status = begin_select(m, follower->key, follower);

  if (!status) status = where_in(m, follower->column, chunk);
  if (!status) status = and_living(m, follower);
  if (!status) status = append(m, " FOR UPDATE");
  if (!status) status = run_select(m, &found);
  if (!status) status = check_keys(m, follower, &found);
  if (!status) tell_marked(m, follower, &found);
  for (size_t at = 0; !status && at < found.n; at += ENT_MARK_KEYS) {
    size_t left = found.n - at;
    key_chunk part = {found.items + at,
                      left < ENT_MARK_KEYS ? left : ENT_MARK_KEYS};

    status = begin_text(m, "UPDATE ", follower);
    if (!status) status = append(m, " SET ");
    if (!status) status = append_name(m, follower->mark);
    if (!status) status = append(m, " = ");
    if (!status) status = append_name(m, follower->key);
    if (!status) status = where_in(m, follower->key, part);
    if (!status) status = run(m);
  }
  return status ? status
                : note_marked(m, follower->followers, found.items, found.n);
}

static ent_status remove_followers(marking *m, const ent_follower *follower,
                                   key_chunk chunk) {
  ent_status status = begin_text(m, "DELETE FROM ", follower);

  if (!status) status = where_in(m, follower->column, chunk);
  return status ? status : run(m);
}

static ent_status set_null(marking *m, const ent_follower *follower,
                           key_chunk chunk) {
  ent_status status = begin_text(m, "UPDATE ", follower);

  if (!status) status = append(m, " SET ");
  if (!status) status = append_name(m, follower->column);
  if (!status) status = append(m, " = NULL");
  if (!status) status = where_in(m, follower->column, chunk);
  return status ? status : run(m);
}

static ent_status follow(marking *m, const ent_follower *follower,
                         key_chunk chunk) {
  switch (follower->on_delete) {
  case ENT_ON_DELETE_CASCADE:
    return follower->mark ? mark_followers(m, follower, chunk)
                          : remove_followers(m, follower, chunk);
  case ENT_ON_DELETE_SET_NULL: return set_null(m, follower, chunk);
  case ENT_ON_DELETE_RESTRICT: break;
  }
  return ENT_OK;
}

/* Refuses where somebody still refers to one of these rows. */
static ent_status restrict_rows(marking *m, const ent_follower *follower,
                                key_chunk chunk) {
  key_list found = {.arena = &m->arena};
  ent_status status;

  if (follower->on_delete != ENT_ON_DELETE_RESTRICT) return ENT_OK;
  status = begin_select(m, follower->column, follower);
  if (!status) status = where_in(m, follower->column, chunk);
  if (!status) status = and_living(m, follower);
  if (!status) status = append(m, " LIMIT 1 LOCK IN SHARE MODE");
  if (!status) status = run_select(m, &found);
  if (status || found.n == 0) return status;
  return ent_fail(m->err, ENT_FOREIGN_KEY,
                  "row %" PRIu64 " cannot be deleted: %s.%s refers to it",
                  found.items[0].as.u64, follower->table, follower->column);
}

/* Does one thing for every follower of some rows. */
static ent_status each_follower(marking *m, const marked_rows *rows,
                                ent_status (*what)(marking *m,
                                                   const ent_follower *follower,
                                                   key_chunk chunk)) {
  ent_status status = ENT_OK;

  for (size_t at = 0; !status && at < rows->n; at += ENT_MARK_KEYS) {
    size_t left = rows->n - at;
    key_chunk chunk = {rows->keys + at,
                       left < ENT_MARK_KEYS ? left : ENT_MARK_KEYS};

    for (size_t i = 0; !status && i < rows->followers->n; i++)
      status = what(m, &rows->followers->items[i], chunk);
  }
  return status;
}

/* Nobody is asked whether he refers to a row before all that goes with it is
 * marked: the order of tables decides nothing. */
static ent_status follow_all(marking *m) {
  ent_status status = ENT_OK;

  for (const marked_rows *rows = m->first; !status && rows; rows = rows->next) {
    status = each_follower(m, rows, follow);
  }
  for (const marked_rows *rows = m->first; !status && rows; rows = rows->next) {
    status = each_follower(m, rows, restrict_rows);
  }
  return status;
}

static ent_status mark(marking *m, const ent_mysql_marks *marks) {
  ent_status status;

  ent_mysql_scratch_start(m->scratch);
  status =
      ent_sql_delete_text(&m->scratch->sql, marks->entity, marks->n, m->err);
  if (!status) {
    status = ent_mysql_scratch_keys(m->scratch, marks->keys, marks->n, m->err);
  }
  return status ? status : run(m);
}

ent_status ent_mysql_mark_rows(ent_mysql_scratch *scratch,
                               ent_mysql_connection *connection,
                               const ent_mysql_marks *marks,
                               const ent_deadline *deadline, ent_error *err) {
  marking m = {.scratch = scratch,
               .connection = connection,
               .deadline = deadline,
               .err = err};
  ent_status status;

  if (!marks->followers) return mark(&m, marks);
  status = ent_mysql_scratch_mark(connection, deadline, err);
  if (status) return status;
  status = note_marked(&m, marks->followers, marks->keys, marks->n);
  if (!status) status = mark(&m, marks);
  if (!status) status = follow_all(&m);
  ent_arena_done(&m.arena);
  return ent_mysql_scratch_undo(connection, deadline, status);
}
