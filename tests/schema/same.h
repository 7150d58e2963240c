#ifndef ENT_TESTS_SCHEMA_SAME_H
#define ENT_TESTS_SCHEMA_SAME_H

#include "tests/schema/bench.h"

/* Appends what the server says of its tables, so that two databases can be
 * compared: without what the next id is, the names of foreign keys, the order
 * of indexes and how much of a text they take, and their names where the server
 * cannot rename one. */
void ent_same_describe(ent_bench *bench, ent_buf *text);

#endif
