#pragma once
/* Bounds of net alone; those that others must know too are in base/limits.h. */
#define GW_LIMIT_READ_QUEUE 256          /* reads that wait for a reader */
#define GW_LIMIT_FILE_QUEUE 16           /* uploads that wait for the file thread */
#define GW_LIMIT_HEADER_BYTES 8192       /* all headers of one request */
#define GW_LIMIT_BODY_DISCARD_BYTES (32 * 1024 * 1024) /* of a refused upload, read and forgotten so that the answer arrives */
#define GW_LIMIT_HTTP_S 60               /* a body that stands still, an answer that does not come */
#define GW_LIMIT_KEEPALIVE_S 75
#define GW_LIMIT_SLOW_S 20               /* a client that takes nothing for so long is closed */
#define GW_LIMIT_SLOW_AGAIN_S 30         /* a second overflow within this after a fresh snapshot closes it */
#define GW_LIMIT_VIEWS_PER_CLIENT 8
#define GW_LIMIT_UNIT_VIEWS 512          /* rings of units' views */
#define GW_LIMIT_THROTTLE_KEYS 4096      /* addresses and names remembered by the login throttle */
#define GW_LIMIT_PENDING_COMMANDS 64     /* of one socket, unanswered */
