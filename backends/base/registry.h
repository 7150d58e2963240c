#ifndef ENT_BACKENDS_BASE_REGISTRY_H
#define ENT_BACKENDS_BASE_REGISTRY_H

#include "backends/base/config.h"
#include "backends/base/config_problems.h"
#include "backends/base/declared.h"

/* All that is declared, looked at together: each piece was right by itself when
 * it was read (column_words.h), and here it is seen whether they fit.
 *
 * Of indexes a plain one is refused whose columns are those that another one
 * begins with, because that one answers all that it could; a unique one only
 * where another unique one has the same columns, because it forbids more than
 * one with more columns. */

/* Tells `problems` all that is wrong, each with its line, "entity.piece", and
 * what would be right.
 *
 *   pools  n_pools of the configuration that the entities' pools are named in
 *
 * Names that the tables of SQLite must not have besides those of sqlite_ are
 * for the caller to refuse: they are known where those tables are made. */
void ent_registry_check(const ent_declared *declared,
                        const ent_config_pool *pools, size_t n_pools,
                        ent_problems *problems);

/* Tells `problems` of everything declared that this version does not do yet. */
void ent_registry_unfinished(const ent_declared *declared,
                             ent_problems *problems);

/* What the server shall have, of what ent_registry_check() found nothing wrong
 * with.  All of it lives in `arena`, or where `declared` does:
 *
 *   columns  of enums and references, too, have their type, and those of texts
 *            that refer to a text its charset; an enum that is not null has the
 *            enum's default; columns of the key are not null; names are spelt
 *            as where they are declared; `is_wide` is true only where it can
 *   key      n_key is 0 only where there is none; where none was declared, an
 *            integer `id` without a default is numbered by the server
 *   indexes  one more, named after the column, for each reference that is the
 *            first column of none
 *
 *   logs     behind all of them an entity for each that has a log
 *            (registry_log.h)
 *
 * With `fake_delete` the last column has that name: an unsigned integer of the
 * key's size, not null, 0 by default; unique indexes end with it.
 * NOMEM; CONFIG where something was wrong after all. */
ENT_CHECKED ent_status ent_registry_resolve(const ent_declared *declared,
                                            ent_arena *arena,
                                            const ent_declared **resolved,
                                            ent_error *err);

/* Whether a charset and a collation go together; NULL for what is not given.
 * What is wrong is told. */
void ent_registry_check_collation(ent_problems *problems, int line,
                                  const char *key, const char *charset,
                                  const char *collation);

/* The column that marks what is deleted. */
extern const char ent_fake_delete[];

#endif
