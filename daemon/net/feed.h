#pragma once
#include "daemon/ledger/ledger.h"
#include "daemon/store/view.h"

/* The live stream of what the journal records, cut for each view (PROTOCOL.md).  Knows nothing of sockets:
 * a client is a bounded queue of immutable texts that somebody writes out.
 *
 * One JSON text is built once for each patch and view and shared by reference.  A ring of patches for each
 * view lets a client go on where it was cut; what came while a snapshot was read is taken from the ring too,
 * so a snapshot and the patches after it always fit.
 *
 * Thread: the owner.  Times are gw_clock_mono_us() but where the name says otherwise. */
typedef struct GwFeed GwFeed;
typedef struct GwFeedClient GwFeedClient;

typedef struct GwFeedConfig {
  const char *boot; /* of this run of the daemon: another boot, another ring; copied */
  gint64 seq;       /* the journal's end now */
  json_t *known;    /* the desk's objects at seq (which unit each ticket is with); lent for the call; may be NULL */
  /* Reads a snapshot of `view` and hands it to gw_feed_snapshot(), later.  FALSE: not now, ask again. */
  gboolean (*read_snapshot)(const char *view, gpointer user);
  gpointer user;
} GwFeedConfig;

GwFeed *gw_feed_new(const GwFeedConfig *config);
void gw_feed_free(GwFeed *feed); /* after its clients; accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwFeed, gw_feed_free)

void gw_feed_publish(GwFeed *feed, const GwPublication *publication);
/* `text` is the whole message; NULL: it could not be read, ask again in a second. */
void gw_feed_snapshot(GwFeed *feed, const char *view, gint64 seq, GBytes *text);
/* The text of a snapshot message, made on whatever thread read it.  Yours. */
GBytes *gw_feed_snapshot_text(const char *view, gint64 seq, GwUsec now_real_us, json_t *put);
void gw_feed_gauges(GwFeed *feed, json_t *cameras); /* coalesced; sent at the next tick, or dropped */
void gw_feed_storage(GwFeed *feed, const char *state, GwUsec since_real_us);
const char *gw_feed_storage_state(GwFeed *feed); /* lent */
json_t *gw_feed_storage_message(GwFeed *feed);   /* the `link` message; new reference */
void gw_feed_tick(GwFeed *feed); /* once a second: gauges, beats, snapshots asked again, idle views let go */

typedef struct GwFeedClientHooks {
  void (*want_write)(gpointer user); /* gw_feed_client_next() has something */
  void (*close)(gpointer user);      /* after what next() still gives */
  gpointer user;
} GwFeedClientHooks;

GwFeedClient *gw_feed_client_new(GwFeed *feed, const GwFeedClientHooks *hooks);
void gw_feed_client_free(GwFeedClient *client); /* accepts NULL */
/* BAD_ARGS: no such view, or too many.  Who may see it was checked before. */
gboolean gw_feed_client_subscribe(GwFeedClient *client, const char *view, const char *boot, gint64 seq, GError **error);
void gw_feed_client_unsubscribe(GwFeedClient *client, const char *view);
void gw_feed_client_send(GwFeedClient *client, json_t *consumed); /* a reply, a hello: never dropped */
void gw_feed_client_bye(GwFeedClient *client, const char *reason); /* last words, then close */
GBytes *gw_feed_client_next(GwFeedClient *client); /* yours; NULL: nothing now */
gboolean gw_feed_client_has_view(GwFeedClient *client, const char *view);

guint gw_feed_clients(GwFeed *feed);
/* TRUE when some client has the view open. */
gboolean gw_feed_is_watched(GwFeed *feed, const char *view);

typedef struct GwFeedCounters {
  guint64 patches, snapshots, resumed, overflows, slow_closed, gauges_dropped;
} GwFeedCounters;
const GwFeedCounters *gw_feed_counters(GwFeed *feed);
