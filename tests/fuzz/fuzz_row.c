/* Packed rows from outside: what ent_row_valid() accepts can be read to its
 * last byte, and written again gives the same bytes. */
#include "backends/base/row.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The name is libFuzzer's. */
/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ENT_FUZZ_CEILING = 1 << 24 };

/* Copies a row value by value. */
static void copy_row(const ent_row *row, ent_buf *buf) {
  ent_row_writer writer;

  if (ent_row_begin(&writer, buf, ent_row_n_columns(row), NULL)) abort();
  for (unsigned i = 0; i < ent_row_n_columns(row); i++) {
    ent_value value = ent_row_value(row, i);

    if (ent_row_put(&writer, &value, NULL)) abort();
  }
  ent_row_end(&writer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ent_buf buf;

  if (!ent_row_valid(data, size)) return 0;
  ent_buf_init(&buf, ENT_FUZZ_CEILING);
  copy_row(data, &buf);
  if (buf.size != size || memcmp(buf.data, data, size) != 0) abort();
  ent_buf_done(&buf);
  return 0;
}
