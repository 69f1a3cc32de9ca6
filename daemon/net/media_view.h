#pragma once
#include "daemon/net/net.h"
#include "daemon/net/slot.h"

/* The moving pictures of one viewer (PROTOCOL.md, Video): its slots, what waits for each, and whose turn it is.
 * Thread: the owner. */
typedef struct GwMediaViews GwMediaViews;

#define GW_LIMIT_SLOTS 16
#define GW_SLOT_NUMBER_MOST G_MAXINT32
#define GW_MEDIA_HEAD_BYTES 16

/* Who looks: a kiosk may not look back. */
typedef struct GwMediaWho {
  GwId user_id;
  gboolean may_look_back;
} GwMediaWho;

/* One message for the socket: the head stands before the bytes. */
typedef struct GwMediaOut {
  GBytes *bytes; /* yours */
  guint8 head[GW_MEDIA_HEAD_BYTES];
  gsize head_bytes; /* 0: the bytes are the whole message */
  gboolean is_text;
} GwMediaOut;

GwMediaViews *gw_media_views_new(const GwNetConfig *config, const GwMediaWho *who, void (*want_write)(gpointer user),
                                 gpointer user); /* config is lent */
void gw_media_views_free(GwMediaViews *views); /* looks away from all; accepts NULL */

/* The whole list of slots; FALSE: it is not as the protocol has it, and nothing was changed. */
gboolean gw_media_views_set(GwMediaViews *views, json_t *slots);
gboolean gw_media_views_has_next(const GwMediaViews *views);
gboolean gw_media_views_next(GwMediaViews *views, GwMediaOut *ret); /* FALSE: nothing waits */

guint gw_media_views_open(const GwMediaViews *views);   /* slots that look */
guint64 gw_media_views_late(const GwMediaViews *views); /* pictures that were left out, ever */
