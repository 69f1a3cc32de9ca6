// What a simulated patrol does with a ticket: accept (or say that it cannot), go, arrive, say first words, close.
import { within } from './dice.mjs';
import { metresBetween } from './walk.mjs';

const OPEN = ['DISPATCHED', 'ACCEPTED', 'EN_ROUTE', 'ON_SCENE', 'HANDLING'];
/** Milliseconds from a state's beginning until the person acts on it. */
const REACT_MS = { DISPATCHED: [4000, 10000], ACCEPTED: [1500, 4000], EN_ROUTE: [0, 0], ON_SCENE: [2000, 5000], HANDLING: [12000, 25000] };

const FIRST_WORDS = ['已到现场，正在查看', '人已找到，正在处理', '现场已看住', '正在劝离'];
const RESULTS = {
  fall: ['real_helped', '老人已扶起，无外伤，家属已到'], fire: ['real_helped', '电动车冒烟，已断电扑灭'], violence: ['real_helped', '双方已劝开'], sos: ['real_helped', '队员平安'],
  person_in_difficulty: ['real_helped', '已送回家'], fire_lane: ['moved', '车主已挪车，通道畅通'], intrusion: ['false_alarm', '是本楼住户，已核实'],
  parking: ['moved', '已劝离'], dumping: ['fixed', '已清理'], facility: ['fixed', '已修复'], order: ['moved', '已劝散'],
};

export class TicketWork {
  #phone; #seen = { key: '', actAt: 0 };

  constructor(phone) { this.#phone = phone; }

  /** Takes one step on this unit's ticket; false when there is none. */
  async step(now) {
    const ticket = this.#phone.view.all('ticket').filter(({ unit_id: unit, state }) => unit === this.#phone.unitId && OPEN.includes(state)).sort((a, b) => a.priority - b.priority)[0];
    if (!ticket) return false;
    const key = `${ticket.id}:${ticket.state}`;
    if (key !== this.#seen.key) this.#seen = { key, actAt: now + within(REACT_MS[ticket.state]) / this.#phone.pace };
    if (now < this.#seen.actAt) return true;
    const done = await this[`do${ticket.state}`](ticket, now);
    if (!done) this.#seen.actAt = Date.now() + 5000; // refused or not there yet: look again soon
    return true;
  }

  doDISPATCHED({ id, priority }) {
    if (priority > 1 && Math.random() < this.#phone.declines) return this.#phone.say('ticket.decline', { ticket_id: id, reason: 'busy', words: '正在处理居民求助，走不开' });
    return this.#phone.say('ticket.accept', { ticket_id: id });
  }

  doACCEPTED(ticket, now) {
    this.#isThere(ticket, now); // sets out
    return this.#phone.say('ticket.en_route', { ticket_id: ticket.id });
  }

  async doEN_ROUTE(ticket, now) {
    if (!this.#isThere(ticket, now)) return this.#walkOn(now);
    return this.#phone.say('ticket.arrive', { ticket_id: ticket.id, ...this.#phone.position, proof: 'geofence' });
  }

  doON_SCENE({ id }) {
    return this.#phone.say('ticket.note', { ticket_id: id, words: FIRST_WORDS[id % FIRST_WORDS.length] });
  }

  async doHANDLING(ticket, now) {
    if (!this.#isThere(ticket, now)) return this.#walkOn(now); // somebody else had the unit, and left it elsewhere
    const { id, category } = ticket, [result, words] = RESULTS[category] ?? ['fixed', '已处理'], photo = await this.#phone.takePhoto();
    const closed = await this.#phone.say('ticket.close_request', { ticket_id: id, result, photos: [photo], words, ...this.#phone.position });
    if (closed) this.#phone.handled++;
    return closed;
  }

  /** Whether the walker stands where the ticket is; it walks there when it does not. */
  #isThere({ lat, lon, place_id: place }, now) {
    const { walker } = this.#phone, to = lat === null ? this.#middleOf(place) : { lat, lon };
    if (to && metresBetween(walker.goal, to) > 1) walker.goTo(to, now);
    return walker.arrived(now);
  }

  /** Nothing to say yet; look again with the next step. */
  #walkOn(now) {
    this.#seen.actAt = now;
    return true;
  }

  #middleOf(placeId) {
    const place = placeId === null ? null : this.#phone.view.get('place', placeId);
    return place?.lat == null ? null : { lat: place.lat, lon: place.lon };
  }
}
