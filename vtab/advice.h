#ifndef ENT_VTAB_ADVICE_H
#define ENT_VTAB_ADVICE_H

#include "vtab/session.h"

/* What people should know of a pool whose server answers: where its caches may
 * answer wrongly, or do not answer at all.  For entable_check. */

/* Some round trips to the server; where it has a Redis, some to that.  A Redis
 * that does not answer is passed over.
 *
 *   text  sentences, with "; " between them, in `arena`; NULL where there are
 *         none
 *
 * Errors of ent_mysql_origin_read() and of `reach`; NOMEM, INTERRUPTED. */
ENT_CHECKED ent_status ent_advise(const ent_session_pool *pool,
                                  const ent_deadline *deadline,
                                  ent_arena *arena, const char **text,
                                  ent_error *err);

#endif
