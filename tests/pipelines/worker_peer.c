#include "tests/pipelines/worker_peer.h"

#include "daemon/link/frame.h"
#include "tests/pipelines/cm.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <sys/socket.h>

#define EXIT_MS 3000
#define HELLO_MS 20000 /* with a sanitizer, on a busy machine */

struct WorkerPeer {
  GMainContext *context;
  GSubprocess *process;
  GwLink *control, *media;
  GPtrArray *said; /* Said */
  gboolean exited;
};

static void said_free(gpointer p) {
  Said *said = p;
  json_decref(said->message);
  g_clear_pointer(&said->data, g_bytes_unref);
  g_free(said);
}

static void on_message(GwLink *link, json_t *message, const guint8 *data, gsize bytes, gpointer user) {
  WorkerPeer *w = user;
  Said *said = g_new0(Said, 1);
  said->message = json_incref(message);
  said->data = bytes ? g_bytes_new(data, bytes) : NULL;
  g_ptr_array_add(w->said, said);
}

static void on_closed(GwLink *link, const char *reason, gpointer user) {
  /* the exit code tells */
}

static void on_exited(GObject *process, GAsyncResult *result, gpointer user) {
  WorkerPeer *w = user;
  g_subprocess_wait_finish(G_SUBPROCESS(process), result, NULL);
  w->exited = TRUE;
}

static gboolean on_deadline(gpointer late) {
  *(gboolean *)late = TRUE;
  return G_SOURCE_REMOVE;
}

typedef gboolean (*Condition)(WorkerPeer *w, gpointer user);

/* FALSE: the time was over first. */
static gboolean turn_until(WorkerPeer *w, int within_ms, Condition condition, gpointer user) {
  gboolean late = FALSE;
  g_autoptr(GSource) deadline = g_timeout_source_new((guint)within_ms);
  g_source_set_callback(deadline, on_deadline, &late, NULL);
  g_source_attach(deadline, w->context);
  gboolean holds = condition(w, user);
  while (!holds && !late) {
    g_main_context_iteration(w->context, TRUE);
    holds = condition(w, user);
  }
  g_source_destroy(deadline);
  return holds;
}

static gboolean fits(json_t *message, json_t *pattern) {
  const char *key;
  json_t *value;
  json_object_foreach(pattern, key, value) {
    if (!json_equal(json_object_get(message, key), value))
      return FALSE;
  }
  return TRUE;
}

typedef struct Search {
  json_t *pattern;
  Said *found;
} Search;

static gboolean find(WorkerPeer *w, gpointer user) {
  Search *search = user;
  for (guint i = 0; i < w->said->len && !search->found; i++) {
    Said *said = g_ptr_array_index(w->said, i);
    if (!said->taken && fits(said->message, search->pattern))
      search->found = said;
  }
  return search->found != NULL;
}

static gboolean never(WorkerPeer *w, gpointer user) {
  return FALSE;
}

static gboolean has_exited(WorkerPeer *w, gpointer user) {
  return w->exited;
}

static gboolean is_written(WorkerPeer *w, gpointer user) {
  return gw_link_queued_bytes(w->control) == 0;
}

static json_t *pack_v(const char *pack, va_list args) {
  json_error_t error;
  json_t *json = json_vpack_ex(&error, 0, pack, args);
  if (!json)
    fail_msg("%s: %s", pack, error.text);
  return json;
}

const Said *worker_expect(WorkerPeer *w, int within_ms, const char *pack, ...) {
  va_list args;
  va_start(args, pack);
  Search search = {pack_v(pack, args), NULL};
  va_end(args);
  if (!turn_until(w, within_ms, find, &search)) {
    g_autofree char *text = json_dumps(search.pattern, JSON_COMPACT);
    for (guint i = 0; i < w->said->len; i++) {
      const Said *said = g_ptr_array_index(w->said, i);
      g_autofree char *line = json_dumps(said->message, JSON_COMPACT);
      print_message("%s %.300s\n", said->taken ? "taken" : "     ", line);
    }
    fail_msg("%s did not come within %d ms", text, within_ms);
  }
  json_decref(search.pattern);
  search.found->taken = TRUE;
  return search.found;
}

guint worker_count(WorkerPeer *w, int after_ms, const char *pack, ...) {
  va_list args;
  guint n = 0;
  va_start(args, pack);
  json_t *pattern = pack_v(pack, args);
  va_end(args);
  turn_until(w, MAX(after_ms, 1), never, NULL);
  for (guint i = 0; i < w->said->len; i++)
    n += fits(((Said *)g_ptr_array_index(w->said, i))->message, pattern) ? 1 : 0;
  json_decref(pattern);
  return n;
}

void worker_forget(WorkerPeer *w, const char *pack, ...) {
  va_list args;
  va_start(args, pack);
  json_t *pattern = pack_v(pack, args);
  va_end(args);
  for (guint i = 0; i < w->said->len; i++) {
    Said *said = g_ptr_array_index(w->said, i);
    said->taken = said->taken || fits(said->message, pattern);
  }
  json_decref(pattern);
}

static void say_v(WorkerPeer *w, gconstpointer data, gsize bytes, const char *pack, va_list args) {
  json_t *message = pack_v(pack, args);
  assert_true(gw_link_send(w->control, message, data, bytes));
  json_decref(message);
  assert_true(turn_until(w, 5000, is_written, NULL)); /* the test may block on another socket next */
}

void worker_say(WorkerPeer *w, const char *pack, ...) {
  va_list args;
  va_start(args, pack);
  say_v(w, NULL, 0, pack, args);
  va_end(args);
}

void worker_say_bytes(WorkerPeer *w, gconstpointer data, gsize bytes, const char *pack, ...) {
  va_list args;
  va_start(args, pack);
  say_v(w, data, bytes, pack, args);
  va_end(args);
}

WorkerPeer *worker_start(const char *job) {
  int control[2], media[2];
  WorkerPeer *w = g_new0(WorkerPeer, 1);
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
  w->context = g_main_context_new();
  g_main_context_push_thread_default(w->context);
  w->said = g_ptr_array_new_with_free_func(said_free);
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control), 0);
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, media), 0);
  g_subprocess_launcher_take_fd(launcher, control[1], 3);
  g_subprocess_launcher_take_fd(launcher, media[1], 4);
  w->process = g_subprocess_launcher_spawn(launcher, NULL, GW_INGEST_PATH, NULL);
  assert_non_null(w->process);
  g_subprocess_launcher_close(launcher); /* so that the worker alone has the other ends */
  w->control = gw_link_new(w->context, control[0], on_message, on_closed, w);
  w->media = gw_link_new(w->context, media[0], on_message, on_closed, w);
  g_subprocess_wait_async(w->process, NULL, on_exited, w);
  worker_say(w, "{s:s,s:i,s:s,s:s,s:i,s:i,s:i}", "type", "hello", "v", 1, "worker", "w1", "job", job,
             "connects", 16, "connects_per_host", 4, "stall_ms", 3000);
  worker_expect(w, HELLO_MS, "{s:s,s:i,s:s}", "type", "hello", "v", 1, "worker", "w1");
  return w;
}

static void wait_for_exit(WorkerPeer *w) {
  const gboolean exited = turn_until(w, EXIT_MS, has_exited, NULL);
  if (!exited)
    g_subprocess_force_exit(w->process);
  assert_true(exited);
  assert_true(g_subprocess_get_if_exited(w->process));
  assert_int_equal(g_subprocess_get_exit_status(w->process), 0);
  gw_link_free(w->control);
  gw_link_free(w->media);
  g_object_unref(w->process);
  g_ptr_array_unref(w->said);
  g_main_context_pop_thread_default(w->context);
  g_main_context_unref(w->context);
  g_free(w);
}

void worker_stop(WorkerPeer *w) {
  worker_say(w, "{s:s}", "type", "quit");
  wait_for_exit(w);
}

void worker_hang_up(WorkerPeer *w) {
  gw_link_free(g_steal_pointer(&w->control));
  wait_for_exit(w);
}

void worker_read_media(WorkerPeer *w, gboolean read) {
  gw_link_pause(w->media, !read);
}

int worker_pid(WorkerPeer *w) {
  return atoi(g_subprocess_get_identifier(w->process));
}

guint worker_descriptors(WorkerPeer *w) {
  g_autofree char *path = g_strdup_printf("/proc/%s/fd", g_subprocess_get_identifier(w->process));
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  guint n = 0;
  assert_non_null(dir);
  while (g_dir_read_name(dir))
    n++;
  return n;
}

gint64 said_int(const Said *said, const char *key) {
  json_t *value = json_object_get(said->message, key);
  assert_true(json_is_integer(value));
  return json_integer_value(value);
}

double said_real(const Said *said, const char *key) {
  json_t *value = json_object_get(said->message, key);
  assert_true(json_is_number(value));
  return json_number_value(value);
}

json_t *said_gauge(const Said *said, gint64 id) {
  gsize i;
  json_t *gauge;
  json_array_foreach(json_object_get(said->message, "cameras"), i, gauge) {
    if (json_integer_value(json_object_get(gauge, "id")) == id)
      return gauge;
  }
  return NULL;
}
