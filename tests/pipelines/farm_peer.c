#include "tests/pipelines/farm_peer.h"

#include "tests/pipelines/cm.h"

#include <gio/gio.h>
#include <string.h>

struct FarmPeer {
  GSubprocess *process;
  GSocketConnection *connection;
  GDataInputStream *answers;
  char *url; /* with {n} in it */
  gint64 recorder_port;
};

static json_t *read_line(GDataInputStream *from) {
  g_autofree char *line = g_data_input_stream_read_line(from, NULL, NULL, NULL);
  assert_non_null(line);
  json_t *json = json_loads(line, 0, NULL);
  assert_non_null(json);
  return json;
}

FarmPeer *farm_start(const char *const *arguments) {
  FarmPeer *farm = g_new0(FarmPeer, 1);
  g_autoptr(GPtrArray) argv = g_ptr_array_new();
  const char *const usual[] = {GW_FARM_PATH, "--clips", GW_CLIPS_DIR, "--control", "0", NULL};
  for (const char *const *a = usual; *a; a++)
    g_ptr_array_add(argv, (gpointer)*a);
  for (const char *const *a = arguments; *a; a++)
    g_ptr_array_add(argv, (gpointer)*a);
  g_ptr_array_add(argv, NULL);
  farm->process = g_subprocess_newv((const char *const *)argv->pdata, G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL);
  assert_non_null(farm->process);
  g_autoptr(GDataInputStream) out = g_data_input_stream_new(g_subprocess_get_stdout_pipe(farm->process));
  json_t *ready = read_line(out);
  farm->url = g_strdup(json_string_value(json_object_get(ready, "url")));
  farm->recorder_port = json_integer_value(json_object_get(ready, "recorder_port"));
  const char *control = json_string_value(json_object_get(ready, "control"));
  g_autoptr(GSocketClient) client = g_socket_client_new();
  g_socket_client_set_timeout(client, 10);
  farm->connection = g_socket_client_connect_to_host(client, control, 0, NULL, NULL);
  assert_non_null(farm->connection);
  farm->answers = g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(farm->connection)));
  json_decref(ready);
  return farm;
}

void farm_stop(FarmPeer *farm) {
  g_object_unref(farm->answers);
  g_object_unref(farm->connection);
  g_subprocess_send_signal(farm->process, 15);
  g_subprocess_wait(farm->process, NULL, NULL);
  g_object_unref(farm->process);
  g_free(farm->url);
  g_free(farm);
}

char *farm_url(FarmPeer *farm, int camera) {
  g_autofree char *n = g_strdup_printf("%d", camera);
  g_autoptr(GString) url = g_string_new(farm->url);
  g_string_replace(url, "{n}", n, 1);
  return g_strdup(url->str);
}

json_t *farm_do(FarmPeer *farm, const char *pack, ...) {
  va_list args;
  va_start(args, pack);
  json_t *order = json_vpack_ex(NULL, 0, pack, args);
  va_end(args);
  assert_non_null(order);
  g_autofree char *text = json_dumps(order, JSON_COMPACT);
  g_autofree char *line = g_strdup_printf("%s\n", text);
  GOutputStream *to = g_io_stream_get_output_stream(G_IO_STREAM(farm->connection));
  assert_true(g_output_stream_write_all(to, line, strlen(line), NULL, NULL, NULL));
  json_decref(order);
  json_t *answer = read_line(farm->answers);
  if (!json_is_true(json_object_get(answer, "ok")))
    fail_msg("the farm refuses %s", text);
  return answer;
}

static json_t *first_camera(json_t *answer) {
  return json_array_get(json_object_get(answer, "cameras"), 0);
}

gint64 farm_count(FarmPeer *farm, int camera, const char *what) {
  json_t *answer = farm_do(farm, "{s:s,s:i}", "do", "count", "cameras", camera);
  json_t *n = json_object_get(first_camera(answer), what);
  assert_true(json_is_integer(n));
  const gint64 value = json_integer_value(n);
  json_decref(answer);
  return value;
}

char *farm_own_url(FarmPeer *farm, int camera) {
  json_t *answer = farm_do(farm, "{s:s,s:i}", "do", "list", "cameras", camera);
  const gint64 port = json_integer_value(json_object_get(first_camera(answer), "own_port"));
  json_decref(answer);
  assert_true(port > 0);
  return g_strdup_printf("rtsp://127.0.0.1:%" G_GINT64_FORMAT "/cam/%d", port, camera);
}

char *farm_recorder_url(FarmPeer *farm, const char *path) {
  assert_true(farm->recorder_port > 0);
  return g_strdup_printf("rtsp://127.0.0.1:%" G_GINT64_FORMAT "%s", farm->recorder_port, path);
}
