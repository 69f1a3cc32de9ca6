#pragma once
#include "daemon/store/db.h"

/* The reading threads: each has a read-only connection of its own; one bounded queue feeds them all.
 *
 * Thread: the owner calls everything here.  `work` runs on a reader inside a read transaction of its own
 * (so all it reads is of one moment), `done` on the owner afterwards, always exactly once for each job
 * that was taken; `error` is NULL when work answered TRUE.  `work` must not touch what the owner owns. */
typedef struct GwReaders GwReaders;
typedef gboolean (*GwReadWork)(GwDb *db, gpointer job, GError **error);
typedef void (*GwReadDone)(gpointer job, const GError *error);

GwReaders *gw_readers_start(const char *database, int threads, GError **error);
/* No more jobs are taken; what is queued is answered UNAVAILABLE; waits for running jobs (each ends within the 1 s of a read
 * transaction).  Answers still come.  Accepts NULL. */
void gw_readers_close(GwReaders *readers);
void gw_readers_free(GwReaders *readers); /* closes first; accepts NULL */

/* FALSE: the queue is full, or closed; `done` is not called. */
gboolean gw_readers_run(GwReaders *readers, GwReadWork work, GwReadDone done, gpointer job);
gsize gw_readers_waiting(GwReaders *readers);
