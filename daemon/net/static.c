#include "daemon/net/static.h"

#include <string.h>
#include <sys/stat.h>

#include "daemon/base/token.h"
#include "daemon/net/parse.h"

#define MOST_FILES 2048
#define MOST_FILE_BYTES (32 * 1024 * 1024)

typedef struct {
  GBytes *bytes;
  char *etag;
  gint64 size, changed_ns;
  gboolean is_there;
} File;

struct GwStatic {
  char *folder;
  GHashTable *files; /* char * path on disk -> File */
};

static void file_free(gpointer p) {
  File *file = p;
  g_clear_pointer(&file->bytes, g_bytes_unref);
  g_free(file->etag);
  g_free(file);
}

GwStatic *gw_static_new(const char *folder) {
  GwStatic *pages = g_new0(GwStatic, 1);
  pages->folder = g_strdup(folder);
  pages->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, file_free);
  return pages;
}

void gw_static_free(GwStatic *pages) {
  if (!pages)
    return;
  g_hash_table_unref(pages->files);
  g_free(pages->folder);
  g_free(pages);
}

const char *gw_static_type(const char *name) {
  static const struct {
    const char *ending, *type;
  } types[] = {{".html", "text/html; charset=utf-8"},
               {".js", "text/javascript; charset=utf-8"},
               {".mjs", "text/javascript; charset=utf-8"},
               {".css", "text/css; charset=utf-8"},
               {".json", "application/json"},
               {".webmanifest", "application/manifest+json"},
               {".svg", "image/svg+xml"},
               {".png", "image/png"},
               {".jpg", "image/jpeg"},
               {".ico", "image/x-icon"},
               {".woff2", "font/woff2"},
               {".mp3", "audio/mpeg"},
               {".wav", "audio/wav"},
               {".txt", "text/plain; charset=utf-8"}};
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
    if (g_str_has_suffix(name, types[i].ending))
      return types[i].type;
  }
  return "application/octet-stream";
}

gboolean gw_static_is_route(const char *path) {
  static const char *const routes[] = {"/",        "/login",  "/wall",   "/desk",      "/patrol",
                                       "/cameras", "/review", "/camera", "/shift-log", "/demo",
                                       "/pair",    "/admin",  "/tour",   "/back"};
  for (gsize i = 0; i < G_N_ELEMENTS(routes); i++) {
    if (strcmp(path, routes[i]) == 0)
      return TRUE;
  }
  /* Pages below a page: "/review/story/7". */
  return g_str_has_prefix(path, "/review/") || g_str_has_prefix(path, "/admin/") ||
         g_str_has_prefix(path, "/shift-log/");
}

static void read_file(File *file, const char *path, const struct stat *now) {
  g_clear_pointer(&file->bytes, g_bytes_unref);
  g_clear_pointer(&file->etag, g_free);
  file->is_there = FALSE;
  g_autoptr(GMappedFile) mapped =
      now->st_size <= MOST_FILE_BYTES ? g_mapped_file_new(path, FALSE, NULL) : NULL;
  if (!mapped)
    return;
  file->bytes = g_mapped_file_get_bytes(mapped);
  g_autofree char *hash = gw_hash_hex(g_bytes_get_data(file->bytes, NULL), g_bytes_get_size(file->bytes));
  file->etag = g_strdup_printf("\"%.20s\"", hash);
  file->size = now->st_size;
  file->changed_ns = (gint64)now->st_mtim.tv_sec * 1000000000 + now->st_mtim.tv_nsec;
  file->is_there = TRUE;
}

/* Lent; NULL when there is no such file. */
static const File *find(GwStatic *pages, const char *path) {
  struct stat now;
  if (stat(path, &now) != 0 || !S_ISREG(now.st_mode))
    return NULL;
  File *file = g_hash_table_lookup(pages->files, path);
  gint64 changed_ns = (gint64)now.st_mtim.tv_sec * 1000000000 + now.st_mtim.tv_nsec;
  if (!file && g_hash_table_size(pages->files) >= MOST_FILES)
    g_hash_table_remove_all(pages->files);
  if (!file) {
    file = g_new0(File, 1);
    g_hash_table_insert(pages->files, g_strdup(path), file);
  }
  if (!file->is_there || file->size != now.st_size || file->changed_ns != changed_ns)
    read_file(file, path, &now);
  return file->is_there ? file : NULL;
}

static void add_policy(GwRequest *r) {
  /* 'self' does not cover sockets in every browser, so they are named. */
  g_autofree char *policy = g_strdup_printf(
      "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
      "media-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; connect-src 'self' "
      "%s://%s; "
      "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
      r->tls ? "wss" : "ws", r->host);
  gw_request_header(r, "Content-Security-Policy", policy);
  gw_request_header(r, "Permissions-Policy", "geolocation=(self), camera=(self), microphone=()");
}

static void respond_file(GwStatic *pages, GwRequest *r, const char *path, gboolean is_page) {
  const File *file = find(pages, path);
  if (!file) {
    if (!is_page) {
      gw_respond_say(r, GW_SAY_NO_SUCH_PAGE);
      return;
    }
    g_autofree char *text =
        g_strdup_printf("%s\n%s\n", gw_say_zh(GW_SAY_PAGES_MISSING), gw_say_en(GW_SAY_PAGES_MISSING));
    gw_request_header(r, "Cache-Control", "no-store");
    gw_respond_text(r, 503, "text/plain; charset=utf-8", text);
    return;
  }
  g_autofree char *packed_path = g_strconcat(path, ".gz", NULL);
  const File *packed = gw_parse_accepts_gzip(r->accept_encoding) ? find(pages, packed_path) : NULL;
  gw_request_header(r, "ETag", file->etag);
  gw_request_header(r, "Vary", "Accept-Encoding");
  gw_request_header(r, "Cache-Control",
                    strstr(path, "/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
  if (g_str_has_suffix(path, ".html"))
    add_policy(r);
  if (gw_parse_etag_matches(r->if_none_match, file->etag)) {
    gw_respond(r, 304, NULL, NULL);
    return;
  }
  if (packed)
    gw_request_header(r, "Content-Encoding", "gzip");
  gw_respond(r, 200, gw_static_type(path), packed ? packed->bytes : file->bytes);
}

void gw_static_respond(GwStatic *pages, GwRequest *r) {
  if (gw_static_is_route(r->path)) {
    g_autofree char *index = g_build_filename(pages->folder, "index.html", NULL);
    respond_file(pages, r, index, TRUE);
    return;
  }
  /* The path is safe (gw_parse_path_is_safe); what is packed is only found by the name of its file. */
  if (g_str_has_suffix(r->path, ".gz") || strstr(r->path, "/.")) {
    gw_respond_say(r, GW_SAY_NO_SUCH_PAGE);
    return;
  }
  g_autofree char *path = g_build_filename(pages->folder, r->path, NULL);
  respond_file(pages, r, path, FALSE);
}
