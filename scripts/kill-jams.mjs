/**
 * Kills a host of several sessions at random moments of their jam, and looks at what is left of their takes: each must open without damage,
 * replay to its last record, and export; and at most a second of what was played may be missing.
 *
 *     node scripts/kill-jams.mjs [--kills 200] [--sessions 8] [--seed 1] [--json]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { takeAsMidi } from '../dist/host/takes/library/export.js';
import { openTake, takeMusic } from '../dist/host/takes/library/music.js';
import { uniform } from '../dist/model/random.js';

const here = fileURLToPath(import.meta.url);
const MODES = ['answer', 'continue', 'duet', 'solo'];
/** The host is killed so long after all takes have begun, in seconds. */
const [SOONEST, LATEST] = [0.1, 5];

/**
 * Returns an entry for each take: `lost`, the seconds of playing that it lacks, and `trouble`, what else is wrong with it, or null.
 * `watch` hears of each kill.
 */
export async function killJams({ kills, sessions, seed, watch = () => {} }) {
  const takes = [];
  for (let kill = 0; kill < kills; kill++) {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-kill-'));
    try {
      const told = await jamUntilKilled(folder, {
        sessions,
        after: SOONEST + (LATEST - SOONEST) * uniform(seed, 2, kill),
      });
      for (const take of await lookAt(folder, told)) takes.push({ kill, ...take });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    watch(kill + 1, takes);
  }
  return takes;
}

/** Starts the host, and kills it `after` seconds of the jam. Returns what was played in which session, and when it was killed. */
async function jamUntilKilled(folder, { sessions, after }) {
  const host = spawn(process.execPath, [here, '--jam', folder, '--sessions', String(sessions)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const played = [];
  const lines = createInterface({ input: host.stdout });
  const ended = once(lines, 'close');
  const begun = new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const said = JSON.parse(line);
      if (said.begun) resolve();
      else played.push(said);
    });
    host.once('exit', (code) => reject(new Error(`the host ended by itself, with ${code}`)));
  });
  await begun;
  await wait(1000 * after);
  const killed = Date.now() / 1000;
  host.kill('SIGKILL');
  await ended;
  return { killed, played: played.filter(({ at }) => at <= killed), sessions };
}

async function lookAt(folder, { killed, played, sessions }) {
  const found = [];
  for (const name of readdirSync(folder)) {
    const opened = await openTake(join(folder, name));
    const session = opened.take?.header.setup.seed;
    const inputs = (opened.take?.records ?? []).filter(
      ({ type, event }) => type === 'input' && event.type === 'noteOn',
    );
    const first = played.filter((note) => note.session === session)[inputs.length];
    found.push({ session, lost: first ? killed - first.at : 0, trouble: await troubleOf(opened) });
  }
  for (let session = 1; session <= sessions; session++)
    if (!found.some((take) => take.session === session))
      found.push({ session, lost: 0, trouble: 'there is no take' });
  return found;
}

async function troubleOf(opened) {
  if (opened.damage !== null) return opened.damage.message;
  try {
    const music = await takeMusic(opened);
    if (music.from !== 'replay') return `it was not replayed: ${music.missing.join(' ')}`;
    if (music.missing.length > 0) return music.missing.join(' ');
    return (await takeAsMidi(opened, music)).length > 100 ? null : 'its export is empty';
  } catch (error) {
    return error.message;
  }
}

/** The host: sessions that share what sessions of a host share, and somebody at each who does not stop playing. */
async function jam(folder, sessions) {
  const [{ LiveSession }, { HostResources }] = await Promise.all([
    import('../dist/host/live/live-session.js'),
    import('../dist/host/live/resources.js'),
  ]);
  const resources = new HostResources();
  const opened = [];
  for (let seed = 1; seed <= sessions; seed++) {
    const setup = { plugin: 'piano', model: 'piano-pop-start', engine: 'kernel', precision: 'int8', seed };
    opened.push(
      await LiveSession.open({ ...setup, mode: MODES[seed % MODES.length], takes: folder, resources }),
    );
  }
  for (const [index, session] of opened.entries()) void play(session, index + 1);
  while (opened.some(({ takeFolder }) => takeFolder === null)) await wait(5);
  say({ begun: true });
}

async function play(session, number) {
  const hands = session.hands();
  session.command({ type: 'start' });
  for (let count = 0; ; count++) {
    const pitch = 48 + Math.floor(30 * uniform(number, 3, count));
    say({ session: number, at: Date.now() / 1000 });
    hands.play({ type: 'noteOn', pitch, velocity: 80 });
    await wait(60 + 80 * uniform(number, 4, count));
    hands.play({ type: 'noteOff', pitch });
    // A rest now and then, in which the model answers.
    await wait(count % 9 === 8 ? 1500 : 20);
  }
}

/** At once, whatever happens then. */
function say(said) {
  writeSync(1, `${JSON.stringify(said)}\n`);
}

if (process.argv[1] === here) {
  const { values } = parseArgs({
    options: {
      jam: { type: 'string' },
      kills: { type: 'string', default: '200' },
      sessions: { type: 'string', default: '8' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const [kills, sessions, seed] = [values.kills, values.sessions, values.seed].map(Number);
  if (values.jam !== undefined) await jam(values.jam, sessions);
  else
    report(
      await killJams({ kills, sessions, seed, watch: (kill, takes) => progress(kill, kills, takes) }),
      values.json,
    );
}

function progress(kill, kills, takes) {
  const bad = takes.filter(({ trouble }) => trouble !== null).length;
  const most = Math.max(...takes.map(({ lost }) => lost));
  process.stderr.write(
    `${kill} of ${kills} kills: ${takes.length} takes, ${bad} in trouble, at most ${most.toFixed(3)} s lost\n`,
  );
  // At once: the last kill of many may be hours away.
  for (const { session, trouble } of takes.filter((take) => take.kill === kill - 1 && take.trouble !== null))
    process.stderr.write(`  session ${session}: ${trouble}\n`);
}

function report(takes, json) {
  const lost = takes.map((take) => take.lost).sort((a, b) => a - b);
  const at = (share) => lost[Math.min(lost.length - 1, Math.floor(share * lost.length))];
  const troubles = takes.filter(({ trouble }) => trouble !== null);
  const figures = {
    takes: takes.length,
    troubles: troubles.length,
    lost: { p50: at(0.5), p99: at(0.99), most: at(1) },
  };
  if (json) process.stdout.write(`${JSON.stringify({ ...figures, detail: troubles })}\n`);
  else {
    process.stdout.write(
      `${figures.takes} takes, ${figures.troubles} in trouble; lost: p50 ${figures.lost.p50.toFixed(3)} s, p99 ${figures.lost.p99.toFixed(3)} s, at most ${figures.lost.most.toFixed(3)} s\n`,
    );
    for (const { kill, session, trouble } of troubles)
      process.stdout.write(`  kill ${kill}, session ${session}: ${trouble}\n`);
  }
  if (troubles.length > 0 || figures.lost.most > 1) process.exitCode = 1;
}
