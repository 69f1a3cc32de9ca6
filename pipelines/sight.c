#include "pipelines/sight.h"

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/base/post.h"
#include "pipelines/say.h"
#include "pipelines/scene_json.h"

#include <string.h>

#define WATCH_EVERY_DEFAULT_MS 1000

struct GwSight {
  GwRings *rings; /* NULL: none are kept */
  GwLooker *looker;
  GwSightOut out;
  GHashTable *frozen; /* GwId* -> guint, bits of Source: who says so */
  GHashTable *away;   /* GwId* -> Held*: cameras that somebody turned */
};

/* The last word of each kind that a camera's meter said while it was away; what was said by then may be because it was
 * turned, and is told when it is home and still so. */
typedef struct Held {
  guint kinds; /* bits of GwMeterKind */
  GwMeterFinding findings[GW_METER_N_KINDS];
} Held;

typedef enum Source { BY_LOOK = 1 << 0, BY_METER = 1 << 1 } Source;

/* ---- from the decode threads ---- */

typedef struct Seen {
  GwSight *sight;
  json_t *message;
  GBytes *bytes; /* NULL: none */
  gboolean is_picture;
  gboolean is_frozen, on; /* a finding of that kind */
  GwId camera;
} Seen;

static void seen_free(gpointer p) {
  Seen *seen = p;
  json_decref(seen->message);
  g_clear_pointer(&seen->bytes, g_bytes_unref);
  g_free(seen);
}

/* FALSE: the other one still says that it is frozen. */
static gboolean passes(GwSight *sight, GwId camera, Source source, gboolean on) {
  const guint before = GPOINTER_TO_UINT(g_hash_table_lookup(sight->frozen, &camera));
  const guint now = on ? before | source : before & ~(guint)source;
  if (now)
    g_hash_table_replace(sight->frozen, g_memdup2(&camera, sizeof camera), GUINT_TO_POINTER(now));
  else
    g_hash_table_remove(sight->frozen, &camera);
  return on || (before && !now);
}

static void say_seen(gpointer p) {
  Seen *seen = p;
  const GwSightOut *out = &seen->sight->out;
  if (seen->is_frozen && !passes(seen->sight, seen->camera, BY_LOOK, seen->on))
    return;
  if (seen->is_picture)
    out->show(g_steal_pointer(&seen->message), seen->bytes, out->user);
  else
    (void)out->say(g_steal_pointer(&seen->message), seen->bytes,
                   out->user); /* a broken link ends the worker */
}

static void post_seen(GwSight *sight, json_t *message_taken, GBytes *bytes_taken, gboolean is_picture) {
  Seen *seen = g_new(Seen, 1);
  *seen = (Seen){.sight = sight, .message = message_taken, .bytes = bytes_taken, .is_picture = is_picture};
  gw_post(NULL, say_seen, seen, seen_free);
}

static void append(GByteArray *to, GBytes *bytes) {
  gsize n = 0;
  const guint8 *data = bytes ? g_bytes_get_data(bytes, &n) : NULL;
  if (n > 0)
    g_byte_array_append(to, data, (guint)n);
}

/* Both, one behind the other; NULL when there is neither. */
static GBytes *join(GBytes *first, GBytes *second) {
  GByteArray *both = g_byte_array_new();
  append(both, first);
  append(both, second);
  if (both->len > 0)
    return g_byte_array_free_to_bytes(both);
  g_byte_array_unref(both);
  return NULL;
}

static gsize size_of(GBytes *bytes) {
  return bytes ? g_bytes_get_size(bytes) : 0;
}

static void on_picture(GwId camera, GwUsec at_us, int width, int height, gboolean is_thumb, GBytes *jpeg,
                       gpointer user) {
  post_seen(user, gw_say_picture(camera, at_us, is_thumb, width, height), g_bytes_ref(jpeg), TRUE);
}

static void on_finding(GwId camera, GwUsec at_us, const GwSceneFinding *f, GBytes *before, GBytes *now,
                       gpointer user) {
  json_t *message = gw_say_finding(camera, at_us, gw_scene_kind_to_string(f->kind), f->zone_id, f->on,
                                   f->measure, f->threshold, size_of(before), size_of(now));
  Seen *seen = g_new(Seen, 1);
  *seen = (Seen){.sight = user,
                 .message = message,
                 .bytes = join(before, now),
                 .is_frozen = f->kind == GW_SCENE_FROZEN,
                 .on = f->on,
                 .camera = camera};
  gw_post(NULL, say_seen, seen, seen_free);
}

static void on_light(GwId camera, GwUsec at_us, gboolean is_night, gpointer user) {
  post_seen(user, gw_say_light(camera, at_us, is_night), NULL, FALSE);
}

static void on_reference(GwId camera, GwUsec at_us, gboolean asked, GBytes *jpeg, GBytes *opaque,
                         gpointer user) {
  post_seen(user, gw_say_reference(camera, at_us, asked, size_of(jpeg)), join(jpeg, opaque), FALSE);
}

static void on_code(GwId camera, GwUsec at_us, const char *text, gpointer user) {
  post_seen(user, gw_say_code(camera, at_us, text), NULL, FALSE);
}

/* ---- the control thread ---- */

static void set_away(GwSight *sight, GwId camera, gboolean away) {
  gw_looker_set_away(sight->looker, camera, away);
  if (away) {
    if (!g_hash_table_contains(sight->away, &camera))
      g_hash_table_insert(sight->away, g_memdup2(&camera, sizeof camera), g_new0(Held, 1));
    return;
  }
  gpointer key = NULL, value = NULL;
  if (!g_hash_table_steal_extended(sight->away, &camera, &key, &value))
    return;
  g_free(key);
  g_autofree Held *held = value;
  for (guint kind = 0; kind < GW_METER_N_KINDS; kind++)
    if (held->kinds & 1u << kind)
      gw_sight_say_meter(sight, camera, &held->findings[kind]);
}

static gboolean set_scene(GwSight *sight, json_t *message, const guint8 *data, gsize bytes,
                          const char **ret_reason) {
  GwSceneWish wish;
  if (!gw_scene_json_read(message, &wish, ret_reason))
    return FALSE;
  g_autoptr(GBytes) reference =
      bytes > 0 && bytes <= GW_SCENE_REFERENCE_MOST_BYTES ? g_bytes_new(data, bytes) : NULL;
  gw_looker_set(sight->looker, wish.camera, wish.codes, wish.zones, wish.n_zones, wish.utc_offset_s,
                reference);
  set_away(sight, wish.camera, wish.away);
  return TRUE;
}

static void watch(GwSight *sight, json_t *message) {
  json_t *list = json_object_get(message, "cameras"), *item;
  const json_int_t every_ms = json_integer_value(json_object_get(message, "every_ms"));
  const gsize n = MIN(json_array_size(list), GW_LIMIT_CAMERAS);
  g_autofree GwId *ids = g_new0(GwId, n + 1);
  gsize i;
  json_array_foreach(list, i, item) {
    if (i < n)
      ids[i] = json_integer_value(item);
  }
  gw_looker_watch(sight->looker, ids, n,
                  (every_ms > 0 && every_ms < GW_HOUR / GW_MS ? every_ms : WATCH_EVERY_DEFAULT_MS) * GW_MS);
}

gboolean gw_sight_message(GwSight *sight, const char *type, json_t *message, const guint8 *data, gsize bytes,
                          const char **ret_reason) {
  if (strcmp(type, "scene.set") == 0)
    return set_scene(sight, message, data, bytes, ret_reason);
  if (strcmp(type, "scene.learn") == 0)
    gw_looker_learn(sight->looker, json_integer_value(json_object_get(message, "id")));
  else if (strcmp(type, "still.watch") == 0)
    watch(sight, message);
  return TRUE;
}

void gw_sight_say_meter(GwSight *sight, GwId camera, const GwMeterFinding *f) {
  Held *held = g_hash_table_lookup(sight->away, &camera);
  if (held) {
    held->kinds |= 1u << f->kind;
    held->findings[f->kind] = *f;
    return;
  }
  if (f->kind == GW_METER_FROZEN && !passes(sight, camera, BY_METER, f->on))
    return;
  json_t *message = gw_say_finding(camera, gw_clock_real_us(), gw_meter_kind_to_string(f->kind), 0, f->on,
                                   f->measure, f->threshold, 0, 0);
  (void)sight->out.say(message, NULL, sight->out.user);
}

void gw_sight_forget(GwSight *sight, GwId camera) {
  gw_looker_forget(sight->looker, camera);
  g_hash_table_remove(sight->frozen, &camera);
  g_hash_table_remove(sight->away, &camera);
}

void gw_sight_set_shares(GwSight *sight, gsize ring_bytes, guint looks_per_s) {
  if (sight->rings)
    gw_rings_set_most(sight->rings, ring_bytes);
  gw_looker_set_budget(sight->looker, looks_per_s);
}

GwRings *gw_sight_rings(GwSight *sight) {
  return sight->rings;
}

GwLooker *gw_sight_looker(GwSight *sight) {
  return sight->looker;
}

GwSight *gw_sight_new(const GwSightConfig *config, const GwSightOut *out) {
  static const GwLookerEvents events = {on_picture, on_finding, on_light, on_reference, on_code};
  GwSight *sight = g_new0(GwSight, 1);
  sight->out = *out;
  sight->frozen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  sight->away = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  if (config->ring_us > 0 && config->ring_bytes > 0)
    sight->rings = gw_rings_new(config->ring_us, config->ring_bytes);
  sight->looker = gw_looker_new(&config->looker, &events, sight);
  return sight;
}

void gw_sight_free(GwSight *sight) {
  if (!sight)
    return;
  gw_looker_free(sight->looker); /* the loop is over: what was posted is not run any more */
  gw_rings_free(sight->rings);
  g_hash_table_unref(sight->frozen);
  g_hash_table_unref(sight->away);
  g_free(sight);
}
