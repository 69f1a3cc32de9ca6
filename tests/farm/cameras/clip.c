#include "tests/farm/cameras/clip.h"
#include "daemon/base/error.h"

#include <string.h>

#define DEFAULT_FPS 15.0
#define NAL_TYPE(nal) ((nal)[0] & 31)

enum { NAL_SLICE = 1, NAL_IDR = 5, NAL_SEI = 6, NAL_SPS = 7, NAL_PPS = 8, NAL_AUD = 9 };

typedef struct Nal {
  const guint8 *data;
  gsize bytes;
} Nal;

void farm_clip_free(FarmClip *clip) {
  if (!clip)
    return;
  g_free(clip->name);
  g_free(clip->profile_level_id);
  g_free(clip->parameter_sets);
  g_byte_array_unref(clip->blob);
  g_array_unref(clip->packets);
  g_array_unref(clip->pictures);
  g_array_unref(clip->skips);
  g_free(clip);
}

static FarmClip *clip_new(const char *name) {
  FarmClip *clip = g_new0(FarmClip, 1);
  clip->name = g_strdup(name);
  clip->blob = g_byte_array_new();
  clip->packets = g_array_new(FALSE, FALSE, sizeof(FarmPacket));
  clip->pictures = g_array_new(FALSE, FALSE, sizeof(FarmPicture));
  clip->skips = g_array_new(FALSE, FALSE, sizeof(FarmPicture));
  return clip;
}

/* The next NAL at or after *at, without its start code; FALSE at the end. */
static gboolean next_nal(const guint8 *data, gsize bytes, gsize *at, Nal *ret_nal) {
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
  *ret_nal = (Nal){data + from, to - from};
  return ret_nal->bytes > 0;
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

/* RFC 6184: small NALs alone in a packet, large ones as FU-A. */
static void add_nal(FarmClip *clip, Nal nal, gboolean last) {
  if (nal.bytes <= FARM_RTP_PAYLOAD_BYTES) {
    add_packet(clip, NULL, 0, nal.data, nal.bytes, last);
    return;
  }
  const gsize most = FARM_RTP_PAYLOAD_BYTES - 2;
  for (gsize at = 1; at < nal.bytes;) {
    gsize n = MIN(most, nal.bytes - at);
    gboolean end = at + n == nal.bytes;
    guint8 fu[2] = {(nal.data[0] & 0x60) | 28, (at == 1 ? 0x80 : 0) | (end ? 0x40 : 0) | NAL_TYPE(nal.data)};
    add_packet(clip, fu, sizeof fu, nal.data + at, n, last && end);
    at += n;
  }
}

static void add_picture(FarmClip *clip, GArray *to, const GArray *nals) {
  FarmPicture picture = {.first_packet = clip->packets->len, .offset = clip->blob->len};
  for (guint i = 0; i < nals->len; i++) {
    Nal nal = g_array_index(nals, Nal, i);
    if (NAL_TYPE(nal.data) == NAL_IDR)
      picture.key = TRUE;
    add_nal(clip, nal, i + 1 == nals->len);
  }
  picture.n_packets = clip->packets->len - picture.first_packet;
  picture.bytes = clip->blob->len - picture.offset;
  g_array_append_val(to, picture);
}

/* A slice whose first macroblock is 0 begins a picture: its first bit is 1. */
static gboolean begins_picture(Nal nal) {
  guint type = NAL_TYPE(nal.data);
  if (type == NAL_SLICE || type == NAL_IDR)
    return nal.bytes > 1 && nal.data[1] & 0x80;
  return type == NAL_AUD || type == NAL_SPS || type == NAL_PPS || type == NAL_SEI;
}

static void cut(FarmClip *clip, const guint8 *data, gsize bytes) {
  g_autoptr(GArray) nals = g_array_new(FALSE, FALSE, sizeof(Nal));
  gboolean has_slice = FALSE;
  gsize at = 0;
  for (Nal nal; next_nal(data, bytes, &at, &nal);) {
    if (has_slice && begins_picture(nal)) {
      add_picture(clip, clip->pictures, nals);
      g_array_set_size(nals, 0);
      has_slice = FALSE;
    }
    guint type = NAL_TYPE(nal.data);
    has_slice = has_slice || type == NAL_SLICE || type == NAL_IDR;
    if (type != NAL_AUD)
      g_array_append_val(nals, nal);
  }
  if (has_slice)
    add_picture(clip, clip->pictures, nals);
}

static gboolean read_headers(FarmClip *clip, const guint8 *data, gsize bytes) {
  g_autofree char *sps = NULL, *pps = NULL;
  gsize at = 0;
  for (Nal nal; (!sps || !pps) && next_nal(data, bytes, &at, &nal);) {
    if (NAL_TYPE(nal.data) == NAL_SPS && !sps && nal.bytes > 4 &&
        farm_sps_parse(nal.data, nal.bytes, &clip->sps)) {
      sps = g_base64_encode(nal.data, nal.bytes);
      clip->profile_level_id = g_strdup_printf("%02x%02x%02x", nal.data[1], nal.data[2], nal.data[3]);
    }
    if (NAL_TYPE(nal.data) == NAL_PPS && !pps && farm_pps_parse(nal.data, nal.bytes, &clip->pps))
      pps = g_base64_encode(nal.data, nal.bytes);
  }
  if (!sps || !pps)
    return FALSE;
  clip->parameter_sets = g_strdup_printf("%s,%s", sps, pps);
  clip->fps = clip->sps.fps > 0 ? clip->sps.fps : DEFAULT_FPS;
  return TRUE;
}

/* As many "as before" pictures as the longest run between keyframes of this clip. */
static void add_skips(FarmClip *clip) {
  guint longest = 0, run = 0;
  for (guint i = 0; i < clip->pictures->len; i++) {
    run = g_array_index(clip->pictures, FarmPicture, i).key ? 0 : run + 1;
    longest = MAX(longest, run);
  }
  for (guint i = 1; i <= longest; i++) {
    g_autoptr(GByteArray) slice = farm_skip_slice(&clip->sps, &clip->pps, i);
    if (!slice)
      return;
    g_autoptr(GArray) nals = g_array_new(FALSE, FALSE, sizeof(Nal));
    Nal nal = {slice->data, slice->len};
    g_array_append_val(nals, nal);
    add_picture(clip, clip->skips, nals);
  }
}

FarmClip *farm_clip_parse(const char *name, const guint8 *data, gsize bytes, GError **error) {
  g_autoptr(FarmClip) clip = clip_new(name);
  if (!read_headers(clip, data, bytes)) {
    g_set_error(error, GW_ERROR, GW_CODE_UNSUPPORTED, "%s: no H.264 parameter sets that we can read", name);
    return NULL;
  }
  cut(clip, data, bytes);
  if (clip->pictures->len == 0 || !g_array_index(clip->pictures, FarmPicture, 0).key) {
    g_set_error(error, GW_ERROR, GW_CODE_UNSUPPORTED, "%s: does not start with a keyframe", name);
    return NULL;
  }
  add_skips(clip);
  return g_steal_pointer(&clip);
}

FarmClip *farm_clip_load(const char *path, GError **error) {
  g_autofree char *data = NULL;
  gsize bytes = 0;
  if (!g_file_get_contents(path, &data, &bytes, error))
    return NULL;
  g_autofree char *name = g_path_get_basename(path);
  if (g_str_has_suffix(name, ".h264"))
    name[strlen(name) - strlen(".h264")] = '\0';
  FarmClip *clip = farm_clip_parse(name, (const guint8 *)data, bytes, error);
  if (clip)
    clip->spare = strstr(name, "-small") != NULL;
  return clip;
}

guint farm_clip_key_before(const FarmClip *clip, guint position) {
  while (!g_array_index(clip->pictures, FarmPicture, position).key)
    position--; /* the first picture is one */
  return position;
}

guint farm_clip_key_after(const FarmClip *clip, guint position) {
  do
    position = (position + 1) % clip->pictures->len;
  while (!g_array_index(clip->pictures, FarmPicture, position).key);
  return position;
}
