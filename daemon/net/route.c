#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/net/limits.h"
#include "daemon/net/net_private.h"
#include "daemon/net/parse.h"
#include "daemon/wire/command.h"

/* Every address that is not a page: method, path (a trailing slash: whatever stands below), who may, who
 * answers.  roles 0: anybody, logged in or not. */
typedef struct {
  GwMethod method;
  const char *path;
  guint roles;
  void (*answer)(GwNet *net, GwRequest *r);
  gsize body_most;
} Route;

static const Route routes[] = {
    {GW_METHOD_GET, "/healthz", 0, gw_net_get_health, 0},
    {GW_METHOD_GET, "/metrics", 0, gw_net_get_metrics, 0},
    {GW_METHOD_GET, "/pair/ca.crt", 0, gw_net_get_ca, 0},
    {GW_METHOD_GET, "/pair/info.json", 0, gw_net_get_pair, 0},
    {GW_METHOD_GET, "/api/v1/session", 0, gw_net_whoami, 0},
    {GW_METHOD_GET, "/api/v1/file/", GW_ROLES_DESK | GW_ROLE_PATROL | GW_ROLE_WALL, gw_net_get_file, 0},
    {GW_METHOD_GET, "/api/v1/still/", GW_ROLES_DESK | GW_ROLE_WALL, gw_net_get_still, 0},
    {GW_METHOD_GET, "/api/v1/thumb/", GW_ROLES_DESK | GW_ROLE_WALL, gw_net_get_thumb, 0},
    {GW_METHOD_GET, "/api/v1/gauges", GW_ROLES_DESK | GW_ROLE_WALL, gw_net_get_gauges, 0},
    {GW_METHOD_GET, "/api/v1/makes", GW_ROLE_ADMIN, gw_net_get_makes, 0},
    {GW_METHOD_GET, "/api/v1/openapi.json", 0, gw_net_get_openapi, 0},
    {GW_METHOD_GET, "/api/v1/story/", GW_ROLES_DESK, gw_net_get_story, 0},
    {GW_METHOD_GET, "/api/v1/recommend/alert/", GW_ROLES_DESK, gw_net_get_recommend, 0},
    {GW_METHOD_GET, "/api/v1/shift-log/", GW_ROLES_DESK, gw_net_get_shift_log, 0},
    {GW_METHOD_GET, "/api/v1/export/", GW_ROLE_ADMIN, gw_net_get_export, 0},
    {GW_METHOD_GET, "/api/v1/", GW_ROLES_ALL, gw_net_get_noun, 0},
    {GW_METHOD_POST, "/api/v1/session.login", 0, gw_net_login, 4096},
    {GW_METHOD_POST, "/api/v1/session.kiosk", 0, gw_net_kiosk, 4096},
    {GW_METHOD_POST, "/api/v1/session.logout", 0, gw_net_logout, 4096},
    {GW_METHOD_POST, "/api/v1/file", GW_ROLES_DESK | GW_ROLE_PATROL, gw_net_post_file, GW_LIMIT_UPLOAD_BYTES},
    {GW_METHOD_POST, "/api/v1/camera.probe", GW_ROLE_ADMIN, gw_net_post_probe, 4096},
    {GW_METHOD_POST, "/api/v1/import.preview", GW_ROLES_ALL, gw_net_post_command, GW_LIMIT_IMPORT_BYTES},
    {GW_METHOD_POST, "/api/v1/import.apply", GW_ROLES_ALL, gw_net_post_command, GW_LIMIT_IMPORT_BYTES},
    {GW_METHOD_POST, "/api/v1/", GW_ROLES_ALL, gw_net_post_command, GW_LIMIT_MESSAGE_BYTES},
};

static const Route *find_route(const GwRequest *r) {
  for (gsize i = 0; i < G_N_ELEMENTS(routes); i++) {
    const Route *route = &routes[i];
    gboolean post = r->method == GW_METHOD_POST;
    if (post != (route->method == GW_METHOD_POST))
      continue;
    gsize n = strlen(route->path);
    gboolean below = route->path[n - 1] == '/' && strlen(r->path) > n && strncmp(r->path, route->path, n) == 0;
    if (below || strcmp(r->path, route->path) == 0)
      return route;
  }
  return NULL;
}

const char *gw_net_cookie_name(const GwRequest *r) {
  static const char *const mounts[] = {"", "gw1", "gw2", "gw3"};
  if (r->mount)
    return mounts[r->mount];
  return r->tls ? "__Host-gw" : "gw";
}

gboolean gw_net_session_of(GwNet *net, GwRequest *r, GwSession *ret) {
  g_autofree char *bearer = gw_parse_bearer(r->authorization);
  g_autofree char *cookie = bearer ? NULL : gw_parse_cookie(r->cookies, gw_net_cookie_name(r));
  const char *token = bearer ? bearer : cookie;
  if (!token || !gw_sessions_by_token(net->sessions, token, gw_clock_real_us(), ret))
    return FALSE;
  if (ret->loopback_only && !(r->loopback && bearer))
    return FALSE;
  gw_net_session_seen(net, ret->id);
  return TRUE;
}

static gboolean has_token(GwRequest *r) {
  g_autofree char *cookie = gw_parse_cookie(r->cookies, gw_net_cookie_name(r));
  return cookie || r->authorization;
}

static gboolean is_ours(GwNet *net, GwRequest *r) {
  return !r->origin || gw_parse_origin_is(r->origin, r->tls, r->host);
}

static gboolean body_is_fit(GwRequest *r, const Route *route) {
  gboolean picture = gw_parse_type_is(r->content_type, "image/jpeg") || gw_parse_type_is(r->content_type, "image/png");
  if (r->chunked || r->content_length < 0)
    gw_respond_say(r, GW_SAY_LENGTH_WANTED);
  else if ((gsize)r->content_length > route->body_most)
    gw_respond_say(r, GW_SAY_BODY_TOO_LARGE);
  else if (route->answer == gw_net_post_file && !picture)
    gw_respond_say(r, GW_SAY_PICTURE_WANTED);
  else if (route->answer != gw_net_post_file && !gw_parse_type_is(r->content_type, "application/json"))
    gw_respond_say(r, GW_SAY_JSON_WANTED);
  return r->status == 0;
}

/* The body is here, or none is to come: who asks is looked at now, as it is now. */
void gw_net_answer_now(GwRequest *r) {
  GwNet *net = gw_server_user(r->server);
  const Route *route = find_route(r);
  GwSession session;
  if (route->roles && !gw_net_session_of(net, r, &session))
    gw_respond_say(r, GW_SAY_LOGIN_FIRST);
  else if (route->roles && !(session.role & route->roles))
    gw_respond_say(r, GW_SAY_ROLE_MAY_NOT);
  else
    route->answer(net, r);
}

/* A token that the cache does not hold yet may be one that was given out a moment ago. */
static gboolean must_wait(GwNet *net, GwRequest *r, const Route *route) {
  GwSession session;
  if (!gw_sessions_is_loading(net->sessions))
    return FALSE;
  return route->answer == gw_net_kiosk || (route->roles && has_token(r) && !gw_net_session_of(net, r, &session));
}

static void answer_or_wait(GwRequest *r) {
  GwNet *net = gw_server_user(r->server);
  if (must_wait(net, r, find_route(r)) && net->waiting.length < GW_LIMIT_READ_QUEUE)
    g_queue_push_tail(&net->waiting, gw_request_ref(r));
  else
    gw_net_answer_now(r);
}

static void take_post(GwNet *net, GwRequest *r, const Route *route) {
  if (!is_ours(net, r)) {
    gw_respond_say(r, GW_SAY_ORIGIN_WRONG);
    return;
  }
  if (!body_is_fit(r, route))
    return;
  GwSession session;
  /* Nobody uploads megabytes before it is known who he is. */
  if (route->body_most > GW_LIMIT_MESSAGE_BYTES && !gw_net_session_of(net, r, &session)) {
    gw_respond_say(r, GW_SAY_LOGIN_FIRST);
    return;
  }
  r->body_most = route->body_most;
  r->on_body = answer_or_wait;
}

void gw_net_route(GwRequest *r, gpointer user) {
  GwNet *net = user;
  if (!gw_net_knows_host(net, r->host)) {
    gw_respond_say(r, GW_SAY_HOST_UNKNOWN);
    return;
  }
  if (r->method == GW_METHOD_OTHER) {
    gw_respond_say(r, GW_SAY_METHOD_WRONG);
    return;
  }
  if (!gw_parse_path_is_safe(r->path)) {
    gw_respond_say(r, GW_SAY_NO_SUCH_PAGE);
    return;
  }
  const Route *route = find_route(r);
  if (route && r->method == GW_METHOD_POST)
    take_post(net, r, route);
  else if (route)
    answer_or_wait(r);
  else if (r->method == GW_METHOD_POST || g_str_has_prefix(r->path, "/api/"))
    gw_respond_say(r, GW_SAY_NO_SUCH_PAGE);
  else
    gw_static_respond(net->pages, r);
}

gboolean gw_net_allow_upgrade(GwRequest *r, GwId *ret_session_id, int *ret_status, gpointer user) {
  GwNet *net = user;
  GwSession session;
  g_autofree char *bearer = gw_parse_bearer(r->authorization);
  *ret_status = 421;
  if (!gw_net_knows_host(net, r->host))
    return FALSE;
  *ret_status = 403;
  if (!is_ours(net, r) || (!r->origin && !bearer))
    return FALSE; /* a browser always names its page; a machine shows a token instead */
  *ret_status = 401;
  if (!gw_net_session_of(net, r, &session))
    return FALSE;
  *ret_session_id = session.id;
  return TRUE;
}
