/* Findings: what the scene says is wrong with a picture, or came and stayed in a zone; and the alert, if a
 * rule wants one. */
#include "daemon/ledger/finding.h"

#include <math.h>
#include <string.h>

#include "daemon/base/token.h"
#include "daemon/ledger/absent.h"
#include "daemon/ledger/alert.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/rule.h"
#include "daemon/store/camera.h"
#include "daemon/store/file.h"
#include "daemon/store/timer.h"
#include "daemon/store/zone.h"

#define CHATTER_HELD_US (10 * GW_MIN) /* a kind that comes and goes is over when it was gone this long */
#define STAYS_US (10 * GW_MIN)        /* and is news after all when it has stayed this long */
#define UNSAID_US (15 * GW_MIN)       /* a new worker finds again what is still so, even by a keyframe every few minutes */

/* What one observation is about. */
typedef struct Seen {
  GwCameraRow camera;
  GwZoneRow zone; /* id 0: none */
  GwFindingRow row;
} Seen;

static void seen_clear(Seen *seen) {
  gw_camera_row_clear(&seen->camera);
  gw_zone_row_clear(&seen->zone);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Seen, seen_clear)

static char *key_of(const GwFindingRow *row) {
  return g_strdup_printf("finding:%" G_GINT64_FORMAT ":%s:%" G_GINT64_FORMAT, row->camera_id,
                         gw_finding_kind_to_string(row->kind), row->zone_id);
}

static json_t *body_of(const GwFindingRow *row) {
  return json_pack("{s:I, s:s, s:o, s:f, s:f, s:s, s:s}", "camera_id", (json_int_t)row->camera_id, "kind",
                   gw_finding_kind_to_string(row->kind), "zone_id", gw_json_id(row->zone_id), "measure",
                   row->measure, "threshold", row->threshold, "before_hash", row->before_hash, "now_hash",
                   row->now_hash);
}

static gboolean journal(GwTx *tx, const char *kind, const GwFindingRow *row, GwId place_id, int severity,
                        json_t *body, GError **error) {
  gw_tx_touch(tx, "finding", row->id);
  return gw_tx_journal(tx, kind, "finding", row->id, row->rev, place_id, severity, 0, body, error) > 0;
}

/* ---- its alert ---- */

/* NULL without an error: no rule is for it. */
static const GwRuleRow *choose(GwTx *tx, const Seen *seen, GError **error) {
  const gboolean is_zone = seen->row.kind == GW_FINDING_ZONE;
  const GwRuleFacts facts = {
      .kind = gw_finding_kind_to_string(seen->row.kind),
      .category = is_zone ? seen->zone.category : gw_finding_category(seen->row.kind),
      .zone = seen->camera.zone,
      .camera_id = seen->camera.id,
  };
  return gw_rule_choose(tx, is_zone ? "zone" : "sight", &facts, error);
}

static gboolean priority_of(GwTx *tx, const Seen *seen, int rule_priority, int *ret, GError **error) {
  const GwId place_id = seen->camera.place_id;
  guint others = 0, see = 0;
  if (place_id > 0 && !gw_store_camera_neighbours(tx->db, seen->camera.id, place_id, &others, &see, error))
    return FALSE;
  *ret = gw_finding_priority(rule_priority, seen->row.kind, place_id > 0, see);
  return TRUE;
}

static gboolean note_alert(GwTx *tx, GwFindingRow *row, GwId alert_id, GError **error) {
  if (alert_id == 0 || row->alert_id == alert_id)
    return TRUE;
  row->alert_id = alert_id;
  gw_tx_touch(tx, "finding", row->id);
  return gw_store_finding_update(tx->db, row, error);
}

/* It was told of shortly before and its alert is open still: that one is its alert too. */
static gboolean open_alert(GwTx *tx, const char *key, GwId *ret, GError **error) {
  GwAlertRow open;
  g_autoptr(GError) failed = NULL;
  *ret = gw_store_alert_open(tx->db, key, &open, &failed) ? open.id : 0;
  return gw_absent(&failed, error);
}

static gboolean raise_alert(GwTx *tx, Seen *seen, const GwRuleRow *rule, GError **error) {
  const gboolean is_zone = seen->row.kind == GW_FINDING_ZONE;
  g_autofree char *key = key_of(&seen->row);
  int priority = 0;
  GwId alert_id = 0;
  if (!priority_of(tx, seen, rule->core.priority, &priority, error))
    return FALSE;
  const GwCondition condition = {
      .rule_kind = is_zone ? "zone" : "sight",
      .rule_id = rule->core.id,
      .key = key,
      .category = *rule->category ? rule->category
                  : is_zone       ? seen->zone.category
                                  : gw_finding_category(seen->row.kind),
      .subject = "camera",
      .subject_id = seen->camera.id,
      .place_id = seen->camera.place_id,
      .camera_id = seen->camera.id,
      .words = is_zone ? seen->zone.name : NULL,
      .still_hash = seen->row.now_hash,
      .priority = priority,
      .lat = seen->camera.lat,
      .lon = seen->camera.lon,
      .since_us = seen->row.first_at_us,
  };
  return gw_condition_raise(tx, &condition, &alert_id, error) &&
         (alert_id > 0 || open_alert(tx, key, &alert_id, error)) &&
         note_alert(tx, &seen->row, alert_id, error);
}

gboolean gw_finding_alert_raised(GwTx *tx, const GwAlertRow *alert, GError **error) {
  if (!g_str_has_prefix(alert->key, "finding:"))
    return TRUE;
  g_autoptr(GArray) ids = gw_store_finding_ids_open(tx->db, alert->camera_id, 0, error);
  for (guint i = 0; ids && i < ids->len; i++) {
    GwFindingRow row;
    if (!gw_store_finding_get(tx->db, g_array_index(ids, GwId, i), &row, error))
      return FALSE;
    g_autofree char *key = key_of(&row);
    if (strcmp(key, alert->key) == 0)
      return note_alert(tx, &row, alert->id, error);
  }
  return ids != NULL;
}

/* ---- it begins ---- */

static gboolean begin_new(GwTx *tx, Seen *seen, GError **error) {
  g_autoptr(GError) failed = NULL;
  const GwRuleRow *rule = choose(tx, seen, &failed);
  if (!gw_absent(&failed, error))
    return FALSE;
  if (!gw_store_finding_insert(tx->db, &seen->row, error) ||
      !journal(tx, "finding.began", &seen->row, seen->camera.place_id, rule ? rule->core.priority : 0,
               body_of(&seen->row), error))
    return FALSE;
  return !rule || rule->makes_event || raise_alert(tx, seen, rule, error);
}

/* It came and went too often to be told of; now it does not go. */
static gboolean wait_whether_it_stays(GwTx *tx, const GwFindingRow *row, GError **error) {
  return row->alert_id > 0 || gw_timer_set_once(tx->db, "finding.stays", "finding", row->id, 0,
                                                tx->now_us + STAYS_US, FALSE, error);
}

static gboolean on_stays(GwTx *tx, const GwTimer *timer, GError **error) {
  g_auto(Seen) seen = {0};
  g_autoptr(GError) failed = NULL;
  if (!gw_store_finding_get(tx->db, timer->subject_id, &seen.row, error))
    return !(error && *error);
  if (seen.row.ended_at_us > 0 || seen.row.alert_id > 0)
    return TRUE;
  if (!gw_store_camera_get(tx->db, seen.row.camera_id, &seen.camera, error) ||
      (seen.row.zone_id > 0 && !gw_store_zone_get(tx->db, seen.row.zone_id, &seen.zone, error)))
    return FALSE;
  const GwRuleRow *rule = choose(tx, &seen, &failed);
  if (!rule)
    return gw_absent(&failed, error);
  return rule->makes_event || raise_alert(tx, &seen, rule, error);
}

/* Too often within the hour for another alert, unless it stays; one that is open counts it. */
static gboolean begin_chatter(GwTx *tx, Seen *seen, guint times, GError **error) {
  g_autofree char *key = key_of(&seen->row);
  GwId alert_id = 0;
  g_autoptr(GError) failed = NULL;
  json_t *body = body_of(&seen->row);
  json_object_set_new(body, "times", json_integer(times));
  if (!gw_store_finding_insert(tx->db, &seen->row, error)) {
    json_decref(body);
    return FALSE;
  }
  if (!journal(tx, "finding.chatter", &seen->row, seen->camera.place_id, 0, body, error) ||
      !open_alert(tx, key, &alert_id, error))
    return FALSE;
  if (alert_id == 0)
    return wait_whether_it_stays(tx, &seen->row, error);
  const GwRuleRow *rule = choose(tx, seen, &failed);
  if (!rule)
    return gw_absent(&failed, error);
  return rule->makes_event || raise_alert(tx, seen, rule, error);
}

static gboolean began_within_the_hour(GwTx *tx, const GwFindingRow *row, guint *ret, GError **error) {
  return gw_store_finding_count_since(tx->db, row->camera_id, row->kind, row->zone_id, tx->now_us - GW_HOUR,
                                      ret, error);
}

/* Said again of what is open: the measure is of now, pictures that were missing are taken. */
static gboolean go_on(GwTx *tx, GwFindingRow *open, const GwFindingRow *said, GError **error) {
  open->measure = said->measure;
  open->threshold = said->threshold;
  if (!*open->before_hash)
    g_strlcpy(open->before_hash, said->before_hash, sizeof open->before_hash);
  if (!*open->now_hash)
    g_strlcpy(open->now_hash, said->now_hash, sizeof open->now_hash);
  gw_tx_touch(tx, "finding", open->id);
  return gw_tx_timer_cancel(tx, "finding.end", "finding", open->id, 0, error) &&
         gw_tx_timer_cancel(tx, "finding.unsaid", "finding", open->id, 0, error) &&
         wait_whether_it_stays(tx, open, error) && gw_store_finding_update(tx->db, open, error);
}

static gboolean on_seen(GwTx *tx, Seen *seen, GError **error) {
  GwFindingRow open;
  g_autoptr(GError) failed = NULL;
  if (gw_store_finding_open(tx->db, seen->row.camera_id, seen->row.kind, seen->row.zone_id, &open, &failed))
    return go_on(tx, &open, &seen->row, error);
  guint times = 0;
  if (!gw_absent(&failed, error) || !began_within_the_hour(tx, &seen->row, &times, error))
    return FALSE;
  return (gw_finding_is_chatter(times) ? begin_chatter(tx, seen, times + 1, error)
                                       : begin_new(tx, seen, error)) &&
         gw_camera_sight_changed(tx, seen->camera.id, error);
}

/* ---- it ends ---- */

static GwId place_of_camera(GwTx *tx, GwId camera_id) {
  g_auto(GwCameraRow) camera = {0};
  return gw_store_camera_get(tx->db, camera_id, &camera, NULL) ? camera.place_id : 0;
}

static gboolean end(GwTx *tx, GwFindingRow *row, GwUsec at_us, const char *why, GError **error) {
  row->ended_at_us = CLAMP(at_us, row->first_at_us, MAX(row->first_at_us, tx->now_us));
  g_autofree char *key = key_of(row);
  if (!gw_store_finding_update(tx->db, row, error))
    return FALSE;
  json_t *body = body_of(row);
  json_object_set_new(body, "why", json_string(why));
  json_object_set_new(body, "lasted_us", json_integer(row->ended_at_us - row->first_at_us));
  return journal(tx, "finding.ended", row, place_of_camera(tx, row->camera_id), 0, body, error) &&
         gw_tx_timer_cancel(tx, "finding.end", "finding", row->id, 0, error) &&
         gw_tx_timer_cancel(tx, "finding.unsaid", "finding", row->id, 0, error) &&
         gw_tx_timer_cancel(tx, "finding.stays", "finding", row->id, 0, error) &&
         gw_condition_clear(tx, key, error) && gw_camera_sight_changed(tx, row->camera_id, error);
}

static gboolean on_gone(GwTx *tx, const Seen *seen, GwUsec at_us, GError **error) {
  GwFindingRow open;
  guint times = 0;
  g_autoptr(GError) failed = NULL;
  if (!gw_store_finding_open(tx->db, seen->row.camera_id, seen->row.kind, seen->row.zone_id, &open, &failed))
    return gw_absent(&failed, error);
  if (!began_within_the_hour(tx, &open, &times, error))
    return FALSE;
  if (gw_finding_is_chatter(times))
    return gw_tx_timer_cancel(tx, "finding.stays", "finding", open.id, 0, error) &&
           gw_tx_timer_set(tx, "finding.end", "finding", open.id, 0, tx->now_us + CHATTER_HELD_US,
                           GW_TIMER_DURATION, error);
  return end(tx, &open, at_us, "gone", error);
}

static gboolean on_held_long_enough(GwTx *tx, const GwTimer *timer, GError **error) {
  GwFindingRow row;
  if (!gw_store_finding_get(tx->db, timer->subject_id, &row, error))
    return !(error && *error);
  return row.ended_at_us > 0 || end(tx, &row, tx->now_us - CHATTER_HELD_US, "gone", error);
}

static gboolean wait_for_word(GwTx *tx, GwId id, GError **error) {
  return gw_tx_timer_set(tx, "finding.unsaid", "finding", id, 0, tx->now_us + UNSAID_US, GW_TIMER_DURATION, error);
}

/* The worker that said that it began is gone; whoever has looked for long enough would have said so, too. */
static gboolean on_unsaid(GwTx *tx, const GwTimer *timer, GError **error) {
  GwFindingRow row;
  g_auto(GwCameraRow) camera = {0};
  if (!gw_store_finding_get(tx->db, timer->subject_id, &row, error))
    return !(error && *error);
  if (row.ended_at_us > 0)
    return TRUE;
  if (!gw_store_camera_get(tx->db, row.camera_id, &camera, error))
    return FALSE;
  if (strcmp(camera.state, "live") != 0 || camera.state_at_us > tx->now_us - UNSAID_US || *camera.away_preset)
    return wait_for_word(tx, row.id, error);
  return end(tx, &row, tx->now_us, "unsaid", error);
}

gboolean gw_finding_new_eyes(GwTx *tx, GwId camera_id, GError **error) {
  g_autoptr(GArray) ids = gw_store_finding_ids_open(tx->db, camera_id, 0, error);
  for (guint i = 0; ids && i < ids->len; i++)
    if (!wait_for_word(tx, g_array_index(ids, GwId, i), error))
      return FALSE;
  return ids != NULL;
}

static gboolean end_all(GwTx *tx, GwId camera_id, GwId zone_id, gboolean only_learned, const char *why,
                        GError **error) {
  g_autoptr(GArray) ids = gw_store_finding_ids_open(tx->db, camera_id, zone_id, error);
  for (guint i = 0; ids && i < ids->len; i++) {
    GwFindingRow row;
    if (!gw_store_finding_get(tx->db, g_array_index(ids, GwId, i), &row, error))
      return FALSE;
    if ((!only_learned || gw_finding_is_learned(row.kind)) && !end(tx, &row, tx->now_us, why, error))
      return FALSE;
  }
  return ids != NULL;
}

gboolean gw_finding_end_of_camera(GwTx *tx, GwId camera_id, const char *why, GError **error) {
  return end_all(tx, camera_id, 0, FALSE, why, error);
}

gboolean gw_finding_end_of_zone(GwTx *tx, GwId zone_id, const char *why, GError **error) {
  return end_all(tx, 0, zone_id, FALSE, why, error);
}

gboolean gw_finding_end_learned(GwTx *tx, GwId camera_id, const char *why, GError **error) {
  return end_all(tx, camera_id, 0, TRUE, why, error);
}

/* ---- what the worker says ---- */

/* A picture that was not stored is none: the finding stands without it. */
static gboolean take_hash(GwTx *tx, json_t *body, const char *name, char *ret, gsize size, GError **error) {
  const char *hash = gw_arg_text(body, name);
  gboolean there = FALSE;
  *ret = '\0';
  if (!hash || !gw_hash_hex_is_valid(hash))
    return TRUE;
  if (!gw_store_file_has(tx->db, hash, &there, error))
    return FALSE;
  if (there)
    g_strlcpy(ret, hash, size);
  return TRUE;
}

/* *ret_is_ours FALSE: said before the worker heard that it should not look for it any more. */
static gboolean load_zone(GwTx *tx, json_t *body, Seen *seen, gboolean *ret_is_ours, GError **error) {
  *ret_is_ours = TRUE;
  if (seen->row.kind != GW_FINDING_ZONE)
    return TRUE;
  seen->row.zone_id = gw_arg_id(body, "zone_id");
  if (!gw_store_zone_get(tx->db, seen->row.zone_id, &seen->zone, error))
    return gw_tx_not_found(tx, error, "没有这个画面区域。", "There is no such zone.");
  if (seen->zone.camera_id != seen->camera.id)
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "该区域不属于这个摄像机。",
                        "This zone is another camera's.");
  *ret_is_ours = seen->zone.enabled && seen->zone.removed_at_us == 0;
  return TRUE;
}

static gboolean read_said(GwTx *tx, json_t *body, Seen *seen, GError **error) {
  GwFindingRow *row = &seen->row;
  row->camera_id = seen->camera.id;
  row->measure = gw_arg_real(body, "measure");
  row->threshold = gw_arg_real(body, "threshold");
  if (!isfinite(row->measure) || !isfinite(row->threshold))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "画面异常缺少测量值。", "The finding has no measure.");
  const GwUsec at_us = gw_arg_int(body, "at_us");
  row->first_at_us = at_us > 0 && at_us < tx->now_us ? at_us : tx->now_us;
  return take_hash(tx, body, "before_hash", row->before_hash, sizeof row->before_hash, error) &&
         take_hash(tx, body, "now_hash", row->now_hash, sizeof row->now_hash, error);
}

static gboolean on_finding(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result,
                           GError **error) {
  g_auto(Seen) seen = {0};
  gboolean is_ours = FALSE;
  if (!gw_finding_kind_from_string(gw_arg_text(body, "kind"), &seen.row.kind))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "未知的画面异常种类。", "This is no kind of finding.");
  if (!gw_store_camera_get(tx->db, gw_arg_id(body, "id"), &seen.camera, error))
    return gw_tx_not_found(tx, error, "没有这个摄像机。", "There is no such camera.");
  if (!load_zone(tx, body, &seen, &is_ours, error))
    return FALSE;
  if (!is_ours || seen.camera.removed_at_us > 0 || !seen.camera.enabled)
    return TRUE;
  const gboolean on = json_is_true(json_object_get(body, "on"));
  if (on && *seen.camera.away_preset)
    return TRUE; /* somebody turned it, and its worker had not heard of that yet */
  if (!read_said(tx, body, &seen, error))
    return FALSE;
  return on ? on_seen(tx, &seen, error) : on_gone(tx, &seen, seen.row.first_at_us, error);
}

static const GwObserveEntry observations[] = {{"camera.finding", on_finding}, {0}};
static const GwTimerEntry timers[] = {{"finding.end", on_held_long_enough},
                                       {"finding.unsaid", on_unsaid},
                                       {"finding.stays", on_stays},
                                       {0}};
const GwLedgerNoun gw_ledger_finding = {.observations = observations, .timers = timers};
