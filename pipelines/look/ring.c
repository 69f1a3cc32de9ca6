#include "pipelines/look/ring.h"

#include "pipelines/look/ring_block.h"

#define ONE_RING_SHARE                                                                                       \
  4 /* one ring may hold a quarter of the bound: a camera without keyframes empties no other */

#define KEPT_FLAGS                                                                                           \
  (GST_BUFFER_FLAG_DELTA_UNIT | GST_BUFFER_FLAG_DISCONT | GST_BUFFER_FLAG_CORRUPTED | GST_BUFFER_FLAG_HEADER)

typedef struct Unit {
  GwBlockPiece piece;
  GwUsec arrival_mono_us;
  GstClockTime pts, dts;
  guint64 offset, offset_end;
  GstBufferFlags flags;
} Unit;

/* A keyframe and what follows it: the smallest thing that can be decoded, and so dropped. */
typedef struct Group {
  GList in_all, in_ring; /* its links in GwRings.groups and GwRing.groups */
  GwRing *ring;
  GstCaps *caps; /* of all its units */
  guint64 first_number;
  GwUsec begins_mono_us;
  GArray *units; /* Unit */
} Group;

/* One lock for all rings: what is dropped for one ring's sake may be another's.  It is held for the copy of
 * one unit, and for those that a reader asks for. */
struct GwRings {
  GMutex lock; /* order: the last lock taken; nothing is called while it is held */
  GwUsec span_us;
  gsize most_bytes, units_bytes; /* units_bytes: what is known about units, beside the units */
  GwBlockStore store;
  GQueue groups; /* of all rings, oldest first */
};

struct GwRing {
  GwRings *rings;
  GQueue groups; /* oldest first */
  GwBlockChain chain;
  gsize units_bytes;
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
  gw_block_store_clear(&rings->store);
  g_mutex_clear(&rings->lock);
  g_free(rings);
}

static gsize held(const GwRings *rings) {
  return gw_block_store_bytes(&rings->store) + rings->units_bytes;
}

gsize gw_rings_bytes(GwRings *rings) {
  g_mutex_lock(&rings->lock);
  const gsize bytes = held(rings);
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

static void group_free(Group *group) {
  g_array_unref(group->units);
  gst_caps_unref(group->caps);
  g_free(group);
}

/* The oldest group of its ring. */
static void drop(Group *group) {
  GwRing *ring = group->ring;
  const gsize known = group->units->len * sizeof(Unit);
  if (ring->groups.tail == &group->in_ring)
    ring->open = FALSE;
  g_queue_unlink(&ring->groups, &group->in_ring);
  g_queue_unlink(&ring->rings->groups, &group->in_all);
  for (guint i = 0; i < group->units->len; i++)
    gw_block_drop(&ring->rings->store, &ring->chain, &g_array_index(group->units, Unit, i).piece);
  if (!ring->groups.head)
    gw_block_drop_all(&ring->rings->store, &ring->chain);
  ring->units_bytes -= known;
  ring->rings->units_bytes -= known;
  group_free(group);
}

void gw_ring_free(GwRing *ring) {
  if (!ring)
    return;
  g_mutex_lock(&ring->rings->lock);
  while (ring->groups.head)
    drop(ring->groups.head->data);
  g_mutex_unlock(&ring->rings->lock);
  g_free(ring);
}

static void begin_group(GwRing *ring, GstCaps *caps, GwUsec arrival_mono_us) {
  Group *before = ring->groups.tail ? ring->groups.tail->data : NULL;
  Group *group = g_new0(Group, 1);
  group->ring = ring;
  group->caps = gst_caps_ref(caps);
  group->first_number = ring->next_number;
  group->begins_mono_us = arrival_mono_us;
  /* groups of one camera are alike: no growing by halves */
  group->units = g_array_sized_new(FALSE, FALSE, sizeof(Unit), before ? before->units->len : 16);
  group->in_ring.data = group->in_all.data = group;
  g_queue_push_tail_link(&ring->groups, &group->in_ring);
  g_queue_push_tail_link(&ring->rings->groups, &group->in_all);
  ring->open = TRUE;
}

static GwUsec begins_us(const Group *group) {
  return group->begins_mono_us;
}

/* Whole groups go: those that end before the span begins, and the oldest of all over the bound. */
static void keep_span(GwRing *ring, GwUsec now_us) {
  while (ring->groups.head && ring->groups.head->next &&
         begins_us(ring->groups.head->next->data) <= now_us - ring->rings->span_us)
    drop(ring->groups.head->data);
}

static void keep_bounds(GwRing *ring) {
  GwRings *rings = ring->rings;
  while (ring->groups.head && ring->chain.bytes + ring->units_bytes > rings->most_bytes / ONE_RING_SHARE)
    drop(ring->groups.head->data);
  while (held(rings) > rings->most_bytes) /* what is dropped becomes spare first */
    if (!gw_block_store_trim(&rings->store)) {
      if (!rings->groups.head)
        return;
      drop(rings->groups.head->data);
    }
}

static void add_unit(GwRing *ring, GstBuffer *buffer, const GstMapInfo *map, GwUsec arrival_mono_us) {
  Group *group = ring->groups.tail->data;
  const Unit unit = {.piece = gw_block_append(&ring->rings->store, &ring->chain, map->data, map->size),
                     .arrival_mono_us = arrival_mono_us,
                     .pts = GST_BUFFER_PTS(buffer),
                     .dts = GST_BUFFER_DTS(buffer),
                     .offset = GST_BUFFER_OFFSET(buffer),
                     .offset_end = GST_BUFFER_OFFSET_END(buffer),
                     .flags = GST_BUFFER_FLAGS(buffer) & KEPT_FLAGS};
  g_array_append_val(group->units, unit);
  ring->units_bytes += sizeof unit;
  ring->rings->units_bytes += sizeof unit;
}

void gw_ring_push(GwRing *ring, GstBuffer *buffer, GstCaps *caps, GwUsec arrival_mono_us) {
  const gboolean keyframe = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
    return;
  g_mutex_lock(&ring->rings->lock);
  if (keyframe) {
    keep_span(ring, arrival_mono_us); /* here alone: old groups are in no cache */
    begin_group(ring, caps, arrival_mono_us);
  }
  if (ring->open) {
    add_unit(ring, buffer, &map, arrival_mono_us);
    keep_bounds(ring);
  }
  ring->next_number++;
  g_mutex_unlock(&ring->rings->lock);
  gst_buffer_unmap(buffer, &map);
}

static void clear_unit(gpointer p) {
  GwRingUnit *unit = p;
  gst_buffer_unref(unit->unit);
  gst_caps_unref(unit->caps);
}

/* What lies in one block is shared with the ring, the rest is copied. */
static GstBuffer *buffer_of(const Unit *unit) {
  GstBuffer *buffer = gst_buffer_new();
  const GwBlockPiece *piece = &unit->piece;
  if (gw_block_is_whole(piece)) {
    gst_buffer_append_memory(buffer, gst_memory_new_wrapped(GST_MEMORY_FLAG_READONLY, piece->first->data,
                                                            GW_BLOCK_BYTES, piece->at, piece->bytes,
                                                            gw_block_ref(piece->first), gw_block_unref));
  } else {
    guint8 *copy = g_malloc(piece->bytes);
    gw_block_copy(piece, copy);
    gst_buffer_append_memory(buffer,
                             gst_memory_new_wrapped(0, copy, piece->bytes, 0, piece->bytes, copy, g_free));
  }
  GST_BUFFER_PTS(buffer) = unit->pts;
  GST_BUFFER_DTS(buffer) = unit->dts;
  GST_BUFFER_OFFSET(buffer) = unit->offset;
  GST_BUFFER_OFFSET_END(buffer) = unit->offset_end;
  GST_BUFFER_FLAG_SET(buffer, unit->flags);
  return buffer;
}

static void add_units(const Group *group, GArray *to) {
  for (guint i = 0; i < group->units->len; i++) {
    const Unit *unit = &g_array_index(group->units, Unit, i);
    const GwRingUnit copy = {buffer_of(unit), gst_caps_ref(group->caps), unit->arrival_mono_us,
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
    span_us =
        g_array_index(newest, Unit, newest->len - 1).arrival_mono_us - begins_us(ring->groups.head->data);
  }
  g_mutex_unlock(&ring->rings->lock);
  return span_us;
}
