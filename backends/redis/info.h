#ifndef ENT_BACKENDS_REDIS_INFO_H
#define ENT_BACKENDS_REDIS_INFO_H

#include "backends/redis/connection.h"

/* What a Redis server says of itself. */
typedef struct ent_redis_info {
  char version[32];
  uint64_t reign; /* of its run_id and master_replid: another one since it
                     started, and since it became master */
  bool evicts;    /* under pressure of memory it removes keys */
} ent_redis_info;

/* Asks for it: one round trip.  Errors of ent_redis_connection_run(); PROTOCOL
 * where the answer lacks what the reign is made of. */
ENT_CHECKED ent_status ent_redis_info_read(ent_redis_connection *connection,
                                           const ent_deadline *deadline,
                                           ent_redis_info *info,
                                           ent_error *err);

/* The reign of the server behind a connection.  One round trip the first time;
 * `again` where a value of another reign was met: asked anew then, at most once a
 * second.  Errors of ent_redis_info_read(). */
ENT_CHECKED ent_status ent_redis_info_reign(ent_redis_connection *connection,
                                            bool again,
                                            const ent_deadline *deadline,
                                            uint64_t *reign, ent_error *err);

#endif
