// Command lines of the farm's node programs: `--name value` and `--flag`, checked against what is known.
export function readOptions(known, usage, argv = process.argv.slice(2)) {
  const options = {};
  for (let i = 0; i < argv.length; i++) {
    const name = argv[i].replace(/^--/, ''), takes = known[name];
    if (name === 'help' || takes === undefined) {
      console.error(usage);
      process.exit(name === 'help' ? 0 : 2);
    }
    options[name] = takes ? argv[++i] : true;
  }
  return options;
}

/** A log line with its time, on stderr. */
export function log(text) {
  console.error(`${new Date().toTimeString().slice(0, 8)} ${text}`);
}
