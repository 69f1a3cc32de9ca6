#pragma once
/* Proof and looking back, for the tests of the ledger: a recorder behind the camera, clips that are made. */
#include "tests/unit/ledger_fixture.h"

#define CAMERA 1
#define TEMPLATE "rtsp://192.0.2.9:554/tracks/{channel}01?starttime={start:%Y%m%dT%H%M%SZ}"

static G_GNUC_UNUSED json_t *recorder_args(const char *name) {
  return json_pack("{s:s, s:s, s:s}", "name", name, "make", "hikvision", "url_template", TEMPLATE);
}

/* The camera hangs at it, on channel 4. */
static G_GNUC_UNUSED gint64 recorder_there(Center *c) {
  say(c, &administrator, "recorder.add", recorder_args("NVR-1"));
  const gint64 id = result_int(c, "recorder_id");
  say(c, &administrator, "camera.change",
      json_pack("{s:i, s:s, s:i}", "camera_id", CAMERA, "recorder", "NVR-1", "channel", 4));
  return id;
}

/* From so long ago on, so long. */
static G_GNUC_UNUSED json_t *clip_args(GwUsec ago_us, GwUsec length_us) {
  const GwUsec from_us = gw_clock_real_us() - ago_us;
  return json_pack("{s:i, s:I, s:I, s:s}", "camera_id", CAMERA, "from_us", (json_int_t)from_us, "to_us",
                   (json_int_t)(from_us + length_us), "words", "纠纷取证");
}

static G_GNUC_UNUSED gint64 clip_asked(Center *c, const GwActor *actor, GwUsec ago_us, GwUsec length_us) {
  say(c, actor, "clip.ask", clip_args(ago_us, length_us));
  return result_int(c, "clip_id");
}

static G_GNUC_UNUSED json_t *clip_of(gint64 id) {
  return json_pack("{s:I}", "clip_id", (json_int_t)id);
}

/* 64 times the letter: lent until the fourth call after. */
static G_GNUC_UNUSED const char *clip_hash(char letter) {
  static char kept[4][65];
  static int turn;
  char *hash = kept[turn++ % 4];
  memset(hash, letter, 64);
  hash[64] = 0;
  return hash;
}

/* Its file is on the disk: from 3 s after what was asked for to a second before its end. */
static G_GNUC_UNUSED void clip_saved(Center *c, gint64 id, char letter) {
  g_autofree char *from = g_strdup_printf("select from_us from clip where id = %" G_GINT64_FORMAT, id);
  g_autofree char *to = g_strdup_printf("select to_us from clip where id = %" G_GINT64_FORMAT, id);
  see(c, "clip.saved",
      json_pack("{s:I, s:s, s:i, s:i, s:I, s:I, s:i, s:i, s:s, s:i}", "clip_id", (json_int_t)id, "hash", clip_hash(letter),
                "bytes", 4000000, "frames", 450, "from_us", (json_int_t)(count(c, from) + 3 * GW_SEC), "to_us",
                (json_int_t)(count(c, to) - GW_SEC), "width", 1280, "height", 720, "codecs", "avc1.64001F", "broken", 2));
}

static G_GNUC_UNUSED void clip_failed(Center *c, gint64 id, const char *why) {
  see(c, "clip.failed", json_pack("{s:I, s:s}", "clip_id", (json_int_t)id, "why", why));
}

static G_GNUC_UNUSED const char *clip_state(Center *c, gint64 id) {
  g_autofree char *sql = g_strdup_printf("select state || case why when '' then '' else ' ' || why end from clip where id = %" G_GINT64_FORMAT, id);
  return text(c, sql);
}

/* An alert of P1 or P2 with the camera, by the machine beside it. */
static G_GNUC_UNUSED gint64 alert_raised(Center *c, const char *category, int priority, gint64 camera_id) {
  say(c, &operator_1, "incident.open",
      json_pack("{s:s, s:i, s:I}", "category", category, "priority", priority, "camera_id", (json_int_t)camera_id));
  return result_int(c, "alert_id");
}

static G_GNUC_UNUSED void assert_verifies(Center *c) {
  g_autoptr(GError) error = NULL;
  GwVerifyReport report;
  must(gw_verify(c->reader, NULL, NULL, NULL, &report, &error), error, "verify");
  if (report.sentence_en)
    fail_msg("verify: %s", report.sentence_en);
}
