#pragma once
#include "daemon/net/net.h"

/* Pictures for those who look (/ws/media): each viewer's list of cameras, at most one still a camera and
 * second, the newest only: a slow reader misses stills and never gets old ones.
 * Thread: the owner. */
typedef struct GwMedia GwMedia;
typedef struct GwMediaViewer GwMediaViewer;

#define GW_MEDIA_LIST 300 /* cameras on one viewer's list */

GwMedia *gw_media_new(const GwNetConfig *config); /* its still_… functions */
void gw_media_free(GwMedia *media);               /* after its viewers; accepts NULL */
void gw_media_still(GwMedia *media, const GwNetStill *still);

GwMediaViewer *gw_media_viewer_new(GwMedia *media, guint64 number, void (*want_write)(gpointer user), gpointer user);
void gw_media_viewer_free(GwMediaViewer *viewer); /* accepts NULL */
gboolean gw_media_viewer_message(GwMediaViewer *viewer, const char *text, gsize bytes); /* FALSE: not one of ours */
GBytes *gw_media_viewer_next(GwMediaViewer *viewer); /* yours; NULL: nothing new */
/* u32 camera | u64 at_us | u16 width | u16 height | JPEG, big endian.  Yours. */
GBytes *gw_media_frame(const GwNetStill *still);
