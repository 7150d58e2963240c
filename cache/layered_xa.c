/* What the record of a branch says of the caches:
 *
 *     2 0123456789abcdef fedcba9876543210
 *
 * the number of Redis that were told, and the hashes of the tables that were
 * touched (cache/table.h), sixteen digits each.  Whole tables: who commits the
 * branch later blocks their stamps, which are all rows at once.  It is the hash
 * that keys are made of, so nothing is lost with the names; and the number
 * keeps a configuration that lacks one of these Redis from committing what it
 * could not tell. */
#include "cache/layered_xa.h"

#include "cache/layered_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_HASH_DIGITS = 16,
  ENT_NUMBER_SIZE = 24, /* bytes of the number in front, with the end */
};

static ent_status list(void *context, ent_arena *arena, const char **blocked,
                       ent_error *err) {
  const ent_layered *l = context;
  size_t size = ENT_NUMBER_SIZE + l->touched.n_tables * (ENT_HASH_DIGITS + 1);
  size_t at;
  char *text;

  *blocked = "";
  if (!l->touched.tables || !l->n_shared) return ENT_OK;
  text = ent_arena_alloc(arena, size);
  if (!text) return ent_fail_nomem(err);
  at = (size_t)snprintf(text, size, "%zu", l->n_shared);
  for (const ent_touched_table *t = l->touched.tables; t; t = t->next) {
    at += (size_t)snprintf(text + at, size - at, " %016llx",
                           (unsigned long long)t->hash);
  }
  *blocked = text;
  return ENT_OK;
}

/* Whether " 0123456789abcdef" comes next. */
static bool is_hash(const char *text) {
  return text[0] == ' ' &&
         strspn(text + 1, "0123456789abcdef") == ENT_HASH_DIGITS;
}

/* Notes the tables of a record as touched. */
static ent_status touch_listed(ent_layered *l, const char *blocked,
                               ent_error *err) {
  char *at = NULL;
  unsigned long n_redis = strtoul(blocked, &at, 10);
  ent_status status = ENT_OK;

  if (n_redis > l->n_shared) {
    return ent_fail(err, ENT_CONFIG,
                    "its writer has told %lu Redis, and the pool has %zu in "
                    "this configuration; finish it with that of its writer",
                    n_redis, l->n_shared);
  }
  while (!status && is_hash(at)) {
    status = ent_touched_all(&l->touched, strtoull(at + 1, &at, 16), err);
  }
  if (status || (n_redis && !*at)) return status;
  return ent_fail(err, ENT_PROTOCOL, "its record is not understood: %.40s",
                  blocked);
}

static ent_status block(void *context, const char *blocked,
                        const ent_deadline *deadline, int64_t *lasts_ms,
                        ent_error *err) {
  ent_layered *l = context;
  ent_status status;

  if (l->touched.tables) {
    return ent_fail(err, ENT_UNSUPPORTED,
                    "this transaction has written to the pool; COMMIT first");
  }
  status = touch_listed(l, blocked, err);
  if (status) {
    ent_touched_clear(&l->touched);
    return status;
  }
  *lasts_ms = l->options.times.commit_ms;
  return ent_layered_block(&l->base, deadline, err);
}

static void unblock(void *context, bool is_over) {
  ent_layered *l = context;

  if (is_over) {
    ent_layered_unblock(&l->base);
  } else {
    ent_layered_leave(&l->base);
  }
}

ent_copies ent_layered_copies(ent_source *source) {
  return (ent_copies){.context = ent_layered_of(source),
                      .list = list,
                      .block = block,
                      .unblock = unblock};
}

int64_t ent_layered_commit_ms(const ent_source *source) {
  return ((const ent_layered *)source)->options.times.commit_ms;
}
