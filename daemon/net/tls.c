#include "daemon/net/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <unistd.h>

#define CA_DAYS 3650
#define LEAF_DAYS 397
#define RENEW_DAYS 30

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_free)

void gw_tls_paths_clear(GwTlsPaths *paths) {
  g_clear_pointer(&paths->ca, g_free);
  g_clear_pointer(&paths->certificate, g_free);
  g_clear_pointer(&paths->key, g_free);
}

static gboolean failed(GError **error, const char *what) {
  g_set_error(error, GW_ERROR, GW_CODE_INTERNAL, "TLS: %s failed", what);
  return FALSE;
}

static char *bio_text(BIO *bio) {
  char *data = NULL;
  long n = BIO_get_mem_data(bio, &data);
  return g_strndup(data, (gsize)n);
}

static char *pem_of_certificate(X509 *certificate) {
  g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
  return PEM_write_bio_X509(bio, certificate) == 1 ? bio_text(bio) : NULL;
}

static char *pem_of_key(EVP_PKEY *key) {
  g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
  return PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1 ? bio_text(bio) : NULL;
}

static X509 *read_certificate(const char *path) {
  g_autofree char *text = NULL;
  gsize n = 0;
  if (!g_file_get_contents(path, &text, &n, NULL))
    return NULL;
  g_autoptr(BIO) bio = BIO_new_mem_buf(text, (int)n);
  return PEM_read_bio_X509(bio, NULL, NULL, NULL);
}

static EVP_PKEY *read_key(const char *path) {
  g_autofree char *text = NULL;
  gsize n = 0;
  if (!g_file_get_contents(path, &text, &n, NULL))
    return NULL;
  g_autoptr(BIO) bio = BIO_new_mem_buf(text, (int)n);
  return PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
}

/* Whole or not at all, and never readable by others, not even for a moment. */
static gboolean write_secretly(const char *path, const char *text, GError **error) {
  g_autofree char *temporary = g_strconcat(path, ".new", NULL);
  gsize n = strlen(text);
  (void)g_unlink(temporary);
  int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  gboolean ok = fd >= 0 && write(fd, text, n) == (gssize)n && fsync(fd) == 0;
  if (fd >= 0)
    ok = close(fd) == 0 && ok;
  ok = ok && g_rename(temporary, path) == 0;
  if (!ok)
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "cannot write %s: %s", path, g_strerror(errno));
  return ok;
}

static gboolean add_extension(X509 *certificate, X509 *issuer, int nid, const char *value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
  gboolean ok = extension && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return ok;
}

static gboolean set_serial(X509 *certificate) {
  guint8 bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1)
    return FALSE;
  bytes[0] &= 0x7f;
  g_autoptr(BIGNUM) number = BN_bin2bn(bytes, sizeof bytes, NULL);
  return number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
}

static X509 *new_certificate(EVP_PKEY *key, const char *name, int days, GwUsec now_us) {
  g_autoptr(X509) certificate = X509_new();
  time_t now = (time_t)(now_us / GW_SEC);
  X509_NAME *subject = certificate ? X509_get_subject_name(certificate) : NULL;
  if (!subject || X509_set_version(certificate, 2) != 1 || !set_serial(certificate) ||
      !X509_time_adj_ex(X509_getm_notBefore(certificate), -1, 0, &now) ||
      !X509_time_adj_ex(X509_getm_notAfter(certificate), days - 1, 0, &now) ||
      X509_set_pubkey(certificate, key) != 1 ||
      X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8, (const guchar *)"Gridwarden", -1, -1, 0) != 1 ||
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const guchar *)name, -1, -1, 0) != 1)
    return NULL;
  return g_steal_pointer(&certificate);
}

static gboolean make_ca(const GwTlsPaths *paths, const char *ca_key_path, GwUsec now_us, GError **error) {
  g_autoptr(EVP_PKEY) key = EVP_EC_gen("P-256");
  g_autofree char *name = g_strdup_printf("Gridwarden CA %s", g_get_host_name());
  g_autoptr(X509) ca = key ? new_certificate(key, name, CA_DAYS, now_us) : NULL;
  if (!ca || X509_set_issuer_name(ca, X509_get_subject_name(ca)) != 1 ||
      !add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension(ca, ca, NID_subject_key_identifier, "hash") || X509_sign(ca, key, EVP_sha256()) == 0)
    return failed(error, "making the CA");
  g_autofree char *key_text = pem_of_key(key);
  g_autofree char *text = pem_of_certificate(ca);
  return write_secretly(ca_key_path, key_text, error) && write_secretly(paths->ca, text, error);
}

static gboolean is_address(const char *name) {
  guint8 bytes[16];
  return inet_pton(AF_INET, name, bytes) == 1 || inet_pton(AF_INET6, name, bytes) == 1;
}

static int by_text(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "DNS:a,IP:b", sorted and without doubles: also what is compared to see whether the names have changed. */
static char *alternative_names(const char *const *names) {
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
  for (gsize i = 0; names[i]; i++) {
    gboolean plain = !strpbrk(names[i], ",:\n\r ") || is_address(names[i]);
    g_autofree char *entry = g_strdup_printf("%s:%s", is_address(names[i]) ? "IP" : "DNS", names[i]);
    if (plain && *names[i] && !g_ptr_array_find_with_equal_func(all, entry, g_str_equal, NULL))
      g_ptr_array_add(all, g_steal_pointer(&entry));
  }
  g_ptr_array_sort(all, by_text);
  g_ptr_array_add(all, NULL);
  return g_strjoinv(",", (char **)all->pdata);
}

static gboolean make_leaf(const GwTlsPaths *paths, const char *ca_key_path, const char *alternatives, GwUsec now_us,
                          GError **error) {
  g_autoptr(X509) ca = read_certificate(paths->ca);
  g_autoptr(EVP_PKEY) ca_key = read_key(ca_key_path);
  g_autoptr(EVP_PKEY) key = EVP_EC_gen("P-256");
  g_autoptr(X509) leaf = key ? new_certificate(key, "Gridwarden center", LEAF_DAYS, now_us) : NULL;
  if (!ca || !ca_key || !leaf || X509_set_issuer_name(leaf, X509_get_subject_name(ca)) != 1 ||
      !add_extension(leaf, ca, NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(leaf, ca, NID_key_usage, "critical,digitalSignature") ||
      !add_extension(leaf, ca, NID_ext_key_usage, "serverAuth") ||
      !add_extension(leaf, ca, NID_subject_key_identifier, "hash") ||
      !add_extension(leaf, ca, NID_authority_key_identifier, "keyid:always") ||
      !add_extension(leaf, ca, NID_subject_alt_name, alternatives) || X509_sign(leaf, ca_key, EVP_sha256()) == 0)
    return failed(error, "making the certificate");
  g_autofree char *leaf_text = pem_of_certificate(leaf);
  g_autofree char *ca_text = pem_of_certificate(ca);
  g_autofree char *chain = g_strconcat(leaf_text, ca_text, NULL);
  g_autofree char *key_text = pem_of_key(key);
  return write_secretly(paths->key, key_text, error) && write_secretly(paths->certificate, chain, error);
}

/* The CA must be the one that signed, and enough time must be left. */
static gboolean leaf_is_fit(const GwTlsPaths *paths, GwUsec now_us) {
  g_autoptr(X509) ca = read_certificate(paths->ca);
  g_autoptr(X509) leaf = read_certificate(paths->certificate);
  g_autoptr(EVP_PKEY) key = read_key(paths->key);
  time_t limit = (time_t)(now_us / GW_SEC) + RENEW_DAYS * 86400;
  return ca && leaf && key && X509_check_private_key(leaf, key) == 1 && X509_cmp_time(X509_get0_notAfter(leaf), &limit) > 0 &&
         X509_verify(leaf, X509_get0_pubkey(ca)) == 1;
}

static gboolean same_names(const char *path, const char *alternatives) {
  g_autofree char *text = NULL;
  return g_file_get_contents(path, &text, NULL, NULL) && strcmp(text, alternatives) == 0;
}

gboolean gw_tls_prepare(const char *folder, const char *const *names, GwUsec now_us, GwTlsPaths *ret, gboolean *ret_made,
                        GError **error) {
  g_autofree char *ca_key_path = g_build_filename(folder, "ca.key", NULL);
  g_autofree char *names_path = g_build_filename(folder, "names", NULL);
  g_autofree char *alternatives = alternative_names(names);
  *ret_made = FALSE;
  if (g_mkdir_with_parents(folder, 0700) != 0) {
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "cannot make the folder %s: %s", folder, g_strerror(errno));
    return FALSE;
  }
  GwTlsPaths paths = {g_build_filename(folder, "ca.crt", NULL), g_build_filename(folder, "center.crt", NULL),
                      g_build_filename(folder, "center.key", NULL)};
  gboolean ok = TRUE;
  g_autoptr(X509) ca = read_certificate(paths.ca);
  g_autoptr(EVP_PKEY) ca_key = read_key(ca_key_path);
  if (!ca || !ca_key || X509_check_private_key(ca, ca_key) != 1)
    ok = make_ca(&paths, ca_key_path, now_us, error);
  if (ok && (!leaf_is_fit(&paths, now_us) || !same_names(names_path, alternatives))) {
    ok = make_leaf(&paths, ca_key_path, alternatives, now_us, error) && write_secretly(names_path, alternatives, error);
    *ret_made = ok;
  }
  if (!ok) {
    gw_tls_paths_clear(&paths);
    return FALSE;
  }
  *ret = paths;
  return TRUE;
}

char *gw_tls_fingerprint(const char *certificate) {
  g_autoptr(X509) x = read_certificate(certificate);
  guint8 hash[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  if (!x || X509_digest(x, EVP_sha256(), hash, &n) != 1)
    return NULL;
  GString *text = g_string_new(NULL);
  for (unsigned i = 0; i < n; i++)
    g_string_append_printf(text, "%s%02X", i ? ":" : "", hash[i]);
  return g_string_free(text, FALSE);
}
