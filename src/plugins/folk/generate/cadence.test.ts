import { describe, expect, it } from 'vitest';
import type { NetworkState, StepEngine } from '../../../model/engine.js';
import { uniform } from '../../../model/random.js';
import { createSampler } from '../../../model/sampler.js';
import { FolkGrammar } from '../codec/grammar.js';
import { folkCodec } from '../codec/index.js';
import { NO_NOTE_ODDS } from '../odds/note-odds.js';
import type { TuneOdds } from '../odds/tune-odds.js';
import { resolveRequest } from './rules.js';
import { type Draft, makeDrafts } from './tune.js';

const { size } = folkCodec.vocabulary;
const token = (word: string) => folkCodec.read(word)[0]!;

/** The probabilities of the next token, given the last two tokens. */
type Says = (last: string, before: string) => Readonly<Record<string, number>>;

const HEADER: Readonly<Record<string, string>> = { '<s>': 'M:2/4', 'M:2/4': 'K:Cmaj', 'K:Cmaj': '|:' };

/** Notes one bar long, and bar lines; the part ends after c with probability 0.9, after G with 0.1. */
const says: Says = (last, before) => {
  const told = HEADER[last];
  if (told !== undefined) return { [told]: 1 };
  if (last === '4') return before === 'c' ? { ':|': 0.9, '|': 0.1 } : { ':|': 0.1, '|': 0.9 };
  if (last === 'c' || last === 'G') return { '4': 1 };
  if (last === ':|') return { '</s>': 1 };
  return { c: 0.5, G: 0.5 };
};

/** A stub network with these probabilities; its state is (token before, last token). */
function network(says: Says): StepEngine {
  let steps = 0;
  const pasts = new Map<NetworkState, Float32Array>();
  return {
    name: 'reference',
    spec: { inputClasses: size, embedding: 0, layers: [], outputClasses: size },
    get steps() {
      return steps;
    },
    createState() {
      const past = new Float32Array(2);
      const state: NetworkState = {
        hidden: new Float32Array(),
        layers: [],
        size: 2,
        snapshot: () => past.slice(),
        restore: (snapshot) => past.set(snapshot),
        reset: () => past.fill(0),
        free: () => pasts.delete(state),
      };
      pasts.set(state, past);
      return state;
    },
    step(states, tokens) {
      const logits = new Float32Array(states.length * size).fill(-60);
      for (const [row, state] of states.entries()) {
        const past = pasts.get(state)!;
        past.set([past[1]!, tokens[row]!]);
        const [before, last] = [folkCodec.write([past[0]!]), folkCodec.write([past[1]!])];
        for (const [word, share] of Object.entries(says(last, before)))
          logits[row * size + token(word)] = Math.log(share);
        steps++;
      }
      return logits;
    },
    dispose() {},
  };
}

const asked = {
  ...resolveRequest({ meter: '2/4', key: 'C', form: 'AA', bars: 2, range: 'any' }),
  types: [null],
};

function draftsOf(lookAhead: number, branches: readonly number[], engine = network(says), odds?: TuneOdds) {
  const settings = {
    grammar: () => new FolkGrammar(asked),
    prime: () => [],
    sampler: { temperature: 1, topK: 0, topP: 1 },
    seed: 5,
    lookAhead,
    odds,
  };
  return [...makeDrafts(engine, settings, branches)];
}

/** Chi-square between the drawn last notes of two bars and the network's distribution, given that the part has two bars. */
function chiSquare(lookAhead: number): number {
  const branches = Array.from({ length: 250 }, (_, branch) => branch);
  const counts: Record<string, number> = { cc: 0, cG: 0, Gc: 0, GG: 0 };
  for (const { tokens } of draftsOf(lookAhead, branches)) {
    const notes = folkCodec.write(tokens).match(/[cG](?= 4)/g)!;
    counts[`${notes[0]}${notes[1]}`]!++;
  }
  // The first bar is drawn freely; by Bayes' rule, given that the second bar ends the part.
  const given: Readonly<Record<string, number>> = { cc: 0.45, cG: 0.05, Gc: 0.45, GG: 0.05 };
  return Object.entries(given).reduce((sum, [notes, share]) => {
    const expected = share * branches.length;
    return sum + (counts[notes]! - expected) ** 2 / expected;
  }, 0);
}

describe('a part whose end is drawn ahead', () => {
  it('goes as the network says given that the part ends there, which a mask alone does not', () => {
    // With three degrees of freedom, 16.3 is exceeded once in a thousand runs.
    expect(chiSquare(24)).toBeLessThan(16.3);
    expect(chiSquare(1)).toBeGreaterThan(300);
  });

  it('ends more as people do, where it is known by how much that is likelier', () => {
    const branches = Array.from({ length: 250 }, (_, branch) => branch);
    // c is the tonic. The network ends there nine times in ten; the odds make G nine times as likely.
    const cadences = { first: [Math.log(9), 0], later: [0, 0, 0, 0], last: [0, 0, 0, 0] };
    const odds = { untyped: { cadences, notes: NO_NOTE_ODDS } };
    const ends = draftsOf(24, branches, network(says), odds).map(
      ({ tokens }) => folkCodec.write(tokens).match(/[cG](?= 4)/g)![1],
    );
    const onG = ends.filter((note) => note === 'G').length;
    // Expected: half, 125; standard deviation 7.9.
    expect(Math.abs(onG - 125)).toBeLessThan(32);
  });

  it('is drawn token by token where one particle draws it', () => {
    const [engine, grammar, sampler] = [network(says), new FolkGrammar(asked), createSampler(size)];
    const state = engine.createState();
    const tokens: number[] = [];
    for (let last = folkCodec.startToken; !grammar.done; last = tokens.at(-1)!) {
      const mask = new Uint8Array(size).fill(1);
      grammar.forbid(mask);
      const logits = engine.step([state], [last]);
      const u = uniform(5, 7, tokens.length);
      const { token } = sampler.sample(logits, { temperature: 1, topK: 0, topP: 1 }, mask, u);
      grammar.accept(token);
      tokens.push(token);
    }
    expect(draftsOf(1, [6, 7])[1]!.tokens).toEqual(tokens);
  });

  it('does not hang on what grows beside it', () => {
    const together = draftsOf(8, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const branch of [3, 9]) expect(draftsOf(8, [branch])[0]).toEqual(together[branch]);
  });

  it('counts what the grammar took along the tune alone', () => {
    const [{ tokens, statistics }] = draftsOf(16, [0]) as [Draft];
    const header = 2;
    expect(statistics.tokens).toBe(tokens.length - header);
    const [first, second] = folkCodec.write(tokens).match(/[cG](?= 4)/g)!;
    expect(statistics.cut).toBeCloseTo((first === 'c' ? 0.9 : 0.1) + (second === 'c' ? 0.1 : 0.9), 6);
  });

  it('feeds lines that go the same way once', () => {
    // All notes are equally likely, so the number of particles makes no difference.
    const alike: Says = (last, before) => (last === '|:' || last === '|' ? { c: 1 } : says(last, before));
    const [one, many] = [network(alike), network(alike)];
    const [alone] = draftsOf(1, [0], one);
    expect(draftsOf(16, [0], many)[0]!.tokens).toEqual(alone!.tokens);
    expect(many.steps).toBe(one.steps);
  });
});
