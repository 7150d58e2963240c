#ifndef ENT_BACKENDS_MYSQL_TLS_H
#define ENT_BACKENDS_MYSQL_TLS_H

#include "backends/base/address.h"

struct st_mysql;

/* Sets what an address says of TLS on a handle that is not connected yet.
 * UNAVAILABLE for a file that cannot be read, with its name. */
ENT_CHECKED ent_status ent_mysql_tls_prepare(struct st_mysql *mysql,
                                             const ent_address *address,
                                             ent_error *err);

/* Whether a handle that is connected has the TLS that its address asks for: the
 * library does without where the server has none and no certificate is to be
 * checked.  UNAVAILABLE. */
ENT_CHECKED ent_status ent_mysql_tls_check(struct st_mysql *mysql,
                                           const ent_address *address,
                                           ent_error *err);

#endif
