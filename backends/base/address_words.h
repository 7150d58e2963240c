#ifndef ENT_BACKENDS_BASE_ADDRESS_WORDS_H
#define ENT_BACKENDS_BASE_ADDRESS_WORDS_H

#include "backends/base/address.h"

#include <string.h>

/* What the readers of an address share: for address.c, address_options.c
 * and option_file.c only. */

/* A piece of the text being read. */
typedef struct ent_span {
  const char *data;
  size_t size;
} ent_span;

/* One reading of an address.  All errors are CONFIG or NOMEM. */
typedef struct ent_address_reader {
  ent_arena *arena;
  ent_error *err;
  bool is_url;   /* %XX is decoded and socket= is allowed */
  uint64_t seen; /* bit n: the n-th option was given */
  ent_address address;
} ent_address_reader;

static inline ent_span ent_span_of(const char *from, const char *to) {
  return (ent_span){from, (size_t)(to - from)};
}

static inline bool ent_span_is(ent_span piece, const char *text) {
  return piece.size == strlen(text) && !memcmp(piece.data, text, piece.size);
}

static inline bool ent_is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool ent_is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* A copy in the arena with every %XX decoded. */
ENT_CHECKED ent_status ent_address_decode(ent_address_reader *r, ent_span piece,
                                          const char **text);

/* A copy in the arena, decoded where the form of the address says so. */
ENT_CHECKED ent_status ent_address_piece(ent_address_reader *r, ent_span piece,
                                         const char **text);

/* The same for what is shown to people: UTF-8 without control characters.
 * `what` names it in an error. */
ENT_CHECKED ent_status ent_address_shown(ent_address_reader *r, ent_span piece,
                                         const char *what, const char **text);

/* An absolute path. */
ENT_CHECKED ent_status ent_address_path(ent_address_reader *r, ent_span piece,
                                        const char *what, const char **text);

/* Reads digits and nothing else; false outside low...high. */
bool ent_address_number(ent_span digits, int low, int high, int *number);

/* Reads name=value&name=value into the reader's address. */
ENT_CHECKED ent_status ent_address_options(ent_address_reader *r,
                                           const char *text);

#endif
