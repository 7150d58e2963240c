#include "cli/files.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static ent_status make_one(const char *path, ent_error *err) {
  if (mkdir(path, 0700) == 0 || errno == EEXIST) return ENT_OK;
  return ent_fail(err, ENT_UNAVAILABLE, "%s: %s", path, strerror(errno));
}

ent_status ent_files_make_dir(const char *path, ent_error *err) {
  char part[PATH_MAX];
  size_t size = strlen(path);

  if (size >= sizeof(part)) {
    return ent_fail(err, ENT_TOO_BIG, "%.80s...: path too long", path);
  }
  for (size_t i = 1; i < size; i++) {
    ent_status status;

    if (path[i] != '/') continue;
    memcpy(part, path, i);
    part[i] = 0;
    status = make_one(part, err);
    if (status) return status;
  }
  return make_one(path, err);
}

ent_status ent_files_resolve(const char *path, ent_arena *arena, char **real,
                             ent_error *err) {
  char room[PATH_MAX];
  char *text;

  if (!realpath(path, room)) {
    return ent_fail(err, ENT_UNAVAILABLE, "%s: %s", path, strerror(errno));
  }
  text = ent_arena_strdup(arena, room);
  if (!text) return ent_fail_nomem(err);
  *real = text;
  return ENT_OK;
}

static int remove_one(const char *path, const struct stat *info, int type,
                      struct FTW *walk) {
  (void)info, (void)type, (void)walk;
  remove(path);
  return 0;
}

void ent_files_remove(const char *path) {
  enum { ENT_OPEN_DIRECTORIES = 16 };

  nftw(path, remove_one, ENT_OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS);
}

ent_status ent_files_write(const char *path, const char *data, size_t size,
                           ent_error *err) {
  FILE *file = fopen(path, "we");
  size_t written;

  if (!file) {
    return ent_fail(err, ENT_UNAVAILABLE, "%s: %s", path, strerror(errno));
  }
  written = fwrite(data, 1, size, file);
  if (fclose(file) == 0 && written == size) return ENT_OK;
  return ent_fail(err, ENT_UNAVAILABLE, "%s: %s", path, strerror(errno));
}
