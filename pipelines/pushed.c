#include "pipelines/pushed.h"

#include "daemon/base/limits.h"
#include "pipelines/checkin_json.h"
#include "pipelines/checkin_meta.h"
#include "pipelines/code.h"
#include "pipelines/passage.h"

#include <gst/app/gstappsrc.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ITEMS_MOST 8192 /* of one dump: they must fit one message */

struct GwPushed {
  GwReport *report;
  GwReaderTable *readers;
  GwReaper *reaper;
  GstElement *source; /* the appsrc of `passage` */
  GwPassage *passage; /* phones, on behalf, and codes once they are read */
  GQueue jobs;        /* Job: pictures and dumps, one after another; the first is running */
};

typedef struct Job {
  GwPushed *owner;
  gint64 raw_id;
  GwId unit_id;
  gboolean is_dump;
  GBytes *data;
  GwCode *code;
  GwPassage *passage; /* of a dump */
  int fd;
  json_t *items;
  GstStructure *first_bad; /* what to say of a dump without one good line */
  GwId reader_id;
} Job;

static void job_free(gpointer p) {
  Job *job = p;
  g_bytes_unref(job->data);
  gw_code_free(job->code);
  gw_passage_close(job->passage, NULL, NULL);
  if (job->fd >= 0)
    close(job->fd);
  json_decref(job->items);
  g_clear_pointer(&job->first_bad, gst_structure_free);
  g_free(job);
}

static void start_first(GwPushed *pushed);

static void finish_first(GwPushed *pushed) {
  job_free(g_queue_pop_head(&pushed->jobs));
  start_first(pushed);
}

static GstStructure *origin_of(gint64 raw_id, const char *source, GwId unit_id, const char *verdict) {
  GstStructure *s = gst_structure_new(GW_CHECKIN_MESSAGE, "raw_id", G_TYPE_INT64, raw_id, "source",
                                      G_TYPE_STRING, source, NULL);
  if (unit_id > 0)
    gst_structure_set(s, "unit_id", G_TYPE_INT64, unit_id, NULL);
  if (verdict)
    gst_structure_set(s, "verdict", G_TYPE_STRING, verdict, "late", G_TYPE_BOOLEAN, FALSE, NULL);
  return s;
}

/* What never was a check-in is told without going through the element. */
static void say_verdict(GwPushed *pushed, gint64 raw_id, const char *source, GwId unit_id,
                        const char *verdict) {
  GstStructure *fields = origin_of(raw_id, source, unit_id, verdict);
  gw_report_pushed(pushed->report, fields, NULL);
  gst_structure_free(fields);
}

static void push_json(GwPushed *pushed, gint64 raw_id, const char *source, GwId unit_id, const char *text,
                      gsize bytes) {
  if (bytes == 0 || text[0] != '{') {
    say_verdict(pushed, raw_id, source, unit_id, "bad_format");
    return;
  }
  GstBuffer *buffer = gst_buffer_new_memdup(text, bytes);
  GstStructure *origin = origin_of(raw_id, source, unit_id, NULL);
  gw_checkin_add_fields(gw_checkin_origin_new(buffer), origin);
  gst_structure_free(origin);
  gst_app_src_push_buffer(GST_APP_SRC(pushed->source), buffer);
}

/* ---- what comes out of the appsrc passage ---- */

static gboolean may_take(gpointer user) {
  return gw_report_may_take(((GwPushed *)user)->report);
}

static void on_pushed(GwPassage *passage, GstBuffer *checkin, gpointer user) {
  gw_report_pushed(((GwPushed *)user)->report, gw_checkin_fields(checkin), NULL);
}

static void on_pushed_end(GwPassage *passage, gpointer user) {
  g_assert_not_reached(); /* an appsrc that is never told to end, into elements that do not fail */
}

/* ---- dumps ---- */

static gboolean job_may_take(gpointer user) {
  return gw_report_may_take(((Job *)user)->owner->report);
}

static gint64 number_of(const GstStructure *s, const char *field) {
  gint64 n = 0;
  gst_structure_get_int64(s, field, &n);
  return n;
}

static void on_dump_line(GwPassage *passage, GstBuffer *checkin, gpointer user) {
  Job *job = user;
  const GstStructure *s = gw_checkin_fields(checkin);
  const gboolean ok = g_strcmp0(gst_structure_get_string(s, "verdict"), "ok") == 0;
  if (!ok && !job->first_bad)
    job->first_bad = gst_structure_copy(s);
  if (!ok || json_array_size(job->items) >= ITEMS_MOST || !gst_structure_has_field(s, "reader_id"))
    return;
  if (job->reader_id == 0)
    job->reader_id = number_of(s, "reader_id");
  json_array_append_new(
      job->items,
      json_pack("{s:I,s:s,s:I,s:I,s:I}", "device_at_us", (json_int_t)number_of(s, "device_at_us"), "tag",
                gst_structure_get_string(s, "tag"), "reader_id", (json_int_t)number_of(s, "reader_id"),
                "epoch", (json_int_t)number_of(s, "epoch"), "seq", (json_int_t)number_of(s, "seq")));
}

static void on_dump_end(GwPassage *passage, gpointer user) {
  Job *job = user;
  const char *bad = job->first_bad ? gst_structure_get_string(job->first_bad, "verdict") : "bad_format";
  const gboolean ok = json_array_size(job->items) > 0;
  GstStructure *fields = origin_of(job->raw_id, "dump", job->unit_id, ok ? "ok" : bad);
  gst_structure_set(fields, "late", G_TYPE_BOOLEAN, TRUE, NULL);
  if (job->reader_id > 0)
    gst_structure_set(fields, "reader_id", G_TYPE_INT64, job->reader_id, NULL);
  gw_report_pushed(job->owner->report, fields, json_incref(job->items));
  gst_structure_free(fields);
  finish_first(job->owner);
}

static gboolean write_all(int fd, GBytes *data) {
  gsize n = 0;
  const guint8 *p = g_bytes_get_data(data, &n);
  for (ssize_t written; n > 0; p += written, n -= (gsize)written)
    if ((written = write(fd, p, n)) <= 0)
      return FALSE;
  return TRUE;
}

/* filesrc wants a name: the dump lies in memory, and is reached by its descriptor. */
static void start_dump(Job *job) {
  static const GwPassageEvents events = {job_may_take, on_dump_line, on_dump_end};
  const GwPassageWay way = {job->owner->readers, "dump", GW_FRAMING_STREAM, TRUE};
  job->items = json_array();
  job->fd = memfd_create("dump", MFD_CLOEXEC);
  if (job->fd >= 0 && write_all(job->fd, job->data)) {
    GstElement *source = gst_element_factory_make("filesrc", NULL);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", job->fd);
    g_assert(source);
    g_object_set(source, "location", path, NULL);
    job->passage = gw_passage_open(source, &way, job->owner->reaper, &events, job);
  }
  if (!job->passage)
    on_dump_end(NULL, job);
}

/* ---- pictures ---- */

static void on_code(GwCode *code, const char *text, gpointer user) {
  Job *job = user;
  const char *json = NULL;
  const guint8 *picture = NULL;
  gsize n = 0, picture_bytes = 0, json_bytes = 0;
  const guint8 *data = g_bytes_get_data(job->data, &n);
  (void)gw_checkin_code_split(data, n, &json, &json_bytes, &picture,
                              &picture_bytes); /* it was looked at before */
  if (!text) {
    say_verdict(job->owner, job->raw_id, "code", job->unit_id, "no_code");
  } else {
    g_autofree char *with_tag =
        gw_tag_is_valid(text) ? gw_checkin_json_with_tag(json, json_bytes, text) : NULL;
    push_json(job->owner, job->raw_id, "code", job->unit_id, with_tag ? with_tag : "",
              with_tag ? strlen(with_tag) : 0);
  }
  finish_first(job->owner);
}

static void start_code(Job *job) {
  const char *json = NULL;
  const guint8 *picture = NULL;
  gsize n = 0, picture_bytes = 0, json_bytes = 0;
  const guint8 *data = g_bytes_get_data(job->data, &n);
  if (!gw_checkin_code_split(data, n, &json, &json_bytes, &picture, &picture_bytes)) {
    say_verdict(job->owner, job->raw_id, "code", job->unit_id, "bad_format");
    finish_first(job->owner);
    return;
  }
  job->code = gw_code_start(picture, picture_bytes, job->owner->reaper, on_code, job);
}

static void start_first(GwPushed *pushed) {
  Job *job = g_queue_peek_head(&pushed->jobs);
  if (job && job->is_dump)
    start_dump(job);
  else if (job)
    start_code(job);
}

static void add_job(GwPushed *pushed, gint64 raw_id, GwId unit_id, gboolean is_dump, const guint8 *data,
                    gsize bytes) {
  Job *job = g_new0(Job, 1);
  job->owner = pushed;
  job->raw_id = raw_id;
  job->unit_id = unit_id;
  job->is_dump = is_dump;
  job->data = g_bytes_new(data, bytes);
  job->fd = -1;
  g_queue_push_tail(&pushed->jobs, job);
  if (g_queue_get_length(&pushed->jobs) == 1)
    start_first(pushed);
}

void gw_pushed_take(GwPushed *pushed, json_t *message, const guint8 *data, gsize bytes) {
  const gint64 raw_id = json_integer_value(json_object_get(message, "raw_id"));
  const GwId unit_id = json_integer_value(json_object_get(message, "unit_id"));
  const char *source = json_string_value(json_object_get(message, "source"));
  if (raw_id <= 0 || !source)
    return; /* nobody could be answered */
  if (bytes > GW_LIMIT_CHECKIN_BYTES)
    say_verdict(pushed, raw_id, source, unit_id, "bad_format");
  else if (strcmp(source, "code") == 0 || strcmp(source, "dump") == 0)
    add_job(pushed, raw_id, unit_id, strcmp(source, "dump") == 0, data, bytes);
  else
    push_json(pushed, raw_id, source, unit_id, (const char *)data, bytes);
}

GwPushed *gw_pushed_new(GwReport *report, GwReaderTable *readers, GwReaper *reaper) {
  static const GwPassageEvents events = {may_take, on_pushed, on_pushed_end};
  const GwPassageWay way = {readers, "phone", GW_FRAMING_MESSAGE, FALSE};
  GwPushed *pushed = g_new0(GwPushed, 1);
  pushed->report = report;
  pushed->readers = gw_reader_table_ref(readers);
  pushed->reaper = reaper;
  g_queue_init(&pushed->jobs);
  pushed->source = gst_element_factory_make("appsrc", NULL);
  g_assert(pushed->source);
  g_object_set(pushed->source, "format", GST_FORMAT_BYTES, "max-bytes", (guint64)0, NULL);
  gst_object_ref(pushed->source);
  pushed->passage = gw_passage_open(pushed->source, &way, reaper, &events, pushed);
  g_assert(pushed->passage);
  return pushed;
}

void gw_pushed_free(GwPushed *pushed) {
  if (!pushed)
    return;
  g_queue_clear_full(&pushed->jobs, job_free);
  gw_passage_close(pushed->passage, NULL, NULL);
  gst_object_unref(pushed->source);
  gw_reader_table_unref(pushed->readers);
  g_free(pushed);
}
