#include "pipelines/ptz/post.h"

#include "daemon/base/clock.h"
#include "pipelines/rtsp/auth.h"

#include <curl/curl.h>
#include <string.h>

#define CONTENT_TYPE "Content-Type: application/soap+xml; charset=utf-8"
#define CHALLENGES_MOST 8

struct GwPoster {
  CURL *curl;
  GwAuth auth;
  const int *cancelled;
  GString *body; /* of the answer that comes in */
  guint challenges;
  gboolean is_too_large;
};

void gw_post_global_init(void) {
  (void)curl_global_init(CURL_GLOBAL_DEFAULT); /* counts; without it easy_init does the same */
}

void gw_post_answer_clear(GwPostAnswer *answer) {
  if (answer->body)
    g_string_free(answer->body, TRUE);
  *answer = (GwPostAnswer){0};
}

static size_t on_body(char *data, size_t one, size_t bytes, void *user) {
  GwPoster *p = user;
  if (p->body->len + bytes > GW_POST_ANSWER_BYTES) {
    p->is_too_large = TRUE;
    return 0;
  }
  g_string_append_len(p->body, data, (gssize)bytes);
  return bytes;
}

/* Basic is a challenge too, but never answered. */
static size_t on_header(char *data, size_t one, size_t bytes, void *user) {
  static const char name[] = "WWW-Authenticate:";
  GwPoster *p = user;
  if (bytes > sizeof name && g_ascii_strncasecmp(data, name, sizeof name - 1) == 0 &&
      p->challenges < CHALLENGES_MOST) {
    g_autofree char *value = g_strstrip(g_strndup(data + sizeof name - 1, bytes - sizeof name + 1));
    p->challenges++;
    if (g_ascii_strncasecmp(value, "Digest", strlen("Digest")) == 0)
      (void)gw_auth_challenge(&p->auth, value);
  }
  return bytes;
}

static int on_progress(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
  return g_atomic_int_get(((GwPoster *)user)->cancelled);
}

static void set_up(GwPoster *p) {
  CURL *curl = p->curl;
  (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
  (void)curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  (void)curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  (void)curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
  (void)curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, p);
  (void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  (void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, p);
  (void)curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  (void)curl_easy_setopt(curl, CURLOPT_XFERINFODATA, p);
  (void)curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

GwPoster *gw_poster_new(const char *user, const char *password, const int *cancelled) {
  GwPoster *p = g_new0(GwPoster, 1);
  p->cancelled = cancelled;
  p->curl = curl_easy_init();
  g_assert(p->curl);
  gw_auth_init(&p->auth, user, password ? password : "");
  set_up(p);
  return p;
}

void gw_poster_free(GwPoster *p) {
  if (!p)
    return;
  curl_easy_cleanup(p->curl);
  gw_auth_clear(&p->auth);
  g_free(p);
}

static GwPostEnd end_of(CURLcode code, gboolean is_too_large) {
  switch (code) {
  case CURLE_OK:
    return GW_POST_ANSWERED;
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_CONNECT:
    return GW_POST_UNREACHABLE;
  case CURLE_OPERATION_TIMEDOUT:
  case CURLE_ABORTED_BY_CALLBACK:
    return GW_POST_TIMEOUT;
  default:
    return GW_POST_BROKEN;
  }
}

/* What the digest is made over. */
static char *path_of(const char *url) {
  const char *host = strstr(url, "://"), *path = host ? strchr(host + 3, '/') : NULL;
  return g_strdup(path ? path : "/");
}

static GwPostEnd post_once(GwPoster *p, const char *url, const char *body, int timeout_ms,
                           GwPostAnswer *ret) {
  g_autofree char *path = path_of(url), *value = gw_auth_answer(&p->auth, "POST", path);
  g_autofree char *line = value ? g_strconcat("Authorization: ", value, NULL) : NULL;
  struct curl_slist *headers = curl_slist_append(NULL, CONTENT_TYPE);
  headers = curl_slist_append(headers, "Expect:"); /* small cameras never answer to 100-continue */
  if (line)
    headers = curl_slist_append(headers, line);
  gw_post_answer_clear(ret);
  p->body = ret->body = g_string_new(NULL);
  p->challenges = 0;
  p->is_too_large = FALSE;
  gw_auth_forget(&p->auth);
  (void)curl_easy_setopt(p->curl, CURLOPT_URL, url);
  (void)curl_easy_setopt(p->curl, CURLOPT_HTTPHEADER, headers);
  (void)curl_easy_setopt(p->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
  (void)curl_easy_setopt(p->curl, CURLOPT_POSTFIELDS, body);
  (void)curl_easy_setopt(p->curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
  const CURLcode code = curl_easy_perform(p->curl);
  curl_slist_free_all(headers);
  p->body = NULL;
  (void)curl_easy_getinfo(p->curl, CURLINFO_RESPONSE_CODE, &ret->status);
  return end_of(code, p->is_too_large);
}

GwPostEnd gw_post_soap(GwPoster *p, const char *url, const char *body, int timeout_ms, GwPostAnswer *ret) {
  const GwUsec until_us = gw_clock_mono_us() + timeout_ms * GW_MS;
  gw_auth_forget(&p->auth);
  const GwPostEnd end = post_once(p, url, body, timeout_ms, ret);
  const GwUsec left_us = until_us - gw_clock_mono_us();
  if (end != GW_POST_ANSWERED || ret->status != 401 || p->auth.kind == GW_AUTH_NONE || !p->auth.user ||
      left_us < GW_MS)
    return end;
  return post_once(p, url, body, (int)(left_us / GW_MS), ret);
}
