#include "daemon/net/http.h"

#include <stdlib.h>
#include <string.h>

static void (*on_ready)(GwRequest *r);

void gw_request_on_ready(void (*func)(GwRequest *r)) {
  on_ready = func;
}

GwRequest *gw_request_new(void) {
  GwRequest *r = g_new0(GwRequest, 1);
  r->refs = 1;
  r->content_length = -1;
  r->headers = g_string_new(NULL);
  r->query = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return r;
}

GwRequest *gw_request_ref(GwRequest *r) {
  r->refs++;
  return r;
}

void gw_request_unref(GwRequest *r) {
  if (!r || --r->refs > 0)
    return;
  if (r->scratch_free && r->scratch)
    r->scratch_free(r->scratch);
  char *texts[] = {r->path,         r->host,            r->origin,        r->cookies, r->authorization,
                   r->content_type, r->accept_encoding, r->if_none_match, r->range, r->if_range, r->agent, r->address};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  g_hash_table_unref(r->query);
  g_string_free(r->headers, TRUE);
  g_clear_pointer(&r->body, g_byte_array_unref);
  g_clear_pointer(&r->out, g_bytes_unref);
  g_free(r);
}

const char *gw_request_query(const GwRequest *r, const char *name) {
  return g_hash_table_lookup(r->query, name);
}

void gw_request_header(GwRequest *r, const char *name, const char *value) {
  g_return_if_fail(!strpbrk(value, "\r\n"));
  g_string_append_printf(r->headers, "%s: %s\r\n", name, value);
}

void gw_respond(GwRequest *r, int status, const char *type, GBytes *body) {
  g_return_if_fail(r->status == 0);
  r->status = status;
  if (type)
    gw_request_header(r, "Content-Type", type);
  r->out = body ? g_bytes_ref(body) : NULL;
  if (on_ready && r->wsi)
    on_ready(r);
}

void gw_respond_json(GwRequest *r, int status, json_t *consumed) {
  char *text = json_dumps(consumed, JSON_COMPACT | JSON_REAL_PRECISION(12));
  json_decref(consumed);
  g_autoptr(GBytes) body = g_bytes_new_with_free_func(text, text ? strlen(text) : 0, free, text);
  if (!strstr(r->headers->str, "Cache-Control:"))
    gw_request_header(r, "Cache-Control", "no-store");
  gw_respond(r, text ? status : 500, "application/json; charset=utf-8", body);
}

void gw_respond_text(GwRequest *r, int status, const char *type, const char *text) {
  g_autoptr(GBytes) body = g_bytes_new(text, strlen(text));
  gw_respond(r, status, type, body);
}

json_t *gw_refusal_json(GwCode code, const char *zh, const char *en) {
  return json_pack("{s:s,s:s,s:s}", "code", gw_code_to_string(code), "sentence_zh", zh, "sentence_en", en);
}

void gw_respond_say(GwRequest *r, GwSentence sentence) {
  int status = sentence == GW_SAY_HOST_UNKNOWN   ? 421
               : sentence == GW_SAY_METHOD_WRONG ? 405
               : sentence == GW_SAY_LENGTH_WANTED ? 411
                                                  : gw_code_http_status(gw_say_code(sentence));
  gw_respond_json(r, status, gw_refusal_json(gw_say_code(sentence), gw_say_zh(sentence), gw_say_en(sentence)));
}

void gw_respond_error(GwRequest *r, const GError *error) {
  GwCode code = gw_error_code(error);
  /* What is not of our own domain was made for a log, not for a person. */
  const char *en = code == GW_CODE_INTERNAL ? "Our mistake; it is in the log." : error->message;
  gw_respond_json(r, gw_code_http_status(code), gw_refusal_json(code, gw_say_error_zh(error), en));
}

static const char *reason_of(int status) {
  static const struct {
    int status;
    const char *reason;
  } reasons[] = {{200, "OK"},
                 {204, "No Content"},
                 {206, "Partial Content"},
                 {304, "Not Modified"},
                 {400, "Bad Request"},
                 {401, "Unauthorized"},
                 {403, "Forbidden"},
                 {404, "Not Found"},
                 {405, "Method Not Allowed"},
                 {409, "Conflict"},
                 {410, "Gone"},
                 {411, "Length Required"},
                 {413, "Content Too Large"},
                 {415, "Unsupported Media Type"},
                 {416, "Range Not Satisfiable"},
                 {421, "Misdirected Request"},
                 {429, "Too Many Requests"},
                 {500, "Internal Server Error"},
                 {503, "Service Unavailable"}};
  for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++) {
    if (reasons[i].status == status)
      return reasons[i].reason;
  }
  return "Status";
}

char *gw_response_head(const GwRequest *r) {
  GString *head = g_string_new(NULL);
  g_string_append_printf(head, "HTTP/1.1 %d %s\r\n", r->status, reason_of(r->status));
  g_string_append(head, r->headers->str);
  g_string_append(head, "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n");
  if (r->wants_close)
    g_string_append(head, "Connection: close\r\n");
  if (r->status != 304)
    g_string_append_printf(head, "Content-Length: %" G_GSIZE_FORMAT "\r\n", r->out ? g_bytes_get_size(r->out) : 0);
  g_string_append(head, "\r\n");
  return g_string_free(head, FALSE);
}
