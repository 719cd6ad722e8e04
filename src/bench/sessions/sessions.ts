import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SESSIONS_PATH } from '../../protocol/host-protocol.js';
import { BenchHost } from './host.js';
import { Player } from './player.js';

/** What so many sessions at once cost. */
export interface SessionsStep {
  readonly sessions: number;
  /** The 99th percentile of the lateness of notes at the port: of the worst session, and of the one in the middle. */
  readonly latenessMsP99: number;
  readonly latenessMsP99Middle: number;
  /** Notes that were dropped, and notes of the models, in all. */
  readonly dropped: number;
  readonly notes: number;
  /** Sessions that gave no reply. */
  readonly silent: number;
  /** Of one processor, of the whole host, and for each session. */
  readonly cpuPercent: number;
  readonly cpuPercentEach: number;
  /** Of the whole host; for each session beyond the first. */
  readonly memoryMb: number;
  readonly memoryMbEach: number;
}

export interface SessionsResult {
  /** Sessions at most that were punctual and dropped nothing. */
  readonly held: number;
  readonly steps: readonly SessionsStep[];
  /** Why no more were tried; null where all were. */
  readonly ended: string | null;
}

/** The 99th percentile of lateness with which sessions are held, milliseconds. */
export const HELD_MS = 10;
const COUNTS = [1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 160, 192, 256, 384, 512];
/** Seconds before each measurement. */
const SETTLE = 8;

export interface SessionsOptions {
  readonly most: number;
  /** Seconds of each measurement. */
  readonly seconds: number;
  readonly progress: (step: SessionsStep) => void;
}

/**
 * Measures what sessions of the default piano cost in one host: a player plays phrases into each over its WebSocket, the model answers, and
 * takes are written. It goes on with more of them until they are late, or the host refuses more. Each number of them has a host of its own,
 * and nobody plays before all are open, so that what a host reports of late is not of an earlier step.
 */
export async function benchSessions({ most, seconds, progress }: SessionsOptions): Promise<SessionsResult> {
  const steps: SessionsStep[] = [];
  let ended: string | null = null;
  for (const sessions of COUNTS.filter((count) => count <= most)) {
    const step = await stepOf(sessions, { seconds, alone: steps[0]?.memoryMb });
    if (typeof step === 'string') {
      ended = step;
      break;
    }
    steps.push(step);
    progress(step);
    if (!isHeld(step)) break;
  }
  return { held: Math.max(0, ...steps.filter(isHeld).map(({ sessions }) => sessions)), steps, ended };
}

interface Measurement {
  readonly seconds: number;
  /** MB of a host with one session; undefined: this is it. */
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

export function isHeld({ latenessMsP99, dropped, silent }: SessionsStep): boolean {
  return latenessMsP99 < HELD_MS && dropped === 0 && silent === 0;
}

async function measured(
  host: BenchHost,
  players: readonly Player[],
  { seconds, alone }: Measurement,
): Promise<SessionsStep> {
  await setTimeout(1000 * SETTLE);
  const droppedBefore = players.map((player) => player.heard().health?.dropped ?? 0);
  const before = host.usage();
  const began = performance.now();
  await setTimeout(1000 * seconds);
  const after = host.usage();
  const cpuPercent = (100 * (after.cpuSeconds - before.cpuSeconds)) / ((performance.now() - began) / 1000);
  const heard = players.map((player) => player.heard());
  const late = heard
    .map(({ health }) => 1000 * (health?.lateness.p99 ?? 0))
    .sort((one, other) => one - other);
  const sessions = players.length;
  return {
    sessions,
    latenessMsP99: late.at(-1)!,
    latenessMsP99Middle: late[late.length >> 1]!,
    dropped: heard.reduce(
      (sum, { health }, index) => sum + ((health?.dropped ?? droppedBefore[index]!) - droppedBefore[index]!),
      0,
    ),
    notes: heard.reduce((sum, { notes }) => sum + notes, 0),
    silent: heard.filter(({ replies }) => replies === 0).length,
    cpuPercent,
    cpuPercentEach: cpuPercent / sessions,
    memoryMb: after.memoryMb,
    memoryMbEach: alone === undefined ? 0 : (after.memoryMb - alone) / (sessions - 1),
  };
}
