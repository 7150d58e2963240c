#include "vtab/words.h"

#include <stdbool.h>
#include <string.h>

/* Moves to the next word of "enum('a','it''s')"; false behind the last.
 *
 *   at     starts at the type's text
 *   word   set to the word's start, quotes inside doubled
 *   size   set to its bytes as they stand there */
static bool next_word(const char **at, const char **word, size_t *size) {
  const char *c = strchr(*at, '\'');

  if (!c) return false;
  *word = ++c;
  while (*c && !(*c == '\'' && c[1] != '\''))
    c += *c == '\'' ? 2 : 1;
  *size = (size_t)(c - *word);
  *at = *c ? c + 1 : c;
  return true;
}

/* Whether a word of the type's text is these bytes. */
static bool is_word(const char *word, size_t size, const char *text,
                    size_t text_size) {
  size_t at = 0;

  for (size_t i = 0; i < size; i++) {
    if (word[i] == '\'') i++;
    if (at == text_size || word[i] != text[at]) return false;
    at++;
  }
  return at == text_size;
}

ent_status ent_words_check_enum(const ent_column *column, const ent_value *text,
                                ent_error *err) {
  const char *at = column->words;
  const char *word;
  size_t size;

  while (next_word(&at, &word, &size)) {
    if (is_word(word, size, text->as.bytes.data, text->as.bytes.size)) {
      return ENT_OK;
    }
  }
  return ent_fail(err, ENT_MISMATCH, "'%.*s' is no word of column %s, %s",
                  (int)(text->as.bytes.size < 64 ? text->as.bytes.size : 64),
                  text->as.bytes.data, column->name, column->words);
}

ent_status ent_words_check_set(const ent_column *column, const ent_value *text,
                               ent_error *err) {
  const char *part = text->as.bytes.data;
  const char *end = part + text->as.bytes.size;
  const char *at = column->words;
  bool fits = true;

  while (fits && part < end) {
    const char *comma = memchr(part, ',', (size_t)(end - part));
    size_t part_size = (size_t)((comma ? comma : end) - part);
    const char *word;
    size_t size;

    do {
      fits = next_word(&at, &word, &size);
    } while (fits && !is_word(word, size, part, part_size));
    if (comma && comma + 1 == end) fits = false;
    part = comma ? comma + 1 : end;
  }
  if (fits) return ENT_OK;
  return ent_fail(err, ENT_MISMATCH,
                  "'%.*s' are no words of column %s, in the order of %s",
                  (int)(text->as.bytes.size < 64 ? text->as.bytes.size : 64),
                  text->as.bytes.data, column->name, column->words);
}

/* Text that is read from its start. */
typedef struct time_reader {
  const char *at;
  const char *end;
} time_reader;

/* At least `least` and at most `most` digits. */
static bool take_digits(time_reader *r, int least, int most) {
  int n = 0;

  while (r->at < r->end && n < most && *r->at >= '0' && *r->at <= '9') {
    r->at++;
    n++;
  }
  return n >= least;
}

static bool take(time_reader *r, char c) {
  if (r->at == r->end || *r->at != c) return false;
  r->at++;
  return true;
}

/* "2024-02-29" */
static bool take_date(time_reader *r) {
  return take_digits(r, 4, 4) && take(r, '-') && take_digits(r, 2, 2) &&
         take(r, '-') && take_digits(r, 2, 2);
}

/* "23:59", "23:59:58", "23:59:58.123"; digits behind those kept must be 0. */
static bool take_clock(time_reader *r, int hour_digits, unsigned kept) {
  if (!take_digits(r, 1, hour_digits) || !take(r, ':') ||
      !take_digits(r, 2, 2)) {
    return false;
  }
  if (!take(r, ':')) return true;
  if (!take_digits(r, 2, 2)) return false;
  if (!take(r, '.')) return true;
  for (unsigned i = 0; r->at < r->end; i++, r->at++) {
    if (*r->at < '0' || *r->at > '9') return false;
    if (i >= kept && *r->at != '0') return false;
  }
  return true;
}

static bool fits_time(const ent_column *column, time_reader *r) {
  bool is_midnight;

  if (column->type == ENT_TYPE_TIME) {
    take(r, '-');
    return take_clock(r, 3, column->scale) && r->at == r->end;
  }
  if (!take_date(r)) return false;
  if (r->at == r->end) return true;
  if (column->type == ENT_TYPE_DATE) return false;
  is_midnight = !take(r, ' ') && !take(r, 'T');
  return !is_midnight && take_clock(r, 2, column->scale) && r->at == r->end;
}

ent_status ent_words_check_time(const ent_column *column, const ent_value *text,
                                ent_error *err) {
  time_reader r = {text->as.bytes.data,
                   text->as.bytes.data + text->as.bytes.size};
  const char *form = column->type == ENT_TYPE_DATE   ? "YYYY-MM-DD"
                     : column->type == ENT_TYPE_TIME ? "HH:MM:SS"
                                                     : "YYYY-MM-DD HH:MM:SS";

  if (fits_time(column, &r)) return ENT_OK;
  return ent_fail(err, ENT_MISMATCH, "'%.*s' for column %s, which holds %s%s",
                  (int)(text->as.bytes.size < 64 ? text->as.bytes.size : 64),
                  text->as.bytes.data, column->name, form,
                  column->scale ? " with a fraction" : "");
}
