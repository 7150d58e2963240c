#ifndef ENT_BACKENDS_SOURCE_H
#define ENT_BACKENDS_SOURCE_H

#include "backends/base/arena.h"
#include "backends/base/buf.h"
#include "backends/base/deadline.h"
#include "backends/base/entity.h"
#include "backends/base/error.h"
#include "backends/base/key.h"
#include "backends/base/row.h"
#include "backends/base/value.h"
#include "backends/reach.h"
#include "backends/shelf.h"
#include "backends/statistics.h"
#include "backends/write.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a column is compared.  The value comes from SQLite after the column's
 * affinity was applied; what the term means is what SQLite means by it. */
typedef enum ent_op {
  ENT_OP_EQ,
  ENT_OP_GT,
  ENT_OP_GE,
  ENT_OP_LT,
  ENT_OP_LE,
  ENT_OP_IN,
  ENT_OP_IS_NULL,
  ENT_OP_NOT_NULL,
  ENT_OP_NE,
  ENT_OP_IS,     /* = that finds NULL, too */
  ENT_OP_IS_NOT, /* <> of which NULL is another value */
  ENT_OP_LIKE,   /* by a pattern of SQLite's */
  ENT_OP_GLOB,
} ent_op;

/* Whether a term of this operator has a value: one, or a list of them. */
static inline bool ent_op_has_value(ent_op op) {
  return op != ENT_OP_IS_NULL && op != ENT_OP_NOT_NULL;
}

typedef struct ent_term {
  uint16_t column;
  ent_op op;
  const ent_value *values; /* one; for IN any number; for IS NULL and IS NOT
                              NULL none */
  size_t n_values;
} ent_term;

typedef struct ent_order {
  uint16_t column;
  bool descending; /* NULLs first when ascending, last when descending */
} ent_order;

/* Columns of an entity that are read together.  Two projections of one id are
 * one and the same, for as long as the process lives: what was prepared for
 * one can be used again. */
typedef struct ent_projection {
  uint64_t id;
  const uint16_t *columns; /* of the rows given, in this order */
  uint16_t n_columns;
} ent_projection;

/* Which rows of an entity, by their keys. */
typedef struct ent_get {
  const ent_entity *entity;
  const ent_key *keys; /* n_keys, ascending, no two alike; at least one */
  size_t n_keys;
  const ent_projection *projection; /* the key's columns among them */
  bool locks; /* for a statement that will write them: the rows are read in the
                 transaction, as they are now, and nobody else changes them
                 before its end */
  bool of_primary;           /* no replica, which may be late, is to answer */
  struct ent_cached *cached; /* how their table stands in the caches, whose
                                      rows have all columns, as the projection
                                      has then; NULL: they do not have it */
  uint64_t hash;    /* for peek() alone: the key's, as the caches have it */
  ent_shelf *shelf; /* takes rows that can be shown where they are kept; NULL:
                       all of them are copied */
  const ent_row **shelved; /* with a shelf: n_keys slots, which are NULL before;
                              the rows that went there, of which `rows` says
                              that there are none */
} ent_get;

/* Which rows of an entity, in which order, and which of their columns.
 *
 * The answer is a superset: every row that satisfies all terms as SQLite
 * understands them, and possibly others, which SQLite sorts out.  The order is
 * exact. */
typedef struct ent_query {
  const ent_entity *entity;
  const ent_projection *projection;
  const ent_term *terms;
  size_t n_terms;
  const ent_order *orders;
  size_t n_orders;
  uint64_t limit_hint; /* rows that will probably be asked for; 0 = unknown */
  uint64_t max_rows;   /* more may not be read; 0 = any */
  bool joins_snapshot; /* may share the read view of the session's other open
                          searches: they belong to the same statement */
  bool locks;  /* as in ent_get; the order is the key's where none is named */
  bool counts; /* probably only how many rows there are is wanted */
  bool first_only; /* no more than one page of limit_hint rows, or of some MiB,
                      is wanted: what next() says behind it is DONE or, where
                      there is more, TOO_BIG; nothing is sent for that */
  bool of_primary; /* as in ent_get; of no read view that is open already */
  bool distinct;   /* rows that are alike in all columns read may be left out,
                    but for one; no key is read then */
} ent_query;

/* What a search gives, page by page: packed rows in the order asked for.  The
 * rows of one search are one state of its table, however many pages there
 * are.  Functions, which have no keys, give ent_rows instead. */
typedef struct ent_pages ent_pages;

typedef struct ent_pages_ops {
  /* The next page: n >= 1 rows, valid until the next call or the close, or
   * ENT_DONE.  A failed search stays failed.  Of a query that counts `rows` may
   * be NULL: so many rows there are. */
  ent_status (*next)(ent_pages *pages, const ent_deadline *deadline,
                     const ent_row *const **rows, size_t *n, ent_error *err);

  /* After a page without rows: the rows it stands for from the one at `at` on,
   * as the next call would give them; `n` comes in as that page's number of
   * rows.  ENT_DONE where there are none. */
  ent_status (*show)(ent_pages *pages, size_t at, const ent_deadline *deadline,
                     const ent_row *const **rows, size_t *n, ent_error *err);

  /* Whether what is left is not changed by anything that the session writes
   * from now on, nor lost with its transaction. */
  bool (*is_apart)(const ent_pages *pages);

  void (*close)(ent_pages *pages);
} ent_pages_ops;

struct ent_pages {
  const ent_pages_ops *ops;
};

ENT_CHECKED static inline ent_status
ent_pages_next(ent_pages *pages, const ent_deadline *deadline,
               const ent_row *const **rows, size_t *n, ent_error *err) {
  return pages->ops->next(pages, deadline, rows, n, err);
}

/* Closing nothing is allowed.  Costs no round trip where the search was read
 * to its end or nothing is unread. */
static inline void ent_pages_close(ent_pages *pages) {
  if (pages) pages->ops->close(pages);
}

/* Whatever takes part in COMMIT: MySQL pools first, then whatever stands
 * beside them.  Each step is called for all participants before the next:
 *
 *   flush    send what is gathered            may fail: all abort
 *   block    make cached copies unreadable    may fail: all abort
 *   prepare  the last step that may fail; a single MySQL pool commits here
 *   finish   make permanent, publish; nobody could act on a failure
 *   abort    instead of the rest
 *
 * `block` may be NULL.  An abort never fails: what cannot be told to a server
 * is undone by closing its connection.
 */
typedef struct ent_participant ent_participant;

typedef struct ent_participant_ops {
  const char *name;
  ent_status (*flush)(ent_participant *p, const ent_deadline *deadline,
                      ent_error *err);
  ent_status (*block)(ent_participant *p, const ent_deadline *deadline,
                      ent_error *err);
  ent_status (*prepare)(ent_participant *p, const ent_deadline *deadline,
                        ent_error *err);
  void (*finish)(ent_participant *p, const ent_deadline *deadline);
  void (*abort)(ent_participant *p, const ent_deadline *deadline);
} ent_participant_ops;

struct ent_participant {
  const ent_participant_ops *ops;
};

/* A place entities are read from and written to, within one session.
 *
 * MySQL is one (backends/mysql/source.c).  Caches and traces stand in front of
 * it as sources of their own: each holds the next one and passes on what it
 * does not answer.  vtab/ knows only this interface, so what stands behind it
 * is decided in one line, where the session opens its pool.
 *
 * A source serves one thread at a time; it needs no lock.
 */
typedef struct ent_source ent_source;

typedef struct ent_source_ops {
  const char *name; /* "mysql" */

  /* Reads rows by key.
   *
   *   buf   the rows are appended to it and live there until it changes
   *   rows  n_keys slots: the offset in `buf` of the row of keys[i], or
   *         ENT_NO_ROW where there is none
   *
   * At most one statement per 1000 keys reaches the server.  Each row is the
   * latest commit, or the transaction's own. */
  ent_status (*get)(ent_source *source, const ent_get *get,
                    const ent_deadline *deadline, ent_buf *buf, size_t *rows,
                    ent_error *err);

  /* The same of one key, where it costs a look at this process's memory and no
   * more: true, and the row, or that there is none, stands where get() would
   * have put it.  False where get() is to be asked.  NULL where a source has no
   * such memory. */
  bool (*peek)(ent_source *source, const ent_get *get, ent_buf *buf,
               size_t *rows);

  /* Starts a search; nothing is sent before the first page is asked for.
   * `query` and all it points to must live until the pages are closed.  The
   * caller closes `pages`, which hold no unread reply on a connection between
   * two calls of next(): two searches may be read in turns. */
  ent_status (*search)(ent_source *source, const ent_query *query,
                       ent_pages **pages, ent_error *err);

  /* From now on somebody is told of rows that are written without being named;
   * the listener lives as long as the source. */
  void (*listen)(ent_source *source, const ent_write_listener *listener);

  /* Whether a row may stand in the way of another one by more than its key.
   * Seldom a round trip. */
  ent_status (*has_second_unique)(ent_source *source, const ent_entity *entity,
                                  const ent_deadline *deadline, bool *has,
                                  ent_error *err);

  /* Whether what is read is a part of a transaction: others may see another
   * state. */
  bool (*is_in_transaction)(const ent_source *source);

  /* What its server does by itself: valid until it is asked again.  Seldom a
   * round trip. */
  ent_status (*reach)(ent_source *source, const ent_deadline *deadline,
                      const ent_reach **reach, ent_error *err);

  /* The number of what reach() has told, while that is believed and nothing
   * that is read is a part of a transaction; else 0.  Asks nobody.
   *
   *   now_ms  of the clock of ent_now_ms(), as finely as you like */
  uint64_t (*reach_at_rest)(const ent_source *source, int64_t now_ms);

  /* How large an entity is, as far as its server can guess, in numbers that are
   * ready to be used; their parts live in `arena`.  For plans, which do without
   * where this fails: nobody is waited for, and no transaction takes part.
   * One round trip, seldom more.  BUSY: not now; UNSUPPORTED: not known. */
  ent_status (*statistics)(ent_source *source, const ent_entity *entity,
                           const ent_deadline *deadline, ent_arena *arena,
                           ent_statistics *statistics, ent_error *err);

  /* Writes one row, in the session's transaction, which the first write opens.
   * What may be gathered is sent with the rows that follow, a statement for
   * many; anything else at once.
   *
   *   written  set where the row was sent
   *
   * DUPLICATE_KEY, DUPLICATE, FOREIGN_KEY, NOT_NULL, CHECK, MISMATCH, TOO_BIG:
   * the row is refused, nothing of it stays.  Of gathered rows the one that was
   * refused is named, and the transaction must be rolled back, to a savepoint
   * set before the first of them at the least.  BUSY, TIMEOUT, INTERRUPTED,
   * ABORTED: the transaction answers nothing more until it is aborted. */
  ent_status (*write)(ent_source *source, const ent_write *write,
                      const ent_deadline *deadline, ent_written *written,
                      ent_error *err);

  /* Savepoints 0, 1, 2… of the transaction.  SQLite sets one around many a
   * statement that writes, too, and may roll back to a level that it never
   * announced, or to -1: that is the state at the begin.  A savepoint costs its
   * round trip when something is written behind it. */
  ent_status (*savepoint)(ent_source *source, int level,
                          const ent_deadline *deadline, ent_error *err);
  ent_status (*release)(ent_source *source, int level,
                        const ent_deadline *deadline, ent_error *err);
  ent_status (*rollback_to)(ent_source *source, int level,
                            const ent_deadline *deadline, ent_error *err);

  /* From hold() on all that is read is one state, that of the first reading,
   * with the session's own writes; a round trip where there is no transaction.
   * It lasts until end_hold() or the end of the transaction, and uses no cache.
   * hold() may be called again and again. */
  ent_status (*hold)(ent_source *source, const ent_deadline *deadline,
                     ent_error *err);
  void (*end_hold)(ent_source *source);

  void (*close)(ent_source *source); /* and the sources behind it */
} ent_source_ops;

#define ENT_NO_ROW SIZE_MAX

struct ent_source {
  const ent_source_ops *ops;
  ent_participant *participant; /* its part in a transaction; never NULL */
  /* The integer key of the last row that was inserted from among gathered
   * ones; whoever takes it notes so. */
  bool has_last_id;
  int64_t last_id;
  bool is_unknown; /* the answer to its last COMMIT was lost */
};

#endif
