#include "backends/mysql/ddl.h"
#include "backends/mysql/diff.h"

#include <string.h>

/* One ALTER TABLE for the changes of a part.
 *
 * Columns are put in place from left to right, each behind the nearest one
 * before it that stands where it belongs by then.  So they are in order when the
 * last statement has run, whichever of the two a column is put in place by. */

typedef struct writing {
  const ent_diff *diff;
  ent_diff_part part;
  ent_ddl *ddl;
  ent_online online; /* of all that was written */
} writing;

static bool is_in(const writing *w, const ent_column_change *change) {
  return ent_diff_is_change(change) &&
         ent_diff_part_of(w->diff, change) == w->part;
}

/* Whether an earlier statement or this one has made the change, if there is
 * any. */
static bool is_made(const writing *w, const ent_column_change *change) {
  return ent_diff_part_of(w->diff, change) <= w->part;
}

/* What a column is called by now; names that differ by case only stay. */
static const char *name_of(const ent_column_change *change) {
  bool has_new = change->renames || !change->live;

  return has_new ? change->wanted->name : change->live->name;
}

/* The column that one is put behind; NULL: it is the first. */
static const char *find_place(const writing *w,
                              const ent_column_change *change) {
  while (change-- > w->diff->columns) {
    bool stays = change->live && !change->moves;

    if (stays || is_made(w, change)) return name_of(change);
  }
  return NULL;
}

/* Whether no column that has its place stands behind it. */
static bool is_last(const writing *w, const ent_column_change *change) {
  const ent_column_change *end = w->diff->columns + w->diff->wanted->n_columns;

  while (++change < end) {
    bool is_new = !change->live || change->moves;

    if (!is_new || (is_made(w, change) && !is_in(w, change))) return false;
  }
  return true;
}

static void worsen(writing *w, ent_online online) {
  if (online > w->online) w->online = online;
}

/* The wanted column with what the live one has and nobody can declare. */
static ent_shape_column with_what_stays(const ent_column_change *change) {
  ent_shape_column column = *change->wanted;

  column.comment = change->live->comment;
  column.is_invisible = change->live->is_invisible;
  column.check = change->live->check;
  column.check_name = change->live->name;
  return column;
}

static void write_column(writing *w, const ent_column_change *change) {
  const char *after = find_place(w, change);

  worsen(w, change->online);
  if (!change->live) {
    bool ends = is_last(w, change);
    ent_aspect aspect = ends ? ENT_ASPECT_ADD_LAST : ENT_ASPECT_ADD;

    worsen(w, ent_online_of(w->diff->server, w->diff->live, aspect));
    ent_ddl_add_column(w->ddl, change->wanted, ends, after);
  } else {
    ent_shape_column column = with_what_stays(change);

    ent_ddl_change_column(w->ddl, name_of(change), &column, change->moves,
                          after);
  }
}

static void write_columns(writing *w) {
  const ent_diff *diff = w->diff;

  for (size_t i = diff->wanted->n_columns; i < diff->n_columns; i++) {
    if (!is_in(w, &diff->columns[i])) continue;
    worsen(w, diff->columns[i].online);
    ent_ddl_drop_column(w->ddl, diff->columns[i].live->name);
  }
  for (size_t i = 0; i < diff->wanted->n_columns; i++) {
    if (is_in(w, &diff->columns[i])) write_column(w, &diff->columns[i]);
  }
}

static void write_index(writing *w, const ent_index_change *change) {
  worsen(w, change->online);
  if (change->renames) {
    ent_ddl_rename_index(w->ddl, change->live->name, change->wanted->name);
    return;
  }
  if (change->live) ent_ddl_drop_index(w->ddl, change->live->name);
  if (change->wanted) ent_ddl_add_index(w->ddl, change->wanted);
}

static void write_indexes(writing *w) {
  for (size_t i = 0; i < w->diff->n_indexes; i++) {
    const ent_index_change *change = &w->diff->indexes[i];

    if (ent_diff_part_of_index(w->diff, change) == w->part) {
      write_index(w, change);
    }
  }
}

static bool takes(writing *w, bool changes, ent_aspect aspect) {
  if (!changes || ent_diff_part_of_table(w->diff, aspect) != w->part) {
    return false;
  }
  worsen(w, ent_online_of(w->diff->server, w->diff->live, aspect));
  return true;
}

static void write_key(writing *w) {
  const ent_diff *diff = w->diff;

  if (!takes(w, diff->changes_key, ENT_ASPECT_KEY)) return;
  if (diff->live->key.n_parts) ent_ddl_drop_key(w->ddl);
  if (diff->wanted->key.n_parts) ent_ddl_add_key(w->ddl, &diff->wanted->key);
}

static void write_renames(writing *w) {
  const ent_diff *diff = w->diff;

  worsen(w, ent_online_of(diff->server, diff->live, ENT_ASPECT_RENAME));
  for (size_t i = 0; i < diff->n_columns; i++) {
    const ent_column_change *change = &diff->columns[i];

    if (!change->renames) continue;
    ent_ddl_rename_column(w->ddl, change->live, change->wanted->name);
  }
}

static void write_options(writing *w) {
  const ent_diff *diff = w->diff;

  if (takes(w, diff->changes_charset, ENT_ASPECT_CHARSET)) {
    ent_ddl_charset(w->ddl, diff->wanted);
  }
  if (takes(w, diff->changes_engine, ENT_ASPECT_ENGINE)) {
    ent_ddl_engine(w->ddl, diff->wanted->engine);
  }
}

ent_status ent_diff_write(const ent_diff *diff, ent_diff_part part,
                          ent_arena *arena, const char **sql,
                          const char **reason, ent_error *err) {
  ent_ddl ddl;
  writing w = {
      .diff = diff, .part = part, .ddl = &ddl, .online = ENT_ONLINE_INSTANT};

  *reason = ent_diff_words(diff, part, arena);
  if (!*reason) return ent_fail_nomem(err);
  ent_ddl_begin(&ddl, diff->server);
  ent_ddl_alter(&ddl, diff->wanted->name,
                diff->changes_charset ? NULL : diff->live);
  if (part == ENT_DIFF_RENAMES) {
    write_renames(&w);
  } else {
    write_key(&w);
    write_columns(&w);
    write_indexes(&w);
    write_options(&w);
  }
  ent_ddl_online(&ddl, w.online);
  return ent_ddl_end(&ddl, arena, sql, err);
}
