#include "backends/mysql/exec.h"

#include "backends/mysql/code.h"
#include "backends/mysql/keyword.h"
#include "backends/mysql/reach.h"
#include "backends/mysql/replica.h"
#include "backends/mysql/transaction.h"
#include "backends/mysql/writer.h"

#include <stdlib.h>
#include <string.h>

enum { ENT_CANNOT_PREPARE = 1295 };

struct ent_mysql_exec {
  ent_mysql_session *session;
  bool joins;
  ent_mysql_nature nature;
  ent_mysql_connection *connection; /* the transaction's, or its own */
  ent_mysql_statement *statement;   /* the connection's; NULL: it can only be
                                       sent as text */
  char *sql;
  bool is_unknown; /* what became of it */
};

static ent_status refuse(const ent_mysql_exec *exec, ent_error *err) {
  if (exec->nature == ENT_NATURE_READS) {
    return ent_fail(err, ENT_UNSUPPORTED,
                    "the statement only reads; use mysql_query()");
  }
  if (exec->joins && exec->nature == ENT_NATURE_OTHER) {
    return ent_fail(
        err, ENT_UNSUPPORTED,
        "inside a transaction only INSERT, UPDATE, DELETE, REPLACE, "
        "WITH, CALL, DO and LOAD can be run: the server would "
        "commit, or lose what it keeps; COMMIT first");
  }
  return ENT_OK;
}

static ent_status prepare(ent_mysql_exec *exec, size_t size,
                          const ent_deadline *deadline, ent_error *err) {
  ent_error refused = {.status = ENT_OK};
  ent_status status = ent_mysql_connection_statement(
      exec->connection, exec->sql, size, deadline, &exec->statement, &refused);

  if (status && refused.native == ENT_CANNOT_PREPARE) return ENT_OK;
  if (status && err && err->status == ENT_OK) *err = refused;
  return status;
}

/* An idle connection may have been closed meanwhile; nothing was run yet. */
static ent_status prepare_alone(ent_mysql_exec *exec, size_t size,
                                const ent_deadline *deadline, ent_error *err) {
  ent_mysql_pool *pool = exec->session->pool;
  ent_error first = {.status = ENT_OK};
  ent_status status =
      ent_mysql_pool_acquire(pool, deadline, &exec->connection, err);

  if (status) return status;
  status = prepare(exec, size, deadline, &first);
  if (status == ENT_UNAVAILABLE) {
    ent_mysql_pool_release(exec->connection);
    exec->connection = NULL;
    status = ent_mysql_pool_acquire(pool, deadline, &exec->connection, err);
    return status ? status : prepare(exec, size, deadline, err);
  }
  if (status && err && err->status == ENT_OK) *err = first;
  return status;
}

static ent_status prepare_joined(ent_mysql_exec *exec, size_t size,
                                 const ent_deadline *deadline, ent_error *err) {
  ent_mysql_transaction *transaction = exec->session->transaction;
  ent_status status =
      ent_mysql_writer_flush(exec->session->writer, deadline, err);

  if (!status) {
    status = ent_mysql_transaction_writes(transaction, deadline,
                                          &exec->connection, err);
  }
  if (status) return status;
  if (exec->nature == ENT_NATURE_CALLS) {
    ent_mysql_transaction_keep_apart(transaction);
  }
  status = prepare(exec, size, deadline, err);
  return status ? ent_mysql_transaction_ran(transaction, status, err) : ENT_OK;
}

ent_status ent_mysql_exec_open(ent_mysql_session *session, const char *sql,
                               size_t size, bool joins,
                               const ent_deadline *deadline,
                               ent_mysql_exec **out, ent_error *err) {
  ent_mysql_exec *exec = calloc(1, sizeof(*exec));
  ent_status status;

  if (!exec) return ent_fail_nomem(err);
  exec->session = session;
  exec->joins = joins;
  exec->nature = ent_mysql_nature_of(sql, size);
  exec->sql = malloc(size + 1);
  status = exec->sql ? refuse(exec, err) : ent_fail_nomem(err);
  if (!status) {
    memcpy(exec->sql, sql, size);
    exec->sql[size] = '\0';
    status = joins ? prepare_joined(exec, size, deadline, err)
                   : prepare_alone(exec, size, deadline, err);
  }
  if (status) {
    ent_mysql_exec_close(exec);
    return status;
  }
  *out = exec;
  return ENT_OK;
}

size_t ent_mysql_exec_n_params(const ent_mysql_exec *exec) {
  return exec->statement ? ent_mysql_statement_n_params(exec->statement) : 0;
}

static ent_status run_text(const ent_mysql_exec *exec, size_t n_params,
                           const ent_deadline *deadline, uint64_t *n_rows,
                           ent_error *err) {
  ent_mysql_client *client = ent_mysql_connection_client(exec->connection);
  ent_status status;

  if (n_params) {
    return ent_fail(err, ENT_REJECTED, "the statement takes no values");
  }
  status = ent_mysql_client_exec(client, exec->sql, deadline, err);
  if (!status) *n_rows = ent_mysql_client_affected(client);
  return status;
}

static ent_status run(const ent_mysql_exec *exec, const ent_value *params,
                      size_t n_params, const ent_deadline *deadline,
                      uint64_t *n_rows, ent_error *err) {
  ent_status status;

  if (!exec->statement) return run_text(exec, n_params, deadline, n_rows, err);
  status = ent_mysql_statement_execute(exec->statement, params, n_params,
                                       deadline, err);
  return status ? status
                : ent_mysql_statement_finish(exec->statement, deadline, n_rows,
                                             err);
}

/* A procedure may have committed. */
static ent_status check_transaction(const ent_mysql_exec *exec,
                                    ent_error *err) {
  ent_error why = {.status = ENT_OK};

  if (exec->nature != ENT_NATURE_CALLS ||
      ent_mysql_client_in_transaction(
          ent_mysql_connection_client(exec->connection))) {
    return ENT_OK;
  }
  ent_fail(&why, ENT_REJECTED,
           "the statement has ended the transaction on the server; what was "
           "written before it is committed");
  ent_mysql_transaction_doom(exec->session->transaction, 0, &why);
  if (err && err->status == ENT_OK) *err = why;
  return why.status;
}

ent_status ent_mysql_exec_run(ent_mysql_exec *exec, const ent_value *params,
                              size_t n_params, const ent_deadline *deadline,
                              uint64_t *n_rows, ent_error *err) {
  ent_error why = {.status = ENT_OK};
  ent_status status = run(exec, params, n_params, deadline, n_rows, &why);

  if (status) {
    exec->is_unknown = !ent_mysql_connection_usable(exec->connection) &&
                       ent_mysql_code_is_unknown((unsigned)why.native);
    if (err && err->status == ENT_OK) *err = why;
  }
  /* Foreign keys, triggers and routines are made by such. */
  if (exec->nature == ENT_NATURE_OTHER) ent_mysql_reach_forget();
  if (exec->nature == ENT_NATURE_CALLS) {
    ent_mysql_reach_called(exec->session, exec->sql);
  }
  if (!exec->joins) return status;
  if (!status) status = check_transaction(exec, err);
  return ent_mysql_transaction_ran(exec->session->transaction, status, err);
}

bool ent_mysql_exec_may_commit(const ent_mysql_exec *exec) {
  return exec->joins && exec->nature == ENT_NATURE_CALLS;
}

bool ent_mysql_exec_is_unknown(const ent_mysql_exec *exec) {
  return exec && exec->is_unknown;
}

/* What a statement other than the plain ones has done to the session meets
 * nobody else. */
void ent_mysql_exec_close(ent_mysql_exec *exec) {
  if (!exec) return;
  if (!exec->joins && exec->connection) {
    ent_mysql_replica_wrote(exec->session, exec->connection);
    if (exec->nature != ENT_NATURE_WRITES) {
      ent_mysql_connection_soil(exec->connection);
    }
    ent_mysql_pool_release(exec->connection);
  }
  free(exec->sql);
  free(exec);
}
