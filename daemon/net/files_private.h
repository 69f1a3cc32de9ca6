#pragma once
#include "daemon/base/lane.h"
#include "daemon/net/files.h"

/* The inside of the file store: files.c (the thread, pictures), file_writer.c (large files, piece by piece),
 * files_tidy.c (what a kill left behind). */
struct GwFiles {
  char *media, *database;
  GwLane *lane; /* element: GwFileJob, at its beginning */
  GThread *thread;
  GPtrArray *writers;     /* the owner's: GwFileWriter, open */
  guint64 last_temporary; /* the file thread's */
};

typedef struct GwFileJob GwFileJob;
struct GwFileJob {
  void (*work)(GwFiles *files, GwFileJob *job); /* on the file thread */
  void (*answer)(gpointer job);                 /* then on the owner; NULL: nobody waits */
  GDestroyNotify free;
};

#define GW_FILE_JOBS_MORE 64 /* beyond GW_LIMIT_FILE_QUEUE pictures: ends, drops, removals */

char *gw_files_temporary(GwFiles *files); /* the file thread's; caller frees */
gboolean gw_files_write_all(int fd, const guint8 *bytes, gsize n);
/* Brings a temporary file, synced and closed, under its name. */
gboolean gw_files_name(GwFiles *files, const char *temporary, const char *hash, const char *kind);

/* files_tidy.c; on the file thread, before anything else */
void gw_files_tidy(GwFiles *files);
/* TRUE: it is certain that no row names this clip. */
gboolean gw_files_is_orphan(GwFiles *files, const char *hash);
/* file_writer.c */
void gw_file_writer_free(gpointer writer); /* what is open is closed and taken away */
