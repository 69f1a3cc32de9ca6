#include "daemon/core/spot.h"

/* TRUE when `a` is rather given up than `b`: emptier, less grave, older. */
static gboolean is_less(const GwSpot *a, const GwSpot *b) {
  if ((a->alert_id == 0) != (b->alert_id == 0))
    return a->alert_id == 0;
  return a->priority != b->priority ? a->priority > b->priority : a->alert_id < b->alert_id;
}

int gw_spot_choose(const GwSpot spots[GW_SPOTS], GwId alert_id, int priority) {
  int chosen = -1;
  if (priority > GW_SPOT_PRIORITY)
    return -1;
  for (int i = 0; i < GW_SPOTS; i++) {
    const GwSpot *spot = &spots[i];
    const gboolean may_take =
        !spot->is_pinned && (spot->alert_id == 0 || spot->priority > priority ||
                             (spot->priority == priority && spot->alert_id < alert_id));
    if (may_take && (chosen < 0 || is_less(spot, &spots[chosen])))
      chosen = i;
  }
  return chosen;
}
