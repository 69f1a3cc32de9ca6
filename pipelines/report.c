#include "pipelines/report.h"

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "pipelines/checkin_meta.h"

#include <string.h>

#define WAITING_MOST_BYTES (GW_LIMIT_LINK_QUEUE_BYTES / 2)
#define JUNK_PER_SECOND 10

struct GwReport {
  GwDoorsOut out;
  GwAnswers *answers;
  gint64 last_ref;
  GwUsec second_mono_us; /* the present second of junk */
  guint junk_told, junk_untold;
};

GwReport *gw_report_new(const GwDoorsOut *out, GwAnswers *answers) {
  GwReport *report = g_new0(GwReport, 1);
  report->out = *out;
  report->answers = answers;
  return report;
}

void gw_report_free(GwReport *report) {
  g_free(report);
}

gboolean gw_report_may_take(GwReport *report) {
  return report->out.waiting_bytes(report->out.user) < WAITING_MOST_BYTES;
}

static gboolean add_field(GQuark field, const GValue *value, gpointer message) {
  const char *name = g_quark_to_string(field);
  json_t *json = NULL;
  if (strcmp(name, "reader") == 0)
    return TRUE; /* the daemon knows readers by id; a name that it did not give is only in the raw message */
  if (G_VALUE_HOLDS_STRING(value))
    json = json_string(g_value_get_string(value));
  else if (G_VALUE_HOLDS_INT64(value))
    json = json_integer(g_value_get_int64(value));
  else if (G_VALUE_HOLDS_BOOLEAN(value))
    json = json_boolean(g_value_get_boolean(value));
  else if (G_VALUE_HOLDS_DOUBLE(value))
    json = json_real(g_value_get_double(value));
  if (json)
    json_object_set_new(message, name, json);
  return TRUE;
}

static json_t *message_of(GwReport *report, const GstStructure *fields) {
  json_t *message = json_pack("{s:s,s:I}", "type", "checkin", "ref", (json_int_t)++report->last_ref);
  gst_structure_foreach(fields, add_field, message);
  return message;
}

static gboolean is_ok(const GstStructure *fields) {
  return g_strcmp0(gst_structure_get_string(fields, "verdict"), "ok") == 0;
}

/* Whether this piece of junk is among the few that are told. */
static gboolean is_told(GwReport *report) {
  const GwUsec now_us = gw_clock_mono_us();
  if (now_us - report->second_mono_us >= GW_SEC) {
    report->second_mono_us = now_us;
    report->junk_told = 0;
  }
  if (report->junk_told >= JUNK_PER_SECOND) {
    report->junk_untold++;
    return FALSE;
  }
  report->junk_told++;
  return TRUE;
}

static void expect_answer(GwReport *report, const GstStructure *fields, const GwReturnPath *path) {
  gint64 epoch = 0, seq = 0;
  const char *reader = gst_structure_get_string(fields, "reader");
  if (reader && gst_structure_get_int64(fields, "epoch", &epoch) &&
      gst_structure_get_int64(fields, "seq", &seq))
    gw_answers_expect(report->answers, report->last_ref, reader, (guint32)epoch, seq, path);
}

static GBytes *bytes_of(GstBuffer *buffer) {
  gpointer data = NULL;
  gsize n = 0;
  gst_buffer_extract_dup(buffer, 0, -1, &data, &n);
  return g_bytes_new_take(data, n);
}

void gw_report_line(GwReport *report, GstBuffer *checkin, const GwReturnPath *path) {
  const GstStructure *fields = gw_checkin_fields(checkin);
  const gboolean ok = is_ok(fields);
  if (!ok && !is_told(report))
    return;
  json_t *message = message_of(report, fields);
  if (!ok && report->junk_untold > 0) {
    json_object_set_new(message, "untold", json_integer(report->junk_untold));
    report->junk_untold = 0;
  }
  g_autoptr(GBytes) bytes = bytes_of(checkin);
  if (report->out.say_with_bytes(message, bytes, report->out.user) && ok)
    expect_answer(report, fields, path);
}

void gw_report_pushed(GwReport *report, const GstStructure *fields, json_t *items_new) {
  json_t *message = message_of(report, fields);
  if (items_new)
    json_object_set_new(message, "items", items_new);
  report->out.say(message, report->out.user);
}
