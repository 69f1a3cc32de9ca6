// One HTTP request on node's own client, with a CA of our own when there is one. (fetch in Node 18 takes no CA.)
import http from 'node:http';
import https from 'node:https';

/** Resolves to {status, headers, body: Buffer}; rejects only when there was no answer. */
export function request(url, { method = 'GET', headers = {}, body, ca, timeoutMs = 15000 } = {}) {
  const to = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = (to.protocol === 'https:' ? https : http).request(to, {
      method, ca, agent: false, timeout: timeoutMs,
      headers: { ...headers, ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }) },
    }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
      response.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error(`${to.host}${to.pathname} did not answer within ${timeoutMs} ms`)));
    sent.on('error', reject);
    sent.end(body);
  });
}
