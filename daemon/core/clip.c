#include "daemon/core/clip.h"

#include "daemon/core/names.h"
#include "daemon/core/refusal.h"

#define X(name, text) text,
static const char *const state_names[] = {GW_CLIP_STATES(X)};
static const char *const input_names[] = {GW_CLIP_INPUTS(X)};
static const char *const why_names[] = {GW_CLIP_WHYS(X)};
#undef X
static const char *const source_names[] = {"ring", "recorder"};

GW_NAMES_DEFINE(GwClipState, gw_clip_state, state_names)
GW_NAMES_DEFINE(GwClipWhy, gw_clip_why, why_names)
GW_NAMES_DEFINE(GwClipSource, gw_clip_source, source_names)

const char *gw_clip_input_to_string(GwClipInput input) {
  return (guint)input < GW_N_CLIP_INPUTS ? input_names[input] : "?";
}

/* ---- asking ---- */

static gboolean check_times(const GwClipAsk *ask, GwUsec now_us, GError **error) {
  if (ask->from_us <= 0 || ask->to_us <= ask->from_us)
    return gw_refuse(error, GW_REFUSAL_CLIP_BACKWARDS);
  if (ask->to_us - ask->from_us > GW_CLIP_LONGEST_US)
    return gw_refuse(error, GW_REFUSAL_CLIP_TOO_LONG);
  return ask->to_us <= now_us + GW_CLIP_AHEAD_US || gw_refuse(error, GW_REFUSAL_CLIP_AHEAD);
}

/* Memory knows the last seconds, a recorder knows days; what lies in between and has no recorder is taken from
 * memory as far as it goes back, and the clip says what it holds. */
static gboolean choose_source(const GwClipAsk *ask, GwUsec center_us, GwClipSource *ret, GError **error) {
  const GwUsec now_us = center_us - ask->ahead_us;
  const GwUsec remembered_us = now_us - GW_CLIP_RING_US - GW_CLIP_RING_SLACK_US;
  const gboolean has_footage = ask->has_recorder && ask->channel > 0;
  const gboolean is_near = ask->from_us >= now_us - GW_CLIP_NEAR_US && ask->to_us > now_us - GW_CLIP_RING_US;
  *ret = GW_CLIP_RING;
  if (ask->actor_id == 0 || (ask->is_watched && ask->from_us >= remembered_us))
    return TRUE;
  if (has_footage) {
    *ret = GW_CLIP_RECORDER;
    return TRUE;
  }
  if (ask->is_watched && is_near)
    return TRUE;
  return gw_refuse(error, ask->has_recorder ? GW_REFUSAL_CLIP_NO_CHANNEL : GW_REFUSAL_CLIP_NO_RECORDER);
}

/* What comes from a recorder takes as long as it plays, and waits for those before it. */
static void wait_for_it(GwClipDecision *out, GwUsec before_us, GwUsec now_us) {
  const GwClip *clip = &out->next;
  const GwUsec due_us = clip->source == GW_CLIP_RING
                            ? MAX(now_us, clip->to_us) + GW_CLIP_RING_LATE_US
                            : now_us + before_us + (clip->to_us - clip->from_us) + GW_CLIP_RECORDER_LATE_US;
  out->make = TRUE;
  gw_effects_timer_set(&out->effects, GW_TIMER_CLIP_LATE, 0, due_us, FALSE);
}

gboolean gw_clip_decide_ask(const GwClipAsk *ask, GwUsec now_us, GwClipDecision *ret, GError **error) {
  GwClipSource source;
  if (!check_times(ask, now_us, error) || !choose_source(ask, now_us, &source, error))
    return FALSE;
  const gboolean is_allowed = source == GW_CLIP_RING || ask->is_lead;
  *ret = (GwClipDecision){
      .row = "K1",
      .kind = "clip.asked",
      .next = {.state = is_allowed ? GW_CLIP_WAITING : GW_CLIP_ASKED,
               .source = source,
               .from_us = ask->from_us,
               .to_us = ask->to_us,
               .asked_by = ask->actor_id,
               .asked_at_us = now_us,
               .keep_until_us = now_us + GW_CLIP_KEEP_US},
  };
  if (is_allowed && ask->actor_id > 0) {
    ret->next.allowed_by = ask->actor_id;
    ret->next.allowed_at_us = now_us;
  }
  if (is_allowed)
    wait_for_it(ret, ask->before_us, now_us);
  else
    gw_effects_timer_set(&ret->effects, GW_TIMER_CLIP_LATE, 0, now_us + GW_CLIP_ANSWER_US, FALSE);
  return TRUE;
}

gboolean gw_clip_check_back(gboolean has_recorder, int channel, GwUsec at_us, GwUsec now_us, GError **error) {
  if (!has_recorder)
    return gw_refuse(error, GW_REFUSAL_BACK_NO_RECORDER);
  if (channel < 1)
    return gw_refuse(error, GW_REFUSAL_PLAYBACK_CAMERA_HAS_NO_CHANNEL);
  return (at_us > 0 && at_us <= now_us) || gw_refuse(error, GW_REFUSAL_BACK_AHEAD);
}

/* ---- the table ---- */

typedef gboolean (*Act)(const GwClipMove *move, GwUsec now_us, GwClipDecision *out, GError **error);

static gboolean allow(const GwClipMove *move, GwUsec now_us, GwClipDecision *out, GError **error) {
  if (move->actor_id == out->next.asked_by)
    return gw_refuse(error, GW_REFUSAL_CLIP_SAME_PERSON);
  out->next.state = GW_CLIP_WAITING;
  out->next.allowed_by = move->actor_id;
  out->next.allowed_at_us = now_us;
  wait_for_it(out, move->before_us, now_us);
  return TRUE;
}

static gboolean deny(const GwClipMove *move, GwUsec now_us, GwClipDecision *out, GError **error) {
  if (move->actor_id == out->next.asked_by)
    return gw_refuse(error, GW_REFUSAL_CLIP_SAME_PERSON);
  out->next.state = GW_CLIP_REFUSED;
  out->next.why = GW_CLIP_WHY_DENIED;
  out->next.allowed_by = move->actor_id;
  out->next.allowed_at_us = now_us;
  gw_effects_timer_cancel(&out->effects, GW_TIMER_CLIP_LATE);
  return TRUE;
}

/* Also one that was given up: proof that comes late is proof. */
static gboolean save(const GwClipMove *move, GwUsec now_us, GwClipDecision *out, GError **error) {
  out->next.state = GW_CLIP_SAVED;
  out->next.why = GW_CLIP_WHY_NONE;
  out->next.from_us = move->from_us;
  out->next.to_us = move->to_us;
  out->next.saved_at_us = now_us;
  out->next.keep_until_us = now_us + GW_CLIP_KEEP_US;
  gw_effects_timer_cancel(&out->effects, GW_TIMER_CLIP_LATE);
  return TRUE;
}

static gboolean fail_of(GwClipWhy why, GwClipDecision *out) {
  out->next.state = GW_CLIP_FAILED;
  out->next.why = why;
  gw_effects_timer_cancel(&out->effects, GW_TIMER_CLIP_LATE);
  return TRUE;
}

static gboolean fail(const GwClipMove *move, GwUsec now_us, GwClipDecision *out, GError **error) {
  return fail_of(move->why == GW_CLIP_WHY_NONE ? GW_CLIP_WHY_TIMEOUT : move->why, out);
}

static gboolean late(const GwClipMove *move, GwUsec now_us, GwClipDecision *out, GError **error) {
  return fail_of(GW_CLIP_WHY_TIMEOUT, out);
}

/* The memory that it was to be cut from went with the daemon that was; of the last seconds a part may be there. */
static gboolean again(const GwClipMove *move, GwUsec now_us, GwClipDecision *out, GError **error) {
  if (out->next.source == GW_CLIP_RING && out->next.to_us < now_us - GW_CLIP_RING_US)
    return fail_of(GW_CLIP_WHY_WORKER_GONE, out);
  out->kind = NULL;
  wait_for_it(out, move->before_us, now_us);
  return TRUE;
}

static gboolean export(const GwClipMove *move, GwUsec now_us, GwClipDecision *out, GError **error) {
  return TRUE;
}

static gboolean lock(const GwClipMove *move, GwUsec now_us, GwClipDecision *out, GError **error) {
  if (out->next.locked_at_us > 0)
    return gw_refuse(error, GW_REFUSAL_CLIP_LOCKED);
  out->next.locked_by = move->actor_id;
  out->next.locked_at_us = now_us;
  return TRUE;
}

/* Its time runs again; whoever unlocked it by mistake has a day to see it. */
static gboolean unlock(const GwClipMove *move, GwUsec now_us, GwClipDecision *out, GError **error) {
  if (out->next.locked_at_us == 0)
    return gw_refuse(error, GW_REFUSAL_CLIP_NOT_LOCKED);
  out->next.locked_by = 0;
  out->next.locked_at_us = 0;
  out->next.keep_until_us = MAX(out->next.keep_until_us, now_us + GW_CLIP_UNLOCKED_US);
  return TRUE;
}

static gboolean expire(const GwClipMove *move, GwUsec now_us, GwClipDecision *out, GError **error) {
  if (out->next.locked_at_us > 0)
    return gw_refuse(error, GW_REFUSAL_CLIP_LOCKED);
  if (out->next.keep_until_us > now_us)
    return gw_refuse(error, GW_REFUSAL_CLIP_NO_SUCH_MOVE);
  out->next.state = GW_CLIP_REMOVED;
  out->drop = TRUE;
  return TRUE;
}

typedef struct Cell {
  const char *row, *kind;
  Act act;
} Cell;

#define LOCKING                                                                                              \
  [GW_CLIP_DO_LOCK] = {"K9", "clip.locked", lock}, [GW_CLIP_DO_UNLOCK] = {"K10", "clip.unlocked", unlock}

static const Cell table[GW_N_CLIP_STATES][GW_N_CLIP_INPUTS] = {
    [GW_CLIP_ASKED] = {[GW_CLIP_DO_ALLOW] = {"K2", "clip.allowed", allow},
                       [GW_CLIP_DO_DENY] = {"K3", "clip.refused", deny},
                       [GW_CLIP_DO_LATE_DUE] = {"K6", "clip.failed", late}},
    [GW_CLIP_WAITING] = {LOCKING,
                         [GW_CLIP_DO_SAVE] = {"K4", "clip.saved", save},
                         [GW_CLIP_DO_FAIL] = {"K5", "clip.failed", fail},
                         [GW_CLIP_DO_LATE_DUE] = {"K6", "clip.failed", late},
                         [GW_CLIP_DO_AGAIN] = {"K7", "clip.failed", again}},
    [GW_CLIP_SAVED] = {LOCKING,
                       [GW_CLIP_DO_EXPORT] = {"K8", "clip.exported", export},
                       [GW_CLIP_DO_KEEP_DUE] = {"K11", "clip.removed", expire}},
    [GW_CLIP_FAILED] = {[GW_CLIP_DO_SAVE] = {"K4", "clip.saved", save}},
};

const char *gw_clip_table_row(GwClipState from, GwClipInput input) {
  return table[from][input].row;
}

static GwRefusal refusal_of(GwClipState from, GwClipInput input) {
  if (input == GW_CLIP_DO_ALLOW || input == GW_CLIP_DO_DENY)
    return GW_REFUSAL_CLIP_DECIDED;
  if (input != GW_CLIP_DO_EXPORT && input != GW_CLIP_DO_LOCK && input != GW_CLIP_DO_UNLOCK)
    return GW_REFUSAL_CLIP_NO_SUCH_MOVE;
  switch (from) {
  case GW_CLIP_ASKED:
    return GW_REFUSAL_CLIP_NOT_ALLOWED;
  case GW_CLIP_WAITING:
    return GW_REFUSAL_CLIP_NOT_READY;
  case GW_CLIP_REMOVED:
    return GW_REFUSAL_CLIP_GONE;
  default:
    return GW_REFUSAL_CLIP_IS_NONE;
  }
}

gboolean gw_clip_decide(const GwClip *now_is, const GwClipMove *move, GwUsec now_us, GwClipDecision *ret, GError **error) {
  const Cell *cell = &table[now_is->state][move->input];
  if (!cell->act)
    return gw_refuse(error, refusal_of(now_is->state, move->input));
  GwClipDecision out = {.next = *now_is, .row = cell->row, .kind = cell->kind};
  if (!cell->act(move, now_us, &out, error))
    return FALSE;
  *ret = out;
  return TRUE;
}
