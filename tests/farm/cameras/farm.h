#pragma once
#include "daemon/base/types.h"
#include "tests/farm/cameras/clip.h"
#include "tests/farm/cameras/digest.h"
#include "tests/farm/cameras/rtsp.h"

#include <netinet/in.h>

/* The farm: N simulated cameras on one thread and one epoll.
 *
 * Thread: one.  Ownership: Farm owns clips, cameras and clients.  Whoever ends a client only marks it
 * (farm_client_end): it is freed when the round of events is over, so no event of the same round can
 * meet freed memory. */
#define FARM_MOST_CAMERAS 2000
#define FARM_CLIENT_QUEUE_BYTES (512 * 1024) /* a viewer that lags more loses pictures until a keyframe */
#define FARM_TICK_US (4 * GW_MS)
#define FARM_IDLE_TICK_US (20 * GW_MS)

typedef struct Farm Farm;
typedef struct FarmCamera FarmCamera;
typedef struct FarmClient FarmClient;
typedef struct FarmRecorder FarmRecorder;

/* What a playback asks a recorder for (recorder.h). */
typedef struct FarmFootage {
  guint channel;
  gboolean by_range;     /* the time comes with PLAY */
  GwUsec from_us, to_us; /* to: 0, for ever */
} FarmFootage;

/* Everything epoll can wake; `ready` gets `owner` and the epoll bits. */
typedef struct FarmWatch {
  void (*ready)(gpointer owner, guint32 events);
  gpointer owner;
} FarmWatch;

typedef enum FarmMode {
  FARM_MODE_NORMAL,
  FARM_MODE_STALL,  /* answers, sends no pictures */
  FARM_MODE_HANG,   /* takes the connection, says nothing at all */
  FARM_MODE_DROP,   /* not there: connections are closed at once (refused on the camera's own port) */
  FARM_MODE_REFUSE, /* no credentials are right */
  FARM_MODE_FULL,   /* 453 (or 503) to every SETUP */
  FARM_N_MODES
} FarmMode;

/* In which accent a camera speaks on its ONVIF metadata track (metadata.h); OFF: it has none. */
typedef enum FarmDialect {
  FARM_DIALECT_OFF,
  FARM_DIALECT_PLAIN,
  FARM_DIALECT_NESTED,
  FARM_DIALECT_FLAT,
  FARM_DIALECT_GARBAGE,
  FARM_N_DIALECTS
} FarmDialect;

const char *farm_mode_to_string(FarmMode mode); /* static; also the command's name */

/* What happened to a camera since the start or the last `reset`; what tests assert on. */
typedef struct FarmCounts {
  guint64 pictures, bytes, dropped; /* sent; dropped because a viewer lagged */
  guint64 documents;                /* of metadata, sent */
  guint64 lost;                     /* packets that were left out on purpose */
  guint redirected, udp_refused;    /* 302 to a DESCRIBE; 461 to a SETUP over TCP */
  guint connections;                /* that named this camera */
  guint describes, setups, plays;   /* answered with 200 */
  guint challenged, refused, full,
      expired; /* 401 to no or stale credentials; 401 to wrong ones; 453; timed out */
} FarmCounts;

struct FarmCamera {
  Farm *farm;
  guint number;
  FarmClip *clip;      /* lent by the farm */
  FarmClip *next_clip; /* taken at the next keyframe; NULL: none */
  FarmClip *home_clip; /* what `normal` goes back to */
  FarmMode mode;
  gboolean frozen;
  guint frozen_key, frozen_run; /* the picture it stays on, pictures since that keyframe was sent */
  guint full_status;
  GwUsec answer_delay_us;
  char *password;      /* NULL: the farm's */
  guint redirect;      /* 302 to this camera; 0: none */
  gboolean udp_only;   /* 461 to TCP */
  FarmDialect dialect; /* of its metadata track */
  GwUsec clock_off_us; /* its clock is so much ahead, in sender reports */
  guint lose_one_in;   /* of the packets that go over TCP; 0: none */
  guint32 jumped;      /* 90 kHz: its media time has jumped by so much */
  double fps;          /* 0: the clip's */
  guint position;      /* of the next picture in its clip */
  GwUsec sent_at_us;   /* when the picture before that one went out */
  GwUsec due_mono_us, started_mono_us, normal_at_mono_us; /* the last: 0, or when the fault ends by itself */
  GQueue viewers;                                         /* FarmClient that play */
  FarmCounts counts;
  int own_fd; /* with --own-ports; -1: none */
  guint16 own_port;
  FarmWatch own_watch;
};

struct FarmClient {
  Farm *farm;
  FarmCamera *camera; /* NULL until a request names one; always NULL at a recorder */
  FarmRecorder *recorder; /* NULL: connected to the cameras */
  FarmFootage footage;    /* at a recorder: what is played */
  gint64 first_picture, next_picture; /* of the world */
  GwUsec started_mono_us;
  FarmWatch watch;
  int fd;
  gboolean ended, asked, set_up, playing, in_step,
      wants_write; /* asked: sent a request; in_step: has had its keyframe */
  GByteArray *in, *out;
  gsize out_at;
  char *nonce;
  char session[17];
  gboolean udp, meta_set_up;
  guint8 channel, meta_channel;
  struct sockaddr_in rtp_to, rtcp_to, meta_to;
  guint16 sequence, meta_sequence;
  guint32 ssrc, time_base, packets, octets;
  GwUsec opened_mono_us, heard_mono_us, report_mono_us, answer_at_mono_us;
  gboolean released; /* the delayed answer may go now */
};

typedef struct FarmOptions {
  const char *address, *user, *password, *realm;
  guint16 port;
  guint n_cameras;
  gboolean own_ports, one_send_per_packet;
  gboolean onvif; /* all cameras have a metadata track */
  FarmAuth auth;
  guint session_timeout_s;
  guint most_sessions; /* 0: no bound; beyond it every SETUP gets 453, as a recorder does */
  guint footage_days;  /* 0: no recorder */
  guint playbacks_most;
  int utc_offset_s;    /* of the recorder's clock */
  const char *recorder_user, *recorder_password; /* NULL: asks for none */
} FarmOptions;

struct Farm {
  FarmOptions options;
  int epoll_fd, listen_fd, timer_fd, rtp_fd, rtcp_fd;
  FarmWatch listen_watch, timer_watch, rtcp_watch;
  guint16 port, rtp_port;
  GPtrArray *clips;     /* FarmClip */
  GPtrArray *cameras;   /* FarmCamera; number n at n - 1 */
  GPtrArray *clients;   /* FarmClient, alive */
  GPtrArray *graveyard; /* FarmClient, ended in this round */
  FarmRecorder *recorder; /* NULL: none; owned */
  guint n_playing, handshakes_most;
  GwUsec swept_mono_us;
  gboolean quit;
};

/* farm.c.  `clips` becomes the farm's.  NULL and an error when a port cannot be bound. */
Farm *farm_new(const FarmOptions *options, GPtrArray *clips, GError **error);
void farm_free(Farm *farm);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Farm, farm_free)
gboolean farm_watch(Farm *farm, int fd, guint32 events, FarmWatch *watch); /* `watch` must outlive the fd */
void farm_run(Farm *farm);                                                 /* until farm->quit */
FarmCamera *farm_camera(Farm *farm, guint number);                         /* lent; NULL when there is none */
int farm_listen(const char *address, guint16 port, guint16 *ret_port, GError **error);
/* Connections that have asked for something and do not play (yet); one that only knocks is no handshake. */
guint farm_handshakes(const Farm *farm);

/* camera.c */
void farm_camera_set_mode(FarmCamera *camera, FarmMode mode, GwUsec for_us, gboolean end_viewers);
void farm_camera_normal(FarmCamera *camera);
void farm_camera_freeze(FarmCamera *camera, gboolean frozen);
void farm_camera_show(FarmCamera *camera, FarmClip *clip, gboolean at_next_key);
void farm_camera_end_viewers(FarmCamera *camera);
void farm_camera_tick(FarmCamera *camera, GwUsec now_mono_us); /* sends what is due */

/* client.c */
void farm_client_accept(Farm *farm, int listen_fd, FarmRecorder *recorder);
void farm_client_end(FarmClient *client);
void farm_client_free(FarmClient *client);
void farm_client_tick(FarmClient *client, GwUsec now_mono_us);
void farm_client_send(FarmClient *client, gconstpointer data, gsize bytes);
gsize farm_client_queued_bytes(const FarmClient *client);

/* session.c: answers one request; and what a recorder answers in the same words. */
void farm_session_answer(FarmClient *client, const FarmRequest *request);
void farm_answer(FarmClient *client, const FarmRequest *request, const char *status, const char *headers, const char *body);
void farm_answer_ok(FarmClient *client, const FarmRequest *request, const char *more);
char *farm_session_sdp(const FarmClient *client, const FarmClip *clip, guint number, const char *more);
gboolean farm_session_transport(FarmClient *client, const FarmRequest *request); /* FALSE: 461 went out */

/* send.c.  `rtp_time` is the picture's due time on the camera's own clock, `at_us` the sender's wall clock. */
void farm_send_picture(FarmClient *client, FarmClip *clip, const FarmPicture *picture, guint32 rtp_time);
void farm_send_nal(FarmClient *client, const guint8 *nal, gsize bytes, guint32 rtp_time); /* no marker; at most 1400 */
void farm_send_report(FarmClient *client, guint32 rtp_time, GwUsec at_us);
