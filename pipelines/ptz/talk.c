#include "pipelines/ptz/talk.h"

#include "daemon/base/clock.h"
#include "pipelines/ptz/post.h"
#include "pipelines/ptz/soap.h"

#include <string.h>

#define CLOCK_SAME_US                                                                                        \
  (2 * GW_SEC) /* a token of this age is taken by every camera: then the password is wrong */

static const char none[] = "none", not_found[] = "not_found", protocol[] = "protocol", auth[] = "auth";

typedef struct Talk {
  const GwTalkWho *who;
  GwTalkKnown *known;
  GwPoster *poster;
  GwUsec until_mono_us;
  gboolean has_asked_time;
} Talk;

void gw_talk_who_clear(GwTalkWho *who) {
  if (who->password)
    memset(who->password, 0, strlen(who->password));
  g_free(who->url);
  g_free(who->user);
  g_free(who->password);
  *who = (GwTalkWho){0};
}

void gw_talk_known_clear(GwTalkKnown *known) {
  g_free(known->ptz_url);
  g_free(known->profile);
  *known = (GwTalkKnown){0};
}

char *gw_talk_address(const char *asked, const char *said) {
  const GUriFlags flags = G_URI_FLAGS_ENCODED;
  g_autoptr(GUri) a = g_uri_parse(asked, flags, NULL), s = g_uri_parse(said, flags, NULL);
  if (!a || !s || !g_uri_get_host(a) || !g_uri_get_host(s))
    return NULL;
  const gboolean same = g_ascii_strcasecmp(g_uri_get_host(a), g_uri_get_host(s)) == 0;
  const char *path = g_uri_get_path(s);
  return g_uri_join(flags, g_uri_get_scheme(same ? s : a), NULL, g_uri_get_host(a),
                    g_uri_get_port(same ? s : a), path && *path ? path : "/", g_uri_get_query(s), NULL);
}

/* ---- one question ---- */

typedef char *(*Question)(const GwSoapWho *who, gpointer user);

static const char *cause_of_end(GwPostEnd end) {
  return end == GW_POST_UNREACHABLE ? "unreachable" : end == GW_POST_TIMEOUT ? "timeout" : protocol;
}

static const char *post(Talk *t, const char *url, const char *body, GwPtzSaid *ret) {
  const GwUsec left_us = t->until_mono_us - gw_clock_mono_us();
  if (left_us < GW_MS)
    return "timeout";
  g_auto(GwPostAnswer) answer = {0};
  const GwPostEnd end =
      gw_post_soap(t->poster, url, body, (int)MIN(GW_POST_TIMEOUT_MS, left_us / GW_MS), &answer);
  if (end != GW_POST_ANSWERED)
    return cause_of_end(end);
  const gboolean is_said = gw_ptz_said_parse(answer.body->str, answer.body->len, ret);
  if (answer.status == 401 || (is_said && ret->fault == GW_PTZ_FAULT_AUTH))
    return auth;
  if (answer.status == 404)
    return not_found;
  if (is_said && ret->fault == GW_PTZ_FAULT_NO_ENTITY)
    return not_found;
  return is_said && ret->fault == GW_PTZ_FAULT_NONE && answer.status / 100 == 2 ? none : protocol;
}

/* TRUE: its clock is another than we thought, so the same password may do. */
static gboolean learn_time(Talk *t) {
  if (t->has_asked_time)
    return FALSE;
  t->has_asked_time = TRUE;
  g_autofree GwPtzSaid *said = g_new(GwPtzSaid, 1);
  g_autofree char *body = gw_soap_time();
  if (post(t, t->who->url, body, said) != none || said->utc_us == 0)
    return FALSE;
  const GwUsec off_us = said->utc_us - gw_clock_real_us(), was_us = t->known->clock_off_us;
  t->known->clock_off_us = ABS(off_us) <= CLOCK_SAME_US ? 0 : off_us;
  return ABS(off_us - was_us) > CLOCK_SAME_US;
}

static const char *ask_once(Talk *t, const char *url, Question question, gpointer user, GwPtzSaid *ret) {
  const GwSoapWho who = {t->who->user, t->who->password, gw_clock_real_us() + t->known->clock_off_us};
  g_autofree char *body = question(&who, user);
  return post(t, url, body, ret);
}

static const char *ask(Talk *t, const char *url, Question question, gpointer user, GwPtzSaid *ret) {
  const char *cause = ask_once(t, url, question, user, ret);
  if (cause == auth && t->who->user && learn_time(t))
    cause = ask_once(t, url, question, user, ret);
  return cause;
}

/* ---- the questions ---- */

static char *services(const GwSoapWho *who, gpointer user) {
  return gw_soap_services(who);
}

static char *capabilities(const GwSoapWho *who, gpointer user) {
  return gw_soap_capabilities(who);
}

static char *profiles(const GwSoapWho *who, gpointer user) {
  return gw_soap_profiles(who);
}

static char *presets(const GwSoapWho *who, gpointer user) {
  return gw_soap_presets(who, user);
}

typedef struct Goto {
  const char *profile, *preset;
} Goto;

static char *go(const GwSoapWho *who, gpointer user) {
  const Goto *to = user;
  return gw_soap_goto(who, to->profile, to->preset);
}

/* Where its services are: old cameras do not know GetServices, and say it in many ways. */
static const char *find_services(Talk *t, GwPtzSaid *said) {
  const char *cause = ask(t, t->who->url, services, NULL, said);
  if (cause == auth || (cause != none && cause != protocol && cause != not_found))
    return cause;
  if (cause == none && said->media_url[0] && said->ptz_url[0])
    return none;
  cause = ask(t, t->who->url, capabilities, NULL, said);
  if (cause == none && (!said->media_url[0] || !said->ptz_url[0]))
    return not_found;
  return cause;
}

static const char *learn(Talk *t) {
  if (t->known->ptz_url)
    return none;
  g_autofree GwPtzSaid *said = g_new(GwPtzSaid, 1);
  const char *cause = find_services(t, said);
  if (cause != none)
    return cause;
  g_autofree char *media = gw_talk_address(t->who->url, said->media_url);
  g_autofree char *ptz = gw_talk_address(t->who->url, said->ptz_url);
  if (!media || !ptz)
    return protocol;
  cause = ask(t, media, profiles, NULL, said);
  if (cause != none)
    return cause;
  if (said->profile[0] == '\0')
    return not_found; /* none of its profiles can be turned */
  t->known->ptz_url = g_steal_pointer(&ptz);
  t->known->profile = g_strdup(said->profile);
  return none;
}

static void begin(Talk *t, const GwTalkWho *who, GwTalkKnown *known, const int *cancelled) {
  *t = (Talk){.who = who, .known = known, .until_mono_us = gw_clock_mono_us() + GW_TALK_MOST_MS * GW_MS};
  t->poster = gw_poster_new(who->user, who->password, cancelled);
}

/* What was known may be of before: a camera that was set up anew has other profiles, and is asked again. */
static const char *learn_and_ask(Talk *t, const char *(*question)(Talk *t, gpointer user), gpointer user) {
  const gboolean was_known = t->known->ptz_url != NULL;
  const char *cause = learn(t);
  if (cause == none)
    cause = question(t, user);
  if (was_known && (cause == not_found || cause == protocol)) {
    gw_talk_known_clear(t->known);
    cause = learn(t);
    if (cause == none)
      cause = question(t, user);
  }
  if (cause != none)
    gw_talk_known_clear(t->known);
  return cause;
}

static const char *ask_presets(Talk *t, gpointer user) {
  return ask(t, t->known->ptz_url, presets, t->known->profile, user);
}

const char *gw_talk_presets(const GwTalkWho *who, GwTalkKnown *known, const int *cancelled, GwPtzSaid *ret) {
  Talk t;
  begin(&t, who, known, cancelled);
  const char *cause = learn_and_ask(&t, ask_presets, ret);
  gw_poster_free(t.poster);
  return cause;
}

static const char *ask_turn(Talk *t, gpointer user) {
  g_autofree GwPtzSaid *said = g_new(GwPtzSaid, 1);
  Goto to = {t->known->profile, user};
  return ask(t, t->known->ptz_url, go, &to, said);
}

const char *gw_talk_turn(const GwTalkWho *who, GwTalkKnown *known, const int *cancelled, const char *preset) {
  Talk t;
  g_autofree char *mine = g_strdup(preset);
  begin(&t, who, known, cancelled);
  const char *cause = learn_and_ask(&t, ask_turn, mine);
  gw_poster_free(t.poster);
  return cause;
}
