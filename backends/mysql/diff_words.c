#include "backends/mysql/diff.h"

#include "backends/mysql/shape_type.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What a statement does, for the person who decides whether it is run. */

enum { ENT_WORDS_CEILING = 1 << 20, ENT_TYPE_SHOWN = 60 };

typedef struct telling {
  const ent_diff *diff;
  bool copies; /* the rows, while writers wait */
  ent_buf buf;
  ent_status status; /* of the first piece that failed */
} telling;

static void say(telling *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(telling *t, const char *format, ...) {
  char text[512]; /* names have 64 letters at most, of four bytes; types and
                     defaults are cut */
  va_list args;

  va_start(args, format);
  /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is, above */
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  if (!t->status) {
    t->status = ent_buf_append(&t->buf, text, strlen(text), NULL);
  }
}

/* How much of a text is shown: no letter of UTF-8 is cut. */
static int shown(const char *text) {
  size_t size = strlen(text);

  if (size <= ENT_TYPE_SHOWN) return (int)size;
  size = ENT_TYPE_SHOWN;
  while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
    size--;
  return (int)size;
}

/* What stands between two phrases. */
static void next(telling *t) {
  if (t->buf.size) say(t, "; ");
}

static void say_type(telling *t, const ent_shape_column *column) {
  ent_buf type;
  const char *text = "";

  ent_buf_init(&type, ENT_WORDS_CEILING);
  if (!ent_shape_type_show(&type, &column->type, NULL) &&
      !ent_buf_text(&type, &text, NULL)) {
    bool is_cut = type.size > ENT_TYPE_SHOWN;

    say(t, "%.*s%s", shown(text), text, is_cut ? "..." : "");
  }
  ent_buf_done(&type);
}

static void say_types(telling *t, const ent_column_change *change) {
  if (ent_shape_same_type(&change->live->type, &change->wanted->type)) {
    say(t, "%s becomes %s", change->live->collation, change->wanted->collation);
    return;
  }
  say_type(t, change->live);
  say(t, " becomes ");
  say_type(t, change->wanted);
}

/* What can go wrong; of an empty table nothing can. */
static void warn(telling *t, const char *what) {
  if (!t->diff->is_empty) say(t, " (%s)", what);
}

static void say_type_change(telling *t, const ent_column_change *change) {
  const ent_shape_column *live = change->live;
  const ent_shape_column *wanted = change->wanted;
  bool is_charset = ent_shape_same_text(live->collation, wanted->collation);

  if (ent_shape_same_values(live, wanted)) return;
  say(t, ", ");
  say_types(t, change);
  if (is_charset && ent_diff_adds_words(&live->type, &wanted->type)) return;
  if (ent_diff_widens(t->diff->server, live, wanted)) return;
  if (!ent_diff_type_fits(&live->type, &wanted->type)) {
    warn(t, "not every value may fit");
  } else if (!is_charset && strcmp(wanted->charset, "utf8mb4") != 0 &&
             !ent_shape_same_text(live->charset, wanted->charset)) {
    warn(t, "not every letter may be in it");
  }
}

/* No default, or none but NULL: which of them, follows from whether it takes
 * NULL. */
static bool has_none(const ent_shape_column *column) {
  return column->default_kind == ENT_SHAPE_NO_DEFAULT ||
         (column->default_kind == ENT_SHAPE_NULL && column->is_nullable);
}

static void say_default(telling *t, const ent_column_change *change) {
  const ent_shape_column *wanted = change->wanted;

  if (change->live->updates_itself != wanted->updates_itself) {
    say(t, wanted->updates_itself ? ", is set by every UPDATE"
                                  : ", is no more set by every UPDATE");
  }
  if (ent_shape_same_default(change->live, wanted) ||
      (has_none(change->live) && has_none(wanted))) {
    return;
  }
  switch (wanted->default_kind) {
  case ENT_SHAPE_NO_DEFAULT:
  case ENT_SHAPE_NULL: say(t, ", has no default any more"); break;
  case ENT_SHAPE_NOW: say(t, ", is the time by default"); break;
  case ENT_SHAPE_VALUE:
    say(t, ", is '%.*s' by default", shown(wanted->default_text),
        wanted->default_text);
    break;
  case ENT_SHAPE_EXPRESSION: break;
  }
}

static void say_rest(telling *t, const ent_column_change *change) {
  const ent_shape_column *live = change->live;
  const ent_shape_column *wanted = change->wanted;

  if (live->is_nullable != wanted->is_nullable) {
    say(t, wanted->is_nullable ? ", takes NULL" : ", takes no NULL any more");
    if (!wanted->is_nullable) warn(t, "rows that have one make it fail");
  }
  if (live->is_auto != wanted->is_auto) {
    say(t, wanted->is_auto ? ", is numbered" : ", is not numbered any more");
  }
  if (live->is_generated != wanted->is_generated) {
    say(t, ", is not generated any more");
  }
  if (change->moves) say(t, ", moves");
}

static void say_kept(telling *t, const ent_column_change *change) {
  say(t, "column %s", change->wanted->name);
  say_type_change(t, change);
  say_default(t, change);
  say_rest(t, change);
}

static void say_column(telling *t, const ent_column_change *change) {
  next(t);
  if (!change->live) {
    say(t, "column %s is new", change->wanted->name);
    if (change->loses) warn(t, "an INSERT without it fails");
  } else if (!change->wanted) {
    say(t, "column %s goes with its values", change->live->name);
  } else {
    say_kept(t, change);
  }
  if (change->waits) say(t, " (a foreign key has to go before)");
  if (change->online == ENT_ONLINE_NOT) t->copies = true;
}

static const char *kind_of(const ent_shape_index *index) {
  if (index->is_special) return "special index";
  return index->is_unique ? "unique index" : "index";
}

static void say_index(telling *t, const ent_index_change *change) {
  next(t);
  if (change->online == ENT_ONLINE_NOT) t->copies = true;
  if (change->renames) {
    say(t, "index %s was %s", change->wanted->name, change->live->name);
  } else if (!change->wanted) {
    say(t, "%s %s goes", kind_of(change->live), change->live->name);
  } else {
    say(t, "%s %s is %s", kind_of(change->wanted), change->wanted->name,
        change->live ? "another" : "new");
    if (change->wanted->is_unique)
      say(t, " (rows that are alike make it fail)");
  }
}

static void say_renames(telling *t) {
  for (size_t i = 0; i < t->diff->n_columns; i++) {
    const ent_column_change *change = &t->diff->columns[i];

    if (!change->renames) continue;
    next(t);
    say(t, "column %s was %s", change->wanted->name, change->live->name);
  }
  if (ent_diff_renames_unsafely(t->diff)) t->copies = true;
}

static bool is_in(const telling *t, bool changes, ent_aspect aspect,
                  ent_diff_part part) {
  return changes && ent_diff_part_of_table(t->diff, aspect) == part;
}

static void say_table(telling *t, ent_diff_part part) {
  const ent_diff *diff = t->diff;

  if (is_in(t, diff->changes_key, ENT_ASPECT_KEY, part)) {
    next(t);
    say(t,
        "the primary key is %s (rows that are alike make it fail, and "
        "writers wait while all are copied)",
        diff->live->key.n_parts ? "another" : "new");
  }
  if (is_in(t, diff->changes_charset, ENT_ASPECT_CHARSET, part)) {
    next(t);
    say(t, "texts are %s by default, not %s", diff->wanted->collation,
        diff->live->collation ? diff->live->collation : "?");
  }
  if (is_in(t, diff->changes_engine, ENT_ASPECT_ENGINE, part)) {
    next(t);
    t->copies = true;
    say(t, "the engine is %s, not %s", diff->wanted->engine,
        diff->live->engine ? diff->live->engine : "?");
  }
}

static void say_part(telling *t, ent_diff_part part) {
  const ent_diff *diff = t->diff;

  for (size_t i = 0; i < diff->n_columns; i++) {
    const ent_column_change *change = &diff->columns[i];

    if (ent_diff_is_change(change) && ent_diff_part_of(diff, change) == part) {
      say_column(t, change);
    }
  }
  for (size_t i = 0; i < diff->n_indexes; i++) {
    const ent_index_change *change = &diff->indexes[i];

    if (ent_diff_part_of_index(diff, change) == part) say_index(t, change);
  }
  say_table(t, part);
}

const char *ent_diff_words(const ent_diff *diff, ent_diff_part part,
                           ent_arena *arena) {
  telling t = {.diff = diff};
  char *words = NULL;

  ent_buf_init(&t.buf, ENT_WORDS_CEILING);
  if (part == ENT_DIFF_RENAMES) {
    say_renames(&t);
  } else {
    say_part(&t, part);
  }
  if (diff->is_empty) {
    say(&t, "; the table is empty");
  } else if (t.copies) {
    say(&t, "; writers wait while the rows are copied");
  }
  if (!t.status) words = ent_arena_copy(arena, t.buf.data, t.buf.size);
  ent_buf_done(&t.buf);
  return words;
}
