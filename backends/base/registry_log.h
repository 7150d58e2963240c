#ifndef ENT_BACKENDS_BASE_REGISTRY_LOG_H
#define ENT_BACKENDS_BASE_REGISTRY_LOG_H

#include "backends/base/arena.h"
#include "backends/base/declared.h"
#include "backends/base/error.h"

/* The log table of an entity: an entity of its own, so that it is made and
 * changed as every table is, and never made anew for a difference.
 *
 *     user_log, on the server _log_user, in the pool that `log` names
 *       id         bigint unsigned, numbered by the server
 *       entity_id  the type of the entity's key; indexed
 *       added_at   datetime(6) not null
 *       meta, before, changes   json
 *
 *   of  resolved, with a log pool and a key of one column
 *   to  written into `arena`; strings of `of`, too
 *
 * NOMEM. */
ENT_CHECKED ent_status ent_registry_log(const ent_declared_entity *of,
                                        ent_arena *arena,
                                        ent_declared_entity *to,
                                        ent_error *err);

#endif
