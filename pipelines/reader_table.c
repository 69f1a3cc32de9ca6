#include "pipelines/reader_table.h"

#include "daemon/base/error.h"
#include "daemon/base/limits.h"

#include <sodium.h>
#include <string.h>

struct GwReaderTable {
  gint ref; /* atomic */
  GMutex lock;
  GHashTable *by_name; /* name inside Reader -> Reader */
};

typedef struct Reader {
  GwId id;
  char name[GW_READER_NAME_BYTES + 1];
  guint8 key[GW_KEY_BYTES];
} Reader;

G_DEFINE_BOXED_TYPE(GwReaderTable, gw_reader_table, gw_reader_table_ref, gw_reader_table_unref)

static void reader_free(gpointer p) {
  Reader *reader = p;
  sodium_memzero(reader->key, sizeof reader->key);
  g_free(reader);
}

GwReaderTable *gw_reader_table_new(void) {
  GwReaderTable *table = g_new0(GwReaderTable, 1);
  table->ref = 1;
  g_mutex_init(&table->lock);
  table->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, reader_free);
  return table;
}

GwReaderTable *gw_reader_table_ref(GwReaderTable *table) {
  g_atomic_int_inc(&table->ref);
  return table;
}

void gw_reader_table_unref(GwReaderTable *table) {
  if (!g_atomic_int_dec_and_test(&table->ref))
    return;
  g_hash_table_unref(table->by_name);
  g_mutex_clear(&table->lock);
  g_free(table);
}

static gboolean has_id(gpointer name, gpointer p, gpointer id) {
  return ((Reader *)p)->id == *(GwId *)id;
}

static gboolean is_name(const char *name) {
  const gsize n = name ? strlen(name) : 0;
  return n > 0 && n <= GW_READER_NAME_BYTES && gw_tag_is_valid(name) && !strchr(name, ':');
}

gboolean gw_reader_table_set(GwReaderTable *table, GwId id, const char *name, const char *key_hex) {
  guint8 key[GW_KEY_BYTES];
  if (!is_name(name) || !gw_reader_key_parse(key_hex, key))
    return FALSE;
  Reader *reader = g_new0(Reader, 1);
  reader->id = id;
  g_strlcpy(reader->name, name, sizeof reader->name);
  memcpy(reader->key, key, sizeof key);
  sodium_memzero(key, sizeof key);
  g_mutex_lock(&table->lock);
  g_hash_table_foreach_remove(table->by_name, has_id, &id);
  const gboolean has_room =
      g_hash_table_size(table->by_name) < GW_LIMIT_READERS || g_hash_table_contains(table->by_name, name);
  if (has_room)
    g_hash_table_replace(table->by_name, reader->name, reader);
  g_mutex_unlock(&table->lock);
  if (!has_room)
    reader_free(reader);
  return has_room;
}

void gw_reader_table_remove(GwReaderTable *table, GwId id) {
  g_mutex_lock(&table->lock);
  g_hash_table_foreach_remove(table->by_name, has_id, &id);
  g_mutex_unlock(&table->lock);
}

gboolean gw_reader_table_find(GwReaderTable *table, const char *name, GwId *ret_id,
                              guint8 ret_key[GW_KEY_BYTES]) {
  g_mutex_lock(&table->lock);
  const Reader *reader = g_hash_table_lookup(table->by_name, name);
  if (reader) {
    *ret_id = reader->id;
    memcpy(ret_key, reader->key, GW_KEY_BYTES);
  }
  g_mutex_unlock(&table->lock);
  return reader != NULL;
}

gboolean gw_reader_table_load(GwReaderTable *table, const char *path, GError **error) {
  g_autofree char *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, error))
    return FALSE;
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  GwId id = 0;
  for (guint i = 0; lines[i]; i++) {
    g_strstrip(lines[i]);
    if (!*lines[i] || *lines[i] == '#')
      continue;
    g_auto(GStrv) fields = g_strsplit(lines[i], ",", 2);
    if (!fields[1] || !gw_reader_table_set(table, ++id, g_strstrip(fields[0]), g_strstrip(fields[1]))) {
      g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS,
                  "%s, line %u: write name,key with a key of 64 hex digits", path, i + 1);
      return FALSE;
    }
  }
  return TRUE;
}
