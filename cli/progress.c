#include "cli/progress.h"

#include "cli/style.h"

#include <stdio.h>
#include <unistd.h>

enum { ENT_PROGRESS_EVERY_MS = 100 };

static double ms_since(const struct timespec *then) {
  struct timespec now;

  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - then->tv_sec) * 1e3 +
         (double)(now.tv_nsec - then->tv_nsec) / 1e6;
}

void ent_progress_init(ent_progress *progress, const char *what) {
  *progress = (ent_progress){.what = what, .is_shown = isatty(STDERR_FILENO)};
  clock_gettime(CLOCK_MONOTONIC, &progress->began);
  progress->said = progress->began;
}

/* Back to the beginning of the line, and what stood there away. */
static const char clear[] = "\r\x1b[K";

void ent_progress_say(ent_progress *progress, uint64_t n_rows, uint64_t part,
                      uint64_t whole) {
  if (!progress->is_shown) return;
  if (ms_since(&progress->said) < ENT_PROGRESS_EVERY_MS) return;
  clock_gettime(CLOCK_MONOTONIC, &progress->said);
  fprintf(stderr, "%s%s: %llu rows", clear, progress->what,
          (unsigned long long)n_rows);
  if (whole) {
    fprintf(stderr, ", %d%%", (int)(100.0 * (double)part / (double)whole));
  }
  fflush(stderr);
}

void ent_progress_end(ent_progress *progress, uint64_t n_rows, bool done) {
  const ent_style *style = ent_style_of(STDERR_FILENO);

  if (!progress->is_shown) return;
  fputs(clear, stderr);
  if (!done) return;
  fprintf(stderr, "%s%s: %llu row%s in %.2f s%s\n", style->faint,
          progress->what, (unsigned long long)n_rows, n_rows == 1 ? "" : "s",
          ms_since(&progress->began) / 1e3, style->plain);
}
