#pragma once
#include "daemon/base/lane.h"
#include "daemon/ledger/tx.h"
#include "daemon/store/journal.h"
#include "daemon/store/secret.h"
#include "daemon/store/sign.h"
#include "daemon/store/timer.h"

/* The inside of the ledger: shared by ledger.c (lanes and thread), batch.c (one transaction), tx.c (what
 * handlers write with), publish.c (what goes out), storage.c (bad disks) and idempotency.c.
 *
 * Thread: everything here belongs to the ledger's thread, but the lanes and `can_commit`. */

typedef enum GwItemKind {
  GW_ITEM_COMMAND,
  GW_ITEM_OBSERVATION,
  GW_ITEM_TIMER,
  GW_ITEM_CLOCK_STEP
} GwItemKind;

/* One thing to do, and its answer.  Owned by the lane, then by the batch, then by the delivery. */
typedef struct GwItem {
  GwItemKind kind;
  GwActor actor;
  char *name; /* command, or kind of observation */
  char *uuid; /* NULL: not idempotent */
  json_t *body;
  GBytes *data;
  gint64 if_rev;
  GwTimerRow *timer;
  GwUsec step_us; /* GW_ITEM_CLOCK_STEP */
  gboolean is_first_sync; /* CLOCK_STEP: the clock of a machine that just started is put right */
  GwReplyFunc done;
  gpointer user;
  /* the answer */
  GwCode code;
  char *zh, *en;
  json_t *result, *object;
  gint64 seq;
  char *payload_hash; /* idempotency.c; NULL: not needed yet */
  gboolean replayed;  /* answered from the command row: nothing was done */
} GwItem;
void gw_item_free(GwItem *item); /* accepts NULL */
/* "_password_hash" and "_old_ok" are added by our own doors, which check what came from outside before
 * (net/commands.c, cli/door.c): they are no arguments, and no part of what a person asked. */
void gw_item_drop_added(json_t *args);
void gw_item_refuse(GwItem *item, GwCode code, const char *zh, const char *en);

typedef struct GwTouch {
  char type[24];
  GwId id;
  gboolean gone;
} GwTouch;

/* The transaction under way.  What an item added goes again when its savepoint does: see GwMark. */
typedef struct GwBatch {
  GPtrArray *items;   /* GwItem* */
  GArray *touched;    /* GwTouch */
  json_t *effects;    /* array */
  json_t *events;     /* array: the event objects of the rows appended so far */
  GHashTable *actors; /* user id -> char*: names looked up in this transaction */
  gint64 first_seq;   /* of the transaction's journal rows; 0: none yet */
  GwJournalHead before;
} GwBatch;

typedef struct GwMark {
  GwJournalHead head;
  gint64 first_seq;
  guint touched;
  gsize effects, events;
} GwMark;

typedef struct GwStorage {
  const char *state; /* "ok", "full", "read_only" */
  GwUsec since_us, probed_mono_us;
  char *reserve;
  gsize reserve_bytes;
  gboolean beginning_journaled;
  int failed_rc; /* SQLite's code for the failure, taken before anything else is asked of it */
} GwStorage;

/* The refusal of the item under way, in both languages, and the object of GW_CODE_CHANGED. */
typedef struct GwSaid {
  char *zh, *en;
  json_t *object;
} GwSaid;

struct GwGeography;
struct GwLedger {
  GwDb *db;
  GwSecret *secret;
  GwSigner *signer; /* of the day's head; NULL without a key file */
  GwPublishFunc on_publish;
  void (*on_storage)(const char *state, GwUsec since_us, gpointer user);
  gpointer user;
  GMainContext *owner; /* NULL: the default one */

  GwLane *commands, *observations;
  GQueue carried;        /* GwItem*: gathered, but their turn's time was over */
  GQueue kept;           /* GwItem*: observations of a batch that the disk refused; first when it is back */
  GThread *thread;       /* NULL in unit tests */
  GPtrArray *deliveries; /* unit tests: what would have been posted */
  gint stopping, can_commit; /* atomic */
  _Atomic gint64 commits, commit_us, items_run, commits_within[GW_LEDGER_BUCKETS], observed_dropped;

  GwJournalHead head;
  GwUsec lame_until_mono_us; /* timers wait: what they do made a transaction fail, for no fault of the disk */
  GwUsec opened_at_us;       /* a timer due before was missed while nobody ran */
  gboolean is_time_trusted; /* synchronized, or up for a minute */
  GwUsec clock_offset_us;    /* wall clock minus CLOCK_BOOTTIME */
  GwUsec now_us;
  GwBatch batch;
  GwStorage storage;
  GwSaid said;
  struct GwGeography *geography; /* NULL: to be loaded */
  gboolean geography_fresh;      /* places changed in this transaction: a rollback makes it wrong */
  GHashTable *rules;    /* kind -> GArray of GwRuleRow, newest versions, as far as asked for */
  gboolean rules_fresh; /* a version was added in this transaction: a rollback makes them wrong */
  GHashTable *throttle;          /* user id -> GwBucket */
  GHashTable *unwritten;         /* camera id -> guint: what it observed beyond the rows of this hour */
};

/* ---- batch.c ---- */
GwUsec gw_ledger_now_us(GwLedger *ledger); /* wall clock that never decreases */
void gw_ledger_note_commit(GwLedger *ledger, GwUsec took_us, guint items);
/* Runs the gathered items in one transaction, commits, hands replies and publication over. */
void gw_batch_run(GwLedger *ledger);
/* A transaction of the ledger's own: one journal row about the center.  FALSE: not written. */
gboolean gw_batch_journal_alone(GwLedger *ledger, const char *kind, json_t *body, GError **error);

/* ---- tx.c ---- */
void gw_tx_mark(GwLedger *ledger, GwMark *ret);
void gw_tx_back_to(GwLedger *ledger, const GwMark *mark);

/* ---- publish.c ---- */
typedef struct GwDelivery GwDelivery;
/* Objects whole, inside the transaction.  NULL: the database failed. */
GwDelivery *gw_delivery_build(GwLedger *ledger, GError **error);
GwDelivery *gw_delivery_of_refused(GwLedger *ledger);          /* the replies alone */
void gw_delivery_send(GwLedger *ledger, GwDelivery *delivery); /* takes it */
void gw_delivery_send_storage(GwLedger *ledger);
void gw_delivery_free(GwDelivery *delivery); /* accepts NULL */
void gw_delivery_run_all(GwLedger *ledger);  /* unit tests */

/* ---- rule.c ---- */
void gw_rules_forget(GwLedger *ledger); /* a version was added, or that was taken back */

/* ---- geography.c ---- */
void gw_geography_forget(GwLedger *ledger); /* places changed, or a change was taken back */

/* ---- storage.c ---- */
gboolean gw_storage_is_ok(const GwLedger *ledger);
gboolean gw_storage_error_is_fault(const GError *error);
void gw_storage_init(GwLedger *ledger, const char *reserve, gsize reserve_bytes);
void gw_storage_clear(GwLedger *ledger);
/* The database refused to write.  TRUE: it is a fault of the disk, and gw_storage_begin_fault() must follow
 * once the batch is answered. */
gboolean gw_storage_note_failure(GwLedger *ledger, const GError *error);
/* Frees the reserve, tries to journal the beginning, tells the owner. */
void gw_storage_begin_fault(GwLedger *ledger);
/* Every few seconds while it lasts: tries to write again. */
void gw_storage_probe(GwLedger *ledger);
void gw_storage_refuse(GwLedger *ledger, GwItem *item);

/* ---- idempotency.c ---- */
/* TRUE: the item was answered already (replayed, or a conflict): nothing is to be done. */
gboolean gw_idempotency_find(GwLedger *ledger, GwItem *item, GError **error);
gboolean gw_idempotency_keep(GwLedger *ledger, GwItem *item, GError **error);
extern const GwLedgerNoun gw_ledger_idempotency; /* the timer that forgets */

/* ---- upkeep.c ---- */
extern const GwLedgerNoun gw_ledger_upkeep; /* samples, the signed head, old rows, free pages */

/* ---- table.c ---- */
const GwCommandEntry *gw_table_command(const char *name);
const GwObserveEntry *gw_table_observe(const char *kind);
const GwTimerEntry *gw_table_timer(const char *kind);
gboolean gw_table_start(GwTx *tx, GError **error); /* every noun's start */
