#ifndef ENT_BACKENDS_BASE_ADDRESS_H
#define ENT_BACKENDS_BASE_ADDRESS_H

#include "backends/base/arena.h"
#include "backends/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Where a MySQL server is and who logs in there, written in one line:
 *
 *     mysql://user:password@host:port/database?option=value&...
 *     user:password@tcp(host:port)/database?option=value&...
 *     user:password@unix(/path/of/socket)/database?option=value&...
 *
 * In the first form %XX stands for a byte.  In the two others user, password
 * and database are taken as they are, and the password may hold anything: the
 * last "@tcp(" or "@unix(" ends it.  There the protocol may also be left out
 * ("user@/database" is 127.0.0.1:3306).  An IPv6 host stands in [brackets].
 *
 * Options: limit_connections=N (0 = the default), connect_timeout_ms=N,
 * read_timeout_ms=N, write_timeout_ms=N, idle_timeout_ms=N, max_lifetime_ms=N
 * (from 1), tls=off|required|verify, tls_ca=/path, tls_cert=/path,
 * tls_key=/path, option_file=/path, option_group=NAME, pool=NAME, and in the
 * first form socket=/path.  With an option file (option_file.h) the host may be
 * missing.
 *
 * No text made here ever holds a password, or a piece of an address that was
 * not understood: what looks like a host may be one.
 */
typedef enum ent_tls {
  ENT_TLS_OFF,
  ENT_TLS_ANYONE,  /* encrypted; whoever answers is taken for the server */
  ENT_TLS_VERIFIED /* its certificate must be good, and for this host */
} ent_tls;

typedef struct ent_address {
  const char *user;     /* NULL: not given */
  const char *password; /* NULL: none */
  const char *host;     /* name or IP address without brackets; NULL: socket */
  uint16_t port;        /* 3306 if not given; 0 with a socket */
  const char *socket;   /* an absolute path; NULL: host and port */
  const char *database; /* never empty */
  const char *pool;     /* of the option pool=; NULL: not given */
  const char *tls_ca;   /* a file of certificates; NULL: the system's */
  const char *tls_cert; /* the client's own; NULL: none */
  const char *tls_key;  /* the key of that, both or neither */
  const char *option_file;  /* what was read already; NULL: none */
  const char *option_group; /* the same */
  ent_tls tls;
  bool tls_is_given; /* by the option, not by what goes with it */
  /* 0: not given. */
  int limit_connections;
  int connect_timeout_ms;
  int read_timeout_ms;  /* how long the server may be silent */
  int write_timeout_ms; /* how long it may take nothing */
  int idle_timeout_ms;  /* how long an unused connection is kept */
  int max_lifetime_ms;  /* how long any is used */
} ent_address;

/* Whether a text is meant as an address rather than as a file name: it has
 * "://", a protocol with parentheses, or a ':' before an '@'.  It need not be
 * a good address.  What starts with "/", "./" or "../" is a file name. */
bool ent_address_is_mysql(const char *text);

/* Reads an address, and the option file that it names; its strings live in
 * `arena`.
 * CONFIG, with words that fit behind "<where>: "; NOMEM.  Nothing is written
 * to `address` then. */
ENT_CHECKED ent_status ent_address_parse(const char *text, ent_arena *arena,
                                         ent_address *address, ent_error *err);

/* "user@host:port/database" or "user@unix(/path)/database": an address for
 * people.  Lives in `arena`; NULL if there is no memory. */
const char *ent_address_show(const ent_address *address, ent_arena *arena);

/* An address as ent_address_parse() reads it, with all its options but pool=,
 * and with `password` in the place of its own, as it is; NULL: without one.
 * What would not be a text of one of the shorter forms makes it a mysql://.
 * Lives in `arena`; NULL if there is no memory. */
const char *ent_address_write(const ent_address *address, const char *password,
                              ent_arena *arena);

/* Whether a text can be the name of a pool: an ASCII letter or '_', then
 * letters, digits and '_'; at most 64 bytes. */
bool ent_address_is_pool_name(const char *text);

#endif
