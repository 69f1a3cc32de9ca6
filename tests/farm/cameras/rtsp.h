#pragma once
#include <glib.h>

/* Reading one RTSP 1.0 request (RFC 2326) out of a byte buffer.  Thread: any; no state. */
#define FARM_REQUEST_BYTES 8192

typedef struct FarmRequest {
  char method[24];
  char url[512];
  char *head; /* the header lines, each with CRLF in front; owned */
} FarmRequest;

typedef enum FarmParse { FARM_PARSE_MORE, FARM_PARSE_DONE, FARM_PARSE_BAD } FarmParse;

/* DONE: *ret_request is filled (clear it), *ret_used bytes belong to it, its body included. */
FarmParse farm_request_parse(const char *data, gsize bytes, FarmRequest *ret_request, gsize *ret_used);
void farm_request_clear(FarmRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FarmRequest, farm_request_clear)

/* Value of a header, trimmed; NULL when absent.  Caller frees. */
char *farm_request_header(const FarmRequest *request, const char *name);

/* 3 of "rtsp://host/cam/3/track0"; 0 when the path is not a camera's. */
guint farm_request_camera(const FarmRequest *request);

typedef struct FarmTransport {
  gboolean tcp;
  guint channel;               /* interleaved: RTP's, RTCP's is one more */
  guint16 rtp_port, rtcp_port; /* UDP: the client's */
} FarmTransport;

/* The first transport of the list that we can serve; FALSE when none. */
gboolean farm_transport_parse(const char *value, FarmTransport *ret_transport);
