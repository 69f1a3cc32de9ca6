#pragma once
#include "daemon/ledger/tx.h"
#include "daemon/store/camera.h"

/* What camera.c (what workers say) and camera_settings.c (the administrator's commands) share.  Ledger's thread. */

extern const GwCommandEntry gw_camera_commands[];

char *gw_camera_condition_key(GwId id); /* caller frees */
gboolean gw_camera_load(GwTx *tx, GwId id, GwCameraRow *ret, GError **error);
void gw_camera_set_unknown(GwTx *tx, GwCameraRow *row, const char *cause);
/* Whether it sees follows from its state and from what is wrong with its picture. */
gboolean gw_camera_see_anew(GwTx *tx, GwCameraRow *row, GError **error);
