#include "vtab/followers.h"

#include "backends/base/registry.h"
#include "vtab/databases.h"

#include <string.h>

enum { ENT_VERSIONS = 1 << 16 };

/* An entity, as one whose rows are marked or removed. */
typedef struct node {
  ent_followers followers;
  ent_follower *items;   /* of them */
  struct node **sources; /* whose they are */
  size_t n_references;   /* to it */
  const ent_database *database;
  const ent_declared_entity *entity;
  bool is_gone;   /* while it is found out what is gone with a row */
  bool is_judged; /* `goes_alone` is known */
  bool goes_alone;
} node;

struct ent_following {
  ent_following *next;      /* an older one, of which rows may still wait */
  ent_buf versions;         /* of the schemas that it was made by */
  unsigned n_table_changes; /* when it was last looked at */
  ent_arena arena;
  node *nodes; /* n */
  size_t n;
  bool crosses; /* somebody refers to an entity of another database */
};

static void free_one(ent_following *following) {
  ent_buf_done(&following->versions);
  ent_arena_done(&following->arena);
  sqlite3_free(following);
}

void ent_following_free(ent_following *following) {
  while (following) {
    ent_following *next = following->next;

    free_one(following);
    following = next;
  }
}

/* ---- whether tables have come or gone ---- */

static ent_status put_version(ent_session *session, const char *schema,
                              ent_buf *versions, ent_error *err) {
  char *sql = sqlite3_mprintf("PRAGMA \"%w\".schema_version", schema);
  sqlite3_stmt *stmt = NULL;
  ent_status status = ENT_OK;
  int rc = sql ? sqlite3_prepare_v2(session->db, sql, -1, &stmt, NULL)
               : SQLITE_NOMEM;

  sqlite3_free(sql);
  if (!rc && sqlite3_step(stmt) == SQLITE_ROW) {
    status = ent_buf_printf(versions, err, " %s %d", schema,
                            sqlite3_column_int(stmt, 0));
  }
  rc = sqlite3_finalize(stmt);
  if (status || !rc) return status;
  if (rc == SQLITE_NOMEM) return ent_fail_nomem(err);
  return ent_fail(err, ENT_CONFIG, "%s", sqlite3_errmsg(session->db));
}

/* The schemas' names and versions, and how often a table of ours has come or
 * gone: another process may have changed a file. */
static ent_status read_versions(ent_session *session, ent_buf *versions,
                                ent_error *err) {
  sqlite3_stmt *stmt = NULL;
  ent_status status =
      ent_buf_printf(versions, err, "%u", session->n_table_changes);
  int rc =
      sqlite3_prepare_v2(session->db, "PRAGMA database_list", -1, &stmt, NULL);

  while (!rc && !status && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
    const char *schema = (const char *)sqlite3_column_text(stmt, 1);

    rc = SQLITE_OK;
    status = schema ? put_version(session, schema, versions, err)
                    : ent_fail_nomem(err);
  }
  sqlite3_finalize(stmt);
  if (status || !rc || rc == SQLITE_DONE) return status;
  if (rc == SQLITE_NOMEM) return ent_fail_nomem(err);
  return ent_fail(err, ENT_CONFIG, "%s", sqlite3_errmsg(session->db));
}

static bool same_versions(const ent_buf *a, const ent_buf *b) {
  return a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

/* ---- who follows whom ---- */

static ent_status add_nodes(ent_following *following,
                            const ent_databases *databases, ent_error *err) {
  size_t n = 0;

  for (size_t i = 0; i < databases->n; i++)
    n += databases->items[i].wanted.n_entities;
  following->nodes =
      ent_arena_zalloc(&following->arena, (n + 1) * sizeof(*following->nodes));
  if (!following->nodes) return ent_fail_nomem(err);
  for (size_t i = 0; i < databases->n; i++) {
    const ent_database *database = &databases->items[i];

    for (size_t k = 0; k < database->wanted.n_entities; k++) {
      following->nodes[following->n++] =
          (node){.database = database, .entity = database->wanted.entities[k]};
    }
  }
  return ENT_OK;
}

static node *find_node(const ent_following *following, const ent_opened *opened,
                       const char *entity) {
  for (size_t i = 0; i < following->n; i++) {
    node *at = &following->nodes[i];

    if (at->database->opened == opened && strcmp(at->entity->name, entity) == 0)
      return at;
  }
  return NULL;
}

/* The entity that a column's foreign key refers to; NULL where it has none, as
 * where the other table is on another server. */
static node *target_of(const ent_following *following, const node *from,
                       const ent_declared_column *column) {
  const ent_shape_wanted *wanted = &from->database->wanted;
  node *to;

  if (!column->reference || column->is_many) return NULL;
  to = find_node(following, from->database->opened, column->reference);
  if (!to || to->database == from->database) return to;
  return wanted->database_of(wanted->context, to->entity) ? to : NULL;
}

/* A follower of a follower is named from where the first row is deleted: where
 * that may be another database, all of them are named with their own. */
static void add_follower(const ent_following *following, node *to, node *from,
                         const ent_declared_column *column) {
  const ent_shape_wanted *wanted = &to->database->wanted;
  const ent_declared_entity *entity = from->entity;
  ent_follower *made = &to->items[to->followers.n];

  to->sources[to->followers.n++] = from;
  *made = (ent_follower){.table = entity->table,
                         .column = column->name,
                         .on_delete = column->on_delete,
                         .followers = &from->followers};
  if (following->crosses) {
    made->database = wanted->database_of(wanted->context, entity);
  }
  if (entity->fake_delete) {
    made->key = entity->key[0];
    made->mark = ent_fake_delete;
  }
}

/* Calls for every reference between two nodes; `adds` or only counts. */
static void each_reference(ent_following *following, bool adds) {
  for (size_t i = 0; i < following->n; i++) {
    node *from = &following->nodes[i];

    for (size_t k = 0; k < from->entity->n_columns; k++) {
      const ent_declared_column *column = &from->entity->columns[k];
      node *to = target_of(following, from, column);

      if (to && adds) {
        add_follower(following, to, from, column);
      } else if (to) {
        to->n_references++;
        if (to->database != from->database) following->crosses = true;
      }
    }
  }
}

static ent_status find_followers(ent_following *following, ent_error *err) {
  each_reference(following, false);
  for (size_t i = 0; i < following->n; i++) {
    node *at = &following->nodes[i];

    at->items = ent_arena_alloc(&following->arena,
                                (at->n_references + 1) * sizeof(*at->items));
    at->sources = ent_arena_alloc(&following->arena,
                                  (at->n_references + 1) * sizeof(node *));
    if (!at->items || !at->sources) return ent_fail_nomem(err);
    at->followers.items = at->items;
  }
  each_reference(following, true);
  return ENT_OK;
}

/* ---- whether rows have to be marked one by one ---- */

/* Notes the tables of which rows may be gone with a row of `from`. */
static void note_gone(ent_following *following, node *from) {
  bool is_more = true;

  for (size_t i = 0; i < following->n; i++)
    following->nodes[i].is_gone = &following->nodes[i] == from;
  while (is_more) {
    is_more = false;
    for (size_t i = 0; i < following->n; i++) {
      const node *at = &following->nodes[i];

      for (size_t k = 0; at->is_gone && k < at->followers.n; k++) {
        node *next = at->sources[k];

        if (at->items[k].on_delete != ENT_ON_DELETE_CASCADE || next->is_gone)
          continue;
        next->is_gone = is_more = true;
      }
    }
  }
}

/* A row that is gone with a later one keeps an earlier one from being deleted,
 * where rows of a table of such are in somebody's way. */
static bool goes_alone(ent_following *following, node *from) {
  note_gone(following, from);
  for (size_t i = 0; i < following->n; i++) {
    const node *at = &following->nodes[i];

    for (size_t k = 0; at->is_gone && k < at->followers.n; k++) {
      if (at->items[k].on_delete == ENT_ON_DELETE_RESTRICT &&
          at->sources[k]->is_gone) {
        return true;
      }
    }
  }
  return false;
}

/* ---- what a session keeps ---- */

static ent_status make(ent_session *session, ent_following *following,
                       ent_error *err) {
  ent_databases databases;
  ent_status status =
      ent_databases_make(session, &following->arena, &databases, err);

  if (!status) status = add_nodes(following, &databases, err);
  if (!status) status = find_followers(following, err);
  /* Tables may just have been connected. */
  if (!status) status = read_versions(session, &following->versions, err);
  return status;
}

/* Makes the session's anew where tables have come or gone. */
static ent_status refresh(ent_session *session, ent_error *err) {
  ent_following *made = sqlite3_malloc64(sizeof(*made));
  ent_status status;

  if (!made) return ent_fail_nomem(err);
  *made = (ent_following){.n = 0};
  ent_buf_init(&made->versions, ENT_VERSIONS);
  status = read_versions(session, &made->versions, err);
  if (!status && session->following &&
      same_versions(&made->versions, &session->following->versions)) {
    free_one(made);
    return ENT_OK;
  }
  made->versions.size = 0;
  if (!status) status = make(session, made, err);
  if (status) {
    free_one(made);
    return status;
  }
  if (!session->transaction.has_followers) {
    ent_following_free(session->following);
    session->following = NULL;
  }
  made->next = session->following;
  session->following = made;
  return ENT_OK;
}

static bool is_current(const ent_session *session) {
  return session->transaction.has_followers && session->following &&
         session->following->n_table_changes == session->n_table_changes;
}

ent_status ent_followers_of(const ent_table *table,
                            const ent_followers **followers, bool *alone,
                            ent_error *err) {
  ent_session *session = table->session;
  ent_status status = is_current(session) ? ENT_OK : refresh(session, err);
  const ent_opened *opened = ent_session_opened_of(session, table->pool);
  ent_following *following;
  node *at;

  if (status) return status;
  session->transaction.has_followers = true;
  following = session->following;
  following->n_table_changes = session->n_table_changes;
  at = find_node(following, opened, table->declared->name);
  *followers = at && at->followers.n ? &at->followers : NULL;
  *alone = false;
  if (!*followers) return ENT_OK;
  if (!at->is_judged) at->goes_alone = goes_alone(following, at);
  at->is_judged = true;
  *alone = at->goes_alone;
  return ENT_OK;
}
