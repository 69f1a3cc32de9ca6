/* What a worker sends of its views: it is believed about those that it was asked for, and no size without bound. */
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/ingest/views_private.h"

#define INIT_BYTES_MOST (64 * 1024)
#define PICTURE_BYTES_MOST (4 * 1024 * 1024)
#define SIDE_MOST 16384
#define CODECS_CHARS_MOST 40

static gboolean is_codecs(const char *text) {
  const gsize n = text ? strlen(text) : 0;
  return n > 0 && n <= CODECS_CHARS_MOST &&
         strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,") == n;
}

static gboolean is_side(gint64 n) {
  return n > 0 && n <= SIDE_MOST;
}

static void on_init(GwView *view, json_t *message, const guint8 *data, gsize bytes) {
  const gint64 width = gw_msg_int(message, "width"), height = gw_msg_int(message, "height");
  const gint64 gen = gw_msg_int(message, "gen");
  const GwUsec epoch_us = gw_msg_int(message, "epoch_us");
  const char *codecs = gw_msg_text(message, "codecs");
  if (bytes == 0 || bytes > INIT_BYTES_MOST || !is_side(width) || !is_side(height) || gen <= view->worker_gen ||
      epoch_us <= 0 || !is_codecs(codecs))
    return;
  view->worker_gen = gen;
  view->last_number = 0;
  view->failures = 0;
  view->gen++;
  view->epoch_us = epoch_us;
  g_free(view->codecs);
  view->codecs = g_strdup(codecs);
  view->width = (int)width;
  view->height = (int)height;
  g_clear_pointer(&view->init, g_bytes_unref);
  view->init = g_bytes_new(data, bytes);
  g_clear_pointer(&view->part, g_byte_array_unref);
  gw_gop_break(&view->gop);
  view->lost = 0;
  view->has_shown = FALSE;
  gw_view_play(view, NULL);
}

/* What follows cannot be shown until a keyframe comes. */
static void lose(GwView *view, guint pictures) {
  view->lost += pictures;
  g_clear_pointer(&view->part, g_byte_array_unref);
  gw_gop_break(&view->gop);
}

/* The whole picture, of this and the pieces before; NULL: more is to come, or it is none. */
static GBytes *whole(GwView *view, json_t *message, const guint8 *data, gsize bytes) {
  const gboolean more = json_is_true(json_object_get(message, "more"));
  if (!more && !view->part)
    return bytes > 0 ? g_bytes_new(data, bytes) : NULL;
  if (!view->part)
    view->part = g_byte_array_new();
  if (view->part->len + bytes > PICTURE_BYTES_MOST) {
    lose(view, 1);
    return NULL;
  }
  g_byte_array_append(view->part, data, (guint)bytes);
  return more ? NULL : g_byte_array_free_to_bytes(g_steal_pointer(&view->part));
}

/* Pictures are counted by their worker: what is not here was lost on the way, and so is all up to a keyframe. */
static void look_for_holes(GwView *view, gint64 number) {
  const gint64 missed = number - view->last_number - 1;
  if (missed >= 0 && view->part)
    lose(view, 1); /* its end never came */
  if (view->last_number > 0 && missed > 0)
    lose(view, (guint)MIN(missed, G_MAXINT16));
  view->last_number = number;
}

static void tell_lost(GwView *view) {
  if (view->lost == 0)
    return;
  const GwViewNews missed = {.what = GW_VIEW_MISSED, .pictures = view->lost};
  view->ingest->views->missed += view->lost;
  view->lost = 0;
  gw_view_tell(view, &missed);
}

static void on_unit(GwView *view, json_t *message, const guint8 *data, gsize bytes) {
  const gint64 number = gw_msg_int(message, "number");
  const GwUsec at_us = gw_msg_int(message, "at_us");
  if (!view->init || view->worker_gen == 0 || gw_msg_int(message, "gen") != view->worker_gen || at_us <= 0 ||
      number < view->last_number || number <= 0 || (number == view->last_number && !view->part))
    return;
  look_for_holes(view, number);
  g_autoptr(GBytes) fragment = whole(view, message, data, bytes);
  if (!fragment)
    return;
  const GwGopPicture picture = {fragment, at_us, json_is_true(json_object_get(message, "key")),
                                json_is_true(json_object_get(message, "replay"))};
  if (!gw_gop_put(&view->gop, &picture)) {
    view->lost += view->has_shown; /* before the first keyframe nothing is missed */
    return;
  }
  view->has_shown = TRUE;
  if (!view->is_playing) { /* it was said to be away, and is not */
    view->lost = 0;
    gw_view_go_on(view); /* with this picture too */
    return;
  }
  tell_lost(view);
  const GwViewNews news = {.what = GW_VIEW_PICTURE,
                           .bytes = fragment,
                           .at_us = at_us,
                           .is_key = picture.is_key,
                           .is_old = picture.is_old};
  gw_view_tell(view, &news);
}

static const char *cause_of(json_t *message) {
  static const char *const causes[] = {"closed",        "unreachable", "timeout", "auth",     "recorder_full", "not_found",
                                       "codec",         "protocol",    "busy",    "no_packets", "no_footage",    NULL};
  const char *cause = gw_msg_text(message, "cause");
  for (gsize i = 0; cause && causes[i]; i++)
    if (strcmp(cause, causes[i]) == 0)
      return causes[i];
  return "closed";
}

gboolean gw_views_on_message(GwWorker *worker, const char *type, json_t *message, const guint8 *data, gsize bytes) {
  if (!g_str_has_prefix(type, "view."))
    return FALSE;
  GwView *view = gw_view_of(worker, gw_msg_int(message, "view"));
  if (!view)
    return TRUE; /* one that was closed a moment ago, or that nobody asked for */
  if (strcmp(type, "view.unit") == 0)
    on_unit(view, message, data, bytes);
  else if (strcmp(type, "view.init") == 0)
    on_init(view, message, data, bytes);
  else if (strcmp(type, "view.ended") == 0)
    gw_views_on_ended(view, cause_of(message));
  return TRUE;
}
