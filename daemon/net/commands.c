#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/base/log.h"
#include "daemon/base/token.h"
#include "daemon/net/net_private.h"
#include "daemon/store/user.h"
#include "daemon/wire/command.h"
#include "daemon/wire/message.h"

/* A command on its way: most go straight to the ledger; those with a password are hashed first, on the
 * password thread, and reach the ledger with "_password_hash" (and "_old_ok": the old one was right). */
typedef struct {
  GwNet *net;
  GwActor actor;
  char *uuid, *command, *old_hash;
  json_t *args; /* our own copy */
  gint64 if_rev;
  GwReplyFunc done;
  gpointer user;
} Job;

static void job_free(Job *job) {
  g_free(job->uuid);
  g_free(job->command);
  g_free(job->old_hash);
  json_decref(job->args);
  g_free(job);
}

static void reply_error(GwReplyFunc done, gpointer user, const GError *error) {
  GwReply reply = {.code = gw_error_code(error), .sentence_zh = gw_say_error_zh(error), .sentence_en = error->message};
  done(&reply, user);
}

static void reply_say(GwReplyFunc done, gpointer user, GwSentence say) {
  GwReply reply = {.code = gw_say_code(say), .sentence_zh = gw_say_zh(say), .sentence_en = gw_say_en(say)};
  done(&reply, user);
}

static void end_say(Job *job, GwSentence say) {
  reply_say(job->done, job->user, say);
  job_free(job);
}

guint gw_net_retry_after_ms(GwCode code) {
  return code == GW_CODE_BUSY ? 1000 : code == GW_CODE_THROTTLED ? 10000 : code == GW_CODE_STORAGE ? 5000 : 0;
}

static void to_ledger(Job *job) {
  g_autoptr(GError) error = NULL;
  if (!gw_net_ask_command(job->net, &job->actor, job->uuid, job->command, job->args, job->if_rev, job->done,
                         job->user, &error))
    reply_error(job->done, job->user, error);
  job_free(job);
}

static void on_hash(const char *hash, gpointer p) {
  Job *job = p;
  if (!hash) {
    end_say(job, GW_SAY_LOGIN_BUSY);
    return;
  }
  json_object_set_new(job->args, "_password_hash", json_string(hash));
  to_ledger(job);
}

static void hash_new(Job *job) {
  const char *password = json_string_value(json_object_get(job->args, "password"));
  if (!gw_passwords_hash(job->net->passwords, password, on_hash, job))
    end_say(job, GW_SAY_LOGIN_BUSY);
}

static void on_old_verified(gboolean ok, gpointer p) {
  Job *job = p;
  if (!ok) { /* the ledger refuses it, unless it is the same command once more: then the old one is the new one */
    to_ledger(job);
    return;
  }
  json_object_set_new(job->args, "_old_ok", json_true());
  hash_new(job);
}

static gboolean read_old(GwDb *db, gpointer p, GError **error) {
  Job *job = p;
  g_auto(GwUserRow) row = {0};
  if (!gw_store_user_get(db, job->actor.user_id, &row, error))
    return FALSE;
  job->old_hash = g_strdup(row.password_hash);
  return TRUE;
}

static void on_old_read(gpointer p, const GError *error) {
  Job *job = p;
  const char *old = json_string_value(json_object_get(job->args, "old"));
  if (error) {
    reply_error(job->done, job->user, error);
    job_free(job);
  } else if (!gw_passwords_verify(job->net->passwords, job->old_hash, old ? old : "", on_old_verified, job)) {
    end_say(job, GW_SAY_LOGIN_BUSY);
  }
}

static gboolean is_own_password(const Job *job) {
  gint64 of = json_integer_value(json_object_get(job->args, "user_id"));
  return strcmp(job->command, "user.passwd") == 0 && (of == 0 || of == job->actor.user_id);
}

static gboolean has_password(const char *command) {
  return strcmp(command, "user.add") == 0 || strcmp(command, "user.passwd") == 0;
}

void gw_net_command(GwNet *net, const GwSession *session, const char *uuid, const char *command, json_t *args,
                    gint64 if_rev, GwReplyFunc done, gpointer user) {
  g_autoptr(GError) error = NULL;
  GwActor actor = gw_session_actor(session);
  if (!gw_uuid_is_valid(uuid)) {
    reply_say(done, user, GW_SAY_ID_WANTED);
    return;
  }
  if (!has_password(command)) {
    json_t *given = args ? json_incref(args) : json_object();
    if (!gw_net_ask_command(net, &actor, uuid, command, given, if_rev, done, user, &error))
      reply_error(done, user, error);
    json_decref(given);
    return;
  }
  if (!gw_command_check(command, actor.role, args, &error)) {
    reply_error(done, user, error);
    return;
  }
  Job *job = g_new0(Job, 1);
  *job = (Job){.net = net,
               .actor = actor,
               .uuid = g_strdup(uuid),
               .command = g_strdup(command),
               .args = json_deep_copy(args),
               .if_rev = if_rev,
               .done = done,
               .user = user};
  if (!is_own_password(job))
    hash_new(job);
  else if (!gw_readers_run(net->readers, read_old, on_old_read, job))
    end_say(job, GW_SAY_READS_BUSY);
}

/* --- over HTTP --- */

json_t *gw_net_body(GwRequest *r, gsize most_bytes) {
  g_autoptr(GError) error = NULL;
  const char *text = r->body ? (const char *)r->body->data : "";
  json_t *root = gw_json_decode(text, r->body ? r->body->len : 0, most_bytes, &error);
  if (!root)
    gw_respond_error(r, error);
  return root;
}

typedef struct {
  GwRequest *r;
  char *uuid;
} Post;

static void on_reply(const GwReply *reply, gpointer p) {
  Post *post = p;
  guint wait_ms = gw_net_retry_after_ms(reply->code);
  if (wait_ms) {
    g_autofree char *seconds = g_strdup_printf("%u", (wait_ms + 999) / 1000);
    gw_request_header(post->r, "Retry-After", seconds);
  }
  gw_respond_json(post->r, gw_code_http_status(reply->code),
                  gw_message_reply(post->uuid, reply->code, reply->sentence_zh, reply->sentence_en, reply->result,
                                   reply->object, reply->seq, wait_ms));
  gw_request_unref(post->r);
  g_free(post->uuid);
  g_free(post);
}

void gw_net_post_command(GwNet *net, GwRequest *r) {
  const char *command = r->path + strlen("/api/v1/");
  GwSession session;
  if (!gw_command_exists(command)) {
    gw_respond_say(r, GW_SAY_NO_SUCH_COMMAND);
    return;
  }
  if (!gw_net_session_of(net, r, &session)) {
    gw_respond_say(r, GW_SAY_LOGIN_FIRST);
    return;
  }
  json_t *root = gw_net_body(r, r->body_most);
  if (!root)
    return;
  const char *uuid = json_string_value(json_object_get(root, "id"));
  json_t *args = json_object_get(root, "args");
  json_t *if_rev = json_object_get(root, "if_rev");
  if (!uuid || (args && !json_is_object(args)) || (if_rev && !json_is_integer(if_rev))) {
    gw_respond_say(r, GW_SAY_ID_WANTED);
  } else {
    Post *post = g_new0(Post, 1);
    *post = (Post){gw_request_ref(r), g_strdup(uuid)};
    gw_net_command(net, &session, uuid, command, args, json_integer_value(if_rev), on_reply, post);
  }
  json_decref(root);
}
