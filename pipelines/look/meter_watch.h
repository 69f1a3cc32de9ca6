#pragma once
#include "pipelines/look/meter.h"

/* What the figures of a stream tell about its camera, second by second: it learns what is normal for this
 * one (pictures a second, bits, sizes) and says what is not.
 *
 * Pure: the same figures and times give the same findings.  Thread: the control thread. */
typedef enum GwMeterKind {
  GW_METER_FPS_LOW,     /* less than half of its pictures, for more than 10 s */
  GW_METER_BITRATE_LOW, /* less than a fifth of the least that it normally sends */
  GW_METER_FROZEN,      /* its pictures only say "as before", though keyframes are as large as ever */
  GW_METER_TIME_JUMP,   /* its clock jumped by more than 2 s */
  GW_METER_N_KINDS
} GwMeterKind;
const char *
gw_meter_kind_to_string(GwMeterKind kind); /* static: "fps_low" …, the spelling of link and wire */

typedef struct GwMeterFinding {
  GwMeterKind kind;
  gboolean on;               /* FALSE: it is over */
  double measure, threshold; /* above is worse: how many times less than normal; seconds of a jump */
} GwMeterFinding;

typedef struct GwMeterSaid {
  guint n;
  GwMeterFinding findings[GW_METER_N_KINDS]; /* what began or ended with this second */
  const char *rate;                          /* static: "vbr", "cbr"; "": not learned */
  int activity;                              /* 0 to 100, a hint; -1: not known (not vbr, or not learned) */
} GwMeterSaid;

typedef struct GwMeterWatch GwMeterWatch;
GwMeterWatch *gw_meter_watch_new(void);
void gw_meter_watch_free(GwMeterWatch *watch); /* accepts NULL */

/* A new connection: the meter counts from zero, what is learned stays.  Findings that still hold are said
 * again. */
void gw_meter_watch_reconnected(GwMeterWatch *watch);

/* Its camera is another one from now on: what is open is over.  Free it then. */
void gw_meter_watch_end(GwMeterWatch *watch, GwMeterSaid *ret);

/* About once a second while the camera is live or stalled.  `clock_us` (camera ahead of us) counts when
 * has_clock.  A stalled camera is nobody's business here. */
void gw_meter_watch_second(GwMeterWatch *watch, const GwMeter *meter, gboolean has_clock, GwUsec clock_us,
                           GwUsec mono_us, GwMeterSaid *ret);
