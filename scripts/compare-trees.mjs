#!/usr/bin/env node
// Compares the speed of this tree with that of another one, both built, in one paired run:
//   git worktree add ../before COMMIT && (cd ../before && npm ci) && node scripts/compare-trees.mjs ../before [--rounds 10] [--only help,start]
// In each round both trees do the same work, one after the other, taking turns at going first, so that what else runs on the machine
// slows both. Printed: the median of each tree, and the median and quartiles of the rounds' ratios (this tree by the other one).
// What a process computes is measured by the processor's time, what a person waits for by the clock.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '10' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [before] = positionals;
if (before === undefined) throw new Error('Give the folder of the other tree.');
const root = fileURLToPath(new URL('..', import.meta.url));
const trees = { here: root, before };
const folder = mkdtempSync(join(tmpdir(), 'continuo-compare-'));
const etude = join(root, 'datasets', 'etudes', 'alberti-bes-minor.mid');
const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder };

/** Runs a program of a tree to its end: milliseconds by the clock and of the processor, and what it printed. */
function run(tree, file, ...args) {
  const command = 'TIMEFORMAT="%3R %3U %3S"; time node "$@" 2>/dev/null';
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', command, 'bash', join(tree, 'dist', file), ...args],
    {
      ...{ encoding: 'utf8', env, cwd: folder, maxBuffer: 2 ** 28 },
    },
  );
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}`);
  const [real, user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { clock: 1000 * real, processor: 1000 * (user + system), stdout };
}

const program = (tree, ...args) => run(tree, 'cli/main.js', ...args);

/** From the start of the program to a panel that can be opened. */
async function startUp(tree) {
  const args = ['start', '--no-open', '--no-take', '--port', '0'];
  const began = performance.now();
  const child = spawn(process.execPath, [join(tree, 'dist/cli/main.js'), ...args], { env, cwd: folder });
  await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (part) => {
      said += part;
      if (/http:\/\//.test(said)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`continuo start ended with ${code}`)));
  });
  const took = performance.now() - began;
  child.removeAllListeners('exit');
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  return took;
}

/** What is measured, each in milliseconds by name, for one tree in one round. */
const MEASURES = {
  help: (tree) => {
    const { clock, processor } = program(tree, '--help');
    return { '--help, clock': clock, '--help, processor': processor };
  },
  start: async (tree) => ({ 'start to first listening, clock': await startUp(tree) }),
  tunes: (tree) => {
    const args = ['generate', 'folk', '--count', '20', '--best-of', '8', '--seed', '1'];
    const { clock, processor } = program(tree, ...args);
    return { 'a tune of generate folk (20, best of 8), clock': clock / 20, '  processor': processor / 20 };
  },
  continue: (tree) => {
    const out = join(folder, 'out.mid');
    const args = ['continue', etude, '-o', out, '--seconds', '120', '--seed', '1'];
    return { 'continue for 120 s, processor': program(tree, ...args).processor };
  },
  live: (tree) => {
    const { step, jam } = JSON.parse(
      run(tree, 'bench/main.js', '--json', '--rounds', '10', '--jam', '40').stdout,
    );
    return {
      'a step (int8)': step.int8Ms,
      'a reply, median': jam.replyMsP50,
      'a note late, median': jam.latenessMsP50,
    };
  },
};

const chosen = values.only?.split(',') ?? Object.keys(MEASURES);
/** (name, tree, round) */
const measured = new Map();
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const key of chosen) {
      const order = round % 2 === 0 ? ['here', 'before'] : ['before', 'here'];
      for (const name of order) {
        for (const [what, ms] of Object.entries(await MEASURES[key](trees[name]))) {
          const of = measured.get(what) ?? { here: [], before: [] };
          measured.set(what, of);
          of[name].push(ms);
        }
      }
    }
    process.stderr.write(`round ${round + 1} of ${values.rounds}\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Between two values where it falls between them, so that the median of two rounds is not the worse one. */
function quantile(list, share) {
  const sorted = [...list].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below === undefined ? Number.NaN : below + (at % 1) * (sorted[Math.ceil(at)] - below);
}
const rows = [...measured].map(([what, { here, before }]) => {
  const ratios = here.map((ms, round) => ms / before[round]);
  return {
    what,
    here: quantile(here, 0.5),
    before: quantile(before, 0.5),
    ratio: quantile(ratios, 0.5),
    quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    fastest: Math.min(...here) / Math.min(...before),
  };
});
if (values.json) console.log(JSON.stringify({ rounds: Number(values.rounds), rows }));
else {
  console.log(`${'milliseconds'.padEnd(50)}  before    here   ratio  (quartiles)    of the fastest`);
  for (const { what, here, before, ratio, quartiles, fastest } of rows)
    console.log(
      `${what.padEnd(48)}${before.toFixed(3).padStart(9)}${here.toFixed(3).padStart(9)}${ratio.toFixed(3).padStart(7)}  (${quartiles.map((value) => value.toFixed(3)).join(' to ')})  ${fastest.toFixed(3)}`,
    );
  console.log(`\nNode ${process.version}, ${cpus()[0]?.model}, load average ${loadavg()[0].toFixed(1)}`);
}
