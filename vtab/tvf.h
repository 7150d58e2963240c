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

/* One call of a function. */
typedef struct ent_tvf_call {
  ent_session *session;
  const char *pool;      /* of pool('name') as the first argument, or NULL */
  const ent_value *args; /* n_args values, without the pool; their bytes live
                            until the rows are closed */
  int n_args;            /* up to the last one given */
  ent_deadline deadline;
} ent_tvf_call;

typedef struct ent_tvf {
  const char *name;        /* in SQL, and of the module */
  const char *columns;     /* what it returns, as in CREATE TABLE */
  int n_columns;           /* columns named in `columns` */
  const char *const *args; /* names of what it takes, in call order */
  int n_args;              /* at most ENT_TVF_MAX_ARGS */
  int n_required;          /* the first so many must be given */
  bool takes_pool;         /* the first argument may be pool('name') */

  /* Starts the rows of one call.  `rows` is set on ENT_OK; the caller closes
   * it.  The call is valid during this call only. */
  ent_status (*open)(const ent_tvf_call *call, ent_rows **rows, ent_error *err);
} ent_tvf;

/* Registers a function with a session's handle.  `tvf` must outlive it. */
int ent_tvf_register(ent_session *session, const ent_tvf *tvf);

/* The type of the pointer value that pool('name') returns; what it points to
 * is the name. */
#define ENT_POOL_POINTER "entable-pool"

#endif
