#pragma once
#include <glib.h>

/* A simulated camera that can be turned: the ONVIF device, media and PTZ services over HTTP, as far as
 * presets go. It checks the UsernameToken of WS-Security (or HTTP Digest) by itself, and misbehaves when told
 * to.
 *
 * Thread: one of its own answers, one connection after the other; the rest may be called from any thread. */
typedef enum OnvifMode {
  ONVIF_NORMAL,
  ONVIF_OLD,     /* knows GetCapabilities, not GetServices */
  ONVIF_NO_PTZ,  /* a camera that stands still */
  ONVIF_GARBAGE, /* answers noise */
  ONVIF_BOMB,    /* answers with a document type full of entities */
  ONVIF_HUGE,    /* never stops answering */
  ONVIF_HANG,    /* takes the connection and says nothing */
  ONVIF_N_MODES
} OnvifMode;
gboolean onvif_mode_from_string(const char *text, OnvifMode *ret);

typedef struct OnvifHow {
  OnvifMode mode;
  gboolean http_digest; /* asks for HTTP Digest; a token in the document is no help */
  gboolean other_host;  /* says that its services are at 10.255.255.1, as behind a router */
  int clock_off_s;      /* its clock is ahead */
  int slow_ms;
} OnvifHow;

typedef struct OnvifCounts {
  guint requests, refused, turns;
  char preset[65]; /* where it was turned last; "" : nowhere */
} OnvifCounts;

typedef struct OnvifDevice OnvifDevice;
/* user NULL: asks nobody.  Presets: "token=name", NULL at the end.  NULL with an error: no port. */
OnvifDevice *onvif_device_new(const char *user, const char *password, const char *const *presets,
                              GError **error);
void onvif_device_free(OnvifDevice *device); /* accepts NULL */
guint16 onvif_device_port(const OnvifDevice *device);
void onvif_device_set(OnvifDevice *device, const OnvifHow *how);
void onvif_device_set_password(OnvifDevice *device, const char *password);
OnvifCounts onvif_device_counts(OnvifDevice *device);
