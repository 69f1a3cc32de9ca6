#pragma once
#include "daemon/core/effect.h"

/* Clips: what a camera showed for a while, as evidence.  The life of one, as one table [from][input].
 * Pure: values in, a decision out.  Thread: any. */
#define GW_CLIP_STATES(X)                                                                                    \
  X(ASKED, "asked")     /* from a recorder, and somebody must allow it */                                    \
  X(WAITING, "waiting") /* it is being made */                                                               \
  X(SAVED, "saved")                                                                                          \
  X(FAILED, "failed")   /* it could not be made; `why` says why */                                           \
  X(REFUSED, "refused") /* somebody said no */                                                               \
  X(REMOVED, "removed") /* its time was over: the file is gone, what it was is known */

typedef enum GwClipState {
#define X(name, text) GW_CLIP_##name,
  GW_CLIP_STATES(X)
#undef X
      GW_N_CLIP_STATES
} GwClipState;

#define GW_CLIP_INPUTS(X)                                                                                    \
  X(ALLOW, "allow")       /* K2: by somebody else than who asked */                                          \
  X(DENY, "deny")         /* K3 */                                                                           \
  X(SAVE, "save")         /* K4: the file is there */                                                        \
  X(FAIL, "fail")         /* K5: whoever makes it says why not */                                            \
  X(LATE_DUE, "late_due") /* K6: nobody said anything in time */                                             \
  X(AGAIN, "again")       /* K7: the daemon starts anew */                                                   \
  X(EXPORT, "export")     /* K8 */                                                                           \
  X(LOCK, "lock")         /* K9: keep it for good */                                                         \
  X(UNLOCK, "unlock")     /* K10 */                                                                          \
  X(KEEP_DUE, "keep_due") /* K11: its time is over */

typedef enum GwClipInput {
#define X(name, text) GW_CLIP_DO_##name,
  GW_CLIP_INPUTS(X)
#undef X
      GW_N_CLIP_INPUTS
} GwClipInput;

/* Why there is none; spelled as in the row and on the wire. */
#define GW_CLIP_WHYS(X)                                                                                      \
  X(NONE, "")                                                                                                \
  X(NOT_LIVE, "not_live")                                                                                    \
  X(NO_PICTURES, "no_pictures")                                                                              \
  X(NO_FOOTAGE, "no_footage")                                                                                \
  X(NO_RECORDER, "no_recorder")                                                                              \
  X(RECORDER_FULL, "recorder_full")                                                                          \
  X(RECORDER_REFUSED, "recorder_refused")                                                                    \
  X(WORKER_GONE, "worker_gone")                                                                              \
  X(STORAGE_FULL, "storage_full")                                                                            \
  X(TOO_LARGE, "too_large")                                                                                  \
  X(BUSY, "busy")                                                                                            \
  X(TIMEOUT, "timeout")                                                                                      \
  X(DENIED, "denied")

typedef enum GwClipWhy {
#define X(name, text) GW_CLIP_WHY_##name,
  GW_CLIP_WHYS(X)
#undef X
      GW_N_CLIP_WHYS
} GwClipWhy;

typedef enum GwClipSource { GW_CLIP_RING, GW_CLIP_RECORDER, GW_N_CLIP_SOURCES } GwClipSource;

#define GW_CLIP_BEFORE_US (10 * GW_SEC) /* of an alert: so long before it was first seen … */
#define GW_CLIP_AFTER_US (20 * GW_SEC)  /* … and so long after */
#define GW_CLIP_RING_US (10 * GW_SEC)   /* so far back a worker remembers for certain … */
#define GW_CLIP_RING_SLACK_US (2 * GW_SEC) /* … and a little more, so that "the last ten seconds" are not over when they arrive */
#define GW_CLIP_NEAR_US (60 * GW_SEC)   /* without a recorder: what is newer is taken as far as it is remembered */
#define GW_CLIP_AHEAD_US (60 * GW_SEC)  /* so far into the future one may ask */
#define GW_CLIP_LONGEST_US (5 * GW_MIN)
#define GW_CLIP_KEEP_US (30 * GW_DAY)
#define GW_CLIP_UNLOCKED_US GW_DAY      /* so long at least it stays after it was unlocked */
#define GW_CLIP_RING_LATE_US (90 * GW_SEC)
#define GW_CLIP_RECORDER_LATE_US (120 * GW_SEC)
#define GW_CLIP_ANSWER_US (7 * GW_DAY)  /* so long somebody has to allow it */
#define GW_CLIP_BYTES_MOST (64 * 1024 * 1024)
#define GW_CLIP_OPEN_MOST 64            /* asked for by people and not made yet, in the whole center */
#define GW_CLIP_PLAYBACK_US (12 * GW_HOUR) /* so long a playback may be opened by who asked for it */

/* The columns of the `clip` row that decide; 0 in an id or a time: none. */
typedef struct GwClip {
  GwClipState state;
  GwClipSource source;
  GwClipWhy why;
  GwUsec from_us, to_us; /* asked for; once saved, what it really holds */
  GwId asked_by, allowed_by, locked_by;
  GwUsec asked_at_us, allowed_at_us, saved_at_us, keep_until_us, locked_at_us;
} GwClip;

typedef struct GwClipMove {
  GwClipInput input;
  GwId actor_id;         /* ALLOW, DENY, LOCK */
  GwClipWhy why;         /* FAIL */
  GwUsec from_us, to_us; /* SAVE: what it really holds */
  GwUsec before_us;      /* ALLOW, AGAIN of a recorder's: so long the ones before it take */
} GwClipMove;

typedef struct GwClipDecision {
  GwClip next;
  const char *row;  /* "K4" */
  const char *kind; /* journal kind: "clip.saved"; NULL: no row of the journal */
  gboolean make;    /* whoever makes clips is told */
  gboolean drop;    /* its file is named by it no more */
  GwEffects effects;
} GwClipDecision;

/* What is known when somebody, or a rule, asks. */
typedef struct GwClipAsk {
  GwId actor_id;        /* 0: a rule, which takes from memory and needs nobody's leave */
  gboolean is_lead;     /* supervisor or administrator: allows it in the same breath */
  gboolean is_watched;  /* the camera is enabled and there */
  gboolean has_recorder;/* it is registered … */
  int channel;          /* … and the camera's number there; 0: none */
  GwUsec from_us, to_us;
  GwUsec before_us;     /* as in GwClipMove */
  GwUsec ahead_us;      /* the center's time is so much ahead of the clock that pictures have: it was set back */
} GwClipAsk;

/* K1: from where, and whether at once.  FALSE with a sentence that says what to do. */
gboolean gw_clip_decide_ask(const GwClipAsk *ask, GwUsec now_us, GwClipDecision *ret, GError **error);
gboolean gw_clip_decide(const GwClip *now_is, const GwClipMove *move, GwUsec now_us, GwClipDecision *ret, GError **error);
/* May somebody look back at this camera at that time? */
gboolean gw_clip_check_back(gboolean has_recorder, int channel, GwUsec at_us, GwUsec now_us, GError **error);

const char *gw_clip_table_row(GwClipState from, GwClipInput input); /* "K4"; NULL: refused */
const char *gw_clip_state_to_string(GwClipState state);
gboolean gw_clip_state_from_string(const char *text, GwClipState *ret);
const char *gw_clip_input_to_string(GwClipInput input);
const char *gw_clip_why_to_string(GwClipWhy why);
gboolean gw_clip_why_from_string(const char *text, GwClipWhy *ret);
const char *gw_clip_source_to_string(GwClipSource source);
gboolean gw_clip_source_from_string(const char *text, GwClipSource *ret);
