#pragma once
#include "daemon/store/db.h"

/* 在线率 and 完好率: for how long each camera was watched, was live, and saw, added up from the journal (states,
 * settings, workers that died, starts of the center) and from the findings that blind.
 * Thread: the connection's.  Errors as in db.h.
 *
 * Watched is a camera while its state is known: it is enabled, and a worker of ours is there to see.  While the
 * center itself was off nothing was; when it went off is known to the minute, by its last row or sample. */
typedef struct GwUptime {
  GwId camera_id;
  GwUsec watched_us, online_us, seeing_us; /* online is part of watched, seeing part of online */
} GwUptime;

/* Of from_us ≤ t < to_us, both of them anywhere; an array of GwUptime of the cameras that were watched at all,
 * by id.  The caller frees; NULL with an error. */
GArray *gw_uptime_add_up(GwDb *db, GwUsec from_us, GwUsec to_us, GError **error);

/* Local days, "20261121". */
#define GW_UPTIME_DAY_BYTES 9
void gw_uptime_day_of(GwUsec at_us, char ret[GW_UPTIME_DAY_BYTES]);
GwUsec gw_uptime_day_start_us(const char *day); /* 0: this is no day */
GwUsec gw_uptime_day_end_us(const char *day);

/* Writes the rows of a day that has ended, and that it is done; again changes nothing. */
gboolean gw_uptime_write_day(GwDb *db, const char *day, GError **error);
/* The last day that is done; before the first: the day before the journal begins.  FALSE without an error: the
 * journal is empty. */
gboolean gw_uptime_last_day(GwDb *db, char ret[GW_UPTIME_DAY_BYTES], GError **error);
/* All of a month ("2026-11", or "202611"): the days that are done, and yesterday and today as they stand now.
 * GwUptime by camera id in a hash table (GwId* -> GwUptime*); NULL with an error, GW_CODE_BAD_ARGS for no month. */
GHashTable *gw_uptime_month(GwDb *db, const char *month, GwUsec now_us, GError **error);
typedef struct GwUptimeDay {
  char day[GW_UPTIME_DAY_BYTES];
  GwUptime sum;
} GwUptimeDay;
/* The same for one camera, day by day; an array of GwUptimeDay, in order.  The caller frees. */
GArray *gw_uptime_days(GwDb *db, const char *month, GwId camera_id, GwUsec now_us, GError **error);
