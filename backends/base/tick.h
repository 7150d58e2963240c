#ifndef ENT_BACKENDS_BASE_TICK_H
#define ENT_BACKENDS_BASE_TICK_H

#include <stdint.h>

/* The alarm clock of a thread that waits: a file descriptor that becomes readable
 * in time, to be polled beside what is waited for.
 *
 * To give poll() itself a time sets a timer of the kernel and takes it back with
 * every wait, which costs a virtual machine a twentieth of what a point SELECT
 * takes.  This one is set once for all waits of a few
 * milliseconds; it rings now and then where nobody waits for it any longer. */

/* The calling thread's, which rings `ms` after `now` (ent_now_ms()) or sooner, by
 * a few milliseconds of the clock's own step later; -1 where there is none: poll()
 * has to have the time then. */
int ent_tick(int64_t now, int64_t ms);

/* It was found readable: the next ent_tick() sets it anew. */
void ent_tick_rang(void);

#endif
