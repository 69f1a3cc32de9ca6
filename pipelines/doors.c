#include "pipelines/doors.h"

#include "daemon/base/types.h"
#include "pipelines/answers.h"
#include "pipelines/door_tcp.h"
#include "pipelines/door_udp.h"
#include "pipelines/pushed.h"
#include "pipelines/report.h"

#include <string.h>

#define LOG_WARNING_LEVEL 4

struct GwDoors {
  GwReport *report;
  GwAnswers *answers;
  GwReaderTable *readers;
  GwDoorUdp *udp;
  GwDoorTcp *tcp;
  GwPushed *pushed;
  GwReaper *reaper;
  GwDoorsOut out;
};

static void say_log(GwDoors *doors, const char *text) {
  doors->out.say(json_pack("{s:s,s:i,s:s}", "type", "log", "level", LOG_WARNING_LEVEL, "text", text),
                 doors->out.user);
}

/* A port in the message: -1 absent, else 0 (any free one) to 65535. */
static int port_of(json_t *message, const char *key) {
  json_t *v = json_object_get(message, key);
  const json_int_t n = json_integer_value(v);
  return json_is_integer(v) && n >= 0 && n <= 65535 ? (int)n : -1;
}

static void on_listen(GwDoors *doors, json_t *message) {
  const char *address = json_string_value(json_object_get(message, "address"));
  const int udp_port = port_of(message, "udp_port"), tcp_port = port_of(message, "tcp_port");
  address = address ? address : "127.0.0.1";
  gw_door_udp_free(g_steal_pointer(&doors->udp));
  gw_door_tcp_free(g_steal_pointer(&doors->tcp));
  if (udp_port >= 0)
    doors->udp = gw_door_udp_open(address, (guint16)udp_port, doors->readers, doors->report, doors->reaper);
  if (tcp_port >= 0)
    doors->tcp = gw_door_tcp_open(address, (guint16)tcp_port, doors->readers, doors->report, doors->reaper);
  if ((udp_port >= 0 && !doors->udp) || (tcp_port >= 0 && !doors->tcp))
    say_log(doors, "a port for readers is taken or not allowed: readers can not reach the center until the "
                   "configuration names a free one");
  doors->out.say(json_pack("{s:s,s:i,s:i}", "type", "listening", "udp_port",
                           doors->udp ? gw_door_udp_port(doors->udp) : 0, "tcp_port",
                           doors->tcp ? gw_door_tcp_port(doors->tcp) : 0),
                 doors->out.user);
}

static void on_reader_set(GwDoors *doors, json_t *message) {
  const GwId id = json_integer_value(json_object_get(message, "id"));
  const char *name = json_string_value(json_object_get(message, "name"));
  const char *key = json_string_value(json_object_get(message, "key"));
  if (id <= 0 || !gw_reader_table_set(doors->readers, id, name, key))
    say_log(doors, "reader.set has no usable id, name or key: that reader stays unknown");
}

void gw_doors_message(GwDoors *doors, const char *type, json_t *message, const guint8 *data, gsize bytes) {
  if (strcmp(type, "listen") == 0)
    on_listen(doors, message);
  else if (strcmp(type, "reader.set") == 0)
    on_reader_set(doors, message);
  else if (strcmp(type, "reader.remove") == 0)
    gw_reader_table_remove(doors->readers, json_integer_value(json_object_get(message, "id")));
  else if (strcmp(type, "checkin.push") == 0)
    gw_pushed_take(doors->pushed, message, data, bytes);
  else if (strcmp(type, "checkin.stored") == 0)
    gw_answers_stored(doors->answers, json_integer_value(json_object_get(message, "ref")),
                      json_string_value(json_object_get(message, "code")));
}

GwDoors *gw_doors_new(GwReaper *reaper, const GwDoorsOut *out) {
  GwDoors *doors = g_new0(GwDoors, 1);
  doors->reaper = reaper;
  doors->out = *out;
  doors->readers = gw_reader_table_new();
  doors->answers = gw_answers_new(doors->readers);
  doors->report = gw_report_new(out, doors->answers);
  doors->pushed = gw_pushed_new(doors->report, doors->readers, reaper);
  return doors;
}

void gw_doors_free(GwDoors *doors) {
  if (!doors)
    return;
  gw_door_udp_free(doors->udp);
  gw_door_tcp_free(doors->tcp);
  gw_pushed_free(doors->pushed);
  gw_report_free(doors->report);
  gw_answers_free(doors->answers);
  gw_reader_table_unref(doors->readers);
  g_free(doors);
}
