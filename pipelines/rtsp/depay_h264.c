#include "pipelines/rtsp/depay_codec.h"

/* RFC 6184.  Interleaved mode (STAP-B, MTAP, FU-B) is for those who asked for it, and we do not. */
enum {
  TYPE_SLICE = 1,
  TYPE_PART_C = 4,
  TYPE_IDR = 5,
  TYPE_SEI = 6,
  TYPE_SPS = 7,
  TYPE_PPS = 8,
  TYPE_AUD = 9
};
enum { TYPE_LAST_SINGLE = 23, TYPE_STAP_A = 24, TYPE_FU_A = 28 };
#define SEI_RECOVERY_POINT 6

static guint type_of(const guint8 *nal) {
  return nal[0] & 0x1f;
}

static GwNalKind kind(const guint8 *nal) {
  guint type = type_of(nal);
  if (type >= TYPE_SLICE && type <= TYPE_PART_C)
    return GW_NAL_SLICE;
  switch (type) {
  case TYPE_IDR:
    return GW_NAL_KEY_SLICE;
  case TYPE_SEI:
    return GW_NAL_SEI;
  case TYPE_SPS:
    return GW_NAL_SPS;
  case TYPE_PPS:
    return GW_NAL_PPS;
  case TYPE_AUD:
    return GW_NAL_AUD;
  default:
    return GW_NAL_OTHER;
  }
}

static guint set_id(GwNalKind of, const guint8 *nal, gsize bytes) {
  guint skip = of == GW_NAL_SPS ? 4 : 1; /* an SPS has profile, constraints and level before its id */
  if (bytes <= skip)
    return G_MAXUINT;
  GwNalBits bits = gw_nal_bits(nal + skip, bytes - skip);
  return gw_nal_bits_ue(&bits);
}

/* One number of an SEI message's head: bytes of 255 and a last one. */
static guint sei_number(GwNalBits *bits) {
  guint sum = 0, byte;
  do {
    byte = gw_nal_bits_read(bits, 8);
    sum += byte;
  } while (byte == 255 && !bits->is_over);
  return sum;
}

/* Only a recovery after 0 frames: a gradual refresh is no picture that can be looked at alone. */
static gboolean is_recovery(const guint8 *nal, gsize bytes) {
  GwNalBits bits = gw_nal_bits(nal + 1, bytes - 1);
  while (bits.at_byte + 2 < bits.bytes && !bits.is_over) {
    guint type = sei_number(&bits), size = sei_number(&bits);
    if (type == SEI_RECOVERY_POINT)
      return !bits.is_over && gw_nal_bits_ue(&bits) == 0;
    for (guint i = 0; i < size && !bits.is_over; i++)
      (void)gw_nal_bits_read(&bits, 8);
  }
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
  guint type = bytes > 0 ? type_of(data) : 0;
  if (type >= 1 && type <= TYPE_LAST_SINGLE) {
    gw_depay_nal(depay, data, bytes);
  } else if (type == TYPE_FU_A && bytes > 2) {
    guint8 header = (data[0] & 0xe0) | (data[1] & 0x1f);
    gw_depay_fragment(depay, &header, data + 2, bytes - 2, data[1] & 0x80, data[1] & 0x40);
  } else if (type == TYPE_STAP_A && bytes > 3) {
    aggregate(depay, data + 1, bytes - 1);
  } else {
    gw_depay_nonsense(depay);
  }
}

const GwDepayCodec gw_depay_h264 = {
    .name = "h264",
    .header_bytes = 1,
    .needed_sets = 1u << GW_NAL_SPS | 1u << GW_NAL_PPS,
    .kind = kind,
    .set_id = set_id,
    .is_recovery = is_recovery,
    .payload = payload,
};
