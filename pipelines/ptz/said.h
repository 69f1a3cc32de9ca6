#pragma once
#include "daemon/base/types.h"

/* What an ONVIF device answered, of all the answers that we ask for: elements are told by their local names,
 * for makers differ in prefixes.  What comes from a stranger is bounded: size, depth, texts, how many.
 * No document type, no entities, nothing is fetched.  Pure; fuzzed.  Thread: any. */
#define GW_PTZ_ANSWER_BYTES (256 * 1024)
#define GW_PTZ_MOST_DEPTH 32
#define GW_PTZ_MOST_PRESETS 64
#define GW_PTZ_TOKEN_BYTES 65 /* 64 characters; a preset with a longer token is left out */
#define GW_PTZ_NAME_CHARS 80
#define GW_PTZ_URL_BYTES 512

typedef struct GwPtzPreset {
  char token[GW_PTZ_TOKEN_BYTES];
  char name[GW_PTZ_NAME_CHARS * 4 + 1]; /* UTF-8; the token where it has none */
} GwPtzPreset;

typedef enum GwPtzFault {
  GW_PTZ_FAULT_NONE,
  GW_PTZ_FAULT_OTHER,
  GW_PTZ_FAULT_AUTH,      /* wrong name or password, or the time of the token */
  GW_PTZ_FAULT_NO_ACTION, /* it does not know this question */
  GW_PTZ_FAULT_NO_ENTITY, /* no such profile or preset, or no PTZ */
} GwPtzFault;

typedef struct GwPtzSaid {
  GwPtzFault fault;
  gboolean is_envelope;
  char media_url[GW_PTZ_URL_BYTES], ptz_url[GW_PTZ_URL_BYTES]; /* "" : it named none */
  char profile[GW_PTZ_TOKEN_BYTES];                            /* the first that can be turned; "" : none */
  guint n_profiles;
  GwUsec utc_us; /* its clock; 0: it did not say */
  GwPtzPreset presets[GW_PTZ_MOST_PRESETS];
  guint n_presets;
} GwPtzSaid;

/* FALSE: no XML that we take; `ret` is then empty. */
gboolean gw_ptz_said_parse(const char *xml, gsize bytes, GwPtzSaid *ret);
