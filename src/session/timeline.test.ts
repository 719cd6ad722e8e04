import { expect, it } from 'vitest';
import { kerasNetwork } from '../model/keras-init.js';
import { ReferenceEngine } from '../model/reference.js';
import { codec } from './testing/jam.js';
import { Timeline } from './timeline.js';

const network = kerasNetwork(
  { inputClasses: 388, embedding: 4, layers: [{ cell: 'gru', units: 8 }], outputClasses: 388 },
  3,
);
const SHIFT = codec.vocabulary.token('TIME_SHIFT', { steps: 24 });
const mask = new Uint8Array(388).fill(1);

function timeline() {
  const engine = new ReferenceEngine(network);
  const line = new Timeline(engine, codec, 0);
  const logits = () => {
    let seen = new Float32Array();
    const here = line.mark();
    line.sample((logits) => {
      seen = logits.slice();
      return SHIFT;
    }, mask);
    line.restore(here);
    return seen;
  };
  const play = (...tokens: number[]) => {
    for (const token of tokens) line.stream.accept(line.sample(() => token, mask));
  };
  return { line, engine, logits, play };
}

it('rolls back to before the token that crosses the time, state and logits to the bit', () => {
  const { line, logits, play } = timeline();
  play(60, SHIFT, 62, SHIFT);
  const [state, seen] = [line.state(), logits()];
  play(SHIFT, 64);
  expect(line.stream.head).toBeCloseTo(0.75, 9);
  expect(line.rollback(0.6)).toBe(2);
  expect([line.position, line.stream.head]).toEqual([5, 0.5]);
  expect([line.state(), logits()]).toEqual([state, seen]);
});

it('rolls back no further than what was fed, or committed', () => {
  const { line, play } = timeline();
  play(SHIFT);
  line.feed([60]);
  play(SHIFT);
  expect(line.rollback(0)).toBe(1);
  play(SHIFT);
  line.commit();
  expect(line.rollback(0)).toBe(0);
});

it('takes rehearsed steps without a step of the network, and gives the same state', () => {
  const [rehearsed, plain] = [timeline(), timeline()];
  const before = rehearsed.line.state();
  rehearsed.line.rehearse(() => rehearsed.play(60, SHIFT));
  expect([rehearsed.line.position, rehearsed.line.state()]).toEqual([1, before]);
  rehearsed.line.rehearse(() => rehearsed.play(62));
  const { steps } = rehearsed.engine;
  expect(rehearsed.line.rehearsedToken).toBe(60);
  rehearsed.play(60, SHIFT, 62);
  expect(rehearsed.engine.steps).toBe(steps);
  plain.play(60, SHIFT, 62);
  expect([rehearsed.line.state(), rehearsed.logits()]).toEqual([plain.line.state(), plain.logits()]);
});

it('steps anew where another token comes than was rehearsed', () => {
  const [rehearsed, plain] = [timeline(), timeline()];
  rehearsed.line.rehearse(() => rehearsed.play(60, SHIFT, 62));
  rehearsed.play(60, 64);
  plain.play(60, 64);
  expect(rehearsed.line.rehearsedToken).toBeUndefined();
  expect(rehearsed.line.state()).toEqual(plain.line.state());
});

it('restores the network alone, while the stream goes on', () => {
  const { line, play } = timeline();
  const start = line.mark();
  play(60, SHIFT);
  line.restoreNetwork(start);
  expect(line.state()).toEqual(start.state);
  expect([line.position, line.stream.head]).toEqual([3, 0.25]);
});
