#ifndef ENT_TESTS_CACHE_TRACES_H
#define ENT_TESTS_CACHE_TRACES_H

#include <stddef.h>
#include <stdint.h>

/* Rows that a program asks for, one after the other: the same in every run and
 * on every machine.  What is asked for by chance follows Zipf's law: the n-th
 * most wanted row is asked for one n-th as often as the first. */
typedef enum ent_trace {
  ENT_TRACE_ZIPF,       /* 10 000 rows by chance */
  ENT_TRACE_SCAN,       /* the same, and beside it all of 50 000 others */
  ENT_TRACE_SCAN_HEAVY, /* as many rows of scans as others */
  ENT_TRACE_SCAN_TWICE, /* the same, where a scan asks for each row twice */
  ENT_TRACE_LOOP,       /* 1500 rows, in turn */
  ENT_TRACE_SHIFT,      /* every now and then others are wanted */
  ENT_TRACE_RECENT,     /* what came last is wanted most */
  ENT_TRACES
} ent_trace;

enum { ENT_TRACE_REQUESTS = 400000 };

const char *ent_trace_name(ent_trace trace);

/* The rows in order; the caller frees them with free().  NULL if there is no
 * memory. */
uint32_t *ent_trace_make(ent_trace trace);

/* How many of them a cache of so many rows has: ours, and one that throws out
 * what was used least lately. */
size_t ent_trace_hits(const uint32_t *rows, size_t n_cached);
size_t ent_trace_hits_lru(const uint32_t *rows, size_t n_cached);

#endif
