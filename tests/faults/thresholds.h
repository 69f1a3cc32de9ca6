#pragma once
#include "pipelines/scene/scene.h"

/* The peer: what one vendor's picture-quality product is said to do, with fixed thresholds and no memory of
 * the place (mean luma under 30 or over 220, contrast under 25, ten pictures more than 95 % alike).  Thread:
 * one. */
typedef struct Thresholds Thresholds;
Thresholds *thresholds_new(void);
void thresholds_free(Thresholds *t);
/* What it says of this look: the bits 1 << kind that hold now. */
guint thresholds_look(Thresholds *t, const guint8 *luma);
