#include "tests/bench/cached.h"

#include "tests/bench/data.h"

#include <stdio.h>
#include <stdlib.h>

enum { ENT_PATH_SIZE = 512, ENT_OPTION_SIZE = 64 };

static const char config[] =
    "default: {mysql: \"root@unix(%s)/%s\", redis: \"%s:0\"%s}\n";

ent_status ent_bench_redis_socket(const char **socket, ent_error *err) {
  const char *found = getenv("ENTABLE_SANDBOX_REDIS");

  if (!found) {
    return ent_fail(err, ENT_UNAVAILABLE,
                    "no Redis: entable sandbox --with redis");
  }
  *socket = found;
  return ENT_OK;
}

static ent_status write_config(const ent_bench *bench, int n_local, char *path,
                               size_t size, ent_error *err) {
  const char *folder = getenv("ENTABLE_SANDBOX_DIR");
  const char *redis = NULL;
  char local[ENT_OPTION_SIZE] = "";
  FILE *file;
  ent_status status = ent_bench_redis_socket(&redis, err);

  if (status) return status;
  snprintf(path, size, "%s/bench-caches.yaml", folder ? folder : "/tmp");
  file = fopen(path, "w");
  if (!file) return ent_fail(err, ENT_UNAVAILABLE, "%s", path);
  if (n_local) snprintf(local, sizeof(local), ", local_cache: %d", n_local);
  fprintf(file, config, bench->socket, bench->database, redis, local);
  fclose(file);
  return ENT_OK;
}

static ent_status make_table(ent_ours *ours, int n_local, ent_error *err) {
  static const char redis[] =
      "CREATE VIRTUAL TABLE temp.bench_row USING entity(pool=default,"
      " table=bench_row, redis_cache)";
  static const char both[] =
      "CREATE VIRTUAL TABLE temp.bench_row USING entity(pool=default,"
      " table=bench_row, redis_cache, local_cache)";
  uint64_t n;
  ent_status status = ent_ours_write(ours, n_local ? both : redis, 0, &n, err);

  if (!status) {
    status =
        ent_ours_number(ours, "SELECT entity_forget('bench_row')", &n, err);
  }
  return status ? status : ent_ours_prepare(ours, ENT_BENCH_KEYS, err);
}

ent_status ent_bench_cached_open(const ent_bench *bench, int n_local,
                                 ent_ours **out, ent_error *err) {
  char path[ENT_PATH_SIZE];
  ent_ours *ours = NULL;
  ent_status status = write_config(bench, n_local, path, sizeof(path), err);

  if (!status) status = ent_ours_open_what(path, &ours, err);
  if (!status) status = make_table(ours, n_local, err);
  if (status) {
    ent_ours_close(ours);
    return status;
  }
  *out = ours;
  return ENT_OK;
}
