#include "tests/farm/history/world.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/base/token.h"

struct World {
  GwLedger *ledger;
  GwDb *db;         /* for reading */
  GSequence *steps; /* Step, by time */
  GRand *random;
  GwUsec end_us;
  /* the answer to the last item */
  GwCode code;
  char *sentence;
  json_t *result;
};

typedef struct {
  GwUsec at_us;
  WorldStep step;
  gpointer user;
} Step;

/* The looks of every minute come along with whatever else happens: a past need not have all of them. */
GW_SQL(NEXT_TIMER, "select min(due_at_us) from timer where kind not in ('sample', 'unit.look', 'reader.look')");

static int compare_steps(gconstpointer a, gconstpointer b, gpointer user) {
  GwUsec x = ((const Step *)a)->at_us, y = ((const Step *)b)->at_us;
  return (x > y) - (x < y);
}

static void die(const char *what, const char *why) {
  fprintf(stderr, "gwfarm-history: %s: %s\n", what, why);
  exit(1);
}

World *world_new(const char *database, const char *key_file, int days, guint seed) {
  g_autoptr(GError) error = NULL;
  World *w = g_new0(World, 1);
  w->end_us = gw_clock_real_us();
  gw_clock_fake(w->end_us - days * GW_DAY);
  const GwLedgerConfig config = {.database = database, .key_file = key_file};
  w->ledger = gw_ledger_open_for_test(&config, &error);
  if (!w->ledger)
    die(database, error->message);
  gw_ledger_run_for_test(w->ledger);
  w->db = gw_db_open(database, GW_DB_READ, &error);
  if (!w->db)
    die(database, error->message);
  w->steps = g_sequence_new(g_free);
  w->random = g_rand_new_with_seed(seed);
  return w;
}

void world_free(World *w) {
  gw_db_close(w->db);
  gw_ledger_stop(w->ledger);
  g_sequence_free(w->steps);
  g_rand_free(w->random);
  g_free(w->sentence);
  json_decref(w->result);
  g_free(w);
}

GwUsec world_now_us(World *w) {
  return gw_clock_real_us();
}

GwUsec world_end_us(World *w) {
  return w->end_us;
}

double world_random(World *w) {
  return g_rand_double(w->random);
}

double world_between(World *w, double least, double most) {
  return least + (most - least) * g_rand_double(w->random);
}

void world_at(World *w, GwUsec at_us, WorldStep step, gpointer user) {
  Step *s = g_new(Step, 1);
  *s = (Step){MAX(at_us, gw_clock_real_us()), step, user};
  g_sequence_insert_sorted(w->steps, s, compare_steps, NULL);
}

static void move_to(World *w, GwUsec at_us) {
  if (at_us > gw_clock_real_us())
    gw_clock_fake_advance(at_us - gw_clock_real_us());
}

void world_live(World *w) {
  for (;;) {
    GSequenceIter *first = g_sequence_get_begin_iter(w->steps);
    Step *step = g_sequence_iter_is_end(first) ? NULL : g_sequence_get(first);
    gint64 timer_us = world_number(w, &NEXT_TIMER, 0, NULL);
    GwUsec next = MIN(step ? step->at_us : G_MAXINT64, timer_us ? timer_us : G_MAXINT64);
    if (next >= w->end_us)
      break;
    move_to(w, next);
    if (step && step->at_us <= next) {
      Step now = *step;
      g_sequence_remove(first);
      now.step(w, now.user);
    }
    gw_ledger_run_for_test(w->ledger);
  }
  move_to(w, w->end_us);
}

static void on_reply(const GwReply *reply, gpointer user) {
  World *w = user;
  w->code = reply->code;
  g_free(w->sentence);
  w->sentence = g_strdup(reply->sentence_en);
  json_decref(w->result);
  w->result = reply->result ? json_incref(reply->result) : json_object();
}

static void finish(World *w, gboolean queued, const GError *error, const char *what) {
  if (!queued)
    die(what, error->message);
  gw_ledger_run_for_test(w->ledger);
}

gboolean world_try(World *w, const GwActor *actor, const char *command, json_t *args) {
  g_autoptr(GError) error = NULL;
  g_autofree char *uuid = gw_uuid_new();
  gboolean queued = gw_ledger_command(w->ledger, actor, uuid, command, args, 0, on_reply, w, &error);
  json_decref(args);
  finish(w, queued, error, command);
  return w->code == GW_CODE_OK;
}

json_t *world_command(World *w, const GwActor *actor, const char *command, json_t *args) {
  if (!world_try(w, actor, command, args))
    die(command, w->sentence ? w->sentence : gw_code_to_string(w->code));
  return json_incref(w->result);
}

json_t *world_observe(World *w, const char *kind, json_t *body) {
  g_autoptr(GError) error = NULL;
  gboolean queued = gw_ledger_observe(w->ledger, kind, body, NULL, 0, on_reply, w, &error);
  json_decref(body);
  finish(w, queued, error, kind);
  if (w->code != GW_CODE_OK)
    die(kind, w->sentence ? w->sentence : gw_code_to_string(w->code));
  return json_incref(w->result);
}

gint64 world_number(World *w, const GwSql *sql, gint64 id, const char *text) {
  g_autoptr(GwStmt) s = gw_stmt(w->db, sql);
  if (id)
    gw_bind_int(s, ":id", id);
  if (text)
    gw_bind_text(s, ":text", text);
  return gw_step_row(s, NULL) ? gw_col_int(s, 0) : 0;
}
