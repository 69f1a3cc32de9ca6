// Reading the demo community's CSV files: enough of RFC 4180 for what is written there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Rows of a CSV file as objects. */
export function readCsv(file) {
  const records = [];
  let row = [''], quoted = false;
  const text = readFileSync(file, 'utf8');
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted && c === '"' && text[i + 1] === '"') { row[row.length - 1] += '"'; i++; }
    else if (c === '"') quoted = !quoted;
    else if (c === ',' && !quoted) row.push('');
    else if (c === '\n' && !quoted) { records.push(row); row = ['']; }
    else if (c !== '\r') row[row.length - 1] += c;
  }
  if (row.length > 1 || row[0]) records.push(row);
  const [columns, ...rows] = records;
  return rows.map((fields) => Object.fromEntries(columns.map((column, n) => [column, fields[n] ?? ''])));
}

/** What the tags say: checkpoint code -> tag. */
export const tagsOf = (directory) => new Map(readCsv(join(directory, 'checkpoints.csv')).map(({ code, tag }) => [code, tag]));

const clockText = (minutes) => `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/**
 * routes.csv with its times moved so that rounds begin around now: the routes that go around the clock start
 * one, two and three minutes from now, and every forty minutes then. `utcOffsetS`: the center's local time.
 */
export function routesFromNow(text, nowMs, utcOffsetS) {
  const [head, ...lines] = text.trimEnd().split('\n'), columns = head.split(','), at = columns.indexOf('times'), moved = new Map();
  const minute = Math.floor(nowMs / 60000 + utcOffsetS / 60) % 1440;
  const timesOf = (route, times) => {
    if (times.split(';').length < 24) return times;
    if (!moved.has(route)) moved.set(route, moved.size);
    const first = minute + 1 + moved.get(route);
    return Array.from({ length: 36 }, (_, i) => (first + i * 40) % 1440).sort((a, b) => a - b).map(clockText).join(';');
  };
  return `${[head, ...lines.map((line) => { const fields = line.split(','); fields[at] = timesOf(fields[0], fields[at]); return fields.join(','); })].join('\n')}\n`;
}
