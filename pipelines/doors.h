#pragma once
#include "pipelines/reaper.h"

#include <jansson.h>

/* The job "checkins": every way in for a check-in, each a pipeline through gwcheckin, and the answers
 * that go back to readers once the daemon has stored what they said (daemon/link/README.md).
 *
 * Thread: the control thread. */
typedef struct GwDoors GwDoors;

typedef struct GwDoorsOut {
  void (*say)(json_t *message_new, gpointer user);
  gboolean (*say_with_bytes)(json_t *message_new, GBytes *bytes, gpointer user); /* FALSE: not sent */
  gsize (*waiting_bytes)(gpointer user); /* what the daemon has not read yet */
  gpointer user;
} GwDoorsOut;

GwDoors *gw_doors_new(GwReaper *reaper, const GwDoorsOut *out);
void gw_doors_free(GwDoors *doors); /* accepts NULL */

/* One message of the daemon; unknown types are ignored. */
void gw_doors_message(GwDoors *doors, const char *type, json_t *message, const guint8 *data, gsize bytes);
