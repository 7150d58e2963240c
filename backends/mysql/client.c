#include "backends/mysql/client.h"

#include "backends/mysql/call.h"
#include "backends/mysql/tls.h"

#include <fcntl.h>
#include <mysql.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ENT_CONNECT_MS = 10000 }; /* unless the address says otherwise */

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

static void start_library(void) {
  mysql_library_init(0, NULL, NULL);
}

static int resume_connect(ent_mysql_call *call, int events) {
  MYSQL *connected = NULL;
  int wait_for = mysql_real_connect_cont(&connected, call->mysql, events);

  call->failed = !connected;
  return wait_for;
}

/* The library takes every option as a pointer to an object. */
static const void *wait_function(void) {
  int (*wait)(int, char, int) = ent_mysql_call_wait;
  const void *function;

  memcpy(&function, &wait, sizeof(function));
  return function;
}

/* What holds for every connection, before it is one. */
static void set_options(ent_mysql_client *client, int64_t connect_ms) {
  unsigned connect_s = (unsigned)(connect_ms / 1000 + 1);
  unsigned off = 0;
  unsigned protocol =
      client->address->socket ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;

  /* Else "localhost" would mean a socket, whatever the port. */
  mysql_options(client->mysql, MYSQL_OPT_PROTOCOL, &protocol);
  mysql_options(client->mysql, MYSQL_OPT_NONBLOCK, NULL);
  mysql_options(client->mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
  mysql_options(client->mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options(client->mysql, MYSQL_OPT_LOCAL_INFILE, &off);
  mysql_options(client->mysql, MARIADB_OPT_IO_WAIT, wait_function());
}

/* The sooner of the caller's deadline and the address's own time-out. */
static ent_deadline connect_deadline(const ent_address *address,
                                     const ent_deadline *deadline) {
  int64_t own = address->connect_timeout_ms ? address->connect_timeout_ms
                                            : ENT_CONNECT_MS;
  ent_deadline sooner = *deadline;

  own += ent_now_ms();
  if (own < sooner.until_ms) sooner.until_ms = own;
  return sooner;
}

static ent_status connect_now(ent_mysql_client *client,
                              const ent_deadline *deadline, ent_error *err) {
  const ent_address *to = client->address;
  ent_deadline sooner = connect_deadline(to, deadline);
  ent_mysql_call call = {.mysql = client->mysql, .resume = resume_connect};
  MYSQL *connected = NULL;
  ent_status status;
  int wait_for;

  set_options(client, sooner.until_ms - ent_now_ms());
  status = ent_mysql_tls_prepare(client->mysql, to, err);
  if (status) return status;
  wait_for = mysql_real_connect_start(
      &connected, client->mysql, to->socket ? NULL : to->host, to->user,
      to->password, to->database, to->socket ? 0 : (unsigned)to->port,
      to->socket, CLIENT_REMEMBER_OPTIONS);
  call.failed = !connected;
  status = ent_mysql_call_finish(client, &call, wait_for, &sooner, err);
  if (status) return status;
  if (call.failed) {
    ent_status failed = ent_mysql_call_fail(client, err);

    /* Whatever the reason, there is no server to talk to. */
    if (err && failed == ENT_REJECTED) err->status = ENT_UNAVAILABLE;
    return failed == ENT_REJECTED ? ENT_UNAVAILABLE : failed;
  }
  client->connected = true;
  client->socket = mysql_get_socket(client->mysql);
  client->asks_us = !mysql_get_ssl_cipher(client->mysql);
  ent_mysql_wire_init(client);
  return ent_mysql_tls_check(client->mysql, to, err);
}

ent_status ent_mysql_client_open(const ent_address *address,
                                 const ent_deadline *deadline,
                                 ent_mysql_client **out, ent_error *err) {
  ent_mysql_client *client = calloc(1, sizeof(*client));
  ent_status status;

  if (!client) return ent_fail_nomem(err);
  pthread_once(&library_once, start_library);
  client->address = address;
  client->mysql = mysql_init(NULL);
  if (!client->mysql) {
    free(client);
    return ent_fail_nomem(err);
  }
  status = connect_now(client, deadline, err);
  if (status) {
    ent_mysql_client_close(client);
    return status;
  }
  *out = client;
  return ENT_OK;
}

void ent_mysql_client_close(ent_mysql_client *client) {
  if (!client) return;
  mysql_close(client->mysql);
  ent_mysql_wire_done(client);
  free(client);
}

void ent_mysql_client_abandon(ent_mysql_client *client) {
  int nowhere;

  if (!client) return;
  /* mysql_close() would say good-bye on the parent's connection. */
  nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nowhere >= 0) {
    dup2(nowhere, mysql_get_socket(client->mysql));
    close(nowhere);
  }
  mysql_close(client->mysql);
  ent_mysql_wire_done(client);
  free(client);
}

bool ent_mysql_client_usable(const ent_mysql_client *client) {
  return client->connected && !client->lost && !client->begun.stmt;
}

bool ent_mysql_client_is_quiet(const ent_mysql_client *client) {
  return ent_mysql_client_usable(client) && !client->has_rows;
}

bool ent_mysql_client_idle(const ent_mysql_client *client) {
  ent_deadline now = {.until_ms = INT64_MAX};
  int ready = 0;

  if (!ent_mysql_client_usable(client)) return false;
  return !ent_wait(mysql_get_socket(client->mysql), ENT_WAIT_READ, 0, &now,
                   &ready, NULL) &&
         ready == 0;
}

const char *ent_mysql_client_version(const ent_mysql_client *client) {
  return mysql_get_server_info(client->mysql);
}

/* What the server tells of its session with an answer: names and values. */
static void note_position(ent_mysql_client *client) {
  const char *text;
  size_t size;
  int end;

  if (!(ent_mysql_call_status(client) & SERVER_SESSION_STATE_CHANGED)) return;
  end = mysql_session_track_get_first(
      client->mysql, SESSION_TRACK_SYSTEM_VARIABLES, &text, &size);
  while (!end) {
    bool is_it = size == 9 && memcmp(text, "last_gtid", 9) == 0;

    end = mysql_session_track_get_next(
        client->mysql, SESSION_TRACK_SYSTEM_VARIABLES, &text, &size);
    if (end || !is_it || size >= sizeof(client->position)) continue;
    memcpy(client->position, text, size);
    client->position[size] = '\0';
  }
}

static int resume_query(ent_mysql_call *call, int events) {
  return mysql_real_query_cont(&call->result, call->mysql, events);
}

ent_status ent_mysql_client_exec(ent_mysql_client *client, const char *sql,
                                 const ent_deadline *deadline, ent_error *err) {
  ent_mysql_call call = {.mysql = client->mysql, .resume = resume_query};
  int wait_for = mysql_real_query_start(&call.result, client->mysql, sql,
                                        (unsigned long)strlen(sql));
  ent_status status =
      ent_mysql_call_finish(client, &call, wait_for, deadline, err);

  if (status) return status;
  if (call.result) return ent_mysql_call_fail(client, err);
  note_position(client);
  client->is_unsure = false;
  return ENT_OK;
}

typedef struct stored {
  ent_mysql_call call; /* must be first */
  MYSQL_RES *rows;
} stored;

static int resume_store(ent_mysql_call *call, int events) {
  stored *result = (stored *)call;
  int wait_for = mysql_store_result_cont(&result->rows, call->mysql, events);

  call->result = !result->rows;
  return wait_for;
}

ent_status ent_mysql_client_read(
    ent_mysql_client *client, const char *sql, const ent_deadline *deadline,
    ent_status (*take)(void *context, const char *const *values,
                       const unsigned long *sizes, unsigned n, ent_error *err),
    void *context, ent_error *err) {
  stored result = {.call = {.mysql = client->mysql, .resume = resume_store}};
  ent_status status = ent_mysql_client_exec(client, sql, deadline, err);
  MYSQL_ROW row;
  int wait_for;

  if (status) return status;
  client->has_rows = true;
  wait_for = mysql_store_result_start(&result.rows, client->mysql);
  result.call.result = !result.rows;
  status = ent_mysql_call_finish(client, &result.call, wait_for, deadline, err);
  if (status) return status;
  client->has_rows = false;
  if (!result.rows) return ent_mysql_call_fail(client, err);
  while (!status && (row = mysql_fetch_row(result.rows)) != NULL) {
    status = take(context, (const char *const *)row,
                  mysql_fetch_lengths(result.rows),
                  mysql_num_fields(result.rows), err);
  }
  mysql_free_result(result.rows);
  return status;
}

static int resume_reset(ent_mysql_call *call, int events) {
  return mysql_reset_connection_cont(&call->result, call->mysql, events);
}

ent_status ent_mysql_client_reset(ent_mysql_client *client,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  ent_mysql_call call = {.mysql = client->mysql, .resume = resume_reset};
  int wait_for = mysql_reset_connection_start(&call.result, client->mysql);
  ent_status status =
      ent_mysql_call_finish(client, &call, wait_for, deadline, err);

  if (status) return status;
  return call.result ? ent_mysql_call_fail(client, err) : ENT_OK;
}

static int resume_select(ent_mysql_call *call, int events) {
  return mysql_select_db_cont(&call->result, call->mysql, events);
}

ent_status ent_mysql_client_return_home(ent_mysql_client *client,
                                        const ent_deadline *deadline,
                                        ent_error *err) {
  ent_mysql_call call = {.mysql = client->mysql, .resume = resume_select};
  ent_status status =
      ent_mysql_client_exec(client, "SET NAMES utf8mb4", deadline, err);
  int wait_for;

  if (status) return status;
  wait_for = mysql_select_db_start(&call.result, client->mysql,
                                   client->address->database);
  status = ent_mysql_call_finish(client, &call, wait_for, deadline, err);
  if (status) return status;
  return call.result ? ent_mysql_call_fail(client, err) : ENT_OK;
}

MYSQL_STMT *ent_mysql_client_new_stmt(ent_mysql_client *client) {
  return mysql_stmt_init(client->mysql);
}

static int resume_prepare(ent_mysql_call *call, int events) {
  return mysql_stmt_prepare_cont(&call->result, call->stmt, events);
}

ent_status ent_mysql_client_prepare(ent_mysql_client *client, MYSQL_STMT *stmt,
                                    const char *sql, size_t size,
                                    const ent_deadline *deadline,
                                    ent_error *err) {
  ent_mysql_call call = {
      .mysql = client->mysql, .stmt = stmt, .resume = resume_prepare};
  int wait_for =
      mysql_stmt_prepare_start(&call.result, stmt, sql, (unsigned long)size);
  ent_status status =
      ent_mysql_call_finish(client, &call, wait_for, deadline, err);

  if (status) return status;
  if (call.result) return ent_mysql_call_fail_stmt(client, stmt, err);
  if (mysql_stmt_field_count(stmt) > 0) client->is_unsure = true;
  return ENT_OK;
}

static int resume_execute(ent_mysql_call *call, int events) {
  return mysql_stmt_execute_cont(&call->result, call->stmt, events);
}

void ent_mysql_client_execute_begin(ent_mysql_client *client,
                                    MYSQL_STMT *stmt) {
  client->begun = (ent_mysql_call){
      .mysql = client->mysql, .stmt = stmt, .resume = resume_execute};
  client->begun_waits_for =
      mysql_stmt_execute_start(&client->begun.result, stmt);
}

/* What the result of an execution that has ended tells. */
static ent_status note_executed(ent_mysql_client *client,
                                const ent_mysql_call *call, ent_error *err) {
  if (call->result) return ent_mysql_call_fail_stmt(client, call->stmt, err);
  note_position(client);
  client->has_rows =
      mysql_stmt_field_count(call->stmt) > 0 &&
      !(ent_mysql_call_status(client) & SERVER_STATUS_CURSOR_EXISTS);
  if (!client->has_rows) client->is_unsure = false;
  return ENT_OK;
}

ent_status ent_mysql_client_execute_end(ent_mysql_client *client,
                                        const ent_deadline *deadline,
                                        ent_error *err) {
  ent_mysql_call call = client->begun;
  ent_status status;

  client->begun.stmt = NULL;
  status = ent_mysql_call_finish(client, &call, client->begun_waits_for,
                                 deadline, err);
  return status ? status : note_executed(client, &call, err);
}

ent_status ent_mysql_client_execute(ent_mysql_client *client, MYSQL_STMT *stmt,
                                    const ent_deadline *deadline,
                                    ent_error *err) {
  ent_mysql_call call = {
      .mysql = client->mysql, .stmt = stmt, .resume = resume_execute};
  ent_mysql_waiting waiting;
  ent_status status;

  if (!client->asks_us) {
    ent_mysql_client_execute_begin(client, stmt);
    return ent_mysql_client_execute_end(client, deadline, err);
  }
  ent_mysql_call_enter(&waiting, client, deadline);
  call.result = mysql_stmt_execute(stmt);
  status = ent_mysql_call_leave(&waiting, &call, err);
  return status ? status : note_executed(client, &call, err);
}

static ent_status fetch_one(ent_mysql_client *client, ent_mysql_call *call,
                            const ent_deadline *deadline, ent_error *err) {
  ent_mysql_waiting waiting;

  if (!client->asks_us) {
    int wait_for = mysql_stmt_fetch_start(&call->result, call->stmt);

    return ent_mysql_call_finish(client, call, wait_for, deadline, err);
  }
  ent_mysql_call_enter(&waiting, client, deadline);
  call->result = mysql_stmt_fetch(call->stmt);
  return ent_mysql_call_leave(&waiting, call, err);
}

ent_status ent_mysql_client_fetch(ent_mysql_client *client, MYSQL_STMT *stmt,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  ent_mysql_call call = {
      .mysql = client->mysql, .stmt = stmt, .resume = ent_mysql_call_fetch};
  ent_status status = fetch_one(client, &call, deadline, err);

  if (status) return status;
  if (call.result == 0 || call.result == MYSQL_DATA_TRUNCATED) return ENT_OK;
  client->has_rows = false;
  if (call.result != MYSQL_NO_DATA) {
    return ent_mysql_call_fail_stmt(client, stmt, err);
  }
  client->is_unsure = false;
  return ENT_DONE;
}

void ent_mysql_client_drop_rows(ent_mysql_client *client) {
  if (client->has_rows) ent_mysql_client_cut(client);
}

static int resume_next(ent_mysql_call *call, int events) {
  return mysql_stmt_next_result_cont(&call->result, call->stmt, events);
}

ent_status ent_mysql_client_next_result(ent_mysql_client *client,
                                        MYSQL_STMT *stmt,
                                        const ent_deadline *deadline,
                                        ent_error *err) {
  ent_mysql_call call = {
      .mysql = client->mysql, .stmt = stmt, .resume = resume_next};
  int wait_for = mysql_stmt_next_result_start(&call.result, stmt);
  ent_status status =
      ent_mysql_call_finish(client, &call, wait_for, deadline, err);

  if (status) return status;
  if (call.result > 0) return ent_mysql_call_fail_stmt(client, stmt, err);
  return call.result < 0 ? ENT_DONE : ENT_OK;
}

uint64_t ent_mysql_client_affected(const ent_mysql_client *client) {
  uint64_t n = mysql_affected_rows(client->mysql);

  return n == UINT64_MAX ? 0 : n;
}

void ent_mysql_client_on_column(MYSQL_STMT *stmt,
                                void (*take)(void *context, unsigned column,
                                             unsigned char **at),
                                void *context) {
  const void *function;

  /* The library takes every attribute as a pointer to an object. */
  memcpy(&function, &take, sizeof(function));
  mysql_stmt_attr_set(stmt, STMT_ATTR_CB_USER_DATA, context);
  mysql_stmt_attr_set(stmt, STMT_ATTR_CB_RESULT, function);
}

const MYSQL_FIELD *ent_mysql_client_fields(MYSQL_STMT *stmt) {
  return mariadb_stmt_fetch_fields(stmt);
}

uint32_t ent_mysql_client_stmt_id(const MYSQL_STMT *stmt) {
  return (uint32_t)stmt->stmt_id;
}

void ent_mysql_client_close_stmt(MYSQL_STMT *stmt) {
  if (stmt) mysql_stmt_close(stmt);
}

bool ent_mysql_client_in_transaction(const ent_mysql_client *client) {
  return (ent_mysql_call_status(client) & SERVER_STATUS_IN_TRANS) != 0;
}

bool ent_mysql_client_is_unsure(const ent_mysql_client *client) {
  return client->is_unsure;
}

ent_status ent_mysql_client_track(ent_mysql_client *client,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  /* Without a log there are no positions: an error, too. */
  return ent_mysql_client_exec(
      client,
      "SET SESSION session_track_system_variables = "
      "IF(@@log_bin, 'last_gtid', 'entable_has_no_log')",
      deadline, err);
}

const char *ent_mysql_client_position(const ent_mysql_client *client) {
  return client->position;
}

bool ent_mysql_client_has_arrays(const ent_mysql_client *client) {
  unsigned long capabilities = 0;

  return !mariadb_get_infov(client->mysql,
                            MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES,
                            &capabilities) &&
         (capabilities & MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32) != 0;
}

void ent_mysql_client_point_param(MYSQL_STMT *stmt, size_t i, const char *bytes,
                                  size_t size) {
  MYSQL_BIND *bind = &stmt->params[i];

  memcpy(&bind->buffer, &bytes, sizeof(bind->buffer));
  bind->buffer_length = size;
}

void ent_mysql_client_set_rows(MYSQL_STMT *stmt, unsigned n_rows) {
  mysql_stmt_attr_set(stmt, STMT_ATTR_ARRAY_SIZE, &n_rows);
}
