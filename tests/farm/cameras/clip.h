#pragma once
#include "tests/farm/cameras/sps.h"

typedef enum FarmCodec { FARM_H264, FARM_H265 } FarmCodec;

/* A clip: one Annex B file, H.264 or H.265, cut into RTP packets once when it is loaded.  Sending a picture
 * to a camera's viewer is then: patch sequence number, time and SSRC of its packets in place, one send().
 *
 * Thread: the farm's only one (the patching makes sharing across threads impossible).  Every packet in
 * `blob` starts with the four bytes of RTSP interleaving, so the packets of a picture lie one behind
 * the other exactly as they go over TCP. */
#define FARM_RTP_PAYLOAD_BYTES 1400
#define FARM_INTERLEAVE_BYTES 4
#define FARM_RTP_HEADER_BYTES 12

typedef struct FarmPacket {
  guint32 offset, bytes; /* in blob; interleaving included */
} FarmPacket;

typedef struct FarmPicture {
  guint32 first_packet, n_packets;
  guint32 offset, bytes;
  gboolean key;
} FarmPicture;

typedef struct FarmClip {
  char *name; /* file name without its ending */
  FarmCodec codec;
  FarmSps sps;
  FarmPps pps;
  double fps;
  char *format; /* what the SDP's a=fmtp says, parameter sets included */
  GByteArray *blob;
  GArray *packets;  /* FarmPacket */
  GArray *pictures; /* FarmPicture */
  GArray *skips;    /* FarmPicture: "as before", number n follows a keyframe as its n-th (0-based) */
  gboolean spare;   /* not given to a camera while there are others: the `size` order takes it */
} FarmClip;

/* NULL and an error: not readable, no keyframe at its start, or no parameter sets.  A file is H.265 when its
 * name says h265. */
gboolean farm_clip_is_file(const char *name); /* by its ending: .h264 or .h265 */
FarmClip *farm_clip_load(const char *path, GError **error);
FarmClip *farm_clip_parse(const char *name, FarmCodec codec, const guint8 *data, gsize bytes, GError **error);
void farm_clip_free(FarmClip *clip); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FarmClip, farm_clip_free)

/* The keyframe at or before, and the one after `position`. */
guint farm_clip_key_before(const FarmClip *clip, guint position);
guint farm_clip_key_after(const FarmClip *clip, guint position);
