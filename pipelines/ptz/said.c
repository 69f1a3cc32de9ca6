#include "pipelines/ptz/said.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES 1024
#define NAME_BYTES 48

typedef struct Parser {
  xmlParserCtxtPtr context;
  gboolean is_bad;
  guint depth;
  char path[GW_PTZ_MOST_DEPTH][NAME_BYTES]; /* local names; cut */
  char text[TEXT_BYTES];
  gsize text_bytes;
  GwPtzSaid *said;
  char service[256];                /* namespace of the service that is open */
  char profile[GW_PTZ_TOKEN_BYTES]; /* token of the profile that is open */
  GwPtzPreset preset;
  int date[6]; /* year … second */
} Parser;

static void stop(Parser *p) {
  p->is_bad = TRUE;
  xmlStopParser(p->context);
}

static gboolean is(const Parser *p, guint from_end, const char *name) {
  return p->depth > from_end && strcmp(p->path[p->depth - 1 - from_end], name) == 0;
}

static gboolean is_inside(const Parser *p, const char *name) {
  for (guint i = 0; i < p->depth; i++)
    if (strcmp(p->path[i], name) == 0)
      return TRUE;
  return FALSE;
}

/* libxml2 leaves this one reference alone while entities are not replaced. */
static void replace_ampersands(char *text) {
  static const char reference[] = "&#38;";
  char *to = text;
  for (const char *from = text; *from; to++) {
    const gboolean is_reference = g_str_has_prefix(from, reference);
    *to = *from;
    from += is_reference ? sizeof reference - 1 : 1;
  }
  *to = '\0';
}

/* "" when it is longer than we take, or says nothing that can be said again. */
static void copy_token(char to[GW_PTZ_TOKEN_BYTES], const char *from, gsize bytes) {
  to[0] = '\0';
  if (bytes >= GW_PTZ_TOKEN_BYTES || !g_utf8_validate(from, (gssize)bytes, NULL))
    return;
  memcpy(to, from, bytes);
  to[bytes] = '\0';
  replace_ampersands(to);
  for (char *c = to; *c; c++)
    if (g_ascii_iscntrl(*c))
      *c = ' ';
  g_strstrip(to);
}

/* The attribute `token`, whatever its prefix. */
static void read_token(const xmlChar **attributes, int n, char to[GW_PTZ_TOKEN_BYTES]) {
  to[0] = '\0';
  for (int i = 0; i < n; i++) {
    const xmlChar **at = attributes + 5 * i;
    if (strcmp((const char *)at[0], "token") == 0)
      copy_token(to, (const char *)at[3], (gsize)(at[4] - at[3]));
  }
}

static void start_element(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                          int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
                          const xmlChar **attributes) {
  Parser *p = user;
  if (p->is_bad)
    return;
  if (p->depth == GW_PTZ_MOST_DEPTH) {
    stop(p);
    return;
  }
  g_strlcpy(p->path[p->depth++], (const char *)name, NAME_BYTES);
  p->text_bytes = 0;
  if (p->depth == 1)
    p->said->is_envelope = is(p, 0, "Envelope");
  else if (is(p, 0, "Service"))
    p->service[0] = '\0';
  else if (is(p, 0, "Profiles")) {
    read_token(attributes, n_attributes, p->profile);
    p->said->n_profiles++;
  } else if (is(p, 0, "PTZConfiguration") && is(p, 1, "Profiles") && p->said->profile[0] == '\0')
    g_strlcpy(p->said->profile, p->profile, sizeof p->said->profile);
  else if (is(p, 0, "Preset")) {
    p->preset.name[0] = '\0';
    read_token(attributes, n_attributes, p->preset.token);
  }
}

static void characters(void *user, const xmlChar *text, int bytes) {
  Parser *p = user;
  if (p->is_bad || p->depth == 0)
    return;
  const gsize n = MIN((gsize)bytes, TEXT_BYTES - 1 - p->text_bytes);
  memcpy(p->text + p->text_bytes, text, n);
  p->text_bytes += n;
}

/* ---- what an element said ---- */

/* "ter:NotAuthorized" and what else stands behind the prefix of a subcode. */
static void read_fault(GwPtzSaid *said, const char *text) {
  static const struct {
    const char *code;
    GwPtzFault fault;
  } codes[] = {
      {"NotAuthorized", GW_PTZ_FAULT_AUTH},       {"FailedAuthentication", GW_PTZ_FAULT_AUTH},
      {"InvalidSecurity", GW_PTZ_FAULT_AUTH},     {"InvalidSecurityToken", GW_PTZ_FAULT_AUTH},
      {"OperationProhibited", GW_PTZ_FAULT_AUTH}, {"ActionNotSupported", GW_PTZ_FAULT_NO_ACTION},
      {"UnknownAction", GW_PTZ_FAULT_NO_ACTION},  {"NoToken", GW_PTZ_FAULT_NO_ENTITY},
      {"NoProfile", GW_PTZ_FAULT_NO_ENTITY},      {"NoEntity", GW_PTZ_FAULT_NO_ENTITY},
      {"NoPTZProfile", GW_PTZ_FAULT_NO_ENTITY},   {"PTZNotSupported", GW_PTZ_FAULT_NO_ENTITY},
  };
  const char *colon = strrchr(text, ':'), *code = colon ? colon + 1 : text;
  for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
    if (g_ascii_strcasecmp(code, codes[i].code) == 0)
      said->fault = codes[i].fault;
}

static void keep_url(char to[GW_PTZ_URL_BYTES], const char *text) {
  if (to[0] == '\0' && strlen(text) < GW_PTZ_URL_BYTES &&
      (g_str_has_prefix(text, "http://") || g_str_has_prefix(text, "https://")))
    g_strlcpy(to, text, GW_PTZ_URL_BYTES);
}

static void read_address(Parser *p) {
  if (strstr(p->service, "/ver10/media/wsdl") || is(p, 1, "Media"))
    keep_url(p->said->media_url, p->text);
  else if (strstr(p->service, "/ptz/wsdl") || is(p, 1, "PTZ"))
    keep_url(p->said->ptz_url, p->text);
}

static void read_name(Parser *p) {
  g_autofree char *valid = g_utf8_make_valid(p->text, -1);
  const glong chars = g_utf8_strlen(valid, -1);
  if (chars > GW_PTZ_NAME_CHARS)
    *g_utf8_offset_to_pointer(valid, GW_PTZ_NAME_CHARS) = '\0';
  g_strlcpy(p->preset.name, valid, sizeof p->preset.name);
}

static void add_preset(Parser *p) {
  GwPtzSaid *said = p->said;
  if (p->preset.token[0] == '\0' || said->n_presets == GW_PTZ_MOST_PRESETS)
    return;
  if (p->preset.name[0] == '\0')
    g_strlcpy(p->preset.name, p->preset.token, sizeof p->preset.name);
  said->presets[said->n_presets++] = p->preset;
}

static void read_date(Parser *p) {
  static const char *const names[6] = {"Year", "Month", "Day", "Hour", "Minute", "Second"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (is(p, 0, names[i]))
      p->date[i] = atoi(p->text);
}

static void end_date(Parser *p) {
  const int *d = p->date;
  g_autoptr(GDateTime) at =
      d[0] >= 1970 && d[0] <= 9999 ? g_date_time_new_utc(d[0], d[1], d[2], d[3], d[4], MIN(d[5], 59)) : NULL;
  if (at)
    p->said->utc_us = g_date_time_to_unix(at) * GW_SEC;
}

static void on_end(Parser *p) {
  if (is(p, 0, "Value") && is_inside(p, "Fault"))
    read_fault(p->said, p->text);
  else if (is(p, 0, "Namespace") && is(p, 1, "Service"))
    g_strlcpy(p->service, p->text, sizeof p->service);
  else if (is(p, 0, "XAddr"))
    read_address(p);
  else if (is(p, 0, "Name") && is(p, 1, "Preset"))
    read_name(p);
  else if (is(p, 0, "Preset"))
    add_preset(p);
  else if (is_inside(p, "UTCDateTime"))
    read_date(p);
  if (is(p, 0, "UTCDateTime"))
    end_date(p);
  else if (is(p, 0, "Fault") && p->said->fault == GW_PTZ_FAULT_NONE)
    p->said->fault = GW_PTZ_FAULT_OTHER;
}

static void end_element(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
  Parser *p = user;
  if (p->is_bad || p->depth == 0)
    return;
  p->text[p->text_bytes] = '\0';
  g_strstrip(p->text);
  on_end(p);
  p->depth--;
  p->text_bytes = 0;
}

/* An answer needs no document type, and every trick with entities begins with one. */
static void document_type(void *user, const xmlChar *name, const xmlChar *external, const xmlChar *system) {
  stop(user);
}

static xmlEntityPtr no_entity(void *user, const xmlChar *name) {
  return NULL; /* the five predefined ones need no table */
}

static xmlSAXHandler handler = {
    .initialized = XML_SAX2_MAGIC,
    .startElementNs = start_element,
    .endElementNs = end_element,
    .characters = characters,
    .cdataBlock = characters,
    .internalSubset = document_type,
    .getEntity = no_entity,
};

static void init_once(void) {
  static gsize once = 0;
  if (g_once_init_enter(&once)) {
    xmlInitParser();
    g_once_init_leave(&once, 1);
  }
}

gboolean gw_ptz_said_parse(const char *xml, gsize bytes, GwPtzSaid *ret) {
  *ret = (GwPtzSaid){0};
  init_once();
  if (bytes == 0 || bytes > GW_PTZ_ANSWER_BYTES)
    return FALSE;
  Parser p = {.said = ret};
  p.context = xmlCreatePushParserCtxt(&handler, &p, NULL, 0, NULL);
  if (!p.context)
    return FALSE;
  (void)xmlCtxtUseOptions(p.context, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  (void)xmlParseChunk(p.context, xml, (int)bytes, 1);
  const gboolean is_good = !p.is_bad && p.context->wellFormed && ret->is_envelope;
  xmlFreeParserCtxt(p.context); /* no tree was made: the handler replaces all that would make one */
  if (!is_good)
    *ret = (GwPtzSaid){0};
  return is_good;
}
