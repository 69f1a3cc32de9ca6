#include "tests/farm/cameras/recorder.h"
#include "daemon/base/clock.h"
#include "daemon/base/token.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static void watch_writing(FarmClient *client, gboolean writing) {
  if (client->wants_write == writing || client->ended)
    return;
  client->wants_write = writing;
  struct epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = &client->watch};
  (void)epoll_ctl(client->farm->epoll_fd, EPOLL_CTL_MOD, client->fd,
                  &event); /* the descriptor is ours and open */
}

gsize farm_client_queued_bytes(const FarmClient *client) {
  return client->out->len - client->out_at;
}

/* Bytes that went out at once; 0 when the socket is full; ends the client when it is broken. */
static gsize try_send(FarmClient *client, const guint8 *data, gsize bytes) {
  gssize n = send(client->fd, data, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n >= 0)
    return n;
  if (errno != EAGAIN && errno != EINTR)
    farm_client_end(client);
  return 0;
}

void farm_client_send(FarmClient *client, gconstpointer data, gsize bytes) {
  if (client->ended)
    return;
  gsize sent = farm_client_queued_bytes(client) ? 0 : try_send(client, data, bytes);
  if (client->ended || sent == bytes)
    return;
  g_byte_array_append(client->out, (const guint8 *)data + sent, bytes - sent);
  watch_writing(client, TRUE);
}

static void flush(FarmClient *client) {
  client->out_at += try_send(client, client->out->data + client->out_at, farm_client_queued_bytes(client));
  if (client->ended || farm_client_queued_bytes(client))
    return;
  g_byte_array_set_size(client->out, 0);
  client->out_at = 0;
  watch_writing(client, FALSE);
}

void farm_client_end(FarmClient *client) {
  if (client->ended)
    return;
  client->ended = TRUE;
  Farm *farm = client->farm;
  if (client->playing) {
    if (client->camera)
      g_queue_remove(&client->camera->viewers, client);
    farm->n_playing--;
  }
  (void)epoll_ctl(farm->epoll_fd, EPOLL_CTL_DEL, client->fd, NULL);
  shutdown(client->fd, SHUT_RDWR);
  g_ptr_array_remove_fast(farm->clients, client);
  g_ptr_array_add(farm->graveyard, client);
}

void farm_client_free(FarmClient *client) {
  close(client->fd);
  g_byte_array_unref(client->in);
  g_byte_array_unref(client->out);
  g_free(client->nonce);
  g_free(client);
}

/* The bytes of one interleaved frame from the viewer (a receiver report); 0: not all there yet. */
static gsize interleaved_bytes(const FarmClient *client) {
  const guint8 *in = client->in->data;
  if (client->in->len < FARM_INTERLEAVE_BYTES)
    return 0;
  gsize bytes = FARM_INTERLEAVE_BYTES + (in[2] << 8 | in[3]);
  return client->in->len >= bytes ? bytes : 0;
}

static gboolean is_delayed(FarmClient *client, GwUsec delay_us) {
  if (delay_us && !client->released) {
    if (client->answer_at_mono_us == 0)
      client->answer_at_mono_us = gw_clock_mono_us() + delay_us;
    return TRUE;
  }
  client->released = FALSE;
  return FALSE;
}

/* Says whether the answer must wait: a hanging camera answers nobody, a slow one later. */
static gboolean must_wait(FarmClient *client, const FarmRequest *request) {
  if (client->recorder)
    return client->recorder->hang || is_delayed(client, client->recorder->answer_delay_us);
  FarmCamera *camera = farm_camera(client->farm, farm_request_camera(request));
  if (camera && !client->camera) {
    client->camera = camera;
    camera->counts.connections++;
  }
  if (!client->camera)
    return FALSE;
  if (client->camera->mode == FARM_MODE_HANG)
    return TRUE;
  return is_delayed(client, client->camera->answer_delay_us);
}

/* One frame or request from the front of the buffer: FALSE when nothing whole is there. */
static gboolean read_one(FarmClient *client) {
  if (client->ended || client->in->len == 0)
    return FALSE;
  if (client->in->data[0] == '$') {
    gsize bytes = interleaved_bytes(client);
    g_byte_array_remove_range(client->in, 0, bytes);
    return bytes > 0;
  }
  g_auto(FarmRequest) request = {0};
  gsize used = 0;
  FarmParse parse = farm_request_parse((const char *)client->in->data, client->in->len, &request, &used);
  if (parse == FARM_PARSE_DONE && !client->asked) {
    client->asked = TRUE;
    client->farm->handshakes_most = MAX(client->farm->handshakes_most, farm_handshakes(client->farm));
  }
  if (parse == FARM_PARSE_BAD)
    farm_client_end(client);
  if (parse != FARM_PARSE_DONE || must_wait(client, &request))
    return FALSE;
  g_byte_array_remove_range(client->in, 0, used);
  if (client->recorder)
    farm_recorder_answer(client, &request);
  else if (client->camera && client->camera->mode == FARM_MODE_DROP)
    farm_client_end(client);
  else
    farm_session_answer(client, &request);
  return TRUE;
}

static void on_ready(gpointer owner, guint32 events) {
  FarmClient *client = owner;
  if (client->ended)
    return;
  if (events & EPOLLOUT)
    flush(client);
  guint8 data[4096];
  gssize n = client->ended ? -1 : recv(client->fd, data, sizeof data, MSG_DONTWAIT);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
    farm_client_end(client);
    return;
  }
  if (n < 0)
    return;
  client->heard_mono_us = gw_clock_mono_us();
  g_byte_array_append(client->in, data, n);
  if (client->in->len > 16 * FARM_REQUEST_BYTES) /* a hanging camera reads no more than this */
    farm_client_end(client);
  while (read_one(client))
    ;
}

void farm_client_tick(FarmClient *client, GwUsec now_mono_us) {
  if (client->answer_at_mono_us && now_mono_us >= client->answer_at_mono_us) {
    client->answer_at_mono_us = 0;
    client->released = TRUE;
    while (read_one(client))
      ;
  } else if (client->camera && client->camera->mode != FARM_MODE_HANG && !client->answer_at_mono_us &&
             client->in->len) {
    while (read_one(client)) /* it hung with a request in the buffer, and is back */
      ;
  }
  GwUsec patience_us = client->farm->options.session_timeout_s * GW_SEC * 3 / 2;
  if (client->ended || !patience_us || now_mono_us - client->heard_mono_us < patience_us)
    return;
  if (client->camera)
    client->camera->counts.expired++;
  farm_client_end(client);
}

void farm_client_accept(Farm *farm, int listen_fd, FarmRecorder *recorder) {
  int fd, one = 1;
  while ((fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); /* only latency depends on it */
    FarmClient *client = g_new0(FarmClient, 1);
    client->farm = farm;
    client->recorder = recorder;
    client->fd = fd;
    client->in = g_byte_array_new();
    client->out = g_byte_array_new();
    client->watch = (FarmWatch){on_ready, client};
    client->opened_mono_us = client->heard_mono_us = gw_clock_mono_us();
    client->ssrc = g_random_int();
    client->time_base = g_random_int();
    client->sequence = g_random_int();
    client->nonce = gw_uuid_new();
    g_snprintf(client->session, sizeof client->session, "%08x%08x", g_random_int(), g_random_int());
    g_ptr_array_add(farm->clients, client);
    if (!farm_watch(farm, fd, EPOLLIN, &client->watch) || (recorder && recorder->gone))
      farm_client_end(client);
  }
}
