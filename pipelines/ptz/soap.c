#include "pipelines/ptz/soap.h"

#include <sodium.h>
#include <string.h>

#define NONCE_BYTES 20
#define WSSE "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
#define DEVICE "xmlns=\"http://www.onvif.org/ver10/device/wsdl\""
#define MEDIA "xmlns=\"http://www.onvif.org/ver10/media/wsdl\""
#define PTZ "xmlns=\"http://www.onvif.org/ver20/ptz/wsdl\""

char *gw_soap_digest(const guint8 *nonce, gsize bytes, const char *created, const char *password) {
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize length = sizeof digest;
  g_checksum_update(sum, nonce, (gssize)bytes);
  g_checksum_update(sum, (const guchar *)created, (gssize)strlen(created));
  g_checksum_update(sum, (const guchar *)password, (gssize)strlen(password));
  g_checksum_get_digest(sum, digest, &length);
  return g_base64_encode(digest, length);
}

/* "2026-11-21T02:00:00.000Z" */
static char *created_of(GwUsec at_us) {
  g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(at_us / GW_SEC);
  g_autofree char *second = at ? g_date_time_format(at, "%Y-%m-%dT%H:%M:%S") : NULL;
  return g_strdup_printf("%s.%03dZ", second ? second : "1970-01-01T00:00:00",
                         (int)(ABS(at_us) % GW_SEC / GW_MS));
}

static char *security(const GwSoapWho *who) {
  guint8 nonce[NONCE_BYTES];
  randombytes_buf(nonce, sizeof nonce);
  const char *password = who->password ? who->password : "";
  g_autofree char *created = created_of(who->at_us), *coded = g_base64_encode(nonce, sizeof nonce);
  g_autofree char *digest = gw_soap_digest(nonce, sizeof nonce, created, password);
  g_autofree char *user = g_markup_escape_text(who->user, -1);
  return g_strdup_printf("<s:Header><Security s:mustUnderstand=\"1\" xmlns=\"" WSSE
                         "wssecurity-secext-1.0.xsd\"><UsernameToken>"
                         "<Username>%s</Username>"
                         "<Password Type=\"" WSSE "username-token-profile-1.0#PasswordDigest\">%s</Password>"
                         "<Nonce EncodingType=\"" WSSE "soap-message-security-1.0#Base64Binary\">%s</Nonce>"
                         "<Created xmlns=\"" WSSE "wssecurity-utility-1.0.xsd\">%s</Created>"
                         "</UsernameToken></Security></s:Header>",
                         user, digest, coded, created);
}

static char *envelope(const GwSoapWho *who, const char *body) {
  g_autofree char *header = who && who->user ? security(who) : g_strdup("");
  return g_strdup_printf(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
      "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\">%s<s:Body>%s</s:Body>"
      "</s:Envelope>",
      header, body);
}

char *gw_soap_services(const GwSoapWho *who) {
  return envelope(who, "<GetServices " DEVICE "><IncludeCapability>false</IncludeCapability></GetServices>");
}

char *gw_soap_capabilities(const GwSoapWho *who) {
  return envelope(who, "<GetCapabilities " DEVICE "><Category>All</Category></GetCapabilities>");
}

char *gw_soap_time(void) {
  return envelope(NULL, "<GetSystemDateAndTime " DEVICE "/>");
}

char *gw_soap_profiles(const GwSoapWho *who) {
  return envelope(who, "<GetProfiles " MEDIA "/>");
}

char *gw_soap_presets(const GwSoapWho *who, const char *profile) {
  g_autofree char *body =
      g_markup_printf_escaped("<GetPresets " PTZ "><ProfileToken>%s</ProfileToken></GetPresets>", profile);
  return envelope(who, body);
}

char *gw_soap_goto(const GwSoapWho *who, const char *profile, const char *preset) {
  g_autofree char *body = g_markup_printf_escaped("<GotoPreset " PTZ "><ProfileToken>%s</ProfileToken>"
                                                  "<PresetToken>%s</PresetToken></GotoPreset>",
                                                  profile, preset);
  return envelope(who, body);
}
