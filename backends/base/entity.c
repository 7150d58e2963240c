#include "backends/base/entity.h"

#include "backends/base/error.h"

#include <string.h>

static const struct {
  const char *name;
  const char *declared;
} types[ENT_N_TYPES] = {
    [ENT_TYPE_INTEGER] = {"integer", "INTEGER"},
    [ENT_TYPE_UNSIGNED] = {"unsigned", "INTEGER"},
    [ENT_TYPE_YEAR] = {"year", "INTEGER"},
    [ENT_TYPE_DECIMAL] = {"decimal", "DECIMAL"},
    [ENT_TYPE_FLOAT] = {"float", "REAL"},
    [ENT_TYPE_DOUBLE] = {"double", "REAL"},
    [ENT_TYPE_TEXT] = {"text", "TEXT"},
    [ENT_TYPE_ENUM] = {"enum", "TEXT"},
    [ENT_TYPE_SET] = {"set", "TEXT"},
    [ENT_TYPE_JSON] = {"json", "TEXT"},
    [ENT_TYPE_DATE] = {"date", "TEXT"},
    [ENT_TYPE_DATETIME] = {"datetime", "TEXT"},
    [ENT_TYPE_TIME] = {"time", "TEXT"},
    [ENT_TYPE_BLOB] = {"blob", "BLOB"},
    [ENT_TYPE_GEOMETRY] = {"geometry", "BLOB"},
};

bool ent_type_can_be_wide(ent_type type) {
  return type == ENT_TYPE_UNSIGNED || type == ENT_TYPE_DECIMAL;
}

const char *ent_column_declared(const ent_column *column) {
  return column->is_wide ? "TEXT" : ent_type_declared(column->type);
}

const char *ent_type_declared(ent_type type) {
  return types[type].declared;
}

const char *ent_type_name(ent_type type) {
  return types[type].name;
}

static const struct {
  const char *name;
  ent_type type;
} type_names[] = {
    {"tinyint", ENT_TYPE_INTEGER},
    {"smallint", ENT_TYPE_INTEGER},
    {"mediumint", ENT_TYPE_INTEGER},
    {"int", ENT_TYPE_INTEGER},
    {"bigint", ENT_TYPE_INTEGER},
    {"bit", ENT_TYPE_INTEGER},
    {"year", ENT_TYPE_YEAR},
    {"decimal", ENT_TYPE_DECIMAL},
    {"float", ENT_TYPE_FLOAT},
    {"double", ENT_TYPE_DOUBLE},
    {"char", ENT_TYPE_TEXT},
    {"varchar", ENT_TYPE_TEXT},
    {"tinytext", ENT_TYPE_TEXT},
    {"text", ENT_TYPE_TEXT},
    {"mediumtext", ENT_TYPE_TEXT},
    {"longtext", ENT_TYPE_TEXT},
    {"enum", ENT_TYPE_ENUM},
    {"set", ENT_TYPE_SET},
    {"json", ENT_TYPE_JSON},
    {"date", ENT_TYPE_DATE},
    {"datetime", ENT_TYPE_DATETIME},
    {"timestamp", ENT_TYPE_DATETIME},
    {"time", ENT_TYPE_TIME},
    {"binary", ENT_TYPE_BLOB},
    {"varbinary", ENT_TYPE_BLOB},
    {"tinyblob", ENT_TYPE_BLOB},
    {"blob", ENT_TYPE_BLOB},
    {"mediumblob", ENT_TYPE_BLOB},
    {"longblob", ENT_TYPE_BLOB},
    {"geometry", ENT_TYPE_GEOMETRY},
    {"point", ENT_TYPE_GEOMETRY},
    {"linestring", ENT_TYPE_GEOMETRY},
    {"polygon", ENT_TYPE_GEOMETRY},
    {"multipoint", ENT_TYPE_GEOMETRY},
    {"multipolygon", ENT_TYPE_GEOMETRY},
    {"multilinestring", ENT_TYPE_GEOMETRY},
    {"geometrycollection", ENT_TYPE_GEOMETRY},
    {"geomcollection", ENT_TYPE_GEOMETRY},
};

ent_type ent_type_of_name(const char *name, bool is_unsigned, uint64_t size) {
  ent_type type = ENT_TYPE_JSON;

  for (size_t i = 0; i < ENT_COUNT(type_names); i++) {
    if (strcmp(name, type_names[i].name) == 0) type = type_names[i].type;
  }
  if (strcmp(name, "bigint") == 0 && is_unsigned) return ENT_TYPE_UNSIGNED;
  if (strcmp(name, "bit") == 0 && size == 64) return ENT_TYPE_UNSIGNED;
  return type;
}

ent_key_kind ent_key_kind_of(const ent_column *columns, const uint16_t *key,
                             uint16_t n_key) {
  if (n_key == 0) return ENT_KEY_NONE;
  if (n_key > 1) return ENT_KEY_COMPOSITE;
  switch ((int)columns[key[0]].type) {
  case ENT_TYPE_INTEGER:
  case ENT_TYPE_UNSIGNED: return ENT_KEY_INTEGER;
  case ENT_TYPE_TEXT:
  case ENT_TYPE_BLOB: return ENT_KEY_BYTES;
  default: return ENT_KEY_COMPOSITE;
  }
}
