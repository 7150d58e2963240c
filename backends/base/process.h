#ifndef ENT_BACKENDS_BASE_PROCESS_H
#define ENT_BACKENDS_BASE_PROCESS_H

/* Which process this is, counted by the forks behind it: what was opened under
 * another number belongs to the parent, which uses it still. */
int ent_process_generation(void);

#endif
