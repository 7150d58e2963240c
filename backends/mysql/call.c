#include "backends/mysql/call.h"

#include "backends/mysql/code.h"

#include <errmsg.h>
#include <mysql.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { ENT_ABANDON_STEPS = 100 }; /* a shut socket ends any call in a few */

unsigned ent_mysql_call_status(const ent_mysql_client *client) {
  unsigned status = 0;

  return mariadb_get_infov(client->mysql, MARIADB_CONNECTION_SERVER_STATUS,
                           &status)
             ? 0
             : status;
}

void ent_mysql_client_cut(ent_mysql_client *client) {
  client->lost = true;
  shutdown(mysql_get_socket(client->mysql), SHUT_RDWR);
}

/* An error about a row leaves the transaction as it was.  Others may have ended
 * it: 1206 (no room for more locks) does, and says nothing of it. */
static bool is_of_a_row(ent_status status) {
  static const ent_status of_a_row[] = {
      ENT_DUPLICATE, ENT_DUPLICATE_KEY, ENT_FOREIGN_KEY, ENT_NOT_NULL,
      ENT_CHECK,     ENT_MISMATCH,      ENT_TOO_BIG};

  for (size_t i = 0; i < ENT_COUNT(of_a_row); i++) {
    if (of_a_row[i] == status) return true;
  }
  return false;
}

ent_status ent_mysql_call_fail_with(ent_mysql_client *client, unsigned code,
                                    const char *text, ent_error *err) {
  bool first = err && err->status == ENT_OK;
  ent_status status = ent_mysql_code_status(code, text);

  if (ent_mysql_code_is_loss(code) && client->connected) {
    ent_mysql_client_cut(client);
  }
  if (!is_of_a_row(status)) client->is_unsure = true;
  if (first) err->native = (int)code;
  return ent_fail(err, status, "%s (%u)", text, code);
}

ent_status ent_mysql_call_fail(ent_mysql_client *client, ent_error *err) {
  return ent_mysql_call_fail_with(client, mysql_errno(client->mysql),
                                  mysql_error(client->mysql), err);
}

ent_status ent_mysql_call_fail_stmt(ent_mysql_client *client, MYSQL_STMT *stmt,
                                    ent_error *err) {
  if (mysql_stmt_errno(stmt)) {
    return ent_mysql_call_fail_with(client, mysql_stmt_errno(stmt),
                                    mysql_stmt_error(stmt), err);
  }
  if (mysql_errno(client->mysql)) return ent_mysql_call_fail(client, err);
  return ent_mysql_call_fail_with(client, CR_SERVER_LOST,
                                  "Lost connection to server", err);
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
static ent_status wait_once(ent_mysql_client *client, ent_mysql_call *call,
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

int ent_mysql_call_fetch(ent_mysql_call *call, int events) {
  return mysql_stmt_fetch_cont(&call->result, call->stmt, events);
}

static bool resume_to_end(ent_mysql_client *client, ent_mysql_call *call,
                          int *wait_for, const ent_deadline *deadline) {
  while (*wait_for) {
    if (wait_once(client, call, wait_for, deadline, NULL)) return false;
  }
  return true;
}

/* Whether rows are behind a call that has ended. */
static bool leaves_rows(const ent_mysql_call *call) {
  if (call->resume == ent_mysql_call_fetch) {
    return call->result == 0 || call->result == MYSQL_DATA_TRUNCATED;
  }
  return call->result == 0 && call->stmt &&
         mysql_stmt_field_count(call->stmt) > 0;
}

/* Waits for the end of a call that the server was told to end.  An execution
 * that was ended may show it only where its rows would stand; the rows of a
 * fetch are its caller's. */
static bool await_end(ent_mysql_client *client, ent_mysql_call *call,
                      int *wait_for) {
  ent_deadline soon = ent_deadline_in(ENT_KILL_MS);
  bool is_fetch = call->resume == ent_mysql_call_fetch;

  if (!resume_to_end(client, call, wait_for, &soon)) return false;
  while (!is_fetch && leaves_rows(call)) {
    call->resume = ent_mysql_call_fetch;
    *wait_for = mysql_stmt_fetch_start(&call->result, call->stmt);
    if (!resume_to_end(client, call, wait_for, &soon)) return false;
  }
  return !leaves_rows(call);
}

bool ent_mysql_call_absorb_kill(ent_mysql_client *client) {
  ent_deadline soon = ent_deadline_in(ENT_KILL_MS);
  ent_error err = {.status = ENT_OK};

  return !ent_mysql_client_exec(client, "DO 0", &soon, &err) ||
         err.status == ENT_INTERRUPTED;
}

bool ent_mysql_call_tell_to_end(ent_mysql_client *client) {
  bool is_first = !client->gives_up;

  client->gives_up = true;
  return is_first && client->connected && kill_query(client);
}

/* Leaves such a call.  Where the server ends it at once the connection stays as
 * it was, with the transaction it may have; else it is cut, and the library's
 * half of the call runs to its end.
 *
 * Returns whether the call was completed after all, without rows to read. */
static bool give_up(ent_mysql_client *client, ent_mysql_call *call,
                    bool was_told, int wait_for) {
  bool has_ended = was_told && await_end(client, call, &wait_for);

  if (has_ended && ent_mysql_call_absorb_kill(client)) {
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

ent_status ent_mysql_call_finish(ent_mysql_client *client, ent_mysql_call *call,
                                 int wait_for, const ent_deadline *deadline,
                                 ent_error *err) {
  ent_error why;

  ent_error_clear(&why); /* once a request: not all of it */
  while (wait_for) {
    ent_status status = wait_once(client, call, &wait_for, deadline, &why);

    if (!status) continue;
    if (give_up(client, call, ent_mysql_call_tell_to_end(client), wait_for))
      return ENT_OK;
    if (err && err->status == ENT_OK) *err = why;
    return status;
  }
  return ENT_OK;
}

/* The library hands nothing of ours to the function that waits. */
static _Thread_local ent_mysql_waiting *waiting_here;

/* A good-bye: there is nobody to stop it, and it is not worth much time. */
static int wait_a_little(int socket, int events) {
  ent_deadline soon = ent_deadline_in(ENT_KILL_MS);
  int ready = 0;

  return !ent_wait(socket, events, -1, &soon, &ready, NULL) && ready;
}

ent_status ent_mysql_call_await(ent_mysql_client *client, bool is_read,
                                const ent_deadline *deadline, ent_error *err) {
  int wait_for = is_read ? MYSQL_WAIT_READ : MYSQL_WAIT_WRITE;
  int64_t limit = silence_limit(client, wait_for);
  int ready;
  ent_status status =
      ent_wait(client->socket, is_read ? ENT_WAIT_READ : ENT_WAIT_WRITE, limit,
               deadline, &ready, err);

  return status || ready ? status : fail_silent(wait_for, limit, err);
}

static ent_status wait_for_call(ent_mysql_waiting *waiting, bool is_read) {
  bool is_given_up = waiting->status != ENT_OK;

  return ent_mysql_call_await(waiting->client, is_read,
                              is_given_up ? &waiting->soon : waiting->deadline,
                              is_given_up ? NULL : &waiting->why);
}

/* What is done with the connection that tells it waits by itself. */
static bool tell_from_within(ent_mysql_waiting *waiting) {
  bool was_told;

  waiting_here = NULL;
  was_told = ent_mysql_call_tell_to_end(waiting->client);
  waiting_here = waiting;
  return was_told;
}

/* The server is told to end the call, and has a little time to; failing that
 * the call fails here. */
int ent_mysql_call_wait(int socket, char is_read, int timeout) {
  ent_mysql_waiting *waiting = waiting_here;

  (void)timeout; /* none is set, once there is a connection */
  if (!waiting) {
    return wait_a_little(socket, is_read ? ENT_WAIT_READ : ENT_WAIT_WRITE);
  }
  for (;;) {
    ent_status status = wait_for_call(waiting, is_read);
    bool was_given_up = waiting->status != ENT_OK;

    if (!status) return 1;
    if (!was_given_up) waiting->status = status;
    if (was_given_up || !tell_from_within(waiting)) {
      ent_mysql_client_cut(waiting->client);
      return -1;
    }
    waiting->soon = ent_deadline_in(ENT_KILL_MS);
  }
}

void ent_mysql_call_enter(ent_mysql_waiting *waiting, ent_mysql_client *client,
                          const ent_deadline *deadline) {
  waiting->client = client;
  waiting->deadline = deadline;
  waiting->status = ENT_OK;
  ent_error_clear(&waiting->why);
  waiting->outer = waiting_here;
  waiting_here = waiting;
}

ent_status ent_mysql_call_leave(ent_mysql_waiting *waiting,
                                ent_mysql_call *call, ent_error *err) {
  ent_mysql_client *client = waiting->client;

  waiting_here = waiting->outer;
  if (!waiting->status || give_up(client, call, !client->lost, 0)) {
    return ENT_OK;
  }
  if (err && err->status == ENT_OK) *err = waiting->why;
  return waiting->status;
}
