#include "backends/mysql/shape.h"

#include "backends/mysql/shape_type.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* How much of a long text stands in an index: 767 bytes of utf8mb4, which every
 * InnoDB can. */
enum { ENT_TEXT_PREFIX = 191 };

/* Who is being made a table of. */
typedef struct making {
  const ent_server *server;
  const ent_shape_wanted *wanted;
  const ent_declared_entity *entity;
  ent_arena *arena;
} making;

/* "entity user, line 7: column name", or as much of it as there is. */
static ent_status put_place(const making *m, ent_status status,
                            const char *what, const char *name,
                            ent_error *err) {
  if (name) status = ent_error_context(err, status, "%s %s", what, name);
  if (m->entity->line) {
    return ent_error_context(err, status, "entity %s, line %d", m->entity->name,
                             m->entity->line);
  }
  return ent_error_context(err, status, "entity %s", m->entity->name);
}

/* utf8 and utf8mb3 are one; servers have it under either name. */
static const ent_server_charset *find_charset(const making *m,
                                              const char *name) {
  static const char *const names[] = {"utf8", "utf8mb3"};
  const ent_server_charset *found;

  for (size_t i = 0; i < m->server->n_charsets; i++) {
    found = &m->server->charsets[i];
    if (strcasecmp(found->name, name) == 0) return found;
  }
  if (strcasecmp(name, names[0]) != 0 && strcasecmp(name, names[1]) != 0) {
    return NULL;
  }
  found = ent_server_find_charset(m->server, names[0]);
  return found ? found : ent_server_find_charset(m->server, names[1]);
}

/* A collation's name in full, as the server has it: MariaDB takes
 * uca1400_ai_ci for that of the charset. */
static ent_status full_collation(const making *m,
                                 const ent_server_charset *charset,
                                 const char *name, const char **full,
                                 ent_error *err) {
  const char *own = charset->collation;
  int size = (int)strcspn(own, "_");
  const ent_server_charset *of = ent_server_charset_of(m->server, name);
  const char *rest = strchr(name, '_');
  bool is_utf8 = find_charset(m, "utf8") == charset;

  if (is_utf8 && (strncasecmp(name, "utf8_", 5) == 0 ||
                  strncasecmp(name, "utf8mb3_", 8) == 0)) {
    *full = ent_arena_printf(m->arena, "%.*s%s", size, own, rest);
  } else if (of == charset) {
    *full = name;
  } else if (of) {
    return ent_fail(err, ENT_CONFIG,
                    "the collation %s is none of the charset %s", name,
                    charset->name);
  } else {
    *full = ent_arena_printf(m->arena, "%.*s_%s", size, own, name);
  }
  return *full ? ENT_OK : ent_fail_nomem(err);
}

/* Charset and collation of what names one, both or none of them.
 *
 *   charset, collation  what is declared; NULL: those of `out`, which are set
 */
static ent_status choose_charset(const making *m, const char *charset,
                                 const char *collation,
                                 const char **out_charset,
                                 const char **out_collation, ent_error *err) {
  const ent_server_charset *found = NULL;

  if (!charset && !collation) return ENT_OK;
  if (!charset) found = ent_server_charset_of(m->server, collation);
  if (!found) found = find_charset(m, charset ? charset : *out_charset);
  if (!found) {
    return ent_fail(err, ENT_CONFIG, "the server knows no charset %s", charset);
  }
  *out_charset = found->name;
  if (!collation) {
    *out_collation = found->collation;
    return ENT_OK;
  }
  return full_collation(m, found, collation, out_collation, err);
}

/* A default's value as the server will show it.  MySQL has none for what is
 * long. */
static ent_status make_value(const making *m,
                             const ent_declared_column *declared,
                             ent_shape_column *column, ent_error *err) {
  bool is_long = ent_shape_type_is_long(&column->type);

  if (is_long && !m->server->quotes_defaults) {
    return ent_fail(err, ENT_CONFIG,
                    "this server takes no default for the type %s",
                    column->type.name);
  }
  column->default_kind = ENT_SHAPE_VALUE;
  column->default_text =
      ent_shape_value(&column->type, declared->default_text, m->arena);
  return column->default_text ? ENT_OK : ent_fail_nomem(err);
}

static ent_status make_default(const making *m,
                               const ent_declared_column *declared,
                               ent_shape_column *column, ent_error *err) {
  switch (declared->default_kind) {
  case ENT_DEFAULT_VALUE: return make_value(m, declared, column, err);
  case ENT_DEFAULT_NOW: column->default_kind = ENT_SHAPE_NOW; return ENT_OK;
  case ENT_DEFAULT_NULL:
  case ENT_DEFAULT_NONE: break;
  }
  column->default_kind =
      column->is_nullable ? ENT_SHAPE_NULL : ENT_SHAPE_NO_DEFAULT;
  /* Without one such a server gives the first timestamp the time and others
   * zero; this is the one that it can be told. */
  if (!column->is_nullable && m->server->invents_timestamps &&
      strcmp(column->type.name, "timestamp") == 0) {
    column->default_kind = ENT_SHAPE_VALUE;
    column->default_text =
        ent_shape_value(&column->type, "0000-00-00 00:00:00", m->arena);
  }
  return ENT_OK;
}

static bool is_key(const ent_declared_entity *entity, const char *name) {
  for (size_t i = 0; i < entity->n_key; i++) {
    if (ent_shape_same_name(entity->key[i], name)) return true;
  }
  return false;
}

static ent_status make_column(const making *m, const ent_shape_table *table,
                              const ent_declared_column *declared,
                              ent_shape_column *column, ent_error *err) {
  ent_status status = ENT_OK;

  *column = (ent_shape_column){
      .name = declared->name,
      .type = ent_shape_type(&declared->type),
      .is_bool = strcmp(declared->type.name, "tinyint") == 0 &&
                 declared->type.size == 1 && !declared->type.is_unsigned,
      .is_nullable =
          declared->is_nullable && !is_key(m->entity, declared->name),
      .is_auto = declared->is_auto,
      .updates_itself = declared->updates_itself,
      .renamed_from = declared->renamed_from,
  };
  if (strcmp(column->type.name, "json") == 0 &&
      m->server->json == ENT_JSON_NONE) {
    return ent_fail(err, ENT_CONFIG, "this server has no type json");
  }
  if (ent_shape_type_has_charset(&column->type)) {
    column->charset = table->charset;
    column->collation = table->collation;
    status = choose_charset(m, declared->charset, declared->collation,
                            &column->charset, &column->collation, err);
  }
  return status ? status : make_default(m, declared, column, err);
}

static ent_status make_columns(const making *m, ent_shape_table *table,
                               ent_error *err) {
  const ent_declared_entity *entity = m->entity;
  size_t n = entity->n_columns;

  table->columns = ent_arena_zalloc(m->arena, n * sizeof(*table->columns));
  if (!table->columns) return ent_fail_nomem(err);
  for (size_t i = 0; i < n; i++) {
    ent_status status =
        make_column(m, table, &entity->columns[i], &table->columns[i], err);

    if (status)
      return put_place(m, status, "column", entity->columns[i].name, err);
  }
  table->n_columns = n;
  return ENT_OK;
}

/* Of a long text a part is indexed; where rows shall be unique MySQL cannot do
 * with a part, and MariaDB needs none. */
static ent_status make_part(const making *m, const ent_shape_table *table,
                            ent_shape_index *index, const char *name,
                            ent_shape_part *part, ent_error *err) {
  const ent_shape_column *column = ent_shape_find_column(table, name);

  if (!column) {
    return ent_fail(err, ENT_CONFIG, "there is no column %s", name);
  }
  part->column = column->name;
  if (!ent_shape_type_is_long(&column->type)) return ENT_OK;
  if (!index->is_unique) {
    part->prefix = ENT_TEXT_PREFIX;
  } else if (!m->server->quotes_defaults) {
    return ent_fail(err, ENT_CONFIG,
                    "this server cannot keep column %s unique, which is %s",
                    name, column->type.name);
  } else {
    index->is_hashed = true;
  }
  return ENT_OK;
}

static ent_status make_parts(const making *m, const ent_shape_table *table,
                             const char *const *names, size_t n,
                             ent_shape_index *index, ent_error *err) {
  ent_status status = ENT_OK;

  index->parts = ent_arena_zalloc(m->arena, (n + 1) * sizeof(*index->parts));
  if (!index->parts) return ent_fail_nomem(err);
  index->n_parts = n;
  for (size_t i = 0; !status && i < n; i++) {
    status = make_part(m, table, index, names[i], &index->parts[i], err);
  }
  return status;
}

static ent_status make_indexes(const making *m, ent_shape_table *table,
                               ent_error *err) {
  const ent_declared_entity *entity = m->entity;
  size_t n = entity->n_indexes;
  ent_status status;

  table->key = (ent_shape_index){.name = "PRIMARY", .is_unique = true};
  status = make_parts(m, table, entity->key, entity->n_key, &table->key, err);
  if (status) return put_place(m, status, "key", NULL, err);
  table->indexes =
      ent_arena_zalloc(m->arena, (n + 1) * sizeof(*table->indexes));
  if (!table->indexes) return ent_fail_nomem(err);
  for (size_t i = 0; i < n; i++) {
    const ent_declared_index *declared = &entity->indexes[i];
    ent_shape_index *index = &table->indexes[i];

    index->name = declared->name;
    index->is_unique = declared->is_unique;
    status = make_parts(m, table, declared->columns, declared->n_columns, index,
                        err);
    if (status) return put_place(m, status, "index", declared->name, err);
  }
  table->n_indexes = n;
  return ENT_OK;
}

static bool is_here(const ent_shape_wanted *wanted,
                    const ent_declared_entity *entity) {
  for (size_t i = 0; i < wanted->n_entities; i++) {
    if (wanted->entities[i] == entity) return true;
  }
  return false;
}

/* "user_school_id".  Where a name would be too long, what it ends with is a
 * number made of all of it. */
static const char *foreign_name(const char *table, const char *column,
                                ent_arena *arena) {
  enum { ENT_NAME_MAX = 64, ENT_NAME_KEPT = 55 };
  const char *name = ent_arena_printf(arena, "%s_%s", table, column);
  uint32_t hash = 2166136261U;
  int kept = ENT_NAME_KEPT;

  if (!name || strlen(name) <= ENT_NAME_MAX) return name;
  for (const char *c = name; *c; c++)
    hash = (hash ^ (unsigned char)*c) * 16777619U;
  /* No letter of UTF-8 is cut. */
  while (((unsigned char)name[kept] & 0xc0) == 0x80)
    kept--;
  return ent_arena_printf(arena, "%.*s_%08x", kept, name, hash);
}

static ent_status add_foreign(const making *m, ent_shape_table *table,
                              const ent_declared_column *column,
                              const ent_declared_entity *target,
                              ent_error *err) {
  static const ent_shape_action actions[] = {
      [ENT_ON_DELETE_RESTRICT] = ENT_SHAPE_RESTRICT,
      [ENT_ON_DELETE_CASCADE] = ENT_SHAPE_CASCADE,
      [ENT_ON_DELETE_SET_NULL] = ENT_SHAPE_SET_NULL,
  };
  ent_shape_foreign *foreign = &table->foreigns[table->n_foreigns];

  if (target->n_key != 1) {
    return ent_fail(err, ENT_CONFIG,
                    "it refers to %s, whose key is not one column",
                    target->name);
  }
  foreign->columns = ent_arena_alloc(m->arena, 2 * sizeof(char *));
  foreign->name = foreign_name(table->name, column->name, m->arena);
  if (!foreign->columns || !foreign->name) return ent_fail_nomem(err);
  foreign->targets = foreign->columns + 1;
  foreign->columns[0] = column->name;
  foreign->targets[0] = target->key[0];
  foreign->n_columns = 1;
  foreign->table = target->table;
  foreign->on_delete = actions[column->on_delete];
  table->n_foreigns++;
  return ENT_OK;
}

/* A reference that no foreign key can follow is a number only. */
static ent_status make_reference(const making *m, ent_shape_table *table,
                                 const ent_declared_column *column,
                                 ent_error *err) {
  const ent_shape_wanted *wanted = m->wanted;
  const ent_declared_entity *target =
      ent_declared_find(wanted->declared, column->reference);
  const char *database = NULL;
  ent_status status;

  if (!target) {
    return ent_fail(err, ENT_CONFIG, "there is no entity %s",
                    column->reference);
  }
  if (!is_here(wanted, target)) {
    if (wanted->database_of) {
      database = wanted->database_of(wanted->context, target);
    }
    if (!database) return ENT_OK;
    if (strcmp(database, m->server->database) == 0) database = NULL;
  }
  status = add_foreign(m, table, column, target, err);
  if (!status) table->foreigns[table->n_foreigns - 1].database = database;
  return status;
}

static ent_status make_foreigns(const making *m, ent_shape_table *table,
                                ent_error *err) {
  const ent_declared_entity *entity = m->entity;

  table->foreigns = ent_arena_zalloc(m->arena, (entity->n_columns + 1) *
                                                   sizeof(*table->foreigns));
  if (!table->foreigns) return ent_fail_nomem(err);
  for (size_t i = 0; i < entity->n_columns; i++) {
    const ent_declared_column *column = &entity->columns[i];
    ent_status status;

    if (!column->reference || column->is_many) continue;
    status = make_reference(m, table, column, err);
    if (status) return put_place(m, status, "column", column->name, err);
  }
  return ENT_OK;
}

static ent_status make_table(const making *m, ent_shape_table *table,
                             ent_error *err) {
  const ent_declared_entity *entity = m->entity;
  const ent_shape_wanted *wanted = m->wanted;
  const char *charset = wanted->charset ? wanted->charset : "utf8mb4";
  ent_status status;

  *table = (ent_shape_table){
      .name = entity->table,
      .entity = entity->name,
      .renamed_from = entity->renamed_from,
      .engine = "InnoDB",
      .is_table = true,
  };
  status = choose_charset(m, charset, wanted->collation, &table->charset,
                          &table->collation, err);
  if (!status) {
    status = choose_charset(m, entity->charset, entity->collation,
                            &table->charset, &table->collation, err);
  }
  if (status) return put_place(m, status, "", NULL, err);
  status = make_columns(m, table, err);
  if (!status) status = make_indexes(m, table, err);
  return status ? status : make_foreigns(m, table, err);
}

ent_status ent_shape_declared(const ent_server *server,
                              const ent_shape_wanted *wanted, ent_arena *arena,
                              ent_shape *shape, ent_error *err) {
  ent_shape made = {.n_tables = wanted->n_entities};

  made.tables =
      ent_arena_zalloc(arena, (made.n_tables + 1) * sizeof(*made.tables));
  if (!made.tables) return ent_fail_nomem(err);
  for (size_t i = 0; i < made.n_tables; i++) {
    making m = {.server = server,
                .wanted = wanted,
                .entity = wanted->entities[i],
                .arena = arena};
    ent_status status = make_table(&m, &made.tables[i], err);

    if (status) return status;
  }
  *shape = made;
  return ENT_OK;
}
