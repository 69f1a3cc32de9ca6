#pragma once
#include <jansson.h>
#include "daemon/base/error.h"
#include "daemon/base/types.h"

/* The ledger: the one writing thread (DESIGN.md 3.2).  A command, an observation or a timer in; one
 * transaction for a batch, a savepoint for each; after the commit the replies and one publication.
 *
 * Thread: gw_ledger_command() and gw_ledger_observe() from any thread; replies and publications arrive
 * on the default GMainContext (the owner), in commit order, each publication after the replies of its
 * transaction. */
typedef struct GwLedger GwLedger;

/* Who acts.  A machine of ours (worker, timer) acts with user_id 0 and role GW_ROLE_NONE. */
typedef struct GwActor {
  GwId user_id, session_id, unit_id; /* unit_id: of role patrol, else 0 */
  GwRole role;
} GwActor;

typedef struct GwReply {
  GwCode code;
  const char *sentence_zh, *sentence_en; /* what to do; NULL when ok */
  json_t *result;                        /* object; may be NULL */
  json_t *object;                        /* with GW_CODE_CHANGED: the object as it is now; else NULL */
  gint64 seq;                            /* last journal row of it; 0: nothing was journaled */
} GwReply;
/* `reply` is lent for the call. */
typedef void (*GwReplyFunc)(const GwReply *reply, gpointer user);

/* One committed transaction.  prev/seq are journal numbers; prev == seq: only state changed (positions),
 * nothing journaled.  Objects are as schema/wire/objects.json describes them for the desk, whole;
 * what each view may see is cut in net/feed. */
typedef struct GwPublication {
  gint64 prev, seq;
  json_t *put;     /* array of objects, `event` objects included */
  json_t *del;     /* array of [type, id] */
  json_t *effects; /* array of {"effect": name, …}: what the world is told now that it is on disk (tx.h) */
} GwPublication;
typedef void (*GwPublishFunc)(const GwPublication *publication, gpointer user); /* lent for the call */

typedef struct GwLedgerConfig {
  const char *database;  /* path */
  /* 32 bytes for secretbox, outside the database; beside it `key_file`.sign, the Ed25519 key that signs the
   * journal's head once a day.  Both are made when missing. */
  const char *key_file;
  const char *reserve;   /* path of the preallocated reserve file; NULL: none */
  gsize reserve_bytes;   /* 0: 64 MB */
  GwPublishFunc on_publish;
  /* storage went "full" or "read_only" or came back "ok": from memory, nothing is written.  Owner thread. */
  void (*on_storage)(const char *state, GwUsec since_us, gpointer user);
  gpointer user;
} GwLedgerConfig;

/* Opens, migrates, checks the chain's head, starts the thread, fires what fell due. */
GwLedger *gw_ledger_start(const GwLedgerConfig *config, GError **error);
void gw_ledger_stop(GwLedger *ledger); /* finishes what is queued, closes; accepts NULL */

/* Queues a command.  `args` is referenced.  `uuid` makes it idempotent: the same again answers the same,
 * another payload under it is a conflict.  if_rev 0: do not care.  FALSE (GW_CODE_BUSY): the lane is
 * full, `done` is not called.  Roles and argument schema are checked inside (wire/command.h), so every
 * door has the same rules. */
gboolean gw_ledger_command(GwLedger *ledger, const GwActor *actor, const char *uuid, const char *command,
                           json_t *args, gint64 if_rev, GwReplyFunc done, gpointer user, GError **error);

/* Queues what a worker or the daemon itself saw.  `kind` is one of those in ledger/observe.h.  `body` is
 * referenced, `data` copied (may be NULL).  `done` may be NULL.  FALSE: the lane is full; stop reading. */
gboolean gw_ledger_observe(GwLedger *ledger, const char *kind, json_t *body, const guint8 *data, gsize bytes,
                           GwReplyFunc done, gpointer user, GError **error);

gboolean gw_ledger_can_commit(GwLedger *ledger); /* for /healthz; any thread */
gsize gw_ledger_waiting(GwLedger *ledger);       /* items in both lanes; any thread */

#define GW_LEDGER_BUCKETS 8
typedef struct GwLedgerFigures {
  gsize commands, observations; /* waiting */
  gint64 commits, commit_us;    /* how many since the start, and how long they took in all */
  gint64 items;                 /* that were run in them */
  int bucket_ms[GW_LEDGER_BUCKETS];
  gint64 observed_dropped;      /* what cameras observed and no rule is for */
  gint64 within[GW_LEDGER_BUCKETS]; /* commits that took no longer than bucket_ms of the same index */
} GwLedgerFigures;
void gw_ledger_figures(GwLedger *ledger, GwLedgerFigures *ret); /* for /metrics; any thread */

/* For unit tests: no thread; runs everything queued and every timer due by gw_clock_real_us(), then
 * delivers replies and publications on this thread. */
GwLedger *gw_ledger_open_for_test(const GwLedgerConfig *config, GError **error);
void gw_ledger_run_for_test(GwLedger *ledger);
