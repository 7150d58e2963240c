#include "backends/base/entity.h"

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

const char *ent_type_declared(ent_type type) {
  return types[type].declared;
}

const char *ent_type_name(ent_type type) {
  return types[type].name;
}
