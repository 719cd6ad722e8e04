// How well beats are heard by ear: share of the true beats with one heard within 70 ms, and why the others are missed.
//   npm run build && node scripts/beats-heard.mjs GROOVE POP909 ANNOTATIONS [train|valid]      EACH=1: each file, too
// GROOVE: the Groove MIDI Dataset, whose beats are the metronome's; POP909 and ANNOTATIONS: songs at the piano, with beat_midi.tsv.
// Beats count from 8 s on, for a minute at most. A beat heard is placed while the music plays, by what came before.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const from = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { readMidi } = await from('music/midi/read.js');
const { followNote, followUntil, EMPTY_FOLLOWER } = await from('music/beats/follow.js');
const [groove, pop909, annotations, part = 'valid'] = process.argv.slice(2);
const NEAR = 0.07;
const FROM = 8;
const LONGEST = 60;
/** A pace within 4 % is the same. */
const SAME = 0.04;

const rowsOf = (path, split) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(split));

/** Beats heard while `notes` are played, and the pulse that is believed every half second. */
function heard(notes, until) {
  let followed = EMPTY_FOLLOWER;
  const believed = [];
  const look = () => {
    const { pulse } = followed.tracker;
    if (pulse !== null && pulse !== believed.at(-1)?.pulse) believed.push({ time: followed.next, pulse });
  };
  for (const note of notes) {
    if (note.start >= until) break;
    followed = followNote(followed, note, {});
    look();
  }
  followed = followUntil(followed, until, {});
  look();
  return { beats: followed.beats, believed };
}

/** Why a beat at `time`, where beats last `pace`, is missed. */
function causeOf(time, pace, believed) {
  const pulse = believed.findLast((one) => one.time <= time + 0.5)?.pulse;
  if (pulse === undefined) return 'no pulse yet';
  const ratio = pulse.period / pace;
  const near = (wanted) => Math.abs(ratio / wanted - 1) < SAME;
  if (near(1)) {
    const off = (time - pulse.bar) / pulse.period;
    const away = Math.abs(off - Math.round(off));
    return away > 0.4
      ? 'half a beat off'
      : away > 0.2
        ? 'a quarter of a beat off'
        : 'near, but not within 70 ms';
  }
  const names = { 2: 'half the tempo', 0.5: 'twice the tempo' };
  for (const wanted of [2, 0.5]) if (near(wanted)) return names[wanted];
  for (const wanted of [1.5, 2 / 3, 4 / 3, 3 / 4])
    if (near(wanted)) return 'by threes instead of twos (2:3, 3:4)';
  return 'another pace';
}

function* drummers() {
  const split = part === 'valid' ? 'validation' : part;
  for (const row of rowsOf(join(groove, 'info.csv'), ',')) {
    if (row[9] !== split || row[5] !== 'beat' || row[6] !== '4-4' || Number(row[8]) <= 20) continue;
    const notes = readMidi(readFileSync(join(groove, row[7]))).tracks.flatMap((track) => track.notes);
    const pace = 60 / Number(row[4]);
    yield {
      name: row[7].replace(/^.*\//, ''),
      notes,
      beatFrom: (time) => Math.ceil(time / pace - 1e-9) * pace,
      pace,
    };
  }
}

function* pianists() {
  const beats = new Map();
  for (const [song, time] of rowsOf(join(annotations, 'beat_midi.tsv'), '\t'))
    beats.set(song, [...(beats.get(song) ?? []), Number(time)]);
  for (const row of rowsOf(join(pop909, 'splits.csv'), ',')) {
    if (row.at(-1) !== part) continue;
    const name = row[0].replace('.mid', '');
    const own = beats.get(name);
    if (own === undefined) continue;
    const notes = readMidi(readFileSync(join(pop909, row[0]))).tracks.flatMap((track) => track.notes);
    yield { name, notes, own };
  }
}

function beatsOf({ own, notes, pace, beatFrom }) {
  const sorted = [...notes].sort((a, b) => a.start - b.start);
  const begin = own === undefined ? 0 : sorted[0].start;
  const end = Math.min(begin + LONGEST, sorted.at(-1).start);
  if (own !== undefined) {
    const times = own.filter((time) => time >= begin + FROM && time < end);
    return { sorted, end, times, pace: (times.at(-1) - times[0]) / (times.length - 1) };
  }
  const times = [];
  for (let time = beatFrom(FROM); time < end - pace; time += pace) times.push(time);
  return { sorted, end, times, pace };
}

for (const [who, pieces] of [
  ['drummers', drummers()],
  ['pianists', pianists()],
]) {
  let [hits, count, files] = [0, 0, 0];
  const causes = new Map();
  for (const piece of pieces) {
    const { sorted, end, times, pace } = beatsOf(piece);
    if (times.length < 2) continue;
    const { beats, believed } = heard(sorted, end);
    let found = 0;
    const own = new Map();
    for (const time of times) {
      if (beats.some((beat) => Math.abs(beat - time) <= NEAR)) found++;
      else {
        const cause = causeOf(time, pace, believed);
        own.set(cause, (own.get(cause) ?? 0) + 1);
      }
    }
    for (const [cause, missed] of own) causes.set(cause, (causes.get(cause) ?? 0) + missed);
    [hits, count, files] = [hits + found, count + times.length, files + 1];
    if (process.env.EACH) {
      const why = [...own].map(([cause, missed]) => `${cause} ${missed}`).join(', ');
      console.log(`${(found / times.length).toFixed(2)} ${piece.name} ${(60 / pace).toFixed(0)}/min  ${why}`);
    }
  }
  const percent = (value) => `${((100 * value) / count).toFixed(1)} %`;
  console.log(`${who}: ${files} files, ${percent(hits)} of ${count} beats within 70 ms`);
  for (const [cause, missed] of [...causes].sort((a, b) => b[1] - a[1]))
    console.log(`  missed: ${percent(missed)} ${cause}`);
}
