#ifndef ENT_BACKENDS_MYSQL_LIKE_H
#define ENT_BACKENDS_MYSQL_LIKE_H

#include "backends/base/entity.h"

/* How a server may be asked for the texts that begin with a prefix.
 *
 * It looks for `c LIKE 'p%'` in an index between two texts: the prefix filled
 * up with the least character and with the greatest.  Those are not the least
 * and greatest of every collation (MariaDB 10.11 and 11.4, MySQL 5.6 alike), so
 * that a LIKE by an index may lose rows that a LIKE without one finds:
 *
 *   utf8mb4, collations of UCA 4.0.0   "greatest" is U+FFFF, below every
 *                                      character of the upper planes
 *   utf8mb4_bin, utf8mb4_nopad_bin     so there, too; and as texts are filled
 *                                      up with spaces, a character below the
 *                                      space stands before the prefix (not with
 *                                      nopad)
 *   other ..._bin                      the latter
 *   newer UCA (uca1400, 0900)          some characters at the very end
 *
 * Measured with a table of all kinds of characters for each collation that the
 * three servers have; tests/clients/prefixes.py looks at it again. */
typedef enum ent_like_form {
  ENT_LIKE_INDEXED,    /* c LIKE 'p%' */
  ENT_LIKE_AND_BEYOND, /* that, or between 'p' U+FFFE and the end */
  ENT_LIKE_RANGE,      /* between 'p' NUL NUL … and the end */
  ENT_LIKE_FROM,       /* between 'p' and the end */
  ENT_LIKE_EACH,       /* LIKE of every row, without the index */
} ent_like_form;

ent_like_form ent_like_form_of(const ent_column *column);

#endif
