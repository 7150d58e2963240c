#ifndef ENT_VTAB_WORDS_H
#define ENT_VTAB_WORDS_H

#include "backends/base/entity.h"
#include "backends/base/error.h"
#include "backends/base/value.h"

/* Texts with a form of their own: what a server would read as another one is
 * refused before it is sent.  All MISMATCH, with the form the column has. */

/* One of the enum's words, exactly: a server takes another case, and a number
 * for a place in the list. */
ENT_CHECKED ent_status ent_words_check_enum(const ent_column *column,
                                            const ent_value *text,
                                            ent_error *err);

/* Words of the set, exactly, in its order, with commas between them. */
ENT_CHECKED ent_status ent_words_check_set(const ent_column *column,
                                           const ent_value *text,
                                           ent_error *err);

/* A date, a date and time, or a time in ISO form, with nothing in it that the
 * column would drop: no hour for a date, no digit behind those it keeps.
 * Whether there is such a day is for the server to say. */
ENT_CHECKED ent_status ent_words_check_time(const ent_column *column,
                                            const ent_value *text,
                                            ent_error *err);

#endif
