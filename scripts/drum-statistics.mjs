// Statistics of how a network drums beside held-out drummers: density, syncopation, swing, fills, backbeat, dynamics.
//   npm run build && node scripts/drum-statistics.mjs GROOVE MODEL_FOLDER      GROOVE: the Groove MIDI Dataset, with its info.csv
// For each held-out beat in 4/4 of eight bars or more, as many bars (32 at most) of its style and tempo, alone, with plans of the network's own.
import { beatsOf, decoded, openDrummer } from './drum-music.mjs';

const [corpus, folder] = process.argv.slice(2);
const { statisticsOf } = await import(
  new URL('../dist/plugins/drums/corpus/statistics.js', import.meta.url).href
);
const BARS = 32;
const cut = (piece) => ({ ...piece, hits: piece.hits.filter(({ at }) => at < 4 * BARS) });
const held = beatsOf(corpus, 'validation').map(cut);
const drummer = await openDrummer(folder);
const made = held.map((piece, index) => {
  const bars = Math.min(BARS, Math.ceil(piece.hits.at(-1).at / 4));
  return decoded(piece, drummer.play({ piece, bars, params: { fillEvery: 0 }, seed: index + 1 }));
});

const of = (pieces, name) =>
  pieces
    .map((piece) => statisticsOf(piece)[name])
    .filter((value) => value !== null)
    .sort((a, b) => a - b);
const at = (values, share) =>
  values[Math.min(values.length - 1, Math.floor(share * values.length))].toFixed(2);
const words = (values) =>
  `${(values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3)} [${at(values, 0.1)} ${at(values, 0.5)} ${at(values, 0.9)}]`;
console.log(`${held.length} beats; mean [10 %, 50 %, 90 %]`);
for (const name of Object.keys(statisticsOf(held[0])))
  console.log(`${name.padEnd(14)} held out ${words(of(held, name))}  made ${words(of(made, name))}`);
