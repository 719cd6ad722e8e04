/**
 * How well the plugin ensemble hears harmony, on POP909's held-out songs: of the beats with an annotated chord within four beats of the leader's
 * playing, the share whose root, whose triad is right, and of the triad's tones. `melody`: it hears the melody alone; `chords`: the piano part.
 * `before`: foretold before the beat; `begun`: as the beat begins; `over`: at its end; `file`: all beats known.
 *
 *     npm run build && node scripts/ensemble-harmony.mjs POP909 ANNOTATIONS [one song in so many]
 */
import { tonesOf } from '../dist/plugins/ensemble/harmony/chord.js';
import {
  harmoniesOf,
  harmonyNow,
  NOTHING_HEARD,
  nextBeat,
} from '../dist/plugins/ensemble/harmony/listener.js';
import { songsOf } from './ensemble-songs.mjs';

const [corpus, annotations, every = '1'] = process.argv.slice(2);
const EARLY = 1 / 12;
const NEAR = 4;
const found = new Map();
let number = 0;
for (const song of songsOf(corpus, annotations, 'valid')) {
  if (number++ % Number(every) !== 0) continue;
  const { leader, chords, bass } = song.players;
  measure('melody', song, leader);
  measure('chords', song, [...chords, ...bass]);
}
for (const [name, { beats, root, triad, tones }] of found) {
  const percent = (count) => `${((100 * count) / beats).toFixed(1)} %`;
  console.log(
    `${name}: root ${percent(root)}, triad ${percent(triad)}, tones ${percent(tones)} of ${beats} beats`,
  );
}

function measure(who, { harmonies, places }, notes) {
  const byBeat = harmonies.map(() => []);
  for (const note of notes)
    for (
      let beat = Math.max(0, Math.floor(note.start + EARLY));
      beat < note.end && beat < byBeat.length;
      beat++
    )
      byBeat[beat].push(note);
  const file = harmoniesOf(
    byBeat.map((_, beat) => heardIn(byBeat, beat, beat + 1)),
    places,
  );
  let hearing = NOTHING_HEARD;
  let before;
  let played = Number.NEGATIVE_INFINITY;
  for (const [beat, place] of places.entries()) {
    hearing = nextBeat(hearing, beat === 0 ? [] : heardIn(byBeat, beat - 1, beat), place);
    const begun = harmonyNow(hearing, heardIn(byBeat, beat, beat + 0.05), before && { before, place });
    before = begun;
    if (byBeat[beat].length > 0) played = beat;
    if (!harmonies[beat] || beat - played > NEAR) continue;
    const over = harmonyNow(hearing, heardIn(byBeat, beat, beat + 1));
    const all = { before: harmonyNow(hearing, []), begun, over, file: file[beat] };
    for (const [when, harmony] of Object.entries(all)) add(`${who} ${when}`, harmony, harmonies[beat]);
  }
}

/** What is heard of a beat until a moment; a note that has begun counts as half a beat at least. */
function heardIn(byBeat, beat, until) {
  return byBeat[beat].flatMap(({ pitch, start, end }) => {
    const begins = start >= beat - EARLY;
    if (start > until || (!begins && end - beat < 0.15)) return [];
    const from = Math.max(0, start - beat);
    const known = Math.min(until, end) - beat - from;
    const sounds = begins && end > until ? Math.max(0.5, known) : known;
    return sounds > 0 ? [{ pitch, from, to: Math.min(1, from + sounds) }] : [];
  });
}

function add(name, heard, annotated) {
  const figures = found.get(name) ?? { beats: 0, root: 0, triad: 0, tones: 0 };
  found.set(name, figures);
  figures.beats++;
  figures.root += heard.root === annotated.root;
  figures.triad += heard.root === annotated.root && heard.triad === annotated.triad;
  figures.tones += tonesOf(heard).filter((tone) => tonesOf(annotated).includes(tone)).length / 3;
}
