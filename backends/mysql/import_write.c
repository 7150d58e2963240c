#include "backends/mysql/import_write.h"

#include "backends/base/yaml_write.h"
#include "backends/mysql/shape_type.h"

#include <string.h>
#include <strings.h>

enum { ENT_WORDS_CEILING = 1 << 20 };

/* One writing of one table.  What fails is kept, and told at the end. */
typedef struct writer {
  const ent_import_place *place;
  const ent_shape_table *table;
  ent_buf *to;
  ent_buf words; /* of one column, which YAML may have to put in quotes */
  ent_error err;
} writer;

static bool is_well(const writer *w) {
  return w->err.status == ENT_OK;
}

/* The status is kept in w->err. */
static void put_into(writer *w, ent_buf *buf, const char *text) {
  if (is_well(w) && ent_buf_append(buf, text, strlen(text), &w->err)) return;
}

static void put(writer *w, const char *text) {
  put_into(w, w->to, text);
}

static void put_name(writer *w, const char *name) {
  if (is_well(w) && ent_yaml_write_name(w->to, name, &w->err)) return;
}

static void say(writer *w, const char *words) {
  put_into(w, &w->words, words);
}

/* ---- words of a column ---- */

/* Between marks, of which one within is two. */
static void say_quoted(writer *w, const char *mark, const char *text) {
  char one[] = {'\0', '\0'};

  say(w, mark);
  for (; *text; text++) {
    if (*text == *mark) say(w, mark);
    *one = *text;
    say(w, one);
  }
  say(w, mark);
}

static void say_type(writer *w, const ent_sql_type *type) {
  if (!type->n_words) {
    if (is_well(w) && ent_shape_type_show(&w->words, type, &w->err)) return;
    return;
  }
  say(w, type->name);
  for (size_t i = 0; i < type->n_words; i++) {
    say(w, i ? "," : "(");
    say_quoted(w, "'", type->words[i]);
  }
  say(w, ")");
}

/* A charset and collation where they are not those that are assumed.
 *
 *   to   where it goes
 *   has  what stands before, between and behind a key and its value */
static void put_charset(writer *w, ent_buf *to, const char *const has[3],
                        const char *const assumed[2],
                        const char *const actual[2], const char *collate) {
  bool is_other = !ent_shape_same_text(assumed[0], actual[0]);
  const ent_server_charset *charset;

  if (!actual[0] || ent_shape_same_text(assumed[1], actual[1])) return;
  charset = ent_server_find_charset(w->place->server, actual[0]);
  if (is_other) {
    put_into(w, to, has[0]);
    put_into(w, to, "charset");
    put_into(w, to, has[1]);
    put_into(w, to, actual[0]);
    put_into(w, to, has[2]);
  }
  if (is_other && charset &&
      ent_shape_same_text(charset->collation, actual[1])) {
    return;
  }
  put_into(w, to, has[0]);
  put_into(w, to, collate);
  put_into(w, to, has[1]);
  put_into(w, to, actual[1]);
  put_into(w, to, has[2]);
}

static void say_charset(writer *w, const ent_shape_column *column) {
  static const char *const has[] = {" ", " ", ""};
  const char *assumed[] = {w->table->charset, w->table->collation};
  const char *actual[] = {column->charset, column->collation};

  if (!column->charset) return;
  put_charset(w, &w->words, has, assumed, actual, "collate");
}

static bool is_plain_number(const char *text) {
  const char *digits = text + (*text == '-');

  return *digits && !digits[strspn(digits, "0123456789.")];
}

static void say_default(writer *w, const ent_shape_column *column) {
  const char *text = column->default_text;

  if (column->default_kind == ENT_SHAPE_NOW)
    say(w, " default current_timestamp");
  if (column->default_kind != ENT_SHAPE_VALUE) return;
  say(w, " default ");
  if (ent_shape_type_is_number(&column->type) && is_plain_number(text)) {
    say(w, text);
  } else {
    say_quoted(w, "'", text);
  }
}

/* The foreign key of a column by itself; NULL if it has none. */
static const ent_shape_foreign *foreign_of(const ent_shape_table *table,
                                           const char *column) {
  for (size_t i = 0; i < table->n_foreigns; i++) {
    const ent_shape_foreign *foreign = &table->foreigns[i];

    if (foreign->n_columns == 1 &&
        ent_shape_same_name(foreign->columns[0], column)) {
      return foreign;
    }
  }
  return NULL;
}

static void say_reference(writer *w, const ent_shape_foreign *foreign) {
  const ent_shape_table *target =
      ent_shape_find_table(w->place->server, w->place->live, foreign->table);
  const char *name = target ? target->name : foreign->table;
  bool is_word = !name[strspn(name, "abcdefghijklmnopqrstuvwxyz_")] && *name;

  say(w, "references ");
  if (is_word && strcmp(name, "many") != 0) {
    say(w, name);
  } else {
    say_quoted(w, "`", name);
  }
}

static void say_on_delete(writer *w, const ent_shape_foreign *foreign) {
  if (foreign->on_delete == ENT_SHAPE_CASCADE) say(w, " on delete cascade");
  if (foreign->on_delete == ENT_SHAPE_SET_NULL) say(w, " on delete set null");
}

static bool is_key_column(const ent_shape_table *table, const char *name) {
  for (size_t i = 0; i < table->key.n_parts; i++) {
    if (ent_shape_same_name(table->key.parts[i].column, name)) return true;
  }
  return false;
}

/* Whether the key is what an entity has that says nothing of it: `id`, numbered
 * by the server. */
static bool is_usual_key(const ent_shape_table *table) {
  const ent_shape_column *id = ent_shape_find_column(table, "id");

  return id && id->is_auto && table->key.n_parts == 1 &&
         is_key_column(table, "id") && !foreign_of(table, "id");
}

static void say_column(writer *w, const ent_shape_column *column) {
  const ent_shape_foreign *foreign = foreign_of(w->table, column->name);
  bool is_key = is_key_column(w->table, column->name);

  if (foreign) {
    say_reference(w, foreign);
  } else {
    say_type(w, &column->type);
    say_charset(w, column);
  }
  if (!column->is_nullable && !is_key) say(w, " not null");
  say_default(w, column);
  if (column->updates_itself) say(w, " on update current_timestamp");
  if (column->is_auto && !(is_key && is_usual_key(w->table))) {
    say(w, " auto_increment");
  }
  if (foreign) say_on_delete(w, foreign);
}

/* ---- pieces of an entity ---- */

static void refuse(writer *w, const char *what, const char *name,
                   const char *why) {
  if (is_well(w) &&
      ent_fail(&w->err, ENT_CONFIG, "%s %s %s", what, name, why)) {
    return;
  }
}

static void put_column(writer *w, const ent_shape_column *column) {
  const char *words = "";

  if (column->is_generated) refuse(w, "column", column->name, "is generated");
  if (column->default_kind == ENT_SHAPE_EXPRESSION) {
    refuse(w, "column", column->name,
           *column->default_text == '\'' ? "has a default that is no text"
                                         : "has an expression for its default");
  }
  w->words.size = 0;
  say_column(w, column);
  if (is_well(w) && ent_buf_text(&w->words, &words, &w->err)) return;
  if (!ent_yaml_can_write(words)) {
    refuse(w, "column", column->name, "has a default that is no text");
  }
  put(w, "      ");
  put_name(w, column->name);
  put(w, ": ");
  if (is_well(w) && ent_yaml_write_text(w->to, words, &w->err)) return;
  put(w, "\n");
}

static void put_parts(writer *w, const ent_shape_index *index) {
  put(w, "[");
  for (size_t i = 0; i < index->n_parts; i++) {
    if (i) put(w, ", ");
    put_name(w, index->parts[i].column);
  }
  put(w, "]\n");
}

static bool begins_with(const ent_shape_index *index, const char *column) {
  return index->n_parts && ent_shape_same_name(index->parts[0].column, column);
}

/* Whether an index is the one that a reference makes by itself. */
static bool is_made(const ent_shape_table *table,
                    const ent_shape_index *index) {
  const char *column = index->parts[0].column;

  if (index->is_unique || index->n_parts != 1 ||
      !ent_shape_same_name(index->name, column) || !foreign_of(table, column) ||
      begins_with(&table->key, column)) {
    return false;
  }
  for (size_t i = 0; i < table->n_indexes; i++) {
    const ent_shape_index *other = &table->indexes[i];

    if (other != index && begins_with(other, column)) return false;
  }
  return true;
}

static void put_indexes(writer *w, const char *key, bool is_unique) {
  bool is_first = true;

  for (size_t i = 0; i < w->table->n_indexes; i++) {
    const ent_shape_index *index = &w->table->indexes[i];

    if (index->is_special) {
      refuse(w, "index", index->name,
             "is fulltext, spatial or of an expression");
    }
    if (index->is_unique != is_unique || is_made(w->table, index)) continue;
    if (is_first) put(w, key);
    is_first = false;
    put(w, "      ");
    put_name(w, index->name);
    put(w, ": ");
    put_parts(w, index);
  }
}

static void put_options(writer *w) {
  static const char *const has[] = {"    ", ": ", "\n"};
  const char *assumed[] = {w->place->charset, w->place->collation};
  const char *actual[] = {w->table->charset, w->table->collation};

  if (strcmp(w->place->pool, "default") != 0) {
    put(w, "    pool: ");
    put_name(w, w->place->pool);
    put(w, "\n");
  }
  put_charset(w, w->to, has, assumed, actual, "collation");
}

static void put_entity(writer *w) {
  const ent_shape_table *table = w->table;

  put(w, "  ");
  put_name(w, table->name);
  put(w, ":\n");
  put_options(w);
  put(w, "    columns:\n");
  for (size_t i = 0; i < table->n_columns; i++)
    put_column(w, &table->columns[i]);
  if (!is_usual_key(table)) {
    put(w, "    primary: ");
    put_parts(w, &table->key);
  }
  put_indexes(w, "    unique:\n", true);
  put_indexes(w, "    index:\n", false);
}

/* "${" begins a variable wherever it stands, and has no other spelling. */
static void check_variables(writer *w, size_t from) {
  const char *text;

  if (!is_well(w) || ent_buf_text(w->to, &text, &w->err)) return;
  if (strstr(text + from, "${")) {
    refuse(w, "table", w->table->name,
           "has a '${', which a configuration takes for a variable");
  }
}

ent_status ent_import_write(const ent_import_place *place,
                            const ent_shape_table *table, ent_buf *to,
                            ent_error *err) {
  writer w = {.place = place, .table = table, .to = to};
  size_t from = to->size;
  ent_status status;

  ent_buf_init(&w.words, ENT_WORDS_CEILING);
  put_entity(&w);
  check_variables(&w, from);
  ent_buf_done(&w.words);
  status = w.err.status;
  if (!status) return ENT_OK;
  to->size = from;
  if (err && !err->status) *err = w.err;
  return status;
}
