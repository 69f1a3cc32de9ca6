#include "pipelines/scene/scene_private.h"

#include <string.h>

/* The life of a scene: learn, doubt, confirm, say, and say that it is over.  One look proves nothing: a doubt
 * has to hold for longer than a lorry stands before the lens. */
#define QUIET_US (15 * GW_SEC)
#define CONFIRM_US (90 * GW_SEC)
#define CONFIRM_GROSS_US (20 * GW_SEC)
#define CONFIRM_LOOKS 4
#define FROZEN_S 55 /* and some until it was noticed: a minute */
#define STILL_LOOKS 3
#define STILL_US (40 * GW_SEC)
#define END_US (20 * GW_SEC)
#define END_SLOW_US (60 * GW_SEC) /* of what may flicker: paint, focus */
#define SUSPECT_MOST_US (6 * GW_MIN)
#define ABRUPT_US (65 * GW_SEC)
#define ABRUPT_LOST 0.4f
#define ABRUPT_CONTRAST 0.3f
#define BLACK_LEVEL 16.f /* of luma in nearly all streams */
#define STRANGE_US (10 * GW_MIN)
#define GREY_MOST 1.0
#define COLOUR_LEAST 2.5
#define PAST_LOOKS 40
#define AS_GIVEN_ALIKE 0.6f

typedef struct ScenePast {
  GwUsec at_us;
  float lost, contrast, mean;
} ScenePast;

/* Something may be wrong with the whole picture. */
typedef struct SceneDoubt {
  GwUsec since_us; /* 0: none */
  guint n, n_gross, n_misses, counts[GW_SCENE_N_KINDS];
  gboolean is_gradual; /* fog, dusk, snow: not a hand */
} SceneDoubt;

typedef struct SceneOpen {
  gboolean open, say_again;
  GwUsec good_since_us; /* 0: not good */
} SceneOpen;

struct GwScene {
  GwSceneReference reference;
  gboolean learn_asked, was_reconnected;
  gboolean is_given; /* the reference is from an earlier life, and no look was believed since */
  GwUsec quiet_until_us;

  /* doubt */
  SceneDoubt doubt;
  ScenePast past[PAST_LOOKS]; /* a ring */
  guint n_past;
  GwUsec suspect_since_us, strange_since_us;
  SceneOpen open[GW_SCENE_N_KINDS]; /* zones apart */
  GwSceneFrozen frozen;
  gboolean may_refine;  /* nothing is wrong with this look */
  gboolean is_as_given; /* this look is as its reference, and in its light */

  /* light */
  gboolean light_known, is_night;

  GwSceneZones *zones;
};

const char *gw_scene_kind_to_string(GwSceneKind kind) {
  static const char *const names[] = {"black",     "washed", "covered", "sprayed",
                                      "defocused", "moved",  "frozen",  "zone"};
  G_STATIC_ASSERT(G_N_ELEMENTS(names) == GW_SCENE_N_KINDS);
  g_return_val_if_fail((guint)kind < GW_SCENE_N_KINDS, "none");
  return names[kind];
}

GwScene *gw_scene_new(void) {
  GwScene *scene = g_new0(GwScene, 1);
  scene->zones = gw_scene_zones_new();
  return scene;
}

void gw_scene_free(GwScene *scene) {
  if (!scene)
    return;
  gw_scene_reference_clear(&scene->reference);
  gw_scene_zones_free(scene->zones);
  g_free(scene);
}

void gw_scene_set_zones(GwScene *scene, const GwSceneZone *zones, guint n, int utc_offset_s) {
  gw_scene_zones_set(scene->zones, zones, n, utc_offset_s);
}

gboolean gw_scene_set_reference(GwScene *scene, const guint8 *data, gsize bytes) {
  if (!gw_scene_reference_unpack(&scene->reference, data, bytes))
    return FALSE;
  scene->is_given = TRUE;
  return TRUE;
}

GBytes *gw_scene_reference(const GwScene *scene) {
  return gw_scene_reference_pack(&scene->reference);
}

void gw_scene_learn(GwScene *scene) {
  scene->learn_asked = TRUE;
}

void gw_scene_reconnected(GwScene *scene) {
  scene->was_reconnected = TRUE;
}

gboolean gw_scene_has(const GwScene *scene, GwSceneKind kind, GwId zone_id) {
  g_return_val_if_fail((guint)kind < GW_SCENE_N_KINDS, FALSE);
  return kind == GW_SCENE_ZONE ? gw_scene_zones_has(scene->zones, zone_id) : scene->open[kind].open;
}

const guint8 *gw_scene_before(const GwScene *scene, GwSceneKind kind, GwId zone_id) {
  const GwSceneSlot *slot = &scene->reference.slot[scene->reference.current];
  return slot->used ? slot->luma : NULL;
}

void gw_scene_say(GwSceneSaid *said, GwSceneKind kind, GwId zone_id, gboolean on, double measure,
                  double threshold) {
  if (said->n < GW_SCENE_FINDINGS_MOST)
    said->findings[said->n++] = (GwSceneFinding){kind, zone_id, on, measure, threshold};
}

static gboolean scene_is_blind(const GwScene *scene) {
  for (int kind = 0; kind < GW_SCENE_FROZEN; kind++)
    if (scene->open[kind].open)
      return TRUE;
  return FALSE;
}

/* ---- what is open ---- */

static void scene_raise(GwScene *scene, GwSceneKind kind, double measure, double threshold,
                        GwSceneSaid *said) {
  SceneOpen *open = &scene->open[kind];
  if (!open->open || open->say_again)
    gw_scene_say(said, kind, 0, TRUE, measure, threshold);
  *open = (SceneOpen){.open = TRUE};
}

static void scene_end(GwScene *scene, GwSceneKind kind, GwSceneSaid *said) {
  if (scene->open[kind].open)
    gw_scene_say(said, kind, 0, FALSE, 0, 0);
  scene->open[kind] = (SceneOpen){0};
}

/* An open finding ends when the picture is as its reference for a while. */
static void scene_heal(GwScene *scene, GwUsec at_us, gboolean is_good, GwSceneSaid *said) {
  for (int kind = 0; kind < GW_SCENE_FROZEN; kind++) {
    SceneOpen *open = &scene->open[kind];
    if (!open->open)
      continue;
    if (!is_good) {
      open->good_since_us = 0;
      continue;
    }
    said->suspected = TRUE; /* tell the end soon */
    if (!open->good_since_us)
      open->good_since_us = at_us;
    gboolean is_slow = kind == GW_SCENE_SPRAYED || kind == GW_SCENE_DEFOCUSED;
    if (at_us - open->good_since_us >= (is_slow ? END_SLOW_US : END_US))
      scene_end(scene, (GwSceneKind)kind, said);
  }
}

/* ---- doubt ---- */

/* Did it come at once?  What takes longer than a minute is weather or dusk. */
static gboolean scene_differs(const ScenePast *past, GwSceneKind kind, const ScenePast *now) {
  if (kind == GW_SCENE_BLACK)
    return past->mean > now->mean + 5 + 0.6f * MAX(now->mean - BLACK_LEVEL, 0);
  if (kind == GW_SCENE_WASHED)
    return past->mean < now->mean - 25;
  if (kind == GW_SCENE_COVERED && past->contrast < now->contrast + ABRUPT_CONTRAST)
    return FALSE;
  return past->lost < MAX(now->lost - ABRUPT_LOST, 0.2f);
}

static gboolean scene_is_abrupt(const GwScene *scene, GwSceneKind kind, const ScenePast *now) {
  if (kind == GW_SCENE_SPRAYED || kind == GW_SCENE_DEFOCUSED)
    return TRUE; /* no weather looks like this */
  gboolean knows = FALSE;
  for (guint i = 0; i < MIN(scene->n_past, PAST_LOOKS); i++) {
    const ScenePast *past = &scene->past[(scene->n_past - 1 - i) % PAST_LOOKS];
    if (i >= 3 && now->at_us - past->at_us > ABRUPT_US)
      break;
    if (scene_differs(past, kind, now))
      return TRUE;
    knows = TRUE;
  }
  return !knows;
}

static void scene_doubt(GwScene *scene, const GwSceneVerdict *verdict, const ScenePast *now) {
  SceneDoubt *doubt = &scene->doubt;
  if (verdict->kind == GW_SCENE_N_KINDS) {
    if (doubt->since_us && ++doubt->n_misses >= 2)
      *doubt = (SceneDoubt){0};
    return;
  }
  if (!doubt->since_us)
    *doubt = (SceneDoubt){.since_us = now->at_us, .is_gradual = !scene_is_abrupt(scene, verdict->kind, now)};
  doubt->n_misses = 0;
  doubt->n++;
  doubt->n_gross += verdict->gross;
  doubt->counts[verdict->kind]++;
}

static gboolean scene_is_confirmed(const SceneDoubt *doubt, const GwSceneVerdict *verdict, GwUsec at_us) {
  if (!doubt->since_us || doubt->is_gradual || doubt->n < CONFIRM_LOOKS || verdict->kind == GW_SCENE_N_KINDS)
    return FALSE;
  for (int kind = 0; kind < GW_SCENE_N_KINDS; kind++)
    if (doubt->counts[kind] > doubt->counts[verdict->kind])
      return FALSE;
  gboolean is_gross = doubt->n_gross * 10 >= doubt->n * 9;
  return at_us - doubt->since_us >= (is_gross ? CONFIRM_GROSS_US : CONFIRM_US);
}

static void scene_remember(GwScene *scene, const ScenePast *now) {
  scene->past[scene->n_past % PAST_LOOKS] = *now;
  if (++scene->n_past == 2 * PAST_LOOKS)
    scene->n_past = PAST_LOOKS;
}

/* ---- light ---- */

/* Infrared has no colour at all; a grey yard has some. */
static gboolean scene_is_other_light(double was, double is) {
  return (was > COLOUR_LEAST && is >= 0 && is < GREY_MOST) ||
         (is > COLOUR_LEAST && was >= 0 && was < GREY_MOST);
}

static void scene_light(GwScene *scene, const GwSceneMeasure *now, const GwSceneLook *look,
                        GwSceneSaid *said) {
  gboolean is_night = scene->is_night;
  if (look->colour >= 0)
    is_night = look->colour < 2.5 || (look->colour < 5 && is_night) || now->mean < (is_night ? 40 : 30);
  else
    is_night = now->mean < (is_night ? 65 : 50);
  if (scene->light_known && is_night != scene->is_night)
    said->light_switched = TRUE;
  scene->light_known = TRUE;
  scene->is_night = said->is_night = is_night;
}

/* The reference of this light: the one that is more alike. */
static void scene_choose(GwScene *scene, const GwSceneMeasure *now, GwSceneCompare *compare) {
  GwSceneReference *reference = &scene->reference;
  if (!reference->slot[reference->current].used)
    reference->current = 1 - reference->current;
  gw_scene_compare(now, &reference->slot[reference->current], compare);
  int other = 1 - reference->current;
  if (!reference->slot[other].used || (compare->alike_mean > 0.55f && compare->lost < 0.25f))
    return;
  g_autofree GwSceneCompare *second = g_new(GwSceneCompare, 1);
  gw_scene_compare(now, &reference->slot[other], second);
  if (second->n_known >= 8 && second->alike_mean > compare->alike_mean + 0.05f) {
    *compare = *second;
    reference->current = other;
  }
}

/* A light for which there is no reference yet. */
static void scene_relight(GwScene *scene, const GwSceneMeasure *now, const GwSceneLook *look,
                          gboolean is_other_light, const GwSceneCompare *compare, GwSceneSaid *said) {
  if (compare->alike_mean > 0.5f || scene_is_blind(scene) || compare->rich < 0.1f) {
    scene->strange_since_us = 0;
    if (scene->reference.learner.target != scene->reference.current)
      gw_scene_reference_stop(&scene->reference);
    return;
  }
  if (!scene->strange_since_us)
    scene->strange_since_us = look->at_us;
  if (!is_other_light && look->at_us - scene->strange_since_us < STRANGE_US)
    return;
  if (gw_scene_reference_learn(&scene->reference, now, look))
    said->new_reference = said->light_switched = TRUE;
}

/* ---- one look ---- */

static void scene_take(GwScene *scene, const GwSceneMeasure *now, const GwSceneLook *look,
                       GwSceneSaid *said) {
  scene->learn_asked = FALSE;
  gw_scene_reference_take(&scene->reference, now, look);
  for (int kind = 0; kind < GW_SCENE_FROZEN; kind++)
    scene_end(scene, (GwSceneKind)kind, said);
  gw_scene_zones_learn(scene->zones, said);
  scene->doubt = (SceneDoubt){0};
  scene->n_past = 0;
  scene->strange_since_us = 0;
  said->new_reference = TRUE;
}

/* After a reference was asked for: the mean of some looks has less noise, and nobody who just walked by. */
static void scene_polish(GwScene *scene, const GwSceneMeasure *now, const GwSceneLook *look, gboolean is_good,
                         GwSceneSaid *said) {
  GwSceneReference *reference = &scene->reference;
  if (reference->learner.n && reference->learner.target == reference->current && is_good)
    said->new_reference |= gw_scene_reference_learn(reference, now, look);
}

static void scene_whole(GwScene *scene, const GwSceneMeasure *now, const GwSceneLook *look, gboolean is_quiet,
                        GwSceneSaid *said) {
  GwSceneCompare compare;
  scene_choose(scene, now, &compare);
  const GwSceneSlot *slot = &scene->reference.slot[scene->reference.current];
  GwSceneVerdict verdict = gw_scene_judge(now, slot, &compare);
  const ScenePast present = {look->at_us, compare.lost, compare.coarse_gain, now->mean};
  gboolean is_other_light = scene_is_other_light(slot->colour, look->colour);
  if (is_other_light && verdict.kind > GW_SCENE_COVERED)
    verdict.kind = GW_SCENE_N_KINDS;
  gboolean is_good = verdict.kind == GW_SCENE_N_KINDS && compare.lost < 0.4f && compare.n_known >= 8;
  scene->is_as_given = is_good && !is_other_light && compare.alike_mean > AS_GIVEN_ALIKE;
  if (is_quiet)
    scene->doubt = (SceneDoubt){0};
  else
    scene_doubt(scene, &verdict, &present);
  gboolean is_same_open = verdict.kind < GW_SCENE_N_KINDS && scene->open[verdict.kind].open;
  if (!is_quiet && is_same_open && scene->open[verdict.kind].say_again)
    scene_raise(scene, verdict.kind, verdict.measure, verdict.threshold, said);
  if (!scene_is_blind(scene) && scene_is_confirmed(&scene->doubt, &verdict, look->at_us))
    scene_raise(scene, verdict.kind, verdict.measure, verdict.threshold, said);
  scene_heal(scene, look->at_us, is_good, said);
  if (!scene->doubt.since_us || scene->doubt.is_gradual)
    scene_relight(scene, now, look, is_other_light || scene->doubt.is_gradual, &compare, said);
  said->suspected |= scene->doubt.since_us && !scene->doubt.is_gradual && !scene_is_blind(scene);
  scene_polish(scene, now, look, is_good, said);
  /* not what came while nothing could be said: who covers a camera and cuts its stream must not be called
   * weather */
  if (!is_quiet && (scene->doubt.since_us == 0 || scene->doubt.is_gradual))
    scene_remember(scene, &present);
  scene->may_refine = !is_quiet && is_good && !scene->doubt.since_us && !scene_is_blind(scene);
}

/* After a reconnect a few looks must pass before anybody knows whether the picture lives. */
static gboolean scene_is_still_unsure(const GwScene *scene, GwUsec at_us) {
  const GwSceneFrozen *frozen = &scene->frozen;
  if (!scene->open[GW_SCENE_FROZEN].say_again)
    return FALSE;
  return frozen->n < STILL_LOOKS || (frozen->mean > 0 && at_us - scene->quiet_until_us < STILL_US);
}

static void scene_still(GwScene *scene, const GwSceneMeasure *now, GwUsec at_us, gboolean is_quiet,
                        GwSceneSaid *said) {
  if (is_quiet)
    scene->frozen = (GwSceneFrozen){.last_us = at_us};
  double seconds = gw_scene_frozen_look(&scene->frozen, now, at_us);
  SceneOpen *open = &scene->open[GW_SCENE_FROZEN];
  if (seconds <= 0) {
    if (!is_quiet && !scene_is_still_unsure(scene, at_us))
      scene_end(scene, GW_SCENE_FROZEN, said);
    return;
  }
  gboolean is_dark = scene_is_blind(scene);
  if (seconds >= FROZEN_S && (!open->open || open->say_again) && !is_dark)
    scene_raise(scene, GW_SCENE_FROZEN, seconds, FROZEN_S, said);
  said->suspected |= !open->open && !is_dark;
}

/* Nobody looks fast for ever at what cannot be decided. */
static void scene_bound_suspicion(GwScene *scene, GwUsec at_us, GwSceneSaid *said) {
  if (!said->suspected)
    scene->suspect_since_us = 0;
  else if (!scene->suspect_since_us)
    scene->suspect_since_us = at_us;
  else if (at_us - scene->suspect_since_us > SUSPECT_MOST_US)
    said->suspected = FALSE;
}

static gboolean scene_begin(GwScene *scene, GwUsec at_us) {
  if (scene->was_reconnected) {
    scene->was_reconnected = FALSE;
    scene->quiet_until_us = at_us + QUIET_US;
    for (int kind = 0; kind < GW_SCENE_N_KINDS; kind++)
      scene->open[kind].say_again = scene->open[kind].open;
    gw_scene_zones_reconnected(scene->zones);
  }
  return at_us < scene->quiet_until_us;
}

static void scene_zones(GwScene *scene, const GwSceneMeasure *now, GwUsec at_us, gboolean is_quiet,
                        GwSceneSaid *said) {
  const guint8 *reference = gw_scene_before(scene, GW_SCENE_ZONE, 0);
  gboolean is_blind =
      scene_is_blind(scene) || scene->open[GW_SCENE_FROZEN].open || scene->doubt.since_us != 0;
  if (scene->is_given && scene->is_as_given && reference && !is_blind)
    gw_scene_zones_begin(scene->zones, now, reference);
  if (!is_blind)
    scene->is_given = FALSE;
  gw_scene_zones_look(scene->zones, now, reference, at_us, is_blind, is_quiet, said);
}

void gw_scene_look(GwScene *scene, const GwSceneLook *look, GwSceneSaid *ret) {
  memset(ret, 0, sizeof *ret);
  g_return_if_fail(look->luma);
  GwSceneMeasure now;
  gboolean is_quiet = scene_begin(scene, look->at_us);
  scene->may_refine = scene->is_as_given = FALSE;
  gw_scene_measure(look->luma, &now);
  scene_light(scene, &now, look, ret);
  scene_still(scene, &now, look->at_us, is_quiet, ret);
  if (scene->learn_asked)
    scene_take(scene, &now, look, ret);
  else if (!gw_scene_reference_has(&scene->reference)) {
    if (!is_quiet && now.mean > 20 && now.mean < 230)
      ret->new_reference = gw_scene_reference_learn(&scene->reference, &now, look);
  } else {
    scene_whole(scene, &now, look, is_quiet, ret);
  }
  scene_zones(scene, &now, look->at_us, is_quiet, ret);
  if (scene->may_refine && !scene->frozen.since_us)
    gw_scene_reference_refine(&scene->reference, look, gw_scene_zones_held(scene->zones));
  scene_bound_suspicion(scene, look->at_us, ret);
}
