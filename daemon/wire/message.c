#include "daemon/wire/message.h"

#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/base/token.h"

/* Jansson's own depth limit (2048) is deeper than anything we read: count before parsing. */
static gboolean too_deep(const char *text, gsize bytes) {
  int depth = 0;
  gboolean in_string = FALSE;
  for (gsize i = 0; i < bytes; i++) {
    char c = text[i];
    if (in_string) {
      if (c == '\\')
        i++;
      else if (c == '"')
        in_string = FALSE;
    } else if (c == '"')
      in_string = TRUE;
    else if (c == '{' || c == '[') {
      if (++depth > GW_LIMIT_JSON_DEPTH)
        return TRUE;
    } else if (c == '}' || c == ']')
      depth--;
  }
  return FALSE;
}

json_t *gw_json_decode(const char *text, gsize bytes, gsize most_bytes, GError **error) {
  if (bytes > most_bytes) {
    g_set_error(error, GW_ERROR, GW_CODE_TOO_LARGE, "The message has %" G_GSIZE_FORMAT " bytes; at most %" G_GSIZE_FORMAT " are taken.",
                bytes, most_bytes);
    return NULL;
  }
  if (too_deep(text, bytes)) {
    g_set_error(error, GW_ERROR, GW_CODE_BAD_JSON, "The JSON is nested more than %d deep.", GW_LIMIT_JSON_DEPTH);
    return NULL;
  }
  json_error_t why;
  json_t *root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &why);
  if (!root) {
    g_set_error(error, GW_ERROR, GW_CODE_BAD_JSON, "Not JSON at byte %d: %s", why.position, why.text);
    return NULL;
  }
  if (!json_is_object(root)) {
    json_decref(root);
    g_set_error_literal(error, GW_ERROR, GW_CODE_BAD_JSON, "The message must be a JSON object.");
    return NULL;
  }
  return root;
}

char *gw_json_encode(json_t *value) {
  return json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
}

static gboolean bad(GError **error, const char *what) {
  g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "%s", what);
  return FALSE;
}

static gboolean decode_command(GwMessage *m, GError **error) {
  m->kind = GW_MESSAGE_COMMAND;
  json_t *if_rev = json_object_get(m->root, "if_rev");
  m->args = json_object_get(m->root, "args");
  m->command = json_string_value(json_object_get(m->root, "command"));
  if (!m->id)
    return bad(error, "A command needs an \"id\", a UUID made by the client.");
  if (!m->command)
    return bad(error, "A command needs its name in \"command\".");
  if (m->args && !json_is_object(m->args))
    return bad(error, "\"args\" must be an object.");
  if (if_rev && (!json_is_integer(if_rev) || json_integer_value(if_rev) < 1))
    return bad(error, "\"if_rev\" must be a positive number.");
  m->if_rev = if_rev ? json_integer_value(if_rev) : 0;
  return TRUE;
}

static gboolean decode_subscribe(GwMessage *m, gboolean on, GError **error) {
  m->kind = on ? GW_MESSAGE_SUBSCRIBE : GW_MESSAGE_UNSUBSCRIBE;
  json_t *seq = json_object_get(m->root, "seq");
  m->view = json_string_value(json_object_get(m->root, "view"));
  m->boot = json_string_value(json_object_get(m->root, "boot"));
  if (!m->view)
    return bad(error, "Say which \"view\".");
  if (seq && (!json_is_integer(seq) || json_integer_value(seq) < 0))
    return bad(error, "\"seq\" must be a number.");
  m->seq = seq ? json_integer_value(seq) : -1;
  return TRUE;
}

gboolean gw_message_decode(const char *text, gsize bytes, GwMessage *ret, GError **error) {
  *ret = (GwMessage){.seq = -1};
  ret->root = gw_json_decode(text, bytes, GW_LIMIT_MESSAGE_BYTES, error);
  if (!ret->root)
    return FALSE;
  const char *id = json_string_value(json_object_get(ret->root, "id"));
  if (gw_uuid_is_valid(id))
    ret->id = id;
  const char *type = json_string_value(json_object_get(ret->root, "type"));
  if (g_strcmp0(type, "command") == 0)
    return decode_command(ret, error);
  if (g_strcmp0(type, "subscribe") == 0 || g_strcmp0(type, "unsubscribe") == 0)
    return decode_subscribe(ret, type[0] == 's', error);
  return bad(error, "\"type\" must be subscribe, unsubscribe or command.");
}

void gw_message_clear(GwMessage *m) {
  json_decref(m->root);
  *m = (GwMessage){.seq = -1};
}

json_t *gw_message_reply(const char *id, GwCode code, const char *sentence_zh, const char *sentence_en, json_t *result,
                         json_t *object, gint64 seq, guint retry_after_ms) {
  json_t *reply = json_pack("{s:i, s:s, s:s, s:s}", "v", 1, "type", "reply", "id", id ? id : "", "code",
                            gw_code_to_string(code));
  if (sentence_zh)
    json_object_set_new(reply, "sentence_zh", json_string(sentence_zh));
  if (sentence_en)
    json_object_set_new(reply, "sentence_en", json_string(sentence_en));
  if (result)
    json_object_set(reply, "result", result);
  if (object)
    json_object_set(reply, "object", object);
  if (seq)
    json_object_set_new(reply, "seq", json_integer(seq));
  if (retry_after_ms)
    json_object_set_new(reply, "retry_after_ms", json_integer(retry_after_ms));
  return reply;
}
