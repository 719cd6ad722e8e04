// Whether the drummer's fills come where phrases end: precision and recall beside a fill every eight bars, in songs of POP909.
//   npm run build && node scripts/fills-at-phrases.mjs POP909 ANNOTATIONS [train|valid]
// A phrase begins, here, on the bar line around which the annotated melody rests for a beat or holds a note for two, and from which on the
// annotated chords of four bars or more come again elsewhere, or that lies whole groups of four bars after such a line. The drummer is told
// neither which track is the melody nor the chords: it hears the song as one performance, as `continuo continue` does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const from = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const {
  readMidi,
  readAnnotations,
  ANNOTATION_FILES,
  annotatedName,
  beatMapOf,
  applyPedal,
  pianoPerformance,
} = await from('music/index.js');
const { barsOfFile } = await from('plugins/drums/offline/file-bars.js');
const { fillsOfFile } = await from('plugins/drums/offline/file-fills.js');
const { isLastOfPhrase } = await from('plugins/drums/phrases/phrases.js');

const [corpus, annotations, part = 'valid'] = process.argv.slice(2);
const REST = 1;
const HELD = 2;
const UPBEAT = 1.25;
const LATE = 1.5;
const GROUP = 4;

function* songs() {
  const tables = ANNOTATION_FILES.map((name) => [name, readFileSync(join(annotations, name))]);
  const all = readAnnotations(Object.fromEntries(tables));
  const [, ...rows] = readFileSync(join(corpus, 'splits.csv'), 'utf8').trim().split('\n');
  for (const row of rows.map((line) => line.trim().split(','))) {
    if (row.at(-1) !== part) continue;
    const annotation = all.get(annotatedName(row[0]));
    if (annotation === undefined) continue;
    try {
      const piece = readMidi(readFileSync(join(corpus, row[0])));
      const { performance } = pianoPerformance(piece);
      const melody = piece.tracks.find(({ name }) => name === 'MELODY')?.notes ?? [];
      const map = beatMapOf(annotation, applyPedal(performance));
      yield { name: row[0], performance, melody, annotation, map };
    } catch (error) {
      if (error.code === undefined) throw error;
    }
  }
}

/** Whether the melody rests, or holds a note, before it begins around `line`. */
function breathes(melody, line, pace) {
  return melody.some((note, index) => {
    const before = melody[index - 1];
    if (before === undefined || note.start < line - UPBEAT * pace || note.start > line + LATE * pace)
      return false;
    return note.start - before.end >= REST * pace || note.start - before.start >= HELD * pace;
  });
}

/** The chords of each bar as a text. */
function chordsOf({ chords }, bars) {
  return bars.map(({ times }) =>
    times
      .slice(0, -1)
      .map((time, beat) => {
        const moment = time + 0.3 * (times[beat + 1] - time);
        const { chord } = chords.findLast((one) => one.time <= moment) ?? { chord: null };
        return chord === null ? 'N' : `${chord.root}${chord.quality.startsWith('min') ? 'm' : ''}`;
      })
      .join(' '),
  );
}

/** The bars from which on four bars or more come again, and not from a bar before. */
function repeatsOf(chords) {
  const starts = new Set();
  for (let bar = 0; bar < chords.length; bar++)
    for (let other = 0; other < chords.length; other++) {
      if (Math.abs(other - bar) < GROUP || chords[bar - 1] === chords[other - 1]) continue;
      let length = 0;
      while (chords[bar + length] !== undefined && chords[bar + length] === chords[other + length]) length++;
      if (length >= GROUP) starts.add(bar);
    }
  return starts;
}

/** The bars that begin phrases. */
function phrasesOf({ melody, annotation }, bars) {
  const repeats = repeatsOf(chordsOf(annotation, bars));
  let last = 0;
  return bars.flatMap(({ times }, bar) => {
    if (repeats.has(bar)) last = bar;
    const pace = (times.at(-1) - times[0]) / (times.length - 1);
    return bar > 0 && (bar - last) % GROUP === 0 && breathes(melody, times[0], pace) ? [bar] : [];
  });
}

const every = (bars, count) => bars.flatMap((_, bar) => ((bar + 1) % count === 0 ? [bar] : []));
const ways = {
  'every 8 bars': ({ bars }) => every(bars, 8),
  'every 4 bars': ({ bars }) => every(bars, 4),
  'the whole file heard': ({ bars }) => [...fillsOfFile(bars, 8)],
  'heard while it is played': ({ bars, heard }) =>
    bars.flatMap((_, bar) => ((isLastOfPhrase(heard.slice(0, bar), 4) ?? (bar + 1) % 8 === 0) ? [bar] : [])),
};
const counts = Object.fromEntries(Object.keys(ways).map((name) => [name, { fills: 0, right: 0 }]));
let [phrases, files, barsInAll] = [0, 0, 0];
for (const song of songs()) {
  const bars = barsOfFile(song.map, song.performance.notes);
  const heard = bars.map(({ heard }) => heard);
  const truth = new Set(phrasesOf(song, bars).map((bar) => bar - 1));
  [phrases, files, barsInAll] = [phrases + truth.size, files + 1, barsInAll + bars.length];
  for (const [name, of] of Object.entries(ways)) {
    const fills = of({ bars, heard });
    counts[name].fills += fills.length;
    counts[name].right += fills.filter((bar) => truth.has(bar)).length;
  }
}
const percent = (value) => `${(100 * value).toFixed(1)} %`;
console.log(`${files} songs, ${barsInAll} bars, ${phrases} ends of phrases`);
for (const [name, { fills, right }] of Object.entries(counts)) {
  const [precision, recall] = [right / fills, right / phrases];
  console.log(
    `${name.padEnd(26)} ${fills} fills: precision ${percent(precision)}, recall ${percent(recall)}, F1 ${percent((2 * precision * recall) / (precision + recall))}`,
  );
}
