#include "tests/farm/cameras/recorder.h"
#include "daemon/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define LAG_US (2 * GW_SEC) /* what is newer is not on the disk yet */
#define REPORT_US (5 * GW_SEC)
#define MOST_AT_ONCE 50 /* pictures of a tick: after a pause it catches up without flooding */

static void on_connection(gpointer owner, guint32 events) {
  FarmRecorder *recorder = owner;
  farm_client_accept(recorder->farm, recorder->listen_fd, recorder);
}

FarmRecorder *farm_recorder_new(Farm *farm, const char *user, const char *password, int utc_offset_s,
                                guint days, guint playbacks_most, GError **error) {
  FarmRecorder *recorder = g_new0(FarmRecorder, 1);
  *recorder = (FarmRecorder){.farm = farm,
                             .user = user,
                             .password = password,
                             .utc_offset_s = utc_offset_s,
                             .days = days,
                             .playbacks_most = playbacks_most};
  recorder->listen_fd = farm_listen(farm->options.address, 0, &recorder->port, error);
  recorder->watch = (FarmWatch){on_connection, recorder};
  if (recorder->listen_fd >= 0 && farm_watch(farm, recorder->listen_fd, EPOLLIN, &recorder->watch))
    return recorder;
  farm_recorder_free(recorder);
  return NULL;
}

void farm_recorder_free(FarmRecorder *recorder) {
  if (!recorder)
    return;
  if (recorder->listen_fd >= 0)
    close(recorder->listen_fd);
  g_free(recorder);
}

guint farm_recorder_open(const FarmRecorder *recorder) {
  guint n = 0;
  for (guint i = 0; i < recorder->farm->clients->len; i++) {
    const FarmClient *client = g_ptr_array_index(recorder->farm->clients, i);
    n += client->recorder == recorder && client->set_up;
  }
  return n;
}

void farm_recorder_cut(FarmRecorder *recorder) {
  for (guint i = recorder->farm->clients->len; i > 0; i--) {
    FarmClient *client = g_ptr_array_index(recorder->farm->clients, i - 1);
    if (client->recorder == recorder)
      farm_client_end(client);
  }
}

/* ---- what it holds ---- */

static gboolean holds(const FarmRecorder *recorder, GwUsec at_us) {
  const GwUsec now_us = gw_clock_real_us();
  return at_us >= now_us - (GwUsec)recorder->days * GW_DAY && at_us < now_us - LAG_US &&
         !(at_us >= recorder->gap_from_us && at_us < recorder->gap_to_us);
}

static gboolean has_footage(const FarmRecorder *recorder, const FarmFootage *asked) {
  return asked->from_us > 0 && holds(recorder, asked->from_us);
}

/* Some recorders play the nearest they have; how long was asked for stays. */
static FarmFootage oldest_after(const FarmRecorder *recorder, const FarmFootage *asked) {
  FarmFootage there = *asked;
  there.from_us = gw_clock_real_us() - (GwUsec)recorder->days * GW_DAY + GW_MIN;
  if (asked->to_us)
    there.to_us = there.from_us + asked->to_us - asked->from_us;
  return there;
}

static FarmClip *clip_of(const FarmClient *client) {
  return farm_camera(client->farm, client->footage.channel)->home_clip;
}

static GwUsec time_of(const FarmClip *clip, gint64 picture) {
  return (GwUsec)((double)picture / clip->fps * GW_SEC);
}

/* The picture of the world that was taken at or before, at a keyframe. */
static gint64 picture_at(const FarmClip *clip, GwUsec at_us) {
  const gint64 n = (gint64)((double)at_us / GW_SEC * clip->fps + 1e-6), length = clip->pictures->len;
  return n - n % length + farm_clip_key_before(clip, (guint)(n % length));
}

/* ---- what it answers ---- */

static gboolean may(FarmClient *client, const FarmRequest *request) {
  FarmRecorder *recorder = client->recorder;
  const FarmOptions *options = &client->farm->options;
  if (!recorder->user && !recorder->refuse)
    return TRUE;
  g_autofree char *sent = farm_request_header(request, "Authorization");
  FarmVerdict verdict = FARM_VERDICT_STALE;
  if (sent)
    verdict =
        farm_auth_check(options->auth, sent, request->method, options->realm, client->nonce,
                        recorder->user ? recorder->user : "", recorder->password ? recorder->password : "");
  if (verdict == FARM_VERDICT_RIGHT && !recorder->refuse)
    return TRUE;
  if (verdict == FARM_VERDICT_STALE)
    recorder->challenged++;
  else
    recorder->refused++;
  g_autofree char *challenge = farm_auth_challenge(options->auth, options->realm, client->nonce,
                                                   sent && verdict == FARM_VERDICT_STALE);
  farm_answer(client, request, "401 Unauthorized", challenge, NULL);
  return FALSE;
}

static void not_found(FarmClient *client, const FarmRequest *request, const char *status) {
  client->recorder->not_found++;
  farm_answer(client, request, status, "", NULL);
}

static void describe(FarmClient *client, const FarmRequest *request) {
  FarmFootage asked;
  FarmRecorder *recorder = client->recorder;
  if (!farm_footage_parse(request->url, recorder->utc_offset_s, &asked) ||
      !farm_camera(client->farm, asked.channel) ||
      (!asked.by_range && recorder->nothing == FARM_NOTHING_404 && !has_footage(recorder, &asked))) {
    not_found(client, request, "404 Not Found");
    return;
  }
  client->footage = recorder->last = asked;
  g_autofree char *sdp = farm_session_sdp(client, clip_of(client), asked.channel, "");
  g_autofree char *base = g_strdup_printf("Content-Base: %s/\r\n", request->url);
  farm_answer(client, request, "200 OK", base, sdp);
}

static void setup(FarmClient *client, const FarmRequest *request) {
  FarmRecorder *recorder = client->recorder;
  if (client->footage.channel == 0) {
    farm_answer(client, request, "455 Method Not Valid in This State", "", NULL);
    return;
  }
  if (recorder->full || (!client->set_up && farm_recorder_open(recorder) >= recorder->playbacks_most)) {
    recorder->busy++;
    farm_answer(client, request, "453 Not Enough Bandwidth", "", NULL);
    return;
  }
  client->set_up = farm_session_transport(client, request);
  recorder->open_most = MAX(recorder->open_most, farm_recorder_open(recorder));
}

static void begin(FarmClient *client) {
  const FarmClip *clip = clip_of(client);
  client->next_picture = client->first_picture = picture_at(clip, client->footage.from_us);
  client->started_mono_us = gw_clock_mono_us();
  client->report_mono_us = 0;
  if (client->playing)
    return;
  client->playing = TRUE;
  client->farm->n_playing++;
  client->recorder->plays++;
}

static void play(FarmClient *client, const FarmRequest *request) {
  g_autofree char *range = farm_request_header(request, "Range");
  if (!client->set_up) {
    farm_answer(client, request, "455 Method Not Valid in This State", "", NULL);
    return;
  }
  if (client->footage.by_range && (!range || !farm_footage_range(range, &client->footage))) {
    not_found(client, request, "457 Invalid Range");
    return;
  }
  client->recorder->last = client->footage;
  if (client->recorder->nothing == FARM_NOTHING_NEXT && !has_footage(client->recorder, &client->footage))
    client->footage = oldest_after(client->recorder, &client->footage);
  if (client->footage.by_range && client->recorder->nothing == FARM_NOTHING_404 &&
      !has_footage(client->recorder, &client->footage)) {
    not_found(client, request, "457 Invalid Range");
    return;
  }
  farm_answer_ok(client, request, "");
  if (!client->ended)
    begin(client);
}

static void stop(FarmClient *client, const FarmRequest *request) {
  farm_answer_ok(client, request, "");
  farm_client_end(client);
}

static void keep_alive(FarmClient *client, const FarmRequest *request) {
  farm_answer_ok(client, request, "");
}

static void options(FarmClient *client, const FarmRequest *request) {
  farm_answer(client, request, "200 OK",
              "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER\r\n", NULL);
}

void farm_recorder_answer(FarmClient *client, const FarmRequest *request) {
  static const struct {
    const char *name;
    void (*serve)(FarmClient *client, const FarmRequest *request);
    gboolean open;
  } methods[] = {
      {"OPTIONS", options, TRUE}, {"DESCRIBE", describe, FALSE}, {"SETUP", setup, FALSE},
      {"PLAY", play, FALSE},      {"TEARDOWN", stop, TRUE},      {"GET_PARAMETER", keep_alive, TRUE},
  };
  for (guint i = 0; i < G_N_ELEMENTS(methods); i++) {
    if (strcmp(request->method, methods[i].name) != 0)
      continue;
    if (methods[i].open || may(client, request))
      methods[i].serve(client, request);
    return;
  }
  farm_answer(client, request, "501 Not Implemented", "", NULL);
}

/* ---- what it plays ---- */

/* An SEI of "user data unregistered" (H.264 and H.265, D.1.6), as a packet of its own before the keyframe. */
static void send_when(FarmClient *client, const FarmClip *clip, GwUsec at_us, guint32 rtp_time) {
  g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(at_us / GW_SEC);
  g_autofree char *when = g_date_time_format(at, "%Y%m%dT%H%M%S");
  char text[96];
  g_snprintf(text, sizeof text, "gridwarden-farm!footage %u %s.%03dZ", client->footage.channel, when,
             (int)(at_us % GW_SEC / GW_MS));
  guint8 nal[128];
  gsize n = 0;
  if (clip->codec == FARM_H265)
    nal[n++] = 39 << 1, nal[n++] = 1;
  else
    nal[n++] = 6;
  nal[n++] = 5;
  nal[n++] = (guint8)strlen(text);
  memcpy(nal + n, text, strlen(text));
  n += strlen(text);
  nal[n++] = 0x80;
  farm_send_nal(client, nal, n, rtp_time);
}

static void report(FarmClient *client, GwUsec at_us, guint32 rtp_time, GwUsec now_mono_us) {
  const FarmReports which = client->recorder->reports;
  if (which == FARM_REPORTS_NONE ||
      (client->report_mono_us && now_mono_us - client->report_mono_us < REPORT_US))
    return;
  client->report_mono_us = now_mono_us;
  farm_send_report(client, rtp_time, which == FARM_REPORTS_NOW ? gw_clock_real_us() : at_us);
}

static gboolean is_over(const FarmClient *client, GwUsec at_us) {
  const FarmRecorder *recorder = client->recorder;
  const FarmFootage *footage = &client->footage;
  const GwUsec played_us = at_us - footage->from_us;
  return (footage->to_us && at_us >= footage->to_us && !recorder->past_end) ||
         (recorder->end_after_us && played_us >= recorder->end_after_us);
}

/* FALSE: nothing more to send now. */
static gboolean send_next(FarmClient *client, GwUsec now_mono_us) {
  FarmClip *clip = clip_of(client);
  const GwUsec at_us = time_of(clip, client->next_picture);
  const GwUsec into_us = at_us - time_of(clip, client->first_picture);
  if (client->started_mono_us + into_us > now_mono_us || client->ended)
    return FALSE;
  if (is_over(client, at_us)) {
    farm_client_end(client);
    return FALSE;
  }
  if (farm_client_queued_bytes(client) > FARM_CLIENT_QUEUE_BYTES)
    return FALSE; /* who lags gets it later: it is on the disk */
  const FarmPicture *picture =
      &g_array_index(clip->pictures, FarmPicture, (guint)(client->next_picture % clip->pictures->len));
  client->next_picture++;
  /* It begins before what was asked, at a keyframe, so what is missing there is no gap. */
  if (!holds(client->recorder, MAX(at_us, client->footage.from_us)))
    return TRUE;
  const guint32 rtp_time = (guint32)(into_us * 9 / 100);
  report(client, at_us, rtp_time, now_mono_us);
  if (picture->key)
    send_when(client, clip, at_us, rtp_time);
  farm_send_picture(client, clip, picture, rtp_time);
  return TRUE;
}

void farm_recorder_tick(FarmClient *client, GwUsec now_mono_us) {
  FarmRecorder *recorder = client->recorder;
  if (!client->playing || client->ended)
    return;
  if (recorder->nothing == FARM_NOTHING_END && !has_footage(recorder, &client->footage)) {
    farm_client_end(client);
    return;
  }
  for (guint i = 0; i < MOST_AT_ONCE && send_next(client, now_mono_us); i++)
    ;
}
