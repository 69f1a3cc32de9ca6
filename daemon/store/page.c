#include "daemon/store/page_private.h"

#include <sodium.h>
#include <string.h>

#include "daemon/base/limits.h"

#define LIMIT_OTHERWISE 50

static const GwPageNoun *find(const char *noun) {
  const GwPageNoun *const tables[] = {gw_page_live, gw_page_registry, gw_page_finding, gw_page_outage, gw_page_clip, gw_page_tour};
  for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
    for (const GwPageNoun *n = tables[i]; n->noun; n++)
      if (g_strcmp0(n->noun, noun) == 0)
        return n;
  return NULL;
}

/* Nouns that need more than one statement. */
typedef json_t *(*Reader)(GwDb *db, const GwPageQuery *query, GwId after, int limit, GwId *ret_next, GError **error);

static Reader reader_of(const char *noun) {
  return g_strcmp0(noun, "event") == 0 ? gw_page_event : g_strcmp0(noun, "uptime") == 0 ? gw_page_uptime : NULL;
}

gboolean gw_page_has(const char *noun) {
  return reader_of(noun) || find(noun) != NULL;
}

/* The cursor says of which noun it is, so that one cannot be taken for another's. */
static char *cursor_text(const char *noun, GwId id) {
  g_autofree char *plain = g_strdup_printf("%s:%" G_GINT64_FORMAT, noun, id);
  gsize most = sodium_base64_ENCODED_LEN(strlen(plain), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  char *text = g_malloc(most);
  return sodium_bin2base64(text, most, (const guint8 *)plain, strlen(plain),
                           sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static gboolean cursor_read(const char *noun, const char *cursor, GwId *ret, GError **error) {
  char plain[64] = {0};
  size_t n = 0;
  gsize prefix = strlen(noun);
  guint64 id;
  if (strlen(cursor) < 80 &&
      sodium_base642bin((guint8 *)plain, sizeof plain - 1, cursor, strlen(cursor), NULL, &n, NULL,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
      strncmp(plain, noun, prefix) == 0 && plain[prefix] == ':' &&
      g_ascii_string_to_unsigned(plain + prefix + 1, 10, 0, GW_ID_MAX, &id, NULL)) {
    *ret = (GwId)id;
    return TRUE;
  }
  g_set_error_literal(error, GW_ERROR, GW_CODE_BAD_ARGS,
                      "cursor: take it from `next` of the page before, as it is.");
  return FALSE;
}

gboolean gw_page_check(const GwPageFilter *filters, json_t *given, GError **error) {
  const char *key;
  json_t *value;
  json_object_foreach(given, key, value) {
    const GwPageFilter *f = filters;
    while (f && f->name && strcmp(f->name, key) != 0)
      f++;
    if (f && f->name)
      continue;
    g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "%s: there is no such filter here.", key);
    return FALSE;
  }
  return TRUE;
}

gboolean gw_page_bind(GwStmt *s, const GwPageFilter *filters, json_t *given, GError **error) {
  for (const GwPageFilter *f = filters; f && f->name; f++) {
    const char *text = json_string_value(json_object_get(given, f->name));
    gint64 number;
    if (!text || !f->number) {
      gw_bind_text(s, f->parameter, text);
      continue;
    }
    if (!g_ascii_string_to_signed(text, 10, 0, GW_ID_MAX, &number, NULL)) {
      g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "%s: must be a whole number.", f->name);
      return FALSE;
    }
    gw_bind_int(s, f->parameter, number);
  }
  return TRUE;
}

/* NULL without an error: what the id stood for is not to be shown (any more). */
static json_t *make_row(GwDb *db, const GwPageNoun *noun, GwStmt *s, gboolean unmask, GError **error) {
  if (noun->object)
    return gw_object_load(db, noun->object, gw_col_int(s, 0), error);
  json_t *row = gw_object_from_row(s, NULL, noun->kinds);
  if (!noun->finish || noun->finish(db, row, unmask, error))
    return row;
  json_decref(row);
  return NULL;
}

/* FALSE: the end, by error or because all is read.  One row more than asked for says that there is another
 * page. */
static gboolean read_row(GwDb *db, const GwPageNoun *noun, GwStmt *s, gboolean unmask, json_t *rows,
                         GError **error) {
  g_autoptr(GError) failed = NULL;
  json_t *row = make_row(db, noun, s, unmask, &failed);
  if (row)
    json_array_append_new(rows, row);
  if (!failed)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&failed));
  return FALSE;
}

static json_t *read_rows(GwDb *db, const GwPageNoun *noun, const GwPageQuery *query, GwId after, int limit,
                         GwId *ret_next, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, noun->sql);
  if (!gw_page_bind(s, noun->filters, query->filters, error))
    return NULL;
  gw_bind_int(s, ":after", after);
  gw_bind_int(s, ":limit", limit + 1);
  json_t *rows = json_array();
  GwStep step;
  GwId last = 0;
  for (int n = 0; (step = gw_step(s, error)) == GW_STEP_ROW; n++) {
    if (n == limit) {
      *ret_next = last;
      return rows;
    }
    last = gw_col_int(s, 0);
    if (!read_row(db, noun, s, query->unmask, rows, error))
      break;
  }
  if (step == GW_STEP_DONE)
    return rows;
  json_decref(rows);
  return NULL;
}

static gboolean check_query(const GwPageQuery *query, const GwPageNoun *noun, Reader reader, int *ret_limit,
                            GError **error) {
  if (!noun && !reader) {
    g_set_error(error, GW_ERROR, GW_CODE_UNKNOWN_COMMAND, "There is nothing called %s to read.", query->noun);
    return FALSE;
  }
  if (query->limit < 0 || query->limit > GW_LIMIT_PAGE_ROWS) {
    g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "limit: must be between 1 and %d.", GW_LIMIT_PAGE_ROWS);
    return FALSE;
  }
  if (noun && noun->needs && !json_object_get(query->filters, noun->needs)) {
    g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "%s: say which.", noun->needs);
    return FALSE;
  }
  *ret_limit = query->limit > 0 ? query->limit : LIMIT_OTHERWISE;
  return reader || gw_page_check(noun->filters, query->filters, error);
}

json_t *gw_page(GwDb *db, const GwPageQuery *query, GError **error) {
  Reader reader = reader_of(query->noun);
  const GwPageNoun *noun = reader ? NULL : find(query->noun);
  int limit;
  if (!check_query(query, noun, reader, &limit, error))
    return NULL;
  const gboolean newest_first = noun ? noun->newest_first : reader == gw_page_event;
  GwId after = newest_first ? GW_ID_MAX : 0, next = 0;
  if (query->cursor && *query->cursor && !cursor_read(query->noun, query->cursor, &after, error))
    return NULL;
  json_t *rows = reader ? reader(db, query, after, limit, &next, error)
                        : read_rows(db, noun, query, after, limit, &next, error);
  if (!rows)
    return NULL;
  g_autofree char *cursor = next > 0 ? cursor_text(query->noun, next) : NULL;
  return json_pack("{s:o, s:s?}", "rows", rows, "next", cursor);
}
