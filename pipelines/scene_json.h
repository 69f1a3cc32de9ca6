#pragma once
#include "pipelines/scene/scene.h"

#include <jansson.h>

/* The message scene.set as a wish.  Pure; any thread. */
typedef struct GwSceneWish {
  GwId camera;
  gboolean codes;
  gboolean away; /* somebody turned it: look, and judge nothing until it is home */
  int utc_offset_s;
  guint n_zones;
  GwSceneZone zones[GW_SCENE_ZONES_MOST];
} GwSceneWish;

/* FALSE: something is missing, wrong or too much; *ret_reason is static. */
gboolean gw_scene_json_read(json_t *message, GwSceneWish *ret_wish, const char **ret_reason);
