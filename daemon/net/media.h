#pragma once
#include "daemon/net/media_view.h"
#include "daemon/net/net.h"

/* Pictures for those who look (/ws/media): each viewer's list of cameras, at most one still a camera and
 * second, the newest only: a slow reader misses stills and never gets old ones.
 *
 * The small picture of the newest look at each camera is kept here, with its time, and goes to whoever asked for
 * thumbs: one frame is made when it comes and shared by all.  What waits for a viewer is camera ids alone, so a
 * slow one costs nothing and gets the newest.  Moving pictures are in media_view.h.
 * Thread: the owner. */
typedef struct GwMedia GwMedia;
typedef struct GwMediaViewer GwMediaViewer;

#define GW_MEDIA_LIST 300 /* cameras on one viewer's list */

GwMedia *gw_media_new(const GwNetConfig *config); /* its still_… functions */
void gw_media_free(GwMedia *media);               /* after its viewers; accepts NULL */
void gw_media_still(GwMedia *media, const GwNetStill *still);

/* Takes a thumb in, or forgets the camera when jpeg is NULL. */
void gw_media_thumb(GwMedia *media, const GwNetStill *thumb);
/* The newest thumb's JPEG and time; yours; NULL: none. */
GBytes *gw_media_thumb_newest(GwMedia *media, GwId camera_id, GwUsec *ret_at_us);

GwMediaViewer *gw_media_viewer_new(GwMedia *media, guint64 number, const GwMediaWho *who,
                                   void (*want_write)(gpointer user), gpointer user);
void gw_media_viewer_free(GwMediaViewer *viewer); /* accepts NULL */
gboolean gw_media_viewer_message(GwMediaViewer *viewer, const char *text, gsize bytes); /* FALSE: not one of ours */
gboolean gw_media_viewer_has_next(const GwMediaViewer *viewer);
gboolean gw_media_viewer_next(GwMediaViewer *viewer, GwMediaOut *ret); /* FALSE: nothing new */

typedef struct GwMediaFigures {
  guint viewers, slots; /* sockets; moving pictures that somebody looks at */
  guint64 late;         /* pictures that slow viewers were spared */
} GwMediaFigures;
void gw_media_figures(GwMedia *media, GwMediaFigures *ret);
/* u32 camera | u64 at_us | u16 width | u16 height | JPEG, big endian.  Yours. */
GBytes *gw_media_frame(const GwNetStill *still);
