import { expect, it } from 'vitest';
import { BEGINNING, headAfter, maskIllegalBeatTokens } from '../codec/head.js';
import { beatVocabulary, START } from '../codec/vocabulary.js';
import { BAR_ODDS_SHAPE, BarMemory } from './bar-memory.js';

const count = BAR_ODDS_SHAPE.reduce((product, size) => product * size, 1);
/** The longer two bars have agreed, the more. */
const odds = Float64Array.from({ length: count }, (_, at) => 0.01 * 4 ** (at % BAR_ODDS_SHAPE[4]));

const bar = (number: number) => beatVocabulary.token('BAR', { beats: 2, number: number % 8 });
const chord = (root: number, beat = 0) => beatVocabulary.token('CHORD', { root, quality: 0, beat });
const at = (slot: number) => beatVocabulary.token('POSITION', { slot, micro: 6 });
const note = (pitch: number, bin = 8) => beatVocabulary.token('NOTE', { pitch: pitch - 21, bin });
const length = (octave = 5, fine = 0) => beatVocabulary.token('LENGTH', { octave, fine });

/** Four notes of a broken chord. */
const broken = (root: number) =>
  [0, 7, 12, 16].flatMap((step, beat) => [at(4 * beat), note(48 + root + step), length()]);
const barOn = (number: number, root: number) => [bar(number), chord(root), ...broken(root)];

/** What it adds to the logits of a network that finds all alike. (token) */
function leaning(past: BarMemory): Float32Array {
  const logits = new Float32Array(beatVocabulary.size);
  past.apply(logits, Math.log(beatVocabulary.size));
  return logits;
}

function after(tokens: readonly number[], past = new BarMemory(odds)): BarMemory {
  for (const token of tokens) past.push(token);
  return past;
}

const likeliest = (logits: Float32Array) => beatVocabulary.read(logits.indexOf(Math.max(...logits)));

it('says nothing of a first bar', () => {
  expect(after(barOn(0, 0)).hasCandidates).toBe(false);
  expect(leaning(after(barOn(0, 0))).every((logit) => logit === 0)).toBe(true);
});

it('says what the bars before said next: position, note, length, bar line', () => {
  const before = [...barOn(0, 0), ...barOn(1, 0), bar(2), chord(0)];
  const [position, first, long, ...more] = broken(0);
  expect(likeliest(leaning(after(before)))).toMatchObject({ range: 'POSITION', values: { slot: 0 } });
  const struck = leaning(after([...before, position!]));
  expect(likeliest(struck)).toMatchObject({ range: 'NOTE', values: { pitch: 48 - 21 } });
  expect(struck[note(48, 3)]).toBe(struck[note(48, 12)]);
  expect(likeliest(leaning(after([...before, position!, first!])))).toMatchObject({ range: 'LENGTH' });
  expect(likeliest(leaning(after([...before, position!, first!, long!])))).toMatchObject({
    range: 'POSITION',
    values: { slot: 4 },
  });
  expect(likeliest(leaning(after([...before, position!, first!, long!, ...more])))).toMatchObject({
    range: 'BAR',
  });
});

it('moves notes with the chord, and asks the old bar for their lengths', () => {
  const before = [...barOn(0, 0), ...barOn(1, 5), bar(2), chord(7), at(0)];
  expect(leaning(after(before))[note(55)]).toBeGreaterThan(0);
  expect(leaning(after([...before, note(55)]))[length()]).toBeGreaterThan(0);
  expect(leaning(after([...before, note(54)]))[length()]).toBe(0);
});

it('is the surer the longer bars agree', () => {
  const said = (bars: number) =>
    leaning(
      after([
        ...Array.from({ length: bars }, (_, number) => barOn(number, 0)).flat(),
        bar(bars),
        chord(0),
        at(0),
      ]),
    )[note(48)]!;
  expect(said(4)).toBeGreaterThan(said(2));
});

it('keeps a chord that an old bar says on another beat apart from its notes', () => {
  const two = (number: number) => [
    bar(number),
    chord(0),
    ...broken(0).slice(0, 6),
    chord(5, 2),
    ...broken(0).slice(6),
  ];
  const now = after([...two(0), ...two(1), bar(2), chord(0), ...broken(0).slice(0, 6)]);
  const logits = leaning(now);
  expect(logits[chord(5, 2)]).toBeGreaterThan(0);
  // Which chord is not its business.
  expect(logits[chord(7, 2)]).toBe(logits[chord(5, 2)]);
});

/** A stream that makes sense, by chance; bars come back in it. */
function stream(seed: number, tokens: number): number[] {
  let state = seed;
  const random = () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const made: number[] = [];
  let head = BEGINNING;
  const mask = new Uint8Array(beatVocabulary.size);
  while (made.length < tokens) {
    mask.fill(1);
    maskIllegalBeatTokens(head, mask);
    const kinds = beatVocabulary.ranges.filter(
      ({ name, first, size }) => name !== 'PIECE' && mask.subarray(first, first + size).includes(1),
    );
    const { first, size } = kinds[Math.floor(random() * kinds.length)]!;
    const allowed = Array.from({ length: size }, (_, index) => first + index).filter((token) => mask[token]);
    const token = allowed[Math.floor(random() ** 2 * allowed.length)]!;
    made.push(token);
    head = headAfter(head, token);
  }
  return made;
}

it('goes on from what was written down as if nothing had happened', () => {
  let leant = 0;
  for (const seed of [1, 2]) {
    const tokens = [START, ...stream(seed, 2000)];
    const past = new BarMemory(odds);
    for (const [index, token] of tokens.entries()) {
      past.push(token);
      if (index % 617 !== 600) continue;
      const written = new Float32Array(past.size);
      past.write(written);
      const other = after(stream(seed + 9, 100));
      other.read(written);
      const further = stream(seed + index, 60);
      const [one, two] = [after(further, other), new BarMemory(odds)];
      two.read(written);
      expect(leaning(after(further, two))).toEqual(leaning(one));
      if (one.hasCandidates) leant++;
    }
  }
  expect(leant).toBeGreaterThan(3);
});

it('forgets what is long ago, and takes any tokens at all', () => {
  const past = after(Array.from({ length: 90 }, (_, number) => barOn(number, number % 4)).flat());
  expect(likeliest(leaning(after([bar(90), chord(2), at(0)], past)))).toMatchObject({
    range: 'NOTE',
    values: { pitch: 50 - 21 },
  });
  const crowd = [
    bar(0),
    chord(0),
    ...Array.from({ length: 2000 }, (_, index) => [at(index % 16), note(21 + (index % 88)), length()]).flat(),
  ];
  for (let step = 0; step < 3000; step++) crowd.push((step * 7919) % beatVocabulary.size);
  expect(leaning(after(crowd, past)).every(Number.isFinite)).toBe(true);
  past.clear();
  expect(past.hasCandidates).toBe(false);
});
