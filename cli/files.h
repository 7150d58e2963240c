#ifndef ENT_CLI_FILES_H
#define ENT_CLI_FILES_H

#include "backends/base/arena.h"
#include "backends/base/error.h"

#include <stddef.h>

/* Makes a directory and those above it that are missing, for this user only.
 * UNAVAILABLE. */
ENT_CHECKED ent_status ent_files_make_dir(const char *path, ent_error *err);

/* The absolute path of something that is there, without links; it lives in the
 * arena.  UNAVAILABLE, NOMEM. */
ENT_CHECKED ent_status ent_files_resolve(const char *path, ent_arena *arena,
                                         char **real, ent_error *err);

/* Removes a file or a directory with all in it, as far as it can; links are
 * removed, not followed. */
void ent_files_remove(const char *path);

/* Writes a new file, or over an old one.  UNAVAILABLE. */
ENT_CHECKED ent_status ent_files_write(const char *path, const char *data,
                                       size_t size, ent_error *err);

#endif
