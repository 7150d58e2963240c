#include "backends/base/tick.h"

#include <stddef.h>

#ifdef __linux__

#  include "backends/base/process.h"

#  include <pthread.h>
#  include <stdlib.h>
#  include <sys/timerfd.h>
#  include <unistd.h>

typedef struct tick {
  int fd;
  int generation;   /* a parent's is never set by its child */
  int64_t rings_at; /* 0: not set */
} tick;

static _Thread_local tick *mine;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key; /* for the end of a thread alone */
static int key_status;

static void tick_free(void *memory) {
  tick *t = memory;

  if (t->fd >= 0) close(t->fd);
  free(t);
  mine = NULL;
}

static void make_key(void) {
  key_status = pthread_key_create(&key, tick_free);
}

/* A thread that gets none asks again with its next wait. */
static tick *make_mine(void) {
  tick *made;

  pthread_once(&key_once, make_key);
  if (key_status) return NULL;
  made = malloc(sizeof(*made));
  if (!made) return NULL;
  *made = (tick){.fd = -1};
  if (pthread_setspecific(key, made)) {
    free(made);
    return NULL;
  }
  return mine = made;
}

/* The descriptor, of this process. */
static int open_own(tick *t) {
  int generation = ent_process_generation();

  if (t->fd >= 0 && t->generation == generation) return t->fd;
  if (t->fd >= 0) close(t->fd);
  t->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  t->generation = generation;
  t->rings_at = 0;
  return t->fd;
}

int ent_tick(int64_t now, int64_t ms) {
  tick *t = mine ? mine : make_mine();
  struct itimerspec in = {.it_value = {.tv_sec = (time_t)(ms / 1000),
                                       .tv_nsec = (long)(ms % 1000) * 1000000}};

  if (!t || open_own(t) < 0) return -1;
  if (t->rings_at > now && t->rings_at <= now + ms) return t->fd;
  if (timerfd_settime(t->fd, 0, &in, NULL)) return -1;
  t->rings_at = now + ms;
  return t->fd;
}

void ent_tick_rang(void) {
  if (mine) mine->rings_at = 0;
}

#else

int ent_tick(int64_t now, int64_t ms) {
  (void)now, (void)ms;
  return -1;
}

void ent_tick_rang(void) {
}

#endif
