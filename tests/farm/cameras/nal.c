#include "tests/farm/cameras/nal.h"

gboolean farm_nal_next(const guint8 *data, gsize bytes, gsize *at, FarmNal *ret_nal) {
  gsize i = *at;
  while (i + 3 <= bytes && !(data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1))
    i++;
  if (i + 3 >= bytes)
    return FALSE;
  gsize from = i + 3, to = from;
  while (to + 3 <= bytes && !(data[to] == 0 && data[to + 1] == 0 && data[to + 2] <= 1))
    to++;
  if (to + 3 > bytes)
    to = bytes;
  *at = to;
  *ret_nal = (FarmNal){data + from, to - from};
  return ret_nal->bytes > 0;
}

static FarmNalKind h264_kind(guint type) {
  static const FarmNalKind kinds[] = {[1] = FARM_NAL_SLICE,
                                      [5] = FARM_NAL_KEY_SLICE,
                                      [7] = FARM_NAL_SPS,
                                      [8] = FARM_NAL_PPS,
                                      [9] = FARM_NAL_AUD};
  return type < G_N_ELEMENTS(kinds) ? kinds[type] : FARM_NAL_OTHER;
}

static FarmNalKind h265_kind(guint type) {
  if (type < 32)
    return type >= 16 && type <= 23 ? FARM_NAL_KEY_SLICE : FARM_NAL_SLICE;
  static const FarmNalKind kinds[] = {FARM_NAL_VPS, FARM_NAL_SPS, FARM_NAL_PPS, FARM_NAL_AUD};
  return type < 36 ? kinds[type - 32] : FARM_NAL_OTHER;
}

FarmNalKind farm_nal_kind(FarmCodec codec, FarmNal nal) {
  return codec == FARM_H265 ? h265_kind(nal.data[0] >> 1 & 0x3f) : h264_kind(nal.data[0] & 0x1f);
}

/* A slice begins a picture when its first bit after the header is 1 (its first macroblock is 0; it is the
 * first segment of its picture); so does everything that stands in front of slices. */
gboolean farm_nal_begins_picture(FarmCodec codec, FarmNal nal) {
  gsize header_bytes = codec == FARM_H265 ? 2 : 1;
  FarmNalKind kind = farm_nal_kind(codec, nal);
  if (kind == FARM_NAL_SLICE || kind == FARM_NAL_KEY_SLICE)
    return nal.bytes > header_bytes && nal.data[header_bytes] & 0x80;
  guint sei = codec == FARM_H265 ? nal.data[0] >> 1 == 39 : (nal.data[0] & 0x1f) == 6;
  return kind != FARM_NAL_OTHER || sei;
}

static void add_packet(FarmClip *clip, const guint8 *header, gsize header_bytes, const guint8 *data,
                       gsize bytes, gboolean marker) {
  gsize rtp = FARM_RTP_HEADER_BYTES + header_bytes + bytes;
  guint8 head[FARM_INTERLEAVE_BYTES + FARM_RTP_HEADER_BYTES] = {'$',       0,    rtp >> 8,
                                                                rtp & 255, 0x80, 96 | (marker ? 0x80 : 0)};
  FarmPacket packet = {clip->blob->len, FARM_INTERLEAVE_BYTES + rtp};
  g_byte_array_append(clip->blob, head, sizeof head);
  g_byte_array_append(clip->blob, header, header_bytes);
  g_byte_array_append(clip->blob, data, bytes);
  g_array_append_val(clip->packets, packet);
}

/* Bytes of the fragmentation header in front of each piece: FU indicator or payload header, FU header. */
static gsize fragment_header(FarmCodec codec, const guint8 *nal, guint8 *ret_header) {
  if (codec == FARM_H264) {
    ret_header[0] = (nal[0] & 0x60) | 28;
    ret_header[1] = nal[0] & 0x1f;
    return 2;
  }
  ret_header[0] = (nal[0] & 0x81) | 49 << 1;
  ret_header[1] = nal[1];
  ret_header[2] = nal[0] >> 1 & 0x3f;
  return 3;
}

static void add_nal(FarmClip *clip, FarmNal nal, gboolean last) {
  if (nal.bytes <= FARM_RTP_PAYLOAD_BYTES) {
    add_packet(clip, NULL, 0, nal.data, nal.bytes, last);
    return;
  }
  guint8 head[3];
  const gsize head_bytes = fragment_header(clip->codec, nal.data, head), skip = head_bytes - 1;
  const gsize most = FARM_RTP_PAYLOAD_BYTES - head_bytes;
  const guint8 type = head[head_bytes - 1];
  for (gsize at = skip; at < nal.bytes;) {
    gsize n = MIN(most, nal.bytes - at);
    gboolean end = at + n == nal.bytes;
    head[head_bytes - 1] = type | (at == skip ? 0x80 : 0) | (end ? 0x40 : 0);
    add_packet(clip, head, head_bytes, nal.data + at, n, last && end);
    at += n;
  }
}

/* How many units from the front are no slices and go into one packet together; below 2: none. */
static guint aggregatable(const FarmClip *clip, const GArray *nals) {
  gsize bytes = 2;
  for (guint i = 0; i < nals->len; i++) {
    FarmNal nal = g_array_index(nals, FarmNal, i);
    FarmNalKind kind = farm_nal_kind(clip->codec, nal);
    bytes += 2 + nal.bytes;
    if (kind == FARM_NAL_SLICE || kind == FARM_NAL_KEY_SLICE || bytes > FARM_RTP_PAYLOAD_BYTES)
      return i;
  }
  return 0; /* a picture has a slice */
}

static void add_aggregate(FarmClip *clip, const GArray *nals, guint n) {
  static const guint8 header[2] = {48 << 1, 1};
  g_autoptr(GByteArray) body = g_byte_array_new();
  for (guint i = 0; i < n; i++) {
    FarmNal nal = g_array_index(nals, FarmNal, i);
    guint8 size[2] = {nal.bytes >> 8, nal.bytes & 255};
    g_byte_array_append(body, size, sizeof size);
    g_byte_array_append(body, nal.data, nal.bytes);
  }
  add_packet(clip, header, sizeof header, body->data, body->len, FALSE);
}

void farm_nal_pack(FarmClip *clip, const GArray *nals) {
  guint together = clip->codec == FARM_H265 ? aggregatable(clip, nals) : 0;
  if (together < 2)
    together = 0;
  else
    add_aggregate(clip, nals, together);
  for (guint i = together; i < nals->len; i++)
    add_nal(clip, g_array_index(nals, FarmNal, i), i + 1 == nals->len);
}
