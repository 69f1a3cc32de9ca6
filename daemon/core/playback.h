#pragma once
#include "daemon/base/types.h"

/* How a recorder is asked for what was: its address with places for the channel and for the time.  Pure: the
 * community's offset from UTC comes with the question.  Thread: any.
 *
 *   {channel}            the camera's number at its recorder
 *   {start:FORMAT}       from when, {end:FORMAT} until when, UTC.  FORMAT is made of %Y %m %d %H %M %S and of
 *                        letters that stand for themselves
 *   {start:local:FORMAT} the same by the community's clock: many recorders know no other
 *   {start:unix}         seconds since 1970
 *   {user} {password}    for makes that want them in the address: what an address says itself is told to
 *                        the desk and written to the journal, so that no password may stand in it
 *
 * Without any {start:…} the time goes into the Range header of PLAY (RFC 2326, 3.7). */
#define GW_PLAYBACK_TEMPLATE_CHARS 500
/* Who looks back says no end.  Recorders want one: so much after the beginning. */
#define GW_PLAYBACK_OPEN_US (GwUsec)(3600 * GW_SEC)

typedef struct GwPlaybackAsk {
  int channel; /* from 1 */
  GwUsec from_us;
  GwUsec to_us;     /* 0: GW_PLAYBACK_OPEN_US after from_us */
  int utc_offset_s; /* of the community */
  const char *user_name, *password; /* lent; NULL: none */
} GwPlaybackAsk;

/* FALSE with a sentence of refusal.h when an address can never be made of it. */
gboolean gw_playback_check(const char *url_template, GError **error);

/* The address for one question, or NULL with a sentence; free it.  ret_by_range (may be NULL): the time is
 * not in the address and belongs into the Range header. */
char *gw_playback_expand(const char *url_template, const GwPlaybackAsk *ask, gboolean *ret_by_range,
                         GError **error);

/* ---- how far back it goes ---- */

#define GW_PLAYBACK_DAYS_MOST 365

/* A search by halves: ask for footage of gw_playback_search_next() days ago (0: of a moment ago), tell, and
 * again, until it answers -1; at most eleven times.  Then `held` is how many days there are (-1: not even of
 * now). */
typedef struct GwPlaybackSearch {
  int held, missing; /* so many days ago there is footage; so many ago there is none */
} GwPlaybackSearch;

void gw_playback_search_begin(GwPlaybackSearch *search);
int gw_playback_search_next(const GwPlaybackSearch *search);
void gw_playback_search_tell(GwPlaybackSearch *search, int days, gboolean has_footage);
/* When to ask for: a moment ago is what every disk has written by now, so many days ago a little later. */
GwUsec gw_playback_search_at(int days, GwUsec now_us);

/* ---- makes ---- */

/* What is known of a make: an example that an administrator begins with.  All strings are static. */
typedef struct GwPlaybackMake {
  const char *name; /* as recorder.make carries it */
  const char *zh, *en;
  const char *example;
  const char *note_zh, *note_en;
} GwPlaybackMake;

const GwPlaybackMake *gw_playback_makes(gsize *ret_n);
