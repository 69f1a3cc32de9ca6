#include "pipelines/onvif/onvif_values.h"

#include <string.h>

#define MOST_SEGMENTS 16

const char *gw_onvif_topic_to_string(GwOnvifTopic topic) {
  static const char *const names[GW_ONVIF_N_TOPICS] = {"motion", "line",   "field",
                                                       "tamper", "object", "other"};
  return topic < GW_ONVIF_N_TOPICS ? names[topic] : names[GW_ONVIF_OTHER];
}

gboolean gw_onvif_topic_from_string(const char *text, GwOnvifTopic *ret_topic) {
  for (guint i = 0; text && i < GW_ONVIF_N_TOPICS; i++)
    if (strcmp(gw_onvif_topic_to_string(i), text) == 0) {
      *ret_topic = i;
      return TRUE;
    }
  return FALSE;
}

const char *gw_onvif_op_to_string(GwOnvifOp op) {
  static const char *const names[] = {"", "initialized", "changed", "deleted"};
  return op < G_N_ELEMENTS(names) ? names[op] : names[0];
}

/* What a segment of a topic is about, by a part of its name in lower case; the first that fits counts, so the
 * more particular stands above the more general. */
typedef struct Word {
  const char *part;
  GwOnvifTopic topic;
  const char *class; /* what it was that was seen, when the word says so */
} Word;

static const Word words[] = {
    {"tamper", GW_ONVIF_TAMPER, NULL},
    {"globalscenechange", GW_ONVIF_TAMPER, NULL},
    {"scenechange", GW_ONVIF_TAMPER, NULL},
    {"imagetoo", GW_ONVIF_TAMPER, NULL}, /* too dark, bright, blurry */
    {"videoblind", GW_ONVIF_TAMPER, NULL},
    {"videoloss", GW_ONVIF_TAMPER, NULL},
    {"signalloss", GW_ONVIF_TAMPER, NULL},
    {"shelter", GW_ONVIF_TAMPER, NULL},
    {"defocus", GW_ONVIF_TAMPER, NULL},
    {"linedetect", GW_ONVIF_LINE, NULL},
    {"linecross", GW_ONVIF_LINE, NULL},
    {"crossline", GW_ONVIF_LINE, NULL},
    {"crossed", GW_ONVIF_LINE, NULL},
    {"tripwire", GW_ONVIF_LINE, NULL},
    {"fielddetect", GW_ONVIF_FIELD, NULL},
    {"objectsinside", GW_ONVIF_FIELD, NULL},
    {"intrusion", GW_ONVIF_FIELD, NULL},
    {"crossregion", GW_ONVIF_FIELD, NULL},
    {"regionent", GW_ONVIF_FIELD, NULL},
    {"regionexit", GW_ONVIF_FIELD, NULL},
    {"areaent", GW_ONVIF_FIELD, NULL},
    {"loiter", GW_ONVIF_FIELD, NULL},
    {"peopledetect", GW_ONVIF_OBJECT, "Human"},
    {"persondetect", GW_ONVIF_OBJECT, "Human"},
    {"humandetect", GW_ONVIF_OBJECT, "Human"},
    {"facedetect", GW_ONVIF_OBJECT, "Face"},
    {"vehicledetect", GW_ONVIF_OBJECT, "Vehicle"},
    {"cardetect", GW_ONVIF_OBJECT, "Vehicle"},
    {"dogcatdetect", GW_ONVIF_OBJECT, "Animal"},
    {"animaldetect", GW_ONVIF_OBJECT, "Animal"},
    {"objectdetect", GW_ONVIF_OBJECT, NULL},
    {"smartmotionhuman", GW_ONVIF_OBJECT, "Human"},
    {"smartmotionvehicle", GW_ONVIF_OBJECT, "Vehicle"},
    {"motion", GW_ONVIF_MOTION, NULL},
    {"vmd", GW_ONVIF_MOTION, NULL},
};

static const Word *word_of(const char *segment) {
  g_autofree char *lower = g_ascii_strdown(segment, -1);
  for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    if (strstr(lower, words[i].part))
      return &words[i];
  return NULL;
}

/* Segments without their prefixes, without empty ones, at most MOST_SEGMENTS (the last). */
static GPtrArray *segments_of(const char *topic) {
  GPtrArray *segments = g_ptr_array_new_with_free_func(g_free);
  g_auto(GStrv) parts = g_strsplit(topic, "/", -1);
  for (guint i = 0; parts[i]; i++) {
    const char *colon = strrchr(parts[i], ':');
    char *name = g_strstrip(g_strdup(colon ? colon + 1 : parts[i]));
    if (*name)
      g_ptr_array_add(segments, name);
    else
      g_free(name);
    if (segments->len > MOST_SEGMENTS)
      g_ptr_array_remove_index(segments, 0);
  }
  return segments;
}

GwOnvifTopic gw_onvif_topic_of(const char *topic, char ret_tail[GW_ONVIF_TEXT_BYTES],
                               char ret_class[GW_ONVIF_CLASS_BYTES]) {
  g_autoptr(GPtrArray) segments = segments_of(topic);
  ret_tail[0] = ret_class[0] = '\0';
  const char *last = segments->len > 0 ? g_ptr_array_index(segments, segments->len - 1) : "";
  const char *before = segments->len > 1 ? g_ptr_array_index(segments, segments->len - 2) : NULL;
  g_autofree char *tail = before ? g_strdup_printf("%s/%s", before, last) : g_strdup(last);
  gw_onvif_copy_text(ret_tail, GW_ONVIF_TEXT_BYTES, tail);
  for (guint i = segments->len; i > 0; i--) {
    const Word *word = word_of(g_ptr_array_index(segments, i - 1));
    if (!word)
      continue;
    g_strlcpy(ret_class, word->class ? word->class : "", GW_ONVIF_CLASS_BYTES);
    return word->topic;
  }
  return GW_ONVIF_OTHER;
}

/* Names are looked for as bytes: in a document of 16-bit characters they do not show. */
static gboolean is_wide(const guint8 *xml, gsize bytes) {
  return bytes >= 2 && (xml[0] == 0 || xml[1] == 0 || xml[0] >= 0xfe);
}

static gboolean names(const guint8 *xml, gsize bytes, const char *name) {
  return memmem(xml, bytes, name, strlen(name)) != NULL;
}

GwOnvifGlance gw_onvif_glance(const guint8 *xml, gsize bytes) {
  if (is_wide(xml, bytes) || names(xml, bytes, "NotificationMessage"))
    return GW_ONVIF_NOTES;
  return names(xml, bytes, "Object") ? GW_ONVIF_FRAMES : GW_ONVIF_NOTHING;
}
