#include "backends/mysql/session.h"

#include "backends/mysql/children.h"
#include "backends/mysql/lookup.h"
#include "backends/mysql/reach.h"
#include "backends/mysql/replica.h"
#include "backends/mysql/transaction.h"
#include "backends/mysql/unique.h"
#include "backends/mysql/writer.h"
#include "backends/mysql/xa.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ENT_SNAPSHOT_MAX_S = 300 };

struct ent_mysql_table_note {
  ent_mysql_table_note *next;
  const char *table;
  bool has_versions;
};

void ent_mysql_session_init(ent_mysql_session *session, ent_mysql_pool *pool) {
  *session =
      (ent_mysql_session){.pool = pool, .snapshot_max_s = ENT_SNAPSHOT_MAX_S};
}

void ent_mysql_session_done(ent_mysql_session *session) {
  ent_mysql_transaction_free(session->transaction); /* asks the writer */
  ent_mysql_writer_free(session->writer);
  ent_mysql_xa_remove(session);
  ent_mysql_reach_done(session);
  ent_mysql_children_done(session);
  ent_mysql_uniques_done(session);
  ent_mysql_pool_close(session->pool);
  ent_mysql_replica_done(session);
  ent_arena_done(&session->arena);
}

/* One try, on the connection of the time before if nobody has taken it since:
 * between two readings it is the pool's. */
static ent_status read_once(ent_mysql_session *session,
                            const ent_mysql_reading *reading,
                            const ent_deadline *deadline, bool *is_lost,
                            ent_error *err) {
  ent_mysql_connection *connection;
  ent_status status = ent_mysql_reader_acquire_again(
      session, reading->of_primary, deadline, &connection, err);

  *is_lost = false;
  if (status) return status;
  status = reading->run(reading->context, connection, deadline, err);
  *is_lost = !ent_mysql_connection_usable(connection);
  ent_mysql_reader_release(session, connection);
  return status;
}

bool ent_mysql_session_in_transaction(const ent_mysql_session *session) {
  return session->transaction &&
         ent_mysql_transaction_is_open(session->transaction);
}

static ent_status read_in_transaction(ent_mysql_session *session,
                                      const ent_mysql_reading *reading,
                                      const ent_deadline *deadline,
                                      ent_error *err) {
  ent_mysql_transaction *transaction = session->transaction;
  ent_mysql_connection *connection;
  ent_status status =
      ent_mysql_transaction_reads(transaction, deadline, &connection, err);

  if (status) return status;
  status = reading->run(reading->context, connection, deadline, err);
  return ent_mysql_transaction_ran(transaction, status, err);
}

static ent_status read_alone(ent_mysql_session *session,
                             const ent_mysql_reading *reading,
                             const ent_deadline *deadline, ent_error *err) {
  bool was_used = session->reader || session->n_replicas;
  bool is_lost;
  ent_error first;
  ent_status status;

  ent_error_clear(&first);
  status = read_once(session, reading, deadline, &is_lost, &first);
  if (status == ENT_UNAVAILABLE && was_used && is_lost) {
    return read_once(session, reading, deadline, &is_lost, err);
  }
  if (status && err && err->status == ENT_OK) *err = first;
  return status;
}

ent_status ent_mysql_session_read(ent_mysql_session *session,
                                  const ent_mysql_reading *reading,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  ent_status status = ENT_OK;

  if (session->writer && reading->table) {
    status = ent_mysql_writer_flush_before(session->writer, reading->table,
                                           deadline, err);
  }
  if (status) return status;
  if (ent_mysql_session_in_transaction(session) || reading->locks) {
    return read_in_transaction(session, reading, deadline, err);
  }
  return read_alone(session, reading, deadline, err);
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

typedef struct engine_question {
  const char *table;
  bool has_versions;
} engine_question;

static ent_status take_engine(void *context, const ent_row *row,
                              ent_error *err) {
  engine_question *question = context;
  ent_value engine = ent_row_value(row, 0);

  (void)err;
  question->has_versions = engine_has_versions(&engine);
  return ENT_OK;
}

/* No row says nothing of versions. */
static ent_status ask_engine(void *context, ent_mysql_connection *connection,
                             const ent_deadline *deadline, ent_error *err) {
  static const char sql[] = "SELECT engine FROM information_schema.tables "
                            "WHERE table_schema = DATABASE() "
                            "AND table_name = ? LIMIT 1";
  engine_question *question = context;
  ent_value name =
      ent_value_bytes(ENT_TEXT, question->table, strlen(question->table));
  ent_mysql_lookup lookup = {.sql = sql,
                             .size = sizeof(sql) - 1,
                             .params = &name,
                             .n_params = 1,
                             .take = take_engine,
                             .context = question};

  question->has_versions = false;
  return ent_mysql_look_up(connection, &lookup, deadline, err);
}

ent_status ent_mysql_session_has_versions(ent_mysql_session *session,
                                          const char *table,
                                          const ent_deadline *deadline,
                                          bool *has_versions, ent_error *err) {
  engine_question question = {.table = table};
  ent_mysql_reading reading = {
      .run = ask_engine, .context = &question, .of_primary = true};
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
