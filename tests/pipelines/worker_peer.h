#pragma once
#include <glib.h>
#include <jansson.h>

/* A real gridwarden-ingest, and the daemon's end of its two socket pairs.
 *
 * Messages are kept until somebody waits for them; a wait fails the test when what it waits for does not
 * come in time.  Patterns are packed as json_pack() does; a message fits when it has every field of the
 * pattern with the same value. */
typedef struct WorkerPeer WorkerPeer;

typedef struct Said {
  json_t *message;
  GBytes *data; /* NULL: none */
  gboolean taken;
} Said;

WorkerPeer *worker_start(const char *job); /* after its hello */
void worker_stop(WorkerPeer *w);           /* says quit; it must exit with 0 within 3 s */
void worker_hang_up(WorkerPeer *w);        /* closes the links instead; the same is expected of it */

void worker_say(WorkerPeer *w, const char *pack, ...);
void worker_say_bytes(WorkerPeer *w, gconstpointer data, gsize bytes, const char *pack, ...);

/* The first message not yet taken that fits; lent until worker_stop(). */
const Said *worker_expect(WorkerPeer *w, int within_ms, const char *pack, ...);
/* What came so far and fits counts as taken: the next expect sees only what comes from now on. */
void worker_forget(WorkerPeer *w, const char *pack, ...);
/* Turns the loop for a while; how many messages that ever came fit. */
guint worker_count(WorkerPeer *w, int after_ms, const char *pack, ...);

void worker_read_media(WorkerPeer *w, gboolean read); /* FALSE: what the worker shows waits at its end */

int worker_pid(WorkerPeer *w);
guint worker_descriptors(WorkerPeer *w); /* how many it has open now */

gint64 said_int(const Said *said, const char *key);
double said_real(const Said *said, const char *key);
/* The gauge of a camera within a `gauges` message; NULL: not there. */
json_t *said_gauge(const Said *said, gint64 id);
