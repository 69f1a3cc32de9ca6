#pragma once
#include "daemon/ledger/ledger.h"

/* The outbox's sender for phones.  The message itself travels in the feed of the unit's page, as its
 * outbox object; the sender finds out whether such a page is there to take it, and tells the ledger
 * (observation outbox.sent {outbox_id, state: "ACCEPTED" | "TEMP_FAIL"}), which owns the states and the
 * timers of trying again: a message that is QUEUED again is published again, and so comes back here.
 * Another channel (a webhook, a robot) is another file beside phone.c.
 *
 * Thread: the owner; nothing here blocks. */
typedef struct GwNotifier GwNotifier;

typedef struct GwNotifierConfig {
  GwLedger *ledger; /* lent; outlives the sender */
  /* TRUE when a socket of this unit has the view unit:ID open now. */
  gboolean (*is_unit_connected)(GwId unit_id, gpointer user);
  gpointer user;
} GwNotifierConfig;

GwNotifier *gw_notifier_start(const GwNotifierConfig *config);
void gw_notifier_stop(GwNotifier *notifier); /* accepts NULL */

/* Hand every publication of the ledger in here, after net has fed its sockets. */
void gw_notifier_on_publication(GwNotifier *notifier, const GwPublication *publication);
/* A unit's page has come (back): what waits for it goes at once. */
void gw_notifier_on_unit_connected(GwNotifier *notifier, GwId unit_id);
