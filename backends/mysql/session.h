#ifndef ENT_BACKENDS_MYSQL_SESSION_H
#define ENT_BACKENDS_MYSQL_SESSION_H

#include "backends/base/arena.h"
#include "backends/copies.h"
#include "backends/mysql/pool.h"

#include <stdbool.h>
#include <stdint.h>

/* What one session (one sqlite3 handle) holds of one MySQL pool: which
 * connection it rather has for single statements, the read view that the scans of a statement share
 * (snapshot.h), and what it has learnt of the tables.  Used by one thread at a time. */
typedef struct ent_mysql_snapshot ent_mysql_snapshot;
typedef struct ent_mysql_table_note ent_mysql_table_note;
typedef struct ent_mysql_unique_note ent_mysql_unique_note;

typedef struct ent_mysql_replica ent_mysql_replica;
typedef struct ent_mysql_xa ent_mysql_xa;

enum { ENT_POSITION_MAX = 128 }; /* bytes of a GTID, with its end */

typedef struct ent_mysql_session {
  ent_mysql_pool *pool;               /* of the primary */
  const ent_mysql_connection *reader; /* the one used last, if it is left */
  ent_mysql_snapshot *shared; /* the one that others may join, or NULL */
  int64_t snapshot_max_s;     /* how long one may be open; 0: any time */
  struct ent_mysql_transaction *transaction; /* NULL until one is needed */
  struct ent_mysql_writer *writer;           /* the same */
  ent_mysql_table_note *notes;
  ent_mysql_unique_note *uniques;      /* what unique.c has read */
  struct ent_mysql_reach_note *reach;  /* what reach.c has; NULL: nothing yet */
  struct ent_mysql_children *children; /* what children.c has, or NULL */
  ent_arena arena;                     /* of the notes */
  ent_mysql_replica *replicas;         /* n_replicas (replica.h) */
  size_t n_replicas;
  size_t replica;                   /* the one in use */
  bool (*is_bound)(void *bound_by); /* whether a transaction has begun for the
                                       user, if not on the server; or NULL */
  void *bound_by;
  uint64_t n_writes;               /* how often `position` has changed */
  char position[ENT_POSITION_MAX]; /* of the last write; empty: none */
  bool is_unplaced; /* nobody knows where that is: the primary is read */
  ent_mysql_xa *xa; /* the pools it commits together with (xa.h); NULL:
                              it commits alone */
  struct ent_mysql_session *xa_next; /* the next of them */
  const char *name;                  /* of its pool, where there is an `xa` */
  ent_copies copies; /* of its rows; without `list` there are none */
  bool is_left;      /* its part of the last transaction of several pools is
                        committed later, or perhaps; till somebody has noted it */
  bool has_blocked;  /* its copies, while recover.c commits a branch */
} ent_mysql_session;

/* `pool` is taken over: closed by ent_mysql_session_done().  A snapshot may be
 * open for five minutes, until somebody says otherwise. */
void ent_mysql_session_init(ent_mysql_session *session, ent_mysql_pool *pool);
void ent_mysql_session_done(ent_mysql_session *session);

/* A single statement that only reads, from its text to the last row of its
 * result.  It may be run twice: what an earlier try left behind it must
 * clear. */
typedef struct ent_mysql_reading {
  ent_status (*run)(void *context, ent_mysql_connection *connection,
                    const ent_deadline *deadline, ent_error *err);
  void *context;
  const char *table; /* whose rows it reads; NULL: none that a write changes */
  bool locks;        /* it locks them: the transaction begins with it */
  bool of_primary;   /* a replica may not know it yet */
} ent_mysql_reading;

/* Whether what is read is read in a transaction. */
bool ent_mysql_session_in_transaction(const ent_mysql_session *session);

/* Runs a reading: inside the transaction, while there is one, behind the rows
 * that were gathered and could matter to it; else in autocommit on a connection of the
 * pool.  Where that turns out to have been lost since its last use, nothing was lost with it: the reading is run
 * once more on a new one.  Errors of the reading, and those of
 * ent_mysql_pool_acquire(). */
ENT_CHECKED ent_status ent_mysql_session_read(ent_mysql_session *session,
                                              const ent_mysql_reading *reading,
                                              const ent_deadline *deadline,
                                              ent_error *err);

/* Whether several statements of one transaction see one state of this table:
 * InnoDB's do, MyISAM's and a view's may not.  One round trip the first time a
 * table is asked about. */
ENT_CHECKED ent_status ent_mysql_session_has_versions(
    ent_mysql_session *session, const char *table, const ent_deadline *deadline,
    bool *has_versions, ent_error *err);

#endif
