#pragma once
#include "daemon/base/error.h"
#include "daemon/base/log.h"
#include "daemon/base/types.h"

/* The process settings of gridwardend: gridwarden.conf and the *.conf of gridwarden.conf.d beside it, in
 * name order, later ones win (gridwarden.conf(5)).  Cameras, places, people and rules are not here: they
 * live in the database.
 *
 * A key that the table does not know, a value of the wrong shape or range is an error that names file,
 * group and key.  Relative paths count from the folder of the file that names them. */
typedef struct GwConfig {
  /* [center] */
  char *name, *community;
  int utc_offset_s;
  gboolean demo;
  /* [http] */
  int port, tls_port;         /* 0: any free one; tls_port -1: no TLS */
  char **hosts, **addresses;  /* names and addresses this center answers to, besides its own */
  char *tls_certificate, *tls_key; /* NULL: the local CA makes one */
  char *dashboard;            /* folder of the built pages */
  /* [storage] */
  char *database, *media, *key, *state;
  gint64 reserve_bytes;
  /* [ingest] */
  char *worker;               /* program gridwarden-ingest; "" starts none */
  int connects, connects_per_host; /* most RTSP handshakes at once */
  int camera_workers;              /* read anew on SIGHUP */
  int udp_port, tcp_port;          /* 0: any free one, -1: closed */
  char *reader_address;
  /* [eyes]; ring_mb and looks_per_s are of all workers together */
  int ring_seconds, ring_mb, looks_per_s, look_every_s, suspect_every_s;
  /* [limits] */
  int clients, descriptors, login_per_minute;
  /* [log] */
  GwLogLevel level;
} GwConfig;

/* `path` NULL: the defaults alone. */
GwConfig *gw_config_load(const char *path, GError **error);
void gw_config_free(GwConfig *config); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwConfig, gw_config_free)

/* Makes the community's local time that of this process: codes, shifts and logs follow it.  Before any thread. */
void gw_config_apply_time_zone(const GwConfig *config);

/* "+08:00", "-03:30", "Z" -> seconds east of UTC. */
gboolean gw_config_parse_offset(const char *text, int *ret_s);
/* "64M", "512K", "1G", "4096" -> bytes. */
gboolean gw_config_parse_bytes(const char *text, gint64 *ret_bytes);
