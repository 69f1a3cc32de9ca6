/* gridwarden-ingest with the job "checkins": every door, real sockets, and no answer before the daemon
 * has stored. */
#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "pipelines/reader_line.h"
#include "tests/pipelines/cm.h"
#include "tests/pipelines/worker_peer.h"

#include <gio/gio.h>
#include <string.h>

#define KEY_HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define JSON                                                                                                 \
  "{\"client_id\":\"123e4567-e89b-42d3-a456-426614174000\",\"method\":\"qr\",\"device_at_us\":"              \
  "1700000000000000}"

typedef struct World {
  WorkerPeer *w;
  guint16 udp_port, tcp_port;
} World;

static int set_up(void **state) {
  World *world = g_new0(World, 1);
  world->w = worker_start("checkins");
  worker_say(world->w, "{s:s,s:i,s:s,s:s,s:i,s:i,s:s}", "type", "reader.set", "id", 7, "name", "gate-1",
             "key", KEY_HEX, "epoch", 1, "last_seq", 0, "seen", "0000000000000000");
  worker_say(world->w, "{s:s,s:s,s:i,s:i}", "type", "listen", "address", "127.0.0.1", "udp_port", 0,
             "tcp_port", 0);
  const Said *listening = worker_expect(world->w, 2000, "{s:s}", "type", "listening");
  world->udp_port = (guint16)said_int(listening, "udp_port");
  world->tcp_port = (guint16)said_int(listening, "tcp_port");
  assert_true(world->udp_port > 0 && world->tcp_port > 0);
  *state = world;
  return 0;
}

static int tear_down(void **state) {
  World *world = *state;
  worker_stop(world->w);
  g_free(world);
  return 0;
}

static char *signed_with_key(const char *text) {
  guint8 key[GW_KEY_BYTES];
  char mac[GW_MAC_HEX + 1];
  assert_true(gw_reader_key_parse(KEY_HEX, key));
  gw_reader_mac(text, strlen(text), key, mac);
  return g_strdup_printf("%s,%s", text, mac);
}

static char *line_of(int seq) {
  g_autofree char *text =
      g_strdup_printf("GW1,gate-1,1,%d,%" G_GINT64_FORMAT ",P-%d", seq, gw_clock_real_us() / GW_SEC, seq);
  return signed_with_key(text);
}

static GSocket *dial(GSocketType type, guint16 port) {
  g_autoptr(GSocketAddress) to = g_inet_socket_address_new_from_string("127.0.0.1", port);
  GSocket *socket = g_socket_new(G_SOCKET_FAMILY_IPV4, type, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  assert_true(g_socket_connect(socket, to, NULL, NULL));
  g_socket_set_timeout(socket, 3);
  return socket;
}

static void send_text(GSocket *socket, const char *text) {
  assert_int_equal(g_socket_send(socket, text, strlen(text), NULL, NULL), strlen(text));
}

static void expect_text(GSocket *socket, const char *text) {
  char got[1024] = {0};
  gsize n = 0;
  while (n < strlen(text)) {
    const gssize k = g_socket_receive(socket, got + n, sizeof got - 1 - n, NULL, NULL);
    assert_true(k > 0);
    n += (gsize)k;
  }
  assert_string_equal(got, text);
}

static gboolean is_silent(GSocket *socket) {
  return !(g_socket_condition_check(socket, G_IO_IN) & G_IO_IN);
}

static void stored(World *world, const Said *checkin, const char *code) {
  worker_say(world->w, "{s:s,s:I,s:s}", "type", "checkin.stored", "ref", (json_int_t)said_int(checkin, "ref"),
             "code", code);
}

static const Said *expect_line(World *world, const char *source, int seq, const char *line) {
  const Said *said = worker_expect(world->w, 2000, "{s:s,s:s,s:s,s:i,s:i}", "type", "checkin", "source",
                                   source, "verdict", "ok", "seq", seq, "reader_id", 7);
  gsize n = 0;
  assert_non_null(said->data);
  const char *raw = g_bytes_get_data(said->data, &n);
  assert_int_equal(n, strlen(line));
  assert_memory_equal(raw, line, n);
  return said;
}

static void udp_line_is_answered_only_once_stored(void **state) {
  World *world = *state;
  g_autoptr(GSocket) reader = dial(G_SOCKET_TYPE_DATAGRAM, world->udp_port);
  g_autofree char *line = line_of(1);
  g_autofree char *ok = signed_with_key("GW1-OK,gate-1,1,1");
  g_autofree char *ok_line = g_strdup_printf("%s\n", ok);
  send_text(reader, line);
  const Said *said = expect_line(world, "udp", 1, line);
  assert_int_equal(worker_count(world->w, 300, "{s:s}", "type", "checkin"), 1);
  assert_true(is_silent(reader));
  stored(world, said, "ok");
  expect_text(reader, ok_line);
}

static void refusals_for_good_are_told_and_those_for_now_are_not(void **state) {
  World *world = *state;
  g_autoptr(GSocket) reader = dial(G_SOCKET_TYPE_DATAGRAM, world->udp_port);
  g_autofree char *one = line_of(1), *two = line_of(2);
  g_autofree char *no = signed_with_key("GW1-NO,gate-1,1,2,replay");
  g_autofree char *no_line = g_strdup_printf("%s\n", no);
  send_text(reader, one);
  stored(world, expect_line(world, "udp", 1, one), "busy");
  send_text(reader, two);
  stored(world, expect_line(world, "udp", 2, two), "replay");
  expect_text(reader, no_line); /* and nothing for the first one before it */
}

static void wrong_mac_is_told_to_the_daemon_and_never_answered(void **state) {
  World *world = *state;
  g_autoptr(GSocket) reader = dial(G_SOCKET_TYPE_DATAGRAM, world->udp_port);
  g_autofree char *forged = line_of(1);
  forged[strlen(forged) - 1] = forged[strlen(forged) - 1] == '0' ? '1' : '0';
  send_text(reader, forged);
  stored(world, worker_expect(world->w, 2000, "{s:s,s:s}", "type", "checkin", "verdict", "bad_mac"), "ok");
  worker_count(world->w, 300, "{}");
  assert_true(is_silent(reader));
}

static void flood_of_junk_is_counted_not_told(void **state) {
  World *world = *state;
  g_autoptr(GSocket) reader = dial(G_SOCKET_TYPE_DATAGRAM, world->udp_port);
  g_autofree char *line = line_of(9);
  for (int i = 0; i < 2000; i++)
    send_text(reader, "GW1,nobody,1,1,1,x,00000000000000000000000000000000");
  const guint told = worker_count(world->w, 500, "{s:s,s:s}", "type", "checkin", "verdict", "unknown_reader");
  assert_in_range(told, 1, 30);
  send_text(reader, line);
  expect_line(world, "udp", 9, line); /* the honest one still gets through */
}

static void tcp_lines_are_answered_even_after_the_reader_has_said_all(void **state) {
  World *world = *state;
  g_autoptr(GSocket) reader = dial(G_SOCKET_TYPE_STREAM, world->tcp_port);
  g_autofree char *one = line_of(1), *two = line_of(2);
  g_autofree char *both = g_strdup_printf("%s\r\n%s\n", one, two);
  g_autofree char *ok1 = signed_with_key("GW1-OK,gate-1,1,1"), *ok2 = signed_with_key("GW1-OK,gate-1,1,2");
  g_autofree char *answers = g_strdup_printf("%s\n%s\n", ok1, ok2);
  send_text(reader, both);
  g_socket_shutdown(reader, FALSE, TRUE, NULL);
  const Said *first = expect_line(world, "tcp", 1, one), *second = expect_line(world, "tcp", 2, two);
  stored(world, first, "ok");
  stored(world, second, "ok");
  expect_text(reader, answers);
  char more[8];
  assert_int_equal(g_socket_receive(reader, more, sizeof more, NULL, NULL), 0); /* and then it is closed */
}

static void connections_are_capped_and_places_come_free(void **state) {
  World *world = *state;
  GSocket *readers[GW_LIMIT_READER_CONNECTIONS + 1];
  char byte;
  for (gsize i = 0; i < G_N_ELEMENTS(readers); i++)
    readers[i] = dial(G_SOCKET_TYPE_STREAM, world->tcp_port);
  GSocket *last = readers[GW_LIMIT_READER_CONNECTIONS];
  assert_int_equal(g_socket_receive(last, &byte, 1, NULL, NULL), 0);
  g_autofree char *line = line_of(3), *text = g_strdup_printf("%s\n", line);
  send_text(readers[0], text);
  expect_line(world, "tcp", 3, line);
  for (gsize i = 0; i < G_N_ELEMENTS(readers); i++)
    g_object_unref(readers[i]);
  worker_count(world->w, 500, "{}");
  g_autoptr(GSocket) again = dial(G_SOCKET_TYPE_STREAM, world->tcp_port);
  g_autofree char *line2 = line_of(4), *text2 = g_strdup_printf("%s\n", line2);
  send_text(again, text2);
  expect_line(world, "tcp", 4, line2);
}

static void push(World *world, int raw_id, const char *source, gconstpointer data, gsize bytes) {
  worker_say_bytes(world->w, data, bytes, "{s:s,s:i,s:s,s:i}", "type", "checkin.push", "raw_id", raw_id,
                   "source", source, "unit_id", 4);
}

static const Said *expect_pushed(World *world, int raw_id, const char *source, const char *verdict) {
  return worker_expect(world->w, 10000, "{s:s,s:i,s:s,s:s}", "type", "checkin", "raw_id", raw_id, "source",
                       source, "verdict", verdict);
}

static void phones_and_on_behalf_entries_come_back_with_their_raw_id(void **state) {
  World *world = *state;
  const char *whole =
      "{\"method\":\"radio\",\"words\":\"at the gate\",\"channel\":\"3\",\"checkpoint_id\":5,\"unit_id\":9,"
      "\"lat\":36.5,\"lon\":120.25,\"device_at_us\":1700000000000000}";
  push(world, 11, "phone", JSON, strlen(JSON));
  push(world, 12, "behalf", whole, strlen(whole));
  const char *seen =
      "{\"method\":\"qr\",\"badge\":\"GWB-ABCDEFGHIJKLMNOPQRST\",\"camera_id\":7,\"checkpoint_id\":5,"
      "\"device_at_us\":1700000000000000}";
  push(world, 15, "camera", seen, strlen(seen));
  push(world, 13, "phone", "", 0);
  push(world, 14, "phone", "{\"method\":", 10);
  expect_pushed(world, 11, "phone", "ok");
  const Said *behalf = expect_pushed(world, 12, "behalf", "ok");
  assert_null(behalf->data);
  assert_int_equal(said_int(behalf, "unit_id"), 4); /* the daemon's word, not the message's */
  assert_int_equal(said_int(behalf, "checkpoint_id"), 5);
  assert_true(said_real(behalf, "lat") == 36.5);
  assert_string_equal(json_string_value(json_object_get(behalf->message, "words")), "at the gate");
  assert_int_equal(said_int(expect_pushed(world, 15, "camera", "ok"), "checkpoint_id"), 5);
  expect_pushed(world, 13, "phone", "bad_format");
  expect_pushed(world, 14, "phone", "bad_format");
}

static void dump_of_a_baton_reader_becomes_late_items(void **state) {
  World *world = *state;
  g_autoptr(GString) dump = g_string_new("junk\n");
  for (int seq = 1; seq <= 1000; seq++) {
    g_autofree char *line = line_of(seq);
    g_string_append_printf(dump, "%s\r\n", line);
  }
  push(world, 21, "dump", dump->str, dump->len);
  push(world, 22, "dump", "junk\nmore junk", 14);
  push(world, 23, "dump", "", 0);
  const Said *said = expect_pushed(world, 21, "dump", "ok");
  json_t *items = json_object_get(said->message, "items");
  assert_true(json_is_true(json_object_get(said->message, "late")));
  assert_int_equal(said_int(said, "reader_id"), 7);
  assert_int_equal(json_array_size(items), 1000);
  assert_string_equal(json_string_value(json_object_get(json_array_get(items, 999), "tag")), "P-1000");
  expect_pushed(world, 22, "dump", "bad_format");
  expect_pushed(world, 23, "dump", "bad_format");
}

static GByteArray *code_message(const char *json, const guint8 *picture, gsize bytes) {
  GByteArray *message = g_byte_array_new();
  const guint32 n = GUINT32_TO_BE((guint32)strlen(json));
  g_byte_array_append(message, (const guint8 *)&n, 4);
  g_byte_array_append(message, (const guint8 *)json, (guint)strlen(json));
  g_byte_array_append(message, picture, (guint)bytes);
  return message;
}

/* A PNG of this QR code, made by Debian's qrencode. */
static GBytes *qr_png(const char *text) {
  GBytes *png = NULL;
  g_autoptr(GSubprocess) process =
      g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, "qrencode", "-s", "6", "-o", "-", text, NULL);
  assert_non_null(process);
  assert_true(g_subprocess_communicate(process, NULL, NULL, &png, NULL, NULL));
  return png;
}

static void push_picture(World *world, int raw_id, const char *json, GBytes *picture, gsize bytes) {
  gsize n = 0;
  const guint8 *data = g_bytes_get_data(picture, &n);
  g_autoptr(GByteArray) message = code_message(json, data, MIN(n, bytes));
  push(world, raw_id, "code", message->data, message->len);
}

static void picture_of_a_code_becomes_a_checkin(void **state) {
  World *world = *state;
  g_autoptr(GBytes) tag = qr_png("P:07-a"), url = qr_png("https://example.org/"),
                    none = g_bytes_new("no picture", 10);
  push_picture(world, 31, JSON, tag, G_MAXSIZE);
  push_picture(world, 32, JSON, url, G_MAXSIZE); /* a code, but not of ours */
  push_picture(world, 33, JSON, tag, 200);       /* cut off */
  push_picture(world, 34, JSON, none, G_MAXSIZE);
  push_picture(world, 35, "not json", tag, G_MAXSIZE);
  push(world, 36, "code", "\xff\xff\xff\xff", 4);
  const Said *said = expect_pushed(world, 31, "code", "ok");
  assert_string_equal(json_string_value(json_object_get(said->message, "tag")), "P:07-a");
  assert_int_equal(said_int(said, "unit_id"), 4);
  expect_pushed(world, 32, "code", "bad_format");
  expect_pushed(world, 33, "code", "no_code");
  expect_pushed(world, 34, "code", "no_code");
  expect_pushed(world, 35, "code", "bad_format");
  expect_pushed(world, 36, "code", "bad_format");
}

static void taken_port_is_said_and_the_other_door_opens(void **state) {
  World *world = *state;
  g_autoptr(GSocket) squatter =
      g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr(GSocketAddress) any = g_inet_socket_address_new_from_string("127.0.0.1", 0);
  assert_true(g_socket_bind(squatter, any, FALSE, NULL));
  g_autoptr(GSocketAddress) bound = g_socket_get_local_address(squatter, NULL);
  const int port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
  worker_say(world->w, "{s:s,s:s,s:i,s:i}", "type", "listen", "address", "127.0.0.1", "udp_port", port,
             "tcp_port", 0);
  worker_expect(world->w, 2000, "{s:s,s:i}", "type", "log", "level", 4);
  const Said *listening = worker_expect(world->w, 2000, "{s:s,s:i}", "type", "listening", "udp_port", 0);
  g_autoptr(GSocket) reader = dial(G_SOCKET_TYPE_STREAM, (guint16)said_int(listening, "tcp_port"));
  g_autofree char *line = line_of(5), *text = g_strdup_printf("%s\n", line);
  send_text(reader, text);
  expect_line(world, "tcp", 5, line);
}

int main(void) {
#define with_world(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      with_world(udp_line_is_answered_only_once_stored),
      with_world(refusals_for_good_are_told_and_those_for_now_are_not),
      with_world(wrong_mac_is_told_to_the_daemon_and_never_answered),
      with_world(flood_of_junk_is_counted_not_told),
      with_world(tcp_lines_are_answered_even_after_the_reader_has_said_all),
      with_world(connections_are_capped_and_places_come_free),
      with_world(phones_and_on_behalf_entries_come_back_with_their_raw_id),
      with_world(dump_of_a_baton_reader_becomes_late_items),
      with_world(picture_of_a_code_becomes_a_checkin),
      with_world(taken_port_is_said_and_the_other_door_opens),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
