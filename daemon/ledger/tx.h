#pragma once
#include <jansson.h>
#include "daemon/ledger/ledger.h"
#include "daemon/store/db.h"
#include "daemon/store/secret.h"

/* What a handler works with, inside its savepoint on the ledger's thread.  A handler loads rows, asks
 * core what should happen, writes rows through this, and returns TRUE; or sets an error and returns
 * FALSE, and everything since its savepoint is gone. */
typedef struct GwTx {
  GwDb *db;
  GwActor actor;          /* who acts; zeros for a timer or a worker */
  GwUsec now_us;          /* server time of this item; never decreases */
  const char *command_id; /* "" when it is not a command */
  gint64 if_rev;          /* 0: does not care; gw_tx_check_rev() */
  GwUsec late_by_us;      /* a timer that fell due while nobody ran; else 0 */
  struct GwLedger *ledger;
} GwTx;

/* Appends a journal row; `body` is consumed.  Returns its seq (> 0), 0 on failure.  The event object
 * for ticker and review is published by this too. */
gint64 gw_tx_journal(GwTx *tx, const char *kind, const char *subject, GwId subject_id, gint64 rev, GwId place_id,
                     int severity, GwId on_behalf_id, json_t *body, GError **error);
/* The object goes, whole and as it is at commit, into the publication.  Types as in objects.json. */
void gw_tx_touch(GwTx *tx, const char *type, GwId id);
void gw_tx_gone(GwTx *tx, const char *type, GwId id);
/* Something to tell the world after the commit; `body` is consumed and gets "effect": name.
 *   camera.set {id}, camera.remove {id}, reader.set {id}, reader.remove {id}, checkin.push {raw_id, source, unit_id},
 *   scene.set {id} (zones, codes or reference changed), scene.learn {id}, camera.turn {id, preset}, camera.presets {id}, still.save {alert_id, camera_id},
 *   clip.save {clip_id, camera_id, source, from_us, to_us}, file.remove {hash, kind}: nothing names it any more (then
 *   observe file.removed), session.revoked {session_id | user_id}, unit.taken {unit_id, session_id} */
void gw_tx_effect(GwTx *tx, const char *name, json_t *body);

/* Timers are rows: one per (kind, subject, subject_id, arg); setting it again moves it. */
typedef enum GwTimerBasis { GW_TIMER_DURATION, GW_TIMER_CALENDAR } GwTimerBasis;
gboolean gw_tx_timer_set(GwTx *tx, const char *kind, const char *subject, GwId subject_id, gint64 arg,
                         GwUsec due_at_us, GwTimerBasis basis, GError **error);
gboolean gw_tx_timer_cancel(GwTx *tx, const char *kind, const char *subject, GwId subject_id, gint64 arg, GError **error);

GwId gw_tx_text(GwTx *tx, const char *words, GError **error); /* stores erasable words; 0 for NULL or "" (no error) */
char *gw_tx_code(GwTx *tx, char letter, GError **error);      /* the next "A-20261121-0457"; caller frees */
gboolean gw_tx_check_rev(GwTx *tx, const char *type, GwId id, gint64 rev, GError **error); /* GW_CODE_CHANGED */
/* Sets a refusal with both sentences (core/refusal.h); returns FALSE. */
gboolean gw_tx_refuse(GwTx *tx, GError **error, GwCode code, const char *zh, const char *en);

/* The box that seals passwords of cameras and recorders and keys of readers (store/secret.h); lent. */
const GwSecret *gw_tx_secret(GwTx *tx);

/* The tables.  Each ledger/<noun>.c exports its entries; ledger/table.c joins them. */
typedef struct GwCommandEntry {
  const char *name; /* as in schema/wire/commands.json, which names roles and arguments */
  gboolean (*run)(GwTx *tx, json_t *args, json_t **ret_result, GError **error); /* args are valid already */
} GwCommandEntry;

typedef struct GwObserveEntry {
  const char *kind; /* camera.state, checkin, worker.up, worker.down, still.saved, file.stored, presence.tick … */
  gboolean (*run)(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result, GError **error);
} GwObserveEntry;

typedef struct GwTimer {
  const char *kind, *subject;
  GwId subject_id;
  gint64 arg;
  GwUsec due_at_us;
} GwTimer;

typedef struct GwTimerEntry {
  const char *kind;
  gboolean (*run)(GwTx *tx, const GwTimer *timer, GError **error);
} GwTimerEntry;

/* One row of table.c: what a noun brings; each list ends with a zero row and may be NULL. */
typedef struct GwLedgerNoun {
  const GwCommandEntry *commands;
  const GwObserveEntry *observations;
  const GwTimerEntry *timers;
  /* May be NULL.  Run once when the ledger starts, each in its own savepoint, before timers fire: sets the
   * timers that must always run (plan the rounds, take the samples). */
  gboolean (*start)(GwTx *tx, GError **error);
} GwLedgerNoun;

/* alert.c ticket.c outbox.c watch.c file.c (desk) and camera.c checkin.c round.c unit.c reader.c admin.c import.c (field) */
extern const GwLedgerNoun gw_ledger_alert, gw_ledger_incident, gw_ledger_ticket, gw_ledger_outbox, gw_ledger_watch, gw_ledger_file;
extern const GwLedgerNoun gw_ledger_camera, gw_ledger_checkin, gw_ledger_round, gw_ledger_unit, gw_ledger_reader, gw_ledger_admin,
    gw_ledger_import, gw_ledger_outage, gw_ledger_uptime;

/* Across nouns, inside the same savepoint: a condition became true or false (ledger/alert.c).  Handles on-delay,
 * the same key again, A1-A7.  `category` as in objects.json; lat/lon NaN when unknown. */
typedef struct GwCondition {
  const char *rule_kind, *key, *category, *subject, *words;
  const char *via; /* how it was told: "map", "camera", "call"; NULL: a machine's */
  GwId tour_run_id; /* seen while looking at a tour; 0: not */
  GwId rule_id;    /* the one of several that was chosen (ledger/rule.h); 0: the kind's own */
  const char *still_hash; /* a picture of it that is stored already; NULL: one is taken of camera_id */
  GwId subject_id, place_id, camera_id, reported_by;
  int priority; /* 0: the rule's own */
  double lat, lon;
  int floor;       /* the storey; 0: not known */
  GwUsec since_us; /* when it began; the alert's first sighting */
  gboolean own;    /* a camera's fault that no outage is to take any more */
} GwCondition;
gboolean gw_condition_raise(GwTx *tx, const GwCondition *c, GwId *ret_alert_id, GError **error); /* 0 while the on-delay runs */
gboolean gw_condition_clear(GwTx *tx, const char *key, GError **error);
/* It was never so (R7: a late sync proves it): its alert, if one is open, closes by itself. */
gboolean gw_condition_withdraw(GwTx *tx, const char *key, const char *why, GError **error);
/* The same, and the journal names what took it over (A11): "outage" and its id. */
gboolean gw_condition_withdraw_by(GwTx *tx, const char *key, const char *cause, GwId cause_id, GError **error);
/* Queues a message to somebody (ledger/outbox.c). */
gboolean gw_outbox_add(GwTx *tx, const char *channel, const char *target, GwId target_id, const char *target_role,
                       const char *subject, GwId subject_id, const char *template_name, int priority, GError **error);
