#include "backends/redis/connection.h"

#include "backends/base/process.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENT_CONNECT_MS = 1000 };

struct ent_redis_connection {
  ent_redis_client *client;
  int64_t born_ms;
  ent_redis_note note;
  int generation;       /* of the process that opened it */
  ent_histogram *times; /* of its round trips; NULL: nobody asks */
};

ent_redis_arg ent_redis_arg_text(const char *text) {
  return (ent_redis_arg){text, strlen(text)};
}

/* Whether it says that the server cannot answer such a command now. */
static bool is_passing(const ent_redis_reply *reply) {
  static const char *const words[] = {"LOADING ", "READONLY ", "MASTERDOWN ",
                                      "NOREPLICAS "};

  for (size_t i = 0; i < ENT_COUNT(words); i++) {
    if (strncmp(reply->data, words[i], strlen(words[i])) == 0) return true;
  }
  return false;
}

ent_status ent_redis_reply_fail(const ent_redis_reply *reply, ent_error *err) {
  return ent_fail(err, is_passing(reply) ? ENT_UNAVAILABLE : ENT_REJECTED, "%s",
                  reply->data);
}

/* Runs one command on a client. */
static ent_status run(ent_redis_client *client, const ent_redis_arg *args,
                      size_t n, const ent_deadline *deadline, ent_arena *arena,
                      const ent_redis_reply **out, ent_error *err) {
  const ent_redis_reply *reply = NULL;
  ent_status status = ent_redis_client_add(client, args, n, err);

  if (!status) {
    status = ent_redis_client_read(client, deadline, arena, &reply, err);
  }
  if (status) return status;
  if (reply->kind == ENT_REDIS_ERROR) status = ent_redis_reply_fail(reply, err);
  if (!status) *out = reply;
  return status;
}

/* The first word of AUTH's arguments is left out where there is no user. */
static ent_status add_login(ent_redis_client *client,
                            const ent_redis_address *address, ent_error *err) {
  ent_redis_arg args[3] = {ent_redis_arg_text("AUTH")};
  size_t n = 1;

  if (address->user) args[n++] = ent_redis_arg_text(address->user);
  args[n++] = ent_redis_arg_text(address->password);
  return ent_redis_client_add(client, args, n, err);
}

static ent_status add_select(ent_redis_client *client, int database,
                             ent_error *err) {
  char number[16];
  ent_redis_arg args[2] = {ent_redis_arg_text("SELECT")};

  snprintf(number, sizeof(number), "%d", database);
  args[1] = ent_redis_arg_text(number);
  return ent_redis_client_add(client, args, 2, err);
}

/* The server's own words for a refused login, less what they repeat of it: one
 * that knows no AUTH tells the arguments it was called with. */
static ent_status refuse_login(const ent_redis_reply *reply,
                               const char *password, ent_arena *arena,
                               ent_error *err) {
  const char *args = strstr(reply->data, ", with args");
  size_t size = args ? (size_t)(args - reply->data) : reply->size;
  ent_redis_reply shown = {.kind = ENT_REDIS_ERROR, .size = size};

  shown.data = ent_arena_copy(arena, reply->data, size);
  if (!shown.data) return ent_fail_nomem(err);
  if (*password && strstr(shown.data, password)) {
    return ent_fail(err, ENT_REJECTED, "the login was refused");
  }
  return ent_redis_reply_fail(&shown, err);
}

/* The reply to one of what was added.  `password` is that of a login, else
 * NULL. */
static ent_status read_ok(ent_redis_client *client, const char *password,
                          const ent_deadline *deadline, ent_error *err) {
  ent_arena arena = {.blocks = NULL};
  const ent_redis_reply *reply = NULL;
  ent_status status =
      ent_redis_client_read(client, deadline, &arena, &reply, err);

  if (!status && reply->kind == ENT_REDIS_ERROR) {
    status = password ? refuse_login(reply, password, &arena, err)
                      : ent_redis_reply_fail(reply, err);
  }
  ent_arena_done(&arena);
  return status;
}

/* The first error counts. */
static ent_status log_in(ent_redis_client *client,
                         const ent_redis_address *address,
                         const ent_deadline *deadline, ent_error *err) {
  const char *password = address->password;
  ent_status status = ENT_OK;

  if (password) status = add_login(client, address, err);
  if (!status && address->database) {
    status = add_select(client, address->database, err);
  }
  if (!status && password) status = read_ok(client, password, deadline, err);
  if (!status && address->database) {
    status = read_ok(client, NULL, deadline, err);
  }
  return status;
}

static ent_status open_client(const ent_redis_address *address,
                              const ent_deadline *deadline,
                              ent_redis_client **out, ent_error *err) {
  ent_redis_client *client = NULL;
  ent_status status = ent_redis_client_open(address, deadline, &client, err);

  if (status) return status;
  status = log_in(client, address, deadline, err);
  if (status) {
    ent_redis_client_close(client);
    return status;
  }
  *out = client;
  return ENT_OK;
}

/* What a sentinel says of where the master is: its host and port, or nil. */
static ent_status take_place(const ent_redis_address *address,
                             const ent_redis_reply *reply, ent_arena *arena,
                             ent_redis_address *place, ent_error *err) {
  char *end;
  long port;

  if (reply->kind == ENT_REDIS_NIL) {
    return ent_fail(err, ENT_UNAVAILABLE, "no master is known as %s",
                    address->master);
  }
  if (reply->kind != ENT_REDIS_LIST || reply->n_items != 2 ||
      reply->items[0].kind != ENT_REDIS_STRING ||
      reply->items[1].kind != ENT_REDIS_STRING) {
    return ent_fail(err, ENT_PROTOCOL, "no host and port of the master");
  }
  port = strtol(reply->items[1].data, &end, 10);
  if (*end || !isdigit((unsigned char)reply->items[1].data[0]) || port < 1 ||
      port > UINT16_MAX) {
    return ent_fail(err, ENT_PROTOCOL, "no port of the master");
  }
  *place = *address;
  place->host = ent_arena_strdup(arena, reply->items[0].data);
  place->port = (uint16_t)port;
  return place->host ? ENT_OK : ent_fail_nomem(err);
}

static ent_status ask_sentinel(const ent_redis_address *address,
                               const ent_redis_address *sentinel,
                               const ent_deadline *deadline, ent_arena *arena,
                               ent_redis_address *place, ent_error *err) {
  ent_redis_arg args[3] = {ent_redis_arg_text("SENTINEL"),
                           ent_redis_arg_text("get-master-addr-by-name"),
                           ent_redis_arg_text(address->master)};
  const ent_redis_reply *reply = NULL;
  ent_redis_client *client = NULL;
  ent_status status = open_client(sentinel, deadline, &client, err);

  if (!status) status = run(client, args, 3, deadline, arena, &reply, err);
  if (!status) status = take_place(address, reply, arena, place, err);
  ent_redis_client_close(client);
  return ent_error_context(err, status, "sentinel %s:%d", sentinel->host,
                           sentinel->port);
}

/* A sentinel may not have heard yet that its master is none any more. */
static ent_status check_role(ent_redis_client *client,
                             const ent_deadline *deadline, ent_arena *arena,
                             ent_error *err) {
  ent_redis_arg role = ent_redis_arg_text("ROLE");
  const ent_redis_reply *reply = NULL;
  ent_status status = run(client, &role, 1, deadline, arena, &reply, err);

  if (status) return status;
  if (reply->kind == ENT_REDIS_LIST && reply->n_items > 0 &&
      reply->items[0].kind == ENT_REDIS_STRING &&
      strcmp(reply->items[0].data, "master") == 0) {
    return ENT_OK;
  }
  return ent_fail(err, ENT_UNAVAILABLE, "it is no master");
}

static ent_status open_place(const ent_redis_address *place,
                             const ent_deadline *deadline, ent_arena *arena,
                             ent_redis_client **out, ent_error *err) {
  ent_redis_client *client = NULL;
  ent_status status = open_client(place, deadline, &client, err);

  if (!status) status = check_role(client, deadline, arena, err);
  if (status) {
    ent_redis_client_close(client);
    return ent_error_context(err, status, "master %s:%d", place->host,
                             place->port);
  }
  *out = client;
  return ENT_OK;
}

/* The master that one of the sentinels knows and that says so itself; each of
 * them has its share of the time.  The last failure is told. */
static ent_status open_master(const ent_redis_address *address,
                              const ent_deadline *deadline,
                              ent_redis_client **client, ent_error *err) {
  ent_error why = {.status = ENT_UNAVAILABLE};
  ent_status status = ENT_UNAVAILABLE;
  ent_arena arena = {.blocks = NULL};

  for (size_t i = 0; status && i < address->n_sentinels; i++) {
    int64_t left = deadline->until_ms - ent_now_ms();
    ent_deadline share = *deadline;
    ent_redis_address place = {.port = 0};

    if (i && (status == ENT_INTERRUPTED || status == ENT_NOMEM)) break;
    if (deadline->until_ms != INT64_MAX) {
      share.until_ms -= left - left / (int64_t)(address->n_sentinels - i);
    }
    ent_error_clear(&why);
    status = ask_sentinel(address, &address->sentinels[i], &share, &arena,
                          &place, &why);
    if (!status) status = open_place(&place, &share, &arena, client, &why);
  }
  ent_arena_done(&arena);
  if (status && err && !err->status) *err = why;
  return status;
}

static ent_deadline connect_deadline(const ent_redis_address *address,
                                     const ent_deadline *deadline) {
  ent_deadline own = *deadline;
  int ms = address->connect_timeout_ms ? address->connect_timeout_ms
                                       : ENT_CONNECT_MS;
  int64_t until = ent_deadline_in(ms).until_ms;

  if (until < own.until_ms) own.until_ms = until;
  return own;
}

ent_status ent_redis_connection_open(const ent_redis_address *address,
                                     const ent_deadline *deadline,
                                     ent_redis_connection **out,
                                     ent_error *err) {
  ent_deadline own = connect_deadline(address, deadline);
  ent_redis_connection *connection = calloc(1, sizeof(*connection));
  ent_status status;

  if (!connection) return ent_fail_nomem(err);
  connection->born_ms = ent_now_ms();
  connection->generation = ent_process_generation();
  status = address->master
               ? open_master(address, &own, &connection->client, err)
               : open_client(address, &own, &connection->client, err);
  if (status) {
    free(connection);
    return status;
  }
  *out = connection;
  return ENT_OK;
}

void ent_redis_connection_close(ent_redis_connection *connection) {
  if (!connection) return;
  ent_redis_client_close(connection->client);
  free(connection);
}

int64_t ent_redis_connection_born_ms(const ent_redis_connection *connection) {
  return connection->born_ms;
}

ent_redis_note *ent_redis_connection_note(ent_redis_connection *connection) {
  return &connection->note;
}

bool ent_redis_connection_is_own(const ent_redis_connection *connection) {
  return connection->generation == ent_process_generation();
}

ent_redis_client *
ent_redis_connection_client(const ent_redis_connection *connection) {
  return connection->client;
}

void ent_redis_connection_time(ent_redis_connection *connection,
                               ent_histogram *times) {
  connection->times = times;
}

ent_status ent_redis_connection_ask(ent_redis_connection *connection,
                                    const ent_redis_arg *args, size_t n,
                                    const ent_deadline *deadline,
                                    ent_arena *arena,
                                    const ent_redis_reply **reply,
                                    ent_error *err) {
  ent_redis_client *client = connection->client;
  int64_t start = ent_now_us();
  ent_status status = ent_redis_client_add(client, args, n, err);

  if (!status) {
    status = ent_redis_client_read(client, deadline, arena, reply, err);
  }
  if (!status && connection->times) {
    ent_histogram_add(connection->times, (uint64_t)(ent_now_us() - start));
  }
  return status;
}

ent_status ent_redis_connection_run(ent_redis_connection *connection,
                                    const ent_redis_arg *args, size_t n,
                                    const ent_deadline *deadline,
                                    ent_arena *arena,
                                    const ent_redis_reply **out,
                                    ent_error *err) {
  const ent_redis_reply *reply = NULL;
  ent_status status = ent_redis_connection_ask(connection, args, n, deadline,
                                               arena, &reply, err);

  if (status) return status;
  if (reply->kind == ENT_REDIS_ERROR) status = ent_redis_reply_fail(reply, err);
  if (!status) *out = reply;
  return status;
}
