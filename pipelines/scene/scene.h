#pragma once
#include <glib.h>
#include "daemon/base/types.h"

/* What thumbnails of one camera tell: does it see, does it see what it should, did something come and stay.
 *
 * Pure: no clock, no GStreamer, no files; the same thumbnails and times give the same findings, so weeks are
 * run in minutes (tests, `bench faults`).  Thread: one at a time per scene. */
#define GW_SCENE_WIDTH 320
#define GW_SCENE_HEIGHT 180
#define GW_SCENE_ZONES_MOST 8
#define GW_SCENE_POINTS_MOST 32
#define GW_SCENE_REFERENCE_MOST_BYTES (256 * 1024)

typedef enum GwSceneKind {
  GW_SCENE_BLACK,     /* nothing but dark, and not just night */
  GW_SCENE_WASHED,    /* nothing but bright */
  GW_SCENE_COVERED,   /* something stands right before the lens */
  GW_SCENE_SPRAYED,   /* parts of the view are painted over, flat or smeared */
  GW_SCENE_DEFOCUSED, /* everywhere soft that was sharp */
  GW_SCENE_MOVED,     /* it looks elsewhere than its reference */
  GW_SCENE_FROZEN,    /* the same picture to the pixel, though its stream runs (an on-screen clock may run) */
  GW_SCENE_ZONE,      /* something came into a zone and stayed for its dwell time */
  GW_SCENE_N_KINDS
} GwSceneKind;
const char *gw_scene_kind_to_string(GwSceneKind kind); /* static: "black" … */

typedef struct GwSceneZone {
  GwId id;
  guint n_points;
  struct {
    float x, y; /* fractions of width and height */
  } points[GW_SCENE_POINTS_MOST];
  int from_min, to_min; /* of the local day; equal: always */
  int dwell_s;
} GwSceneZone;

typedef struct GwSceneFinding {
  GwSceneKind kind;
  GwId zone_id; /* ZONE; else 0 */
  gboolean on;  /* FALSE: it is over */
  double measure, threshold; /* above is worse */
} GwSceneFinding;

/* 8 bit luma, row by row, GW_SCENE_WIDTH x GW_SCENE_HEIGHT, stretched to it whatever the camera's shape. */
typedef struct GwSceneLook {
  const guint8 *luma;
  GwUsec at_us;   /* UTC; never decreases */
  double colour;  /* mean distance of chroma from grey, 0 to 128: near 0 is an infrared picture; < 0: not known */
} GwSceneLook;

#define GW_SCENE_FINDINGS_MOST 16 /* of one look */
typedef struct GwSceneSaid {
  guint n;
  GwSceneFinding findings[GW_SCENE_FINDINGS_MOST]; /* what began or ended with this look */
  gboolean light_switched, is_night;
  gboolean new_reference; /* learned with this look: gw_scene_reference() is another */
  gboolean suspected;     /* something may be wrong: look again soon */
} GwSceneSaid;

typedef struct GwScene GwScene;
GwScene *gw_scene_new(void);
void gw_scene_free(GwScene *scene); /* accepts NULL */

void gw_scene_set_zones(GwScene *scene, const GwSceneZone *zones, guint n, int utc_offset_s); /* the same zone dwells on */
/* A reference as gw_scene_reference() gave it, perhaps by an older version: FALSE when it cannot be used. */
gboolean gw_scene_set_reference(GwScene *scene, const guint8 *data, gsize bytes);
GBytes *gw_scene_reference(const GwScene *scene); /* a new reference; NULL: none learned yet */
void gw_scene_learn(GwScene *scene);              /* the next look is right */
void gw_scene_reconnected(GwScene *scene);        /* nothing is raised in the first seconds of a stream */

void gw_scene_look(GwScene *scene, const GwSceneLook *look, GwSceneSaid *ret);
gboolean gw_scene_has(const GwScene *scene, GwSceneKind kind, GwId zone_id); /* an open finding */
/* The luma of the picture that a finding compares with ("before"); lent until the next look; NULL: none. */
const guint8 *gw_scene_before(const GwScene *scene, GwSceneKind kind, GwId zone_id);
