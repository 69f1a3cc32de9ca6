#include "daemon/store/text.h"

#include <sodium.h>
#include <string.h>

#include "daemon/base/token.h"

GW_SQL(TEXT_ADD, "insert into text (salt, body) values (:salt, :body)");
GW_SQL(TEXT_GET, "select body from text where id = :id");
GW_SQL(TEXT_SALTED, "select salt, body from text where id = :id");
GW_SQL(TEXT_ERASE, "update text set salt = zeroblob(16), body = null where id = :id");

GwId gw_text_add(GwDb *db, const char *words, GError **error) {
  if (!words || !*words)
    return 0;
  guint8 salt[GW_TEXT_SALT_BYTES];
  randombytes_buf(salt, sizeof salt);
  g_autoptr(GwStmt) s = gw_stmt(db, &TEXT_ADD);
  gw_bind_blob(s, ":salt", salt, sizeof salt);
  gw_bind_text(s, ":body", words);
  return gw_step_done(s, error) ? gw_db_last_id(db) : 0;
}

char *gw_text_get(GwDb *db, GwId id, GError **error) {
  if (id == 0)
    return NULL;
  g_autoptr(GwStmt) s = gw_stmt(db, &TEXT_GET);
  gw_bind_id(s, ":id", id);
  return gw_step_row(s, error) && !gw_col_is_null(s, 0) ? g_strdup(gw_col_text(s, 0)) : NULL;
}

gboolean gw_text_erase(GwDb *db, GwId id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TEXT_ERASE);
  gw_bind_id(s, ":id", id);
  return gw_step_done(s, error);
}

static char *salted_hash(const guint8 *salt, gsize salt_bytes, const char *body) {
  guint8 hash[GW_HASH_BYTES];
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, sizeof hash);
  crypto_generichash_update(&state, salt, salt_bytes);
  crypto_generichash_update(&state, (const guint8 *)body, strlen(body));
  crypto_generichash_final(&state, hash, sizeof hash);
  char *hex = g_malloc(GW_HASH_HEX + 1);
  return sodium_bin2hex(hex, GW_HASH_HEX + 1, hash, sizeof hash);
}

/* FALSE with an error, or without one when there is no such row; *ret_hash NULL when it was erased. */
static gboolean load_hash(GwDb *db, GwId id, char **ret_hash, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TEXT_SALTED);
  gw_bind_id(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  gsize bytes;
  const guint8 *salt = gw_col_blob(s, 0, &bytes);
  *ret_hash = gw_col_is_null(s, 1) ? NULL : salted_hash(salt, bytes, gw_col_text(s, 1));
  return TRUE;
}

json_t *gw_text_ref(GwDb *db, GwId id, GError **error) {
  if (id == 0)
    return json_null();
  g_autofree char *hash = NULL;
  g_autoptr(GError) failed = NULL;
  if (!load_hash(db, id, &hash, &failed) || !hash) {
    if (failed)
      g_propagate_error(error, g_steal_pointer(&failed));
    else
      g_set_error(error, GW_ERROR, GW_CODE_NOT_FOUND, "These words were erased.");
    return NULL;
  }
  return json_pack("{s:I, s:s}", "text_id", (json_int_t)id, "text_hash", hash);
}

gboolean gw_text_each_ref(json_t *value, GwTextRefFunc found, gpointer user) {
  if (json_is_object(value) && json_object_get(value, "text_id") && json_object_get(value, "text_hash"))
    return found(value, user);
  const char *key;
  json_t *item;
  size_t i;
  if (json_is_object(value)) {
    json_object_foreach(value, key, item) if (!gw_text_each_ref(item, found, user)) return FALSE;
  } else if (json_is_array(value)) {
    json_array_foreach(value, i, item) if (!gw_text_each_ref(item, found, user)) return FALSE;
  }
  return TRUE;
}

typedef struct Expand {
  GwDb *db;
  GError *error;
} Expand;

static gboolean expand_one(json_t *ref, gpointer user) {
  Expand *expand = user;
  g_autofree char *words =
      gw_text_get(expand->db, json_integer_value(json_object_get(ref, "text_id")), &expand->error);
  if (expand->error)
    return FALSE;
  json_object_set_new(ref, "text", words ? json_string(words) : json_null());
  return TRUE;
}

gboolean gw_text_expand(GwDb *db, json_t *value, GError **error) {
  Expand expand = {.db = db};
  if (gw_text_each_ref(value, expand_one, &expand))
    return TRUE;
  g_propagate_error(error, expand.error);
  return FALSE;
}

gboolean gw_text_ref_holds(GwDb *db, json_t *ref, gboolean *ret_holds, GError **error) {
  g_autofree char *hash = NULL;
  g_autoptr(GError) failed = NULL;
  gboolean found = load_hash(db, json_integer_value(json_object_get(ref, "text_id")), &hash, &failed);
  if (failed) {
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
  }
  const char *said = json_string_value(json_object_get(ref, "text_hash"));
  *ret_holds = found && (!hash || g_strcmp0(hash, said) == 0);
  return TRUE;
}

char *gw_text_mask(const char *name) {
  if (!name || !*name)
    return g_strdup("");
  g_autofree char *first = g_utf8_substring(name, 0, 1);
  return g_strconcat(first, "**", NULL);
}
