#include "backends/mysql/reach.h"

#include "backends/mysql/lookup.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_REACH_ROW = 64 << 20, /* the text of a routine */
  ENT_REACH_MS = 60000,     /* how long it is believed */
  ENT_REACH_VALUES = 9,     /* of a row */
};

/* What was read of one database, for all sessions that are there. */
typedef struct ent_mysql_reach_note {
  struct ent_mysql_reach_note *next;
  int n_users; /* sessions, and the list */
  int64_t read_ms;
  uint64_t n_forgotten; /* as it was before the first of it was read */
  const char *where;    /* the address, as shown */
  ent_reach reach;
  ent_arena arena;
} note;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static note *notes; /* the newest of each address */
static _Atomic uint64_t n_forgotten;

static void unref(note *n) {
  bool is_last;

  if (!n) return;
  pthread_mutex_lock(&lock);
  is_last = --n->n_users == 0;
  pthread_mutex_unlock(&lock);
  if (!is_last) return;
  ent_arena_done(&n->arena);
  free(n);
}

void ent_mysql_reach_done(ent_mysql_session *session) {
  unref(session->reach);
  session->reach = NULL;
}

/* One reading of a list: `take` is given each row's values. */
typedef struct reach_reading {
  note *to;
  const char *sql;
  ent_status (*take)(struct reach_reading *r, const ent_value *values,
                     ent_error *err);
  unsigned n_values;
  ent_buf rows; /* of edges or triggers */
  ent_buf text; /* of code */
} reach_reading;

static const char *copy(note *to, const ent_value *value) {
  if (!ent_value_is_text(value)) return ent_arena_strdup(&to->arena, "");
  return ent_arena_copy(&to->arena, value->as.bytes.data, value->as.bytes.size);
}

static ent_reach_rule rule_of(const ent_value *words) {
  static const struct {
    const char *words;
    ent_reach_rule rule;
  } rules[] = {{"CASCADE", ENT_REACH_CASCADES},
               {"SET NULL", ENT_REACH_SETS_NULL},
               {"SET DEFAULT", ENT_REACH_OTHER}};

  if (!ent_value_is_text(words)) return ENT_REACH_OTHER;
  for (size_t i = 0; i < ENT_COUNT(rules); i++) {
    if (words->as.bytes.size == strlen(rules[i].words) &&
        memcmp(words->as.bytes.data, rules[i].words, words->as.bytes.size) ==
            0) {
      return rules[i].rule;
    }
  }
  return ENT_REACH_REFUSES;
}

/* The columns of one foreign key come one behind the other. */
static void note_parts(ent_buf *edges, ent_reach_edge *edge) {
  ent_reach_edge *before;

  if (edges->size == 0) return;
  before = (ent_reach_edge *)(void *)(edges->data + edges->size) - 1;
  edge->is_part = strcmp(before->name, edge->name) == 0 &&
                  strcmp(before->child_table, edge->child_table) == 0 &&
                  strcmp(before->child_database, edge->child_database) == 0;
  before->is_part = before->is_part || edge->is_part;
}

static ent_status take_edge(reach_reading *r, const ent_value *values,
                            ent_error *err) {
  ent_reach_edge edge = {.child_database = copy(r->to, &values[0]),
                         .child_table = copy(r->to, &values[1]),
                         .child_column = copy(r->to, &values[2]),
                         .parent_database = copy(r->to, &values[3]),
                         .parent_table = copy(r->to, &values[4]),
                         .parent_column = copy(r->to, &values[5]),
                         .name = copy(r->to, &values[6]),
                         .on_delete = rule_of(&values[7]),
                         .on_update = rule_of(&values[8])};

  if (!edge.child_database || !edge.child_table || !edge.child_column ||
      !edge.parent_database || !edge.parent_table || !edge.parent_column ||
      !edge.name) {
    return ent_fail_nomem(err);
  }
  note_parts(&r->rows, &edge);
  return ent_buf_append(&r->rows, &edge, sizeof(edge), err);
}

/* The end of a text does not touch the next one. */
static ent_status take_text(reach_reading *r, const ent_value *text,
                            ent_error *err) {
  ent_status status = ENT_OK;

  if (ent_value_is_text(text)) {
    status =
        ent_buf_append(&r->text, text->as.bytes.data, text->as.bytes.size, err);
  }
  return status ? status : ent_buf_append(&r->text, "\n", 1, err);
}

static ent_status take_trigger(reach_reading *r, const ent_value *values,
                               ent_error *err) {
  ent_reach_trigger trigger = {copy(r->to, &values[0]),
                               copy(r->to, &values[1])};
  bool is_before = ent_value_is_text(&values[2]) &&
                   values[2].as.bytes.size == strlen("BEFORE");
  ent_status status = take_text(r, &values[3], err);

  if (status || !is_before) return status;
  if (!trigger.database || !trigger.table) return ent_fail_nomem(err);
  return ent_buf_append(&r->rows, &trigger, sizeof(trigger), err);
}

static ent_status take_routine(reach_reading *r, const ent_value *values,
                               ent_error *err) {
  ent_reach_routine routine = {copy(r->to, &values[0]),
                               copy(r->to, &values[1])};

  if (!routine.name || !routine.body) return ent_fail_nomem(err);
  return ent_buf_append(&r->rows, &routine, sizeof(routine), err);
}

static ent_status take_code(reach_reading *r, const ent_value *values,
                            ent_error *err) {
  return take_text(r, &values[0], err);
}

static ent_status take_row(void *context, const ent_row *row, ent_error *err) {
  reach_reading *r = context;
  ent_value values[ENT_REACH_VALUES];

  for (unsigned i = 0; i < r->n_values; i++)
    values[i] = ent_row_value(row, i);
  return r->take(r, values, err);
}

static ent_status ask(void *context, ent_mysql_connection *connection,
                      const ent_deadline *deadline, ent_error *err) {
  reach_reading *r = context;
  ent_mysql_lookup lookup = {.sql = r->sql,
                             .size = strlen(r->sql),
                             .max_row = ENT_REACH_ROW,
                             .take = take_row,
                             .context = r};

  r->rows.size = r->text.size = 0;
  return ent_mysql_look_up(connection, &lookup, deadline, err);
}

/* The four lists.  What a foreign key does is told by MariaDB to who has rights
 * on the whole database only, that there is one to who has some on the table. */
static const char edges_sql[] =
    "SELECT k.table_schema, k.table_name, k.column_name,"
    " k.referenced_table_schema, k.referenced_table_name,"
    " k.referenced_column_name, k.constraint_name, r.delete_rule, r.update_rule"
    " FROM information_schema.key_column_usage AS k"
    " LEFT JOIN information_schema.referential_constraints AS r"
    " ON k.constraint_schema = r.constraint_schema"
    " AND k.constraint_name = r.constraint_name"
    " AND k.table_name = r.table_name"
    " WHERE k.referenced_column_name IS NOT NULL AND (r.table_name IS NULL"
    " OR r.delete_rule IN ('CASCADE', 'SET NULL', 'SET DEFAULT')"
    " OR r.update_rule IN ('CASCADE', 'SET NULL', 'SET DEFAULT'))"
    " ORDER BY k.table_schema, k.table_name, k.constraint_name";
static const char triggers_sql[] =
    "SELECT event_object_schema, event_object_table, action_timing,"
    " action_statement FROM information_schema.triggers";
static const char events_sql[] =
    "SELECT event_definition FROM information_schema.events";
static const char routines_sql[] =
    "SELECT routine_name, routine_definition FROM information_schema.routines"
    " WHERE routine_schema <> 'sys'";

static ent_status read_list(ent_mysql_session *session, reach_reading *r,
                            const char *sql, unsigned n_values,
                            ent_status (*take)(reach_reading *,
                                               const ent_value *, ent_error *),
                            const ent_deadline *deadline, ent_error *err) {
  ent_mysql_reading reading = {.run = ask, .context = r, .of_primary = true};

  r->sql = sql;
  r->n_values = n_values;
  r->take = take;
  return ent_mysql_session_read(session, &reading, deadline, err);
}

/* What a buffer holds, in the note's arena. */
static const void *keep(note *to, const ent_buf *buf) {
  return ent_arena_copy(&to->arena, buf->size ? buf->data : "", buf->size);
}

static const void *keep_list(note *to, const ent_buf *buf) {
  void *list = ent_arena_alloc(&to->arena, buf->size + 1);

  if (list && buf->size) memcpy(list, buf->data, buf->size);
  return list;
}

static ent_status append_body(void *context, const char *body) {
  return ent_buf_append(context, body, strlen(body), NULL);
}

/* What a trigger or an event calls, it does. */
static ent_status add_called(note *to, ent_buf *code, ent_error *err) {
  const char *text = keep(to, code);

  if (!text) return ent_fail_nomem(err);
  if (ent_reach_called(&to->reach, text, append_body, code)) {
    return ent_fail(err, ENT_TOO_BIG, "too much text of routines");
  }
  return ENT_OK;
}

static ent_status read_code(ent_mysql_session *session, reach_reading *r,
                            ent_buf *code, const ent_deadline *deadline,
                            ent_error *err) {
  note *to = r->to;
  ent_status status;

  status = read_list(session, r, triggers_sql, 4, take_trigger, deadline, err);
  if (status) return status;
  to->reach.triggers = keep_list(to, &r->rows);
  to->reach.n_triggers = r->rows.size / sizeof(ent_reach_trigger);
  if (!to->reach.triggers) return ent_fail_nomem(err);
  status = ent_buf_append(code, r->text.data, r->text.size, err);
  if (!status) {
    status = read_list(session, r, events_sql, 1, take_code, deadline, err);
  }
  if (!status) {
    status = ent_buf_append(code, r->text.data, r->text.size, err);
  }
  if (!status) {
    status =
        read_list(session, r, routines_sql, 2, take_routine, deadline, err);
  }
  if (status) return status;
  to->reach.routines = keep_list(to, &r->rows);
  to->reach.n_routines = r->rows.size / sizeof(ent_reach_routine);
  if (!to->reach.routines) return ent_fail_nomem(err);
  return add_called(to, code, err);
}

static ent_status read_all(ent_mysql_session *session, reach_reading *r,
                           const ent_deadline *deadline, ent_error *err) {
  note *to = r->to;
  ent_buf code;
  ent_status status =
      read_list(session, r, edges_sql, 9, take_edge, deadline, err);

  if (status) return status;
  to->reach.edges = keep_list(to, &r->rows);
  to->reach.n_edges = r->rows.size / sizeof(ent_reach_edge);
  if (!to->reach.edges) return ent_fail_nomem(err);
  ent_buf_init(&code, ENT_REACH_ROW);
  status = read_code(session, r, &code, deadline, err);
  if (!status) {
    to->reach.code = keep(to, &code);
    if (!to->reach.code) status = ent_fail_nomem(err);
  }
  ent_buf_done(&code);
  return status;
}

static uint64_t next_number(void) {
  static _Atomic uint64_t last;

  return atomic_fetch_add(&last, 1) + 1;
}

static ent_status make_note(ent_mysql_session *session, const char *where,
                            const ent_deadline *deadline, note **out,
                            ent_error *err) {
  note *made = calloc(1, sizeof(*made));
  reach_reading r = {.to = made};
  ent_status status;

  if (!made) return ent_fail_nomem(err);
  made->n_users = 1;
  made->reach.number = next_number();
  made->read_ms = ent_now_ms();
  made->n_forgotten = atomic_load(&n_forgotten);
  made->where = ent_arena_strdup(&made->arena, where);
  made->reach.database = ent_arena_strdup(
      &made->arena, ent_mysql_pool_address(session->pool)->database);
  ent_buf_init(&r.rows, ENT_REACH_ROW);
  ent_buf_init(&r.text, ENT_REACH_ROW);
  status = made->where && made->reach.database ? ENT_OK : ent_fail_nomem(err);
  if (!status) status = read_all(session, &r, deadline, err);
  ent_buf_done(&r.rows);
  ent_buf_done(&r.text);
  if (status) {
    unref(made);
    return ent_error_context(err, status, "read the foreign keys and triggers");
  }
  *out = made;
  return ENT_OK;
}

static bool is_old(const note *n, int64_t now_ms) {
  return now_ms - n->read_ms >= ENT_REACH_MS ||
         n->n_forgotten != atomic_load(&n_forgotten);
}

/* The note of an address that is not too old; one use of it, or NULL. */
static note *find(const char *where) {
  note *n;

  pthread_mutex_lock(&lock);
  for (n = notes; n && strcmp(n->where, where) != 0;)
    n = n->next;
  if (n && is_old(n, ent_now_ms())) n = NULL;
  if (n) n->n_users++;
  pthread_mutex_unlock(&lock);
  return n;
}

/* Puts a note in the place of an older one. */
static void publish(note *made) {
  note **at = &notes;
  note *old;

  pthread_mutex_lock(&lock);
  while (*at && strcmp((*at)->where, made->where) != 0)
    at = &(*at)->next;
  old = *at;
  made->next = old ? old->next : NULL;
  made->n_users++;
  *at = made;
  pthread_mutex_unlock(&lock);
  unref(old);
}

void ent_mysql_reach_forget(void) {
  atomic_fetch_add(&n_forgotten, 1);
}

uint64_t ent_mysql_reach_forgotten(void) {
  return atomic_load(&n_forgotten);
}

/* Whether a routine may make tables, or change them; one whose text the user may
 * not see may do anything. */
static ent_status look_for_ddl(void *context, const char *body) {
  static const char *const words[] = {"CREATE", "ALTER", "DROP", "RENAME",
                                      "EXECUTE"};
  bool *is_plain = context;

  for (size_t i = 0; i < ENT_COUNT(words); i++) {
    if (ent_reach_names(body, words[i])) return ENT_DONE;
  }
  if (!*body) return ENT_DONE;
  *is_plain = true;
  return ENT_OK;
}

void ent_mysql_reach_called(const ent_mysql_session *session, const char *sql) {
  bool is_plain = false; /* it names a routine that is known */

  if (!session->reach ||
      ent_reach_called(&session->reach->reach, sql, look_for_ddl, &is_plain) ||
      !is_plain) {
    ent_mysql_reach_forget();
  }
}

uint64_t ent_mysql_reach_known(const ent_mysql_session *session,
                               int64_t now_ms) {
  const note *n = session->reach;

  return n && !is_old(n, now_ms) ? n->reach.number : 0;
}

ent_status ent_mysql_reach_read(ent_mysql_session *session,
                                const ent_deadline *deadline,
                                const ent_reach **reach, ent_error *err) {
  ent_arena arena = {.blocks = NULL};
  const char *where;
  note *found = NULL;
  ent_status status = ENT_OK;

  if (session->reach && !is_old(session->reach, deadline->started_ms)) {
    *reach = &session->reach->reach;
    return ENT_OK;
  }
  where = ent_address_show(ent_mysql_pool_address(session->pool), &arena);
  if (!where) return ent_fail_nomem(err);
  found = find(where);
  if (!found) {
    status = make_note(session, where, deadline, &found, err);
    if (!status) publish(found);
  }
  ent_arena_done(&arena);
  if (status) return status;
  ent_mysql_reach_done(session);
  session->reach = found;
  *reach = &found->reach;
  return ENT_OK;
}
