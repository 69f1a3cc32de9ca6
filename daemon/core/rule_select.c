#include "daemon/core/rule_select.h"

void gw_rule_selector_clear(GwRuleSelector *selector) {
  char ***lists[] = {&selector->kinds, &selector->categories, &selector->topics, &selector->classes,
                     &selector->zones};
  for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
    g_clear_pointer(lists[i], g_strfreev);
  g_clear_pointer(&selector->cameras, g_array_unref);
  selector->from_min = selector->to_min = 0;
}

static gboolean asks(char *const *list) {
  return list && list[0];
}

static gboolean names(char *const *list, const char *text) {
  return !asks(list) || (text && g_strv_contains((const char *const *)list, text));
}

static gboolean names_camera(const GArray *cameras, GwId id) {
  if (!cameras || cameras->len == 0)
    return TRUE;
  for (guint i = 0; i < cameras->len; i++)
    if (g_array_index(cameras, GwId, i) == id)
      return TRUE;
  return FALSE;
}

static gboolean holds_minute(int from, int to, int minute) {
  if (from == to)
    return TRUE;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

gboolean gw_rule_selector_is_empty(const GwRuleSelector *s) {
  return !asks(s->kinds) && !asks(s->categories) && !asks(s->topics) && !asks(s->classes) &&
         !asks(s->zones) && (!s->cameras || s->cameras->len == 0) && s->from_min == s->to_min;
}

gboolean gw_rule_selector_agrees(const GwRuleSelector *s, const GwRuleFacts *facts) {
  return names(s->kinds, facts->kind) && names(s->categories, facts->category) &&
         names(s->topics, facts->topic) && names(s->classes, facts->class_name) &&
         names(s->zones, facts->zone) && names_camera(s->cameras, facts->camera_id) &&
         holds_minute(s->from_min, s->to_min, facts->minute);
}

static gboolean goes_before(const GwRuleOffer *one, const GwRuleOffer *other) {
  const gboolean all = gw_rule_selector_is_empty(one->selector),
                 other_all = gw_rule_selector_is_empty(other->selector);
  return all != other_all ? !all : one->id > other->id;
}

int gw_rule_select(const GwRuleOffer *offers, gsize n, const GwRuleFacts *facts) {
  int best = -1;
  for (gsize i = 0; i < n; i++) {
    if (!offers[i].enabled || !gw_rule_selector_agrees(offers[i].selector, facts))
      continue;
    if (best < 0 || goes_before(&offers[i], &offers[best]))
      best = (int)i;
  }
  return best;
}
