/* The worker's small decisions: back-off, handshake gate, figures of a stream, addresses. */
#include "pipelines/backoff.h"
#include "pipelines/gate.h"
#include "pipelines/look/meter.h"
#include "pipelines/target.h"
#include "tests/pipelines/cm.h"

static void back_off_doubles_up_to_its_bound_and_is_spread(void **state) {
  static const int seconds[] = {1, 2, 4, 8, 16, 30, 30, 30};
  GwBackoff b = {0};
  for (gsize i = 0; i < G_N_ELEMENTS(seconds); i++) {
    GwBackoff low = b, high = b;
    assert_int_equal(gw_backoff_next_us(&low, 30 * GW_SEC, 0), seconds[i] * GW_SEC * 3 / 4);
    assert_int_equal(gw_backoff_next_us(&high, 30 * GW_SEC, 0xffff), seconds[i] * GW_SEC * 5 / 4);
    gw_backoff_next_us(&b, 30 * GW_SEC, 1);
  }
  gw_backoff_reset(&b);
  assert_int_equal(gw_backoff_next_us(&b, 30 * GW_SEC, 0), GW_SEC * 3 / 4);
}

typedef struct Guest {
  GwGate *gate;
  GwGatePass *pass;
  gboolean inside, leaves_at_once;
} Guest;

static void on_open(gpointer user) {
  Guest *guest = user;
  assert_non_null(guest->pass);
  guest->inside = TRUE;
  if (guest->leaves_at_once)
    gw_gate_leave(guest->gate, g_steal_pointer(&guest->pass));
}

static void ask(GwGate *gate, Guest *guest, const char *host) {
  guest->gate = gate;
  gw_gate_ask(gate, host, &guest->pass, on_open, guest);
}

static void full_host_waits_and_holds_up_nobody_else(void **state) {
  GwGate *gate = gw_gate_new(3, 2);
  Guest a[3] = {0}, b[2] = {0};
  for (int i = 0; i < 3; i++)
    ask(gate, &a[i], "a");
  assert_true(a[0].inside && a[1].inside && !a[2].inside);
  ask(gate, &b[0], "b");
  ask(gate, &b[1], "b");
  assert_true(b[0].inside && !b[1].inside); /* three inside in all */
  gw_gate_leave(gate, a[0].pass);
  assert_true(a[2].inside && !b[1].inside); /* first come, first served */
  gw_gate_leave(gate, b[1].pass);           /* gave up while it waited */
  gw_gate_leave(gate, a[1].pass);
  gw_gate_leave(gate, a[2].pass);
  gw_gate_leave(gate, b[0].pass);
  assert_int_equal(gw_gate_inside(gate), 0);
  gw_gate_free(gate);
}

static void pass_may_be_given_back_inside_its_own_turn(void **state) {
  GwGate *gate = gw_gate_new(1, 1);
  Guest g[50] = {0};
  for (int i = 0; i < 50; i++) {
    g[i].leaves_at_once = i > 0;
    ask(gate, &g[i], "a");
  }
  assert_false(g[49].inside);
  gw_gate_leave(gate, g[0].pass);
  assert_true(g[49].inside);
  gw_gate_free(gate);
}

static void meter_tells_rates_groups_and_ages(void **state) {
  GwMeter m = {0};
  GwUsec now = GW_SEC;
  for (int second = 0; second < 8; second++) {
    gw_meter_sample(&m, now);
    for (int i = 0; i < 25; i++, now += GW_SEC / 25)
      gw_meter_frame(&m, i == 0 ? 8000 : 1000, i == 0, now, now);
  }
  gw_meter_sample(&m, now);
  assert_true(gw_meter_fps(&m) > 24.9 && gw_meter_fps(&m) < 25.1);
  assert_true(gw_meter_kbps(&m) > 255 && gw_meter_kbps(&m) < 257); /* 32,000 bytes a second */
  assert_int_equal(m.gop, 25);
  assert_int_equal(m.keyframes, 8);
}

static void meter_without_frames_says_nothing(void **state) {
  GwMeter m = {0};
  gw_meter_sample(&m, 1);
  assert_true(gw_meter_fps(&m) == 0);
  gw_meter_sample(&m, 1); /* no time between: no division by it */
  assert_true(gw_meter_fps(&m) == 0 && gw_meter_kbps(&m) == 0);
  assert_int_equal(m.gop, 0);
}

static void addresses_lead_to_host_and_port(void **state) {
  static const struct {
    const char *url, *host;
    int port; /* 0: refused */
  } rows[] = {
      {"rtsp://10.0.0.7/ch1", "10.0.0.7", 554},
      {"rtsp://10.0.0.7:8554/ch1?x=1", "10.0.0.7", 8554},
      {"rtsps://cam.local/", "cam.local", 322},
      {"rtsp://[fe80::1]:554/", "fe80::1", 554},
      {"http://10.0.0.7/", NULL, 0},
      {"rtsp:///nohost", NULL, 0},
      {"rtsp://10.0.0.7:0/", NULL, 0},
      {"rtsp://10.0.0.7:99999/", NULL, 0},
      {"10.0.0.7", NULL, 0},
      {"", NULL, 0},
      {NULL, NULL, 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *host = NULL;
    guint16 port = 0;
    assert_int_equal(gw_target_parse(rows[i].url, &host, &port), rows[i].port != 0);
    assert_int_equal(port, rows[i].port);
    if (rows[i].host)
      assert_string_equal(host, rows[i].host);
    else
      assert_null(host);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(back_off_doubles_up_to_its_bound_and_is_spread),
      cmocka_unit_test(full_host_waits_and_holds_up_nobody_else),
      cmocka_unit_test(pass_may_be_given_back_inside_its_own_turn),
      cmocka_unit_test(meter_tells_rates_groups_and_ages),
      cmocka_unit_test(meter_without_frames_says_nothing),
      cmocka_unit_test(addresses_lead_to_host_and_port),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
