#pragma once
#include <glib.h>
#include <jansson.h>

/* Turning cameras (ONVIF PTZ) on a small pool of threads: camera.presets and camera.turn in, their answers
 * out. What is asked of one camera is asked one after the other, in order; of the orders to turn that wait
 * for the same camera only the newest is sent.
 *
 * Thread: control. */
#define GW_PTZ_THREADS 4
#define GW_PTZ_WAITING_MOST 64

typedef struct GwPtz GwPtz;
typedef void (*GwPtzSay)(json_t *message, gpointer user); /* takes it */

GwPtz *gw_ptz_new(GwPtzSay say, gpointer user);
void gw_ptz_free(GwPtz *ptz); /* waits a second at most for each talk under way; accepts NULL */

/* TRUE: the message is one of ours; ret_reason is set when it could not be understood. */
gboolean gw_ptz_message(GwPtz *ptz, const char *type, json_t *message, const char **ret_reason);
