/**
 * Kills one of three hosts of a cluster at random moments while sessions in all modes are played through the others, over and over
 * (--stop: stops its process for a while instead, SIGSTOP and SIGCONT). Then looks at what is left: no session may be lost; each goes on with
 * the very tokens of the host before; each take replays by itself; and no note of a host may come after another host has the session.
 *
 *     node scripts/kill-hosts.mjs [--kills 50] [--stop] [--sessions 9] [--seed 1] [--json] [--keep]
 *
 * Takes and notes are kept with --keep, and where something is wrong.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { uniform } from '../dist/model/random.js';
import { lookAtNotes, lookAtTakes } from './cluster-checks.mjs';
import { openSessions, settled, startCluster } from './cluster-hosts.mjs';

/** A host is killed so long after the one before is back and all sessions play, in seconds. */
const [SOONEST, LATEST] = [0.5, 3];
/** How long a stopped process stays so, in seconds. */
const [SHORTEST, LONGEST] = [0.5, 5];
/** A session that has no host after so long is lost, in seconds. */
const LOST = 20;
/** For so long it is counted what the broker gets, in seconds. */
const MEASURED = 5;

const now = () => Number(process.hrtime.bigint()) / 1e9;

/** Returns the take-over times, in seconds, and what is wrong. `watch` hears of each kill. */
export async function killHosts({ kills, stop, sessions, seed, keep = false, watch = () => {} }) {
  const cluster = await startCluster(['ada', 'bob', 'cyd'], { args: ['--seed', String(seed)] });
  const players = [];
  let kept = keep;
  try {
    await openSessions(cluster.hosts, sessions, players);
    const times = [];
    const troubles = [];
    for (let kill = 0; kill < kills; kill++) {
      const draw = (number) => uniform(seed, number, kill);
      const victim = cluster.hosts[Math.floor(3 * draw(2))];
      const others = cluster.hosts.filter((host) => host !== victim);
      const had = await goThrough(others, victim, players);
      await wait(1000 * (SOONEST + (LATEST - SOONEST) * draw(5)));
      const round = await (stop ? stopped : killed)(victim, { others, had, seconds: draw(6) });
      times.push(...round.times);
      for (const trouble of round.troubles) troubles.push(`kill ${kill}: ${trouble}`);
      watch(kill + 1, times, troubles);
    }
    const bytes = await bytesOf(cluster.redis, players.length);
    const listed = await settled(cluster.hosts[0], players.length);
    if (listed.length !== players.length)
      troubles.push(`${listed.length} of ${players.length} sessions are left`);
    for (const player of players) player.stop();
    for (const host of cluster.hosts) await host.end('SIGKILL');
    const takes = await lookAtTakes(cluster.hosts.map((host) => host.takes));
    const notes = lookAtNotes(cluster.folder);
    const all = [...troubles, ...takes.troubles, ...notes.troubles];
    kept ||= all.length > 0;
    return { times, troubles: all, takes, notes, bytes, kept: kept ? cluster.folder : null };
  } finally {
    for (const player of players) player.stop();
    await cluster.stop();
    if (!kept) cluster.remove();
  }
}

/** Has the players of the victim's sessions play through others. Returns those players. */
async function goThrough(others, victim, players) {
  const listed = await settled(others[0], players.length);
  const had = players.filter(({ id }) => listed.find((entry) => entry.id === id)?.host === victim.name);
  for (const [index, player] of players.entries()) await player.through(others[index % others.length]);
  return had;
}

async function killed(victim, { others, had }) {
  const at = now();
  const ended = victim.end('SIGKILL');
  const found = await untilAllAnswer(had, at);
  await ended;
  await victim.start();
  void others;
  return found;
}

async function stopped(victim, { others, had, seconds }) {
  const at = now();
  victim.signal('SIGSTOP');
  await wait(1000 * (SHORTEST + (LONGEST - SHORTEST) * seconds));
  victim.signal('SIGCONT');
  void others;
  const found = await untilAllAnswer(had, at, false);
  return { ...found, times: [] };
}

/** Waits until each session's host has welcomed its player after the kill: from then on a note is possible. */
async function untilAllAnswer(players, at, anew = true) {
  const times = [];
  const troubles = [];
  for (const player of players) {
    const answered = () =>
      anew ? player.welcomes.find((time) => time > at) : player.heard > at ? player.heard : undefined;
    while (answered() === undefined && now() - at < LOST) await wait(5);
    const time = answered();
    if (time === undefined) troubles.push(`session ${player.id} did not come back within ${LOST} s`);
    else times.push(time - at);
  }
  return { times, troubles };
}

/** Bytes that a played session costs the broker in a second, renewals and lists of the hosts included. */
async function bytesOf(redis, sessions) {
  const [begun, before] = [now(), await redis.received()];
  await wait(1000 * MEASURED);
  return ((await redis.received()) - before) / (now() - begun) / sessions;
}

function share(times, part) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}

function report({ times, troubles, takes, notes, bytes, kept }, json) {
  const figures = {
    takenOver: times.length,
    seconds: { p50: share(times, 0.5), p99: share(times, 0.99), most: share(times, 1) },
    ...{
      takes: takes.count,
      handOvers: takes.handOvers,
      tokens: takes.tokens,
      notes: notes.count,
      stays: notes.stays,
    },
    bytes: Math.round(bytes),
    troubles: troubles.length,
  };
  if (json) process.stdout.write(`${JSON.stringify({ ...figures, detail: troubles })}\n`);
  else {
    const { p50, p99, most } = figures.seconds;
    process.stdout.write(
      `${times.length} sessions taken over: p50 ${p50.toFixed(3)} s, p99 ${p99.toFixed(3)} s, at most ${most.toFixed(3)} s\n` +
        `${takes.count} takes, ${takes.handOvers} of them go on from another, ${takes.tokens} tokens compared; ${notes.count} notes in ${notes.stays} stays\n` +
        `${figures.bytes} bytes to the broker a session and second\n` +
        `${troubles.length} in trouble\n`,
    );
    for (const trouble of troubles) process.stdout.write(`  ${trouble}\n`);
    if (kept) process.stdout.write(`Everything is in ${kept}\n`);
  }
  if (troubles.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '50' },
      stop: { type: 'boolean', default: false },
      sessions: { type: 'string', default: '9' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
    },
  });
  const [kills, sessions, seed] = [values.kills, values.sessions, values.seed].map(Number);
  const watch = (kill, times, troubles) =>
    process.stderr.write(
      `${kill} of ${kills}: ${times.length} taken over, p50 ${share(times, 0.5).toFixed(2)} s, at most ${share(times, 1).toFixed(2)} s; ${troubles.length} in trouble\n`,
    );
  report(
    await killHosts({ kills, sessions, seed, stop: values.stop, keep: values.keep, watch }),
    values.json,
  );
}
