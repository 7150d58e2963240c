#ifndef ENT_BACKENDS_BASE_REDIS_ADDRESS_H
#define ENT_BACKENDS_BASE_REDIS_ADDRESS_H

#include "backends/base/arena.h"
#include "backends/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a Redis server is and who logs in there:
 *
 *     host:port:database?option=value&...
 *     /path/of/socket:database?option=value&...
 *     redis://user:password@host:port/database?option=value&...
 *
 * The database is a number, 0 where it is left out; the port 6379.  An IPv6
 * host stands in [brackets].  Options: user=, password= (%XX stands for a byte),
 * connect_timeout_ms=N and read_timeout_ms=N (how long the server may be silent),
 * from 1.
 *
 * A server behind sentinels is written as the name that they know its master
 * by, "name:database?option=value", beside the list of their own addresses,
 * "host:port?option=value".
 *
 * No text made here ever holds a password, or a piece of an address that was
 * not understood. */
typedef struct ent_redis_address ent_redis_address;

struct ent_redis_address {
  const char *user;     /* NULL: not given */
  const char *password; /* NULL: none */
  const char *host;     /* NULL: a socket or a master */
  const char *socket;   /* an absolute path; NULL: not that */
  const char *master;   /* the name its sentinels know; NULL: not that */
  const ent_redis_address *sentinels; /* n_sentinels, of a master */
  size_t n_sentinels;
  uint16_t port; /* of a host */
  int database;
  /* 0: not given. */
  int connect_timeout_ms;
  int read_timeout_ms;
};

/* Reads the address of a server.
 * CONFIG, with words that fit behind "<where>: ", also for TLS (rediss://),
 * which does not work in this version; NOMEM.  Nothing is written then. */
ENT_CHECKED ent_status ent_redis_address_parse(const char *text,
                                               ent_arena *arena,
                                               ent_redis_address *address,
                                               ent_error *err);

/* The same of a master: its name, database and options. */
ENT_CHECKED ent_status
ent_redis_address_parse_master(const char *text, ent_arena *arena,
                               ent_redis_address *address, ent_error *err);

/* The same of a sentinel, whose port is 26379 and which has no databases. */
ENT_CHECKED ent_status
ent_redis_address_parse_sentinel(const char *text, ent_arena *arena,
                                 ent_redis_address *address, ent_error *err);

/* "host:port/0", "unix(/path)/0" or "name@[host:port, host:port]/0": an address
 * for people.  Lives in `arena`; NULL if there is no memory. */
const char *ent_redis_address_show(const ent_redis_address *address,
                                   ent_arena *arena);

/* A copy whose strings live in `arena`; false if there is no memory. */
bool ent_redis_address_copy(const ent_redis_address *from, ent_arena *arena,
                            ent_redis_address *to);

/* Whether connections to both are the same. */
bool ent_redis_address_equals(const ent_redis_address *one,
                              const ent_redis_address *other);

#endif
