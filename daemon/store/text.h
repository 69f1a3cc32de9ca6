#pragma once
#include <jansson.h>
#include "daemon/store/db.h"

/* Erasable words: names of people, telephone numbers, free text.  A row of `text` holds them with 16 random
 * bytes of salt; everything else, the journal above all, holds the row's id, and the journal also the salted
 * hash.  Erasing empties the row, and the chain still holds.
 *
 * Thread: the connection's.  Errors as in db.h. */
#define GW_TEXT_SALT_BYTES 16

/* 0 for NULL or "" (no error is set then), 0 with an error on failure. */
GwId gw_text_add(GwDb *db, const char *words, GError **error);
/* NULL when there is none or it was erased; caller frees. */
char *gw_text_get(GwDb *db, GwId id, GError **error);
/* Words and salt go; what hashed them stays as it is. */
gboolean gw_text_erase(GwDb *db, GwId id, GError **error);

/* How a journal body names words: {"text_id": 12, "text_hash": "<64 hex digits>"}, the hash being BLAKE2b-256
 * of salt and UTF-8 body.  json null for id 0; NULL with an error on failure.  Yours. */
json_t *gw_text_ref(GwDb *db, GwId id, GError **error);
/* For people who may read them: gives each such reference in `value`, however deep, a "text" member (null when
 * erased).  Changes `value`. */
gboolean gw_text_expand(GwDb *db, json_t *value, GError **error);
/* Calls `found` for each reference in `value`; stops and returns FALSE when it does. */
typedef gboolean (*GwTextRefFunc)(json_t *ref, gpointer user);
gboolean gw_text_each_ref(json_t *value, GwTextRefFunc found, gpointer user);
/* TRUE when `ref` fits its row, or the row was erased. */
gboolean gw_text_ref_holds(GwDb *db, json_t *ref, gboolean *ret_holds, GError **error);

/* "李四" -> "李**": what is shown to whoever need not know.  Caller frees; "" for NULL or "". */
char *gw_text_mask(const char *name);
