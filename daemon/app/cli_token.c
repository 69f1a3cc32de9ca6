#include "daemon/app/cli_token.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/token.h"

#define TTL_US (30 * GW_DAY)

typedef struct {
  char *path, *token;
} Job;

static void job_free(Job *job) {
  g_free(job->path);
  g_free(job->token);
  g_free(job);
}

static gboolean write_secretly(const char *path, const char *text) {
  g_autofree char *temporary = g_strconcat(path, ".new", NULL);
  gsize n = strlen(text);
  (void)g_unlink(temporary);
  int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  gboolean ok = fd >= 0 && write(fd, text, n) == (gssize)n;
  if (fd >= 0)
    ok = close(fd) == 0 && ok;
  return ok && g_rename(temporary, path) == 0;
}

static void on_committed(const GwReply *reply, gpointer p) {
  Job *job = p;
  g_autofree char *text = g_strconcat(job->token, "\n", NULL);
  if (reply->code != GW_CODE_OK)
    gw_warning("the command line cannot reach this daemon: %s", reply->sentence_en ? reply->sentence_en : "refused");
  else if (!write_secretly(job->path, text))
    gw_warning("cannot write %s: %s; the command line cannot reach this daemon", job->path, g_strerror(errno));
  job_free(job);
}

void gw_cli_token_write(GwLedger *ledger, const char *state) {
  g_autoptr(GError) error = NULL;
  Job *job = g_new0(Job, 1);
  *job = (Job){.path = g_build_filename(state, "cli.token", NULL), .token = gw_token_new()};
  g_autofree char *hash = gw_hash_hex(job->token, strlen(job->token));
  json_t *body = json_pack("{s:s,s:I}", "token_hash", hash, "expires_at_us", (json_int_t)(gw_clock_real_us() + TTL_US));
  if (!gw_ledger_observe(ledger, "session.cli", body, NULL, 0, on_committed, job, &error)) {
    gw_warning("the command line cannot reach this daemon: %s", error->message);
    job_free(job);
  }
  json_decref(body);
}
