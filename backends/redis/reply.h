#ifndef ENT_BACKENDS_REDIS_REPLY_H
#define ENT_BACKENDS_REDIS_REPLY_H

#include <stddef.h>
#include <stdint.h>

/* What Redis answers. */
typedef enum ent_redis_kind {
  ENT_REDIS_NIL,
  ENT_REDIS_INTEGER,
  ENT_REDIS_STRING, /* any bytes */
  ENT_REDIS_STATUS, /* "OK" and its like */
  ENT_REDIS_ERROR,  /* the server's words; one element of a list may be one */
  ENT_REDIS_LIST,
} ent_redis_kind;

typedef struct ent_redis_reply {
  ent_redis_kind kind;
  int64_t integer;
  const char *data; /* of a string, status or error: `size` bytes and a NUL */
  size_t size;
  struct ent_redis_reply *items; /* n_items, of a list */
  size_t n_items;
} ent_redis_reply;

#endif
