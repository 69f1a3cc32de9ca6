#include "pipelines/rtsp/receiver.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "pipelines/rtsp/turn.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH_US (20 * GW_MS) /* after a round: what comes meanwhile is one wake-up; 8 ms cost a third more  \
                               */
#define EVENTS_MOST 256
#define PIECES_MOST 8          /* of one socket in a row */
#define LINGER_US (5 * GW_SEC) /* without a socket, before the thread ends */

struct GwReceiver {
  GwTurn turn;
  int fd; /* -1: closed; under `turn` */
  GwReceiverEvents events;
  gpointer user;
  guint8 *kept;
  gsize kept_bytes, kept_room;
  gboolean is_fresh; /* what is kept was never looked at */
  GByteArray *out;   /* NULL or empty: nothing waits */
};

/* One room for the process. */
static struct {
  GMutex lock; /* order: after any turn; nothing is called while it is held */
  int epoll_fd;
  gboolean runs;
  GPtrArray *all;  /* GwReceiver, borrowed */
  GPtrArray *gone; /* GwReceiver, freed by the thread once no event can name them */
} room = {.epoll_fd = -1};

static void destroy(gpointer p) {
  GwReceiver *r = p;
  gw_turn_clear(&r->turn);
  g_free(r->kept);
  if (r->out)
    g_byte_array_unref(r->out);
  g_free(r);
}

/* ---- inside a turn ---- */

static void close_fd(GwReceiver *r) {
  if (r->fd < 0)
    return;
  (void)epoll_ctl(room.epoll_fd, EPOLL_CTL_DEL, r->fd, NULL);
  close(r->fd);
  r->fd = -1;
}

void gw_receiver_quit(GwReceiver *r) {
  close_fd(r);
  r->kept_bytes = 0;
}

static void over(GwReceiver *r, const char *reason) {
  gw_receiver_quit(r);
  r->events.on_over(r, reason, r->user);
}

static gboolean keep(GwReceiver *r, const guint8 *data, gsize n) {
  if (n > GW_RECEIVER_KEEP_MOST_BYTES)
    return FALSE;
  if (n > r->kept_room) {
    g_free(r->kept);
    r->kept = g_malloc(n);
    r->kept_room = n;
  }
  if (n > 0)
    memcpy(r->kept, data, n);
  r->kept_bytes = n;
  return TRUE;
}

static void hand_over(GwReceiver *r, const guint8 *data, gsize n, GwUsec mono_us) {
  const gsize used = r->events.on_bytes(r, data, n, mono_us, r->user);
  if (r->fd >= 0 && !keep(r, data + used, n - used))
    over(r, "a piece has no end");
}

/* We hear of what comes once, when it comes (EPOLLET): half the work of being told as long as it lies
 * there. */
static void watch(GwReceiver *r, int how, gboolean writable) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET | (writable ? EPOLLOUT : 0),
                              .data.ptr = r};
  if (epoll_ctl(room.epoll_fd, how, r->fd, &event) != 0)
    gw_error("a camera's socket cannot be received: %s", g_strerror(errno)); /* its stall will show */
}

/* One piece; TRUE: there may be more.  `is_last`: the peer hung up, so the end is still to be read. */
static gboolean read_piece(GwReceiver *r, guint8 *scratch, GwUsec mono_us, gboolean is_last) {
  const gsize before = r->kept_bytes;
  if (before > 0)
    memcpy(scratch, r->kept, before);
  const gssize n = recv(r->fd, scratch + before, GW_RECEIVER_READ_BYTES, MSG_DONTWAIT);
  if (n > 0)
    hand_over(r, scratch, before + (gsize)n, mono_us);
  else if (n == 0)
    over(r, "the camera closed the connection");
  else if (errno == EINTR)
    return TRUE;
  else if (errno != EAGAIN)
    over(r, errno == ECONNRESET ? "the camera broke the connection off" : "the connection failed");
  return r->fd >= 0 && (n == GW_RECEIVER_READ_BYTES || (is_last && n > 0));
}

static void read_some(GwReceiver *r, guint8 *scratch, GwUsec mono_us, gboolean is_last) {
  for (guint i = 0; i < PIECES_MOST; i++)
    if (!read_piece(r, scratch, mono_us, is_last))
      return;
  watch(r, EPOLL_CTL_MOD, r->out && r->out->len > 0); /* others first; it is told again */
}

/* What came before the socket was given to us. */
static void look_at_first(GwReceiver *r, guint8 *scratch, GwUsec mono_us) {
  r->is_fresh = FALSE;
  watch(r, EPOLL_CTL_MOD, FALSE);
  memcpy(scratch, r->kept, r->kept_bytes);
  hand_over(r, scratch, r->kept_bytes, mono_us);
}

static void write_some(GwReceiver *r) {
  const gssize n = send(r->fd, r->out->data, r->out->len, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n > 0)
    g_byte_array_remove_range(r->out, 0, (guint)n);
  if (r->out->len == 0)
    watch(r, EPOLL_CTL_MOD, FALSE);
}

gboolean gw_receiver_send(GwReceiver *r, const guint8 *data, gsize n) {
  if (r->fd < 0)
    return FALSE;
  const gboolean waiting = r->out && r->out->len > 0;
  const gssize sent = waiting ? 0 : MAX(send(r->fd, data, n, MSG_DONTWAIT | MSG_NOSIGNAL), 0);
  const gsize left = n - (gsize)sent;
  if (left == 0)
    return TRUE;
  if ((waiting ? r->out->len : 0) + left > GW_RECEIVER_OUT_MOST_BYTES)
    return FALSE;
  if (!r->out)
    r->out = g_byte_array_new();
  g_byte_array_append(r->out, data + sent, (guint)left);
  watch(r, EPOLL_CTL_MOD, TRUE);
  return TRUE;
}

/* ---- the thread ---- */

static void serve(const struct epoll_event *event, guint8 *scratch, GwUsec mono_us) {
  GwReceiver *r = event->data.ptr;
  if (!gw_turn_enter(&r->turn))
    return;
  if (r->fd >= 0 && r->is_fresh)
    look_at_first(r, scratch, mono_us);
  if (r->fd >= 0 && (event->events & EPOLLOUT) && r->out)
    write_some(r);
  const gboolean is_last = (event->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  if (r->fd >= 0 && (is_last || (event->events & EPOLLIN)))
    read_some(r, scratch, mono_us, is_last);
  gw_turn_leave(&r->turn);
}

/* Each is asked without the lock: a call may add or free others.  What is freed meanwhile stays readable,
 * because only this thread buries. */
static void tell_second(GwUsec mono_us) {
  g_mutex_lock(&room.lock);
  const guint n = room.all->len;
  g_autofree GwReceiver **all = g_memdup2(room.all->pdata, n * sizeof(gpointer));
  g_mutex_unlock(&room.lock);
  for (guint i = 0; i < n; i++) {
    if (!gw_turn_enter(&all[i]->turn))
      continue;
    if (all[i]->fd >= 0)
      all[i]->events.on_second(all[i], mono_us, all[i]->user);
    gw_turn_leave(&all[i]->turn);
  }
}

/* FALSE: there is nobody, and for so long that the thread may go. */
static gboolean bury(GwUsec *idle_since_us, GwUsec mono_us) {
  g_mutex_lock(&room.lock);
  g_autoptr(GPtrArray) gone = g_steal_pointer(&room.gone);
  room.gone = g_ptr_array_new_with_free_func(destroy);
  if (room.all->len > 0)
    *idle_since_us = mono_us;
  const gboolean stay = mono_us - *idle_since_us < LINGER_US;
  if (!stay)
    room.runs = FALSE; /* whoever comes from now on starts another thread */
  g_mutex_unlock(&room.lock);
  return stay;
}

static gpointer run(gpointer unused) {
  g_autofree guint8 *scratch = g_malloc(GW_RECEIVER_READ_BYTES + GW_RECEIVER_KEEP_MOST_BYTES);
  g_autofree struct epoll_event *events = g_new(struct epoll_event, EVENTS_MOST);
  GwUsec now_us = gw_clock_mono_us(), second_us = now_us, idle_since_us = now_us;
  while (bury(&idle_since_us, now_us)) {
    const int n = epoll_wait(room.epoll_fd, events, EVENTS_MOST, (int)(GW_SEC / GW_MS));
    now_us = gw_clock_mono_us();
    for (int i = 0; i < n; i++)
      serve(&events[i], scratch, now_us);
    if (now_us - second_us >= GW_SEC) {
      tell_second(now_us);
      second_us = now_us;
    }
    if (n != 0 && n < EVENTS_MOST) /* a failure, too: there is no descriptor to wait for */
      g_usleep(BATCH_US);
  }
  return NULL;
}

static void start_thread(void) {
  if (room.epoll_fd <
      0) /* no descriptor was left the last time: the sockets since then stall and come again */
    room.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (room.runs)
    return;
  if (!room.all) {
    room.all = g_ptr_array_new();
    room.gone = g_ptr_array_new_with_free_func(destroy);
  }
  room.runs = TRUE;
  g_thread_unref(g_thread_new("gw-receiver", run, NULL));
}

/* ---- any thread ---- */

GwReceiver *gw_receiver_add(int fd, const guint8 *first, gsize first_bytes, const GwReceiverEvents *events,
                            gpointer user) {
  GwReceiver *r = g_new0(GwReceiver, 1);
  g_assert(first_bytes <= GW_RECEIVER_READ_BYTES);
  gw_turn_init(&r->turn);
  r->fd = fd;
  r->events = *events;
  r->user = user;
  if (first_bytes > 0) {
    r->kept = g_memdup2(first, first_bytes);
    r->kept_bytes = r->kept_room = first_bytes;
    r->is_fresh = TRUE;
  }
  g_mutex_lock(&room.lock);
  start_thread();
  g_ptr_array_add(room.all, r);
  watch(r, EPOLL_CTL_ADD, r->is_fresh);
  g_mutex_unlock(&room.lock);
  return r;
}

void gw_receiver_stop(GwReceiver *r) {
  gw_turn_end(&r->turn);
}

void gw_receiver_free(GwReceiver *r, const char *farewell) {
  if (!r)
    return;
  gw_turn_end(&r->turn);
  if (r->fd >= 0 && farewell)
    (void)send(r->fd, farewell, strlen(farewell), MSG_DONTWAIT | MSG_NOSIGNAL); /* a courtesy */
  close_fd(r);
  g_mutex_lock(&room.lock);
  g_ptr_array_remove_fast(room.all, r);
  g_ptr_array_add(room.gone, r);
  g_mutex_unlock(&room.lock);
}

guint gw_receiver_count(void) {
  g_mutex_lock(&room.lock);
  const guint n = room.all ? room.all->len : 0;
  g_mutex_unlock(&room.lock);
  return n;
}
