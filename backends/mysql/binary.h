#ifndef ENT_BACKENDS_MYSQL_BINARY_H
#define ENT_BACKENDS_MYSQL_BINARY_H

#include "backends/base/buf.h"
#include "backends/base/error.h"
#include "backends/base/row.h"
#include "backends/base/value.h"
#include "backends/mysql/field.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A prepared statement in the binary protocol of MySQL and MariaDB, as bytes:
 * the command that executes it, and a row of its answer.  Pure; nothing is read
 * past the bounds given, whatever the bytes are.
 *
 * A packet is u24 size · u8 sequence · payload; one of 2^24 - 1 bytes goes on
 * in the next. */
enum {
  ENT_PACKET_HEADER = 4,
  ENT_PACKET_MAX = 0xffffff, /* bytes of a payload that goes on */
};

/* Whether the command that executes with these values goes into one packet. */
bool ent_mysql_binary_fits(const ent_value *params, size_t n_params);

/* Appends that command, packet and all:
 *
 *     u8 23 · u32 statement · u8 no cursor · u32 1
 *     a bit for each value that is NULL · u8 0: types as the time before
 *     the values: 8 bytes for a number, the length and the bytes of a text
 *
 *   params  n_params that fit, of the types of the execution before
 *
 * Errors as ent_buf_reserve(). */
ENT_CHECKED ent_status ent_mysql_binary_execute(ent_buf *buf,
                                                uint32_t statement,
                                                const ent_value *params,
                                                size_t n_params,
                                                ent_error *err);

/* Puts the columns of a row into a packed row:
 *
 *     u8 0 · two bits, and one for each column that is NULL · the values
 *
 *   fields, n_fields  the columns that the answer has
 *   row, size         the payload; not kept
 *   column            set on failure to the one that it is about
 *
 * PROTOCOL where the bytes are no row of these columns; else as
 * ent_mysql_field_put(). */
ENT_CHECKED ent_status ent_mysql_binary_row(const ent_mysql_field *fields,
                                            uint16_t n_fields,
                                            unsigned char *row, size_t size,
                                            ent_row_writer *writer,
                                            unsigned *column, ent_error *err);

#endif
