#ifndef ENT_TESTS_BENCH_RAW_CLIENT_H
#define ENT_TESTS_BENCH_RAW_CLIENT_H

#include "backends/base/error.h"

#include <stddef.h>

/* The yardstick: libmariadb itself, its blocking calls, nothing of ours in
 * between.  A connection and a statement are the library's own. */
typedef struct st_mysql ent_raw;
typedef struct st_mysql_stmt ent_raw_statement;

/* Connects over the socket as root without a password; the caller closes.
 * One connection set-up.  UNAVAILABLE with the server's words. */
ENT_CHECKED ent_status ent_raw_open(const char *socket, const char *database,
                                    ent_raw **raw, ent_error *err);

/* Closing nothing is allowed. */
void ent_raw_close(ent_raw *raw);

/* Runs SQL whose result, if any, is dropped.  One round trip.  REJECTED. */
ENT_CHECKED ent_status ent_raw_exec(ent_raw *raw, const char *sql,
                                    ent_error *err);

/* The first value of the first row as text, cut to `size` bytes with its NUL.
 * One round trip.  REJECTED; PROTOCOL if there is no row. */
ENT_CHECKED ent_status ent_raw_value(ent_raw *raw, const char *sql, char *text,
                                     size_t size, ent_error *err);

/* Prepares a statement; the caller closes it before its connection.  One
 * round trip.  REJECTED. */
ENT_CHECKED ent_status ent_raw_prepare(ent_raw *raw, const char *sql,
                                       ent_raw_statement **statement,
                                       ent_error *err);
void ent_raw_finalize(ent_raw_statement *statement);

/* Records what the library says about its last call as REJECTED. */
ent_status ent_raw_fail(ent_raw *raw, const char *doing, ent_error *err);
ent_status ent_raw_statement_fail(ent_raw_statement *statement,
                                  const char *doing, ent_error *err);

#endif
