#include "tests/farm/cameras/rtsp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void farm_request_clear(FarmRequest *request) {
  g_clear_pointer(&request->head, g_free);
}

static gboolean read_first_line(const char *line, gsize bytes, FarmRequest *request) {
  g_autofree char *text = g_strndup(line, bytes);
  g_auto(GStrv) words = g_strsplit(text, " ", 4);
  if (g_strv_length(words) != 3 || strcmp(words[2], "RTSP/1.0") != 0)
    return FALSE;
  return g_strlcpy(request->method, words[0], sizeof request->method) < sizeof request->method &&
         g_strlcpy(request->url, words[1], sizeof request->url) < sizeof request->url;
}

FarmParse farm_request_parse(const char *data, gsize bytes, FarmRequest *ret_request, gsize *ret_used) {
  const char *end = g_strstr_len(data, bytes, "\r\n\r\n");
  if (!end)
    return bytes >= FARM_REQUEST_BYTES ? FARM_PARSE_BAD : FARM_PARSE_MORE;
  const char *line_end = g_strstr_len(data, bytes, "\r\n");
  g_auto(FarmRequest) request = {.head = g_strndup(line_end, end - line_end + 2)};
  if (!read_first_line(data, line_end - data, &request))
    return FARM_PARSE_BAD;
  g_autofree char *length = farm_request_header(&request, "Content-Length");
  guint64 body = length ? g_ascii_strtoull(length, NULL, 10) : 0;
  gsize used = end - data + 4;
  if (body > FARM_REQUEST_BYTES - MIN(used, FARM_REQUEST_BYTES))
    return FARM_PARSE_BAD;
  if (bytes < used + body)
    return FARM_PARSE_MORE;
  *ret_used = used + body;
  *ret_request = request;
  request.head = NULL;
  return FARM_PARSE_DONE;
}

char *farm_request_header(const FarmRequest *request, const char *name) {
  gsize n = strlen(name);
  for (const char *line = request->head; line && line[0] && line[2]; line = strstr(line + 2, "\r\n")) {
    const char *at = line + 2;
    if (g_ascii_strncasecmp(at, name, n) != 0 || at[n] != ':')
      continue;
    return g_strstrip(g_strndup(at + n + 1, strcspn(at + n + 1, "\r\n")));
  }
  return NULL;
}

guint farm_request_camera(const FarmRequest *request) {
  const char *at = strstr(request->url, "/cam/");
  return at ? (guint)MIN(strtoul(at + 5, NULL, 10), G_MAXINT) : 0;
}

static gboolean read_transport(const char *text, FarmTransport *transport) {
  FarmTransport t = {.tcp = strstr(text, "/TCP") != NULL};
  if (!g_str_has_prefix(text, "RTP/AVP") || strstr(text, "multicast"))
    return FALSE;
  const char *at = strstr(text, t.tcp ? "interleaved=" : "client_port=");
  unsigned first = 0, second = 0;
  int n = at ? sscanf(strchr(at, '=') + 1, "%u-%u", &first, &second) : 0;
  if (t.tcp) {
    t.channel = first;
    *transport = t;
    return first < 255;
  }
  t.rtp_port = first;
  t.rtcp_port = n == 2 ? second : first + 1;
  *transport = t;
  return n >= 1 && first > 0 && first < 65535 && second < 65536;
}

gboolean farm_transport_parse(const char *value, FarmTransport *ret_transport) {
  g_auto(GStrv) offers = g_strsplit(value, ",", 8);
  for (guint i = 0; offers[i]; i++)
    if (read_transport(g_strstrip(offers[i]), ret_transport))
      return TRUE;
  return FALSE;
}
