#include "daemon/net/media_view.h"

#include <string.h>

#include "daemon/base/clock.h"

#define OPEN_AT_ONCE 128 /* eight pages of sixteen, and … */
#define OPEN_PER_S 32    /* … so many a second: each may be a connection to a camera */

enum { KIND_INIT = 1, KIND_KEY = 2, KIND_PICTURE = 3, KIND_OLD = 16 };

typedef struct Slot {
  GwMediaViews *views;
  gint64 number;
  GwNetLook look;
  gpointer handle; /* NULL: it is over */
  GwSlotQueue queue;
  gboolean has_held; /* `held` was taken from the queue; the word of its loss went before it */
  GwSlotItem held;
} Slot;

struct GwMediaViews {
  const GwNetConfig *config;
  GwMediaWho who;
  void (*want_write)(gpointer user);
  gpointer user;
  GPtrArray *slots; /* Slot */
  gint64 highest;   /* the highest number that was ever used */
  guint turn;       /* index of the slot that is next */
  double opens_left;
  GwUsec opens_at_mono_us;
  guint64 late; /* of slots that are gone */
};

static void slot_free(gpointer p) {
  Slot *slot = p;
  const GwNetConfig *config = slot->views->config;
  if (slot->handle)
    config->look_away(slot->handle, config->user);
  slot->views->late += slot->queue.late;
  if (slot->has_held)
    g_bytes_unref(slot->held.bytes);
  gw_slot_queue_clear(&slot->queue);
  g_free(slot);
}

GwMediaViews *gw_media_views_new(const GwNetConfig *config, const GwMediaWho *who, void (*want_write)(gpointer user),
                                 gpointer user) {
  GwMediaViews *views = g_new0(GwMediaViews, 1);
  *views = (GwMediaViews){.config = config, .who = *who, .want_write = want_write, .user = user, .opens_left = OPEN_AT_ONCE};
  views->slots = g_ptr_array_new_with_free_func(slot_free);
  views->opens_at_mono_us = gw_clock_mono_us();
  return views;
}

void gw_media_views_free(GwMediaViews *views) {
  if (!views)
    return;
  g_ptr_array_unref(views->slots);
  g_free(views);
}

guint gw_media_views_open(const GwMediaViews *views) {
  guint n = 0;
  for (guint i = 0; i < views->slots->len; i++)
    n += ((Slot *)g_ptr_array_index(views->slots, i))->handle != NULL;
  return n;
}

guint64 gw_media_views_late(const GwMediaViews *views) {
  guint64 n = views->late;
  for (guint i = 0; i < views->slots->len; i++)
    n += ((Slot *)g_ptr_array_index(views->slots, i))->queue.late;
  return n;
}

/* ---- what comes ---- */

static void put(Slot *slot, GwSlotWhat what, GBytes *bytes, GwUsec at_us, gboolean is_old) {
  const GwSlotItem item = {.what = what, .bytes = bytes, .at_us = at_us, .is_old = is_old};
  gw_slot_queue_put(&slot->queue, &item, gw_clock_mono_us());
}

static GBytes *text_of(json_t *consumed) {
  char *text = json_dumps(consumed, JSON_COMPACT);
  json_decref(consumed);
  return g_bytes_new_with_free_func(text, strlen(text), free, text);
}

static void put_words(Slot *slot, json_t *consumed) {
  g_autoptr(GBytes) text = text_of(consumed);
  put(slot, GW_SLOT_WORDS, text, 0, FALSE);
}

static void put_cause(Slot *slot, const char *state, const char *cause) {
  put_words(slot, json_pack("{s:s,s:I,s:s,s:s}", "type", "view", "slot", (json_int_t)slot->number, "state", state, "cause",
                            cause));
}

static void put_playing(Slot *slot, const GwNetSight *sight) {
  put_words(slot, json_pack("{s:s,s:I,s:s,s:i,s:I,s:s,s:i,s:i}", "type", "view", "slot", (json_int_t)slot->number, "state",
                            "playing", "gen", (int)sight->gen, "epoch_us", (json_int_t)sight->at_us, "codecs",
                            sight->codecs, "width", sight->width, "height", sight->height));
  put(slot, GW_SLOT_INIT, sight->bytes, sight->at_us, FALSE);
}

static void on_sight(const GwNetSight *sight, gpointer p) {
  Slot *slot = p;
  switch (sight->what) {
  case GW_SIGHT_WAITING:
    put_cause(slot, "waiting", sight->cause);
    break;
  case GW_SIGHT_PLAYING:
    put_playing(slot, sight);
    break;
  case GW_SIGHT_PICTURE:
    put(slot, sight->is_key ? GW_SLOT_KEY : GW_SLOT_PICTURE, sight->bytes, sight->at_us, sight->is_old);
    break;
  case GW_SIGHT_MISSED:
    gw_slot_queue_missed(&slot->queue, sight->pictures);
    return;
  case GW_SIGHT_ENDED:
    slot->handle = NULL;
    put_cause(slot, "ended", sight->cause);
    break;
  }
  slot->views->want_write(slot->views->user);
}

/* ---- what is wanted ---- */

static gboolean is_in(json_t *value, gint64 least, gint64 most) {
  return json_is_integer(value) && json_integer_value(value) >= least && json_integer_value(value) <= most;
}

static gboolean read_camera(json_t *item, GwNetLook *ret) {
  const char *stream = json_string_value(json_object_get(item, "stream"));
  json_t *camera = json_object_get(item, "camera_id");
  if (!is_in(camera, 1, GW_ID_MAX - 1) || (g_strcmp0(stream, "watched") != 0 && g_strcmp0(stream, "main") != 0))
    return FALSE;
  ret->camera_id = json_integer_value(camera);
  ret->main = strcmp(stream, "main") == 0;
  return json_object_size(item) == 3;
}

static gboolean read_past(json_t *item, GwNetLook *ret) {
  json_t *playback = json_object_get(item, "playback_id"), *at_us = json_object_get(item, "at_us");
  if (!is_in(playback, 1, GW_ID_MAX - 1) || !is_in(at_us, 1, GW_ID_MAX - 1))
    return FALSE;
  ret->playback_id = json_integer_value(playback);
  ret->at_us = json_integer_value(at_us);
  return json_object_size(item) == 3;
}

static gboolean is_same(const GwNetLook *a, const GwNetLook *b) {
  return a->camera_id == b->camera_id && a->main == b->main && a->playback_id == b->playback_id && a->at_us == b->at_us;
}

static Slot *find(const GwMediaViews *views, gint64 number) {
  for (guint i = 0; i < views->slots->len; i++) {
    Slot *slot = g_ptr_array_index(views->slots, i);
    if (slot->number == number)
      return slot;
  }
  return NULL;
}

typedef struct Wish {
  gint64 number;
  GwNetLook look;
} Wish;

static gboolean is_wished(const Wish *wishes, gsize n, gint64 number) {
  for (gsize i = 0; i < n; i++)
    if (wishes[i].number == number)
      return TRUE;
  return FALSE;
}

/* Each slot is one that is there, as it is, or a new number. */
static gboolean read_wishes(const GwMediaViews *views, json_t *slots, Wish *ret) {
  gsize i;
  json_t *item;
  if (!json_is_array(slots) || json_array_size(slots) > GW_LIMIT_SLOTS)
    return FALSE;
  json_array_foreach(slots, i, item) {
    json_t *number = json_object_get(item, "slot");
    ret[i] = (Wish){.look = {.user_id = views->who.user_id}};
    if (!is_in(number, 1, GW_SLOT_NUMBER_MOST) || is_wished(ret, i, json_integer_value(number)) ||
        (!read_camera(item, &ret[i].look) && !read_past(item, &ret[i].look)))
      return FALSE;
    ret[i].number = json_integer_value(number);
    const Slot *there = find(views, ret[i].number);
    if (there ? !is_same(&there->look, &ret[i].look) : ret[i].number <= views->highest)
      return FALSE;
  }
  return TRUE;
}

static gboolean may_open(GwMediaViews *views) {
  const GwUsec now_us = gw_clock_mono_us();
  views->opens_left =
      MIN(OPEN_AT_ONCE, views->opens_left + (double)(now_us - views->opens_at_mono_us) / GW_SEC * OPEN_PER_S);
  views->opens_at_mono_us = now_us;
  if (views->opens_left < 1)
    return FALSE;
  views->opens_left -= 1;
  return TRUE;
}

static void open_slot(GwMediaViews *views, const Wish *wish) {
  const GwNetConfig *config = views->config;
  Slot *slot = g_new0(Slot, 1);
  *slot = (Slot){.views = views, .number = wish->number, .look = wish->look};
  gw_slot_queue_init(&slot->queue);
  g_ptr_array_add(views->slots, slot);
  const char *cause = "busy";
  if (wish->look.playback_id && !views->who.may_look_back)
    cause = "forbidden";
  else if (config->look && may_open(views))
    slot->handle = config->look(&wish->look, on_sight, slot, &cause, config->user);
  if (slot->handle)
    return;
  put_cause(slot, "ended", cause);
  views->want_write(views->user);
}

gboolean gw_media_views_set(GwMediaViews *views, json_t *slots) {
  Wish wishes[GW_LIMIT_SLOTS];
  if (!read_wishes(views, slots, wishes))
    return FALSE;
  const gsize n = json_array_size(slots);
  for (guint i = views->slots->len; i > 0; i--) /* first: a recorder plays few at a time */
    if (!is_wished(wishes, n, ((Slot *)g_ptr_array_index(views->slots, i - 1))->number))
      g_ptr_array_remove_index(views->slots, i - 1);
  for (gsize i = 0; i < n; i++)
    if (!find(views, wishes[i].number))
      open_slot(views, &wishes[i]);
  for (gsize i = 0; i < n; i++)
    views->highest = MAX(views->highest, wishes[i].number);
  return TRUE;
}

/* ---- what goes ---- */

static gboolean has_some(const Slot *slot) {
  return slot->has_held || slot->queue.items.length > 0;
}

gboolean gw_media_views_has_next(const GwMediaViews *views) {
  for (guint i = 0; i < views->slots->len; i++)
    if (has_some(g_ptr_array_index(views->slots, i)))
      return TRUE;
  return FALSE;
}

static void fill_head(const Slot *slot, const GwSlotItem *item, guint8 *head) {
  const int kind = item->what == GW_SLOT_INIT ? KIND_INIT : item->what == GW_SLOT_KEY ? KIND_KEY : KIND_PICTURE;
  const guint32 number = GUINT32_TO_BE((guint32)slot->number);
  const guint64 at_us = GUINT64_TO_BE((guint64)item->at_us);
  const guint16 width = 0, flags = GUINT16_TO_BE((guint16)(kind | (item->is_old ? KIND_OLD : 0)));
  memcpy(head, &number, 4);
  memcpy(head + 4, &at_us, 8);
  memcpy(head + 12, &width, 2);
  memcpy(head + 14, &flags, 2);
}

static GBytes *late_text(const Slot *slot, guint pictures) {
  return text_of(json_pack("{s:s,s:I,s:I}", "type", "late", "slot", (json_int_t)slot->number, "pictures",
                           (json_int_t)pictures));
}

/* Who was late is told right before the keyframe that it goes on with. */
static gboolean take(Slot *slot, GwMediaOut *ret) {
  GwSlotItem item;
  if (slot->has_held) {
    item = slot->held;
    slot->has_held = FALSE;
  } else if (!gw_slot_queue_take(&slot->queue, gw_clock_mono_us(), &item)) {
    return FALSE;
  } else if (item.lost > 0) {
    slot->held = item;
    slot->has_held = TRUE;
    *ret = (GwMediaOut){.bytes = late_text(slot, item.lost), .is_text = TRUE};
    return TRUE;
  }
  *ret = (GwMediaOut){.bytes = item.bytes, .is_text = item.what == GW_SLOT_WORDS};
  if (!ret->is_text) {
    ret->head_bytes = sizeof ret->head;
    fill_head(slot, &item, ret->head);
  }
  return TRUE;
}

/* One message a slot, in turn: sixteen tiles get their first picture together. */
gboolean gw_media_views_next(GwMediaViews *views, GwMediaOut *ret) {
  for (guint i = 0; i < views->slots->len; i++) {
    Slot *slot = g_ptr_array_index(views->slots, views->turn++ % views->slots->len);
    if (take(slot, ret))
      return TRUE;
  }
  return FALSE;
}
