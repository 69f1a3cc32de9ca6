#include "tests/farm/cameras/clip.h"
#include "daemon/base/error.h"
#include "tests/farm/cameras/nal.h"

#include <string.h>

#define DEFAULT_FPS 15.0
void farm_clip_free(FarmClip *clip) {
  if (!clip)
    return;
  g_free(clip->name);
  g_free(clip->format);
  g_byte_array_unref(clip->blob);
  g_array_unref(clip->packets);
  g_array_unref(clip->pictures);
  g_array_unref(clip->skips);
  g_free(clip);
}

static FarmClip *clip_new(const char *name, FarmCodec codec) {
  FarmClip *clip = g_new0(FarmClip, 1);
  clip->codec = codec;
  clip->name = g_strdup(name);
  clip->blob = g_byte_array_new();
  clip->packets = g_array_new(FALSE, FALSE, sizeof(FarmPacket));
  clip->pictures = g_array_new(FALSE, FALSE, sizeof(FarmPicture));
  clip->skips = g_array_new(FALSE, FALSE, sizeof(FarmPicture));
  return clip;
}

static void add_picture(FarmClip *clip, GArray *to, const GArray *nals) {
  FarmPicture picture = {.first_packet = clip->packets->len, .offset = clip->blob->len};
  for (guint i = 0; i < nals->len; i++)
    picture.key |= farm_nal_kind(clip->codec, g_array_index(nals, FarmNal, i)) == FARM_NAL_KEY_SLICE;
  farm_nal_pack(clip, nals);
  picture.n_packets = clip->packets->len - picture.first_packet;
  picture.bytes = clip->blob->len - picture.offset;
  g_array_append_val(to, picture);
}

static void cut(FarmClip *clip, const guint8 *data, gsize bytes) {
  g_autoptr(GArray) nals = g_array_new(FALSE, FALSE, sizeof(FarmNal));
  gboolean has_slice = FALSE;
  gsize at = 0;
  for (FarmNal nal; farm_nal_next(data, bytes, &at, &nal);) {
    if (has_slice && farm_nal_begins_picture(clip->codec, nal)) {
      add_picture(clip, clip->pictures, nals);
      g_array_set_size(nals, 0);
      has_slice = FALSE;
    }
    FarmNalKind kind = farm_nal_kind(clip->codec, nal);
    has_slice = has_slice || kind == FARM_NAL_SLICE || kind == FARM_NAL_KEY_SLICE;
    if (kind != FARM_NAL_AUD)
      g_array_append_val(nals, nal);
  }
  if (has_slice)
    add_picture(clip, clip->pictures, nals);
}

static gboolean find(FarmCodec codec, FarmNalKind kind, const guint8 *data, gsize bytes, FarmNal *ret_nal) {
  gsize at = 0;
  while (farm_nal_next(data, bytes, &at, ret_nal))
    if (farm_nal_kind(codec, *ret_nal) == kind)
      return TRUE;
  return FALSE;
}

static gboolean read_h264(FarmClip *clip, const guint8 *data, gsize bytes) {
  FarmNal sps, pps;
  if (!find(FARM_H264, FARM_NAL_SPS, data, bytes, &sps) ||
      !find(FARM_H264, FARM_NAL_PPS, data, bytes, &pps) || sps.bytes <= 4 ||
      !farm_sps_parse(sps.data, sps.bytes, &clip->sps) || !farm_pps_parse(pps.data, pps.bytes, &clip->pps))
    return FALSE;
  g_autofree char *sps_text = g_base64_encode(sps.data, sps.bytes);
  g_autofree char *pps_text = g_base64_encode(pps.data, pps.bytes);
  clip->format =
      g_strdup_printf("packetization-mode=1;profile-level-id=%02x%02x%02x;sprop-parameter-sets=%s,%s",
                      sps.data[1], sps.data[2], sps.data[3], sps_text, pps_text);
  return TRUE;
}

static gboolean read_h265(FarmClip *clip, const guint8 *data, gsize bytes) {
  FarmNal vps, sps, pps;
  if (!find(FARM_H265, FARM_NAL_VPS, data, bytes, &vps) ||
      !find(FARM_H265, FARM_NAL_SPS, data, bytes, &sps) ||
      !find(FARM_H265, FARM_NAL_PPS, data, bytes, &pps) ||
      !farm_h265_sps_parse(sps.data, sps.bytes, &clip->sps))
    return FALSE;
  g_autofree char *vps_text = g_base64_encode(vps.data, vps.bytes);
  g_autofree char *sps_text = g_base64_encode(sps.data, sps.bytes);
  g_autofree char *pps_text = g_base64_encode(pps.data, pps.bytes);
  clip->format = g_strdup_printf("sprop-vps=%s;sprop-sps=%s;sprop-pps=%s", vps_text, sps_text, pps_text);
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
    g_autoptr(GArray) nals = g_array_new(FALSE, FALSE, sizeof(FarmNal));
    FarmNal nal = {slice->data, slice->len};
    g_array_append_val(nals, nal);
    add_picture(clip, clip->skips, nals);
  }
}

FarmClip *farm_clip_parse(const char *name, FarmCodec codec, const guint8 *data, gsize bytes,
                          GError **error) {
  g_autoptr(FarmClip) clip = clip_new(name, codec);
  if (!(codec == FARM_H265 ? read_h265 : read_h264)(clip, data, bytes)) {
    g_set_error(error, GW_ERROR, GW_CODE_UNSUPPORTED, "%s: no %s parameter sets that we can read", name,
                codec == FARM_H265 ? "H.265" : "H.264");
    return NULL;
  }
  clip->fps = clip->sps.fps > 0 ? clip->sps.fps : DEFAULT_FPS;
  cut(clip, data, bytes);
  if (clip->pictures->len == 0 || !g_array_index(clip->pictures, FarmPicture, 0).key) {
    g_set_error(error, GW_ERROR, GW_CODE_UNSUPPORTED, "%s: does not start with a keyframe", name);
    return NULL;
  }
  if (codec == FARM_H264)
    add_skips(clip);
  return g_steal_pointer(&clip);
}

gboolean farm_clip_is_file(const char *name) {
  return g_str_has_suffix(name, ".h264") || g_str_has_suffix(name, ".h265");
}

FarmClip *farm_clip_load(const char *path, GError **error) {
  g_autofree char *data = NULL;
  gsize bytes = 0;
  if (!g_file_get_contents(path, &data, &bytes, error))
    return NULL;
  g_autofree char *name = g_path_get_basename(path);
  FarmCodec codec = strstr(name, "h265") ? FARM_H265 : FARM_H264;
  if (farm_clip_is_file(name))
    name[strlen(name) - strlen(".h264")] = '\0';
  FarmClip *clip = farm_clip_parse(name, codec, (const guint8 *)data, bytes, error);
  if (clip)
    clip->spare = strstr(name, "-small") || codec == FARM_H265;
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
