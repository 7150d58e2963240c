#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/session.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Fills Redis with the rows of an entity.  Their keys are read first, past all
 * caches, and noted in a table of SQLite, so that no state of MySQL is held
 * while the rows are got, and how many there are is known.  Then the rows are
 * asked for by key, as any program asks: what Redis does not have is kept. */

enum { ENT_WARM_ROWS = 1000 }; /* of one list of keys */

typedef struct warm {
  ent_session *session;
  const char *name; /* as it was given */
  char *table;      /* the entity, quoted and with its schema */
  char *key;        /* its column, quoted */
} warm;

/* What has come of all that Redis was asked for. */
typedef struct tally {
  int64_t n_there;
  int64_t n_kept;
  int64_t n_away;
} tally;

static bool fail_sqlite(const warm *w) {
  ent_session_error("%s: %s", w->name, sqlite3_errmsg(w->session->db));
  return false;
}

static bool prepare(const warm *w, const char *sql, sqlite3_stmt **stmt) {
  return sqlite3_prepare_v2(w->session->db, sql, -1, stmt, NULL) == SQLITE_OK ||
         fail_sqlite(w);
}

/* Runs a statement up to its end. */
static bool finish(const warm *w, sqlite3_stmt *stmt) {
  while (sqlite3_step(stmt) == SQLITE_ROW) {}
  return sqlite3_reset(stmt) == SQLITE_OK || fail_sqlite(w);
}

static bool run(const warm *w, const char *sql) {
  sqlite3_stmt *stmt;
  bool done;

  if (!prepare(w, sql, &stmt)) return false;
  done = finish(w, stmt);
  sqlite3_finalize(stmt);
  return done;
}

/* The entity that a name means, with its key; w->table stays NULL where there
 * is none, w->key where its key is not one column. */
static bool find_entity(warm *w) {
  static const char sql[] =
      "SELECT l.schema, l.entity, min(c.name), count(c.name)"
      " FROM entity_list AS l LEFT JOIN entity_columns AS c"
      "  ON c.schema = l.schema AND c.entity = l.entity AND c.pk"
      " WHERE l.entity = ?1 COLLATE NOCASE"
      "  OR l.schema || '.' || l.entity = ?1 COLLATE NOCASE"
      " GROUP BY 1, 2 ORDER BY l.schema <> 'temp', l.schema <> 'main', 1"
      " LIMIT 1";
  sqlite3_stmt *stmt;
  int rc;

  if (!prepare(w, sql, &stmt)) return false;
  sqlite3_bind_text(stmt, 1, w->name, -1, SQLITE_STATIC);
  rc = sqlite3_step(stmt);
  if (rc == SQLITE_ROW) {
    w->table = sqlite3_mprintf("\"%w\".\"%w\"", sqlite3_column_text(stmt, 0),
                               sqlite3_column_text(stmt, 1));
    if (sqlite3_column_int(stmt, 3) == 1) {
      w->key = sqlite3_mprintf("\"%w\"", sqlite3_column_text(stmt, 2));
    }
  }
  rc = sqlite3_finalize(stmt);
  if (rc != SQLITE_OK) return fail_sqlite(w);
  if (w->table) return true;
  ent_session_error("there is no entity '%s'", w->name);
  return false;
}

static bool fail_uncached(const warm *w) {
  ent_session_error("%s is not kept in Redis; to fill the cache of a process "
                    "is for that process",
                    w->name);
  return false;
}

/* Whether a list of keys is asked of Redis. */
static bool is_in_redis(const warm *w, const char *gets) {
  sqlite3_stmt *stmt;
  bool is = false;

  if (!prepare(w, "SELECT 1 FROM entable_explain(?) WHERE cache LIKE '%redis%'",
               &stmt)) {
    return false;
  }
  sqlite3_bind_text(stmt, 1, gets, -1, SQLITE_STATIC);
  is = sqlite3_step(stmt) == SQLITE_ROW;
  if (sqlite3_finalize(stmt) != SQLITE_OK) return fail_sqlite(w);
  return is || fail_uncached(w);
}

/* Notes the keys of the rows that `where` finds; all of them where it is
 * NULL. */
static bool note_keys(const warm *w, const char *where) {
  const char *tail = "";
  sqlite3_stmt *stmt = NULL;
  /* The end of a line ends a comment, too. */
  char *sql = sqlite3_mprintf("INSERT INTO temp.entable_warm"
                              " SELECT %s FROM %s WHERE (%s\n)",
                              w->key, w->table, where ? where : "1");
  bool done = false;

  if (sql && sqlite3_prepare_v2(w->session->db, sql, -1, &stmt, &tail)) {
    fail_sqlite(w);
  } else if (*tail) {
    ent_session_error("'%s' is more than one condition", where);
  } else {
    done = stmt && finish(w, stmt);
  }
  sqlite3_finalize(stmt);
  sqlite3_free(sql);
  return done;
}

static bool count(const warm *w, tally *all) {
  sqlite3_stmt *stmt;

  if (!prepare(w,
               "SELECT sum(value) FILTER (WHERE counter IN ('hits', 'absent')),"
               " sum(value) FILTER (WHERE counter = 'fills'),"
               " sum(value) FILTER (WHERE counter = 'away')"
               " FROM entable_stats WHERE tier = 'redis'",
               &stmt)) {
    return false;
  }
  if (sqlite3_step(stmt) == SQLITE_ROW) {
    *all = (tally){sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                   sqlite3_column_int64(stmt, 2)};
  }
  return sqlite3_finalize(stmt) == SQLITE_OK || fail_sqlite(w);
}

static bool get_list(const warm *w, sqlite3_stmt *gets, int64_t first) {
  sqlite3_bind_int64(gets, 1, first);
  sqlite3_bind_int64(gets, 2, first + ENT_WARM_ROWS - 1);
  if (!finish(w, gets)) return false;
  if (!ent_session_was_interrupted()) return true;
  ent_session_error("%s: interrupted", w->name);
  return false;
}

static bool get_all(const warm *w, sqlite3_stmt *gets, int64_t n_rows) {
  ent_progress progress;
  bool done = true;
  int64_t n = 0; /* that were got */

  ent_progress_init(&progress, w->name);
  while (done && n < n_rows) {
    done = get_list(w, gets, n + 1);
    if (!done) break;
    n = n_rows - n > ENT_WARM_ROWS ? n + ENT_WARM_ROWS : n_rows;
    ent_progress_say(&progress, (uint64_t)n, (uint64_t)n, (uint64_t)n_rows);
  }
  ent_progress_end(&progress, (uint64_t)n, done);
  return done;
}

static bool count_keys(const warm *w, int64_t *n_rows) {
  sqlite3_stmt *stmt;

  if (!prepare(w, "SELECT count(*) FROM temp.entable_warm", &stmt)) {
    return false;
  }
  if (sqlite3_step(stmt) == SQLITE_ROW) *n_rows = sqlite3_column_int64(stmt, 0);
  return sqlite3_finalize(stmt) == SQLITE_OK || fail_sqlite(w);
}

/* Writes what has come of it as a row. */
static bool report(const warm *w, int64_t n_rows, const tally *from,
                   const tally *to, double seconds) {
  int64_t n_there = to->n_there - from->n_there;
  int64_t n_kept = to->n_kept - from->n_kept;
  int64_t n_left = n_rows - n_there - n_kept;
  char *sql = sqlite3_mprintf(
      "SELECT %Q AS entity, %lld AS \"rows\", %lld AS there, %lld AS kept,"
      " %.3f AS seconds",
      w->name, (long long)n_rows, (long long)n_there, (long long)n_kept,
      seconds);
  bool done = sql && ent_session_run(w->session, sql, NULL, NULL);

  sqlite3_free(sql);
  if (done && to->n_away > from->n_away) {
    ent_session_error("%s: Redis does not answer", w->name);
    return false;
  }
  if (done && n_left > 0) {
    fprintf(stderr,
            "%lld of them could not be kept: somebody was changing them, or "
            "they are too large\n",
            (long long)n_left);
  }
  return done;
}

static double seconds_since(const struct timespec *then) {
  struct timespec now;

  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - then->tv_sec) +
         (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

/* Gets the rows whose keys were noted. */
static bool fill(const warm *w, sqlite3_stmt *gets,
                 const struct timespec *began) {
  tally before = {0};
  tally after = {0};
  int64_t n_rows = 0;

  return count_keys(w, &n_rows) && count(w, &before) &&
         get_all(w, gets, n_rows) && count(w, &after) &&
         report(w, n_rows, &before, &after, seconds_since(began));
}

static bool warm_all(warm *w, const char *where) {
  struct timespec began;
  sqlite3_stmt *gets = NULL;
  char *sql;
  bool done;

  clock_gettime(CLOCK_MONOTONIC, &began);
  if (!find_entity(w)) return false;
  if (!w->key) return fail_uncached(w);
  sql = sqlite3_mprintf("SELECT * FROM %s WHERE %s IN (SELECT key"
                        " FROM temp.entable_warm WHERE rowid BETWEEN ? AND ?)",
                        w->table, w->key);
  done = sql && run(w, "CREATE TEMP TABLE entable_warm(key)") &&
         is_in_redis(w, sql) && run(w, "SELECT entable_set('cache', 'off')") &&
         note_keys(w, where) && run(w, "SELECT entable_set('cache', 'on')") &&
         prepare(w, sql, &gets) && fill(w, gets, &began);
  sqlite3_finalize(gets);
  sqlite3_free(sql);
  return done;
}

int ent_command_warm(const ent_options *options) {
  const char *where = options->n_words > 2 ? options->words[2] : NULL;
  ent_session session;
  warm w = {.session = &session};
  bool done;

  if (options->n_words < 2) {
    return ent_command_misused("warm", "which entity?");
  }
  if (options->n_words > 3) {
    return ent_command_misused("warm", "unexpected '%s'", options->words[3]);
  }
  w.name = options->words[1];
  if (!ent_session_open(&session, options)) return ENT_EXIT_FAILED;
  done = warm_all(&w, where);
  sqlite3_free(w.table);
  sqlite3_free(w.key);
  ent_session_close(&session);
  return done ? ENT_EXIT_DONE : ENT_EXIT_FAILED;
}
