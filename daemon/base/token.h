#pragma once
#include "daemon/base/types.h"

/* Random names and their shapes.  Thread: any.  Returned strings are the caller's. */

char *gw_token_new(void);                /* 256 random bits as 43 characters of base64url: session, kiosk and source tokens */
char *gw_uuid_new(void);                 /* version 4, lower case */
gboolean gw_uuid_is_valid(const char *s); /* 8-4-4-4-12 hex digits; NULL is not */

/* BLAKE2b-256 of bytes as 64 lower-case hex digits: how tokens are stored and files are named. */
#define GW_HASH_BYTES 32
#define GW_HASH_HEX 64
char *gw_hash_hex(gconstpointer data, gsize bytes);
gboolean gw_hash_hex_is_valid(const char *s);

/* What people read out over the radio: "A-20261121-0457", the n-th of its local day. */
char *gw_code_name(char letter, GwUsec at_us, int n);
