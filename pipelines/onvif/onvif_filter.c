#include "pipelines/onvif/onvif_filter.h"

#include <string.h>

/* What makes two observations the same thing. */
typedef struct Said {
  GwOnvifTopic topic;
  char class[GW_ONVIF_CLASS_BYTES], rule[GW_ONVIF_TEXT_BYTES], tail[GW_ONVIF_TEXT_BYTES];
  gboolean has_active, active;
  GwUsec utc_us, said_mono_us, used_mono_us;
} Said;

struct GwOnvifFilter {
  GArray *said; /* Said; few, so they are searched in turn */
  double tokens;
  GwUsec filled_mono_us;
};

GwOnvifFilter *gw_onvif_filter_new(void) {
  GwOnvifFilter *filter = g_new0(GwOnvifFilter, 1);
  filter->said = g_array_new(FALSE, FALSE, sizeof(Said));
  filter->tokens = GW_ONVIF_MOST_PER_S;
  return filter;
}

void gw_onvif_filter_free(GwOnvifFilter *filter) {
  if (!filter)
    return;
  g_array_unref(filter->said);
  g_free(filter);
}

static Said *find(GwOnvifFilter *filter, const GwOnvifObservation *o) {
  for (guint i = 0; i < filter->said->len; i++) {
    Said *said = &g_array_index(filter->said, Said, i);
    if (said->topic == o->topic && strcmp(said->class, o->class) == 0 && strcmp(said->rule, o->rule) == 0 &&
        strcmp(said->tail, o->tail) == 0)
      return said;
  }
  return NULL;
}

static Said *remember(GwOnvifFilter *filter, const GwOnvifObservation *o) {
  if (filter->said->len == GW_ONVIF_FILTER_MOST) {
    guint oldest = 0;
    for (guint i = 1; i < filter->said->len; i++)
      if (g_array_index(filter->said, Said, i).used_mono_us <
          g_array_index(filter->said, Said, oldest).used_mono_us)
        oldest = i;
    g_array_remove_index_fast(filter->said, oldest);
  }
  Said said = {.topic = o->topic};
  g_strlcpy(said.class, o->class, sizeof said.class);
  g_strlcpy(said.rule, o->rule, sizeof said.rule);
  g_strlcpy(said.tail, o->tail, sizeof said.tail);
  g_array_append_val(filter->said, said);
  return &g_array_index(filter->said, Said, filter->said->len - 1);
}

static gboolean is_repeat(const Said *said, const GwOnvifObservation *o, GwUsec mono_us) {
  if (o->has_active != said->has_active)
    return FALSE;
  if (o->has_active)
    return o->active == said->active;
  GwUsec age_us = mono_us - said->said_mono_us;
  if (o->topic == GW_ONVIF_OBJECT)
    return age_us < GW_ONVIF_OBJECT_AGAIN_US;
  return age_us < GW_ONVIF_HAPPENING_AGAIN_US || (o->utc_us && o->utc_us == said->utc_us);
}

static gboolean take_token(GwOnvifFilter *filter, GwUsec mono_us) {
  double gained = (double)(mono_us - filter->filled_mono_us) * GW_ONVIF_MOST_PER_S / GW_SEC;
  filter->tokens = MIN(filter->tokens + MAX(gained, 0), GW_ONVIF_MOST_PER_S);
  filter->filled_mono_us = mono_us;
  if (filter->tokens < 1)
    return FALSE;
  filter->tokens--;
  return TRUE;
}

gboolean gw_onvif_filter_pass(GwOnvifFilter *filter, const GwOnvifObservation *o, GwUsec mono_us) {
  Said *said = find(filter, o);
  if (said) {
    said->used_mono_us = mono_us;
    if (is_repeat(said, o, mono_us))
      return FALSE;
  }
  /* one that may not be said now is not remembered either: a state is then said by its next repeat */
  if (!take_token(filter, mono_us))
    return FALSE;
  if (!said)
    said = remember(filter, o);
  said->has_active = o->has_active;
  said->active = o->active;
  said->utc_us = o->utc_us;
  said->said_mono_us = said->used_mono_us = mono_us;
  return TRUE;
}
