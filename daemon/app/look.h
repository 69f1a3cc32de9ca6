#pragma once
#include "daemon/ingest/ingest.h"
#include "daemon/net/net.h"

/* Net and ingest do not know each other; here what moves and what is kept of it goes from one to the other.
 * Thread: the owner. */

/* Where both are found, as they come and go: lent, and NULL while they are not there. */
typedef struct GwLook {
  GwNet **net;
  GwIngest **ingest;
} GwLook;

/* The hooks of net (`look`, `look_away`, `look_figures`) and of ingest (`file_…`), with the GwLook instead of their
 * user. */
gpointer gw_look_begin(GwLook *look, const GwNetLook *what, GwNetSightFunc func, gpointer job, const char **ret_cause);
void gw_look_away(gpointer handle);
void gw_look_figures(GwLook *look, GwNetLookFigures *ret);
gpointer gw_look_file_begin(GwLook *look);
void gw_look_file_write(GwLook *look, gpointer file, GBytes *piece, GwIngestSaved done, gpointer job);
void gw_look_file_end(GwLook *look, gpointer file, GwIngestSaved done, gpointer job);
void gw_look_file_drop(GwLook *look, gpointer file);
void gw_look_file_forget(GwLook *look, const char *hash);
