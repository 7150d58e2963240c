#ifndef ENT_BACKENDS_MYSQL_MIGRATE_H
#define ENT_BACKENDS_MYSQL_MIGRATE_H

#include "backends/mysql/alter.h"

/* Brings a database to what is declared, one statement after the other on a
 * connection of its own.  MySQL commits each of them by itself: what was run
 * stays, whatever comes behind it.
 *
 * While one migration runs, another one of the same database waits: the server
 * keeps a lock for it (GET_LOCK), and what has to be done is looked up behind
 * it.  So whoever comes second finds what the first one has left. */
typedef struct ent_migration {
  bool takes[3];       /* whether statements of an ent_alter_class are run */
  int lock_timeout_s;  /* how long another migration is waited for */
  int table_timeout_s; /* how long a table that somebody has in use is */

  /* Called before each statement, and when all have run; `alter` is NULL then.
   * May be NULL. */
  void (*progress)(void *context, size_t done, size_t n,
                   const ent_alter *alter);
  void *context;
} ent_migration;

/* What has come of it, written also where it has failed. */
typedef struct ent_migrated {
  size_t n_run;    /* statements that were run */
  bool is_unknown; /* the next one was, perhaps: its answer was lost */
} ent_migrated;

/* Compares, and runs the statements of the classes that are taken.
 *
 *   deadline  of all of it: changing a large table takes its time
 *
 * The round trips of ent_mysql_alters(), one for each statement and about five
 * more.  BUSY where the lock or a table was not to be had; errors of
 * ent_mysql_alters(); REJECTED and others with the server's words, which
 * statement it was and what was run before it. */
ENT_CHECKED ent_status ent_mysql_migrate(ent_mysql_session *session,
                                         const ent_shape_wanted *wanted,
                                         const ent_migration *migration,
                                         const ent_deadline *deadline,
                                         ent_migrated *migrated,
                                         ent_error *err);

#endif
