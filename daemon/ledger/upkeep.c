#include "daemon/ledger/ledger_private.h"
#include "daemon/store/maintain.h"

/* What nobody asks for and a center that runs for years needs: the minute's sample for replay, the signed head of
 * each day, old rows forgotten and free pages given back in small steps. */

#define SAMPLE_EVERY_US GW_MIN
#define TIDY_EVERY_US GW_HOUR
#define TIDY_AGAIN_US (2 * GW_SEC)

static gboolean set(GwTx *tx, const char *kind, GwUsec after_us, GError **error) {
  return gw_tx_timer_set(tx, kind, "center", 1, 0, tx->now_us + after_us, GW_TIMER_DURATION, error);
}

static gboolean on_sample(GwTx *tx, const GwTimer *timer, GError **error) {
  return gw_maintain_sample(tx->db, tx->now_us, error) && set(tx, "sample", SAMPLE_EVERY_US, error);
}

static gboolean on_tidy(GwTx *tx, const GwTimer *timer, GError **error) {
  gint64 forgotten = gw_maintain_forget_samples(tx->db, tx->now_us - GW_SAMPLE_KEPT_US, error);
  gint64 given_back = forgotten < 0 ? -1 : gw_maintain_vacuum_step(tx->db, error);
  if (given_back < 0)
    return FALSE;
  return set(tx, "upkeep.tidy", forgotten + given_back > 0 ? TIDY_AGAIN_US : TIDY_EVERY_US, error);
}

/* The head is signed as it stands right before this row; where the row lands in the batch does not matter. */
static gboolean on_sign(GwTx *tx, const GwTimer *timer, GError **error) {
  if (tx->ledger->signer && tx->ledger->head.seq > 0) {
    json_t *body = gw_journal_sign_head(tx->ledger->signer, &tx->ledger->head);
    if (!gw_tx_journal(tx, GW_SIGNED_KIND, "journal", 1, 1, 0, 0, 0, body, error))
      return FALSE;
  }
  return set(tx, "journal.sign", GW_DAY, error);
}

/* The maintenance thread found the WAL too large: somebody reads one transaction for too long. */
static gboolean on_wal(GwTx *tx, json_t *body, const guint8 *data, gsize bytes, json_t **ret_result, GError **error) {
  json_int_t wal_bytes = json_integer_value(json_object_get(body, "bytes"));
  return gw_tx_journal(tx, "storage.wal_large", "center", 1, 1, 0, 3, 0, json_pack("{s:I}", "bytes", wal_bytes), error) > 0;
}

static const GwObserveEntry observations[] = {{"storage.wal", on_wal}, {NULL}};
static const GwTimerEntry timers[] = {{"sample", on_sample}, {"upkeep.tidy", on_tidy}, {"journal.sign", on_sign}, {NULL}};

/* Once set, the day of the signature stays where it is: a restart does not sign again. */
static gboolean start(GwTx *tx, GError **error) {
  return set(tx, "sample", SAMPLE_EVERY_US, error) && set(tx, "upkeep.tidy", TIDY_EVERY_US, error) &&
         gw_timer_set_once(tx->db, "journal.sign", "center", 1, 0, tx->now_us + GW_MIN, FALSE, error);
}

const GwLedgerNoun gw_ledger_upkeep = {.observations = observations, .timers = timers, .start = start};
