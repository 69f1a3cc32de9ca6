#pragma once
#include "daemon/base/types.h"

/* The newest picture of each camera, in memory, and who looks at which camera: only those are decoded.
 *
 * Thread: the owner.  Bounded by GW_LIMIT_CAMERAS pictures of GW_LIMIT_STILL_BYTES; pictures of cameras
 * that nobody has looked at for a minute are let go. */
typedef struct GwStills GwStills;

typedef struct GwStill {
  GwId camera_id;
  GwUsec at_us; /* arrival of its keyframe */
  int width, height;
  GBytes *jpeg;
} GwStill;

/* A new picture came; lent for the call (g_bytes_ref() to keep it).  Owner thread. */
typedef void (*GwStillFunc)(const GwStill *still, gpointer user);

/* Lent until the next turn of the loop; NULL when there is none (not watched, or not seen yet). */
const GwStill *gw_stills_newest(GwStills *stills, GwId camera_id);

/* Says which cameras `viewer` (any non-zero number that its caller chose: a socket's id) looks at: the
 * whole list, replacing the one before; n 0: none.  It holds for ttl_us, or until changed when ttl_us is
 * 0, so that a viewer that ends must call with n 0.  At most GW_LIMIT_STILL_VIEWERS viewers: FALSE. */
#define GW_LIMIT_STILL_VIEWERS 1024
#define GW_LIMIT_STILL_LIST 300
gboolean gw_stills_watch(GwStills *stills, guint64 viewer, const GwId *cameras, gsize n, GwUsec ttl_us);
/* For one GET of a picture: keeps this camera decoded for ttl_us. */
void gw_stills_watch_once(GwStills *stills, GwId camera_id, GwUsec ttl_us);

/* Whoever wants every new picture (the media sockets).  Returns a number for gw_stills_unsubscribe(). */
guint gw_stills_subscribe(GwStills *stills, GwStillFunc func, gpointer user);
void gw_stills_unsubscribe(GwStills *stills, guint subscription);
