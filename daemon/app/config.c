#include "daemon/app/config.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

#include "daemon/base/limits.h"

#ifndef GW_DATA_DIR
#define GW_DATA_DIR "/usr/share/gridwarden"
#endif
#ifndef GW_LIBEXEC_DIR
#define GW_LIBEXEC_DIR "/usr/libexec/gridwarden"
#endif

typedef enum { TEXT, PATH, PROGRAM, LIST, INT, BOOL, BYTES, OFFSET, LEVEL } Kind;

typedef struct {
  const char *group, *key;
  Kind kind;
  gsize field;
  gint64 least, most; /* of INT and BYTES; characters of TEXT */
  const char *fallback;
} Key;

#define F(name) offsetof(GwConfig, name)
static const Key keys[] = {
    {"center", "name", TEXT, F(name), 1, GW_LIMIT_NAME_CHARS, "Gridwarden"},
    {"center", "community", TEXT, F(community), 0, GW_LIMIT_NAME_CHARS, ""},
    {"center", "utc_offset", OFFSET, F(utc_offset_s), 0, 0, "+08:00"},
    {"center", "demo", BOOL, F(demo), 0, 0, "false"},
    {"http", "port", INT, F(port), 0, 65535, "8080"},
    {"http", "tls_port", INT, F(tls_port), -1, 65535, "8443"},
    {"http", "hosts", LIST, F(hosts), 0, 32, ""},
    {"http", "addresses", LIST, F(addresses), 0, 32, ""},
    {"http", "tls_certificate", PATH, F(tls_certificate), 0, 0, ""},
    {"http", "tls_key", PATH, F(tls_key), 0, 0, ""},
    {"http", "dashboard", PATH, F(dashboard), 0, 0, GW_DATA_DIR "/dashboard"},
    {"storage", "state", PATH, F(state), 1, 0, "/var/lib/gridwarden"},
    {"storage", "database", PATH, F(database), 0, 0, ""},
    {"storage", "media", PATH, F(media), 0, 0, ""},
    {"storage", "key", PATH, F(key), 0, 0, ""},
    {"storage", "reserve_bytes", BYTES, F(reserve_bytes), 0, (gint64)1 << 32, "8M"},
    {"ingest", "worker", PROGRAM, F(worker), 0, 0, GW_LIBEXEC_DIR "/gridwarden-ingest"},
    {"ingest", "connects", INT, F(connects), 1, 256, "16"},
    {"ingest", "connects_per_host", INT, F(connects_per_host), 1, 64, "4"},
    {"ingest", "camera_workers", INT, F(camera_workers), 1, 16, "1"},
    {"ingest", "udp_port", INT, F(udp_port), -1, 65535, "7710"},
    {"ingest", "tcp_port", INT, F(tcp_port), -1, 65535, "7710"},
    {"ingest", "reader_address", TEXT, F(reader_address), 0, 64, "0.0.0.0"},
    {"eyes", "ring_seconds", INT, F(ring_seconds), 0, 300, "12"},
    {"eyes", "ring_mb", INT, F(ring_mb), 0, 65536, "512"},
    {"eyes", "looks_per_s", INT, F(looks_per_s), 0, 1000, "40"},
    {"eyes", "look_every_s", INT, F(look_every_s), 1, 3600, "10"},
    {"eyes", "suspect_every_s", INT, F(suspect_every_s), 1, 3600, "2"},
    {"limits", "clients", INT, F(clients), 1, GW_LIMIT_CLIENTS, "512"},
    {"limits", "descriptors", INT, F(descriptors), 256, 65536, "8192"},
    {"limits", "login_per_minute", INT, F(login_per_minute), 1, 600, "10"},
    {"log", "level", LEVEL, F(level), 0, 0, "info"},
};
#undef F

#define FIELD(config, k, type) ((type *)(gpointer)((char *)(config) + (k)->field))

gboolean gw_config_parse_offset(const char *text, int *ret_s) {
  if (strcmp(text, "Z") == 0) {
    *ret_s = 0;
    return TRUE;
  }
  if (strlen(text) != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' || !g_ascii_isdigit(text[1]) ||
      !g_ascii_isdigit(text[2]) || !g_ascii_isdigit(text[4]) || !g_ascii_isdigit(text[5]))
    return FALSE;
  int hours = (text[1] - '0') * 10 + text[2] - '0', minutes = (text[4] - '0') * 10 + text[5] - '0';
  if (hours > 14 || minutes > 59)
    return FALSE;
  *ret_s = (hours * 3600 + minutes * 60) * (text[0] == '-' ? -1 : 1);
  return TRUE;
}

gboolean gw_config_parse_bytes(const char *text, gint64 *ret_bytes) {
  char *end = NULL;
  guint64 n = g_ascii_strtoull(text, &end, 10);
  int shift = 0;
  if (!g_ascii_isdigit(text[0]) || end - text > 12)
    return FALSE;
  if (*end == 'K')
    shift = 10;
  else if (*end == 'M')
    shift = 20;
  else if (*end == 'G')
    shift = 30;
  if (end[shift ? 1 : 0] != '\0' || n > (guint64)(G_MAXINT64 >> shift))
    return FALSE;
  *ret_bytes = (gint64)(n << shift);
  return TRUE;
}

static gboolean parse_int(const Key *k, const char *text, gint64 *ret) {
  char *end = NULL;
  *ret = g_ascii_strtoll(text, &end, 10);
  return *text && *end == '\0' && strlen(text) <= 18 && *ret >= k->least && *ret <= k->most;
}

static gboolean parse_level(const char *text, GwLogLevel *ret) {
  static const struct {
    const char *word;
    GwLogLevel level;
  } levels[] = {{"error", GW_LOG_ERROR}, {"warning", GW_LOG_WARNING}, {"info", GW_LOG_INFO}, {"debug", GW_LOG_DEBUG}};
  for (gsize i = 0; i < G_N_ELEMENTS(levels); i++) {
    if (strcmp(text, levels[i].word) != 0)
      continue;
    *ret = levels[i].level;
    return TRUE;
  }
  return FALSE;
}

static gboolean parse_list(const Key *k, const char *text, char ***field) {
  g_auto(GStrv) parts = g_strsplit_set(text, ",; ", -1);
  g_autoptr(GStrvBuilder) b = g_strv_builder_new();
  gint64 n = 0;
  for (char **p = parts; *p; p++) {
    if (!**p)
      continue;
    g_strv_builder_add(b, *p);
    n++;
  }
  if (n > k->most)
    return FALSE;
  g_strfreev(*field);
  *field = g_strv_builder_end(b);
  return TRUE;
}

static void set_text(char **field, char *take) {
  g_free(*field);
  *field = take;
}

static char *resolve(const Key *k, const char *text, const char *folder) {
  if (!*text)
    return g_strdup(""); /* "not set": a default that depends on other keys, or none */
  if (g_path_is_absolute(text) || !folder || (k->kind == PROGRAM && !strchr(text, '/')))
    return g_strdup(text);
  return g_build_filename(folder, text, NULL);
}

/* Sets one key from its text; on failure says what is expected. */
static const char *set_key(GwConfig *config, const Key *k, const char *text, const char *folder) {
  gint64 n = 0;
  switch (k->kind) {
  case TEXT:
    if (!g_utf8_validate(text, -1, NULL) || g_utf8_strlen(text, -1) < k->least || g_utf8_strlen(text, -1) > k->most)
      return "a text that is not too long";
    set_text(FIELD(config, k, char *), g_strdup(text));
    return NULL;
  case PATH:
  case PROGRAM:
    if ((gint64)strlen(text) < k->least)
      return "a path";
    set_text(FIELD(config, k, char *), resolve(k, text, folder));
    return NULL;
  case LIST:
    return parse_list(k, text, FIELD(config, k, char **)) ? NULL : "at most 32 entries";
  case INT:
    if (!parse_int(k, text, &n))
      return "a whole number within its range";
    *FIELD(config, k, int) = (int)n;
    return NULL;
  case BOOL:
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
      return "true or false";
    *FIELD(config, k, gboolean) = strcmp(text, "true") == 0;
    return NULL;
  case BYTES:
    if (!gw_config_parse_bytes(text, &n) || n < k->least || n > k->most)
      return "a number of bytes like 4096, 512K, 64M or 1G";
    *FIELD(config, k, gint64) = n;
    return NULL;
  case OFFSET:
    return gw_config_parse_offset(text, FIELD(config, k, int)) ? NULL : "an offset from UTC like +08:00";
  case LEVEL:
    return parse_level(text, FIELD(config, k, GwLogLevel)) ? NULL : "error, warning, info or debug";
  }
  return "something else";
}

static const Key *find_key(const char *group, const char *key) {
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
    if (strcmp(keys[i].group, group) == 0 && strcmp(keys[i].key, key) == 0)
      return &keys[i];
  }
  return NULL;
}

static gboolean read_group(GwConfig *config, GKeyFile *file, const char *path, const char *folder, const char *group,
                           GError **error) {
  g_auto(GStrv) names = g_key_file_get_keys(file, group, NULL, error);
  if (!names)
    return FALSE;
  for (char **name = names; *name; name++) {
    const Key *k = find_key(group, *name);
    if (!k) {
      g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "%s: [%s] has no key “%s”; see gridwarden.conf(5)", path, group,
                  *name);
      return FALSE;
    }
    /* A broken escape gives a value and an error (found by fuzzing): the error counts. */
    g_autoptr(GError) broken = NULL;
    g_autofree char *text = g_key_file_get_string(file, group, *name, &broken);
    if (!text || broken) {
      g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "%s: [%s] %s: %s", path, group, *name,
                  broken ? broken->message : "no value");
      return FALSE;
    }
    g_strstrip(text);
    const char *expected = set_key(config, k, text, folder);
    if (expected) {
      g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "%s: [%s] %s = “%.80s”: expected %s", path, group, *name, text,
                  expected);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean read_file(GwConfig *config, const char *path, GError **error) {
  g_autoptr(GKeyFile) file = g_key_file_new();
  if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error)) {
    g_prefix_error(error, "%s: ", path);
    return FALSE;
  }
  g_autofree char *folder = g_path_get_dirname(path);
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  for (char **group = groups; *group; group++) {
    if (!read_group(config, file, path, folder, *group, error))
      return FALSE;
  }
  return TRUE;
}

static int by_name(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean read_fragments(GwConfig *config, const char *path, GError **error) {
  g_autofree char *folder = g_strconcat(path, ".d", NULL);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  if (!dir)
    return TRUE; /* fragments are optional */
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  for (const char *name = g_dir_read_name(dir); name; name = g_dir_read_name(dir)) {
    if (g_str_has_suffix(name, ".conf"))
      g_ptr_array_add(names, g_build_filename(folder, name, NULL));
  }
  g_ptr_array_sort(names, by_name);
  for (guint i = 0; i < names->len; i++) {
    if (!read_file(config, g_ptr_array_index(names, i), error))
      return FALSE;
  }
  return TRUE;
}

static void default_path(char **field, const char *folder, const char *name) {
  if (!**field)
    set_text(field, g_build_filename(folder, name, NULL));
}

static gboolean finish(GwConfig *config, const char *path, GError **error) {
  default_path(&config->database, config->state, "center.db");
  default_path(&config->media, config->state, "media");
  default_path(&config->key, config->state, "secret.key");
  if (!*config->tls_certificate != !*config->tls_key) {
    g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS,
                "%s: [http] tls_certificate and tls_key belong together: give both, or neither for the local CA", path);
    return FALSE;
  }
  if (!*config->tls_certificate) {
    g_clear_pointer(&config->tls_certificate, g_free);
    g_clear_pointer(&config->tls_key, g_free);
  }
  return TRUE;
}

void gw_config_apply_time_zone(const GwConfig *config) {
  int minutes = ABS(config->utc_offset_s) / 60;
  gboolean west = config->utc_offset_s < 0;
  /* POSIX counts the other way round: what is east of UTC has a minus. */
  g_autofree char *zone = g_strdup_printf("<%c%02d%02d>%c%02d:%02d", west ? '-' : '+', minutes / 60, minutes % 60,
                                          west ? '+' : '-', minutes / 60, minutes % 60);
  g_setenv("TZ", zone, TRUE);
  tzset();
}

GwConfig *gw_config_load(const char *path, GError **error) {
  g_autoptr(GwConfig) config = g_new0(GwConfig, 1);
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
    const char *expected = set_key(config, &keys[i], keys[i].fallback, NULL);
    g_assert(expected == NULL); /* the table's own defaults hold its own rules */
  }
  if (path && (!read_file(config, path, error) || !read_fragments(config, path, error)))
    return NULL;
  if (!finish(config, path ? path : "defaults", error))
    return NULL;
  return g_steal_pointer(&config);
}

void gw_config_free(GwConfig *config) {
  if (!config)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
    const Key *k = &keys[i];
    if (k->kind == TEXT || k->kind == PATH || k->kind == PROGRAM)
      g_free(*FIELD(config, k, char *));
    else if (k->kind == LIST)
      g_strfreev(*FIELD(config, k, char **));
  }
  g_free(config);
}
