#ifndef ENT_CLI_CSV_H
#define ENT_CLI_CSV_H

#include "backends/base/buf.h"
#include "backends/base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Reads records of RFC 4180: fields between separators, in quotes where they
 * hold a separator, a quote (doubled) or a new line.  A record ends at LF, CR
 * LF or the end of the file.  A quote inside a field that does not begin with
 * one is an ordinary character. */

enum {
  ENT_CSV_RECORD = 1024 * 1024 * 1024, /* bytes, at most */
  ENT_CSV_AHEAD = 64 * 1024,
};

typedef struct ent_csv_field {
  size_t start; /* in the bytes of the record */
  size_t size;
  bool is_quoted;
} ent_csv_field;

typedef struct ent_csv {
  FILE *from;
  char separator;
  uint64_t line;        /* the one being read, from 1 */
  uint64_t record_line; /* where the record begins */
  uint64_t n_read;      /* bytes of the file */
  char ahead[ENT_CSV_AHEAD];
  size_t at; /* of `ahead`, the next byte */
  size_t n_ahead;
  ent_buf bytes;  /* of the record's fields, each ended by a NUL */
  ent_buf fields; /* ent_csv_field, n_fields of them */
  size_t n_fields;
} ent_csv;

/* Prepares to read `from`, which stays the caller's; a byte order mark at its
 * beginning is left out. */
void ent_csv_init(ent_csv *csv, FILE *from, char separator);
void ent_csv_done(ent_csv *csv);

/* Reads the next record; an empty line is one with a single empty field.
 * DONE at the end.  REJECTED where a quote is not closed, or closed inside a
 * field; UNAVAILABLE where the file cannot be
 * read, INTERRUPTED where a signal ended that; TOO_BIG, NOMEM. */
ENT_CHECKED ent_status ent_csv_next(ent_csv *csv, ent_error *err);

/* Field i of the record: its bytes, ended by a NUL, valid until the next
 * record is read. */
const char *ent_csv_text(const ent_csv *csv, size_t i, ent_csv_field *field);

#endif
