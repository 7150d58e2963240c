#include "backends/base/registry_walk.h"
#include "backends/base/tokens.h"

#include <string.h>

/* A name that SQLite or a server will see, and what has it. */
typedef struct owned {
  const char *name;
  const ent_registry_entity *e;
  const char *piece; /* what makes the table; NULL: the entity itself */
  int line;
} owned;

/* A list of such names while it is made. */
typedef struct owned_list {
  owned *items;
  size_t n;
  ent_names names;
} owned_list;

static bool start_list(const ent_registry *r, owned_list *list, size_t room) {
  list->n = 0;
  list->items = ent_arena_alloc(r->arena, (room + 1) * sizeof(*list->items));
  if (list->items && ent_names_start(&list->names, room, r->arena)) return true;
  r->problems->no_memory = true;
  return false;
}

static void add(const ent_registry *r, owned_list *list, owned item) {
  if (!item.name) {
    r->problems->no_memory = true;
    return;
  }
  ent_names_add(&list->names, item.name, list->n);
  list->items[list->n++] = item;
}

static const char *key_of(const ent_registry *r, const owned *item) {
  return item->piece ? ent_registry_key(r, item->e, item->piece)
                     : item->e->entity->name;
}

/* "on line 7", or nothing where there are no lines. */
static const char *where(const ent_registry *r, const owned *item) {
  const char *text = item->line > 0
                         ? ent_arena_printf(r->arena, " on line %d", item->line)
                         : "";

  return text ? text : "";
}

/* ---- names in SQLite ---- */

static void add_made(const ent_registry *r, owned_list *list,
                     const ent_registry_entity *e, const char *piece,
                     const char *suffix, int line) {
  const char *name =
      ent_arena_printf(r->arena, "%s_%s", e->entity->name, suffix);

  add(r, list, (owned){.name = name, .e = e, .piece = piece, .line = line});
}

static void add_sqlite_names(const ent_registry *r, owned_list *list,
                             const ent_registry_entity *e) {
  const ent_declared_entity *entity = e->entity;

  add(r, list, (owned){.name = entity->name, .e = e, .line = entity->line});
  if (entity->fake_delete) {
    add_made(r, list, e, ent_fake_delete, "with_deleted", entity->line);
  }
  if (entity->log_pool) add_made(r, list, e, "log", "log", entity->line);
  for (size_t i = 0; i < entity->n_queries; i++) {
    const ent_declared_query *query = &entity->queries[i];

    add_made(r, list, e, query->name, query->name, query->line);
  }
}

static void refuse_twin(const ent_registry *r, const owned *item,
                        const owned *first) {
  if (!item->piece && !first->piece) {
    ent_problems_add(r->problems, item->line, key_of(r, item),
                     "an entity of this name is there already%s",
                     where(r, first));
  } else {
    ent_problems_add(r->problems, item->line, key_of(r, item),
                     "the table %s is that of %s%s already", item->name,
                     key_of(r, first), where(r, first));
  }
}

static void check_sqlite_names(const ent_registry *r) {
  size_t room = 0;
  owned_list list;

  for (size_t i = 0; i < r->declared->n_entities; i++)
    room += 3 + r->declared->entities[i].n_queries;
  if (!start_list(r, &list, room)) return;
  for (size_t i = 0; i < r->declared->n_entities; i++)
    add_sqlite_names(r, &list, &r->entities[i]);
  ent_names_sort(&list.names);
  for (size_t i = 1; i < list.n; i++) {
    const owned *first = &list.items[list.names.items[i - 1].at];
    const owned *item = &list.items[list.names.items[i].at];

    if (ent_name_compare(first->name, item->name) == 0) {
      refuse_twin(r, item, first);
    }
  }
}

/* ---- tables on servers ---- */

/* A table with its database in front, as one name. */
static const char *table_name(const ent_registry *r, const char *pool,
                              const char *table) {
  return ent_arena_printf(r->arena, "%zu/%s", ent_registry_database(r, pool),
                          table);
}

static void add_server_tables(const ent_registry *r, owned_list *list,
                              const ent_registry_entity *e) {
  const ent_declared_entity *entity = e->entity;
  const char *name = table_name(r, entity->pool, entity->table);
  const char *log;

  add(r, list, (owned){.name = name, .e = e, .line = entity->line});
  if (!entity->log_pool) return;
  log = ent_arena_printf(r->arena, "_log_%s", entity->name);
  name = log ? table_name(r, entity->log_pool, log) : NULL;
  if (log && ent_name_refused(log)) {
    ent_problems_add(r->problems, entity->line, ent_registry_key(r, e, "log"),
                     "the name of its table, %s, %s", log,
                     ent_name_refused(log));
  }
  add(r, list,
      (owned){.name = name, .e = e, .piece = "log", .line = entity->line});
}

/* Whose old name is the name of a table that is still declared, or was that of
 * another one, too. */
static void check_renamed(const ent_registry *r, const owned_list *list) {
  owned_list olds;

  if (!start_list(r, &olds, r->declared->n_entities)) return;
  for (size_t i = 0; i < r->declared->n_entities; i++) {
    const ent_registry_entity *e = &r->entities[i];
    const ent_declared_entity *entity = e->entity;
    const ent_named *found;
    owned item = {.e = e, .piece = "renamed_from", .line = entity->line};

    if (!entity->renamed_from) continue;
    item.name = table_name(r, entity->pool, entity->renamed_from);
    if (item.name) add(r, &olds, item);
    found = item.name ? ent_names_find(&list->names, item.name) : NULL;
    if (!found) continue;
    ent_problems_add(r->problems, entity->line, key_of(r, &item),
                     "the table %s is declared still, by %s",
                     entity->renamed_from, key_of(r, &list->items[found->at]));
  }
  ent_names_sort(&olds.names);
  for (size_t i = 1; i < olds.n; i++) {
    const owned *first = &olds.items[olds.names.items[i - 1].at];
    const owned *item = &olds.items[olds.names.items[i].at];

    if (ent_name_compare(first->name, item->name) != 0) continue;
    ent_problems_add(r->problems, item->line, key_of(r, item),
                     "%s comes from the same table", first->e->entity->name);
  }
}

static void check_server_tables(const ent_registry *r) {
  owned_list list;

  if (!start_list(r, &list, 2 * r->declared->n_entities)) return;
  for (size_t i = 0; i < r->declared->n_entities; i++)
    add_server_tables(r, &list, &r->entities[i]);
  ent_names_sort(&list.names);
  for (size_t i = 1; i < list.n; i++) {
    const owned *first = &list.items[list.names.items[i - 1].at];
    const owned *item = &list.items[list.names.items[i].at];
    const char *table = strchr(item->name, '/') + 1;

    if (ent_name_compare(first->name, item->name) != 0) continue;
    /* Of two entities of one name it is told already. */
    if (!first->piece && !item->piece &&
        ent_name_compare(first->e->entity->name, item->e->entity->name) == 0) {
      continue;
    }
    ent_problems_add(r->problems, item->line, key_of(r, item),
                     "the table %s of the server is that of %s%s already",
                     table, key_of(r, first), where(r, first));
  }
  check_renamed(r, &list);
}

/* ---- pools ---- */

static void check_pool(const ent_registry *r, const ent_registry_entity *e,
                       const char *piece, const char *name) {
  if (ent_registry_pool(r, name)) return;
  ent_problems_add(r->problems, e->entity->line, ent_registry_key(r, e, piece),
                   "there is no pool '%s'%s", name,
                   ent_registry_hint(r, &r->pool_names, name));
}

/* A foreign key does not leave its server. */
static void check_servers(const ent_registry *r, const ent_registry_entity *e) {
  const ent_config_pool *own = ent_registry_pool(r, e->entity->pool);

  for (size_t i = 0; own && i < e->entity->n_columns; i++) {
    const ent_declared_column *column = &e->entity->columns[i];
    const ent_registry_entity *to =
        column->reference && !column->is_many
            ? ent_registry_entity_of(r, column->reference)
            : NULL;
    const ent_config_pool *pool =
        to ? ent_registry_pool(r, to->entity->pool) : NULL;

    if (!pool || ent_registry_is_one_server(pool, own)) continue;
    ent_problems_add(r->problems, column->line,
                     ent_registry_key(r, e, column->name),
                     "entity '%s' is on another server (pool %s), where no "
                     "reference can go; write the type of its key",
                     to->entity->name, pool->name);
  }
}

void ent_registry_check_tables(const ent_registry *r) {
  check_sqlite_names(r);
  check_server_tables(r);
  for (size_t i = 0; i < r->declared->n_entities; i++) {
    const ent_registry_entity *e = &r->entities[i];
    const ent_declared_entity *entity = e->entity;

    if (ent_name_begins(entity->name, "sqlite_")) {
      ent_problems_add(r->problems, entity->line, entity->name,
                       "a name that begins with sqlite_ is one of SQLite's");
    }
    check_pool(r, e, "pool", entity->pool);
    if (entity->log_pool && strcmp(entity->log_pool, entity->pool) != 0) {
      check_pool(r, e, "log", entity->log_pool);
    }
    check_servers(r, e);
  }
}
