#ifndef ENT_TESTS_SCHEMA_DRAWN_H
#define ENT_TESTS_SCHEMA_DRAWN_H

#include "backends/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* Random schemas, and random changes to them, as texts of a configuration.  What
 * is drawn depends on the seed alone. */
enum { ENT_TABLES = 4, ENT_COLUMNS = 10, ENT_INDEXES = 3 };

typedef struct drawn_column {
  int name;
  int was; /* -1: not renamed */
  int type;
  int target;   /* the table referred to; -1: none */
  int deletion; /* what happens then */
  bool is_required;
  bool has_default;
} drawn_column;

typedef struct drawn_index {
  int name;
  bool is_unique;
  int columns[2]; /* places in the table; the second may be -1 */
} drawn_index;

typedef struct drawn_table {
  int name;
  int was;
  int key_type;
  drawn_column columns[ENT_COLUMNS];
  int n_columns;
  drawn_index indexes[ENT_INDEXES];
  int n_indexes;
} drawn_table;

typedef struct drawn {
  drawn_table tables[ENT_TABLES];
  int n_tables;
  int next_name; /* of anything: none is used twice */
} drawn;

/* From here on other numbers are drawn. */
void drawn_seed(uint64_t seed);

/* Whether something happens that does so in `of_ten` of ten cases. */
bool drawn_chance(int of_ten);

/* Draws a schema. */
void drawn_make(drawn *d);

/* Changes a schema here and there. */
void drawn_change(drawn *d);

/* Appends the entities that a schema is.  Ends the program where there is no
 * memory. */
void drawn_write(const drawn *d, ent_buf *text);

#endif
