// A patrol's phone, played: it shows that it is there, walks, proves receipt, accepts, arrives, closes with a photo,
// walks its rounds and checks in. When a person logs in as the same unit it lets go, and comes back later.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { login } from './client.mjs';
import { oneOf, within } from './dice.mjs';
import { somePhoto } from './jpeg.mjs';
import { RoundWalk } from './phone-round.mjs';
import { TicketWork } from './phone-ticket.mjs';
import { Walker, waysOf } from './walk.mjs';

const TICK_MS = 1000, POSITION_EVERY_MS = 5000, PRESENCE_EVERY_MS = [6500, 9000], FOREIGN_FRESH_MS = 15000, BACK_AFTER_MS = 60000;
const METRES_PER_SECOND = { foot: 1.6, ebike: 4 };

export class Phone {
  #timer = null; #busy = false; #positionAt = 0; #presenceAt = 0; #foreignAt = -Infinity; #receipts = new Map();

  /** `where`: {base, ca}. `tags`: Map of checkpoint code -> tag. `photos`: a directory of JPEGs. `home`: {lat, lon}. */
  constructor({ where, name, password, tags = new Map(), photos, home, declines = 0, pace = 1, log = () => {} }) {
    Object.assign(this, { where, name, password, tags, home, declines, pace, log });
    this.device = `模拟手机 ${name}`;
    this.photos = photos && existsSync(photos) ? readdirSync(photos).filter((file) => file.endsWith('.jpg')).map((file) => join(photos, file)) : [];
    this.letGo = false;
    this.handled = 0;
  }

  async start() {
    this.session = await login(this.where, this.name, this.password);
    this.link = await this.session.link({ reconnect: true });
    this.unitId = this.link.hello.user.unit_id;
    this.view = await this.link.follow(`unit:${this.unitId}`);
    const { lat, lon, travel, on_duty: onDuty } = this.unit;
    this.walker = new Walker(waysOf(this.view.all('place')), lat === null ? this.home : { lat, lon }, METRES_PER_SECOND[travel] * this.pace);
    this.tickets = new TicketWork(this);
    this.rounds = new RoundWalk(this);
    this.link.on('end', ({ reason }) => { this.log(`${this.name}: ended by the center: ${reason}`); this.stop(); });
    if (!onDuty) await this.link.command('unit.duty', { on: true });
    this.#timer = setInterval(() => { this.#tick().catch((error) => this.log(`${this.name}: ${error.message}`)); }, TICK_MS);
    return this;
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
    this.link?.close();
  }

  get unit() { return this.view.get('unit', this.unitId); }
  get isRunning() { return this.#timer !== null; }

  /** Where it is, as a phone's receiver would say it. */
  get position() {
    const { lat, lon } = this.walker.at(Date.now()), blur = () => (Math.random() - 0.5) * 4e-5;
    return { lat: Number((lat + blur()).toFixed(6)), lon: Number((lon + blur()).toFixed(6)), accuracy_m: Math.round(within([4, 12])) };
  }

  /** One command; a refusal is logged and told by false, because the world may have moved on meanwhile. */
  async say(command, args) {
    try {
      return await this.link.command(command, args);
    } catch (error) {
      this.log(`${this.name}: ${error.message}`);
      return false;
    }
  }

  /** A picture of the scene, uploaded: its hash. */
  async takePhoto() {
    const picture = this.photos.length ? readFileSync(oneOf(this.photos)) : somePhoto();
    return (await this.session.upload(picture)).hash;
  }

  sos(words) { return this.say('sos.raise', { ...this.position, ...(words ? { words } : {}) }); }

  async #tick() {
    if (this.#busy || !this.link.connected) return;
    this.#busy = true;
    try {
      if (this.#hasLetGo(Date.now())) return;
      await this.#showUp(Date.now());
      await this.#proveReceipt(Date.now());
      if (!await this.tickets.step(Date.now())) await this.rounds.step(Date.now());
    } finally {
      this.#busy = false;
    }
  }

  /** Another device showed itself for this unit: a person. The simulated phone falls silent until it is gone. */
  #hasLetGo(now) {
    const { presence, presence_at_us: at, device } = this.unit;
    if (device && device !== this.device && presence !== 'none' && now - at / 1000 < FOREIGN_FRESH_MS) this.#foreignAt = now;
    const letGo = now - this.#foreignAt < BACK_AFTER_MS;
    if (letGo !== this.letGo) {
      this.log(letGo ? `${this.name}: somebody else speaks for this unit now` : `${this.name}: takes the unit back`);
      if (letGo) this.walker.stop(now);
      else if (this.unit.lat !== null) this.walker = new Walker(this.walker.ways, { lat: this.unit.lat, lon: this.unit.lon }, this.walker.metresPerSecond);
    }
    this.letGo = letGo;
    return letGo;
  }

  /**
   * A page says every 5 s that it can be seen, and the center writes that down at most every 5 s. This one says it less
   * often and never in step, so that a person's device is written too, and seen here.
   */
  async #showUp(now) {
    if (now >= this.#presenceAt) {
      this.#presenceAt = now + within(PRESENCE_EVERY_MS);
      await this.say('unit.presence', { visible: true, device: this.device });
    }
    if (now - this.#positionAt < POSITION_EVERY_MS) return;
    this.#positionAt = now;
    await this.say('unit.position', { ...this.position, device_at_us: now * 1000 });
  }

  /** Delivered as soon as it is here, read when the person has looked. */
  async #proveReceipt(now) {
    for (const { id, state } of this.view.all('outbox')) {
      const lookAt = this.#receipts.get(id);
      if (['QUEUED', 'SENDING', 'ACCEPTED', 'UNKNOWN'].includes(state) && !lookAt) {
        this.#receipts.set(id, now + within([1000, 3000]));
        await this.say('outbox.receipt', { outbox_id: id, state: 'delivered' });
      } else if (state === 'DELIVERED' && now >= (lookAt ?? 0)) {
        this.#receipts.set(id, Infinity);
        await this.say('outbox.receipt', { outbox_id: id, state: 'read' });
      }
    }
  }
}
