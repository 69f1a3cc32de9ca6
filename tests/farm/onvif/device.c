#include "tests/farm/onvif/device.h"

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "tests/farm/cameras/digest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_BYTES (64 * 1024)
#define TOKEN_AGE_S 5 /* what most cameras take */
#define NONCE "5f6b1c0de77a4b0c"
#define REALM "onvif"

struct OnvifDevice {
  int listen_fd, stop_fd;
  guint16 port;
  GThread *thread;
  GMutex lock; /* guards what follows */
  char *user, *password;
  OnvifHow how;
  OnvifCounts counts;
  char **presets;
};

static const char *const modes[ONVIF_N_MODES] = {"normal", "old",  "no_ptz", "garbage",
                                                 "bomb",   "huge", "hang"};

gboolean onvif_mode_from_string(const char *text, OnvifMode *ret) {
  for (int i = 0; text && i < ONVIF_N_MODES; i++)
    if (strcmp(text, modes[i]) == 0) {
      *ret = (OnvifMode)i;
      return TRUE;
    }
  return FALSE;
}

/* ---- one connection ---- */

/* FALSE: told to stop meanwhile, or nothing came. */
static gboolean wait_for(const OnvifDevice *d, int fd, int ms) {
  struct pollfd fds[2] = {{.fd = d->stop_fd, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
  return poll(fds, fd >= 0 ? 2 : 1, ms) > 0 && !fds[0].revents;
}

static char *read_request(OnvifDevice *d, int fd) {
  g_autoptr(GString) text = g_string_new(NULL);
  while (text->len < REQUEST_BYTES && wait_for(d, fd, 2000)) {
    char piece[4096];
    const gssize n = recv(fd, piece, sizeof piece, 0);
    if (n <= 0)
      break;
    g_string_append_len(text, piece, n);
    const char *end = strstr(text->str, "\r\n\r\n"), *length = strstr(text->str, "Content-Length:");
    if (end && length && text->len >= (gsize)(end + 4 - text->str) + strtoul(length + 15, NULL, 10))
      return g_strdup(text->str);
  }
  return NULL;
}

static void say(int fd, const char *status, const char *more, const char *body) {
  g_autofree char *text =
      g_strdup_printf("HTTP/1.1 %s\r\nContent-Type: application/soap+xml; charset=utf-8\r\n%s"
                      "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                      status, more, strlen(body), body);
  (void)send(fd, text, strlen(text), MSG_NOSIGNAL); /* who hangs up gets nothing */
}

static void say_soap(int fd, const char *status, const char *body) {
  g_autofree char *text = g_strdup_printf(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><env:Envelope "
      "xmlns:env=\"http://www.w3.org/2003/05/soap-envelope\" "
      "xmlns:tt=\"http://www.onvif.org/ver10/schema\" xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\" "
      "xmlns:trt=\"http://www.onvif.org/ver10/media/wsdl\" "
      "xmlns:tptz=\"http://www.onvif.org/ver20/ptz/wsdl\">"
      "<env:Body>%s</env:Body></env:Envelope>",
      body);
  say(fd, status, "", text);
}

static void say_fault(int fd, const char *status, const char *code, const char *words) {
  g_autofree char *body = g_strdup_printf(
      "<env:Fault><env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value>ter:%s</env:Value></"
      "env:Subcode>"
      "</env:Code><env:Reason><env:Text xml:lang=\"en\">%s</env:Text></env:Reason></env:Fault>",
      code, words);
  say_soap(fd, status, body);
}

/* ---- who asks ---- */

static char *between(const char *text, const char *element) {
  g_autofree char *open = g_strconcat("<", element, NULL);
  const char *at = strstr(text, open);
  while (at && !strchr("> ", at[strlen(open)]))
    at = strstr(at + 1, open);
  const char *from = at ? strchr(at, '>') : NULL, *to = from ? strchr(from, '<') : NULL;
  return to ? g_strndup(from + 1, (gsize)(to - from - 1)) : NULL;
}

static GDateTime *device_now(const OnvifDevice *d) {
  return g_date_time_new_from_unix_utc(gw_clock_real_us() / GW_SEC + d->how.clock_off_s);
}

static gboolean is_fresh(const OnvifDevice *d, const char *created) {
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autoptr(GDateTime) at = g_date_time_new_from_iso8601(created, utc), now = device_now(d);
  return at && ABS(g_date_time_difference(now, at)) <= TOKEN_AGE_S * G_USEC_PER_SEC;
}

static gboolean token_is_right(const OnvifDevice *d, const char *request) {
  g_autofree char *user = between(request, "Username"), *sent = between(request, "Password");
  g_autofree char *nonce = between(request, "Nonce"), *created = between(request, "Created");
  if (!user || !sent || !nonce || !created || strcmp(user, d->user) != 0 || !is_fresh(d, created))
    return FALSE;
  gsize bytes = 0;
  g_autofree guchar *raw = g_base64_decode(nonce, &bytes);
  g_autoptr(GByteArray) all = g_byte_array_new();
  g_byte_array_append(all, raw, (guint)bytes);
  g_byte_array_append(all, (const guint8 *)created, (guint)strlen(created));
  g_byte_array_append(all, (const guint8 *)d->password, (guint)strlen(d->password));
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
  g_checksum_update(sum, all->data, all->len);
  guint8 digest[20];
  gsize length = sizeof digest;
  g_checksum_get_digest(sum, digest, &length);
  g_autofree char *right = g_base64_encode(digest, length);
  return strcmp(right, sent) == 0;
}

static gboolean http_is_right(const OnvifDevice *d, const char *request, gboolean *ret_sent) {
  const char *at = strstr(request, "\r\nAuthorization: ");
  *ret_sent = at != NULL;
  if (!at)
    return FALSE;
  at += strlen("\r\nAuthorization: ");
  g_autofree char *value = g_strndup(at, strcspn(at, "\r\n"));
  return farm_auth_check(FARM_AUTH_DIGEST_QOP, value, "POST", REALM, NONCE, d->user, d->password) ==
         FARM_VERDICT_RIGHT;
}

/* FALSE: it was refused. */
static gboolean may(OnvifDevice *d, int fd, const char *request) {
  gboolean sent = TRUE;
  if (!d->user)
    return TRUE;
  if (d->how.http_digest ? http_is_right(d, request, &sent) : token_is_right(d, request))
    return TRUE;
  d->counts.refused += sent;
  g_autofree char *challenge = farm_auth_challenge(FARM_AUTH_DIGEST_QOP, REALM, NONCE, FALSE);
  if (d->how.http_digest)
    say(fd, "401 Unauthorized", challenge, "");
  else
    say_fault(fd, "400 Bad Request", "NotAuthorized", "Sender not Authorized");
  return FALSE;
}

/* ---- what is asked ---- */

static char *address(const OnvifDevice *d, const char *service) {
  return d->how.other_host ? g_strdup_printf("http://10.255.255.1:80/onvif/%s", service)
                           : g_strdup_printf("http://127.0.0.1:%u/onvif/%s", d->port, service);
}

static void say_time(OnvifDevice *d, int fd) {
  g_autoptr(GDateTime) now = device_now(d);
  g_autofree char *body = g_strdup_printf("<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:"
                                          "UTCDateTime><tt:Time><tt:Hour>%d</tt:Hour>"
                                          "<tt:Minute>%d</tt:Minute><tt:Second>%d</tt:Second></"
                                          "tt:Time><tt:Date><tt:Year>%d</tt:Year><tt:Month>%d</tt:Month>"
                                          "<tt:Day>%d</tt:Day></tt:Date></tt:UTCDateTime></"
                                          "tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>",
                                          g_date_time_get_hour(now), g_date_time_get_minute(now),
                                          g_date_time_get_second(now), g_date_time_get_year(now),
                                          g_date_time_get_month(now), g_date_time_get_day_of_month(now));
  say_soap(fd, "200 OK", body);
}

static void say_services(OnvifDevice *d, int fd, gboolean as_capabilities) {
  g_autofree char *media = address(d, "media"), *ptz = address(d, "ptz");
  const gboolean can = d->how.mode != ONVIF_NO_PTZ;
  g_autoptr(GString) body = g_string_new(NULL);
  if (as_capabilities) {
    g_string_printf(
        body, "<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>%s</tt:XAddr></tt:Media>",
        media);
    if (can)
      g_string_append_printf(body, "<tt:PTZ><tt:XAddr>%s</tt:XAddr></tt:PTZ>", ptz);
    g_string_append(body, "</tds:Capabilities></tds:GetCapabilitiesResponse>");
  } else {
    static const char row[] =
        "<tds:Service><tds:Namespace>%s</tds:Namespace><tds:XAddr>%s</tds:XAddr></tds:Service>";
    g_string_append(body, "<tds:GetServicesResponse>");
    g_string_append_printf(body, row, "http://www.onvif.org/ver10/device/wsdl",
                           "http://127.0.0.1/onvif/device_service");
    g_string_append_printf(body, row, "http://www.onvif.org/ver10/media/wsdl", media);
    if (can)
      g_string_append_printf(body, row, "http://www.onvif.org/ver20/ptz/wsdl", ptz);
    g_string_append(body, "</tds:GetServicesResponse>");
  }
  say_soap(fd, "200 OK", body->str);
}

static void say_profiles(OnvifDevice *d, int fd) {
  g_autofree char *body = g_strdup_printf(
      "<trt:GetProfilesResponse><trt:Profiles token=\"Still\" "
      "fixed=\"true\"><tt:Name>still</tt:Name></trt:Profiles>"
      "<trt:Profiles fixed=\"true\" token=\"Profile_1\"><tt:Name>main &amp; only</tt:Name>%s</trt:Profiles>"
      "</trt:GetProfilesResponse>",
      d->how.mode == ONVIF_NO_PTZ
          ? ""
          : "<tt:PTZConfiguration token=\"PTZToken\"><tt:Name>PTZ</tt:Name></tt:PTZConfiguration>");
  say_soap(fd, "200 OK", body);
}

static void say_presets(OnvifDevice *d, int fd) {
  g_autoptr(GString) body = g_string_new("<tptz:GetPresetsResponse>");
  for (char **preset = d->presets; *preset; preset++) {
    g_auto(GStrv) parts = g_strsplit(*preset, "=", 2);
    g_autofree char *row = g_markup_printf_escaped(
        "<tptz:Preset token=\"%s\"><tt:Name>%s</tt:Name></tptz:Preset>", parts[0], parts[1] ? parts[1] : "");
    g_string_append(body, row);
  }
  g_string_append(body, "</tptz:GetPresetsResponse>");
  say_soap(fd, "200 OK", body->str);
}

static gboolean has_preset(const OnvifDevice *d, const char *token) {
  for (char **preset = d->presets; *preset; preset++)
    if (g_str_has_prefix(*preset, token) && (*preset)[strlen(token)] == '=')
      return TRUE;
  return FALSE;
}

static void turn(OnvifDevice *d, int fd, const char *request) {
  g_autofree char *profile = between(request, "ProfileToken"), *preset = between(request, "PresetToken");
  if (g_strcmp0(profile, "Profile_1") != 0) {
    say_fault(fd, "500 Internal Server Error", "NoProfile", "no such profile");
    return;
  }
  if (!preset || !*preset || !has_preset(d, preset)) {
    say_fault(fd, "500 Internal Server Error", "NoToken", "no such preset");
    return;
  }
  d->counts.turns++;
  g_strlcpy(d->counts.preset, preset, sizeof d->counts.preset);
  say_soap(fd, "200 OK", "<tptz:GotoPresetResponse/>");
}

static void answer(OnvifDevice *d, int fd, const char *request) {
  d->counts.requests++;
  if (strstr(request, "<GetSystemDateAndTime")) {
    say_time(d, fd);
    return;
  }
  if (!may(d, fd, request))
    return;
  if (strstr(request, "<GetServices") && d->how.mode == ONVIF_OLD)
    say_fault(fd, "500 Internal Server Error", "ActionNotSupported", "no such action");
  else if (strstr(request, "<GetServices"))
    say_services(d, fd, FALSE);
  else if (strstr(request, "<GetCapabilities"))
    say_services(d, fd, TRUE);
  else if (strstr(request, "<GetProfiles"))
    say_profiles(d, fd);
  else if (strstr(request, "<GetPresets"))
    say_presets(d, fd);
  else if (strstr(request, "<GotoPreset"))
    turn(d, fd, request);
  else
    say_fault(fd, "500 Internal Server Error", "ActionNotSupported", "no such action");
}

/* ---- misbehaving ---- */

static void say_bomb(int fd) {
  say(fd, "200 OK", "",
      "<?xml version=\"1.0\"?><!DOCTYPE e [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
      "<!ENTITY c SYSTEM \"file:///etc/passwd\">]><Envelope><Body>&b;&c;</Body></Envelope>");
}

static void say_for_ever(OnvifDevice *d, int fd) {
  static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<Envelope>";
  char block[4096];
  memset(block, ' ', sizeof block);
  (void)send(fd, head, strlen(head), MSG_NOSIGNAL);
  while (send(fd, block, sizeof block, MSG_NOSIGNAL) > 0 && !wait_for(d, -1, 0))
    ;
}

static void serve(OnvifDevice *d, int fd) {
  g_autofree char *request = read_request(d, fd);
  if (!request)
    return;
  g_mutex_lock(&d->lock);
  const OnvifHow how = d->how;
  g_mutex_unlock(&d->lock);
  if (how.slow_ms)
    (void)wait_for(d, -1, how.slow_ms);
  if (how.mode == ONVIF_HANG) {
    char byte;
    while (wait_for(d, fd, 30000) && recv(fd, &byte, 1, 0) > 0)
      ;
  } else if (how.mode == ONVIF_GARBAGE)
    say(fd, "200 OK", "", "\x7f\x45LF <<<not <xml at all");
  else if (how.mode == ONVIF_BOMB)
    say_bomb(fd);
  else if (how.mode == ONVIF_HUGE)
    say_for_ever(d, fd);
  else {
    g_mutex_lock(&d->lock);
    answer(d, fd, request);
    g_mutex_unlock(&d->lock);
  }
}

static gpointer run(gpointer user) {
  OnvifDevice *d = user;
  while (wait_for(d, d->listen_fd, -1)) {
    const int fd = accept4(d->listen_fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
      continue;
    serve(d, fd);
    shutdown(fd, SHUT_WR);
    close(fd);
  }
  return NULL;
}

/* ---- from outside ---- */

OnvifDevice *onvif_device_new(const char *user, const char *password, const char *const *presets,
                              GError **error) {
  OnvifDevice *d = g_new0(OnvifDevice, 1);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  g_mutex_init(&d->lock);
  d->user = g_strdup(user);
  d->password = g_strdup(password ? password : "");
  d->presets = g_strdupv((char **)presets);
  d->stop_fd = eventfd(0, EFD_CLOEXEC);
  d->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(d->listen_fd, (struct sockaddr *)&at, size) || listen(d->listen_fd, 16) ||
      getsockname(d->listen_fd, (struct sockaddr *)&at, &size)) {
    g_set_error(error, GW_ERROR, GW_CODE_UNAVAILABLE, "cannot listen: %s", g_strerror(errno));
    onvif_device_free(d);
    return NULL;
  }
  d->port = ntohs(at.sin_port);
  d->thread = g_thread_new("onvif", run, d);
  return d;
}

void onvif_device_free(OnvifDevice *d) {
  if (!d)
    return;
  const guint64 one = 1;
  if (write(d->stop_fd, &one, sizeof one) == sizeof one && d->thread)
    g_thread_join(d->thread);
  close(d->listen_fd);
  close(d->stop_fd);
  g_strfreev(d->presets);
  g_free(d->user);
  g_free(d->password);
  g_mutex_clear(&d->lock);
  g_free(d);
}

guint16 onvif_device_port(const OnvifDevice *d) {
  return d->port;
}

void onvif_device_set(OnvifDevice *d, const OnvifHow *how) {
  g_mutex_lock(&d->lock);
  d->how = *how;
  g_mutex_unlock(&d->lock);
}

void onvif_device_set_password(OnvifDevice *d, const char *password) {
  g_mutex_lock(&d->lock);
  g_free(d->password);
  d->password = g_strdup(password);
  g_mutex_unlock(&d->lock);
}

OnvifCounts onvif_device_counts(OnvifDevice *d) {
  g_mutex_lock(&d->lock);
  const OnvifCounts counts = d->counts;
  g_mutex_unlock(&d->lock);
  return counts;
}
