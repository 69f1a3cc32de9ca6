#include "daemon/ledger/ledger_private.h"

#include <string.h>

#include "daemon/base/log.h"
#include "daemon/ledger/clip.h"
#include "daemon/ledger/finding.h"
#include "daemon/ledger/recorder.h"
#include "daemon/ledger/rule.h"
#include "daemon/ledger/spot.h"
#include "daemon/ledger/tour.h"
#include "daemon/ledger/turn.h"

static const GwLedgerNoun *const nouns[] = {
    &gw_ledger_alert,  &gw_ledger_incident, &gw_ledger_ticket,  &gw_ledger_outbox,      &gw_ledger_watch,
    &gw_ledger_file,   &gw_ledger_camera,   &gw_ledger_checkin, &gw_ledger_round,       &gw_ledger_unit,
    &gw_ledger_reader, &gw_ledger_admin,    &gw_ledger_import,  &gw_ledger_idempotency, &gw_ledger_upkeep,
    &gw_ledger_outage,  &gw_ledger_uptime,
    &gw_ledger_rule,   &gw_ledger_finding,  &gw_ledger_zone,    &gw_ledger_reference,   &gw_ledger_observed,
    &gw_ledger_clip,   &gw_ledger_recorder, &gw_ledger_spot,
    &gw_ledger_code,   &gw_ledger_tour,     &gw_ledger_tour_run, &gw_ledger_turn,
};

const GwCommandEntry *gw_table_command(const char *name) {
  for (gsize i = 0; i < G_N_ELEMENTS(nouns); i++)
    for (const GwCommandEntry *e = nouns[i] ? nouns[i]->commands : NULL; e && e->name; e++)
      if (strcmp(e->name, name) == 0)
        return e;
  return NULL;
}

const GwObserveEntry *gw_table_observe(const char *kind) {
  for (gsize i = 0; i < G_N_ELEMENTS(nouns); i++)
    for (const GwObserveEntry *e = nouns[i] ? nouns[i]->observations : NULL; e && e->kind; e++)
      if (strcmp(e->kind, kind) == 0)
        return e;
  return NULL;
}

const GwTimerEntry *gw_table_timer(const char *kind) {
  for (gsize i = 0; i < G_N_ELEMENTS(nouns); i++)
    for (const GwTimerEntry *e = nouns[i] ? nouns[i]->timers : NULL; e && e->kind; e++)
      if (strcmp(e->kind, kind) == 0)
        return e;
  return NULL;
}

/* A noun that cannot start is news, not the end of the center: the others go on. */
static gboolean start_one(GwTx *tx, const GwLedgerNoun *noun, GError **error) {
  g_autoptr(GError) why = NULL;
  GwMark mark;
  gw_tx_mark(tx->ledger, &mark);
  if (!gw_db_exec(tx->db, "savepoint item", error))
    return FALSE;
  if (noun->start(tx, &why))
    return gw_db_exec(tx->db, "release item", error);
  gw_error("A part of the ledger did not start: %s", why ? why->message : "no word why");
  if (why && gw_storage_error_is_fault(why)) {
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
  }
  gw_tx_back_to(tx->ledger, &mark);
  return gw_db_exec(tx->db, "rollback to item", error) && gw_db_exec(tx->db, "release item", error);
}

gboolean gw_table_start(GwTx *tx, GError **error) {
  for (gsize i = 0; i < G_N_ELEMENTS(nouns); i++)
    if (nouns[i] && nouns[i]->start && !start_one(tx, nouns[i], error))
      return FALSE;
  return TRUE;
}
