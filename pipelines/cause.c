#include "pipelines/cause.h"

#include <gst/rtsp/gstrtspdefs.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {
#define X(name, wire) [GW_CAUSE_##name] = wire,
    GW_CAUSES(X)
#undef X
};

typedef struct Sentence {
  const char *zh, *en;
} Sentence;

static const Sentence sentences[GW_N_CAUSES] = {
    [GW_CAUSE_NONE] = {"摄像机正常，画面已收到。", "The camera works: pictures arrive."},
    [GW_CAUSE_STARTING] = {"正在连接，请稍候。", "Still connecting; please wait."},
    [GW_CAUSE_NO_PACKETS] =
        {"摄像机已应答但没有发送画面：请检查码流是否启用，或重启摄像机。",
         "The camera answers but sends no pictures: check that this stream is enabled, or restart "
         "the camera."},
    [GW_CAUSE_CLOSED] =
        {"摄像机主动断开了连接：请检查其连接数上限和供电，然后重试。",
         "The camera closed the connection: check its limit of viewers and its power, then try again."},
    [GW_CAUSE_UNREACHABLE] =
        {"连不上该地址：请检查 IP、端口、网线和摄像机电源。",
         "Nothing answers at this address: check IP, port, cable and the camera's power."},
    [GW_CAUSE_TIMEOUT] =
        {"端口已打开但 RTSP 没有应答：请检查端口是否为 RTSP 端口（常用 554），或重启摄像机。",
         "The port is open but RTSP does not answer: check that it is the RTSP port (often 554), or "
         "restart the camera."},
    [GW_CAUSE_AUTH] =
        {"用户名或密码不正确：请核对后再试，多次错误会被摄像机锁定。",
         "User name or password is wrong: check them before the next try, because cameras lock out after "
         "several failures."},
    [GW_CAUSE_RECORDER_FULL] =
        {"录像机或摄像机的观看路数已满：请减少其他观看者，或改用子码流。",
         "The recorder or camera has no free viewer slot: close other viewers, or use the sub "
         "stream."},
    [GW_CAUSE_NOT_FOUND] =
        {"地址中的路径不存在：请按摄像机说明书核对通道和码流路径。",
         "The path in the address does not exist: check channel and stream path in the camera's "
         "manual."},
    [GW_CAUSE_CODEC] = {"视频编码不支持：请在摄像机上改为 H.264 或 H.265。",
                        "The video coding is not supported: set the camera to H.264 or H.265."},
    [GW_CAUSE_PROTOCOL] =
        {"对方的应答不是可用的 RTSP：请核对地址以 rtsp:// 开头，端口和路径正确。",
         "The answer is not usable RTSP: check that the address begins with rtsp:// and that port and "
         "path are right."},
};

const char *gw_cause_to_string(GwCause cause) {
  g_assert((guint)cause < GW_N_CAUSES);
  return names[cause];
}

const char *gw_cause_sentence_zh(GwCause cause) {
  return sentences[cause].zh;
}

const char *gw_cause_sentence_en(GwCause cause) {
  return sentences[cause].en;
}

GwCause gw_cause_of_rtsp_status(guint status) {
  switch (status) {
  case GST_RTSP_STS_UNAUTHORIZED:
  case GST_RTSP_STS_FORBIDDEN:
    return GW_CAUSE_AUTH;
  case GST_RTSP_STS_NOT_FOUND:
    return GW_CAUSE_NOT_FOUND;
  case GST_RTSP_STS_NOT_ENOUGH_BANDWIDTH:
  case GST_RTSP_STS_SERVICE_UNAVAILABLE:
    return GW_CAUSE_RECORDER_FULL;
  case GST_RTSP_STS_REQUEST_TIMEOUT:
  case GST_RTSP_STS_GATEWAY_TIMEOUT:
    return GW_CAUSE_TIMEOUT;
  default:
    return GW_CAUSE_PROTOCOL;
  }
}

/* rtspsrc puts the status of an answer into the message's details, but for a SETUP only into its debug
 * text: "Error (453): ..." (tried, 1.22).  0: neither. */
static guint status_of(const GstStructure *details, const char *debug) {
  guint status = 0;
  if (details && gst_structure_get_uint(details, "rtsp-status-code", &status) && status > 0)
    return status;
  const char *words = debug ? strstr(debug, "Error (") : NULL;
  return words && sscanf(words, "Error (%3u)", &status) == 1 && status >= 300 ? status : 0;
}

/* For failures below RTSP there is only a code, and the result's name in the debug text. */
static GwCause of_transport(const GError *error, const char *debug) {
  if (debug && strstr(debug, "imeout"))
    return GW_CAUSE_TIMEOUT;
  if (debug && strstr(debug, "Failed to connect"))
    return GW_CAUSE_UNREACHABLE;
  if (debug && (strstr(debug, "end-of-file") || strstr(debug, "connection was closed")))
    return GW_CAUSE_CLOSED;
  if (g_error_matches(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED))
    return GW_CAUSE_AUTH;
  if (g_error_matches(error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND))
    return GW_CAUSE_NOT_FOUND;
  if (error->domain == GST_RESOURCE_ERROR)
    return GW_CAUSE_CLOSED;
  return GW_CAUSE_PROTOCOL;
}

/* gwrtspsrc knows the cause itself. */
static gboolean is_told(const GstStructure *details, GwCause *ret_cause) {
  const char *told = details ? gst_structure_get_string(details, "gw-cause") : NULL;
  for (guint i = 0; told && i < GW_N_CAUSES; i++) {
    if (strcmp(told, names[i]) == 0) {
      *ret_cause = (GwCause)i;
      return TRUE;
    }
  }
  return FALSE;
}

GwCause gw_cause_of_error(GstMessage *message, char **ret_detail) {
  g_autoptr(GError) error = NULL;
  g_autofree char *debug = NULL;
  const GstStructure *details = NULL;
  gst_message_parse_error(message, &error, &debug);
  gst_message_parse_error_details(message, &details);
  GwCause cause = GW_CAUSE_NONE;
  if (is_told(details, &cause)) {
    const char *words = debug ? strstr(debug, "\n") : NULL; /* behind where in the program it was said */
    *ret_detail = g_strdup(words ? words + 1 : error->message);
    return cause;
  }
  const guint status = status_of(details, debug);
  if (status > 0) {
    *ret_detail = g_strdup_printf("RTSP %u", status);
    return gw_cause_of_rtsp_status(status);
  }
  *ret_detail = g_strdup(error->message);
  return of_transport(error, debug);
}
