#include "vtab/meet.h"

#include "backends/base/entity_declared.h"
#include "vtab/caching.h"

static ent_status read_tables(ent_table *table, ent_error *err) {
  ent_session_pool *pool = table->pool;

  if (pool->catalog) return ENT_OK;
  return ent_session_read_catalog(table->session, pool, NULL, false,
                                  &pool->catalog, err);
}

static ent_status meet(ent_table *table, ent_error *err) {
  ent_catalog *catalog = table->pool->catalog;
  const ent_entity *live = ent_catalog_find(catalog, table->declared->table);
  ent_error why = {.status = ENT_OK};
  ent_status status;

  if (!live) {
    return ent_fail(err, ENT_CONFIG,
                    "not on the server yet: SELECT entity_migrate('safe') "
                    "makes it");
  }
  status = ent_entity_meet(table->plain, live, &table->origin->arena,
                           &table->entity, &why);
  if (status) {
    return ent_fail(err, status,
                    "%s: SELECT * FROM entity_alters tells what to do",
                    why.text);
  }
  ent_catalog_unref(table->catalog);
  table->catalog = ent_catalog_ref(catalog);
  table->n_met++;
  return ent_caching_table(table, err);
}

ent_status ent_table_meet(ent_table *table, ent_error *err) {
  ent_status status = ent_table_pool(table, err);

  if (status || !table->declared) return status;
  status = read_tables(table, err);
  if (status || table->catalog == table->pool->catalog) return status;
  return meet(table, err);
}

void ent_meet_forget(ent_session_pool *pool) {
  ent_catalog_unref(pool->catalog);
  pool->catalog = NULL;
}
