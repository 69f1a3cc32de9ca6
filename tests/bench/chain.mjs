// ./bench chain: how long from an observation that the daemon received until the last of 50 clients has parsed the patch
// that shows it, with 12 cameras live; beside it the fsync of the same disk, measured in the same run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cameras } from '../farm/lib/cameras.mjs';
import { Center, places } from '../farm/lib/center.mjs';
import { at, figure } from './measure.mjs';
import { addBoxes, desks, observe } from './observe.mjs';

const CLIENTS = 50, CAMERAS = 12, REPORTS = 300, dir = mkdtempSync(join(process.env.GW_BENCH_DIR ?? tmpdir(), 'gridwarden-bench-'));

async function main() {
  const where = places(), cameras = await Cameras.start({ program: join(where.farm, 'gwfarm-cameras'), clips: where.clips, n: CAMERAS });
  const center = await Center.make(dir);
  try {
    await center.cli(['init']);
    await center.loadDemo({ cameras: CAMERAS, rtspPort: cameras.port });
    const boxes = await addBoxes(center);
    await center.start();
    const views = await desks(await center.login('operator'), CLIENTS);
    await views[0].waitFor((v) => v.all('camera').filter((c) => c.state === 'live').length === CAMERAS, { what: 'twelve live cameras', timeoutMs: 60000 });
    const { times, syncs } = await observe(center, boxes, views, REPORTS, 'bench');
    figure('chain', 'observation_to_client_p50_ms', at(times, 0.5), 'ms');
    figure('chain', 'observation_to_client_p99_ms', at(times, 0.99), 'ms', ['fsync_p99_ms', at(syncs, 0.99)]);
    figure('chain', 'fsync_p99_ms', at(syncs, 0.99), 'ms');
    for (const view of views) view.link.close();
  } finally {
    await center.stop();
    await cameras.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
main().catch((error) => { console.error(`bench chain: ${error.message}`); process.exitCode = 1; });
