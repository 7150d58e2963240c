#include "cli/input.h"

#include <errno.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

enum { ENT_INPUT_STEP = 64 * 1024 };

void ent_input_init(ent_input *input, int fd) {
  *input = (ent_input){.fd = fd};
  sigprocmask(SIG_SETMASK, NULL, &input->while_waiting);
  ent_buf_init(&input->bytes, ENT_INPUT_CEILING);
}

void ent_input_done(ent_input *input) {
  ent_buf_done(&input->bytes);
}

/* Waits until there is something to read; false with errno. */
static bool await(const ent_input *input) {
  fd_set readable;

  FD_ZERO(&readable);
  FD_SET(input->fd, &readable);
  return pselect(input->fd + 1, &readable, NULL, NULL, NULL,
                 &input->while_waiting) > 0;
}

/* Reads more bytes; sets at_end where there are none. */
static ent_status fill(ent_input *input, ent_error *err) {
  ent_status status;
  ssize_t n;
  char *at;

  status = ent_buf_reserve(&input->bytes, ENT_INPUT_STEP, &at, err);
  if (status) return status;
  n = await(input) ? read(input->fd, at, ENT_INPUT_STEP) : -1;
  if (n > 0) {
    input->bytes.size += (size_t)n;
    return ENT_OK;
  }
  if (n == 0) {
    input->at_end = true;
    return ENT_OK;
  }
  if (errno != EINTR) {
    return ent_fail(err, ENT_UNAVAILABLE, "cannot read the input: %s",
                    strerror(errno));
  }
  input->bytes.size = 0;
  input->start = 0;
  return ent_fail(err, ENT_INTERRUPTED, "interrupted");
}

/* Moves what is left to the front, so that reading on does not grow a buffer
 * whose beginning was given out. */
static void compact(ent_input *input) {
  ent_buf *bytes = &input->bytes;

  if (!input->start) return;
  bytes->size -= input->start;
  memmove(bytes->data, bytes->data + input->start, bytes->size);
  input->start = 0;
}

ent_status ent_input_line(ent_input *input, ent_buf *to, ent_error *err) {
  size_t seen = 0; /* bytes of the line known to hold no newline */

  for (;;) {
    size_t left = input->bytes.size - input->start;
    const char *line = left ? input->bytes.data + input->start : "";
    const char *newline = memchr(line + seen, '\n', left - seen);
    ent_status status;

    if (newline || (input->at_end && left)) {
      size_t size = newline ? (size_t)(newline - line) + 1 : left;

      status = ent_buf_append(to, line, size, err);
      input->start += size;
      return status;
    }
    if (input->at_end) return ENT_DONE;
    compact(input);
    seen = left;
    status = fill(input, err);
    if (status) return status;
  }
}
