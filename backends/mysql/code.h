#ifndef ENT_BACKENDS_MYSQL_CODE_H
#define ENT_BACKENDS_MYSQL_CODE_H

#include "backends/base/error.h"

#include <stdbool.h>

/* What the error numbers of a server and of the client library mean. */

/* The status of an error; its text tells a table's key from other unique
 * indexes.  REJECTED for what has no other name. */
ent_status ent_mysql_code_status(unsigned code, const char *text);

/* Whether nothing can be asked on the connection any more. */
bool ent_mysql_code_is_loss(unsigned code);

/* Whether a statement that has failed with it, and taken its connection along,
 * may be carried out by the server all the same: nothing was heard of it.  False
 * for what a server has said, and for what could not be sent; 0 is one that was
 * not waited for any longer. */
bool ent_mysql_code_is_unknown(unsigned code);

#endif
