#include "backends/mysql/wire.h"

#include "backends/mysql/binary.h"
#include "backends/mysql/call.h"

#include <errmsg.h>
#include <errno.h>
#include <mysql.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
  ENT_CLIENT_DEPRECATE_EOF = 1 << 24, /* other ends than those read here */
  ENT_READ_SIZE = 16384,   /* what is asked of the socket at once, at least */
  ENT_KEEP_SIZE = 1 << 18, /* what of the memory stays for the next answer */
  ENT_MARK_ERROR = 0xff,
  ENT_MARK_END = 0xfe,  /* of a packet of less than 9 bytes */
  ENT_MARK_FILE = 0xfb, /* the server wants a file, and waits for it */
  ENT_END_SIZE = 5,     /* u8 mark · u16 warnings · u16 SERVER_STATUS_... */
  ENT_CODE_PROGRESS = 0xffff,
  ENT_MESSAGE_SIZE = 512,
};

void ent_mysql_wire_init(ent_mysql_client *client) {
  unsigned long extended = 0;
  unsigned long changes = CLIENT_COMPRESS | ENT_CLIENT_DEPRECATE_EOF;

  ent_buf_init(&client->wire.buf, (size_t)ENT_ROW_MAX_SIZE + ENT_READ_SIZE);
  client->wire.serves =
      client->asks_us && !(client->mysql->client_flag & changes) &&
      !mariadb_get_infov(client->mysql,
                         MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES,
                         &extended) &&
      (extended & MARIADB_CLIENT_CACHE_METADATA >> 32) != 0;
}

void ent_mysql_wire_done(ent_mysql_client *client) {
  ent_buf_done(&client->wire.buf);
}

bool ent_mysql_wire_serves(const ent_mysql_client *client) {
  return client->wire.serves && ent_mysql_client_is_quiet(client);
}

static uint64_t little(const unsigned char *at, int n) {
  uint64_t number = 0;

  for (int i = n - 1; i >= 0; i--)
    number = number << 8 | at[i];
  return number;
}

ENT_COLD static ent_status fail_lost(ent_mysql_client *client, ent_error *err) {
  return ent_mysql_call_fail_with(
      client, CR_SERVER_LOST, "Lost connection to server during query", err);
}

ENT_COLD static ent_status fail_malformed(ent_mysql_client *client,
                                          ent_error *err) {
  return ent_mysql_call_fail_with(client, CR_MALFORMED_PACKET,
                                  "Malformed packet", err);
}

/* Room for `n` bytes more behind what has come, of which only what is not given
 * out yet is kept. */
static ent_status make_room(ent_mysql_wire *wire, size_t n, char **at,
                            ent_error *err) {
  ent_buf *buf = &wire->buf;

  if (wire->start) {
    memmove(buf->data, buf->data + wire->start, buf->size - wire->start);
    buf->size -= wire->start;
    wire->start = 0;
  }
  return ent_buf_reserve(buf, n < ENT_READ_SIZE ? ENT_READ_SIZE : n, at, err);
}

/* Reads what there is, n bytes or fewer or more.  Nothing of an answer is there
 * as soon as it was asked for; the rest of a long one is, as a rule. */
static ent_status receive(ent_mysql_client *client, size_t n,
                          const ent_deadline *deadline, ent_error *err) {
  ent_mysql_wire *wire = &client->wire;
  ent_status status;
  ssize_t got = -1;
  char *at;

  status = make_room(wire, n, &at, err);
  if (status) return status;
  errno = EAGAIN;
  if (wire->sequence > 1 || wire->buf.size) {
    got = recv(client->socket, at, wire->buf.capacity - wire->buf.size,
               MSG_DONTWAIT);
  }
  while (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    status = ent_mysql_call_await(client, true, deadline, err);
    if (status) return status;
    got = recv(client->socket, at, wire->buf.capacity - wire->buf.size,
               MSG_DONTWAIT);
  }
  if (got <= 0) return fail_lost(client, err);
  wire->buf.size += (size_t)got;
  return ENT_OK;
}

/* Waits until `n` bytes have come that are not given out. */
static ent_status await_bytes(ent_mysql_client *client, size_t n,
                              const ent_deadline *deadline, ent_error *err) {
  const ent_mysql_wire *wire = &client->wire;
  ent_status status = ENT_OK;

  while (!status && wire->buf.size - wire->start < n)
    status = receive(client, n - (wire->buf.size - wire->start), deadline, err);
  return status;
}

/* Waits for the packet whose header stands `behind` bytes on.  An error may
 * come in the place of any other packet, and from a connection that was ended
 * before it was asked. */
static ent_status await_packet(ent_mysql_client *client, size_t behind,
                               size_t *size, const ent_deadline *deadline,
                               ent_error *err) {
  ent_mysql_wire *wire = &client->wire;
  ent_status status =
      await_bytes(client, behind + ENT_PACKET_HEADER, deadline, err);
  const unsigned char *head;

  if (status) return status;
  head = (const unsigned char *)wire->buf.data + wire->start + behind;
  *size = little(head, 3);
  status =
      await_bytes(client, behind + ENT_PACKET_HEADER + *size, deadline, err);
  if (status) return status;
  head = (const unsigned char *)wire->buf.data + wire->start + behind;
  if (head[3] != wire->sequence &&
      !(*size && head[ENT_PACKET_HEADER] == ENT_MARK_ERROR)) {
    return fail_malformed(client, err);
  }
  wire->sequence++;
  return ENT_OK;
}

/* Takes the header out that stands between two parts of a payload. */
static void close_gap(ent_mysql_wire *wire, size_t behind) {
  char *at = wire->buf.data + wire->start + behind;
  size_t left = wire->buf.size - wire->start - behind - ENT_PACKET_HEADER;

  memmove(at, at + ENT_PACKET_HEADER, left);
  wire->buf.size -= ENT_PACKET_HEADER;
}

static ent_status take_payload(ent_mysql_client *client,
                               const ent_deadline *deadline,
                               unsigned char **payload, size_t *size,
                               ent_error *err) {
  ent_mysql_wire *wire = &client->wire;
  ent_status status = await_packet(client, 0, size, deadline, err);
  size_t part = *size;

  while (!status && part == ENT_PACKET_MAX) {
    size_t behind = ENT_PACKET_HEADER + *size;

    status = await_packet(client, behind, &part, deadline, err);
    if (status) return status;
    close_gap(wire, behind);
    *size += part;
  }
  if (status) return status;
  *payload = (unsigned char *)wire->buf.data + wire->start + ENT_PACKET_HEADER;
  wire->start += ENT_PACKET_HEADER + *size;
  return *size ? ENT_OK : fail_malformed(client, err);
}

/* Behind an answer the memory of a large one is given back. */
static void end_answer(ent_mysql_client *client) {
  ent_mysql_wire *wire = &client->wire;

  client->has_rows = false;
  if (wire->buf.capacity <= ENT_KEEP_SIZE) return;
  ent_buf_done(&wire->buf);
  wire->start = 0;
}

/* The server's own words: u8 mark · u16 code · '#' and five letters of SQL's
 * state · the message. */
ENT_COLD static ent_status fail_refused(ent_mysql_client *client,
                                        const unsigned char *payload,
                                        size_t size, ent_error *err) {
  char text[ENT_MESSAGE_SIZE];
  size_t at = size > 8 && payload[3] == '#' ? 9 : 3;
  unsigned code;

  if (size < at) return fail_malformed(client, err);
  code = (unsigned)little(payload + 1, 2);
  snprintf(text, sizeof(text), "%.*s", (int)(size - at),
           (const char *)payload + at);
  end_answer(client);
  return ent_mysql_call_fail_with(client, code, text, err);
}

/* The end of the head or of the rows: DONE behind the last. */
static ent_status take_end(ent_mysql_client *client,
                           const unsigned char *payload, size_t size,
                           ent_error *err) {
  unsigned flags;

  if (size != ENT_END_SIZE) return fail_malformed(client, err);
  flags = (unsigned)little(payload + 3, 2);
  if (--client->wire.parts) return ENT_OK;
  if (flags & SERVER_MORE_RESULTS_EXIST) return fail_malformed(client, err);
  client->mysql->server_status = flags;
  client->is_unsure = false;
  end_answer(client);
  return ENT_DONE;
}

static bool is_progress(const unsigned char *payload, size_t size) {
  return payload[0] == ENT_MARK_ERROR && size >= 3 &&
         little(payload + 1, 2) == ENT_CODE_PROGRESS;
}

/* The next packet but those that only tell how far the server is; `*payload`
 * is NULL for the end of the head, and the status DONE for that of the rows. */
static ent_status take_packet(ent_mysql_client *client,
                              const ent_deadline *deadline,
                              unsigned char **payload, size_t *size,
                              ent_error *err) {
  ent_status status;

  do {
    status = take_payload(client, deadline, payload, size, err);
    if (status) return status;
  } while (is_progress(*payload, *size));
  if ((*payload)[0] == ENT_MARK_ERROR) {
    return fail_refused(client, *payload, *size, err);
  }
  if ((*payload)[0] == ENT_MARK_END && *size < 9) {
    status = take_end(client, *payload, *size, err);
    *payload = NULL;
  }
  return status;
}

/* Whether the answer has come to its end, and nothing is to be read. */
static bool drop_answer(ent_mysql_client *client,
                        const ent_deadline *deadline) {
  unsigned char *payload;
  size_t size;

  while (client->has_rows) {
    if (take_packet(client, deadline, &payload, &size, NULL)) break;
  }
  return !client->has_rows && !client->lost;
}

/* An answer that is not waited for any longer: the server is told so, and where
 * it ends it at once the connection goes on. */
ENT_COLD static void give_up(ent_mysql_client *client) {
  if (ent_mysql_call_tell_to_end(client)) {
    ent_deadline soon = ent_deadline_in(ENT_KILL_MS);

    if (drop_answer(client, &soon) && ent_mysql_call_absorb_kill(client)) {
      client->gives_up = false;
      return;
    }
  }
  ent_mysql_client_cut(client);
}

/* What becomes of the connection: behind an error of the server's it is quiet,
 * otherwise there may be anything. */
static ent_status settle(ent_mysql_client *client, ent_status status) {
  if (!client->has_rows || client->lost) return status;
  if (status == ENT_TIMEOUT || status == ENT_INTERRUPTED) {
    give_up(client);
  } else {
    ent_mysql_client_cut(client);
  }
  return status;
}

static ent_status send_request(ent_mysql_client *client,
                               const ent_deadline *deadline, ent_error *err) {
  const ent_buf *buf = &client->wire.buf;
  ent_status status = ENT_OK;
  size_t sent = 0;

  while (!status && sent < buf->size) {
    ssize_t n = send(client->socket, buf->data + sent, buf->size - sent,
                     MSG_DONTWAIT | MSG_NOSIGNAL);

    if (n >= 0) {
      sent += (size_t)n;
    } else if (errno == EAGAIN || errno == EINTR) {
      status = ent_mysql_call_await(client, false, deadline, err);
    } else {
      status = ent_mysql_call_fail_with(client, CR_SERVER_GONE_ERROR,
                                        "Server has gone away", err);
    }
  }
  if (status) ent_mysql_client_cut(client);
  return status;
}

/* The head: how many columns there are, and whether they are described. */
static ent_status read_head(ent_mysql_client *client, uint16_t n_columns,
                            const ent_deadline *deadline, bool *is_known,
                            ent_error *err) {
  unsigned char *payload;
  size_t size;
  size_t flag = n_columns < 251 ? 1 : 3;
  ent_status status = take_packet(client, deadline, &payload, &size, err);

  if (status) return status;
  if (!payload || payload[0] == 0 || payload[0] == ENT_MARK_FILE) {
    return fail_malformed(client, err);
  }
  *is_known = size == flag + 1 && payload[flag] == 0 &&
              (flag == 1 ? payload[0] : little(payload + 1, 2)) == n_columns &&
              (flag == 1 || payload[0] == 252);
  if (*is_known) {
    status = take_packet(client, deadline, &payload, &size, err);
    return status || !payload ? status : fail_malformed(client, err);
  }
  while (!status)
    status = take_packet(client, deadline, &payload, &size, err);
  return status == ENT_DONE ? ENT_OK : status;
}

ent_status ent_mysql_wire_execute(ent_mysql_client *client,
                                  const ent_mysql_question *question,
                                  const ent_deadline *deadline, bool *is_known,
                                  ent_error *err) {
  ent_mysql_wire *wire = &client->wire;
  ent_status status;

  wire->buf.size = wire->start = 0;
  status = ent_mysql_binary_execute(&wire->buf, question->statement,
                                    question->params, question->n_params, err);
  if (!status) status = send_request(client, deadline, err);
  if (status) return status;
  wire->buf.size = 0;
  wire->sequence = 1;
  wire->parts = 2;
  client->has_rows = true;
  status = read_head(client, question->n_columns, deadline, is_known, err);
  return status ? settle(client, status) : ENT_OK;
}

ent_status ent_mysql_wire_fetch(ent_mysql_client *client,
                                const ent_deadline *deadline,
                                unsigned char **row, size_t *size,
                                ent_error *err) {
  ent_status status = take_packet(client, deadline, row, size, err);

  if (status && status != ENT_DONE) return settle(client, status);
  return status || *row ? status : settle(client, fail_malformed(client, err));
}
