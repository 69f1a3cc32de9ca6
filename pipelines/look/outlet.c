#include "pipelines/look/outlet.h"

#define WAITING_MOST_BYTES                                                                                   \
  (16 * 1024 * 1024) /* for the control thread; more is dropped, up to what comes next */

struct GwOutlet {
  gint ref;    /* atomic */
  GMutex lock; /* order: after a tap's lock, before that of the rings */
  GwRing *ring;
  guint stream;         /* 0: none came yet */
  GwUsec began_mono_us; /* the stream that runs; G_MAXINT64: none does */
  GQueue ears;          /* GwEar */
  GwOutletWoken woken;
  gpointer user;
};

struct GwEar {
  GwOutlet *outlet;
  GArray *waiting; /* GwOutletUnit; NULL: nothing */
  gsize waiting_bytes;
  gboolean has_hole;
};

GwOutlet *gw_outlet_new(GwOutletWoken woken, gpointer user) {
  GwOutlet *outlet = g_new0(GwOutlet, 1);
  outlet->ref = 1;
  g_mutex_init(&outlet->lock);
  g_queue_init(&outlet->ears);
  outlet->began_mono_us = G_MAXINT64;
  outlet->woken = woken;
  outlet->user = user;
  return outlet;
}

GwOutlet *gw_outlet_ref(GwOutlet *outlet) {
  g_atomic_int_inc(&outlet->ref);
  return outlet;
}

void gw_outlet_unref(GwOutlet *outlet) {
  if (!outlet || !g_atomic_int_dec_and_test(&outlet->ref))
    return;
  g_assert(g_queue_is_empty(&outlet->ears));
  g_mutex_clear(&outlet->lock);
  g_free(outlet);
}

void gw_outlet_set_ring(GwOutlet *outlet, GwRing *ring) {
  g_mutex_lock(&outlet->lock);
  outlet->ring = ring;
  outlet->began_mono_us = G_MAXINT64;
  g_mutex_unlock(&outlet->lock);
}

void gw_outlet_end(GwOutlet *outlet) {
  g_mutex_lock(&outlet->lock);
  outlet->began_mono_us = G_MAXINT64;
  g_mutex_unlock(&outlet->lock);
}

static void clear_unit(gpointer p) {
  GwOutletUnit *unit = p;
  gst_buffer_unref(unit->unit);
  gst_caps_unref(unit->caps);
}

/* A parser's OFFSET is bytes, and it has no OFFSET_END. */
gboolean gw_unit_is_lean(GstBuffer *unit) {
  return GST_BUFFER_OFFSET_END_IS_VALID(unit);
}

/* gwrtspsrc flags what a loss broke; rtspsrc's depayloaders say DISCONT alone, which the first unit of a
 * stream has anyway, and may give half a keyframe with it. */
static gboolean is_broken(GstBuffer *unit, gboolean begins_stream) {
  return GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_CORRUPTED) ||
         (!gw_unit_is_lean(unit) && !begins_stream && GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_DISCONT));
}

/* What the ring held is bounded by it. */
static void append(GwEar *ear, const GwOutletUnit *given) {
  GwOutletUnit unit = *given;
  const gsize bytes = unit.is_replay ? 0 : gst_buffer_get_size(unit.unit);
  if (ear->waiting_bytes + bytes > WAITING_MOST_BYTES) {
    g_clear_pointer(&ear->waiting, g_array_unref);
    ear->waiting_bytes = 0;
    ear->has_hole = TRUE;
  }
  if (!ear->waiting) {
    ear->waiting = g_array_new(FALSE, FALSE, sizeof unit);
    g_array_set_clear_func(ear->waiting, clear_unit);
  }
  gst_buffer_ref(unit.unit);
  gst_caps_ref(unit.caps);
  unit.after_hole = ear->has_hole;
  ear->has_hole = FALSE;
  ear->waiting_bytes += bytes;
  g_array_append_val(ear->waiting, unit);
}

void gw_outlet_push(GwOutlet *outlet, GstBuffer *buffer, GstCaps *caps, GwUsec arrival_mono_us,
                    gboolean begins_stream) {
  gboolean wake = FALSE;
  g_mutex_lock(&outlet->lock);
  if (begins_stream) {
    outlet->stream++;
    outlet->began_mono_us = arrival_mono_us;
  }
  if (outlet->ring)
    gw_ring_push(outlet->ring, buffer, caps, arrival_mono_us);
  const GwOutletUnit unit = {buffer, caps, arrival_mono_us, outlet->stream, is_broken(buffer, begins_stream),
                             FALSE,  FALSE};
  for (GList *link = outlet->ears.head; link; link = link->next) {
    GwEar *ear = link->data;
    wake = wake || !ear->waiting;
    append(ear, &unit);
  }
  g_mutex_unlock(&outlet->lock);
  if (wake)
    outlet->woken(outlet->user);
}

/* What the ring holds, with the lock of the outlet: nothing comes between this and the next push. */
static void replay(GwOutlet *outlet, GwEar *ear, GwUsec from_mono_us) {
  g_autoptr(GArray) units = gw_ring_since(outlet->ring, from_mono_us);
  const gboolean only_now = from_mono_us == GW_OUTLET_NOW;
  for (guint i = 0; i < units->len; i++) {
    const GwRingUnit *kept = &g_array_index(units, GwRingUnit, i);
    const gboolean is_now = kept->arrival_mono_us >= outlet->began_mono_us;
    const gboolean begins = kept->arrival_mono_us == outlet->began_mono_us;
    /* the connections before this one are one, whatever they were: their time stamps tell them apart */
    const GwOutletUnit unit = {kept->unit,
                               kept->caps,
                               kept->arrival_mono_us,
                               is_now ? outlet->stream : outlet->stream - 1,
                               is_broken(kept->unit, begins),
                               TRUE,
                               FALSE};
    if (is_now || !only_now)
      append(ear, &unit);
  }
}

GwEar *gw_ear_open(GwOutlet *outlet, GwUsec from_mono_us) {
  GwEar *ear = g_new0(GwEar, 1);
  ear->outlet = gw_outlet_ref(outlet);
  g_mutex_lock(&outlet->lock);
  if (outlet->ring)
    replay(outlet, ear, from_mono_us);
  g_queue_push_tail(&outlet->ears, ear);
  g_mutex_unlock(&outlet->lock);
  return ear;
}

void gw_ear_close(GwEar *ear) {
  if (!ear)
    return;
  g_mutex_lock(&ear->outlet->lock);
  g_queue_remove(&ear->outlet->ears, ear);
  g_mutex_unlock(&ear->outlet->lock);
  g_clear_pointer(&ear->waiting, g_array_unref);
  gw_outlet_unref(ear->outlet);
  g_free(ear);
}

GArray *gw_ear_take(GwEar *ear) {
  g_mutex_lock(&ear->outlet->lock);
  GArray *units = g_steal_pointer(&ear->waiting);
  ear->waiting_bytes = 0;
  g_mutex_unlock(&ear->outlet->lock);
  return units;
}
