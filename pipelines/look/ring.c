#include "pipelines/look/ring.h"

/* What a unit costs besides its bytes: GstBuffer, GstMemory and Unit.  Counted, so that a stream of tiny
 * units is bounded too. */
#define UNIT_OVERHEAD_BYTES 512
#define ONE_RING_SHARE 4 /* one ring may hold a quarter of the bound: a camera without keyframes empties no other */

typedef struct Unit {
  GstBuffer *buffer;
  GwUsec arrival_mono_us;
} Unit;

/* A keyframe and what follows it: the smallest thing that can be decoded, and so dropped. */
typedef struct Group {
  GList in_all, in_ring; /* its links in GwRings.groups and GwRing.groups */
  GwRing *ring;
  GstCaps *caps; /* of all its units */
  guint64 first_number;
  gsize bytes;
  GArray *units; /* Unit */
} Group;

/* One lock for all rings: what is dropped for one ring's sake may be another's.  It is held for the push of
 * one unit, and for a reader's references. */
struct GwRings {
  GMutex lock; /* order: the last lock taken; nothing is called while it is held */
  GwUsec span_us;
  gsize most_bytes, bytes;
  GQueue groups; /* of all rings, oldest first */
};

struct GwRing {
  GwRings *rings;
  GQueue groups; /* oldest first */
  gsize bytes;
  guint64 next_number;
  gboolean open; /* the newest group takes units; else they wait for a keyframe */
};

GwRings *gw_rings_new(GwUsec span_us, gsize most_bytes) {
  GwRings *rings = g_new0(GwRings, 1);
  g_mutex_init(&rings->lock);
  rings->span_us = span_us;
  rings->most_bytes = most_bytes;
  g_queue_init(&rings->groups);
  return rings;
}

void gw_rings_free(GwRings *rings) {
  if (!rings)
    return;
  g_assert(g_queue_is_empty(&rings->groups));
  g_mutex_clear(&rings->lock);
  g_free(rings);
}

gsize gw_rings_bytes(GwRings *rings) {
  g_mutex_lock(&rings->lock);
  const gsize bytes = rings->bytes;
  g_mutex_unlock(&rings->lock);
  return bytes;
}

void gw_rings_set_most(GwRings *rings, gsize most_bytes) {
  g_mutex_lock(&rings->lock);
  rings->most_bytes = most_bytes;
  g_mutex_unlock(&rings->lock);
}

GwRing *gw_ring_new(GwRings *rings) {
  GwRing *ring = g_new0(GwRing, 1);
  ring->rings = rings;
  g_queue_init(&ring->groups);
  return ring;
}

static void group_free(gpointer p) {
  Group *group = p;
  for (guint i = 0; i < group->units->len; i++)
    gst_buffer_unref(g_array_index(group->units, Unit, i).buffer);
  g_array_unref(group->units);
  gst_caps_unref(group->caps);
  g_free(group);
}

/* Takes a group out of both lists and puts it with those to free, once the lock is off. */
static void drop(Group *group, GSList **dropped) {
  GwRing *ring = group->ring;
  if (ring->groups.tail == &group->in_ring)
    ring->open = FALSE;
  g_queue_unlink(&ring->groups, &group->in_ring);
  g_queue_unlink(&ring->rings->groups, &group->in_all);
  ring->bytes -= group->bytes;
  ring->rings->bytes -= group->bytes;
  *dropped = g_slist_prepend(*dropped, group);
}

void gw_ring_free(GwRing *ring) {
  if (!ring)
    return;
  GSList *dropped = NULL;
  g_mutex_lock(&ring->rings->lock);
  while (ring->groups.head)
    drop(ring->groups.head->data, &dropped);
  g_mutex_unlock(&ring->rings->lock);
  g_slist_free_full(dropped, group_free);
  g_free(ring);
}

static void begin_group(GwRing *ring, GstCaps *caps) {
  Group *before = ring->groups.tail ? ring->groups.tail->data : NULL;
  Group *group = g_new0(Group, 1);
  group->ring = ring;
  group->caps = gst_caps_ref(caps);
  group->first_number = ring->next_number;
  /* groups of one camera are alike: no growing by halves */
  group->units = g_array_sized_new(FALSE, FALSE, sizeof(Unit), before ? before->units->len : 16);
  group->in_ring.data = group->in_all.data = group;
  g_queue_push_tail_link(&ring->groups, &group->in_ring);
  g_queue_push_tail_link(&ring->rings->groups, &group->in_all);
  ring->open = TRUE;
}

static GwUsec begins_us(const Group *group) {
  return g_array_index(group->units, Unit, 0).arrival_mono_us;
}

/* Whole groups go: those that end before the span begins, and the oldest of all over the bound. */
static void keep_span(GwRing *ring, GwUsec now_us, GSList **dropped) {
  while (ring->groups.head && ring->groups.head->next &&
         begins_us(ring->groups.head->next->data) <= now_us - ring->rings->span_us)
    drop(ring->groups.head->data, dropped);
}

static void keep_bounds(GwRing *ring, GSList **dropped) {
  GwRings *rings = ring->rings;
  while (ring->bytes > rings->most_bytes / ONE_RING_SHARE)
    drop(ring->groups.head->data, dropped);
  while (rings->bytes > rings->most_bytes)
    drop(rings->groups.head->data, dropped);
}

void gw_ring_push(GwRing *ring, GstBuffer *unit, GstCaps *caps, GwUsec arrival_mono_us) {
  const gsize bytes = gst_buffer_get_size(unit) + UNIT_OVERHEAD_BYTES;
  const gboolean keyframe = !GST_BUFFER_FLAG_IS_SET(unit, GST_BUFFER_FLAG_DELTA_UNIT);
  GSList *dropped = NULL;
  g_mutex_lock(&ring->rings->lock);
  if (keyframe) {
    keep_span(ring, arrival_mono_us, &dropped); /* here alone: old groups are in no cache */
    begin_group(ring, caps);
  }
  if (ring->open) {
    Group *group = ring->groups.tail->data;
    const Unit kept = {gst_buffer_ref(unit), arrival_mono_us};
    g_array_append_val(group->units, kept);
    group->bytes += bytes;
    ring->bytes += bytes;
    ring->rings->bytes += bytes;
    keep_bounds(ring, &dropped);
  }
  ring->next_number++;
  g_mutex_unlock(&ring->rings->lock);
  g_slist_free_full(dropped, group_free);
}

static void clear_unit(gpointer p) {
  GwRingUnit *unit = p;
  gst_buffer_unref(unit->unit);
  gst_caps_unref(unit->caps);
}

static void add_units(const Group *group, GArray *to) {
  for (guint i = 0; i < group->units->len; i++) {
    const Unit *unit = &g_array_index(group->units, Unit, i);
    const GwRingUnit copy = {gst_buffer_ref(unit->buffer), gst_caps_ref(group->caps), unit->arrival_mono_us,
                             group->first_number + i};
    g_array_append_val(to, copy);
  }
}

GArray *gw_ring_since(GwRing *ring, GwUsec from_mono_us) {
  GArray *units = g_array_new(FALSE, FALSE, sizeof(GwRingUnit));
  g_array_set_clear_func(units, clear_unit);
  g_mutex_lock(&ring->rings->lock);
  GList *link = ring->groups.tail;
  while (link && link->prev && begins_us(link->data) > from_mono_us)
    link = link->prev;
  for (; link; link = link->next)
    add_units(link->data, units);
  g_mutex_unlock(&ring->rings->lock);
  return units;
}

GwUsec gw_ring_span_us(GwRing *ring) {
  GwUsec span_us = 0;
  g_mutex_lock(&ring->rings->lock);
  if (ring->groups.head) {
    const GArray *newest = ((Group *)ring->groups.tail->data)->units;
    span_us = g_array_index(newest, Unit, newest->len - 1).arrival_mono_us - begins_us(ring->groups.head->data);
  }
  g_mutex_unlock(&ring->rings->lock);
  return span_us;
}
