#ifndef ENT_BACKENDS_MYSQL_SOURCE_H
#define ENT_BACKENDS_MYSQL_SOURCE_H

#include "backends/mysql/session.h"
#include "backends/source.h"

/* MySQL as an ent_source.
 *
 * A get is one prepared SELECT for up to 1000 keys.  A search asks for a small
 * first page; most end there.  One that does not begins anew in a way that
 * makes all its pages one state: by key in a consistent snapshot, or, where
 * there is no key to page by, from a cursor whose result the server keeps.
 *
 *   session  must outlive the source and everything searched through it
 *
 * Connects to nothing.  NOMEM. */
ENT_CHECKED ent_status ent_mysql_source_open(ent_mysql_session *session,
                                             ent_source **source,
                                             ent_error *err);

/* The `search` of the source (pages.c). */
ENT_CHECKED ent_status ent_mysql_search(ent_mysql_session *session,
                                        const ent_query *query,
                                        ent_pages **pages, ent_error *err);

#endif
