#include <stddef.h>
#include <stdint.h>
#include "daemon/wire/command.h"
#include "daemon/wire/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* Whatever a browser may send: decode it, then hold it against the command table. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  GwMessage m;
  if (gw_message_decode((const char *)data, bytes, &m, NULL) && m.kind == GW_MESSAGE_COMMAND)
    (void)gw_command_check(m.command, GW_ROLE_OPERATOR, m.args, NULL);
  gw_message_clear(&m);
  return 0;
}
