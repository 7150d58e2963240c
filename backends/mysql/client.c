#include "backends/mysql/client.h"

#include "backends/mysql/code.h"
#include "backends/mysql/tls.h"

#include <errmsg.h>
#include <fcntl.h>
#include <mysql.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
  ENT_KILL_MS = 2000,      /* what ending a statement on the server may take */
  ENT_ABANDON_STEPS = 100, /* a shut socket ends any call in a few */
  ENT_CONNECT_MS = 10000,  /* unless the address says otherwise */
};

/* A call under way: libmariadb's pairs of ..._start and ..._cont, made one. */
typedef struct client_call {
  int result;
  bool failed; /* as its own result says; set by `resume` */
  MYSQL *mysql;
  MYSQL_STMT *stmt;
  int (*resume)(struct client_call *call, int events);
} client_call;

struct ent_mysql_client {
  MYSQL *mysql;
  const ent_address *address;
  bool connected;
  bool lost;
  bool has_rows;     /* of a result, that are on their way here */
  bool gives_up;     /* a call under way: once is enough */
  client_call begun; /* an execution that was begun; its stmt is NULL if none */
  int begun_waits_for;
};

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

static void start_library(void) {
  mysql_library_init(0, NULL, NULL);
}

void ent_mysql_client_cut(ent_mysql_client *client) {
  client->lost = true;
  shutdown(mysql_get_socket(client->mysql), SHUT_RDWR);
}

static ent_status fail_with(ent_mysql_client *client, unsigned code,
                            const char *text, ent_error *err) {
  bool first = err && err->status == ENT_OK;
  ent_status status = ent_mysql_code_status(code, text);

  if (ent_mysql_code_is_loss(code) && client->connected) {
    ent_mysql_client_cut(client);
  }
  if (first) err->native = (int)code;
  return ent_fail(err, status, "%s (%u)", text, code);
}

static ent_status fail_mysql(ent_mysql_client *client, ent_error *err) {
  return fail_with(client, mysql_errno(client->mysql),
                   mysql_error(client->mysql), err);
}

/* A connection that breaks between two rows leaves no error on the statement,
 * only on the connection, and at times on neither: still never an end. */
static ent_status fail_stmt(ent_mysql_client *client, MYSQL_STMT *stmt,
                            ent_error *err) {
  if (mysql_stmt_errno(stmt)) {
    return fail_with(client, mysql_stmt_errno(stmt), mysql_stmt_error(stmt),
                     err);
  }
  if (mysql_errno(client->mysql)) return fail_mysql(client, err);
  return fail_with(client, CR_SERVER_LOST, "Lost connection to server", err);
}

/* Ends what the server is doing for this connection.  False where it could not
 * be told; closing the socket ends it a little later. */
static bool kill_query(ent_mysql_client *client) {
  ent_deadline deadline = ent_deadline_in(ENT_KILL_MS);
  ent_mysql_client *killer;
  bool done;
  char sql[64];

  snprintf(sql, sizeof(sql), "KILL QUERY %lu", mysql_thread_id(client->mysql));
  if (ent_mysql_client_open(client->address, &deadline, &killer, NULL)) {
    return false;
  }
  /* Refused, the statement has ended by itself meanwhile. */
  done = !ent_mysql_client_exec(killer, sql, &deadline, NULL);
  ent_mysql_client_close(killer);
  return done;
}

/* How long the server may be silent, or take nothing: the library's own limit
 * where it has set one, else the address's; -1 for none. */
static int64_t silence_limit(const ent_mysql_client *client, int wait_for) {
  const ent_address *address = client->address;

  if (wait_for & MYSQL_WAIT_TIMEOUT) {
    return (int64_t)mysql_get_timeout_value_ms(client->mysql);
  }
  if (wait_for & MYSQL_WAIT_WRITE && address->write_timeout_ms) {
    return address->write_timeout_ms;
  }
  if (wait_for & MYSQL_WAIT_READ && address->read_timeout_ms) {
    return address->read_timeout_ms;
  }
  return -1;
}

static ent_status fail_silent(int wait_for, int64_t limit, ent_error *err) {
  return ent_fail(err, ENT_TIMEOUT,
                  wait_for & MYSQL_WAIT_WRITE
                      ? "the server has taken nothing for %lld ms"
                      : "the server has said nothing for %lld ms",
                  (long long)limit);
}

/* Waits once for what the library waits for. */
static ent_status wait_once(ent_mysql_client *client, client_call *call,
                            int *wait_for, const ent_deadline *deadline,
                            ent_error *err) {
  int events = (*wait_for & MYSQL_WAIT_READ ? ENT_WAIT_READ : 0) |
               (*wait_for & MYSQL_WAIT_WRITE ? ENT_WAIT_WRITE : 0) |
               (*wait_for & MYSQL_WAIT_EXCEPT ? ENT_WAIT_URGENT : 0);
  int64_t limit = silence_limit(client, *wait_for);
  int ready;
  ent_status status = ent_wait(mysql_get_socket(client->mysql), events, limit,
                               deadline, &ready, err);

  if (status) return status;
  if (!ready && !(*wait_for & MYSQL_WAIT_TIMEOUT)) {
    return fail_silent(*wait_for, limit, err);
  }
  *wait_for = call->resume(
      call, ready ? (ready & ENT_WAIT_READ ? MYSQL_WAIT_READ : 0) |
                        (ready & ENT_WAIT_WRITE ? MYSQL_WAIT_WRITE : 0) |
                        (ready & ENT_WAIT_URGENT ? MYSQL_WAIT_EXCEPT : 0)
                  : MYSQL_WAIT_TIMEOUT);
  return ENT_OK;
}

static int resume_fetch(client_call *call, int events) {
  return mysql_stmt_fetch_cont(&call->result, call->stmt, events);
}

static bool resume_to_end(ent_mysql_client *client, client_call *call,
                          int *wait_for, const ent_deadline *deadline) {
  while (*wait_for) {
    if (wait_once(client, call, wait_for, deadline, NULL)) return false;
  }
  return true;
}

/* Whether rows are behind a call that has ended. */
static bool leaves_rows(const client_call *call) {
  if (call->resume == resume_fetch) {
    return call->result == 0 || call->result == MYSQL_DATA_TRUNCATED;
  }
  return call->result == 0 && call->stmt &&
         mysql_stmt_field_count(call->stmt) > 0;
}

/* Waits for the end of a call that the server was told to end.  An execution
 * that was ended may show it only where its rows would stand; the rows of a
 * fetch are its caller's. */
static bool await_end(ent_mysql_client *client, client_call *call,
                      int *wait_for) {
  ent_deadline soon = ent_deadline_in(ENT_KILL_MS);
  bool is_fetch = call->resume == resume_fetch;

  if (!resume_to_end(client, call, wait_for, &soon)) return false;
  while (!is_fetch && leaves_rows(call)) {
    call->resume = resume_fetch;
    *wait_for = mysql_stmt_fetch_start(&call->result, call->stmt);
    if (!resume_to_end(client, call, wait_for, &soon)) return false;
  }
  return !leaves_rows(call);
}

/* A KILL that came too late would end the next statement: this one. */
static bool absorb_kill(ent_mysql_client *client) {
  ent_deadline soon = ent_deadline_in(ENT_KILL_MS);
  ent_error err = {.status = ENT_OK};

  return !ent_mysql_client_exec(client, "DO 0", &soon, &err) ||
         err.status == ENT_INTERRUPTED;
}

/* Leaves a call that is not waited for any longer.  Where the server ends it at
 * once the connection stays as it was, with the transaction it may have; else it
 * is cut, and the library's half of the call runs to its end.
 *
 * Returns whether the call was completed after all, without rows to read. */
static bool give_up(ent_mysql_client *client, client_call *call, int wait_for) {
  bool is_first = !client->gives_up;
  bool has_ended;

  client->gives_up = true;
  has_ended = is_first && client->connected && kill_query(client) &&
              await_end(client, call, &wait_for);
  if (has_ended && absorb_kill(client)) {
    client->gives_up = false;
    client->has_rows = false;
    return call->result == 0;
  }
  ent_mysql_client_cut(client);
  for (int i = 0; wait_for && i < ENT_ABANDON_STEPS; i++) {
    wait_for = call->resume(call, wait_for | MYSQL_WAIT_TIMEOUT);
  }
  return false;
}

/* The one place where a MySQL server is waited for. */
static ent_status finish_call(ent_mysql_client *client, client_call *call,
                              int wait_for, const ent_deadline *deadline,
                              ent_error *err) {
  ent_error why;

  ent_error_clear(&why); /* once a request: not all of it */
  while (wait_for) {
    ent_status status = wait_once(client, call, &wait_for, deadline, &why);

    if (!status) continue;
    if (give_up(client, call, wait_for)) return ENT_OK;
    if (err && err->status == ENT_OK) *err = why;
    return status;
  }
  return ENT_OK;
}

static int resume_connect(client_call *call, int events) {
  MYSQL *connected = NULL;
  int wait_for = mysql_real_connect_cont(&connected, call->mysql, events);

  call->failed = !connected;
  return wait_for;
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
  client_call call = {.mysql = client->mysql, .resume = resume_connect};
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
  status = finish_call(client, &call, wait_for, &sooner, err);
  if (status) return status;
  if (call.failed) {
    ent_status failed = fail_mysql(client, err);

    /* Whatever the reason, there is no server to talk to. */
    if (err && failed == ENT_REJECTED) err->status = ENT_UNAVAILABLE;
    return failed == ENT_REJECTED ? ENT_UNAVAILABLE : failed;
  }
  client->connected = true;
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

static int resume_query(client_call *call, int events) {
  return mysql_real_query_cont(&call->result, call->mysql, events);
}

ent_status ent_mysql_client_exec(ent_mysql_client *client, const char *sql,
                                 const ent_deadline *deadline, ent_error *err) {
  client_call call = {.mysql = client->mysql, .resume = resume_query};
  int wait_for = mysql_real_query_start(&call.result, client->mysql, sql,
                                        (unsigned long)strlen(sql));
  ent_status status = finish_call(client, &call, wait_for, deadline, err);

  if (status) return status;
  return call.result ? fail_mysql(client, err) : ENT_OK;
}

static int resume_reset(client_call *call, int events) {
  return mysql_reset_connection_cont(&call->result, call->mysql, events);
}

ent_status ent_mysql_client_reset(ent_mysql_client *client,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  client_call call = {.mysql = client->mysql, .resume = resume_reset};
  int wait_for = mysql_reset_connection_start(&call.result, client->mysql);
  ent_status status = finish_call(client, &call, wait_for, deadline, err);

  if (status) return status;
  return call.result ? fail_mysql(client, err) : ENT_OK;
}

static int resume_select(client_call *call, int events) {
  return mysql_select_db_cont(&call->result, call->mysql, events);
}

ent_status ent_mysql_client_return_home(ent_mysql_client *client,
                                        const ent_deadline *deadline,
                                        ent_error *err) {
  client_call call = {.mysql = client->mysql, .resume = resume_select};
  ent_status status =
      ent_mysql_client_exec(client, "SET NAMES utf8mb4", deadline, err);
  int wait_for;

  if (status) return status;
  wait_for = mysql_select_db_start(&call.result, client->mysql,
                                   client->address->database);
  status = finish_call(client, &call, wait_for, deadline, err);
  if (status) return status;
  return call.result ? fail_mysql(client, err) : ENT_OK;
}

MYSQL_STMT *ent_mysql_client_new_stmt(ent_mysql_client *client) {
  return mysql_stmt_init(client->mysql);
}

static int resume_prepare(client_call *call, int events) {
  return mysql_stmt_prepare_cont(&call->result, call->stmt, events);
}

ent_status ent_mysql_client_prepare(ent_mysql_client *client, MYSQL_STMT *stmt,
                                    const char *sql, size_t size,
                                    const ent_deadline *deadline,
                                    ent_error *err) {
  client_call call = {
      .mysql = client->mysql, .stmt = stmt, .resume = resume_prepare};
  int wait_for =
      mysql_stmt_prepare_start(&call.result, stmt, sql, (unsigned long)size);
  ent_status status = finish_call(client, &call, wait_for, deadline, err);

  if (status) return status;
  return call.result ? fail_stmt(client, stmt, err) : ENT_OK;
}

/* SERVER_STATUS_... of the last answer. */
static unsigned server_status(const ent_mysql_client *client) {
  unsigned status = 0;

  return mariadb_get_infov(client->mysql, MARIADB_CONNECTION_SERVER_STATUS,
                           &status)
             ? 0
             : status;
}

static int resume_execute(client_call *call, int events) {
  return mysql_stmt_execute_cont(&call->result, call->stmt, events);
}

void ent_mysql_client_execute_begin(ent_mysql_client *client,
                                    MYSQL_STMT *stmt) {
  client->begun = (client_call){
      .mysql = client->mysql, .stmt = stmt, .resume = resume_execute};
  client->begun_waits_for =
      mysql_stmt_execute_start(&client->begun.result, stmt);
}

ent_status ent_mysql_client_execute_end(ent_mysql_client *client,
                                        const ent_deadline *deadline,
                                        ent_error *err) {
  client_call call = client->begun;
  ent_status status;

  client->begun.stmt = NULL;
  status = finish_call(client, &call, client->begun_waits_for, deadline, err);
  if (status) return status;
  if (call.result) return fail_stmt(client, call.stmt, err);
  client->has_rows = mysql_stmt_field_count(call.stmt) > 0 &&
                     !(server_status(client) & SERVER_STATUS_CURSOR_EXISTS);
  return ENT_OK;
}

ent_status ent_mysql_client_fetch(ent_mysql_client *client, MYSQL_STMT *stmt,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  client_call call = {
      .mysql = client->mysql, .stmt = stmt, .resume = resume_fetch};
  int wait_for = mysql_stmt_fetch_start(&call.result, stmt);

  if (wait_for) {
    ent_status status = finish_call(client, &call, wait_for, deadline, err);

    if (status) return status;
  }
  if (call.result == 0 || call.result == MYSQL_DATA_TRUNCATED) return ENT_OK;
  client->has_rows = false;
  return call.result == MYSQL_NO_DATA ? ENT_DONE : fail_stmt(client, stmt, err);
}

void ent_mysql_client_drop_rows(ent_mysql_client *client) {
  if (client->has_rows) ent_mysql_client_cut(client);
}

static int resume_next(client_call *call, int events) {
  return mysql_stmt_next_result_cont(&call->result, call->stmt, events);
}

ent_status ent_mysql_client_next_result(ent_mysql_client *client,
                                        MYSQL_STMT *stmt,
                                        const ent_deadline *deadline,
                                        ent_error *err) {
  client_call call = {
      .mysql = client->mysql, .stmt = stmt, .resume = resume_next};
  int wait_for = mysql_stmt_next_result_start(&call.result, stmt);
  ent_status status = finish_call(client, &call, wait_for, deadline, err);

  if (status) return status;
  if (call.result > 0) return fail_stmt(client, stmt, err);
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

void ent_mysql_client_close_stmt(MYSQL_STMT *stmt) {
  if (stmt) mysql_stmt_close(stmt);
}

bool ent_mysql_client_in_transaction(const ent_mysql_client *client) {
  return (server_status(client) & SERVER_STATUS_IN_TRANS) != 0;
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
