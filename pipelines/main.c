/* gridwarden-ingest: the eyes.  Started by the daemon with two socket pairs, never by hand. */
#include "daemon/base/log.h"
#include "pipelines/elements.h"
#include "pipelines/needed.h"
#include "pipelines/sandbox.h"
#include "pipelines/worker.h"

#include <errno.h>
#include <gst/gst.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONTROL_FD 3
#define MEDIA_FD 4

#if defined(__SANITIZE_ADDRESS__)
/* GLib lets go of its first table of quarks on purpose once GStreamer has filled it; that is allocated in a
 * constructor, and only a slow unwind sees so. */
const char *__asan_default_options(void);
const char *__lsan_default_suppressions(void);
const char *__asan_default_options(void) {
  return "fast_unwind_on_malloc=0:malloc_context_size=12";
}
const char *__lsan_default_suppressions(void) {
  return "leak:call_init\n";
}
#endif

/* Dies with the daemon, can not become more than it is, leaves no core file with passwords in it. */
static void bind_to_parent(void) {
  const struct rlimit none = {0, 0};
  struct rlimit files;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  setrlimit(RLIMIT_CORE, &none);
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  signal(SIGPIPE, SIG_IGN);
  signal(SIGINT, SIG_IGN); /* Ctrl-C goes to the daemon, which says quit */
}

static gboolean is_stream_socket(int fd) {
  int type = 0;
  socklen_t n = sizeof type;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0 && type == SOCK_STREAM;
}

static int usage(int code) {
  fprintf(code ? stderr : stdout,
          "gridwarden-ingest %s: the video and check-in worker of gridwardend.\n"
          "gridwardend starts it, with its control socket as descriptor 3 and its media socket as 4;\n"
          "there is nothing to start by hand.  Look at the element with: gst-inspect-1.0 gwcheckin\n",
          GW_VERSION);
  return code;
}

int main(int argc, char **argv) {
  if (argc > 1)
    return usage(strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "--version") == 0 ? 0 : 2);
  if (!is_stream_socket(CONTROL_FD) || !is_stream_socket(MEDIA_FD))
    return usage(2);
  bind_to_parent();
  gw_log_init("gridwarden-ingest", GW_LOG_INFO);
  gw_needed_prepare();
  const GwSandbox sandbox = gw_sandbox_enter(gw_needed_folders());
  if (!sandbox.landlock || !sandbox.seccomp)
    gw_info("the kernel lacks %s: this worker is confined by the rest alone",
            sandbox.landlock ? "seccomp filters" : "Landlock");
  gst_init(NULL, NULL);
  g_autofree char *missing = gw_needed_load();
  if (missing) {
    gw_error("GStreamer lacks %s: install the packages gstreamer1.0-plugins-good, -plugins-bad and -libav",
             missing);
    return 3;
  }
  gw_elements_register_static();
  return gw_worker_run(CONTROL_FD, MEDIA_FD);
}
