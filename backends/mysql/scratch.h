#ifndef ENT_BACKENDS_MYSQL_SCRATCH_H
#define ENT_BACKENDS_MYSQL_SCRATCH_H

#include "backends/mysql/connection.h"
#include "backends/write.h"

#include <stdbool.h>

/* Texts, parameters and arrays of the statement being run, kept so that the
 * next one needs no memory. */
typedef struct ent_mysql_scratch {
  ent_buf sql;
  ent_buf pattern; /* what the INSERT in `sql` was written for; else empty */
  ent_value *params;
  size_t n_params;
  size_t capacity;
  ent_arena memory;
  bool lacks_returning; /* the server, or the right to read what was written */
  bool lacks_lists;     /* VALUES as a table */
  const ent_write_listener *listener; /* or NULL */
} ent_mysql_scratch;

/* Tells the listener, if there is one. */
static inline void ent_mysql_scratch_tell(const ent_mysql_scratch *scratch,
                                          const ent_entity *entity,
                                          const int64_t *id) {
  if (scratch->listener)
    scratch->listener->inserted(scratch->listener->context, entity, id);
}

void ent_mysql_scratch_init(ent_mysql_scratch *scratch);
void ent_mysql_scratch_done(ent_mysql_scratch *scratch);

/* Forgets the statement before; the memory stays. */
void ent_mysql_scratch_start(ent_mysql_scratch *scratch);

/* Appends parameters: the values among cells, or a key's.  NOMEM. */
ENT_CHECKED ent_status ent_mysql_scratch_values(ent_mysql_scratch *scratch,
                                                const ent_cell *cells, size_t n,
                                                ent_error *err);
ENT_CHECKED ent_status ent_mysql_scratch_keys(ent_mysql_scratch *scratch,
                                              const ent_value *keys, size_t n,
                                              ent_error *err);

/* Sends the text with its parameters; ent_mysql_statement_end() waits for the
 * answer, and until then the connection can do nothing else.  A round trip
 * where the connection has not prepared it yet. */
ENT_CHECKED ent_status ent_mysql_scratch_begin(ent_mysql_scratch *scratch,
                                               ent_mysql_connection *connection,
                                               const ent_deadline *deadline,
                                               ent_mysql_statement **statement,
                                               ent_error *err);

/* Runs the text with its parameters.  One round trip, and one more where the
 * connection has not prepared it yet. */
ENT_CHECKED ent_status ent_mysql_scratch_run(ent_mysql_scratch *scratch,
                                             ent_mysql_connection *connection,
                                             const ent_deadline *deadline,
                                             ent_mysql_statement **statement,
                                             ent_error *err);

/* What takes several statements is undone whole where one of them fails: a
 * savepoint before them, and, where `status` is a failure, the way back to it.
 * The second returns `status`.  One round trip each. */
ENT_CHECKED ent_status ent_mysql_scratch_mark(ent_mysql_connection *connection,
                                              const ent_deadline *deadline,
                                              ent_error *err);
ent_status ent_mysql_scratch_undo(ent_mysql_connection *connection,
                                  const ent_deadline *deadline,
                                  ent_status status);

/* The integer key that a row brings with it; false where it brings none. */
bool ent_mysql_own_id(const ent_entity *entity, const ent_cell *cells,
                      int64_t *id);

#endif
