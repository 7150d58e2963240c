#ifndef ENT_TESTS_SCHEMA_MODEL_H
#define ENT_TESTS_SCHEMA_MODEL_H

#include "backends/base/arena.h"
#include "backends/base/declared.h"

/* Declared entities from a few words, resolved as the comparison wants them:
 *
 *     table user [was person] [charset latin1] [collate latin1_bin]
 *       id int unsigned auto
 *       name varchar(100) not null default 'x' was title
 *       seen datetime default now updates
 *       school_id int unsigned -> school cascade
 *       key id
 *       unique by_name: name, id
 *       index by_seen: seen
 *
 * A table without `key` has the column id.  A reference has its index by hand.
 * Everything is of the pool "default".
 *
 *   text  lines, which may end with what is no part of it: a line that begins
 *         with none of these
 *
 * Returns the text behind the last line used; ends the program where a line is
 * wrong, as it is a test's own. */
const char *ent_model_read(const char *text, ent_arena *arena,
                           ent_declared *declared);

#endif
