#include "tests/pipelines/scene_life.h"

#include <math.h>

#define START_S 1800000000.0

static void life_note(Life *life, const GwSceneSaid *said) {
  for (guint i = 0; i < said->n; i++) {
    const GwSceneFinding *finding = &said->findings[i];
    life->last = *finding;
    if (finding->on) {
      life->raised[finding->kind]++;
      life->raised_at_s[finding->kind] = life->now_s;
    } else {
      life->ended[finding->kind]++;
    }
  }
  life->references += said->new_reference;
  life->lights += said->light_switched;
  life->suspected = said->suspected;
}

static void life_look(Life *life) {
  if (life->before_look)
    life->before_look(life, life->now_s - life->t0_s);
  life->view.at_s = life->now_s;
  GwSceneLook look = {painter_paint(&life->painter, &life->view), (GwUsec)(life->now_s * GW_SEC),
                      life->colour};
  GwSceneSaid said;
  gw_scene_look(life->scene, &look, &said);
  life_note(life, &said);
}

void life_run(Life *life, double seconds) {
  double until_s = life->now_s + seconds;
  while (life->now_s < until_s) {
    life_look(life);
    life->now_s += life->suspected ? 2 : 10;
  }
}

void life_do(Life *life, double seconds, void (*before_look)(Life *life, double since_s)) {
  life->before_look = before_look;
  life->t0_s = life->now_s;
  life_run(life, seconds);
  life->before_look = NULL;
}

Life *life_new(guint64 seed) {
  Life *life = g_new0(Life, 1);
  painter_init(&life->painter, seed);
  life->scene = gw_scene_new();
  life->view = (PainterView){.noise = 1.5f, .has_clock = TRUE};
  life->colour = 14;
  life->now_s = START_S;
  life_run(life, 180);
  assert_int_equal(life->references, 1);
  assert_int_equal(life_findings(life), 0);
  return life;
}

void life_free(Life *life) {
  gw_scene_free(life->scene);
  g_free(life);
}

void life_put(Life *life, const PainterThing *things, guint n) {
  g_assert(n <= G_N_ELEMENTS(life->things));
  for (guint i = 0; i < n; i++)
    life->things[i] = things[i];
  life->view.things = life->things;
  life->view.n_things = n;
}

guint life_findings(const Life *life) {
  guint n = 0;
  for (int kind = 0; kind < GW_SCENE_N_KINDS; kind++)
    n += life->raised[kind];
  return n;
}

void life_expect(const Life *life, GwSceneKind kind, double at_s, double within_s) {
  for (int other = 0; other < GW_SCENE_N_KINDS; other++)
    if (other != (int)kind && life->raised[other])
      fail_msg("%s was raised, too", gw_scene_kind_to_string((GwSceneKind)other));
  if (life->raised[kind] != 1)
    fail_msg("%s was raised %u times", gw_scene_kind_to_string(kind), life->raised[kind]);
  if (life->raised_at_s[kind] - at_s > within_s)
    fail_msg("%s took %.0f s", gw_scene_kind_to_string(kind), life->raised_at_s[kind] - at_s);
  assert_true(life->last.measure >= life->last.threshold);
}

void life_expect_nothing(const Life *life) {
  for (int kind = 0; kind < GW_SCENE_N_KINDS; kind++)
    if (life->raised[kind])
      fail_msg("%s was raised after %.0f s", gw_scene_kind_to_string((GwSceneKind)kind),
               life->raised_at_s[kind] - START_S);
}
