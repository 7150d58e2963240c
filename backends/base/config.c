#include "backends/base/config.h"

#include "backends/base/buf.h"
#include "backends/base/config_keys.h"
#include "backends/base/config_problems.h"
#include "backends/base/registry.h"
#include "backends/base/yaml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENT_CONFIG_CHUNK = 16384 };

static const char default_pool[] = "default";

/* An empty configuration; NULL if there is no memory. */
static ent_config *new_config(void) {
  ent_config *config = calloc(1, sizeof(*config));

  if (!config) return NULL;
  config->timeout_ms = -1;
  config->snapshot_max_s = -1;
  config->redis_ttl_s = config->absent_ttl_s = config->commit_max_s = -1;
  config->local_cache_lag_ms = config->local_cache_ttl_s = -1;
  return config;
}

void ent_config_free(ent_config *config) {
  if (!config) return;
  ent_arena_done(&config->arena);
  free(config);
}

/* Fills an empty configuration. */
static ent_status fill(ent_config *config, const char *name, const char *text,
                       size_t size, ent_error *err) {
  ent_problems problems = {.file = name, .arena = &config->arena};
  const ent_yaml *root;

  config->path = ent_arena_strdup(&config->arena, name);
  if (!config->path) return ent_fail_nomem(err);
  if (size > ENT_CONFIG_MAX_SIZE) {
    ent_problems_add(&problems, 0, NULL, "larger than 1 MiB");
    return ent_problems_report(&problems, err);
  }
  root = ent_yaml_parse(text, size, &config->arena, &problems);
  if (root) {
    ent_config_take(root, config, &problems);
  } else if (!problems.n) {
    ent_problems_add(&problems, 0, NULL,
                     "is empty; expected names of pools with their servers, "
                     "such as default: {mysql: mysql://user@host/database}");
  }
  return ent_problems_report(&problems, err);
}

ent_status ent_config_parse(const char *name, const char *text, size_t size,
                            ent_config **config, ent_error *err) {
  ent_config *made = new_config();
  ent_status status;

  if (!made) return ent_fail_nomem(err);
  status = fill(made, name, text, size, err);
  if (status) {
    ent_config_free(made);
    return status;
  }
  *config = made;
  return ENT_OK;
}

ent_status ent_config_unfinished(ent_config *config, ent_error *err) {
  ent_problems problems = {.file = config->path, .arena = &config->arena};

  ent_registry_unfinished(&config->declared, &problems);
  return ent_problems_report(&problems, err);
}

/* Reads to the end of a file, or to where the buffer is full. */
static ent_status read_all(FILE *file, ent_buf *buf, ent_error *err) {
  for (;;) {
    size_t room = buf->ceiling - buf->size;
    ent_status status;
    size_t size;
    char *at;

    if (room > ENT_CONFIG_CHUNK) room = ENT_CONFIG_CHUNK;
    if (!room) return ENT_OK;
    status = ent_buf_reserve(buf, room, &at, err);
    if (status) return status;
    size = fread(at, 1, room, file);
    buf->size += size;
    if (size < room && ferror(file)) {
      return ent_fail(err, ENT_CONFIG, "cannot be read: %s", strerror(errno));
    }
    if (size < room) return ENT_OK;
  }
}

ent_status ent_config_read(const char *path, ent_config **config,
                           ent_error *err) {
  FILE *file = fopen(path, "rb");
  ent_status status;
  ent_buf buf;

  if (!file) {
    return ent_fail(err, ENT_CONFIG, "%s: cannot be opened: %s", path,
                    strerror(errno));
  }
  /* One byte more than allowed, to see that there is more. */
  ent_buf_init(&buf, ENT_CONFIG_MAX_SIZE + 1);
  status = read_all(file, &buf, err);
  fclose(file);
  if (status) {
    ent_error_context(err, status, "%s", path);
  } else {
    status = ent_config_parse(path, buf.data, buf.size, config, err);
  }
  ent_buf_done(&buf);
  return status;
}

static ent_status fill_from_address(ent_config *config, const char *text,
                                    ent_error *err) {
  ent_config_pool *pool = ent_arena_zalloc(&config->arena, sizeof(*pool));
  ent_status status;

  if (!pool) return ent_fail_nomem(err);
  status = ent_address_parse(text, &config->arena, &pool->address, err);
  if (status) {
    ent_error_context(err, status, "mysql address");
    return status;
  }
  pool->name = pool->address.pool ? pool->address.pool : default_pool;
  pool->import = true;
  config->pools = pool;
  config->n_pools = 1;
  config->path = ent_address_show(&pool->address, &config->arena);
  return config->path ? ENT_OK : ent_fail_nomem(err);
}

ent_status ent_config_of_address(const char *text, ent_config **config,
                                 ent_error *err) {
  ent_config *made = new_config();
  ent_status status;

  if (!made) return ent_fail_nomem(err);
  status = fill_from_address(made, text, err);
  if (status) {
    ent_config_free(made);
    return status;
  }
  *config = made;
  return ENT_OK;
}

/* The next character's first byte. */
static const char *next_character(const char *text) {
  do
    text++;
  while (((unsigned char)*text & 0xC0) == 0x80);
  return text;
}

/* Goes back to the last '*' only: that one can give all that an earlier one
 * could, so the time is at most the product of the sizes. */
static bool matches(const char *pattern, const char *text) {
  const char *star = NULL;
  const char *from = text; /* where the last '*' ends, for now */

  while (*text) {
    if (*pattern == '*') {
      star = ++pattern;
      from = text;
    } else if (*pattern == '?') {
      pattern++;
      text = next_character(text);
    } else if (*pattern == *text) {
      pattern++;
      text++;
    } else if (star) {
      pattern = star;
      text = from = next_character(from);
    } else {
      return false;
    }
  }
  while (*pattern == '*')
    pattern++;
  return !*pattern;
}

bool ent_config_matches(const ent_config_pool *pool, const char *table) {
  if (!pool->import) return false;
  if (!pool->n_patterns) return true;
  for (size_t i = 0; i < pool->n_patterns; i++) {
    if (matches(pool->patterns[i], table)) return true;
  }
  return false;
}

bool ent_config_has_mysql(const ent_config *config, const char *pool) {
  for (size_t i = 0; i < config->n_pools; i++) {
    if (strcmp(config->pools[i].name, pool) == 0) return true;
  }
  return false;
}

const ent_config_redis *ent_config_find_redis(const ent_config *config,
                                              const char *pool) {
  for (size_t i = 0; i < config->n_redis; i++) {
    if (strcmp(config->redis[i].name, pool) == 0) return &config->redis[i];
  }
  return NULL;
}

const ent_config_local *ent_config_find_local(const ent_config *config,
                                              const char *pool) {
  for (size_t i = 0; i < config->n_locals; i++) {
    if (strcmp(config->locals[i].name, pool) == 0) return &config->locals[i];
  }
  return NULL;
}
