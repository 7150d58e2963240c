#include "backends/mysql/xa.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum {
  ENT_XID_RANDOM = 16, /* bytes */
  ENT_NOT_YET = 1235,  /* NOT_SUPPORTED_YET: Galera has no XA */
  ENT_NO_SUCH_XID = 1397,
  ENT_DUPLICATE_XID = 1440,
  ENT_SETTLE_TRIES = 10,
  ENT_SETTLE_SLICE_MS = 100,
  ENT_POOL_SHOWN = 48, /* letters of a pool's name in a bqual */
};

static const char gtrid_begin[] = "entable-";
static const char safe[] = "abcdefghijklmnopqrstuvwxyz"
                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

ent_mysql_xa *ent_mysql_xa_new(void) {
  ent_mysql_xa *xa = calloc(1, sizeof(*xa));

  if (xa) xa->n_users = 1;
  return xa;
}

void ent_mysql_xa_unref(ent_mysql_xa *xa) {
  if (xa && --xa->n_users == 0) free(xa);
}

void ent_mysql_xa_add(ent_mysql_xa *xa, ent_mysql_session *session,
                      const char *name) {
  session->xa = xa;
  session->xa_next = xa->first;
  session->name = name;
  xa->first = session;
  xa->n_users++;
}

void ent_mysql_xa_remove(ent_mysql_session *session) {
  ent_mysql_xa *xa = session->xa;

  if (!xa) return;
  for (ent_mysql_session **at = &xa->first; *at; at = &(*at)->xa_next) {
    if (*at != session) continue;
    *at = session->xa_next;
    break;
  }
  if (xa->recorder == session) xa->recorder = NULL;
  session->xa = NULL;
  ent_mysql_xa_unref(xa);
}

/* "10.11.6-MariaDB", which some clients see as "5.5.5-10.11.6-MariaDB", or
 * "8.0.36-log". */
static void read_version(const char *text, unsigned numbers[3]) {
  static const char disguise[] = "5.5.5-";

  if (strncmp(text, disguise, sizeof(disguise) - 1) == 0) {
    text += sizeof(disguise) - 1;
  }
  numbers[0] = numbers[1] = numbers[2] = 0;
  for (int i = 0; i < 3; i++) {
    char *end;

    numbers[i] = (unsigned)strtoul(text, &end, 10);
    if (*end != '.') return;
    text = end + 1;
  }
}

/* Nothing but the version tells: the older ones take the same statements, and
 * drop a prepared branch with its connection. */
ent_status ent_mysql_xa_check(const ent_mysql_client *client, ent_error *err) {
  const char *version = ent_mysql_client_version(client);
  bool is_mariadb = strstr(version, "MariaDB") != NULL;
  unsigned oldest[3] = {is_mariadb ? 10 : 5, is_mariadb ? 5 : 7,
                        is_mariadb ? 0 : 7};
  unsigned found[3];

  read_version(version, found);
  for (int i = 0; i < 3; i++) {
    if (found[i] > oldest[i]) return ENT_OK;
    if (found[i] == oldest[i]) continue;
    return ent_fail(err, ENT_UNSUPPORTED,
                    "transactions: xa needs %s or later, whose prepared "
                    "branches outlive their connection; this is %s",
                    is_mariadb ? "MariaDB 10.5" : "MySQL 5.7.7", version);
  }
  return ENT_OK;
}

static ent_status draw_gtrid(char *gtrid, ent_error *err) {
  unsigned char bytes[ENT_XID_RANDOM];
  size_t at;

  if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
    return ent_fail(err, ENT_UNSUPPORTED, "the system has no random numbers");
  }
  at = (size_t)snprintf(gtrid, ENT_XID_PART, "%s%08llx-", gtrid_begin,
                        (unsigned long long)time(NULL) & 0xffffffffU);
  for (size_t i = 0; i < sizeof(bytes); i++, at += 2) {
    snprintf(gtrid + at, ENT_XID_PART - at, "%02x", bytes[i]);
  }
  return ENT_OK;
}

static void write_xid(const ent_mysql_xid *xid, char *sql, size_t size) {
  snprintf(sql, size, "'%s','%s',%d", xid->gtrid, xid->bqual,
           (int)ENT_XID_FORMAT);
}

ent_status ent_mysql_xa_run(ent_mysql_client *client, const char *verb,
                            const ent_mysql_xid *xid, const char *extra,
                            const ent_deadline *deadline, ent_error *err) {
  char name[ENT_XID_SQL];
  char sql[ENT_XID_SQL + 32];

  write_xid(xid, name, sizeof(name));
  snprintf(sql, sizeof(sql), "XA %s %s%s", verb, name, extra);
  return ent_mysql_client_exec(client, sql, deadline, err);
}

/* XA START, whose refusal says whether there is such a thing at all. */
static ent_status start(ent_mysql_client *client, const ent_mysql_xid *xid,
                        const ent_deadline *deadline, ent_error *err) {
  ent_error why = {.status = ENT_OK};
  ent_status status =
      ent_mysql_xa_run(client, "START", xid, "", deadline, &why);

  if (!status) return ENT_OK;
  if (why.native == ENT_NOT_YET) {
    return ent_fail(err, ENT_UNSUPPORTED,
                    "transactions: xa is not for this server: %s", why.text);
  }
  if (err && err->status == ENT_OK) *err = why;
  return status;
}

ent_status ent_mysql_xa_try(ent_mysql_client *client,
                            const ent_deadline *deadline, ent_error *err) {
  ent_mysql_xid xid = {.bqual = "0.try"};
  ent_status status = ent_mysql_xa_check(client, err);

  if (!status) status = draw_gtrid(xid.gtrid, err);
  if (!status) status = start(client, &xid, deadline, err);
  if (!status) {
    status = ent_mysql_xa_run(client, "END", &xid, "", deadline, err);
  }
  return status ? status
                : ent_mysql_xa_run(client, "ROLLBACK", &xid, "", deadline, err);
}

/* The first branch of a transaction names it. */
static ent_status begin_gtrid(ent_mysql_xa *xa, ent_error *err) {
  xa->recorder = NULL;
  xa->is_unknown = false;
  xa->n_left = 0;
  return draw_gtrid(xa->gtrid, err);
}

ent_status ent_mysql_xa_start(const ent_mysql_session *session,
                              ent_mysql_client *client, ent_mysql_xid *xid,
                              const ent_deadline *deadline, ent_error *err) {
  ent_mysql_xa *xa = session->xa;
  ent_status status = ent_mysql_xa_check(client, err);

  if (!status && xa->n_open == 0) status = begin_gtrid(xa, err);
  if (status) return status;
  memcpy(xid->gtrid, xa->gtrid, sizeof(xid->gtrid));
  /* A name is used once: a connection that was lost may not be gone yet. */
  snprintf(xid->bqual, sizeof(xid->bqual), "%u.%.*s", ++xa->n_begun,
           (int)ENT_POOL_SHOWN, session->name);
  status = start(client, xid, deadline, err);
  if (!status) xa->n_open++;
  return status;
}

void ent_mysql_xa_leave(const ent_mysql_session *session) {
  if (session->xa && session->xa->n_open > 0) session->xa->n_open--;
}

static bool take_part(char *part, const char *from, size_t size) {
  if (size >= ENT_XID_PART) return false;
  memcpy(part, from, size);
  part[size] = '\0';
  return strspn(part, safe) == size;
}

bool ent_mysql_xid_take(ent_mysql_xid *xid, const char *gtrid,
                        size_t gtrid_size, const char *bqual,
                        size_t bqual_size) {
  return gtrid && bqual && take_part(xid->gtrid, gtrid, gtrid_size) &&
         take_part(xid->bqual, bqual, bqual_size) &&
         strncmp(xid->gtrid, gtrid_begin, sizeof(gtrid_begin) - 1) == 0;
}

ent_status ent_mysql_xid_append(ent_arena *arena, ent_mysql_xid_list *list,
                                const ent_mysql_xid *xid, ent_error *err) {
  if (list->n == list->capacity) {
    size_t capacity = 2 * list->capacity + 8;
    ent_mysql_xid *items = ent_arena_alloc(arena, capacity * sizeof(*items));

    if (!items) return ent_fail_nomem(err);
    if (list->n) memcpy(items, list->items, list->n * sizeof(*items));
    list->items = items;
    list->capacity = capacity;
  }
  list->items[list->n++] = *xid;
  return ENT_OK;
}

/* Whether a row of XA RECOVER (formatID, sizes of gtrid and bqual, both in one)
 * is a branch of ours. */
static bool take_xid(const char *const *values, const unsigned long *sizes,
                     ent_mysql_xid *xid) {
  size_t gtrid_size;
  size_t bqual_size;

  if (!values[0] || !values[1] || !values[2] || !values[3] ||
      strtoul(values[0], NULL, 10) != ENT_XID_FORMAT) {
    return false;
  }
  gtrid_size = strtoul(values[1], NULL, 10);
  bqual_size = strtoul(values[2], NULL, 10);
  return gtrid_size + bqual_size == sizes[3] &&
         ent_mysql_xid_take(xid, values[3], gtrid_size, values[3] + gtrid_size,
                            bqual_size);
}

typedef struct listing {
  ent_arena *arena;
  ent_mysql_xid_list *list;
} listing;

static ent_status take_branch(void *context, const char *const *values,
                              const unsigned long *sizes, unsigned n,
                              ent_error *err) {
  const listing *l = context;
  ent_mysql_xid xid;

  if (n < 4 || !take_xid(values, sizes, &xid)) return ENT_OK;
  return ent_mysql_xid_append(l->arena, l->list, &xid, err);
}

ent_status ent_mysql_xa_list(ent_mysql_client *client, ent_arena *arena,
                             const ent_deadline *deadline,
                             ent_mysql_xid_list *list, ent_error *err) {
  listing l = {.arena = arena, .list = list};
  ent_status status;

  *list = (ent_mysql_xid_list){.n = 0};
  status = ent_mysql_client_read(client, "XA RECOVER", deadline, take_branch,
                                 &l, err);
  return ent_error_context(err, status, "XA RECOVER");
}

bool ent_mysql_xid_is_listed(const ent_mysql_xid_list *list,
                             const ent_mysql_xid *xid) {
  for (size_t i = 0; i < list->n; i++) {
    if (strcmp(list->items[i].gtrid, xid->gtrid) == 0 &&
        strcmp(list->items[i].bqual, xid->bqual) == 0) {
      return true;
    }
  }
  return false;
}

static ent_status is_prepared(ent_mysql_client *client,
                              const ent_mysql_xid *xid,
                              const ent_deadline *deadline, bool *found,
                              ent_error *err) {
  ent_arena arena = {.blocks = NULL};
  ent_mysql_xid_list list;
  ent_status status = ent_mysql_xa_list(client, &arena, deadline, &list, err);

  *found = !status && ent_mysql_xid_is_listed(&list, xid);
  ent_arena_done(&arena);
  return status;
}

/* Whether no connection has a branch of this name: one whose PREPARE is under way
 * is listed only when that has ended, but its name cannot be used again. */
static ent_status is_free(ent_mysql_client *client, const ent_mysql_xid *xid,
                          const ent_deadline *deadline, bool *is_over,
                          ent_error *err) {
  ent_error why = {.status = ENT_OK};
  ent_status status =
      ent_mysql_xa_run(client, "START", xid, "", deadline, &why);

  *is_over = !status;
  if (why.native == ENT_DUPLICATE_XID) return ENT_OK;
  if (!status)
    status = ent_mysql_xa_run(client, "END", xid, "", deadline, &why);
  if (!status) {
    status = ent_mysql_xa_run(client, "ROLLBACK", xid, "", deadline, &why);
  }
  if (status && err && err->status == ENT_OK) *err = why;
  return status;
}

/* One try: whether the branch is out of the way.  The server denies to know one
 * that a connection has. */
static ent_status settle_once(ent_mysql_client *client,
                              const ent_mysql_xid *xid, bool commits,
                              const ent_deadline *deadline, bool *is_over,
                              ent_error *err) {
  ent_error why = {.status = ENT_OK};
  bool is_there = false;
  ent_status status = ent_mysql_xa_run(client, commits ? "COMMIT" : "ROLLBACK",
                                       xid, "", deadline, &why);

  *is_over = !status;
  if (!status) return ENT_OK;
  if (why.native != ENT_NO_SUCH_XID) {
    if (err && err->status == ENT_OK) *err = why;
    return status;
  }
  status = is_prepared(client, xid, deadline, &is_there, err);
  *is_over = !is_there;
  if (status || is_there || commits) return status;
  return is_free(client, xid, deadline, is_over, err);
}

ent_status ent_mysql_xa_settle(ent_mysql_pool *pool, const ent_mysql_xid *xid,
                               bool commits, const ent_deadline *deadline,
                               ent_error *err) {
  ent_mysql_connection *connection;
  bool is_over = false;
  ent_status status = ent_mysql_pool_acquire(pool, deadline, &connection, err);

  if (status) return status;
  for (int i = 0; !status && !is_over && i < ENT_SETTLE_TRIES; i++) {
    int ready;

    if (i) {
      status = ent_wait(-1, 0, ENT_SETTLE_SLICE_MS, deadline, &ready, err);
    }
    if (status) break;
    status = settle_once(ent_mysql_connection_client(connection), xid, commits,
                         deadline, &is_over, err);
  }
  if (status) ent_mysql_connection_spoil(connection);
  ent_mysql_pool_release(connection);
  if (status || is_over) return status;
  return ent_fail(err, ENT_BUSY,
                  "a connection of another program still has it");
}

int64_t ent_mysql_xid_age_s(const ent_mysql_xid *xid) {
  const char *hex = xid->gtrid + sizeof(gtrid_begin) - 1;

  return (int64_t)time(NULL) - (int64_t)strtoull(hex, NULL, 16);
}
