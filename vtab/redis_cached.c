#include "vtab/redis_cached.h"

#include "cache/shared_value.h"
#include "vtab/call.h"
#include "vtab/report.h"
#include "vtab/session.h"
#include "vtab/tvf.h"
#include "vtab/value.h"

#include <string.h>

enum {
  ENT_CACHED_ARGS = 3, /* key, seconds, SQL; what follows is bound */
  ENT_PATIENCE_MS = 10000,
  ENT_CACHED_DEPTH = 16, /* of values whose SQL asks for others */
  ENT_KEY_SHOWN = 64,    /* bytes of a key in a message */
};

/* One call. */
typedef struct cached_call {
  ent_session *session;
  const char *pool;
  const char *key;
  size_t key_size;
  int64_t ttl_ms;
  const char *sql;
  int sql_size;
  sqlite3_value **values; /* n_values, for its placeholders */
  int n_values;
} cached_call;

/* A value whose SQL is running. */
typedef struct ent_computing {
  struct ent_computing *outer;
  const ent_shared *shared;
  const char *key;
  size_t key_size;
} ent_computing;

static ent_status take_args(cached_call *call, int argc, sqlite3_value **argv,
                            ent_error *err) {
  int size = 0;
  ent_status status;

  call->pool = "default";
  if (argc && sqlite3_value_pointer(argv[0], ENT_POOL_POINTER)) {
    call->pool = sqlite3_value_pointer(argv[0], ENT_POOL_POINTER);
    argc--, argv++;
  }
  if (argc < ENT_CACHED_ARGS) {
    return ent_fail(err, ENT_CONFIG,
                    "the arguments are [pool('name'),] key, seconds, SQL and "
                    "the values for its placeholders");
  }
  status = ent_call_text(argv[0], "key", &call->key, &size, err);
  call->key_size = (size_t)size;
  if (!status) status = ent_call_seconds(argv[1], &call->ttl_ms, err);
  if (!status) {
    status = ent_call_text(argv[2], "SQL", &call->sql, &call->sql_size, err);
  }
  call->values = argv + ENT_CACHED_ARGS;
  call->n_values = argc - ENT_CACHED_ARGS;
  return status;
}

/* What SQLite could not do, in its words. */
static ent_status sqlite_fail(sqlite3 *db, int rc, ent_error *err) {
  ent_status status;

  switch (rc & 0xff) {
  case SQLITE_NOMEM: return ent_fail_nomem(err);
  case SQLITE_INTERRUPT: status = ENT_INTERRUPTED; break;
  case SQLITE_BUSY:
  case SQLITE_LOCKED: status = ENT_BUSY; break;
  case SQLITE_CANTOPEN: status = ENT_UNAVAILABLE; break;
  case SQLITE_IOERR: status = ENT_ABORTED; break;
  case SQLITE_TOOBIG: status = ENT_TOO_BIG; break;
  case SQLITE_MISMATCH: status = ENT_MISMATCH; break;
  default: status = ENT_REJECTED; break;
  }
  return ent_fail(err, status, "%s", sqlite3_errmsg(db));
}

/* Whether a statement is one that a value can be had of. */
static ent_status check_statement(const cached_call *call, sqlite3_stmt *stmt,
                                  const char *tail, ent_error *err) {
  const char *end = call->sql + call->sql_size;
  int n_placeholders = sqlite3_bind_parameter_count(stmt);

  if (!stmt) return ent_fail(err, ENT_CONFIG, "there is no statement");
  if (tail + strspn(tail, " \t\r\n;") < end) {
    return ent_fail(err, ENT_CONFIG, "one statement makes a value");
  }
  if (sqlite3_column_count(stmt) != 1) {
    return ent_fail(err, ENT_CONFIG,
                    "a statement with one column makes a value, this one has "
                    "%d",
                    sqlite3_column_count(stmt));
  }
  if (!sqlite3_stmt_readonly(stmt)) {
    return ent_fail(err, ENT_CONFIG, "a statement that writes makes no value");
  }
  if (n_placeholders == call->n_values) return ENT_OK;
  return ent_fail(err, ENT_CONFIG, "%d placeholders and %d values",
                  n_placeholders, call->n_values);
}

static ent_status prepare(const cached_call *call, sqlite3_stmt **stmt,
                          ent_error *err) {
  sqlite3 *db = call->session->db;
  const char *tail = NULL;
  int rc = sqlite3_prepare_v2(db, call->sql, call->sql_size, stmt, &tail);
  ent_status status =
      rc ? sqlite_fail(db, rc, err) : check_statement(call, *stmt, tail, err);

  for (int i = 0; !status && i < call->n_values; i++) {
    rc = sqlite3_bind_value(*stmt, i + 1, call->values[i]);
    if (rc) status = sqlite_fail(db, rc, err);
  }
  return status;
}

/* Makes the value of a statement's first row the function's, and `row`. */
static ent_status take_value(const cached_call *call, sqlite3_stmt *stmt,
                             sqlite3_context *context, ent_buf *row,
                             ent_error *err) {
  ent_value value = {.kind = ENT_NULL};
  int rc = sqlite3_step(stmt);
  ent_status status = ENT_OK;

  if (rc == SQLITE_ROW) {
    sqlite3_value *found = sqlite3_column_value(stmt, 0);

    status = ent_value_borrow(found, &value, err);
    if (!status) sqlite3_result_value(context, found);
  } else if (rc != SQLITE_DONE) {
    status = sqlite_fail(call->session->db, rc, err);
  }
  if (!status) ent_value_pack(&value, row);
  return status;
}

/* Runs the SQL. */
static ent_status compute(const cached_call *call, const ent_shared *shared,
                          sqlite3_context *context, ent_buf *row,
                          ent_error *err) {
  ent_session *session = call->session;
  ent_computing computing = {session->computing, shared, call->key,
                             call->key_size};
  sqlite3_stmt *stmt = NULL;
  ent_status status;

  session->computing = &computing;
  status = prepare(call, &stmt, err);
  if (!status) status = take_value(call, stmt, context, row, err);
  sqlite3_finalize(stmt);
  session->computing = computing.outer;
  return status;
}

/* Whether the SQL of a value may ask for this one: for its own it would wait
 * for itself. */
static ent_status check_nesting(const cached_call *call,
                                const ent_shared *shared, ent_error *err) {
  int depth = 0;

  for (const ent_computing *c = call->session->computing; c; c = c->outer) {
    if (c->shared == shared && c->key_size == call->key_size &&
        memcmp(c->key, call->key, c->key_size) == 0) {
      return ent_fail(err, ENT_CONFIG, "its SQL asks for itself");
    }
    if (++depth == ENT_CACHED_DEPTH) {
      return ent_fail(err, ENT_UNSUPPORTED,
                      "more than %d values ask for each other",
                      (int)ENT_CACHED_DEPTH);
    }
  }
  return ENT_OK;
}

/* Whether what is computed here may be given to others: not what was never
 * committed, nor what is of an older state. */
static bool may_keep(const ent_session *session) {
  return session->cache && !session->holds && !session->transaction.n_begun &&
         sqlite3_txn_state(session->db, NULL) != SQLITE_TXN_WRITE;
}

static ent_status answer_kept(const cached_call *call, ent_shared *shared,
                              sqlite3_context *context, ent_buf *row,
                              ent_error *err) {
  ent_session *session = call->session;
  ent_deadline deadline = ent_session_deadline(session);
  int64_t half_ms = session->timeout_ms / 2;
  ent_shared_value value;
  ent_status status = ent_shared_value_begin(
      &value, shared, call->key, call->key_size,
      half_ms && half_ms < ENT_PATIENCE_MS ? half_ms : ENT_PATIENCE_MS,
      &deadline, err);

  ent_session_waited(session);
  if (status) return status;
  if (value.row) {
    ent_value kept = ent_row_value(value.row, 0);

    ent_value_result(&session->numerals, context, &kept);
  } else {
    status = compute(call, shared, context, row, err);
    if (!status && row->size) {
      ent_shared_value_store(&value, (const ent_row *)row->data, row->size,
                             call->ttl_ms);
    }
  }
  ent_shared_value_end(&value);
  return status;
}

/* The bytes of a key that a message has room for: whole characters. */
static int shown(const cached_call *call) {
  size_t n = call->key_size;

  if (n <= ENT_KEY_SHOWN) return (int)n;
  n = ENT_KEY_SHOWN;
  while (n && ((unsigned char)call->key[n] & 0xc0) == 0x80)
    n--;
  return (int)n;
}

static ent_status answer(const cached_call *call, sqlite3_context *context,
                         ent_error *err) {
  ent_shared *shared = NULL;
  ent_buf row;
  ent_status status =
      ent_session_find_shared(call->session, call->pool, &shared, err);

  if (status) return status;
  ent_buf_init(&row, ENT_SHARED_VALUE_MAX);
  status = check_nesting(call, shared, err);
  if (!status) {
    status = may_keep(call->session)
                 ? answer_kept(call, shared, context, &row, err)
                 : compute(call, shared, context, &row, err);
  }
  ent_buf_done(&row);
  ent_shared_close(shared);
  return ent_error_context(err, status, "'%.*s'", shown(call), call->key);
}

void ent_redis_cached_function(sqlite3_context *context, int argc,
                               sqlite3_value **argv) {
  cached_call call = {.session = sqlite3_user_data(context)};
  ent_error err = {.status = ENT_OK};
  ent_status status = take_args(&call, argc, argv, &err);

  if (!status) status = answer(&call, context, &err);
  if (!status) return;
  ent_error_context(&err, status, "redis_cached()");
  ent_report_function(context, ENT_PHASE_READ, &err);
}
