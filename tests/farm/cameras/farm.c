#include "tests/farm/cameras/recorder.h"
#include "daemon/base/clock.h"
#include "daemon/base/error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define PORT_PAIR_TRIES 200
#define SWEEP_US (1 * GW_SEC)

static gboolean fail(GError **error, const char *what, guint16 port) {
  g_set_error(error, GW_ERROR, GW_CODE_UNAVAILABLE, "%s port %u: %s", what, port, g_strerror(errno));
  return FALSE;
}

static struct sockaddr_in address_of(const char *address, guint16 port) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
  at.sin_addr.s_addr = inet_addr(address);
  return at;
}

int farm_listen(const char *address, guint16 port, guint16 *ret_port, GError **error) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
  struct sockaddr_in at = address_of(address, port);
  socklen_t size = sizeof at;
  (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one); /* without it bind() says so */
  if (bind(fd, (struct sockaddr *)&at, size) || listen(fd, 512) ||
      getsockname(fd, (struct sockaddr *)&at, &size)) {
    fail(error, "TCP", port);
    close(fd);
    return -1;
  }
  *ret_port = ntohs(at.sin_port);
  return fd;
}

static int bind_udp(const char *address, guint16 port, guint16 *ret_port) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), room = 4 << 20;
  struct sockaddr_in at = address_of(address, port);
  socklen_t size = sizeof at;
  if (bind(fd, (struct sockaddr *)&at, size) || getsockname(fd, (struct sockaddr *)&at, &size)) {
    close(fd);
    return -1;
  }
  (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room); /* less room only loses packets */
  *ret_port = ntohs(at.sin_port);
  return fd;
}

/* RTP wants an even port and RTCP the next one. */
static gboolean bind_rtp(Farm *farm, GError **error) {
  for (guint i = 0; i < PORT_PAIR_TRIES; i++) {
    guint16 other = 0;
    farm->rtp_fd = bind_udp(farm->options.address, 0, &farm->rtp_port);
    if (farm->rtp_fd < 0)
      break;
    if (farm->rtp_port % 2 == 0)
      farm->rtcp_fd = bind_udp(farm->options.address, farm->rtp_port + 1, &other);
    if (farm->rtcp_fd >= 0)
      return TRUE;
    close(farm->rtp_fd);
    farm->rtp_fd = -1;
  }
  return fail(error, "UDP", farm->rtp_port);
}

gboolean farm_watch(Farm *farm, int fd, guint32 events, FarmWatch *watch) {
  struct epoll_event event = {.events = events, .data.ptr = watch};
  return epoll_ctl(farm->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void set_tick(Farm *farm, GwUsec every_us) {
  struct timespec every = {0, every_us * 1000};
  struct itimerspec timer = {every, every};
  (void)timerfd_settime(farm->timer_fd, 0, &timer, NULL); /* fails for bad arguments alone */
}

static void on_tick(gpointer owner, guint32 events) {
  Farm *farm = owner;
  guint64 times;
  if (read(farm->timer_fd, &times, sizeof times) != sizeof times)
    return;
  GwUsec now = gw_clock_mono_us();
  for (guint i = 0; i < farm->cameras->len; i++)
    farm_camera_tick(g_ptr_array_index(farm->cameras, i), now);
  for (guint i = farm->clients->len; farm->recorder && i > 0; i--) {
    FarmClient *client = g_ptr_array_index(farm->clients, i - 1);
    if (client->recorder)
      farm_recorder_tick(client, now);
  }
  if (now - farm->swept_mono_us >= FARM_IDLE_TICK_US) {
    farm->swept_mono_us = now;
    for (guint i = farm->clients->len; i > 0; i--)
      farm_client_tick(g_ptr_array_index(farm->clients, i - 1), now);
  }
  set_tick(farm, farm->n_playing ? FARM_TICK_US : FARM_IDLE_TICK_US);
}

static void on_connection(gpointer owner, guint32 events) {
  Farm *farm = owner;
  farm_client_accept(farm, farm->listen_fd, NULL);
}

/* Receiver reports over UDP tell that a viewer lives; who it was is read from the sender's address. */
static void on_rtcp(gpointer owner, guint32 events) {
  Farm *farm = owner;
  guint8 packet[1500];
  struct sockaddr_in from;
  socklen_t size = sizeof from;
  while (recvfrom(farm->rtcp_fd, packet, sizeof packet, 0, (struct sockaddr *)&from, &size) > 0)
    for (guint i = 0; i < farm->clients->len; i++) {
      FarmClient *client = g_ptr_array_index(farm->clients, i);
      if (client->udp && client->rtcp_to.sin_port == from.sin_port &&
          client->rtcp_to.sin_addr.s_addr == from.sin_addr.s_addr)
        client->heard_mono_us = gw_clock_mono_us();
    }
}

static void camera_free(gpointer data) {
  FarmCamera *camera = data;
  if (camera->own_fd >= 0)
    close(camera->own_fd);
  g_queue_clear(&camera->viewers);
  g_free(camera->password);
  g_free(camera);
}

/* Cameras take the clips in turn, each at another place of its clip. */
static void add_camera(Farm *farm, guint number, GPtrArray *shown) {
  FarmCamera *camera = g_new0(FarmCamera, 1);
  camera->farm = farm;
  camera->number = number;
  camera->own_fd = -1;
  camera->dialect = farm->options.onvif ? FARM_DIALECT_PLAIN : FARM_DIALECT_OFF;
  camera->clip = camera->home_clip = g_ptr_array_index(shown, (number - 1) % shown->len);
  camera->position = (number * 97) % camera->clip->pictures->len;
  camera->started_mono_us = gw_clock_mono_us() - number * GW_SEC;
  g_queue_init(&camera->viewers);
  g_ptr_array_add(farm->cameras, camera);
}

static void on_own_connection(gpointer owner, guint32 events) {
  FarmCamera *camera = owner;
  if (camera->own_fd >= 0)
    farm_client_accept(camera->farm, camera->own_fd, NULL);
}

static gboolean open_own_port(FarmCamera *camera, GError **error) {
  camera->own_fd = farm_listen(camera->farm->options.address, 0, &camera->own_port, error);
  camera->own_watch = (FarmWatch){on_own_connection, camera};
  return camera->own_fd >= 0 && farm_watch(camera->farm, camera->own_fd, EPOLLIN, &camera->own_watch);
}

static gboolean add_cameras(Farm *farm, GError **error) {
  g_autoptr(GPtrArray) shown = g_ptr_array_new();
  for (guint i = 0; i < farm->clips->len; i++)
    if (!((FarmClip *)g_ptr_array_index(farm->clips, i))->spare)
      g_ptr_array_add(shown, g_ptr_array_index(farm->clips, i));
  if (shown->len == 0)
    g_ptr_array_extend(shown, farm->clips, NULL, NULL);
  if (shown->len == 0) {
    g_set_error(error, GW_ERROR, GW_CODE_NOT_FOUND,
                "no clip to show: name .h264 or .h265 files or --clips DIR");
    return FALSE;
  }
  for (guint n = 1; n <= farm->options.n_cameras; n++)
    add_camera(farm, n, shown);
  for (guint i = 0; farm->options.own_ports && i < farm->cameras->len; i++)
    if (!open_own_port(g_ptr_array_index(farm->cameras, i), error))
      return FALSE;
  return TRUE;
}

Farm *farm_new(const FarmOptions *options, GPtrArray *clips, GError **error) {
  g_autoptr(Farm) farm = g_new0(Farm, 1);
  farm->options = *options;
  farm->clips = clips;
  farm->cameras = g_ptr_array_new_with_free_func(camera_free);
  farm->clients = g_ptr_array_new();
  farm->graveyard = g_ptr_array_new_with_free_func((GDestroyNotify)farm_client_free);
  farm->rtp_fd = farm->rtcp_fd = farm->listen_fd = -1;
  farm->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  farm->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  farm->listen_fd = farm_listen(options->address, options->port, &farm->port, error);
  if (farm->listen_fd < 0 || !bind_rtp(farm, error) || !add_cameras(farm, error))
    return NULL;
  farm->listen_watch = (FarmWatch){on_connection, farm};
  farm->timer_watch = (FarmWatch){on_tick, farm};
  farm->rtcp_watch = (FarmWatch){on_rtcp, farm};
  if (!farm_watch(farm, farm->listen_fd, EPOLLIN, &farm->listen_watch) ||
      !farm_watch(farm, farm->timer_fd, EPOLLIN, &farm->timer_watch) ||
      !farm_watch(farm, farm->rtcp_fd, EPOLLIN, &farm->rtcp_watch)) {
    fail(error, "epoll", 0);
    return NULL;
  }
  if (options->footage_days &&
      !(farm->recorder = farm_recorder_new(farm, options->recorder_user, options->recorder_password, options->utc_offset_s,
                                           options->footage_days, options->playbacks_most, error)))
    return NULL;
  set_tick(farm, FARM_IDLE_TICK_US);
  return g_steal_pointer(&farm);
}

void farm_free(Farm *farm) {
  if (!farm)
    return;
  while (farm->clients->len)
    farm_client_end(g_ptr_array_index(farm->clients, 0));
  farm_recorder_free(farm->recorder);
  g_ptr_array_unref(farm->clients);
  g_ptr_array_unref(farm->graveyard);
  g_ptr_array_unref(farm->cameras);
  g_ptr_array_unref(farm->clips);
  int fds[] = {farm->listen_fd, farm->rtp_fd, farm->rtcp_fd, farm->timer_fd, farm->epoll_fd};
  for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
    if (fds[i] >= 0)
      close(fds[i]);
  g_free(farm);
}

void farm_run(Farm *farm) {
  struct epoll_event events[256];
  while (!farm->quit) {
    int n = epoll_wait(farm->epoll_fd, events, G_N_ELEMENTS(events), -1);
    for (int i = 0; i < n; i++) {
      FarmWatch *watch = events[i].data.ptr;
      watch->ready(watch->owner, events[i].events);
    }
    g_ptr_array_set_size(farm->graveyard, 0);
  }
}

FarmCamera *farm_camera(Farm *farm, guint number) {
  return number >= 1 && number <= farm->cameras->len ? g_ptr_array_index(farm->cameras, number - 1) : NULL;
}

guint farm_handshakes(const Farm *farm) {
  guint n = 0;
  for (guint i = 0; i < farm->clients->len; i++) {
    const FarmClient *client = g_ptr_array_index(farm->clients, i);
    n += client->asked && !client->playing;
  }
  return n;
}
