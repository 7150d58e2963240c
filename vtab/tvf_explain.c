#include "vtab/tvf_explain.h"

#include "backends/mysql/foresee.h"
#include "vtab/caching.h"
#include "vtab/explain.h"
#include "vtab/hidden.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_EXPLAIN_COLUMNS = 8,
  ENT_EXPLAIN_LIMIT = 64, /* of a search with a limit, for the server's plan */
  /* columns of EXPLAIN */
  ENT_AT_OPCODE = 1,
  ENT_AT_P1,
  ENT_AT_P2,
  ENT_AT_P3,
  ENT_AT_P4,
};

/* A scan that SQLite has chosen. */
typedef struct explained {
  const ent_explain_scan *scan;
  char *sql;
  const char *index;
} explained;

typedef struct explain_rows {
  ent_rows base; /* must be first */
  ent_session *session;
  ent_explain notes;
  sqlite3_stmt *program; /* keeps the tables that it names */
  explained *scans;
  size_t n_scans;
  size_t at;   /* the scan */
  size_t term; /* of it */
  ent_value values[ENT_EXPLAIN_COLUMNS];
} explain_rows;

static ent_value text_value(const char *text) {
  if (!text) return (ent_value){.kind = ENT_NULL};
  return ent_value_bytes(ENT_TEXT, text, strlen(text));
}

/* The caches that are asked before MySQL. */
static const char *cache_of(const ent_explain_scan *scan) {
  const ent_plan *plan = ent_plans_get(&scan->table->plans, scan->plan);

  const char *tiers = ent_caching_tiers(scan->table);

  return tiers && (plan->kind == ENT_PLAN_KEYS || plan->query >= 0) ? tiers
                                                                    : "none";
}

static ent_status explain_next(ent_rows *base, const ent_deadline *deadline,
                               const ent_value **row, ent_error *err) {
  static const ent_explain_term all = {"all rows", ENT_ANSWER_EXACT, NULL};
  explain_rows *rows = (explain_rows *)base;
  const explained *scan;
  const ent_explain_term *term;

  (void)deadline, (void)err;
  if (rows->at == rows->n_scans) return ENT_DONE;
  scan = &rows->scans[rows->at];
  term = scan->scan->n_terms ? &scan->scan->terms[rows->term] : &all;
  rows->values[0] = text_value(scan->scan->table->name);
  rows->values[1] = text_value(term->text);
  rows->values[2] = text_value(ent_ship_answer_name(term->verdict));
  rows->values[3] = text_value(term->reason);
  rows->values[4] = text_value(scan->sql);
  rows->values[5] = text_value(scan->index);
  rows->values[6] = text_value(cache_of(scan->scan));
  rows->values[7] = ent_value_i64(scan->scan->estimated_rows);
  if (scan->scan->estimated_rows < 0) rows->values[7].kind = ENT_NULL;
  if (++rows->term >= scan->scan->n_terms) {
    rows->at++;
    rows->term = 0;
  }
  *row = rows->values;
  return ENT_OK;
}

static void explain_close(ent_rows *base) {
  explain_rows *rows = (explain_rows *)base;

  for (size_t i = 0; i < rows->n_scans; i++)
    sqlite3_free(rows->scans[i].sql);
  sqlite3_free(rows->scans);
  sqlite3_finalize(rows->program);
  ent_arena_done(&rows->notes.arena);
  sqlite3_free(rows);
}

static const ent_rows_ops explain_ops = {
    .next = explain_next,
    .close = explain_close,
};

/* Plans the statement, which notes what every table says. */
static ent_status plan(explain_rows *rows, const ent_value *sql,
                       ent_error *err) {
  sqlite3 *db = rows->session->db;
  const char *tail = NULL;
  char *text;
  int rc = SQLITE_NOMEM;

  if (!ent_value_is_text(sql)) {
    return ent_fail(err, ENT_MISMATCH, "the statement is a text");
  }
  text = sqlite3_mprintf("EXPLAIN %.*s", (int)sql->as.bytes.size,
                         sql->as.bytes.data);
  if (text) {
    rows->session->explain = &rows->notes;
    rows->session->is_wary = ent_hidden_in(db, text);
    rc = sqlite3_prepare_v2(db, text, -1, &rows->program, &tail);
    rows->session->is_wary = false;
    rows->session->explain = NULL;
  }
  if (!rc && tail[strspn(tail, " \t\r\n;")]) {
    sqlite3_free(text);
    return ent_fail(err, ENT_MISMATCH, "one statement can be explained");
  }
  sqlite3_free(text);
  if (rc == SQLITE_NOMEM || rows->notes.lacks_memory) {
    return ent_fail_nomem(err);
  }
  if (rc) return ent_fail(err, ENT_MISMATCH, "%s", sqlite3_errmsg(db));
  return ENT_OK;
}

/* The note of a plan that was chosen: the last one, of several. */
static const ent_explain_scan *find_note(const explain_rows *rows,
                                         const sqlite3_vtab *vtab, int plan) {
  const ent_explain_scan *note = rows->notes.scans;

  while (note && (&note->table->base != vtab || note->plan != plan))
    note = note->next;
  return note;
}

static ent_status add_scan(explain_rows *rows, const ent_explain_scan *note,
                           ent_error *err) {
  const ent_table *table = note->table;
  size_t room = (rows->n_scans + 1) * sizeof(*rows->scans);
  explained *scans = sqlite3_realloc64(rows->scans, room);

  if (!scans) return ent_fail_nomem(err);
  rows->scans = scans;
  scans[rows->n_scans] = (explained){
      .scan = note,
      .sql =
          ent_plan_sql(table->entity, ent_plans_get(&table->plans, note->plan)),
  };
  if (!scans[rows->n_scans++].sql) return ent_fail_nomem(err);
  return ENT_OK;
}

/* What a program that is stepped through has said so far: the virtual table of
 * each cursor, and the integer of each register. */
typedef struct program_state {
  struct {
    int cursor;
    sqlite3_vtab *vtab;
  } * opened;
  size_t n_opened;
  int *integers;
  int n_integers;
} program_state;

static ent_status note_open(program_state *state, sqlite3_stmt *stmt,
                            ent_error *err) {
  const char *text = (const char *)sqlite3_column_text(stmt, ENT_AT_P4);
  size_t room = (state->n_opened + 1) * sizeof(*state->opened);
  void *opened = realloc(state->opened, room);
  void *vtab = NULL;

  if (!opened) return ent_fail_nomem(err);
  state->opened = opened;
  if (!text && sqlite3_column_type(stmt, ENT_AT_P4) != SQLITE_NULL) {
    return ent_fail_nomem(err);
  }
  if (!text || sscanf(text, "vtab:%p", &vtab) != 1) return ENT_OK;
  state->opened[state->n_opened].cursor = sqlite3_column_int(stmt, ENT_AT_P1);
  state->opened[state->n_opened++].vtab = vtab;
  return ENT_OK;
}

static ent_status note_integer(program_state *state, sqlite3_stmt *stmt,
                               ent_error *err) {
  int at = sqlite3_column_int(stmt, ENT_AT_P2);

  while (state->n_integers <= at) {
    int n = state->n_integers ? 2 * state->n_integers : 16;
    int *integers = realloc(state->integers, (size_t)n * sizeof(*integers));

    if (!integers) return ent_fail_nomem(err);
    memset(integers + state->n_integers, 0,
           (size_t)(n - state->n_integers) * sizeof(*integers));
    state->integers = integers;
    state->n_integers = n;
  }
  if (at >= 0 && state->integers)
    state->integers[at] = sqlite3_column_int(stmt, ENT_AT_P1);
  return ENT_OK;
}

/* VFilter: its plan is the integer in register P3. */
static ent_status note_filter(explain_rows *rows, const program_state *state,
                              sqlite3_stmt *stmt, ent_error *err) {
  int cursor = sqlite3_column_int(stmt, ENT_AT_P1);
  int at = sqlite3_column_int(stmt, ENT_AT_P3);

  if (!state->integers || at < 0 || at >= state->n_integers) return ENT_OK;
  for (size_t i = state->n_opened; i > 0; i--) {
    const ent_explain_scan *note;

    if (state->opened[i - 1].cursor != cursor) continue;
    note = find_note(rows, state->opened[i - 1].vtab, state->integers[at]);
    return note ? add_scan(rows, note, err) : ENT_OK;
  }
  return ENT_OK;
}

static ent_status note_step(explain_rows *rows, program_state *state,
                            sqlite3_stmt *stmt, ent_error *err) {
  const char *opcode = (const char *)sqlite3_column_text(stmt, ENT_AT_OPCODE);

  if (!opcode) return ent_fail_nomem(err);
  if (strcmp(opcode, "VOpen") == 0) return note_open(state, stmt, err);
  if (strcmp(opcode, "Integer") == 0) return note_integer(state, stmt, err);
  if (strcmp(opcode, "VFilter") == 0) {
    return note_filter(rows, state, stmt, err);
  }
  return ENT_OK;
}

/* Finds the scans that the program has, in their order. */
static ent_status find_scans(explain_rows *rows, ent_error *err) {
  program_state state = {.n_opened = 0};
  ent_status status = ENT_OK;

  while (!status && sqlite3_step(rows->program) == SQLITE_ROW)
    status = note_step(rows, &state, rows->program, err);
  free(state.opened);
  free(state.integers);
  return status;
}

static ent_term *terms_of(explain_rows *rows, const ent_plan *plan,
                          const ent_explain_scan *note) {
  ent_term *terms = ent_arena_zalloc(&rows->notes.arena,
                                     (plan->n_terms + 1) * sizeof(*terms));

  for (size_t i = 0; terms && i < plan->n_terms; i++) {
    const ent_plan_term *from = &plan->terms[i];

    terms[i] = (ent_term){.column = from->column,
                          .op = (ent_op)from->op,
                          .values = &note->values[i],
                          .n_values = ent_op_has_value((ent_op)from->op)};
    if (from->column == ENT_ROWID_COLUMN) {
      terms[i].column = note->table->entity->key_columns[0];
    }
  }
  return terms;
}

/* Which index the server would use.  One that cannot be asked has none to tell:
 * the rest can be said all the same. */
static ent_status ask_index(explain_rows *rows, explained *scan,
                            const ent_deadline *deadline, ent_error *err) {
  const ent_explain_scan *note = scan->scan;
  ent_table *table = (ent_table *)rows->session->tables;
  const ent_plan *plan = ent_plans_get(&note->table->plans, note->plan);
  ent_query query = {.entity = note->table->entity,
                     .projection = &plan->projection,
                     .n_terms = plan->n_terms,
                     .orders = plan->orders,
                     .n_orders = plan->n_orders,
                     .distinct = plan->is_distinct};
  ent_error ignored = {.status = ENT_OK};
  ent_status status;

  while (table && table != note->table)
    table = table->next;
  if (!table || ent_table_pool(table, &ignored)) return ENT_OK;
  query.terms = terms_of(rows, plan, note);
  if (!query.terms) return ent_fail_nomem(err);
  status = ent_mysql_foresee(&table->pool->mysql, &query,
                             plan->has_limit ? ENT_EXPLAIN_LIMIT : 0, deadline,
                             &rows->notes.arena, &scan->index, &ignored);
  if (status != ENT_INTERRUPTED && status != ENT_TIMEOUT &&
      status != ENT_NOMEM) {
    return ENT_OK;
  }
  return ent_fail(err, status, "%s", ignored.text);
}

static ent_status fill(explain_rows *rows, const ent_tvf_call *call,
                       ent_error *err) {
  ent_status status = plan(rows, &call->args[0], err);

  if (!status) status = find_scans(rows, err);
  for (size_t i = 0; !status && i < rows->n_scans; i++) {
    status = ask_index(rows, &rows->scans[i], &call->deadline, err);
  }
  return status;
}

static ent_status explain_open(const ent_tvf_call *call, ent_rows **out,
                               ent_error *err) {
  explain_rows *rows = sqlite3_malloc64(sizeof(*rows));
  ent_status status;

  if (!rows) return ent_fail_nomem(err);
  *rows = (explain_rows){.base.ops = &explain_ops, .session = call->session};
  status = fill(rows, call, err);
  if (status) {
    explain_close(&rows->base);
    return status;
  }
  *out = &rows->base;
  return ENT_OK;
}

static const char *const args[] = {"sql"};

const ent_tvf ent_tvf_explain = {
    .name = "entable_explain",
    .columns = "entity TEXT, term TEXT, verdict TEXT, reason TEXT, "
               "remote_sql TEXT, remote_index TEXT, cache TEXT, "
               "estimated_rows INTEGER",
    .n_columns = ENT_EXPLAIN_COLUMNS,
    .args = args,
    .n_args = 1,
    .n_required = 1,
    .open = explain_open,
};
