#pragma once
#include "pipelines/sandbox.h"

/* The two halves of gw_sandbox_enter(). */
int gw_sandbox_files(const char *plugin_folders); /* the version of Landlock that holds; 0: none */
gboolean gw_sandbox_calls(void);                  /* TRUE: the filter holds for every thread */
