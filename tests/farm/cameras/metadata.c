#include "tests/farm/cameras/metadata.h"
#include "daemon/base/clock.h"

#include <arpa/inet.h>
#include <string.h>

static const char *const dialects[FARM_N_DIALECTS] = {"off", "plain", "nested", "flat", "garbage"};

gboolean farm_dialect_from_string(const char *text, FarmDialect *ret_dialect) {
  for (guint i = 0; text && i < FARM_N_DIALECTS; i++)
    if (strcmp(dialects[i], text) == 0) {
      *ret_dialect = i;
      return TRUE;
    }
  return FALSE;
}

const char *farm_dialect_to_string(FarmDialect dialect) {
  return dialects[dialect];
}

/* What each dialect calls a happening: its topic, and the item that says whether it is so. */
typedef struct Name {
  const char *topic, *item;
} Name;

typedef struct Names {
  const char *what;
  Name plain, nested, flat;
} Names;

static const Names names[] = {
    {"motion",
     {"tns1:RuleEngine/CellMotionDetector/Motion", "IsMotion"},
     {"t:VideoSource/MotionAlarm", "State"},
     {"maker:CameraApplication/VMD/Camera1Profile1", "active"}},
    {"line",
     {"tns1:RuleEngine/LineDetector/Crossed", NULL},
     {"t:RuleEngine/LineCounter/Zone3/LineDetector/Crossed", NULL},
     {"maker:SmartRules/CrossLineDetection", "active"}},
    {"field",
     {"tns1:RuleEngine/FieldDetector/ObjectsInside", "IsInside"},
     {"t:RuleEngine/Group/FieldDetector/ObjectsInside", "IsInside"},
     {"maker:SmartRules/IntrusionDetection", "active"}},
    {"tamper",
     {"tns1:RuleEngine/TamperDetector/Tamper", "IsTamper"},
     {"t:VideoSource/GlobalSceneChange/ImagingService", "State"},
     {"maker:Device/Tampering", "tampering"}},
    {"object", {NULL, NULL}, {NULL, NULL}, {NULL, NULL}},
};

static const Names *find_names(const char *topic) {
  for (guint i = 0; topic && i < G_N_ELEMENTS(names); i++)
    if (strcmp(names[i].what, topic) == 0)
      return &names[i];
  return NULL;
}

gboolean farm_happening_knows(const char *topic) {
  return find_names(topic) != NULL;
}

static char *utc_text(GwUsec at_us) {
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at_us / GW_SEC);
  g_autofree char *seconds = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");
  return g_strdup_printf("%s.%03dZ", seconds, (int)(at_us % GW_SEC / GW_MS));
}

static char *plain_event(const Name *name, const FarmHappening *h, const char *utc) {
  g_autofree char *data = name->item ? g_strdup_printf("<tt:SimpleItem Name=\"%s\" Value=\"%s\"/>",
                                                       name->item, h->active ? "true" : "false")
                                     : g_strdup("<tt:SimpleItem Name=\"ObjectId\" Value=\"17\"/>");
  return g_strdup_printf(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<tt:MetadataStream xmlns:tt=\"http://www.onvif.org/ver10/schema\" "
      "xmlns:wsnt=\"http://docs.oasis-open.org/wsn/b-2\" xmlns:tns1=\"http://www.onvif.org/ver10/topics\">\n"
      "<tt:Event><wsnt:NotificationMessage>"
      "<wsnt:Topic Dialect=\"http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet\">%s</wsnt:Topic>"
      "<wsnt:Message><tt:Message UtcTime=\"%s\" PropertyOperation=\"%s\"><tt:Source>"
      "<tt:SimpleItem Name=\"VideoSourceConfigurationToken\" Value=\"vsc0\"/>"
      "<tt:SimpleItem Name=\"VideoAnalyticsConfigurationToken\" Value=\"vac0\"/>"
      "<tt:SimpleItem Name=\"Rule\" "
      "Value=\"%s\"/></tt:Source><tt:Data>%s</tt:Data></tt:Message></wsnt:Message>"
      "</wsnt:NotificationMessage></tt:Event></tt:MetadataStream>",
      name->topic, utc, h->active ? "Changed" : "Deleted", h->rule, data);
}

static char *nested_event(const Name *name, const FarmHappening *h, const char *utc) {
  g_autofree char *data = name->item ? g_strdup_printf("<o:SimpleItem Name='%s' Value='%s'></o:SimpleItem>",
                                                       name->item, h->active ? "True" : "False")
                                     : g_strdup("");
  return g_strdup_printf(
      "<o:MetadataStream xmlns:o='http://www.onvif.org/ver10/schema'><o:Event>"
      "<n:NotificationMessage xmlns:n='http://docs.oasis-open.org/wsn/b-2' "
      "xmlns:t='http://www.onvif.org/ver10/topics'>"
      "<n:SubscriptionReference><a:Address "
      "xmlns:a='http://www.w3.org/2005/08/addressing'>urn:none</a:Address>"
      "</n:SubscriptionReference><n:Topic "
      "Dialect='http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete'>\n"
      "  %s\n</n:Topic><n:Message><o:Message UtcTime='%s' PropertyOperation='Changed'><o:Source>"
      "<o:SimpleItem Name='VideoSource' Value='1'/><o:SimpleItem Name='RuleName' Value='%s'/></o:Source>"
      "<o:Data>%s</o:Data></o:Message></n:Message></n:NotificationMessage></o:Event></o:MetadataStream>\n",
      name->topic, utc, h->rule, data);
}

static char *flat_event(const Name *name, const FarmHappening *h, const char *utc) {
  return g_strdup_printf("<MetadataStream xmlns=\"http://www.onvif.org/ver10/schema\"><Event>"
                         "<NotificationMessage xmlns=\"http://docs.oasis-open.org/wsn/b-2\">"
                         "<Topic xmlns:maker=\"http://maker.example/topics\">%s</Topic><Message>"
                         "<Message xmlns=\"http://www.onvif.org/ver10/schema\" UtcTime=\"%s\"><Source>"
                         "<SimpleItem Name=\"Rule\" Value=\"%s\"/></Source><Key/><Data><SimpleItem "
                         "Name=\"%s\" Value=\"%d\"/></Data>"
                         "</Message></Message></NotificationMessage></Event></MetadataStream>",
                         name->topic, utc, h->rule, name->item, h->active);
}

/* The specification's frame: -1 to 1, y upwards, the middle is 0. */
static char *plain_frame(const char *p, const FarmHappening *h, const char *utc) {
  const double *b = h->box;
  return g_strdup_printf("<?xml version=\"1.0\"?><%s:MetadataStream "
                         "xmlns:%s=\"http://www.onvif.org/ver10/schema\"><%s:VideoAnalytics>"
                         "<%s:Frame UtcTime=\"%s\"><%s:Object ObjectId=\"12\"><%s:Appearance><%s:Shape>"
                         "<%s:BoundingBox left=\"%.4f\" top=\"%.4f\" right=\"%.4f\" bottom=\"%.4f\"/>"
                         "<%s:CenterOfGravity x=\"%.4f\" "
                         "y=\"%.4f\"/></%s:Shape><%s:Class><%s:ClassCandidate><%s:Type>%s</%s:Type>"
                         "<%s:Likelihood>%.2f</%s:Likelihood></%s:ClassCandidate><%s:Type "
                         "Likelihood=\"%.2f\">%s</%s:Type></%s:Class>"
                         "</%s:Appearance></%s:Object></%s:Frame></%s:VideoAnalytics></%s:MetadataStream>",
                         p, p, p, p, utc, p, p, p, p, 2 * b[0] - 1, 1 - 2 * b[1], 2 * (b[0] + b[2]) - 1,
                         1 - 2 * (b[1] + b[3]), p, 2 * b[0] + b[2] - 1, 1 - 2 * b[1] - b[3], p, p, p, p,
                         h->class, p, p, h->score, p, p, p, h->score, h->class, p, p, p, p, p, p, p);
}

/* Pixels of 1920 x 1080 and a transformation that says so. */
static char *flat_frame(const FarmHappening *h, const char *utc) {
  const double *b = h->box;
  return g_strdup_printf(
      "<MetadataStream xmlns=\"http://www.onvif.org/ver10/schema\"><VideoAnalytics><Frame UtcTime=\"%s\">"
      "<Transformation><Translate x=\"-1.0\" y=\"1.0\"/><Scale x=\"%.9f\" y=\"%.9f\"/></Transformation>"
      "<Object ObjectId=\"3\"><Appearance><Shape><BoundingBox bottom=\"%.1f\" top=\"%.1f\" right=\"%.1f\" "
      "left=\"%.1f\"/>"
      "</Shape><Class><Type "
      "Likelihood=\"%.2f\">%s</Type></Class></Appearance></Object></Frame></VideoAnalytics>"
      "</MetadataStream>",
      utc, 2.0 / 1920, -2.0 / 1080, (b[1] + b[3]) * 1080, b[1] * 1080, (b[0] + b[2]) * 1920, b[0] * 1920,
      h->score, h->class);
}

char *farm_metadata_document(FarmDialect dialect, const FarmHappening *happening, GwUsec at_us) {
  const Names *name = find_names(happening->topic);
  g_autofree char *utc = utc_text(at_us);
  gboolean is_object = name->plain.topic == NULL;
  if (dialect == FARM_DIALECT_NESTED)
    return is_object ? plain_frame("o", happening, utc) : nested_event(&name->nested, happening, utc);
  if (dialect == FARM_DIALECT_FLAT)
    return is_object ? flat_frame(happening, utc) : flat_event(&name->flat, happening, utc);
  return is_object ? plain_frame("tt", happening, utc) : plain_event(&name->plain, happening, utc);
}

void farm_metadata_send(FarmClient *client, const void *data, gsize bytes, gboolean marks) {
  GwUsec age_us = gw_clock_mono_us() - client->camera->started_mono_us;
  guint32 time = htonl(client->time_base + (guint32)(age_us * 9 / 100)), ssrc = htonl(client->ssrc + 1);
  for (gsize at = 0; at < bytes && !client->ended;) {
    gsize n = MIN(FARM_RTP_PAYLOAD_BYTES, bytes - at), rtp = n + FARM_RTP_HEADER_BYTES;
    gboolean last = at + n == bytes;
    guint16 sequence = htons(client->meta_sequence++);
    guint8 packet[FARM_INTERLEAVE_BYTES + FARM_RTP_HEADER_BYTES + FARM_RTP_PAYLOAD_BYTES] = {
        '$',      client->meta_channel,
        rtp >> 8, rtp & 255,
        0x80,     FARM_METADATA_PAYLOAD_TYPE | (marks && last ? 0x80 : 0)};
    memcpy(packet + 6, &sequence, 2);
    memcpy(packet + 8, &time, 4);
    memcpy(packet + 12, &ssrc, 4);
    memcpy(packet + FARM_INTERLEAVE_BYTES + FARM_RTP_HEADER_BYTES, (const guint8 *)data + at, n);
    if (client->udp)
      (void)sendto(client->farm->rtp_fd, packet + FARM_INTERLEAVE_BYTES, rtp, MSG_DONTWAIT,
                   (struct sockaddr *)&client->meta_to, sizeof client->meta_to); /* lost, as on a net */
    else
      farm_client_send(client, packet, FARM_INTERLEAVE_BYTES + rtp);
    at += n;
  }
}

/* Noise, a document of references to references, one that is nested deep, one that never ends. */
static void send_garbage(FarmClient *client) {
  static const char bomb[] =
      "<?xml version=\"1.0\"?><!DOCTYPE b [<!ENTITY a \"aaaaaaaaaaaaaaaa\"><!ENTITY b "
      "\"&a;&a;&a;&a;&a;&a;&a;&a;\">"
      "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e SYSTEM "
      "\"file:///etc/hostname\">]><tt:MetadataStream xmlns:tt=\"http://www.onvif.org/ver10/schema\">&d;&e;"
      "</tt:MetadataStream>";
  guint8 noise[3000];
  for (guint i = 0; i < sizeof noise; i++)
    noise[i] = (guint8)(i * 2654435761u >> 13);
  farm_metadata_send(client, noise, sizeof noise, TRUE);
  farm_metadata_send(client, bomb, sizeof bomb - 1, TRUE);
  g_autoptr(GString) text = g_string_new("<MetadataStream xmlns=\"http://www.onvif.org/ver10/schema\">");
  for (guint i = 0; i < 5000; i++)
    g_string_append(text, "<Event>");
  farm_metadata_send(client, text->str, text->len, TRUE);
  g_string_truncate(text, 0);
  g_string_append(text, "<MetadataStream xmlns=\"http://www.onvif.org/ver10/schema\"><Event>");
  while (text->len < 300 * 1024)
    g_string_append(text, "<Extension>0123456789012345678901234567890123456789</Extension>");
  farm_metadata_send(client, text->str, text->len, TRUE);
}

void farm_metadata_say(FarmCamera *camera, const FarmHappening *happening) {
  g_autofree char *document = farm_metadata_document(camera->dialect, happening, gw_clock_real_us());
  for (GList *l = camera->viewers.head, *next; l; l = next) {
    FarmClient *client = l->data;
    next = l->next; /* sending may end the viewer */
    if (!client->meta_set_up)
      continue;
    if (camera->dialect == FARM_DIALECT_GARBAGE)
      send_garbage(client);
    farm_metadata_send(client, document, strlen(document), camera->dialect != FARM_DIALECT_NESTED);
    camera->counts.documents++;
  }
}
