#pragma once
#include "pipelines/reader_line.h"

#include <glib-object.h>

/* The readers whose lines count, with their keys.
 *
 * Thread: any; one lock inside, held for a copy alone.  Ownership: counted; a boxed type, so that it can
 * be a property. */
typedef struct GwReaderTable GwReaderTable;

#define GW_TYPE_READER_TABLE (gw_reader_table_get_type())
GType gw_reader_table_get_type(void);

GwReaderTable *gw_reader_table_new(void);
GwReaderTable *gw_reader_table_ref(GwReaderTable *table);
void gw_reader_table_unref(GwReaderTable *table); /* wipes the keys at the last one */

/* Adds it, or replaces the one of this id.  FALSE: no valid name or key, or the table is full. */
gboolean gw_reader_table_set(GwReaderTable *table, GwId id, const char *name, const char *key_hex);
void gw_reader_table_remove(GwReaderTable *table, GwId id);

/* FALSE: no such name. */
gboolean gw_reader_table_find(GwReaderTable *table, const char *name, GwId *ret_id,
                              guint8 ret_key[GW_KEY_BYTES]);

/* Lines `name,key` (64 hex digits), # for comments; ids are counted from 1. */
gboolean gw_reader_table_load(GwReaderTable *table, const char *path, GError **error);
