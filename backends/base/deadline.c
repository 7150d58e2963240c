#include "backends/base/deadline.h"

#include "backends/base/tick.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

/* Good to some milliseconds, which is what deadlines are in, for a tenth of the
 * time. */
#ifdef CLOCK_MONOTONIC_COARSE
enum { ENT_CLOCK = CLOCK_MONOTONIC_COARSE };
#else
enum { ENT_CLOCK = CLOCK_MONOTONIC };
#endif

/* Long enough to cost nothing, short enough that Ctrl-C feels immediate. */
enum { ENT_WAIT_SLICE_MS = 20 };

int64_t ent_now_ms(void) {
  struct timespec now;

  clock_gettime(ENT_CLOCK, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t ent_now_us(void) {
  struct timespec now;

  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

ent_deadline ent_deadline_in(int64_t ms) {
  int64_t now = ent_now_ms();

  return (ent_deadline){.until_ms = ms > INT64_MAX - now ? INT64_MAX : now + ms,
                        .started_ms = now};
}

static short poll_events(int events) {
  return (short)((events & ENT_WAIT_READ ? POLLIN : 0) |
                 (events & ENT_WAIT_WRITE ? POLLOUT : 0) |
                 (events & ENT_WAIT_URGENT ? POLLPRI : 0));
}

/* A hang-up or an error counts as ready for whatever was asked: the call that
 * follows finds out what it is. */
static int ready_events(int asked, short got) {
  if (got & (POLLERR | POLLHUP | POLLNVAL)) return asked;
  return (got & POLLIN ? ENT_WAIT_READ : 0) |
         (got & POLLOUT ? ENT_WAIT_WRITE : 0) |
         (got & POLLPRI ? ENT_WAIT_URGENT : 0);
}

static int64_t slice(int64_t now, int64_t limit_at, int64_t until_ms) {
  int64_t ms = ENT_WAIT_SLICE_MS;

  if (limit_at - now < ms) ms = limit_at - now;
  if (until_ms - now < ms) ms = until_ms - now;
  return ms < 0 ? 0 : ms;
}

/* poll() for up to `ms`, or a little less. */
static int poll_for(struct pollfd *fd, int64_t now, int64_t ms) {
  struct pollfd both[2] = {
      *fd, {.fd = ms > 0 ? ent_tick(now, ms) : -1, .events = POLLIN}};
  bool has_tick = both[1].fd >= 0;
  int n = poll(both, has_tick ? 2 : 1, has_tick ? -1 : (int)ms);

  fd->revents = both[0].revents;
  if (n > 0 && both[1].revents) ent_tick_rang();
  return n < 0 ? n : fd->revents != 0;
}

ent_status ent_wait(int fd, int events, int64_t limit_ms,
                    const ent_deadline *deadline, int *ready, ent_error *err) {
  struct pollfd poll_fd = {.fd = fd, .events = poll_events(events)};
  int64_t now = ent_now_ms();
  int64_t limit_at =
      limit_ms < 0 ? INT64_MAX : ent_deadline_in(limit_ms).until_ms;

  for (;;) {
    int n = poll_for(&poll_fd, now, slice(now, limit_at, deadline->until_ms));

    if (n < 0 && errno != EINTR) {
      return ent_fail(err, ENT_UNAVAILABLE, "poll: %s", strerror(errno));
    }
    if (n > 0) {
      *ready = ready_events(events, poll_fd.revents);
      return ENT_OK;
    }
    if (deadline->interrupted && deadline->interrupted(deadline->ctx)) {
      return ent_fail(err, ENT_INTERRUPTED, "interrupted");
    }
    now = ent_now_ms();
    if (now >= deadline->until_ms) {
      return ent_fail(err, ENT_TIMEOUT, "no answer in time");
    }
    if (now >= limit_at) {
      *ready = 0;
      return ENT_OK;
    }
  }
}
