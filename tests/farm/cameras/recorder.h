#pragma once
#include "tests/farm/cameras/farm.h"

/* A simulated recorder on a port of its own: every camera of the farm is a channel, and what it shows is the
 * camera's clip, laid over time for ever: picture n of the world is picture n modulo the clip's length.  So
 * the same second always shows the same pictures, and each keyframe carries an SEI that says when it was
 * taken: "gridwarden-farm!footage CHANNEL 20261121T020000.000Z".
 *
 * Asked for by its makes' addresses:
 *   /Streaming/tracks/701?starttime=20261121T020000Z&endtime=…                     UTC
 *   /cam/playback?channel=7&starttime=2026_11_21_10_00_00&endtime=…                by the recorder's clock
 *   /c7/b1795226400/e1795226490/replay/                                            seconds since 1970
 *   /recording/7  and  PLAY with "Range: clock=20261121T020000Z-"                  RFC 2326
 *
 * Thread: the farm's. */
typedef enum FarmNothing {
  FARM_NOTHING_404,     /* says so */
  FARM_NOTHING_SILENCE, /* plays, and no picture comes */
  FARM_NOTHING_END,     /* plays, and hangs up */
  FARM_NOTHING_NEXT,    /* plays the oldest that it has instead */
} FarmNothing;

typedef enum FarmReports { FARM_REPORTS_RECORDED, FARM_REPORTS_NOW, FARM_REPORTS_NONE } FarmReports;

/* FALSE: no address of a make. */
gboolean farm_footage_parse(const char *url, int utc_offset_s, FarmFootage *ret);
/* "clock=20261121T020000Z-20261121T020100.5Z" into from and to. */
gboolean farm_footage_range(const char *value, FarmFootage *footage);

struct FarmRecorder {
  Farm *farm;
  int listen_fd;
  guint16 port;
  FarmWatch watch;
  const char *user, *password; /* NULL: asks for none */
  int utc_offset_s;
  guint days;           /* it holds so much */
  guint playbacks_most; /* 453 beyond */
  gboolean refuse, full, gone, hang, past_end;
  GwUsec gap_from_us, gap_to_us; /* nothing of that time */
  GwUsec answer_delay_us, end_after_us;
  FarmNothing nothing;
  FarmReports reports;
  guint plays, challenged, refused, busy, not_found, open_most; /* counts */
  FarmFootage last;
};

FarmRecorder *farm_recorder_new(Farm *farm, const char *user, const char *password, int utc_offset_s,
                                guint days, guint playbacks_most, GError **error);
void farm_recorder_free(FarmRecorder *recorder);        /* accepts NULL */
guint farm_recorder_open(const FarmRecorder *recorder); /* playbacks that are set up */
void farm_recorder_cut(FarmRecorder *recorder);

void farm_recorder_answer(FarmClient *client, const FarmRequest *request);
void farm_recorder_tick(FarmClient *client, GwUsec now_mono_us); /* sends what is due */
