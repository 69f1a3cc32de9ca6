#pragma once
#include "tests/farm/cameras/farm.h"

/* The ONVIF metadata track of a simulated camera: what its own analytics say, in the accents of several
 * makers.  PLAIN follows the specification's examples; NESTED has other prefixes and topics and never sets
 * the marker bit; FLAT has no prefixes, the maker's own topics and pixels for boxes; GARBAGE sends noise,
 * bombs and documents that are far too large before each right one.
 *
 * Thread: the farm's. */
#define FARM_METADATA_PAYLOAD_TYPE 107

typedef struct FarmHappening {
  const char *topic; /* "motion" "line" "field" "tamper" "object" */
  const char *class, *rule;
  gboolean active;
  double score;
  double box[4]; /* x, y, w, h in fractions of the picture, y downwards */
} FarmHappening;

gboolean farm_dialect_from_string(const char *text, FarmDialect *ret_dialect);
const char *farm_dialect_to_string(FarmDialect dialect); /* static */
gboolean farm_happening_knows(const char *topic);

/* The document, as a camera of this dialect writes it.  Caller frees. */
char *farm_metadata_document(FarmDialect dialect, const FarmHappening *happening, GwUsec at_us);

/* To every viewer of the camera that has set the track up. */
void farm_metadata_say(FarmCamera *camera, const FarmHappening *happening);
void farm_metadata_send(FarmClient *client, const void *data, gsize bytes, gboolean marks);
