#pragma once
#include <jansson.h>
#include "daemon/store/db.h"

/* The shift log: what happened in a shift and what is open, for one A4 page that is printed and signed.
 *   {"shift": object, "center": {name, community}, "made_at_us", "watches": [...], "counts": {...},
 *    "alerts": [...], "tickets": [...], "rounds": [...], "tours": [...], "looks": [...],
 *    "open": {"alerts": [...], "tickets": [...], "cameras": [...]},
 *    "journal": {"seq", "hash", "signed": {"seq", "at_us", "signature", "public_key"} or null}}
 * "tours" are runs with who looked how many of their pages and which cameras nobody saw; "looks" says page by page
 * who looked at what.  Lists hold at most GW_SHIFT_LOG_ROWS rows (looks ten times as many): alerts and tickets gravest
 * first, the others by time.  Places and units stand with their names.
 *
 * Thread: the connection's.  NULL with an error: GW_CODE_NOT_FOUND, or as in db.h.  Yours. */
#define GW_SHIFT_LOG_ROWS 200
json_t *gw_shift_log(GwDb *db, GwId shift_id, GwUsec now_us, GError **error); /* shift_id 0: the one that is on now */
/* The same as one table for a spreadsheet: part,at,code,category,priority,state,place,who,words.  Caller frees. */
char *gw_shift_log_csv(json_t *log);
