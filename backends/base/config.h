#ifndef ENT_BACKENDS_BASE_CONFIG_H
#define ENT_BACKENDS_BASE_CONFIG_H

#include "backends/base/address.h"
#include "backends/base/arena.h"
#include "backends/base/declared.h"
#include "backends/base/error.h"
#include "backends/base/redis_address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A configuration: which servers there are, and what of them is read.
 *
 *     default:
 *       mysql: app:${SHOP_PASSWORD}@tcp(db.example:3306)/shop
 *       import: true                  # or ["customer", "order_*"]
 *       replica: [mysql://app@replica.example/shop]
 *       transactions: xa              # commits together with log
 *       redis: cache.example:6379:0   # or sentinel: {main: [host:port, …]}
 *       prefix: "shop:"               # in front of the keys of its caches
 *     log:
 *       mysql: mysql://app@db.example/log
 *       transactions: xa
 *     settings:
 *       timeout_ms: 5000
 *     enums:
 *       color: [Red, Green]
 *     entities:                       # declared.h
 *       user: {columns: {id: bigint unsigned, hair: enum color}}
 *
 * ${NAME} in a value is replaced by that environment variable before the value
 * is looked at; "${" has no other meaning.  Every other key that entable is to
 * have is refused by name until it works; nothing is ignored.
 */
typedef struct ent_config_pool {
  const char *name; /* a pool name, see ent_address_is_pool_name() */
  int line;         /* where it begins in the file; 0 for an address */
  ent_address address;
  const ent_address *replicas; /* n_replicas; read-only servers of the same */
  size_t n_replicas;
  bool import;                 /* whether any table is imported */
  const char *const *patterns; /* n_patterns; those of the tables imported */
  size_t n_patterns;           /* 0 with `import`: every table */
  const char *charset;         /* mysqlEncoding: of the tables declared here */
  const char *collation;       /* the same; NULL: not given */
  bool is_wide;                /* wide: text, of all its tables */
  bool has_known_triggers;     /* triggers: known */
  bool xa; /* transactions: xa; of no pool of a file or of two at least */
} ent_config_pool;

/* The Redis of a pool. */
typedef struct ent_config_redis {
  const char *name; /* of the pool; it may be that of one with MySQL */
  int line;         /* of its address */
  ent_redis_address address;
  const char *prefix; /* "" unless given */
} ent_config_redis;

/* The cache in this process that a pool names. */
typedef struct ent_config_local {
  const char *name;   /* of the pool, which may have nothing else */
  uint64_t max_rows;  /* 0: as many as the bytes take */
  uint64_t max_bytes; /* 0: not given */
} ent_config_local;

enum { ENT_CONFIG_PREFIX_MAX = 64 }; /* bytes of a prefix */

typedef struct ent_config {
  const char *path;             /* the file as given; the address as shown */
  const ent_config_pool *pools; /* n_pools with a MySQL server, in the order of
                                   the file; names are unique, addresses need
                                   not be */
  size_t n_pools;
  const ent_config_redis *redis; /* n_redis pools with a Redis; there is one
                                    pool at least, of either kind */
  size_t n_redis;
  const ent_config_local *locals; /* n_locals pools with a local cache */
  size_t n_locals;
  ent_declared declared;  /* entities and enums */
  int64_t timeout_ms;     /* settings.timeout_ms; -1: not given */
  int64_t snapshot_max_s; /* settings.snapshot_max_s; the same */
  int64_t redis_ttl_s;    /* the same, and those that follow */
  int64_t absent_ttl_s;
  int64_t commit_max_s;
  int64_t local_cache_lag_ms;
  int64_t local_cache_ttl_s;
  bool writes_without_redis; /* settings.redis_down: proceed */
  ent_arena arena;           /* what all of the above lives in */
} ent_config;

enum { ENT_CONFIG_MAX_SIZE = 1 << 20 }; /* bytes of a file */

/* Reads a file of YAML into an immutable `config`, which the caller frees with
 * ent_config_free().  Connects to nothing.
 * CONFIG: the file cannot be read or is wrong; the text names the file, the
 * lines, the keys and what would be right, several at once, and no password.
 * NOMEM. */
ENT_CHECKED ent_status ent_config_read(const char *path, ent_config **config,
                                       ent_error *err);

/* The same from `size` bytes of text; `name` stands for the file. */
ENT_CHECKED ent_status ent_config_parse(const char *name, const char *text,
                                        size_t size, ent_config **config,
                                        ent_error *err);

/* The configuration that an address by itself means: one pool, named by its
 * option pool= or "default", with every table imported.  Errors as
 * ent_config_read(). */
ENT_CHECKED ent_status ent_config_of_address(const char *text,
                                             ent_config **config,
                                             ent_error *err);

/* CONFIG where a configuration declares what this version does not do yet; the
 * text names it as that of ent_config_read() does.  NOMEM. */
ENT_CHECKED ent_status ent_config_unfinished(ent_config *config,
                                             ent_error *err);

/* Whether a pool has a MySQL server. */
bool ent_config_has_mysql(const ent_config *config, const char *pool);

/* The Redis of a pool; NULL if it has none. */
const ent_config_redis *ent_config_find_redis(const ent_config *config,
                                              const char *pool);

/* The local cache of a pool; NULL if it has none. */
const ent_config_local *ent_config_find_local(const ent_config *config,
                                              const char *pool);

/* Frees a configuration; NULL is allowed. */
void ent_config_free(ent_config *config);

/* Whether a table is one of those that a pool imports.  In a pattern '*' stands
 * for any characters, '?' for one; letters count with their case. */
bool ent_config_matches(const ent_config_pool *pool, const char *table);

#endif
