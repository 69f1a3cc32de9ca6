// ./bench ingest: what it costs to receive, meter and keep in memory the streams of many cameras, without decoding; the
// whole worker as shipped, under its daemon, against cameras of the farm. Peers receive the same streams in the same run.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cameras } from '../farm/lib/cameras.mjs';
import { places } from '../farm/lib/center.mjs';
import { cpuPercent, descriptorsOf, figure, have, metric, rssKib, say, sleep, threadsOf, until, Watched } from './measure.mjs';

const clips = process.env.GW_BENCH_CLIPS, quick = process.env.GW_BENCH_QUICK === '1';
const SETTLE_S = quick ? 5 : 120, SETTLE_SHORT_S = quick ? 5 : 20, MEASURE_S = quick ? 10 : 60, PEER_S = quick ? 8 : 30;
const NO_LOOKS = { 'eyes.looks_per_s': '0' }, PER_PACKET = ['--one-send-per-packet'];

/** Pictures that the worker counted, of those the farm has sent: the farm is silenced first, so that both have an end. */
async function framesSeen(w) {
  const frames = new Map();
  w.view.link.on('gauges', (message) => { for (const g of message.cameras) frames.set(g.id, g.frames); });
  await w.cameras.tell({ do: 'stall', cameras: 'all' });
  await sleep(2500); /* a stalled camera still has its gauges */
  const seen = [...frames.values()].reduce((sum, n) => sum + n, 0);
  const sent = (await w.cameras.tell({ do: 'count', cameras: 'all' })).cameras.reduce((sum, c) => sum + c.pictures, 0);
  return { seen, sent };
}

/** The worker with `n` cameras of one clip. */
async function ours(name, n, clip, { settleS = SETTLE_SHORT_S, measureS = MEASURE_S, whole = false } = {}) {
  say(`${n} cameras, ${name}`);
  const w = await Watched.open({ n, clips: [join(clips, clip)], farm: PER_PACKET, options: NO_LOOKS });
  try {
    await sleep(settleS * 1000);
    const workers = await w.workers(), cpu = await cpuPercent({ workers, daemon: [w.daemon], farm: [w.cameras.process.pid] }, measureS);
    const text = await w.metrics(), ring = metric(text, 'gridwarden_worker_ring_bytes') / 1024;
    const rss = workers.reduce((sum, pid) => sum + rssKib(pid), 0), threads = workers.reduce((sum, pid) => sum + threadsOf(pid), 0);
    const descriptors = workers.reduce((sum, pid) => sum + descriptorsOf(pid), 0);
    const fallback = w.view.all('camera').filter((c) => c.via === 'rtspsrc').length;
    return { cpu, ring, rss, threads, descriptors, fallback, liveS: w.allLiveS, ...(whole ? await framesSeen(w) : {}) };
  } finally {
    await w.close();
  }
}

// ---- peers: the same streams, received by somebody else ----

async function farmOnly(n, clip) {
  return Cameras.start({ program: join(places().farm, 'gwfarm-cameras'), clips: [join(clips, clip)], n, args: PER_PACKET });
}

/** CPU of children that `start` made, once every camera of the farm has a viewer. */
async function peerCpu(n, clip, start, settleS = 8) {
  const farm = await farmOnly(n, clip);
  let children = [];
  try {
    children = start(farm);
    await until(async () => (await farm.tell({ do: 'count', cameras: 'all' })).cameras.filter((c) => c.viewers > 0).length === n, `${n} viewers`, 60000);
    await sleep(settleS * 1000);
    return { ...(await cpuPercent({ peer: children.map((c) => c.pid) }, PEER_S)), threads: children.reduce((sum, c) => sum + threadsOf(c.pid), 0), rss: children.reduce((sum, c) => sum + rssKib(c.pid), 0) };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await farm.stop();
  }
}

const range = (n) => Array.from({ length: n }, (_, i) => i + 1);
const quiet = { stdio: 'ignore' };

const ffmpegCopy = (n, clip) => peerCpu(n, clip, (farm) => range(n).map((i) => spawn('ffmpeg', ['-nostdin', '-v', 'quiet', '-rtsp_transport', 'tcp', '-i', farm.url(i), '-c', 'copy', '-f', 'null', '-'], quiet)));
const rtspsrc = (n, clip) => peerCpu(n, clip, (farm) => [spawn('gst-launch-1.0', ['-q', ...range(n).flatMap((i) => ['rtspsrc', `location=${farm.url(i)}`, 'protocols=tcp', 'latency=0', '!', 'rtph264depay', '!', 'h264parse', '!', 'fakesink', 'sync=false'])], quiet)]);

/** Motion with `n` cameras, as it comes, without saving anything. */
async function motion(n, clip) {
  const dir = mkdtempSync(join(tmpdir(), 'gridwarden-motion-'));
  try {
    return await peerCpu(n, clip, (farm) => {
      mkdirSync(join(dir, 'cameras'));
      for (const i of range(n)) writeFileSync(join(dir, 'cameras', `${i}.conf`), `camera_id ${i}\nnetcam_url ${farm.url(i)}\nwidth 1920\nheight 1080\nframerate 15\n`);
      writeFileSync(join(dir, 'motion.conf'), `daemon off\nsetup_mode off\nlog_level 1\ntarget_dir ${dir}\npicture_output off\nmovie_output off\nwebcontrol_port 0\nstream_port 0\ncamera_dir ${join(dir, 'cameras')}\n`);
      return [spawn('motion', ['-n', '-c', join(dir, 'motion.conf')], quiet)];
    }, 15);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function peers() {
  const result = {};
  const one = async (name, n, measure) => {
    try { result[name] = await measure(n, '1080p15-1m.h264'); result[name].n = n; } catch (error) { say(`${name} could not be measured: ${error.message}`); }
  };
  if (have('ffmpeg')) { say('peer: ffmpeg -c copy, 50 processes'); await one('ffmpeg', 50, ffmpegCopy); } else say('peer ffmpeg is not installed');
  say('peer: rtspsrc, 293 cameras');
  await one('rtspsrc', 293, rtspsrc);
  if (have('motion')) { say('peer: motion, 10 cameras'); await one('motion', 10, motion); } else say('peer motion is not installed');
  return result;
}

const scaled = (peer, n) => (peer.peer * n) / peer.n;

const N = 293, bench = (...args) => figure('ingest', ...args);

/** What the issue names, as soon as it is measured. */
function sayMain(m, others) {
  bench('cpu_percent_of_core_293', m.cpu.workers, '%', others.ffmpeg && ['ffmpeg -c copy, of 50 times 293/50', scaled(others.ffmpeg, N)]);
  if (others.rtspsrc) bench('cpu_percent_of_core_293_beside_rtspsrc', m.cpu.workers, '%', ['rtspsrc', scaled(others.rtspsrc, N)]);
  if (others.motion) bench('cpu_percent_of_core_293_beside_motion', m.cpu.workers, '%', ['motion, of 10 times 29.3', scaled(others.motion, N)]);
  bench('threads_293', m.threads, 'threads', others.rtspsrc && ['rtspsrc', others.rtspsrc.threads]);
  bench('rss_kib_per_camera_293', (m.rss - m.ring) / N, 'KiB', others.rtspsrc && ['rtspsrc', others.rtspsrc.rss / N]);
  bench('ring_kib_per_camera_293', m.ring / N, 'KiB');
  bench('descriptors_293', m.descriptors, 'descriptors');
  bench('frames_seen_percent', (100 * m.seen) / m.sent, '%');
  bench('frames_sent', m.sent, 'frames');
  bench('fallback_cameras', m.fallback, 'cameras');
  bench('all_live_s_293', m.liveS, 's');
  bench('daemon_cpu_percent_of_core_293', m.cpu.daemon, '%');
  bench('farm_cpu_percent_of_core_293', m.cpu.farm, '%');
}

async function main() {
  const others = await peers();
  sayMain(await ours('H.264 1080p15, 1 Mbit/s', N, '1080p15-1m.h264', { settleS: SETTLE_S, whole: true }), others);
  const h265 = await ours('H.265 1080p15, 1 Mbit/s', N, '1080p15-1m-h265.h265', { whole: true });
  bench('cpu_percent_of_core_293_h265', h265.cpu.workers, '%');
  bench('frames_seen_percent_h265', (100 * h265.seen) / h265.sent, '%');
  const fast = await ours('H.264 1080p25, 4 Mbit/s', 100, '1080p25-4m.h264');
  bench('cpu_percent_of_core_100_at_4_mbit', fast.cpu.workers, '%');
  const low293 = await ours('a lower rate', N, 'low.h264'), low1000 = await ours('a lower rate', 1000, 'low.h264', { whole: true });
  bench('cpu_percent_of_core_293_low', low293.cpu.workers, '%');
  bench('cpu_percent_of_core_1000_low', low1000.cpu.workers, '%');
  bench('cpu_per_camera_1000_to_293_low', low1000.cpu.workers / 1000 / (low293.cpu.workers / N), 'ratio');
  bench('rss_kib_per_camera_1000', (low1000.rss - low1000.ring) / 1000, 'KiB');
  bench('frames_seen_percent_1000', (100 * low1000.seen) / low1000.sent, '%');
}
main().catch((error) => { console.error(`bench ingest: ${error.message}`); process.exitCode = 1; });
