#pragma once
#include "daemon/base/types.h"

/* Outages by cause: what a camera that fell belongs to, and when an outage is over.  Pure: values in, a
 * decision out.  Thread: any.
 *
 * A camera hangs on a recorder, a switch, a power feed and stands in a building; all of them hang on the link,
 * our own network.  When its on-delay is over one asks what explains it: the group in which so many fell
 * together with it that they are one matter, or nothing, and then it is its own. */
#define GW_OUTAGE_CAUSES(X)                                                                                  \
  X(SWITCH, "switch")                                                                                        \
  X(RECORDER, "recorder")                                                                                    \
  X(POWER, "power")                                                                                          \
  X(BUILDING, "building")                                                                                    \
  X(LINK, "link")

typedef enum GwOutageCause {
#define X(name, text) GW_OUTAGE_##name,
  GW_OUTAGE_CAUSES(X)
#undef X
      GW_N_OUTAGE_CAUSES
} GwOutageCause;

const char *gw_outage_cause_to_string(GwOutageCause cause);
gboolean gw_outage_cause_from_string(const char *text, GwOutageCause *ret);
const char *gw_outage_category(GwOutageCause cause); /* of its alert: "switch_down" … */

#define GW_OUTAGE_WINDOW_US (120 * GW_SEC)     /* falls that far apart may have one cause */
#define GW_OUTAGE_LINK_WINDOW_US (15 * GW_SEC) /* the link takes all at once */
#define GW_OUTAGE_LEAST 3                      /* cameras; fewer are chance */
#define GW_OUTAGE_LEAST_LINK 6
#define GW_OUTAGE_LEAST_PERCENT 25 /* of what hangs on it */
#define GW_OUTAGE_LINK_PERCENT 90  /* of all that is watched */
#define GW_OUTAGE_WAIT_US GW_MIN   /* beyond the on-delay, while more fall */
#define GW_OUTAGE_ASK_AGAIN_US (10 * GW_SEC)
#define GW_OUTAGE_FALLING_US (20 * GW_SEC) /* nothing fell for so long: nothing more is to come */
#define GW_OUTAGE_ENOUGH_PERCENT 80        /* back, and … */
#define GW_OUTAGE_QUIET_US (2 * GW_MIN)    /* … nothing moved for so long: the rest is another matter */
#define GW_OUTAGE_ALL_BACK_US (30 * GW_SEC)
#define GW_OUTAGE_SAME_AGAIN_US (10 * GW_MIN) /* it begins anew so soon: it is the same one */

/* A camera that is watched and of which something is known; unknown ones (their worker is gone) are left out.
 * `group` are numbers that the caller gives to what cameras hang on, one space a cause; 0: not known. */
typedef struct GwOutageCamera {
  GwId id;
  GwId group[GW_OUTAGE_LINK];
  GwUsec fell_at_us; /* 0: it is up, or its fault is its own (refused, unsupported) */
} GwOutageCamera;

/* An outage that lasts. */
typedef struct GwOutageOpen {
  GwId id;
  GwOutageCause cause;
  GwId group; /* 0 for the link */
} GwOutageOpen;

typedef struct GwOutageFacts {
  const GwOutageCamera *cameras;
  guint n_cameras;
  guint which; /* the one that is asked about; it fell */
  const GwOutageOpen *open;
  guint n_open;
  GwUsec asked_since_us; /* when its on-delay was over, the first time it is asked about */
} GwOutageFacts;

typedef enum GwOutageVerdict {
  GW_OUTAGE_OWN,   /* nothing explains it: an alert of its own */
  GW_OUTAGE_WAIT,  /* ask again at again_at_us */
  GW_OUTAGE_JOIN,  /* it is one more of the open outage `outage_id` */
  GW_OUTAGE_BEGIN, /* an outage of `cause` and `group` */
} GwOutageVerdict;

typedef struct GwOutageDecision {
  GwOutageVerdict verdict;
  const char *row; /* "O1" */
  GwId outage_id;  /* JOIN */
  GwOutageCause cause;
  GwId group;
  guint members; /* how many hang on it */
  GwUsec from_us, to_us; /* JOIN, BEGIN: who of the group fell in this window belongs to it */
  GwUsec again_at_us;    /* WAIT */
} GwOutageDecision;

void gw_outage_decide(const GwOutageFacts *facts, GwUsec now_us, GwOutageDecision *ret);
/* TRUE when this camera, too, fell by what was decided. */
gboolean gw_outage_takes(const GwOutageDecision *decision, const GwOutageCamera *camera);
/* TRUE when what hangs on it hangs on this, as the decision has it. */
gboolean gw_outage_holds(GwOutageCause cause, GwId group, const GwOutageCamera *camera);
/* Still so many of an open outage's cameras are down that one more is explained by it. */
gboolean gw_outage_lasts(guint down, guint members);

/* How long after the last camera fell or came back it is over; 0: not by itself.  has_ended: it was over before
 * and began anew, so one waits longer. */
GwUsec gw_outage_ends_after_us(guint cameras, guint back, gboolean has_ended);

/* The decision's table, in the order in which it is gone through: NULL beyond its end. */
typedef struct GwOutageTableRow {
  const char *row, *when, *what;
} GwOutageTableRow;
const GwOutageTableRow *gw_outage_table_row(guint index);
