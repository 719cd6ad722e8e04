import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepEngine } from '../../model/engine.js';
import { kerasNetwork } from '../../model/keras-init.js';
import { openEngine } from '../../model/open.js';
import type { DatasetPiece } from '../../training/dataset/read-dataset.js';
import { heldOut } from '../../training/fit/held-out.js';
import { baseline } from './baseline.js';
import { trainKneserNey } from './kneser-ney.js';
import { listening } from './listening.js';

const SIZE = 7;
const piece = (notes: number, ...tokens: number[]): DatasetPiece => ({
  path: 'x',
  notes,
  seconds: 1,
  tokens: Uint16Array.from([SIZE - 1, ...tokens]),
});
const pieces = [piece(2, 1, 2, 3), piece(1, 4, 1)];
const train = [piece(3, 1, 2, 3, 1, 2, 3), piece(2, 4, 1, 5)];

let engine: StepEngine;
beforeAll(async () => {
  const layers = [{ cell: 'lstm', units: 8 }] as const;
  const network = kerasNetwork({ inputClasses: SIZE, embedding: 0, layers, outputClasses: SIZE }, 1);
  engine = await openEngine(network, { engine: 'reference' });
});
afterAll(() => engine.dispose());

describe('heldOut', () => {
  it('is the mean cost of the tokens after the start, each piece from a zero state', () => {
    let nats = 0;
    for (const { tokens } of pieces) {
      const state = engine.createState();
      for (let at = 0; at + 1 < tokens.length; at++) {
        const odds = Array.from(engine.step([state], [tokens[at]!]), Math.exp);
        nats -= Math.log(odds[tokens[at + 1]!]! / odds.reduce((sum, of) => sum + of));
      }
      state.free();
    }
    const cost = heldOut(engine, pieces);
    expect(cost).toMatchObject({ pieces: 2, tokens: 5, notes: 3 });
    expect(cost.natsPerToken).toBeCloseTo(nats / 5, 5);
    expect(cost.natsPerNote).toBeCloseTo(nats / 3, 5);
    expect(cost.perplexity).toBeCloseTo(Math.exp(nats / 5), 4);
  });

  it('has no nats a note where there are no notes', () => {
    expect(heldOut(engine, [piece(0, 1, 2)])).toMatchObject({ tokens: 2, notes: 0, natsPerNote: null });
  });
});

describe('baseline', () => {
  it('counts the tokens and notes that heldOut counts, and says what it was trained on', () => {
    const model = trainKneserNey(
      train.map(({ tokens }) => tokens),
      { vocabularySize: SIZE },
    );
    const nats = pieces.flatMap(({ tokens }) => [...model.nats(tokens)]).reduce((sum, of) => sum + of);
    const { pieces: count, tokens, notes } = heldOut(engine, pieces);
    const counted = baseline(train, pieces, { vocabularySize: SIZE });
    expect(counted).toMatchObject({ pieces: count, tokens, notes, trainedOn: { pieces: 2, tokens: 9 } });
    expect(counted.natsPerToken).toBeCloseTo(nats / 5, 12);
    expect(counted.natsPerNote).toBeCloseTo(nats / 3, 12);
    expect(counted.orders).toEqual(model.orders);
  });
});

describe('listening', () => {
  it('needs two long pieces', () => {
    const long = piece(9, ...Array.from({ length: 600 }, (_, at) => at % 5));
    expect(listening(engine, [long, ...pieces], { prompts: 2, seed: 1 })).toBeNull();
    expect(listening(engine, [long, long], { prompts: 2, seed: 1 })).toMatchObject({ prompts: 2 });
  });
});
