/* Lists of cached queries from outside: what is read as one can be written
 * again, and gives the same bytes. */
#include "vtab/listed_list.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The name is libFuzzer's. */
/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ENT_FUZZ_CEILING = 1 << 24 };

static void write_again(const ent_list_entry *entries, size_t n, ent_buf *buf) {
  ent_list_writer writer;

  ent_list_start(&writer);
  for (size_t i = 0; i < n; i++) {
    if (ent_list_add_key(&writer, entries[i].hash, &entries[i].key, NULL))
      abort();
  }
  if (ent_list_end(&writer, buf, NULL)) abort();
  ent_list_done(&writer);
}

/* The list as a row of one blob. */
static void make_row(const uint8_t *data, size_t size, ent_buf *buf) {
  ent_row_writer writer;

  if (ent_row_begin(&writer, buf, 1, NULL)) abort();
  if (ent_row_put_bytes(&writer, ENT_BLOB, (const char *)data, size, NULL))
    abort();
  ent_row_end(&writer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ent_arena arena = {.blocks = NULL};
  ent_list_entry *entries;
  ent_buf row, again;
  size_t n;

  ent_buf_init(&row, ENT_FUZZ_CEILING);
  ent_buf_init(&again, ENT_FUZZ_CEILING);
  make_row(data, size, &row);
  if (ent_list_read_row((const ent_row *)row.data, &arena, &entries, &n)) {
    write_again(entries, n, &again);
    if (row.size != again.size || memcmp(row.data, again.data, row.size) != 0)
      abort();
  }
  ent_arena_done(&arena);
  ent_buf_done(&row);
  ent_buf_done(&again);
  return 0;
}
