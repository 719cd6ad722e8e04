import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
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
 * takes are written. It goes on with more of them until they are late, or the host refuses more.
 */
export async function benchSessions({ most, seconds, progress }: SessionsOptions): Promise<SessionsResult> {
  const takes = mkdtempSync(join(tmpdir(), 'continuo-bench-'));
  const host = await BenchHost.start(takes, most);
  const players: Player[] = [];
  const steps: SessionsStep[] = [];
  let ended: string | null = null;
  try {
    for (const sessions of COUNTS.filter((count) => count <= most)) {
      ended = await playersFor(sessions, host, players);
      if (ended !== null) break;
      const step = await measured(host, players, { seconds, alone: steps[0]?.memoryMb });
      steps.push(step);
      progress(step);
      if (!isHeld(step)) break;
    }
  } finally {
    await Promise.all(players.map((player) => player.end()));
    await host.end();
    rmSync(takes, { recursive: true, force: true });
  }
  return { held: Math.max(0, ...steps.filter(isHeld).map(({ sessions }) => sessions)), steps, ended };
}

export function isHeld({ latenessMsP99, dropped, silent }: SessionsStep): boolean {
  return latenessMsP99 < HELD_MS && dropped === 0 && silent === 0;
}

/** Opens sessions until there are so many. Returns why there are not; null where there are. */
async function playersFor(count: number, host: BenchHost, players: Player[]): Promise<string | null> {
  while (players.length < count) {
    try {
      const id = players.length === 0 ? host.first : await host.open();
      players.push(await Player.begin(`${host.address}/sessions/${id}`, players.length));
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  return null;
}

async function measured(
  host: BenchHost,
  players: readonly Player[],
  { seconds, alone }: { readonly seconds: number; readonly alone: number | undefined },
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
