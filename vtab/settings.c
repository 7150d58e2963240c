#include "vtab/settings.h"

#include "vtab/report.h"

#include <string.h>

enum { ENT_REQUEST_MB = 64 };

/* One setting of a session, shown and changed under its name. */
typedef struct setting {
  const char *name;
  const char *meaning;
  ent_value (*get)(const ent_session *session);
  ent_status (*set)(ent_session *session, const ent_value *value,
                    ent_error *err);
} setting;

static ent_value text_value(const char *text) {
  return ent_value_bytes(ENT_TEXT, text, strlen(text));
}

static bool text_is(const ent_value *value, const char *text) {
  return ent_value_is_text(value) && value->as.bytes.size == strlen(text) &&
         sqlite3_strnicmp(value->as.bytes.data, text,
                          (int)value->as.bytes.size) == 0;
}

static ent_value get_timeout(const ent_session *session) {
  return ent_value_i64(session->timeout_ms);
}

static ent_status set_timeout(ent_session *session, const ent_value *value,
                              ent_error *err) {
  if (value->kind != ENT_I64 || value->as.i64 < 0 ||
      value->as.i64 > INT32_MAX) {
    return ent_fail(err, ENT_MISMATCH,
                    "milliseconds from 0 (no limit) to %d are allowed",
                    INT32_MAX);
  }
  session->timeout_ms = value->as.i64;
  return ENT_OK;
}

static ent_value get_max_scan_rows(const ent_session *session) {
  return ent_value_i64(session->max_scan_rows);
}

static ent_status set_max_scan_rows(ent_session *session,
                                    const ent_value *value, ent_error *err) {
  if (value->kind != ENT_I64 || value->as.i64 < 0 ||
      value->as.i64 == INT64_MAX) {
    return ent_fail(err, ENT_MISMATCH,
                    "a number of rows is allowed, 0 for any");
  }
  session->max_scan_rows = value->as.i64;
  return ENT_OK;
}

static ent_status read_switch(const ent_value *value, bool *is_on,
                              ent_error *err) {
  bool on = text_is(value, "on") || (value->kind == ENT_I64 && value->as.i64);
  bool off =
      text_is(value, "off") || (value->kind == ENT_I64 && value->as.i64 == 0);

  if (!on && !off) {
    return ent_fail(err, ENT_MISMATCH, "'on' or 'off' are allowed");
  }
  *is_on = on;
  return ENT_OK;
}

static ent_value get_pushdown(const ent_session *session) {
  return text_value(session->pushdown ? "on" : "off");
}

static ent_status set_pushdown(ent_session *session, const ent_value *value,
                               ent_error *err) {
  return read_switch(value, &session->pushdown, err);
}

static ent_value get_snapshot(const ent_session *session) {
  return text_value(session->snapshot ? "on" : "off");
}

/* The views that there are end with their statements or transaction. */
static ent_status set_snapshot(ent_session *session, const ent_value *value,
                               ent_error *err) {
  return read_switch(value, &session->snapshot, err);
}

static ent_value get_cache(const ent_session *session) {
  return text_value(session->cache ? "on" : "off");
}

/* What is written is told to the caches whatever this says. */
static ent_status set_cache(ent_session *session, const ent_value *value,
                            ent_error *err) {
  return read_switch(value, &session->cache, err);
}

static ent_value get_request_cache(const ent_session *session) {
  return ent_value_i64(session->request != NULL);
}

/* On again is anew. */
static ent_status set_request_cache(ent_session *session,
                                    const ent_value *value, ent_error *err) {
  bool is_on = false;
  ent_local *made = NULL;
  ent_status status = read_switch(value, &is_on, err);

  if (status) return status;
  if (is_on) {
    made = ent_local_new(0, (uint64_t)ENT_REQUEST_MB << 20);
    if (!made) return ent_fail_nomem(err);
  }
  ent_local_free(session->request);
  session->request = made;
  return ENT_OK;
}

static ent_value get_batch(const ent_session *session) {
  return text_value(session->batch_transaction ? "transaction" : "statement");
}

static ent_status set_batch(ent_session *session, const ent_value *value,
                            ent_error *err) {
  if (!text_is(value, "statement") && !text_is(value, "transaction")) {
    return ent_fail(err, ENT_MISMATCH,
                    "'statement' or 'transaction' are allowed");
  }
  session->batch_transaction = text_is(value, "transaction");
  return ENT_OK;
}

static const setting settings[] = {
    {"batch",
     "transaction: rows written inside BEGIN are sent many at a time; one that "
     "is refused may be told later, at COMMIT at the latest",
     get_batch, set_batch},
    {"timeout_ms",
     "how long one request to a server may take, in milliseconds; 0: no limit",
     get_timeout, set_timeout},
    {"max_scan_rows",
     "a scan that would read more rows than these is refused; 0: any number",
     get_max_scan_rows, set_max_scan_rows},
    {"pushdown",
     "off: servers are asked for whole tables, SQLite does the rest; for "
     "comparing answers",
     get_pushdown, set_pushdown},
    {"cache",
     "off: no cache answers, nor is filled; what is written is told to them "
     "all "
     "the same",
     get_cache, set_cache},
    {"request_cache",
     "1: rows that this handle has read by key it reads no more, until it "
     "writes or is told so again; 0: each is the latest",
     get_request_cache, set_request_cache},
    {"snapshot",
     "on: all that a transaction reads is one state of a server, and outside "
     "one all that is read while a statement is open",
     get_snapshot, set_snapshot},
};

/* Settings that are part of the interface and come with later versions. */
static const char *const later[] = {
    "flush",
    "trace",
};

typedef struct settings_rows {
  ent_rows base; /* must be first */
  const ent_session *session;
  size_t at;
  ent_value values[3];
} settings_rows;

static ent_status settings_next(ent_rows *base, const ent_deadline *deadline,
                                const ent_value **row, ent_error *err) {
  settings_rows *rows = (settings_rows *)base;
  const setting *current = &settings[rows->at];

  (void)deadline, (void)err;
  if (rows->at == ENT_COUNT(settings)) return ENT_DONE;
  rows->at++;
  rows->values[0] = text_value(current->name);
  rows->values[1] = current->get(rows->session);
  rows->values[2] = text_value(current->meaning);
  *row = rows->values;
  return ENT_OK;
}

static void settings_close(ent_rows *base) {
  sqlite3_free(base);
}

static const ent_rows_ops settings_ops = {
    .next = settings_next,
    .close = settings_close,
};

static ent_status settings_open(const ent_tvf_call *call, ent_rows **out,
                                ent_error *err) {
  settings_rows *rows = sqlite3_malloc64(sizeof(*rows));

  if (!rows) return ent_fail_nomem(err);
  *rows = (settings_rows){.base.ops = &settings_ops, .session = call->session};
  *out = &rows->base;
  return ENT_OK;
}

const ent_tvf ent_tvf_settings = {
    .name = "entable_settings",
    .columns = "name TEXT, value, meaning TEXT",
    .n_columns = 3,
    .open = settings_open,
};

static ent_status unknown(const char *name, ent_error *err) {
  for (size_t i = 0; i < ENT_COUNT(later); i++) {
    if (sqlite3_stricmp(name, later[i]) == 0) {
      return ent_fail(err, ENT_UNSUPPORTED,
                      "setting '%s' does not work yet in this version", name);
    }
  }
  return ent_fail(err, ENT_CONFIG,
                  "there is no setting '%s'; SELECT name FROM "
                  "entable_settings shows all",
                  name);
}

static ent_status set(ent_session *session, const char *name,
                      const ent_value *value, ent_value *result,
                      ent_error *err) {
  for (size_t i = 0; i < ENT_COUNT(settings); i++) {
    ent_status status;

    if (sqlite3_stricmp(name, settings[i].name) != 0) continue;
    status = settings[i].set(session, value, err);
    if (status) {
      return ent_error_context(err, status, "setting %s", settings[i].name);
    }
    session->n_changes++;
    *result = settings[i].get(session);
    return ENT_OK;
  }
  return unknown(name, err);
}

void ent_set_function(sqlite3_context *context, int argc,
                      sqlite3_value **argv) {
  ent_session *session = sqlite3_user_data(context);
  const char *name = (const char *)sqlite3_value_text(argv[0]);
  ent_error err = {.status = ENT_OK};
  ent_value value;
  ent_value result;

  (void)argc;
  if (!name && sqlite3_value_type(argv[0]) != SQLITE_NULL) ent_fail_nomem(&err);
  if (err.status || ent_value_borrow(argv[1], &value, &err) ||
      set(session, name ? name : "", &value, &result, &err)) {
    ent_error_context(&err, err.status, "entable_set()");
    ent_report_function(context, ENT_PHASE_READ, &err);
    return;
  }
  ent_value_result(&session->numerals, context, &result);
}
