#include "pipelines/onvif/onvif_assemble.h"

#include <string.h>

#define ROOT "MetadataStream"
#define KEEP_ROOM_BYTES (32 * 1024) /* 293 cameras may each have sent one large document once */
#define TAIL_BYTES 128              /* where a closing tag is looked for */

struct GwOnvifAssemble {
  GwOnvifDocumentFunc on_document;
  gpointer user;
  GByteArray *document;
  guint32 rtp_time;
  gboolean skipping; /* until a document is seen to begin: what comes now lacks its head */
  guint dropped;
};

GwOnvifAssemble *gw_onvif_assemble_new(GwOnvifDocumentFunc on_document, gpointer user) {
  GwOnvifAssemble *assemble = g_new0(GwOnvifAssemble, 1);
  assemble->on_document = on_document;
  assemble->user = user;
  assemble->document = g_byte_array_new();
  assemble->skipping = TRUE;
  return assemble;
}

void gw_onvif_assemble_free(GwOnvifAssemble *assemble) {
  if (!assemble)
    return;
  g_byte_array_unref(assemble->document);
  g_free(assemble);
}

static gboolean is_name(guint8 c) {
  return g_ascii_isalnum(c) || c == '_' || c == '-' || c == '.' || c == ':';
}

/* `<?xml` or the root's own tag, whatever its prefix. */
static gboolean begins_document(const guint8 *data, gsize bytes) {
  static const guint8 bom[] = {0xef, 0xbb, 0xbf};
  if (bytes > sizeof bom && memcmp(data, bom, sizeof bom) == 0) {
    data += sizeof bom;
    bytes -= sizeof bom;
  }
  while (bytes > 0 && g_ascii_isspace(*data)) {
    data++;
    bytes--;
  }
  if (bytes >= 5 && memcmp(data, "<?xml", 5) == 0)
    return TRUE;
  gsize name = 1;
  while (name < bytes && name < 40 && is_name(data[name]))
    name++;
  return bytes > 0 && data[0] == '<' && name > strlen(ROOT) &&
         memcmp(data + name - strlen(ROOT), ROOT, strlen(ROOT)) == 0;
}

/* "</tt:MetadataStream>", perhaps with white space or zeros behind it. */
static gboolean ends_document(const guint8 *data, gsize bytes) {
  const guint8 *start = bytes > TAIL_BYTES ? data + bytes - TAIL_BYTES : data;
  const guint8 *end = data + bytes;
  while (end > start && (g_ascii_isspace(end[-1]) || end[-1] == '\0'))
    end--;
  if (end - start < (gssize)strlen("</" ROOT ">") || end[-1] != '>')
    return FALSE;
  end--;
  while (end > start && g_ascii_isspace(end[-1]))
    end--;
  if (end - start < (gssize)strlen(ROOT) || memcmp(end - strlen(ROOT), ROOT, strlen(ROOT)) != 0)
    return FALSE;
  for (end -= strlen(ROOT); end - 1 > start && end[-1] != '/' && end[-1] != '<'; end--)
    ;
  return end - 1 > start && end[-1] == '/' && end[-2] == '<';
}

static void forget(GwOnvifAssemble *assemble) {
  if (assemble->document->len <= KEEP_ROOM_BYTES) {
    g_byte_array_set_size(assemble->document, 0);
    return;
  }
  g_byte_array_unref(assemble->document);
  assemble->document = g_byte_array_new();
}

static void drop(GwOnvifAssemble *assemble) {
  if (assemble->document->len > 0)
    assemble->dropped++;
  assemble->skipping = TRUE;
  forget(assemble);
}

static void give(GwOnvifAssemble *assemble) {
  GByteArray *document = assemble->document;
  gsize i = 0;
  while (i < document->len && (g_ascii_isspace(document->data[i]) || document->data[i] == '\0'))
    i++;
  if (i < document->len)
    assemble->on_document(document->data, document->len, assemble->rtp_time, assemble->user);
  forget(assemble);
}

static void append(GwOnvifAssemble *assemble, const guint8 *payload, gsize bytes) {
  if (assemble->document->len + bytes > GW_ONVIF_MOST_BYTES)
    drop(assemble);
  else
    g_byte_array_append(assemble->document, payload, (guint)bytes);
}

void gw_onvif_assemble_packet(GwOnvifAssemble *assemble, const guint8 *payload, gsize bytes, guint32 rtp_time,
                              gboolean marker, gboolean gap) {
  if (gap) {
    drop(assemble);
  } else if (rtp_time != assemble->rtp_time) {
    give(assemble);
  }
  assemble->rtp_time = rtp_time;
  if (assemble->skipping && begins_document(payload, bytes))
    assemble->skipping = FALSE;
  if (assemble->skipping) { /* whoever comes after the end of this one is whole again */
    assemble->skipping = !marker && !ends_document(payload, bytes);
    return;
  }
  append(assemble, payload, bytes);
  if (!assemble->skipping && (marker || ends_document(assemble->document->data, assemble->document->len)))
    give(assemble);
  if (marker)
    assemble->skipping = FALSE;
}

guint gw_onvif_assemble_dropped(const GwOnvifAssemble *assemble) {
  return assemble->dropped;
}
