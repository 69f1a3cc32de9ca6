#include "pipelines/rtsp/depay_codec.h"

#include <string.h>

#define START_CODE_BYTES 4
#define LEAST_BYTES 2048 /* of a unit's first allocation */

static const guint8 start_code[START_CODE_BYTES] = {0, 0, 0, 1};

/* The unit that is being put together. */
typedef struct Unit {
  guint8 *data;
  gsize bytes, room;
  gboolean open;
  guint32 rtp_time;
  guint kinds; /* bit 1 << kind of every NAL unit in it */
  guint slice_bytes;
  gsize aud_bytes;     /* of an access unit delimiter at its start: parameter sets come after it */
  gboolean recovery;   /* an SEI says that decoding can start here */
  gboolean is_suspect; /* packets before its first one were lost: perhaps its own */
  gboolean goes_on;    /* has the time stamp of the unit before, which a marker bit ended */
  gboolean damaged;    /* something of it is missing */
  gboolean nonsense, too_large;
  gboolean in_fragment; /* a fragmented NAL unit stands at `fragment_at` and is not whole yet */
  gsize fragment_at;
  guint8 fragment_header[2];
} Unit;

struct GwDepay {
  const GwDepayCodec *codec;
  GwUnitFunc on_unit;
  gpointer user;
  Unit unit;
  GwSets sets;
  gboolean broken;           /* since a loss, until the next keyframe; so before the first, too */
  gboolean brings_sets;      /* the last keyframe had its parameter sets in band */
  gboolean marks_each_slice; /* marker bits of this camera do not end pictures: time stamps alone do */
  gboolean ended_by_marker;  /* the last unit, whose time stamp is unit.rtp_time still */
  gsize guess[2];            /* bytes of the next unit: [1] of a keyframe */
  guint dropped;
};

const char *gw_codec_name(GwCodec codec) {
  return codec == GW_CODEC_H265 ? gw_depay_h265.name : gw_depay_h264.name;
}

GwDepay *gw_depay_new(GwCodec codec, GwUnitFunc on_unit, gpointer user) {
  GwDepay *depay = g_new0(GwDepay, 1);
  depay->codec = codec == GW_CODEC_H265 ? &gw_depay_h265 : &gw_depay_h264;
  depay->on_unit = on_unit;
  depay->user = user;
  depay->broken = TRUE;
  gw_sets_init(&depay->sets);
  return depay;
}

void gw_depay_free(GwDepay *depay) {
  if (!depay)
    return;
  g_free(depay->unit.data);
  gw_sets_clear(&depay->sets);
  g_free(depay);
}

static gboolean has(const Unit *unit, GwNalKind kind) {
  return unit->kinds & 1u << kind;
}

static gboolean has_slice(const Unit *unit) {
  return has(unit, GW_NAL_SLICE) || has(unit, GW_NAL_KEY_SLICE);
}

/* The bytes of a unit */

static void drop_too_large(GwDepay *depay) {
  Unit *unit = &depay->unit;
  g_clear_pointer(&unit->data, g_free);
  unit->bytes = unit->room = unit->aud_bytes = 0;
  unit->in_fragment = FALSE;
  unit->too_large = unit->damaged = TRUE;
}

static gboolean make_room(GwDepay *depay, gsize more_bytes) {
  Unit *unit = &depay->unit;
  gsize need = unit->bytes + more_bytes;
  if (G_LIKELY(need <= unit->room))
    return TRUE;
  if (unit->too_large)
    return FALSE;
  if (need > GW_DEPAY_MOST_BYTES) {
    drop_too_large(depay);
    return FALSE;
  }
  gboolean is_key = has(unit, GW_NAL_KEY_SLICE) || has(unit, GW_NAL_SPS);
  gsize room = unit->room ? unit->room * 2 : MAX(depay->guess[is_key], LEAST_BYTES);
  unit->room = MAX(need, MIN(room, GW_DEPAY_MOST_BYTES));
  unit->data = g_realloc(unit->data, unit->room);
  return TRUE;
}

static void put(Unit *unit, const guint8 *data, gsize bytes) {
  memcpy(unit->data + unit->bytes, data, bytes);
  unit->bytes += bytes;
}

/* The guess follows quickly upwards and slowly downwards: too little costs a copy, too much is cut off again.
 */
static void learn_size(GwDepay *depay, gboolean is_key, gsize bytes) {
  gsize wanted = bytes + bytes / 8;
  gsize *guess = &depay->guess[is_key];
  *guess = wanted > *guess ? wanted : *guess - (*guess - wanted) / 16;
}

/* NAL units */

/* Whether a slice is its picture's first: both codecs say so in the first bit after the header
 * (H.264: first_mb_in_slice is 0; H.265: first_slice_segment_in_pic_flag). */
static gboolean is_first_slice(const guint8 *after_header) {
  return after_header[0] & 0x80;
}

static void nal_begins(GwDepay *depay, GwNalKind kind, const guint8 *after_header) {
  Unit *unit = &depay->unit;
  gboolean is_slice = kind == GW_NAL_SLICE || kind == GW_NAL_KEY_SLICE;
  if (is_slice && !has_slice(unit) && !is_first_slice(after_header)) {
    unit->damaged = unit->damaged || unit->is_suspect;
    depay->marks_each_slice = depay->marks_each_slice || unit->goes_on;
  }
  unit->kinds |= 1u << kind;
}

static void nal_is_whole(GwDepay *depay, GwNalKind kind, gsize at) {
  Unit *unit = &depay->unit;
  const guint8 *nal = unit->data + at + START_CODE_BYTES;
  gsize bytes = unit->bytes - at - START_CODE_BYTES;
  if (kind == GW_NAL_SLICE || kind == GW_NAL_KEY_SLICE)
    unit->slice_bytes += (guint)bytes;
  else if (gw_nal_is_set(kind))
    gw_sets_add(&depay->sets, kind, depay->codec->set_id(kind, nal, bytes), nal, bytes, TRUE);
  else if (kind == GW_NAL_SEI)
    unit->recovery = unit->recovery || depay->codec->is_recovery(nal, bytes);
  else if (kind == GW_NAL_AUD && at == 0)
    unit->aud_bytes = unit->bytes;
}

/* A fragmented NAL unit whose end never came: half a slice is worse than none. */
static void give_up_fragment(Unit *unit) {
  if (!unit->in_fragment)
    return;
  unit->bytes = unit->fragment_at;
  unit->in_fragment = FALSE;
  unit->damaged = TRUE;
}

void gw_depay_nonsense(GwDepay *depay) {
  give_up_fragment(&depay->unit);
  depay->unit.nonsense = depay->unit.damaged = TRUE;
}

void gw_depay_nal(GwDepay *depay, const guint8 *nal, gsize bytes) {
  Unit *unit = &depay->unit;
  guint header_bytes = depay->codec->header_bytes;
  give_up_fragment(unit);
  if (bytes <= header_bytes || nal[0] & 0x80) {
    gw_depay_nonsense(depay);
    return;
  }
  GwNalKind kind = depay->codec->kind(nal);
  nal_begins(depay, kind, nal + header_bytes);
  if (!make_room(depay, bytes + START_CODE_BYTES))
    return;
  gsize at = unit->bytes;
  put(unit, start_code, START_CODE_BYTES);
  put(unit, nal, bytes);
  nal_is_whole(depay, kind, at);
}

static void fragment_begins(GwDepay *depay, const guint8 *header, const guint8 *data, gsize bytes) {
  Unit *unit = &depay->unit;
  guint header_bytes = depay->codec->header_bytes;
  give_up_fragment(unit);
  nal_begins(depay, depay->codec->kind(header), data);
  if (!make_room(depay, bytes + header_bytes + START_CODE_BYTES))
    return;
  unit->in_fragment = TRUE;
  unit->fragment_at = unit->bytes;
  memcpy(unit->fragment_header, header, header_bytes);
  put(unit, start_code, START_CODE_BYTES);
  put(unit, header, header_bytes);
  put(unit, data, bytes);
}

void gw_depay_fragment(GwDepay *depay, const guint8 *header, const guint8 *data, gsize bytes,
                       gboolean is_first, gboolean is_last) {
  Unit *unit = &depay->unit;
  if (is_first) {
    if (header[0] & 0x80) {
      gw_depay_nonsense(depay);
      return;
    }
    fragment_begins(depay, header, data, bytes);
  } else if (!unit->in_fragment) {
    unit->damaged = TRUE; /* its beginning was lost */
    return;
  } else if (memcmp(unit->fragment_header, header, depay->codec->header_bytes) != 0) {
    gw_depay_nonsense(depay);
    return;
  } else if (make_room(depay, bytes)) {
    put(unit, data, bytes);
  }
  if (is_last && unit->in_fragment) {
    unit->in_fragment = FALSE;
    nal_is_whole(depay, depay->codec->kind(unit->fragment_header), unit->fragment_at);
  }
}

/* Units */

static gboolean put_sets_in_front(GwDepay *depay) {
  Unit *unit = &depay->unit;
  const GByteArray *text = gw_sets_text(&depay->sets);
  if (!make_room(depay, text->len))
    return FALSE;
  guint8 *at = unit->data + unit->aud_bytes;
  memmove(at + text->len, at, unit->bytes - unit->aud_bytes);
  memcpy(at, text->data, text->len);
  unit->bytes += text->len;
  return TRUE;
}

/* Whether the unit can be decoded alone; sees to its parameter sets. */
static gboolean make_key(GwDepay *depay) {
  Unit *unit = &depay->unit;
  guint needed = depay->codec->needed_sets;
  gboolean brings_all = (unit->kinds & needed) == needed;
  if (!has(unit, GW_NAL_KEY_SLICE) && !unit->recovery)
    return FALSE;
  if (unit->is_suspect && depay->brings_sets && !brings_all)
    unit->damaged = TRUE; /* its parameter sets were among what was lost, and may be new ones */
  if (unit->damaged || (gw_sets_kinds(&depay->sets) & needed) != needed)
    return FALSE;
  if (brings_all)
    gw_sets_keep_brought(&depay->sets);
  else if (!put_sets_in_front(depay))
    return FALSE;
  depay->brings_sets = brings_all;
  return TRUE;
}

static void give(GwDepay *depay) {
  Unit *unit = &depay->unit;
  gboolean is_key = make_key(depay);
  if (unit->too_large)
    return;
  GwUnit given = {.bytes = unit->bytes, .rtp_time = unit->rtp_time, .skipped_bytes = unit->slice_bytes};
  if (is_key) {
    given.flags = GW_UNIT_KEY | (depay->sets.changed ? GW_UNIT_NEW_SETS : 0);
    depay->sets.changed = FALSE;
  }
  depay->broken = unit->damaged || (depay->broken && !is_key);
  if (depay->broken)
    given.flags |= GW_UNIT_BROKEN;
  learn_size(depay, has(unit, GW_NAL_KEY_SLICE) || has(unit, GW_NAL_SPS), unit->bytes);
  if (unit->room - unit->bytes > unit->bytes / 4 + 512) /* it may be kept for long */
    unit->data = g_realloc(unit->data, unit->bytes);
  given.data = g_steal_pointer(&unit->data);
  depay->on_unit(&given, depay->user);
}

static void close_unit(GwDepay *depay) {
  Unit *unit = &depay->unit;
  give_up_fragment(unit);
  if (has_slice(unit) && unit->slice_bytes > 0 && !unit->too_large)
    give(depay);
  depay->broken = depay->broken || unit->damaged;
  if (unit->too_large || (unit->nonsense && unit->slice_bytes == 0))
    depay->dropped++;
  g_free(unit->data);
  *unit = (Unit){.rtp_time = unit->rtp_time};
}

/* Some cameras set the marker bit on every slice.  `goes_on` is where that shows the first time. */
static void open_unit(GwDepay *depay, guint32 rtp_time, gboolean gap) {
  depay->unit.open = TRUE;
  depay->unit.goes_on = !gap && depay->ended_by_marker && rtp_time == depay->unit.rtp_time;
  depay->unit.rtp_time = rtp_time;
  depay->unit.is_suspect = gap;
  gw_sets_forget_brought(&depay->sets);
}

void gw_depay_packet(GwDepay *depay, const guint8 *payload, gsize bytes, guint32 rtp_time, gboolean marker,
                     gboolean gap) {
  Unit *unit = &depay->unit;
  if (G_UNLIKELY(gap)) {
    depay->broken = TRUE;
    give_up_fragment(unit);
    unit->damaged = unit->open;
  }
  if (unit->open && unit->rtp_time != rtp_time)
    close_unit(depay);
  if (!unit->open)
    open_unit(depay, rtp_time, gap);
  if (!unit->too_large)
    depay->codec->payload(depay, payload, bytes);
  depay->ended_by_marker = FALSE;
  /* a marker after parameter sets alone ends no picture: they belong to the one that follows */
  if (marker && !depay->marks_each_slice && has_slice(unit)) {
    close_unit(depay);
    depay->ended_by_marker = TRUE;
  }
}

void gw_depay_add_set(GwDepay *depay, const guint8 *nal, gsize bytes) {
  if (bytes <= depay->codec->header_bytes)
    return;
  GwNalKind kind = depay->codec->kind(nal);
  if (gw_nal_is_set(kind))
    gw_sets_add(&depay->sets, kind, depay->codec->set_id(kind, nal, bytes), nal, bytes, FALSE);
}

const guint8 *gw_depay_sets(const GwDepay *depay, gsize *ret_bytes) {
  /* the text is only a kept answer: making it changes nothing that can be seen */
  const GByteArray *text = gw_sets_text((GwSets *)&depay->sets);
  *ret_bytes = text->len;
  return text->data;
}

guint gw_depay_dropped(const GwDepay *depay) {
  return depay->dropped;
}
