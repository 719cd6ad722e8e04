import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SESSIONS_PATH } from '../../protocol/host-protocol.js';
import { isHeld } from './held.js';
import { BenchHost } from './host.js';
import { type Heard, Player } from './player.js';
import { type Punctuality, punctualityOf } from './punctuality.js';

/** What so many sessions at once cost, and how they are served. */
export interface SessionsStep extends Punctuality {
  readonly sessions: number;
  /** Notes that were dropped, and notes of the models, in all. */
  readonly dropped: number;
  readonly notes: number;
  /** Sessions that gave no reply. */
  readonly silent: number;
  /** Of one processor: the whole host, and for each session. */
  readonly cpuPercent: number;
  readonly cpuPercentEach: number;
  /** Of all processors of the machine: the host, and the players, who run beside it. */
  readonly machinePercent: number;
  readonly playersPercent: number;
  /** Of the whole host; for each session beyond the first. */
  readonly memoryMb: number;
  readonly memoryMbEach: number;
}

export interface SessionsResult {
  /** Sessions at most that were held: see {@link isHeld}. */
  readonly held: number;
  readonly steps: readonly SessionsStep[];
  /** Why no more were tried; null where all were. */
  readonly ended: string | null;
}

/** Seconds before each measurement. */
const SETTLE = 8;

export interface SessionsOptions {
  /** How many at once are measured, one number after the other. */
  readonly counts: readonly number[];
  /** Seconds of each measurement. */
  readonly seconds: number;
  readonly progress: (step: SessionsStep) => void;
}

/**
 * Measures what sessions of the default piano cost in one host: a player plays phrases into each over its WebSocket, the model answers, and
 * takes are written. It goes on with more of them until two numbers in a row are not held (one alone may be the machine's doing), or the host
 * refuses more. Each number of them has a host of its own, and nobody plays before all are open.
 */
export async function benchSessions({ counts, seconds, progress }: SessionsOptions): Promise<SessionsResult> {
  const steps: SessionsStep[] = [];
  let ended: string | null = null;
  for (const sessions of counts) {
    const [first] = steps;
    const step = await stepOf(sessions, {
      seconds,
      alone: first?.sessions === 1 ? first.memoryMb : undefined,
    });
    if (typeof step === 'string') {
      ended = step;
      break;
    }
    steps.push(step);
    progress(step);
    const last = steps.slice(-2);
    if (last.length === 2 && !last.some(isHeld)) break;
  }
  return { held: Math.max(0, ...steps.filter(isHeld).map(({ sessions }) => sessions)), steps, ended };
}

interface Measurement {
  readonly seconds: number;
  /** MB of a host with one session; undefined: this is it, or it was not measured. */
  readonly alone: number | undefined;
}

/** So many sessions in a new host; why the host refuses them. */
async function stepOf(sessions: number, measurement: Measurement): Promise<SessionsStep | string> {
  const takes = mkdtempSync(join(tmpdir(), 'continuo-bench-'));
  const host = await BenchHost.start(takes, sessions);
  const players: Player[] = [];
  try {
    const ids = [host.first];
    while (ids.length < sessions) ids.push(await host.open());
    for (const [seed, id] of ids.entries())
      players.push(await Player.begin(`${host.address}${SESSIONS_PATH}${id}`, seed));
    return await measured(host, players, measurement);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await Promise.all(players.map((player) => player.end()));
    await host.end();
    rmSync(takes, { recursive: true, force: true });
  }
}

async function measured(
  host: BenchHost,
  players: readonly Player[],
  { seconds, alone }: Measurement,
): Promise<SessionsStep> {
  await setTimeout(1000 * SETTLE);
  const droppedBefore = players.map((player) => player.heard().dropped ?? 0);
  const before = host.usage();
  const playersBefore = process.cpuUsage();
  const began = performance.now();
  await setTimeout(1000 * seconds);
  const after = host.usage();
  const took = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(playersBefore);
  const cpuPercent = (100 * (after.cpuSeconds - before.cpuSeconds)) / took;
  const heard = players.map((player) => player.heard());
  const sessions = players.length;
  const sum = (of: (one: Heard, index: number) => number) =>
    heard.reduce((total, one, index) => total + of(one, index), 0);
  return {
    sessions,
    ...punctualityOf(heard.map(({ lateness }) => lateness)),
    dropped: sum(({ dropped }, index) => (dropped ?? droppedBefore[index]!) - droppedBefore[index]!),
    notes: sum(({ notes }) => notes),
    silent: heard.filter(({ replies }) => replies === 0).length,
    cpuPercent,
    cpuPercentEach: cpuPercent / sessions,
    machinePercent: cpuPercent / cpus().length,
    playersPercent: (user + system) / 1e4 / took / cpus().length,
    memoryMb: after.memoryMb,
    memoryMbEach: alone === undefined ? 0 : (after.memoryMb - alone) / (sessions - 1),
  };
}
