#include "daemon/store/sign.h"

#include <sodium.h>
#include <string.h>

#include "daemon/store/secret.h"

struct GwSigner {
  guint8 seed[crypto_sign_SEEDBYTES];
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  guint8 secret_key[crypto_sign_SECRETKEYBYTES];
};

GwSigner *gw_signer_load(const char *path, gboolean make, GError **error) {
  if (sodium_init() < 0) {
    g_set_error_literal(error, GW_ERROR, GW_CODE_INTERNAL, "libsodium cannot start.");
    return NULL;
  }
  g_autoptr(GwSigner) signer = g_new0(GwSigner, 1);
  if (!gw_secret_file(path, make, signer->seed, sizeof signer->seed, NULL, error))
    return NULL;
  crypto_sign_seed_keypair(signer->public_key, signer->secret_key, signer->seed);
  return g_steal_pointer(&signer);
}

void gw_signer_free(GwSigner *signer) {
  if (!signer)
    return;
  sodium_memzero(signer, sizeof *signer);
  g_free(signer);
}

static char *hex(const guint8 *data, gsize bytes) {
  char *text = g_malloc(2 * bytes + 1);
  return sodium_bin2hex(text, 2 * bytes + 1, data, bytes);
}

char *gw_signer_public_hex(const GwSigner *signer) {
  return hex(signer->public_key, sizeof signer->public_key);
}

static char *message(gint64 seq, const char *hash) {
  return g_strdup_printf("gridwarden.head.1 %" G_GINT64_FORMAT " %s", seq, hash);
}

json_t *gw_journal_sign_head(const GwSigner *signer, const GwJournalHead *head) {
  g_autofree char *hash = hex(head->hash, sizeof head->hash), *public = gw_signer_public_hex(signer);
  g_autofree char *text = message(head->seq, hash);
  guint8 signature[crypto_sign_BYTES];
  crypto_sign_detached(signature, NULL, (const guint8 *)text, strlen(text), signer->secret_key);
  g_autofree char *signed_hex = hex(signature, sizeof signature);
  return json_pack("{s:s, s:s, s:I, s:s}", "hash", hash, "public_key", public, "seq", (json_int_t)head->seq,
                   "signature", signed_hex);
}

static gboolean unhex(json_t *body, const char *key, guint8 *ret, gsize bytes) {
  const char *text = json_string_value(json_object_get(body, key));
  size_t n = 0;
  return text && strlen(text) == 2 * bytes &&
         sodium_hex2bin(ret, bytes, text, 2 * bytes, NULL, &n, NULL) == 0 && n == bytes;
}

gboolean gw_journal_signature_holds(json_t *body, const GwJournalHead *head, const char *public_hex) {
  guint8 signature[crypto_sign_BYTES], public[crypto_sign_PUBLICKEYBYTES];
  g_autofree char *hash = hex(head->hash, sizeof head->hash);
  g_autofree char *text = message(head->seq, hash);
  if (!unhex(body, "signature", signature, sizeof signature) ||
      !unhex(body, "public_key", public, sizeof public))
    return FALSE;
  if (public_hex && g_strcmp0(json_string_value(json_object_get(body, "public_key")), public_hex) != 0)
    return FALSE;
  if (json_integer_value(json_object_get(body, "seq")) != head->seq ||
      g_strcmp0(json_string_value(json_object_get(body, "hash")), hash) != 0)
    return FALSE;
  return crypto_sign_verify_detached(signature, (const guint8 *)text, strlen(text), public) == 0;
}
