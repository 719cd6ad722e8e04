// Where in a bar of four drummers strike which drums, counted in the training files of the Groove MIDI Dataset: what beats are heard by in drums.
//   npm run build && node scripts/fit-drum-beats.mjs GROOVE > src/music/beats/drum-places.json
// Gives, for each kind of stroke and each twelfth of a beat of the bar, the log-likelihood ratio in nats against anywhere.
import { beatsOf } from './drum-music.mjs';

const from = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { DRUM_KINDS, drumKindOf } = await from('music/beats/drum-kinds.js');
const { DRUMS } = await from('plugins/drums/codec/kit.js');
const PARTS = 48;
const LEAST = -3;
/** What was never seen counts as this share of anywhere. */
const UNSEEN = 0.02;
/** Of all files' counts, so much is added to a figure's. */
const BORROWED = 0.02;
/** Strokes nearer than this are one onset, in seconds. */
const TOGETHER = 0.035;

/** The same start each time. */
let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
/** So many ways to drum are told apart, the best of so many starts, each of so many rounds. */
const FIGURES = 4;
const STARTS = 12;
const ROUNDS = 30;

const [paces, densities] = [[], []];
// Those who are early or late all through are not, here.
const pieces = beatsOf(process.argv[2], 'train');
const counted = pieces.map(({ hits, tempo }) => {
  const pace = 60 / tempo;
  const onsets = hits.filter(({ at }, index) => index === 0 || (at - hits[index - 1].at) * pace >= TOGETHER);
  paces.push(Math.log(pace));
  densities.push(Math.log(onsets.length / (hits.at(-1).at - hits[0].at)));
  const counts = DRUM_KINDS.map(() => new Array(PARTS).fill(0));
  // A long file says no more of how people drum than a short one.
  const weight = 1 / Math.sqrt(hits.length);
  for (const { at, drum, velocity } of hits) {
    const kind = drumKindOf(DRUMS[drum].pitch, velocity);
    const place = at * (PARTS / 4);
    const below = Math.floor(place);
    counts[kind][below % PARTS] += weight * (1 - (place - below));
    counts[kind][(below + 1) % PARTS] += weight * (place - below);
  }
  return counts;
});

const sumOf = (some) =>
  DRUM_KINDS.map((_, kind) =>
    Array.from({ length: PARTS }, (_, part) => some.reduce((sum, counts) => sum + counts[kind][part], 0)),
  );
/** Counts as log-likelihood ratios; what is rare among `some` is as in `all`. */
function placesOf(some, all) {
  return some.map((row, kind) => {
    const mixed = row.map((count, part) => count + (all === null ? 0 : BORROWED * all[kind][part]));
    const sum = mixed.reduce((whole, count) => whole + count, 0);
    return mixed.map((count) =>
      Number(Math.max(LEAST, Math.log((1 - UNSEEN) * (count / sum) * PARTS + UNSEEN)).toFixed(2)),
    );
  });
}
const likelihood = (counts, places) =>
  counts.reduce(
    (sum, row, kind) => row.reduce((all, count, part) => all + count * places[kind][part], sum),
    0,
  );

const all = sumOf(counted);
/** Pieces that are drummed alike are of one figure: each of the one that it is likeliest under. */
function figuresFrom(start) {
  let assigned = start;
  let places = [];
  let total = 0;
  for (let round = 0; round < ROUNDS; round++) {
    places = Array.from({ length: FIGURES }, (_, figure) =>
      placesOf(sumOf(counted.filter((_, piece) => assigned[piece] === figure)), all),
    );
    total = 0;
    assigned = counted.map((counts) => {
      const scores = places.map((one) => likelihood(counts, one));
      const best = scores.indexOf(Math.max(...scores));
      total += scores[best];
      return best;
    });
  }
  return { places, total, assigned };
}
let best = { total: Number.NEGATIVE_INFINITY };
for (let start = 0; start < STARTS; start++) {
  const found = figuresFrom(counted.map(() => Math.floor(random() * FIGURES)));
  if (found.total > best.total) best = found;
}
const normal = (values) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean: Number(mean.toFixed(3)), spread: Number(spread.toFixed(3)) };
};
const words = (places) =>
  `[\n${places.map((row) => `    ${JSON.stringify(row).replaceAll(',', ', ')}`).join(',\n')}\n  ]`;
console.log(
  `{\n  "pace": ${JSON.stringify(normal(paces))},\n  "density": ${JSON.stringify(normal(densities))},\n  "places": ${words(placesOf(all, null))},\n  "figures": [${best.places.map(words).join(', ')}]\n}`,
);
const sizes = best.places.map((_, figure) => best.assigned.filter((one) => one === figure).length);
console.error(`${pieces.length} files, figures of ${sizes.join(', ')}`);
