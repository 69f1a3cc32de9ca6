/* Clips: what becomes of one after somebody, or an alert, has asked for it. */
#include "daemon/ledger/clip.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/token.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/file.h"
#include "daemon/store/camera.h"

#define KEEP_FIRST_US (10 * GW_SEC) /* after a start */
#define KEEP_EVERY_US GW_HOUR
#define KEEP_AGAIN_US (2 * GW_SEC)
#define KEEP_STEP 20           /* so many go in one transaction */

/* ---- writing what core decided ---- */

static GwId place_of(GwTx *tx, GwId camera_id) {
  g_auto(GwCameraRow) camera = {0};
  return gw_store_camera_get(tx->db, camera_id, &camera, NULL) ? camera.place_id : 0;
}

/* A proof names what it proves: the hash, whose picture, and from when to when. */
static json_t *body_of(const GwClipRow *row, const char *cell, json_t *extra) {
  const GwClip *core = &row->core;
  json_t *body = json_pack("{s:s, s:s, s:s, s:I, s:o, s:I, s:I}", "row", cell, "state",
                           gw_clip_state_to_string(core->state), "source", gw_clip_source_to_string(core->source),
                           "camera_id", (json_int_t)row->camera_id, "alert_id", gw_json_id(row->alert_id), "from_us",
                           (json_int_t)core->from_us, "to_us", (json_int_t)core->to_us);
  if (row->hash[0])
    json_object_set_new(body, "hash", json_string(row->hash));
  if (row->bytes > 0)
    json_object_set_new(body, "bytes", json_integer(row->bytes));
  if (core->why != GW_CLIP_WHY_NONE)
    json_object_set_new(body, "why", json_string(gw_clip_why_to_string(core->why)));
  if (extra)
    json_object_update(body, extra);
  json_decref(extra);
  return body;
}

/* Somebody waits for what he asked for; an alert's own clip that was not to be had is told on its card. */
static int severity_of(const GwClipRow *row) {
  return row->core.state == GW_CLIP_FAILED && row->core.asked_by > 0 ? 4 : 0;
}

static gboolean journal(GwTx *tx, const GwClipRow *row, const GwClipDecision *decision, json_t *extra, GError **error) {
  if (!decision->kind) {
    json_decref(extra);
    return TRUE;
  }
  return gw_tx_journal(tx, decision->kind, "clip", row->id, row->rev, place_of(tx, row->camera_id), severity_of(row), 0,
                       body_of(row, decision->row, extra), error) > 0;
}

static void tell_maker(GwTx *tx, const GwClipRow *row) {
  gw_tx_effect(tx, "clip.save",
               json_pack("{s:I, s:I, s:s, s:I, s:I}", "clip_id", (json_int_t)row->id, "camera_id",
                         (json_int_t)row->camera_id, "source", gw_clip_source_to_string(row->core.source), "from_us",
                         (json_int_t)row->core.from_us, "to_us", (json_int_t)row->core.to_us));
}

static void drop_file(GwTx *tx, const char *hash) {
  gw_tx_effect(tx, "file.remove", json_pack("{s:s, s:s}", "hash", hash, "kind", "mp4"));
}

/* Two clips of one moment are one file: it goes with the last of them. */
static gboolean let_go(GwTx *tx, const GwClipRow *row, GError **error) {
  gboolean is_named = FALSE;
  if (!gw_store_clip_file_is_named(tx->db, row->hash, &is_named, error))
    return FALSE;
  if (!is_named)
    drop_file(tx, row->hash);
  return TRUE;
}

static gboolean follow(GwTx *tx, const GwClipRow *row, const GwClipDecision *decision, GError **error) {
  if (decision->make)
    tell_maker(tx, row);
  return gw_tx_apply_timers(tx, &decision->effects, "clip", row->id, error) &&
         (!decision->drop || let_go(tx, row, error));
}

gboolean gw_clip_begin(GwTx *tx, GwClipRow *row, const GwClipDecision *decision, json_t *extra, GError **error) {
  row->core = decision->next;
  if (!gw_store_clip_insert(tx->db, row, error)) {
    json_decref(extra);
    return FALSE;
  }
  gw_tx_touch(tx, "clip", row->id);
  return journal(tx, row, decision, extra, error) && follow(tx, row, decision, error);
}

gboolean gw_clip_move(GwTx *tx, GwClipRow *row, const GwClipMove *move, json_t *extra, GError **error) {
  GwClipDecision decision;
  if (!gw_clip_decide(&row->core, move, tx->now_us, &decision, error)) {
    json_decref(extra);
    return FALSE;
  }
  const gboolean is_changed = move->input != GW_CLIP_DO_EXPORT;
  row->core = decision.next;
  if (is_changed && !gw_store_clip_update(tx->db, row, error)) {
    json_decref(extra);
    return FALSE;
  }
  if (is_changed)
    gw_tx_touch(tx, "clip", row->id);
  return journal(tx, row, &decision, extra, error) && follow(tx, row, &decision, error);
}

/* ---- an alert ---- */

/* Not journaled: the alert's own row says that there was one, and what became of its clip is said when it is known. */
gboolean gw_clip_of_alert(GwTx *tx, const GwAlertRow *alert, GError **error) {
  GwClipRow row = {.alert_id = alert->id, .camera_id = alert->camera_id};
  GwClipDecision decision;
  /* Pictures have the clock's time.  After it was set back the center's stands still, ahead of it. */
  const GwUsec about_us = MIN(alert->core.first_at_us, gw_clock_real_us());
  const GwClipAsk ask = {.from_us = about_us - GW_CLIP_BEFORE_US, .to_us = about_us + GW_CLIP_AFTER_US};
  if (!gw_clip_decide_ask(&ask, tx->now_us, &decision, error))
    return FALSE;
  decision.kind = NULL;
  return gw_clip_begin(tx, &row, &decision, NULL, error);
}

/* ---- whoever makes it answers ---- */

static gboolean load(GwTx *tx, json_t *body, GwClipRow *ret, GError **error) {
  return gw_store_clip_get(tx->db, gw_arg_id(body, "clip_id"), ret, error) ||
         gw_tx_not_found(tx, error, "没有这段录像。", "There is no such clip.");
}

static gboolean is_whole(json_t *body) {
  const gint64 bytes = gw_arg_int(body, "bytes");
  const char *codecs = gw_arg_text(body, "codecs");
  return gw_hash_hex_is_valid(gw_arg_text(body, "hash")) && bytes > 0 && bytes <= GW_CLIP_BYTES_MOST &&
         gw_arg_int(body, "from_us") > 0 && gw_arg_int(body, "to_us") > gw_arg_int(body, "from_us") &&
         codecs && strlen(codecs) <= 40;
}

static void take_file(GwClipRow *row, json_t *body) {
  g_strlcpy(row->hash, gw_arg_text(body, "hash"), sizeof row->hash);
  g_strlcpy(row->codecs, gw_arg_text(body, "codecs"), sizeof row->codecs);
  row->bytes = gw_arg_int(body, "bytes");
  row->frames = gw_arg_int(body, "frames");
  row->broken = gw_arg_int(body, "broken");
  row->width = (int)gw_arg_int(body, "width");
  row->height = (int)gw_arg_int(body, "height");
}

/* The file is on the disk, whole. */
static gboolean on_saved(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result, GError **error) {
  GwClipRow row;
  if (!load(tx, body, &row, error))
    return FALSE;
  if (!is_whole(body))
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "录像文件信息无效。", "That is no clip of ours.");
  if (row.core.state == GW_CLIP_SAVED && strcmp(row.hash, gw_arg_text(body, "hash")) == 0)
    return TRUE;
  const GwClipMove move = {
      .input = GW_CLIP_DO_SAVE, .from_us = gw_arg_int(body, "from_us"), .to_us = gw_arg_int(body, "to_us")};
  json_t *extra = json_pack("{s:I, s:I, s:I, s:I}", "asked_from_us", (json_int_t)row.core.from_us, "asked_to_us",
                            (json_int_t)row.core.to_us, "frames", (json_int_t)gw_arg_int(body, "frames"), "broken",
                            (json_int_t)gw_arg_int(body, "broken"));
  take_file(&row, body);
  return gw_clip_move(tx, &row, &move, extra, error) && gw_file_note(tx, row.hash, "mp4", row.bytes, 0, error);
}

/* What is over already needs no reason. */
static gboolean on_failed(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result, GError **error) {
  GwClipRow row;
  GwClipMove move = {.input = GW_CLIP_DO_FAIL, .why = GW_CLIP_WHY_TIMEOUT};
  if (!load(tx, body, &row, error))
    return FALSE;
  (void)gw_clip_why_from_string(gw_arg_text(body, "why"), &move.why);
  return !gw_clip_table_row(row.core.state, move.input) || gw_clip_move(tx, &row, &move, NULL, error);
}

/* ---- what happens by itself ---- */

static gboolean on_late(GwTx *tx, const GwTimer *timer, GError **error) {
  GwClipRow row;
  const GwClipMove move = {.input = GW_CLIP_DO_LATE_DUE};
  if (!gw_store_clip_get(tx->db, timer->subject_id, &row, error))
    return !(error && *error);
  return !gw_clip_table_row(row.core.state, move.input) || gw_clip_move(tx, &row, &move, NULL, error);
}

static gboolean set_keep(GwTx *tx, GwUsec after_us, GError **error) {
  return gw_tx_timer_set(tx, "clip.keep", "center", 1, 0, tx->now_us + after_us, GW_TIMER_DURATION, error);
}

static gboolean expire(GwTx *tx, GwId id, GError **error) {
  GwClipRow row;
  const GwClipMove move = {.input = GW_CLIP_DO_KEEP_DUE};
  if (!gw_store_clip_get(tx->db, id, &row, error))
    return FALSE;
  json_t *extra = json_pack("{s:I}", "kept_until_us", (json_int_t)row.core.keep_until_us);
  return gw_clip_move(tx, &row, &move, extra, error);
}

/* Files whose removal was told and not heard: the daemon ended in between. */
static gboolean sweep(GwTx *tx, GError **error) {
  g_autoptr(GPtrArray) hashes = gw_store_clip_files_unnamed(tx->db, error);
  for (guint i = 0; hashes && i < hashes->len; i++)
    drop_file(tx, g_ptr_array_index(hashes, i));
  return hashes != NULL;
}

static gboolean on_keep(GwTx *tx, const GwTimer *timer, GError **error) {
  g_autoptr(GArray) ids = gw_store_clip_ids_over(tx->db, tx->now_us, KEEP_STEP, error);
  if (!ids || !sweep(tx, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!expire(tx, g_array_index(ids, GwId, i), error))
      return FALSE;
  return set_keep(tx, ids->len == KEEP_STEP ? KEEP_AGAIN_US : KEEP_EVERY_US, error);
}

/* Before timers fire: none of them may call late what its worker's end has undone.  Whoever makes clips finds what
 * waits for him in the table, so he need not be told. */
static gboolean begin_anew(GwTx *tx, GwId id, GError **error) {
  GwClipRow row;
  GwClipMove move = {.input = GW_CLIP_DO_AGAIN};
  GwClipDecision decision;
  if (!gw_store_clip_get(tx->db, id, &row, error) ||
      !gw_store_clip_before_us(tx->db, row.camera_id, id, &move.before_us, error) ||
      !gw_clip_decide(&row.core, &move, tx->now_us, &decision, error))
    return FALSE;
  if (decision.next.state != GW_CLIP_WAITING)
    return gw_clip_move(tx, &row, &move, NULL, error);
  return gw_tx_apply_timers(tx, &decision.effects, "clip", id, error);
}

static gboolean start(GwTx *tx, GError **error) {
  g_autoptr(GArray) ids = gw_store_clip_ids_waiting(tx->db, error);
  for (guint i = 0; ids && i < ids->len; i++)
    if (!begin_anew(tx, g_array_index(ids, GwId, i), error))
      return FALSE;
  return ids && set_keep(tx, KEEP_FIRST_US, error);
}

static const GwObserveEntry observations[] = {{"clip.saved", on_saved}, {"clip.failed", on_failed}, {0}};
static const GwTimerEntry timers[] = {
    {"clip.late", on_late}, {"clip.keep", on_keep}, {0}};
const GwLedgerNoun gw_ledger_clip = {gw_clip_commands, observations, timers, start};
