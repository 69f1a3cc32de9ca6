// A program under test or of the farm: started, listened to, waited for, ended with everything it started.
import { spawn } from 'node:child_process';

/** Whom the product runs as when we are root, because the daemon refuses to be: nobody. Else ourselves. */
export const ordinary = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

export class Program {
  #lines = []; #waiting = new Set();
  exited = null;

  constructor(name, path, args, { env, cwd, input, uid, gid } = {}) {
    this.name = name;
    this.child = spawn(path, args, { cwd, uid, gid, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    if (input !== undefined) this.child.stdin.end(input);
    this.child.stdin.on('error', () => {});
    for (const stream of [this.child.stdout, this.child.stderr]) this.#read(stream);
    this.done = new Promise((resolve) => {
      this.child.once('error', (error) => { this.#take(String(error)); this.#end({ code: 127, signal: null }, resolve); });
      this.child.once('close', (code, signal) => this.#end({ code, signal }, resolve));
    });
  }

  get pid() { return this.child.pid; }
  get output() { return this.#lines.join('\n'); }

  #end(how, resolve) {
    this.exited = how;
    for (const waiter of this.#waiting) waiter(null);
    resolve(how);
  }

  #take(line) {
    this.#lines.push(line);
    if (this.#lines.length > 5000) this.#lines.shift();
    if (process.env.GW_VERBOSE) console.error(`[${this.name}] ${line}`);
    for (const waiter of this.#waiting) waiter(line);
  }

  #read(stream) {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) this.#take(line);
    });
    stream.on('end', () => { if (rest) this.#take(rest); });
  }

  /** Resolves to the first line for which `match` answers something true, or to that answer. */
  waitForLine(match, { timeoutMs = 15000, what = String(match) } = {}) {
    const test = match instanceof RegExp ? (line) => match.exec(line) : match;
    for (const line of this.#lines) { const found = test(line); if (found) return Promise.resolve(found); }
    return new Promise((resolve, reject) => {
      const give = (settle, value) => { clearTimeout(timer); this.#waiting.delete(waiter); settle(value); };
      const timer = setTimeout(() => give(reject, new Error(`${this.name}: waited ${timeoutMs} ms for ${what}\n${this.output.slice(-2000)}`)), timeoutMs);
      const waiter = (line) => {
        if (line === null) give(reject, new Error(`${this.name} ended (${JSON.stringify(this.exited)}) before ${what}\n${this.output.slice(-2000)}`));
        else { const found = test(line); if (found) give(resolve, found); }
      };
      this.#waiting.add(waiter);
    });
  }

  kill(signal = 'SIGTERM') { if (!this.exited) this.child.kill(signal); return this.done; }

  /** Politely, then not. */
  async stop(graceMs = 6000) {
    if (this.exited) return this.exited;
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), graceMs);
    const how = await this.done;
    clearTimeout(timer);
    return how;
  }
}

/** Runs to its end; rejects with what it said when it failed. */
export async function run(name, path, args, options) {
  const program = new Program(name, path, args, options), { code, signal } = await program.done;
  if (code !== 0) throw Object.assign(new Error(`${name} ${args.join(' ')}: ${signal ?? `exit status ${code}`}\n${program.output}`), { code, output: program.output });
  return program.output;
}
