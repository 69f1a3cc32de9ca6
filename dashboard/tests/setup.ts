// Node 18 keeps the browser's `crypto` in a module; from 19 on it is a global.
import { webcrypto } from 'node:crypto';

if (!globalThis.crypto) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
