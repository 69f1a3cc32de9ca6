/* A camera's on-delay is over: which cause is it? */
#include "daemon/ledger/outage_private.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/core/camera.h"
#include "daemon/ledger/absent.h"
#include "daemon/ledger/field.h"
#include "daemon/store/camera.h"

static gboolean find_in(const GwOutageScene *scene, GwId camera_id, guint *ret) {
  for (guint i = 0; i < scene->cameras->len; i++)
    if (g_array_index(scene->cameras, GwOutageCamera, i).id == camera_id) {
      *ret = i;
      return TRUE;
    }
  return FALSE;
}

static gboolean decide(GwTx *tx, GwId camera_id, const GwConditionRow *row, GwUsec on_delay_us, GwOutageAnswer *ret,
                       GwUsec *ret_again_at_us, GError **error) {
  g_autoptr(GwOutageScene) scene = gw_store_outage_scene(tx->db, error);
  GwOutageFacts facts = {.asked_since_us = row->core.first_at_us + on_delay_us};
  GwOutageDecision decision;
  if (!scene)
    return FALSE;
  if (!find_in(scene, camera_id, &facts.which))
    return TRUE;
  /* Where there is no on-delay, its row is not written yet. */
  g_array_index(scene->cameras, GwOutageCamera, facts.which).fell_at_us = row->core.first_at_us;
  facts.cameras = (const GwOutageCamera *)scene->cameras->data;
  facts.n_cameras = scene->cameras->len;
  facts.open = (const GwOutageOpen *)scene->open->data;
  facts.n_open = scene->open->len;
  gw_outage_decide(&facts, tx->now_us, &decision);
  switch (decision.verdict) {
  case GW_OUTAGE_WAIT:
    *ret = GW_OUTAGE_SAYS_LATER;
    *ret_again_at_us = decision.again_at_us;
    return TRUE;
  case GW_OUTAGE_JOIN:
    *ret = GW_OUTAGE_SAYS_TAKEN;
    return gw_outage_grow(tx, scene, &decision, camera_id, error);
  case GW_OUTAGE_BEGIN:
    *ret = GW_OUTAGE_SAYS_TAKEN;
    return gw_outage_begin(tx, scene, &decision, camera_id, error);
  case GW_OUTAGE_OWN:
    break;
  }
  return TRUE;
}

/* P3 only when it blinded its grid, and the grid is blind still: not the first of two that fell, and not the one
 * that was looked at while all others were still connecting. */
static gboolean set_priority(GwTx *tx, GwConditionRow *row, json_t *sighting, GwId camera_id, GError **error) {
  int priority = 0;
  if (!gw_camera_priority_now(tx, camera_id, &priority, error))
    return FALSE;
  priority = MAX(priority, (int)gw_arg_int(sighting, "priority"));
  json_object_set_new(sighting, "priority", json_integer(priority));
  char *text = json_dumps(sighting, JSON_COMPACT | JSON_SORT_KEYS);
  g_free(row->sighting);
  row->sighting = g_strdup(text);
  free(text);
  return TRUE;
}

/* Its worker is gone and nobody can say whether it is still down: for a while one waits for the worker. */
static void wait_for_worker(GwTx *tx, const GwConditionRow *row, GwUsec on_delay_us, GwOutageAnswer *ret,
                            GwUsec *ret_again_at_us) {
  const gboolean is_over = tx->now_us >= row->core.first_at_us + on_delay_us + GW_OUTAGE_WAIT_US;
  *ret = is_over ? GW_OUTAGE_SAYS_TAKEN : GW_OUTAGE_SAYS_LATER;
  *ret_again_at_us = tx->now_us + GW_OUTAGE_ASK_AGAIN_US;
}

static gboolean ask(GwTx *tx, GwConditionRow *row, json_t *sighting, GwUsec on_delay_us, GwOutageAnswer *ret,
                    GwUsec *ret_again_at_us, GError **error) {
  const GwId camera_id = gw_arg_id(sighting, "camera_id");
  const char *category = gw_arg_text(sighting, "category");
  const gboolean is_own = g_strcmp0(category, gw_camera_category(GW_CAMERA_REFUSED)) == 0 ||
                          g_strcmp0(category, gw_camera_category(GW_CAMERA_UNSUPPORTED)) == 0 ||
                          json_is_true(json_object_get(sighting, "own"));
  g_auto(GwCameraRow) camera = {0};
  g_autoptr(GError) failed = NULL;
  if (!gw_store_camera_get(tx->db, camera_id, &camera, &failed))
    return gw_absent(&failed, error);
  if (strcmp(camera.state, "unknown") == 0 && camera.enabled)
    wait_for_worker(tx, row, on_delay_us, ret, ret_again_at_us);
  else if (!is_own && !decide(tx, camera_id, row, on_delay_us, ret, ret_again_at_us, error))
    return FALSE;
  return *ret != GW_OUTAGE_SAYS_RAISE || set_priority(tx, row, sighting, camera_id, error);
}

gboolean gw_outage_ask(GwTx *tx, GwConditionRow *row, GwUsec on_delay_us, GwOutageAnswer *ret,
                       GwUsec *ret_again_at_us, GError **error) {
  *ret = GW_OUTAGE_SAYS_RAISE;
  json_t *sighting = json_loads(row->sighting, 0, NULL);
  gboolean ok = ask(tx, row, sighting, on_delay_us, ret, ret_again_at_us, error);
  json_decref(sighting);
  return ok;
}
