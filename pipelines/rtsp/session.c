#include "pipelines/rtsp/session.h"

#include <unistd.h>

void gw_rtsp_session_clear(GwRtspSession *s) {
  if (s->fd >= 0)
    close(s->fd);
  g_clear_pointer(&s->early, g_byte_array_unref);
  g_clear_pointer(&s->sets, g_ptr_array_unref);
  g_free(s->id);
  g_free(s->url);
  g_free(s->user_agent);
  gw_auth_clear(&s->auth);
  *s = (GwRtspSession){.fd = -1};
}
