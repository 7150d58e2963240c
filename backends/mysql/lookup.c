#include "backends/mysql/lookup.h"

enum { ENT_LOOKUP_ROW = 1 << 16 };

/* DONE of `take` is not taken for the end of the rows. */
static ent_status take_rows(const ent_mysql_lookup *lookup,
                            ent_mysql_statement *statement,
                            const ent_deadline *deadline, ent_buf *row,
                            ent_error *err) {
  for (;;) {
    ent_status status;

    row->size = 0;
    status = ent_mysql_statement_fetch(statement, deadline, row, err);
    if (status) return status == ENT_DONE ? ENT_OK : status;
    status = lookup->take(lookup->context, (const ent_row *)row->data, err);
    if (status) return status;
  }
}

ent_status ent_mysql_look_up(ent_mysql_connection *connection,
                             const ent_mysql_lookup *lookup,
                             const ent_deadline *deadline, ent_error *err) {
  ent_mysql_statement *statement;
  ent_buf row;
  ent_status status = ent_mysql_connection_statement(
      connection, lookup->sql, lookup->size, deadline, &statement, err);

  if (!status) {
    status = ent_mysql_statement_execute(statement, lookup->params,
                                         lookup->n_params, deadline, err);
  }
  if (!status) {
    ent_buf_init(&row, lookup->max_row ? lookup->max_row : ENT_LOOKUP_ROW);
    status = take_rows(lookup, statement, deadline, &row, err);
    ent_buf_done(&row);
  }
  /* A result whose columns there is no memory for has rows, too. */
  if (status) ent_mysql_connection_drop_rows(connection);
  return status;
}

ent_status ent_mysql_take_number(void *number, const ent_row *row,
                                 ent_error *err) {
  ent_value value = ent_row_value(row, 0);

  (void)err;
  if (value.kind >= ENT_ASCII) value = (ent_value){.kind = ENT_NULL};
  *(ent_value *)number = value;
  return ENT_OK;
}
