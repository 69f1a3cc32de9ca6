// The demo's recorders: what its cameras name is registered, by the command that an administrator's page sends, and played by
// the farm.
const [user, password] = ['look', 'back'];

/** What the simulated cameras are started with. */
export const RECORDER = ['--footage-days', '30', '--playbacks', '12', '--recorder-user', user, '--recorder-password', password];

/** `cameras`: the farm. Those that are there already are told its port, which is another after each start. */
export async function openRecorders(center, cameras) {
  const admin = await center.login('admin'), there = await admin.rows('recorder'), named = new Set((await admin.rows('camera')).map(({ recorder }) => recorder));
  const how = { make: 'hikvision', url_template: cameras.recorderTemplate('hikvision'), user_name: user, password, playbacks_most: 2 };
  for (const name of [...named].filter(Boolean).sort()) {
    const known = there.find((recorder) => recorder.name === name);
    if (known) await admin.command('recorder.change', { recorder_id: known.id, ...how });
    else await admin.command('recorder.add', { name, ...how });
  }
}
