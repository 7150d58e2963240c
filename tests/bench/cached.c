#include "tests/bench/cached.h"

#include "tests/bench/data.h"

#include <stdio.h>
#include <stdlib.h>

enum { ENT_PATH_SIZE = 512, ENT_SQL_SIZE = 256 };

static const char config[] =
    "default: {mysql: \"root@unix(%s)/%s\", redis: \"%s:0\", "
    "local_cache: 2GB}\n";

ent_status ent_bench_redis_socket(const char **socket, ent_error *err) {
  const char *found = getenv("ENTABLE_SANDBOX_REDIS");

  if (!found) {
    return ent_fail(err, ENT_UNAVAILABLE,
                    "no Redis: entable sandbox --with redis");
  }
  *socket = found;
  return ENT_OK;
}

static ent_status write_config(const ent_bench *bench, char *path, size_t size,
                               ent_error *err) {
  const char *folder = getenv("ENTABLE_SANDBOX_DIR");
  const char *redis = NULL;
  FILE *file;
  ent_status status = ent_bench_redis_socket(&redis, err);

  if (status) return status;
  snprintf(path, size, "%s/bench-caches.yaml", folder ? folder : "/tmp");
  file = fopen(path, "w");
  if (!file) return ent_fail(err, ENT_UNAVAILABLE, "%s", path);
  fprintf(file, config, bench->socket, bench->database, redis);
  fclose(file);
  return ENT_OK;
}

static ent_status make_table(ent_ours *ours, const char *options,
                             ent_error *err) {
  char sql[ENT_SQL_SIZE];
  uint64_t n;
  ent_status status;

  snprintf(sql, sizeof(sql),
           "CREATE VIRTUAL TABLE temp.bench_row USING entity(pool=default,"
           " table=bench_row, %s)",
           options);
  status = ent_ours_write(ours, sql, 0, &n, err);
  if (!status) {
    status =
        ent_ours_number(ours, "SELECT entity_forget('bench_row')", &n, err);
  }
  return status ? status : ent_ours_prepare(ours, ENT_BENCH_KEYS, err);
}

ent_status ent_bench_cached_open(const ent_bench *bench, const char *options,
                                 ent_ours **out, ent_error *err) {
  char path[ENT_PATH_SIZE];
  ent_ours *ours = NULL;
  ent_status status = write_config(bench, path, sizeof(path), err);

  if (!status) status = ent_ours_open_what(path, &ours, err);
  if (!status) status = make_table(ours, options, err);
  if (status) {
    ent_ours_close(ours);
    return status;
  }
  *out = ours;
  return ENT_OK;
}
