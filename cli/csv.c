#include "cli/csv.h"

#include <errno.h>
#include <string.h>

/* How a field came to its end. */
typedef enum csv_end {
  ENT_CSV_END_FIELD,
  ENT_CSV_END_RECORD,
} csv_end;

void ent_csv_init(ent_csv *csv, FILE *from, char separator) {
  csv->from = from;
  csv->separator = separator;
  csv->line = 1;
  csv->record_line = 1;
  csv->n_read = 0;
  csv->at = csv->n_ahead = 0;
  csv->n_fields = 0;
  ent_buf_init(&csv->bytes, ENT_CSV_RECORD);
  ent_buf_init(&csv->fields, ENT_CSV_RECORD);
}

void ent_csv_done(ent_csv *csv) {
  ent_buf_done(&csv->bytes);
  ent_buf_done(&csv->fields);
}

/* Reads ahead; false at the end. */
static bool fill(ent_csv *csv) {
  csv->at = 0;
  csv->n_ahead = fread(csv->ahead, 1, sizeof(csv->ahead), csv->from);
  csv->n_read += csv->n_ahead;
  return csv->n_ahead > 0;
}

static int next_byte(ent_csv *csv) {
  if (csv->at == csv->n_ahead && !fill(csv)) return EOF;
  return (unsigned char)csv->ahead[csv->at++];
}

/* The next byte, CR LF being LF; EOF at the end. */
static int read_byte(ent_csv *csv) {
  int c = next_byte(csv);

  if (c == '\r' && (csv->at < csv->n_ahead || fill(csv)) &&
      csv->ahead[csv->at] == '\n') {
    c = next_byte(csv);
  }
  if (c == '\n') csv->line++;
  return c;
}

static ent_status add_byte(ent_csv *csv, int c, ent_error *err) {
  char *at;
  ent_status status = ENT_OK;

  if (csv->bytes.size < csv->bytes.capacity) {
    csv->bytes.data[csv->bytes.size++] = (char)c;
    return ENT_OK;
  }
  status = ent_buf_reserve(&csv->bytes, 1, &at, err);
  if (status) return status;
  *at = (char)c;
  csv->bytes.size++;
  return ENT_OK;
}

static bool ends_field(const ent_csv *csv, int c) {
  return c == EOF || c == '\n' || c == (unsigned char)csv->separator;
}

static csv_end end_of(int c) {
  return c == EOF || c == '\n' ? ENT_CSV_END_RECORD : ENT_CSV_END_FIELD;
}

static ent_status read_bare(ent_csv *csv, int c, csv_end *end, ent_error *err) {
  ent_status status = ENT_OK;

  for (; !status && !ends_field(csv, c); c = read_byte(csv))
    status = add_byte(csv, c, err);
  *end = end_of(c);
  return status;
}

/* Inside quotes a CR LF is kept as it is. */
static ent_status read_quoted(ent_csv *csv, csv_end *end, ent_error *err) {
  uint64_t began = csv->line;
  ent_status status = ENT_OK;

  while (!status) {
    int c = next_byte(csv);

    if (c == EOF) {
      return ent_fail(err, ENT_REJECTED,
                      "line %llu: the quote that opens here is not closed",
                      (unsigned long long)began);
    }
    if (c == '\n') csv->line++;
    if (c == '"') {
      c = read_byte(csv);
      if (ends_field(csv, c)) {
        *end = end_of(c);
        return ENT_OK;
      }
      if (c != '"') {
        return ent_fail(err, ENT_REJECTED,
                        "line %llu: text behind the quote that closes a field",
                        (unsigned long long)csv->line);
      }
    }
    status = add_byte(csv, c, err);
  }
  return status;
}

static ent_status read_field(ent_csv *csv, int c, csv_end *end,
                             ent_error *err) {
  ent_csv_field field = {.start = csv->bytes.size, .is_quoted = c == '"'};
  ent_status status = field.is_quoted ? read_quoted(csv, end, err)
                                      : read_bare(csv, c, end, err);

  field.size = csv->bytes.size - field.start;
  if (!status) status = add_byte(csv, '\0', err);
  if (!status)
    status = ent_buf_append(&csv->fields, &field, sizeof(field), err);
  if (!status) csv->n_fields++;
  return status;
}

static void skip_mark(ent_csv *csv) {
  if (fill(csv) && csv->n_ahead >= 3 &&
      memcmp(csv->ahead, "\xef\xbb\xbf", 3) == 0) {
    csv->at = 3;
  }
}

ent_status ent_csv_next(ent_csv *csv, ent_error *err) {
  csv_end end = ENT_CSV_END_FIELD;
  ent_status status = ENT_OK;
  int c;

  if (!csv->n_read) skip_mark(csv);
  csv->bytes.size = 0;
  csv->fields.size = 0;
  csv->n_fields = 0;
  csv->record_line = csv->line;
  c = read_byte(csv);
  if (c == EOF && !ferror(csv->from)) return ENT_DONE;
  while (!status) {
    status = read_field(csv, c, &end, err);
    if (status || end == ENT_CSV_END_RECORD) break;
    c = read_byte(csv);
  }
  if (!ferror(csv->from)) return status;
  ent_error_clear(err);
  if (errno == EINTR) return ent_fail(err, ENT_INTERRUPTED, "interrupted");
  return ent_fail(err, ENT_UNAVAILABLE, "cannot read: %s", strerror(errno));
}

const char *ent_csv_text(const ent_csv *csv, size_t i, ent_csv_field *field) {
  memcpy(field, csv->fields.data + i * sizeof(*field), sizeof(*field));
  return csv->bytes.data + field->start;
}
