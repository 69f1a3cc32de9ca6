#pragma once
#include "daemon/base/types.h"

/* The codes that a camera sees now: each is news once, until it was gone for some time.  Pure. */
#define GW_SHOWN_MOST 8 /* more at once are a wall of posters: not said */
#define GW_SHOWN_TEXT_BYTES 129
#define GW_SHOWN_GONE_US (10 * GW_SEC)

typedef struct GwShown {
  struct {
    char text[GW_SHOWN_TEXT_BYTES]; /* "": free */
    GwUsec seen_us;
  } codes[GW_SHOWN_MOST];
} GwShown;

/* TRUE: say it.  FALSE also for what is no code of ours: over 128 characters, or not printable ASCII. */
gboolean gw_shown_is_news(GwShown *shown, const char *text, GwUsec now_us);
