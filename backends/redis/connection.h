#ifndef ENT_BACKENDS_REDIS_CONNECTION_H
#define ENT_BACKENDS_REDIS_CONNECTION_H

#include "backends/base/histogram.h"
#include "backends/redis/client.h"

#include <stdbool.h>
#include <stdint.h>

/* A connection that is logged in, at its database, and to the master where
 * there are sentinels.  Used by one thread at a time. */
typedef struct ent_redis_connection ent_redis_connection;

/* Connects and logs in: two round trips; behind sentinels one more for each of
 * them that is asked, and one that makes sure of the master.
 *
 *   address  must outlive it
 *
 * UNAVAILABLE, also where no sentinel knows a master; REJECTED by the server
 * (a wrong password, no such database), in words that never repeat a password;
 * TIMEOUT past connect_timeout_ms (1000) or the deadline, INTERRUPTED, NOMEM. */
ENT_CHECKED ent_status ent_redis_connection_open(
    const ent_redis_address *address, const ent_deadline *deadline,
    ent_redis_connection **connection, ent_error *err);

void ent_redis_connection_close(
    ent_redis_connection *connection); /* NULL is allowed */

/* When it was opened, by ent_now_ms(). */
int64_t ent_redis_connection_born_ms(const ent_redis_connection *connection);

/* What has been learnt of the server behind it (info.h). */
typedef struct ent_redis_note {
  bool has_reign;
  uint64_t reign;
  int64_t asked_ms; /* when it was asked for it */
} ent_redis_note;

ent_redis_note *ent_redis_connection_note(ent_redis_connection *connection);
/* Whether this process opened it; else its parent did, before a fork(), and may
 * use it still. */
bool ent_redis_connection_is_own(const ent_redis_connection *connection);

ent_redis_client *
ent_redis_connection_client(const ent_redis_connection *connection);

/* Has the time of each round trip from now on, in microseconds, be counted in
 * `times`, which must outlive the connection. */
void ent_redis_connection_time(ent_redis_connection *connection,
                               ent_histogram *times);

/* Sends one command and gives what is answered, also where that is an error.  One
 * round trip, whose time is counted.  Errors as ent_redis_client_read(). */
ENT_CHECKED ent_status ent_redis_connection_ask(
    ent_redis_connection *connection, const ent_redis_arg *args, size_t n,
    const ent_deadline *deadline, ent_arena *arena,
    const ent_redis_reply **reply, ent_error *err);

/* Runs one command; the error that the server answers becomes REJECTED.  One
 * round trip.  Errors as ent_redis_client_read(). */
ENT_CHECKED ent_status ent_redis_connection_run(
    ent_redis_connection *connection, const ent_redis_arg *args, size_t n,
    const ent_deadline *deadline, ent_arena *arena,
    const ent_redis_reply **reply, ent_error *err);

/* Makes what the server has answered an error: REJECTED, or UNAVAILABLE where it
 * cannot answer such a command now (it is loading, or no master any more). */
ent_status ent_redis_reply_fail(const ent_redis_reply *reply, ent_error *err);

/* An argument of a nul-terminated text. */
ent_redis_arg ent_redis_arg_text(const char *text);

#endif
