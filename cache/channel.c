#include "cache/channel.h"

#include <stdio.h>
#include <string.h>

/* Bytes of keys between two answers: beyond that emptying the caches is cheaper
 * than to go through what has changed in them. */
enum { ENT_HEARING_MAX = 4 << 20 };

static const char invalidations[] = "__redis__:invalidate";

static bool is_text(const ent_redis_reply *reply, const char *text) {
  size_t size = strlen(text);

  return (reply->kind == ENT_REDIS_STRING || reply->kind == ENT_REDIS_STATUS) &&
         reply->size == size && memcmp(reply->data, text, size) == 0;
}

static ent_status refuse(const char *command, ent_error *err) {
  return ent_fail(err, ENT_PROTOCOL, "an answer to %s that is none", command);
}

/* The number that this connection has at its server. */
static ent_status ask_id(ent_channel *channel, const ent_deadline *deadline,
                         int64_t *id, ent_error *err) {
  ent_redis_arg args[] = {ent_redis_arg_text("CLIENT"),
                          ent_redis_arg_text("ID")};
  const ent_redis_reply *reply = NULL;
  ent_status status =
      ent_redis_connection_run(channel->connection, args, ENT_COUNT(args),
                               deadline, &channel->arena, &reply, err);

  if (status) return status;
  if (reply->kind != ENT_REDIS_INTEGER) return refuse("CLIENT ID", err);
  *id = reply->integer;
  return ENT_OK;
}

/* Every key of the prefix, whoever has read it: nothing to be remembered for
 * each key at the server, and no key that is missed. */
static ent_status track(ent_channel *channel, const char *prefix,
                        const ent_deadline *deadline, ent_error *err) {
  char number[24];
  const char *keys = ent_arena_printf(&channel->arena, "%se:", prefix);
  const ent_redis_reply *reply = NULL;
  int64_t id = 0;
  ent_status status =
      keys ? ask_id(channel, deadline, &id, err) : ent_fail_nomem(err);

  if (status) return status;
  snprintf(number, sizeof(number), "%lld", (long long)id);
  {
    ent_redis_arg args[] = {
        ent_redis_arg_text("CLIENT"), ent_redis_arg_text("TRACKING"),
        ent_redis_arg_text("ON"),     ent_redis_arg_text("REDIRECT"),
        ent_redis_arg_text(number),   ent_redis_arg_text("BCAST"),
        ent_redis_arg_text("PREFIX"), ent_redis_arg_text(keys)};

    status =
        ent_redis_connection_run(channel->connection, args, ENT_COUNT(args),
                                 deadline, &channel->arena, &reply, err);
  }
  if (!status && !is_text(reply, "OK")) {
    status = refuse("CLIENT TRACKING", err);
  }
  return status;
}

static bool is_subscription(const ent_redis_reply *reply) {
  return reply->kind == ENT_REDIS_LIST && reply->n_items == 3 &&
         is_text(&reply->items[0], "subscribe");
}

/* One answer for each of the two. */
static ent_status subscribe(ent_channel *channel, const char *told,
                            const ent_deadline *deadline, ent_error *err) {
  ent_redis_arg args[] = {ent_redis_arg_text("SUBSCRIBE"),
                          ent_redis_arg_text(told),
                          ent_redis_arg_text(invalidations)};
  const ent_redis_reply *reply = NULL;
  int64_t sent_us = ent_now_us();
  ent_status status =
      ent_redis_connection_run(channel->connection, args, ENT_COUNT(args),
                               deadline, &channel->arena, &reply, err);

  if (!status && !is_subscription(reply)) return refuse("SUBSCRIBE", err);
  if (!status) {
    status =
        ent_redis_client_read(ent_redis_connection_client(channel->connection),
                              deadline, &channel->arena, &reply, err);
  }
  if (!status && !is_subscription(reply)) return refuse("SUBSCRIBE", err);
  if (!status) channel->answered_us = sent_us;
  return status;
}

/* Its server's reign is noted before it is listened to: where it changes in
 * between nothing fits it. */
static ent_status start(ent_channel *channel, const char *prefix,
                        const char *told, const ent_deadline *deadline,
                        ent_error *err) {
  ent_status status = ent_redis_info_reign(channel->connection, true, deadline,
                                           &channel->reign, err);

  if (!status) status = track(channel, prefix, deadline, err);
  if (!status) status = subscribe(channel, told, deadline, err);
  ent_arena_reset(&channel->arena);
  return status;
}

ent_status ent_channel_open(ent_channel *channel, ent_redis_pool *pool,
                            const char *prefix, const char *told,
                            const ent_deadline *deadline, ent_error *err) {
  ent_status status = ent_redis_pool_acquire(pool, ENT_REDIS_CAN_WAIT, deadline,
                                             &channel->connection, err);

  if (status) return status;
  channel->pinged_us = 0;
  channel->n_heard = 0;
  status = start(channel, prefix, told, deadline, err);
  if (!status) return ENT_OK;
  /* The pool hears of it where the server is to blame; what is tracked already
   * must not be kept. */
  if (status == ENT_UNAVAILABLE || status == ENT_TIMEOUT) {
    ent_redis_pool_release(pool, channel->connection, status);
    channel->connection = NULL;
  }
  ent_channel_close(channel);
  return status;
}

/* The keys of a message; an empty one is about all of them. */
static ent_status take_keys(ent_channel *channel, const ent_redis_reply *keys,
                            ent_error *err) {
  if (keys->kind == ENT_REDIS_NIL) {
    channel->heard(channel->context, NULL, 0);
    return ENT_OK;
  }
  if (keys->kind == ENT_REDIS_STRING) { /* one that an unblock did not find */
    channel->heard(channel->context, keys->data, keys->size);
    channel->n_heard += keys->size;
    return ENT_OK;
  }
  if (keys->kind != ENT_REDIS_LIST) return refuse("CLIENT TRACKING", err);
  for (size_t i = 0; i < keys->n_items; i++) {
    const ent_redis_reply *key = &keys->items[i];

    if (key->kind != ENT_REDIS_STRING) return refuse("CLIENT TRACKING", err);
    channel->heard(channel->context, key->data, key->size);
    channel->n_heard += key->size;
  }
  if (channel->n_heard <= ENT_HEARING_MAX) return ENT_OK;
  return ent_fail(err, ENT_TOO_BIG, "too much has changed to be heard");
}

/* One thing that the server has told.                        model: P_Drain */
static ent_status take(ent_channel *channel, const ent_redis_reply *reply,
                       ent_error *err) {
  if (reply->kind == ENT_REDIS_LIST && reply->n_items == 3 &&
      is_text(&reply->items[0], "message")) {
    return take_keys(channel, &reply->items[2], err);
  }
  if (reply->kind == ENT_REDIS_LIST && reply->n_items == 2 &&
      is_text(&reply->items[0], "pong") && channel->pinged_us) {
    channel->answered_us = channel->pinged_us;
    channel->pinged_us = 0;
    channel->n_heard = 0;
    return ENT_OK;
  }
  if (reply->kind == ENT_REDIS_ERROR) return ent_redis_reply_fail(reply, err);
  return refuse("PING", err);
}

ent_status ent_channel_poll(ent_channel *channel, ent_error *err) {
  ent_redis_client *client = ent_redis_connection_client(channel->connection);

  for (;;) {
    const ent_redis_reply *reply = NULL;
    ent_status status =
        ent_redis_client_poll(client, &channel->arena, &reply, err);

    if (status == ENT_DONE) return ENT_OK;
    if (!status) status = take(channel, reply, err);
    if (status) return status;
    ent_arena_reset(&channel->arena);
  }
}

/*                                                             model: P_PING */
ent_status ent_channel_ping(ent_channel *channel, ent_error *err) {
  ent_redis_arg args[] = {ent_redis_arg_text("PING")};
  ent_redis_client *client = ent_redis_connection_client(channel->connection);
  ent_status status;

  if (channel->pinged_us) return ENT_OK;
  channel->pinged_us = ent_now_us();
  status = ent_redis_client_add(client, args, ENT_COUNT(args), err);
  /* Polling sends it, too. */
  return status ? status : ent_channel_poll(channel, err);
}

ent_status ent_channel_await(ent_channel *channel, const ent_deadline *deadline,
                             ent_error *err) {
  ent_redis_client *client = ent_redis_connection_client(channel->connection);
  ent_status status = ENT_OK;

  while (!status && channel->pinged_us) {
    const ent_redis_reply *reply = NULL;

    status =
        ent_redis_client_read(client, deadline, &channel->arena, &reply, err);
    if (!status) status = take(channel, reply, err);
    if (!status) ent_arena_reset(&channel->arena);
  }
  return status;
}

void ent_channel_close(ent_channel *channel) {
  ent_redis_connection_close(channel->connection);
  channel->connection = NULL;
  channel->pinged_us = 0;
  ent_arena_done(&channel->arena);
}
