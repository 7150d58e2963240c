#include "backends/mysql/shape.h"

#include "backends/mysql/shape_type.h"

#include <string.h>
#include <strings.h>

/* "utf8mb3" of "utf8mb3_bin"; MySQL 8.0.28 calls that one utf8_bin still, and
 * all collations of a charset begin alike. */
const ent_server_charset *ent_server_charset_of(const ent_server *server,
                                                const char *collation) {
  size_t size = collation ? strcspn(collation, "_") : 0;

  for (size_t i = 0; size && i < server->n_charsets; i++) {
    const char *own = server->charsets[i].collation;

    if (strcspn(own, "_") == size && strncasecmp(own, collation, size) == 0) {
      return &server->charsets[i];
    }
  }
  return NULL;
}

const ent_server_charset *ent_server_find_charset(const ent_server *server,
                                                  const char *name) {
  for (size_t i = 0; i < server->n_charsets; i++) {
    if (strcmp(server->charsets[i].name, name) == 0) {
      return &server->charsets[i];
    }
  }
  return NULL;
}

bool ent_shape_same_name(const char *a, const char *b) {
  return strcasecmp(a, b) == 0;
}

bool ent_shape_same_text(const char *a, const char *b) {
  return a == b || (a && b && strcmp(a, b) == 0);
}

bool ent_shape_same_table(const ent_server *server, const char *a,
                          const char *b) {
  return server->folds_names ? strcasecmp(a, b) == 0 : strcmp(a, b) == 0;
}

ent_shape_table *ent_shape_find_table(const ent_server *server,
                                      const ent_shape *shape,
                                      const char *name) {
  for (size_t i = 0; i < shape->n_tables; i++) {
    if (ent_shape_same_table(server, shape->tables[i].name, name)) {
      return &shape->tables[i];
    }
  }
  return NULL;
}

ent_shape_column *ent_shape_find_column(const ent_shape_table *table,
                                        const char *name) {
  for (size_t i = 0; i < table->n_columns; i++) {
    if (ent_shape_same_name(table->columns[i].name, name)) {
      return &table->columns[i];
    }
  }
  return NULL;
}

bool ent_shape_same_values(const ent_shape_column *a,
                           const ent_shape_column *b) {
  return ent_shape_same_type(&a->type, &b->type) &&
         ent_shape_same_text(a->charset, b->charset) &&
         ent_shape_same_text(a->collation, b->collation);
}

bool ent_shape_same_default(const ent_shape_column *a,
                            const ent_shape_column *b) {
  return a->default_kind == b->default_kind &&
         ent_shape_same_text(a->default_text, b->default_text);
}

/* An array has room for as many as the power of two that is not below n. */
void *ent_shape_grow(ent_arena *arena, void *items, size_t n, size_t size) {
  void *larger;

  if (n & (n - 1)) return items;
  larger = ent_arena_zalloc(arena, (n ? 2 * n : 1) * size);
  if (larger && n) memcpy(larger, items, n * size);
  return larger;
}
