#pragma once
#include "pipelines/rtsp/depay_sets.h"

/* Between depay.c, which puts units together, and the two codecs, which take payloads apart. */
typedef struct GwDepayCodec {
  const char *name;
  guint header_bytes; /* of a NAL unit */
  guint needed_sets;  /* bit 1 << kind: what a keyframe cannot be decoded without */
  GwNalKind (*kind)(const guint8 *nal);
  guint (*set_id)(GwNalKind kind, const guint8 *nal, gsize bytes); /* G_MAXUINT: cannot be read */
  /* Whether this SEI unit says that decoding can start at this picture. */
  gboolean (*is_recovery)(const guint8 *nal, gsize bytes);
  void (*payload)(GwDepay *depay, const guint8 *payload, gsize bytes);
} GwDepayCodec;

extern const GwDepayCodec gw_depay_h264, gw_depay_h265;

/* Called by a codec while it takes a payload apart. */
void gw_depay_nal(GwDepay *depay, const guint8 *nal, gsize bytes);
/* A fragment: `is_first` brings the NAL unit's header (else lent for comparing). */
void gw_depay_fragment(GwDepay *depay, const guint8 *header, const guint8 *data, gsize bytes,
                       gboolean is_first, gboolean is_last);
void gw_depay_nonsense(GwDepay *depay);

/* Bits of a NAL unit after its header, emulation prevention bytes taken out; 0 bits beyond the end. */
typedef struct GwNalBits {
  const guint8 *data;
  gsize bytes, at_byte;
  guint at_bit, zeros;
  gboolean is_over;
} GwNalBits;
GwNalBits gw_nal_bits(const guint8 *data, gsize bytes);
guint gw_nal_bits_read(GwNalBits *bits, guint n);
guint gw_nal_bits_ue(GwNalBits *bits); /* Exp-Golomb; G_MAXUINT when it makes no sense */
