#include "pipelines/look/ring_block.h"

#include <string.h>

#define SPARE_SHARE 4 /* at most a quarter of those in use */

GwBlock *gw_block_ref(GwBlock *block) {
  g_atomic_int_inc(&block->ref);
  return block;
}

void gw_block_unref(gpointer p) {
  GwBlock *block = p;
  if (g_atomic_int_dec_and_test(&block->ref))
    g_free(block);
}

static GwBlock *new_block(GwBlockStore *store, GwBlockChain *chain) {
  GwBlock *block = store->spare;
  if (block) {
    store->spare = block->next;
    store->n_spare--;
  } else {
    block = g_malloc(sizeof *block);
  }
  block->ref = 1;
  block->pieces = 0;
  block->next = NULL;
  store->n_used++;
  chain->bytes += sizeof *block;
  return block;
}

gboolean gw_block_store_trim(GwBlockStore *store) {
  GwBlock *block = store->spare;
  if (!block)
    return FALSE;
  store->spare = block->next;
  store->n_spare--;
  g_free(block);
  return TRUE;
}

void gw_block_store_clear(GwBlockStore *store) {
  while (gw_block_store_trim(store)) {
  }
}

gsize gw_block_store_bytes(const GwBlockStore *store) {
  return (store->n_used + store->n_spare) * sizeof(GwBlock);
}

/* A block that some reader still holds is that one's to free. */
static void give_back(GwBlockStore *store, GwBlockChain *chain, GwBlock *block) {
  store->n_used--;
  chain->bytes -= sizeof *block;
  if (g_atomic_int_get(&block->ref) > 1) {
    gw_block_unref(block);
  } else {
    block->next = store->spare;
    store->spare = block;
    store->n_spare++;
  }
  while (store->n_spare > store->n_used / SPARE_SHARE)
    (void)gw_block_store_trim(store);
}

static void grow(GwBlockStore *store, GwBlockChain *chain) {
  GwBlock *block = new_block(store, chain);
  if (chain->tail)
    chain->tail->next = block;
  else
    chain->head = block;
  chain->tail = block;
  chain->tail_used = 0;
}

GwBlockPiece gw_block_append(GwBlockStore *store, GwBlockChain *chain, const guint8 *data, gsize bytes) {
  if (!chain->tail || chain->tail_used == GW_BLOCK_BYTES)
    grow(store, chain);
  const GwBlockPiece piece = {chain->tail, (guint32)chain->tail_used, (guint32)bytes};
  for (;;) {
    const gsize n = MIN(bytes, GW_BLOCK_BYTES - chain->tail_used);
    memcpy(chain->tail->data + chain->tail_used, data, n);
    chain->tail->pieces++;
    chain->tail_used += n;
    data += n;
    bytes -= n;
    if (bytes == 0)
      return piece;
    grow(store, chain);
  }
}

void gw_block_drop(GwBlockStore *store, GwBlockChain *chain, const GwBlockPiece *oldest) {
  GwBlock *block = oldest->first;
  gsize at = oldest->at, left = oldest->bytes;
  for (;;) {
    GwBlock *next = block->next;
    const gsize n = MIN(left, GW_BLOCK_BYTES - at);
    if (--block->pieces == 0 && block != chain->tail) {
      g_assert(block == chain->head);
      chain->head = next;
      give_back(store, chain, block);
    }
    left -= n;
    if (left == 0)
      return;
    block = next;
    at = 0;
  }
}

void gw_block_drop_all(GwBlockStore *store, GwBlockChain *chain) {
  while (chain->head) {
    GwBlock *block = chain->head;
    chain->head = block->next;
    give_back(store, chain, block);
  }
  *chain = (GwBlockChain){0};
}

gboolean gw_block_is_whole(const GwBlockPiece *piece) {
  return piece->at + piece->bytes <= GW_BLOCK_BYTES;
}

void gw_block_copy(const GwBlockPiece *piece, guint8 *to) {
  const GwBlock *block = piece->first;
  gsize at = piece->at, left = piece->bytes;
  while (left > 0) {
    const gsize n = MIN(left, GW_BLOCK_BYTES - at);
    memcpy(to, block->data + at, n);
    to += n;
    left -= n;
    block = block->next;
    at = 0;
  }
}
