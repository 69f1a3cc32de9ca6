/* What was seen waits here until its pictures are on disk, in the order in which it came, so that the end of
 * a finding never overtakes its beginning.  Few are with the file store at once, so that photos of patrols
 * find room there.  When much waits, pictures are left out; when very much waits, nothing more is read from
 * the workers.  A reference is nothing without its picture, so then it is let go: its camera learns again. */
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ingest/ingest_private.h"

#define SAVING_MOST 4
#define PICTURES_WAIT_MOST 128                 /* entries; beyond it new ones come without pictures */
#define PICTURES_BYTES_MOST (48 * 1024 * 1024) /* of all that wait */
#define PICTURES_AT_ONCE 2000                  /* all cameras, twice over; a worker that invents findings must … */
#define PICTURES_PER_S 2                       /* … not fill the disk: beyond it they come without */
#define WAIT_MOST 1024                         /* entries; beyond it the links are paused */
#define WAIT_AGAIN 512
#define TRIES_MOST 10 /* once a second while the file store is full */

typedef enum { NOT_YET, LATER, SAVING, SAVED, LEFT_OUT } Picture;

typedef struct Unsaved {
  GwPictured what;
  Picture state[GW_PICTURES_MOST];
  guint tries;
} Unsaved;

typedef struct Save {
  GwIngest *ingest; /* referenced */
  Unsaved *of;      /* alive while its picture is SAVING, unless the supervisor has stopped */
  int picture;
} Save;

static gsize bytes_of(const GwPictured *what) {
  gsize n = what->data ? g_bytes_get_size(what->data) : 0;
  for (int i = 0; i < GW_PICTURES_MOST; i++)
    n += what->pictures[i] ? g_bytes_get_size(what->pictures[i]) : 0;
  return n;
}

static void unsaved_free(gpointer p) {
  Unsaved *unsaved = p;
  for (int i = 0; i < GW_PICTURES_MOST; i++)
    g_clear_pointer(&unsaved->what.pictures[i], g_bytes_unref);
  g_clear_pointer(&unsaved->what.data, g_bytes_unref);
  json_decref(unsaved->what.body);
  g_free(unsaved);
}

static void leave_out(GwIngest *ingest, Unsaved *unsaved, int i) {
  unsaved->state[i] = LEFT_OUT;
  if (unsaved->what.pictures[i])
    ingest->unsaved_bytes -= g_bytes_get_size(unsaved->what.pictures[i]);
  g_clear_pointer(&unsaved->what.pictures[i], g_bytes_unref);
}

static gboolean is_in_state(const Unsaved *unsaved, Picture state) {
  for (int i = 0; i < GW_PICTURES_MOST; i++)
    if (unsaved->state[i] == state)
      return TRUE;
  return FALSE;
}

/* ---- to the ledger ---- */

typedef struct Learning {
  GwIngest *ingest; /* referenced */
  GwId camera_id;
} Learning;

static void learning_free(gpointer p) {
  gw_ingest_unref(((Learning *)p)->ingest);
  g_free(p);
}

/* A reference is in the database, or will never be: from now on what is there counts. */
static void learnt(GwIngest *ingest, GwId camera_id) {
  GwWatched *watched = g_hash_table_lookup(ingest->cameras, &camera_id);
  if (watched && watched->learning > 0 && --watched->learning == 0)
    g_clear_pointer(&watched->learnt, g_bytes_unref);
}

static void on_learnt(const GwReply *reply, gpointer user) {
  Learning *learning = user;
  if (!learning->ingest->is_stopped)
    learnt(learning->ingest, learning->camera_id);
  learning_free(learning);
}

static void hand_over(GwIngest *ingest, Unsaved *unsaved) {
  GwPictured *what = &unsaved->what;
  const GwId camera_id = what->camera_id;
  if (what->needs_picture && is_in_state(unsaved, LEFT_OUT)) {
    gw_warning("The reference of camera %" G_GINT64_FORMAT " was not kept: its picture could not be",
               camera_id);
    learnt(ingest, camera_id);
    return;
  }
  gsize bytes = 0;
  const guint8 *data = what->data ? g_bytes_get_data(what->data, &bytes) : NULL;
  Learning *learning = NULL;
  if (what->needs_picture) {
    learning = g_new(Learning, 1);
    *learning = (Learning){gw_ingest_ref(ingest), camera_id};
  }
  gw_ingest_observe(ingest, what->kind, g_steal_pointer(&what->body), data, bytes,
                    learning ? on_learnt : NULL, learning, learning ? learning_free : NULL);
}

/* ---- to the file store ---- */

static void go_on(GwIngest *ingest);

static void on_saved(const char *hash, gsize bytes, const GError *error, gpointer user) {
  Save *save = user;
  GwIngest *ingest = save->ingest;
  ingest->saving--;
  if (!ingest->is_stopped) {
    Unsaved *unsaved = save->of;
    const int i = save->picture;
    if (!error) {
      unsaved->state[i] = SAVED;
      json_object_set_new(unsaved->what.body, unsaved->what.names[i], json_string(hash));
    } else if (gw_error_code(error) == GW_CODE_BUSY && ++unsaved->tries < TRIES_MOST) {
      unsaved->state[i] = LATER; /* the next tick tries again */
    } else {
      gw_warning("A picture of a camera was not kept: %s", error->message);
      leave_out(ingest, unsaved, i);
    }
    go_on(ingest);
  }
  g_free(save);
  gw_ingest_unref(ingest);
}

static void start_saving(GwIngest *ingest, Unsaved *unsaved, int i) {
  Save *save = g_new(Save, 1);
  *save = (Save){gw_ingest_ref(ingest), unsaved, i};
  unsaved->state[i] = SAVING;
  ingest->saving++;
  ingest->config.save_picture(unsaved->what.pictures[i], on_saved, save, ingest->config.user);
}

/* The store may answer inside the call, and that goes on too: so the list is looked at anew each time. */
static gboolean start_one(GwIngest *ingest) {
  if (ingest->saving >= SAVING_MOST)
    return FALSE;
  guint looked = 0;
  for (GList *l = ingest->unsaved.head; l && looked < SAVING_MOST; l = l->next, looked++) {
    Unsaved *unsaved = l->data;
    for (int i = 0; i < GW_PICTURES_MOST; i++) {
      if (unsaved->state[i] != NOT_YET)
        continue;
      start_saving(ingest, unsaved, i);
      return TRUE;
    }
  }
  return FALSE;
}

static void set_full(GwIngest *ingest, gboolean full) {
  if (ingest->is_full == full)
    return;
  ingest->is_full = full;
  gw_workers_pause(ingest);
}

static void hand_over_ready(GwIngest *ingest) {
  for (Unsaved *head; (head = g_queue_peek_head(&ingest->unsaved));) {
    if (is_in_state(head, NOT_YET) || is_in_state(head, LATER) || is_in_state(head, SAVING))
      return;
    g_queue_pop_head(&ingest->unsaved);
    ingest->unsaved_bytes -= bytes_of(&head->what);
    hand_over(ingest, head);
    unsaved_free(head);
  }
}

static void go_on(GwIngest *ingest) {
  hand_over_ready(ingest);
  while (start_one(ingest)) {
  }
  hand_over_ready(ingest);
  if (g_queue_get_length(&ingest->unsaved) < WAIT_AGAIN)
    set_full(ingest, FALSE);
}

void gw_pictures_observe(GwIngest *ingest, const GwPictured *pictured) {
  Unsaved *unsaved = g_new0(Unsaved, 1);
  unsaved->what = *pictured;
  ingest->unsaved_bytes += bytes_of(pictured);
  const gboolean too_many =
      !ingest->config.save_picture ||
      (bytes_of(pictured) > 0 && !gw_bucket_take(&ingest->pictures, PICTURES_AT_ONCE, PICTURES_PER_S)) ||
      (!pictured->needs_picture && g_queue_get_length(&ingest->unsaved) >= PICTURES_WAIT_MOST) ||
      ingest->unsaved_bytes > PICTURES_BYTES_MOST;
  for (int i = 0; i < GW_PICTURES_MOST; i++) {
    unsaved->state[i] = pictured->pictures[i] ? NOT_YET : SAVED;
    if (too_many && pictured->pictures[i])
      leave_out(ingest, unsaved, i);
  }
  g_queue_push_tail(&ingest->unsaved, unsaved);
  if (g_queue_get_length(&ingest->unsaved) >= WAIT_MOST)
    set_full(ingest, TRUE);
  go_on(ingest);
}

void gw_pictures_tick(GwIngest *ingest) {
  for (GList *l = ingest->unsaved.head; l; l = l->next)
    for (int i = 0; i < GW_PICTURES_MOST; i++)
      if (((Unsaved *)l->data)->state[i] == LATER)
        ((Unsaved *)l->data)->state[i] = NOT_YET;
  go_on(ingest);
}

void gw_pictures_clear(GwIngest *ingest) {
  g_queue_clear_full(&ingest->unsaved, unsaved_free);
}
