#include "daemon/core/playback.h"

#include <string.h>

#include "daemon/core/clockmath.h"
#include "daemon/core/refusal.h"

#define LATEST_US ((GwUsec)253402300799 * GW_SEC) /* the end of the year 9999: four digits are enough */

typedef enum What { WHAT_CHANNEL, WHAT_START, WHAT_END, WHAT_USER, WHAT_PASSWORD, N_WHATS } What;

/* One {…} of a template. */
typedef struct Place {
  What what;
  gboolean is_local, is_unix;
  const char *format; /* not terminated */
  gsize length;
} Place;

/* ---- what a template may hold ---- */

/* RFC 3986 without '#', and braces are not for the address itself. */
static gboolean is_address_char(char c) {
  return g_ascii_isalnum(c) || (c != '\0' && strchr("-._~:/?[]@!$&'()*+,;=%", c) != NULL);
}

/* A "%" followed by one of YmdHMS, and letters that stand for themselves. */
static gboolean format_is_valid(const char *format, gsize length) {
  gboolean tells_time = FALSE;
  for (gsize i = 0; i < length; i++) {
    if (!is_address_char(format[i]))
      return FALSE;
    if (format[i] != '%')
      continue;
    i++;
    if (i == length || strchr("YmdHMS", format[i]) == NULL)
      return FALSE;
    tells_time = TRUE;
  }
  return tells_time;
}

static gboolean skip_word(const char **text, gsize *length, const char *word) {
  const gsize n = strlen(word);
  if (*length < n || strncmp(*text, word, n) != 0)
    return FALSE;
  *text += n;
  *length -= n;
  return TRUE;
}

static gboolean parse_time(const char *text, gsize length, Place *ret, GError **error) {
  ret->is_local = skip_word(&text, &length, "local:");
  ret->is_unix = !ret->is_local && length == 4 && strncmp(text, "unix", 4) == 0;
  ret->format = text;
  ret->length = length;
  return ret->is_unix || format_is_valid(text, length) || gw_refuse(error, GW_REFUSAL_PLAYBACK_BAD_FORMAT);
}

/* `text` is what stands between the braces. */
static gboolean parse_place(const char *text, gsize length, Place *ret, GError **error) {
  *ret = (Place){0};
  static const char *const words[N_WHATS] = {
      [WHAT_CHANNEL] = "channel", [WHAT_USER] = "user", [WHAT_PASSWORD] = "password"};
  for (What what = 0; what < N_WHATS; what++)
    if (words[what] && length == strlen(words[what]) && strncmp(text, words[what], length) == 0) {
      ret->what = what;
      return TRUE;
    }
  if (skip_word(&text, &length, "start:"))
    ret->what = WHAT_START;
  else if (skip_word(&text, &length, "end:"))
    ret->what = WHAT_END;
  else
    return gw_refuse(error, GW_REFUSAL_PLAYBACK_UNKNOWN_PLACE);
  return parse_time(text, length, ret, error);
}

/* Where the host ends; NULL: not an rtsp address. */
static const char *after_scheme(const char *url) {
  if (g_str_has_prefix(url, "rtsp://"))
    return url + strlen("rtsp://");
  return g_str_has_prefix(url, "rtsps://") ? url + strlen("rtsps://") : NULL;
}

/* The host is the one that the administrator wrote: nothing is filled in there, and nobody hides a password
 * there. */
static gboolean check_host(const char *url, GError **error) {
  const char *host = after_scheme(url);
  if (!host)
    return gw_refuse(error, GW_REFUSAL_PLAYBACK_NOT_RTSP);
  const gsize length = strcspn(host, "/?");
  if (memchr(host, '@', length))
    return gw_refuse(error, GW_REFUSAL_PLAYBACK_PASSWORD_INSIDE);
  if (length == 0 || host[0] == ':' || memchr(host, '{', length) || memchr(host, '}', length))
    return gw_refuse(error, GW_REFUSAL_PLAYBACK_NO_HOST);
  return TRUE;
}

/* Some makes want it among the arguments.  There it would be read by everybody who may see the address. */
static gboolean check_arguments(const char *url, GError **error) {
  static const char *const names[] = {"password=", "passwd=", "pass=", "pwd=", "psw="};
  for (const char *at = strpbrk(url, "?&;"); at; at = strpbrk(at + 1, "?&;"))
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
      const gsize length = strlen(names[i]);
      if (g_ascii_strncasecmp(at + 1, names[i], length) == 0 && at[1 + length] != '{')
        return gw_refuse(error, GW_REFUSAL_PLAYBACK_PASSWORD_INSIDE);
    }
  return TRUE;
}

/* ---- going through one ---- */

typedef struct Walk {
  const GwPlaybackAsk *ask; /* NULL: only look */
  GString *out;
  gboolean seen[N_WHATS];
} Walk;

static void append_format(GString *out, const Place *place, GwUsec at_us, int utc_offset_s) {
  const GwDate date = gw_date_of(at_us, utc_offset_s);
  const int second = (int)((at_us - gw_date_start_us(date, utc_offset_s)) / GW_SEC);
  int year = 0, month = 0, day = 0;
  gw_date_to_ymd(date, &year, &month, &day);
  for (gsize i = 0; i < place->length; i++) {
    if (place->format[i] != '%') {
      g_string_append_c(out, place->format[i]);
      continue;
    }
    switch (place->format[++i]) {
    case 'Y':
      g_string_append_printf(out, "%04d", year);
      break;
    case 'm':
      g_string_append_printf(out, "%02d", month);
      break;
    case 'd':
      g_string_append_printf(out, "%02d", day);
      break;
    case 'H':
      g_string_append_printf(out, "%02d", second / 3600);
      break;
    case 'M':
      g_string_append_printf(out, "%02d", second / 60 % 60);
      break;
    default:
      g_string_append_printf(out, "%02d", second % 60);
      break; /* 'S' */
    }
  }
}

static GwUsec end_of(const GwPlaybackAsk *ask) {
  return ask->to_us ? ask->to_us : ask->from_us + GW_PLAYBACK_OPEN_US;
}

/* A playback begins no later than asked and ends no earlier: what is asked for lies within its seconds. */
static void append_time(GString *out, const Place *place, const GwPlaybackAsk *ask) {
  const GwUsec at_us = place->what == WHAT_START ? ask->from_us : end_of(ask) + GW_SEC - 1;
  if (place->is_unix)
    g_string_append_printf(out, "%" G_GINT64_FORMAT, (gint64)(at_us / GW_SEC));
  else
    append_format(out, place, at_us, place->is_local ? ask->utc_offset_s : 0);
}

static void append_escaped(GString *out, const char *text) {
  g_autofree char *escaped = g_uri_escape_string(text ? text : "", NULL, FALSE);
  g_string_append(out, escaped);
}

static void append_place(GString *out, const Place *place, const GwPlaybackAsk *ask) {
  switch (place->what) {
  case WHAT_CHANNEL:
    g_string_append_printf(out, "%d", ask->channel);
    break;
  case WHAT_USER:
    append_escaped(out, ask->user_name);
    break;
  case WHAT_PASSWORD:
    append_escaped(out, ask->password);
    break;
  default:
    append_time(out, place, ask);
    break;
  }
}

static gboolean take_place(Walk *walk, const char *text, gsize length, GError **error) {
  Place place;
  if (!parse_place(text, length, &place, error))
    return FALSE;
  walk->seen[place.what] = TRUE;
  if (walk->ask)
    append_place(walk->out, &place, walk->ask);
  return TRUE;
}

static gboolean walk_template(Walk *walk, const char *url_template, GError **error) {
  for (const char *at = url_template; *at; at++) {
    if (*at == '{') {
      const char *end = strchr(at, '}');
      if (!end)
        return gw_refuse(error, GW_REFUSAL_PLAYBACK_OPEN_BRACE);
      if (!take_place(walk, at + 1, (gsize)(end - at - 1), error))
        return FALSE;
      at = end;
    } else if (*at == '}') {
      return gw_refuse(error, GW_REFUSAL_PLAYBACK_OPEN_BRACE);
    } else if (!is_address_char(*at)) {
      return gw_refuse(error, GW_REFUSAL_PLAYBACK_BAD_CHAR);
    } else if (walk->ask) {
      g_string_append_c(walk->out, *at);
    }
  }
  if (!walk->seen[WHAT_CHANNEL])
    return gw_refuse(error, GW_REFUSAL_PLAYBACK_NO_CHANNEL);
  if (walk->seen[WHAT_END] && !walk->seen[WHAT_START])
    return gw_refuse(error, GW_REFUSAL_PLAYBACK_END_ALONE);
  return TRUE;
}

static gboolean walk_all(Walk *walk, const char *url_template, GError **error) {
  if (strlen(url_template) > GW_PLAYBACK_TEMPLATE_CHARS)
    return gw_refuse(error, GW_REFUSAL_PLAYBACK_TOO_LONG);
  return check_host(url_template, error) && check_arguments(url_template, error) &&
         walk_template(walk, url_template, error);
}

gboolean gw_playback_check(const char *url_template, GError **error) {
  Walk walk = {0};
  return walk_all(&walk, url_template, error);
}

char *gw_playback_expand(const char *url_template, const GwPlaybackAsk *ask, gboolean *ret_by_range,
                         GError **error) {
  if (ask->channel < 1 || ask->from_us < 0 || ask->from_us > LATEST_US - 2 * GW_PLAYBACK_OPEN_US ||
      end_of(ask) <= ask->from_us || end_of(ask) > LATEST_US - GW_PLAYBACK_OPEN_US ||
      ABS(ask->utc_offset_s) > 24 * 3600 || ask->from_us + (GwUsec)ask->utc_offset_s * GW_SEC < 0) {
    gw_refuse(error,
              ask->channel < 1 ? GW_REFUSAL_PLAYBACK_CAMERA_HAS_NO_CHANNEL : GW_REFUSAL_PLAYBACK_BAD_TIME);
    return NULL;
  }
  g_autoptr(GString) out = g_string_sized_new(256);
  Walk walk = {.ask = ask, .out = out};
  if (!walk_all(&walk, url_template, error))
    return NULL;
  if (ret_by_range)
    *ret_by_range = !walk.seen[WHAT_START];
  return g_strdup(out->str);
}

/* ---- how far back it goes ---- */

#define MOMENT_US (10 * GW_MIN)
#define MARGIN_US (2 * GW_MIN) /* while we ask, the oldest goes */

void gw_playback_search_begin(GwPlaybackSearch *search) {
  *search = (GwPlaybackSearch){.held = -1, .missing = GW_PLAYBACK_DAYS_MOST + 1};
}

int gw_playback_search_next(const GwPlaybackSearch *search) {
  if (search->held < 0)
    return search->missing > 0 ? 0 : -1;
  return search->missing - search->held > 1 ? (search->held + search->missing) / 2 : -1;
}

void gw_playback_search_tell(GwPlaybackSearch *search, int days, gboolean has_footage) {
  if (has_footage)
    search->held = MAX(search->held, days);
  else
    search->missing = MIN(search->missing, days);
}

GwUsec gw_playback_search_at(int days, GwUsec now_us) {
  return days > 0 ? now_us - days * GW_DAY + MARGIN_US : now_us - MOMENT_US;
}

/* ---- makes ---- */

/* The forms are public knowledge; what they say about the clock differs from model to model, hence the notes.
 *
 *   hikvision  "Streaming/tracks/<channel><stream>?starttime=…Z": CamioCam/rtsp issue 181, tried on a recorder
 *   dahua      "cam/playback?channel=&starttime=": vendor's HTTP API 4.1.2, quoted in AlexxIT/WebRTC issue 620
 *   uniview    "/c<channel>/b<unix>/e<unix>/replay/": vendor's note on RTSP addresses, with an example
 *   tiandy     Dahua's form by the device's own clock: tried on a TC-R3440 (ngohuynhngockhanh/ksp-camera-auto)
 *   onvif      Streaming Specification 6 (Replay): the time is in Range: clock=; the path is the recorder's own,
 *              as GetReplayUri tells it */
static const GwPlaybackMake makes[] = {
    {"hikvision", "海康威视", "Hikvision",
     "rtsp://192.0.2.9:554/Streaming/tracks/"
     "{channel}01?starttime={start:%Y%m%dT%H%M%SZ}&endtime={end:%Y%m%dT%H%M%SZ}",
     "若回看的画面差整时区，把 {start: 改为 {start:local:，{end: 同样。",
     "If what plays is off by the time zone, write {start:local:… and {end:local:…."},
    {"dahua", "大华", "Dahua",
     "rtsp://192.0.2.9:554/cam/"
     "playback?channel={channel}&starttime={start:local:%Y_%m_%d_%H_%M_%S}&endtime={end:local:%Y_%m_%d_%H_%M_"
     "%S}",
     "按录像机自己的时钟，请先为录像机校时。", "By the recorder's own clock: set that right first."},
    {"uniview", "宇视", "Uniview", "rtsp://192.0.2.9:554/c{channel}/b{start:unix}/e{end:unix}/replay/",
     "按1970年起的秒数。", "By seconds since 1970."},
    {"tiandy", "天地伟业", "Tiandy",
     "rtsp://192.0.2.9:554/cam/"
     "playback?channel={channel}&starttime={start:local:%Y_%m_%d_%H_%M_%S}&endtime={end:local:%Y_%m_%d_%H_%M_"
     "%S}",
     "与大华的形式相同，按录像机自己的时钟。", "The form of Dahua, by the recorder's own clock."},
    {"onvif", "ONVIF", "ONVIF", "rtsp://192.0.2.9:554/recording/{channel}",
     "时间写在 RTSP 的 Range 头里；路径以录像机的 GetReplayUri 为准。",
     "The time travels in RTSP's Range header; the path is what the recorder's GetReplayUri says."},
    {"other", "其他", "Another make",
     "rtsp://192.0.2.9:554/playback/{channel}?start={start:%Y-%m-%dT%H:%M:%SZ}",
     "请查录像机手册中的 RTSP 回放地址，并填入占位符。",
     "Look up the recorder's RTSP playback address and put the placeholders in."},
};

const GwPlaybackMake *gw_playback_makes(gsize *ret_n) {
  *ret_n = G_N_ELEMENTS(makes);
  return makes;
}
