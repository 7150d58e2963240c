#include "vtab/wording.h"

#include "backends/base/error.h"
#include "vtab/tokens.h"

#include <stdint.h>

enum { ENT_DEPTHS = 64 };

/* What may follow a parenthesis, on the way to (…) IN (SELECT …). */
typedef enum row_in_state {
  ENT_ROW_NONE,
  ENT_ROW_CLOSED, /* ) */
  ENT_ROW_IN,     /* ) IN */
  ENT_ROW_OPENED, /* ) IN ( */
} row_in_state;

/* A text being read. */
typedef struct reader {
  ent_wording *wording;
  int depth;        /* of parentheses */
  uint64_t sorting; /* a bit for each depth: behind ORDER BY */
  int n_reads;      /* SELECT, VALUES, UPDATE, DELETE so far */
  bool is_name;     /* behind COLLATE: the name of a collation */
  bool is_made;     /* by CREATE: a view or trigger */
  row_in_state row;
  bool collates; /* this text itself */
  bool has_row_in;
} reader;

static bool is_any_of(const ent_token *token, const char *const *words,
                      size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (ent_token_is(token, words[i])) return true;
  }
  return false;
}

static bool is_outer_join(const ent_token *token) {
  static const char *const words[] = {"left", "right", "full", "outer"};

  return is_any_of(token, words, ENT_COUNT(words));
}

static bool is_reading(const ent_token *token) {
  static const char *const words[] = {"select", "values", "update", "delete"};

  return is_any_of(token, words, ENT_COUNT(words));
}

static bool is_rowid(const ent_token *token) {
  return ent_token_names(token, "rowid") || ent_token_names(token, "oid") ||
         ent_token_names(token, "_rowid_");
}

static bool is_sorting(const reader *r) {
  return r->depth >= 0 && r->depth < ENT_DEPTHS && (r->sorting >> r->depth & 1);
}

static void set_sorting(reader *r, bool is) {
  uint64_t bit;

  if (r->depth < 0 || r->depth >= ENT_DEPTHS) return;
  bit = (uint64_t)1 << r->depth;
  r->sorting = is ? r->sorting | bit : r->sorting & ~bit;
}

static void read_sign(reader *r, char sign) {
  if (sign == '(') {
    r->depth++;
    set_sorting(r, false);
  } else if (sign == ')') {
    set_sorting(r, false);
    r->depth--;
  } else if (sign == ';') {
    r->sorting = 0;
  }
}

static void read_word(reader *r, const ent_token *token) {
  if (is_outer_join(token)) r->wording->joins_outer = true;
  if (ent_token_is(token, "right") || ent_token_is(token, "full")) {
    r->wording->joins_right = true;
  }
  if (ent_token_is(token, "or")) r->wording->has_or = true;
  if (ent_token_is(token, "create")) r->is_made = true;
  if (ent_token_is(token, "order")) set_sorting(r, true);
  r->n_reads += is_reading(token);
}

/* COLLATE and what it names. */
static void read_collation(reader *r, const ent_token *token) {
  if (r->is_name && !ent_token_is(token, "binary")) r->collates = true;
  r->is_name = ent_token_is(token, "collate") && !is_sorting(r);
}

/* Whether a token ends what begins a row value's IN: a table, or a subquery,
 * which a list of values is not. */
static bool ends_row_in(row_in_state state, const ent_token *token) {
  if (state == ENT_ROW_IN) return token->kind != ENT_TOKEN_SIGN;
  return state == ENT_ROW_OPENED &&
         (is_reading(token) || ent_token_is(token, "with"));
}

static void read_row_in(reader *r, const ent_token *token) {
  bool is_sign = token->kind == ENT_TOKEN_SIGN;

  if (ends_row_in(r->row, token)) r->has_row_in = true;
  if (is_sign && *token->text == ')') {
    r->row = ENT_ROW_CLOSED;
  } else if (r->row == ENT_ROW_CLOSED && ent_token_is(token, "in")) {
    r->row = ENT_ROW_IN;
  } else if (r->row >= ENT_ROW_IN && is_sign && *token->text == '(') {
    r->row = ENT_ROW_OPENED;
  } else {
    r->row = ENT_ROW_NONE;
  }
}

void ent_wording_read(ent_wording *wording, const char *sql) {
  reader r = {.wording = wording};
  ent_token token;

  for (sql = ent_token_read(sql, &token); token.kind != ENT_TOKEN_END;
       sql = ent_token_read(sql, &token)) {
    read_collation(&r, &token);
    read_row_in(&r, &token);
    if (is_rowid(&token)) wording->names_rowid = true;
    if (token.kind == ENT_TOKEN_SIGN) read_sign(&r, *token.text);
    if (token.kind == ENT_TOKEN_WORD) read_word(&r, &token);
  }
  if (r.collates) wording->collates = true;
  if (r.collates && r.n_reads > 1) wording->collates_within = true;
  if (r.collates && (r.n_reads > 1 || r.is_made)) {
    wording->collates_apart = true;
  }
  if (r.has_row_in) wording->has_row_in = true;
  if (r.collates && r.has_row_in) wording->collates_row_in = true;
}

/* Behind USING: the module of a virtual table, whose columns are ours. */
static bool is_own_module(const ent_token *token) {
  static const char *const words[] = {"entity", "mysql_view"};

  return is_any_of(token, words, ENT_COUNT(words));
}

void ent_wording_read_table(ent_wording *wording, const char *sql) {
  bool is_virtual = false;
  bool is_module = false;
  bool is_ours = false;
  ent_token token;

  for (sql = ent_token_read(sql, &token); token.kind != ENT_TOKEN_END;
       sql = ent_token_read(sql, &token)) {
    if (is_module && is_own_module(&token)) is_ours = true;
    is_module = ent_token_is(&token, "using");
    if (ent_token_is(&token, "virtual")) is_virtual = true;
    if (ent_token_is(&token, "collate")) wording->collates = true;
  }
  if (is_virtual && !is_ours) wording->collates = true;
}

bool ent_wording_may_collate(const char *sql) {
  static const char word[] = "collate";

  for (; *sql; sql++) {
    size_t n = 0;

    while (word[n] && (sql[n] | 0x20) == word[n])
      n++;
    if (!word[n]) return true;
  }
  return false;
}
