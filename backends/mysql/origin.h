#ifndef ENT_BACKENDS_MYSQL_ORIGIN_H
#define ENT_BACKENDS_MYSQL_ORIGIN_H

#include "backends/mysql/pool.h"

/* Which server it is, in its own words: the same whatever address or proxy
 * leads there. */

enum { ENT_ORIGIN_NAME = 256 };

typedef struct ent_mysql_origin {
  uint64_t id; /* the same for all nodes of a Galera cluster; else of MySQL's
                  server_uuid, or of what MariaDB tells: its host, port and
                  directory, and server_uid where it has one */
  char name[ENT_ORIGIN_NAME]; /* "host:port", for people */
  bool is_galera;             /* a node of a cluster */
  bool waits; /* in sessions of the pool a read waits for what other nodes have
                 committed: wsrep_sync_wait has bit 1 */
} ent_mysql_origin;

/* Asks the server of a pool, in no transaction: one round trip, two of a node of
 * Galera, and as many more the first time of a connection.  Errors of
 * ent_mysql_pool_acquire() and of statements. */
ENT_CHECKED ent_status ent_mysql_origin_read(ent_mysql_pool *pool,
                                             const ent_deadline *deadline,
                                             ent_mysql_origin *origin,
                                             ent_error *err);

#endif
