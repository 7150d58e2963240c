#include "cli/complete.h"

#include "cli/dot.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

/* A part of the line that is typed. */
typedef struct part {
  const char *text;
  size_t size;
} part;

/* ?1 the beginning of the word. */
#define MATCHES                                                                \
  " WHERE length(?1) < length(name)"                                           \
  " AND lower(substr(name, 1, length(?1))) = lower(?1)"                        \
  " AND name NOT GLOB '*[^a-zA-Z0-9_$\u00a0-\U0010ffff]*'"                     \
  " GROUP BY name ORDER BY name COLLATE NOCASE"

#define TABLES "SELECT name FROM pragma_table_list"

static const char tables_sql[] = "SELECT name FROM (" TABLES ")" MATCHES;

/* Behind "name.": the columns of that table, or the tables of that schema;
 * all columns where it is neither, but an alias perhaps. */
static const char members_sql[] =
    "WITH members(owner, name) AS ("
    " SELECT t.name, c.name FROM pragma_table_list AS t,"
    "  pragma_table_xinfo(t.name, t.schema) AS c WHERE c.hidden <> 1"
    " UNION ALL SELECT schema, name FROM pragma_table_list)"
    "SELECT name FROM (SELECT name FROM members"
    " WHERE owner = ?2 COLLATE NOCASE OR NOT EXISTS"
    "  (SELECT 1 FROM members WHERE owner = ?2 COLLATE NOCASE))" MATCHES;

static const char all_sql[] =
    "SELECT name FROM (" TABLES " UNION ALL"
    " SELECT c.name FROM pragma_table_list AS t,"
    "  pragma_table_xinfo(t.name, t.schema) AS c WHERE c.hidden <> 1"
    " UNION ALL SELECT name FROM pragma_function_list)" MATCHES;

static bool is_word(char c) {
  return isalnum((unsigned char)c) || c == '_' || c == '$' ||
         (unsigned char)c >= 0x80;
}

static size_t word_start(const char *line, size_t end) {
  while (end && is_word(line[end - 1]))
    end--;
  return end;
}

static ent_status add(ent_completion *completion, const char *word,
                      ent_error *err) {
  ent_buf *words = &completion->words;

  completion->n_words++;
  return ent_buf_append(words, word, strlen(word) + 1, err);
}

static ent_status add_dots(ent_completion *completion, const char *line,
                           size_t size, ent_error *err) {
  ent_status status = ENT_OK;
  const char *name;

  completion->start = 0;
  for (size_t i = 0; (name = ent_dot_name(i)) && !status; i++) {
    if (strncmp(name, line, size) == 0) status = add(completion, name, err);
  }
  return status;
}

static char small(char c) {
  return (char)tolower((unsigned char)c);
}

/* Writes a keyword as the person began the word: in small letters, if the last
 * one typed is small. */
static ent_status add_keyword(ent_completion *completion, part name, bool lower,
                              ent_error *err) {
  ent_buf *words = &completion->words;
  size_t start = words->size;
  ent_status status = ent_buf_append(words, name.text, name.size, err);

  if (!status) status = ent_buf_append(words, "", 1, err);
  if (status) return status;
  for (char *c = words->data + start; lower && *c; c++) {
    *c = small(*c);
  }
  completion->n_words++;
  return ENT_OK;
}

static ent_status add_keywords(ent_completion *completion, part word,
                               ent_error *err) {
  bool lower = islower((unsigned char)word.text[word.size - 1]) != 0;
  ent_status status = ENT_OK;

  for (int i = 0; i < sqlite3_keyword_count() && !status; i++) {
    const char *name;
    int n;

    if (sqlite3_keyword_name(i, &name, &n)) break;
    if ((size_t)n > word.size &&
        sqlite3_strnicmp(name, word.text, (int)word.size) == 0) {
      status = add_keyword(completion, (part){name, (size_t)n}, lower, err);
    }
  }
  return status;
}

static ent_status add_names(ent_completion *completion, sqlite3_stmt *stmt,
                            ent_error *err) {
  ent_status status = ENT_OK;

  while (!status && sqlite3_step(stmt) == SQLITE_ROW) {
    const char *name = (const char *)sqlite3_column_text(stmt, 0);

    if (name) status = add(completion, name, err);
  }
  return status;
}

/* What one query finds for a word; `owner` stands before its dot. */
static ent_status ask(ent_completion *completion, sqlite3 *db, const char *sql,
                      part word, part owner, ent_error *err) {
  ent_status status;
  sqlite3_stmt *stmt;

  if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL)) return ENT_OK;
  sqlite3_bind_text(stmt, 1, word.text, (int)word.size, SQLITE_STATIC);
  if (owner.text) {
    sqlite3_bind_text(stmt, 2, owner.text, (int)owner.size, SQLITE_STATIC);
  }
  status = add_names(completion, stmt, err);
  sqlite3_finalize(stmt);
  return status;
}

/* Whether the word that ends before `end`, blanks aside, has a table behind
 * it. */
static bool wants_table(const char *line, size_t end) {
  static const char *const words[] = {"FROM", "JOIN", "INTO", "UPDATE",
                                      "TABLE"};
  size_t start;

  while (end && isspace((unsigned char)line[end - 1]))
    end--;
  start = word_start(line, end);
  for (size_t i = 0; i < ENT_COUNT(words); i++) {
    size_t size = strlen(words[i]);

    if (end - start == size &&
        sqlite3_strnicmp(line + start, words[i], (int)size) == 0) {
      return true;
    }
  }
  return false;
}

static ent_status find_sql(ent_completion *completion, sqlite3 *db,
                           const char *line, size_t size, ent_error *err) {
  size_t start = completion->start;
  part word = {line + start, size - start};
  part owner = {NULL, 0};
  ent_status status;

  if (start && line[start - 1] == '.') {
    size_t at = word_start(line, start - 1);

    owner = (part){line + at, start - 1 - at};
    return ask(completion, db, members_sql, word, owner, err);
  }
  if (wants_table(line, start)) {
    return ask(completion, db, tables_sql, word, owner, err);
  }
  if (!word.size) return ENT_OK; /* everything there is says nothing */
  status = ask(completion, db, all_sql, word, owner, err);
  return status ? status : add_keywords(completion, word, err);
}

/* The bytes that two words have in common at their beginning, letters of both
 * cases being the same. */
static size_t common(const char *a, const char *b, size_t limit) {
  size_t n = 0;

  while (n < limit && a[n] && b[n] &&
         tolower((unsigned char)a[n]) == tolower((unsigned char)b[n]))
    n++;
  return n;
}

static void measure(ent_completion *completion) {
  const char *first = completion->words.data;
  const char *word = first;

  if (!completion->n_words) return;
  completion->common = strlen(first);
  for (size_t i = 1; i < completion->n_words; i++) {
    word += strlen(word) + 1;
    completion->common = common(first, word, completion->common);
  }
  /* A character is not cut. */
  while (completion->common &&
         ((unsigned char)first[completion->common] & 0xc0) == 0x80)
    completion->common--;
}

ent_status ent_completion_find(ent_completion *completion, sqlite3 *db,
                               const char *line, size_t size, ent_error *err) {
  ent_status status;

  *completion = (ent_completion){.start = word_start(line, size)};
  ent_buf_init(&completion->words, SIZE_MAX / 2);
  if (size && line[0] == '.' && !memchr(line, ' ', size)) {
    status = add_dots(completion, line, size, err);
  } else {
    status = find_sql(completion, db, line, size, err);
  }
  if (!status) measure(completion);
  return status;
}

void ent_completion_done(ent_completion *completion) {
  ent_buf_done(&completion->words);
}
