/* The savepoints of a transaction: SQLite numbers its levels, and the server has
 * a savepoint for those that something was written behind. */
#include "backends/mysql/transaction_parts.h"

#include "backends/base/faults.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum {
  ENT_NO_MARK = -1,  /* nothing was written behind the level */
  ENT_AT_BEGIN = -2, /* nothing was written before it */
  ENT_MAX_LEVELS = 1 << 20,
};

/* What is before the first write where the read view must outlive it. */
static const char held_savepoint[] = "SAVEPOINT entable_held";

int ent_mysql_transaction_n_levels(const ent_mysql_transaction *t) {
  return t->n_levels;
}

/* One savepoint for all levels that have none: nothing was written between
 * them.  A name that is used again moves. */
static ent_status set_savepoint(const ent_mysql_transaction *t,
                                const ent_deadline *deadline, ent_error *err) {
  int first = t->n_levels;
  ent_status status;
  char sql[64];

  while (first > 0 && t->marks[first - 1] == ENT_NO_MARK)
    first--;
  if (first == t->n_levels || ent_fault("savepoint-skipped")) return ENT_OK;
  snprintf(sql, sizeof(sql), "SAVEPOINT entable_%d", first);
  status = ent_mysql_client_exec(ent_mysql_connection_client(t->connection),
                                 sql, deadline, err);
  if (status) return ent_error_context(err, status, "set a savepoint");
  for (int i = first; i < t->n_levels; i++)
    t->marks[i] = first;
  return ENT_OK;
}

ent_status ent_mysql_transaction_set_levels(const ent_mysql_transaction *t,
                                            const ent_deadline *deadline,
                                            ent_error *err) {
  if (t->has_written) return set_savepoint(t, deadline, err);
  if (!t->is_held) return ENT_OK;
  return ent_mysql_client_exec(ent_mysql_connection_client(t->connection),
                               held_savepoint, deadline, err);
}

void ent_mysql_transaction_soil_levels(ent_mysql_transaction *t) {
  for (int i = 0; !t->has_written && i < t->n_levels; i++) {
    t->marks[i] = ENT_AT_BEGIN;
  }
  t->clean_level = INT_MAX;
}

ent_status ent_mysql_transaction_savepoint(ent_mysql_transaction *t, int level,
                                           ent_error *err) {
  if (level >= ENT_MAX_LEVELS) {
    return ent_fail(err, ENT_TOO_BIG, "more than %d savepoints",
                    (int)ENT_MAX_LEVELS);
  }
  if (level >= t->capacity) {
    int capacity = 2 * level + 8;
    int *marks = realloc(t->marks, (size_t)capacity * sizeof(*marks));

    if (!marks) return ent_fail_nomem(err);
    t->marks = marks;
    t->capacity = capacity;
  }
  /* Every table of the session announces the same one. */
  while (t->n_levels <= level)
    t->marks[t->n_levels++] = ENT_NO_MARK;
  return ENT_OK;
}

void ent_mysql_transaction_release(ent_mysql_transaction *t, int level) {
  if (level < t->n_levels) t->n_levels = level < 0 ? 0 : level;
}

static ent_status undo_to(const ent_mysql_transaction *t, int mark,
                          const ent_deadline *deadline, ent_error *err) {
  char sql[64];

  if (mark == ENT_AT_BEGIN) {
    snprintf(sql, sizeof(sql), "ROLLBACK TO %s", held_savepoint);
  } else {
    snprintf(sql, sizeof(sql), "ROLLBACK TO SAVEPOINT entable_%d", mark);
  }
  return ent_mysql_client_exec(ent_mysql_connection_client(t->connection), sql,
                               deadline, err);
}

/* Undoes what was written behind a level. */
static ent_status undo(ent_mysql_transaction *t, int mark,
                       const ent_deadline *deadline, ent_error *err) {
  ent_status status;

  if (t->view) ent_mysql_snapshot_settle(t->view, deadline);
  if (mark == ENT_AT_BEGIN && !t->is_held) {
    status = ent_mysql_transaction_roll_back(t, deadline, err);
  } else {
    status = undo_to(t, mark, deadline, err);
  }
  if (status) {
    ent_error_context(err, status, "roll back to a savepoint");
    return ent_mysql_transaction_ran(t, status, err);
  }
  if (mark == ENT_AT_BEGIN && !t->is_held) ent_mysql_transaction_let_go(t);
  return ENT_OK;
}

ent_status ent_mysql_transaction_rollback_to(ent_mysql_transaction *t,
                                             int level,
                                             const ent_deadline *deadline,
                                             ent_error *err) {
  bool lives = !t->dead.status || level < t->dead_level;
  int mark = level < 0 ? ENT_AT_BEGIN : ENT_NO_MARK;
  ent_status status = ENT_OK;

  /* What SQLite rolls back of its own accord must not fail: what is dead stays
   * so and says it when it is used. */
  if (!lives) return ENT_OK;
  ent_error_clear(&t->dead);
  if (level >= 0 && level < t->n_levels) mark = t->marks[level];
  if (t->n_levels > level + 1) t->n_levels = level + 1;
  if (t->connection && t->has_written && level < t->clean_level &&
      mark != ENT_NO_MARK && !ent_fault("no-rollback-to")) {
    status = undo(t, mark, deadline, err);
  }
  if (level < t->clean_level) t->clean_level = level;
  return status;
}
