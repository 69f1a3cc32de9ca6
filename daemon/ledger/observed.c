/* What cameras' own analytics say (motion, a line crossed, tamper, objects): rules choose whether it is an
 * alert, a row, or nothing. */
#include <math.h>
#include <string.h>

#include "daemon/base/token.h"
#include "daemon/ledger/absent.h"
#include "daemon/ledger/alert.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/finding.h"
#include "daemon/ledger/ledger_private.h"
#include "daemon/ledger/rule.h"
#include "daemon/store/camera.h"
#include "daemon/store/condition.h"

#define ROWS_AN_HOUR_MOST 60            /* of one camera; what comes beyond is summed */
#define ONCE_LASTS_US GW_MIN            /* a single happening counts as going on for so long */
#define UNENDED_LASTS_US (24 * GW_HOUR) /* a camera that never says that it is over */
#define KEYS_MOST 16 /* open at once of one camera; its other rules are one alert a topic */
#define RULE_CHARS_MOST 80
#define CLASS_CHARS_MOST 40

static const char *const topics[] = {"motion", "line", "field", "tamper", "object", "other", NULL};

/* ---- what may be said ---- */

static gboolean is_text(json_t *body, const char *name, glong most_chars) {
  json_t *value = json_object_get(body, name);
  return !value || json_is_null(value) ||
         (json_is_string(value) && g_utf8_strlen(json_string_value(value), -1) <= most_chars);
}

static gboolean is_box(json_t *box) {
  for (size_t i = 0; i < 4 && box && !json_is_null(box); i++) {
    json_t *side = json_array_get(box, i);
    if (json_array_size(box) != 4 || !json_is_number(side) || fabs(json_number_value(side)) > 2)
      return FALSE;
  }
  return TRUE;
}

static gboolean check(GwTx *tx, json_t *body, GError **error) {
  const char *topic = gw_arg_text(body, "topic");
  json_t *score = json_object_get(body, "score");
  const gboolean ok = topic && g_strv_contains(topics, topic) && is_text(body, "class", CLASS_CHARS_MOST) &&
                      is_text(body, "rule", RULE_CHARS_MOST) && is_text(body, "tail", RULE_CHARS_MOST) &&
                      is_box(json_object_get(body, "box")) &&
                      (!score || json_is_null(score) || json_is_number(score));
  return ok || gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "摄像机分析结果的内容无效。",
                            "What the camera observed is not said rightly.");
}

static char *prefix_of(GwId camera_id) {
  return g_strdup_printf("analytics:%" G_GINT64_FORMAT ":", camera_id);
}

static char *key_of(GwId camera_id, const char *topic, const char *own) {
  g_autofree char *prefix = prefix_of(camera_id),
                  *hash = own && *own ? gw_hash_hex(own, strlen(own)) : g_strdup("");
  return g_strdup_printf("%s%s:%.16s", prefix, topic, hash);
}

static gboolean is_open(GwTx *tx, const char *key, gboolean *ret, GError **error) {
  g_auto(GwConditionRow) row = {0};
  g_autoptr(GError) failed = NULL;
  GwAlertRow alert;
  *ret = gw_store_condition_by_key(tx->db, key, &row, &failed);
  if (!*ret && gw_absent(&failed, error))
    *ret = gw_store_alert_open(tx->db, key, &alert, &failed);
  return *ret || gw_absent(&failed, error);
}

/* A camera's own rules are apart: two lines crossed are two alerts.  But it says itself how its rules are called,
 * and one that calls them otherwise each time must not make an alert each time. */
static gboolean choose_key(GwTx *tx, GwId camera_id, json_t *body, char **ret, GError **error) {
  const char *topic = gw_arg_text(body, "topic"), *rule = gw_arg_text(body, "rule");
  g_autofree char *prefix = prefix_of(camera_id), *own = key_of(camera_id, topic, rule);
  gboolean there = FALSE;
  guint n = 0;
  if (!is_open(tx, own, &there, error) ||
      (!there && !gw_store_condition_count_of(tx->db, prefix, &n, error)))
    return FALSE;
  *ret = n < KEYS_MOST ? g_steal_pointer(&own) : key_of(camera_id, topic, NULL);
  return TRUE;
}

/* ---- an event ---- */

static gboolean sum_later(GwTx *tx, const GwCameraRow *camera, GError **error) {
  GHashTable *unwritten = ((GwLedger *)tx->ledger)->unwritten;
  const guint n = GPOINTER_TO_UINT(g_hash_table_lookup(unwritten, &camera->id));
  g_hash_table_replace(unwritten, g_memdup2(&camera->id, sizeof camera->id), GUINT_TO_POINTER(n + 1));
  return n > 0 || gw_tx_timer_set(tx, "observed.sum", "camera", camera->id, 0, tx->now_us + GW_HOUR,
                                  GW_TIMER_DURATION, error);
}

/* How many there were beyond the rows is kept in memory: a restart forgets it, and then no row is written. */
static gboolean sum_due(GwTx *tx, const GwTimer *timer, GError **error) {
  GHashTable *unwritten = ((GwLedger *)tx->ledger)->unwritten;
  const GwId id = timer->subject_id;
  const guint n = GPOINTER_TO_UINT(g_hash_table_lookup(unwritten, &id));
  g_auto(GwCameraRow) camera = {0};
  g_hash_table_remove(unwritten, &id);
  if (n == 0 || !gw_store_camera_get(tx->db, id, &camera, error))
    return !(error && *error);
  return gw_tx_journal(tx, "camera.observed_summed", "camera", id, camera.rev, camera.place_id, 0, 0,
                       json_pack("{s:i}", "more", (int)n), error) > 0;
}

static gboolean note_event(GwTx *tx, const GwCameraRow *camera, const GwRuleRow *rule, json_t *said,
                           GError **error) {
  if (gw_journal_count_since(tx->db, "camera.observed", "camera", camera->id, tx->now_us - GW_HOUR,
                             ROWS_AN_HOUR_MOST) >= ROWS_AN_HOUR_MOST)
    return sum_later(tx, camera, error);
  json_t *body = json_pack("{s:I, s:s}", "rule_id", (json_int_t)rule->core.id, "category", rule->category);
  static const char *const kept[] = {"topic", "class", "score", "box", "rule", "tail"};
  for (gsize i = 0; i < G_N_ELEMENTS(kept); i++)
    if (gw_arg_has(said, kept[i]))
      json_object_set(body, kept[i], json_object_get(said, kept[i]));
  return gw_tx_journal(tx, "camera.observed", "camera", camera->id, camera->rev, camera->place_id,
                       rule->core.priority, 0, body, error) > 0;
}

/* ---- an alert ---- */

/* When it is over, if nobody says so. */
static gboolean set_end(GwTx *tx, const char *key, gboolean once, GError **error) {
  g_auto(GwConditionRow) row = {0};
  g_autoptr(GError) failed = NULL;
  if (!gw_store_condition_by_key(tx->db, key, &row, &failed))
    return gw_absent(&failed, error);
  return gw_tx_timer_set(tx, "observed.over", "condition", row.id, 0,
                         tx->now_us + (once ? ONCE_LASTS_US : UNENDED_LASTS_US), GW_TIMER_DURATION, error);
}

static gboolean over_due(GwTx *tx, const GwTimer *timer, GError **error) {
  g_auto(GwConditionRow) row = {0};
  g_autoptr(GError) failed = NULL;
  if (gw_store_condition_get(tx->db, timer->subject_id, &row, &failed))
    return gw_condition_clear(tx, row.key, error);
  return gw_absent(&failed, error);
}

static gboolean raise_alert(GwTx *tx, const GwCameraRow *camera, const GwRuleRow *rule, json_t *said,
                            const char *key, GError **error) {
  g_autofree char *own = g_strconcat("camera_", gw_arg_text(said, "topic"), NULL);
  const GwUsec at_us = gw_arg_int(said, "at_us");
  const GwCondition condition = {
      .rule_kind = "camera_observed",
      .rule_id = rule->core.id,
      .key = key,
      .category = *rule->category ? rule->category : own,
      .subject = "camera",
      .subject_id = camera->id,
      .place_id = camera->place_id,
      .camera_id = camera->id,
      .words = gw_arg_text(said, "rule"),
      .priority = rule->core.priority,
      .lat = camera->lat,
      .lon = camera->lon,
      .since_us = at_us > tx->now_us - GW_MIN ? at_us : tx->now_us,
  };
  GwId alert_id = 0;
  return gw_condition_raise(tx, &condition, &alert_id, error) &&
         set_end(tx, key, !json_is_true(json_object_get(said, "active")), error);
}

/* ---- what the worker says ---- */

static gboolean begins(GwTx *tx, const GwCameraRow *camera, json_t *said, const char *key, GError **error) {
  const GwRuleFacts facts = {
      .topic = gw_arg_text(said, "topic"),
      .class_name = gw_arg_text(said, "class"),
      .zone = camera->zone,
      .camera_id = camera->id,
  };
  g_autoptr(GError) failed = NULL;
  const GwRuleRow *rule = gw_rule_choose(tx, "camera_observed", &facts, &failed);
  if (!rule) {
    ((GwLedger *)tx->ledger)->observed_dropped += failed ? 0 : 1;
    return gw_absent(&failed, error);
  }
  return rule->makes_event ? note_event(tx, camera, rule, said, error)
                           : raise_alert(tx, camera, rule, said, key, error);
}

static gboolean on_observed(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                            GError **error) {
  g_auto(GwCameraRow) camera = {0};
  if (!gw_store_camera_get(tx->db, gw_arg_id(body, "id"), &camera, error))
    return gw_tx_not_found(tx, error, "没有这个摄像机。", "There is no such camera.");
  if (!check(tx, body, error))
    return FALSE;
  if (camera.removed_at_us > 0 || !camera.enabled)
    return TRUE;
  g_autofree char *key = NULL;
  if (!choose_key(tx, camera.id, body, &key, error))
    return FALSE;
  if (json_is_false(
          json_object_get(body, "active"))) /* whichever rule it was, and whatever the time is now */
    return gw_condition_clear(tx, key, error);
  return begins(tx, &camera, body, key, error);
}

gboolean gw_observed_end_of_camera(GwTx *tx, GwId camera_id, GError **error) {
  g_autofree char *prefix = prefix_of(camera_id);
  g_autoptr(GArray) ids = gw_store_condition_ids_of(tx->db, prefix, error);
  for (guint i = 0; ids && i < ids->len; i++) {
    g_auto(GwConditionRow) row = {0};
    if (!gw_store_condition_get(tx->db, g_array_index(ids, GwId, i), &row, error) ||
        !gw_condition_clear(tx, row.key, error))
      return FALSE;
  }
  return ids != NULL;
}

static const GwObserveEntry observations[] = {{"camera.observed", on_observed}, {0}};
static const GwTimerEntry timers[] = {{"observed.sum", sum_due}, {"observed.over", over_due}, {0}};
const GwLedgerNoun gw_ledger_observed = {.observations = observations, .timers = timers};
