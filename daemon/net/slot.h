#pragma once
#include "daemon/base/types.h"

/* What waits for one slot of one viewer: pictures and words about them, in order.  Pure; thread: its owner's.
 *
 * Who is slow is never shown what is old: when more than GW_SLOT_BYTES_MOST wait, or the first picture waits for more
 * than GW_SLOT_LATE_US, all before the newest keyframe goes (all, when that is old itself), and the next keyframe says
 * how many pictures were lost.  Pictures are shared: those that a slot begins with (is_old) are held elsewhere
 * anyway and count by their time, up to GW_SLOT_OLD_BYTES_MOST: no camera's group is larger.  What comes before a
 * gen's first keyframe could never be shown, and is no loss. */
#define GW_SLOT_BYTES_MOST ((gsize)4 * 1024 * 1024)
#define GW_SLOT_OLD_BYTES_MOST ((gsize)64 * 1024 * 1024)
#define GW_SLOT_LATE_US (5 * GW_SEC)
#define GW_SLOT_WORDS_MOST 32

typedef enum GwSlotWhat {
  GW_SLOT_WORDS,   /* a text message */
  GW_SLOT_INIT,    /* begins a gen; the words before it say so */
  GW_SLOT_KEY,     /* a picture that needs no other */
  GW_SLOT_PICTURE, /* one that needs those before */
} GwSlotWhat;

typedef struct GwSlotItem {
  GwSlotWhat what;
  GBytes *bytes;
  GwUsec at_us;
  gboolean is_old; /* taken before the slot was opened */
  guint lost;      /* of a keyframe: pictures that were left out before it */
  GwUsec queued_mono_us;
} GwSlotItem;

typedef struct GwSlotQueue {
  GQueue items; /* GwSlotItem * */
  gsize bytes;  /* of pictures that are not old */
  gsize old_bytes; /* of those that are */
  guint words;  /* items that are no pictures */
  guint lost;   /* to be said with the next keyframe */
  gboolean wants_key, has_key; /* nothing goes without one; there was one in this gen */
  guint64 late; /* pictures lost here, ever */
} GwSlotQueue;

void gw_slot_queue_init(GwSlotQueue *q);
void gw_slot_queue_clear(GwSlotQueue *q);
/* `item` without queued_mono_us and lost; its bytes are referenced. */
void gw_slot_queue_put(GwSlotQueue *q, const GwSlotItem *item, GwUsec now_mono_us);
/* Pictures that did not even come here. */
void gw_slot_queue_missed(GwSlotQueue *q, guint pictures);
/* The next one to send: its bytes are yours.  FALSE: nothing. */
gboolean gw_slot_queue_take(GwSlotQueue *q, GwUsec now_mono_us, GwSlotItem *ret);
