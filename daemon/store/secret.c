#include "daemon/store/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct GwSecret {
  guint8 key[crypto_secretbox_KEYBYTES];
};

static gboolean fail(GError **error, const char *path, const char *what) {
  g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "Key file %s %s", path, what);
  return FALSE;
}

/* Whole or not at all: a half-written key would make every later password unreadable. */
static gboolean write_key(const char *path, const guint8 *key, gsize bytes, GError **error) {
  g_autofree char *temporary = g_strconcat(path, ".new", NULL);
  (void)unlink(temporary);
  int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  gboolean ok = fd >= 0 && write(fd, key, bytes) == (gssize)bytes && fsync(fd) == 0;
  if (fd >= 0)
    close(fd);
  /* link, not rename: whoever came first keeps his key */
  ok = ok && link(temporary, path) == 0;
  int why = errno;
  if (fd >= 0)
    (void)unlink(temporary);
  return ok || fail(error, path, g_strerror(why));
}

static gboolean read_key(int fd, const char *path, guint8 *key, gsize bytes, GError **error) {
  struct stat st;
  if (fstat(fd, &st) < 0)
    return fail(error, path, g_strerror(errno));
  if (!S_ISREG(st.st_mode) || st.st_size != (off_t)bytes)
    return fail(error, path, "is not a key of ours. Put back the one that you keep apart from the backups.");
  if (st.st_mode & 077)
    return fail(error, path, "can be read by others. Run chmod 600 on it.");
  return read(fd, key, bytes) == (gssize)bytes || fail(error, path, "cannot be read.");
}

gboolean gw_secret_file(const char *path, gboolean make, guint8 *ret_key, gsize bytes,
                        void (*draw)(guint8 *key), GError **error) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 && (errno != ENOENT || !make))
    return fail(error, path, g_strerror(errno));
  if (fd < 0) {
    if (draw)
      draw(ret_key);
    else
      randombytes_buf(ret_key, bytes);
    return write_key(path, ret_key, bytes, error);
  }
  gboolean ok = read_key(fd, path, ret_key, bytes, error);
  close(fd);
  return ok;
}

GwSecret *gw_secret_load(const char *path, gboolean make, GError **error) {
  if (sodium_init() < 0) {
    g_set_error_literal(error, GW_ERROR, GW_CODE_INTERNAL, "libsodium cannot start.");
    return NULL;
  }
  g_autoptr(GwSecret) secret = g_new0(GwSecret, 1);
  if (!gw_secret_file(path, make, secret->key, sizeof secret->key, NULL, error))
    return NULL;
  return g_steal_pointer(&secret);
}

void gw_secret_free(GwSecret *secret) {
  if (!secret)
    return;
  sodium_memzero(secret, sizeof *secret);
  g_free(secret);
}

guint8 *gw_secret_seal(const GwSecret *secret, gconstpointer plain, gsize bytes, gsize *ret_bytes) {
  *ret_bytes = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + bytes;
  guint8 *sealed = g_malloc(*ret_bytes);
  randombytes_buf(sealed, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(sealed + crypto_secretbox_NONCEBYTES, plain, bytes, sealed, secret->key);
  return sealed;
}

char *gw_secret_open(const GwSecret *secret, const guint8 *sealed, gsize bytes, gsize *ret_bytes,
                     GError **error) {
  gsize head = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (sealed && bytes >= head) {
    *ret_bytes = bytes - head;
    char *plain = g_malloc0(*ret_bytes + 1);
    if (crypto_secretbox_open_easy((guint8 *)plain, sealed + crypto_secretbox_NONCEBYTES,
                                   bytes - crypto_secretbox_NONCEBYTES, sealed, secret->key) == 0)
      return plain;
    g_free(plain);
  }
  g_set_error_literal(
      error, GW_ERROR, GW_CODE_INTERNAL,
      "A stored password does not open with this key file. Restore the key file, or enter the password again.");
  return NULL;
}

void gw_secret_wipe(char *plain, gsize bytes) {
  if (!plain)
    return;
  sodium_memzero(plain, bytes);
  g_free(plain);
}

char *gw_secret_hash_hex(const GwSecret *secret, gconstpointer data, gsize bytes) {
  static const char purpose[] = "gridwarden keyed hash";
  guint8 key[32], hash[32];
  crypto_generichash(key, sizeof key, (const guint8 *)purpose, sizeof purpose - 1, secret->key,
                     sizeof secret->key);
  crypto_generichash(hash, sizeof hash, data, bytes, key, sizeof key);
  sodium_memzero(key, sizeof key);
  char *hex = g_malloc(2 * sizeof hash + 1);
  return sodium_bin2hex(hex, 2 * sizeof hash + 1, hash, sizeof hash);
}
