#include "daemon/net/sessions.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/token.h"

GW_SQL(NET_SESSIONS_VALID,
       "select s.id, s.token_hash, s.kind, s.user_id, s.expires_at_us, s.label, u.name, u.display, u.role, u.unit_id"
       " from session s join user u on u.id = s.user_id"
       " where s.revoked_at_us is null and s.expires_at_us > :now and u.disabled_at_us is null");

struct GwSessions {
  GwSessionsConfig config;
  GHashTable *by_hash; /* char * token hash -> GwSession */
  GHashTable *by_id;   /* GwId -> GwSession, lent by by_hash */
  struct Load *loading; /* NULL: none under way */
  gboolean again;
};

typedef struct Load {
  GwSessions *sessions; /* NULL: the cache is gone */
  GHashTable *found;    /* char * token hash -> GwSession */
  GwUsec now_us;
} Load;

GwSessions *gw_sessions_new(const GwSessionsConfig *config) {
  GwSessions *sessions = g_new0(GwSessions, 1);
  sessions->config = *config;
  sessions->by_hash = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  sessions->by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
  return sessions;
}

void gw_sessions_free(GwSessions *sessions) {
  if (!sessions)
    return;
  if (sessions->loading)
    sessions->loading->sessions = NULL;
  g_hash_table_unref(sessions->by_id);
  g_hash_table_unref(sessions->by_hash);
  g_free(sessions);
}

static gboolean read_sessions(GwDb *db, gpointer p, GError **error) {
  Load *load = p;
  g_autoptr(GwStmt) s = gw_stmt(db, &NET_SESSIONS_VALID);
  gw_bind_int(s, ":now", load->now_us);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    GwSession *session = g_new0(GwSession, 1);
    *session = (GwSession){.id = gw_col_int(s, 0),
                           .user_id = gw_col_int(s, 3),
                           .unit_id = gw_col_int(s, 9),
                           .role = gw_role_from_string(gw_col_text(s, 8)),
                           .expires_at_us = gw_col_int(s, 4)};
    g_strlcpy(session->kind, gw_col_text(s, 2), sizeof session->kind);
    g_strlcpy(session->label, gw_col_text(s, 5), sizeof session->label);
    g_strlcpy(session->name, gw_col_text(s, 6), sizeof session->name);
    g_strlcpy(session->display, gw_col_text(s, 7), sizeof session->display);
    session->loopback_only = strcmp(session->kind, "source") == 0 && session->role == GW_ROLE_ADMIN;
    g_hash_table_insert(load->found, g_strdup(gw_col_text(s, 1)), session);
  }
  return step == GW_STEP_DONE;
}

static void index_ids(GwSessions *sessions) {
  g_hash_table_remove_all(sessions->by_id);
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init(&iter, sessions->by_hash);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    g_hash_table_insert(sessions->by_id, &((GwSession *)value)->id, value);
}

static void swap(GwSessions *sessions, GHashTable *found) {
  g_autoptr(GHashTable) old = sessions->by_hash;
  g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(GwId));
  GHashTableIter iter;
  gpointer hash, value;
  g_hash_table_iter_init(&iter, old);
  while (g_hash_table_iter_next(&iter, &hash, &value)) {
    if (!g_hash_table_contains(found, hash))
      g_array_append_val(gone, ((GwSession *)value)->id);
  }
  sessions->by_hash = g_hash_table_ref(found);
  index_ids(sessions);
  for (guint i = 0; i < gone->len; i++)
    sessions->config.on_gone(g_array_index(gone, GwId, i), sessions->config.user);
}

static void load_free(Load *load) {
  g_hash_table_unref(load->found);
  g_free(load);
}

static void on_read(gpointer p, const GError *error) {
  Load *load = p;
  GwSessions *sessions = load->sessions;
  if (sessions) {
    sessions->loading = NULL;
    /* A change that came while this was read may be missing in it: the next load is the one to trust. */
    gboolean again = sessions->again;
    if (error)
      gw_warning("sessions could not be read: %s", error->message);
    else if (!again)
      swap(sessions, load->found);
    sessions->again = FALSE;
    if (again)
      gw_sessions_load(sessions);
    else if (sessions->config.on_loaded)
      sessions->config.on_loaded(sessions->config.user);
  }
  load_free(load);
}

void gw_sessions_load(GwSessions *sessions) {
  if (sessions->loading) {
    sessions->again = TRUE;
    return;
  }
  Load *load = g_new0(Load, 1);
  load->sessions = sessions;
  load->now_us = gw_clock_real_us();
  load->found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  sessions->loading = load;
  if (gw_readers_run(sessions->config.readers, read_sessions, on_read, load))
    return;
  sessions->loading = NULL; /* the queue is full: gw_sessions_expire() asks again */
  sessions->again = TRUE;
  load_free(load);
}

gboolean gw_sessions_is_loading(GwSessions *sessions) {
  return sessions->loading != NULL || sessions->again;
}

static gboolean is_valid(const GwSession *session, GwUsec now_us) {
  return session && session->expires_at_us > now_us;
}

typedef gboolean (*IsGone)(const GwSession *session, gint64 arg);

static gboolean has_id(const GwSession *session, gint64 id) {
  return session->id == id;
}

static gboolean has_user(const GwSession *session, gint64 user_id) {
  return session->user_id == user_id;
}

static gboolean is_expired(const GwSession *session, gint64 now_us) {
  return !is_valid(session, now_us);
}

static void drop(GwSessions *sessions, IsGone is_gone, gint64 arg) {
  g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(GwId));
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init(&iter, sessions->by_hash);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const GwSession *session = value;
    if (!is_gone(session, arg))
      continue;
    g_array_append_val(gone, session->id);
    g_hash_table_remove(sessions->by_id, &session->id);
    g_hash_table_iter_remove(&iter);
  }
  for (guint i = 0; i < gone->len; i++)
    sessions->config.on_gone(g_array_index(gone, GwId, i), sessions->config.user);
}

static gboolean says_something(const GwPublication *publication) {
  gsize i;
  json_t *object;
  json_array_foreach(publication->put, i, object) {
    const char *type = json_string_value(json_object_get(object, "type"));
    const char *subject = json_string_value(json_object_get(object, "subject"));
    if (g_strcmp0(type, "event") == 0 && (g_strcmp0(subject, "session") == 0 || g_strcmp0(subject, "user") == 0))
      return TRUE;
  }
  return FALSE;
}

void gw_sessions_on_publication(GwSessions *sessions, const GwPublication *publication) {
  gsize i;
  json_t *effect;
  json_array_foreach(publication->effects, i, effect) {
    if (g_strcmp0(json_string_value(json_object_get(effect, "effect")), "session.revoked") != 0)
      continue;
    gint64 id = json_integer_value(json_object_get(effect, "session_id"));
    gint64 user_id = json_integer_value(json_object_get(effect, "user_id"));
    if (id)
      drop(sessions, has_id, id);
    else if (user_id)
      drop(sessions, has_user, user_id);
    gw_sessions_load(sessions); /* one under way was read before this */
  }
  if (says_something(publication))
    gw_sessions_load(sessions);
}

void gw_sessions_expire(GwSessions *sessions, GwUsec now_us) {
  drop(sessions, is_expired, now_us);
  if (sessions->again && !sessions->loading) {
    sessions->again = FALSE;
    gw_sessions_load(sessions);
  }
}

static gboolean found(const GwSession *session, GwUsec now_us, GwSession *ret) {
  if (!is_valid(session, now_us))
    return FALSE;
  *ret = *session;
  return TRUE;
}

gboolean gw_sessions_by_token(GwSessions *sessions, const char *token, GwUsec now_us, GwSession *ret) {
  g_autofree char *hash = gw_hash_hex(token, strlen(token));
  return found(g_hash_table_lookup(sessions->by_hash, hash), now_us, ret);
}

gboolean gw_sessions_by_id(GwSessions *sessions, GwId id, GwUsec now_us, GwSession *ret) {
  return found(g_hash_table_lookup(sessions->by_id, &id), now_us, ret);
}

void gw_sessions_add(GwSessions *sessions, const char *token_hash, const GwSession *session) {
  g_hash_table_replace(sessions->by_hash, g_strdup(token_hash), g_memdup2(session, sizeof *session));
  index_ids(sessions);
  if (sessions->loading)
    sessions->again = TRUE;
}

guint gw_sessions_count(GwSessions *sessions) {
  return g_hash_table_size(sessions->by_hash);
}

GwActor gw_session_actor(const GwSession *session) {
  return (GwActor){.user_id = session->user_id,
                   .session_id = session->id,
                   .unit_id = session->role == GW_ROLE_PATROL ? session->unit_id : 0,
                   .role = session->role};
}

json_t *gw_session_user_json(const GwSession *session) {
  json_t *unit = session->unit_id ? json_integer(session->unit_id) : json_null();
  return json_pack("{s:I,s:s,s:s,s:s,s:o}", "id", (json_int_t)session->user_id, "name", session->name, "display",
                   session->display, "role", gw_role_to_string(session->role), "unit_id", unit);
}
