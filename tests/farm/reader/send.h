#pragma once
#include <glib.h>

/* The reader's radio: one UDP or TCP socket to the center.  Thread: one. */
typedef struct ReaderSocket ReaderSocket;

ReaderSocket *reader_socket_new(const char *host, guint16 port, gboolean tcp, GError **error);
void reader_socket_free(ReaderSocket *socket); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReaderSocket, reader_socket_free)

gboolean reader_socket_say(ReaderSocket *socket, const char *line,
                           GError **error); /* adds the line end over TCP */
/* The next answer, without line end, or NULL when none came in time (or, `*ret_closed`, none will). */
char *reader_socket_hear(ReaderSocket *socket, gint wait_ms, gboolean *ret_closed);
int reader_socket_fd(const ReaderSocket *socket);
