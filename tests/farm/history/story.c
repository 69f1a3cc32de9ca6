#include "tests/farm/history/story.h"

#include <math.h>

/* How an incident runs: each step books the next one, at a time a person would need. */
typedef struct {
  Cast *cast;
  const GwActor *operator, *patrol;
  const char *category, *words;
  GwId alert_id, ticket_id, place_id;
  gboolean false_alarm, slow;
} Incident;

typedef struct {
  const char *category, *words;
  double per_day, false_share;
  gboolean by_source;
} Kind;

/* What a quiet community has: about fourteen matters a day, most of them small. */
static const Kind kinds[] = {
    {"fall", "旁置设备：疑似有人跌倒", 0.4, 0.35, TRUE},
    {"fire_lane", "车辆停在消防通道", 1.6, 0.15, TRUE},
    {"person_in_difficulty", "老人找不到家，门卫来电", 0.6, 0.05, FALSE},
    {"parking", "单元门前乱停车", 4.0, 0.2, FALSE},
    {"dumping", "非时段投放垃圾", 3.2, 0.25, TRUE},
    {"order", "楼道内大声争吵", 1.4, 0.1, FALSE},
    {"facility", "路灯不亮", 1.2, 0.05, FALSE},
};

static GwUsec seconds(World *w, double least, double most) {
  return world_now_us(w) + (GwUsec)(world_between(w, least, most) * GW_SEC);
}

GW_SQL(PHONE_MESSAGE, "select max(id) from outbox where channel = 'phone' and target = 'unit' and subject = 'ticket' and subject_id = :id");

/* The phone in the pocket says by itself that the message came, and that it was looked at. */
static void receive(Incident *i) {
  World *w = i->cast->world;
  GwId id = world_number(w, &PHONE_MESSAGE, i->ticket_id, NULL);
  static const char *const states[] = {"delivered", "read"};
  for (gsize n = 0; id && n < G_N_ELEMENTS(states); n++)
    (void)world_try(w, i->patrol, "outbox.receipt", json_pack("{s:I, s:s}", "outbox_id", (json_int_t)id, "state", states[n]));
}

static void check(World *w, gpointer user) {
  Incident *i = user;
  json_decref(world_command(w, i->operator, "ticket.check", json_pack("{s:I, s:s}", "ticket_id", (json_int_t)i->ticket_id, "verdict", "close")));
  receive(i);
  g_free(i);
}

static void ask_to_close(World *w, gpointer user) {
  Incident *i = user;
  json_t *args = json_pack("{s:I, s:s, s:s, s:[s], s:s}", "ticket_id", (json_int_t)i->ticket_id, "result", i->false_alarm ? "false_alarm" : "fixed", "words",
                           "现场已处理", "photos", i->cast->photo, "reason", "当事人已离开原地点");
  json_decref(world_command(w, i->patrol, "ticket.close_request", args));
  world_at(w, seconds(w, 30, 900), check, i);
}

static void note(World *w, gpointer user) {
  Incident *i = user;
  json_decref(world_command(w, i->patrol, "ticket.note", json_pack("{s:I, s:s}", "ticket_id", (json_int_t)i->ticket_id, "words", "到场，正在处理")));
  world_at(w, seconds(w, 120, 900), ask_to_close, i);
}

static void arrive(World *w, gpointer user) {
  Incident *i = user;
  json_decref(world_command(w, i->patrol, "ticket.arrive", json_pack("{s:I, s:s}", "ticket_id", (json_int_t)i->ticket_id, "proof", "tap")));
  world_at(w, seconds(w, 10, 60), note, i);
}

static void go(World *w, gpointer user) {
  Incident *i = user;
  json_decref(world_command(w, i->patrol, "ticket.en_route", json_pack("{s:I}", "ticket_id", (json_int_t)i->ticket_id)));
  world_at(w, i->slow ? seconds(w, 240, 420) : seconds(w, 50, 150), arrive, i);
}

static void accept(World *w, gpointer user) {
  Incident *i = user;
  if (!world_try(w, i->patrol, "ticket.accept", json_pack("{s:I}", "ticket_id", (json_int_t)i->ticket_id))) {
    g_free(i); /* it timed out and went to another unit: that one's story is told by its own steps */
    return;
  }
  world_at(w, seconds(w, 3, 12), go, i);
}

GW_SQL(TICKET_UNIT, "select coalesce(unit_id, 0) from ticket where id = :id");
GW_SQL(TICKET_OF_ALERT, "select coalesce(ticket_id, 0) from alert where id = :id");
GW_SQL(NEWEST_ALERT, "select max(id) from alert where state <> 'NORM'");

static void dispatch(World *w, gpointer user) {
  Incident *i = user;
  if (i->false_alarm && world_random(w) < 0.7) {
    (void)world_try(w, i->operator, "alert.ack", json_pack("{s:I}", "alert_id", (json_int_t)i->alert_id));
    (void)world_try(w, i->operator, "alert.dispose", json_pack("{s:I, s:s, s:s}", "alert_id", (json_int_t)i->alert_id, "disposition", "false", "words", "看画面无异常"));
    g_free(i);
    return;
  }
  gboolean done = world_try(w, i->operator, "alert.dispatch", json_pack("{s:I}", "alert_id", (json_int_t)i->alert_id));
  i->ticket_id = done ? world_number(w, &TICKET_OF_ALERT, i->alert_id, NULL) : 0;
  GwId unit_id = i->ticket_id ? world_number(w, &TICKET_UNIT, i->ticket_id, NULL) : 0;
  i->patrol = NULL;
  for (gsize n = 0; n < G_N_ELEMENTS(i->cast->patrols); n++)
    if (unit_id && i->cast->patrols[n].unit_id == unit_id)
      i->patrol = &i->cast->patrols[n];
  if (!i->patrol) {
    g_free(i);
    return;
  }
  receive(i);
  world_at(w, seconds(w, 6, 45), accept, i);
}

static const Kind *pick(World *w) {
  double all = 0, at;
  for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++)
    all += kinds[k].per_day;
  at = world_random(w) * all;
  for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++)
    if ((at -= kinds[k].per_day) <= 0)
      return &kinds[k];
  return &kinds[0];
}

static void begin(World *w, gpointer user) {
  Cast *cast = user;
  const Kind *kind = pick(w);
  Incident *i = g_new0(Incident, 1);
  *i = (Incident){.cast = cast, .category = kind->category, .words = kind->words, .operator = &cast->operators[world_random(w) < 0.5],
                  .false_alarm = world_random(w) < kind->false_share, .slow = world_random(w) < 0.06};
  i->place_id = g_array_index(cast->buildings, GwId, (guint)(world_random(w) * cast->buildings->len));
  json_t *args = json_pack("{s:s, s:I, s:s}", "category", kind->category, "place_id", (json_int_t)i->place_id, "words", kind->words);
  json_t *result = world_command(w, kind->by_source ? &cast->source : i->operator, kind->by_source ? "observation.report" : "incident.open", args);
  i->alert_id = json_integer_value(json_object_get(result, "alert_id"));
  json_decref(result);
  if (!i->alert_id)
    i->alert_id = world_number(w, &NEWEST_ALERT, 0, NULL);
  world_at(w, seconds(w, 4, i->slow ? 40 : 18), dispatch, i);
}

/* A camera goes and comes back. */
typedef struct {
  Cast *cast;
  GwId camera_id, alert_id;
} Fault;

GW_SQL(CAMERA_ALERT, "select max(id) from alert where state <> 'NORM' and subject = 'camera' and subject_id = :id");

static void camera_state(World *w, GwId camera_id, const char *state, const char *cause) {
  json_decref(world_observe(w, "camera.state", json_pack("{s:I, s:s, s:s, s:I, s:s, s:i, s:i}", "id", (json_int_t)camera_id, "state", state, "cause", cause,
                                                         "at_us", (json_int_t)world_now_us(w), "codec", "h264", "width", 1280, "height", 720)));
}

static void camera_back(World *w, gpointer user) {
  Fault *f = user;
  camera_state(w, f->camera_id, "live", "none");
  g_free(f);
}

static void camera_acked(World *w, gpointer user) {
  Fault *f = user;
  f->alert_id = world_number(w, &CAMERA_ALERT, f->camera_id, NULL);
  const GwActor *operator = &f->cast->operators[0];
  if (f->alert_id && world_try(w, operator, "alert.ack", json_pack("{s:I}", "alert_id", (json_int_t)f->alert_id)))
    (void)world_try(w, operator, "alert.dispose", json_pack("{s:I, s:s, s:s}", "alert_id", (json_int_t)f->alert_id, "disposition", "real", "words", "已通知维保"));
  world_at(w, seconds(w, 300, 5400), camera_back, f);
}

static void camera_gone(World *w, gpointer user) {
  Cast *cast = user;
  Fault *f = g_new0(Fault, 1);
  f->cast = cast;
  f->camera_id = g_array_index(cast->cameras, GwId, (guint)(world_random(w) * cast->cameras->len));
  camera_state(w, f->camera_id, "lost", "closed");
  world_at(w, seconds(w, 60, 600), camera_acked, f);
}

/* Evening has twice the matters of noon, and the night few. */
static double hour_of_day(World *w) {
  for (;;) {
    double hour = world_random(w) * 24;
    double busy = 0.25 + 0.75 * exp(-pow((hour - 19.5) / 3.5, 2)) + 0.45 * exp(-pow((hour - 9) / 2.5, 2));
    if (world_random(w) < busy)
      return hour;
  }
}

void story_plan_day(Cast *cast, GwUsec day_us) {
  World *w = cast->world;
  double per_day = 0;
  for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++)
    per_day += kinds[k].per_day;
  int n = (int)(per_day * world_between(w, 0.6, 1.4));
  for (int i = 0; i < n; i++)
    world_at(w, day_us + (GwUsec)(hour_of_day(w) * 3600) * GW_SEC, begin, cast);
  int faults = (int)world_between(w, 1, 5);
  for (int i = 0; cast->cameras->len && i < faults; i++)
    world_at(w, day_us + (GwUsec)(world_random(w) * 86400) * GW_SEC, camera_gone, cast);
}
