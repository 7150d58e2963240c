#ifndef ENT_CACHE_SHARED_H
#define ENT_CACHE_SHARED_H

#include "backends/base/deadline.h"
#include "backends/base/row.h"
#include "backends/redis/pool.h"
#include "cache/table.h"
#include "cache/touched.h"

#include <stdbool.h>

/* The shared tier: rows in Redis, under one protocol by which none of them is
 * ever older than the last COMMIT that has returned.
 *
 *     <prefix>e:<hash>         the stamp of a table: 'V' and 8 bytes; or 'T' …
 *     <prefix>e:<hash>:<key>   a row:
 *       'V' · layout 8 · stamp 8 · reign 8 · the packed row, nothing if there
 *           is no such row
 *       'L' · token 16             one reader is fetching it
 *       'T' · (transaction 16 · deadline, 14 digits of milliseconds) …
 *                                  writers are about to commit a change of it
 *
 * A row counts only under the table's present stamp and the server's present
 * reign (backends/redis/info.h).  The steps are those of the model in
 * tests/coherence; the comments here name them.
 *
 * One ent_shared is a Redis and a prefix, shared by all sessions of the
 * process; all functions may be called from any thread. */

/* Its connections are those of `pool`, of which it keeps a use; the prefix is
 * copied.  Connects to nothing.  NOMEM. */
ENT_CHECKED ent_status ent_shared_open(ent_redis_pool *pool, const char *prefix,
                                       ent_shared **shared, ent_error *err);
ent_shared *ent_shared_ref(ent_shared *shared);
/* The last one tells what is owed, if somebody answers.  NULL is allowed. */
void ent_shared_close(ent_shared *shared);

/* What has come of it in this process so far. */
typedef enum ent_shared_count {
  ENT_COUNT_HITS,     /* rows that it had */
  ENT_COUNT_ABSENT,   /* rows that it knew there are none of */
  ENT_COUNT_MISSES,   /* rows that this process was to fetch */
  ENT_COUNT_BUSY,     /* rows that somebody else was fetching, for too long */
  ENT_COUNT_CHANGING, /* rows that somebody was changing */
  ENT_COUNT_LOOKED,   /* rows that nobody was changing, and that it keeps none
                         of; lists, too */
  ENT_COUNT_AWAY,     /* rows asked for while Redis did not answer */
  ENT_COUNT_FILLS,    /* rows that were stored, absent ones too */
  ENT_COUNT_REFUSED,  /* rows that were not: they had changed, or are too big */
  ENT_COUNT_LISTS,    /* lists that it had */
  ENT_COUNT_LIST_MISSES, /* lists that it had not, for whatever reason */
  ENT_COUNT_BLOCKED,     /* keys blocked by writers */
  ENT_COUNT_OWED,        /* transactions whose unblock had to wait */
  ENT_N_COUNTS,
} ent_shared_count;

/* "hits", "absent", … */
extern const char *const ent_shared_count_names[ENT_N_COUNTS];

uint64_t ent_shared_counted(const ent_shared *shared, ent_shared_count count);

/* How long what is stored lives, in milliseconds. */
typedef struct ent_shared_times {
  int64_t row_ms;    /* a row; a tenth more or less */
  int64_t absent_ms; /* the knowledge that there is none */
  int64_t commit_ms; /* how long a COMMIT is assumed to take at most */
} ent_shared_times;

/* What is known of a row. */
typedef enum ent_shared_state {
  ENT_SHARED_UNKNOWN, /* Redis was not asked, or does not answer */
  ENT_SHARED_ROW,
  ENT_SHARED_ABSENT,  /* there is no such row */
  ENT_SHARED_MINE,    /* this reader is to fetch it, and to tell */
  ENT_SHARED_BUSY,    /* somebody else is fetching it */
  ENT_SHARED_BLOCKED, /* somebody is changing it */
  ENT_SHARED_FREE,    /* nobody is: of ent_shared_look() */
} ent_shared_state;

typedef struct ent_shared_row {
  ent_shared_state state;
  const ent_row *row; /* of a ROW */
} ent_shared_row;

/* Names in Redis. */
typedef struct ent_shared_names {
  ent_redis_arg *items; /* n */
  size_t n;
} ent_shared_names;

enum { ENT_SHARED_ID = 16, ENT_SHARED_HEAD = 24 };

/* A query whose lists are kept: what was found of a table by some arguments.
 *
 *     <prefix>e:<hash>/<aspect>        the generation of what may change of a
 *                                      table (table.h): 'V' and 8 bytes; or 'T' …
 *     <prefix>e:<hash>/q<layout>:<arguments>
 *                                      a list, as rows are kept
 *
 * A list counts only under the present generations of all that it depends on:
 * they stand, with the table's stamp, where a row has the stamp.  A writer
 * blocks those of what it changes. */
typedef struct ent_list_query {
  uint64_t layout;         /* of its text, and of what its lists hold */
  const uint64_t *aspects; /* n_aspects, ENT_TABLE_MEMBERS among them */
  size_t n_aspects;
} ent_list_query;

/* A reading of rows by key, from the question to the fill. */
typedef struct ent_shared_read {
  const ent_cached *table;
  ent_redis_connection *connection; /* NULL: nothing can be filled */
  ent_arena arena;                  /* lives as long as the reading */
  ent_shared_row *rows;             /* of each key */
  const ent_key *keys;
  size_t n_keys;
  const ent_list_query *list; /* of which it is, by arguments; or NULL */
  ent_shared_names names; /* n_stamps: the table's stamp, then generations; then
                             the keys, once asked for; in `arena` */
  size_t n_stamps;
  unsigned char *stamps; /* 8 bytes of each, as they are or were made */
  size_t n_mine;
  unsigned char token[ENT_SHARED_ID];
  unsigned char head[ENT_SHARED_HEAD]; /* layout, stamp and reign, noted before
                                          the rows are fetched */
  uint64_t reign;                      /* of the server that has answered */
} ent_shared_read;

/* Asks Redis for rows, and for the right to fetch those that it does not have:
 * one round trip where it has all of them, else two (the first time of a
 * connection or a table one more).  Where others are fetching all of these they
 * are waited for, but not longer than fetching them would take.  Those of
 * ENT_SHARED_MINE, BUSY, BLOCKED and UNKNOWN are to be read from MySQL then, by
 * a statement that begins afterwards; then ent_shared_fill(), and
 * ent_shared_end() in any case.
 *
 *   keys  n_keys, living until the end of the reading
 *
 * NOMEM and INTERRUPTED only: a Redis that does not answer knows nothing. */
ENT_CHECKED ent_status ent_shared_begin(ent_shared_read *read,
                                        const ent_cached *table,
                                        const ent_key *keys, size_t n_keys,
                                        const ent_deadline *deadline,
                                        ent_error *err);

/* The same of one list: a packed row of one column.
 *
 *   arguments  those that it was found by */
ENT_CHECKED ent_status ent_shared_begin_list(
    ent_shared_read *read, const ent_cached *table, const ent_list_query *query,
    const ent_key *arguments, const ent_deadline *deadline, ent_error *err);

/* ent_shared_look() of one list: whether anybody is changing what it depends
 * on. */
ENT_CHECKED ent_status ent_shared_look_list(
    ent_shared_read *read, const ent_cached *table, const ent_list_query *query,
    const ent_key *arguments, const ent_deadline *deadline, ent_error *err);

/* What stamp and generations come to; one of them is itself. */
uint64_t ent_shared_mix(const unsigned char *stamps, size_t n_stamps);

/* Asks Redis only whether anybody is changing rows whose table it keeps none
 * of: one round trip, and the first time of a connection one more.  All of them
 * are to be read from MySQL then, by a statement that begins afterwards; then
 * ent_shared_end().  Errors of ent_shared_begin(). */
ENT_CHECKED ent_status ent_shared_look(ent_shared_read *read,
                                       const ent_cached *table,
                                       const ent_key *keys, size_t n_keys,
                                       const ent_deadline *deadline,
                                       ent_error *err);

/* Tells Redis those that were to be fetched: one round trip where there are
 * any.
 *
 *   rows  of each key; NULL where there is none */
void ent_shared_fill(ent_shared_read *read, const ent_row *const *rows,
                     const ent_shared_times *times,
                     const ent_deadline *deadline);

/* How long fetching took: what a wait for others is measured by. */
void ent_shared_note_fetch(ent_shared *shared, int64_t us);

/* Ends the reading; what was to be fetched and was not is free for others. */
void ent_shared_end(ent_shared_read *read);

/* Draws the id of a transaction.  UNSUPPORTED where the system has no random
 * numbers. */
ENT_CHECKED ent_status ent_shared_draw(unsigned char id[ENT_SHARED_ID],
                                       ent_error *err);

/* What a transaction blocks: its names here, and the transaction's own. */
typedef struct ent_shared_blocked ent_shared_blocked;

/* Makes it of what the transaction has touched, asking nobody; the caller gives it
 * to ent_shared_unblock() or ent_shared_leave().  NOMEM: there is none. */
ENT_CHECKED ent_status ent_shared_prepare(const ent_shared *shared,
                                          const ent_touched *touched,
                                          const unsigned char id[ENT_SHARED_ID],
                                          ent_shared_blocked **blocked,
                                          ent_error *err);

/* Blocks it, before the COMMIT: from then until it is unblocked nobody reads or
 * stores it here.  One round trip for each 1000 keys.  It may be repeated, which
 * moves the end of the time.
 * UNAVAILABLE, TIMEOUT, INTERRUPTED, NOMEM: it may be blocked or not. */
ENT_CHECKED ent_status ent_shared_block(ent_shared *shared,
                                        const ent_shared_blocked *blocked,
                                        int64_t commit_ms,
                                        const ent_deadline *deadline,
                                        ent_error *err);

/* The end of that, behind the COMMIT or the ROLLBACK: what was blocked is not
 * known any more.  Where Redis does not answer it is tried once more at whoever
 * is master then; what is owed after that, or for want of memory, is told first
 * when Redis answers again.  Waits for two seconds at most. */
void ent_shared_unblock(ent_shared *shared, ent_shared_blocked *blocked);

/* It stays blocked until its time is up.  NULL is allowed. */
void ent_shared_leave(ent_shared_blocked *blocked);

#endif
