#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/base/log.h"
#include "daemon/base/token.h"
#include "daemon/net/limits.h"
#include "daemon/net/net_private.h"
#include "daemon/net/parse.h"
#include "daemon/store/meta.h"
#include "daemon/store/user.h"

#define LOGIN_TTL_US (16 * GW_HOUR)
#define KIOSK_TTL_US (400 * GW_DAY) /* the longest a browser keeps a cookie */

/* One log-in on its way: the user's row by a reader, the password by its thread, the session by the ledger. */
typedef struct {
  GwNet *net;
  GwRequest *r;
  char *name, *password, *address_key, *name_key;
  GwUserRow row;
  gboolean has_row;
  GwSession session;
  char *token, *token_hash;
} Login;

static void wipe(char *text) {
  for (volatile char *p = text; p && *p; p++)
    *p = '\0';
}

static void login_free(Login *login) {
  gw_request_unref(login->r);
  wipe(login->password);
  g_free(login->name);
  g_free(login->password);
  g_free(login->address_key);
  g_free(login->name_key);
  gw_user_row_clear(&login->row);
  g_free(login->token);
  g_free(login->token_hash);
  g_free(login);
}

static void set_cookie(GwRequest *r, const char *token, GwUsec ttl_us) {
  g_autofree char *path = r->mount ? g_strdup_printf("/demo/%d/", r->mount) : g_strdup("/");
  g_autofree char *cookie =
      g_strdup_printf("%s=%s; Path=%s; Max-Age=%" G_GINT64_FORMAT "; HttpOnly; SameSite=Strict%s", gw_net_cookie_name(r),
                      token, path, ttl_us / GW_SEC, r->tls ? "; Secure" : "");
  gw_request_header(r, "Set-Cookie", cookie);
}

static void respond_user(GwRequest *r, const GwSession *session) {
  gw_respond_json(r, 200, json_pack("{s:o}", "user", gw_session_user_json(session)));
}

static void refuse(Login *login, GwSentence say) {
  gw_respond_say(login->r, say);
  login_free(login);
}

static void on_committed(const GwReply *reply, gpointer p) {
  Login *login = p;
  gint64 id = json_integer_value(json_object_get(reply->result, "session_id"));
  if (reply->code != GW_CODE_OK || id == 0) {
    const char *zh = reply->sentence_zh ? reply->sentence_zh : gw_say_zh(GW_SAY_LEDGER_BUSY);
    const char *en = reply->sentence_en ? reply->sentence_en : gw_say_en(GW_SAY_LEDGER_BUSY);
    GwCode code = reply->code == GW_CODE_OK ? GW_CODE_INTERNAL : reply->code;
    gw_respond_json(login->r, gw_code_http_status(code), gw_refusal_json(code, zh, en));
  } else {
    login->session.id = id;
    gw_sessions_add(login->net->sessions, login->token_hash, &login->session);
    set_cookie(login->r, login->token, login->session.expires_at_us - gw_clock_real_us());
    respond_user(login->r, &login->session);
  }
  login_free(login);
}

/* Takes over `login` whatever happens. */
static void commit_session(Login *login, const char *observation, json_t *consumed) {
  g_autoptr(GError) error = NULL;
  gboolean ok = gw_net_ask_observe(login->net, observation, consumed, on_committed, login, &error);
  json_decref(consumed);
  if (!ok)
    refuse(login, GW_SAY_LEDGER_BUSY);
}

static char *short_agent(const GwRequest *r) {
  g_autofree char *agent = g_utf8_make_valid(r->agent ? r->agent : "", -1);
  return g_utf8_substring(agent, 0, MIN(200, g_utf8_strlen(agent, -1)));
}

/* Opens login->session with a new token; exchanges_id: the token's session whose place it takes, or 0. */
static void open_session(Login *login, GwUsec ttl_us, GwId exchanges_id) {
  GwSession *session = &login->session;
  login->token = gw_token_new();
  login->token_hash = gw_hash_hex(login->token, strlen(login->token));
  session->expires_at_us = gw_clock_real_us() + ttl_us;
  g_autofree char *agent = short_agent(login->r);
  json_t *body = json_pack("{s:s,s:I,s:s,s:s,s:s,s:s,s:I}", "token_hash", login->token_hash, "user_id",
                           (json_int_t)session->user_id, "kind", session->kind, "label", session->label, "address",
                           login->r->address, "agent", agent, "expires_at_us", (json_int_t)session->expires_at_us);
  if (exchanges_id)
    json_object_set_new(body, "exchanges_id", json_integer(exchanges_id));
  commit_session(login, "session.open", body);
}

static void on_verified(gboolean ok, gpointer p) {
  Login *login = p;
  GwUsec now_us = gw_clock_mono_us();
  if (!ok || !login->has_row || login->row.disabled_at_us) {
    gw_throttle_failed(login->net->throttle, login->address_key, now_us);
    gw_throttle_failed(login->net->throttle, login->name_key, now_us);
    gw_info("a log-in from %s was refused", login->r->address);
    refuse(login, GW_SAY_LOGIN_WRONG);
    return;
  }
  gw_throttle_forget(login->net->throttle, login->name_key);
  const GwUserRow *row = &login->row;
  login->session = (GwSession){.user_id = row->id, .unit_id = row->unit_id, .role = row->role, .kind = "login"};
  g_strlcpy(login->session.name, row->name, sizeof login->session.name);
  g_strlcpy(login->session.display, row->display ? row->display : "", sizeof login->session.display);
  open_session(login, LOGIN_TTL_US, 0);
}

static gboolean read_user(GwDb *db, gpointer p, GError **error) {
  Login *login = p;
  g_autoptr(GError) failed = NULL;
  login->has_row = gw_store_user_by_name(db, login->name, &login->row, &failed);
  if (failed)
    g_propagate_error(error, g_steal_pointer(&failed));
  return *error == NULL;
}

static void on_user_read(gpointer p, const GError *error) {
  Login *login = p;
  if (error) {
    gw_respond_error(login->r, error);
    login_free(login);
  } else if (!gw_passwords_verify(login->net->passwords, login->has_row ? login->row.password_hash : NULL,
                                  login->password, on_verified, login)) {
    refuse(login, GW_SAY_LOGIN_BUSY);
  }
}

static gboolean is_throttled(Login *login) {
  GwUsec now_us = gw_clock_mono_us();
  GwUsec wait_us = MAX(gw_throttle_wait_us(login->net->throttle, login->address_key, now_us),
                       gw_throttle_wait_us(login->net->throttle, login->name_key, now_us));
  if (wait_us == 0)
    return FALSE;
  g_autofree char *seconds = g_strdup_printf("%" G_GINT64_FORMAT, (wait_us + GW_SEC - 1) / GW_SEC);
  gw_request_header(login->r, "Retry-After", seconds);
  return TRUE;
}

static Login *login_new(GwNet *net, GwRequest *r) {
  Login *login = g_new0(Login, 1);
  login->net = net;
  login->r = gw_request_ref(r);
  login->address_key = g_strconcat("a:", r->address, NULL);
  return login;
}

void gw_net_login(GwNet *net, GwRequest *r) {
  json_t *root = gw_net_body(r, r->body_most);
  if (!root)
    return;
  const char *name = json_string_value(json_object_get(root, "name"));
  const char *password = json_string_value(json_object_get(root, "password"));
  Login *login = login_new(net, r);
  login->name = g_strdup(name ? name : "");
  login->password = g_strdup(password ? password : "");
  login->name_key = g_strconcat("n:", login->name, NULL);
  json_decref(root);
  if (!*login->name || strlen(login->name) > 4 * 40 || strlen(login->password) > 4 * 200)
    refuse(login, GW_SAY_LOGIN_WRONG);
  else if (is_throttled(login))
    refuse(login, GW_SAY_LOGIN_THROTTLED);
  else if (!gw_readers_run(net->readers, read_user, on_user_read, login))
    refuse(login, GW_SAY_READS_BUSY);
}

/* The token of a kiosk's address is good for one exchange: the ledger puts another session in its place, whose
 * token lives in the cookie alone. */
void gw_net_kiosk(GwNet *net, GwRequest *r) {
  json_t *root = gw_net_body(r, r->body_most);
  if (!root)
    return;
  const char *token = json_string_value(json_object_get(root, "token"));
  Login *login = login_new(net, r);
  login->name_key = g_strdup(login->address_key);
  GwSession known;
  gboolean ok = token && !is_throttled(login) && gw_sessions_by_token(net->sessions, token, gw_clock_real_us(), &known) &&
                strcmp(known.kind, "login") != 0 && !known.loopback_only;
  json_decref(root);
  if (!ok) {
    gw_throttle_failed(net->throttle, login->address_key, gw_clock_mono_us());
    refuse(login, GW_SAY_TOKEN_WRONG);
    return;
  }
  login->session = known;
  open_session(login, MIN(KIOSK_TTL_US, known.expires_at_us - gw_clock_real_us()), known.id);
}

void gw_net_logout(GwNet *net, GwRequest *r) {
  GwSession session;
  g_autoptr(GError) error = NULL;
  /* The cookie goes in any case; a session that could not be closed now ends by its time. */
  if (gw_net_session_of(net, r, &session) && !session.loopback_only) {
    json_t *body = json_pack("{s:I}", "session_id", (json_int_t)session.id);
    if (!gw_net_ask_observe(net, "session.close", body, NULL, NULL, &error))
      gw_warning("a session could not be closed: %s", error->message);
    json_decref(body);
  }
  set_cookie(r, "", 0);
  gw_respond_json(r, 200, json_object());
}

/* --- who am I --- */

typedef struct {
  GwRequest *r;
  GwSession session;
  char *center;
} WhoAmI;

static gboolean read_center(GwDb *db, gpointer p, GError **error) {
  WhoAmI *who = p;
  g_autoptr(GError) failed = NULL;
  who->center = gw_meta_get(db, "center.name", &failed);
  if (failed)
    g_propagate_error(error, g_steal_pointer(&failed));
  return *error == NULL;
}

static void on_center(gpointer p, const GError *error) {
  WhoAmI *who = p;
  if (error)
    gw_respond_error(who->r, error);
  else
    gw_respond_json(who->r, 200, json_pack("{s:o,s:s,s:s}", "user", gw_session_user_json(&who->session), "version",
                                           GW_VERSION, "center", who->center ? who->center : ""));
  gw_request_unref(who->r);
  g_free(who->center);
  g_free(who);
}

/* With a query it is a page of the noun "session"; without one, who am I. */
void gw_net_whoami(GwNet *net, GwRequest *r) {
  if (g_hash_table_size(r->query) > 0) {
    gw_net_get_noun(net, r);
    return;
  }
  WhoAmI *who = g_new0(WhoAmI, 1);
  gboolean known = gw_net_session_of(net, r, &who->session);
  if (known) {
    who->r = gw_request_ref(r);
    if (gw_readers_run(net->readers, read_center, on_center, who))
      return;
    gw_request_unref(who->r);
  }
  g_free(who);
  gw_respond_say(r, known ? GW_SAY_READS_BUSY : GW_SAY_LOGIN_FIRST);
}
