#include "backends/mysql/connection.h"

#include "backends/base/process.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_REMEMBERED_STATEMENTS = 64,
  ENT_UNKNOWN_VARIABLE = 1193,
  ENT_RESET_MS = 2000,
};

typedef struct remembered {
  uint64_t hash;
  uint64_t used_at; /* the connection's clock */
  const char *sql;  /* the statement's */
  size_t size;
  ent_mysql_statement *statement;
} remembered;

struct ent_mysql_connection {
  struct ent_mysql_pool *pool;
  ent_mysql_client *client;
  int64_t born_ms;
  int generation; /* of the process that opened it */
  bool is_soiled; /* a user's statements were run there */
  bool is_blank;  /* its session was reset, and is not set up again */
  bool is_asked;  /* to tell positions */
  bool tells;     /* it does */
  uint64_t clock; /* counts uses, to find the statement longest unused */
  size_t n_remembered;
  remembered statements[ENT_REMEMBERED_STATEMENTS];
};

/* What answers depend on is the same on every server, whatever its defaults.
 * Sorting compares values of up to 64 KiB whole (of a text four bytes count for
 * each of its own); MySQL 5.6 wants room for fifteen rows of up to four of them.
 * Who looks at rows slowly is waited for. */
static const char *const session_settings[] = {
    "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,STRICT_ALL_TABLES,"
    "NO_AUTO_VALUE_ON_ZERO,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',"
    " time_zone = '+00:00', sql_select_limit = 18446744073709551615,"
    " max_sort_length = 262144,"
    " sort_buffer_size = GREATEST(@@sort_buffer_size, 16777216),"
    " sql_auto_is_null = 0, sql_safe_updates = 0,"
    " foreign_key_checks = 1, unique_checks = 1, autocommit = 1,"
    " group_concat_max_len = 1073741824, net_write_timeout = 86400",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET SESSION innodb_snapshot_isolation = 0",
};

static ent_status set_up_session(ent_mysql_connection *connection,
                                 const ent_deadline *deadline, ent_error *err) {
  for (size_t i = 0; i < ENT_COUNT(session_settings); i++) {
    ent_error refused = {.status = ENT_OK};
    ent_status status = ent_mysql_client_exec(
        connection->client, session_settings[i], deadline, &refused);

    /* Servers that lack a setting lack what it would have changed. */
    if (status && refused.native != ENT_UNKNOWN_VARIABLE) {
      if (err && err->status == ENT_OK) *err = refused;
      return ent_error_context(err, status, "set up the session");
    }
  }
  return ENT_OK;
}

ent_status ent_mysql_connection_open(struct ent_mysql_pool *pool,
                                     const ent_address *address,
                                     const ent_deadline *deadline,
                                     ent_mysql_connection **out,
                                     ent_error *err) {
  ent_mysql_connection *connection = calloc(1, sizeof(*connection));
  ent_status status;

  if (!connection) return ent_fail_nomem(err);
  connection->pool = pool;
  connection->born_ms = ent_now_ms();
  connection->generation = ent_process_generation();
  status = ent_mysql_client_open(address, deadline, &connection->client, err);
  if (!status) status = set_up_session(connection, deadline, err);
  if (status) {
    ent_mysql_connection_close(connection);
    return status;
  }
  *out = connection;
  return ENT_OK;
}

static void forget(remembered *entry) {
  ent_mysql_statement_close(entry->statement);
  *entry = (remembered){.hash = 0};
}

static void forget_all(ent_mysql_connection *connection) {
  while (connection->n_remembered > 0)
    forget(&connection->statements[--connection->n_remembered]);
}

bool ent_mysql_connection_ours(const ent_mysql_connection *connection) {
  return connection->generation == ent_process_generation();
}

void ent_mysql_connection_close(ent_mysql_connection *connection) {
  bool is_ours;

  if (!connection) return;
  is_ours = ent_mysql_connection_ours(connection);
  /* Closing a statement tells the server, who is the parent's. */
  if (is_ours) forget_all(connection);
  if (is_ours) {
    ent_mysql_client_close(connection->client);
  } else {
    ent_mysql_client_abandon(connection->client);
  }
  free(connection);
}

bool ent_mysql_connection_usable(const ent_mysql_connection *connection) {
  return ent_mysql_connection_ours(connection) &&
         ent_mysql_client_usable(connection->client);
}

bool ent_mysql_connection_idle(const ent_mysql_connection *connection) {
  return ent_mysql_connection_ours(connection) &&
         ent_mysql_client_idle(connection->client);
}

struct ent_mysql_pool *
ent_mysql_connection_pool(const ent_mysql_connection *connection) {
  return connection->pool;
}

int64_t ent_mysql_connection_born_ms(const ent_mysql_connection *connection) {
  return connection->born_ms;
}

void ent_mysql_connection_soil(ent_mysql_connection *connection) {
  connection->is_soiled = true;
}

bool ent_mysql_connection_clean(ent_mysql_connection *connection) {
  ent_deadline soon;

  if (!connection->is_soiled) {
    return ent_mysql_client_is_quiet(connection->client);
  }
  if (!ent_mysql_connection_idle(connection)) return false;
  forget_all(connection);
  soon = ent_deadline_in(ENT_RESET_MS);
  if (ent_mysql_client_reset(connection->client, &soon, NULL)) return false;
  connection->is_soiled = false;
  connection->is_blank = true;
  connection->is_asked = false;
  return true;
}

static ent_status return_home(ent_mysql_connection *connection,
                              const ent_deadline *deadline) {
  ent_error why = {.status = ENT_OK};
  ent_status status =
      ent_mysql_client_return_home(connection->client, deadline, &why);

  if (!status) status = set_up_session(connection, deadline, &why);
  if (!status) connection->is_blank = false;
  return status;
}

/* Once a session: what a server cannot do it cannot do later. */
static ent_status track(ent_mysql_connection *connection,
                        const ent_deadline *deadline) {
  ent_status status =
      ent_mysql_client_track(connection->client, deadline, NULL);

  connection->is_asked = true;
  connection->tells = status == ENT_OK;
  return ent_mysql_connection_usable(connection) ? ENT_OK : status;
}

ent_status ent_mysql_connection_renew(ent_mysql_connection *connection,
                                      bool tracks,
                                      const ent_deadline *deadline) {
  ent_status status = ENT_OK;

  if (connection->is_blank) status = return_home(connection, deadline);
  if (!status && tracks && !connection->is_asked) {
    status = track(connection, deadline);
  }
  return status;
}

const char *
ent_mysql_connection_position(const ent_mysql_connection *connection) {
  return connection->tells && ent_mysql_connection_usable(connection)
             ? ent_mysql_client_position(connection->client)
             : NULL;
}

void ent_mysql_connection_spoil(ent_mysql_connection *connection) {
  ent_mysql_client_cut(connection->client);
}

void ent_mysql_connection_drop_rows(ent_mysql_connection *connection) {
  ent_mysql_client_drop_rows(connection->client);
}

ent_mysql_client *
ent_mysql_connection_client(ent_mysql_connection *connection) {
  return connection->client;
}

/* Eight bytes at a time: a text is hashed for every statement that is run. */
uint64_t ent_mysql_sql_hash(const char *sql, size_t size) {
  const uint64_t prime = 0x9e3779b97f4a7c15U;
  uint64_t hash = size * prime;
  uint64_t word = 0;

  for (; size >= sizeof(word); sql += sizeof(word), size -= sizeof(word)) {
    memcpy(&word, sql, sizeof(word));
    hash = (hash ^ word) * prime;
    hash ^= hash >> 29;
  }
  word = 0;
  memcpy(&word, sql, size);
  hash = (hash ^ word) * prime;
  return hash ^ hash >> 32;
}

static remembered *find(ent_mysql_connection *connection, uint64_t hash,
                        const char *sql, size_t size) {
  for (size_t i = 0; i < connection->n_remembered; i++) {
    remembered *entry = &connection->statements[i];

    if (entry->hash == hash && entry->size == size &&
        memcmp(entry->sql, sql, size) == 0) {
      return entry;
    }
  }
  return NULL;
}

/* The same, of those that can be executed as they are. */
static remembered *find_good(ent_mysql_connection *connection, uint64_t hash,
                             const char *sql, size_t size) {
  remembered *entry = find(connection, hash, sql, size);

  if (!entry || !ent_mysql_statement_is_stale(entry->statement)) return entry;
  forget(entry);
  *entry = connection->statements[--connection->n_remembered];
  return NULL;
}

/* A free place: a new one, or that of the statement longest unused. */
static remembered *make_place(ent_mysql_connection *connection) {
  remembered *oldest = &connection->statements[0];

  if (connection->n_remembered < ENT_REMEMBERED_STATEMENTS) {
    return &connection->statements[connection->n_remembered++];
  }
  for (size_t i = 1; i < connection->n_remembered; i++) {
    if (connection->statements[i].used_at < oldest->used_at) {
      oldest = &connection->statements[i];
    }
  }
  forget(oldest);
  return oldest;
}

ent_status ent_mysql_connection_statement(ent_mysql_connection *connection,
                                          const char *sql, size_t size,
                                          const ent_deadline *deadline,
                                          ent_mysql_statement **statement,
                                          ent_error *err) {
  return ent_mysql_connection_statement_by_hash(connection, sql, size,
                                                ent_mysql_sql_hash(sql, size),
                                                deadline, statement, err);
}

ent_status ent_mysql_connection_statement_by_hash(
    ent_mysql_connection *connection, const char *sql, size_t size,
    uint64_t hash, const ent_deadline *deadline,
    ent_mysql_statement **statement, ent_error *err) {
  remembered *entry = find_good(connection, hash, sql, size);

  if (!entry) {
    remembered made = {.hash = hash, .size = size};
    ent_status status = ent_mysql_prepare(connection->client, sql, size,
                                          deadline, &made.statement, err);

    if (status) return status;
    made.sql = ent_mysql_statement_sql(made.statement);
    entry = make_place(connection);
    *entry = made;
  }
  entry->used_at = ++connection->clock;
  *statement = entry->statement;
  return ENT_OK;
}
