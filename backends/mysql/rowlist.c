#include "backends/mysql/rowlist.h"

#include <stdlib.h>

enum { ENT_FIRST_OFFSETS = 64 };

void ent_row_list_init(ent_row_list *list) {
  *list = (ent_row_list){.n = 0};
  ent_buf_init(&list->bytes, ENT_ROW_MAX_SIZE);
}

void ent_row_list_done(ent_row_list *list) {
  ent_buf_done(&list->bytes);
  free(list->offsets);
  ent_row_list_init(list);
}

void ent_row_list_clear(ent_row_list *list) {
  list->bytes.size = 0;
  list->n = 0;
}

const ent_row *ent_row_list_at(const ent_row_list *list, size_t i) {
  return (const ent_row *)list->bytes.data + list->offsets[i];
}

/* Room for one more offset. */
static ent_status grow(ent_row_list *list, ent_error *err) {
  size_t capacity = list->capacity ? 2 * list->capacity : ENT_FIRST_OFFSETS;
  size_t *offsets;

  if (list->n < list->capacity) return ENT_OK;
  offsets = realloc(list->offsets, capacity * sizeof(*offsets));
  if (!offsets) return ent_fail_nomem(err);
  list->offsets = offsets;
  list->capacity = capacity;
  return ENT_OK;
}

ent_status ent_row_list_add(ent_row_list *list, const ent_row *row,
                            ent_error *err) {
  size_t offset = list->bytes.size;
  ent_status status = grow(list, err);

  if (!status) {
    status = ent_buf_append(&list->bytes, row, ent_row_size(row), err);
  }
  if (!status) list->offsets[list->n++] = offset;
  return status;
}

ent_status ent_row_list_read(ent_row_list *list, ent_mysql_statement *statement,
                             size_t limit, size_t max_bytes,
                             const ent_deadline *deadline, bool *is_end,
                             ent_error *err) {
  *is_end = false;
  while (list->n < limit && (!max_bytes || list->bytes.size <= max_bytes)) {
    size_t offset = list->bytes.size;
    ent_status status = grow(list, err);

    if (!status) {
      status =
          ent_mysql_statement_fetch(statement, deadline, &list->bytes, err);
    }
    *is_end = status == ENT_DONE;
    if (*is_end) return ENT_OK;
    if (status) return status;
    list->offsets[list->n++] = offset;
  }
  return ENT_OK;
}

ent_status ent_row_list_read_all(ent_row_list *list,
                                 ent_mysql_statement *statement, size_t limit,
                                 size_t max_bytes, const ent_deadline *deadline,
                                 bool *is_end, ent_error *err) {
  ent_status status = ent_row_list_read(list, statement, limit, max_bytes,
                                        deadline, is_end, err);

  if (status || *is_end) return status;
  do {
    status = ent_mysql_statement_skip(statement, deadline, err);
  } while (!status);
  return status == ENT_DONE ? ENT_OK : status;
}
