#include "daemon/app/look.h"

#include "daemon/base/post.h"
#include "daemon/net/files.h"

/* ---- what moves ---- */

typedef struct Sight {
  GwViewer *viewer;
  GwNetSightFunc func;
  gpointer job;
} Sight;

static void on_news(const GwViewNews *news, gpointer p) {
  static const GwNetSightWhat whats[] = {[GW_VIEW_WAITING] = GW_SIGHT_WAITING,
                                         [GW_VIEW_PLAYING] = GW_SIGHT_PLAYING,
                                         [GW_VIEW_PICTURE] = GW_SIGHT_PICTURE,
                                         [GW_VIEW_MISSED] = GW_SIGHT_MISSED,
                                         [GW_VIEW_ENDED] = GW_SIGHT_ENDED};
  Sight *sight = p;
  const GwNetSight copy = {.what = whats[news->what],
                           .cause = news->cause,
                           .codecs = news->codecs,
                           .gen = news->gen,
                           .pictures = news->pictures,
                           .at_us = news->at_us,
                           .width = news->width,
                           .height = news->height,
                           .bytes = news->bytes,
                           .is_key = news->is_key,
                           .is_old = news->is_old};
  sight->func(&copy, sight->job);
  if (news->what == GW_VIEW_ENDED)
    g_free(sight);
}

gpointer gw_look_begin(GwLook *look, const GwNetLook *what, GwNetSightFunc func, gpointer job, const char **ret_cause) {
  const GwViewWish wish = {.camera_id = what->camera_id,
                           .main = what->main,
                           .playback_id = what->playback_id,
                           .user_id = what->user_id,
                           .at_us = what->at_us};
  *ret_cause = "worker_gone"; /* a center without eyes */
  if (!*look->ingest)
    return NULL;
  Sight *sight = g_new0(Sight, 1);
  sight->func = func;
  sight->job = job;
  sight->viewer = gw_view_watch(*look->ingest, &wish, on_news, sight, ret_cause);
  if (sight->viewer)
    return sight;
  g_free(sight);
  return NULL;
}

void gw_look_away(gpointer handle) {
  Sight *sight = handle;
  gw_view_unwatch(sight->viewer);
  g_free(sight);
}

void gw_look_figures(GwLook *look, GwNetLookFigures *ret) {
  GwViewFigures views = {0};
  GwClipFigures clips = {0};
  if (*look->ingest) {
    gw_view_figures(*look->ingest, &views);
    gw_clip_figures(*look->ingest, &clips);
  }
  *ret = (GwNetLookFigures){.views = views.views,
                            .viewers = views.viewers,
                            .pictures_missed = views.missed,
                            .clips_waiting = clips.waiting,
                            .clips_saved = clips.saved,
                            .clips_failed = clips.failed};
}

/* ---- what is kept ---- */

typedef struct Late {
  GwIngestSaved done;
  gpointer job;
} Late;

static void tell_late(gpointer p) {
  const Late *late = p;
  g_autoptr(GError) error = g_error_new_literal(GW_ERROR, GW_CODE_UNAVAILABLE, "The center stops.");
  late->done(NULL, 0, error, late->job);
}

/* The store is closed: its files are gone with it, and whoever waits is told later, as ever. */
static void too_late(GwIngestSaved done, gpointer job) {
  Late *late = g_new(Late, 1);
  *late = (Late){done, job};
  gw_post(NULL, tell_late, late, g_free);
}

gpointer gw_look_file_begin(GwLook *look) {
  return *look->net ? gw_net_file_begin(*look->net) : NULL;
}

void gw_look_file_write(GwLook *look, gpointer file, GBytes *piece, GwIngestSaved done, gpointer job) {
  if (*look->net)
    gw_files_write(file, piece, done, job);
  else
    too_late(done, job);
}

void gw_look_file_end(GwLook *look, gpointer file, GwIngestSaved done, gpointer job) {
  if (*look->net)
    gw_files_end(file, done, job);
  else
    too_late(done, job);
}

void gw_look_file_drop(GwLook *look, gpointer file) {
  if (*look->net)
    gw_files_drop(file);
}

void gw_look_file_forget(GwLook *look, const char *hash) {
  if (*look->net)
    gw_net_file_forget(*look->net, hash); /* else the next start finds it */
}
