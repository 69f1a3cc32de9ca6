// How a simulated patrol walks its rounds: sets out when one is open, goes from point to point, checks in within
// each window; between rounds it strolls from point to point.
import { randomUUID } from 'node:crypto';
import { oneOf } from './dice.mjs';
import { metresBetween } from './walk.mjs';

const TRY_AGAIN_MS = 30000, AT_POINT_M = 15;

export class RoundWalk {
  #phone; #tried = new Map();

  constructor(phone) { this.#phone = phone; }

  async step(now) {
    const round = this.#current(now);
    if (!round) { this.#stroll(now); return; }
    if (round.state === 'OPEN') {
      if (this.#mayTry(`start ${round.id}`, now)) await this.#phone.say('round.start', { round_id: round.id });
      return;
    }
    const point = round.points.find(({ state, to_us: to }) => state === 'DUE' && to / 1000 > now);
    if (point) await this.#goTo(point, now);
  }

  #current(now) {
    const mine = this.#phone.view.all('round').filter(({ unit_id: unit }) => unit === this.#phone.unitId);
    return mine.find(({ state }) => state === 'STARTED') ?? mine.find(({ state, planned_at_us: at }) => state === 'OPEN' && at / 1000 <= now);
  }

  #mayTry(what, now) {
    if (now - (this.#tried.get(what) ?? -Infinity) < TRY_AGAIN_MS) return false;
    this.#tried.set(what, now);
    return true;
  }

  /** Walks there; once there, and once the window is open, checks in. The simulated hand is never early by much. */
  async #goTo(point, now) {
    const { walker } = this.#phone, to = { lat: point.lat, lon: point.lon };
    if (metresBetween(walker.goal, to) > 1) walker.goTo(to, now);
    const isThere = metresBetween(walker.at(now), to) < AT_POINT_M;
    if (isThere && now >= Math.max(point.from_us / 1000, point.due_at_us / 1000 - 120000) && this.#mayTry(`point ${point.id}`, now)) await this.#checkIn(point, now);
  }

  async #checkIn(point, now) {
    const code = this.#phone.view.get('checkpoint', point.checkpoint_id)?.code, tag = this.#phone.tags.get(code);
    const how = tag ? { method: 'qr', tag } : { method: 'position', checkpoint_id: point.checkpoint_id };
    await this.#phone.say('checkin.submit', { client_id: randomUUID(), ...how, ...this.#phone.position, device_at_us: now * 1000 });
  }

  #stroll(now) {
    const points = this.#phone.view.all('checkpoint'), { walker } = this.#phone;
    if (!walker.arrived(now) || !points.length || !this.#mayTry('stroll', now)) return;
    const { lat, lon } = oneOf(points);
    walker.goTo({ lat, lon }, now);
  }
}
