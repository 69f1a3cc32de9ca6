#include "pipelines/passage.h"

#include "daemon/base/post.h"

#include <gst/app/gstappsink.h>

#define AGAIN_MS 50

struct GwPassage {
  gint ref;    /* atomic: posts on the way hold the struct */
  gint woken;  /* atomic: a post is on the way */
  gint failed; /* atomic: an error was on the bus */
  GstElement *pipeline;
  GstAppSink *sink; /* the pipeline's */
  GwReaper *reaper;
  GwPassageEvents events;
  gpointer user;
  guint again_source;
  gboolean closed, ended; /* control thread */
};

static void unref_passage(gpointer p) {
  GwPassage *passage = p;
  if (g_atomic_int_dec_and_test(&passage->ref))
    g_free(passage);
}

static void drain(GwPassage *p);

static gboolean on_again(gpointer user) {
  GwPassage *p = user;
  p->again_source = 0;
  drain(p);
  return G_SOURCE_REMOVE;
}

/* Callbacks may close the passage at any turn; the caller holds a reference. */
static void drain(GwPassage *p) {
  while (!p->closed && p->events.may_take(p->user)) {
    g_autoptr(GstSample) sample = gst_app_sink_try_pull_sample(p->sink, 0);
    if (!sample) {
      if (!p->ended && (gst_app_sink_is_eos(p->sink) || g_atomic_int_get(&p->failed))) {
        p->ended = TRUE;
        p->events.on_end(p, p->user);
      }
      return;
    }
    p->events.on_checkin(p, gst_sample_get_buffer(sample), p->user);
  }
  if (!p->closed && !p->again_source)
    p->again_source = g_timeout_add(AGAIN_MS, on_again, p);
}

static void on_wake(gpointer user) {
  GwPassage *p = user;
  g_atomic_int_set(&p->woken, 0); /* before looking: what comes from now on wakes anew */
  if (!p->closed)
    drain(p);
}

/* Any thread. */
static void wake(GwPassage *p) {
  if (!g_atomic_int_compare_and_exchange(&p->woken, 0, 1))
    return;
  g_atomic_int_inc(&p->ref);
  gw_post(NULL, on_wake, p, unref_passage);
}

static GstFlowReturn on_sample(GstAppSink *sink, gpointer user) {
  wake(user);
  return GST_FLOW_OK;
}

static void on_eos(GstAppSink *sink, gpointer user) {
  wake(user);
}

static GstBusSyncReply on_bus(GstBus *bus, GstMessage *message, gpointer user) {
  GwPassage *p = user;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    g_atomic_int_set(&p->failed, 1);
    wake(p);
  }
  gst_message_unref(message); /* a dropped message is the handler's */
  return GST_BUS_DROP;
}

static void build(GwPassage *p, GstElement *source, const GwPassageWay *way) {
  GstElement *checkin = gst_element_factory_make("gwcheckin", NULL);
  GstElement *sink = gst_element_factory_make("appsink", NULL);
  GstAppSinkCallbacks callbacks = {.eos = on_eos, .new_sample = on_sample};
  g_assert(checkin && sink); /* main() looked for them */
  g_object_set(checkin, "readers", way->readers, "source", way->source, "framing", way->framing, "late",
               way->late, "post-messages", FALSE, NULL);
  g_object_set(sink, "sync", FALSE, "async", FALSE, "max-buffers", GW_PASSAGE_BUFFERS, "enable-last-sample",
               FALSE, NULL);
  p->sink = GST_APP_SINK(sink);
  gst_bin_add_many(GST_BIN(p->pipeline), source, checkin, sink, NULL);
  gst_element_link_many(source, checkin, sink, NULL);
  g_atomic_int_inc(&p->ref);
  gst_app_sink_set_callbacks(p->sink, &callbacks, p, unref_passage);
  g_autoptr(GstBus) bus = gst_element_get_bus(p->pipeline);
  g_atomic_int_inc(&p->ref);
  gst_bus_set_sync_handler(bus, on_bus, p, unref_passage);
}

GwPassage *gw_passage_open(GstElement *source, const GwPassageWay *way, GwReaper *reaper,
                           const GwPassageEvents *events, gpointer user) {
  GwPassage *p = g_new0(GwPassage, 1);
  p->ref = 1;
  p->reaper = reaper;
  p->events = *events;
  p->user = user;
  p->pipeline = gst_pipeline_new(NULL);
  build(p, source, way);
  if (gst_element_set_state(p->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
    gw_passage_close(p, NULL, NULL);
    return NULL;
  }
  return p;
}

void gw_passage_close(GwPassage *p, GDestroyNotify done, gpointer data) {
  if (!p)
    return;
  p->closed = TRUE;
  if (p->again_source)
    g_source_remove(p->again_source);
  gw_reaper_take(p->reaper, g_steal_pointer(&p->pipeline), done, data);
  unref_passage(p);
}
