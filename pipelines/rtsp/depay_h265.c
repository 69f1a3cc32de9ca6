#include "pipelines/rtsp/depay_codec.h"

/* RFC 7798 without DONL: decoding order numbers come only where the SDP says sprop-max-don-diff above 0. */
enum { TYPE_FIRST_IRAP = 16, TYPE_LAST_IRAP = 23, TYPE_LAST_SLICE = 31 };
enum { TYPE_VPS = 32, TYPE_SPS = 33, TYPE_PPS = 34, TYPE_AUD = 35, TYPE_PREFIX_SEI = 39 };
enum { TYPE_LAST_SINGLE = 47, TYPE_AP = 48, TYPE_FU = 49 };
#define HEADER_BYTES 2

static guint type_of(const guint8 *nal) {
  return nal[0] >> 1 & 0x3f;
}

static GwNalKind kind(const guint8 *nal) {
  guint type = type_of(nal);
  if (type <= TYPE_LAST_SLICE)
    return type >= TYPE_FIRST_IRAP && type <= TYPE_LAST_IRAP ? GW_NAL_KEY_SLICE : GW_NAL_SLICE;
  switch (type) {
  case TYPE_VPS:
    return GW_NAL_VPS;
  case TYPE_SPS:
    return GW_NAL_SPS;
  case TYPE_PPS:
    return GW_NAL_PPS;
  case TYPE_AUD:
    return GW_NAL_AUD;
  case TYPE_PREFIX_SEI:
    return GW_NAL_SEI;
  default:
    return GW_NAL_OTHER;
  }
}

/* Rec. H.265 7.3.3: what stands between the first byte of an SPS and its id. */
static void skip_profile_tier_level(GwNalBits *bits, guint sub_layers) {
  guint profiles = 0, levels = 0;
  for (guint i = 0; i < 12; i++) /* general profile, 88 bits, and level */
    (void)gw_nal_bits_read(bits, 8);
  for (guint i = 0; sub_layers > 0 && i < 8; i++) {
    guint has = gw_nal_bits_read(bits, 2);
    profiles += i < sub_layers ? has >> 1 : 0;
    levels += i < sub_layers ? has & 1 : 0;
  }
  for (guint i = 0; i < profiles * 11 + levels; i++)
    (void)gw_nal_bits_read(bits, 8);
}

static guint set_id(GwNalKind of, const guint8 *nal, gsize bytes) {
  if (bytes <= HEADER_BYTES)
    return G_MAXUINT;
  GwNalBits bits = gw_nal_bits(nal + HEADER_BYTES, bytes - HEADER_BYTES);
  if (of == GW_NAL_VPS)
    return gw_nal_bits_read(&bits, 4);
  if (of == GW_NAL_SPS) {
    guint head = gw_nal_bits_read(&bits, 8); /* VPS id (4), sub-layers (3), nesting (1) */
    skip_profile_tier_level(&bits, head >> 1 & 7);
  }
  return gw_nal_bits_ue(&bits);
}

/* CRA and BLA say it by their type; a recovery point besides them is a gradual refresh. */
static gboolean is_recovery(const guint8 *nal, gsize bytes) {
  return FALSE;
}

static void aggregate(GwDepay *depay, const guint8 *data, gsize bytes) {
  while (bytes >= 2) {
    gsize size = (gsize)data[0] << 8 | data[1];
    if (size == 0 || size > bytes - 2)
      break;
    gw_depay_nal(depay, data + 2, size);
    data += 2 + size;
    bytes -= 2 + size;
  }
  if (bytes > 0)
    gw_depay_nonsense(depay);
}

static void payload(GwDepay *depay, const guint8 *data, gsize bytes) {
  guint type = bytes > HEADER_BYTES ? type_of(data) : TYPE_FU + 1;
  if (type <= TYPE_LAST_SINGLE) {
    gw_depay_nal(depay, data, bytes);
  } else if (type == TYPE_FU && bytes > 3) {
    const guint8 header[HEADER_BYTES] = {(data[0] & 0x81) | (data[2] & 0x3f) << 1, data[1]};
    gw_depay_fragment(depay, header, data + 3, bytes - 3, data[2] & 0x80, data[2] & 0x40);
  } else if (type == TYPE_AP) {
    aggregate(depay, data + HEADER_BYTES, bytes - HEADER_BYTES);
  } else {
    gw_depay_nonsense(depay);
  }
}

const GwDepayCodec gw_depay_h265 = {
    .name = "h265",
    .header_bytes = HEADER_BYTES,
    .needed_sets = 1u << GW_NAL_VPS | 1u << GW_NAL_SPS | 1u << GW_NAL_PPS,
    .kind = kind,
    .set_id = set_id,
    .is_recovery = is_recovery,
    .payload = payload,
};
