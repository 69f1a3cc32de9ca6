/** A refusal of the center: `code` from its one list, and the sentence a person can act on. */
export class CommandError extends Error {
  constructor(command, reply, status) {
    super(`${command}: ${reply.code}${reply.sentence_en ? `: ${reply.sentence_en}` : ''}`);
    this.name = 'CommandError';
    this.command = command;
    this.code = reply.code;
    this.reply = reply;
    this.status = status;
  }
}
