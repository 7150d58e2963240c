#ifndef ENT_TESTS_SCHEMA_BENCH_H
#define ENT_TESTS_SCHEMA_BENCH_H

#include "backends/base/arena.h"
#include "backends/base/buf.h"
#include "backends/mysql/alter.h"
#include "backends/mysql/migrate.h"

/* The server of a test, and what is asked of it; a request that fails ends the
 * program with its words. */
typedef struct ent_bench {
  ent_mysql_session session;
  ent_arena arena; /* of the address */
} ent_bench;

/* Connects to the sandbox that the program is run in. */
void ent_bench_open(ent_bench *bench);
void ent_bench_close(ent_bench *bench);

/* A deadline that no test meets. */
ent_deadline ent_bench_deadline(void);

/* Runs a statement, which may fail. */
ENT_CHECKED ent_status ent_bench_try(ent_bench *bench, const char *sql,
                                     ent_error *err);

/* Runs a statement, which has to succeed. */
void ent_bench_exec(ent_bench *bench, const char *sql);

/* Appends the rows of a SELECT, values with '|' between them. */
void ent_bench_query(ent_bench *bench, const char *sql, ent_buf *rows);

/* All that a model says, as one database. */
ent_shape_wanted ent_bench_wanted(const ent_declared *declared,
                                  ent_arena *arena);

/* Runs the statements of the classes up to this one. */
ENT_CHECKED ent_status ent_bench_migrate(ent_bench *bench,
                                         const ent_declared *declared,
                                         ent_alter_class class, ent_error *err);

/* Ends the program where a statement fails that must not. */
void ent_bench_check(ent_status status, const ent_error *err,
                     const char *doing);

/* Drops every table, by migrating to nothing. */
void ent_bench_clear(ent_bench *bench);

void ent_bench_put(ent_buf *buf, const char *text);

#endif
