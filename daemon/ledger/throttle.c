#include "daemon/ledger/throttle.h"

#include "daemon/base/clock.h"
#include "daemon/ledger/ledger_private.h"

typedef struct Bucket {
  double tokens;
  GwUsec filled_mono_us;
} Bucket;

static Bucket *bucket_of(GwLedger *ledger, GwId user_id, GwUsec now_mono_us) {
  Bucket *bucket = g_hash_table_lookup(ledger->throttle, &user_id);
  if (bucket)
    return bucket;
  if (g_hash_table_size(ledger->throttle) >= GW_THROTTLE_USERS_MOST)
    g_hash_table_remove_all(ledger->throttle); /* never in a center of honest sources; bounded all the same */
  bucket = g_new(Bucket, 1);
  *bucket = (Bucket){.tokens = GW_THROTTLE_BURST, .filled_mono_us = now_mono_us};
  gint64 *key = g_new(gint64, 1);
  *key = user_id;
  g_hash_table_insert(ledger->throttle, key, bucket);
  return bucket;
}

gboolean gw_throttle_take(GwTx *tx, GError **error) {
  GwUsec now_mono_us = gw_clock_mono_us();
  Bucket *bucket = bucket_of(tx->ledger, tx->actor.user_id, now_mono_us);
  double minutes = (double)(now_mono_us - bucket->filled_mono_us) / (double)GW_MIN;
  bucket->tokens = MIN(GW_THROTTLE_BURST, bucket->tokens + minutes * GW_THROTTLE_PER_MINUTE);
  bucket->filled_mono_us = now_mono_us;
  if (bucket->tokens < 1)
    return gw_tx_refuse(tx, error, GW_CODE_THROTTLED, "上报过于频繁，请降低频率后重试。",
                        "Too many reports: at most one a second. Try again in a second.");
  bucket->tokens -= 1;
  return TRUE;
}
