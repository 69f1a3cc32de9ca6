#include "daemon/core/effect.h"

#include "daemon/core/names.h"

static const char *const timer_names[] = {
#define X(name, text) text,
    GW_TIMERS(X)
#undef X
};

static const char *const notify_names[GW_N_NOTIFY] = {
    "none", "desk", "lead_tone", "lead_phone", "supervisor", "unit", "next_candidate",
};

GW_NAMES_DEFINE(GwTimerKind, gw_timer_kind, timer_names)

const char *gw_notify_to_string(GwNotify whom) {
  return (guint)whom < GW_N_NOTIFY ? notify_names[whom] : "?";
}

static GwEffect *add(GwEffects *effects, GwEffectKind kind) {
  g_assert(effects->n < GW_EFFECTS_MOST);
  GwEffect *effect = &effects->item[effects->n++];
  *effect = (GwEffect){.kind = kind};
  return effect;
}

void gw_effects_timer_set(GwEffects *effects, GwTimerKind timer, int arg, GwUsec due_at_us,
                          gboolean calendar) {
  GwEffect *effect = add(effects, GW_EFFECT_TIMER_SET);
  effect->timer = timer;
  effect->arg = arg;
  effect->due_at_us = due_at_us;
  effect->calendar = calendar;
}

void gw_effects_timer_cancel(GwEffects *effects, GwTimerKind timer) {
  GwEffect *effect = add(effects, GW_EFFECT_TIMER_CANCEL);
  effect->timer = timer;
  effect->arg = -1;
}

void gw_effects_tone(GwEffects *effects, int priority, gboolean continuous) {
  GwEffect *effect = add(effects, GW_EFFECT_TONE);
  effect->priority = priority;
  effect->continuous = continuous;
}

void gw_effects_notify(GwEffects *effects, GwNotify whom, const char *what) {
  GwEffect *effect = add(effects, GW_EFFECT_NOTIFY);
  effect->whom = whom;
  effect->what = what;
}

void gw_effects_raise(GwEffects *effects, const char *rule_kind, int priority) {
  GwEffect *effect = add(effects, GW_EFFECT_RAISE);
  effect->what = rule_kind;
  effect->priority = priority;
}

void gw_effects_clear(GwEffects *effects, const char *rule_kind, const char *why) {
  GwEffect *effect = add(effects, GW_EFFECT_CLEAR);
  effect->what = rule_kind;
  effect->why = why;
}

void gw_effects_withdraw(GwEffects *effects, const char *rule_kind, const char *why) {
  GwEffect *effect = add(effects, GW_EFFECT_WITHDRAW);
  effect->what = rule_kind;
  effect->why = why;
}

static gboolean is_timer(GwEffectKind kind) {
  return kind == GW_EFFECT_TIMER_SET || kind == GW_EFFECT_TIMER_CANCEL;
}

const GwEffect *gw_effects_find(const GwEffects *effects, GwEffectKind kind, GwTimerKind timer, int arg) {
  for (guint i = 0; i < effects->n; i++) {
    const GwEffect *effect = &effects->item[i];
    if (effect->kind != kind)
      continue;
    if (!is_timer(kind) || (effect->timer == timer && effect->arg == arg))
      return effect;
  }
  return NULL;
}
