/* Any bytes as CSV: what is read and written again in quotes reads the same. */
#include "cli/csv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The name is libFuzzer's. */
/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file of these bytes, which it needs as long as it is open. */
static FILE *open_bytes(char *bytes, size_t size) {
  FILE *file = fmemopen(bytes, size, "r");

  if (!file) abort();
  return file;
}

static void write_record(const ent_csv *csv, ent_buf *to) {
  ent_error err = {0};

  for (size_t i = 0; i < csv->n_fields; i++) {
    ent_csv_field field;
    const char *text = ent_csv_text(csv, i, &field);

    if (text[field.size]) abort();
    if (ent_buf_append(to, i ? ",\"" : "\"", i ? 2 : 1, &err)) abort();
    for (size_t j = 0; j < field.size; j++) {
      size_t n = text[j] == '"' ? 2 : 1;
      const char both[] = {text[j], '"', 0};

      if (ent_buf_append(to, both, n, &err)) abort();
    }
    if (ent_buf_append(to, "\"", 1, &err)) abort();
  }
  if (ent_buf_append(to, "\n", 1, &err)) abort();
}

/* Reads all records and writes them, in quotes, to `to`. */
static ent_status rewrite(char *bytes, size_t size, ent_buf *to) {
  FILE *file = open_bytes(bytes, size);
  ent_csv *csv = malloc(sizeof(*csv));
  ent_error err = {0};
  ent_status status;

  if (!csv) abort();
  ent_csv_init(csv, file, ',');
  while (!(status = ent_csv_next(csv, &err))) {
    if (!csv->n_fields || csv->record_line > csv->line) abort();
    write_record(csv, to);
  }
  if (status != ENT_DONE && status != ENT_REJECTED) abort();
  if ((status == ENT_REJECTED) != (err.text[0] != '\0')) abort();
  ent_csv_done(csv);
  free(csv);
  fclose(file);
  return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ent_buf first;
  ent_buf second;
  char *copy;

  if (!size) return 0;
  copy = malloc(size);
  if (!copy) abort();
  memcpy(copy, data, size);
  ent_buf_init(&first, SIZE_MAX / 2);
  ent_buf_init(&second, SIZE_MAX / 2);
  if (rewrite(copy, size, &first) == ENT_DONE && first.size) {
    if (rewrite(first.data, first.size, &second) != ENT_DONE) abort();
    if (second.size != first.size) abort();
    if (memcmp(first.data, second.data, first.size) != 0) abort();
  }
  ent_buf_done(&first);
  ent_buf_done(&second);
  free(copy);
  return 0;
}
