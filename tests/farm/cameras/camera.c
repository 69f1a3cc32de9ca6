#include "tests/farm/cameras/farm.h"
#include "daemon/base/clock.h"

#include <sys/epoll.h>
#include <unistd.h>

#define LATE_US (500 * GW_MS) /* a camera that could not send for so long skips pictures, as real ones do */
#define REPORT_US (5 * GW_SEC)

const char *farm_mode_to_string(FarmMode mode) {
  static const char *const names[FARM_N_MODES] = {"normal", "stall", "hang", "drop", "refuse", "full"};
  return names[mode];
}

void farm_camera_end_viewers(FarmCamera *camera) {
  for (guint i = camera->farm->clients->len; i > 0; i--) {
    FarmClient *client = g_ptr_array_index(camera->farm->clients, i - 1);
    if (client->camera == camera)
      farm_client_end(client);
  }
}

static void wait_for_key(FarmCamera *camera) {
  for (GList *l = camera->viewers.head; l; l = l->next)
    ((FarmClient *)l->data)->in_step = FALSE;
}

/* On its own port a camera that is away must refuse the connection itself, so nobody listens there. */
static void set_own_port(FarmCamera *camera, gboolean open) {
  if (camera->own_port == 0 || open == (camera->own_fd >= 0))
    return;
  if (!open) {
    close(camera->own_fd);
    camera->own_fd = -1;
    return;
  }
  guint16 port;
  camera->own_fd = farm_listen(camera->farm->options.address, camera->own_port, &port, NULL);
  if (camera->own_fd >= 0)
    (void)farm_watch(camera->farm, camera->own_fd, EPOLLIN, &camera->own_watch);
}

void farm_camera_set_mode(FarmCamera *camera, FarmMode mode, GwUsec for_us, gboolean end_viewers) {
  camera->mode = mode;
  camera->normal_at_mono_us = for_us ? gw_clock_mono_us() + for_us : 0;
  set_own_port(camera, mode != FARM_MODE_DROP);
  wait_for_key(camera);
  if (end_viewers)
    farm_camera_end_viewers(camera);
}

void farm_camera_freeze(FarmCamera *camera, gboolean frozen) {
  if (camera->frozen == frozen)
    return;
  camera->frozen = frozen;
  camera->frozen_run = 0;
  camera->frozen_key = farm_clip_key_before(camera->clip, camera->position);
  if (!frozen)
    camera->position = farm_clip_key_after(camera->clip, camera->position);
}

void farm_camera_show(FarmCamera *camera, FarmClip *clip, gboolean at_next_key) {
  if (at_next_key) {
    camera->next_clip = clip == camera->clip ? NULL : clip;
    return;
  }
  farm_camera_freeze(camera, FALSE);
  camera->next_clip = NULL;
  camera->clip = clip;
  camera->position = 0;
  wait_for_key(camera);
}

void farm_camera_normal(FarmCamera *camera) {
  farm_camera_set_mode(camera, FARM_MODE_NORMAL, 0, FALSE);
  farm_camera_freeze(camera, FALSE);
  camera->full_status = 0;
  camera->answer_delay_us = 0;
  camera->redirect = 0;
  camera->udp_only = FALSE;
  camera->clock_off_us = 0;
  camera->lose_one_in = 0;
  camera->fps = 0;
  g_clear_pointer(&camera->password, g_free);
  if (camera->clip != camera->home_clip || camera->next_clip)
    farm_camera_show(camera, camera->home_clip, TRUE);
}

/* The picture that is due now; moves the camera on to the next one. */
static const FarmPicture *next_picture(FarmCamera *camera) {
  FarmClip *clip = camera->clip;
  if (camera->frozen) {
    guint run = camera->frozen_run;
    camera->frozen_run = (run + 1) % (clip->skips->len + 1);
    return run == 0 ? &g_array_index(clip->pictures, FarmPicture, camera->frozen_key)
                    : &g_array_index(clip->skips, FarmPicture, run - 1);
  }
  if (camera->next_clip && g_array_index(clip->pictures, FarmPicture, camera->position).key) {
    clip = camera->clip = g_steal_pointer(&camera->next_clip);
    camera->position = 0;
  }
  const FarmPicture *picture = &g_array_index(clip->pictures, FarmPicture, camera->position);
  camera->position = (camera->position + 1) % clip->pictures->len;
  return picture;
}

static void send_to(FarmClient *client, const FarmPicture *picture, guint32 rtp_time, GwUsec now_mono_us) {
  FarmCamera *camera = client->camera;
  if (!client->in_step && !picture->key)
    return;
  if (farm_client_queued_bytes(client) > FARM_CLIENT_QUEUE_BYTES) {
    client->in_step = FALSE;
    camera->counts.dropped++;
    return;
  }
  client->in_step = TRUE;
  if (now_mono_us - client->report_mono_us >= REPORT_US) {
    client->report_mono_us = now_mono_us;
    farm_send_report(client, rtp_time, gw_clock_real_us() + camera->clock_off_us);
  }
  farm_send_picture(client, camera->clip, picture, rtp_time);
  camera->counts.pictures++;
  camera->counts.bytes += picture->bytes;
}

static void send_due(FarmCamera *camera, GwUsec now_mono_us) {
  const FarmPicture *picture = next_picture(camera);
  if (camera->mode == FARM_MODE_STALL || camera->mode == FARM_MODE_HANG)
    return;
  camera->sent_at_us = gw_clock_real_us();
  guint32 rtp_time = (guint32)((camera->due_mono_us - camera->started_mono_us) * 9 / 100) + camera->jumped;
  for (GList *l = camera->viewers.head, *next; l; l = next) {
    next = l->next; /* sending may end the viewer */
    send_to(l->data, picture, rtp_time, now_mono_us);
  }
}

void farm_camera_tick(FarmCamera *camera, GwUsec now_mono_us) {
  if (camera->normal_at_mono_us && now_mono_us >= camera->normal_at_mono_us)
    farm_camera_normal(camera);
  if (g_queue_is_empty(&camera->viewers)) {
    camera->due_mono_us = 0;
    return;
  }
  GwUsec every_us = (GwUsec)(GW_SEC / (camera->fps > 0 ? camera->fps : camera->clip->fps));
  if (camera->due_mono_us == 0 || now_mono_us - camera->due_mono_us > LATE_US)
    camera->due_mono_us = now_mono_us;
  for (; camera->due_mono_us <= now_mono_us; camera->due_mono_us += every_us)
    send_due(camera, now_mono_us);
}
