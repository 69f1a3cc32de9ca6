#include "pipelines/rtsp/sdp.h"

#include <stdlib.h>
#include <string.h>

#define SETS_MOST 16
#define CLOCK_RATE_DEFAULT 90000

static const char *known_audio(const char *encoding) {
  static const char *const known[] = {"PCMU", "PCMA", "MPEG4-GENERIC", "MP4A-LATM", "OPUS", "G726-32", "L16"};
  for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
    if (encoding && g_ascii_strcasecmp(encoding, known[i]) == 0)
      return known[i];
  return "other";
}

/* "96 H264/90000": the encoding's name (the caller's), NULL when it is not of this form. */
static char *read_rtpmap(const char *value, guint8 *ret_payload_type, guint *ret_clock_rate) {
  char *rest = NULL;
  const gulong type = strtoul(value, &rest, 10);
  if (rest == value || type > 127 || *rest != ' ')
    return NULL;
  rest += strspn(rest, " ");
  const gsize name_bytes = strcspn(rest, "/");
  const gulong rate = rest[name_bytes] == '/' ? strtoul(rest + name_bytes + 1, NULL, 10) : 0;
  *ret_payload_type = (guint8)type;
  *ret_clock_rate = rate > 0 && rate <= 10000000 ? (guint)rate : CLOCK_RATE_DEFAULT;
  return g_strndup(rest, name_bytes);
}

/* The first format of this media whose name is one of `names` (NULL ends them); its place, or -1. */
static int find_format(const GstSDPMedia *media, const char *const *names, GwSdpTrack *ret_track) {
  const guint most = MIN(gst_sdp_media_attributes_len(media), 256);
  for (guint i = 0; i < most; i++) {
    const GstSDPAttribute *a = gst_sdp_media_get_attribute(media, i);
    guint8 type = 0;
    guint rate = 0;
    if (g_strcmp0(a->key, "rtpmap") != 0 || !a->value)
      continue;
    g_autofree char *name = read_rtpmap(a->value, &type, &rate);
    for (int k = 0; name && names[k]; k++) {
      if (g_ascii_strcasecmp(name, names[k]) == 0) {
        *ret_track = (GwSdpTrack){media, type, rate};
        return k;
      }
    }
  }
  return -1;
}

static const char *audio_of(const GstSDPMedia *media) {
  for (guint i = 0; i < MIN(gst_sdp_media_attributes_len(media), 256); i++) {
    const GstSDPAttribute *a = gst_sdp_media_get_attribute(media, i);
    guint8 type = 0;
    guint rate = 0;
    if (g_strcmp0(a->key, "rtpmap") == 0 && a->value) {
      g_autofree char *name = read_rtpmap(a->value, &type, &rate);
      return known_audio(name);
    }
  }
  const char *format = gst_sdp_media_formats_len(media) ? gst_sdp_media_get_format(media, 0) : NULL;
  return g_strcmp0(format, "0") == 0 ? "PCMU" : g_strcmp0(format, "8") == 0 ? "PCMA" : "other";
}

void gw_sdp_read(const GstSDPMessage *sdp, GwSdpOffer *ret) {
  static const char *const video[] = {"H264", "H265", NULL}, *const metadata[] = {"VND.ONVIF.METADATA", NULL};
  *ret = (GwSdpOffer){0};
  for (guint i = 0; i < MIN(gst_sdp_message_medias_len(sdp), 64); i++) {
    const GstSDPMedia *media = gst_sdp_message_get_media(sdp, i);
    const char *kind = gst_sdp_media_get_media(media);
    if (g_strcmp0(kind, "video") == 0 && !ret->video.media) {
      const int codec = find_format(media, video, &ret->video);
      ret->codec = codec == 1 ? GW_CODEC_H265 : GW_CODEC_H264;
      ret->has_video = TRUE;
    } else if (g_strcmp0(kind, "application") == 0 && !ret->metadata.media) {
      (void)find_format(media, metadata, &ret->metadata); /* other applications do not concern us */
    } else if (g_strcmp0(kind, "audio") == 0 && !ret->audio) {
      ret->audio = audio_of(media);
    }
  }
}

static void add_sets(GPtrArray *sets, const char *list, gsize list_bytes) {
  g_autofree char *copy = g_strndup(list, MIN(list_bytes, 2 * GW_DEPAY_MOST_SETS_BYTES));
  g_auto(GStrv) parts = g_strsplit(copy, ",", SETS_MOST);
  for (char **part = parts; *part && sets->len < SETS_MOST; part++) {
    gsize bytes = 0;
    g_autofree guint8 *nal = g_base64_decode(g_strstrip(*part), &bytes);
    if (bytes > 2)
      g_ptr_array_add(sets, g_bytes_new_take(g_steal_pointer(&nal), bytes));
  }
}

/* "96 packetization-mode=1; sprop-parameter-sets=Z0I...,aM4...; ..." */
static void add_sets_of_fmtp(GPtrArray *sets, const char *value, guint8 payload_type) {
  static const char *const names[] = {"sprop-vps", "sprop-sps", "sprop-pps", "sprop-parameter-sets"};
  char *rest = NULL;
  if (strtoul(value, &rest, 10) != payload_type || rest == value)
    return;
  for (const char *at = rest + strspn(rest, "; "); *at; at += strspn(at, "; ")) {
    const gsize bytes = strcspn(at, ";");
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
      const gsize name = strlen(names[i]);
      if (bytes > name && g_ascii_strncasecmp(at, names[i], name) == 0 && at[name] == '=')
        add_sets(sets, at + name + 1, bytes - name - 1);
    }
    at += bytes;
  }
}

GPtrArray *gw_sdp_sets(const GwSdpOffer *offer) {
  GPtrArray *sets = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  const GstSDPMedia *media = offer->video.media;
  for (guint i = 0; media && i < MIN(gst_sdp_media_attributes_len(media), 256); i++) {
    const GstSDPAttribute *a = gst_sdp_media_get_attribute(media, i);
    if (g_strcmp0(a->key, "fmtp") == 0 && a->value)
      add_sets_of_fmtp(sets, a->value, offer->video.payload_type);
  }
  return sets;
}

char *gw_sdp_url(const char *base, const char *control) {
  if (!control || !*control || strcmp(control, "*") == 0)
    return g_strdup(base);
  if (g_ascii_strncasecmp(control, "rtsp://", 7) == 0)
    return g_strdup(control);
  if (g_str_has_suffix(base, "/") && *control == '/')
    control++;
  const gboolean has_slash = g_str_has_suffix(base, "/") || *control == '/';
  return g_strconcat(base, has_slash ? "" : "/", control, NULL);
}
