// The operator of the demo's desk, who works only while no person does: so that the wall alone shows the whole chain.
import { within } from './dice.mjs';

const TICK_MS = 1000, PERSON_MS = 90000, AGAIN_MS = 20000;
const ACK_MS = { 1: [4000, 8000], 2: [6000, 12000], 3: [10000, 25000], 4: [20000, 40000] };
const NEEDS_A_UNIT = ['reported', 'sos', 'observed', 'camera_fault'];
/** What an operator does at the desk; an administrator who adds a reader does not sit there. */
const DESK_EVENT = /^(alert|ticket|incident|watch)\./;
const CLOSED = ['CLOSED', 'REJECTED', 'MERGED', 'CANCELLED'];
const WORDS = { point_missed: '已电话核实，队伍绕行', round_not_started: '已催促出发' };

export class SimulatedDesk {
  #timer = null; #busy = false; #due = new Map(); #personAt = -Infinity;

  /**
   * `view`: the desk, on a link of the simulated operator. `lead`: the link of a simulated shift lead, for what only a
   * lead decides. `isPerson(actor)`: an operator who is not simulated.
   */
  constructor({ view, lead, isPerson, log = () => {} }) {
    Object.assign(this, { view, lead, isPerson, log });
    view.on('change', (put) => {
      for (const object of put) if (object.type === 'event' && DESK_EVENT.test(object.kind) && isPerson(object.actor) && Date.now() - object.at_us / 1000 < PERSON_MS) this.personActed(object.at_us / 1000);
    });
  }

  start() {
    this.#timer = setInterval(() => { this.#tick().catch((error) => this.log(`desk: ${error.message}`)); }, TICK_MS);
    return this;
  }

  stop() { clearInterval(this.#timer); }

  /** Somebody sits there now: hands off until nothing came from him for ninety seconds. */
  personActed(at = Date.now()) { this.#personAt = Math.max(this.#personAt, at); }

  get isIdle() { return Date.now() - this.#personAt < PERSON_MS; }

  async #tick() {
    if (this.#busy || this.isIdle || !this.view.link.connected) return;
    this.#busy = true;
    try {
      for (const alert of this.view.all('alert')) await this.#onAlert(alert);
      for (const ticket of this.view.all('ticket')) await this.#onTicket(ticket);
    } finally {
      this.#busy = false;
    }
  }

  /** TRUE once the time for this has come: first after a person's delay, then again every twenty seconds. */
  #isTime(what, delayMs) {
    const now = Date.now();
    if (!this.#due.has(what)) this.#due.set(what, now + within(delayMs));
    if (now < this.#due.get(what)) return false;
    this.#due.set(what, now + AGAIN_MS);
    return true;
  }

  async #say(command, args, link = this.view.link) {
    try {
      await link.command(command, args);
      return true;
    } catch (error) {
      this.log(`desk: ${error.message}`);
      return false;
    }
  }

  async #onAlert({ id, state, priority, disposition, rule_kind: rule, ticket_id: ticketId }) {
    if (disposition) return; // what remains is for the world to end
    if (state === 'UNACKED' && this.#isTime(`ack ${id}`, ACK_MS[priority])) {
      if (!NEEDS_A_UNIT.includes(rule) || !await this.#say('alert.dispatch', { alert_id: id })) await this.#say('alert.ack', { alert_id: id });
    } else if (state === 'RETURNED' && this.#isTime(`returned ${id}`, [5000, 15000])) {
      await this.#dispose(id, '已自行恢复');
    } else if (state === 'ACKED' && !ticketId && this.#isTime(`acked ${id}`, [8000, 16000])) {
      if (!NEEDS_A_UNIT.includes(rule) || !await this.#say('alert.dispatch', { alert_id: id })) await this.#dispose(id, WORDS[rule] ?? '已核实');
    } else if (state === 'ACKED' && CLOSED.includes(this.view.get('ticket', ticketId)?.state) && this.#isTime(`handled ${id}`, [2000, 5000])) {
      await this.#dispose(id, '已处置');
    }
  }

  /** A team that could take this ticket: maintenance for facilities, volunteers for no P1, anybody else for the rest. */
  #someoneIsFree(kind, priority) {
    return this.view.all('unit').some((unit) => unit.on_duty && !unit.ticket_id && (unit.kind === 'maintenance') === (kind === 'F') && (unit.kind !== 'volunteer' || priority > 1));
  }

  #dispose(id, words) { return this.#say('alert.dispose', { alert_id: id, disposition: 'real', words }); }

  async #onTicket({ id, kind, priority, state, needs_lead: needsLead }) {
    if (state === 'REPORTED' && this.#isTime(`file ${id}`, [5000, 10000])) await this.#say('ticket.file', { ticket_id: id });
    else if (state === 'FILED' && this.#someoneIsFree(kind, priority) && this.#isTime(`dispatch ${id}`, [3000, 8000])) await this.#say('ticket.dispatch', { ticket_id: id }, needsLead ? this.lead : this.view.link);
    else if (state === 'CLOSE_REQ' && this.#isTime(`check ${id}`, [6000, 15000])) {
      const isGood = Math.random() > 0.06;
      await this.#say('ticket.check', { ticket_id: id, verdict: isGood ? 'close' : 'rework', words: isGood ? '照片清楚' : '照片看不清门牌，请补拍' });
    }
  }
}
