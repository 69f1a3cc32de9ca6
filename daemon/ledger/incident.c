#include <math.h>
#include <string.h>

#include "daemon/base/token.h"
#include "daemon/ledger/absent.h"
#include "daemon/ledger/alert.h"
#include "daemon/ledger/candidates.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/rule.h"
#include "daemon/ledger/throttle.h"
#include "daemon/ledger/ticket.h"
#include "daemon/ledger/tour.h"
#include "daemon/store/camera.h"
#include "daemon/store/unit.h"
#include "daemon/store/user.h"

/* The three doors through which somebody says that something happens: an operator, a patrol in need, a
 * machine beside the cameras. */

static gboolean check_camera(GwTx *tx, json_t *args, GwCameraRow *camera, GError **error) {
  GwId id = gw_arg_id(args, "camera_id");
  const char *code = gw_arg_text(args, "camera_code");
  if (id == 0 && !code)
    return TRUE;
  gboolean found = id > 0 ? gw_store_camera_get(tx->db, id, camera, error)
                          : gw_store_camera_by_code(tx->db, code, camera, error);
  return found || gw_tx_not_found(tx, error, "没有这个摄像机。", "There is no such camera.");
}

static gboolean raise_and_tell(GwTx *tx, const GwCondition *c, json_t **ret_result, GError **error) {
  GwAlertRow row;
  if (!gw_condition_raise_row(tx, c, &row, error))
    return FALSE;
  if (row.id > 0)
    *ret_result = json_pack("{s:I, s:s, s:i, s:i}", "alert_id", (json_int_t)row.id, "code", row.code,
                            "priority", row.core.priority, "count", row.core.count);
  else /* its rule is switched off, or its delay runs */
    *ret_result = json_pack("{s:n}", "alert_id");
  return TRUE;
}

static void subject_of(GwCondition *c) {
  c->subject = c->camera_id > 0 ? "camera" : "place";
  c->subject_id = c->camera_id > 0 ? c->camera_id : c->place_id;
}

/* ---- incident.open ---- */

/* Each sighting of a person is its own incident, also the second fall at the same door. */
static char *reported_key(void) {
  g_autofree char *uuid = gw_uuid_new();
  return g_strconcat("reported:", uuid, NULL);
}

static gboolean run_open(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) camera = {0};
  if (!gw_tx_check_place(tx, gw_arg_id(args, "place_id"), error) || !check_camera(tx, args, &camera, error) ||
      !gw_tour_run_exists(tx, gw_arg_id(args, "tour_run_id"), error))
    return FALSE;
  g_autofree char *key = reported_key();
  const char *category = gw_arg_text(args, "category");
  int priority = (int)gw_arg_int(args, "priority");
  GwCondition c = {
      .rule_kind = "reported",
      .key = key,
      .via = gw_arg_text(args, "via"),
      .tour_run_id = gw_arg_id(args, "tour_run_id"),
      .category = category,
      .words = gw_arg_text(args, "words"),
      .place_id = gw_arg_id(args, "place_id"),
      .camera_id = camera.id,
      .reported_by = tx->actor.user_id,
      .priority = priority ? priority : gw_priority_of_category(category),
      .lat = gw_arg_real(args, "lat"),
      .lon = gw_arg_real(args, "lon"),
      .floor = (int)gw_arg_int(args, "floor"),
      .since_us = tx->now_us,
  };
  subject_of(&c);
  return raise_and_tell(tx, &c, ret_result, error);
}

/* ---- observation.report ---- */

/* The same source saying the same of the same place again is one card that counts. */
static char *observed_key(const GwTx *tx, json_t *args, const GwCondition *c) {
  const char *own = gw_arg_text(args, "key");
  if (own)
    return g_strdup_printf("observed:%" G_GINT64_FORMAT ":%.64s", tx->actor.user_id, own);
  return g_strdup_printf("observed:%" G_GINT64_FORMAT ":%s:%s:%" G_GINT64_FORMAT, tx->actor.user_id,
                         c->category, c->subject, c->subject_id);
}

/* A source may not shout louder than it was allowed to. */
static gboolean capped_priority(GwTx *tx, json_t *args, const char *category, int *ret, GError **error) {
  g_auto(GwUserRow) user = {0};
  int wanted = (int)gw_arg_int(args, "priority");
  *ret = wanted ? wanted : gw_priority_of_category(category);
  if (tx->actor.role != GW_ROLE_SOURCE)
    return TRUE;
  if (!gw_store_user_get(tx->db, tx->actor.user_id, &user, error))
    return gw_tx_not_found(tx, error, "没有这个来源。", "There is no such source.");
  *ret = MAX(*ret, user.most_priority);
  return TRUE;
}

/* A machine's own clock may be wrong: it counts only within the last minute. */
static GwUsec seen_at_us(const GwTx *tx, json_t *args) {
  GwUsec at_us = gw_arg_int(args, "at_us");
  return at_us > tx->now_us - GW_MIN && at_us <= tx->now_us ? at_us : tx->now_us;
}

static const GwRuleRow *choose_rule(GwTx *tx, const GwCondition *c, const GwCameraRow *camera, GError **error) {
  const GwRuleFacts facts = {.category = c->category, .zone = camera->zone, .camera_id = camera->id};
  return gw_rule_choose(tx, "observed", &facts, error);
}

/* A rule that was made for it says how grave it is and what it is called, within what the source may. */
static gboolean take_rule(GwTx *tx, json_t *args, const GwRuleRow *rule, GwCondition *c, GError **error) {
  c->rule_id = rule->core.id;
  if (*rule->category)
    c->category = rule->category;
  if (gw_rule_selector_is_empty(&rule->asks))
    return TRUE;
  json_t *wanted = json_pack("{s:i}", "priority", rule->core.priority);
  const gboolean ok = capped_priority(tx, wanted, c->category, &c->priority, error);
  json_decref(wanted);
  return ok;
}

static gboolean note_event(GwTx *tx, const GwCondition *c, const GwRuleRow *rule, json_t **ret_result,
                           GError **error) {
  json_t *body = json_pack("{s:I, s:s, s:o}", "rule_id", (json_int_t)rule->core.id, "category", c->category,
                           "camera_id", gw_json_id(c->camera_id));
  if (!gw_tx_words_into(tx, body, "words", c->words, error)) {
    json_decref(body);
    return FALSE;
  }
  *ret_result = json_pack("{s:n}", "alert_id");
  return gw_tx_journal(tx, "observation.noted", c->subject, c->subject_id, 0, c->place_id, rule->core.priority, 0, body,
                       error) > 0;
}

static gboolean run_report(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwCameraRow) camera = {0};
  GwCondition c = {
      .rule_kind = "observed",
      .category = gw_arg_text(args, "category"),
      .words = gw_arg_text(args, "words"),
      .place_id = gw_arg_id(args, "place_id"),
      .reported_by = tx->actor.user_id,
      .lat = gw_arg_real(args, "lat"),
      .lon = gw_arg_real(args, "lon"),
      .floor = (int)gw_arg_int(args, "floor"),
      .since_us = seen_at_us(tx, args),
  };
  if ((tx->actor.role == GW_ROLE_SOURCE && !gw_throttle_take(tx, error)) ||
      !gw_tx_check_place(tx, c.place_id, error) || !check_camera(tx, args, &camera, error) ||
      !capped_priority(tx, args, c.category, &c.priority, error))
    return FALSE;
  c.camera_id = camera.id;
  subject_of(&c);
  g_autoptr(GError) failed = NULL;
  const GwRuleRow *rule = choose_rule(tx, &c, &camera, &failed);
  if (!rule) { /* no rule is for it: nobody wants to answer to it */
    *ret_result = json_pack("{s:n}", "alert_id");
    return gw_absent(&failed, error);
  }
  if (rule->makes_event)
    return note_event(tx, &c, rule, ret_result, error);
  if (!take_rule(tx, args, rule, &c, error))
    return FALSE;
  g_autofree char *key = observed_key(tx, args, &c);
  c.key = key;
  return raise_and_tell(tx, &c, ret_result, error);
}

/* ---- sos.raise ---- */

static gboolean run_sos(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwUnitRow) unit = {0};
  if (tx->actor.unit_id == 0 || !gw_store_unit_get(tx->db, tx->actor.unit_id, &unit, error))
    return gw_tx_not_found(tx, error, "您的账号没有队伍，请直接呼叫值班室。",
                           "Your account has no unit: call the desk.");
  gboolean has_fix = isfinite(gw_arg_real(args, "lat")) && isfinite(gw_arg_real(args, "lon"));
  g_autofree char *key = g_strdup_printf("sos:%" G_GINT64_FORMAT, unit.id);
  const GwCondition c = {
      .rule_kind = "sos",
      .key = key,
      .category = "sos",
      .subject = "unit",
      .subject_id = unit.id,
      .words = gw_arg_text(args, "words"),
      .reported_by = tx->actor.user_id,
      .priority = 1,
      .lat = has_fix ? gw_arg_real(args, "lat") : unit.lat, /* the last known, when the phone has no fix */
      .lon = has_fix ? gw_arg_real(args, "lon") : unit.lon,
      .since_us = tx->now_us,
  };
  return raise_and_tell(tx, &c, ret_result, error);
}

static const GwCommandEntry commands[] = {
    {"incident.open", run_open},
    {"observation.report", run_report},
    {"sos.raise", run_sos},
    {0},
};
const GwLedgerNoun gw_ledger_incident = {commands, NULL, NULL, NULL};
