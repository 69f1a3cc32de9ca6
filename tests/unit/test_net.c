#include "tests/unit/net_fixture.h"

#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "daemon/net/media.h"
#include "daemon/net/net.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdlib.h>

static void assert_status(Center *c, int expected, const char *method, const char *path, const char *more, const char *body) {
  g_autofree char *answer = ask(c, method, path, more, body);
  if (status_of(answer) != expected)
    fail_msg("%s %s: expected %d, got %.300s", method, path, expected, answer ? answer : "nothing");
}

static void health_needs_no_session(void **state) {
  g_autofree char *answer = ask(*state, "GET", "/healthz", NULL, NULL);
  assert_int_equal(status_of(answer), 200);
  assert_non_null(strstr(answer, "\"ok\":true"));
  assert_non_null(strstr(answer, "X-Content-Type-Options: nosniff"));
}

static void figures_name_what_somebody_should_be_woken_for(void **state) {
  g_autofree char *answer = ask(*state, "GET", "/metrics", NULL, NULL);
  static const char *const lines[] = {
      "\ngridwarden_can_commit 1\n", "\ngridwarden_database_readable 1\n", "\ngridwarden_alerts_open{priority=\"1\"} 0\n",
      "\ngridwarden_tickets_overdue 0\n", "\ngridwarden_outbox_unknown 0\n", "\ngridwarden_cameras{state=\"lost\"} 0\n",
      "\ngridwarden_ledger_lane_waiting{lane=\"commands\"} ", "\ngridwarden_ledger_commit_seconds_bucket{le=\"0.02\"} ",
      "\ngridwarden_timers_late 0\n", "\ngridwarden_wal_bytes "};
  assert_int_equal(status_of(answer), 200);
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
    if (!strstr(answer, lines[i]))
      fail_msg("the figures lack %s in %s", lines[i], answer);
}

/* One line a camera, however odd its code is. */
static void figures_name_each_camera_and_escape_its_code(void **state) {
  Center *c = *state;
  json_decref(command_as_admin(c, "camera.add", json_pack("{s:s,s:s,s:s}", "code", "C-\"1\\", "name", "x", "url", "rtsp://h/1")));
  json_t *gauges = json_pack("[{s:i, s:i, s:n, s:i}, {s:i, s:i}]", "id", 1, "key_ms", 12000, "clock_ms", "frames", 77, "id", 99, "frames", 5);
  gw_net_on_gauges(c->net, gauges);
  json_decref(gauges);
  g_autofree char *answer = ask(c, "GET", "/metrics", NULL, NULL);
  static const char *const lines[] = {"\ngridwarden_camera_live{camera=\"C-\\\"1\\\\\"} 0\n", "\ngridwarden_camera_frames_total{camera=\"C-\\\"1\\\\\"} 77\n",
                                      "\ngridwarden_camera_keyframe_seconds{camera=\"C-\\\"1\\\\\"} 12\n"};
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
    if (!strstr(answer, lines[i]))
      fail_msg("the figures lack %s in %s", lines[i], answer);
  assert_null(strstr(answer, "gridwarden_camera_clock_offset_seconds{")); /* it does not say */
  assert_null(strstr(answer, "gridwarden_camera_sees{"));                 /* nor do we know */
}

/* The listener for plain HTTP must be reachable from this machine's loopback alone. */
static void the_plain_port_is_refused_at_every_other_address(void **state) {
  Center *c = *state;
  struct ifaddrs *all = NULL;
  int tried = 0;
  assert_int_equal(getifaddrs(&all), 0);
  for (struct ifaddrs *i = all; i; i = i->ifa_next) {
    char address[INET_ADDRSTRLEN];
    if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET || (i->ifa_flags & IFF_LOOPBACK))
      continue;
    assert_non_null(inet_ntop(AF_INET, &((struct sockaddr_in *)(void *)i->ifa_addr)->sin_addr, address, sizeof address));
    g_autofree char *answer = exchange_at(address, gw_net_port(c->net), "GET / HTTP/1.0\r\n\r\n", 18);
    assert_null(answer);
    tried++;
  }
  freeifaddrs(all);
  if (tried == 0)
    skip(); /* a machine without a network: nothing to be reached from */
}

static void an_unknown_host_is_misdirected(void **state) {
  Center *c = *state;
  static const char evil[] = "GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
  g_autofree char *answer = exchange_at("127.0.0.1", gw_net_port(c->net), evil, strlen(evil));
  assert_int_equal(status_of(answer), 421);
}

static void a_wrong_password_and_an_unknown_name_read_the_same(void **state) {
  g_autofree char *a = ask(*state, "POST", "/api/v1/session.login", JSON_TYPE, "{\"name\":\"wang\",\"password\":\"x\"}");
  g_autofree char *b = ask(*state, "POST", "/api/v1/session.login", JSON_TYPE, "{\"name\":\"nobody\",\"password\":\"x\"}");
  assert_int_equal(status_of(a), 401);
  assert_string_equal(a, b);
}

static void too_many_failures_have_to_wait(void **state) {
  int status = 0;
  for (int i = 0; i < 8 && status != 429; i++) {
    g_autofree char *a = ask(*state, "POST", "/api/v1/session.login", JSON_TYPE, "{\"name\":\"wang\",\"password\":\"x\"}");
    status = status_of(a);
    if (status == 429)
      assert_non_null(strstr(a, "Retry-After: "));
  }
  assert_int_equal(status, 429);
  assert_status(*state, 429, "POST", "/api/v1/session.login", JSON_TYPE, "{\"name\":\"wang\",\"password\":\"correct horse\"}");
}

static void a_session_opens_the_reads_of_its_role_and_no_others(void **state) {
  g_autofree char *cookie = login(*state, "wang");
  assert_status(*state, 401, "GET", "/api/v1/alert", NULL, NULL);
  assert_status(*state, 200, "GET", "/api/v1/alert", cookie, NULL);
  assert_status(*state, 200, "GET", "/api/v1/session", cookie, NULL);
  assert_status(*state, 403, "GET", "/api/v1/user", cookie, NULL);
  assert_status(*state, 400, "GET", "/api/v1/alert?limit=9999", cookie, NULL);
  assert_status(*state, 404, "GET", "/api/v1/nonsense", cookie, NULL);
}

static void a_cookie_of_one_mount_is_nothing_at_another(void **state) {
  g_autofree char *cookie = login(*state, "wang");
  assert_status(*state, 401, "GET", "/demo/1/api/v1/session", cookie, NULL);
  g_autofree char *answer =
      ask(*state, "POST", "/demo/2/api/v1/session.login", JSON_TYPE, "{\"name\":\"wang\",\"password\":\"correct horse\"}");
  assert_non_null(strstr(answer, "Set-Cookie: gw2="));
  assert_non_null(strstr(answer, "Path=/demo/2/;"));
  assert_non_null(strstr(answer, "HttpOnly; SameSite=Strict"));
}

static void a_kiosk_token_is_good_for_one_exchange(void **state) {
  json_t *made = command_as_admin(*state, "token.add", json_pack("{s:s,s:s}", "kind", "kiosk", "label", "wall 1"));
  g_autofree char *body = g_strdup_printf("{\"token\":\"%s\"}", json_string_value(json_object_get(made, "token")));
  json_decref(made);
  g_autofree char *answer = ask(*state, "POST", "/api/v1/session.kiosk", JSON_TYPE, body); /* at once: it waits for the sessions */
  assert_int_equal(status_of(answer), 200);
  assert_non_null(strstr(answer, "\"role\":\"wall\""));
  const char *cookie = strstr(answer, "Set-Cookie: gw=") + strlen("Set-Cookie: ");
  g_autofree char *header = g_strdup_printf("Cookie: %.*s\r\n", (int)strcspn(cookie, ";"), cookie);
  assert_status(*state, 200, "GET", "/api/v1/place", header, NULL);
  assert_status(*state, 403, "GET", "/api/v1/ticket", header, NULL);
  assert_status(*state, 401, "POST", "/api/v1/session.kiosk", JSON_TYPE, body);
}

static void another_site_cannot_post(void **state) {
  g_autofree char *cookie = login(*state, "wang");
  g_autofree char *foreign = g_strconcat(cookie, JSON_TYPE, "Origin: http://evil.example\r\n", NULL);
  g_autofree char *text = g_strconcat(cookie, "Content-Type: text/plain\r\n", NULL);
  assert_status(*state, 403, "POST", "/api/v1/alert.ack", foreign, "{}");
  assert_status(*state, 415, "POST", "/api/v1/alert.ack", text, "{}");
}

static void a_command_is_answered_by_its_code(void **state) {
  g_autofree char *cookie = login(*state, "wang");
  g_autofree char *more = g_strconcat(cookie, JSON_TYPE, NULL);
  static const struct {
    const char *command, *body;
    int status;
  } rows[] = {
      {"incident.open", "{\"id\":\"11111111-1111-4111-8111-111111111111\",\"args\":{\"category\":\"fall\"}}", 200},
      {"incident.open", "{\"id\":\"11111111-1111-4111-8111-111111111111\",\"args\":{\"category\":\"fall\"}}", 200},
      {"incident.open", "{\"id\":\"11111111-1111-4111-8111-111111111111\",\"args\":{\"category\":\"fire\"}}", 409},
      {"incident.open", "{\"id\":\"11111111-1111-4111-8111-111111111112\",\"args\":{\"category\":\"x\"}}", 400},
      {"incident.open", "{\"id\":\"not-a-uuid\",\"args\":{\"category\":\"fall\"}}", 400},
      {"incident.open", "{\"id\":", 400},
      {"incident.open", "[]", 400},
      {"camera.remove", "{\"id\":\"11111111-1111-4111-8111-111111111113\",\"args\":{\"camera_id\":1}}", 403},
      {"no.such", "{\"id\":\"11111111-1111-4111-8111-111111111114\"}", 404},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *path = g_strconcat("/api/v1/", rows[i].command, NULL);
    assert_status(*state, rows[i].status, "POST", path, more, rows[i].body);
  }
}

static void a_body_beyond_its_limit_is_refused_with_words(void **state) {
  g_autofree char *cookie = login(*state, "wang");
  g_autofree char *more = g_strconcat(cookie, JSON_TYPE, NULL);
  g_autofree char *body = g_strnfill(70 * 1024, ' ');
  g_autofree char *answer = ask(*state, "POST", "/api/v1/alert.ack", more, body);
  assert_int_equal(status_of(answer), 413);
  assert_non_null(strstr(answer, "sentence_zh"));
}

static void a_chunked_body_is_refused_with_words(void **state) {
  Center *c = *state;
  g_autofree char *cookie = login(c, "wang");
  g_autofree char *text = g_strdup_printf("POST /api/v1/alert.ack HTTP/1.1\r\nHost: localhost\r\n%s%sTransfer-Encoding: chunked\r\n\r\n"
                                          "2\r\n{}\r\n0\r\n\r\n",
                                          cookie, JSON_TYPE);
  g_autofree char *answer = exchange_at("127.0.0.1", gw_net_port(c->net), text, strlen(text));
  assert_int_equal(status_of(answer), 411);
}

static void logging_out_ends_the_session_at_once(void **state) {
  g_autofree char *cookie = login(*state, "wang");
  g_autofree char *more = g_strconcat(cookie, JSON_TYPE, NULL);
  assert_status(*state, 200, "POST", "/api/v1/session.logout", more, "{}");
  int status = 200;
  GwUsec until_us = gw_clock_mono_us() + GW_SEC; /* within a second */
  while (status == 200 && gw_clock_mono_us() < until_us) {
    g_autofree char *answer = ask(*state, "GET", "/api/v1/session", cookie, NULL);
    status = status_of(answer);
  }
  assert_int_equal(status, 401);
}

static void an_upload_that_is_no_picture_is_refused(void **state) {
  g_autofree char *cookie = login(*state, "wang");
  g_autofree char *jpeg = g_strconcat(cookie, "Content-Type: image/jpeg\r\n", NULL);
  g_autofree char *html = g_strconcat(cookie, "Content-Type: text/html\r\n", NULL);
  assert_status(*state, 415, "POST", "/api/v1/file", jpeg, "<script>alert(1)</script>");
  assert_status(*state, 415, "POST", "/api/v1/file", html, "<script>alert(1)</script>");
  assert_status(*state, 401, "POST", "/api/v1/file", "Content-Type: image/jpeg\r\n", "x");
  assert_status(*state, 404, "GET", "/api/v1/file/0000000000000000000000000000000000000000000000000000000000000000", cookie, NULL);
  assert_status(*state, 404, "GET", "/api/v1/file/..%2f..%2fcenter.db", cookie, NULL);
}

/* The smallest thing that has a JPEG's parts; `letter` makes it another picture.  Its hash; caller frees. */
static char *upload(Center *c, const char *cookie, char letter) {
  static const char head[] = "\xff\xd8\xff\xdb\x00\x03q\xff\xda\x00\x03s";
  GString *text = g_string_new(NULL);
  g_string_printf(text, "POST /api/v1/file HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%sContent-Type: image/jpeg\r\n"
                        "Content-Length: %zu\r\n\r\n", cookie, sizeof head - 1 + 3);
  g_string_append_len(text, head, sizeof head - 1);
  g_string_append_c(text, letter);
  g_string_append_len(text, "\xff\xd9", 2);
  g_autofree char *answer = exchange_at("127.0.0.1", gw_net_port(c->net), text->str, text->len);
  g_string_free(text, TRUE);
  assert_int_equal(status_of(answer), 200);
  const char *hash = strstr(answer, "\"hash\":\"") + strlen("\"hash\":\"");
  return g_strndup(hash, 64);
}

static char *kiosk(Center *c) {
  json_t *made = command_as_admin(c, "token.add", json_pack("{s:s,s:s}", "kind", "kiosk", "label", "wall 1"));
  g_autofree char *body = g_strdup_printf("{\"token\":\"%s\"}", json_string_value(json_object_get(made, "token")));
  json_decref(made);
  g_autofree char *answer = ask(c, "POST", "/api/v1/session.kiosk", JSON_TYPE, body);
  const char *cookie = strstr(answer, "Set-Cookie: gw=") + strlen("Set-Cookie: ");
  return g_strdup_printf("Cookie: %.*s\r\n", (int)strcspn(cookie, ";"), cookie);
}

static void observe(Center *c, const char *kind, json_t *consumed) {
  Done done = {0};
  assert_true(gw_ledger_observe(c->ledger, kind, consumed, NULL, 0, on_done, &done, NULL));
  json_decref(consumed);
  wait_for(&done.came, kind);
  assert_int_equal(done.code, GW_CODE_OK);
  json_decref(done.result);
}

/* Before and now of a finding: for the desk always, for the wall while its alert is open. */
static void pictures_of_findings_are_the_desks_and_the_walls_while_they_last(void **state) {
  Center *c = *state;
  g_autofree char *desk = login(c, "wang"), *wall = kiosk(c);
  g_autofree char *before = upload(c, desk, 'a'), *now = upload(c, desk, 'b'), *other = upload(c, desk, 'c');
  g_autofree char *of_before = g_strconcat("/api/v1/file/", before, NULL), *of_now = g_strconcat("/api/v1/file/", now, NULL);
  const char *paths[] = {of_before, of_now};
  g_autofree char *alone = g_strconcat("/api/v1/file/", other, NULL);
  json_decref(command_as_admin(c, "camera.add", json_pack("{s:s,s:s,s:s}", "code", "C-1", "name", "x", "url", "rtsp://h/1")));
  assert_status(c, 404, "GET", paths[0], wall, NULL);
  observe(c, "camera.finding", json_pack("{s:i,s:s,s:b,s:f,s:f,s:s,s:s}", "id", 1, "kind", "moved", "on", TRUE, "measure", 1.0,
                                         "threshold", 0.5, "before_hash", before, "now_hash", now));
  for (int i = 0; i < 2; i++) {
    assert_status(c, 200, "GET", paths[i], wall, NULL);
    assert_status(c, 200, "GET", paths[i], desk, NULL);
  }
  assert_status(c, 404, "GET", alone, wall, NULL);
  observe(c, "camera.finding", json_pack("{s:i,s:s,s:b,s:f,s:f}", "id", 1, "kind", "moved", "on", FALSE, "measure", 0.0,
                                         "threshold", 0.5));
  json_decref(command_as_admin(c, "alert.dispose", json_pack("{s:i,s:s}", "alert_id", 1, "disposition", "real")));
  assert_status(c, 404, "GET", paths[0], wall, NULL);
  assert_status(c, 200, "GET", paths[0], desk, NULL);
  assert_status(c, 200, "GET", "/api/v1/finding?camera_id=1&open=0&kind=moved", desk, NULL);
  assert_status(c, 403, "GET", "/api/v1/finding", wall, NULL);
  assert_status(c, 400, "GET", "/api/v1/finding?camera_id=east", desk, NULL);
}

/* ---- small pictures ---- */

static void thumb_comes(Center *c, GwId camera_id, GwUsec at_us, const char *picture) {
  g_autoptr(GBytes) jpeg = picture ? g_bytes_new(picture, strlen(picture)) : NULL;
  const GwNetStill thumb = {camera_id, at_us, 320, 180, jpeg};
  gw_net_on_thumb(c->net, &thumb);
}

static void newest_thumb_is_there_at_once_with_its_time_until_the_camera_goes(void **state) {
  Center *c = *state;
  g_autofree char *cookie = login(c, "wang"), *same = g_strconcat(cookie, "If-None-Match: \"7-1002\"\r\n", NULL);
  assert_status(c, 401, "GET", "/api/v1/thumb/7", NULL, NULL);
  assert_status(c, 404, "GET", "/api/v1/thumb/7", cookie, NULL);
  assert_status(c, 404, "GET", "/api/v1/thumb/seven", cookie, NULL);
  thumb_comes(c, 7, 1001, "older");
  thumb_comes(c, 7, 1002, "newest");
  g_autofree char *answer = ask(c, "GET", "/api/v1/thumb/7", cookie, NULL);
  assert_int_equal(status_of(answer), 200);
  assert_non_null(strstr(answer, "X-Gridwarden-At-Us: 1002\r\n"));
  assert_non_null(strstr(answer, "\r\n\r\nnewest"));
  assert_status(c, 304, "GET", "/api/v1/thumb/7", same, NULL);
  thumb_comes(c, 7, 0, NULL);
  assert_status(c, 404, "GET", "/api/v1/thumb/7", cookie, NULL);
}

static void count_wish(gpointer user) {
  ++*(guint *)user;
}

static void wish(GwMediaViewer *viewer, const char *text) {
  assert_true(gw_media_viewer_message(viewer, text, strlen(text)));
}

static void take(GwMedia *media, GwId camera_id, GwUsec at_us) {
  g_autoptr(GBytes) jpeg = g_bytes_new_static("jpeg", 4);
  const GwNetStill thumb = {camera_id, at_us, 320, 180, jpeg};
  gw_media_thumb(media, &thumb);
}

static GBytes *next_frame(GwMediaViewer *viewer) {
  GwMediaOut out;
  return gw_media_viewer_next(viewer, &out) ? out.bytes : NULL;
}

/* The camera of the next frame, or 0; what it holds must be the newest. */
static guint32 next_camera(GwMediaViewer *viewer, guint8 at_us) {
  g_autoptr(GBytes) frame = next_frame(viewer);
  if (!frame)
    return 0;
  const guint8 *bytes = g_bytes_get_data(frame, NULL);
  assert_int_equal(bytes[11], at_us);
  return bytes[3];
}

static void viewers_share_one_frame_and_a_slow_one_gets_the_newest_alone(void **state) {
  const GwNetConfig config = {0};
  const GwMediaWho who = {1, TRUE};
  guint wishes = 0;
  GwMedia *media = gw_media_new(&config);
  GwMediaViewer *all = gw_media_viewer_new(media, 1, &who, count_wish, &wishes), *some = gw_media_viewer_new(media, 2, &who, count_wish, &wishes),
                *none = gw_media_viewer_new(media, 3, &who, count_wish, &wishes);
  take(media, 5, 1);
  wish(all, "{\"type\":\"thumbs\",\"cameras\":\"all\"}"); /* what is there comes at once */
  wish(some, "{\"type\":\"thumbs\",\"cameras\":[6,9]}");
  assert_int_equal(next_camera(all, 1), 5);
  assert_int_equal(next_camera(some, 0), 0);
  for (guint8 at = 2; at <= 100; at++) { /* nobody reads meanwhile */
    take(media, 5, at);
    take(media, 6, at);
  }
  g_autoptr(GBytes) first = next_frame(some);
  assert_int_equal(next_camera(some, 0), 0); /* one place a camera */
  assert_int_equal(next_camera(all, 100), 5);
  g_autoptr(GBytes) same = next_frame(all);
  assert_ptr_equal(g_bytes_get_data(first, NULL), g_bytes_get_data(same, NULL));
  assert_null(next_frame(none));
  wish(all, "{\"type\":\"thumbs\",\"cameras\":[]}");
  wishes = 0;
  take(media, 5, 101);
  assert_int_equal(wishes, 0);
  gw_media_viewer_free(all);
  gw_media_viewer_free(some);
  gw_media_viewer_free(none);
  gw_media_free(media);
}

static void wishes_that_are_none_end_the_socket(void **state) {
  static const char *const texts[] = {"{\"type\":\"thumbs\"}", "{\"type\":\"thumbs\",\"cameras\":\"some\"}",
                                      "{\"type\":\"thumbs\",\"cameras\":{}}", "{\"type\":\"thumb\",\"cameras\":[]}", "[]", "x"};
  const GwNetConfig config = {0};
  const GwMediaWho who = {1, TRUE};
  guint wishes = 0;
  GwMedia *media = gw_media_new(&config);
  GwMediaViewer *viewer = gw_media_viewer_new(media, 1, &who, count_wish, &wishes);
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    assert_false(gw_media_viewer_message(viewer, texts[i], strlen(texts[i])));
  gw_media_viewer_free(viewer);
  gw_media_free(media);
}

static void newest_gauges_are_there_for_those_who_hold_no_socket(void **state) {
  Center *c = *state;
  g_autofree char *cookie = login(c, "wang");
  json_t *gauges = json_pack("[{s:i, s:i}]", "id", 3, "fps", 15);
  gw_net_on_gauges(c->net, gauges);
  json_decref(gauges);
  assert_status(c, 401, "GET", "/api/v1/gauges", NULL, NULL);
  g_autofree char *answer = ask(c, "GET", "/api/v1/gauges", cookie, NULL);
  assert_non_null(strstr(answer, "\"cameras\":[{\"id\":3,\"fps\":15}]"));
}

static void pages_that_are_not_built_say_so(void **state) {
  g_autofree char *answer = ask(*state, "GET", "/desk", NULL, NULL);
  assert_int_equal(status_of(answer), 503);
  assert_non_null(strstr(answer, "not built"));
  assert_status(*state, 404, "GET", "/secret.key", NULL, NULL);
  assert_status(*state, 404, "GET", "/..%2fsecret.key", NULL, NULL);
}

static void a_socket_needs_a_session_and_our_own_page(void **state) {
  g_autofree char *cookie = login(*state, "wang");
  static const char upgrade[] = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: gridwarden.v1\r\n";
  Center *c = *state;
  const struct {
    const char *path, *more;
    int status;
  } rows[] = {{"/ws/v1", "Origin: http://localhost\r\n", 401},
              {"/ws/v1", "Origin: http://evil.example\r\n", 403},
              {"/ws/v1", "", 403},
              {"/ws/other", "Origin: http://localhost\r\n", 404}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = g_strdup_printf("GET %s HTTP/1.1\r\nHost: localhost\r\n%s%s%s\r\n", rows[i].path, upgrade, rows[i].more,
                                            rows[i].status == 401 ? "" : cookie);
    g_autofree char *answer = exchange_at("127.0.0.1", gw_net_port(c->net), text, strlen(text));
    if (status_of(answer) != rows[i].status)
      fail_msg("row %zu: %.80s", i, answer);
  }
}

static void makes_of_recorders_are_the_administrators(void **state) {
  add_user(*state, "zhao", "admin");
  g_autofree char *operator_cookie = login(*state, "wang"), *cookie = login(*state, "zhao");
  assert_status(*state, 403, "GET", "/api/v1/makes", operator_cookie, NULL);
  g_autofree char *answer = ask(*state, "GET", "/api/v1/makes", cookie, NULL);
  json_t *root = json_loads(strstr(answer, "\r\n\r\n") + 4, 0, NULL), *first = json_array_get(json_object_get(root, "makes"), 0);
  assert_string_equal(json_string_value(json_object_get(first, "name")), "hikvision");
  assert_non_null(strstr(json_string_value(json_object_get(first, "example")), "{channel}"));
  json_decref(root);
}

static void openapi_names_every_command(void **state) {
  g_autofree char *answer = ask(*state, "GET", "/api/v1/openapi.json", NULL, NULL);
  json_t *root = json_loads(strstr(answer, "\r\n\r\n") + 4, 0, NULL);
  json_t *paths = json_object_get(root, "paths");
  assert_non_null(json_object_get(paths, "/api/v1/alert.dispatch"));
  assert_non_null(json_object_get(paths, "/api/v1/import.apply"));
  assert_null(strstr(answer, "#/$defs/"));
  json_decref(root);
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, center_up, center_down)
  const struct CMUnitTest tests[] = {
      T(health_needs_no_session),
      T(figures_name_what_somebody_should_be_woken_for),
      T(the_plain_port_is_refused_at_every_other_address),
      T(an_unknown_host_is_misdirected),
      T(a_wrong_password_and_an_unknown_name_read_the_same),
      T(too_many_failures_have_to_wait),
      T(a_session_opens_the_reads_of_its_role_and_no_others),
      T(a_cookie_of_one_mount_is_nothing_at_another),
      T(a_kiosk_token_is_good_for_one_exchange),
      T(another_site_cannot_post),
      T(a_command_is_answered_by_its_code),
      T(a_body_beyond_its_limit_is_refused_with_words),
      T(a_chunked_body_is_refused_with_words),
      T(logging_out_ends_the_session_at_once),
      T(an_upload_that_is_no_picture_is_refused),
      T(pictures_of_findings_are_the_desks_and_the_walls_while_they_last),
      T(newest_thumb_is_there_at_once_with_its_time_until_the_camera_goes),
      T(newest_gauges_are_there_for_those_who_hold_no_socket),
      cmocka_unit_test(viewers_share_one_frame_and_a_slow_one_gets_the_newest_alone),
      cmocka_unit_test(wishes_that_are_none_end_the_socket),
      T(figures_name_each_camera_and_escape_its_code),
      T(pages_that_are_not_built_say_so),
      T(a_socket_needs_a_session_and_our_own_page),
      T(makes_of_recorders_are_the_administrators),
      T(openapi_names_every_command),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
