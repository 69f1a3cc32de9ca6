// The simulated cameras' clips, made once and kept.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { places } from '../../farm/lib/center.mjs';
import { run } from '../../farm/lib/program.mjs';

export async function needClips() {
  const { clips } = places();
  if (!existsSync(join(clips, 'version'))) await run('make-clips', new URL('../../farm/make-clips', import.meta.url).pathname, [clips]);
}
