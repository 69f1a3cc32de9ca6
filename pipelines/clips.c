#include "pipelines/clips.h"

#include "daemon/base/clock.h"
#include "pipelines/live/clip_maker.h"

#include <string.h>

#define PART_BYTES (256 * 1024)
#define ABOUT_SHARE 3                /* what a clip is about lies a third in: 10 s of 30 before an alert */
#define LAST_US (1500 * GW_MS)       /* so long after its end the last picture may still come */
#define RECORD_MORE_US (60 * GW_SEC) /* beyond its length: to begin, and pauses */
#define FETCH_US (10 * GW_MIN)       /* a clip that nobody fetched goes */
#define PROGRESS_US GW_SEC
#define CORRECT_US (500 * GW_MS)

struct GwClips {
  GHashTable *by_number; /* GwId* -> Clip */
  GwSideRoom room;
  GwClipsOut out;
  GwOutletWoken woken;
  gpointer woken_user;
};

typedef struct Clip {
  GwId number, camera;
  GwClips *clips;
  GwUsec until_mono_us; /* then it ends with what there is; a ready one: is forgotten */
  GwClipMaker *maker;   /* NULL: it is ready */
  GwEar *ear;
  GwOutlet *own;      /* of `side` */
  GwSideStream *side; /* NULL: it is cut from what is watched */
  gboolean is_corrected;
  GwUsec told_mono_us; /* the last progress */
  GBytes *file;        /* of a ready one */
} Clip;

static void let_go(Clip *c) {
  g_clear_pointer(&c->side, gw_side_stream_free);
  g_clear_pointer(&c->ear, gw_ear_close);
  g_clear_pointer(&c->own, gw_outlet_unref);
  g_clear_pointer(&c->maker, gw_clip_maker_free);
}

static void clip_free(gpointer p) {
  Clip *c = p;
  let_go(c);
  g_clear_pointer(&c->file, g_bytes_unref);
  g_free(c);
}

GwClips *gw_clips_new(const GwSideRoom *room, const GwClipsOut *out, GwOutletWoken woken,
                      gpointer woken_user) {
  GwClips *clips = g_new0(GwClips, 1);
  clips->by_number = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, clip_free);
  clips->room = *room;
  clips->out = *out;
  clips->woken = woken;
  clips->woken_user = woken_user;
  return clips;
}

void gw_clips_free(GwClips *clips) {
  if (!clips)
    return;
  g_hash_table_unref(clips->by_number);
  g_free(clips);
}

static gsize bytes_of(const Clip *c) {
  return c->file ? g_bytes_get_size(c->file) : gw_clip_maker_bytes(c->maker);
}

gsize gw_clips_bytes(GwClips *clips) {
  GHashTableIter iter;
  Clip *c;
  gsize bytes = 0;
  g_hash_table_iter_init(&iter, clips->by_number);
  while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&c))
    bytes += bytes_of(c);
  return bytes;
}

/* ---- its end ---- */

static void say_failed(GwClips *clips, GwId number, const char *why) {
  (void)clips->out.say(
      json_pack("{s:s,s:I,s:s}", "type", "clip.failed", "clip", (json_int_t)number, "why", why), NULL,
      clips->out.user);
}

static void fail(Clip *c, const char *why) {
  GwClips *clips = c->clips;
  const GwId number = c->number;
  g_hash_table_remove(clips->by_number, &number);
  say_failed(clips, number, why);
}

static void say_ready(const Clip *c, const GwClipDone *done) {
  json_t *message = json_pack("{s:s,s:I,s:I,s:I,s:I,s:i,s:i,s:i,s:s,s:i}", "type", "clip.ready", "clip",
                              (json_int_t)c->number, "bytes", (json_int_t)g_bytes_get_size(c->file),
                              "from_us", (json_int_t)done->from_us, "to_us", (json_int_t)done->to_us,
                              "frames", (int)done->frames, "width", done->width, "height", done->height,
                              "codecs", done->codecs, "broken", (int)done->broken);
  (void)c->clips->out.say(message, NULL, c->clips->out.user);
}

/* Ready with what there is; `why` when there is nothing. */
static void finish(Clip *c, const char *why) {
  GwClipDone done;
  c->file = gw_clip_maker_finish(c->maker, &done);
  if (!c->file) {
    fail(c, why);
    return;
  }
  let_go(c);
  c->until_mono_us = gw_clock_mono_us() + FETCH_US;
  say_ready(c, &done);
  gw_clip_done_clear(&done);
}

static const char *why_nothing(const Clip *c) {
  if (c->side)
    return "timeout";
  return c->clips->out.is_live(c->camera, c->clips->out.user) ? "no_pictures" : "not_live";
}

/* A recorder begins at a keyframe, and says when that was before the first picture or a moment later. */
static void correct(Clip *c) {
  GwUsec recorded_us = 0;
  const GwUsec newest_us = gw_clip_maker_at_us(c->maker);
  if (c->is_corrected || !gw_side_stream_recorded_us(c->side, gw_clock_real_us(), &recorded_us))
    return;
  c->is_corrected = newest_us > 0;
  if (ABS(recorded_us - newest_us) > CORRECT_US)
    gw_clip_maker_correct(c->maker, recorded_us);
}

static void take_units(Clip *c, GwUsec ahead_us) {
  g_autoptr(GArray) units = gw_ear_take(c->ear);
  if (!units)
    return;
  if (c->side && !gw_clip_maker_at_us(c->maker))
    correct(c);
  const gboolean goes_on = gw_clip_maker_take(c->maker, units, ahead_us);
  if (gw_clip_maker_bytes(c->maker) > GW_CLIP_MOST_BYTES)
    fail(c, "too_large");
  else if (!goes_on)
    finish(c, why_nothing(c));
  else if (gw_clips_bytes(c->clips) > GW_CLIPS_MOST_BYTES)
    fail(c, "busy");
}

/* ---- recording ---- */

static void on_side_ended(GwSideStream *side, GwSideEnd end, GwCause cause, gpointer user) {
  Clip *c = user;
  GwClips *clips = c->clips;
  const GwId number = c->number;
  take_units(c, gw_clock_real_us() - gw_clock_mono_us());
  c = g_hash_table_lookup(clips->by_number, &number);
  if (!c || !c->maker)
    return; /* that was its end */
  if (end == GW_SIDE_OVER)
    finish(c, "no_footage");
  else if (end == GW_SIDE_NO_FOOTAGE)
    fail(c, "no_footage");
  else if (cause == GW_CAUSE_RECORDER_FULL)
    fail(c, "recorder_full");
  else
    fail(c, cause == GW_CAUSE_TIMEOUT || cause == GW_CAUSE_NO_PACKETS ? "timeout" : "recorder_refused");
}

static void tell_progress(Clip *c, GwUsec now_us) {
  const GwUsec newest_us = gw_clip_maker_at_us(c->maker);
  if (!newest_us || now_us - c->told_mono_us < PROGRESS_US)
    return;
  c->told_mono_us = now_us;
  (void)c->clips->out.say(json_pack("{s:s,s:I,s:I}", "type", "clip.progress", "clip", (json_int_t)c->number,
                                    "at_us", (json_int_t)newest_us),
                          NULL, c->clips->out.user);
}

/* ---- in ---- */

typedef struct Wish {
  json_int_t number, camera, from_us, to_us;
  const char *url, *user, *password;
  int by_range;
} Wish;

static gboolean read_wish(json_t *message, Wish *ret) {
  *ret = (Wish){0};
  return json_unpack(message, "{s:I,s:I,s:I,s:I,s?s,s?s,s?s,s?b}", "clip", &ret->number, "id", &ret->camera,
                     "from_us", &ret->from_us, "to_us", &ret->to_us, "url", &ret->url, "user", &ret->user,
                     "password", &ret->password, "by_range", &ret->by_range) == 0 &&
         ret->number > 0 && ret->camera > 0 && ret->from_us > 0 && ret->to_us > ret->from_us &&
         ret->to_us - ret->from_us <= GW_CLIP_MOST_US;
}

/* NULL: why not was said. */
static Clip *add(GwClips *clips, const Wish *wish, gboolean is_playback) {
  if (g_hash_table_size(clips->by_number) >= GW_CLIPS_MOST) {
    say_failed(clips, wish->number, "busy");
    return NULL;
  }
  Clip *c = g_new0(Clip, 1);
  c->number = wish->number;
  c->camera = wish->camera;
  c->clips = clips;
  const GwUsec about_us = wish->from_us + (wish->to_us - wish->from_us) / ABOUT_SHARE;
  c->maker = gw_clip_maker_new(wish->from_us, wish->to_us, about_us, is_playback);
  g_hash_table_insert(clips->by_number, &c->number, c);
  return c;
}

static void cut(GwClips *clips, const Wish *wish) {
  const GwUsec ahead_us = gw_clock_real_us() - gw_clock_mono_us();
  GwOutlet *outlet = clips->out.outlet_of(wish->camera, clips->out.user);
  if (!outlet) {
    say_failed(clips, wish->number, "not_live");
    return;
  }
  Clip *c = add(clips, wish, FALSE);
  if (!c)
    return;
  c->until_mono_us = wish->to_us - ahead_us + LAST_US;
  c->ear = gw_ear_open(outlet, wish->from_us - ahead_us);
  take_units(c, ahead_us);
}

static void record(GwClips *clips, const Wish *wish) {
  Clip *c = add(clips, wish, TRUE);
  if (!c)
    return;
  const GwSideTarget target = {.url = wish->url,
                               .user = wish->user,
                               .password = wish->password,
                               .play_from_us = wish->from_us,
                               .by_range = wish->by_range};
  c->until_mono_us = gw_clock_mono_us() + wish->to_us - wish->from_us + RECORD_MORE_US;
  c->own = gw_outlet_new(clips->woken, clips->woken_user);
  c->ear = gw_ear_open(c->own, GW_OUTLET_NOW);
  c->side = gw_side_stream_open(&target, &clips->room, c->own, on_side_ended, c);
  if (!c->side)
    fail(c, "recorder_refused");
}

static void begin(GwClips *clips, json_t *message, gboolean is_record, const char **ret_reason) {
  Wish wish;
  if (!read_wish(message, &wish) || (is_record && !wish.url)) {
    *ret_reason =
        "a clip needs numbers clip, id, from_us and to_us, at most ten minutes; to be recorded, a url";
    if (wish.number > 0)
      say_failed(clips, wish.number, "no_pictures");
    return;
  }
  const GwId key = wish.number;
  if (g_hash_table_contains(clips->by_number, &key))
    *ret_reason = "a clip with a number that is taken";
  else if (is_record)
    record(clips, &wish);
  else
    cut(clips, &wish);
}

static void read_part(GwClips *clips, json_t *message, const char **ret_reason) {
  const GwId number = json_integer_value(json_object_get(message, "clip"));
  const json_int_t offset = json_integer_value(json_object_get(message, "offset"));
  Clip *c = g_hash_table_lookup(clips->by_number, &number);
  if (!c) {
    say_failed(clips, number, "timeout"); /* it was ready once, or never */
    return;
  }
  if (!c->file || offset < 0 || (gsize)offset > g_bytes_get_size(c->file)) {
    *ret_reason = "clip.read of what is not there";
    return;
  }
  const gsize n = MIN(PART_BYTES, g_bytes_get_size(c->file) - (gsize)offset);
  g_autoptr(GBytes) part = g_bytes_new_from_bytes(c->file, (gsize)offset, n);
  c->until_mono_us = gw_clock_mono_us() + FETCH_US;
  (void)clips->out.say(
      json_pack("{s:s,s:I,s:I}", "type", "clip.part", "clip", (json_int_t)number, "offset", offset), part,
      clips->out.user);
}

gboolean gw_clips_message(GwClips *clips, const char *type, json_t *message, const char **ret_reason) {
  if (strcmp(type, "clip.cut") == 0) {
    begin(clips, message, FALSE, ret_reason);
  } else if (strcmp(type, "clip.record") == 0) {
    begin(clips, message, TRUE, ret_reason);
  } else if (strcmp(type, "clip.read") == 0) {
    read_part(clips, message, ret_reason);
  } else if (strcmp(type, "clip.drop") == 0) {
    const GwId number = json_integer_value(json_object_get(message, "clip"));
    g_hash_table_remove(clips->by_number, &number);
  } else {
    return FALSE;
  }
  return TRUE;
}

/* ---- time ---- */

/* What is done with one may end it, but no other. */
static void for_each(GwClips *clips, void (*func)(Clip *c, GwUsec us), GwUsec us) {
  g_autoptr(GList) all = g_hash_table_get_values(clips->by_number);
  for (GList *link = all; link; link = link->next)
    func(link->data, us);
}

static void drain(Clip *c, GwUsec ahead_us) {
  if (c->maker)
    take_units(c, ahead_us);
}

void gw_clips_drain(GwClips *clips) {
  for_each(clips, drain, gw_clock_real_us() - gw_clock_mono_us());
}

static void tick(Clip *c, GwUsec now_us) {
  if (!c->maker) {
    if (now_us >= c->until_mono_us)
      fail(c, "timeout");
    return;
  }
  if (c->side) {
    correct(c);
    tell_progress(c, now_us);
  }
  if (now_us >= c->until_mono_us)
    finish(c, why_nothing(c));
  else if (c->side)
    gw_side_stream_tick(c->side, now_us);
}

void gw_clips_tick(GwClips *clips, GwUsec now_us) {
  for_each(clips, tick, now_us);
}

static void end_of_camera(Clip *c, GwUsec camera) {
  if (c->maker && !c->side && c->camera == camera)
    finish(c, "not_live");
}

void gw_clips_camera_gone(GwClips *clips, GwId camera) {
  for_each(clips, end_of_camera, camera);
}
