#include "backends/mysql/decision.h"

#include "backends/mysql/transaction.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_NO_SUCH_TABLE = 1146,
  ENT_DUPLICATE_ROW = 1062,
  ENT_LOCK_WAIT = 1205,
  ENT_DECISION_SQL = 512,
};

#define TABLE "_entable_xa"

/* MyISAM would keep what is rolled back. */
static const char create_sql[] =
    "CREATE TABLE IF NOT EXISTS " TABLE " ("
    "gtrid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
    "bqual VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
    "address VARBINARY(255) NOT NULL, "
    "made_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, "
    "blocked MEDIUMBLOB, "
    "PRIMARY KEY (gtrid, bqual)) ENGINE=InnoDB "
    "COMMENT='transactions of entable over several pools'";

bool ent_decision_is_table(const char *name) {
  return strcmp(name, TABLE) == 0;
}

/* What is done on a connection of its own. */
typedef struct task {
  ent_status (*run)(void *context, ent_mysql_connection *connection,
                    const ent_deadline *deadline, ent_error *err);
  void *context;
} task;

static ent_status run_once(ent_mysql_session *session, const task *what,
                           const ent_deadline *deadline, bool *is_lost,
                           ent_error *err) {
  ent_mysql_connection *connection;
  ent_status status =
      ent_mysql_pool_acquire(session->pool, deadline, &connection, err);

  *is_lost = false;
  if (status) return status;
  status = what->run(what->context, connection, deadline, err);
  *is_lost = !ent_mysql_connection_usable(connection);
  ent_mysql_pool_release(connection);
  return status;
}

/* An idle connection may have been closed meanwhile; every task here can be
 * done twice. */
static ent_status run(ent_mysql_session *session, const task *what,
                      const ent_deadline *deadline, ent_error *err) {
  ent_error first = {.status = ENT_OK};
  bool is_lost;
  ent_status status = run_once(session, what, deadline, &is_lost, &first);

  if (status == ENT_UNAVAILABLE && is_lost) {
    status = run_once(session, what, deadline, &is_lost, err);
  }
  if (status && err && err->status == ENT_OK) *err = first;
  return ent_error_context(err, status, "the record " TABLE " in pool %s",
                           session->name);
}

typedef struct addition {
  ent_value values[4];
} addition;

static ent_status insert(const addition *add, ent_mysql_connection *connection,
                         const ent_deadline *deadline, ent_error *err) {
  static const char sql[] =
      "INSERT INTO " TABLE
      " (gtrid, bqual, address, blocked) VALUES (?, ?, ?, ?)";
  ent_mysql_statement *statement;
  uint64_t n_rows;
  ent_status status = ent_mysql_connection_statement(
      connection, sql, sizeof(sql) - 1, deadline, &statement, err);

  if (!status) {
    status = ent_mysql_statement_execute(statement, add->values,
                                         ENT_COUNT(add->values), deadline, err);
  }
  return status ? status
                : ent_mysql_statement_finish(statement, deadline, &n_rows, err);
}

static ent_status add_row(void *context, ent_mysql_connection *connection,
                          const ent_deadline *deadline, ent_error *err) {
  ent_error why = {.status = ENT_OK};
  ent_status status = insert(context, connection, deadline, &why);

  if (why.native == ENT_NO_SUCH_TABLE) {
    status = ent_mysql_client_exec(ent_mysql_connection_client(connection),
                                   create_sql, deadline, err);
    return status ? status : insert(context, connection, deadline, err);
  }
  /* The try before was done, and its answer lost. */
  if (why.native == ENT_DUPLICATE_ROW) return ENT_OK;
  if (status && err && err->status == ENT_OK) *err = why;
  return status;
}

static size_t shown_size(const char *address) {
  size_t size = strlen(address);

  return size < ENT_DECISION_ADDRESS ? size : ENT_DECISION_ADDRESS - 1;
}

bool ent_decision_is_at(const ent_decision_row *row, const char *address) {
  size_t size = shown_size(address);

  return strlen(row->address) == size &&
         memcmp(row->address, address, size) == 0;
}

ent_status ent_decision_add(ent_mysql_session *recorder,
                            const ent_mysql_xid *xid, const char *address,
                            const char *blocked, const ent_deadline *deadline,
                            ent_error *err) {
  addition add = {{
      ent_value_bytes(ENT_TEXT, xid->gtrid, strlen(xid->gtrid)),
      ent_value_bytes(ENT_TEXT, xid->bqual, strlen(xid->bqual)),
      ent_value_bytes(ENT_BLOB, address, shown_size(address)),
      ent_value_bytes(ENT_BLOB, blocked, strlen(blocked)),
  }};

  return run(recorder, &(task){add_row, &add}, deadline, err);
}

ent_status ent_decision_make(ent_mysql_session *recorder,
                             const ent_deadline *deadline, ent_error *err) {
  char sql[ENT_DECISION_SQL];
  ent_status status;

  snprintf(sql, sizeof(sql),
           "INSERT INTO " TABLE
           " (gtrid, bqual, address) VALUES ('%s', '', '')",
           recorder->xa->gtrid);
  status =
      ent_mysql_transaction_record(recorder->transaction, sql, deadline, err);
  return ent_error_context(err, status, "the record " TABLE " in pool %s",
                           recorder->name);
}

/* The decision comes first, by its bqual. */
static ent_status take_row(void *context, const char *const *values,
                           const unsigned long *sizes, unsigned n,
                           ent_error *err) {
  ent_decision_row *row = context;
  size_t size;

  if (n < 3 || !values[0] || !values[1] || !values[2]) {
    return ent_fail(err, ENT_PROTOCOL, "a row without values");
  }
  if (sizes[0] == 0) {
    row->decision = ENT_DECISION_COMMIT;
  } else if (row->decision == ENT_DECISION_NONE) {
    row->decision = ENT_DECISION_ROLL_BACK;
  }
  row->age_s = strtoll(values[1], NULL, 10);
  size = sizes[2] < sizeof(row->address) ? sizes[2] : 0;
  memcpy(row->address, values[2], size);
  row->address[size] = '\0';
  return ENT_OK;
}

typedef struct looking {
  const char *sql;
  ent_decision_row *row;
} looking;

static ent_status look(void *context, ent_mysql_connection *connection,
                       const ent_deadline *deadline, ent_error *err) {
  const looking *l = context;
  ent_mysql_client *client = ent_mysql_connection_client(connection);
  ent_error why = {.status = ENT_OK};
  ent_status status;

  *l->row = (ent_decision_row){.decision = ENT_DECISION_NONE};
  ent_mysql_connection_soil(connection);
  status = ent_mysql_client_exec(
      client, "SET SESSION innodb_lock_wait_timeout = 1", deadline, err);
  if (status) return status;
  status =
      ent_mysql_client_read(client, l->sql, deadline, take_row, l->row, &why);
  if (why.native == ENT_NO_SUCH_TABLE) return ENT_OK;
  if (why.native == ENT_LOCK_WAIT) {
    l->row->decision = ENT_DECISION_OPEN;
    return ENT_OK;
  }
  if (status && err && err->status == ENT_OK) *err = why;
  return status;
}

ent_status ent_decision_look(ent_mysql_session *recorder,
                             const ent_mysql_xid *xid,
                             const ent_deadline *deadline,
                             ent_decision_row *row, ent_error *err) {
  char sql[ENT_DECISION_SQL];
  looking l = {.sql = sql, .row = row};

  snprintf(sql, sizeof(sql),
           "SELECT bqual, TIMESTAMPDIFF(SECOND, made_at, NOW()), address "
           "FROM " TABLE " WHERE gtrid = '%s' AND bqual IN ('', '%s') "
           "ORDER BY bqual LOCK IN SHARE MODE",
           xid->gtrid, xid->bqual);
  return run(recorder, &(task){look, &l}, deadline, err);
}

typedef struct asking {
  const char *sql;
  ent_arena *arena;
  const char *blocked;
} asking;

static ent_status take_blocked(void *context, const char *const *values,
                               const unsigned long *sizes, unsigned n,
                               ent_error *err) {
  asking *a = context;

  if (n < 1 || !values[0]) return ENT_OK;
  a->blocked = ent_arena_copy(a->arena, values[0], sizes[0]);
  return a->blocked ? ENT_OK : ent_fail_nomem(err);
}

static ent_status ask_blocked(void *context, ent_mysql_connection *connection,
                              const ent_deadline *deadline, ent_error *err) {
  asking *a = context;

  return ent_mysql_client_read(ent_mysql_connection_client(connection), a->sql,
                               deadline, take_blocked, a, err);
}

ent_status ent_decision_blocked(ent_mysql_session *recorder,
                                const ent_mysql_xid *xid, ent_arena *arena,
                                const ent_deadline *deadline,
                                const char **blocked, ent_error *err) {
  char sql[ENT_DECISION_SQL];
  asking a = {.sql = sql, .arena = arena, .blocked = ""};
  ent_status status;

  snprintf(sql, sizeof(sql),
           "SELECT blocked FROM " TABLE " WHERE gtrid = '%s' AND bqual = '%s'",
           xid->gtrid, xid->bqual);
  status = run(recorder, &(task){ask_blocked, &a}, deadline, err);
  if (!status) *blocked = a.blocked;
  return status;
}

/* What is to be removed; without a bqual all of the transaction. */
typedef struct removal {
  const char *gtrid;
  const char *bqual;
} removal;

static ent_status remove_all(const removal *r, ent_mysql_client *client,
                             const ent_deadline *deadline, ent_error *err) {
  char sql[ENT_DECISION_SQL];

  snprintf(sql, sizeof(sql), "DELETE FROM " TABLE " WHERE gtrid = '%s'",
           r->gtrid);
  return ent_mysql_client_exec(client, sql, deadline, err);
}

static ent_status remove_one(const removal *r, ent_mysql_client *client,
                             const ent_deadline *deadline, ent_error *err) {
  char sql[ENT_DECISION_SQL];
  ent_status status;

  snprintf(sql, sizeof(sql),
           "DELETE FROM " TABLE " WHERE gtrid = '%s' AND bqual = '%s'",
           r->gtrid, r->bqual);
  status = ent_mysql_client_exec(client, sql, deadline, err);
  if (status) return status;
  snprintf(sql, sizeof(sql),
           "DELETE d FROM " TABLE " d LEFT JOIN " TABLE
           " b ON b.gtrid = d.gtrid AND b.bqual <> ''"
           " WHERE d.gtrid = '%s' AND d.bqual = '' AND b.gtrid IS NULL",
           r->gtrid);
  return ent_mysql_client_exec(client, sql, deadline, err);
}

static ent_status remove_rows(void *context, ent_mysql_connection *connection,
                              const ent_deadline *deadline, ent_error *err) {
  ent_mysql_client *client = ent_mysql_connection_client(connection);
  const removal *r = context;
  ent_status status;

  if (!r->bqual) return remove_all(r, client, deadline, err);
  status = ent_mysql_client_exec(client, "START TRANSACTION", deadline, err);
  if (!status) status = remove_one(r, client, deadline, err);
  if (!status) status = ent_mysql_client_exec(client, "COMMIT", deadline, err);
  if (status) ent_mysql_connection_spoil(connection);
  return status;
}

ent_status ent_decision_remove(ent_mysql_session *recorder, const char *gtrid,
                               const char *bqual, const ent_deadline *deadline,
                               ent_error *err) {
  removal r = {.gtrid = gtrid, .bqual = bqual};

  return run(recorder, &(task){remove_rows, &r}, deadline, err);
}

typedef struct old_rows {
  ent_arena *arena;
  const char *address;
  ent_mysql_xid_list *list;
} old_rows;

static ent_status take_old(void *context, const char *const *values,
                           const unsigned long *sizes, unsigned n,
                           ent_error *err) {
  const old_rows *old = context;
  ent_mysql_xid xid;

  if (n < 3 ||
      !ent_mysql_xid_take(&xid, values[0], sizes[0], values[1], sizes[1])) {
    return ENT_OK;
  }
  if (sizes[2] != shown_size(old->address) ||
      memcmp(values[2], old->address, sizes[2]) != 0) {
    return ENT_OK;
  }
  return ent_mysql_xid_append(old->arena, old->list, &xid, err);
}

static ent_status list_old(void *context, ent_mysql_connection *connection,
                           const ent_deadline *deadline, ent_error *err) {
  static const char sql[] =
      "SELECT gtrid, bqual, address FROM " TABLE
      " WHERE bqual <> '' AND made_at < NOW() - INTERVAL 1 HOUR";
  old_rows *old = context;
  ent_error why = {.status = ENT_OK};
  ent_status status;

  *old->list = (ent_mysql_xid_list){.n = 0};
  status = ent_mysql_client_read(ent_mysql_connection_client(connection), sql,
                                 deadline, take_old, old, &why);
  if (why.native == ENT_NO_SUCH_TABLE) return ENT_OK;
  if (status && err && err->status == ENT_OK) *err = why;
  return status;
}

ent_status ent_decision_list_old(ent_mysql_session *recorder,
                                 const char *address, ent_arena *arena,
                                 const ent_deadline *deadline,
                                 ent_mysql_xid_list *list, ent_error *err) {
  old_rows old = {.arena = arena, .address = address, .list = list};

  return run(recorder, &(task){list_old, &old}, deadline, err);
}
