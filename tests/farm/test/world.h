#pragma once
#include "tests/farm/cameras/control.h"
#include "tests/farm/test/facts.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* The farm on its own thread and real sockets; orders go through its control socket, as tests give them. */
typedef struct World {
  Farm *farm;
  FarmControl *control;
  GThread *thread;
  int orders;
} World;

static inline int dial(guint16 port) {
  struct sockaddr_in to = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct timeval patience = {5, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
    return fd;
  close(fd);
  return -1;
}

static inline gpointer run(gpointer farm) {
  farm_run(farm);
  return NULL;
}

static inline int set_up(void **state) {
  World *w = g_new0(World, 1);
  g_autoptr(GByteArray) data = facts_clip();
  GPtrArray *clips = g_ptr_array_new_with_free_func((GDestroyNotify)farm_clip_free);
  g_ptr_array_add(clips, farm_clip_parse("facts", FARM_H264, data->data, data->len, NULL));
  FarmOptions options = {.address = "127.0.0.1",
                         .user = "admin",
                         .password = "secret",
                         .realm = "gwfarm",
                         .n_cameras = 3,
                         .own_ports = TRUE,
                         .session_timeout_s = 60,
                         .footage_days = 2,
                         .playbacks_most = 1,
                         .utc_offset_s = 8 * 3600,
                         .recorder_user = "look",
                         .recorder_password = "back"};
  w->farm = farm_new(&options, clips, NULL);
  w->control = farm_control_new(w->farm, "0", NULL);
  w->thread = g_thread_new("farm", run, w->farm);
  w->orders = dial(atoi(strchr(farm_control_address(w->control), ':') + 1));
  *state = w;
  return w->orders < 0;
}

static inline void order(World *w, const char *line, char *ret, gsize bytes) {
  g_autofree char *text = g_strdup_printf("%s\n", line);
  assert_int_equal(send(w->orders, text, strlen(text), 0), strlen(text));
  gsize n = 0;
  while (n == 0 || ret[n - 1] != '\n') {
    gssize k = recv(w->orders, ret + n, bytes - 1 - n, 0);
    assert_true(k > 0);
    n += k;
  }
  ret[n] = '\0';
}

static inline int tear_down(void **state) {
  World *w = *state;
  char said[256];
  order(w, "{\"do\":\"quit\"}", said, sizeof said);
  g_thread_join(w->thread);
  close(w->orders);
  farm_control_free(w->control);
  farm_free(w->farm);
  g_free(w);
  return 0;
}

static inline void must(World *w, const char *line) {
  char said[4096];
  order(w, line, said, sizeof said);
  assert_non_null(strstr(said, "\"ok\":true"));
}

static inline int count(World *w, const char *what) {
  char said[4096];
  order(w, "{\"do\":\"count\",\"cameras\":1}", said, sizeof said);
  g_autofree char *key = g_strdup_printf("\"%s\":", what);
  char *at = strstr(said, key);
  assert_non_null(at);
  return atoi(at + strlen(key));
}

/* Sends one request; gives the status, and the head of the answer in `head`. */
static inline int ask_at(int fd, const char *method, const char *track, const char *more, char *head,
                         gsize bytes) {
  g_autofree char *text =
      g_strdup_printf("%s rtsp://127.0.0.1/cam/1%s RTSP/1.0\r\nCSeq: 7\r\n%s\r\n", method, track, more);
  assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
  gsize n = 0;
  head[0] = '\0';
  while (n < bytes - 1 && !strstr(head, "\r\n\r\n")) {
    if (recv(fd, head + n, 1, 0) != 1)
      return 0;
    head[++n] = '\0';
  }
  char *length = strstr(head, "Content-Length: ");
  for (int left = length ? atoi(length + 16) : 0; left > 0; left--)
    assert_int_equal(recv(fd, &(char){0}, 1, 0), 1);
  int status = 0;
  assert_int_equal(sscanf(head, "RTSP/1.0 %d", &status), 1);
  assert_non_null(strstr(head, "CSeq: 7\r\n"));
  return status;
}

static inline int ask(int fd, const char *method, const char *more, char *head, gsize bytes) {
  return ask_at(fd, method, "", more, head, bytes);
}

static inline char *authorize(const char *head, const char *method, const char *password) {
  char nonce[128];
  assert_int_equal(sscanf(strstr(head, "nonce=\"") + 7, "%127[^\"]", nonce), 1);
  g_autofree char *r = farm_digest_response(G_CHECKSUM_MD5, "admin", "gwfarm", password, method,
                                            "rtsp://127.0.0.1/cam/1", nonce, NULL, NULL, NULL);
  return g_strdup_printf("Authorization: Digest username=\"admin\", realm=\"gwfarm\", nonce=\"%s\", "
                         "uri=\"rtsp://127.0.0.1/cam/1\", response=\"%s\"\r\n",
                         nonce, r);
}

/* Through the handshake up to SETUP, whose status it gives. */
static inline int hand_shake(int fd, char *head, gsize bytes) {
  assert_int_equal(ask(fd, "DESCRIBE", "", head, bytes), 401);
  g_autofree char *describe = authorize(head, "DESCRIBE", "secret"),
                  *setup = authorize(head, "SETUP", "secret");
  g_autofree char *play = authorize(head, "PLAY", "secret");
  assert_int_equal(ask(fd, "DESCRIBE", describe, head, bytes), 200);
  g_autofree char *with = g_strconcat(setup, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n", NULL);
  int status = ask(fd, "SETUP", with, head, bytes);
  return status == 200 ? ask(fd, "PLAY", play, head, bytes) : status;
}

/* The payload type and first payload byte of the next video packet. */
static inline gboolean next_packet(int fd, guint8 *ret_nal_type) {
  for (;;) {
    guint8 head[4], body[2048];
    if (recv(fd, head, 4, MSG_WAITALL) != 4)
      return FALSE;
    gssize n = head[2] << 8 | head[3];
    if (head[0] != '$' || n > (gssize)sizeof body || recv(fd, body, n, MSG_WAITALL) != n)
      return FALSE;
    *ret_nal_type = body[12] & 31;
    if (head[1] == 0)
      return TRUE;
  }
}

#define FACT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
