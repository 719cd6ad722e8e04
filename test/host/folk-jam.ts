import { expect } from 'vitest';
import { parsedByAbcjs } from '../../src/evaluation/folk/trial/abcjs.js';
import { LiveNotation } from '../../src/host/live/notation/live-notation.js';
import { type HostPerformer, openHostPerformer } from '../../src/host/models/open-host-performer.js';
import { loadPlugin } from '../../src/host/plugins/plugins.js';
import { uniform } from '../../src/model/random.js';
import { checkTune, readAbc } from '../../src/music/abc/index.js';
import type { PluginDefinition } from '../../src/plugin/definition.js';
import type { ParamValue } from '../../src/plugin/params.js';
import type { Mode } from '../../src/session/commands.js';
import type { SessionEvent } from '../../src/session/events.js';
import { PlayedNotes } from '../../src/session/played-notes.js';
import { replayTake } from '../../src/session/replay.js';
import { Session } from '../../src/session/session.js';
import { survivingTokens, type TakeRecord } from '../../src/session/take.js';
import { Synth } from '../../src/session/testing/jam.js';

/** The tempo by default: an eighth of 4/4. */
export const EIGHTH = 0.3;
const MELODY = [62, 66, 69, 66, 74, 73, 71, 69];

/** One session with the folk model, and all that it says. */
export interface Jam {
  readonly session: Session;
  readonly events: SessionEvent[];
  readonly records: TakeRecord[];
  /** Pitches that sound on the output. */
  readonly held: Set<number>;
  /** What got the metronome's clicks. */
  readonly percussion: Synth;
  readonly mode: Mode;
}

/** What jams with the folk model are made of; loaded once a test file. */
export class FolkJams {
  private constructor(
    readonly performer: HostPerformer,
    readonly definition: PluginDefinition,
  ) {}

  static async open(): Promise<FolkJams> {
    const setup = {
      plugin: 'folk',
      model: 'folk-session',
      engine: 'kernel',
      precision: 'int8',
      seed: 3,
    } as const;
    const { definition } = await loadPlugin('folk');
    return new FolkJams(await openHostPerformer(setup), definition);
  }

  close(): void {
    this.performer.engine.dispose();
  }

  /** A session that is started with these parameters. */
  start(mode: Mode, params: Readonly<Record<string, ParamValue>> = {}): Jam {
    const events: SessionEvent[] = [];
    const records: TakeRecord[] = [];
    const held = new Set<number>();
    const percussion = new Synth();
    const session = new Session({
      ...this.performer,
      pluginParams: this.performer.descriptor.params,
      output: {
        noteOn: (pitch) => void held.add(pitch),
        noteOff: (pitch) => void held.delete(pitch),
        silence: () => held.clear(),
      },
      percussion,
      mode,
      time: 0,
      emit: (event) => events.push(event),
      record: (record) => records.push(record),
    });
    for (const [id, value] of Object.entries(params)) session.command({ type: 'param', id, value }, 0);
    session.command({ type: 'start' }, 0);
    return { session, events, records, held, percussion, mode };
  }

  notation(records: readonly TakeRecord[]): LiveNotation {
    const notation = new LiveNotation(this.definition.live!.notation!, this.performer.descriptor.params, {
      provenance: 'a test',
    });
    notation.add(records);
    return notation;
  }

  /** Inputs and commands alone give the same tokens, notes and state, whenever the clock was looked at. */
  expectReplay({ records, events, session, mode }: Jam): void {
    const pluginParams = this.performer.descriptor.params;
    const replay = replayTake(records, { ...this.performer, pluginParams, mode, time: 0 });
    const start = this.performer.codec.startToken;
    expect(survivingTokens(replay.records, start)).toEqual(survivingTokens(records, start));
    expect(heardNotes(replay.events)).toEqual(heardNotes(events));
    expect(replay.state).toEqual(session.state());
  }

  /** Somebody who plays this and that, in no time in particular. Returns what the two of them wrote, a tune. */
  wild(seed: number, mode: Mode, params: Readonly<Record<string, ParamValue>> = {}): string {
    let drawn = 0;
    const chance = () => uniform(seed, 0, drawn++);
    const one = <T>(list: readonly T[]) => list[Math.floor(chance() * list.length)]!;
    const jam = this.start(mode, params);
    const { session, records, held, percussion } = jam;
    const set = (id: string, value: ParamValue, time: number) =>
      session.command({ type: 'param', id, value }, time);
    let time = 0.5;
    for (const id of ['key', 'meter', 'type', 'grid']) {
      const spec = this.performer.descriptor.params[id]!;
      if (spec.type === 'choice' && params[id] === undefined) set(id, one(spec.choices), time);
    }
    for (let phrase = 0; phrase < 3; phrase++) {
      set('tempo', 60 + Math.floor(120 * chance()), time);
      for (let note = 0; note < 12; note++) {
        const pitch = 48 + Math.floor(40 * chance());
        const [step, length] = [0.5 * chance() ** 2, 0.6 * chance()];
        session.input({ type: 'noteOn', time, pitch, velocity: 1 + Math.floor(127 * chance()) });
        time += step;
        session.input({ type: 'noteOff', time: time + Math.min(length, 0.01), pitch });
      }
      for (const end = time + 1 + 8 * chance(); time < end; time += 0.02) session.advance(time);
      if (chance() < 0.2) session.command({ type: one(['again', 'takeBack'] as const) }, time);
    }
    session.command({ type: 'stop' }, time);
    records.push({ type: 'end', time });
    expect(held.size).toBe(0);
    expect([percussion.faults, percussion.sounding.size]).toEqual([[], 0]);
    this.expectReplay(jam);
    return this.notation(records).book();
  }
}

/** Plays notes a little unevenly, eighths by default; returns when the last one ends. */
export function play(
  session: Session,
  time: number,
  pitches: readonly number[] = MELODY,
  eighth = EIGHTH,
): number {
  pitches.forEach((pitch, index) => {
    const start = time + index * eighth + (index % 3) * 0.02;
    session.input({ type: 'noteOn', time: start, pitch, velocity: 90 });
    session.input({ type: 'noteOff', time: start + 0.83 * eighth, pitch });
  });
  return time + pitches.length * eighth;
}

/** Lets time pass until `wanted`, as a clock does. */
export function until(session: Session, from: number, wanted: () => boolean): number {
  for (let time = from; time < from + 60; time += 0.01) {
    session.advance(time);
    if (wanted()) return time;
  }
  throw new Error('it never came');
}

export const modelNotes = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => (event.type === 'noteOn' && event.voice === 'model' ? [event] : []));

export function heardNotes(events: readonly SessionEvent[]) {
  const playedNotes = new PlayedNotes();
  for (const event of events) playedNotes.add(event);
  return playedNotes.notes('model', Number.POSITIVE_INFINITY);
}

/**
 * By our own reader, and by abcjs: every bar is full, but for a pickup of so many whole notes at the beginning, the same missing
 * at the end, and where a part's end divides a bar.
 */
export function expectFullBars(book: string, pickup = 0): void {
  for (const abc of book.split(/\n(?=X:)/)) expectFullBarsOf(abc, pickup);
}

function expectFullBarsOf(abc: string, pickup: number): void {
  for (const { tune, refusal } of readAbc(abc)) {
    expect(refusal).toBeUndefined();
    const { errors, warnings } = checkTune(tune!);
    expect([...errors, ...warnings], abc).toEqual([]);
    const { num, den } = tune!.meter!;
    const full = num / den;
    const parsed = parsedByAbcjs(abc);
    expect(parsed.warnings, abc).toEqual([]);
    const lengths: number[] = [];
    let divided = 0;
    for (const { duration, after } of parsed.bars) {
      const length = divided + duration;
      divided = after === 'bar_thin_thin' && length < full - 1e-9 ? length : 0;
      if (divided === 0) lengths.push(length);
    }
    if (pickup > 0 && lengths.length > 0)
      expect(lengths.shift()! + (full - pickup), abc).toBeCloseTo(full, 9);
    const last = lengths.pop();
    if (last !== undefined && Math.abs(last - full) > 1e-9) expect(last, abc).toBeCloseTo(full - pickup, 9);
    for (const length of lengths) expect(length, abc).toBeCloseTo(full, 9);
  }
}
