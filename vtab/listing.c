#include "vtab/listing.h"

#include "backends/base/faults.h"
#include "vtab/caching.h"
#include "vtab/keyuse.h"
#include "vtab/texts.h"
#include "vtab/transaction.h"
#include "vtab/value.h"

enum {
  ENT_LISTING_ROW = ENT_ROW_MAX_SIZE,
  ENT_LISTING_ARGUMENTS = 4096, /* bytes by which a list is known */
};

void ent_listing_init(ent_listing *listing, ent_buf *bytes) {
  *listing = (ent_listing){.bytes = bytes};
  ent_buf_init(&listing->key, ENT_LISTING_ARGUMENTS);
}

void ent_listing_reset(ent_listing *listing) {
  listing->key.size = 0;
  listing->n = listing->from = listing->to = 0;
  listing->was_near = listing->of_primary = false;
  ent_arena_reset(&listing->arena);
}

void ent_listing_done(ent_listing *listing) {
  ent_arena_done(&listing->arena);
  ent_buf_done(&listing->key);
}

bool ent_listing_may(ent_table *table, const ent_listed_query *query) {
  const ent_session *session = table->session;
  const ent_cached *cached = ent_caching_now(table);

  if (!query->text.is_fixed || !cached || !ent_caching_keeps_lists(cached) ||
      !session->pushdown || session->snapshot) {
    return false;
  }
  if (table->member.has_begun && ent_transaction_writer(session->db))
    return false;
  return !query->text.has_like || (ent_texts_is_built_in(session->db, "like") &&
                                   ent_texts_is_built_in(session->db, "glob"));
}

/* An argument as it is compared: a number is one however it is written. */
static ent_status add_argument(const ent_listing *listing, size_t i,
                               sqlite3_value *argument, ent_row_writer *writer,
                               ent_error *err) {
  bool is_number = listing->query->text.numeric[i] != ENT_NO_NUMBER;
  ent_value value;
  ent_status status;

  if (is_number) (void)sqlite3_value_numeric_type(argument);
  status = ent_value_borrow(argument, &value, err);
  if (status) return status;
  if (is_number && value.kind == ENT_F64 && value.as.f64 > -9e15 &&
      value.as.f64 < 9e15 && (double)(int64_t)value.as.f64 == value.as.f64) {
    value = ent_value_i64((int64_t)value.as.f64);
  }
  return ent_row_put(writer, &value, err);
}

/* What the list is known by, with the kinds of its arguments; false where they
 * are too much. */
static bool make_key(ent_listing *listing, ent_key *key) {
  size_t n = listing->query->text.n_parameters;
  ent_row_writer writer;
  ent_status status = ent_row_begin(&writer, &listing->key, (uint16_t)n, NULL);

  if (status) return false;
  for (size_t i = 0; !status && i < n; i++) {
    /* A copy: what is bound stays as it was given. */
    sqlite3_value *copy = sqlite3_value_dup(listing->arguments[i]);

    status = copy ? add_argument(listing, i, copy, &writer, NULL) : ENT_NOMEM;
    sqlite3_value_free(copy);
  }
  if (status) {
    ent_row_drop(&writer);
    return false;
  }
  ent_row_end(&writer);
  *key = (ent_key){(const unsigned char *)listing->key.data,
                   (uint32_t)listing->key.size};
  return true;
}

/* ---- finding the keys ---- */

/* A statement of keys that runs. */
typedef struct keys_statement {
  sqlite3_stmt *stmt;
  bool is_own; /* to be finalized: none is kept, or that one runs already */
} keys_statement;

static ent_status take_statement(const ent_listing *listing,
                                 keys_statement *keys, ent_error *err) {
  const ent_table *table = listing->table;
  const ent_listed_place place = {table->session, table->schema, table->name};
  sqlite3_stmt **kept = listing->keys;
  ent_status status = ENT_OK;

  keys->is_own = !kept || sqlite3_stmt_busy(*kept);
  if (keys->is_own) {
    status = ent_listed_query_prepare(listing->query, &place, true, &keys->stmt,
                                      err);
  } else {
    if (!*kept) {
      status =
          ent_listed_query_prepare(listing->query, &place, true, kept, err);
    }
    keys->stmt = *kept;
  }
  if (status) return status;
  return ent_listed_query_bind(listing->query, table->session, keys->stmt,
                               listing->arguments, err);
}

static void end_statement(const keys_statement *keys) {
  if (keys->is_own) {
    sqlite3_finalize(keys->stmt);
  } else if (keys->stmt) {
    sqlite3_reset(keys->stmt);
    sqlite3_clear_bindings(keys->stmt);
  }
}

/* The key of the statement's row, and the hash of what is looked by. */
static ent_status take_key(ent_listing *listing, sqlite3_stmt *stmt,
                           ent_list_writer *writer, ent_error *err) {
  const ent_listed_query *query = listing->query;
  uint64_t hash = 0;
  ent_key_use use;
  ent_value value;
  ent_key key;
  ent_status status =
      ent_value_borrow(sqlite3_column_value(stmt, 0), &value, err);

  if (!status) {
    status = ent_keyuse_make(query->entity, false, &value, &listing->arena,
                             &use, &key, err);
  }
  if (!status && use != ENT_USE_KEY) {
    status = ent_fail(err, ENT_TOO_BIG, "a row is not found by its key alone");
  }
  for (size_t i = 0; !status && i < query->text.n_columns; i++) {
    status =
        ent_value_borrow(sqlite3_column_value(stmt, (int)i + 1), &value, err);
    if (!status) hash = ent_list_hash(hash, &value);
  }
  return status ? status : ent_list_add_key(writer, hash, &key, err);
}

/* Whether the statement reads every column that the query names: an authorizer of
 * the handle may make NULL of one, and what is found then is nothing for others. */
static bool reads_all(const ent_listing *listing, sqlite3_stmt *stmt) {
  int n = 1 + (int)listing->query->text.n_columns;

  for (int i = 0; i < n; i++) {
    if (!sqlite3_column_decltype(stmt, i)) return false;
  }
  return true;
}

/* Finds the keys, of rows that are in no cache and on no replica: what those have
 * may be older than what others have been told of, and a row that a list lacks
 * nobody would miss.  TOO_BIG: there are more than a list has.
 *                                                           model: Q_SELECT */
static ent_status find_keys(ent_listing *listing, ent_list_writer *writer,
                            bool *is_whole, ent_error *err) {
  ent_session *session = listing->table->session;
  bool was_listing = session->is_listing;
  bool was_of_primary = session->of_primary;
  keys_statement keys = {.stmt = NULL};
  bool has_row = false;
  ent_status status;

  session->is_listing = true;
  session->of_primary = !ent_fault("late-list");
  status = take_statement(listing, &keys, err);
  if (!status)
    status = ent_listed_query_step(session, keys.stmt, &has_row, err);
  while (!status && has_row) {
    status = take_key(listing, keys.stmt, writer, err);
    if (!status)
      status = ent_listed_query_step(session, keys.stmt, &has_row, err);
  }
  /* It may have been prepared anew when it was begun. */
  *is_whole = !status && reads_all(listing, keys.stmt);
  end_statement(&keys);
  session->is_listing = was_listing;
  session->of_primary = was_of_primary;
  return status;
}

/* ---- the list ---- */

/* The entries of a list, which is copied: what has it may go. */
static bool take_list(ent_listing *listing, const ent_row *row) {
  const char *copy =
      ent_arena_copy(&listing->arena, (const char *)row, ent_row_size(row));

  return copy && ent_list_read_row((const ent_row *)copy, &listing->arena,
                                   &listing->entries, &listing->n);
}

static ent_status make_list(ent_listing *listing, const ent_list_ask *ask,
                            ent_list_read *read, bool *has_list,
                            ent_error *err) {
  ent_source *source = listing->table->pool->source;
  ent_error why = {.status = ENT_OK};
  ent_list_writer writer;
  ent_deadline deadline;
  ent_buf row;
  bool is_whole = false;
  ent_status status;

  ent_list_start(&writer);
  ent_buf_init(&row, ENT_LISTING_ROW);
  status = find_keys(listing, &writer, &is_whole, &why);
  if (!status && is_whole) {
    status = ent_list_end(&writer, &row, &why);
  } else if (status == ENT_TOO_BIG) {
    status = ent_list_too_long(&row, err);
  }
  if (!status && row.size) {
    deadline = ent_session_deadline(listing->table->session);
    ent_layered_list_fill(source, ask, read, (const ent_row *)row.data,
                          &deadline);
    *has_list = take_list(listing, (const ent_row *)row.data);
  }
  ent_buf_done(&row);
  ent_list_done(&writer);
  if (status && err && !err->status) *err = why;
  return status;
}

ent_status ent_listing_find(ent_listing *listing, bool *has_list,
                            ent_error *err) {
  ent_table *table = listing->table;
  ent_source *source = table->pool->source;
  ent_deadline deadline = ent_session_deadline(table->session);
  ent_list_read read;
  ent_key key;
  ent_list_ask ask = {.entity = listing->query->entity,
                      .cached = ent_caching_now(table),
                      .query = &listing->query->list,
                      .arguments = &key};
  ent_status status;

  *has_list = false;
  listing->of_primary = true;
  if (!make_key(listing, &key)) return ENT_OK;
  status = ent_layered_list(source, &ask, &deadline, &read, err);
  ent_session_waited(table->session);
  listing->was_near = read.entry != NULL;
  listing->of_primary = read.may;
  if (!status && read.row) {
    *has_list = take_list(listing, read.row);
  } else if (!status && read.is_mine) {
    status = make_list(listing, &ask, &read, has_list, err);
  }
  ent_layered_list_end(&read);
  return status;
}
