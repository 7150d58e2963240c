#ifndef ENT_CLI_SCHEMA_H
#define ENT_CLI_SCHEMA_H

#include "cli/session.h"

#include <stdbool.h>

/* What there is to be asked, in words for people.  `pattern` is one of LIKE.
 * What is shown goes where the session's results go; false where it failed,
 * which has been told. */

/* The names of all tables and views, in columns as wide as the terminal. */
bool ent_schema_tables(ent_session *session, const char *pattern);

/* The statements that would make them, with the columns of a virtual table as
 * a comment. */
bool ent_schema_show(ent_session *session, const char *pattern);

#endif
