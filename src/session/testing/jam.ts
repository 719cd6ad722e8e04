import fc from 'fast-check';
import { performance388 } from '../../codec/index.js';
import { kerasNetwork } from '../../model/keras-init.js';
import { uniform } from '../../model/random.js';
import { ReferenceEngine } from '../../model/reference.js';
import { createSampler } from '../../model/sampler.js';
import type { PerformanceEvent } from '../../music/note.js';
import type { ParamValues } from '../../plugin/definition.js';
import type { TokenStream } from '../../plugin/index.js';
import { leadBack } from '../../plugins/piano/lead.js';
import type { Band } from '../band.js';
import { MODES, type Mode, type SessionCommand } from '../commands.js';
import type { SessionEvent } from '../events.js';
import { Session, type SessionParts } from '../session.js';
import type { TakeRecord } from '../take.js';

export const codec = performance388;

const network = kerasNetwork(
  { inputClasses: 388, embedding: 8, layers: [{ cell: 'lstm', units: 16 }], outputClasses: 388 },
  1,
);

/** What every session of the tests is made of: a small untrained network, which plays wildly and never the same, and is led back. */
export function performer(seed = 7) {
  const engine = new ReferenceEngine(network);
  const sampler = createSampler(388);
  const { lead, strays } = leadBack(codec.symbols);
  return {
    engine,
    codec,
    grammar: {
      forbid(mask: Uint8Array, { ending }: { readonly ending: boolean }) {
        if (ending) mask.fill(0, 0, 128);
      },
      bias: (logits: Float32Array, { stream }: { readonly stream: TokenStream }) =>
        lead(logits, stream.recent!, 1),
      hasDrifted: ({ stream }: { readonly stream: TokenStream }) => strays(stream.recent!, 1),
      mayClose: ({ stream }: { readonly stream: TokenStream }) => stream.recent!.silence >= 0.2,
    },
    createDraw: (branch: number, _params: ParamValues, drawn = 0) => {
      let index = drawn;
      return (logits: Float32Array, mask: Uint8Array) =>
        sampler.sample(logits, { temperature: 1, topK: 0, topP: 1 }, mask, uniform(seed, branch, index++))
          .token;
    },
    pluginParams: {},
  };
}

/** What a synth at the output would hold: pitches that sound, with a count of what was sent. */
export class Synth {
  readonly sounding = new Set<number>();
  /** Notes that were begun while they sounded already, or ended while they did not. */
  readonly faults: string[] = [];
  noteOn(pitch: number): void {
    if (this.sounding.has(pitch)) this.faults.push(`${pitch} begun twice`);
    this.sounding.add(pitch);
  }
  noteOff(pitch: number): void {
    if (!this.sounding.delete(pitch)) this.faults.push(`${pitch} ended twice`);
  }
  silence(): void {
    if (this.sounding.size > 0) this.faults.push(`${[...this.sounding]} left to "all notes off"`);
    this.sounding.clear();
  }
}

/** A session with everything that it says. */
export function jam(mode: Mode, overrides: Partial<SessionParts> = {}) {
  const parts = performer();
  const synth = new Synth();
  const events: SessionEvent[] = [];
  const records: TakeRecord[] = [];
  const session = new Session({
    ...parts,
    output: synth,
    mode,
    time: 0,
    emit: (event) => events.push(event),
    record: (record) => records.push(record),
    ...overrides,
  });
  return { session, synth, events, records, engine: parts.engine };
}

export const START: SessionCommand = { type: 'start' };
/** Every command that changes whose turn it is, or what there is to go back to. */
export const COMMANDS: SessionCommand[] = [
  START,
  { type: 'stop' },
  { type: 'allOff' },
  { type: 'takeBack' },
  { type: 'again' },
  { type: 'reset' },
  { type: 'mute', muted: true },
  { type: 'mute', muted: false },
  ...MODES.map((mode) => ({ type: 'mode', mode }) as const),
];

/** One thing that happens to a session. */
export type Move =
  | { readonly event: PerformanceEvent }
  | { readonly command: SessionCommand; readonly time: number }
  | { readonly advance: number }
  /** Nothing ran from `time` on, for so long. */
  | { readonly pause: number; readonly time: number }
  | { readonly hold: boolean; readonly time: number };

export function make(session: Session | Band, move: Move): void {
  if ('event' in move) session.input(move.event);
  else if ('command' in move) session.command(move.command, move.time);
  else if ('hold' in move) session.hold(move.hold, move.time);
  else if ('pause' in move) session.pause(move.time + move.pause, move.time);
  else session.advance(move.advance);
}

/** What may happen to a session, in order of time: keys up and down as they come, pedal, commands, rests, pauses. */
export function moves(commands: readonly SessionCommand[]): fc.Arbitrary<Move[]> {
  const key = fc.integer({ min: 58, max: 64 });
  const one = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('noteOn' as const),
        pitch: key,
        velocity: fc.integer({ min: 1, max: 127 }),
      }),
    },
    { weight: 5, arbitrary: fc.record({ type: fc.constant('noteOff' as const), pitch: key }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('pedal' as const), down: fc.boolean() }) },
    { weight: 3, arbitrary: fc.constantFrom(...commands).map((command) => ({ command })) },
    { weight: 3, arbitrary: fc.constant({ advance: true as const }) },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 600 }).map((pause) => ({ pause })) },
    { weight: 1, arbitrary: fc.boolean().map((hold) => ({ hold })) },
  );
  const gap = fc.oneof(
    fc.double({ min: 0, max: 0.3, noNaN: true }),
    fc.double({ min: 0, max: 4, noNaN: true }),
    fc.constant(0),
  );
  return fc.array(fc.tuple(gap, one), { maxLength: 40 }).map((list) => {
    let time = 0;
    return list.map(([wait, what]): Move => {
      time += wait;
      if ('command' in what) return { command: what.command, time };
      if ('advance' in what) return { advance: time };
      if ('hold' in what) return { hold: what.hold, time };
      if ('pause' in what) {
        const from = time;
        time += what.pause;
        return { pause: what.pause, time: from };
      }
      return { event: { ...what, time } };
    });
  });
}

/** When it begins to happen: until then the clock may be looked at. */
export function startOf(move: Move): number {
  if ('event' in move) return move.event.time;
  return 'time' in move ? move.time : move.advance;
}

export function lastTime(list: readonly Move[]): number {
  const last = list.at(-1);
  if (last === undefined) return 0;
  return startOf(last) + ('pause' in last ? last.pause : 0);
}

/** Plays notes of `seconds` each, one after the other, from `time`; returns when the last one ended. */
export function phrase(session: Session, time: number, pitches: readonly number[], seconds = 0.25): number {
  pitches.forEach((pitch, index) => {
    session.input({ type: 'noteOn', time: time + index * seconds, pitch, velocity: 80 });
    session.input({ type: 'noteOff', time: time + (index + 0.9) * seconds, pitch });
  });
  return time + (pitches.length - 0.1) * seconds;
}
