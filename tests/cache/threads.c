/* Several threads read, fill and remove the same rows of one cache, and no
 * reader is ever given a row that was removed before it asked.
 *
 *     cache_threads [--late-note]
 *
 * The truth of a row is a version.  Who changes it raises the version, removes
 * the row from the cache (or forgets its table, or clears the cache) and then
 * says that it is done; from there on no get may give an earlier one.  Who misses
 * takes a mark, reads the truth, lets others run, and puts what it read.  With
 * --late-note the mark is taken after the truth was read, which must be found:
 * the program ends with 1.
 *
 * Says how much was done.  Made for ThreadSanitizer, too. */
#include "cache/local.h"

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_THREADS = 4,
  ENT_TABLES = 2,
  ENT_LAYOUTS = 2,
  ENT_KEYS = 24, /* of each table */
  ENT_STEPS = 100000,
  ENT_BATCH = 12
};

typedef struct truth {
  atomic_uint_fast64_t version; /* as a server has it */
  atomic_uint_fast64_t done;    /* the last one that readers must see */
} truth;

static ent_local *cache;
static ent_local_space *spaces[ENT_TABLES][ENT_LAYOUTS];
static truth truths[ENT_TABLES][ENT_KEYS];
static bool late_note;
static atomic_uint_fast64_t n_stale;
static atomic_uint_fast64_t n_hits;
static atomic_uint_fast64_t n_kept;

typedef struct worker {
  pthread_t thread;
  uint64_t seed;
} worker;

static uint32_t next_random(worker *w) {
  w->seed = w->seed * UINT64_C(6364136223846793005) + 1442695040888963407;
  return (uint32_t)(w->seed >> 33);
}

static uint64_t table_hash(unsigned table) {
  return 100 + table;
}

static ent_key key_of(const unsigned *id) {
  return (ent_key){id, sizeof(*id)};
}

static void check(const ent_local_entry *entry, unsigned table, unsigned id,
                  uint64_t floor) {
  uint64_t version[2];
  uint32_t size;
  const void *row = ent_local_entry_row(entry, &size);

  atomic_fetch_add(&n_hits, 1);
  if (size != sizeof(version)) {
    fprintf(stderr, "a row of %u bytes\n", size);
    atomic_fetch_add(&n_stale, 1);
    return;
  }
  memcpy(version, row, sizeof(version));
  if (version[0] >= floor && version[1] == table * ENT_KEYS + id) return;
  if (atomic_fetch_add(&n_stale, 1) < 5 && !late_note) {
    fprintf(stderr,
            "table %u, row %u: version %" PRIu64 " where %" PRIu64
            " had been done\n",
            table, id, version[0], floor);
  }
}

/* What a reader does that found nothing. */
static void fill(ent_local_space *space, unsigned table, unsigned id) {
  ent_local_mark mark = ent_local_note(space, key_of(&id));
  uint64_t version[2] = {atomic_load(&truths[table][id].version),
                         table * ENT_KEYS + id};
  ent_local_row row = {.data = version, .size = sizeof(version)};

  sched_yield();
  if (late_note) mark = ent_local_note(space, key_of(&id));
  if (ent_local_put(space, key_of(&id), &row, mark))
    atomic_fetch_add(&n_kept, 1);
}

static void read_one(worker *w) {
  unsigned table = next_random(w) % ENT_TABLES;
  unsigned id = next_random(w) % ENT_KEYS;
  ent_local_space *space = spaces[table][next_random(w) % ENT_LAYOUTS];
  uint64_t floor = atomic_load(&truths[table][id].done);
  const ent_local_entry *entry = ent_local_get(space, key_of(&id));

  if (entry) {
    check(entry, table, id, floor);
    ent_local_unref(entry);
  } else {
    fill(space, table, id);
  }
}

static void read_many(worker *w) {
  unsigned table = next_random(w) % ENT_TABLES;
  ent_local_space *space = spaces[table][next_random(w) % ENT_LAYOUTS];
  unsigned ids[ENT_BATCH];
  ent_key keys[ENT_BATCH];
  uint64_t floors[ENT_BATCH];
  const ent_local_entry *entries[ENT_BATCH];

  for (int i = 0; i < ENT_BATCH; i++) {
    ids[i] = next_random(w) % ENT_KEYS;
    keys[i] = key_of(&ids[i]);
    floors[i] = atomic_load(&truths[table][ids[i]].done);
  }
  ent_local_get_many(space, keys, ENT_BATCH, entries);
  for (int i = 0; i < ENT_BATCH; i++) {
    if (!entries[i]) continue;
    check(entries[i], table, ids[i], floors[i]);
    ent_local_unref(entries[i]);
  }
}

/* Another writer may have done a later one. */
static void say_done(truth *t, uint64_t version) {
  uint64_t done = atomic_load(&t->done);

  while (done < version &&
         !atomic_compare_exchange_weak(&t->done, &done, version)) {}
}

static void change_one(worker *w) {
  unsigned table = next_random(w) % ENT_TABLES;
  unsigned id = next_random(w) % ENT_KEYS;
  truth *t = &truths[table][id];
  uint64_t version = atomic_fetch_add(&t->version, 1) + 1;

  ent_local_remove(cache, table_hash(table), key_of(&id));
  say_done(t, version);
}

static void change_tables(unsigned first, unsigned last) {
  uint64_t versions[ENT_TABLES][ENT_KEYS];

  for (unsigned table = first; table <= last; table++) {
    for (unsigned id = 0; id < ENT_KEYS; id++)
      versions[table][id] = atomic_fetch_add(&truths[table][id].version, 1) + 1;
  }
  if (first == last) {
    ent_local_forget(cache, table_hash(first));
  } else {
    ent_local_clear(cache);
  }
  for (unsigned table = first; table <= last; table++) {
    for (unsigned id = 0; id < ENT_KEYS; id++)
      say_done(&truths[table][id], versions[table][id]);
  }
}

static bool is_known(const ent_local_seen *seen, void *ctx) {
  (void)ctx;
  if (seen->key.size != sizeof(unsigned)) atomic_fetch_add(&n_stale, 1);
  return true;
}

/* What is seldom asked, beside what is asked all the time. */
static void look(void) {
  ent_local_totals totals;

  ent_local_count(cache, &totals);
  if (totals.puts != totals.entries + totals.evictions + totals.removals) {
    fprintf(stderr, "totals do not add up\n");
    atomic_fetch_add(&n_stale, 1);
  }
  if (ent_local_each(cache, is_known, NULL, NULL))
    atomic_fetch_add(&n_stale, 1);
}

static void *work(void *arg) {
  worker *w = arg;

  for (int i = 0; i < ENT_STEPS; i++) {
    uint32_t what = next_random(w) % 1000;

    if (what < 600) {
      read_one(w);
    } else if (what < 800) {
      read_many(w);
    } else if (what < 990) {
      change_one(w);
    } else if (what < 997) {
      unsigned table = next_random(w) % ENT_TABLES;

      change_tables(table, table);
    } else if (what < 999) {
      change_tables(0, ENT_TABLES - 1);
    } else {
      look();
    }
  }
  return NULL;
}

static bool start(uint64_t max_entries) {
  cache = ent_local_new(max_entries, 8 << 20);
  if (!cache) return false;
  for (unsigned table = 0; table < ENT_TABLES; table++) {
    for (unsigned layout = 0; layout < ENT_LAYOUTS; layout++)
      spaces[table][layout] =
          ent_local_space_of(cache, table_hash(table), layout);
  }
  return true;
}

/* With room for all rows, or for some of them. */
static int run(uint64_t max_entries) {
  worker workers[ENT_THREADS];
  ent_local_totals totals;

  if (!start(max_entries)) return 1;
  for (int i = 0; i < ENT_THREADS; i++) {
    workers[i].seed = (uint64_t)i + 1;
    if (pthread_create(&workers[i].thread, NULL, work, &workers[i])) return 1;
  }
  for (int i = 0; i < ENT_THREADS; i++)
    pthread_join(workers[i].thread, NULL);
  ent_local_count(cache, &totals);
  printf("%" PRIuFAST64 " hits, %" PRIuFAST64 " rows kept, %" PRIu64
         " refused, %" PRIu64 " evicted; %" PRIuFAST64 " wrong\n",
         atomic_load(&n_hits), atomic_load(&n_kept), totals.refused_puts,
         totals.evictions, atomic_load(&n_stale));
  ent_local_free(cache);
  return atomic_load(&n_stale) > 0 || totals.refused_puts == 0;
}

int main(int argc, char **argv) {
  late_note = argc > 1 && strcmp(argv[1], "--late-note") == 0;
  return run(0) | run(20);
}
