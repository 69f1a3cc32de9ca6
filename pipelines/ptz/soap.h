#pragma once
#include "daemon/base/types.h"

/* What is sent to an ONVIF device: SOAP 1.2 with a UsernameToken (WS-Security, password as digest), so that
 * the password itself never travels.  Pure but for the random nonce.  Thread: any.  Strings are the caller's.
 */

/* NULL user: no security header. */
typedef struct GwSoapWho {
  const char *user, *password;
  GwUsec at_us; /* what the device takes for now: it refuses tokens of another time */
} GwSoapWho;

char *gw_soap_services(const GwSoapWho *who);
char *gw_soap_capabilities(const GwSoapWho *who);
char *gw_soap_time(void); /* is answered to anybody */
char *gw_soap_profiles(const GwSoapWho *who);
char *gw_soap_presets(const GwSoapWho *who, const char *profile);
char *gw_soap_goto(const GwSoapWho *who, const char *profile, const char *preset);

/* Base64(SHA-1(nonce + created + password)), as the UsernameToken Profile 1.0 says. */
char *gw_soap_digest(const guint8 *nonce, gsize bytes, const char *created, const char *password);
