#pragma once
#include <glib.h>

/* Where rings keep their bytes: blocks of one size, filled one after the other and given back whole, so that
 * hours of pictures of all sizes leave no holes in the heap.
 *
 * Thread: one at a time per store and its chains; a block that a reader holds may be let go on any. */
#define GW_BLOCK_BYTES (16 * 1024)

typedef struct GwBlock {
  gint ref;     /* atomic: its chain's, and its readers' */
  guint pieces; /* that touch it */
  struct GwBlock *next;
  guint8 data[GW_BLOCK_BYTES];
} GwBlock;
GwBlock *gw_block_ref(GwBlock *block);
void gw_block_unref(gpointer block);

typedef struct GwBlockStore {
  GwBlock *spare; /* for the next ones: cameras that began together come and go together */
  gsize n_spare, n_used;
} GwBlockStore;
void gw_block_store_clear(GwBlockStore *store);        /* after its chains */
gsize gw_block_store_bytes(const GwBlockStore *store); /* spare ones included */
gboolean gw_block_store_trim(GwBlockStore *store);     /* frees a spare one; FALSE: there is none */

typedef struct GwBlockChain {
  GwBlock *head, *tail;
  gsize tail_used, bytes; /* bytes: of its blocks */
} GwBlockChain;

/* Some bytes within a chain. */
typedef struct GwBlockPiece {
  GwBlock *first;
  guint32 at, bytes;
} GwBlockPiece;

GwBlockPiece gw_block_append(GwBlockStore *store, GwBlockChain *chain, const guint8 *data, gsize bytes);
void gw_block_drop(GwBlockStore *store, GwBlockChain *chain, const GwBlockPiece *oldest);
void gw_block_drop_all(GwBlockStore *store, GwBlockChain *chain); /* no piece is left */
gboolean gw_block_is_whole(const GwBlockPiece *piece);            /* in one block */
void gw_block_copy(const GwBlockPiece *piece, guint8 *to);
