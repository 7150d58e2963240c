#include "tests/bench/machine.h"

#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ent_bench_pinned {
  int server_pid;
  cpu_set_t before; /* what this process was allowed */
};

static ent_status fail_errno(const char *doing, ent_error *err) {
  return ent_fail(err, ENT_UNSUPPORTED, "%s: %s", doing, strerror(errno));
}

/* Binds every thread of a process.  A thread that ends meanwhile is no error;
 * one that starts meanwhile inherits its maker's CPUs. */
static ent_status bind_process(int pid, const cpu_set_t *cpus, ent_error *err) {
  char path[64];
  const struct dirent *entry;
  DIR *tasks;

  snprintf(path, sizeof(path), "/proc/%d/task", pid);
  tasks = opendir(path);
  if (!tasks) return fail_errno("list the server's threads", err);
  while ((entry = readdir(tasks))) {
    int thread = (int)strtol(entry->d_name, NULL, 10);

    if (thread <= 0 || !sched_setaffinity(thread, sizeof(*cpus), cpus) ||
        errno == ESRCH) {
      continue;
    }
    closedir(tasks);
    return fail_errno("bind the server to a CPU", err);
  }
  closedir(tasks);
  return ENT_OK;
}

static ent_status bind_both(const ent_bench_pinned *pinned,
                            const cpu_set_t *cpus, ent_error *err) {
  if (sched_setaffinity(0, sizeof(*cpus), cpus)) {
    return fail_errno("bind the benchmark to a CPU", err);
  }
  return bind_process(pinned->server_pid, cpus, err);
}

ent_status ent_bench_pin(int server_pid, ent_bench_pinned **pinned,
                         ent_error *err) {
  ent_bench_pinned *made = calloc(1, sizeof(*made));
  int cpu = sched_getcpu();
  cpu_set_t one;

  if (!made) return ent_fail_nomem(err);
  made->server_pid = server_pid;
  if (cpu < 0 || sched_getaffinity(0, sizeof(made->before), &made->before)) {
    free(made);
    return fail_errno("ask for the CPU", err);
  }
  CPU_ZERO(&one);
  CPU_SET((size_t)cpu, &one);
  if (bind_both(made, &one, err)) {
    ent_bench_unpin(made);
    return ENT_UNSUPPORTED;
  }
  *pinned = made;
  return ENT_OK;
}

/* What was allowed before is allowed again; were it not, the throughput that
 * is measured next would show it. */
void ent_bench_unpin(ent_bench_pinned *pinned) {
  ent_error err = {0};

  if (!pinned) return;
  if (bind_both(pinned, &pinned->before, &err)) {
    fprintf(stderr, "entable_bench: %s\n", err.text);
  }
  free(pinned);
}

/* VmHWM of /proc/self/status, in bytes. */
static ent_status read_peak(long long *size, ent_error *err) {
  static const char key[] = "VmHWM:";
  char line[256];
  FILE *file = fopen("/proc/self/status", "r");
  long long kib = 0;

  if (!file) return fail_errno("open /proc/self/status", err);
  while (!kib && fgets(line, sizeof(line), file)) {
    if (!strncmp(line, key, sizeof(key) - 1)) {
      kib = strtoll(line + sizeof(key) - 1, NULL, 10);
    }
  }
  fclose(file);
  if (!kib) {
    return ent_fail(err, ENT_UNSUPPORTED, "/proc/self/status: no VmHWM");
  }
  *size = kib * 1024;
  return ENT_OK;
}

ent_status ent_bench_memory_begin(long long *start, ent_error *err) {
  FILE *file = fopen("/proc/self/clear_refs", "w");
  int failed;

  if (!file) return fail_errno("open /proc/self/clear_refs", err);
  malloc_trim(0);
  failed = fputs("5\n", file) < 0;
  if (fclose(file) || failed) return fail_errno("forget the peak", err);
  return read_peak(start, err);
}

ent_status ent_bench_memory_growth(long long start, long long *growth,
                                   ent_error *err) {
  long long peak = 0;
  ent_status status = read_peak(&peak, err);

  if (!status) *growth = peak - start;
  return status;
}
