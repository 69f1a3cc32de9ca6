#include "daemon/net/net_private.h"

/* Every question of net to the ledger goes through here and is counted, so that net can wait for the answers
 * before it ends: the ledger outlives it. */
typedef struct {
  GwNet *net;
  GwReplyFunc done;
  gpointer user;
} Question;

static void on_reply(const GwReply *reply, gpointer p) {
  Question *question = p;
  question->net->questions--;
  if (question->done)
    question->done(reply, question->user);
  g_free(question);
}

static Question *question_new(GwNet *net, GwReplyFunc done, gpointer user) {
  Question *question = g_new0(Question, 1);
  *question = (Question){net, done, user};
  net->questions++;
  return question;
}

static gboolean asked(Question *question, gboolean taken) {
  if (taken)
    return TRUE;
  question->net->questions--;
  g_free(question);
  return FALSE;
}

gboolean gw_net_ask_command(GwNet *net, const GwActor *actor, const char *uuid, const char *command, json_t *args,
                            gint64 if_rev, GwReplyFunc done, gpointer user, GError **error) {
  Question *question = question_new(net, done, user);
  return asked(question, gw_ledger_command(net->config.ledger, actor, uuid, command, args, if_rev, on_reply, question, error));
}

gboolean gw_net_ask_observe(GwNet *net, const char *kind, json_t *body, GwReplyFunc done, gpointer user, GError **error) {
  Question *question = question_new(net, done, user);
  return asked(question, gw_ledger_observe(net->config.ledger, kind, body, NULL, 0, on_reply, question, error));
}
