#pragma once
#include <glib.h>

/* What the worker gives up before it touches the first byte of a camera's: it decodes what strangers send, so
 * a decoder that is taken over shall find neither the database and its keys nor another program to become.
 *
 *  Landlock: files are read from the system's folders and GStreamer's alone; nothing is written, made,
 * removed or executed; no signal and no abstract socket leaves the worker (as far as the kernel knows the
 * rule). seccomp: what a worker has no business with answers EPERM: programs, tracing, mounts, namespaces,
 * modules, bpf, keys, the clock, signals to others, sockets that are neither local nor IP.
 *
 * Call it in main() before any thread exists, with no-new-privileges set.  Cannot be undone. */
typedef struct GwSandbox {
  int landlock; /* the kernel's version of it; 0: it has none, files are as open as the user's */
  gboolean seccomp;
} GwSandbox;

/* plugin_folders: where GStreamer's plugins lie, separated by ':'.  What the kernel lacks is left out and
 * told in the result; nothing fails. */
GwSandbox gw_sandbox_enter(const char *plugin_folders);
