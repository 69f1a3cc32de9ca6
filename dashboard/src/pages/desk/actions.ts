// What the operator does, each one command. What would do nothing is refused here with its sentence; the daemon
// decides all the rest.

import type { CommandName, Commands } from '@/generated/commands';
import type { Camera, MessageReply } from '@/generated/objects';
import { feed, send } from '@/feed/live';
import { Refusal } from '@/feed/refusal';
import { locale, t } from '@/i18n';
import { say, sayError } from '@/ui/notice';
import { handOf, whyNotAck, whyNotDispatch, whyNotDispose, whyNotRecall, type Refused } from './model';
import type { Desk, Saying } from './state';

export const DISPOSITIONS = ['real', 'false', 'test', 'duplicate'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];
const UNDER_HAND_MS = 300;
/** A camera's memory holds ten seconds: a little less, so that the way there does not cost the beginning. */
const CLIP_BEFORE_US = 9e6;
const CLIP_AFTER_US = 20e6;

export function refuse(why: Refused): false {
  sayError(new Refusal({ code: why, sentence_zh: t(`desk.refused.${why}`), sentence_en: t(`desk.refused.${why}`) }));
  return false;
}

/** What was seen when the key was pressed: its rev, and whether it still is what was seen. */
interface Seen {
  rev: number;
  still: () => boolean;
}

/** A counter or a picture may have come in between: what the operator saw is still so, and he is not asked twice. */
async function sendSeen<C extends CommandName>(command: C, args: Commands[C], seen?: Seen): Promise<MessageReply> {
  if (!seen) return send(command, args);
  try {
    return await send(command, args, { ifRev: seen.rev });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'changed' && seen.still()) return send(command, args);
    throw error;
  }
}

/** What the center has to say beside "done": nobody was free, the lead was told. */
function sentenceOf(reply: MessageReply): string {
  const result = (reply.result ?? {}) as { sentence_zh?: string; sentence_en?: string };
  return (locale.value === 'zh-CN' ? result.sentence_zh : result.sentence_en) ?? '';
}

/** Once at a time: a second press while the first is on its way is the same press. */
const running = new Set<string>();

async function once<C extends CommandName>(key: string, command: C, args: Commands[C], done: string, seen?: Seen): Promise<boolean> {
  if (running.has(key)) return false;
  running.add(key);
  try {
    const reply = await sendSeen(command, args, seen);
    say(sentenceOf(reply) || done);
    return true;
  } catch (error) {
    sayError(error);
    return false;
  } finally {
    running.delete(key);
  }
}

export class Actions {
  constructor(private readonly desk: Desk) {}

  private seen(rev: number): Seen {
    const hand = () => handOf(this.desk.alert.value, this.desk.ticket.value);
    const then = hand();
    return { rev, still: () => hand() === then };
  }

  /** False, and said, when what a key acts on changed by itself in the last 300 ms. */
  steady(offer = false): boolean {
    return performance.now() - this.desk.changedMs(offer) >= UNDER_HAND_MS || refuse('changed');
  }

  async ack(): Promise<boolean> {
    const alert = this.desk.alert.value;
    const why = whyNotAck(alert);
    if (why || !alert) return refuse(why ?? 'none');
    return once(`ack${alert.id}`, 'alert.ack', { alert_id: alert.id }, t('desk.done.ack'), this.seen(alert.rev));
  }

  /** `n` 1–4: that candidate; 0: the first. */
  async dispatch(n: number): Promise<boolean> {
    const { alert, ticket, candidates } = this.desk;
    const why = whyNotDispatch(alert.value, ticket.value);
    if (why) return refuse(why);
    const chosen = n === 0 ? candidates.value[0] : candidates.value[n - 1];
    if (n > 0 && !chosen) return refuse('no_candidate');
    const unit = chosen ? { unit_id: chosen.unit_id } : {};
    const done = chosen ? t('desk.done.dispatch', { unit: chosen.name }) : t('desk.done.sent');
    if (ticket.value?.state === 'FILED') return once(`send${ticket.value.id}`, 'ticket.dispatch', { ticket_id: ticket.value.id, ...unit }, done, this.seen(ticket.value.rev));
    const a = alert.value;
    if (!a) return refuse('none');
    return once(`dispatch${a.id}`, 'alert.dispatch', { alert_id: a.id, ...unit }, done, this.seen(a.rev));
  }

  async dispose(disposition: Disposition, words?: string): Promise<boolean> {
    const alert = this.desk.alert.value;
    const why = whyNotDispose(alert);
    if (why || !alert) return refuse(why ?? 'none');
    this.desk.disposing.value = false;
    const args = { alert_id: alert.id, disposition, ...(words ? { words } : {}) };
    return once(`dispose${alert.id}`, 'alert.dispose', args, t('desk.done.dispose', { what: t(`common.disposition.${disposition}`) }), this.seen(alert.rev));
  }

  async recall(): Promise<boolean> {
    const ticket = this.desk.ticket.value;
    const why = whyNotRecall(ticket, feed.clock.nowUs());
    if (why || !ticket) return refuse(why ?? 'no_ticket');
    return once(`recall${ticket.id}`, 'ticket.recall', { ticket_id: ticket.id }, t('desk.done.recall'));
  }

  /** A step of the unit's, heard by radio or telephone. */
  async onBehalf(step: Saying, channel: 'radio' | 'phone', words: string, more: { result?: Commands['ticket.close_request']['result']; reason?: Commands['ticket.decline']['reason'] } = {}): Promise<boolean> {
    const ticket = this.desk.ticket.value;
    if (!ticket) return refuse('no_ticket');
    const ticket_id = ticket.id;
    const key = `${step}${ticket_id}`;
    if (step === 'close' || step === 'rework') return once(key, 'ticket.check', { ticket_id, verdict: step, ...(words ? { words } : {}) }, t(`desk.done.${step}`));
    if (step === 'note') return once(key, 'ticket.note', { ticket_id, words }, t('desk.done.note'));
    if (ticket.unit_id === null) return refuse('no_ticket');
    const behalf = { unit_id: ticket.unit_id, channel, words };
    const done = t('desk.done.behalf', { step: t(`desk.step.${step}`) });
    switch (step) {
      case 'accept':
        return once(key, 'ticket.accept', { ticket_id, behalf }, done);
      case 'en_route':
        return once(key, 'ticket.en_route', { ticket_id, behalf }, done);
      case 'arrive':
        return once(key, 'ticket.arrive', { ticket_id, proof: 'words', behalf }, done);
      case 'decline':
        return once(key, 'ticket.decline', { ticket_id, reason: more.reason ?? 'other', words, behalf }, done);
      case 'close_request':
        return once(key, 'ticket.close_request', { ticket_id, result: more.result ?? 'real_helped', words, behalf }, done);
    }
  }

  async openIncident(args: Commands['incident.open']): Promise<boolean> {
    if (running.has('incident')) return false;
    running.add('incident');
    try {
      const reply = await send('incident.open', args);
      const result = (reply.result ?? {}) as { alert_id?: number | null; code?: string };
      if (!result.alert_id) {
        say(t('desk.done.no_alert'));
        return true;
      }
      // The operator opened it: this is his own hand that moves the selection.
      this.desk.tab.value = 'all';
      this.desk.select(result.alert_id);
      say(t('desk.done.incident', { code: result.code ?? '' }));
      return true;
    } catch (error) {
      sayError(error);
      return false;
    } finally {
      running.delete('incident');
    }
  }

  /** What the shown camera showed a moment ago and will show, kept with the alert: at once, from its memory. */
  async saveClip(): Promise<boolean> {
    const { alert, camera } = this.desk;
    const shown = camera.value;
    if (!shown) return refuse('no_camera');
    const now = feed.clock.nowUs();
    const args = { camera_id: shown.id, from_us: now - CLIP_BEFORE_US, to_us: now + CLIP_AFTER_US, ...(alert.value ? { alert_id: alert.value.id } : {}) };
    return once(`clip${shown.id}`, 'clip.ask', args, t('live.clip.saving', { code: shown.code, before: CLIP_BEFORE_US / 1e6, after: CLIP_AFTER_US / 1e6 }));
  }

  pin(spot: 1 | 2, camera: Camera): Promise<boolean> {
    return once(`spot${spot}`, 'spot.pin', { spot, camera_id: camera.id }, t('live.spot.done_pin', { n: spot, code: camera.code }));
  }

  release(spot: 1 | 2): Promise<boolean> {
    return once(`spot${spot}`, 'spot.release', { spot }, t('live.spot.done_release', { n: spot }));
  }

  /** Takes the oldest P1 that waits: key Home, or a tap on the banner. */
  takeWaiting(): void {
    const first = this.desk.waiting.value[0];
    if (!first) return;
    this.desk.tab.value = 'all';
    this.desk.select(first.id);
  }
}
