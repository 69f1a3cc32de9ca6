#pragma once
#include <jansson.h>
#include "daemon/base/error.h"
#include "daemon/base/types.h"

/* Text to message and back: the one place that parses what a peer sent.  Thread: any. */

/* Parses bounded JSON: at most most_bytes and GW_LIMIT_JSON_DEPTH deep, UTF-8, no duplicate keys, an
 * object at the top.  New reference, or NULL with GW_CODE_BAD_JSON or GW_CODE_TOO_LARGE. */
json_t *gw_json_decode(const char *text, gsize bytes, gsize most_bytes, GError **error);
/* Canonical: compact, keys sorted.  Caller frees with free(). */
char *gw_json_encode(json_t *value);

/* What a client sends on the socket. */
typedef enum GwMessageKind { GW_MESSAGE_SUBSCRIBE, GW_MESSAGE_UNSUBSCRIBE, GW_MESSAGE_COMMAND } GwMessageKind;

typedef struct GwMessage {
  GwMessageKind kind;
  json_t *root;                   /* owns all strings below */
  const char *view, *boot;        /* subscribe; boot NULL: from the beginning */
  gint64 seq;                     /* subscribe: -1 when absent */
  const char *id, *command;       /* command */
  json_t *args;                   /* command: an object, lent by root; NULL when absent */
  gint64 if_rev;                  /* command: 0 when absent */
} GwMessage;

/* Fills *ret; gw_message_clear() it.  FALSE: BAD_JSON, TOO_LARGE or BAD_ARGS; *ret is then empty, but
 * ret->id may be set (with root) so that a refusal can name the command. */
gboolean gw_message_decode(const char *text, gsize bytes, GwMessage *ret, GError **error);
void gw_message_clear(GwMessage *m);

/* {"v":1,"type":"reply",…}; takes no references.  Sentences and result may be NULL.  New reference. */
json_t *gw_message_reply(const char *id, GwCode code, const char *sentence_zh, const char *sentence_en, json_t *result,
                         json_t *object, gint64 seq, guint retry_after_ms);
