#pragma once
#include "daemon/net/feed.h"

/* Shared by feed.c (views, rings, what is told to all) and feed_client.c (one client's queue). */
typedef struct GwFeedPatch {
  gint64 prev, seq; /* equal: state that is not journaled */
  guint64 index;    /* of its view; one more each */
  GBytes *text;
} GwFeedPatch;

typedef struct GwFeedView {
  char *name;
  GwView of;
  gint64 seq;         /* last journaled number sent to this view */
  gint64 base_seq;    /* the ring holds everything after this one */
  GQueue ring;        /* GwFeedPatch, oldest first */
  gsize ring_bytes;
  guint64 next_index;
  guint subscribers;
  gboolean is_reading; /* a snapshot is being read; reading_from: the ring's index when it was asked for */
  guint64 reading_from;
  GwUsec idle_since_us;
} GwFeedView;

struct GwFeed {
  GwFeedConfig config;
  char *boot;
  gint64 seq;
  GHashTable *views; /* char * -> GwFeedView */
  GPtrArray *clients; /* GwFeedClient */
  GwViewTickets *tickets;
  GHashTable *gauges; /* camera id -> json_t, since the last tick */
  char *storage;
  GwUsec storage_since_us;
  GwFeedCounters counters;
};

GwFeedView *gw_feed_view(GwFeed *feed, const char *name, gboolean make);
/* Asks for a snapshot unless one is being read already (then that one serves). */
void gw_feed_read(GwFeed *feed, GwFeedView *view);
GBytes *gw_feed_text(json_t *consumed);

void gw_feed_client_take_patch(GwFeedClient *client, GwFeedView *view, GwFeedPatch *patch);
void gw_feed_client_take_snapshot(GwFeedClient *client, GwFeedView *view, gint64 seq, GBytes *text);
void gw_feed_client_take_gauges(GwFeedClient *client, GBytes *text);
void gw_feed_client_take_notice(GwFeedClient *client, GBytes *text);
void gw_feed_client_tick(GwFeedClient *client, GBytes *beat, GwUsec now_us);
