#include "daemon/core/checkin.h"

#define FASTEST_MPS 12.0
#define SKEW_MOST_US (120 * GW_SEC)
#define JUMP_M 100.0 /* further than a phone's fix errs */
#define JUMP_US (10 * GW_SEC)

const char *gw_checkin_flag_to_string(GwCheckinFlag bit) {
  static const char *const names[] = {
#define X(name, text) text,
      GW_CHECKIN_FLAGS(X)
#undef X
  };
  return (guint)bit < GW_N_CHECKIN_FLAGS ? names[bit] : "?";
}

static gboolean has_text(const char *text) {
  return text && *text;
}

static gboolean is_for(const GwCheckin *checkin, const GwCheckinPoint *point) {
  if (has_text(checkin->tag))
    return g_strcmp0(checkin->tag, point->tag) == 0;
  if (checkin->checkpoint_id > 0)
    return checkin->checkpoint_id == point->checkpoint_id;
  return checkin->has_fix && gw_geo_distance_m(checkin->at, point->at) <= point->radius_m;
}

static gboolean holds(const GwCheckinPoint *point, GwUsec at_us) {
  return at_us >= point->from_us && at_us <= point->to_us;
}

/* TRUE when `a` fits better than `b`: not done, then its window holds the time, then nearest in time. */
static gboolean fits_better(const GwCheckin *checkin, const GwCheckinPoint *a, const GwCheckinPoint *b) {
  gboolean a_open = a->state != GW_POINT_DONE, b_open = b->state != GW_POINT_DONE;
  if (a_open != b_open)
    return a_open;
  gboolean a_holds = holds(a, checkin->at_us), b_holds = holds(b, checkin->at_us);
  if (a_holds != b_holds)
    return a_holds;
  return ABS(checkin->at_us - a->due_at_us) < ABS(checkin->at_us - b->due_at_us);
}

int gw_checkin_match(const GwCheckin *checkin, const GwCheckinPoint *points, gsize n) {
  int best = -1;
  for (gsize i = 0; i < n; i++)
    if (is_for(checkin, &points[i]) && (best < 0 || fits_better(checkin, &points[i], &points[best])))
      best = (int)i;
  return best;
}

static guint travel_flags(const GwCheckin *checkin, GwPoint here, const GwCheckinBefore *before) {
  if (!before->has_last)
    return 0;
  GwUsec took_us = ABS(checkin->at_us - before->last_at_us);
  double metres = gw_geo_distance_m(before->last_at, here);
  guint flags = 0;
  /* As a product, so that two places at one and the same moment need no division. */
  if (metres > JUMP_M / 4 && metres > FASTEST_MPS * (double)took_us / GW_SEC)
    flags |= GW_FLAG(TOO_FAST);
  if (metres > JUMP_M && took_us < JUMP_US)
    flags |= GW_FLAG(JUMP);
  return flags;
}

guint gw_checkin_flags(const GwCheckin *checkin, const GwCheckinPoint *point, const GwCheckinBefore *before) {
  guint flags = 0;
  if (checkin->has_fix && gw_geo_distance_m(checkin->at, point->at) > point->radius_m)
    flags |= GW_FLAG(OUT_OF_RADIUS);
  if (!checkin->has_fix && checkin->wants_fix)
    flags |= GW_FLAG(NO_FIX);
  if (ABS(checkin->skew_us) > SKEW_MOST_US)
    flags |= GW_FLAG(CLOCK_SKEW);
  if (before->tag_by_other)
    flags |= GW_FLAG(TAG_TWO_DEVICES);
  /* A tag hangs at its point, so a reader without a fix was there. */
  return flags | travel_flags(checkin, checkin->has_fix ? checkin->at : point->at, before);
}
