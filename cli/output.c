#include "cli/output.h"

#include "cli/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool fail(const char *path) {
  ent_session_error("%s: %s", path, strerror(errno));
  return false;
}

bool ent_output_is_taken(const char *path) {
  FILE *there = path ? fopen(path, "r") : NULL;

  if (!there) return false;
  fclose(there);
  errno = EEXIST;
  fail(path);
  return true;
}

static bool write_stdout(const char *text, size_t size) {
  return (fwrite(text, 1, size, stdout) == size && fflush(stdout) == 0) ||
         fail("stdout");
}

/* A file that has part of it would be taken for all of it. */
bool ent_output_write(const char *path, const char *text, size_t size) {
  FILE *to;
  bool done;

  if (!path) return write_stdout(text, size);
  to = fopen(path, "wx");
  if (!to) return fail(path);
  done = fwrite(text, 1, size, to) == size;
  if (fclose(to) == 0 && done) return true;
  fail(path);
  remove(path);
  return false;
}
