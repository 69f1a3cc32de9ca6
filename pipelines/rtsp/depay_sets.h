#pragma once
#include "pipelines/rtsp/depay.h"

/* What a NAL unit is for taking streams apart, whatever the codec. */
typedef enum GwNalKind {
  GW_NAL_OTHER,
  GW_NAL_SLICE,
  GW_NAL_KEY_SLICE, /* of an IDR, CRA or BLA picture */
  GW_NAL_VPS,
  GW_NAL_SPS,
  GW_NAL_PPS,
  GW_NAL_SEI,
  GW_NAL_AUD,
} GwNalKind;

static inline gboolean gw_nal_is_set(GwNalKind kind) {
  return kind >= GW_NAL_VPS && kind <= GW_NAL_PPS;
}

/* The parameter sets of one stream, by kind and id.  Thread: one at a time; owns copies.
 * At most GW_DEPAY_MOST_SETS_BYTES and GW_SETS_MOST of them: beyond, the oldest go. */
#define GW_SETS_MOST 32

typedef struct GwSet {
  GwNalKind kind;
  guint id;
  gboolean brought; /* by the unit that is being put together */
  guint8 *nal;
  gsize bytes;
} GwSet;

typedef struct GwSets {
  GwSet sets[GW_SETS_MOST]; /* oldest first */
  guint n;
  gsize bytes;      /* start codes included */
  gboolean changed; /* since somebody last said FALSE here */
  GByteArray *text; /* all with start codes, VPS, SPS, PPS; made when asked for */
  gboolean is_text_old;
} GwSets;

void gw_sets_init(GwSets *sets);
void gw_sets_clear(GwSets *sets);
void gw_sets_add(GwSets *sets, GwNalKind kind, guint id, const guint8 *nal, gsize bytes, gboolean brought);
/* A keyframe that brings a whole set of its own makes all others things of the past. */
void gw_sets_keep_brought(GwSets *sets);
void gw_sets_forget_brought(GwSets *sets); /* a new unit begins */
guint gw_sets_kinds(const GwSets *sets);   /* bit 1 << kind of each kind that is there */
const GByteArray *gw_sets_text(GwSets *sets);
