#ifndef ENT_VTAB_PLANS_H
#define ENT_VTAB_PLANS_H

#include "backends/source.h"
#include "vtab/hidden.h"
#include "vtab/sqlite.h"

#include <stdbool.h>
#include <stdint.h>

/* How a scan of an entity is answered: decided in xBestIndex, carried out in
 * xFilter.
 *
 * SQLite carries two things from one to the other, a number and a text, and
 * shows both in EXPLAIN QUERY PLAN.  The text is the plan in words; the number
 * says which of the table's plans it is.  Plans that are alike are one, so
 * there are as many as the table was asked different kinds of questions. */
typedef enum ent_plan_kind {
  ENT_PLAN_SCAN, /* a search */
  ENT_PLAN_KEYS, /* rows by key: one, or those of an IN */
} ent_plan_kind;

enum { ENT_ROWID_COLUMN = 0xffff, ENT_NO_SLOT = 0xffff };

/* What a term may be besides what it seems (hidden.h). */
typedef enum ent_plan_doubt {
  ENT_DOUBT_NONE,
  ENT_DOUBT_COLLATION, /* a text IN a list */
  ENT_DOUBT_PART,      /* a text = a value that is not known yet */
  ENT_DOUBT_TWICE,     /* such a one that also stands in a list, or a range */
} ent_plan_doubt;

/* A term whose value comes in xFilter's argv, in the order of the terms. */
typedef struct ent_plan_term {
  uint16_t column; /* ENT_ROWID_COLUMN for the rowid */
  uint8_t op;      /* ent_op */
  uint8_t doubt;   /* ent_plan_doubt */
} ent_plan_term;

typedef struct ent_plan {
  uint8_t kind;     /* ent_plan_kind */
  bool has_limit;   /* its value follows those of the terms in argv */
  bool has_offset;  /* and this one's follows the limit's */
  bool is_count;    /* of no column, and all rows are wanted */
  bool is_distinct; /* rows that are alike may come once */
  bool shows_rows;  /* of a count: a row was asked for all the same */
  bool shows_bytes; /* SQLite reads a column that may be a text or a blob */
  int whole;        /* of a distinct one: the plan that shows all rows, or -1 */
  int query; /* of a search: the cached query whose rows it wants (found.h),
                       or -1 */
  ent_projection projection; /* columns that are read, ascending */
  uint16_t *columns;         /* the projection's own */
  uint16_t *slots;           /* of each column of the entity among them */
  size_t n_terms;
  ent_plan_term *terms;
  size_t n_orders;
  ent_order *orders;
  char *words;
  ent_hidden_schemas schemas; /* of the statements planned last */
} ent_plan;

/* The plans of one table; a zeroed one has none. */
typedef struct ent_plans {
  ent_plan **plans;
  size_t n;
  size_t capacity;
} ent_plans;

void ent_plans_done(ent_plans *plans);

/* The number of a plan like this one; -1: there is none. */
int ent_plans_find(const ent_plans *plans, const ent_plan *plan);

/* Adds a copy of a plan of an entity with so many columns; its number, -1 if there
 * is no memory.  `words`, of sqlite3_malloc(), or NULL where there was no memory
 * for them, are taken over in either case. */
int ent_plans_add(ent_plans *plans, const ent_plan *from, uint16_t n_columns,
                  char *words);

/* An id for a projection that no other one has. */
uint64_t ent_plan_projection_id(void);

/* Notes that the rows of a count are asked for: not to be counted next time. */
void ent_plans_note_rows(ent_plans *plans, int index);

/* The plan that xFilter is to carry out. */
const ent_plan *ent_plans_get(const ent_plans *plans, int index);

/* What is known of the schemas since a statement was last planned so. */
ent_hidden_schemas *ent_plans_schemas(const ent_plans *plans, int index);

#endif
