import fc from 'fast-check';
import { performance388 } from '../../../../codec/index.js';
import { kerasNetwork } from '../../../../model/keras-init.js';
import { uniform } from '../../../../model/random.js';
import { ReferenceEngine } from '../../../../model/reference.js';
import { createSampler } from '../../../../model/sampler.js';
import { TwoNetworks } from '../../../../model/two-networks.js';
import type { ParamValues } from '../../../../plugin/definition.js';
import type { GrammarContext } from '../../../../plugin/live.js';
import type { ParamSpecs } from '../../../../plugin/params.js';
import type { SessionCommand } from '../../../../session/commands.js';
import type { SessionParts } from '../../../../session/session.js';
import { type Move, moves } from '../../../../session/testing/jam.js';
import { beatCodec } from '../codec/index.js';
import { beatsOrSteps } from '../live/pulse-or-steps.js';
import { accompaniment } from './accompaniment.js';

export const codec = beatsOrSteps(performance388);
/** The first token that counts in beats. */
export const FIRST_BEAT = performance388.vocabulary.size;

const network = (classes: number, seed: number) =>
  kerasNetwork(
    { inputClasses: classes, embedding: 4, layers: [{ cell: 'gru', units: 6 }], outputClasses: classes },
    seed,
  );
const networks = [network(FIRST_BEAT, 1), network(beatCodec.vocabulary.size, 2)] as const;

const pluginParams: ParamSpecs = {
  lowest: { type: 'pitch', min: 21, max: 108, default: 21 },
  highest: { type: 'pitch', min: 21, max: 108, default: 108 },
  longest: { type: 'float', min: 0.5, max: 20, default: 5 },
  beatsABar: { type: 'int', min: 3, max: 4, default: 4 },
};

/** What a session is made of that plays in beats or in steps: two small untrained networks. */
export function beatsPerformer(
  seed = 7,
): Pick<SessionParts, 'engine' | 'codec' | 'grammar' | 'createDraw' | 'pluginParams'> {
  const sampler = createSampler(codec.vocabulary.size);
  return {
    engine: new TwoNetworks(
      { engine: new ReferenceEngine(networks[0]) },
      { engine: new ReferenceEngine(networks[1]), resetToken: beatCodec.startToken },
    ),
    codec,
    grammar: {
      forbid(mask: Uint8Array, { ending }: Pick<GrammarContext, 'ending'>) {
        if (ending) mask.fill(0, 0, 128);
      },
    },
    createDraw: (branch: number, _params: ParamValues, drawn = 0) => {
      let index = drawn;
      return (logits: Float32Array, mask: Uint8Array) =>
        sampler.draw(logits, { temperature: 1, topK: 0, topP: 1 }, mask, uniform(seed, branch, index++));
    },
    pluginParams,
  };
}

const PULSES: readonly SessionCommand[] = [
  { type: 'pulse', beat: 0.6, bar: true, tapped: false },
  { type: 'pulse', beat: 0.5, bar: false, tapped: false },
  { type: 'pulse', beat: 0.55, bar: false, tapped: true },
  { type: 'pulse', beat: 0, bar: false, tapped: false },
  { type: 'param', id: 'beatsABar', value: 3 },
  { type: 'param', id: 'longest', value: 0.5 },
];

/** What may happen, after some bars that were played steadily. */
export function steadyMoves(commands: readonly SessionCommand[]): fc.Arbitrary<Move[]> {
  return fc
    .tuple(
      fc.double({ min: 0.46, max: 0.9, noNaN: true }),
      fc.integer({ min: 4, max: 30 }),
      moves([...commands, ...PULSES]),
      fc.double({ min: 0.5, max: 3, noNaN: true }),
      moves([...commands, ...PULSES]),
    )
    .map(([pace, beats, between, pause, after]) => {
      const first = accompaniment(0.1, pace, beats).map((event): Move => ({ event }));
      const from = lastOf(first) + pause;
      const middle = between.map((move) => moved(move, from));
      const again = lastOf([...first, ...middle]) + pause;
      const second = accompaniment(again, pace, beats).map((event): Move => ({ event }));
      const end = lastOf(second) + pause;
      return [...first, ...middle, ...second, ...after.map((move) => moved(move, end))];
    });
}

function lastOf(list: readonly Move[]): number {
  return list.reduce((last, move) => {
    const time = 'event' in move ? move.event.time : 'time' in move ? move.time : move.advance;
    return Math.max(last, time + ('pause' in move ? move.pause : 0));
  }, 0);
}

function moved(move: Move, by: number): Move {
  if ('event' in move) return { event: { ...move.event, time: move.event.time + by } };
  return 'time' in move ? { ...move, time: move.time + by } : { advance: move.advance + by };
}
