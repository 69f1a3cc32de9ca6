#include "pipelines/look/look_work.h"

#include "daemon/base/limits.h"
#include "pipelines/look/code_reader.h"
#include "pipelines/look/jpeg.h"
#include "pipelines/look/key_decoder.h"

#include <string.h>

#define DECODERS 4 /* of different codec or size; a decoder of 1080p holds some 15 MiB */
#define THUMB_WIDTH 320
#define THUMB_BYTES (48 * 1024)
#define STILL_WIDTH 640
#define CODE_WIDTH 1280
#define HEIGHT_LEAST 16 /* of a JPEG: pictures that are a strip are somebody's joke */

typedef struct Lens {
  GwKeyDecoder *decoder;
  const char *codec;
  int width, height;
  guint64 used;
} Lens;

struct GwLookWork {
  const GwLookerEvents *events;
  gpointer user;
  Lens lenses[DECODERS];
  guint64 turn;
  GwCodeReader *codes; /* NULL until a camera has codes */
};

/* A small picture in full range, planes one behind another. */
typedef struct Small {
  guint8 *y, *u, *v; /* y owns all */
  int width, height;
} Small;

void gw_look_orders_clear(GwLookOrders *orders) {
  g_free(orders->zones);
  if (orders->reference)
    g_bytes_unref(orders->reference);
  *orders = (GwLookOrders){0};
}

GwLookSubject *gw_look_subject_new(GwId camera) {
  GwLookSubject *subject = g_new0(GwLookSubject, 1);
  subject->camera = camera;
  return subject;
}

void gw_look_subject_free(GwLookSubject *subject) {
  if (!subject)
    return;
  gw_scene_free(subject->scene);
  g_free(subject);
}

GwLookWork *gw_look_work_new(const GwLookerEvents *events, gpointer user) {
  GwLookWork *work = g_new0(GwLookWork, 1);
  work->events = events;
  work->user = user;
  return work;
}

void gw_look_work_free(GwLookWork *work) {
  if (!work)
    return;
  for (guint i = 0; i < DECODERS; i++)
    gw_key_decoder_free(work->lenses[i].decoder);
  gw_code_reader_free(work->codes);
  g_free(work);
}

/* ---- decoding ---- */

/* The decoder of this codec and size, or the one that was used longest ago, made anew. */
static Lens *find_lens(GwLookWork *work, const GwLookTask *task) {
  Lens *oldest = &work->lenses[0];
  for (guint i = 0; i < DECODERS; i++) {
    Lens *lens = &work->lenses[i];
    if (lens->decoder && strcmp(lens->codec, task->codec) == 0 && lens->width == task->width &&
        lens->height == task->height) {
      lens->used = ++work->turn;
      return lens;
    }
    if (lens->used < oldest->used)
      oldest = lens;
  }
  gw_key_decoder_free(oldest->decoder);
  *oldest = (Lens){gw_key_decoder_new(task->codec), task->codec, task->width, task->height, ++work->turn};
  return oldest;
}

static void close_lens(Lens *lens) {
  gw_key_decoder_free(lens->decoder);
  *lens = (Lens){0};
}

/* ---- small pictures ---- */

static Small shrink(const GwPlanes *planes, int width, int height) {
  const int w2 = width / 2, h2 = height / 2;
  const gsize luma = (gsize)width * (gsize)height, chroma = (gsize)w2 * (gsize)h2;
  guint8 *y = g_malloc(luma + 2 * chroma);
  const Small small = {y, y + luma, y + luma + chroma, width, height};
  gw_plane_shrink(&planes->y, small.y, width, width, height);
  gw_plane_shrink(&planes->u, small.u, w2, w2, h2);
  gw_plane_shrink(&planes->v, small.v, w2, w2, h2);
  if (!planes->is_full_range) {
    gw_plane_widen_luma(small.y, luma);
    gw_plane_widen_chroma(small.u, 2 * chroma);
  }
  return small;
}

/* As people see it: the samples of analogue cameras are not square. */
static int height_for(const GwKeyPicture *picture, int width) {
  const GwPlane *y = &picture->planes.y;
  const double height =
      (double)width * y->height * MAX(picture->aspect_d, 1) / ((double)y->width * MAX(picture->aspect_n, 1));
  return (int)CLAMP(height / 2 + 0.5, HEIGHT_LEAST / 2, width) * 2;
}

static GBytes *jpeg_of(const Small *small, gsize most_bytes) {
  return gw_jpeg_new(small->y, small->u, small->v, small->width, small->height, most_bytes);
}

static void say_still(GwLookWork *work, const GwLookTask *task, const GwKeyPicture *picture) {
  const Small small = shrink(&picture->planes, STILL_WIDTH, height_for(picture, STILL_WIDTH));
  g_autoptr(GBytes) jpeg = jpeg_of(&small, GW_LIMIT_STILL_BYTES);
  if (jpeg)
    work->events->on_picture(task->subject->camera, task->at_us, small.width, small.height, FALSE, jpeg,
                             work->user);
  g_free(small.y);
}

/* ---- codes ---- */

typedef struct Reading {
  GwLookWork *work;
  const GwLookTask *task;
} Reading;

static void on_code(const char *text, gpointer user) {
  const Reading *r = user;
  if (gw_shown_is_news(&r->task->subject->shown, text, r->task->at_us))
    r->work->events->on_code(r->task->subject->camera, r->task->at_us, text, r->work->user);
}

static void read_codes(GwLookWork *work, const GwLookTask *task, const GwPlane *luma) {
  Reading reading = {work, task};
  if (!work->codes)
    work->codes = gw_code_reader_new();
  (void)gw_code_reader_read(work->codes, luma, CODE_WIDTH, on_code, &reading);
}

/* ---- scene ---- */

static GBytes *before_jpeg(const GwScene *scene, const GwSceneFinding *finding) {
  const guint8 *luma = gw_scene_before(scene, finding->kind, finding->zone_id);
  return luma && finding->on ? gw_jpeg_new(luma, NULL, NULL, GW_SCENE_WIDTH, GW_SCENE_HEIGHT, THUMB_BYTES)
                             : NULL;
}

static void say_reference(GwLookWork *work, const GwLookTask *task, GBytes *now) {
  GwLookSubject *subject = task->subject;
  g_autoptr(GBytes) opaque = gw_scene_reference(subject->scene);
  if (opaque && now) {
    work->events->on_reference(subject->camera, task->at_us, subject->asked, now, opaque, work->user);
    subject->told_hash = g_bytes_hash(opaque);
  }
  subject->asked = FALSE;
}

static void say_seen(GwLookWork *work, const GwLookTask *task, const GwSceneSaid *said, GBytes *now) {
  GwLookSubject *subject = task->subject;
  for (guint i = 0; i < said->n; i++) {
    g_autoptr(GBytes) before = before_jpeg(subject->scene, &said->findings[i]);
    work->events->on_finding(subject->camera, task->at_us, &said->findings[i], before, now, work->user);
  }
  if (said->light_switched)
    work->events->on_light(subject->camera, task->at_us, said->is_night, work->user);
  if (said->new_reference)
    say_reference(work, task, now);
}

static gboolean look(GwLookWork *work, const GwLookTask *task, const GwKeyPicture *picture) {
  GwLookSubject *subject = task->subject;
  GwSceneSaid said = {0};
  const Small small = shrink(&picture->planes, GW_SCENE_WIDTH, GW_SCENE_HEIGHT);
  const gsize n_chroma = (gsize)GW_SCENE_WIDTH * GW_SCENE_HEIGHT / 4;
  const GwSceneLook seen = {small.y, subject->last_at_us, gw_plane_colour(small.u, small.v, n_chroma)};
  if (!subject->is_away)
    gw_scene_look(subject->scene, &seen, &said);
  const int height = height_for(picture, THUMB_WIDTH);
  Small thumb = small;
  if (height != GW_SCENE_HEIGHT)
    thumb = shrink(&picture->planes, THUMB_WIDTH, height);
  g_autoptr(GBytes) jpeg = jpeg_of(&thumb, THUMB_BYTES);
  if (jpeg)
    work->events->on_picture(subject->camera, task->at_us, thumb.width, thumb.height, TRUE, jpeg, work->user);
  say_seen(work, task, &said, jpeg);
  if (thumb.y != small.y)
    g_free(thumb.y);
  g_free(small.y);
  return said.suspected;
}

static void obey(GwLookSubject *subject, const GwLookOrders *orders) {
  if (!subject->scene)
    subject->scene = gw_scene_new();
  if (orders->has_set)
    gw_scene_set_zones(subject->scene, orders->zones, orders->n_zones, orders->utc_offset_s);
  if (orders->reference) {
    gsize n = 0;
    const guint8 *data = g_bytes_get_data(orders->reference, &n);
    (void)gw_scene_set_reference(subject->scene, data, n); /* one that cannot be used is learned anew */
  }
  const gboolean came_home = orders->has_away && subject->is_away && !orders->away;
  if (orders->has_away)
    subject->is_away = orders->away;
  if (orders->reconnected || came_home)
    gw_scene_reconnected(subject->scene);
  if (orders->learn) {
    gw_scene_learn(subject->scene);
    subject->asked = TRUE;
  }
}

gboolean gw_look_work_do(GwLookWork *work, const GwLookTask *task, const GwLookOrders *orders,
                         gboolean *ret_suspected) {
  GwKeyPicture picture;
  Lens *lens = find_lens(work, task);
  obey(task->subject, orders);
  if (!lens->decoder || !gw_key_decoder_decode(lens->decoder, task->keyframe, &picture)) {
    close_lens(lens); /* a stream that it could not read must not stay inside it */
    return FALSE;
  }
  task->subject->last_at_us =
      MAX(task->subject->last_at_us, task->at_us); /* the wall clock may be set back */
  if (task->for_scene)
    *ret_suspected = look(work, task, &picture);
  if (task->for_still)
    say_still(work, task, &picture);
  if (task->for_codes)
    read_codes(work, task, &picture.planes.y);
  gw_key_decoder_release(lens->decoder);
  return TRUE;
}
