#ifndef ENT_BACKENDS_BASE_ENTITY_ITEMS_H
#define ENT_BACKENDS_BASE_ENTITY_ITEMS_H

#include "backends/base/arena.h"
#include "backends/base/declared.h"
#include "backends/base/error.h"

/* An entity as SQL declares it:
 *
 *     CREATE VIRTUAL TABLE user USING entity(
 *       id bigint unsigned,
 *       name varchar(100) not null,
 *       school_id references school not null,
 *       unique name_age(name, age),
 *       index by_seen(seen),
 *       primary key(id),
 *       query by_age(where age = ? order by id),
 *       query by_name(one where name = ?),
 *       pool=default, table=user, local_cache, redis_cache=second_pool,
 *       log=true, dirty=(user_changed, any_changed), fake_delete,
 *       charset=utf8mb4, collation=utf8mb4_bin, renamed_from=person, wide=text
 *     );
 *
 * An item is an option where '=' follows its first word, or where it is
 * local_cache, redis_cache, log or fake_delete alone.  Items that begin with
 * unique, index, primary or query are what that word says.  Everything else is
 * a column, and a quoted name always is.  "primary key()" says that there is
 * none. */
typedef struct ent_entity_items {
  ent_declared_entity entity;
  const char *config;       /* of the option config=: the configuration that the
                         pool is one of; or NULL */
  const char *with_deleted; /* of the option with_deleted=: the entity of which
                               the table has all rows, those that are marked as
                               deleted among them; or NULL */
} ent_entity_items;

/* Reads n items, as SQLite splits them at their commas, into an entity of this
 * name.  Without any column it is one whose columns are read from the server.
 * The strings live in `arena`; `name` as long as that.
 * CONFIG: "item: what is wrong"; the first one ends it.  NOMEM. */
ENT_CHECKED ent_status ent_entity_items_read(const char *name,
                                             const char *const *items, size_t n,
                                             ent_arena *arena,
                                             ent_entity_items *read,
                                             ent_error *err);

#endif
