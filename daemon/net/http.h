#pragma once
#include <jansson.h>
#include "daemon/base/error.h"
#include "daemon/base/types.h"
#include "daemon/net/sentence.h"

/* One HTTP request and its answer, apart from libwebsockets (server.c is the glue).
 *
 * Thread: the owner.  A request is counted: whoever answers later takes a reference.  Answering one whose
 * peer has gone is harmless.  Exactly one gw_respond_…() for each request. */
struct lws;
struct GwServer;

typedef enum GwMethod { GW_METHOD_GET, GW_METHOD_HEAD, GW_METHOD_POST, GW_METHOD_OTHER } GwMethod;

typedef struct GwRequest GwRequest;
struct GwRequest {
  int refs;
  struct GwServer *server; /* lent */
  struct lws *wsi;         /* lent; NULL once the peer has gone */
  GwMethod method;
  gboolean tls, loopback; /* came in by TLS; comes from this machine */
  int mount;              /* 0: the root; n: /demo/n */
  char *path;             /* below the mount, decoded, safe; "/api/v1/alert" */
  GHashTable *query;      /* char * -> char *, decoded */
  char *host, *origin, *cookies, *authorization, *content_type, *accept_encoding, *if_none_match, *range, *if_range, *agent, *address;
  gint64 content_length; /* -1: not given */
  gboolean chunked, expects_continue, wants_close, cuts_body; /* cuts_body: answered before its body was read to the end */

  gsize body_most;                   /* set by the router before the body comes; 0: none is taken */
  void (*on_body)(GwRequest *r);     /* the whole body is here */
  GByteArray *body;
  gpointer scratch;                  /* of the handler, freed with scratch_free when the request goes */
  GDestroyNotify scratch_free;

  int status; /* 0: not answered yet */
  GString *headers;
  GBytes *out;
  gsize sent;
  gboolean head_sent, discarding;
};

GwRequest *gw_request_new(void);
GwRequest *gw_request_ref(GwRequest *r);
void gw_request_unref(GwRequest *r); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwRequest, gw_request_unref)
const char *gw_request_query(const GwRequest *r, const char *name); /* lent; NULL when absent */

void gw_request_header(GwRequest *r, const char *name, const char *value); /* before the answer */
/* The answer.  `body` is referenced; NULL: empty. */
void gw_respond(GwRequest *r, int status, const char *type, GBytes *body);
void gw_respond_json(GwRequest *r, int status, json_t *consumed);
void gw_respond_text(GwRequest *r, int status, const char *type, const char *text);
void gw_respond_say(GwRequest *r, GwSentence sentence);
void gw_respond_error(GwRequest *r, const GError *error);
/* {"code","sentence_zh","sentence_en"}; new reference. */
json_t *gw_refusal_json(GwCode code, const char *zh, const char *en);

/* Everything before the body, as it goes over the wire.  Caller frees. */
char *gw_response_head(const GwRequest *r);

/* Set by server.c: told once when an answer is ready. */
void gw_request_on_ready(void (*func)(GwRequest *r));
