// Every library that the build files ask for, and every program that tests and tools start, comes from a package that
// tests/setup.sh names (or that such a package depends on): what is on this machine by chance is missing on a bare one.
// Usage: node tests/setup_names.mjs [ROOT]. Silent on a system without dpkg.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

const root = process.argv[2] ?? '.';
const out = (program, ...args) => { const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }); return status === 0 ? stdout.trim() : ''; };
if (!out('dpkg', '--version')) process.exit(0);

const setup = readFileSync(join(root, 'tests/setup.sh'), 'utf8');
const named = new Set([...setup.matchAll(/^(?:BUILD|RUN|CHECK)_PACKAGES="([^"]*)"/gm)].flatMap((m) => m[1].split(/\s+/)));
// Node comes from Debian or from elsewhere (node_is_new_enough); Debian's own essential programs are everywhere.
const elsewhere = new Set(['node', 'npm']);

const packages = new Map(out('dpkg-query', '-W', '-f', '${Package}\t${Essential}\t${Priority}\t${Depends}\n').split('\n').map((line) => {
  const [name, essential, priority, depends = ''] = line.split('\t');
  return [name, { always: essential === 'yes' || /^(required|important)$/.test(priority), depends: depends.split(/[,|]/).map((d) => d.trim().split(/[ :(]/)[0]).filter(Boolean) }];
}));
const given = new Set(named);
for (let step = 0; step < 2; step++) for (const name of [...given]) for (const more of packages.get(name)?.depends ?? []) given.add(more); // libjpeg-dev is a package of a package

function* files(dir, match) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) { if (!/^(node_modules|dist|out|build.*|\.git)$/.test(entry.name)) yield* files(path, match); } else if (match.test(entry.name)) yield path;
  }
}

const problems = [], needs = []; // {what, where, file}
const need = (what, where, file) => { if (file) needs.push({ what, where, file }); else problems.push(`${where} needs ${what}, which is not on this machine`); };

for (const path of files(root, /^CMakeLists\.txt$/)) {
  const text = readFileSync(path, 'utf8');
  for (const [, modules] of text.matchAll(/pkg_check_modules\(\s*\w+\s+REQUIRED\s+([^)]*)\)/g))
    for (const word of modules.split(/\s+/).filter((w) => /^[a-z]/.test(w))) {
      const module = word.replace(/[<>=].*/, ''), dir = out('pkg-config', '--variable=pcfiledir', module);
      need(`the library ${module}`, path, dir && join(dir, `${module}.pc`));
    }
}
const STARTS = [/(?:execFileSync|execFile|spawnSync|spawn|exec)\(\s*'([a-z][\w.-]+)'/g, /have\('([\w-]+)'\)/g];
const optional = new Set(['motion']); // a peer of one benchmark, measured where it is
for (const path of [...files(join(root, 'tests'), /\.mjs$/)]) {
  const text = readFileSync(path, 'utf8');
  for (const start of STARTS) for (const [, program] of text.matchAll(start))
    if (!elsewhere.has(program) && !optional.has(program)) need(`the program ${program}`, path, out('sh', '-c', `command -v ${program}`));
}

/** Packages by file; a file may have moved from /lib to /usr/lib, or be a link. */
const names = (file) => [file, file.replace(/^\/usr/, ''), `/usr${file}`, realpathSync(file)];
const asked = spawnSync('dpkg', ['-S', ...new Set(needs.flatMap(({ file }) => names(file)))], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).stdout;
const owners = new Map(asked.split('\n').filter((line) => !line.startsWith('diversion')).map((line) => /^(.*): (\S+)$/.exec(line)).filter(Boolean).map(([, who, file]) => [file, who.split(', ').map((name) => name.split(':')[0])]));
for (const { what, where, file } of needs) {
  const own = names(file).map((name) => owners.get(name)).find(Boolean) ?? [];
  if (!own.some((pkg) => given.has(pkg) || packages.get(pkg)?.always)) problems.push(`${where} needs ${what} of ${own.join(' or ') || file}, which tests/setup.sh does not name`);
}

if (needs.length < 20) problems.push(`only ${needs.length} needs were found: this test looks in the wrong place`);
for (const problem of new Set(problems)) console.error(problem);
process.exitCode = problems.length ? 1 : 0;
if (!problems.length) console.log(`${needs.length} needs, all of them in tests/setup.sh`);
