#pragma once
#include "pipelines/ptz/said.h"

/* A talk with one camera's ONVIF services: what can it be turned to, turn it.  Blocking, three seconds for
 * each question and GW_TALK_MOST_MS in all: on the pool of ptz.c alone.
 *
 * Questions go to the host that the administrator named, whatever host the camera says its services are at:
 * behind a router it knows itself by another address, and a stranger's answer shall not send us elsewhere. */
#define GW_TALK_MOST_MS 10000

typedef struct GwTalkWho {
  char *url, *user, *password; /* user NULL: none; owned */
} GwTalkWho;
void gw_talk_who_clear(GwTalkWho *who);

/* What was learnt of a camera, to ask it less the next time. */
typedef struct GwTalkKnown {
  char *ptz_url, *profile; /* NULL: nothing yet; owned */
  GwUsec clock_off_us;     /* its clock is ahead of ours */
} GwTalkKnown;
void gw_talk_known_clear(GwTalkKnown *known);

/* Static words of the link: "none", "unreachable", "timeout", "auth", "not_found" (no PTZ, no such preset),
 * "protocol".  `cancelled` is looked at atomically while it waits. */
const char *gw_talk_presets(const GwTalkWho *who, GwTalkKnown *known, const int *cancelled, GwPtzSaid *ret);
const char *gw_talk_turn(const GwTalkWho *who, GwTalkKnown *known, const int *cancelled, const char *preset);

/* `said` with the host of `asked`; a port of its own counts only when the host is the same.  NULL: no
 * address. Caller frees. */
char *gw_talk_address(const char *asked, const char *said);
