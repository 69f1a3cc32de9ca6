// ./bench vision: what it costs to look at a keyframe of each of 293 cameras every ten seconds, above receiving them; then with
// twenty cameras that are suspected or looked at every two seconds. The cost of one keyframe stands beside, by codec and size.
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { at, cpuPercent, figure, metric, say, sleep, Watched } from './measure.mjs';
import { connectWebSocket } from '../farm/lib/ws.mjs';
import { places } from '../farm/lib/center.mjs';

const clips = process.env.GW_BENCH_CLIPS, quick = process.env.GW_BENCH_QUICK === '1';
const N = 293, SUSPECTED = 20, SETTLE_S = quick ? 15 : 150, MEASURE_S = quick ? 15 : 60;
const bench = (...args) => figure('vision', ...args);

/** The ages at which pictures of cameras were replaced by newer ones, over `seconds`, as the gauges of the feed tell. */
async function lookIntervals(view, seconds) {
  const newest = new Map(), intervals = [];
  const take = (message) => {
    for (const { id, look_age_ms: age } of message.cameras) {
      if (age === null) continue;
      const at = performance.now() - age, before = newest.get(id);
      if (before !== undefined && at - before < 500) continue; /* the same picture */
      if (before !== undefined) intervals.push((at - before) / 1000);
      newest.set(id, at);
    }
  };
  view.link.on('gauges', take);
  await sleep(seconds * 1000);
  view.link.off('gauges', take);
  /* whoever was not looked at any more counts with the wait so far */
  for (const at of newest.values()) if (performance.now() - at > 12000) intervals.push((performance.now() - at) / 1000);
  return { intervals, cameras: newest.size };
}

/** Looks at these cameras as a page does; each of their keyframes is decoded, and the clip has one every two seconds. */
async function watchStills(session, ids) {
  const { url, headers } = session.socketTarget('/ws/media'), ws = await connectWebSocket(url, { protocol: 'gridwarden.media.v1', headers });
  ws.send(JSON.stringify({ type: 'watch', cameras: ids }));
  return ws;
}

async function cost(options, { watched = 0 } = {}) {
  const w = await Watched.open({ n: N, clips: [join(clips, '1080p15-1m.h264')], farm: ['--one-send-per-packet'], options });
  try {
    await sleep(SETTLE_S * 1000); /* references are learned, exposure of budgets is over */
    if (watched > 0) {
      const ids = w.view.all('camera').slice(0, watched).map((c) => c.id);
      w.media = await watchStills(w.session, ids);
      await sleep(5000);
    }
    const before = metric(await w.metrics(), 'gridwarden_worker_looks_total'), workers = await w.workers();
    const [cpu, looks] = await Promise.all([cpuPercent({ workers, daemon: [w.daemon] }, MEASURE_S), lookIntervals(w.view, MEASURE_S)]);
    const done = metric(await w.metrics(), 'gridwarden_worker_looks_total') - before;
    return { cpu, ...looks, perSecond: done / MEASURE_S };
  } finally {
    w.media?.close();
    await w.close();
  }
}

async function main() {
  say('293 cameras, no looks');
  const blind = await cost({ 'eyes.looks_per_s': '0' });
  say('293 cameras, each every ten seconds');
  const seeing = await cost({});
  say(`293 cameras, ${SUSPECTED} of them every two seconds`);
  const suspecting = await cost({}, { watched: SUSPECTED });
  bench('cpu_percent_of_core_293', seeing.cpu.workers - blind.cpu.workers, '%');
  bench('cpu_percent_of_core_293_20_suspected', suspecting.cpu.workers - blind.cpu.workers, '%');
  bench('cpu_percent_of_core_293_ingest_alone', blind.cpu.workers, '%');
  bench('look_interval_p99_s', at(seeing.intervals, 0.99), 's');
  bench('look_interval_p99_s_20_suspected', at(suspecting.intervals, 0.99), 's');
  bench('cameras_looked_at', seeing.cameras, 'cameras');
  bench('looks_per_s', seeing.perSecond, '1/s');
  bench('looks_per_s_20_suspected', suspecting.perSecond, '1/s');
  bench('daemon_cpu_percent_of_core_293', seeing.cpu.daemon, '%');
  const of = (codec, name) => [codec, join(clips, name)];
  const keyframes = spawnSync(join(places().farm, '../bench/bench_keyframe'), [...of('h264', '1080p15-1m.h264'), ...of('h264', '1080p25-4m.h264'), ...of('h265', '1080p15-1m-h265.h265'), ...of('h265', '1080p25-4m-h265.h265'), ...of('h264', 'low.h264')], { encoding: 'utf8' });
  if (keyframes.status === 0) for (const line of keyframes.stdout.trim().split('\n')) {
    const k = JSON.parse(line), kilobytes = Math.round(k.keyframe_bytes / 1000);
    bench(`keyframe_cpu_ms_${k.codec}_${k.width}x${k.height}_${kilobytes}_kb`, k.value, 'ms');
  }
  else say(`the cost of a keyframe could not be measured: ${keyframes.stderr}`);
}
main().catch((error) => { console.error(`bench vision: ${error.message}`); process.exitCode = 1; });
