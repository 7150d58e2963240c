#include "vtab/redis.h"

#include "backends/base/digits.h"
#include "vtab/json.h"
#include "vtab/report.h"
#include "vtab/value.h"

#include <string.h>
#include <strings.h>

enum {
  ENT_REDIS_N,
  ENT_REDIS_KEY,
  ENT_REDIS_VALUE,
  ENT_REDIS_COLUMNS,
};

enum {
  ENT_REDIS_JSON_MAX = 1 << 30,
  ENT_REDIS_ARGS_MAX = 127, /* SQLite gives a function no more */
};

/* What is sent, and where. */
typedef struct redis_call {
  ent_session *session;
  const char *pool;      /* NULL: default */
  const ent_value *args; /* n_args; the command is the first */
  size_t n_args;
} redis_call;

typedef struct redis_rows {
  ent_rows base;   /* must be first */
  ent_arena arena; /* of the reply, and of the keys that were asked for */
  const ent_redis_reply *reply;
  const ent_redis_arg *keys; /* of the elements, as they were asked for; or
                                NULL */
  bool has_pairs;
  size_t at; /* elements shown */
  int64_t n;
  ent_buf json;
  ent_value values[ENT_REDIS_COLUMNS];
} redis_rows;

/* Commands that would change the connection, which others use next. */
static bool changes_connection(const ent_redis_arg *command) {
  static const char *const names[] = {
      "ASKING",      "AUTH",       "DISCARD",      "EXEC",      "HELLO",
      "MONITOR",     "MULTI",      "PSUBSCRIBE",   "PSYNC",     "PUNSUBSCRIBE",
      "QUIT",        "READONLY",   "READWRITE",    "REPLCONF",  "RESET",
      "SELECT",      "SSUBSCRIBE", "SUNSUBSCRIBE", "SUBSCRIBE", "SYNC",
      "UNSUBSCRIBE", "UNWATCH",    "WATCH"};

  for (size_t i = 0; i < ENT_COUNT(names); i++) {
    if (command->size == strlen(names[i]) &&
        strncasecmp(command->data, names[i], command->size) == 0) {
      return true;
    }
  }
  return false;
}

static bool is_word(const ent_redis_arg *arg, const char *word) {
  return arg->size == strlen(word) &&
         strncasecmp(arg->data, word, arg->size) == 0;
}

/* Of CLIENT and SCRIPT's words those that change the connection. */
static bool changes_by_word(const ent_redis_arg *args, size_t n) {
  static const char *const words[] = {"REPLY",    "TRACKING", "NO-EVICT",
                                      "NO-TOUCH", "CACHING",  "SETNAME",
                                      "SETINFO"};

  if (n < 2 || !is_word(&args[0], "CLIENT")) return false;
  for (size_t i = 0; i < ENT_COUNT(words); i++) {
    if (is_word(&args[1], words[i])) return true;
  }
  return false;
}

static ent_status check_command(const ent_redis_arg *args, size_t n,
                                ent_error *err) {
  if (!changes_connection(&args[0]) && !changes_by_word(args, n)) {
    return ENT_OK;
  }
  return ent_fail(err, ENT_UNSUPPORTED,
                  "%.*s would change a connection that others use next; a "
                  "command here is by itself",
                  (int)args[0].size, (const char *)args[0].data);
}

/* A value as Redis takes it: its bytes, or the number as text. */
static ent_status take_arg(const ent_value *value, ent_arena *arena,
                           ent_redis_arg *arg, ent_error *err) {
  const char *text = NULL;
  char digits[ENT_DIGITS_SIZE];

  switch (value->kind) {
  case ENT_NULL: return ent_fail(err, ENT_MISMATCH, "Redis knows no NULL");
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_BLOB:
  case ENT_DIGITS:
    *arg = (ent_redis_arg){value->as.bytes.data, value->as.bytes.size};
    return ENT_OK;
  case ENT_I64:
    text = ent_arena_printf(arena, "%lld", (long long)value->as.i64);
    break;
  case ENT_U64:
    text = ent_arena_printf(arena, "%llu", (unsigned long long)value->as.u64);
    break;
  case ENT_F64:
    ent_digits_of_double(value->as.f64, digits);
    text = ent_arena_strdup(arena, digits);
    break;
  }
  if (!text) return ent_fail_nomem(err);
  *arg = ent_redis_arg_text(text);
  return ENT_OK;
}

static ent_status take_args(const redis_call *call, ent_arena *arena,
                            ent_redis_arg *args, ent_error *err) {
  ent_status status = ENT_OK;

  if (!call->n_args || !ent_value_is_text(&call->args[0])) {
    return ent_fail(err, ENT_CONFIG,
                    "the first argument must be a command or pool('name')");
  }
  for (size_t i = 0; !status && i < call->n_args; i++)
    status = take_arg(&call->args[i], arena, &args[i], err);
  return status ? status : check_command(args, call->n_args, err);
}

/* Sends the command.  Where its answer was lost it may have been carried out,
 * so it is not sent again. */
static ent_status send_command(ent_redis_pool *pool, const ent_redis_arg *args,
                               size_t n, const ent_deadline *deadline,
                               ent_arena *arena, const ent_redis_reply **reply,
                               ent_error *err) {
  ent_redis_connection *connection = NULL;
  ent_status status = ent_redis_pool_acquire(pool, ENT_REDIS_INSISTS, deadline,
                                             &connection, err);

  if (status) return status;
  status = ent_redis_connection_run(connection, args, n, deadline, arena, reply,
                                    err);
  /* The caller's time is no measure of the server. */
  ent_redis_pool_release(pool, connection,
                         status == ENT_TIMEOUT ? ENT_INTERRUPTED : status);
  return status;
}

static ent_status run(const redis_call *call, const ent_redis_arg *args,
                      const ent_deadline *deadline, ent_arena *arena,
                      const ent_redis_reply **reply, ent_error *err) {
  const char *name = call->pool ? call->pool : "default";
  ent_redis_pool *pool = NULL;
  ent_status status = ent_session_find_redis(call->session, name, &pool, err);

  if (status) return status;
  status = send_command(pool, args, call->n_args, deadline, arena, reply, err);
  ent_redis_pool_close(pool);
  return ent_error_context(err, status, "redis %s", name);
}

/* Bytes as SQLite has them: a text where they are one. */
static ent_value bytes_value(const char *data, size_t size) {
  bool is_text = ent_utf8_valid(data, size) && !memchr(data, 0, size);

  return ent_value_bytes(is_text ? ENT_TEXT : ENT_BLOB, data, size);
}

/* Appends a list as JSON: hexadecimal digits stand for what is no text. */
static ent_status append_json(const ent_redis_reply *reply, ent_buf *json,
                              ent_error *err) {
  ent_value value = {.kind = ENT_NULL};
  ent_status status;

  if (reply->kind == ENT_REDIS_INTEGER) {
    value = ent_value_i64(reply->integer);
  } else if (reply->kind != ENT_REDIS_NIL && reply->kind != ENT_REDIS_LIST) {
    value = bytes_value(reply->data, reply->size);
  }
  if (reply->kind != ENT_REDIS_LIST) return ent_json_value(json, &value, err);
  status = ent_buf_append(json, "[", 1, err);
  for (size_t i = 0; !status && i < reply->n_items; i++) {
    if (i) status = ent_buf_append(json, ",", 1, err);
    if (!status) status = append_json(&reply->items[i], json, err);
  }
  return status ? status : ent_buf_append(json, "]", 1, err);
}

/* What one reply is in SQL.  Its bytes are the reply's, or those of `json`. */
static ent_status reply_value(const ent_redis_reply *reply, ent_buf *json,
                              ent_value *value, ent_error *err) {
  ent_status status;

  *value = (ent_value){.kind = ENT_NULL};
  switch (reply->kind) {
  case ENT_REDIS_NIL: return ENT_OK;
  case ENT_REDIS_INTEGER: *value = ent_value_i64(reply->integer); return ENT_OK;
  case ENT_REDIS_STRING:
  case ENT_REDIS_STATUS:
    *value = bytes_value(reply->data, reply->size);
    return ENT_OK;
  case ENT_REDIS_ERROR: return ent_redis_reply_fail(reply, err);
  case ENT_REDIS_LIST: break;
  }
  json->size = 0;
  status = append_json(reply, json, err);
  if (status) return status;
  *value = ent_value_bytes(ENT_TEXT, json->data, json->size);
  return ENT_OK;
}

/* Whether the elements of the answer are keys and values in turns. */
static bool answers_pairs(const ent_redis_arg *args, size_t n) {
  static const char *const with[] = {"WITHSCORES", "WITHVALUES", "WITHSCORE"};

  if (is_word(&args[0], "HGETALL") || is_word(&args[0], "ZPOPMIN") ||
      is_word(&args[0], "ZPOPMAX")) {
    return true;
  }
  if (n > 1 && is_word(&args[0], "CONFIG")) return is_word(&args[1], "GET");
  for (size_t i = 1; i < n; i++) {
    for (size_t k = 0; k < ENT_COUNT(with); k++) {
      if (is_word(&args[i], with[k])) return true;
    }
  }
  return false;
}

/* The keys that the elements of the answer are those of; NULL for none. */
static const ent_redis_arg *asked_keys(const ent_redis_arg *args, size_t n) {
  if (n > 1 && is_word(&args[0], "MGET")) return args + 1;
  return n > 2 && is_word(&args[0], "HMGET") ? args + 2 : NULL;
}

/* Of a pair in a list of its own, such as an entry of a stream. */
static bool is_entry(const ent_redis_reply *item) {
  return item->kind == ENT_REDIS_LIST && item->n_items == 2 &&
         item->items[0].kind == ENT_REDIS_STRING &&
         item->items[1].kind == ENT_REDIS_LIST;
}

/* Shows the next of a list's elements. */
static ent_status show_item(redis_rows *rows, ent_error *err) {
  const ent_redis_reply *item = &rows->reply->items[rows->at];
  ent_value *key = &rows->values[ENT_REDIS_KEY];

  if (rows->has_pairs) {
    *key = bytes_value(item->data, item->size);
    item++;
    rows->at += 2;
  } else {
    if (rows->keys) {
      const ent_redis_arg *asked = &rows->keys[rows->at];

      *key = bytes_value(asked->data, asked->size);
    } else if (is_entry(item)) {
      *key = bytes_value(item->items[0].data, item->items[0].size);
      item = &item->items[1];
    }
    rows->at++;
  }
  return reply_value(item, &rows->json, &rows->values[ENT_REDIS_VALUE], err);
}

static ent_status redis_next(ent_rows *base, const ent_deadline *deadline,
                             const ent_value **row, ent_error *err) {
  redis_rows *rows = (redis_rows *)base;
  bool is_list = rows->reply->kind == ENT_REDIS_LIST;

  (void)deadline;
  if (rows->at >= (is_list ? rows->reply->n_items : 1)) return ENT_DONE;
  if (rows->reply->kind == ENT_REDIS_NIL) return ENT_DONE;
  rows->values[ENT_REDIS_N] = ent_value_i64(++rows->n);
  rows->values[ENT_REDIS_KEY] = (ent_value){.kind = ENT_NULL};
  *row = rows->values;
  if (is_list) return show_item(rows, err);
  rows->at++;
  return reply_value(rows->reply, &rows->json, &rows->values[ENT_REDIS_VALUE],
                     err);
}

static void redis_close(ent_rows *base) {
  redis_rows *rows = (redis_rows *)base;

  ent_arena_done(&rows->arena);
  ent_buf_done(&rows->json);
  sqlite3_free(rows);
}

static const ent_rows_ops redis_ops = {
    .next = redis_next,
    .close = redis_close,
};

/* Whether every other element is bytes, as in a list of pairs. */
static bool is_paired(const ent_redis_reply *reply) {
  if (reply->kind != ENT_REDIS_LIST || reply->n_items % 2) return false;
  for (size_t i = 0; i < reply->n_items; i += 2) {
    if (reply->items[i].kind != ENT_REDIS_STRING) return false;
  }
  return true;
}

/* Arguments are kept with the reply: some are shown beside it. */
static ent_status start(redis_rows *rows, const redis_call *call,
                        const ent_deadline *deadline, ent_error *err) {
  ent_redis_arg *args =
      ent_arena_alloc(&rows->arena, (call->n_args + 1) * sizeof(*args));
  ent_status status =
      args ? take_args(call, &rows->arena, args, err) : ent_fail_nomem(err);

  if (!status) {
    status = run(call, args, deadline, &rows->arena, &rows->reply, err);
  }
  if (status) return status;
  rows->has_pairs = answers_pairs(args, call->n_args) && is_paired(rows->reply);
  if (rows->reply->kind == ENT_REDIS_LIST) {
    rows->keys = asked_keys(args, call->n_args);
  }
  return ENT_OK;
}

static ent_status new_rows(const redis_call *call, const ent_deadline *deadline,
                           redis_rows **out, ent_error *err) {
  redis_rows *rows = sqlite3_malloc64(sizeof(*rows));
  ent_status status;

  if (!rows) return ent_fail_nomem(err);
  *rows = (redis_rows){.base.ops = &redis_ops};
  ent_buf_init(&rows->json, ENT_REDIS_JSON_MAX);
  status = start(rows, call, deadline, err);
  if (status) {
    redis_close(&rows->base);
    return status;
  }
  *out = rows;
  return ENT_OK;
}

static ent_status redis_open(const ent_tvf_call *call, ent_rows **out,
                             ent_error *err) {
  redis_call c = {call->session, call->pool, call->args, (size_t)call->n_args};
  redis_rows *rows;
  ent_status status = new_rows(&c, &call->deadline, &rows, err);

  if (status) return status;
  *out = &rows->base;
  return ENT_OK;
}

static const char *const redis_args[] = {"command", "p1", "p2",  "p3",
                                         "p4",      "p5", "p6",  "p7",
                                         "p8",      "p9", "p10", "p11"};

const ent_tvf ent_tvf_redis = {
    .name = "redis",
    .columns = "n INTEGER, \"key\", \"value\"",
    .n_columns = ENT_REDIS_COLUMNS,
    .args = redis_args,
    .n_args = (int)ENT_COUNT(redis_args),
    .n_required = 1,
    .takes_pool = true,
    .has_effects = true,
    .open = redis_open,
};

static ent_status answer(ent_session *session, sqlite3_context *context,
                         int argc, sqlite3_value **argv, ent_error *err) {
  ent_deadline deadline = ent_session_deadline(session);
  redis_call call = {.session = session};
  ent_value args[ENT_REDIS_ARGS_MAX];
  ent_value value = {.kind = ENT_NULL};
  redis_rows *rows;
  ent_status status = ENT_OK;
  int at = 0;

  if (argc > 0) call.pool = sqlite3_value_pointer(argv[0], ENT_POOL_POINTER);
  if (call.pool) at++;
  call.args = args;
  for (; !status && at < argc; at++)
    status = ent_value_borrow(argv[at], &args[call.n_args++], err);
  if (!status) status = new_rows(&call, &deadline, &rows, err);
  if (status) return status;
  status = reply_value(rows->reply, &rows->json, &value, err);
  if (!status) ent_value_result(&session->numerals, context, &value);
  redis_close(&rows->base);
  return status;
}

void ent_redis_function(sqlite3_context *context, int argc,
                        sqlite3_value **argv) {
  ent_session *session = sqlite3_user_data(context);
  ent_error err = {.status = ENT_OK};
  ent_status status = answer(session, context, argc, argv, &err);

  ent_session_waited(session);
  if (!status) return;
  ent_error_context(&err, status, "redis()");
  ent_report_function(context, ENT_PHASE_WRITE, &err);
}
