#include "backends/mysql/source.h"

#include "backends/base/faults.h"
#include "backends/mysql/reach.h"
#include "backends/mysql/sqltext.h"
#include "backends/mysql/statistics.h"
#include "backends/mysql/transaction.h"
#include "backends/mysql/unique.h"
#include "backends/mysql/writer.h"

#include <stdlib.h>
#include <string.h>

enum {
  ENT_KEYS_PER_STATEMENT = 1000,
  ENT_GET_SQL = 1 << 20,
};

typedef struct mysql_source {
  ent_source base; /* must be first */
  ent_mysql_session *session;
  ent_buf sql; /* of the last get: its projection and number of keys */
  uint64_t sql_hash;
  uint64_t projection_id;
  size_t n_keys;
  bool locks;
  ent_participant participant;
} mysql_source;

/* A get under way. */
typedef struct get_call {
  mysql_source *source;
  const ent_get *get;
  unsigned key_slot; /* where the key stands in the rows */
  ent_buf *buf;
  size_t *rows;
  size_t first;     /* one statement asks for keys[first] and those after it, */
  size_t n_asked;   /* n_asked in all, */
  size_t buf_start; /* and appends their rows here */
  const ent_key *expected; /* of the next row, probably */
} get_call;

static const ent_column *key_column(const get_call *call) {
  return &call->get->entity->columns[call->get->entity->key_columns[0]];
}

static ent_value key_value(const get_call *call, const ent_key *key) {
  if (call->get->entity->key_kind == ENT_KEY_INTEGER) {
    return ent_key_decode_integer(key->data);
  }
  return ent_value_bytes(key_column(call)->type == ENT_TYPE_BLOB ? ENT_BLOB
                                                                 : ENT_TEXT,
                         key->data, key->size);
}

/* The server gives rows in the order of their key, mostly. */
static const ent_key *find_key(const get_call *call, const ent_key *key) {
  const ent_key *keys = call->get->keys;
  size_t n = call->get->n_keys;

  if (call->expected < keys + n && ent_key_compare(call->expected, key) == 0) {
    return call->expected;
  }
  return bsearch(key, keys, n, sizeof(*key), ent_key_compare);
}

/* Notes a row under its key.  A server that compares texts by collation gives
 * rows whose key is another one to SQLite; they are not what was asked. */
static void place_row(get_call *call, size_t offset) {
  const ent_row *row = (const ent_row *)call->buf->data + offset;
  ent_value value = ent_row_value(row, call->key_slot);
  unsigned char integer[ENT_KEY_INTEGER_SIZE];
  ent_key key = {.data = integer, .size = sizeof(integer)};
  const ent_key *found;

  if (call->get->entity->key_kind == ENT_KEY_INTEGER) {
    ent_key_encode_integer(&value, integer);
  } else {
    key.data = value.as.bytes.data;
    key.size = (uint32_t)value.as.bytes.size;
  }
  found = find_key(call, &key);
  if (!found) return;
  call->rows[found - call->get->keys] = offset;
  call->expected = found + 1;
}

static ent_status read_rows(get_call *call, ent_mysql_statement *statement,
                            const ent_deadline *deadline, ent_error *err) {
  for (;;) {
    size_t offset = call->buf->size;
    ent_status status =
        ent_mysql_statement_fetch(statement, deadline, call->buf, err);

    if (status) return status == ENT_DONE ? ENT_OK : status;
    place_row(call, offset);
  }
}

/* Writes the statement for n keys, unless the last one was the same. */
static ent_status write_get(get_call *call, size_t n, ent_error *err) {
  mysql_source *source = call->source;
  ent_buf *sql = &source->sql;
  ent_status status;

  if (source->projection_id == call->get->projection->id &&
      source->n_keys == n && source->locks == call->get->locks) {
    return ENT_OK;
  }
  source->projection_id = 0;
  sql->size = 0;
  status = ent_sql_select(sql, call->get->entity, call->get->projection, err);
  if (!status) status = ent_buf_append(sql, " WHERE ", 7, err);
  if (!status) status = ent_sql_in(sql, key_column(call), n, err);
  if (!status) status = ent_sql_living(sql, call->get->entity, " AND ", err);
  if (!status && call->get->locks && !ent_fault("lost-update")) {
    status = ent_buf_append(sql, " FOR UPDATE", 11, err);
  }
  if (status) return status;
  source->sql_hash = ent_mysql_sql_hash(sql->data, sql->size);
  source->locks = call->get->locks;
  source->projection_id = call->get->projection->id;
  source->n_keys = n;
  return ENT_OK;
}

/* Lists of like length share one statement. */
static size_t rounded_up(size_t n) {
  size_t full = 1;

  while (full < n)
    full *= 2;
  return full < ENT_KEYS_PER_STATEMENT ? full : ENT_KEYS_PER_STATEMENT;
}

/* Asks for `full` keys, for which there is room in `values`. */
static ent_status get_values(get_call *call, ent_mysql_connection *connection,
                             ent_value *values, size_t full,
                             const ent_deadline *deadline, ent_error *err) {
  const mysql_source *source = call->source;
  ent_mysql_statement *statement;
  ent_status status;

  for (size_t i = 0; i < full; i++) {
    size_t last = call->n_asked - 1;

    values[i] =
        key_value(call, &call->get->keys[call->first + (i < last ? i : last)]);
  }
  status = ent_mysql_connection_statement_by_hash(
      connection, source->sql.data, source->sql.size, source->sql_hash,
      deadline, &statement, err);
  if (!status) {
    status = ent_mysql_statement_read(statement, values, full, deadline, err);
  }
  if (status) return status;
  status = ent_mysql_statement_check_or_skip(
      statement, call->get->entity, call->get->projection, deadline, err);
  if (!status) status = read_rows(call, statement, deadline, err);
  if (status) ent_mysql_connection_drop_rows(connection);
  return status;
}

/* Apart, so that who asks for one key does not leave so much of the stack
 * unused, and lose what of it is in the CPU's caches. */
static __attribute__((noinline)) ent_status
get_many(get_call *call, ent_mysql_connection *connection, size_t full,
         const ent_deadline *deadline, ent_error *err) {
  ent_value values[ENT_KEYS_PER_STATEMENT];

  return get_values(call, connection, values, full, deadline, err);
}

static ent_status get_some(void *context, ent_mysql_connection *connection,
                           const ent_deadline *deadline, ent_error *err) {
  get_call *call = context;
  size_t full = rounded_up(call->n_asked);
  ent_value one;
  ent_status status = write_get(call, full, err);

  call->buf->size = call->buf_start;
  if (status) return status;
  return full == 1 ? get_values(call, connection, &one, full, deadline, err)
                   : get_many(call, connection, full, deadline, err);
}

static ent_status find_key_slot(get_call *call, ent_error *err) {
  for (uint16_t i = 0; i < call->get->projection->n_columns; i++) {
    if (call->get->projection->columns[i] ==
        call->get->entity->key_columns[0]) {
      call->key_slot = i;
      return ENT_OK;
    }
  }
  return ent_fail(err, ENT_UNSUPPORTED, "rows without their key");
}

static ent_status mysql_get(ent_source *base, const ent_get *get,
                            const ent_deadline *deadline, ent_buf *buf,
                            size_t *rows, ent_error *err) {
  get_call call = {.source = (mysql_source *)base,
                   .get = get,
                   .buf = buf,
                   .rows = rows,
                   .expected = get->keys};
  ent_mysql_reading reading = {.run = get_some,
                               .context = &call,
                               .table = get->entity->table,
                               .locks = get->locks,
                               .of_primary = get->of_primary};
  ent_status status = find_key_slot(&call, err);

  for (size_t i = 0; i < get->n_keys; i++)
    rows[i] = ENT_NO_ROW;
  for (size_t at = 0; !status && at < get->n_keys;
       at += ENT_KEYS_PER_STATEMENT) {
    size_t left = get->n_keys - at;

    call.first = at;
    call.n_asked =
        left < ENT_KEYS_PER_STATEMENT ? left : ENT_KEYS_PER_STATEMENT;
    call.buf_start = buf->size;
    status =
        ent_mysql_session_read(call.source->session, &reading, deadline, err);
  }
  ent_error_context(err, status, "mysql: read %s", get->entity->name);
  return status;
}

static ent_status mysql_search(ent_source *base, const ent_query *query,
                               ent_pages **pages, ent_error *err) {
  return ent_mysql_search(((mysql_source *)base)->session, query, pages, err);
}

static void mysql_listen(ent_source *base, const ent_write_listener *listener) {
  ent_mysql_writer_listen(((mysql_source *)base)->session->writer, listener);
}

static ent_status mysql_has_second_unique(ent_source *base,
                                          const ent_entity *entity,
                                          const ent_deadline *deadline,
                                          bool *has, ent_error *err) {
  const ent_mysql_unique *unique = NULL;
  ent_status status = ent_mysql_unique_read(((mysql_source *)base)->session,
                                            entity, deadline, &unique, err);

  if (!status) *has = ent_mysql_unique_has_second(unique);
  return ent_error_context(err, status, "mysql");
}

static bool mysql_is_in_transaction(const ent_source *base) {
  const mysql_source *source = (const mysql_source *)base;

  return ent_mysql_session_in_transaction(source->session);
}

static ent_status mysql_reach(ent_source *base, const ent_deadline *deadline,
                              const ent_reach **reach, ent_error *err) {
  ent_status status = ent_mysql_reach_read(((mysql_source *)base)->session,
                                           deadline, reach, err);

  /* Asked before every row of a cache. */
  return status ? ent_error_context(err, status, "mysql") : ENT_OK;
}

static uint64_t mysql_reach_at_rest(const ent_source *base, int64_t now_ms) {
  const ent_mysql_session *session = ((const mysql_source *)base)->session;

  return ent_mysql_session_in_transaction(session)
             ? 0
             : ent_mysql_reach_known(session, now_ms);
}

static ent_status mysql_statistics(ent_source *base, const ent_entity *entity,
                                   const ent_deadline *deadline,
                                   ent_arena *arena, ent_statistics *statistics,
                                   ent_error *err) {
  ent_status status =
      ent_mysql_statistics_read(((mysql_source *)base)->session, entity, arena,
                                deadline, statistics, err);

  return ent_error_context(err, status, "mysql: statistics of %s",
                           entity->name);
}

static mysql_source *source_of(ent_participant *participant) {
  return (mysql_source *)((char *)participant -
                          offsetof(mysql_source, participant));
}

/* What a flush has told of the last row inserted. */
static void note_last_id(mysql_source *source) {
  if (ent_mysql_writer_take_id(source->session->writer,
                               &source->base.last_id)) {
    source->base.has_last_id = true;
  }
}

static ent_status mysql_flush(ent_participant *participant,
                              const ent_deadline *deadline, ent_error *err) {
  mysql_source *source = source_of(participant);
  ent_status status =
      ent_mysql_writer_flush(source->session->writer, deadline, err);

  note_last_id(source);
  return ent_error_context(err, status, "mysql");
}

static ent_status mysql_prepare(ent_participant *participant,
                                const ent_deadline *deadline, ent_error *err) {
  mysql_source *source = source_of(participant);
  ent_mysql_transaction *transaction = source->session->transaction;
  ent_status status = ent_mysql_transaction_commit(transaction, deadline, err);

  source->base.is_unknown = ent_mysql_transaction_is_unknown(transaction);
  return ent_error_context(err, status, "mysql");
}

static void mysql_finish(ent_participant *participant,
                         const ent_deadline *deadline) {
  (void)deadline;
  ent_mysql_writer_drop(source_of(participant)->session->writer);
}

static void mysql_abort(ent_participant *participant,
                        const ent_deadline *deadline) {
  ent_mysql_session *session = source_of(participant)->session;

  (void)deadline;
  ent_mysql_writer_drop(session->writer);
  ent_mysql_transaction_abort(session->transaction);
}

static const ent_participant_ops participant_ops = {
    .name = "mysql",
    .flush = mysql_flush,
    .prepare = mysql_prepare,
    .finish = mysql_finish,
    .abort = mysql_abort,
};

static ent_status mysql_write(ent_source *base, const ent_write *write,
                              const ent_deadline *deadline,
                              ent_written *written, ent_error *err) {
  mysql_source *source = (mysql_source *)base;
  ent_status status = ent_mysql_writer_write(source->session->writer, write,
                                             deadline, written, err);

  note_last_id(source);
  return ent_error_context(err, status, "mysql");
}

/* What waits belongs before the savepoint. */
static ent_status mysql_savepoint(ent_source *base, int level,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  mysql_source *source = (mysql_source *)base;
  ent_status status = mysql_flush(&source->participant, deadline, err);

  if (status) return status;
  ent_mysql_writer_restart(source->session->writer);
  return ent_mysql_transaction_savepoint(source->session->transaction, level,
                                         err);
}

/* SQLite answers an error from here by rolling everything back without a word:
 * the transaction keeps it, and tells whoever comes next. */
static ent_status mysql_release(ent_source *base, int level,
                                const ent_deadline *deadline, ent_error *err) {
  mysql_source *source = (mysql_source *)base;
  ent_error kept = {.status = ENT_OK};

  (void)err;
  ent_mysql_transaction_release(source->session->transaction, level);
  if (mysql_flush(&source->participant, deadline, &kept)) {
    ent_error_clear(&kept);
  }
  return ENT_OK;
}

static ent_status mysql_rollback_to(ent_source *base, int level,
                                    const ent_deadline *deadline,
                                    ent_error *err) {
  mysql_source *source = (mysql_source *)base;
  ent_status status;

  ent_mysql_writer_drop(source->session->writer);
  status = ent_mysql_transaction_rollback_to(source->session->transaction,
                                             level, deadline, err);
  return ent_error_context(err, status, "mysql");
}

static ent_status mysql_hold(ent_source *base, const ent_deadline *deadline,
                             ent_error *err) {
  const mysql_source *source = (mysql_source *)base;
  ent_status status =
      ent_mysql_transaction_hold(source->session->transaction, deadline, err);

  return ent_error_context(err, status, "mysql");
}

static void mysql_end_hold(ent_source *base) {
  const mysql_source *source = (mysql_source *)base;

  ent_mysql_transaction_end_hold(source->session->transaction);
}

static void mysql_close(ent_source *base) {
  mysql_source *source = (mysql_source *)base;

  ent_buf_done(&source->sql);
  free(source);
}

static const ent_source_ops mysql_ops = {
    .name = "mysql",
    .get = mysql_get,
    .search = mysql_search,
    .listen = mysql_listen,
    .has_second_unique = mysql_has_second_unique,
    .is_in_transaction = mysql_is_in_transaction,
    .reach = mysql_reach,
    .reach_at_rest = mysql_reach_at_rest,
    .statistics = mysql_statistics,
    .write = mysql_write,
    .savepoint = mysql_savepoint,
    .release = mysql_release,
    .rollback_to = mysql_rollback_to,
    .hold = mysql_hold,
    .end_hold = mysql_end_hold,
    .close = mysql_close,
};

ent_status ent_mysql_source_open(ent_mysql_session *session, ent_source **out,
                                 ent_error *err) {
  mysql_source *source = calloc(1, sizeof(*source));

  if (!source) return ent_fail_nomem(err);
  source->base.ops = &mysql_ops;
  source->base.participant = &source->participant;
  source->participant.ops = &participant_ops;
  source->session = session;
  session->transaction = ent_mysql_transaction_new(session);
  session->writer = ent_mysql_writer_new(session);
  if (!session->transaction || !session->writer) {
    mysql_close(&source->base);
    return ent_fail_nomem(err);
  }
  ent_buf_init(&source->sql, ENT_GET_SQL);
  *out = &source->base;
  return ENT_OK;
}
