#include "daemon/base/error.h"
#include "daemon/base/log.h"
#include "tests/farm/cameras/control.h"
#include "tests/farm/cameras/recorder.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

static FarmOptions options = {
    .address = "127.0.0.1", .realm = "gwfarm", .n_cameras = 12, .session_timeout_s = 60};
static int arg_port = 0, arg_cameras = 12, arg_timeout = 60, arg_most = 0, arg_days = 0, arg_playbacks = 1, arg_offset = 28800;
static char *arg_control = NULL, *arg_clips = NULL, *arg_auth = NULL;

static GOptionEntry entries[] = {
    {"port", 'p', 0, G_OPTION_ARG_INT, &arg_port, "RTSP port; 0 (default): any free one", "PORT"},
    {"address", 0, 0, G_OPTION_ARG_STRING, &options.address, "address to listen on (127.0.0.1)", "IP"},
    {"cameras", 'n', 0, G_OPTION_ARG_INT, &arg_cameras, "how many cameras (12)", "N"},
    {"own-ports", 0, 0, G_OPTION_ARG_NONE, &options.own_ports,
     "a port for each camera besides, which refuses when it is dropped", NULL},
    {"clips", 'c', 0, G_OPTION_ARG_FILENAME, &arg_clips, "directory made by make-clips", "DIR"},
    {"user", 'u', 0, G_OPTION_ARG_STRING, &options.user, "ask for this user", "NAME"},
    {"password", 0, 0, G_OPTION_ARG_STRING, &options.password, "and this password (a simulated one)", "TEXT"},
    {"auth", 0, 0, G_OPTION_ARG_STRING, &arg_auth, "digest (default), digest-qop, sha256 or basic", "KIND"},
    {"session-timeout", 0, 0, G_OPTION_ARG_INT, &arg_timeout,
     "seconds a session may be silent (60); 0: for ever", "S"},
    {"most-sessions", 0, 0, G_OPTION_ARG_INT, &arg_most, "453 to whoever comes beyond (0: nobody)", "N"},
    {"one-send-per-packet", 0, 0, G_OPTION_ARG_NONE, &options.one_send_per_packet,
     "a send() for each RTP packet, as most cameras do, instead of one for each picture", NULL},
    {"footage-days", 0, 0, G_OPTION_ARG_INT, &arg_days, "a recorder besides that holds so many days (0: none)", "N"},
    {"playbacks", 0, 0, G_OPTION_ARG_INT, &arg_playbacks, "how many it plays at once, 453 beyond (1)", "N"},
    {"recorder-user", 0, 0, G_OPTION_ARG_STRING, &options.recorder_user, "it asks for this user", "NAME"},
    {"recorder-password", 0, 0, G_OPTION_ARG_STRING, &options.recorder_password, "and this password", "TEXT"},
    {"recorder-offset", 0, 0, G_OPTION_ARG_INT, &arg_offset, "its clock is so many seconds east of UTC (28800)", "S"},
    {"onvif", 0, 0, G_OPTION_ARG_NONE, &options.onvif, "all cameras have an ONVIF metadata track", NULL},
    {"control", 0, 0, G_OPTION_ARG_STRING, &arg_control,
     "unix:PATH or a TCP port of 127.0.0.1 (0: any free one)", "WHERE"},
    {NULL},
};

static int by_name(gconstpointer a, gconstpointer b) {
  return strcmp((*(FarmClip *const *)a)->name, (*(FarmClip *const *)b)->name);
}

static gboolean load_one(const char *path, GPtrArray *clips, GError **error) {
  FarmClip *clip = farm_clip_load(path, error);
  if (!clip)
    return FALSE;
  if (clip->skips->len == 0 && clip->codec == FARM_H264)
    gw_warning("%s: a frozen camera will repeat its keyframe, for these headers are not ours to write",
               clip->name);
  g_ptr_array_add(clips, clip);
  return TRUE;
}

static GPtrArray *load_clips(const char *directory, char **files, GError **error) {
  g_autoptr(GPtrArray) clips = g_ptr_array_new_with_free_func((GDestroyNotify)farm_clip_free);
  g_autoptr(GDir) dir = directory ? g_dir_open(directory, 0, error) : NULL;
  if (directory && !dir)
    return NULL;
  for (const char *name; dir && (name = g_dir_read_name(dir));) {
    g_autofree char *path = g_build_filename(directory, name, NULL);
    if (farm_clip_is_file(name) && !load_one(path, clips, error))
      return NULL;
  }
  for (guint i = 0; files[i]; i++)
    if (!load_one(files[i], clips, error))
      return NULL;
  g_ptr_array_sort(clips, by_name);
  return g_steal_pointer(&clips);
}

static void on_signal(gpointer owner, guint32 events) {
  ((Farm *)owner)->quit = TRUE;
}

/* A descriptor for each viewer and, with --own-ports, for each camera. */
static void raise_descriptors(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit); /* accept4() says when it was not enough */
  }
}

static int catch_signals(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void say_ready(const Farm *farm, const FarmControl *control) {
  printf("{\"ready\":true,\"rtsp_port\":%u,\"rtp_port\":%u,\"cameras\":%u,\"url\":\"rtsp://%s:%u/cam/"
         "{n}\",\"control\":\"%s\",\"recorder_port\":%u}\n",
         farm->port, farm->rtp_port, farm->cameras->len, farm->options.address, farm->port,
         control ? farm_control_address(control) : "", farm->recorder ? farm->recorder->port : 0);
  fflush(stdout);
}

static gboolean serve(char **files, GError **error) {
  if (arg_cameras < 1 || arg_cameras > FARM_MOST_CAMERAS || arg_port < 0 || arg_port > 65535 ||
      arg_timeout < 0 || arg_most < 0 || arg_days < 0 || arg_days > 3650 || arg_playbacks < 1 || (arg_auth && !farm_auth_from_string(arg_auth, &options.auth))) {
    g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "see --help for what can be given (at most %d cameras)",
                FARM_MOST_CAMERAS);
    return FALSE;
  }
  options.port = arg_port;
  options.n_cameras = arg_cameras;
  options.session_timeout_s = arg_timeout;
  options.most_sessions = arg_most;
  options.footage_days = arg_days;
  options.playbacks_most = arg_playbacks;
  options.utc_offset_s = arg_offset;
  GPtrArray *clips = load_clips(arg_clips, files, error);
  if (!clips)
    return FALSE;
  g_autoptr(Farm) farm = farm_new(&options, clips, error);
  g_autoptr(FarmControl) control = farm && arg_control ? farm_control_new(farm, arg_control, error) : NULL;
  if (!farm || (arg_control && !control))
    return FALSE;
  FarmWatch signals = {on_signal, farm};
  if (!farm_watch(farm, catch_signals(), EPOLLIN, &signals)) {
    g_set_error(error, GW_ERROR, GW_CODE_INTERNAL, "cannot wait for signals");
    return FALSE;
  }
  say_ready(farm, control);
  farm_run(farm);
  return TRUE;
}

int main(int argc, char **argv) {
  gw_log_init("gwfarm-cameras", GW_LOG_INFO);
  raise_descriptors();
  g_autoptr(GError) error = NULL;
  g_autoptr(GOptionContext) context = g_option_context_new("[CLIP ...] - simulated RTSP cameras");
  g_option_context_add_main_entries(context, entries, NULL);
  g_option_context_set_description(
      context, "Example: gwfarm-cameras -n 12 --clips ~/.cache/gridwarden/clips --control 0");
  if (!g_option_context_parse(context, &argc, &argv, &error) || !serve(argv + 1, &error)) {
    gw_error("%s", error->message);
    return 1;
  }
  return 0;
}
