#ifndef ENT_BACKENDS_MYSQL_TRANSACTION_PARTS_H
#define ENT_BACKENDS_MYSQL_TRANSACTION_PARTS_H

#include "backends/mysql/transaction.h"
#include "backends/mysql/xa.h"

/* What a transaction is made of; for transaction*.c only. */

/* How far a branch has come; ent_mysql_xa_run() has the words. */
typedef enum branch_state {
  ENT_BRANCH_NONE, /* no branch, but a transaction of its own */
  ENT_BRANCH_ACTIVE,
  ENT_BRANCH_ENDED,
  ENT_BRANCH_ASKED, /* to be prepared; whether it is, is not known */
  ENT_BRANCH_PREPARED,
} branch_state;

struct ent_mysql_transaction {
  ent_mysql_session *session;
  ent_mysql_connection *connection;
  ent_mysql_snapshot *view;
  branch_state branch;
  ent_mysql_xid xid; /* of the branch */
  bool is_unknown;   /* whether it was committed */
  bool has_written;
  bool is_apart;
  bool is_held;    /* what is read must stay one state */
  bool is_told;    /* every answer says whether it is open */
  bool is_writing; /* the statement under way writes */
  int clean_level; /* nothing was written behind it; INT_MAX: not known */
  ent_error dead;  /* why it answers nothing more; OK while it lives */
  int dead_level;  /* a rollback below it makes it live again */
  int *marks; /* of each level: the one whose savepoint on the server serves it,
                 or that it needs none (transaction_levels.c) */
  int n_levels;
  int capacity;
};

/* Lets go of the connection.  Scans that still read from the view are told
 * that it is gone. */
void ent_mysql_transaction_let_go(ent_mysql_transaction *t);

/* Undoes all of it on the server: one round trip, two of a branch.  Errors of
 * statements. */
ENT_CHECKED ent_status ent_mysql_transaction_roll_back(
    ent_mysql_transaction *t, const ent_deadline *deadline, ent_error *err);

/* Before a statement that writes: has the server know the savepoints that may
 * be rolled back to (transaction_levels.c).  One round trip where there are new
 * ones.  Errors of statements. */
ENT_CHECKED ent_status
ent_mysql_transaction_set_levels(const ent_mysql_transaction *t,
                                 const ent_deadline *deadline, ent_error *err);

/* Notes that something is written behind all of them, before `has_written` says
 * so. */
void ent_mysql_transaction_soil_levels(ent_mysql_transaction *t);

#endif
