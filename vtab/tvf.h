#ifndef ENT_VTAB_TVF_H
#define ENT_VTAB_TVF_H

#include "backends/base/rows.h"
#include "vtab/session.h"

#include <stdbool.h>

/* Table-valued functions, each described by one constant.
 *
 * SQLite sees a function's arguments as hidden columns with "=" constraints.
 * Turning those back into arguments is the same work for every function, so
 * it is written once, in tvf.c; a function says only its name, its columns,
 * its arguments and how to start its rows.
 */
enum { ENT_TVF_MAX_ARGS = 12 }; /* SQLite omits at most 16 terms a statement */

typedef struct ent_tvf ent_tvf;

/* One call of a function. */
typedef struct ent_tvf_call {
  const ent_tvf *tvf; /* what is called */
  ent_session *session;
  const char *pool;      /* of pool('name') as the first argument, or NULL */
  const ent_value *args; /* n_args values, without the pool; their bytes live
                            until the rows are closed */
  int n_args;            /* up to the last one given */
  ent_deadline deadline;
} ent_tvf_call;

struct ent_tvf {
  const char *name;        /* in SQL, and of the module */
  const char *where;       /* where its errors begin; NULL: "name()" */
  const char *columns;     /* what it returns, as in CREATE TABLE */
  int n_columns;           /* columns named in `columns` */
  const char *const *args; /* names of what it takes, in call order */
  int n_args;              /* at most ENT_TVF_MAX_ARGS */
  int n_required;          /* the first so many must be given */
  bool takes_pool;         /* the first argument may be pool('name') */
  bool has_effects;        /* a join calls it once, as its outermost loop */

  /* Starts the rows of one call.  `rows` is set on ENT_OK; the caller closes
   * it.  The call is valid during this call only. */
  ent_status (*open)(const ent_tvf_call *call, ent_rows **rows, ent_error *err);
};

/* Registers a function with a session's handle.  `tvf` must outlive it. */
int ent_tvf_register(ent_session *session, const ent_tvf *tvf);

/* A table that calls one. */
typedef struct ent_tvf_table {
  sqlite3_vtab base; /* must be first */
  const ent_tvf *tvf;
  ent_session *session;

  /* Counts rows over all calls of what takes arguments.  Numbering each call
   * from 1 would lose rows: for "WHERE (a = 1 AND b = 2) OR (a = 7 AND b = 8)" SQLite makes two calls
   * and drops from the second every rowid that the first one had. */
  sqlite3_int64 last_rowid;
} ent_tvf_table;

/* "CREATE TABLE x(<columns>, <arg> HIDDEN, ...)", to be freed with
 * sqlite3_free(); NULL if there is no memory. */
char *ent_tvf_declaration(const ent_tvf *tvf);

/* The methods of such a table's cursor, for a module that has its own way to
 * make tables.  idxNum tells xFilter which arguments came: bit i stands for
 * args[i], and argv holds them in that order. */
int ent_tvf_open(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out);
int ent_tvf_close(sqlite3_vtab_cursor *base);
int ent_tvf_filter(sqlite3_vtab_cursor *base, int given, const char *words,
                   int argc, sqlite3_value **argv);
int ent_tvf_next(sqlite3_vtab_cursor *base);
int ent_tvf_eof(sqlite3_vtab_cursor *base);
int ent_tvf_column(sqlite3_vtab_cursor *base, sqlite3_context *context,
                   int column);
int ent_tvf_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid);

/* The type of the pointer value that pool('name') returns; what it points to
 * is the name. */
#define ENT_POOL_POINTER "entable-pool"

#endif
