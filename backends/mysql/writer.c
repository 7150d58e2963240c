#include "backends/mysql/writer.h"

#include "backends/base/faults.h"
#include "backends/mysql/batchwrite.h"
#include "backends/mysql/cascade.h"
#include "backends/mysql/lookup.h"
#include "backends/mysql/snapshot.h"
#include "backends/mysql/statements.h"
#include "backends/mysql/transaction.h"
#include "backends/mysql/unique.h"

#include <stdlib.h>
#include <string.h>

struct ent_mysql_writer {
  ent_mysql_session *session;
  ent_mysql_batch batch;        /* what waits */
  ent_mysql_batch ahead;        /* what was sent before it; no rows: nothing */
  ent_mysql_statement *running; /* that one's, until its answer is read */
  ent_status answer;            /* then */
  ent_error refusal;
  ent_mysql_scratch scratch; /* texts and parameters of statements */
  size_t max_packet; /* what the server takes at once; 0: not asked yet */
  bool has_id;
  int64_t id;
};

ent_mysql_writer *ent_mysql_writer_new(ent_mysql_session *session) {
  ent_mysql_writer *writer = calloc(1, sizeof(*writer));

  if (!writer) return NULL;
  writer->session = session;
  ent_mysql_scratch_init(&writer->scratch);
  return writer;
}

void ent_mysql_writer_listen(ent_mysql_writer *writer,
                             const ent_write_listener *listener) {
  writer->scratch.listener = listener;
}

void ent_mysql_writer_free(ent_mysql_writer *writer) {
  if (!writer) return;
  ent_mysql_batch_done(&writer->batch);
  ent_mysql_batch_done(&writer->ahead);
  ent_mysql_scratch_done(&writer->scratch);
  free(writer);
}

void ent_mysql_writer_restart(ent_mysql_writer *writer) {
  writer->batch.n_sent = 0;
}

void ent_mysql_writer_drop(ent_mysql_writer *writer) {
  ent_mysql_batch_clear(&writer->batch);
  ent_mysql_batch_clear(&writer->ahead);
  ent_mysql_writer_restart(writer);
}

bool ent_mysql_writer_take_id(ent_mysql_writer *writer, int64_t *id) {
  bool has_id = writer->has_id;

  if (has_id) *id = writer->id;
  writer->has_id = false;
  return has_id;
}

static ent_status ask_packet(void *context, ent_mysql_connection *connection,
                             const ent_deadline *deadline, ent_error *err) {
  static const char sql[] = "SELECT @@max_allowed_packet";
  size_t *packet = context;
  ent_value number = {.kind = ENT_NULL};
  ent_mysql_lookup lookup = {.sql = sql,
                             .size = sizeof(sql) - 1,
                             .take = ent_mysql_take_number,
                             .context = &number};
  ent_status status = ent_mysql_look_up(connection, &lookup, deadline, err);

  if (!status && number.kind == ENT_I64) *packet = (size_t)number.as.i64;
  return status;
}

/* Once a session: one round trip. */
static ent_status read_max_packet(ent_mysql_writer *writer,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  ent_mysql_reading reading = {.run = ask_packet,
                               .context = &writer->max_packet};

  if (writer->max_packet) return ENT_OK;
  return ent_mysql_session_read(writer->session, &reading, deadline, err);
}

/* A list of values has no word for a default. */
static bool has_default(const ent_write *write) {
  for (uint16_t i = 0; i < write->entity->n_columns; i++) {
    if (write->cells[i].use == ENT_CELL_DEFAULT) return true;
  }
  return false;
}

/* Whether a row among others has the outcome that it has alone. */
static ent_status can_gather(ent_mysql_writer *writer, const ent_write *write,
                             const ent_deadline *deadline, bool *can,
                             ent_error *err) {
  const ent_mysql_unique *unique = NULL;
  ent_status status;

  *can = write->may_gather && !write->on_duplicate;
  if (!*can || write->kind == ENT_WRITE_DELETE) return ENT_OK;
  if (write->kind == ENT_WRITE_INSERT && !write->replaces) return ENT_OK;
  *can = write->kind == ENT_WRITE_INSERT || !has_default(write);
  if (!*can) return ENT_OK;
  status = ent_mysql_unique_read(writer->session, write->entity, deadline,
                                 &unique, err);
  if (status) return status;
  *can = write->kind == ENT_WRITE_INSERT
             ? !ent_mysql_unique_has_second(unique)
             : !ent_mysql_unique_touched(unique, write->cells);
  return ENT_OK;
}

/* Opens the transaction for rows that are about to be written, and before that
 * tells who is to know of it what goes or changes with them. */
static ent_status open_for(ent_mysql_writer *writer,
                           const ent_mysql_leaving *leaving,
                           const ent_deadline *deadline,
                           ent_mysql_connection **connection, ent_error *err) {
  ent_mysql_session *session = writer->session;
  const ent_write_listener *listener = writer->scratch.listener;
  ent_status status = ENT_OK;

  if (listener && ent_write_is_followed(leaving->write) &&
      listener->follows(listener->context)) {
    status = ent_mysql_cascade_tell(session, leaving, listener, deadline, err);
  }
  return status ? status
                : ent_mysql_transaction_writes(session->transaction, deadline,
                                               connection, err);
}

/* The same of a batch. */
static ent_status open_for_batch(ent_mysql_writer *writer,
                                 const ent_mysql_batch *batch,
                                 const ent_deadline *deadline,
                                 ent_mysql_connection **connection,
                                 ent_error *err) {
  ent_write first = ent_mysql_batch_row(batch, 0);
  ent_mysql_leaving leaving = {&first, batch->keys, batch->n_rows};

  return open_for(writer, &leaving, deadline, connection, err);
}

/* One row by itself. */
static ent_status write_alone(ent_mysql_writer *writer, const ent_write *write,
                              const ent_deadline *deadline,
                              ent_written *written, ent_error *err) {
  ent_mysql_transaction *transaction = writer->session->transaction;
  const ent_mysql_unique *unique = NULL;
  ent_mysql_leaving leaving = {write, write->key, 1};
  ent_mysql_connection *connection;
  ent_status status = ENT_OK;

  /* What may stand in an update's way is looked up before it is tried. */
  if (write->kind == ENT_WRITE_UPDATE && write->replaces) {
    status = ent_mysql_unique_read(writer->session, write->entity, deadline,
                                   &unique, err);
  }
  if (!status) status = open_for(writer, &leaving, deadline, &connection, err);
  if (status) return status;
  status = ent_mysql_write_row(&writer->scratch, connection, write, unique,
                               deadline, written, err);
  return ent_mysql_transaction_ran(transaction, status, err);
}

/* Errors that say something about the connection or the transaction, and
 * nothing about a row. */
static bool is_about_a_row(ent_status status) {
  switch (status) {
  case ENT_DUPLICATE:
  case ENT_DUPLICATE_KEY:
  case ENT_FOREIGN_KEY:
  case ENT_NOT_NULL:
  case ENT_CHECK:
  case ENT_MISMATCH:
  case ENT_TOO_BIG:
  case ENT_READ_ONLY:
  case ENT_REJECTED:
  case ENT_UNSUPPORTED: return true;
  case ENT_OK:
  case ENT_DONE:
  case ENT_NOMEM:
  case ENT_CONFIG:
  case ENT_UNAVAILABLE:
  case ENT_ABORTED:
  case ENT_INTERRUPTED:
  case ENT_TIMEOUT:
  case ENT_BUSY:
  case ENT_PROTOCOL: break;
  }
  return false;
}

/* The rows of a batch that was refused whole, each by itself: the one that the
 * server refuses now is the one. */
static ent_status write_each(ent_mysql_writer *writer,
                             const ent_mysql_batch *batch,
                             const ent_deadline *deadline, ent_error *err) {
  for (size_t i = 0; i < batch->n_rows; i++) {
    ent_write row = ent_mysql_batch_row(batch, i);
    ent_written written = {.has_id = false};
    ent_status status = write_alone(writer, &row, deadline, &written, err);

    if (status && batch->n_sent + batch->n_rows > 1) {
      ent_error_context(err, status, "row %zu", batch->n_sent + i + 1);
    }
    if (status) return status;
    if (written.has_id) {
      writer->has_id = true;
      writer->id = written.id;
    }
  }
  return ENT_OK;
}

/* What is done where the server did not take a batch. */
static ent_status answer_refusal(ent_mysql_writer *writer,
                                 const ent_mysql_batch *batch,
                                 ent_status status, ent_error *refusal,
                                 const ent_deadline *deadline, ent_error *err) {
  status =
      ent_mysql_transaction_ran(writer->session->transaction, status, refusal);
  if (is_about_a_row(status)) return write_each(writer, batch, deadline, err);
  if (err && err->status == ENT_OK) *err = *refusal;
  return status;
}

static ent_status write_now(ent_mysql_writer *writer,
                            const ent_deadline *deadline, ent_error *err) {
  ent_mysql_transaction *transaction = writer->session->transaction;
  ent_mysql_connection *connection;
  ent_written written = {.has_id = false};
  ent_error refusal = {.status = ENT_OK};
  ent_status status =
      open_for_batch(writer, &writer->batch, deadline, &connection, err);

  if (status) return status;
  status = ent_mysql_write_batch(&writer->scratch, connection, &writer->batch,
                                 deadline, &written, &refusal);
  if (status) {
    return answer_refusal(writer, &writer->batch, status, &refusal, deadline,
                          err);
  }
  if (written.has_id) {
    writer->has_id = true;
    writer->id = written.id;
  }
  return ent_mysql_transaction_ran(transaction, ENT_OK, err);
}

static ent_status in_context(const ent_mysql_batch *batch, ent_status status,
                             ent_error *err) {
  return ent_error_context(err, status, "%s %s",
                           ent_mysql_write_verb(batch->kind),
                           batch->entity->name);
}

/* Sends what waits, and waits for the answer. */
static ent_status send(ent_mysql_writer *writer, const ent_deadline *deadline,
                       ent_error *err) {
  ent_mysql_batch *batch = &writer->batch;
  ent_status status = batch->n_rows == 1
                          ? write_each(writer, batch, deadline, err)
                          : write_now(writer, deadline, err);

  batch->n_sent += batch->n_rows;
  ent_mysql_batch_clear(batch);
  return in_context(batch, status, err);
}

/* Reads the answer to the batch that is on its way, when its successor is to
 * be sent or somebody else needs the connection. */
static void read_answer(void *context, const ent_deadline *deadline) {
  ent_mysql_writer *writer = context;
  ent_mysql_transaction *transaction = writer->session->transaction;
  ent_status status =
      ent_mysql_statement_end(writer->running, deadline, &writer->refusal);

  writer->running = NULL;
  ent_mysql_snapshot_release(ent_mysql_transaction_view(transaction));
  /* A deadlock has ended the transaction: nobody may write behind it.  A lost
   * connection is noticed by whoever needs it. */
  if (!status || status == ENT_BUSY) {
    status = ent_mysql_transaction_ran(transaction, status, &writer->refusal);
  }
  writer->answer = status;
}

/* What came of the batch that was sent ahead, if there is one. */
static ent_status finish_ahead(ent_mysql_writer *writer,
                               const ent_deadline *deadline, ent_error *err) {
  ent_mysql_batch *ahead = &writer->ahead;
  ent_status status;

  if (writer->running) read_answer(writer, deadline);
  status = ahead->n_rows ? writer->answer : ENT_OK;
  if (status) {
    status =
        answer_refusal(writer, ahead, status, &writer->refusal, deadline, err);
    in_context(ahead, status, err);
  }
  ent_mysql_batch_clear(ahead);
  writer->answer = ENT_OK;
  ent_error_clear(&writer->refusal);
  return status;
}

/* Sends a full batch of changes and goes on: the rows of the next one come in
 * while the server works. */
static ent_status send_ahead(ent_mysql_writer *writer,
                             const ent_deadline *deadline, ent_error *err) {
  ent_mysql_transaction *transaction = writer->session->transaction;
  ent_mysql_batch batch = writer->batch;
  ent_mysql_connection *connection;
  ent_status status =
      open_for_batch(writer, &batch, deadline, &connection, err);

  if (!status) {
    status =
        ent_mysql_begin_batch(&writer->scratch, connection, &batch, deadline,
                              &writer->running, &writer->refusal);
    writer->answer = status;
  }
  writer->batch = writer->ahead;
  writer->batch.n_sent = batch.n_sent + batch.n_rows;
  writer->ahead = batch;
  if (writer->answer) return finish_ahead(writer, deadline, err);
  if (writer->running) {
    ent_mysql_snapshot_reserve(ent_mysql_transaction_view(transaction),
                               read_answer, writer);
  }
  return in_context(&batch, status, err);
}

/* Rows that waited and were refused cannot be had back one by one: the
 * transaction must go back to where none of them was written. */
static ent_status doom(ent_mysql_writer *writer, ent_status status,
                       const ent_error *why, ent_error *err) {
  ent_mysql_transaction *transaction = writer->session->transaction;

  if (!status) return ENT_OK;
  ent_mysql_transaction_doom(transaction,
                             ent_mysql_transaction_n_levels(transaction), why);
  if (err && err->status == ENT_OK) *err = *why;
  return status;
}

ent_status ent_mysql_writer_flush(ent_mysql_writer *writer,
                                  const ent_deadline *deadline,
                                  ent_error *err) {
  ent_error why;
  ent_status status;

  if (!writer->batch.n_rows && !writer->ahead.n_rows) return ENT_OK;
  ent_error_clear(&why);
  status = finish_ahead(writer, deadline, &why);
  if (!status && writer->batch.n_rows) {
    if (ent_fault("batch-half")) {
      writer->batch.n_rows = (writer->batch.n_rows + 1) / 2;
    }
    status = send(writer, deadline, &why);
  }
  return doom(writer, status, &why, err);
}

/* A batch that is full.  What an INSERT gives back, ids, is wanted at once; rows
 * that others follow take several statements. */
static ent_status flush_full(ent_mysql_writer *writer,
                             const ent_deadline *deadline, ent_error *err) {
  ent_error why = {.status = ENT_OK};
  ent_status status;

  if (writer->batch.kind == ENT_WRITE_INSERT || writer->batch.followers) {
    return ent_mysql_writer_flush(writer, deadline, err);
  }
  status = finish_ahead(writer, deadline, &why);
  if (!status) status = send_ahead(writer, deadline, &why);
  return doom(writer, status, &why, err);
}

ent_status ent_mysql_writer_flush_before(ent_mysql_writer *writer,
                                         const char *table,
                                         const ent_deadline *deadline,
                                         ent_error *err) {
  const ent_mysql_batch *batch = &writer->batch;

  if (batch->n_rows == 0) return ENT_OK;
  /* A new row of one table changes no other, of those that have a key; without
   * one it may be a view. */
  if (batch->kind == ENT_WRITE_INSERT && table[0] &&
      strcmp(batch->entity->table, table) != 0) {
    return ENT_OK;
  }
  return ent_mysql_writer_flush(writer, deadline, err);
}

static ent_status gather(ent_mysql_writer *writer, const ent_write *write,
                         const ent_deadline *deadline, ent_written *written,
                         ent_error *err) {
  ent_mysql_batch *batch = &writer->batch;
  ent_status status = read_max_packet(writer, deadline, err);

  if (!status && !ent_mysql_batch_takes(batch, write)) {
    status = ent_mysql_writer_flush(writer, deadline, err);
  }
  if (!status) status = ent_mysql_batch_add(batch, write, err);
  if (status || !ent_mysql_batch_is_full(batch, writer->max_packet)) {
    return status;
  }
  status = flush_full(writer, deadline, err);
  if (!status) written->has_id = ent_mysql_writer_take_id(writer, &written->id);
  return status;
}

ent_status ent_mysql_writer_write(ent_mysql_writer *writer,
                                  const ent_write *write,
                                  const ent_deadline *deadline,
                                  ent_written *written, ent_error *err) {
  bool can = false;
  ent_status status =
      ent_mysql_transaction_check(writer->session->transaction, err);

  written->has_id = false;
  if (!status) status = can_gather(writer, write, deadline, &can, err);
  if (!status && can) return gather(writer, write, deadline, written, err);
  if (!status) status = ent_mysql_writer_flush(writer, deadline, err);
  if (status) return status;
  status = write_alone(writer, write, deadline, written, err);
  if (!status && ent_fault("write-twice")) {
    status = write_alone(writer, write, deadline, written, err);
  }
  return ent_error_context(err, status, "%s %s",
                           ent_mysql_write_verb(write->kind),
                           write->entity->name);
}
