/* A foreign RTSP server: GStreamer's own, with its own encoders and payloaders.  Prints its port on the first
 * line and serves /h264 and /h265 (720p15, a shared stream each) until stdin is closed. */
#include <gst/gst.h>
#include <gst/rtsp-server/rtsp-server.h>
#include <stdio.h>
#include <unistd.h>

#define PICTURES "videotestsrc is-live=true ! video/x-raw,width=1280,height=720,framerate=15/1 ! "

static void mount(GstRTSPServer *server, const char *path, const char *launch) {
  g_autoptr(GstRTSPMountPoints) mounts = gst_rtsp_server_get_mount_points(server);
  GstRTSPMediaFactory *factory = gst_rtsp_media_factory_new();
  gst_rtsp_media_factory_set_launch(factory, launch);
  gst_rtsp_media_factory_set_shared(factory, TRUE);
  gst_rtsp_mount_points_add_factory(mounts, path, factory);
}

static gboolean on_stdin(GIOChannel *channel, GIOCondition condition, gpointer loop) {
  g_main_loop_quit(loop);
  return G_SOURCE_REMOVE;
}

int main(int argc, char **argv) {
  gst_init(&argc, &argv);
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_autoptr(GstRTSPServer) server = gst_rtsp_server_new();
  gst_rtsp_server_set_address(server, "127.0.0.1");
  gst_rtsp_server_set_service(server, "0");
  mount(server, "/h264",
        "( " PICTURES
        "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! rtph264pay name=pay0 pt=96 )");
  mount(server, "/h265",
        "( " PICTURES
        "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! rtph265pay name=pay0 pt=96 )");
  if (gst_rtsp_server_attach(server, NULL) == 0)
    return 1;
  printf("%d\n", gst_rtsp_server_get_bound_port(server));
  fflush(stdout);
  g_autoptr(GIOChannel) in = g_io_channel_unix_new(STDIN_FILENO);
  g_io_add_watch(in, G_IO_HUP | G_IO_IN | G_IO_ERR, on_stdin, loop);
  g_main_loop_run(loop);
  return 0;
}
