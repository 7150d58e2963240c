#include "backends/mysql/diff.h"

#include <string.h>

/* Which column that is there becomes which declared one, and which of them can
 * stay where they are. */

/* Whether a column that is there is taken by one that was renamed. */
static bool is_claimed(const ent_diff *diff, const ent_shape_column *live) {
  for (size_t i = 0; i < diff->n_columns; i++) {
    const ent_column_change *change = &diff->columns[i];

    if (change->live == live &&
        !ent_shape_same_name(live->name, change->wanted->name)) {
      return true;
    }
  }
  return false;
}

static const ent_shape_column *unclaimed(const ent_diff *diff,
                                         const char *name) {
  const ent_shape_column *live = ent_shape_find_column(diff->live, name);

  return live && !is_claimed(diff, live) ? live : NULL;
}

/* A column was renamed where it is not there under its new name, or where what
 * has that name is itself renamed: b from a, c from b. */
static bool claim_one(const ent_diff *diff, ent_column_change *change) {
  const char *from = change->wanted->renamed_from;

  if (change->live || !from || unclaimed(diff, change->wanted->name)) {
    return false;
  }
  change->live = unclaimed(diff, from);
  return change->live != NULL;
}

static void claim_renamed(const ent_diff *diff) {
  bool again = true;

  while (again) {
    again = false;
    for (size_t i = 0; i < diff->n_columns; i++) {
      if (claim_one(diff, &diff->columns[i])) again = true;
    }
  }
}

/* The old name may be declared again, for another column. */
static ent_status check_renamed(const ent_diff *diff, ent_error *err) {
  for (size_t i = 0; i < diff->n_columns; i++) {
    const ent_column_change *change = &diff->columns[i];
    const char *from = change->wanted->renamed_from;

    if (!from || !change->live || is_claimed(diff, change->live)) continue;
    if (ent_shape_find_column(diff->wanted, from) || !unclaimed(diff, from)) {
      continue;
    }
    return ent_fail(err, ENT_CONFIG,
                    "table %s: column %s is renamed from %s, but the server "
                    "has both; declare %s too, or drop one of them there",
                    diff->live->name, change->wanted->name, from, from);
  }
  return ENT_OK;
}

static ent_status match_columns(ent_diff *diff, ent_arena *arena,
                                ent_error *err) {
  size_t n = diff->wanted->n_columns;
  size_t room = n + diff->live->n_columns + 1;

  diff->columns = ent_arena_zalloc(arena, room * sizeof(*diff->columns));
  if (!diff->columns) return ent_fail_nomem(err);
  for (size_t i = 0; i < n; i++)
    diff->columns[i].wanted = &diff->wanted->columns[i];
  diff->n_columns = n;
  claim_renamed(diff);
  for (size_t i = 0; i < n; i++) {
    ent_column_change *change = &diff->columns[i];

    if (!change->live) change->live = unclaimed(diff, change->wanted->name);
  }
  return check_renamed(diff, err);
}

static void add_dropped(ent_diff *diff) {
  for (size_t i = 0; i < diff->live->n_columns; i++) {
    const ent_shape_column *live = &diff->live->columns[i];

    if (ent_diff_of_live(diff, live->name)) continue;
    diff->columns[diff->n_columns++] = (ent_column_change){.live = live};
  }
}

/* For each kept column the length of the longest row of columns that ends with
 * it and is in the order of both tables, and the column before it there. */
typedef struct run {
  size_t length;
  size_t before; /* an index; that of itself for the first */
} run;

static bool is_kept(const ent_column_change *change) {
  return change->live && change->wanted;
}

static void measure_run(const ent_diff *diff, run *runs, size_t i) {
  runs[i] = (run){.length = 1, .before = i};
  for (size_t j = 0; j < i; j++) {
    if (is_kept(&diff->columns[j]) &&
        diff->columns[j].live < diff->columns[i].live &&
        runs[j].length >= runs[i].length) {
      runs[i] = (run){.length = runs[j].length + 1, .before = j};
    }
  }
}

/* All kept columns but those of the longest row move. */
static ent_status choose_moves(ent_diff *diff, ent_arena *arena,
                               ent_error *err) {
  size_t n = diff->wanted->n_columns;
  run *runs = ent_arena_zalloc(arena, (n + 1) * sizeof(*runs));
  size_t end = n;

  if (!runs) return ent_fail_nomem(err);
  for (size_t i = 0; i < n; i++) {
    if (!is_kept(&diff->columns[i])) continue;
    diff->columns[i].moves = true;
    measure_run(diff, runs, i);
    if (end == n || runs[i].length > runs[end].length) end = i;
  }
  if (end == n) return ENT_OK;
  diff->columns[end].moves = false;
  while (runs[end].before != end) {
    end = runs[end].before;
    diff->columns[end].moves = false;
  }
  return ENT_OK;
}

static void worsen(const ent_diff *diff, ent_column_change *change,
                   ent_aspect aspect) {
  ent_online online = ent_online_of(diff->server, diff->live, aspect);

  if (online > change->online) change->online = online;
}

/* Every column behind it is put there later. */
static bool is_added_last(const ent_diff *diff,
                          const ent_column_change *change) {
  const ent_column_change *end = diff->columns + diff->wanted->n_columns;

  while (++change < end) {
    if (change->live && !change->moves) return false;
  }
  return true;
}

/* A column that an INSERT must know of makes those fail that do not. */
static void weigh_added(const ent_diff *diff, ent_column_change *change) {
  const ent_shape_column *wanted = change->wanted;

  worsen(diff, change,
         is_added_last(diff, change) ? ENT_ASPECT_ADD_LAST : ENT_ASPECT_ADD);
  if (wanted->is_auto) worsen(diff, change, ENT_ASPECT_TYPE);
  change->loses =
      !wanted->is_auto && wanted->default_kind == ENT_SHAPE_NO_DEFAULT;
}

static void weigh_type(const ent_diff *diff, ent_column_change *change) {
  const ent_shape_column *wanted = change->wanted;
  const ent_shape_column *live = change->live;
  bool is_charset = ent_shape_same_text(live->collation, wanted->collation);

  if (ent_shape_same_values(live, wanted)) return;
  change->is_other = true;
  if (is_charset && ent_diff_adds_words(&live->type, &wanted->type)) {
    worsen(diff, change, ENT_ASPECT_WORDS);
  } else if (ent_diff_widens(diff->server, live, wanted)) {
    worsen(diff, change, ENT_ASPECT_WIDEN);
  } else {
    worsen(diff, change, ENT_ASPECT_TYPE);
    if (!is_charset || !ent_diff_type_fits(&live->type, &wanted->type)) {
      change->loses = true;
    }
  }
}

static void weigh_rest(const ent_diff *diff, ent_column_change *change) {
  const ent_shape_column *wanted = change->wanted;
  const ent_shape_column *live = change->live;

  if (!ent_shape_same_default(live, wanted) ||
      live->updates_itself != wanted->updates_itself) {
    change->is_other = true;
    worsen(diff, change, ENT_ASPECT_DEFAULT);
  }
  if (live->is_nullable && !wanted->is_nullable) {
    bool is_now = wanted->default_kind == ENT_SHAPE_NOW ||
                  strcmp(wanted->type.name, "timestamp") == 0;

    /* In place, a NULL would become what is the same in all rows; that of a
     * timestamp is the time. */
    change->is_other = change->loses = true;
    worsen(diff, change, is_now ? ENT_ASPECT_TYPE : ENT_ASPECT_NOT_NULL);
  } else if (live->is_nullable != wanted->is_nullable) {
    change->is_other = true;
    worsen(diff, change, ENT_ASPECT_NULLABLE);
  }
  if (live->is_auto != wanted->is_auto ||
      live->is_generated != wanted->is_generated) {
    change->is_other = true;
    worsen(diff, change, ENT_ASPECT_TYPE);
  }
}

static void weigh_kept(const ent_diff *diff, ent_column_change *change) {
  weigh_type(diff, change);
  weigh_rest(diff, change);
  change->renames =
      !ent_shape_same_name(change->live->name, change->wanted->name);
  if (change->moves) worsen(diff, change, ENT_ASPECT_MOVE);
}

static void weigh_columns(const ent_diff *diff) {
  for (size_t i = 0; i < diff->n_columns; i++) {
    ent_column_change *change = &diff->columns[i];

    if (!change->live) {
      weigh_added(diff, change);
    } else if (change->wanted) {
      weigh_kept(diff, change);
    } else {
      change->loses = true;
      worsen(diff, change, ENT_ASPECT_DROP);
    }
  }
}

/* Whether an index that is there will be on the columns of a declared one. */
static bool is_same_index(const ent_diff *diff, const ent_shape_index *live,
                          const ent_shape_index *wanted) {
  if (live->is_special || live->is_unique != wanted->is_unique ||
      live->n_parts != wanted->n_parts) {
    return false;
  }
  for (size_t i = 0; i < live->n_parts; i++) {
    const ent_column_change *change =
        ent_diff_of_live(diff, live->parts[i].column);

    if (!change || !change->wanted ||
        !ent_shape_same_name(change->wanted->name, wanted->parts[i].column) ||
        (live->is_unique && live->parts[i].prefix != wanted->parts[i].prefix)) {
      return false;
    }
  }
  return true;
}

static const ent_shape_index *find_index(const ent_shape_table *table,
                                         const char *name) {
  for (size_t i = 0; i < table->n_indexes; i++) {
    if (ent_shape_same_name(table->indexes[i].name, name)) {
      return &table->indexes[i];
    }
  }
  return NULL;
}

static bool is_index_taken(const ent_diff *diff, const ent_shape_index *live) {
  for (size_t i = 0; i < diff->n_indexes; i++) {
    if (diff->indexes[i].live == live) return true;
  }
  return false;
}

/* One that is the same, and whose name nothing declared has. */
static const ent_shape_index *find_alike(const ent_diff *diff,
                                         const ent_shape_index *wanted) {
  for (size_t i = 0; i < diff->live->n_indexes; i++) {
    const ent_shape_index *live = &diff->live->indexes[i];

    if (!find_index(diff->wanted, live->name) && !is_index_taken(diff, live) &&
        is_same_index(diff, live, wanted)) {
      return live;
    }
  }
  return NULL;
}

static void add_index_change(ent_diff *diff, const ent_shape_index *wanted,
                             const ent_shape_index *live) {
  ent_index_change *change = &diff->indexes[diff->n_indexes++];

  *change = (ent_index_change){.wanted = wanted, .live = live};
  /* What cannot be declared is not there by mistake; rows that are there may
   * not be unique. */
  if (live && live->is_special) change->loses = true;
  if (wanted && wanted->is_unique) change->loses = true;
  change->online =
      ent_online_of(diff->server, diff->live,
                    wanted ? ENT_ASPECT_ADD_INDEX : ENT_ASPECT_DROP_INDEX);
  if ((wanted && wanted->is_hashed) || (live && live->is_hashed)) {
    change->online = ENT_ONLINE_NOT;
  }
}

static void compare_index(ent_diff *diff, const ent_shape_index *wanted) {
  const ent_shape_index *live = find_index(diff->live, wanted->name);
  ent_index_change *change;

  if (live) {
    if (!is_same_index(diff, live, wanted))
      add_index_change(diff, wanted, live);
    return;
  }
  live = find_alike(diff, wanted);
  add_index_change(diff, wanted, live);
  if (!live) return;
  change = &diff->indexes[diff->n_indexes - 1];
  change->renames = true;
  change->loses = false;
  change->online =
      ent_online_of(diff->server, diff->live, ENT_ASPECT_RENAME_INDEX);
}

static ent_status compare_indexes(ent_diff *diff, ent_arena *arena,
                                  ent_error *err) {
  size_t room = diff->wanted->n_indexes + diff->live->n_indexes + 1;

  diff->indexes = ent_arena_zalloc(arena, room * sizeof(*diff->indexes));
  if (!diff->indexes) return ent_fail_nomem(err);
  for (size_t i = 0; i < diff->wanted->n_indexes; i++)
    compare_index(diff, &diff->wanted->indexes[i]);
  for (size_t i = 0; i < diff->live->n_indexes; i++) {
    const ent_shape_index *live = &diff->live->indexes[i];

    if (find_index(diff->wanted, live->name) || is_index_taken(diff, live)) {
      continue;
    }
    add_index_change(diff, NULL, live);
  }
  return ENT_OK;
}

/* A server that cannot rename an index has it under whatever name. */
static void forget_renames(ent_diff *diff) {
  size_t n = 0;

  if (ent_online_renames_indexes(diff->server)) return;
  for (size_t i = 0; i < diff->n_indexes; i++) {
    if (!diff->indexes[i].renames) diff->indexes[n++] = diff->indexes[i];
  }
  diff->n_indexes = n;
}

static void compare_table(ent_diff *diff) {
  const ent_shape_table *wanted = diff->wanted;
  const ent_shape_table *live = diff->live;

  diff->changes_key = (live->key.n_parts || wanted->key.n_parts) &&
                      !is_same_index(diff, &live->key, &wanted->key);
  diff->changes_charset =
      !ent_shape_same_text(live->collation, wanted->collation);
  diff->changes_engine =
      !live->engine || !ent_shape_same_name(live->engine, wanted->engine);
}

ent_status ent_diff_make(const ent_server *server,
                         const ent_shape_table *wanted,
                         const ent_shape_table *live, ent_arena *arena,
                         ent_diff *diff, ent_error *err) {
  ent_status status;

  *diff = (ent_diff){.server = server, .wanted = wanted, .live = live};
  status = match_columns(diff, arena, err);
  if (!status) status = choose_moves(diff, arena, err);
  if (status) return status;
  add_dropped(diff);
  weigh_columns(diff);
  status = compare_indexes(diff, arena, err);
  forget_renames(diff);
  compare_table(diff);
  return status;
}

const ent_column_change *ent_diff_of_live(const ent_diff *diff,
                                          const char *name) {
  for (size_t i = 0; i < diff->n_columns; i++) {
    const ent_column_change *change = &diff->columns[i];

    if (change->live && ent_shape_same_name(change->live->name, name)) {
      return change;
    }
  }
  return NULL;
}

const ent_column_change *ent_diff_of_wanted(const ent_diff *diff,
                                            const char *name) {
  for (size_t i = 0; i < diff->n_columns; i++) {
    const ent_column_change *change = &diff->columns[i];

    if (change->wanted && ent_shape_same_name(change->wanted->name, name)) {
      return change;
    }
  }
  return NULL;
}

bool ent_diff_disturbs(const ent_column_change *change) {
  return !change->live || !change->wanted ||
         !ent_shape_same_values(change->live, change->wanted);
}

bool ent_diff_is_change(const ent_column_change *change) {
  return !change->live || !change->wanted || change->is_other || change->moves;
}

static bool has_renames(const ent_diff *diff) {
  for (size_t i = 0; i < diff->n_columns; i++) {
    if (diff->columns[i].renames) return true;
  }
  return false;
}

bool ent_diff_renames_unsafely(const ent_diff *diff) {
  return !diff->is_empty && has_renames(diff) &&
         ent_online_of(diff->server, diff->live, ENT_ASPECT_RENAME) ==
             ENT_ONLINE_NOT;
}

/* The part of a change that would be unsafe if there were rows. */
static ent_diff_part part_of_risk(const ent_diff *diff, bool is_risky) {
  if (ent_diff_renames_unsafely(diff)) return ENT_DIFF_UNSAFE;
  return is_risky && !diff->is_empty ? ENT_DIFF_UNSAFE : ENT_DIFF_SAFE;
}

ent_diff_part ent_diff_part_of(const ent_diff *diff,
                               const ent_column_change *change) {
  if (change->waits) return ENT_DIFF_UNSAFE;
  return part_of_risk(diff, change->loses || change->online == ENT_ONLINE_NOT);
}

/* Whether a column of a declared index comes about by what is unsafe. */
static bool is_late(const ent_diff *diff, const ent_shape_index *wanted) {
  for (size_t i = 0; wanted && i < wanted->n_parts; i++) {
    const ent_column_change *change =
        ent_diff_of_wanted(diff, wanted->parts[i].column);

    if (change && ent_diff_is_change(change) &&
        ent_diff_part_of(diff, change) == ENT_DIFF_UNSAFE) {
      return true;
    }
  }
  return false;
}

ent_diff_part ent_diff_part_of_index(const ent_diff *diff,
                                     const ent_index_change *change) {
  if (is_late(diff, change->wanted)) return ENT_DIFF_UNSAFE;
  return part_of_risk(diff, change->loses || change->online == ENT_ONLINE_NOT);
}

ent_diff_part ent_diff_part_of_table(const ent_diff *diff, ent_aspect aspect) {
  return part_of_risk(diff, ent_online_of(diff->server, diff->live, aspect) ==
                                ENT_ONLINE_NOT);
}

static bool has_columns(const ent_diff *diff, ent_diff_part part) {
  for (size_t i = 0; i < diff->n_columns; i++) {
    const ent_column_change *change = &diff->columns[i];

    if (ent_diff_is_change(change) && ent_diff_part_of(diff, change) == part) {
      return true;
    }
  }
  return false;
}

bool ent_diff_is_risky(const ent_diff *diff) {
  return ent_diff_renames_unsafely(diff) || ent_diff_has(diff, ENT_DIFF_UNSAFE);
}

bool ent_diff_has(const ent_diff *diff, ent_diff_part part) {
  if (part == ENT_DIFF_RENAMES) return has_renames(diff);
  for (size_t i = 0; i < diff->n_indexes; i++) {
    if (ent_diff_part_of_index(diff, &diff->indexes[i]) == part) return true;
  }
  return has_columns(diff, part) ||
         (diff->changes_key &&
          ent_diff_part_of_table(diff, ENT_ASPECT_KEY) == part) ||
         (diff->changes_charset &&
          ent_diff_part_of_table(diff, ENT_ASPECT_CHARSET) == part) ||
         (diff->changes_engine &&
          ent_diff_part_of_table(diff, ENT_ASPECT_ENGINE) == part);
}
