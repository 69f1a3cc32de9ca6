#pragma once
#include "pipelines/scene/scene.h"

/* Inside the scene.  A thumbnail is seen in four sizes:
 *   pixels 320x180   fine structure, what is kept and shown
 *   half    160x90   structure: where edges are and which way they run
 *   cells    80x45   (4x4 px) coarse structure, other places, zones
 *   blocks   20x11   (16x16 px) verdicts are counted in them
 * Luma of half and cells is kept in 1/16 levels, so that means do not lose what averaging gained. */
enum {
  GW_SCENE_PIXELS = GW_SCENE_WIDTH * GW_SCENE_HEIGHT,
  GW_SCENE_HALF_W = 160,
  GW_SCENE_HALF_H = 90,
  GW_SCENE_HALF = GW_SCENE_HALF_W * GW_SCENE_HALF_H,
  GW_SCENE_CELLS_W = 80,
  GW_SCENE_CELLS_H = 45,
  GW_SCENE_CELLS = GW_SCENE_CELLS_W * GW_SCENE_CELLS_H,
  GW_SCENE_BLOCKS_W = 20,
  GW_SCENE_BLOCKS_H = 11,
  GW_SCENE_BLOCKS = GW_SCENE_BLOCKS_W * GW_SCENE_BLOCKS_H,
  GW_SCENE_STILLS = 12, /* looks that a picture is compared with to the pixel */
  GW_SCENE_SLOTS = 2,   /* light states with a reference of their own */
};

/* One thumbnail, measured alone. */
typedef struct GwSceneMeasure {
  const guint8 *luma;
  gint16 half[GW_SCENE_HALF], cells[GW_SCENE_CELLS]; /* 1/16 levels */
  float block_mean[GW_SCENE_BLOCKS];
  float block_fine[GW_SCENE_BLOCKS];  /* mean square step from pixel to pixel */
  float block_edges[GW_SCENE_BLOCKS]; /* mean square gradient of the half picture */
  guint32 block_hash[GW_SCENE_BLOCKS];
  float mean, noise; /* levels; noise: sd of one pixel */
} GwSceneMeasure;

typedef enum GwSceneBlock {
  GW_SCENE_BLOCK_PLAIN, /* the reference has nothing there that could be recognised */
  GW_SCENE_BLOCK_KEPT,
  GW_SCENE_BLOCK_UNSURE,
  GW_SCENE_BLOCK_LOST,
} GwSceneBlock;

/* A thumbnail against a reference.  Shares are 0 to 1, of the known blocks inside (the outer rows carry names
 * and clocks) unless there are too few. */
typedef struct GwSceneCompare {
  guint8 block[GW_SCENE_BLOCKS]; /* GwSceneBlock */
  float alike[GW_SCENE_BLOCKS];  /* -1 to 1: the same edges, whatever their sign and strength */
  float edges_was[GW_SCENE_BLOCKS], mean_was[GW_SCENE_BLOCKS];
  guint n_known;
  float lost, kept, alike_mean;
  float lost_axis;              /* of the edges that run down, or of those that run across: the greater */
  float rich, rich_was;         /* share of blocks with structure, now and in the reference */
  float fine_gain, coarse_gain; /* how much of the reference's structure is in the picture */
  float sharpness;    /* energy of fine structure to that of the reference, for the contrast there is; noise
                         taken out */
  float coarse_alike; /* correlation of the coarse structure */
  float soft;         /* share of blocks that kept their coarse structure and lost the fine one */
  int dx, dy;         /* pixels by which the picture swayed */
} GwSceneCompare;

typedef struct GwSceneSlot {
  gboolean used;
  guint8 luma[GW_SCENE_PIXELS];
  float noise;
  float colour; /* < 0: not known */
  GwUsec refined_at_us;
} GwSceneSlot;

/* A reference in the making. */
typedef struct GwSceneLearner {
  guint16 *sum; /* 1/256 levels; NULL: nothing is being learned */
  guint n;
  int target; /* slot */
  GwUsec since_us;
  float colour;
} GwSceneLearner;

typedef struct GwSceneReference {
  GwSceneSlot slot[GW_SCENE_SLOTS];
  GwSceneLearner learner;
  int current; /* the slot that matched last */
} GwSceneReference;

typedef struct GwSceneFrozen {
  guint32 hash[GW_SCENE_STILLS][GW_SCENE_BLOCKS]; /* of the last looks, a ring */
  guint n;
  float mean;      /* share of the picture that was seen so before, over some looks */
  GwUsec since_us; /* it stands still; 0: it does not */
  GwUsec last_us, peak_us;
} GwSceneFrozen;

/* Of one look; the strongest doubt about the whole picture. */
typedef struct GwSceneVerdict {
  GwSceneKind kind; /* N_KINDS: none */
  gboolean gross;   /* no ordinary thing looks like this */
  double measure, threshold;
} GwSceneVerdict;

typedef struct GwSceneZones GwSceneZones;

/* scene_measure.c */
void gw_scene_measure(const guint8 *luma, GwSceneMeasure *ret);
void gw_scene_shrink(const guint8 *luma, gint16 *ret_half, gint16 *ret_cells);

/* scene_compare.c: where the picture swayed a little it is compared there. */
void gw_scene_compare(const GwSceneMeasure *now, const GwSceneSlot *slot, GwSceneCompare *ret);

/* scene_align.c */
void gw_scene_align_sway(const GwSceneMeasure *now, const guint8 *reference, int *ret_dx, int *ret_dy);
typedef struct GwScenePlace {
  float alike, here, rival; /* correlation there, where it was, and the best of a third place */
  int dx, dy;               /* pixels */
  float elsewhere;          /* share of the parts of the picture that are found, but not where they were */
} GwScenePlace;
void gw_scene_align_search(const GwSceneMeasure *now, const guint8 *reference, GwScenePlace *ret);

/* scene_reference.c */
void gw_scene_reference_clear(GwSceneReference *reference);
gboolean gw_scene_reference_has(const GwSceneReference *reference);
/* One more look of what shall become a reference; TRUE: it is one now, and the current one. */
gboolean gw_scene_reference_learn(GwSceneReference *reference, const GwSceneMeasure *now,
                                  const GwSceneLook *look);
void gw_scene_reference_stop(GwSceneReference *reference); /* what was being learned is forgotten */
/* This look is the reference, and the next ones make it better. */
void gw_scene_reference_take(GwSceneReference *reference, const GwSceneMeasure *now, const GwSceneLook *look);
/* `held`: cells that must not become background; may be NULL. */
void gw_scene_reference_refine(GwSceneReference *reference, const GwSceneLook *look, const guint8 *held);
GBytes *gw_scene_reference_pack(const GwSceneReference *reference);
gboolean gw_scene_reference_unpack(GwSceneReference *reference, const guint8 *data, gsize bytes);

/* scene_spray.c: the share of the picture that is painted over, 0 when an ordinary thing stands there. */
double gw_scene_spray(const GwSceneMeasure *now, const GwSceneSlot *slot, const GwSceneCompare *compare);

/* Sharp steps of a block that the reference has not, in pixels; `ways`, by direction in eight, may be NULL.
 */
guint gw_scene_new_steps(const GwSceneMeasure *now, const guint8 *reference, int bx, int by, guint *ways);

/* scene_verdict.c */
GwSceneVerdict gw_scene_judge(const GwSceneMeasure *now, const GwSceneSlot *slot,
                              const GwSceneCompare *compare);

/* scene_frozen.c: seconds since the picture stands still, clocks aside; 0: it lives. */
double gw_scene_frozen_look(GwSceneFrozen *frozen, const GwSceneMeasure *now, GwUsec at_us);

/* scene_zone_map.c: what changed and since when, cell by cell, for all zones of a camera. */
typedef struct GwSceneZoneMap {
  guint8 in[GW_SCENE_CELLS];      /* a bit a zone */
  guint8 object[GW_SCENE_CELLS];  /* a bit an open zone: what stands there */
  guint8 changed[GW_SCENE_CELLS]; /* this look is not as the background */
  guint8 held[GW_SCENE_CELLS];    /* must not become background */
  guint8 misses[GW_SCENE_CELLS];
  gint16 background[GW_SCENE_CELLS], thing[GW_SCENE_CELLS]; /* 1/16 levels; thing: how what came looks */
  gint16 look[GW_SCENE_CELLS];                              /* of an object: how it looked when it was told */
  GwUsec since_us[GW_SCENE_CELLS];                          /* it looks so; 0: nothing there */
  guint16 restless[GW_SCENE_CELLS];         /* 1/65536: the share of looks at which it jumps */
  gint16 before[GW_SCENE_CELLS];            /* the last look */
  GwUsec last_us, light_us, upset_since_us; /* light: when all became brighter or darker; upset: the light
                                               changed, or something is before the lens */
  gboolean has_background;
} GwSceneZoneMap;

typedef struct GwSceneZoneBox {
  int x0, y0, x1, y1; /* cells, the ends outside */
} GwSceneZoneBox;

void gw_scene_zone_map_forget(GwSceneZoneMap *map);
void gw_scene_zone_map_begin(GwSceneZoneMap *map, const GwSceneMeasure *now, const guint8 *reference);
/* FALSE: nothing can be said about this look. */
gboolean gw_scene_zone_map_look(GwSceneZoneMap *map, const GwSceneMeasure *now, const GwSceneZoneBox *boxes,
                                guint n, GwUsec at_us);
/* The largest connected thing in a zone that stood there before `until_us`, marked 1 in `ret` (a byte a
 * cell); its size in cells. */
guint gw_scene_zone_map_find(const GwSceneZoneMap *map, int zone, GwUsec until_us, guint8 *ret);
/* Is it a thing, or light, a shadow, or what was always there? */
gboolean gw_scene_zone_map_is_thing(const GwSceneZoneMap *map, const GwSceneMeasure *now,
                                    const guint8 *reference, const guint8 *cells);
void gw_scene_zone_map_absorb(GwSceneZoneMap *map, const GwSceneMeasure *now, const guint8 *cells);

/* scene_zone.c */
GwSceneZones *gw_scene_zones_new(void);
void gw_scene_zones_free(GwSceneZones *zones); /* accepts NULL */
void gw_scene_zones_set(GwSceneZones *zones, const GwSceneZone *wanted, guint n, int utc_offset_s);
void gw_scene_zones_learn(GwSceneZones *zones, GwSceneSaid *said); /* what stands there is right */
void gw_scene_zones_reconnected(GwSceneZones *zones);
/* Before the first look: what stands in a zone and not in the reference came while nobody looked.  Nothing is
 * done when there was a look. */
void gw_scene_zones_begin(GwSceneZones *zones, const GwSceneMeasure *now, const guint8 *reference);
/* `reference` may be NULL.  `blind`: the picture is not to be believed; `quiet`: nothing may be raised yet.
 */
void gw_scene_zones_look(GwSceneZones *zones, const GwSceneMeasure *now, const guint8 *reference,
                         GwUsec at_us, gboolean blind, gboolean quiet, GwSceneSaid *said);
const guint8 *gw_scene_zones_held(const GwSceneZones *zones); /* a byte a cell; NULL: no zones */
gboolean gw_scene_zones_has(const GwSceneZones *zones, GwId id);

/* scene.c */
void gw_scene_say(GwSceneSaid *said, GwSceneKind kind, GwId zone_id, gboolean on, double measure,
                  double threshold);
