#ifndef ENT_VTAB_TVF_REGISTRY_H
#define ENT_VTAB_TVF_REGISTRY_H

#include "vtab/tvf.h"

/* The registry as tables, besides entity_columns: what SQLite has of us, and
 * what is declared, as the servers shall have it.  No server is asked but for what
 * tables of a file need (tables.h). */
extern const ent_tvf ent_tvf_list;       /* entity_list: every table */
extern const ent_tvf ent_tvf_indexes;    /* entity_indexes */
extern const ent_tvf ent_tvf_references; /* entity_references */
extern const ent_tvf ent_tvf_enums;      /* entity_enums */

#endif
