#pragma once
#include "tests/farm/cameras/clip.h"

/* NAL units of a clip: where they begin, what they are, and how they go into RTP packets.
 *
 * Thread: any; no state. */
typedef struct FarmNal {
  const guint8 *data; /* its header first, no start code */
  gsize bytes;
} FarmNal;

typedef enum FarmNalKind {
  FARM_NAL_OTHER,
  FARM_NAL_SLICE,
  FARM_NAL_KEY_SLICE,
  FARM_NAL_VPS,
  FARM_NAL_SPS,
  FARM_NAL_PPS,
  FARM_NAL_AUD,
} FarmNalKind;

/* The next NAL at or after *at; FALSE at the end. */
gboolean farm_nal_next(const guint8 *data, gsize bytes, gsize *at, FarmNal *ret_nal);
FarmNalKind farm_nal_kind(FarmCodec codec, FarmNal nal);
gboolean farm_nal_begins_picture(FarmCodec codec, FarmNal nal);

/* Adds the packets of one picture to the clip's blob: RFC 6184 (single units, FU-A) or RFC 7798 (single
 * units, the small ones in front of a slice together as AP, FU).  `nals` holds FarmNal. */
void farm_nal_pack(FarmClip *clip, const GArray *nals);
