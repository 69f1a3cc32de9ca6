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

gboolean gw_camera_is_own_fault(GwCameraState state) {
  return state == GW_CAMERA_REFUSED || state == GW_CAMERA_UNSUPPORTED;
}

const char *gw_camera_sees(GwCameraState state, gboolean is_blinded) {
  return is_blinded ? "no" : state == GW_CAMERA_LIVE ? "yes" : "unknown";
}

gboolean gw_blind(guint cameras, guint see) {
  return cameras > 0 && see == 0;
}

int gw_camera_fault_priority(gboolean has_place, guint others_that_see) {
  return has_place && gw_blind(others_that_see + 1, others_that_see) ? 3 : 4;
}

GwUsec gw_camera_home_again_us(guint attempts) {
  return MIN(GW_CAMERA_HOME_US << MIN(attempts, 8u), GW_HOUR);
}

/* Whoever did not answer, or is gone with the answer, may have heard. */
gboolean gw_camera_may_have_turned(const char *cause) {
  static const char *const heard[] = {"timeout", "closed", "worker_gone", NULL};
  return cause && g_strv_contains(heard, cause);
}
