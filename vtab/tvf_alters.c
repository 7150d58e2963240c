#include "vtab/tvf_alters.h"

#include "backends/mysql/alter.h"
#include "vtab/databases.h"

#include <string.h>

enum { ENT_ALTERS_COLUMNS = 5 };

typedef struct alters_rows {
  ent_rows base; /* must be first */
  ent_arena arena;
  ent_databases databases;
  ent_alters *alters; /* of each database */
  char **pools;       /* its pool's name */
  size_t database;
  size_t at;
  ent_value values[ENT_ALTERS_COLUMNS];
} alters_rows;

static ent_value text_or_null(const char *text) {
  if (!text) return (ent_value){.kind = ENT_NULL};
  return ent_value_bytes(ENT_TEXT, text, strlen(text));
}

static ent_status alters_next(ent_rows *base, const ent_deadline *deadline,
                              const ent_value **row, ent_error *err) {
  alters_rows *rows = (alters_rows *)base;
  const ent_alter *alter;

  (void)deadline, (void)err;
  while (rows->database < rows->databases.n &&
         rows->at == rows->alters[rows->database].n) {
    rows->database++;
    rows->at = 0;
  }
  if (rows->database == rows->databases.n) return ENT_DONE;
  alter = &rows->alters[rows->database].items[rows->at++];
  rows->values[0] = text_or_null(rows->pools[rows->database]);
  rows->values[1] = text_or_null(alter->entity);
  rows->values[2] = text_or_null(alter->sql);
  rows->values[3] = text_or_null(ent_alter_class_name(alter->class));
  rows->values[4] = text_or_null(alter->reason);
  *row = rows->values;
  return ENT_OK;
}

static void alters_close(ent_rows *base) {
  alters_rows *rows = (alters_rows *)base;

  ent_arena_done(&rows->arena);
  sqlite3_free(rows);
}

static const ent_rows_ops alters_ops = {
    .next = alters_next,
    .close = alters_close,
};

static ent_status compare(alters_rows *rows, size_t i,
                          const ent_deadline *deadline, ent_error *err) {
  ent_database *database = &rows->databases.items[i];
  ent_status status;

  /* A copy: the configuration may be closed while rows are shown. */
  rows->pools[i] = ent_arena_strdup(&rows->arena, database->pool->name);
  if (!rows->pools[i]) return ent_fail_nomem(err);
  status = ent_mysql_alters(&database->pool->mysql, &database->wanted,
                            &rows->arena, deadline, &rows->alters[i], err);
  return ent_error_context(err, status, "pool %s", rows->pools[i]);
}

/* Leaves out the tables that are in use without being named. */
static void leave_imported(alters_rows *rows, size_t i) {
  ent_alters *alters = &rows->alters[i];
  size_t n = 0;

  for (size_t k = 0; k < alters->n; k++) {
    if (alters->items[k].class != ENT_ALTER_PRUNE) {
      alters->items[n++] = alters->items[k];
    }
  }
  alters->n = n;
}

/* Names of entities, too, belong to the configuration. */
static ent_status keep_names(alters_rows *rows, ent_error *err) {
  for (size_t i = 0; i < rows->databases.n; i++) {
    for (size_t k = 0; k < rows->alters[i].n; k++) {
      ent_alter *alter = &rows->alters[i].items[k];

      if (!alter->entity) continue;
      alter->entity = ent_arena_strdup(&rows->arena, alter->entity);
      if (!alter->entity) return ent_fail_nomem(err);
    }
  }
  return ENT_OK;
}

static ent_status compare_all(alters_rows *rows, const ent_tvf_call *call,
                              ent_error *err) {
  ent_status status =
      ent_databases_make(call->session, &rows->arena, &rows->databases, err);
  size_t n = rows->databases.n;

  if (status) return status;
  rows->alters = ent_arena_zalloc(&rows->arena, (n + 1) * sizeof(ent_alters));
  rows->pools = ent_arena_zalloc(&rows->arena, (n + 1) * sizeof(char *));
  if (!rows->alters || !rows->pools) return ent_fail_nomem(err);
  for (size_t i = 0; !status && i < n; i++) {
    status = compare(rows, i, &call->deadline, err);
    if (rows->databases.items[i].is_imported) leave_imported(rows, i);
  }
  return status ? status : keep_names(rows, err);
}

static ent_status alters_open(const ent_tvf_call *call, ent_rows **out,
                              ent_error *err) {
  alters_rows *rows = sqlite3_malloc64(sizeof(*rows));
  ent_status status;

  if (!rows) return ent_fail_nomem(err);
  *rows = (alters_rows){.base.ops = &alters_ops};
  status = compare_all(rows, call, err);
  if (status) {
    alters_close(&rows->base);
    return status;
  }
  *out = &rows->base;
  return ENT_OK;
}

const ent_tvf ent_tvf_alters = {
    .name = "entity_alters",
    .where = "entity_alters",
    .columns = "pool TEXT, entity TEXT, sql TEXT, class TEXT, reason TEXT",
    .n_columns = ENT_ALTERS_COLUMNS,
    .open = alters_open,
};
