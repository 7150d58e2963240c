#ifndef ENT_CLI_IMPORT_H
#define ENT_CLI_IMPORT_H

#include "cli/session.h"

#include <stdbool.h>
#include <stddef.h>

/* .import [--skip N] [--separator C] FILE TABLE: loads a CSV file by one
 * INSERT, so that all of it is there afterwards or nothing.
 *
 * The first record names the columns where each of its fields is the name of
 * one; else every record is a row of all columns.  What the table computes is
 * left out.  A table that is not there is made, of the names in the first
 * record.
 *
 *   words  what stands behind `.import`, n of them
 *
 * Returns false where it failed, which has been told; so is the making of a
 * table. */
bool ent_import_run(ent_session *session, char **words, size_t n);

#endif
