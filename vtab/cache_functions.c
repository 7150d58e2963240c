#include "vtab/cache_functions.h"

#include "cache/local_value.h"
#include "vtab/call.h"
#include "vtab/report.h"
#include "vtab/session.h"
#include "vtab/value.h"

static void fail(sqlite3_context *context, const char *function,
                 ent_error *err) {
  ent_error_context(err, err->status, "%s()", function);
  ent_report_function(context, ENT_PHASE_READ, err);
}

/* A key; with `field` one of its fields. */
static ent_status take_name(sqlite3_value *key, sqlite3_value *field,
                            ent_local_name *name, ent_error *err) {
  int size = 0;
  ent_status status = ent_call_text(key, "key", &name->key, &size, err);

  name->key_size = (size_t)size;
  if (status || !field) return status;
  status = ent_call_text(field, "field", &name->field, &size, err);
  name->field_size = (size_t)size;
  return status;
}

static ent_status get(sqlite3_context *context, int argc, sqlite3_value **argv,
                      ent_error *err) {
  ent_session *session = sqlite3_user_data(context);
  ent_local_name name = {.key = NULL};
  const ent_local_entry *entry = NULL;
  ent_status status;

  if (argc != 1 && argc != 2) {
    return ent_fail(err, ENT_CONFIG, "the arguments are key [, field]");
  }
  status = take_name(argv[0], argc == 2 ? argv[1] : NULL, &name, err);
  if (!status) status = ent_local_value_get(&name, &entry, err);
  if (!status && entry) {
    uint32_t size;
    ent_value value = ent_row_value(ent_local_entry_row(entry, &size), 0);

    ent_value_result(&session->numerals, context, &value);
  }
  ent_local_unref(entry);
  return status;
}

void ent_cache_get_function(sqlite3_context *context, int argc,
                            sqlite3_value **argv) {
  ent_error err = {.status = ENT_OK};

  if (get(context, argc, argv, &err)) fail(context, "cache_get", &err);
}

static ent_status keep(const ent_local_name *name, sqlite3_value *from,
                       int64_t ttl_ms, ent_error *err) {
  ent_value value;
  ent_buf row;
  ent_status status = ent_value_borrow(from, &value, err);

  if (status) return status;
  ent_buf_init(&row, ENT_LOCAL_MAX_ROW);
  ent_value_pack(&value, &row);
  status = ent_local_value_set(
      name, row.size ? (const ent_row *)row.data : NULL, row.size, ttl_ms, err);
  ent_buf_done(&row);
  return status;
}

static ent_status set(sqlite3_context *context, int argc, sqlite3_value **argv,
                      ent_error *err) {
  bool has_field = argc == 4;
  sqlite3_value *seconds = argc >= 3 ? argv[argc - 1] : NULL;
  ent_local_name name = {.key = NULL};
  int64_t ttl_ms = 0;
  ent_status status;

  if (argc < 2 || argc > 4) {
    return ent_fail(err, ENT_CONFIG,
                    "the arguments are key, value [, seconds], or key, field, "
                    "value, seconds");
  }
  status = take_name(argv[0], has_field ? argv[1] : NULL, &name, err);
  if (!status && argc == 3 && sqlite3_value_type(seconds) == SQLITE_TEXT) {
    status = ent_fail(err, ENT_MISMATCH,
                      "of three arguments the last is seconds; the value of a "
                      "field is set by four: key, field, value, seconds");
  }
  if (!status && seconds && sqlite3_value_type(seconds) != SQLITE_NULL) {
    status = ent_call_seconds(seconds, &ttl_ms, err);
  }
  if (!status) status = keep(&name, argv[1 + has_field], ttl_ms, err);
  if (!status) sqlite3_result_value(context, argv[1 + has_field]);
  return status;
}

void ent_cache_set_function(sqlite3_context *context, int argc,
                            sqlite3_value **argv) {
  ent_error err = {.status = ENT_OK};

  if (set(context, argc, argv, &err)) fail(context, "cache_set", &err);
}

static ent_status remove_keys(sqlite3_context *context, int argc,
                              sqlite3_value **argv, ent_error *err) {
  ent_arena arena = {.blocks = NULL};
  ent_local_name *keys;
  uint64_t n_removed = 0;
  ent_status status = ENT_OK;

  if (!argc) return ent_fail(err, ENT_CONFIG, "the arguments are keys");
  keys = ent_arena_zalloc(&arena, (size_t)argc * sizeof(*keys));
  if (!keys) status = ent_fail_nomem(err);
  for (int i = 0; !status && i < argc; i++)
    status = take_name(argv[i], NULL, &keys[i], err);
  if (!status) {
    status = ent_local_value_remove(keys, (size_t)argc, &n_removed, err);
  }
  if (!status) sqlite3_result_int64(context, (sqlite3_int64)n_removed);
  ent_arena_done(&arena);
  return status;
}

void ent_cache_remove_function(sqlite3_context *context, int argc,
                               sqlite3_value **argv) {
  ent_error err = {.status = ENT_OK};

  if (remove_keys(context, argc, argv, &err)) {
    fail(context, "cache_remove", &err);
  }
}

void ent_cache_clear_function(sqlite3_context *context, int argc,
                              sqlite3_value **argv) {
  ent_error err = {.status = ENT_OK};
  uint64_t n_removed = 0;

  (void)argc, (void)argv;
  if (ent_local_value_clear(&n_removed, &err)) {
    fail(context, "cache_clear", &err);
    return;
  }
  sqlite3_result_int64(context, (sqlite3_int64)n_removed);
}
