#ifndef ENT_BACKENDS_REDIS_CLIENT_H
#define ENT_BACKENDS_REDIS_CLIENT_H

#include "backends/base/arena.h"
#include "backends/base/deadline.h"
#include "backends/base/redis_address.h"
#include "backends/redis/reply.h"

#include <stdbool.h>
#include <stddef.h>

/* One connection to a Redis server, and the protocol on it: requests go out and
 * replies come in as many and as they are, in order.  The only file that knows
 * hiredis, of which it uses the connecting and the reading of replies; what
 * hiredis sends it would send with SIGPIPE.
 *
 * Who is logged in, and where, is connection.h's business.  Used by one thread
 * at a time.  After an error other than NOMEM of ent_redis_client_add() it is
 * broken, and good for closing only. */
typedef struct ent_redis_client ent_redis_client;

/* An argument of a command. */
typedef struct ent_redis_arg {
  const void *data;
  size_t size;
} ent_redis_arg;

/* Connects to a host or a socket; the host's name is looked up by the system,
 * which no deadline ends.  UNAVAILABLE, TIMEOUT, INTERRUPTED, NOMEM. */
ENT_CHECKED ent_status ent_redis_client_open(const ent_redis_address *address,
                                             const ent_deadline *deadline,
                                             ent_redis_client **client,
                                             ent_error *err);

void ent_redis_client_close(ent_redis_client *client); /* NULL is allowed */

/* Puts a command, n >= 1 arguments, behind those to be sent.  Sends nothing.
 * NOMEM, TOO_BIG: it is not there then. */
ENT_CHECKED ent_status ent_redis_client_add(ent_redis_client *client,
                                            const ent_redis_arg *args, size_t n,
                                            ent_error *err);

/* Sends what is to be sent, as far as it is not, and gives the next reply.
 *
 *   arena  holds it
 *
 * An error that the server answers is a reply, also where it hung up with it
 * before it was asked.  UNAVAILABLE, PROTOCOL, TOO_BIG (a string of more than
 * 1 GiB), TIMEOUT, INTERRUPTED, NOMEM. */
ENT_CHECKED ent_status ent_redis_client_read(ent_redis_client *client,
                                             const ent_deadline *deadline,
                                             ent_arena *arena,
                                             const ent_redis_reply **reply,
                                             ent_error *err);

/* Gives the next reply if it is here whole; DONE where it is not: `arena` may
 * hold a part of it then, and must be given again.  For a connection that
 * listens; errors as the above. */
ENT_CHECKED ent_status ent_redis_client_poll(ent_redis_client *client,
                                             ent_arena *arena,
                                             const ent_redis_reply **reply,
                                             ent_error *err);

/* Whether nothing is under way, and the server has not hung up as far as is
 * known here. */
bool ent_redis_client_is_idle(const ent_redis_client *client);

/* Whether nothing is under way, nothing has come that was not asked for, and it
 * is not broken; asks nobody. */
bool ent_redis_client_is_quiet(const ent_redis_client *client);

#endif
