#include "backends/mysql/replica.h"

#include "backends/mysql/lookup.h"

#include <stdlib.h>
#include <string.h>

enum {
  ENT_CATCH_UP_MS = 200, /* what a replica is waited for */
  ENT_BEHIND_MS = 1000,  /* how long one that was late is left alone */
  ENT_AWAY_MS = 10000,   /* the same for one that did not answer */
  ENT_REPLICA_MS = 2000, /* connecting, beside the address's own time-out */
};

struct ent_mysql_replica {
  ent_mysql_pool *pool;
  const ent_mysql_connection *reader; /* as session.reader */
  uint64_t n_writes;                  /* of the session, that it has */
  int64_t avoid_until_ms;
};

ent_status ent_mysql_replica_add(ent_mysql_session *session,
                                 ent_mysql_pool *pool, ent_error *err) {
  size_t n = session->n_replicas;
  ent_mysql_replica *list = realloc(session->replicas, (n + 1) * sizeof(*list));

  if (!list) {
    ent_mysql_pool_close(pool);
    return ent_fail_nomem(err);
  }
  list[n] = (ent_mysql_replica){.pool = pool};
  session->replicas = list;
  session->n_replicas = n + 1;
  /* Which one a session begins with is as good as drawn by lot. */
  session->replica = (size_t)ent_now_ms() % session->n_replicas;
  ent_mysql_pool_track(session->pool);
  return ENT_OK;
}

void ent_mysql_replica_done(ent_mysql_session *session) {
  for (size_t i = 0; i < session->n_replicas; i++)
    ent_mysql_pool_close(session->replicas[i].pool);
  free(session->replicas);
}

ent_mysql_pool *ent_mysql_replica_pool(const ent_mysql_session *session,
                                       size_t i) {
  return session->replicas[i].pool;
}

void ent_mysql_replica_wrote(ent_mysql_session *session,
                             const ent_mysql_connection *connection) {
  const char *position;

  if (!session->n_replicas) return;
  position = ent_mysql_connection_position(connection);
  session->is_unplaced = !position || strlen(position) >= ENT_POSITION_MAX;
  if (session->is_unplaced || strcmp(position, session->position) == 0) return;
  memcpy(session->position, position, strlen(position) + 1);
  session->n_writes++;
}

/* Whether a replica gets to where the session has written, soon. */
static bool catches_up(const ent_mysql_session *session,
                       ent_mysql_connection *connection,
                       const ent_deadline *deadline) {
  static const char sql[] = "SELECT MASTER_GTID_WAIT(?, ?)";
  const ent_value params[] = {
      ent_value_bytes(ENT_TEXT, session->position, strlen(session->position)),
      ent_value_f64(ENT_CATCH_UP_MS / 1e3)};
  ent_value answer = {.kind = ENT_NULL}; /* 0: it has got there */
  ent_mysql_lookup lookup = {.sql = sql,
                             .size = sizeof(sql) - 1,
                             .params = params,
                             .n_params = ENT_COUNT(params),
                             .take = ent_mysql_take_number,
                             .context = &answer};

  return !ent_mysql_look_up(connection, &lookup, deadline, NULL) &&
         answer.kind == ENT_I64 && answer.as.i64 == 0;
}

static ent_deadline at_most(const ent_deadline *deadline, int64_t ms) {
  ent_deadline sooner = *deadline;

  if (ent_now_ms() + ms < sooner.until_ms) sooner.until_ms = ent_now_ms() + ms;
  return sooner;
}

/* A connection to a replica that has all it must have; NULL if it is away or
 * behind, which is remembered.
 *
 *   again  rather that of the time before, dead or alive */
static ent_mysql_connection *try_replica(const ent_mysql_session *session,
                                         ent_mysql_replica *replica, bool again,
                                         const ent_deadline *deadline) {
  int64_t now = ent_now_ms();
  ent_deadline soon = at_most(deadline, ENT_REPLICA_MS);
  ent_error why = {.status = ENT_OK};
  ent_mysql_connection *connection;

  if (now < replica->avoid_until_ms) return NULL;
  if (ent_mysql_pool_acquire_again(replica->pool,
                                   again ? replica->reader : NULL, &soon,
                                   &connection, &why)) {
    replica->avoid_until_ms = now + ENT_AWAY_MS;
    return NULL;
  }
  if (replica->n_writes == session->n_writes) return connection;
  if (catches_up(session, connection, deadline)) {
    replica->n_writes = session->n_writes;
    return connection;
  }
  replica->avoid_until_ms = ent_now_ms() + ENT_BEHIND_MS;
  ent_mysql_pool_release(connection);
  return NULL;
}

static ent_status acquire(ent_mysql_session *session, bool of_primary,
                          bool again, const ent_deadline *deadline,
                          ent_mysql_connection **connection, ent_error *err) {
  bool may = !of_primary && session->n_replicas && !session->is_unplaced &&
             !(session->is_bound && session->is_bound(session->bound_by));

  for (size_t i = 0; may && i < session->n_replicas; i++) {
    size_t at = (session->replica + i) % session->n_replicas;

    *connection = try_replica(session, &session->replicas[at], again, deadline);
    if (!*connection) continue;
    session->replica = at;
    return ENT_OK;
  }
  return ent_mysql_pool_acquire_again(
      session->pool, again ? session->reader : NULL, deadline, connection, err);
}

ent_status ent_mysql_reader_acquire(ent_mysql_session *session, bool of_primary,
                                    const ent_deadline *deadline,
                                    ent_mysql_connection **connection,
                                    ent_error *err) {
  return acquire(session, of_primary, false, deadline, connection, err);
}

ent_status ent_mysql_reader_acquire_again(ent_mysql_session *session,
                                          bool of_primary,
                                          const ent_deadline *deadline,
                                          ent_mysql_connection **connection,
                                          ent_error *err) {
  return acquire(session, of_primary, true, deadline, connection, err);
}

ent_status ent_mysql_reader_acquire_free(ent_mysql_session *session,
                                         const ent_deadline *deadline,
                                         ent_mysql_connection **connection,
                                         ent_error *err) {
  ent_mysql_replica *replica =
      session->n_replicas ? &session->replicas[session->replica] : NULL;

  if (replica && ent_now_ms() >= replica->avoid_until_ms) {
    ent_error why = {.status = ENT_OK};

    if (!ent_mysql_pool_acquire_free(replica->pool, deadline, connection,
                                     &why)) {
      return ENT_OK;
    }
    if (why.status != ENT_BUSY) {
      replica->avoid_until_ms = ent_now_ms() + ENT_AWAY_MS;
    }
  }
  return ent_mysql_pool_acquire_free(session->pool, deadline, connection, err);
}

void ent_mysql_reader_release(ent_mysql_session *session,
                              ent_mysql_connection *connection) {
  const ent_mysql_pool *pool = ent_mysql_connection_pool(connection);
  bool is_usable = ent_mysql_connection_usable(connection);
  const ent_mysql_connection *reader = is_usable ? connection : NULL;

  if (pool == session->pool) session->reader = reader;
  for (size_t i = 0; i < session->n_replicas; i++) {
    ent_mysql_replica *replica = &session->replicas[i];

    if (replica->pool != pool) continue;
    replica->reader = reader;
    if (!is_usable) replica->avoid_until_ms = ent_now_ms() + ENT_AWAY_MS;
  }
  ent_mysql_pool_release(connection);
}
