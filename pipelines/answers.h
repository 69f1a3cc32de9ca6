#pragma once
#include "pipelines/reader_table.h"

#include <gio/gio.h>

/* What readers wait for: each line that went to the daemon, with the way back to who sent it, until the
 * daemon says that it is stored or refused.  Bounded: the oldest is forgotten, and that reader repeats
 * its line.
 *
 * Thread: the control thread. */
#define GW_ANSWERS_MOST 4096

typedef struct GwAnswers GwAnswers;

typedef struct GwReturnPath {
  GSocket *socket;
  GSocketAddress *to; /* NULL: the socket is connected */
} GwReturnPath;

GwAnswers *gw_answers_new(GwReaderTable *readers);
void gw_answers_free(GwAnswers *answers); /* accepts NULL */

/* References the path. */
void gw_answers_expect(GwAnswers *answers, gint64 ref, const char *reader, guint32 epoch, gint64 seq,
                       const GwReturnPath *path);

/* `code` "ok": stored; "busy" and the like: for now, so say nothing and let the reader repeat; any
 * other: refused for good. */
void gw_answers_stored(GwAnswers *answers, gint64 ref, const char *code);
