#include "backends/mysql/given.h"

#include <string.h>

void ent_given_take(ent_given *given, ent_row_list *page) {
  given->rows = *page;
  given->n_unmet = page->n;
  given->last = page->n ? page->offsets[page->n - 1] : 0;
  ent_row_list_init(page);
}

void ent_given_done(ent_given *given) {
  ent_row_list_done(&given->rows);
}

/* Whether a row was given out already; it counts as met then. */
static bool meet(ent_given *given, const ent_row *row) {
  uint32_t size = ent_row_size(row);

  for (size_t i = 0; i < given->rows.n; i++) {
    size_t *offset = &given->rows.offsets[i];
    const ent_row *other = (const ent_row *)given->rows.bytes.data + *offset;

    if (*offset == ENT_NO_ROW || ent_row_size(other) != size) continue;
    if (memcmp(other, row, size) == 0) {
      *offset = ENT_NO_ROW;
      given->n_unmet--;
      return true;
    }
  }
  return false;
}

static ent_status changed_meanwhile(ent_error *err) {
  return ent_fail(err, ENT_BUSY,
                  "the table changed while it was being read; run the "
                  "statement again");
}

static bool same_value(const ent_value *a, const ent_value *b) {
  if (a->kind != b->kind) return false;
  switch (a->kind) {
  case ENT_NULL: return true;
  case ENT_I64:
  case ENT_U64: return a->as.u64 == b->as.u64;
  case ENT_F64: return a->as.f64 == b->as.f64;
  case ENT_ASCII:
  case ENT_TEXT:
  case ENT_BLOB:
  case ENT_DIGITS: break;
  }
  return a->as.bytes.size == b->as.bytes.size &&
         memcmp(a->as.bytes.data, b->as.bytes.data, a->as.bytes.size) == 0;
}

static unsigned slot_of(const ent_query *query, uint16_t column) {
  unsigned slot = 0;

  while (slot < query->projection->n_columns &&
         query->projection->columns[slot] != column)
    slot++;
  return slot;
}

/* Whether a row may stand behind the rows given out although some of those
 * have not been met yet: in an ordered search only one that the order does not
 * tell from the last of them. */
static bool may_follow(const ent_given *given, const ent_query *query,
                       const ent_row *row) {
  const ent_row *last = (const ent_row *)given->rows.bytes.data + given->last;

  for (size_t i = 0; i < query->n_orders; i++) {
    unsigned slot = slot_of(query, query->orders[i].column);
    ent_value a;
    ent_value b;

    if (slot == query->projection->n_columns) return false;
    a = ent_row_value(row, slot);
    b = ent_row_value(last, slot);
    if (!same_value(&a, &b)) return false;
  }
  return true;
}

ent_status ent_given_leave_out(ent_given *given, const ent_query *query,
                               ent_row_list *page, bool is_last,
                               ent_error *err) {
  size_t kept = 0;

  if (given->n_unmet == 0) return ENT_OK;
  for (size_t i = 0; i < page->n; i++) {
    const ent_row *row = ent_row_list_at(page, i);

    if (given->n_unmet > 0 && meet(given, row)) continue;
    if (given->n_unmet > 0 && !may_follow(given, query, row)) {
      return changed_meanwhile(err);
    }
    page->offsets[kept++] = page->offsets[i];
  }
  page->n = kept;
  return is_last && given->n_unmet > 0 ? changed_meanwhile(err) : ENT_OK;
}
