#pragma once
#include "daemon/net/picture.h"

/* The thread that writes pictures: content-addressed, media/ab/HASH.ext, on disk (file and folder synced)
 * before it answers.  Thread: the owner; answers come on the owner, once for each call that returned TRUE. */
typedef struct GwFiles GwFiles;

typedef struct GwFileStored {
  char hash[65];
  GwPictureKind kind;
  gsize bytes;
} GwFileStored;

typedef void (*GwFileFunc)(const GwFileStored *stored, const GError *error, gpointer user); /* stored NULL with an error */

GwFiles *gw_files_start(const char *media, GError **error);
void gw_files_close(GwFiles *files); /* takes no more, writes what is queued; answers still come; accepts NULL */
void gw_files_free(GwFiles *files);  /* closes first; accepts NULL */
/* `picture` as it came; it is cleaned there (picture.h).  FALSE: too many wait. */
gboolean gw_files_store(GwFiles *files, GBytes *picture, GwFileFunc done, gpointer user);
/* The path of a stored file; caller frees. */
char *gw_files_path(GwFiles *files, const char *hash, const char *kind);
