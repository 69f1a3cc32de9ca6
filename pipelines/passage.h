#pragma once
#include "pipelines/gwcheckin.h"
#include "pipelines/reader_table.h"
#include "pipelines/reaper.h"

/* One way in: some source element ! gwcheckin ! appsink, whose check-ins arrive on the control thread.
 *
 * At most GW_PASSAGE_BUFFERS wait in it; then its source stops reading, which is back-pressure for TCP
 * and loss (before any answer) for UDP.  Thread: the control thread. */
#define GW_PASSAGE_BUFFERS 64

typedef struct GwPassage GwPassage;

typedef struct GwPassageEvents {
  gboolean (*may_take)(gpointer user); /* FALSE: the way out is full, ask again a little later */
  void (*on_checkin)(GwPassage *passage, GstBuffer *checkin, gpointer user); /* lent, with GW_CHECKIN_META */
  void (*on_end)(GwPassage *passage, gpointer user); /* end of stream or an error, once; close it */
} GwPassageEvents;

typedef struct GwPassageWay {
  GwReaderTable *readers; /* lent */
  const char *source;     /* the word for it */
  GwFraming framing;
  gboolean late;
} GwPassageWay;

/* Takes the (floating) source.  NULL: it does not start. */
GwPassage *gw_passage_open(GstElement *source, const GwPassageWay *way, GwReaper *reaper,
                           const GwPassageEvents *events, gpointer user);
/* Accepts NULL.  `done(data)` (may be NULL) runs on a reaper thread when the source reads no more. */
void gw_passage_close(GwPassage *passage, GDestroyNotify done, gpointer data);
