#ifndef ENT_CACHE_LOCAL_H
#define ENT_CACHE_LOCAL_H

#include "backends/base/error.h"
#include "backends/base/key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows that this process keeps, by space and key, for all its threads.
 *
 * A space is a table in one layout.  What is kept is bytes, or that there is no
 * such row.  The cache asks nobody and waits for nobody: whoever fills it says
 * when a row is no longer true.
 *
 *     mark = ent_local_note(space, key);
 *     … the row is asked for …
 *     ent_local_put(space, key, &row, mark);
 *
 * Between the two the row may have been changed and its removal have been
 * heard: put would keep the old row for ever.  So it keeps nothing where
 * anything of the key's shard, or the whole table, was removed since the mark
 * was taken.
 *
 * After a fork() the child's cache is empty: it hears of no removals yet.
 * Every function may be called from every thread; none blocks longer than
 * another one holds a lock of one shard, and no lock is held while anything
 * else is called but the allocator. */
typedef struct ent_local ent_local;
typedef struct ent_local_space ent_local_space;

/* A row as it was put: it never changes, and is there until ent_local_unref(),
 * whatever becomes of the cache. */
typedef struct ent_local_entry ent_local_entry;

/* What had been removed when it was taken. */
typedef struct ent_local_mark {
  uint64_t n_removals; /* in the key's shard */
  uint64_t epoch;      /* of the space */
} ent_local_mark;

/* What is to be kept.  The bytes are copied. */
typedef struct ent_local_row {
  const void *data;
  uint32_t size;    /* bytes */
  bool is_absent;   /* there is no such row; data and size do not count */
  int64_t until_ms; /* ent_now_ms() from which it is a miss; 0 = never */
} ent_local_row;

enum { ENT_LOCAL_MAX_ROW = 1 << 20 }; /* bytes; larger rows are not kept */

/* Since the cache was made.  At every moment
 *
 *     gets = hits + misses, puts = entries + evictions + removals */
typedef struct ent_local_totals {
  uint64_t hits;        /* of them: */
  uint64_t absent_hits; /* of rows that are known not to be there */
  uint64_t misses;
  uint64_t puts;         /* that kept their row */
  uint64_t refused_puts; /* a removal since the mark, too large, no memory */
  uint64_t evictions;    /* for want of room, or past the deadline */
  uint64_t removals;     /* by remove, forget, clear, or another put */
  uint64_t entries;      /* that a get can find */
  uint64_t bytes;        /* of all memory of the cache */
} ent_local_totals;

/* A new cache.
 *
 *   max_entries  0: as many as max_bytes take
 *   max_bytes    of all memory: rows, keys, tables and what the allocator adds
 *
 * After every put both hold.  The caller frees it with ent_local_free(); NULL
 * if there is no memory. */
ent_local *ent_local_new(uint64_t max_entries, uint64_t max_bytes);

/* No other call may be under way or come after; entries outlive it.  NULL is
 * fine. */
void ent_local_free(ent_local *cache);

/* The space of a table in one layout, found or made; lives as long as the
 * cache.  NULL if there is no memory. */
ent_local_space *ent_local_space_of(ent_local *cache, uint64_t table_hash,
                                    uint64_t layout);

/* The cache that a space is of. */
ent_local *ent_local_of(const ent_local_space *space);

/* Has memory look for a key that will be asked for some hundred instructions
 * later, and tells its hash.  Takes no lock. */
uint64_t ent_local_expect(const ent_local_space *space, ent_key key);

/* The entry of a key, or NULL where it is not known.  The caller frees it with
 * ent_local_unref().  One lock of a shard; allocates nothing. */
const ent_local_entry *ent_local_get(ent_local_space *space, ent_key key);

/* The same for who has asked ent_now_ms() a moment ago. */
const ent_local_entry *ent_local_get_at(ent_local_space *space, ent_key key,
                                        int64_t now_ms);

/* The same for who asks once more if there is none: what is not found is not
 * counted.
 *
 *   hash  what ent_local_expect() told of the key */
const ent_local_entry *ent_local_peek(ent_local_space *space, ent_key key,
                                      uint64_t hash, int64_t now_ms);

/* Notes that an entry was asked for behind another one.  What is asked for in
 * the order of the time before, as by a join that runs again, is loaded one row
 * ahead: half of the time of a hit is memory's.
 *
 *   space, hash  the entry's
 *
 * The caller has both entries.  Takes no lock. */
void ent_local_follow(const ent_local_space *space,
                      const ent_local_entry *previous,
                      const ent_local_entry *entry, uint64_t hash);

/* The same for many keys, in any order.
 *
 *   entries  n slots, each written: the key's entry, or NULL
 *
 * The number of those found.  Cheaper than n gets: a lock for all keys of a
 * shard, and their entries are loaded side by side. */
size_t ent_local_get_many(ent_local_space *space, const ent_key *keys, size_t n,
                          const ent_local_entry **entries);

/* The row's bytes, and their number; NULL and 0 where there is no such row.
 * They live as long as the entry. */
const void *ent_local_entry_row(const ent_local_entry *entry, uint32_t *size);

/* Gives an entry back.  NULL is fine. */
void ent_local_unref(const ent_local_entry *entry);

/* Taken before the row is asked for.  Takes no lock. */
ent_local_mark ent_local_note(const ent_local_space *space, ent_key key);

/* Keeps a row in place of what was there, unless something was removed since
 * the mark.  Whether it is kept: not, either, where it is larger than
 * ENT_LOCAL_MAX_ROW or an eighth of a shard, its key larger than 65535 bytes,
 * or where there is no memory.  What was there stays where it is not. */
bool ent_local_put(ent_local_space *space, ent_key key,
                   const ent_local_row *row, ent_local_mark mark);

/* Removes a row of a table, in all layouts; marks of its shard are void, even
 * where there was no such row. */
void ent_local_remove(ent_local *cache, uint64_t table_hash, ent_key key);

/* Removes all rows of a table and voids its marks, at a cost that does not
 * depend on how many there are: their memory is had again as the room is
 * needed. */
void ent_local_forget(ent_local *cache, uint64_t table_hash);

/* Removes everything, frees its memory and voids all marks. */
void ent_local_clear(ent_local *cache);

void ent_local_count(ent_local *cache, ent_local_totals *totals);

/* One entry, for people to look at. */
typedef struct ent_local_seen {
  uint64_t table_hash;
  uint64_t layout;
  ent_key key;
  const ent_local_entry *entry; /* valid until the visit ends */
  int64_t until_ms;             /* 0: none */
} ent_local_seen;

/* Shows every entry to `visit` until that returns false.  Each shard as it was
 * at one moment, and no lock is held while visit() runs.  NOMEM. */
ENT_CHECKED ent_status ent_local_each(ent_local *cache,
                                      bool (*visit)(const ent_local_seen *seen,
                                                    void *ctx),
                                      void *ctx, ent_error *err);

#endif
