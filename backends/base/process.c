#include "backends/base/process.h"

#include <pthread.h>

static int generation;
static pthread_once_t watch_once = PTHREAD_ONCE_INIT;

static void note_fork(void) {
  generation++;
}

static void watch_forks(void) {
  pthread_atfork(NULL, NULL, note_fork);
}

int ent_process_generation(void) {
  pthread_once(&watch_once, watch_forks);
  return generation;
}
