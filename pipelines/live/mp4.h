#pragma once
#include "pipelines/rtsp/depay.h"

/* Access units to MP4 (ISO/IEC 14496-12 and -15), one video track, nothing encoded anew: fragments for a
 * browser's MediaSource, and whole files for evidence.
 *
 * Pure.  Thread: one at a time.  Time is in ticks of 1/90000 s.  Units are as gw_depay gives them: start
 * codes of four bytes; parameter sets and delimiters go into the header and out of the samples. */
#define GW_MP4_TICKS 90000

typedef struct GwMp4 GwMp4;

/* NULL: the parameter sets make no sense.  `sets` as gw_depay_sets() or in front of a keyframe. */
GwMp4 *gw_mp4_new(GwCodec codec, const guint8 *sets, gsize bytes, int width, int height);
void gw_mp4_free(GwMp4 *mp4); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwMp4, gw_mp4_free)

const char *gw_mp4_codecs(const GwMp4 *mp4); /* RFC 6381: "avc1.64001F", "hvc1.1.6.L93.B0"; lent */
/* TRUE when these parameter sets are not those that it was made of: a new GwMp4 is needed. */
gboolean gw_mp4_is_other(const GwMp4 *mp4, const guint8 *sets, gsize bytes);

typedef struct GwMp4Sample {
  const guint8 *unit;
  gsize bytes;
  guint64 ticks;    /* when it is decoded; never decreases */
  gint32 later;     /* so much after that it is shown; before, where pictures are out of order */
  guint32 duration; /* until the next one */
  gboolean is_key;
} GwMp4Sample;

GBytes *gw_mp4_init(const GwMp4 *mp4); /* ftyp, moov: what a SourceBuffer is given first */
GBytes *gw_mp4_fragment(const GwMp4 *mp4, guint32 number, const GwMp4Sample *samples,
                        guint n); /* moof, mdat */
/* ftyp, moov with its index, mdat: plays and seeks anywhere.  Time begins with the first sample. */
GBytes *gw_mp4_file(const GwMp4 *mp4, const GwMp4Sample *samples, guint n);
