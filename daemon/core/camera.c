#include "daemon/core/camera.h"

#include "daemon/core/names.h"

static const char *const state_names[] = {
#define X(name, text) text,
    GW_CAMERA_STATES(X)
#undef X
};

GW_NAMES_DEFINE(GwCameraState, gw_camera_state, state_names)

static const struct {
  GwSays says;
  const char *category;
} facts[GW_N_CAMERA_STATES] = {
    [GW_CAMERA_LIVE] = {GW_SAYS_WELL, NULL},
    [GW_CAMERA_STALLED] = {GW_SAYS_FAULT, "camera_stalled"},
    [GW_CAMERA_LOST] = {GW_SAYS_FAULT, "camera_lost"},
    [GW_CAMERA_REFUSED] = {GW_SAYS_FAULT, "camera_refused"},
    [GW_CAMERA_UNSUPPORTED] = {GW_SAYS_FAULT, "camera_unsupported"},
};

GwSays gw_camera_says(GwCameraState state) {
  return facts[state].says;
}

const char *gw_camera_category(GwCameraState state) {
  return facts[state].category;
}

gboolean gw_blind(guint cameras, guint live) {
  return cameras > 0 && live == 0;
}

int gw_camera_fault_priority(gboolean has_place, guint other_live_in_place) {
  return has_place && gw_blind(other_live_in_place + 1, other_live_in_place) ? 3 : 4;
}
