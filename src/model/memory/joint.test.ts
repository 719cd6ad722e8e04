import { describe, expect, it } from 'vitest';
import { kerasNetwork } from '../keras-init.js';
import { openEngine } from '../open.js';
import { isForetold, jointExamples, parseJoint, withJoint } from './joint.js';

/** Foretold tokens 0 to 5, told ones 6 to 8, and 9 begins a piece. */
const spec = { foretold: 6, told: 3 };
const START = 9;
const network = kerasNetwork(
  { inputClasses: 18, embedding: 4, layers: [{ cell: 'gru', units: 16 }], outputClasses: 6 },
  5,
);
const open = async () => openEngine(network, { engine: 'reference' });
const joined = async () => withJoint(await open(), spec);
const piece = [START, 7, 4, 6, 2, 8, 2];

describe('tokens that are fed two at a time', () => {
  it('go in as one packed integer, and logits of the foretold tokens come out', async () => {
    const [engine, plain] = [await joined(), await open()];
    const [state, plainState] = [engine.createState(), plain.createState()];
    const { inputs } = jointExamples(piece, spec);
    expect([...inputs]).toEqual([0 * 3 + 1, 4 * 3 + 0, 2 * 3 + 2]);
    for (const token of piece) {
      const logits = engine.step([state], [token]);
      if (token < 6 || token === START) continue;
      const at = piece
        .filter((_, place) => place <= piece.indexOf(token))
        .filter((each) => each >= 6 && each < 9);
      const expected = plain.step([plainState], [inputs[at.length - 1]!]);
      expect(logits.subarray(0, 6)).toEqual(expected.subarray(0, 6));
      expect(Math.max(...logits.subarray(6, 10))).toBe(-1e4);
    }
  });

  it('leave the network where it is after a foretold token, and any told one may come', async () => {
    const engine = await joined();
    const state = engine.createState();
    engine.step([state], [7]);
    const before = [...state.hidden];
    const logits = [...engine.step([state], [4]).subarray(0, 10)];
    expect([...state.hidden]).toEqual(before);
    expect(logits).toEqual([...new Array(6).fill(-1e4), 0, 0, 0, -1e4]);
  });

  it('are learnt as they are fed, each input with the token that it foretells', () => {
    expect([...jointExamples(piece, spec).targets]).toEqual([4, 2, 2]);
    expect([...jointExamples([START, 7], spec).targets]).toEqual([]);
    expect(piece.filter(isForetold(spec))).toEqual([4, 2, 2]);
  });

  it('are the same after a snapshot, and side by side', async () => {
    const engine = await joined();
    const [one, two] = [engine.createState(), engine.createState()];
    for (const token of piece.slice(0, 3)) engine.step([one], [token]);
    two.restore(one.snapshot());
    const alone = [...engine.step([one], [6]).subarray(0, 10)];
    one.restore(two.snapshot());
    // The first of the two states stays where it is.
    const three = engine.createState();
    const together = engine.step([three, two], [START, 6]);
    expect([...together.subarray(10, 20)]).toEqual(alone);
  });

  it('refuses tokens outside, and networks of other classes', async () => {
    const engine = await joined();
    expect(() => engine.step([engine.createState()], [10])).toThrow(
      expect.objectContaining({ code: 'TOKEN_RANGE' }),
    );
    const plain = await open();
    expect(() => withJoint(plain, { foretold: 5, told: 3 })).toThrow(/15 classes in and 5 out, got 18 and 6/);
    expect(() => parseJoint({ foretold: 6 })).toThrow(/joint.told: expected a finite number, got nothing/);
    expect(parseJoint(undefined)).toBeUndefined();
  });
});
