#include "tests/faults/watch.h"
#include "pipelines/look/plane.h"
#include "tests/faults/codec.h"
#include "tests/faults/thresholds.h"

#include <math.h>
#include <string.h>

#define CLIP_WIDTH 640
#define CLIP_HEIGHT 360
#define LOOK_S 10.0
#define SUSPECT_S 2.0
#define LIMIT_S 180.0 /* a fault that was not found for so long was missed */
#define START_US (1790000000 * GW_SEC)
#define PIXELS (GW_SCENE_WIDTH * GW_SCENE_HEIGHT)

/* What else says well enough what is wrong: an operator is sent to the same place with the same cloth. */
static const guint near[GW_SCENE_N_KINDS] = {
    [GW_SCENE_BLACK] = 1u << GW_SCENE_COVERED,
    [GW_SCENE_WASHED] = 1u << GW_SCENE_COVERED,
    [GW_SCENE_COVERED] = 1u << GW_SCENE_BLACK | 1u << GW_SCENE_SPRAYED | 1u << GW_SCENE_WASHED,
    [GW_SCENE_SPRAYED] = 1u << GW_SCENE_COVERED,
    [GW_SCENE_MOVED] = 1u << GW_SCENE_COVERED | 1u << GW_SCENE_SPRAYED, /* at a wall, at the sky */
};

/* Seeds that follow one another give nearly the same first throws. */
static GRand *dice_of(guint32 seed) {
  return g_rand_new_with_seed(seed * 2654435761u ^ 0x5bd1e995u);
}

typedef struct Watch {
  GwScene *scene;
  Thresholds *peer;
  WatchResult *result;
  double t, next_s;
  guint peer_before; /* what the peer said at the last look: it is asked for what begins */
} Watch;

static void note_false(Watch *w, GwSceneKind kind) {
  if (w->result->false_findings++ > 0)
    return;
  w->result->first_false = kind;
  w->result->first_false_at = w->t;
}

/* One look; the bits of the kinds that began. */
static guint look(Watch *w, const guint8 *luma, double colour, guint *ret_peer) {
  GwSceneSaid said;
  const GwSceneLook at = {luma, START_US + (GwUsec)(w->t * GW_SEC), colour};
  gw_scene_look(w->scene, &at, &said);
  w->result->looks++;
  w->next_s = said.suspected ? SUSPECT_S : LOOK_S;
  const guint peer = thresholds_look(w->peer, luma);
  *ret_peer = peer & ~w->peer_before;
  w->peer_before = peer;
  guint began = 0;
  for (guint i = 0; i < said.n; i++)
    if (said.findings[i].on)
      began |= 1u << said.findings[i].kind;
  return began;
}

static GwSceneKind first_of(guint bits) {
  for (guint kind = 0; kind < GW_SCENE_N_KINDS; kind++)
    if (bits >> kind & 1)
      return (GwSceneKind)kind;
  return GW_SCENE_N_KINDS;
}

static void begin(Watch *w, WatchResult *result) {
  *result = (WatchResult){0};
  *w = (Watch){.scene = gw_scene_new(), .peer = thresholds_new(), .result = result};
}

static void end(Watch *w) {
  gw_scene_free(w->scene);
  thresholds_free(w->peer);
}

static void set_zone(GwScene *scene, const Point corners[4], double dwell_s) {
  GwSceneZone zone = {.id = 1, .n_points = 4, .dwell_s = (int)dwell_s};
  for (guint i = 0; i < 4; i++) {
    zone.points[i].x = (float)CLAMP(corners[i].x, 0, 1);
    zone.points[i].y = (float)CLAMP(corners[i].y, 0, 1);
  }
  gw_scene_set_zones(scene, &zone, 1, 0);
}

/* ---- a clip with a fault ---- */

typedef struct Clip {
  GRand *dice;
  Place *place;
  Life *life;
  Fault *fault;
  Codec *codec;
  Canvas *picture;
} Clip;

static void clip_close(Clip *c) {
  canvas_free(c->picture);
  codec_free(c->codec);
  fault_free(c->fault);
  life_free(c->life);
  place_free(c->place);
  g_rand_free(c->dice);
}

static void clip_place(GwSceneKind kind, guint32 seed, Clip *c) {
  c->dice = dice_of(seed);
  c->place = place_new(c->dice, CLIP_WIDTH, CLIP_HEIGHT);
  c->life = life_new(c->place, g_rand_int(c->dice), g_rand_double_range(c->dice, 0, 86400), 900);
  c->fault = fault_new(kind, g_rand_int(c->dice), g_rand_double_range(c->dice, 170, 300), c->life, c->place);
}

static gboolean clip_open(const WatchClip *wanted, Clip *c) {
  clip_place(wanted->kind, wanted->seed, c);
  for (guint32 other = 1; wanted->kind == GW_SCENE_ZONE && !c->fault->has_zone; other++) {
    clip_close(c);
    *c = (Clip){0};
    clip_place(wanted->kind, wanted->seed + other * 7919, c);
  }
  const CodecMode mode = {
      .h265 = g_rand_int_range(c->dice, 0, 8) == 0,
      .constant_bitrate = g_rand_boolean(c->dice),
      .quantizer = (guint)g_rand_int_range(c->dice, 20, 33),
      .key_bytes = (guint)g_rand_int_range(c->dice, 9000, 40000),
  };
  c->codec = codec_new(CLIP_WIDTH, CLIP_HEIGHT, &mode);
  c->picture = canvas_new(CLIP_WIDTH, CLIP_HEIGHT);
  return c->codec != NULL;
}

static void clip_picture(Clip *c, double t) {
  Fault *f = c->fault;
  const gboolean stands = f->kind == GW_SCENE_FROZEN && t >= f->from;
  if (stands && f->frozen) {
    canvas_copy(c->picture, f->frozen);
  } else {
    const LifeView view = fault_view(f, t);
    life_paint(c->life, t, &view, c->picture, TRUE);
    fault_apply(f, t, c->picture, TRUE);
    life_sense(c->life, t, c->picture, c->dice);
  }
  if (stands && !f->frozen) {
    f->frozen = canvas_new(CLIP_WIDTH, CLIP_HEIGHT);
    canvas_copy(f->frozen, c->picture);
  }
  life_clock(c->life, stands && f->clock_stops ? f->from : t, c->picture);
}

static gboolean clip_run(Clip *c, Watch *w) {
  const Fault *f = c->fault;
  const double due = f->from + (f->kind == GW_SCENE_ZONE ? f->dwell_s : 0);
  const guint own = 1u << f->kind, good = own | near[f->kind];
  guint8 luma[PIXELS];
  if (f->kind == GW_SCENE_ZONE)
    set_zone(w->scene, f->zone, f->dwell_s);
  for (; w->t < due + LIMIT_S && !w->result->caught; w->t += w->next_s) {
    double colour = -1;
    guint peer = 0;
    clip_picture(c, w->t);
    if (!codec_through(c->codec, c->picture, luma, &colour))
      return FALSE;
    const guint began = look(w, luma, colour, &peer);
    if (w->t < f->from && began)
      note_false(w, first_of(began));
    if (w->t < f->from && peer)
      w->result->peer_false++;
    if (w->t >= f->from && began & good) {
      w->result->caught = TRUE;
      w->result->exact = (began & own) != 0;
      w->result->seconds = MAX(0, w->t - due);
    }
    if (w->t >= f->from && peer & good)
      w->result->peer_caught = TRUE;
  }
  return TRUE;
}

gboolean watch_clip(const WatchClip *wanted, WatchResult *ret) {
  Clip clip = {0};
  Watch watch;
  begin(&watch, ret);
  const gboolean ok = clip_open(wanted, &clip) && clip_run(&clip, &watch);
  clip_close(&clip);
  end(&watch);
  return ok;
}

/* ---- ordinary life ---- */

static void live_look(Watch *w, const guint8 *luma, double colour) {
  guint peer = 0;
  const guint began = look(w, luma, colour, &peer);
  if (began)
    note_false(w, first_of(began));
  if (peer)
    w->result->peer_false++;
  w->t += w->next_s;
}

void watch_life(guint32 seed, double length_s, WatchResult *ret) {
  Watch w;
  GRand *dice = dice_of(seed);
  Place *place = place_new(dice, GW_SCENE_WIDTH, GW_SCENE_HEIGHT);
  Life *life = life_new(place, g_rand_int(dice), g_rand_double_range(dice, 0, 86400), length_s);
  g_autoptr(Canvas) picture = canvas_new(GW_SCENE_WIDTH, GW_SCENE_HEIGHT);
  const LifeView straight = {0, 0};
  begin(&w, ret);
  Point corners[4];
  if (seed % 2 && life_zone(life, corners))
    set_zone(w.scene, corners, 180);
  while (w.t < length_s) {
    life_paint(life, w.t, &straight, picture, FALSE);
    life_sense(life, w.t, picture, dice);
    life_clock(life, w.t, picture);
    gw_plane_widen_luma(picture->data, PIXELS);
    live_look(&w, picture->data, life_is_grey(life, w.t) ? 0.3 : place->colour);
  }
  end(&w);
  life_free(life);
  place_free(place);
  g_rand_free(dice);
}

void watch_real(const guint8 *pictures, guint n, double fps, guint32 seed, double length_s,
                WatchResult *ret) {
  Watch w;
  GRand *dice = dice_of(seed);
  Canvas size = {.width = GW_SCENE_WIDTH, .height = GW_SCENE_HEIGHT};
  g_autofree gint8 *grain = paint_grain_new(&size, 3, dice);
  guint8 luma[PIXELS];
  begin(&w, ret);
  while (w.t < length_s) {
    const guint8 *from = pictures + (gsize)((guint64)(w.t * fps) % n) * PIXELS;
    const gint8 *g = grain + g_rand_int_range(dice, 0, 60000);
    for (guint i = 0; i < PIXELS; i++)
      luma[i] = (guint8)CLAMP(from[i] + g[i], 0, 255);
    live_look(&w, luma, 6);
  }
  end(&w);
  g_rand_free(dice);
}
