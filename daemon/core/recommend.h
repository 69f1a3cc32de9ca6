#pragma once
#include "daemon/base/types.h"
#include "daemon/core/geo.h"
#include "daemon/core/ticket.h"
#include "daemon/core/ways.h"

/* Who should go: units ranked by when they would be there, each with its reason.  Pure.  Thread: any. */
typedef enum GwUnitKind {
  GW_UNIT_GUARD,
  GW_UNIT_GRID,
  GW_UNIT_VOLUNTEER,
  GW_UNIT_MAINTENANCE,
  GW_N_UNIT_KINDS
} GwUnitKind;

const char *gw_unit_kind_to_string(GwUnitKind kind); /* "guard", as in the `unit` table */
gboolean gw_unit_kind_from_string(const char *text, GwUnitKind *ret);

/* Why a unit stands where it stands; the spelling goes over the wire. */
#define GW_REASONS(X)                                                                                        \
  X(FREE, "free")                         /* may go, arrival known */                                        \
  X(POSITION_UNKNOWN, "position_unknown") /* may go, but nobody knows from where: arrival unknown */         \
  X(BUSY, "busy")                         /* has a ticket */                                                 \
  X(OFF_DUTY, "off_duty")                                                                                    \
  X(WRONG_KIND, "wrong_kind")     /* maintenance is for facilities, and only it */                           \
  X(VOLUNTEER_P1, "volunteer_p1") /* volunteers are not sent to P1 */                                        \
  X(TRIED, "tried")               /* had this ticket and did not accept, or gave it back */

typedef enum GwReason {
#define X(name, text) GW_REASON_##name,
  GW_REASONS(X)
#undef X
      GW_N_REASONS
} GwReason;

const char *gw_reason_to_string(GwReason reason);

typedef struct GwUnitFacts {
  GwId id;
  GwUnitKind kind;
  gboolean ebike; /* else on foot */
  gboolean on_duty;
  GwId ticket_id; /* 0: free */
  gboolean tried; /* this ticket came back from it */
  gboolean has_position;
  GwPoint at;
  GwUsec position_at_us;
} GwUnitFacts;

typedef struct GwTarget {
  GwTicketKind kind;
  int priority;
  gboolean has_position; /* FALSE: nobody's arrival is known */
  GwPoint at;
  int floors; /* stairs or lift to climb, 15 s each */
} GwTarget;

typedef struct GwCandidate {
  GwId unit_id;
  GwReason reason;
  gboolean may_go;   /* FREE or POSITION_UNKNOWN */
  int arrival_s;     /* -1: unknown */
  double metres;     /* -1: unknown */
  gboolean via_path; /* by the imported ways; FALSE: straight line x 1.4 */
} GwCandidate;

#define GW_RECOMMEND_POSITION_AGE_US (60 * GW_SEC)
#define GW_RECOMMEND_START_S 20
#define GW_RECOMMEND_FLOOR_S 15
#define GW_RECOMMEND_FOOT_MPS 1.4
#define GW_RECOMMEND_EBIKE_MPS 5.0
#define GW_RECOMMEND_LINE_FACTOR 1.4

/* Ranks all n units into ret[n]: those who may go by arrival, those of unknown position after them,
 * the others last (they are shown with their reason).  ways may be NULL.  Returns how many may go. */
gsize gw_recommend(const GwTarget *target, const GwUnitFacts *units, gsize n, const GwWays *ways,
                   GwUsec now_us, GwCandidate *ret);
