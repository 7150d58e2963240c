#include "backends/mysql/cascade.h"

#include "backends/mysql/children.h"
#include "backends/mysql/lookup.h"
#include "backends/mysql/reach.h"
#include "backends/mysql/sqltext.h"
#include "backends/mysql/transaction.h"

#include <string.h>
#include <strings.h>

enum {
  ENT_CASCADE_ROWS = 1000,     /* in all */
  ENT_CASCADE_LEVELS = 15,     /* InnoDB goes no deeper either */
  ENT_CASCADE_SELECTS = 32,    /* more would cost more than cold tables do */
  ENT_CASCADE_BYTES = 1 << 18, /* of keys in a statement */
  ENT_CASCADE_SQL = 1 << 16,
};

/* Rows of one table that go, or get another key. */
typedef struct leaving_rows {
  struct leaving_rows *next;
  const ent_entity *entity;
  const ent_value *keys;
  size_t n;
  int level;
  const ent_cell *cells; /* what they get; NULL: they go */
} leaving_rows;

/* One write and all that follows it. */
typedef struct cascade {
  ent_mysql_session *session;
  const ent_reach *reach;
  const ent_write_listener *listener;
  const ent_deadline *deadline;
  ent_error *err;
  ent_arena arena;
  ent_buf sql;
  leaving_rows *first;
  leaving_rows *last;
  size_t n_rows; /* that were told */
  size_t n_selects;
} cascade;

static bool same_name(const char *one, const char *other) {
  return strcasecmp(one, other) == 0;
}

static const ent_column *key_of(const ent_entity *entity) {
  return &entity->columns[entity->key_columns[0]];
}

/* ---- what is told ---- */

static void tell_all(const cascade *c, const ent_reach_edge *edge) {
  c->listener->reached_all(c->listener->context, c->reach, edge->child_database,
                           edge->child_table);
}

/* Those that refer to a column that changes with others: what they get by that
 * is not looked at row by row. */
static void tell_referring(const cascade *c, const ent_reach_edge *changed) {
  for (size_t i = 0; i < c->reach->n_edges; i++) {
    const ent_reach_edge *edge = &c->reach->edges[i];

    if (edge->on_update != ENT_REACH_REFUSES &&
        ent_reach_is_from(c->reach, edge, changed->child_table) &&
        same_name(edge->parent_column, changed->child_column)) {
      tell_all(c, edge);
    }
  }
}

/* ---- which rows ---- */

/* The keys that a SELECT gives. */
typedef struct key_list {
  ent_value items[ENT_CASCADE_ROWS + 1];
  size_t n;
} key_list;

/* One SELECT of the children of some rows. */
typedef struct asking {
  cascade *c;
  const leaving_rows *rows;
  size_t n_params;
  key_list *found;
} asking;

/* Lists of like length share one prepared statement. */
static size_t rounded_up(size_t n) {
  size_t full = 1;

  while (full < n)
    full *= 2;
  return full < ENT_CASCADE_ROWS ? full : ENT_CASCADE_ROWS;
}

/* "SELECT `id` FROM `t` FORCE INDEX (`i`) WHERE `parent` IN (?, …) LIMIT 1001
 * FOR UPDATE".  Without the index a small table might be read whole, and all of
 * it be locked. */
static ent_status write_select(cascade *c, const ent_mysql_child *child,
                               const char *index, const ent_column *column,
                               size_t n, ent_error *err) {
  ent_buf *sql = &c->sql;
  ent_status status;

  sql->size = 0;
  status = ent_buf_printf(sql, err, "SELECT ");
  if (!status) status = ent_sql_name(sql, key_of(child->entity)->name, err);
  if (!status) status = ent_buf_printf(sql, err, " FROM ");
  if (!status) status = ent_sql_name(sql, child->table, err);
  if (!status) status = ent_buf_printf(sql, err, " FORCE INDEX (");
  if (!status) status = ent_sql_name(sql, index, err);
  if (!status) status = ent_buf_printf(sql, err, ") WHERE ");
  if (!status) status = ent_sql_in(sql, column, n, err);
  return status ? status
                : ent_buf_printf(sql, err, " LIMIT %d FOR UPDATE",
                                 ENT_CASCADE_ROWS + 1);
}

static ent_status take_key(void *context, const ent_row *row, ent_error *err) {
  asking *a = context;
  ent_value key = ent_row_value(row, 0);

  if (key.kind >= ENT_ASCII) {
    key.as.bytes.data =
        ent_arena_copy(&a->c->arena, key.as.bytes.data, key.as.bytes.size);
    if (!key.as.bytes.data) return ent_fail_nomem(err);
  }
  if (a->found->n == ENT_COUNT(a->found->items)) {
    return ent_fail(err, ENT_PROTOCOL, "more rows than were asked for");
  }
  a->found->items[a->found->n++] = key;
  return ENT_OK;
}

/* The last key fills the list up. */
static ent_status run_select(void *context, ent_mysql_connection *connection,
                             const ent_deadline *deadline, ent_error *err) {
  asking *a = context;
  ent_value params[ENT_CASCADE_ROWS];
  ent_mysql_lookup lookup = {.sql = a->c->sql.data,
                             .size = a->c->sql.size,
                             .params = params,
                             .n_params = a->n_params,
                             .take = take_key,
                             .context = a};

  a->found->n = 0;
  for (size_t i = 0; i < a->n_params; i++)
    params[i] = a->rows->keys[i < a->rows->n ? i : a->rows->n - 1];
  return ent_mysql_look_up(connection, &lookup, deadline, err);
}

/* Errors of a statement that the server would not run at all, such as one of a
 * user who may not lock rows that a cascade may remove. */
static bool is_refusal(ent_status status) {
  return status == ENT_REJECTED || status == ENT_READ_ONLY ||
         status == ENT_MISMATCH || status == ENT_TOO_BIG ||
         status == ENT_UNSUPPORTED;
}

/* The keys of the rows that refer to some.  Where the server refuses that, this
 * is noted. */
static ent_status select_children(cascade *c, const leaving_rows *rows,
                                  const ent_reach_edge *edge,
                                  ent_mysql_child *child, key_list *found) {
  asking a = {c, rows, rounded_up(rows->n), found};
  ent_mysql_reading reading = {
      .run = run_select, .context = &a, .locks = true, .of_primary = true};
  ent_error why = {.status = ENT_OK};
  ent_status status = write_select(
      c, child, ent_mysql_child_index_of(child, edge->child_column),
      ent_mysql_child_column(child, edge->child_column), a.n_params, &why);

  c->n_selects++;
  if (!status) {
    status = ent_mysql_session_read(c->session, &reading, c->deadline, &why);
  }
  /* Where the connection went with it so did the locks that were taken. */
  if (is_refusal(status) &&
      ent_mysql_transaction_is_open(c->session->transaction)) {
    child->is_refused = true;
    return ENT_OK;
  }
  if (status && c->err && c->err->status == ENT_OK) *c->err = why;
  return ent_error_context(c->err, status, "what refers to it in %s",
                           edge->child_table);
}

/* ---- what comes of them ---- */

static ent_status add_rows(cascade *c, leaving_rows rows) {
  leaving_rows *made;

  if (rows.n == 0) return ENT_OK;
  made = ent_arena_alloc(&c->arena, sizeof(*made));
  if (!made) return ent_fail_nomem(c->err);
  *made = rows;
  if (c->last) {
    c->last->next = made;
  } else {
    c->first = made;
  }
  c->last = made;
  return ENT_OK;
}

/* Keys of one column of one table. */
static bool same_key(const ent_value *one, const ent_value *other) {
  if (one->kind < ENT_ASCII || other->kind < ENT_ASCII) {
    return one->kind < ENT_ASCII && other->kind < ENT_ASCII &&
           one->as.u64 == other->as.u64;
  }
  return one->as.bytes.size == other->as.bytes.size &&
         memcmp(one->as.bytes.data, other->as.bytes.data, one->as.bytes.size) ==
             0;
}

/* Whether a row is known to go: references may make rings.  Names are compared
 * as they are: rows of another table must not be taken for these. */
static bool is_gone(const cascade *c, const char *table, const ent_value *key) {
  for (const leaving_rows *rows = c->first; rows; rows = rows->next) {
    if (rows->cells || strcmp(rows->entity->table, table) != 0) continue;
    for (size_t i = 0; i < rows->n; i++) {
      if (same_key(&rows->keys[i], key)) return true;
    }
  }
  return false;
}

/* Those that go, less those that were known to. */
static ent_status add_gone(cascade *c, const ent_mysql_child *child,
                           const key_list *found, int level) {
  leaving_rows rows = {.entity = child->entity, .level = level};
  ent_value *keys = ent_arena_alloc(&c->arena, (found->n + 1) * sizeof(*keys));

  if (!keys) return ent_fail_nomem(c->err);
  for (size_t i = 0; i < found->n; i++) {
    if (!is_gone(c, child->table, &found->items[i]))
      keys[rows.n++] = found->items[i];
  }
  rows.keys = keys;
  return add_rows(c, rows);
}

static ent_status tell_rows(cascade *c, const leaving_rows *rows,
                            const ent_reach_edge *edge,
                            const ent_mysql_child *child,
                            const key_list *found) {
  bool goes = !rows->cells && edge->on_delete == ENT_REACH_CASCADES;

  c->n_rows += found->n;
  for (size_t i = 0; i < found->n; i++) {
    ent_reached reached = {child->entity, &found->items[i],
                           goes ? NULL : edge->child_column};

    c->listener->reached(c->listener->context, &reached);
  }
  if (goes) return add_gone(c, child, found, rows->level + 1);
  tell_referring(c, edge);
  return ENT_OK;
}

/* Whether rows can be asked about in one statement: by numbers or texts, which
 * are compared as they are shown (an ENUM's are compared by their numbers), and
 * which a server takes at once. */
static bool are_few(const leaving_rows *rows) {
  size_t size = 0;

  if (rows->entity->key_kind == ENT_KEY_INTEGER) {
    return rows->n <= ENT_CASCADE_ROWS;
  }
  if (rows->entity->key_kind != ENT_KEY_BYTES || rows->n > ENT_CASCADE_ROWS) {
    return false;
  }
  for (size_t i = 0; i < rows->n; i++) {
    if (rows->keys[i].kind >= ENT_ASCII) size += rows->keys[i].as.bytes.size;
  }
  return size <= ENT_CASCADE_BYTES;
}

/* Whether what a foreign key does with some rows can be asked of the server
 * row by row. */
static bool can_ask(const cascade *c, const leaving_rows *rows,
                    const ent_reach_edge *edge) {
  ent_reach_rule rule = rows->cells ? edge->on_update : edge->on_delete;

  return rule != ENT_REACH_OTHER && !edge->is_part &&
         same_name(edge->parent_column, key_of(rows->entity)->name) &&
         strcmp(edge->child_database, c->reach->database) == 0 &&
         are_few(rows) && rows->level < ENT_CASCADE_LEVELS &&
         c->n_selects < ENT_CASCADE_SELECTS &&
         !c->listener->has_all(c->listener->context, edge->child_database,
                               edge->child_table);
}

/* The same of what is known of the child: its key must stay what it is, or go
 * with its row. */
static bool can_name(const leaving_rows *rows, const ent_reach_edge *edge,
                     const ent_mysql_child *child) {
  bool goes = !rows->cells && edge->on_delete == ENT_REACH_CASCADES;

  return child->entity && !child->is_refused &&
         (goes ||
          !same_name(key_of(child->entity)->name, edge->child_column)) &&
         ent_mysql_child_column(child, edge->child_column) &&
         ent_mysql_child_index_of(child, edge->child_column);
}

static ent_status follow_edge(cascade *c, const leaving_rows *rows,
                              const ent_reach_edge *edge, key_list *found) {
  ent_mysql_child *child = NULL;
  ent_status status = ENT_OK;

  if (can_ask(c, rows, edge)) {
    status =
        ent_mysql_child_read(c->session, c->reach->number, edge->child_table,
                             c->deadline, &child, c->err);
  }
  if (status) return status;
  if (child && can_name(rows, edge, child)) {
    status = select_children(c, rows, edge, child, found);
    if (status) return status;
    if (!child->is_refused && c->n_rows + found->n <= ENT_CASCADE_ROWS) {
      return tell_rows(c, rows, edge, child, found);
    }
  }
  tell_all(c, edge);
  return ENT_OK;
}

/* ---- which foreign keys ---- */

/* Whether a foreign key does anything when such rows are written. */
static bool concerns(const cascade *c, const leaving_rows *rows,
                     const ent_reach_edge *edge) {
  if (!ent_reach_is_from(c->reach, edge, rows->entity->table)) return false;
  if (!rows->cells) return edge->on_delete != ENT_REACH_REFUSES;
  return edge->on_update != ENT_REACH_REFUSES &&
         ent_write_may_change(rows->entity, rows->cells, edge->parent_column);
}

static ent_status follow_rows(cascade *c, const leaving_rows *rows) {
  key_list *found = NULL;
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < c->reach->n_edges; i++) {
    const ent_reach_edge *edge = &c->reach->edges[i];

    if (!concerns(c, rows, edge)) continue;
    if (!found) found = ent_arena_alloc(&c->arena, sizeof(*found));
    if (!found) return ent_fail_nomem(c->err);
    status = follow_edge(c, rows, edge, found);
  }
  return status;
}

ent_status ent_mysql_cascade_tell(ent_mysql_session *session,
                                  const ent_mysql_leaving *leaving,
                                  const ent_write_listener *listener,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  cascade c = {.session = session,
               .listener = listener,
               .deadline = deadline,
               .err = err};
  leaving_rows rows = {.entity = leaving->write->entity,
                       .keys = leaving->keys,
                       .n = leaving->n,
                       .cells = leaving->write->cells};
  ent_status status = ent_mysql_reach_read(session, deadline, &c.reach, err);

  if (status || c.reach->n_edges == 0) return status;
  ent_buf_init(&c.sql, ENT_CASCADE_SQL);
  status = add_rows(&c, rows);
  for (const leaving_rows *at = c.first; !status && at; at = at->next)
    status = follow_rows(&c, at);
  ent_buf_done(&c.sql);
  ent_arena_done(&c.arena);
  return status;
}
