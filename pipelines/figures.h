#pragma once
#include "pipelines/say.h"

/* What this process costs: memory, threads, CPU; the other figures are zero.  Thread: any. */
void gw_figures_of_self(GwWorkerFigures *ret);
