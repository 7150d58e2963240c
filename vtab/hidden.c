#include "vtab/hidden.h"

#include "backends/base/faults.h"
#include "vtab/texts.h"
#include "vtab/tryout.h"

static const ent_wording *own_of(ent_hidden *hidden) {
  if (!hidden->knows_own) ent_texts_own(hidden->db, &hidden->own);
  hidden->knows_own = true;
  return &hidden->own;
}

static const ent_wording *all_of(ent_hidden *hidden) {
  if (!hidden->knows_all) ent_texts_all(hidden->db, &hidden->all);
  hidden->knows_all = true;
  return &hidden->all;
}

static const ent_wording *schemas_of(ent_hidden *hidden) {
  ent_hidden_schemas *schemas = hidden->schemas;

  if (!schemas->is_known) {
    schemas->wording = (ent_wording){.collates = false};
    ent_texts_schemas(hidden->db, &schemas->wording);
  }
  schemas->is_known = true;
  return &schemas->wording;
}

bool ent_hidden_join(ent_hidden *hidden, ent_op op) {
  bool is_concerned = op == ENT_OP_NE || op == ENT_OP_IS_NOT ||
                      op == ENT_OP_NOT_NULL || op == ENT_OP_LIKE ||
                      op == ENT_OP_GLOB;

  if (!is_concerned || !ent_tryout_get()->leaks_on) return false;
  return own_of(hidden)->joins_outer ||
         (schemas_of(hidden)->joins_outer && all_of(hidden)->joins_outer);
}

/* An OR may meet a column of any table with a collation of its own; in a
 * subquery's result only COLLATE itself counts. */
static bool may_collate(const ent_wording *wording) {
  if (wording->collates_within) return true;
  return wording->collates && wording->has_or && ent_tryout_get()->hides_or;
}

bool ent_hidden_collation(ent_hidden *hidden) {
  if (ent_fault("list-collation")) return false;
  if (!ent_texts_may_collate(hidden->db) && !schemas_of(hidden)->collates) {
    return false;
  }
  if (may_collate(own_of(hidden))) return true;
  return schemas_of(hidden)->collates && may_collate(all_of(hidden));
}

/* An OR within a view is not looked for: it would have the same comparison
 * twice, with a collation from a subquery beside it. */
bool ent_hidden_twice(ent_hidden *hidden) {
  if (ent_fault("list-collation") || !ent_tryout_get()->hides_or) return false;
  if (!own_of(hidden)->has_or) return false;
  return own_of(hidden)->collates_apart ||
         (schemas_of(hidden)->collates_apart && all_of(hidden)->collates_apart);
}

bool ent_hidden_part(ent_hidden *hidden, const ent_value *value) {
  if (value->kind == ENT_NULL || value->kind == ENT_BLOB) return false;
  if (ent_fault("row-value-part")) return false;
  if (!ent_value_is_text(value)) return all_of(hidden)->has_row_in;
  return ent_texts_may_collate(hidden->db) && own_of(hidden)->collates_row_in;
}

bool ent_hidden_rowid(ent_hidden *hidden) {
  return own_of(hidden)->names_rowid ||
         (schemas_of(hidden)->names_rowid && all_of(hidden)->names_rowid);
}

bool ent_hidden_right(ent_hidden *hidden) {
  return own_of(hidden)->joins_right ||
         (schemas_of(hidden)->joins_right && all_of(hidden)->joins_right);
}

bool ent_hidden_in(sqlite3 *db, const char *sql) {
  ent_wording wording = {.collates = false};

  ent_texts_of(db, sql, &wording);
  return may_collate(&wording) || wording.collates_row_in;
}
