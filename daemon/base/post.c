#include "daemon/base/post.h"

typedef struct {
  void (*func)(gpointer);
  gpointer data;
  GDestroyNotify destroy;
} Post;

static gboolean on_post(gpointer p) {
  Post *post = p;
  post->func(post->data);
  return G_SOURCE_REMOVE;
}

static void post_free(gpointer p) {
  Post *post = p;
  if (post->destroy)
    post->destroy(post->data);
  g_free(post);
}

void gw_post(GMainContext *context, void (*func)(gpointer data), gpointer data, GDestroyNotify destroy) {
  Post *post = g_new(Post, 1);
  *post = (Post){func, data, destroy};
  g_autoptr(GSource) source = g_idle_source_new();
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_callback(source, on_post, post, post_free);
  g_source_attach(source, context);
}
