#include "daemon/net/passwords.h"

#include <sodium.h>
#include <string.h>

#include "daemon/base/lane.h"
#include "daemon/base/limits.h"
#include "daemon/base/post.h"

struct GwPasswords {
  GwLane *lane; /* element: Job */
  GThread *thread;
};

typedef struct {
  char *password, *hash; /* hash: given to verify, made by hash */
  GwHashFunc on_hash;
  GwVerifyFunc on_verify;
  gpointer user;
  gboolean ok;
} Job;

static void job_free(gpointer p) {
  Job *job = p;
  sodium_memzero(job->password, strlen(job->password));
  g_free(job->password);
  g_free(job->hash);
  g_free(job);
}

static void on_done(gpointer p) {
  Job *job = p;
  if (job->on_hash)
    job->on_hash(job->hash, job->user);
  else
    job->on_verify(job->ok, job->user);
}

char *gw_password_hash_now(const char *password) {
  g_autofree char *hash = g_malloc0(crypto_pwhash_STRBYTES);
  if (crypto_pwhash_str(hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    return NULL;
  return g_steal_pointer(&hash);
}

static gboolean verify(const char *hash, const char *password) {
  char padded[crypto_pwhash_STRBYTES] = "";
  gsize n = hash ? strlen(hash) : 0;
  if (n == 0 || n >= sizeof padded) {
    g_autofree char *burnt = gw_password_hash_now(password); /* the same time for a name that does not exist */
    return FALSE;
  }
  memcpy(padded, hash, n);
  return crypto_pwhash_str_verify(padded, password, strlen(password)) == 0;
}

static gpointer password_thread(gpointer p) {
  GwPasswords *passwords = p;
  for (;;) {
    Job *job = gw_lane_pop_until(passwords->lane, 0);
    if (!job && gw_lane_is_closed(passwords->lane))
      return NULL;
    if (!job)
      continue;
    if (!gw_lane_is_closed(passwords->lane)) {
      if (job->on_hash)
        job->hash = gw_password_hash_now(job->password);
      else
        job->ok = verify(job->hash, job->password);
    }
    gw_post(NULL, on_done, job, job_free);
  }
}

GwPasswords *gw_passwords_start(void) {
  if (sodium_init() < 0)
    g_error("libsodium does not start");
  GwPasswords *passwords = g_new0(GwPasswords, 1);
  passwords->lane = gw_lane_new(GW_LIMIT_LOGIN_QUEUE, job_free);
  passwords->thread = g_thread_new("passwords", password_thread, passwords);
  return passwords;
}

void gw_passwords_close(GwPasswords *passwords) {
  if (!passwords || !passwords->thread)
    return;
  gw_lane_close(passwords->lane);
  g_thread_join(g_steal_pointer(&passwords->thread));
}

void gw_passwords_free(GwPasswords *passwords) {
  if (!passwords)
    return;
  gw_passwords_close(passwords);
  gw_lane_free(passwords->lane);
  g_free(passwords);
}

static gboolean push(GwPasswords *passwords, Job *job) {
  if (gw_lane_push(passwords->lane, job))
    return TRUE;
  job_free(job);
  return FALSE;
}

gboolean gw_passwords_hash(GwPasswords *passwords, const char *password, GwHashFunc done, gpointer user) {
  Job *job = g_new0(Job, 1);
  *job = (Job){.password = g_strdup(password), .on_hash = done, .user = user};
  return push(passwords, job);
}

gboolean gw_passwords_verify(GwPasswords *passwords, const char *hash, const char *password, GwVerifyFunc done,
                             gpointer user) {
  Job *job = g_new0(Job, 1);
  *job = (Job){.password = g_strdup(password), .hash = g_strdup(hash), .on_verify = done, .user = user};
  return push(passwords, job);
}
