#include "backends/spool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  ENT_SPOOL_CHUNK = 96 << 10, /* what is written and read at once, and stays in
                                 the cache of a CPU meanwhile */
  ENT_SPOOL_MEMORY = 170,     /* chunks that stay in memory: 16 MiB */
  ENT_SPOOL_MAX = 0x7fffffff,
};

/* The rows stand in chunks: the first ones in memory, the others in the file,
 * each behind its size. */
struct ent_spool {
  ent_buf kept[ENT_SPOOL_MEMORY];
  size_t n_kept; /* chunks in memory that are full */
  ent_buf end;   /* the chunk being filled, or the one being read */
  FILE *file;    /* NULL until it is needed */
  bool is_read;  /* reading has begun */
  size_t at;     /* the next of the chunks in memory to read */
  const ent_row **rows;
  size_t capacity;
};

ent_status ent_spool_open(ent_spool **out, ent_error *err) {
  ent_spool *spool = calloc(1, sizeof(*spool));

  if (!spool) return ent_fail_nomem(err);
  for (size_t i = 0; i < ENT_SPOOL_MEMORY; i++) {
    ent_buf_init(&spool->kept[i], ENT_SPOOL_MAX);
  }
  ent_buf_init(&spool->end, ENT_SPOOL_MAX);
  *out = spool;
  return ENT_OK;
}

void ent_spool_close(ent_spool *spool) {
  if (!spool) return;
  for (size_t i = 0; i < ENT_SPOOL_MEMORY; i++)
    ent_buf_done(&spool->kept[i]);
  ent_buf_done(&spool->end);
  if (spool->file) fclose(spool->file);
  free(spool->rows);
  free(spool);
}

ent_buf *ent_spool_end(ent_spool *spool) {
  return &spool->end;
}

static ent_status fail_file(const char *doing, ent_error *err) {
  return ent_fail(err, ENT_UNAVAILABLE, "%s a temporary file: %s", doing,
                  strerror(errno ? errno : EIO));
}

static ent_status write_chunk(ent_spool *spool, ent_error *err) {
  uint64_t size = spool->end.size;

  errno = 0;
  if (!spool->file) spool->file = tmpfile();
  if (!spool->file) return fail_file("make", err);
  if (fwrite(&size, sizeof(size), 1, spool->file) != 1 ||
      fwrite(spool->end.data, 1, size, spool->file) != size) {
    return fail_file("write", err);
  }
  spool->end.size = 0;
  return ENT_OK;
}

ent_status ent_spool_added(ent_spool *spool, ent_error *err) {
  if (spool->end.size < ENT_SPOOL_CHUNK) return ENT_OK;
  if (spool->n_kept == ENT_SPOOL_MEMORY) return write_chunk(spool, err);
  spool->kept[spool->n_kept++] = spool->end;
  ent_buf_init(&spool->end, ENT_SPOOL_MAX);
  return ENT_OK;
}

/* Turns from writing to reading: the last chunk goes to the file too where
 * there is one. */
static ent_status start_reading(ent_spool *spool, ent_error *err) {
  ent_status status = ENT_OK;

  spool->is_read = true;
  if (!spool->file) return ENT_OK;
  if (spool->end.size) status = write_chunk(spool, err);
  if (!status && fseek(spool->file, 0, SEEK_SET)) {
    status = fail_file("read", err);
  }
  return status;
}

static ent_status read_chunk(ent_spool *spool, ent_error *err) {
  uint64_t size;
  ent_status status;
  char *at;

  errno = 0;
  spool->end.size = 0;
  if (fread(&size, sizeof(size), 1, spool->file) != 1) {
    return feof(spool->file) ? ENT_DONE : fail_file("read", err);
  }
  status = ent_buf_reserve(&spool->end, size, &at, err);
  if (status) return status;
  if (fread(at, 1, size, spool->file) != size) return fail_file("read", err);
  spool->end.size = size;
  return ENT_OK;
}

/* The chunk to show next: from memory, then the file or the last one. */
static ent_status next_chunk(ent_spool *spool, const ent_buf **chunk,
                             ent_error *err) {
  if (spool->at < spool->n_kept) {
    /* What was shown before is not needed any more. */
    if (spool->at) ent_buf_done(&spool->kept[spool->at - 1]);
    *chunk = &spool->kept[spool->at++];
    return ENT_OK;
  }
  *chunk = &spool->end;
  if (spool->file) return read_chunk(spool, err);
  if (spool->at > spool->n_kept || spool->end.size == 0) return ENT_DONE;
  spool->at++;
  return ENT_OK;
}

static ent_status note_row(ent_spool *spool, size_t n, const ent_row *row,
                           ent_error *err) {
  if (n == spool->capacity) {
    size_t capacity = spool->capacity ? 2 * spool->capacity : 256;
    const ent_row **rows = realloc(spool->rows, capacity * sizeof(*rows));

    if (!rows) return ent_fail_nomem(err);
    spool->rows = rows;
    spool->capacity = capacity;
  }
  spool->rows[n] = row;
  return ENT_OK;
}

ent_status ent_spool_next(ent_spool *spool, const ent_row *const **rows,
                          size_t *n, ent_error *err) {
  const ent_buf *chunk = NULL;
  ent_status status = spool->is_read ? ENT_OK : start_reading(spool, err);
  size_t count = 0;

  if (!status) status = next_chunk(spool, &chunk, err);
  if (status) return status;
  for (size_t at = 0; !status && at < chunk->size;) {
    const ent_row *row = (const ent_row *)chunk->data + at;

    status = note_row(spool, count++, row, err);
    at += ent_row_size(row);
  }
  if (status) return status;
  *rows = spool->rows;
  *n = count;
  return ENT_OK;
}

/* The rest of a search as pages. */
typedef struct spool_pages {
  ent_pages base; /* must be first */
  ent_spool *spool;
} spool_pages;

static ent_status pages_next(ent_pages *base, const ent_deadline *deadline,
                             const ent_row *const **rows, size_t *n,
                             ent_error *err) {
  (void)deadline;
  return ent_spool_next(((spool_pages *)base)->spool, rows, n, err);
}

static void pages_close(ent_pages *base) {
  ent_spool_close(((spool_pages *)base)->spool);
  free(base);
}

static bool pages_are_apart(const ent_pages *base) {
  (void)base;
  return true;
}

static const ent_pages_ops pages_ops = {
    .next = pages_next,
    .is_apart = pages_are_apart,
    .close = pages_close,
};

static ent_status add_rows(ent_spool *spool, const ent_row *const *rows,
                           size_t n, ent_error *err) {
  ent_status status = ENT_OK;

  for (size_t i = 0; !status && i < n; i++) {
    status = ent_buf_append(ent_spool_end(spool), rows[i],
                            ent_row_size(rows[i]), err);
    if (!status) status = ent_spool_added(spool, err);
  }
  return status;
}

static ent_status add_pages(ent_spool *spool, ent_pages *from,
                            const ent_deadline *deadline, ent_error *err) {
  for (;;) {
    const ent_row *const *rows;
    size_t n;
    ent_status status = ent_pages_next(from, deadline, &rows, &n, err);

    if (status) return status == ENT_DONE ? ENT_OK : status;
    status = add_rows(spool, rows, n, err);
    if (status) return status;
  }
}

ent_status ent_spool_rest(ent_pages **pages, const ent_row *const *rows,
                          size_t n, const ent_deadline *deadline,
                          ent_error *err) {
  spool_pages *made = calloc(1, sizeof(*made));
  ent_status status;

  if (!made) return ent_fail_nomem(err);
  made->base.ops = &pages_ops;
  status = ent_spool_open(&made->spool, err);
  if (!status) status = add_rows(made->spool, rows, n, err);
  if (!status) status = add_pages(made->spool, *pages, deadline, err);
  if (status) {
    pages_close(&made->base);
    return status;
  }
  ent_pages_close(*pages);
  *pages = &made->base;
  return ENT_OK;
}
