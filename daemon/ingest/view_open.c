/* What a worker is asked for, so that a view comes. */
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ingest/past.h"
#include "daemon/ingest/views_private.h"

#define AGAIN_US (2 * GW_SEC) /* an order that could not be sent, a row that could not be read */

static gboolean read_camera(GwIngest *ingest, GwId id, GwCameraRow *ret) {
  g_autoptr(GError) why = NULL;
  const gboolean found = gw_store_camera_get(ingest->db, id, ret, &why);
  if (why)
    gw_warning("Camera %" G_GINT64_FORMAT " cannot be read: %s", id, why->message);
  return found && ret->enabled && ret->removed_at_us == 0 && g_hash_table_contains(ingest->cameras, &id);
}

static gboolean main_is_watched(const GwCameraRow *row) {
  return g_str_equal(gw_store_camera_watched_url(row), row->url);
}

static const char *find_past(GwIngest *ingest, const GwViewWish *wish, GwView *ret) {
  g_auto(GwPast) past = {0};
  g_autoptr(GError) why = NULL;
  const GwId camera_id = gw_past_camera_of(ingest, wish->playback_id, wish->user_id);
  const GwWatched *watched = g_hash_table_lookup(ingest->cameras, &camera_id);
  if (!watched || wish->at_us <= 0 || !gw_past_of_camera(ingest, camera_id, &past, &why)) {
    if (why)
      gw_warning("The recorder of camera %" G_GINT64_FORMAT " cannot be read: %s", camera_id, why->message);
    return "not_found";
  }
  if (gw_past_playing(ingest, past.recorder.id) >= (guint)past.recorder.playbacks_most)
    return "recorder_busy";
  if (!watched->worker->is_up)
    return "worker_gone";
  *ret = (GwView){.kind = GW_VIEW_OF_PAST,
                  .camera_id = camera_id,
                  .recorder_id = past.recorder.id,
                  .play_from_us = wish->at_us};
  return NULL;
}

const char *gw_view_find(GwIngest *ingest, const GwViewWish *wish, GwView *ret) {
  if (wish->playback_id > 0)
    return find_past(ingest, wish, ret);
  g_auto(GwCameraRow) row = {0};
  if (!read_camera(ingest, wish->camera_id, &row))
    return "not_found";
  *ret = (GwView){.camera_id = wish->camera_id,
                  .kind = wish->main && !main_is_watched(&row) ? GW_VIEW_OF_MAIN : GW_VIEW_OF_WATCHED};
  return NULL;
}

/* FALSE: it cannot be asked for now. */
static gboolean add_source(GwView *view, json_t *message) {
  GwIngest *ingest = view->ingest;
  g_autoptr(GError) why = NULL;
  if (view->kind == GW_VIEW_OF_PAST) {
    g_auto(GwPast) past = {0};
    json_object_set_new(message, "play_from_us", json_integer(view->play_from_us));
    const gboolean ok = gw_past_of_camera(ingest, view->camera_id, &past, &why) &&
                        gw_past_add(ingest, &past, view->play_from_us, 0, message, &why);
    if (why)
      gw_warning("Camera %" G_GINT64_FORMAT " cannot be looked back at: %s", view->camera_id, why->message);
    return ok;
  }
  if (view->kind == GW_VIEW_OF_WATCHED)
    return TRUE;
  g_auto(GwCameraRow) row = {0};
  if (!read_camera(ingest, view->camera_id, &row))
    return FALSE;
  json_object_set_new(message, "url", json_string(row.url));
  json_object_set_new(message, "transport", json_string(row.transport));
  if (*row.user_name)
    json_object_set_new(message, "user", json_string(row.user_name));
  gw_ingest_add_password(ingest, row.code, row.secret, message);
  return TRUE;
}

void gw_view_open(GwView *view) {
  const GwWatched *watched = g_hash_table_lookup(view->ingest->cameras, &view->camera_id);
  GwWorker *worker = watched ? watched->worker : NULL;
  /* A camera that its worker has not been told of yet: the view is opened with it. */
  if (!worker || !worker->is_up || watched->untold == GW_UNTOLD_CAMERA)
    return;
  const gint64 number = ++view->ingest->views->last_number;
  json_t *message = json_pack("{s:s, s:I, s:I}", "type", "view.open", "view", (json_int_t)number, "id",
                              (json_int_t)view->camera_id);
  if (!add_source(view, message)) {
    json_decref(message);
    view->retry_mono_us = gw_clock_mono_us() + AGAIN_US;
    return;
  }
  if (!gw_worker_send(worker, message, NULL, 0)) {
    view->retry_mono_us = gw_clock_mono_us() + AGAIN_US;
    return;
  }
  view->number = number;
  view->worker = worker;
  view->worker_gen = view->last_number = 0;
  view->retry_mono_us = 0;
  gw_gop_break(&view->gop);
}

void gw_view_close(GwView *view) {
  if (view->number > 0 && view->worker && view->worker->is_up)
    (void)gw_worker_send(view->worker,
                         json_pack("{s:s, s:I}", "type", "view.close", "view", (json_int_t)view->number), NULL,
                         0); /* a worker that takes nothing is started anew */
  view->number = 0;
  view->worker = NULL;
  gw_gop_break(&view->gop);
}
