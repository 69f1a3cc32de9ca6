#include "tests/farm/cameras/control.h"
#include "tests/farm/cameras/metadata.h"
#include "tests/farm/cameras/recorder.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* What can be asked of the cameras.  An order gets its arguments and the cameras it is for, and gives
 * back NULL (done) or a sentence saying why not; `ret` is the answer, to which it may add. */
typedef struct Order {
  const char *name;
  const char *(*run)(Farm *farm, FarmCamera *camera, json_t *args);
} Order;

static gboolean flag(json_t *args, const char *key, gboolean otherwise) {
  json_t *value = json_object_get(args, key);
  return value ? json_is_true(value) : otherwise;
}

static GwUsec duration(json_t *args, const char *key) {
  return MAX(0, json_integer_value(json_object_get(args, key))) * GW_MS;
}

static const char *do_mode(FarmCamera *camera, json_t *args, FarmMode mode, gboolean end) {
  farm_camera_set_mode(camera, mode, duration(args, "for_ms"), flag(args, "end", end));
  return NULL;
}

static const char *do_stall(Farm *farm, FarmCamera *camera, json_t *args) {
  return do_mode(camera, args, FARM_MODE_STALL, FALSE);
}

/* Handshakes are answered, and then nothing comes: the viewers of now must go through one. */
static const char *do_silent(Farm *farm, FarmCamera *camera, json_t *args) {
  return do_mode(camera, args, FARM_MODE_STALL, TRUE);
}

static const char *do_hang(Farm *farm, FarmCamera *camera, json_t *args) {
  return do_mode(camera, args, FARM_MODE_HANG, FALSE);
}

static const char *do_drop(Farm *farm, FarmCamera *camera, json_t *args) {
  return do_mode(camera, args, FARM_MODE_DROP, TRUE);
}

static const char *do_refuse(Farm *farm, FarmCamera *camera, json_t *args) {
  return do_mode(camera, args, FARM_MODE_REFUSE, TRUE);
}

static const char *do_full(Farm *farm, FarmCamera *camera, json_t *args) {
  camera->full_status = (guint)json_integer_value(json_object_get(args, "status"));
  return do_mode(camera, args, FARM_MODE_FULL, TRUE);
}

static const char *do_cut(Farm *farm, FarmCamera *camera, json_t *args) {
  farm_camera_end_viewers(camera);
  return NULL;
}

static const char *do_resume(Farm *farm, FarmCamera *camera, json_t *args) {
  farm_camera_normal(camera);
  return NULL;
}

static const char *do_freeze(Farm *farm, FarmCamera *camera, json_t *args) {
  GwUsec for_us = duration(args, "for_ms");
  farm_camera_set_mode(camera, FARM_MODE_NORMAL, for_us, FALSE);
  farm_camera_freeze(camera, TRUE);
  return NULL;
}

static const char *do_password(Farm *farm, FarmCamera *camera, json_t *args) {
  const char *password = json_string_value(json_object_get(args, "password"));
  if (!password)
    return "password: a string is expected";
  g_free(camera->password);
  camera->password = g_strdup(password);
  if (flag(args, "end", TRUE))
    farm_camera_end_viewers(camera);
  return NULL;
}

static const char *do_slow(Farm *farm, FarmCamera *camera, json_t *args) {
  camera->answer_delay_us = duration(args, "ms");
  return NULL;
}

static const char *do_size(Farm *farm, FarmCamera *camera, json_t *args) {
  const char *name = json_string_value(json_object_get(args, "clip"));
  for (guint i = 0; i < farm->clips->len; i++) {
    FarmClip *clip = g_ptr_array_index(farm->clips, i);
    gboolean is_other = !name && clip->sps.width != camera->clip->sps.width;
    if (!is_other && g_strcmp0(clip->name, name) != 0)
      continue;
    gboolean live = flag(args, "live", FALSE);
    farm_camera_show(camera, clip, live);
    if (!live)
      farm_camera_end_viewers(camera);
    return NULL;
  }
  return name ? "clip: no such clip (ask \"list\")" : "no clip of another size is loaded";
}

static const char *do_redirect(Farm *farm, FarmCamera *camera, json_t *args) {
  json_int_t to = json_integer_value(json_object_get(args, "to"));
  if (to < 1 || !farm_camera(farm, (guint)to))
    return "to: the number of a camera is expected";
  camera->redirect = (guint)to;
  if (flag(args, "end", TRUE))
    farm_camera_end_viewers(camera);
  return NULL;
}

static const char *do_udp_only(Farm *farm, FarmCamera *camera, json_t *args) {
  camera->udp_only = TRUE;
  if (flag(args, "end", TRUE))
    farm_camera_end_viewers(camera);
  return NULL;
}

static const char *do_clock(Farm *farm, FarmCamera *camera, json_t *args) {
  camera->clock_off_us = json_integer_value(json_object_get(args, "ms")) * GW_MS;
  for (GList *l = camera->viewers.head; l; l = l->next)
    ((FarmClient *)l->data)->report_mono_us = 0; /* the next picture brings a report */
  return NULL;
}

static const char *do_lose(Farm *farm, FarmCamera *camera, json_t *args) {
  json_int_t one_in = json_integer_value(json_object_get(args, "one_in"));
  if (one_in < 0 || one_in > G_MAXUINT16)
    return "one_in: one packet in so many is left out; 0: none";
  camera->lose_one_in = (guint)one_in;
  return NULL;
}

static const char *do_jump(Farm *farm, FarmCamera *camera, json_t *args) {
  camera->jumped += (guint32)(json_integer_value(json_object_get(args, "ms")) * 90);
  return NULL;
}

static const char *do_fps(Farm *farm, FarmCamera *camera, json_t *args) {
  double fps = json_number_value(json_object_get(args, "fps"));
  if (fps < 0 || fps > 200)
    return "fps: 0 (the clip's) to 200 pictures a second are expected";
  camera->fps = fps;
  return NULL;
}

static const char *do_metadata(Farm *farm, FarmCamera *camera, json_t *args) {
  if (!farm_dialect_from_string(json_string_value(json_object_get(args, "dialect")), &camera->dialect))
    return "dialect: off, plain, nested, flat or garbage is expected";
  if (flag(args, "end", TRUE))
    farm_camera_end_viewers(camera);
  return NULL;
}

static const char *text_of(json_t *args, const char *key, const char *otherwise) {
  const char *text = json_string_value(json_object_get(args, key));
  return text ? text : otherwise;
}

static const char *do_event(Farm *farm, FarmCamera *camera, json_t *args) {
  FarmHappening happening = {.topic = text_of(args, "topic", "motion"),
                             .class = text_of(args, "class", "Human"),
                             .rule = text_of(args, "rule", "Rule1"),
                             .active = flag(args, "active", TRUE),
                             .score = 0.9,
                             .box = {0.4, 0.3, 0.1, 0.4}};
  json_t *score = json_object_get(args, "score"), *box = json_object_get(args, "box");
  if (!farm_happening_knows(happening.topic))
    return "topic: motion, line, field, tamper or object is expected";
  if (camera->dialect == FARM_DIALECT_OFF)
    return "this camera has no metadata track (order \"metadata\", option --onvif)";
  if (score)
    happening.score = json_number_value(score);
  for (guint i = 0; i < 4 && json_array_size(box) == 4; i++)
    happening.box[i] = json_number_value(json_array_get(box, i));
  farm_metadata_say(camera, &happening);
  return NULL;
}

/* ---- the recorder ---- */

static gboolean pick_word(json_t *args, const char *key, const char *const *words, guint n, guint *ret) {
  const char *text = json_string_value(json_object_get(args, key));
  for (guint i = 0; text && i < n; i++)
    if (strcmp(text, words[i]) == 0) {
      *ret = i;
      return TRUE;
    }
  return !json_object_get(args, key);
}

static void set_gap(FarmRecorder *recorder, json_t *gap) {
  if (!gap)
    return;
  recorder->gap_from_us = json_integer_value(json_array_get(gap, 0));
  recorder->gap_to_us = json_integer_value(json_array_get(gap, 1));
}

/* What the order does not name stays as it is. */
static const char *do_recorder(Farm *farm, json_t *args) {
  static const char *const nothings[] = {"404", "silence", "end", "next"}, *const reports[] = {"recorded", "now", "none"};
  FarmRecorder *r = farm->recorder;
  if (!r)
    return "there is no recorder (option --footage-days)";
  guint nothing = r->nothing, report = r->reports;
  if (!pick_word(args, "nothing", nothings, G_N_ELEMENTS(nothings), &nothing))
    return "nothing: 404, silence, end or next is expected";
  if (!pick_word(args, "reports", reports, G_N_ELEMENTS(reports), &report))
    return "reports: recorded, now or none is expected";
  r->nothing = (FarmNothing)nothing;
  r->reports = (FarmReports)report;
  r->refuse = flag(args, "refuse", r->refuse);
  r->full = flag(args, "full", r->full);
  r->gone = flag(args, "gone", r->gone);
  r->hang = flag(args, "hang", r->hang);
  r->past_end = flag(args, "past_end", r->past_end);
  set_gap(r, json_object_get(args, "gap_us"));
  if (json_object_get(args, "days"))
    r->days = (guint)CLAMP(json_integer_value(json_object_get(args, "days")), 0, 3650);
  if (json_object_get(args, "playbacks"))
    r->playbacks_most = (guint)CLAMP(json_integer_value(json_object_get(args, "playbacks")), 0, 1000);
  if (json_object_get(args, "slow_ms"))
    r->answer_delay_us = duration(args, "slow_ms");
  if (json_object_get(args, "end_after_ms"))
    r->end_after_us = duration(args, "end_after_ms");
  if (flag(args, "cut", r->gone))
    farm_recorder_cut(r);
  if (flag(args, "reset", FALSE))
    r->plays = r->challenged = r->refused = r->busy = r->not_found = r->open_most = 0;
  return NULL;
}

static json_t *recorder_facts(const FarmRecorder *r) {
  return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:{s:i, s:I, s:I}}", "open", (int)farm_recorder_open(r),
                   "open_most", (int)r->open_most, "plays", (int)r->plays, "challenged", (int)r->challenged,
                   "refused", (int)r->refused, "busy", (int)r->busy, "not_found", (int)r->not_found, "last", "channel",
                   (int)r->last.channel, "from_us", (json_int_t)r->last.from_us, "to_us", (json_int_t)r->last.to_us);
}

static const char *do_reset(Farm *farm, FarmCamera *camera, json_t *args) {
  camera->counts = (FarmCounts){0};
  farm->handshakes_most = farm_handshakes(farm);
  return NULL;
}

static const char *do_nothing(Farm *farm, FarmCamera *camera, json_t *args) {
  return NULL;
}

static const Order orders[] = {
    {"stall", do_stall},       {"silent", do_silent},     {"hang", do_hang},         {"drop", do_drop},
    {"refuse", do_refuse},     {"full", do_full},         {"cut", do_cut},           {"resume", do_resume},
    {"freeze", do_freeze},     {"size", do_size},         {"password", do_password}, {"slow", do_slow},
    {"redirect", do_redirect}, {"udp_only", do_udp_only}, {"metadata", do_metadata}, {"event", do_event},
    {"clock", do_clock},       {"lose", do_lose},         {"jump", do_jump},         {"fps", do_fps},
    {"reset", do_reset},       {"count", do_nothing},     {"list", do_nothing},      {"quit", do_nothing},
};

static json_t *counts_of(const FarmCamera *camera) {
  const FarmCounts *c = &camera->counts;
  const struct {
    const char *name;
    guint64 n;
  } counts[] = {
      {"pictures", c->pictures},   {"bytes", c->bytes},
      {"dropped", c->dropped},     {"lost", c->lost},
      {"documents", c->documents}, {"connections", c->connections},
      {"describes", c->describes}, {"setups", c->setups},
      {"plays", c->plays},         {"challenged", c->challenged},
      {"refused", c->refused},     {"redirected", c->redirected},
      {"full", c->full},           {"udp_refused", c->udp_refused},
      {"expired", c->expired},     {"viewers", camera->viewers.length},
  };
  json_t *row = json_pack("{s:i, s:s, s:b}", "camera", camera->number, "mode",
                          farm_mode_to_string(camera->mode), "frozen", camera->frozen);
  for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
    json_object_set_new(row, counts[i].name, json_integer((json_int_t)counts[i].n));
  return row;
}

static json_t *facts_of(const FarmCamera *camera) {
  const FarmClip *clip = camera->clip;
  const guint n = clip->pictures->len;
  return json_pack("{s:i, s:s, s:b, s:s, s:s, s:s, s:i, s:i, s:f, s:i, s:i, s:I}", "camera", camera->number, "mode",
                   farm_mode_to_string(camera->mode), "frozen", camera->frozen, "metadata",
                   farm_dialect_to_string(camera->dialect), "clip", clip->name, "codec",
                   clip->codec == FARM_H265 ? "h265" : "h264", "width", clip->sps.width, "height",
                   clip->sps.height, "fps", clip->fps, "own_port", camera->own_port,
                   "sent", (int)((camera->position + n - 1) % n), "sent_at_us", (json_int_t)camera->sent_at_us);
}

/* "all", 3, "3", "1-12", "1-4,9": adds cameras to `to`, or gives a sentence. */
static const char *pick(Farm *farm, json_t *which, GPtrArray *to) {
  g_autofree char *text = json_is_integer(which) ? g_strdup_printf("%d", (int)json_integer_value(which))
                                                 : g_strdup(json_string_value(which));
  if (!text)
    return "cameras: \"all\", a number, or a list such as \"1-12,20\" is expected";
  if (strcmp(text, "all") == 0) {
    g_ptr_array_extend(to, farm->cameras, NULL, NULL);
    return NULL;
  }
  g_auto(GStrv) parts = g_strsplit(text, ",", -1);
  for (guint i = 0; parts[i]; i++) {
    unsigned first = 0, last = 0;
    int n = sscanf(parts[i], "%u-%u", &first, &last);
    last = n == 1 ? first : last;
    if (n < 1 || last < first || !farm_camera(farm, first) || !farm_camera(farm, last))
      return "cameras: no such camera";
    for (guint number = first; number <= last; number++)
      g_ptr_array_add(to, farm_camera(farm, number));
  }
  return NULL;
}

static char *answer_of(const char *problem, json_t *answer) {
  json_object_set_new(answer, "ok", json_boolean(problem == NULL));
  if (problem)
    json_object_set_new(answer, "error", json_string(problem));
  char *text = json_dumps(answer, JSON_COMPACT);
  json_decref(answer);
  return text; /* Jansson allocates with malloc, as GLib does */
}

static const Order *find_order(const char *name) {
  for (guint i = 0; name && i < G_N_ELEMENTS(orders); i++)
    if (strcmp(orders[i].name, name) == 0)
      return &orders[i];
  return NULL;
}

static void report(Farm *farm, const char *order, GPtrArray *cameras, json_t *answer) {
  gboolean counts = strcmp(order, "count") == 0, list = strcmp(order, "list") == 0;
  if (!counts && !list)
    return;
  json_t *rows = json_array();
  guint64 pictures = 0;
  for (guint i = 0; i < cameras->len; i++) {
    FarmCamera *camera = g_ptr_array_index(cameras, i);
    pictures += camera->counts.pictures;
    json_array_append_new(rows, counts ? counts_of(camera) : facts_of(camera));
  }
  json_object_set_new(answer, "cameras", rows);
  json_object_set_new(answer, "pictures", json_integer((json_int_t)pictures));
  json_object_set_new(answer, "handshakes_now", json_integer(farm_handshakes(farm)));
  json_object_set_new(answer, "handshakes_most", json_integer(farm->handshakes_most));
  json_object_set_new(answer, "viewers", json_integer(farm->n_playing));
}

char *farm_control_do(Farm *farm, const char *line) {
  json_t *answer = json_object(), *args = json_loads(line, 0, NULL);
  const char *name = json_string_value(json_object_get(args, "do"));
  const Order *order = find_order(name);
  json_t *all = json_string("all"), *which = json_object_get(args, "cameras");
  g_autoptr(GPtrArray) cameras = g_ptr_array_new();
  const char *problem = order ? NULL
                              : "do: one of stall, silent, hang, drop, refuse, full, cut, resume, freeze, "
                                "size, password, slow, redirect, udp_only, metadata, event, clock, lose, "
                                "jump, fps, reset, count, list, recorder, "
                                "quit is expected";
  const gboolean for_recorder = g_strcmp0(name, "recorder") == 0;
  if (for_recorder) {
    problem = do_recorder(farm, args);
    if (!problem)
      json_object_set_new(answer, "recorder", recorder_facts(farm->recorder));
  }
  if (order)
    problem = pick(farm, which ? which : all, cameras);
  for (guint i = 0; !problem && i < cameras->len; i++)
    problem = order->run(farm, g_ptr_array_index(cameras, i), args);
  if (!problem && order)
    report(farm, order->name, cameras, answer);
  if (!problem && order && strcmp(order->name, "quit") == 0)
    farm->quit = TRUE;
  json_decref(all);
  json_decref(args);
  return answer_of(problem, answer);
}
