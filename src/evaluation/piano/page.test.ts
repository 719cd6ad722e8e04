import { expect, it } from 'vitest';
import type { Note } from '../../music/note.js';
import type { Excerpt } from './excerpts.js';
import { pianoPage } from './page.js';
import { report } from './report.js';
import { type PianoResult, pianoWords } from './words.js';

const SECONDS = 6;
const notes = (lowest: number): Note[] =>
  Array.from({ length: 12 }, (_, index) => ({
    pitch: lowest + ((index * 5) % 12),
    velocity: 60 + index,
    start: index / 2,
    end: index / 2 + 0.4,
  }));
const excerpts = Array.from(
  { length: 12 },
  (_, index): Excerpt => ({
    piece: index % 3,
    path: `${index % 3}.mid`,
    at: index,
    end: SECONDS,
    prompt: notes(48 + index),
    followed: notes(50 + index),
  }),
);

/** A result with this many models, each playing the same notes transposed up. */
function judged(count: number): { result: PianoResult; played: Note[][][] } {
  const played = Array.from({ length: count }, (_, model) =>
    excerpts.map((_, index) => notes(52 + index + model)),
  );
  const measured = report(excerpts, played, { seconds: SECONDS, seed: 1 });
  const result: PianoResult = {
    ...measured,
    data: 'data',
    engine: 'kernel',
    precision: 'int8',
    promptSeconds: SECONDS,
    seconds: SECONDS,
    seed: 1,
    models: measured.models.map((one, index) => ({
      ...one,
      model: `model-${index}`,
      modelHash: `hash-${index}`,
      params: {},
      secondsTaken: 1,
    })),
  };
  return { result, played };
}

const count = (text: string, part: RegExp) => [...text.matchAll(part)].length;

it('says of a measure that no continuation of a model has that it is not told', () => {
  const { result } = judged(2);
  const [first, second] = result.models as [(typeof result.models)[0], (typeof result.models)[0]];
  const { measures } = first.comparisons;
  const interOnset = { ...measures.interOnset, mean: null };
  const silent = { ...first, comparisons: { ...first.comparisons, measures: { ...measures, interOnset } } };
  const table = pianoWords({ ...result, models: [silent, second] });
  expect(table).toMatch(/^mean time between onsets \(s\) .* {2}not told +0\.5/m);
});

it.each([2, 5])('makes a page and words of %i models, each with rolls of ten prompts', (models) => {
  const { result, played } = judged(models);
  const page = pianoPage(result, excerpts, played);
  const words = pianoWords(result);
  expect(page + words).not.toMatch(/NaN|undefined|Infinity/);
  expect(count(page, /<figcaption>what really followed</g)).toBe(10);
  // Four plots: of all players together, or one for each model beside the people.
  const plots = models <= 2 ? 0 : 4;
  const sections = page.split('<section>').slice(1);
  expect(sections).toHaveLength(plots);
  for (const section of sections) {
    const figures = section.split('</section>')[0]!.split('<figure>').slice(1);
    const scales = figures.map((figure) => [...figure.matchAll(/text-anchor="end">(.*?)</g)].join());
    expect(figures).toHaveLength(models);
    expect(new Set(scales).size).toBe(1);
  }
  for (let model = 0; model < models; model++) {
    expect(count(page, new RegExp(`<figcaption>model-${model}<`, 'g'))).toBe(10 + plots);
    // Once in its line, and a column in each of four tables.
    expect(count(words, new RegExp(`model-${model}\\b`, 'g'))).toBe(5);
  }
  expect(page).not.toContain('series-3');
  for (const line of words.split('\n')) expect(line.length).toBeLessThan(180);
});
