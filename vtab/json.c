#include "vtab/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

static ent_status append_escaped(ent_buf *buf, const char *text, size_t size,
                                 ent_error *err) {
  static const char hex[] = "0123456789abcdef";
  ent_status status = ent_buf_append(buf, "\"", 1, err);

  for (size_t i = 0; !status && i < size; i++) {
    unsigned char c = (unsigned char)text[i];

    if (c == '"' || c == '\\') {
      char pair[2] = {'\\', (char)c};

      status = ent_buf_append(buf, pair, 2, err);
    } else if (c < 0x20) {
      char code[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

      status = ent_buf_append(buf, code, 6, err);
    } else {
      status = ent_buf_append(buf, text + i, 1, err);
    }
  }
  return status ? status : ent_buf_append(buf, "\"", 1, err);
}

static ent_status append_hex(ent_buf *buf, const char *data, size_t size,
                             ent_error *err) {
  static const char hex[] = "0123456789abcdef";
  ent_status status = ent_buf_append(buf, "\"", 1, err);

  for (size_t i = 0; !status && i < size; i++) {
    unsigned char c = (unsigned char)data[i];
    char pair[2] = {hex[c >> 4], hex[c & 15]};

    status = ent_buf_append(buf, pair, 2, err);
  }
  return status ? status : ent_buf_append(buf, "\"", 1, err);
}

ent_status ent_json_value(ent_buf *buf, const ent_value *value,
                          ent_error *err) {
  switch (value->kind) {
  case ENT_NULL: break;
  case ENT_I64:
    return ent_buf_printf(buf, err, "%lld", (long long)value->as.i64);
  case ENT_U64:
    return ent_buf_printf(buf, err, "%llu", (unsigned long long)value->as.u64);
  case ENT_F64:
    if (!isfinite(value->as.f64)) break;
    return ent_buf_printf(buf, err, "%.17g", value->as.f64);
  case ENT_ASCII:
  case ENT_TEXT:
    return append_escaped(buf, value->as.bytes.data, value->as.bytes.size, err);
  case ENT_BLOB:
    return append_hex(buf, value->as.bytes.data, value->as.bytes.size, err);
  case ENT_DIGITS:
    return ent_buf_append(buf, value->as.bytes.data, value->as.bytes.size, err);
  }
  return ent_buf_append(buf, "null", 4, err);
}

ent_status ent_json_object(ent_buf *buf, const ent_mysql_query *query,
                           const ent_value *values, ent_error *err) {
  ent_status status = ent_buf_append(buf, "{", 1, err);

  for (unsigned i = 0; !status && i < ent_mysql_query_n_columns(query); i++) {
    const char *name = ent_mysql_query_name(query, i);

    if (i) status = ent_buf_append(buf, ",", 1, err);
    if (!status) status = append_escaped(buf, name, strlen(name), err);
    if (!status) status = ent_buf_append(buf, ":", 1, err);
    if (!status) status = ent_json_value(buf, &values[i], err);
  }
  return status ? status : ent_buf_append(buf, "}", 1, err);
}

static ent_status value_of(const cJSON *item, ent_arena *arena, ent_value *to,
                           ent_error *err) {
  const double two_53 = 9007199254740992.0;

  *to = (ent_value){.kind = ENT_NULL};
  if (cJSON_IsBool(item)) {
    *to = ent_value_i64(cJSON_IsTrue(item));
  } else if (cJSON_IsNumber(item)) {
    double number = item->valuedouble;

    *to = number == floor(number) && fabs(number) <= two_53
              ? ent_value_i64((int64_t)number)
              : ent_value_f64(number);
  } else if (cJSON_IsString(item)) {
    const char *copy = ent_arena_strdup(arena, item->valuestring);

    if (!copy) return ent_fail_nomem(err);
    *to = ent_value_bytes(ENT_TEXT, copy, strlen(copy));
  } else if (!cJSON_IsNull(item)) {
    return ent_fail(err, ENT_MISMATCH,
                    "the array of values holds an array or an object");
  }
  return ENT_OK;
}

static ent_status take_items(const cJSON *array, ent_arena *arena,
                             const ent_value **values, size_t *n,
                             ent_error *err) {
  size_t count = (size_t)cJSON_GetArraySize(array);
  ent_value *taken = ent_arena_alloc(arena, (count + 1) * sizeof(*taken));
  const cJSON *item;
  size_t i = 0;

  if (!taken) return ent_fail_nomem(err);
  cJSON_ArrayForEach(item, array) {
    ent_status status = value_of(item, arena, &taken[i++], err);

    if (status) return status;
  }
  *values = taken;
  *n = count;
  return ENT_OK;
}

ent_status ent_json_array(const ent_value *text, ent_arena *arena,
                          const ent_value **values, size_t *n, ent_error *err) {
  cJSON *json = cJSON_ParseWithLength(text->as.bytes.data, text->as.bytes.size);
  ent_status status = ENT_OK;

  if (cJSON_IsArray(json)) status = take_items(json, arena, values, n, err);
  cJSON_Delete(json);
  return status;
}
