#include "backends/mysql/import.h"

#include "backends/base/config_keys.h"
#include "backends/base/entity_declared.h"
#include "backends/base/registry.h"
#include "backends/base/yaml.h"
#include "backends/base/yaml_write.h"
#include "backends/mysql/alter.h"
#include "backends/mysql/import_write.h"
#include "backends/mysql/introspect.h"

#include <string.h>

/* A table, and what becomes of it. */
typedef struct candidate {
  const ent_shape_table *table;
  const char *reason; /* why it is no entity; NULL: it is one */
  int first, last;    /* its lines in what was written */
} candidate;

typedef struct importing {
  ent_mysql_session *session;
  const ent_config_pool *pool;
  ent_import_refuse_name *refuse_name;
  ent_arena *arena;
  const ent_deadline *deadline;
  ent_server server;
  ent_shape live;
  ent_mysql_tables seen; /* the same tables, as they are read */
  ent_import_place place;
  candidate *tables; /* one for each of `live` */
  ent_buf text;
  int line;      /* of what is written next */
  bool is_again; /* a table has gone over: all is to be written anew */
} importing;

/* ---- which tables are no entities ---- */

/* Makes a table one that is imported, unless it is. */
static ent_status leave(importing *im, candidate *table, const char *before,
                        const char *reason, ent_error *err) {
  if (table->reason) return ENT_OK;
  table->reason = ent_arena_printf(im->arena, "%s%s", before, reason);
  if (!table->reason) return ent_fail_nomem(err);
  im->is_again = true;
  return ENT_OK;
}

static const char *refuse_kind(const ent_shape_table *table) {
  if (!table->is_table) return "a view or a sequence";
  if (!table->engine || !ent_shape_same_name(table->engine, "InnoDB")) {
    return "its engine is not InnoDB";
  }
  return NULL;
}

/* Names of SQLite's tables have no case.  Of several the first by its bytes
 * stays, whichever the server tells first. */
static bool is_twin(const importing *im, const ent_shape_table *table) {
  for (size_t i = 0; i < im->live.n_tables; i++) {
    const ent_shape_table *other = &im->live.tables[i];

    if (other != table && ent_shape_same_name(other->name, table->name) &&
        strcmp(other->name, table->name) < 0) {
      return true;
    }
  }
  return false;
}

static candidate *find(const importing *im, const char *name) {
  const ent_shape_table *table =
      ent_shape_find_table(&im->server, &im->live, name);

  return table ? &im->tables[table - im->live.tables] : NULL;
}

static size_t count_foreigns(const ent_shape_table *table, const char *column) {
  size_t n = 0;

  for (size_t i = 0; i < table->n_foreigns; i++) {
    const ent_shape_foreign *foreign = &table->foreigns[i];

    for (size_t k = 0; k < foreign->n_columns; k++)
      n += ent_shape_same_name(foreign->columns[k], column);
  }
  return n;
}

/* Why a foreign key cannot be a reference; NULL if it can. */
static const char *refuse_foreign(const importing *im,
                                  const ent_shape_table *table,
                                  const ent_shape_foreign *foreign) {
  const candidate *target;

  if (foreign->n_columns != 1) return "is of several columns";
  if (foreign->database) return "goes to another database";
  if (foreign->on_update != ENT_SHAPE_RESTRICT) return "says ON UPDATE";
  if (foreign->on_delete == ENT_SHAPE_SET_DEFAULT) {
    return "says ON DELETE SET DEFAULT";
  }
  if (count_foreigns(table, foreign->columns[0]) > 1) {
    return "is on a column that has another one";
  }
  target = find(im, foreign->table);
  if (!target) return "goes to a table that is not there";
  if (target->reason) return "goes to a table that is no entity";
  if (target->table->key.n_parts != 1 ||
      !ent_shape_same_name(target->table->key.parts[0].column,
                           foreign->targets[0])) {
    return "does not go to the key there";
  }
  return NULL;
}

static ent_status leave_for_foreigns(importing *im, candidate *table,
                                     ent_error *err) {
  for (size_t i = 0; i < table->table->n_foreigns; i++) {
    const ent_shape_foreign *foreign = &table->table->foreigns[i];
    const char *why = refuse_foreign(im, table->table, foreign);
    const char *before;

    if (!why) continue;
    before = ent_arena_printf(im->arena, "foreign key %s to %s ", foreign->name,
                              foreign->table);
    if (!before) return ent_fail_nomem(err);
    return leave(im, table, before, why, err);
  }
  return ENT_OK;
}

/* A table that is no entity takes along those that refer to it. */
static ent_status leave_known(importing *im, ent_error *err) {
  ent_status status = ENT_OK;

  do {
    im->is_again = false;
    for (size_t i = 0; !status && i < im->live.n_tables; i++) {
      candidate *table = &im->tables[i];
      const char *why = refuse_kind(table->table);

      if (table->reason) continue;
      if (!why) why = im->refuse_name(table->table->name);
      if (!why && is_twin(im, table->table)) {
        why = "its name is that of another table but for the case of letters";
      }
      status = why ? leave(im, table, "", why, err)
                   : leave_for_foreigns(im, table, err);
    }
  } while (!status && im->is_again);
  return status;
}

/* ---- what is written ---- */

static ent_status put(importing *im, const char *text, ent_error *err) {
  for (const char *at = strchr(text, '\n'); at; at = strchr(at + 1, '\n'))
    im->line++;
  return ent_buf_append(&im->text, text, strlen(text), err);
}

static ent_status put_option(importing *im, const char *key, const char *value,
                             ent_error *err) {
  ent_status status = put(im, key, err);

  if (!status) status = ent_yaml_write_text(&im->text, value, err);
  return status ? status : put(im, "\n", err);
}

/* What is said of the pool besides its tables.
 *
 *   address  of its server */
static ent_status put_pool(importing *im, const char *address, ent_error *err) {
  ent_status status = ent_yaml_write_name(&im->text, im->pool->name, err);

  if (!status) status = put(im, ":\n", err);
  if (!status) status = put_option(im, "  mysql: ", address, err);
  if (!status) {
    status = put_option(im, "  mysqlEncoding: ", im->place.charset, err);
  }
  if (!status) {
    status = put_option(im, "  collation: ", im->place.collation, err);
  }
  if (!status && im->pool->is_wide) {
    status = put_option(im, "  wide: ", "text", err);
  }
  return status;
}

static bool has_entities(const importing *im) {
  for (size_t i = 0; i < im->live.n_tables; i++) {
    if (!im->tables[i].reason) return true;
  }
  return false;
}

static int count_lines(const char *text, size_t size) {
  int n = 0;

  for (size_t i = 0; i < size; i++)
    n += text[i] == '\n';
  return n;
}

/* One that cannot be written is left. */
static ent_status put_entity(importing *im, candidate *table, ent_error *err) {
  ent_error own = {.status = ENT_OK};
  size_t from = im->text.size;
  ent_status status =
      ent_import_write(&im->place, table->table, &im->text, &own);

  if (status == ENT_CONFIG) return leave(im, table, "", own.text, err);
  if (status) {
    *err = own;
    return status;
  }
  table->first = im->line;
  im->line += count_lines(im->text.data + from, im->text.size - from);
  table->last = im->line - 1;
  return ENT_OK;
}

static ent_status put_entities(importing *im, ent_error *err) {
  ent_status status = ENT_OK;

  if (has_entities(im)) status = put(im, "entities:\n", err);
  for (size_t i = 0; !status && i < im->live.n_tables; i++) {
    if (!im->tables[i].reason) status = put_entity(im, &im->tables[i], err);
  }
  return status;
}

/* ---- what was written is read ---- */

/* Telling each problem to the table whose lines it is on. */
typedef struct blaming {
  importing *im;
  ent_status status;
  ent_error *err;
} blaming;

static ent_status leave_for(importing *im, candidate *table, const char *key,
                            const char *text, ent_error *err) {
  const char *before = key ? ent_arena_printf(im->arena, "%s: ", key) : "";

  return before ? leave(im, table, before, text, err) : ent_fail_nomem(err);
}

static void blame(void *context, int line, const char *key, const char *text) {
  blaming *b = context;
  importing *im = b->im;

  for (size_t i = 0; !b->status && i < im->live.n_tables; i++) {
    candidate *table = &im->tables[i];

    if (table->reason || line < table->first || line > table->last) continue;
    b->status = leave_for(im, table, key, text, b->err);
  }
}

/* Gives a configuration, whose strings live in `scratch`, or leaves tables. */
static ent_status read_back(importing *im, ent_arena *scratch,
                            ent_config *config, ent_error *err) {
  ent_problems problems = {.file = "what was written", .arena = scratch};
  blaming b = {.im = im, .err = err};
  const ent_yaml *root =
      ent_yaml_parse(im->text.data, im->text.size, scratch, &problems);

  if (root) ent_config_take(root, config, &problems);
  if (!problems.no_memory) ent_problems_each(&problems, blame, &b);
  if (b.status || im->is_again) return b.status;
  return ent_problems_report(&problems, err);
}

/* Looks at each entity by itself, to know which of them it is that the server
 * cannot have. */
static ent_status probe(importing *im, const ent_shape_wanted *wanted,
                        ent_arena *scratch, ent_error *err) {
  for (size_t i = 0; i < wanted->n_entities; i++) {
    ent_shape_wanted one = *wanted;
    ent_error own = {.status = ENT_OK};
    candidate *table = find(im, wanted->entities[i]->table);
    ent_shape shape;
    ent_status status;

    one.entities = &wanted->entities[i];
    one.n_entities = 1;
    status = ent_shape_declared(&im->server, &one, scratch, &shape, &own);
    if (status == ENT_CONFIG && table) {
      status = leave(im, table, "", own.text, err);
    } else if (status) {
      *err = own;
    }
    if (status) return status;
  }
  return ENT_OK;
}

static const ent_entity *find_seen(const importing *im, const char *table) {
  for (size_t i = 0; i < im->seen.n; i++) {
    if (strcmp(im->seen.entities[i]->table, table) == 0) {
      return im->seen.entities[i];
    }
  }
  return NULL;
}

/* Whether rows can be read by the declaration.  A comparison does not say: a
 * unique index is the key that a server shows where there is no other. */
static ent_status meet_one(importing *im, const ent_declared *declared,
                           const ent_declared_entity *from, ent_arena *scratch,
                           ent_error *err) {
  ent_entity_form form = {.is_wide = im->pool->is_wide, .declared = declared};
  const ent_entity *seen = find_seen(im, from->table);
  candidate *table = find(im, from->table);
  ent_error own = {.status = ENT_OK};
  const ent_entity *entity;
  ent_status status =
      ent_entity_of_declared(from, &form, scratch, &entity, err);

  if (status || !seen || !table) return status;
  status = ent_entity_meet(entity, seen, scratch, &entity, &own);
  if (status == ENT_CONFIG) {
    return leave(im, table, "as an entity it could not be read: ", own.text,
                 err);
  }
  if (status) *err = own;
  return status;
}

static ent_status meet(importing *im, const ent_declared *declared,
                       ent_arena *scratch, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < declared->n_entities; i++)
    status = meet_one(im, declared, &declared->entities[i], scratch, err);
  return status;
}

/* What would be changed, by the words of a migration. */
static ent_status compare(importing *im, const ent_shape_wanted *wanted,
                          ent_arena *scratch, ent_error *err) {
  ent_alters alters = {.n = 0};
  ent_status status = ent_mysql_alters(im->session, wanted, scratch,
                                       im->deadline, &alters, err);

  for (size_t i = 0; !status && i < alters.n; i++) {
    const ent_alter *alter = &alters.items[i];
    candidate *table = find(im, alter->table);

    if (alter->class == ENT_ALTER_PRUNE) continue;
    if (!table) {
      return ent_fail(err, ENT_PROTOCOL, "table %s has gone meanwhile: %s",
                      alter->table, alter->reason);
    }
    status = leave(im, table,
                   "as an entity it would be changed: ", alter->reason, err);
  }
  return status;
}

static ent_status gather(const importing *im, const ent_declared *declared,
                         ent_arena *scratch, ent_shape_wanted *wanted,
                         ent_error *err) {
  const ent_declared_entity **entities = ent_arena_alloc(
      scratch, (declared->n_entities + 1) * sizeof(ent_declared_entity *));

  if (!entities) return ent_fail_nomem(err);
  for (size_t i = 0; i < declared->n_entities; i++)
    entities[i] = &declared->entities[i];
  *wanted = (ent_shape_wanted){.declared = declared,
                               .entities = entities,
                               .n_entities = declared->n_entities,
                               .charset = im->place.charset,
                               .collation = im->place.collation};
  return ENT_OK;
}

/* Reads what was written and compares it; leaves tables for which that fails
 * or finds a difference. */
static ent_status verify(importing *im, ent_arena *scratch, ent_error *err) {
  ent_config config = {.timeout_ms = -1};
  const ent_declared *declared;
  ent_shape_wanted wanted;
  ent_status status = read_back(im, scratch, &config, err);

  if (status || im->is_again) return status;
  status = ent_registry_resolve(&config.declared, scratch, &declared, err);
  if (!status) status = gather(im, declared, scratch, &wanted, err);
  if (!status) status = meet(im, declared, scratch, err);
  if (!status) status = probe(im, &wanted, scratch, err);
  if (status || im->is_again) return status;
  return compare(im, &wanted, scratch, err);
}

/* Writes the entities until nothing is to be said against them.  Every time at
 * least one table is left. */
static ent_status settle(importing *im, ent_error *err) {
  ent_arena scratch = {.blocks = NULL};
  ent_status status;

  do {
    status = leave_known(im, err);
    im->text.size = 0;
    im->line = 1;
    if (!status) status = put_pool(im, "nobody@/nothing", err);
    if (!status) status = put_entities(im, err);
    if (!status && !im->is_again && has_entities(im)) {
      status = verify(im, &scratch, err);
    }
    ent_arena_reset(&scratch);
  } while (!status && im->is_again);
  ent_arena_done(&scratch);
  return status;
}

/* ---- the whole text ---- */

/* "SHOP_PASSWORD", after the database where that can be a variable's name. */
static char *password_variable(const importing *im) {
  const char *database = im->pool->address.database;
  const char *name =
      ent_address_is_pool_name(database) ? database : im->pool->name;
  char *variable = ent_arena_printf(im->arena, "%s_PASSWORD", name);

  for (char *c = variable; c && *c; c++) {
    if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
  }
  return variable;
}

/* With an option file the password is taken from there. */
static ent_status put_head(importing *im, ent_error *err) {
  const ent_address *address = &im->pool->address;
  bool has_password = address->password && !address->option_file;
  const char *variable = password_variable(im);
  const char *password = NULL;
  const char *text;
  ent_status status;

  if (!variable) return ent_fail_nomem(err);
  if (has_password) {
    password = ent_arena_printf(im->arena, "${%s}", variable);
    if (!password) return ent_fail_nomem(err);
  }
  text = ent_address_write(address, password, im->arena);
  if (!text) return ent_fail_nomem(err);
  status = ent_buf_printf(&im->text, err, "%s%s%s",
                          password ? "# The password is taken from the "
                                     "environment, from the variable "
                                   : "",
                          password ? variable : "", password ? ".\n" : "");
  return status ? status : put_pool(im, text, err);
}

/* A name as a pattern that matches it and has no variable in it. */
static ent_status put_pattern(importing *im, const char *name, ent_error *err) {
  char *pattern = ent_arena_strdup(im->arena, name);

  if (!pattern) return ent_fail_nomem(err);
  for (char *at = strstr(pattern, "${"); at; at = strstr(at, "${"))
    *at = '?';
  return put_option(im, "    - ", pattern, err);
}

static ent_status put_left(importing *im, const candidate *table,
                           ent_error *err) {
  ent_status status = put(im, "    ", err);

  if (!status) status = ent_yaml_write_comment(&im->text, table->reason, err);
  if (!status) status = put(im, "\n", err);
  return status ? status : put_pattern(im, table->table->name, err);
}

static ent_status put_all(importing *im, ent_error *err) {
  bool is_first = true;
  ent_status status;

  im->text.size = 0;
  status = put_head(im, err);
  for (size_t i = 0; !status && i < im->live.n_tables; i++) {
    const candidate *table = &im->tables[i];

    if (!table->reason) continue;
    if (is_first) status = put(im, "  import:\n", err);
    if (!status) status = put_left(im, table, err);
    is_first = false;
  }
  return status ? status : put_entities(im, err);
}

static ent_status give(importing *im, ent_imported *imported, ent_error *err) {
  size_t n = im->live.n_tables;
  ent_import_left *left = ent_arena_alloc(im->arena, (n + 1) * sizeof(*left));

  if (!left) return ent_fail_nomem(err);
  *imported = (ent_imported){.left = left};
  for (size_t i = 0; i < n; i++) {
    const candidate *table = &im->tables[i];

    if (!table->reason) continue;
    left[imported->n_left++] =
        (ent_import_left){.table = table->table->name, .reason = table->reason};
  }
  imported->text = ent_arena_copy(im->arena, im->text.data, im->text.size);
  return imported->text ? ENT_OK : ent_fail_nomem(err);
}

/* How many tables have a collation. */
static size_t count_collation(const ent_shape *live, const char *collation) {
  size_t n = 0;

  for (size_t i = 0; i < live->n_tables; i++)
    n += ent_shape_same_text(live->tables[i].collation, collation);
  return n;
}

/* What most tables have need not be said for each. */
static void choose_charset(importing *im) {
  const ent_server_charset *usual =
      ent_server_find_charset(&im->server, "utf8mb4");
  size_t most = 0;

  im->place.charset = "utf8mb4";
  im->place.collation = usual ? usual->collation : "utf8mb4_general_ci";
  for (size_t i = 0; i < im->live.n_tables; i++) {
    const ent_shape_table *table = &im->live.tables[i];
    size_t n =
        table->charset ? count_collation(&im->live, table->collation) : 0;

    if (n <= most) continue;
    most = n;
    im->place.charset = table->charset;
    im->place.collation = table->collation;
  }
}

static ent_status start(importing *im, ent_error *err) {
  ent_status status =
      ent_server_ask(im->session, im->arena, im->deadline, &im->server, err);

  if (!status) {
    status = ent_shape_live(im->session, &im->server, im->arena, im->deadline,
                            &im->live, err);
  }
  if (!status) {
    status = ent_mysql_introspect(im->session, NULL, im->pool->is_wide,
                                  im->arena, im->deadline, &im->seen, err);
  }
  if (status) return status;
  im->tables = ent_arena_zalloc(im->arena,
                                (im->live.n_tables + 1) * sizeof(*im->tables));
  if (!im->tables) return ent_fail_nomem(err);
  for (size_t i = 0; i < im->live.n_tables; i++)
    im->tables[i].table = &im->live.tables[i];
  im->place = (ent_import_place){
      .server = &im->server, .live = &im->live, .pool = im->pool->name};
  choose_charset(im);
  return ENT_OK;
}

ent_status ent_mysql_import(ent_mysql_session *session,
                            const ent_config_pool *pool,
                            ent_import_refuse_name *refuse_name,
                            ent_arena *arena, const ent_deadline *deadline,
                            ent_imported *imported, ent_error *err) {
  importing im = {.session = session,
                  .pool = pool,
                  .refuse_name = refuse_name,
                  .arena = arena,
                  .deadline = deadline};
  ent_status status;

  ent_buf_init(&im.text, ENT_CONFIG_MAX_SIZE);
  status = start(&im, err);
  if (!status) status = settle(&im, err);
  if (!status) status = put_all(&im, err);
  if (!status) status = give(&im, imported, err);
  ent_buf_done(&im.text);
  if (status == ENT_TOO_BIG) {
    return ent_error_context(err, status,
                             "the configuration of %zu tables is larger than "
                             "1 MiB",
                             im.live.n_tables);
  }
  return status;
}
