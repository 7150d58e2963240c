#ifndef ENT_VTAB_WANTED_H
#define ENT_VTAB_WANTED_H

#include "vtab/entity.h"
#include "vtab/session.h"

/* Which tables a configuration makes in SQLite, and what stands in their way.
 */

/* Where the tables go and what they say of their origin. */
typedef struct ent_target {
  const char *schema;
  const char *prefix;
  const char *config; /* to be named by each table, or NULL */
} ent_target;

/* A table of SQLite that is to be made, or was. */
typedef struct ent_wanted {
  const char *name; /* in SQLite */
  const ent_entity *entity;
  const ent_session_pool *pool;
  char *sql;      /* the statement that makes it */
  char *drop_sql; /* made beforehand: undoing needs no memory */
  bool is_kept;   /* it is there already, and as it shall be */
  bool is_declared;
  const char *with_deleted; /* the entity of which it has all rows, or NULL */
  const char *query; /* it is a cached query of the entity's table `of` */
  const char *of;
} ent_wanted;

/* Why no table of SQLite can have a name: it is one of entable's own or of
 * SQLite's.  NULL if it can. */
const char *ent_wanted_refuse_name(const char *name);

/* The words of the statement that makes it. */
ent_entity_words ent_wanted_words(const ent_wanted *wanted,
                                  const ent_target *target);

typedef struct ent_wanted_list {
  ent_arena arena;
  ent_wanted *items; /* n, sorted by name */
  size_t n;
  ent_buf left_out; /* "a, b (why)": for the summary */
} ent_wanted_list;

/* Lists the tables that the pools of a configuration give: those imported, by
 * their catalogs, without what SQLite could not hold or would confuse.
 * CONFIG where two pools have tables of one name.
 * `list` is freed with ent_wanted_done(), also after a failure. */
ENT_CHECKED ent_status ent_wanted_make(ent_session *session,
                                       const ent_opened *opened,
                                       const ent_target *target,
                                       ent_wanted_list *list, ent_error *err);
void ent_wanted_done(ent_wanted_list *list);

/* Looks for the names in every schema of the handle.
 *
 *   old  what an earlier opening of the same configuration made: those are in
 *        nobody's way; NULL if there is none
 *
 * Marks as kept what is there already and as it shall be.  CONFIG with the
 * names that something else has. */
ENT_CHECKED ent_status ent_wanted_check(ent_session *session,
                                        const ent_target *target,
                                        const ent_opened *old,
                                        ent_wanted_list *list, ent_error *err);

#endif
