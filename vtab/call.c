#include "vtab/call.h"

#include "vtab/json.h"
#include "vtab/value.h"

#include <math.h>

static const double max_seconds = 3153600000.0; /* a hundred years */

ent_status ent_call_text(sqlite3_value *value, const char *what,
                         const char **text, int *size, ent_error *err) {
  if (sqlite3_value_type(value) != SQLITE_TEXT) {
    return ent_fail(err, ENT_MISMATCH, "the %s is a text", what);
  }
  *text = (const char *)sqlite3_value_text(value);
  *size = sqlite3_value_bytes(value);
  return *text ? ENT_OK : ent_fail_nomem(err);
}

ent_status ent_call_seconds(sqlite3_value *value, int64_t *ms, ent_error *err) {
  int type = sqlite3_value_type(value);
  double seconds = sqlite3_value_double(value);

  if ((type != SQLITE_INTEGER && type != SQLITE_FLOAT) || seconds < 0.001 ||
      seconds > max_seconds) {
    return ent_fail(err, ENT_MISMATCH,
                    "how long the value is kept is a number of seconds, from "
                    "0.001 to a hundred years");
  }
  *ms = (int64_t)llround(seconds * 1000);
  return ENT_OK;
}

ent_status ent_sql_call_read(ent_sql_call *call, int argc, sqlite3_value **argv,
                             ent_error *err) {
  int at = 0;
  ent_status status;

  *call = (ent_sql_call){.n_values = 0};
  if (argc > 0) call->pool = sqlite3_value_pointer(argv[0], ENT_POOL_POINTER);
  if (call->pool) at++;
  if (argc > ENT_TVF_MAX_ARGS) {
    return ent_fail(err, ENT_CONFIG,
                    "at most %d arguments; more values go into one JSON "
                    "array",
                    (int)ENT_TVF_MAX_ARGS);
  }
  if (at == argc) {
    return ent_fail(err, ENT_CONFIG, "argument 'sql' is missing");
  }
  status = ent_value_borrow(argv[at++], &call->sql, err);
  if (status) return status;
  if (!ent_value_is_text(&call->sql)) {
    return ent_fail(err, ENT_CONFIG,
                    "the first argument must be SQL or pool('name')");
  }
  while (!status && at < argc) {
    status = ent_value_borrow(argv[at++], &call->values[call->n_values++], err);
  }
  return status;
}

ent_status ent_sql_call_params(const ent_value *values, size_t n_values,
                               size_t n_wanted, ent_arena *arena,
                               const ent_value **params, size_t *n_params,
                               ent_error *err) {
  *params = values;
  *n_params = n_values;
  if (n_values != 1 || n_wanted == 1 || !ent_value_is_text(values)) {
    return ENT_OK;
  }
  return ent_json_array(values, arena, params, n_params, err);
}
