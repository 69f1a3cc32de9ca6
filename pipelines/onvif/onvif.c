#include "pipelines/onvif/onvif.h"
#include "daemon/base/error.h"
#include "pipelines/onvif/onvif_assemble.h"
#include "pipelines/onvif/onvif_values.h"

#include <libxml/parser.h>
#include <string.h>

/* Elements that mean something to us, by local name; their namespace must be ONVIF's or OASIS's. */
typedef enum Element {
  E_OTHER,
  E_STREAM,
  E_NOTIFICATION,
  E_TOPIC,
  E_MESSAGE,
  E_SOURCE,
  E_KEY,
  E_DATA,
  E_ITEM,
  E_FRAME,
  E_OBJECT,
  E_TRANSLATE,
  E_SCALE,
  E_BOX,
  E_CANDIDATE,
  E_TYPE,
  E_LIKELIHOOD,
} Element;

static const char *const element_names[] = {
    [E_STREAM] = "MetadataStream",
    [E_NOTIFICATION] = "NotificationMessage",
    [E_TOPIC] = "Topic",
    [E_MESSAGE] = "Message",
    [E_SOURCE] = "Source",
    [E_KEY] = "Key",
    [E_DATA] = "Data",
    [E_ITEM] = "SimpleItem",
    [E_FRAME] = "Frame",
    [E_OBJECT] = "Object",
    [E_TRANSLATE] = "Translate",
    [E_SCALE] = "Scale",
    [E_BOX] = "BoundingBox",
    [E_CANDIDATE] = "ClassCandidate",
    [E_TYPE] = "Type",
    [E_LIKELIHOOD] = "Likelihood",
};

#define VALUE_BYTES 256

/* libxml2's way to tell attributes: five pointers each. */
typedef struct Attributes {
  const xmlChar **list;
  int n;
} Attributes;

typedef struct Parser {
  xmlParserCtxtPtr context;
  const char *problem; /* static; the first one: nothing is read any more */
  guint depth;
  Element path[GW_ONVIF_MOST_DEPTH];
  char text[VALUE_BYTES]; /* of the innermost element whose text we want */
  gsize text_bytes;
  GwOnvifObservation now; /* the notification or object that is open */
  gboolean is_known_state;
  char topic[VALUE_BYTES], candidate[GW_ONVIF_CLASS_BYTES];
  double candidate_score, type_score;
  GwUsec frame_us;
  double translate[2], scale[2];
  GArray *found;
} Parser;

static void stop(Parser *p, const char *problem) {
  if (!p->problem)
    p->problem = problem;
  xmlStopParser(p->context);
}

static gboolean is_inside(const Parser *p, Element element) {
  for (guint i = 0; i < p->depth; i++)
    if (p->path[i] == element)
      return TRUE;
  return FALSE;
}

/* A prefix that was never declared has no namespace: some cameras forget to. */
static gboolean is_our_namespace(const xmlChar *uri) {
  const char *text = (const char *)uri;
  return !text || g_str_has_prefix(text, "http://www.onvif.org/") ||
         g_str_has_prefix(text, "https://www.onvif.org/") ||
         g_str_has_prefix(text, "http://docs.oasis-open.org/wsn/");
}

static Element element_of(const xmlChar *name, const xmlChar *uri) {
  if (!is_our_namespace(uri))
    return E_OTHER;
  for (guint i = 1; i < G_N_ELEMENTS(element_names); i++)
    if (strcmp((const char *)name, element_names[i]) == 0)
      return i;
  return E_OTHER;
}

/* libxml2 leaves this one reference alone while entities are not replaced. */
static void replace_ampersands(char *text) {
  static const char reference[] = "&#38;";
  char *to = text;
  for (const char *from = text; *from; to++) {
    gboolean is_reference = g_str_has_prefix(from, reference);
    *to = *from;
    from += is_reference ? sizeof reference - 1 : 1;
  }
  *to = '\0';
}

/* FALSE: not there.  Cut to VALUE_BYTES. */
static gboolean attribute(Attributes attributes, const char *name, char ret_value[VALUE_BYTES]) {
  for (int i = 0; i < attributes.n; i++) {
    const xmlChar **at = attributes.list + 5 * i;
    if (g_ascii_strcasecmp((const char *)at[0], name) != 0)
      continue;
    gsize bytes = MIN((gsize)(at[4] - at[3]), VALUE_BYTES - 1);
    memcpy(ret_value, at[3], bytes);
    ret_value[bytes] = '\0';
    replace_ampersands(ret_value);
    return TRUE;
  }
  ret_value[0] = '\0';
  return FALSE;
}

static gboolean number_attribute(Attributes attributes, const char *name, double *ret_number) {
  char value[VALUE_BYTES];
  return attribute(attributes, name, value) && gw_onvif_read_number(value, ret_number);
}

static void begin_observation(Parser *p) {
  p->now = (GwOnvifObservation){.topic = GW_ONVIF_OTHER, .score = -1};
  p->is_known_state = FALSE;
  p->topic[0] = '\0';
}

/* ---- notifications ---- */

static void read_message(Parser *p, Attributes attributes) {
  char value[VALUE_BYTES];
  if (attribute(attributes, "UtcTime", value))
    p->now.utc_us = gw_onvif_read_time(value);
  if (!attribute(attributes, "PropertyOperation", value))
    return;
  if (g_ascii_strcasecmp(value, "Initialized") == 0)
    p->now.op = GW_ONVIF_OP_INITIALIZED;
  else if (g_ascii_strcasecmp(value, "Changed") == 0)
    p->now.op = GW_ONVIF_OP_CHANGED;
  else if (g_ascii_strcasecmp(value, "Deleted") == 0)
    p->now.op = GW_ONVIF_OP_DELETED;
}

static gboolean is_one_of(const char *name, const char *const *names) {
  for (guint i = 0; names[i]; i++)
    if (g_ascii_strcasecmp(name, names[i]) == 0)
      return TRUE;
  return FALSE;
}

static void read_score(GwOnvifObservation *now, const char *value) {
  double score;
  if (!gw_onvif_read_number(value, &score) || score < 0 || score > 100)
    return;
  now->score = score > 1 ? score / 100 : score;
}

/* The item that says whether it is so has many names; any other true or false will do as long as none of
 * them comes. */
static void read_data(Parser *p, const char *name, const char *value) {
  static const char *const states[] = {"IsMotion",     "IsInside",        "IsTamper",  "State",
                                       "active",       "IsActive",        "tampering", "motion",
                                       "LogicalState", "IsSoundDetected", "alarm",     NULL};
  static const char *const classes[] = {"ObjectType", "ClassType", "ClassTypes", "Class",
                                        "object",     "Type",      NULL};
  static const char *const scores[] = {"Likelihood", "Confidence", "Score", NULL};
  gboolean truth;
  gboolean is_known = is_one_of(name, states);
  if (is_one_of(name, classes) && value[0])
    gw_onvif_copy_name(p->now.class, sizeof p->now.class, value);
  else if (g_ascii_strcasecmp(name, "ObjectId") == 0)
    gw_onvif_copy_name(p->now.object, sizeof p->now.object, value);
  else if (is_one_of(name, scores))
    read_score(&p->now, value);
  else if (!p->is_known_state && gw_onvif_read_truth(value, &truth) &&
           (is_known || g_ascii_isalpha(value[0]))) { /* a 1 of an unknown name may be a count */
    p->now.has_active = TRUE;
    p->now.active = truth;
    p->is_known_state = is_known;
  }
}

static void read_item(Parser *p, Attributes attributes) {
  static const char *const rules[] = {"Rule", "RuleName", "RuleId", NULL};
  char name[VALUE_BYTES], value[VALUE_BYTES];
  if (!attribute(attributes, "Name", name) || !attribute(attributes, "Value", value))
    return;
  if (is_inside(p, E_DATA))
    read_data(p, name, value);
  else if ((is_inside(p, E_SOURCE) || is_inside(p, E_KEY)) && is_one_of(name, rules))
    gw_onvif_copy_text(p->now.rule, sizeof p->now.rule, value);
}

static void add(Parser *p) {
  if (p->found->len < GW_ONVIF_MOST_OBSERVATIONS)
    g_array_append_val(p->found, p->now);
}

static void end_notification(Parser *p) {
  char class[GW_ONVIF_CLASS_BYTES];
  if (!p->topic[0])
    return;
  p->now.topic = gw_onvif_topic_of(p->topic, p->now.tail, class);
  if (!p->now.class[0])
    g_strlcpy(p->now.class, class, sizeof p->now.class);
  if (p->now.op == GW_ONVIF_OP_DELETED && !p->now.has_active)
    p->now.has_active = TRUE; /* a state that is no more is not so */
  add(p);
}

/* ---- frames ---- */

static void begin_frame(Parser *p, Attributes attributes) {
  char value[VALUE_BYTES];
  p->frame_us = attribute(attributes, "UtcTime", value) ? gw_onvif_read_time(value) : 0;
  p->translate[0] = p->translate[1] = 0;
  p->scale[0] = p->scale[1] = 1;
}

static void read_pair(Attributes attributes, double pair[2]) {
  double x, y;
  if (number_attribute(attributes, "x", &x) && number_attribute(attributes, "y", &y)) {
    pair[0] = x;
    pair[1] = y;
  }
}

/* An object of a frame: no part of another one, nor what a notification tells of itself. */
static gboolean is_seen_object(const Parser *p) {
  return is_inside(p, E_FRAME) && !is_inside(p, E_OBJECT) && !is_inside(p, E_NOTIFICATION);
}

static void begin_object(Parser *p, Attributes attributes) {
  char value[VALUE_BYTES];
  begin_observation(p);
  p->now.topic = GW_ONVIF_OBJECT;
  p->now.utc_us = p->frame_us;
  if (attribute(attributes, "ObjectId", value))
    gw_onvif_copy_name(p->now.object, sizeof p->now.object, value);
}

static void read_box(Parser *p, Attributes attributes) {
  static const char *const sides[4] = {"left", "top", "right", "bottom"};
  double corners[4];
  for (guint i = 0; i < 4; i++)
    if (!number_attribute(attributes, sides[i], &corners[i]))
      return;
  p->now.has_box = gw_onvif_box(corners, p->translate, p->scale, p->now.box);
}

/* The likeliest of several classes; one without a likelihood only when there is no other. */
static void consider(Parser *p, const char *class, double score) {
  if (!class[0] || (p->now.class[0] && score <= p->now.score))
    return;
  gw_onvif_copy_name(p->now.class, sizeof p->now.class, class);
  p->now.score = score;
}

static double score_of(const char *text) {
  GwOnvifObservation read = {.score = -1};
  read_score(&read, text);
  return read.score;
}

/* ---- what libxml2 calls ---- */

static gboolean wants_text(Element element) {
  return element == E_TOPIC || element == E_TYPE || element == E_LIKELIHOOD;
}

static void on_element(Parser *p, Element element, Attributes attributes) {
  gboolean in_object = is_inside(p, E_OBJECT);
  char value[VALUE_BYTES];
  if (element == E_NOTIFICATION)
    begin_observation(p);
  else if (element == E_MESSAGE && is_inside(p, E_NOTIFICATION))
    read_message(p, attributes);
  else if (element == E_ITEM && is_inside(p, E_NOTIFICATION))
    read_item(p, attributes);
  else if (element == E_FRAME)
    begin_frame(p, attributes);
  else if (element == E_OBJECT && is_seen_object(p))
    begin_object(p, attributes);
  else if (element == E_TRANSLATE && is_inside(p, E_FRAME))
    read_pair(attributes, p->translate);
  else if (element == E_SCALE && is_inside(p, E_FRAME))
    read_pair(attributes, p->scale);
  else if (element == E_BOX && in_object)
    read_box(p, attributes);
  else if (element == E_CANDIDATE) {
    p->candidate[0] = '\0';
    p->candidate_score = -1;
  } else if (element == E_TYPE)
    p->type_score = attribute(attributes, "Likelihood", value) ? score_of(value) : -1;
}

static void start_element(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                          int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
                          const xmlChar **attributes) {
  Parser *p = user;
  if (p->problem)
    return;
  if (p->depth == GW_ONVIF_MOST_DEPTH) {
    stop(p, "its elements are nested too deep");
    return;
  }
  Element element = element_of(name, uri);
  if (p->depth == 0 && element != E_STREAM) {
    stop(p, "it is no metadata stream");
    return;
  }
  on_element(p, element, (Attributes){attributes, n_attributes});
  p->path[p->depth++] = element;
  p->text_bytes = 0;
}

static void characters(void *user, const xmlChar *text, int bytes) {
  Parser *p = user;
  if (p->problem || p->depth == 0 || !wants_text(p->path[p->depth - 1]))
    return;
  gsize n = MIN((gsize)bytes, VALUE_BYTES - 1 - p->text_bytes);
  memcpy(p->text + p->text_bytes, text, n);
  p->text_bytes += n;
}

static void on_text(Parser *p, Element element) {
  p->text[p->text_bytes] = '\0';
  g_strstrip(p->text);
  if (element == E_TOPIC && is_inside(p, E_NOTIFICATION))
    g_strlcpy(p->topic, p->text, sizeof p->topic);
  else if (!is_inside(p, E_OBJECT))
    return;
  else if (element == E_TYPE && !is_inside(p, E_CANDIDATE))
    consider(p, p->text, p->type_score);
  else if (element == E_TYPE)
    gw_onvif_copy_name(p->candidate, sizeof p->candidate, p->text);
  else if (element == E_LIKELIHOOD)
    p->candidate_score = score_of(p->text);
}

static void end_element(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
  Parser *p = user;
  if (p->problem || p->depth == 0)
    return;
  Element element = p->path[--p->depth];
  if (wants_text(element))
    on_text(p, element);
  else if (element == E_NOTIFICATION)
    end_notification(p);
  else if (element == E_CANDIDATE && is_inside(p, E_OBJECT))
    consider(p, p->candidate, p->candidate_score);
  else if (element == E_OBJECT && is_seen_object(p))
    add(p);
  p->text_bytes = 0;
}

/* Metadata needs no document type, and every trick with entities begins with one. */
static void document_type(void *user, const xmlChar *name, const xmlChar *external, const xmlChar *system) {
  stop(user, "it has a document type");
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

static gsize trimmed(const guint8 *xml, gsize bytes) {
  while (bytes > 0 && (xml[bytes - 1] == '\0' || g_ascii_isspace(xml[bytes - 1])))
    bytes--;
  return bytes;
}

static const char *run(Parser *p, const guint8 *xml, gsize bytes) {
  p->context = xmlCreatePushParserCtxt(&handler, p, NULL, 0, NULL);
  if (!p->context)
    return "there is no memory for it";
  (void)xmlCtxtUseOptions(p->context, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  (void)xmlParseChunk(p->context, (const char *)xml, (int)bytes, 1);
  if (!p->problem && !p->context->wellFormed)
    p->problem = "it is not well-formed XML";
  xmlFreeParserCtxt(p->context); /* no tree was made: the handler replaces all that would make one */
  return p->problem;
}

GArray *gw_onvif_parse(const guint8 *xml, gsize bytes, GError **error) {
  static gsize once = 0;
  if (g_once_init_enter(&once)) {
    xmlInitParser();
    g_once_init_leave(&once, 1);
  }
  bytes = trimmed(xml, bytes);
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(GwOnvifObservation));
  Parser p = {.found = found, .scale = {1, 1}, .now = {.score = -1}};
  const char *problem = bytes == 0                    ? "it is empty"
                        : bytes > GW_ONVIF_MOST_BYTES ? "it is too large"
                                                      : run(&p, xml, bytes);
  if (problem) {
    g_set_error(error, GW_ERROR, bytes > GW_ONVIF_MOST_BYTES ? GW_CODE_TOO_LARGE : GW_CODE_UNSUPPORTED,
                "this camera's metadata is left out: %s", problem);
    return NULL;
  }
  return g_steal_pointer(&found);
}
