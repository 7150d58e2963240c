#include "backends/mysql/session.h"

#include "backends/base/row.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ENT_LEAVE_MS = 2000, ENT_ENGINE_ROW = 4096 };

struct ent_mysql_snapshot {
  ent_mysql_session *session;
  ent_mysql_connection *connection;
  int n_users;
  int64_t since_ms;
  void (*settle)(void *context, const ent_deadline *deadline); /* or NULL */
  void *settled;                                               /* its context */
};

struct ent_mysql_table_note {
  ent_mysql_table_note *next;
  const char *table;
  bool has_versions;
};

void ent_mysql_session_init(ent_mysql_session *session, ent_mysql_pool *pool) {
  *session = (ent_mysql_session){.pool = pool};
}

void ent_mysql_session_done(ent_mysql_session *session) {
  ent_mysql_pool_release(session->pool, session->reader);
  ent_mysql_pool_close(session->pool);
  ent_arena_done(&session->arena);
}

static void drop_reader(ent_mysql_session *session) {
  ent_mysql_pool_release(session->pool, session->reader);
  session->reader = NULL;
}

/* One try; a connection that is lost by it is given up. */
static ent_status read_once(ent_mysql_session *session,
                            const ent_mysql_reading *reading,
                            const ent_deadline *deadline, ent_error *err) {
  ent_status status = ENT_OK;

  if (session->reader && !ent_mysql_connection_ours(session->reader)) {
    drop_reader(session);
  }
  if (!session->reader) {
    status =
        ent_mysql_pool_acquire(session->pool, deadline, &session->reader, err);
  }
  if (status) return status;
  status = reading->run(reading->context, session->reader, deadline, err);
  if (status && !ent_mysql_connection_usable(session->reader)) {
    drop_reader(session);
  }
  return status;
}

ent_status ent_mysql_session_read(ent_mysql_session *session,
                                  const ent_mysql_reading *reading,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  bool was_used = session->reader != NULL;
  ent_error first;
  ent_status status;

  ent_error_clear(&first);
  status = read_once(session, reading, deadline, &first);

  if (status == ENT_UNAVAILABLE && was_used && !session->reader) {
    return read_once(session, reading, deadline, err);
  }
  if (status && err && err->status == ENT_OK) *err = first;
  return status;
}

/* Storage engines whose consistent snapshot this is. */
static bool engine_has_versions(const ent_value *engine) {
  static const char *const names[] = {"InnoDB", "ROCKSDB", "TokuDB"};

  for (size_t i = 0; i < ENT_COUNT(names); i++) {
    if (ent_value_is_text(engine) &&
        engine->as.bytes.size == strlen(names[i]) &&
        strncasecmp(engine->as.bytes.data, names[i], engine->as.bytes.size) ==
            0) {
      return true;
    }
  }
  return false;
}

/* Reads the one row there may be; no row says nothing of versions. */
static ent_status fetch_engine(ent_mysql_statement *statement,
                               const ent_deadline *deadline, bool *has_versions,
                               ent_error *err) {
  ent_buf row;
  ent_status status;

  *has_versions = false;
  ent_buf_init(&row, ENT_ENGINE_ROW);
  status = ent_mysql_statement_fetch(statement, deadline, &row, err);
  if (status == ENT_OK) {
    ent_value engine = ent_row_value((const ent_row *)row.data, 0);

    *has_versions = engine_has_versions(&engine);
    status = ent_mysql_statement_skip(statement, deadline, err);
  }
  ent_buf_done(&row);
  return status == ENT_DONE ? ENT_OK : status;
}

typedef struct engine_question {
  const char *table;
  bool has_versions;
} engine_question;

static ent_status ask_engine(void *context, ent_mysql_connection *connection,
                             const ent_deadline *deadline, ent_error *err) {
  static const char sql[] = "SELECT engine FROM information_schema.tables "
                            "WHERE table_schema = DATABASE() "
                            "AND table_name = ? LIMIT 1";
  engine_question *question = context;
  ent_value name =
      ent_value_bytes(ENT_TEXT, question->table, strlen(question->table));
  ent_mysql_statement *statement;
  ent_status status = ent_mysql_connection_statement(
      connection, sql, sizeof(sql) - 1, deadline, &statement, err);

  if (!status) {
    status = ent_mysql_statement_execute(statement, &name, 1, deadline, err);
  }
  return status
             ? status
             : fetch_engine(statement, deadline, &question->has_versions, err);
}

ent_status ent_mysql_session_has_versions(ent_mysql_session *session,
                                          const char *table,
                                          const ent_deadline *deadline,
                                          bool *has_versions, ent_error *err) {
  engine_question question = {.table = table};
  ent_mysql_reading reading = {ask_engine, &question};
  ent_mysql_table_note *note;
  ent_status status;

  for (note = session->notes; note; note = note->next) {
    if (strcmp(note->table, table) == 0) break;
  }
  if (!note) {
    note = ent_arena_zalloc(&session->arena, sizeof(*note));
    if (!note) return ent_fail_nomem(err);
    note->table = ent_arena_strdup(&session->arena, table);
    if (!note->table) return ent_fail_nomem(err);
    status = ent_mysql_session_read(session, &reading, deadline, err);
    if (status) return status;
    note->has_versions = question.has_versions;
    note->next = session->notes;
    session->notes = note;
  }
  *has_versions = note->has_versions;
  return ENT_OK;
}

static ent_status begin(ent_mysql_snapshot *snapshot,
                        const ent_deadline *deadline, ent_error *err) {
  ent_status status = ent_mysql_pool_acquire(snapshot->session->pool, deadline,
                                             &snapshot->connection, err);

  if (status) return status;
  status = ent_mysql_client_exec(
      ent_mysql_connection_client(snapshot->connection),
      "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", deadline, err);
  if (!status) return ENT_OK;
  ent_mysql_pool_release(snapshot->session->pool, snapshot->connection);
  return ent_error_context(err, "begin a snapshot");
}

ent_status ent_mysql_snapshot_join(ent_mysql_session *session, bool joins,
                                   const ent_deadline *deadline,
                                   ent_mysql_snapshot **out, ent_error *err) {
  ent_mysql_snapshot *snapshot = joins ? session->shared : NULL;
  ent_status status;

  if (!snapshot) {
    snapshot = calloc(1, sizeof(*snapshot));
    if (!snapshot) return ent_fail_nomem(err);
    snapshot->session = session;
    snapshot->since_ms = ent_now_ms();
    status = begin(snapshot, deadline, err);
    if (status) {
      free(snapshot);
      return status;
    }
    if (joins) session->shared = snapshot;
  }
  snapshot->n_users++;
  *out = snapshot;
  return ENT_OK;
}

/* A connection goes back to the pool outside any transaction, or not at all:
 * what does not end its snapshot in time is closed. */
static void end(ent_mysql_snapshot *snapshot) {
  ent_mysql_connection *connection = snapshot->connection;
  ent_deadline deadline = ent_deadline_in(ENT_LEAVE_MS);

  if (ent_mysql_connection_idle(connection) &&
      ent_mysql_client_exec(ent_mysql_connection_client(connection), "COMMIT",
                            &deadline, NULL)) {
    ent_mysql_connection_spoil(connection);
  }
  ent_mysql_pool_release(snapshot->session->pool, connection);
}

void ent_mysql_snapshot_leave(ent_mysql_snapshot *snapshot) {
  if (!snapshot || --snapshot->n_users > 0) return;
  end(snapshot);
  if (snapshot->session->shared == snapshot) snapshot->session->shared = NULL;
  free(snapshot);
}

void ent_mysql_snapshot_reserve(ent_mysql_snapshot *snapshot,
                                void (*settle)(void *context,
                                               const ent_deadline *deadline),
                                void *context) {
  snapshot->settle = settle;
  snapshot->settled = context;
}

void ent_mysql_snapshot_release(ent_mysql_snapshot *snapshot) {
  snapshot->settle = NULL;
}

void ent_mysql_snapshot_spoil(ent_mysql_snapshot *snapshot) {
  ent_mysql_connection_spoil(snapshot->connection);
}

ent_status ent_mysql_snapshot_connection(ent_mysql_snapshot *snapshot,
                                         const ent_deadline *deadline,
                                         ent_mysql_connection **connection,
                                         ent_error *err) {
  if (ent_now_ms() - snapshot->since_ms > ENT_SNAPSHOT_MAX_S * INT64_C(1000)) {
    return ent_fail(err, ENT_TIMEOUT,
                    "the scan's read view has been open for more than %d s",
                    ENT_SNAPSHOT_MAX_S);
  }
  if (snapshot->settle) snapshot->settle(snapshot->settled, deadline);
  if (!ent_mysql_connection_idle(snapshot->connection)) {
    return ent_fail(err, ENT_UNAVAILABLE,
                    "the connection of the scan's read view was lost");
  }
  *connection = snapshot->connection;
  return ENT_OK;
}
