#ifndef ENT_VTAB_SESSION_H
#define ENT_VTAB_SESSION_H

#include "backends/base/config.h"
#include "backends/mysql/introspect.h"
#include "backends/mysql/session.h"
#include "backends/redis/pool.h"
#include "backends/source.h"
#include "cache/local.h"
#include "cache/shared.h"
#include "vtab/declaration.h"
#include "vtab/sqlite.h"
#include "vtab/value.h"

#include <stdbool.h>
#include <stdint.h>

/* What one sqlite3 handle owns: the configurations it has opened, a source per
 * pool, and its settings.  Every module and function of the handle refers to
 * it; the last one gone frees it. */
typedef struct ent_session ent_session;
typedef struct ent_opened ent_opened;

/* The tables of a pool as they were read from its server, shared by the
 * virtual tables made of them. */
typedef struct ent_catalog {
  int n_users;
  ent_arena arena;
  ent_mysql_tables tables;
} ent_catalog;

ent_catalog *ent_catalog_ref(ent_catalog *catalog);
void ent_catalog_unref(ent_catalog *catalog); /* NULL is allowed */

/* The entity of a table, by its name on the server; NULL if there is none. */
const ent_entity *ent_catalog_find(const ent_catalog *catalog,
                                   const char *table);

/* One pool of an opened configuration, as this session uses it.  It lives as
 * long as a virtual table refers to it; after its configuration was closed it
 * answers nothing any more. */
typedef struct ent_session_pool {
  struct ent_session_pool *next;
  int n_users;
  bool is_closed;
  bool is_held;                  /* what is read there is one state (hold.h) */
  const ent_config_pool *config; /* NULL once closed */
  char *name;
  ent_mysql_session mysql;
  ent_source *source;
  struct ent_session_pool *joined; /* the next that the transaction writes to */
  bool has_joined;
  int64_t guess_until_ms; /* till then no statistics are asked for (cost.h) */
  ent_declaration *declaration; /* of its configuration; NULL once closed */
  ent_catalog *catalog; /* read when the configuration was opened, or NULL */
} ent_session_pool;

void ent_session_pool_unref(ent_session_pool *pool); /* NULL is allowed */

/* The Redis of a pool of an opened configuration. */
typedef struct ent_session_redis {
  struct ent_session_redis *next;
  char *name;
  ent_redis_pool *pool;
  ent_shared *shared; /* what is cached there */
} ent_session_redis;

/* One configuration: what SELECT entable_open(what, schema, prefix) did. */
struct ent_opened {
  ent_opened *next;
  char *what; /* the absolute path, or the address */
  char *schema;
  char *prefix;
  ent_config *config; /* the declaration's */
  ent_declaration *declaration;
  ent_session_pool *pools;
  ent_session_redis *redis;
  char **tables;     /* names in SQLite of what was made; n_tables */
  char **statements; /* that make them */
  size_t n_tables;
  bool in_transaction; /* made inside one that has not been seen to end */
};

/* A table's part in a transaction (transaction.h). */
typedef struct ent_member {
  bool has_begun;
} ent_member;

/* The transaction that the session's tables are members of. */
typedef struct ent_transaction {
  int n_begun;             /* members */
  int n_synced;            /* members that have been asked to commit */
  bool is_explicit;        /* begun by BEGIN or SAVEPOINT */
  bool is_ended;           /* the servers have been told */
  bool is_committed;       /* which is more than to be told so */
  int n_levels;            /* savepoints of SQLite */
  ent_session_pool *pools; /* those written to, by their `joined` */
  bool has_followers;      /* who refers to whom has been looked at in it */
  ent_session_pool *waits; /* a row waits there whose id is not known yet */
  sqlite3_int64 shown_id;  /* what last_insert_rowid() was then */
} ent_transaction;

struct ent_session {
  sqlite3 *db;
  int n_users;
  ent_opened *opened;
  ent_numerals numerals;
  sqlite3_stmt *probe;   /* asks whether we are interrupted; while waiting */
  ent_error bad_start;   /* what is wrong with ENTABLE_CONFIG */
  int64_t timeout_ms;    /* settings: 0 = none */
  int64_t max_scan_rows; /* 0 = any */
  bool pushdown;
  unsigned n_table_changes; /* entity tables that have come or gone so far */
  unsigned n_unmade; /* entity tables that could not be connected so far */
  bool is_wary; /* the statement that is planned now has been begun with terms
                   that were others than they seemed (hidden.h) */
  bool is_listing; /* what is planned and read now is to make a list: no list
                      is asked for it (found.h) */
  bool snapshot;
  bool of_primary;    /* what is read now is to be new: it comes from no cache
                             and from no replica, and was not read ahead */
  bool cache;         /* whether caches answer */
  ent_local *request; /* request_cache: what was read; NULL: off */
  bool holds;         /* of some pool what is read is one state (hold.h) */
  bool batch_transaction; /* rows gather inside transactions, too */
  ent_transaction transaction;
  struct ent_scan *scans; /* the open ones, the newest first */
  uint64_t n_scans;       /* opened so far */
  uint64_t n_changes;     /* raised by whatever may change what is read from now
                         on: a write, the end of a transaction, a setting */
  struct ent_prefetch *left;       /* by scans of a statement that goes on
                                (prefetch.h) */
  ent_shelf shelf;                 /* rows of caches that those have shown */
  int n_tvf_cursors;               /* of table-valued functions and the like */
  struct ent_table *tables;        /* the connected ones, the newest first */
  struct ent_table *ready;         /* made before SQLite asks (entity.h) */
  struct ent_explain *explain;     /* of a statement being planned; or NULL */
  ent_arena row;                   /* of the row being written */
  struct ent_computing *computing; /* the innermost first (redis_cached.h) */
  struct ent_following *following; /* who refers to whom (followers.h) */
};

ent_session *ent_session_new(sqlite3 *db); /* one user; NULL if no memory */
ent_session *ent_session_ref(ent_session *session);
void ent_session_unref(void *pointer); /* a session */

/* The session writes, or is told to: what it has read it reads anew. */
static inline void ent_session_forget_request(ent_session *session) {
  if (session->request) ent_local_clear(session->request);
}

/* Whether all cursors that are open belong to one statement: only one is
 * busy. */
bool ent_session_is_alone(const ent_session *session);

/* The deadline of a request to a server that starts now: the session's
 * timeout_ms, ended by sqlite3_interrupt(). */
ent_deadline ent_session_deadline(ent_session *session);

/* To be called before a request that changes for good what its statement is
 * about: waiting for it needs no memory then, for want of which SQLite would
 * tell that the statement has failed.  NOMEM. */
ENT_CHECKED ent_status ent_session_will_wait(ent_session *session,
                                             ent_error *err);

/* To be called when a request that had such a deadline has ended. */
void ent_session_waited(ent_session *session);

/* The pool of a name, over all opened configurations, or of the configuration
 * `what` if that is not NULL.  The result gains a user.
 * CONFIG: no configuration has it; the words say what is opened. */
ENT_CHECKED ent_status ent_session_find_pool(ent_session *session,
                                             const char *what, const char *name,
                                             ent_session_pool **pool,
                                             ent_error *err);

/* The Redis of a pool, over all opened configurations.  The result is a use of
 * it, to be given up with ent_redis_pool_close().  CONFIG: no configuration has
 * such a pool, or it has no Redis. */
ENT_CHECKED ent_status ent_session_find_redis(ent_session *session,
                                              const char *name,
                                              ent_redis_pool **pool,
                                              ent_error *err);

/* The same for what is cached there, to be given up with ent_shared_close(). */
ENT_CHECKED ent_status ent_session_find_shared(ent_session *session,
                                               const char *name,
                                               ent_shared **shared,
                                               ent_error *err);

/* The configuration that a pool is of; NULL once it was closed. */
const ent_opened *ent_session_opened_of(const ent_session *session,
                                        const ent_session_pool *pool);

/* Adds a configuration, connecting to nothing and making no table.
 * `what` is as the user wrote it: a path or an address.  CONFIG for a pool
 * name that another opened configuration has; NOMEM. */
ENT_CHECKED ent_status ent_session_add(ent_session *session, const char *what,
                                       ent_opened **opened, ent_error *err);

/* Forgets a configuration; its tables are the caller's business. */
void ent_session_remove(ent_session *session, ent_opened *opened);

/* Takes a configuration out of the list, keeping it whole, and puts it back. */
void ent_session_detach(ent_session *session, const ent_opened *opened);
void ent_session_attach(ent_session *session, ent_opened *opened);

/* Frees one that was detached; NULL is allowed. */
void ent_opened_free(ent_opened *opened);

/* The opened configuration of `what`, or NULL. */
ent_opened *ent_session_find(ent_session *session, const char *what);

/* `what` in the form that configurations are known by: an absolute path, or
 * the address itself.  To be freed with sqlite3_free(); NULL if no memory. */
char *ent_session_canonical(const char *what);

/* Reads a pool's tables, all of them (table = NULL) or one, wide (entity.h) or
 * not.  One round trip
 * besides connecting.  The result has one user. */
ENT_CHECKED ent_status ent_session_read_catalog(ent_session *session,
                                                ent_session_pool *pool,
                                                const char *table, bool is_wide,
                                                ent_catalog **catalog,
                                                ent_error *err);

#endif
