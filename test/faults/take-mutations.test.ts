import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type HostPerformer,
  openHostPerformer,
  type Setup,
} from '../../dist/host/models/open-host-performer.js';
import { TAKE_VERSION, type TakeHeader } from '../../dist/host/takes/header.js';
import { replayRecordedTake } from '../../dist/host/takes/play-again.js';
import { readTake } from '../../dist/host/takes/read-take.js';
import { uniform } from '../../dist/model/random.js';
import type { Mode } from '../../dist/session/commands.js';
import { Session } from '../../dist/session/session.js';
import type { TakeRecord } from '../../dist/session/take.js';

const folder = mkdtempSync(join(tmpdir(), 'continuo-mutations-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Played {
  readonly lines: readonly string[];
  readonly performer: HostPerformer;
}

/** A take as a host writes it: phrases, commands, an end. */
async function played(plugin: string, model: string, mode: Mode): Promise<Played> {
  const setup: Setup = { plugin, model, engine: 'kernel', precision: 'int8', seed: 5 };
  const performer = await openHostPerformer(setup);
  const { descriptor, modelHash } = performer;
  const records: TakeRecord[] = [];
  const session = new Session({
    ...{ ...performer, pluginParams: descriptor.params, mode, time: 0.25 },
    output: { noteOn: () => {}, noteOff: () => {}, silence: () => {} },
    emit: () => {},
    record: (record) => void records.push(record),
  });
  let now = 0.5;
  const until = (time: number) => {
    for (; now < time; now += 0.021) session.advance(now);
  };
  session.command({ type: 'start' }, now);
  if (plugin === 'folk') session.command({ type: 'param', id: 'click', value: true }, now);
  for (const [index, start] of [1, 9, 14].entries()) {
    for (const [step, pitch] of [60, 64, 67, 72, 71].entries()) {
      until(start + step / 4);
      session.input({ type: 'noteOn', time: now, pitch, velocity: 70 + step });
      until(start + step / 4 + 0.2);
      session.input({ type: 'noteOff', time: now, pitch });
      if (step === 2) session.input({ type: 'pedal', time: now, down: index === 0 });
    }
    until(start + 4);
    session.command({ type: (['again', 'takeBack', 'allOff'] as const)[index]! }, now);
  }
  session.command({ type: 'stop' }, 20);
  records.push({ type: 'end', time: 20.5 });
  const header: TakeHeader = {
    ...{ type: 'take', version: TAKE_VERSION, date: '2026-01-01', setup },
    ...{ pluginVersion: descriptor.version, modelHash, mode, time: 0.25 },
  };
  return { lines: [header, ...records].map((value) => JSON.stringify(value)), performer };
}

/** Damages one thing of a log; the seed decides which and how. */
function mutated(lines: readonly string[], seed: number): string {
  let drawn = 0;
  const chance = () => uniform(seed, 0, drawn++);
  const below = (count: number) => Math.floor(chance() * count);
  const one = <T>(list: readonly T[]) => list[below(list.length)]!;
  const copy = [...lines];
  const at = below(copy.length);
  const text = copy[at]!;
  const strange = () =>
    one([
      '0',
      '-1',
      '1e9',
      '1e308',
      '1e999',
      '-0',
      '0.5',
      '128',
      '2147483648',
      'null',
      'true',
      '"x"',
      '""',
      '[]',
      '{}',
    ]);
  const kinds: (() => void)[] = [
    // A number, a word or a name becomes another.
    () => {
      copy[at] = swap(text, /-?\d+(\.\d+)?(e-?\d+)?/g, strange);
    },
    () => {
      copy[at] = swap(text, /"[^"]*"(?!:)/g, strange);
    },
    () => {
      copy[at] = swap(text, /"[^"]*"(?=:)/g, () =>
        one(['"time"', '"type"', '"length"', '"__proto__"', '"x"']),
      );
    },
    () => {
      const last = JSON.parse(copy.at(-1)!);
      copy[copy.length - 1] = JSON.stringify({ ...last, time: one([1e9, 1e7, 21, 1e300]) });
    },
    // Lines that are gone, twice there, or elsewhere.
    () => void copy.splice(at, 1),
    () => void copy.splice(at, 0, one(lines)),
    () => void copy.splice(below(copy.length), 0, copy.splice(at, 1)[0]!),
    () => void copy.splice(at, 1 + below(20)),
    // Bytes.
    () => {
      const place = below(text.length);
      copy[at] = `${text.slice(0, place)}${String.fromCharCode(below(256))}${text.slice(place + 1)}`;
    },
    () => {
      copy[at] = text.slice(0, below(text.length));
    },
  ];
  function swap(whole: string, what: RegExp, by: () => string): string {
    const found = [...whole.matchAll(what)];
    if (found.length === 0) return whole;
    const { 0: old, index } = one(found);
    return `${whole.slice(0, index)}${by()}${whole.slice(index + old.length)}`;
  }
  one(kinds)();
  if (chance() < 0.3) one(kinds)();
  const log = `${copy.join('\n')}\n`;
  // Some are cut off, at any byte.
  return chance() < 0.15 ? log.slice(0, below(log.length)) : log;
}

/** The outcome of a log: an error code, or how its replay ended. Any other error is a defect, and is thrown. */
async function outcome(log: string, { lines, performer }: Played): Promise<string> {
  const file = join(folder, 'take.jsonl');
  writeFileSync(file, log);
  let other: HostPerformer | undefined;
  try {
    const take = await readTake(file);
    const ours = JSON.parse(lines[0]!) as TakeHeader;
    if (JSON.stringify(take.header.setup) !== JSON.stringify(ours.setup))
      other = await openHostPerformer(take.header.setup);
    const { engine } = other ?? performer;
    const before = engine.steps;
    const { same } = replayRecordedTake(take, other ?? performer);
    // However large its times, a replay samples no more tokens than the log can hold, and those that it rehearses and throws away.
    expect(engine.steps - before).toBeLessThan(STEPS_A_BYTE * log.length + MOST_AHEAD);
    return same ? 'the same' : 'not the same';
  } catch (error) {
    const { name, code } = error as { name: string; code: string };
    if (name === 'ContinuoError') return code;
    throw error;
  } finally {
    other?.engine.dispose();
  }
}

/** A token takes at least two bytes of a log, and each may be sampled once more and taken back. */
const STEPS_A_BYTE = 2;
const MOST_AHEAD = 4096;

describe.each([
  ['piano', 'piano-pop-start', 'answer'],
  ['piano', 'piano-pop-start', 'solo'],
  ['folk', 'folk-session', 'continue'],
] as const)('200 mutations of a take of %s (%s, %s)', (plugin, model, mode) => {
  let take: Played;
  beforeAll(async () => {
    take = await played(plugin, model, mode);
  });
  afterAll(() => take.performer.engine.dispose());

  it('as it was written, it is the same', async () => {
    expect(take.lines.length).toBeGreaterThan(80);
    expect(await outcome(`${take.lines.join('\n')}\n`, take)).toBe('the same');
  });

  it('each ends with a code, or is played again as far as it goes', async () => {
    const outcomes = new Map<string, number>();
    for (let seed = 0; seed < 200; seed++) {
      const log = mutated(take.lines, seed);
      const what = await outcome(log, take).catch((cause) => {
        throw new Error(`the mutation of seed ${seed}`, { cause });
      });
      outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
    }
    // All kinds of ends come about.
    expect(outcomes.get('TAKE_BROKEN')).toBeGreaterThan(40);
    expect(outcomes.get('the same')).toBeGreaterThan(5);
    expect(outcomes.get('not the same')).toBeGreaterThan(5);
  }, 120_000);
});
