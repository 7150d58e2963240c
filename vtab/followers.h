#ifndef ENT_VTAB_FOLLOWERS_H
#define ENT_VTAB_FOLLOWERS_H

#include "vtab/entity.h"

/* Who refers to the rows of a table that marks those that are deleted, by all
 * that is declared (databases.h).  Looked for when the first row of a
 * transaction is marked, and kept as long as no table comes or goes. */
typedef struct ent_following ent_following;

/* Those of the living rows of a table, which is that of an entity with
 * `fake_delete`.
 *
 *   followers   NULL where there are none; they live until the transaction has
 *               ended
 *   goes_alone  whether the outcome depends on the order in which rows are
 *               deleted, so that each is to be marked by itself
 *
 * No server is asked but for what tables of a file need (tables.h).  CONFIG
 * where declarations do not fit together; NOMEM. */
ENT_CHECKED ent_status ent_followers_of(const ent_table *table,
                                        const ent_followers **followers,
                                        bool *goes_alone, ent_error *err);

/* Frees what a session keeps; NULL is allowed. */
void ent_following_free(ent_following *following);

#endif
