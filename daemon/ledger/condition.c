#include <math.h>
#include <string.h>

#include "daemon/ledger/absent.h"
#include "daemon/ledger/alert.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/finding.h"
#include "daemon/ledger/geography.h"
#include "daemon/ledger/outage.h"
#include "daemon/ledger/ticket.h"
#include "daemon/store/camera.h"
#include "daemon/store/condition.h"
#include "daemon/store/place.h"
#include "daemon/store/rule.h"
#include "daemon/store/text.h"

/* From "it is said to hold" to an alert, and back.  A condition whose delay runs is a row of its own and
 * nothing else: what passes before the on-delay was never news. */

/* ---- what the alert will be made of ---- */

static char *sighting_of(const GwCondition *c, GwId words_text_id) {
  json_t *sighting =
      json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:o, s:o}", "category", c->category, "subject",
                c->subject, "subject_id", (json_int_t)c->subject_id, "place_id", (json_int_t)c->place_id,
                "camera_id", (json_int_t)c->camera_id, "reported_by", (json_int_t)c->reported_by,
                "words_text_id", (json_int_t)words_text_id, "priority", c->priority, "floor", c->floor, "lat",
                gw_json_real(c->lat), "lon", gw_json_real(c->lon));
  if (c->via)
    json_object_set_new(sighting, "via", json_string(c->via));
  if (c->tour_run_id > 0)
    json_object_set_new(sighting, "tour_run_id", json_integer(c->tour_run_id));
  if (c->own)
    json_object_set_new(sighting, "own", json_true());
  if (c->rule_id > 0)
    json_object_set_new(sighting, "rule_id", json_integer(c->rule_id));
  if (c->still_hash && *c->still_hash)
    json_object_set_new(sighting, "still_hash", json_string(c->still_hash));
  char *text = json_dumps(sighting, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(sighting);
  return text;
}

/* Position and place complete each other: a camera knows both, an outline knows who it holds, a place has
 * its middle. */
static gboolean locate_by_camera(GwTx *tx, GwAlertRow *row, GError **error) {
  if (row->camera_id == 0 || (row->place_id > 0 && isfinite(row->lat)))
    return TRUE;
  g_auto(GwCameraRow) camera = {0};
  g_autoptr(GError) failed = NULL;
  if (!gw_store_camera_get(tx->db, row->camera_id, &camera, &failed))
    return gw_absent(&failed, error);
  if (row->place_id == 0)
    row->place_id = camera.place_id;
  if (!isfinite(row->lat)) {
    row->lat = camera.lat;
    row->lon = camera.lon;
  }
  return TRUE;
}

static gboolean locate_by_outline(GwTx *tx, GwAlertRow *row, GError **error) {
  if (row->place_id > 0 || !isfinite(row->lat) || !isfinite(row->lon))
    return TRUE;
  const GwGeography *geography = gw_tx_geography(tx, error);
  if (!geography)
    return FALSE;
  row->place_id = gw_geography_place_at(geography, (GwPoint){.lat = row->lat, .lon = row->lon});
  return TRUE;
}

static gboolean locate_by_place(GwTx *tx, GwAlertRow *row, GError **error) {
  if (row->place_id == 0 || isfinite(row->lat))
    return TRUE;
  g_auto(GwPlaceRow) place = {0};
  g_autoptr(GError) failed = NULL;
  if (gw_store_place_get(tx->db, row->place_id, &place, &failed)) {
    row->lat = place.lat;
    row->lon = place.lon;
  }
  return gw_absent(&failed, error);
}

static gboolean fill_row(GwTx *tx, GwAlertRow *row, const char *key, json_t *sighting, GError **error) {
  *row = (GwAlertRow){.core = {.state = GW_ALERT_NORM}};
  g_strlcpy(row->key, key, sizeof row->key);
  g_strlcpy(row->category, gw_arg_text(sighting, "category"), sizeof row->category);
  g_strlcpy(row->subject, gw_arg_text(sighting, "subject"), sizeof row->subject);
  row->subject_id = gw_arg_id(sighting, "subject_id");
  row->place_id = gw_arg_id(sighting, "place_id");
  row->camera_id = gw_arg_id(sighting, "camera_id");
  row->reported_by = gw_arg_id(sighting, "reported_by");
  row->words_text_id = gw_arg_id(sighting, "words_text_id");
  row->lat = gw_arg_real(sighting, "lat");
  row->lon = gw_arg_real(sighting, "lon");
  row->floor = (int)gw_arg_int(sighting, "floor");
  const char *still = gw_arg_text(sighting, "still_hash");
  g_strlcpy(row->still_hash, still ? still : "", sizeof row->still_hash);
  return locate_by_camera(tx, row, error) && locate_by_outline(tx, row, error) &&
         locate_by_place(tx, row, error);
}

static json_t *raised_body(GwTx *tx, const GwAlertRow *row, json_t *sighting, GError **error) {
  json_t *words = gw_text_ref(tx->db, row->words_text_id, error);
  if (!words)
    return NULL;
  json_t *body = json_pack("{s:o}", "words", words);
  json_t *via = json_object_get(sighting, "via");
  if (via)
    json_object_set(body, "via", via);
  json_t *run_id = json_object_get(sighting, "tour_run_id");
  if (run_id)
    json_object_set(body, "tour_run_id", run_id);
  if (row->floor > 0)
    json_object_set_new(body, "floor", json_integer(row->floor));
  return body;
}

/* ---- whose rule ---- */

/* The newest version of the rule that was chosen, or of the kind's own. */
static gboolean load_rule(GwTx *tx, GwId rule_id, const char *kind, GwRule *ret, GError **error) {
  if (rule_id == 0)
    return gw_store_rule_newest(tx->db, kind, ret, error);
  g_auto(GwRuleRow) row = {0};
  if (!gw_store_rule_row(tx->db, rule_id, &row, error))
    return gw_tx_not_found(tx, error, "没有这条规则。", "There is no such rule.");
  *ret = row.core;
  return TRUE;
}

static gboolean rule_of(GwTx *tx, const GwConditionRow *row, GwRule *ret, GError **error) {
  json_t *sighting = json_loads(row->sighting, 0, NULL);
  const GwId rule_id = gw_arg_id(sighting, "rule_id");
  json_decref(sighting);
  return load_rule(tx, rule_id, row->rule_kind, ret, error);
}

/* ---- raising ---- */

/* A picture that was there before the alert: its story shows it like one that was taken for it. */
static gboolean journal_still(GwTx *tx, const GwAlertRow *row, GError **error) {
  return !row->still_hash[0] ||
         gw_tx_journal(tx, "alert.still", "alert", row->id, row->rev, row->place_id, row->core.priority, 0,
                       json_pack("{s:s, s:I, s:I}", "hash", row->still_hash, "camera_id",
                                 (json_int_t)row->camera_id, "picture_at_us", (json_int_t)row->core.last_at_us),
                       error) > 0;
}

static gboolean raise_new(GwTx *tx, const GwRule *rule, const GwConditionRow *condition, GwAlertRow *ret,
                          GError **error) {
  GwAlertWithRule alert = {.rule = *rule};
  json_t *sighting = json_loads(condition->sighting, 0, NULL);
  GwAlertMove move = {
      .input = GW_ALERT_RAISE,
      .priority = (int)gw_arg_int(sighting, "priority"),
      .first_at_us = condition->core.first_at_us,
  };
  gboolean filled = fill_row(tx, &alert.row, condition->key, sighting, error);
  json_t *extra = filled ? raised_body(tx, &alert.row, sighting, error) : NULL;
  json_decref(sighting);
  if (!extra)
    return FALSE;
  if (!gw_alert_raise(tx, &alert, &move, extra, error) || !journal_still(tx, &alert.row, error))
    return FALSE;
  *ret = alert.row;
  return TRUE;
}

/* A2, A6: the card is there; it counts, and says what is said now. */
static gboolean raise_again(GwTx *tx, const GwRule *rule, const GwAlertRow *open, const char *category,
                            GwAlertRow *ret, GError **error) {
  GwAlertWithRule alert = {.row = *open, .rule = *rule};
  gboolean is_same_rule = open->rule_id == rule->id && open->rule_version == rule->version;
  if (!is_same_rule && !gw_store_rule_get(tx->db, open->rule_id, open->rule_version, &alert.rule, error))
    return FALSE;
  if (category)
    g_strlcpy(alert.row.category, category, sizeof alert.row.category);
  GwAlertMove move = {.input = GW_ALERT_AGAIN};
  gboolean ok = gw_alert_move(tx, &alert, &move, NULL, error);
  *ret = alert.row;
  return ok;
}

/* category: what it is called now; NULL: as before. */
static gboolean raise_alert(GwTx *tx, const GwRule *rule, const GwConditionRow *condition,
                            const char *category, GwAlertRow *ret, GError **error) {
  GwAlertRow open;
  g_autoptr(GError) failed = NULL;
  if (gw_store_alert_open(tx->db, condition->key, &open, &failed))
    return raise_again(tx, rule, &open, category, ret, error);
  return gw_absent(&failed, error) && raise_new(tx, rule, condition, ret, error);
}

static gboolean clear_alert(GwTx *tx, const char *key, GError **error) {
  GwAlertRow open;
  g_autoptr(GError) failed = NULL;
  if (!gw_store_alert_open(tx->db, key, &open, &failed))
    return gw_absent(&failed, error);
  GwAlertWithRule alert;
  if (!gw_alert_load(tx, open.id, &alert, error))
    return FALSE;
  if (!gw_alert_table_row(open.core.state, GW_ALERT_CLEAR))
    return TRUE;
  GwAlertMove move = {.input = GW_ALERT_CLEAR};
  return gw_alert_move(tx, &alert, &move, NULL, error) && gw_ticket_condition_ended(tx, &alert.row, error);
}

/* ---- the condition's own life ---- */

/* What observed.c set for a happening that nobody says the end of. */
static gboolean forget_end(GwTx *tx, GwId id, GError **error) {
  return id == 0 || gw_tx_timer_cancel(tx, "observed.over", "condition", id, -1, error);
}

/* A camera's fault may be a part of something larger: that is asked when its delay is over. */
static gboolean ask_for_cause(GwTx *tx, const GwRule *rule, GwConditionRow *row, GwConditionDecision *decision,
                              GError **error) {
  if (decision->verdict != GW_CONDITION_RAISE || rule->kind != GW_RULE_CAMERA_FAULT)
    return TRUE;
  GwOutageAnswer answer;
  GwUsec again_at_us = 0;
  row->core.first_at_us = decision->next.first_at_us;
  if (!gw_outage_ask(tx, row, rule->on_delay_us, &answer, &again_at_us, error))
    return FALSE;
  if (answer == GW_OUTAGE_SAYS_RAISE)
    return TRUE;
  decision->verdict = GW_CONDITION_NOTHING;
  decision->next.state = answer == GW_OUTAGE_SAYS_LATER ? GW_CONDITION_RISING : GW_CONDITION_OFF;
  if (answer == GW_OUTAGE_SAYS_LATER)
    gw_effects_timer_set(&decision->effects, GW_TIMER_ALERT_ON, 0, again_at_us, FALSE);
  return TRUE;
}

static gboolean decide(GwTx *tx, const GwRule *rule, GwConditionRow *row, GwConditionInput input,
                       GwUsec at_us, GwAlertRow *ret, GError **error) {
  GwConditionDecision decision;
  GwId id = row->id;
  gw_condition_decide(&row->core, rule, input, at_us, &decision);
  if (!ask_for_cause(tx, rule, row, &decision, error))
    return FALSE;
  row->core = decision.next;
  if (!gw_store_condition_put(tx->db, row, error) ||
      !gw_tx_apply_timers(tx, &decision.effects, "condition", row->id ? row->id : id, error) ||
      (row->core.state == GW_CONDITION_OFF && !forget_end(tx, id, error)))
    return FALSE;
  if (decision.verdict == GW_CONDITION_RAISE)
    return raise_alert(tx, rule, row, NULL, ret, error);
  return decision.verdict != GW_CONDITION_CLEAR || clear_alert(tx, row->key, error);
}

/* FALSE with an error, or without one when there is no such row. */
static gboolean find(GwTx *tx, const char *key, GwConditionRow *ret, GError **error) {
  return gw_store_condition_by_key(tx->db, key, ret, error);
}

/* TRUE when it is called otherwise than before (lost, then stalled); the row then says so. */
static gboolean rename_sighting(GwConditionRow *row, const char *category) {
  json_t *sighting = json_loads(row->sighting, 0, NULL);
  gboolean is_new = g_strcmp0(gw_arg_text(sighting, "category"), category) != 0;
  if (is_new) {
    json_object_set_new(sighting, "category", json_string(category));
    g_free(row->sighting);
    row->sighting = json_dumps(sighting, JSON_COMPACT | JSON_SORT_KEYS);
  }
  json_decref(sighting);
  return is_new;
}

/* It is said once more of what is known to hold.  A person's or a box's word counts each time; a device that
 * goes on failing does not, unless it fails otherwise. */
static gboolean again(GwTx *tx, const GwRule *rule, GwConditionRow *row, const GwCondition *c,
                      GwAlertRow *ret, GError **error) {
  if (!gw_rule_kind_cleared_by_person(rule->kind)) {
    if (!rename_sighting(row, c->category))
      return TRUE;
    if (!gw_store_condition_put(tx->db, row, error))
      return FALSE;
  }
  return row->core.state == GW_CONDITION_RISING || raise_alert(tx, rule, row, c->category, ret, error);
}

static gboolean begin(GwTx *tx, const GwRule *rule, GwConditionRow *row, const GwCondition *c,
                      GwAlertRow *ret, GError **error) {
  row->key = g_strdup(c->key);
  row->rule_kind = g_strdup(c->rule_kind);
  g_autoptr(GError) failed = NULL;
  row->sighting = sighting_of(c, gw_tx_text(tx, c->words, &failed));
  if (!gw_absent(&failed, error))
    return FALSE;
  GwUsec since_us = c->since_us > 0 ? MIN(c->since_us, tx->now_us) : tx->now_us;
  if (!decide(tx, rule, row, GW_CONDITION_SEEN, since_us, ret, error))
    return FALSE;
  /* What began so long ago that its delay is over already needs no timer's turn. */
  gboolean is_due = row->core.state == GW_CONDITION_RISING && since_us + rule->on_delay_us <= tx->now_us;
  return !is_due || (gw_tx_timer_cancel(tx, "alert.on", "condition", row->id, 0, error) &&
                     decide(tx, rule, row, GW_CONDITION_ON_DUE, tx->now_us, ret, error));
}

gboolean gw_condition_raise(GwTx *tx, const GwCondition *c, GwId *ret_alert_id, GError **error) {
  GwAlertRow row;
  gboolean ok = gw_condition_raise_row(tx, c, &row, error);
  if (ret_alert_id)
    *ret_alert_id = ok ? row.id : 0;
  return ok;
}

gboolean gw_condition_raise_row(GwTx *tx, const GwCondition *c, GwAlertRow *ret, GError **error) {
  g_assert(strlen(c->key) < GW_ALERT_KEY_BYTES);
  *ret = (GwAlertRow){0};
  GwRule rule;
  g_auto(GwConditionRow) row = {0};
  g_autoptr(GError) failed = NULL;
  if (!load_rule(tx, c->rule_id, c->rule_kind, &rule, error))
    return FALSE;
  if (!rule.enabled)
    return TRUE; /* no response is wanted: it stays an event of its noun */
  if (!find(tx, c->key, &row, &failed))
    return gw_absent(&failed, error) && begin(tx, &rule, &row, c, ret, error);
  if (row.core.state == GW_CONDITION_FALLING)
    return decide(tx, &rule, &row, GW_CONDITION_SEEN, tx->now_us, ret, error);
  return again(tx, &rule, &row, c, ret, error);
}

gboolean gw_condition_clear(GwTx *tx, const char *key, GError **error) {
  g_auto(GwConditionRow) row = {0};
  g_autoptr(GError) failed = NULL;
  GwRule rule;
  GwAlertRow alert;
  if (find(tx, key, &row, &failed))
    return rule_of(tx, &row, &rule, error) &&
           decide(tx, &rule, &row, GW_CONDITION_GONE, tx->now_us, &alert, error);
  return gw_absent(&failed, error);
}

gboolean gw_condition_forget(GwTx *tx, const char *key, GError **error) {
  g_auto(GwConditionRow) row = {0};
  g_autoptr(GError) failed = NULL;
  if (!find(tx, key, &row, &failed))
    return gw_absent(&failed, error);
  GwId id = row.id;
  row.core.state = GW_CONDITION_OFF;
  return gw_store_condition_put(tx->db, &row, error) &&
         gw_tx_timer_cancel(tx, "alert.on", "condition", id, -1, error) &&
         gw_tx_timer_cancel(tx, "alert.off", "condition", id, -1, error) && forget_end(tx, id, error);
}

static gboolean withdraw(GwTx *tx, const char *key, json_t *said, GError **error) {
  GwAlertRow open;
  g_autoptr(GError) failed = NULL;
  if (gw_store_alert_open(tx->db, key, &open, &failed)) {
    GwAlertWithRule alert;
    GwAlertMove move = {.input = GW_ALERT_WITHDRAW};
    return gw_alert_load(tx, open.id, &alert, error) && gw_alert_move(tx, &alert, &move, json_incref(said), error);
  }
  return gw_absent(&failed, error) && gw_condition_forget(tx, key, error);
}

gboolean gw_condition_withdraw(GwTx *tx, const char *key, const char *why, GError **error) {
  json_t *said = json_pack("{s:s}", "why", why ? why : "");
  gboolean ok = withdraw(tx, key, said, error);
  json_decref(said);
  return ok;
}

gboolean gw_condition_withdraw_by(GwTx *tx, const char *key, const char *cause, GwId cause_id, GError **error) {
  json_t *said = json_pack("{s:s, s:s, s:I}", "why", cause, "cause", cause, "cause_id", (json_int_t)cause_id);
  gboolean ok = withdraw(tx, key, said, error);
  json_decref(said);
  return ok;
}

static gboolean timer_decide(GwTx *tx, const GwTimer *timer, GwConditionInput input, GError **error) {
  g_auto(GwConditionRow) row = {0};
  g_autoptr(GError) failed = NULL;
  GwRule rule;
  GwAlertRow alert = {0};
  if (gw_store_condition_get(tx->db, timer->subject_id, &row, &failed))
    return rule_of(tx, &row, &rule, error) && decide(tx, &rule, &row, input, tx->now_us, &alert, error) &&
           (alert.id == 0 ||
            (gw_finding_alert_raised(tx, &alert, error) && gw_outage_alert_raised(tx, &alert, error)));
  return gw_absent(&failed, error);
}

gboolean gw_condition_on_due(GwTx *tx, const GwTimer *timer, GError **error) {
  return timer_decide(tx, timer, GW_CONDITION_ON_DUE, error);
}

gboolean gw_condition_off_due(GwTx *tx, const GwTimer *timer, GError **error) {
  return timer_decide(tx, timer, GW_CONDITION_OFF_DUE, error);
}
