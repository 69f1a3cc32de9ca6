#include "pipelines/rtsp/turn.h"

void gw_turn_init(GwTurn *turn) {
  g_mutex_init(&turn->lock);
  g_cond_init(&turn->left);
  turn->inside = NULL;
  turn->waiting = 0;
  turn->over = FALSE;
}

void gw_turn_clear(GwTurn *turn) {
  g_mutex_clear(&turn->lock);
  g_cond_clear(&turn->left);
}

static void wait_until_left(GwTurn *turn) {
  turn->waiting++;
  g_cond_wait(&turn->left, &turn->lock);
  turn->waiting--;
}

gboolean gw_turn_enter(GwTurn *turn) {
  g_mutex_lock(&turn->lock);
  while (turn->inside && !turn->over)
    wait_until_left(turn);
  const gboolean mine = !turn->over;
  if (mine)
    turn->inside = g_thread_self();
  g_mutex_unlock(&turn->lock);
  return mine;
}

void gw_turn_leave(GwTurn *turn) {
  g_mutex_lock(&turn->lock);
  turn->inside = NULL;
  if (turn->waiting > 0) /* waking nobody is a system call all the same */
    g_cond_broadcast(&turn->left);
  g_mutex_unlock(&turn->lock);
}

void gw_turn_end(GwTurn *turn) {
  g_mutex_lock(&turn->lock);
  turn->over = TRUE;
  while (turn->inside && turn->inside != g_thread_self())
    wait_until_left(turn);
  g_cond_broadcast(&turn->left);
  g_mutex_unlock(&turn->lock);
}

gboolean gw_turn_is_over(GwTurn *turn) {
  g_mutex_lock(&turn->lock);
  const gboolean over = turn->over;
  g_mutex_unlock(&turn->lock);
  return over;
}
