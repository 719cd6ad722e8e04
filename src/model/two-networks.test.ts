import { expect, it } from 'vitest';
import type { StepEngine } from './engine.js';
import { kerasNetwork } from './keras-init.js';
import { ReferenceEngine } from './reference.js';
import { type LogitCorrection, TwoNetworks } from './two-networks.js';

const FIRST = 5;
const SECOND = 7;
const engineOf = (classes: number, seed: number): StepEngine =>
  new ReferenceEngine(
    kerasNetwork(
      { inputClasses: classes, embedding: 3, layers: [{ cell: 'gru', units: 4 }], outputClasses: classes },
      seed,
    ),
  );

/** Makes likelier the token that came last. */
class LastToken implements LogitCorrection {
  readonly size = 1;
  #last = -1;
  push(token: number): void {
    this.#last = token;
  }
  apply(logits: Float32Array): void {
    if (this.#last >= 0) logits[this.#last]! += 3;
  }
  write(out: Float32Array): void {
    out[0] = this.#last;
  }
  read(values: Float32Array): void {
    this.#last = values[0]!;
  }
}

const two = (correction?: () => LogitCorrection) =>
  new TwoNetworks({ engine: engineOf(FIRST, 1) }, { engine: engineOf(SECOND, 2), resetToken: 0, correction });
/** What a network alone says after these tokens. */
function alone(engine: StepEngine, tokens: readonly number[]): number[] {
  const state = engine.createState();
  let logits: ArrayLike<number> = new Float32Array(engine.spec.outputClasses);
  for (const token of tokens) logits = engine.step([state], [token]);
  return Array.from(logits).slice(0, engine.spec.outputClasses);
}

it('gives each token to the network that it belongs to, and the logits of both', () => {
  const engine = two();
  const state = engine.createState();
  const tokens = [3, FIRST + 2, 1, FIRST + 6, FIRST + 1, 4];
  let logits: number[] = [];
  for (const token of tokens) logits = Array.from(engine.step([state], [token]));
  const firsts = tokens.filter((token) => token < FIRST);
  const seconds = tokens.filter((token) => token >= FIRST).map((token) => token - FIRST);
  expect(logits).toEqual([...alone(engineOf(FIRST, 1), firsts), ...alone(engineOf(SECOND, 2), seconds)]);
  expect(engine.steps).toBe(6);
});

it('forgets in one network what was before a new piece of it, and nothing of the other', () => {
  const engine = two();
  const state = engine.createState();
  let logits: number[] = [];
  for (const token of [3, FIRST + 2, FIRST + 5, FIRST, FIRST + 4])
    logits = Array.from(engine.step([state], [token]));
  expect(logits).toEqual([...alone(engineOf(FIRST, 1), [3]), ...alone(engineOf(SECOND, 2), [0, 4])]);
});

it('comes back to a snapshot with all that is remembered, to the bit', () => {
  const engine = two(() => new LastToken());
  const state = engine.createState();
  for (const token of [3, FIRST + 2, 1]) engine.step([state], [token]);
  const mark = state.snapshot();
  const then = Array.from(engine.step([state], [FIRST + 3]));
  for (const token of [FIRST + 1, 0, FIRST + 6]) engine.step([state], [token]);
  state.restore(mark);
  expect(state.snapshot()).toEqual(mark);
  expect(Array.from(engine.step([state], [FIRST + 3]))).toEqual(then);
  const plain = two();
  const other = plain.createState();
  for (const token of [3, FIRST + 2, 1]) plain.step([other], [token]);
  const unleaned = Array.from(plain.step([other], [FIRST + 3]));
  expect(then[FIRST + 3]! - unleaned[FIRST + 3]!).toBeCloseTo(3, 5);
});

it('refuses snapshots of others, and states that it did not make', () => {
  const engine = two();
  const state = engine.createState();
  const refused = expect.objectContaining({ code: 'STATE_SHAPE' });
  expect(() => state.restore(new Float32Array(3))).toThrow(refused);
  expect(() => state.restore(state.snapshot().slice())).toThrow(refused);
  expect(() => engine.step([engineOf(FIRST, 1).createState()], [0])).toThrow(refused);
});
