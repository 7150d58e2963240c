/* What the local cache costs, in nanoseconds of a thread's own time, the best of
 * some rounds: no test.
 *
 *     cache_speed [ROWS]
 */
#include "cache/local.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ENT_ROW = 200, ENT_ROUNDS = 15, ENT_LIST = 1000, ENT_ASKED = 1 << 18 };

typedef struct asker {
  pthread_t thread;
  uint32_t first; /* where in the order of the rows it begins, */
  uint32_t n;     /* among how many */
  double ns;      /* a key */
} asker;

static ent_local *cache;
static ent_local_space *space;
static uint32_t n_rows = 100000;
static unsigned char (*keys)[ENT_KEY_INTEGER_SIZE]; /* in random order */

static double now_ns(void) {
  struct timespec now;

  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static ent_key key_at(uint32_t at) {
  return (ent_key){keys[at], ENT_KEY_INTEGER_SIZE};
}

static bool make_keys(void) {
  uint64_t seed = 1;

  keys = malloc(n_rows * sizeof(*keys));
  if (!keys) return false;
  for (uint32_t i = 0; i < n_rows; i++) {
    ent_value id = ent_value_u64(i);
    uint32_t at;

    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    at = (uint32_t)(seed >> 33) % (i + 1);
    memcpy(keys[i], keys[at], sizeof(*keys));
    ent_key_encode_integer(&id, keys[at]);
  }
  return true;
}

static double fill(void) {
  static const unsigned char bytes[ENT_ROW];
  ent_local_row row = {.data = bytes, .size = sizeof(bytes)};
  double start = now_ns();

  for (uint32_t i = 0; i < n_rows; i++)
    ent_local_put(space, key_at(i), &row, ent_local_note(space, key_at(i)));
  return (now_ns() - start) / n_rows;
}

/* Among `n` rows. */
static double get_among(uint32_t first, uint32_t n) {
  double start = now_ns();

  for (uint32_t i = 0; i < ENT_ASKED; i++)
    ent_local_unref(ent_local_get(space, key_at((first + i % n) % n_rows)));
  return (now_ns() - start) / ENT_ASKED;
}

static double get_in_lists(void) {
  ent_key list[ENT_LIST];
  const ent_local_entry *entries[ENT_LIST];
  uint32_t n_lists = ENT_ASKED / ENT_LIST;
  double start = now_ns();

  for (uint32_t i = 0; i < n_lists; i++) {
    for (uint32_t k = 0; k < ENT_LIST; k++)
      list[k] = key_at((i * ENT_LIST + k) % n_rows);
    ent_local_get_many(space, list, ENT_LIST, entries);
    for (uint32_t k = 0; k < ENT_LIST; k++)
      ent_local_unref(entries[k]);
  }
  return (now_ns() - start) / (n_lists * ENT_LIST);
}

static void *ask(void *arg) {
  asker *a = arg;

  a->ns = get_among(a->first, a->n);
  return NULL;
}

/* The dearer one of two threads. */
static double get_by_two(uint32_t n) {
  asker askers[2] = {{.n = n}, {.first = n / 2, .n = n}};

  for (int i = 0; i < 2; i++) {
    if (pthread_create(&askers[i].thread, NULL, ask, &askers[i])) exit(1);
  }
  for (int i = 0; i < 2; i++)
    pthread_join(askers[i].thread, NULL);
  return askers[0].ns > askers[1].ns ? askers[0].ns : askers[1].ns;
}

static uint32_t few(void) {
  return ENT_LIST < n_rows ? ENT_LIST : n_rows;
}

static double get_few(void) {
  return get_among(0, few());
}

static double get_few_by_two(void) {
  return get_by_two(few());
}

static double get_all_by_two(void) {
  return get_by_two(n_rows);
}

static double get_all(void) {
  return get_among(0, n_rows);
}

static void report(const char *what, double (*measure)(void)) {
  double best = measure();

  for (int i = 1; i < ENT_ROUNDS; i++) {
    double ns = measure();

    if (ns < best) best = ns;
  }
  printf("%-44s %8.1f ns\n", what, best);
}

int main(int argc, char **argv) {
  ent_local_totals totals;

  if (argc > 1) n_rows = (uint32_t)strtoul(argv[1], NULL, 10);
  cache = ent_local_new(0, (uint64_t)4 << 30);
  space = cache ? ent_local_space_of(cache, 1, 1) : NULL;
  if (!n_rows || !space || !make_keys()) return 1;
  printf("%-44s %8.1f ns\n", "a put, the first time", fill());
  ent_local_count(cache, &totals);
  printf("%-44s %8.1f bytes\n", "a row of 200 bytes",
         (double)totals.bytes / (double)totals.entries);
  report("a hit, among 1000 rows", get_few);
  report("a hit, among all", get_all);
  report("a key of a list of 1000, among all", get_in_lists);
  report("a hit among 1000 rows, beside another thread", get_few_by_two);
  report("a hit among all, beside another thread", get_all_by_two);
  free(keys);
  ent_local_free(cache);
  return 0;
}
