#include "pipelines/scene/scene_private.h"

#include <string.h>

/* What a camera should see, in two states of light, and how it is learned.  The opaque form, little endian:
 *   "GWSR", version u16, slots u16, width u16, height u16, then per slot colour i16 (1/16, -1: not known),
 *   noise u16 (1/16), width * height luma; last the FNV-1a of all before, u64. */
#define LEARN_LOOKS 10
#define LEARN_US (90 * GW_SEC)
#define LEARN_PAUSE_US (5 * GW_MIN) /* looks further apart are not one learning */
#define REFINE_US (30 * GW_SEC)
#define BLOB_VERSION 1
#define BLOB_HEAD 12
#define BLOB_SLOT (4 + GW_SCENE_PIXELS)

G_STATIC_ASSERT(BLOB_HEAD + GW_SCENE_SLOTS * BLOB_SLOT + 8 <= GW_SCENE_REFERENCE_MOST_BYTES);

void gw_scene_reference_stop(GwSceneReference *reference) {
  g_clear_pointer(&reference->learner.sum, g_free);
  reference->learner.n = 0;
}

void gw_scene_reference_clear(GwSceneReference *reference) {
  gw_scene_reference_stop(reference);
  for (int i = 0; i < GW_SCENE_SLOTS; i++)
    reference->slot[i].used = FALSE;
  reference->current = 0;
}

gboolean gw_scene_reference_has(const GwSceneReference *reference) {
  return reference->slot[0].used || reference->slot[1].used;
}

static void learner_begin(GwSceneReference *reference, const GwSceneLook *look, int target) {
  GwSceneLearner *learner = &reference->learner;
  if (!learner->sum)
    learner->sum = g_new(guint16, GW_SCENE_PIXELS);
  for (int i = 0; i < GW_SCENE_PIXELS; i++)
    learner->sum[i] = (guint16)(look->luma[i] << 8);
  learner->n = 1;
  learner->target = target;
  learner->since_us = look->at_us;
  learner->colour = (float)look->colour;
}

/* The mean of all looks so far, each weighing the same. */
static void learner_add(GwSceneLearner *learner, const guint8 *luma) {
  int n = (int)++learner->n;
  for (int i = 0; i < GW_SCENE_PIXELS; i++) {
    int sum = learner->sum[i];
    learner->sum[i] = (guint16)(sum + ((luma[i] << 8) - sum) / n);
  }
}

static void learner_fill(const GwSceneLearner *learner, const GwSceneMeasure *now, GwSceneSlot *slot) {
  for (int i = 0; i < GW_SCENE_PIXELS; i++)
    slot->luma[i] = (guint8)(learner->sum[i] >> 8);
  slot->used = TRUE;
  slot->colour = learner->colour;
  slot->noise = now->noise * 0.4f;
}

/* Does it show the same as what is being learned?  A picture without anything in it is like any other. */
static gboolean learner_is_alike(const GwSceneLearner *learner, const GwSceneMeasure *now) {
  g_autofree GwSceneSlot *slot = g_new0(GwSceneSlot, 1);
  GwSceneCompare compare;
  learner_fill(learner, now, slot);
  gw_scene_compare(now, slot, &compare);
  return compare.n_known < 6 || compare.lost < 0.4f;
}

static int learner_target(const GwSceneReference *reference) {
  return !reference->slot[0].used ? 0 : !reference->slot[1].used ? 1 : 1 - reference->current;
}

gboolean gw_scene_reference_learn(GwSceneReference *reference, const GwSceneMeasure *now,
                                  const GwSceneLook *look) {
  GwSceneLearner *learner = &reference->learner;
  if (!learner->sum || look->at_us - learner->since_us > LEARN_PAUSE_US || !learner_is_alike(learner, now)) {
    learner_begin(reference, look, learner->sum ? learner->target : learner_target(reference));
    return FALSE;
  }
  learner_add(learner, look->luma);
  if (learner->n < LEARN_LOOKS || look->at_us - learner->since_us < LEARN_US)
    return FALSE;
  GwSceneSlot *slot = &reference->slot[learner->target];
  learner_fill(learner, now, slot);
  slot->refined_at_us = look->at_us;
  reference->current = learner->target;
  gw_scene_reference_stop(reference);
  return TRUE;
}

void gw_scene_reference_take(GwSceneReference *reference, const GwSceneMeasure *now,
                             const GwSceneLook *look) {
  gw_scene_reference_clear(reference);
  learner_begin(reference, look, 0);
  learner_fill(&reference->learner, now, &reference->slot[0]);
  reference->slot[0].noise = now->noise;
  reference->slot[0].refined_at_us = look->at_us;
}

/* A step at a time towards what is seen: the median of the last half hour or so, in the bytes of one picture.
 * It follows the sun and its shadows, and what passes leaves no trace. */
void gw_scene_reference_refine(GwSceneReference *reference, const GwSceneLook *look, const guint8 *held) {
  GwSceneSlot *slot = &reference->slot[reference->current];
  if (!slot->used || look->at_us - slot->refined_at_us < REFINE_US)
    return;
  slot->refined_at_us = look->at_us;
  slot->noise = MAX(slot->noise * 0.9f, 0.7f);
  if (look->colour >= 0)
    slot->colour =
        slot->colour < 0 ? (float)look->colour : 0.95f * slot->colour + 0.05f * (float)look->colour;
  for (int y = 0; y < GW_SCENE_HEIGHT; y++) {
    const guint8 *now = look->luma + (gsize)y * GW_SCENE_WIDTH;
    guint8 *was = slot->luma + (gsize)y * GW_SCENE_WIDTH;
    const guint8 *row_held = held ? held + (gsize)(y / 4) * GW_SCENE_CELLS_W : NULL;
    for (int x = 0; x < GW_SCENE_WIDTH; x++) {
      int difference = now[x] - was[x], far = ABS(difference);
      int step = (far > 0) + (far > 16) + (far > 48);
      if (row_held && row_held[x / 4])
        step = 0;
      was[x] = (guint8)(was[x] + (difference < 0 ? -step : step));
    }
  }
}

static guint64 blob_sum(const guint8 *data, gsize bytes) {
  guint64 hash = 14695981039346656037u;
  for (gsize i = 0; i < bytes; i++)
    hash = (hash ^ data[i]) * 1099511628211u;
  return hash;
}

static void blob_put(guint8 *to, guint64 value, int bytes) {
  for (int i = 0; i < bytes; i++)
    to[i] = (guint8)(value >> (8 * i));
}

static guint64 blob_get(const guint8 *from, int bytes) {
  guint64 value = 0;
  for (int i = 0; i < bytes; i++)
    value |= (guint64)from[i] << (8 * i);
  return value;
}

GBytes *gw_scene_reference_pack(const GwSceneReference *reference) {
  int n = reference->slot[0].used + reference->slot[1].used;
  if (!n)
    return NULL;
  gsize bytes = BLOB_HEAD + (gsize)n * BLOB_SLOT + 8;
  guint8 *data = g_malloc(bytes), *at = data + BLOB_HEAD;
  memcpy(data, "GWSR", 4);
  blob_put(data + 4, BLOB_VERSION, 2);
  blob_put(data + 6, (guint64)n, 2);
  blob_put(data + 8, GW_SCENE_WIDTH, 2);
  blob_put(data + 10, GW_SCENE_HEIGHT, 2);
  for (int i = 0; i < GW_SCENE_SLOTS; i++) {
    const GwSceneSlot *slot = &reference->slot[i];
    if (!slot->used)
      continue;
    gint16 colour = slot->colour < 0 ? -1 : (gint16)(MIN(slot->colour, 128) * 16);
    blob_put(at, (guint16)colour, 2);
    blob_put(at + 2, (guint64)(CLAMP(slot->noise, 0, 100) * 16), 2);
    memcpy(at + 4, slot->luma, GW_SCENE_PIXELS);
    at += BLOB_SLOT;
  }
  blob_put(at, blob_sum(data, bytes - 8), 8);
  return g_bytes_new_take(data, bytes);
}

gboolean gw_scene_reference_unpack(GwSceneReference *reference, const guint8 *data, gsize bytes) {
  if (!data || bytes < BLOB_HEAD + BLOB_SLOT + 8 || bytes > GW_SCENE_REFERENCE_MOST_BYTES ||
      memcmp(data, "GWSR", 4) != 0)
    return FALSE;
  guint64 n = blob_get(data + 6, 2);
  if (blob_get(data + 4, 2) != BLOB_VERSION || n < 1 || n > GW_SCENE_SLOTS ||
      blob_get(data + 8, 2) != GW_SCENE_WIDTH || blob_get(data + 10, 2) != GW_SCENE_HEIGHT ||
      bytes != BLOB_HEAD + n * BLOB_SLOT + 8 || blob_get(data + bytes - 8, 8) != blob_sum(data, bytes - 8))
    return FALSE;
  const guint8 *at = data + BLOB_HEAD;
  for (guint64 i = 0; i < n; i++, at += BLOB_SLOT) {
    gint16 colour = (gint16)blob_get(at, 2);
    if (colour < -1 || colour > 128 * 16 || blob_get(at + 2, 2) > 100 * 16)
      return FALSE;
  }
  gw_scene_reference_clear(reference);
  at = data + BLOB_HEAD;
  for (guint64 i = 0; i < n; i++, at += BLOB_SLOT) {
    GwSceneSlot *slot = &reference->slot[i];
    gint16 colour = (gint16)blob_get(at, 2);
    slot->used = TRUE;
    slot->colour = colour < 0 ? -1 : (float)colour / 16;
    slot->noise = (float)blob_get(at + 2, 2) / 16;
    memcpy(slot->luma, at + 4, GW_SCENE_PIXELS);
    slot->refined_at_us = 0;
  }
  return TRUE;
}
