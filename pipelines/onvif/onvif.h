#pragma once
#include "daemon/base/types.h"

/* One ONVIF metadata document (tt:MetadataStream, ONVIF schema ver10) to what it says: notifications of
 * rules, and objects seen in frames.
 *
 * Makers differ in prefixes, in where topics nest and in what they call the same thing: elements are told by
 * namespace and local name, topics by their last segments.  What is not known becomes OTHER.
 *
 * Pure: no clock, no files, no network, no entities, no document types.  Thread: any. */
#define GW_ONVIF_MOST_DEPTH 32
#define GW_ONVIF_MOST_OBSERVATIONS 64 /* of one document; more are left out */
#define GW_ONVIF_CLASS_BYTES 41
#define GW_ONVIF_TEXT_BYTES 81

typedef enum GwOnvifTopic {
  GW_ONVIF_MOTION,
  GW_ONVIF_LINE,
  GW_ONVIF_FIELD,
  GW_ONVIF_TAMPER,
  GW_ONVIF_OBJECT,
  GW_ONVIF_OTHER,
  GW_ONVIF_N_TOPICS
} GwOnvifTopic;
const char *gw_onvif_topic_to_string(GwOnvifTopic topic); /* static: "motion" … as the link says it */
gboolean gw_onvif_topic_from_string(const char *text, GwOnvifTopic *ret_topic);

typedef enum GwOnvifOp {
  GW_ONVIF_OP_NONE,
  GW_ONVIF_OP_INITIALIZED,
  GW_ONVIF_OP_CHANGED,
  GW_ONVIF_OP_DELETED
} GwOnvifOp;
const char *gw_onvif_op_to_string(GwOnvifOp op); /* static: "", "initialized", "changed", "deleted" */

typedef struct GwOnvifObservation {
  GwOnvifTopic topic;
  GwOnvifOp op;
  gboolean has_active, active; /* a state; else a single happening */
  gboolean has_box;
  double box[4];                     /* x, y, width, height in fractions of the picture, y downwards */
  double score;                      /* 0 to 1; below 0: not told */
  char class[GW_ONVIF_CLASS_BYTES];  /* of A-Za-z0-9_-; "" when not told */
  char rule[GW_ONVIF_TEXT_BYTES];    /* the camera's own name of it, UTF-8; "" when not told */
  char tail[GW_ONVIF_TEXT_BYTES];    /* the topic's last two segments without prefixes */
  char object[GW_ONVIF_CLASS_BYTES]; /* the camera's id of the object, as `class`; "" when not told */
  GwUsec utc_us;                     /* by the camera's clock; 0 when not told */
} GwOnvifObservation;

/* What a document may hold, by a look that costs a hundredth of parsing it: cameras send frames all the time,
 * most of them without an object. */
typedef enum GwOnvifGlance { GW_ONVIF_NOTHING, GW_ONVIF_FRAMES, GW_ONVIF_NOTES } GwOnvifGlance;
GwOnvifGlance gw_onvif_glance(const guint8 *xml, gsize bytes);

/* A GArray of GwOnvifObservation, perhaps empty; NULL and an error: too large, too deep, a document type, not
 * well formed, or not a metadata stream. */
GArray *gw_onvif_parse(const guint8 *xml, gsize bytes, GError **error);

/* Part of it, for tests: what a topic means, and its tail. */
GwOnvifTopic gw_onvif_topic_of(const char *topic, char ret_tail[GW_ONVIF_TEXT_BYTES],
                               char ret_class[GW_ONVIF_CLASS_BYTES]);
