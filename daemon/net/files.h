#pragma once
#include "daemon/net/picture.h"

/* The thread that writes pictures and clips: content-addressed, media/ab/HASH.ext, on disk (file and folder synced)
 * before it answers; under its name a file is whole or not there.  Thread: the owner; answers come on the owner, once
 * for each call that returned TRUE.
 *
 * What a kill left behind goes at the next start: half files, and clips that no row names, unless the database was not
 * in use when they were written (a backup that was brought back). */
typedef struct GwFiles GwFiles;

#define GW_LIMIT_FILE_WRITERS 4
#define GW_LIMIT_LARGE_FILE_BYTES ((gsize)64 * 1024 * 1024)
#define GW_FILES_SPARE_BYTES ((guint64)32 * 1024 * 1024) /* of the disk: large files leave them to the journal */

typedef struct GwFileStored {
  char hash[65];
  GwPictureKind kind;
  gsize bytes;
} GwFileStored;

typedef void (*GwFileFunc)(const GwFileStored *stored, const GError *error, gpointer user); /* stored NULL with an error */

GwFiles *gw_files_start(const char *media, const char *database, GError **error); /* database: for reading */
void gw_files_close(GwFiles *files); /* takes no more, writes what is queued; answers still come; accepts NULL */
void gw_files_free(GwFiles *files);  /* closes first; accepts NULL */
/* `picture` as it came; it is cleaned there (picture.h).  FALSE: too many wait. */
gboolean gw_files_store(GwFiles *files, GBytes *picture, GwFileFunc done, gpointer user);

/* A large file, piece by piece; it must be MP4.  A writer takes the next piece when the one before was answered. */
typedef struct GwFileWriter GwFileWriter;
typedef void (*GwFileWritten)(const char *hash, gsize bytes, const GError *error, gpointer user);
GwFileWriter *gw_files_begin(GwFiles *files); /* NULL: too many are open */
/* `done` comes later, perhaps with an error: then the file will not come to be, and gw_files_drop() is due. */
void gw_files_write(GwFileWriter *writer, GBytes *piece, GwFileWritten done, gpointer user);
/* The writer is gone; `done` comes later, with the hash when the file is there. */
void gw_files_end(GwFileWriter *writer, GwFileWritten done, gpointer user);
void gw_files_drop(GwFileWriter *writer); /* what was written goes too; accepts NULL */

/* A clip that nobody wanted when it was there: it goes, unless a row names its file all the same. */
void gw_files_forget(GwFiles *files, const char *hash);
/* Takes a file away that nothing names any more; it may be gone already.  `done` (NULL: nobody waits) comes when it is. */
void gw_files_remove(GwFiles *files, const char *hash, const char *kind, GwFileWritten done, gpointer user);

/* The path of a stored file; caller frees. */
char *gw_files_path(GwFiles *files, const char *hash, const char *kind);
