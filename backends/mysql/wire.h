#ifndef ENT_BACKENDS_MYSQL_WIRE_H
#define ENT_BACKENDS_MYSQL_WIRE_H

#include "backends/base/buf.h"
#include "backends/base/deadline.h"
#include "backends/base/error.h"
#include "backends/base/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The shortest way to a row: a statement that was executed before, asked again
 * on the connection's own socket, past the client library.  A row by its key
 * takes three system calls and no copy of its packet that way, and loads
 * neither the library's code nor its data into the CPU's caches, which the
 * server, where it is on the same CPU, would have to give up for them.
 *
 * Connecting, preparing, changing, cursors and everything that tells what a
 * result looks like are the library's.  Between two commands the connection is
 * the same for both: the library keeps nothing of an answer that it has not
 * read. */
typedef struct ent_mysql_client ent_mysql_client;

typedef struct ent_mysql_wire {
  ent_buf buf;      /* the request, then what has come of the answer */
  size_t start;     /* what of it is not given out yet */
  uint8_t sequence; /* of the next packet */
  uint8_t parts; /* of the answer that are still to end: its head, its rows */
  bool serves;   /* whether this connection can be asked so */
} ent_mysql_wire;

/* Looks, once connected, whether the connection can be asked this way: one
 * without TLS and without compression to a server that leaves out what the
 * result looks like where that is as it was. */
void ent_mysql_wire_init(ent_mysql_client *client);

/* Frees what answers are read into. */
void ent_mysql_wire_done(ent_mysql_client *client);

/* Whether the connection can be asked now. */
bool ent_mysql_wire_serves(const ent_mysql_client *client);

/* A statement that was executed before, asked again.
 *
 *   statement  the server's number of it
 *   params     n_params that fit (ent_mysql_binary_fits()), of the types that it
 *              was executed with before
 *   n_columns  that the result had then, at least one */
typedef struct ent_mysql_question {
  uint32_t statement;
  const ent_value *params;
  size_t n_params;
  uint16_t n_columns;
} ent_mysql_question;

/* Executes it and reads the head of the answer.
 *
 *   is_known  set: false where the server has told the result's columns anew,
 *             and the answer has been read to its end, unused
 *
 * One round trip.  Errors as those of ent_mysql_client_execute(). */
ENT_CHECKED ent_status ent_mysql_wire_execute(
    ent_mysql_client *client, const ent_mysql_question *question,
    const ent_deadline *deadline, bool *is_known, ent_error *err);

/* The next row of the answer; ENT_DONE behind the last one.
 *
 *   row, size  its payload; valid until the next call */
ENT_CHECKED ent_status ent_mysql_wire_fetch(ent_mysql_client *client,
                                            const ent_deadline *deadline,
                                            unsigned char **row, size_t *size,
                                            ent_error *err);

#endif
