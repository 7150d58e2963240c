#ifndef ENT_CLI_TEMPLATE_H
#define ENT_CLI_TEMPLATE_H

#include "backends/base/arena.h"
#include "backends/base/error.h"

/* Makes the data directory of a new MariaDB, `dir`/data.
 *
 * Making one takes a second or two, copying one a thirtieth of that.  So it is
 * made once, in $XDG_CACHE_HOME or ~/.cache, and copied from there; where the
 * cache cannot be written, it is made in place.
 *
 *   install  path of mariadb-install-db
 *   server   path of mariadbd, whose version the copy must have
 *
 * INTERRUPTED by a signal; REJECTED and UNAVAILABLE where a program fails,
 * what it said is then in `dir`/log. */
ENT_CHECKED ent_status ent_template_make(const char *dir, const char *install,
                                         const char *server, ent_arena *arena,
                                         ent_error *err);

#endif
