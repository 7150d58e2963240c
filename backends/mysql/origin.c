#include "backends/mysql/origin.h"

#include "backends/base/hash.h"
#include "backends/mysql/lookup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENT_ORIGIN_TEXT = 512 };

/* What is asked for.  A server gives those that it has. */
typedef enum origin_word {
  ENT_WORD_HOST,
  ENT_WORD_PORT,
  ENT_WORD_DATADIR,
  ENT_WORD_UID,
  ENT_WORD_UUID,
  ENT_WORD_WSREP_ON,
  ENT_WORD_SYNC_WAIT,
  ENT_WORD_CLUSTER,
  ENT_N_WORDS,
} origin_word;

static const char *const words[ENT_N_WORDS] = {
    "hostname",    "port",     "datadir",         "server_uid",
    "server_uuid", "wsrep_on", "wsrep_sync_wait", "wsrep_cluster_state_uuid"};

/* SHOW, not @@: what a server lacks is no row instead of an error, and the
 * session's own value is given where there is one. */
static const char variables_sql[] =
    "SHOW VARIABLES WHERE Variable_name IN ('hostname', 'port', 'datadir',"
    " 'server_uid', 'server_uuid', 'wsrep_on', 'wsrep_sync_wait')";
static const char cluster_sql[] =
    "SHOW GLOBAL STATUS WHERE Variable_name = 'wsrep_cluster_state_uuid'";

typedef struct origin_reading {
  char texts[ENT_N_WORDS][ENT_ORIGIN_TEXT]; /* "" for what there is not */
} origin_reading;

/* A text, whatever the server takes it for; what is too long is cut. */
static void copy_text(const ent_value *value, char text[ENT_ORIGIN_TEXT]) {
  size_t size;

  text[0] = '\0';
  if (!ent_value_is_text(value) && value->kind != ENT_BLOB) return;
  size = value->as.bytes.size;
  if (size >= ENT_ORIGIN_TEXT) size = ENT_ORIGIN_TEXT - 1;
  memcpy(text, value->as.bytes.data, size);
  text[size] = '\0';
}

static ent_status take_row(void *context, const ent_row *row, ent_error *err) {
  origin_reading *r = context;
  ent_value name = ent_row_value(row, 0);
  ent_value value = ent_row_value(row, 1);
  char word[ENT_ORIGIN_TEXT];

  (void)err;
  copy_text(&name, word);
  for (int i = 0; i < ENT_N_WORDS; i++) {
    if (strcmp(word, words[i]) == 0) copy_text(&value, r->texts[i]);
  }
  return ENT_OK;
}

static ent_status ask(origin_reading *r, ent_mysql_connection *connection,
                      const char *sql, const ent_deadline *deadline,
                      ent_error *err) {
  ent_mysql_lookup lookup = {
      .sql = sql, .size = strlen(sql), .take = take_row, .context = r};

  return ent_mysql_look_up(connection, &lookup, deadline, err);
}

static ent_status ask_all(origin_reading *r, ent_mysql_pool *pool,
                          const ent_deadline *deadline, ent_error *err) {
  ent_mysql_connection *connection;
  ent_status status = ent_mysql_pool_acquire(pool, deadline, &connection, err);

  if (status) return status;
  status = ask(r, connection, variables_sql, deadline, err);
  if (!status && strcmp(r->texts[ENT_WORD_WSREP_ON], "ON") == 0) {
    status = ask(r, connection, cluster_sql, deadline, err);
  }
  ent_mysql_pool_release(connection);
  return ent_error_context(err, status, "ask which server it is");
}

/* Servers without a provider of Galera have the variable, and no state. */
static bool is_in_cluster(const origin_reading *r) {
  const char *uuid = r->texts[ENT_WORD_CLUSTER];

  return uuid[strspn(uuid, "0-")] != '\0';
}

/* What the id is made of: one word where that is enough. */
static uint64_t id_of(const origin_reading *r, bool is_galera) {
  uint64_t hash = ent_hash_start(ENT_HASH_ORIGIN);
  int first = ENT_WORD_HOST;
  int last = ENT_WORD_UID;

  if (is_galera) {
    first = last = ENT_WORD_CLUSTER;
  } else if (r->texts[ENT_WORD_UUID][0]) {
    first = last = ENT_WORD_UUID;
  }
  for (int i = first; i <= last; i++)
    hash = ent_hash_add(hash, r->texts[i], strlen(r->texts[i]));
  return ent_hash_end(hash);
}

ent_status ent_mysql_origin_read(ent_mysql_pool *pool,
                                 const ent_deadline *deadline,
                                 ent_mysql_origin *origin, ent_error *err) {
  origin_reading r = {.texts = {""}};
  ent_status status = ask_all(&r, pool, deadline, err);

  if (status) return status;
  *origin = (ent_mysql_origin){.is_galera = is_in_cluster(&r)};
  origin->id = id_of(&r, origin->is_galera);
  origin->waits = strtoul(r.texts[ENT_WORD_SYNC_WAIT], NULL, 10) & 1;
  snprintf(origin->name, sizeof(origin->name), "%.240s:%.8s",
           r.texts[ENT_WORD_HOST], r.texts[ENT_WORD_PORT]);
  return ENT_OK;
}
