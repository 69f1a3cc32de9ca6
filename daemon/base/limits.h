#pragma once
/* Everything a peer could grow has its bound here, with its unit in its name. */

/* link: daemon <-> worker (daemon/link) */
#define GW_LIMIT_LINK_FRAME_BYTES (1024 * 1024) /* JSON + binary of one message */
#define GW_LIMIT_LINK_QUEUE_BYTES (8 * 1024 * 1024)

/* ledger lanes (DESIGN.md 3.2) */
#define GW_LIMIT_COMMAND_LANE 1024
#define GW_LIMIT_OBSERVATION_LANE 8192
#define GW_LIMIT_BATCH_ITEMS 256
#define GW_LIMIT_BATCH_MS 10

/* the wire */
#define GW_LIMIT_MESSAGE_BYTES (64 * 1024) /* one command from a browser */
#define GW_LIMIT_JSON_DEPTH 16
#define GW_LIMIT_FRAGMENT_BYTES (16 * 1024)
#define GW_LIMIT_CLIENTS 512
#define GW_LIMIT_CLIENT_QUEUE_BYTES (4 * 1024 * 1024)
#define GW_LIMIT_CLIENT_QUEUE_MESSAGES 512
#define GW_LIMIT_FEED_RING 4096 /* patches kept per view for resume */
#define GW_LIMIT_PAGE_ROWS 200
#define GW_LIMIT_UPLOAD_BYTES (8 * 1024 * 1024)
#define GW_LIMIT_IMPORT_BYTES (4 * 1024 * 1024)
#define GW_LIMIT_WORDS_CHARS 2000 /* free text that a person writes */
#define GW_LIMIT_NAME_CHARS 80
#define GW_LIMIT_SESSIONS_PER_USER 20
#define GW_LIMIT_LOGIN_QUEUE 16

/* the world */
#define GW_LIMIT_CAMERAS 2000
#define GW_LIMIT_READERS 200
#define GW_LIMIT_PLACES 20000
#define GW_LIMIT_RULES 200
#define GW_LIMIT_TOURS 50
#define GW_LIMIT_RECORDERS 200
#define GW_LIMIT_ZONES_PER_CAMERA 8
#define GW_LIMIT_REFERENCE_BYTES (256 * 1024)
#define GW_LIMIT_STILL_BYTES (256 * 1024)
#define GW_LIMIT_THUMB_BYTES (48 * 1024)
#define GW_LIMIT_CHECKIN_BYTES (512 * 1024) /* a dump of a baton reader, a picture of a code */
#define GW_LIMIT_READER_LINE_BYTES 512
#define GW_LIMIT_READER_CONNECTIONS 64
#define GW_LIMIT_CSV_ROWS 20000
