#ifndef ENT_BACKENDS_MYSQL_BATCH_H
#define ENT_BACKENDS_MYSQL_BATCH_H

#include "backends/base/arena.h"
#include "backends/base/error.h"
#include "backends/write.h"

#include <stdbool.h>
#include <stddef.h>

/* Rows that wait to be sent together: of one table, one kind, one set of
 * columns.  What is given to a batch is copied. */
typedef struct ent_mysql_batch {
  ent_write_kind kind;
  const ent_entity *entity;
  const ent_followers *followers;
  bool replaces;
  bool all_same; /* UPDATE: every row gets the first one's values */
  size_t n_rows;
  ent_cell *cells; /* n_rows × the entity's columns; not of a DELETE */
  ent_value *keys; /* n_rows × the key's columns; not of an INSERT */
  size_t n_bytes;  /* of texts and blobs */
  size_t capacity; /* rows there is room for, of this width */
  ent_arena bytes;
  size_t n_sent; /* rows of the statement sent before */
} ent_mysql_batch;

/* A zeroed batch is an empty one. */
void ent_mysql_batch_done(ent_mysql_batch *batch);

/* Forgets the rows and keeps the memory. */
void ent_mysql_batch_clear(ent_mysql_batch *batch);

/* Whether a row can wait with those that do; with none any can. */
bool ent_mysql_batch_takes(const ent_mysql_batch *batch,
                           const ent_write *write);

/* Copies a row that ent_mysql_batch_takes().  NOMEM. */
ENT_CHECKED ent_status ent_mysql_batch_add(ent_mysql_batch *batch,
                                           const ent_write *write,
                                           ent_error *err);

/* Whether it is time to send. */
bool ent_mysql_batch_is_full(const ent_mysql_batch *batch, size_t max_packet);

/* Row i as it was given. */
ent_write ent_mysql_batch_row(const ent_mysql_batch *batch, size_t i);

#endif
