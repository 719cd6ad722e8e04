import { cpus, loadavg } from 'node:os';
import { writeWhole } from '../../write-file.js';
import type { SessionsChoice } from '../options.js';
import { costCurve } from './curve.js';
import { faultsOf, WORST_SHARE } from './held.js';
import { HELD_MS } from './punctuality.js';
import { benchSessions, type SessionsResult, type SessionsStep } from './sessions.js';

/** The columns of the table: its heading, and what stands in it. */
const COLUMNS: readonly (readonly [heading: string, cell: (step: SessionsStep) => string])[] = [
  ['sessions', ({ sessions }) => String(sessions)],
  ['notes', ({ notes }) => String(notes)],
  ['late p50', ({ latenessMsP50 }) => latenessMsP50.toFixed(2)],
  ['p99', ({ latenessMsP99 }) => latenessMsP99.toFixed(2)],
  ['worst, % late', ({ worstLateShare }) => (100 * worstLateShare).toFixed(1)],
  ['hand-over p50', ({ handOverMsP50 }) => handOverMsP50.toFixed(2)],
  ['p99', ({ handOverMsP99 }) => handOverMsP99.toFixed(2)],
  ['dropped', ({ dropped }) => String(dropped)],
  ['% of a core', ({ cpuPercent }) => cpuPercent.toFixed(0)],
  ['each', ({ cpuPercentEach }) => cpuPercentEach.toFixed(2)],
  ['% of machine', ({ machinePercent }) => machinePercent.toFixed(0)],
  ['players', ({ playersPercent }) => playersPercent.toFixed(0)],
  ['MB', ({ memoryMb }) => memoryMb.toFixed(0)],
  ['each beyond one', ({ memoryMbEach }) => memoryMbEach.toFixed(2)],
];

/** A line of the table. */
export function rowOf(step: SessionsStep): string {
  const cells = COLUMNS.map(([heading, cell]) => cell(step).padStart(heading.length));
  return [...cells, ...faultsOf(step)].join('  ');
}

/** What the measurement says in the end. */
export function verdictOf({ held, steps, ended }: SessionsResult): string {
  const handOvers = steps
    .map(({ sessions, handOverMsP99 }) => `${handOverMsP99.toFixed(2)} ms with ${sessions}`)
    .join(', ');
  return [
    ...(ended === null ? [] : [`No more were opened: ${ended}`]),
    '',
    `sessions.held: ${held} (p99 of all notes under ${HELD_MS} ms, at most ${100 * WORST_SHARE} % of any session's notes later, none dropped, every session answers)`,
    `hand-over to the first note, p99: ${handOvers}`,
  ].join('\n');
}

/** Measures sessions at once, and prints what they cost. */
export async function measureSessions({ out, ...choice }: SessionsChoice, json: boolean): Promise<void> {
  if (!json) {
    console.log(
      'Sessions of the default piano in one host; a player plays phrases into each over its WebSocket. Milliseconds;',
    );
    console.log(
      "late: notes that were known before they were due; hand-over: from the end of the player's turn to notes that were due then\n",
    );
    console.log(COLUMNS.map(([heading]) => heading).join('  '));
  }
  const result = await benchSessions({
    ...choice,
    progress: json ? () => {} : (step) => console.log(rowOf(step)),
  });
  const machine = `${cpus().length} processors, ${cpus()[0]?.model}, load average ${loadavg()[0]!.toFixed(1)}`;
  if (out !== undefined) await writeWhole(out, costCurve(result, machine));
  if (json) console.log(JSON.stringify({ sessions: { ...result, wantedMsP99: HELD_MS } }));
  else console.log(verdictOf(result));
}
