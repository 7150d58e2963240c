#include "cache/table.h"

#include "backends/base/hash.h"

#include <string.h>

/* Adds a name in lower case, as a server has it that does not tell cases
 * apart. */
static uint64_t add_lower(uint64_t hash, const char *name) {
  size_t size = strlen(name);

  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)name[i];

    if (c >= 'A' && c <= 'Z') c = (unsigned char)(c + ('a' - 'A'));
    hash = ent_hash_byte(hash, c);
  }
  return ent_hash_add(hash, "", 0);
}

uint64_t ent_table_hash(const char *database, const char *table) {
  uint64_t hash = ent_hash_start(ENT_HASH_TABLE);

  hash = add_lower(hash, database);
  return ent_hash_end(add_lower(hash, table));
}

static uint64_t add_text(uint64_t hash, const char *text) {
  return ent_hash_add(hash, text, strlen(text));
}

uint64_t ent_table_layout(const ent_entity *entity) {
  uint64_t hash = ent_hash_start(ENT_HASH_LAYOUT);

  hash = add_text(hash, entity->table);
  hash = ent_hash_byte(hash, entity->is_living);
  for (uint16_t i = 0; i < entity->n_columns; i++) {
    const ent_column *column = &entity->columns[i];

    hash = add_text(hash, column->name);
    hash = ent_hash_byte(hash, (unsigned char)column->type);
    hash = ent_hash_byte(hash, column->is_wide);
    hash = ent_hash_byte(hash, column->scale);
  }
  return ent_hash_end(hash);
}

uint64_t ent_table_column(const char *name) {
  return ent_hash_end(add_lower(ent_hash_start(ENT_HASH_COLUMN), name));
}
