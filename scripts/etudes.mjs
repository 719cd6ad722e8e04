/**
 * Writes datasets/etudes: short piano studies made of scales, arpeggios, Alberti basses and broken chords, with dynamics and
 * pedal. The same bytes every time.
 *
 *     node scripts/build.mjs && node scripts/etudes.mjs [FOLDER]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeMidi } from '../dist/music/midi/index.js';

const MAJOR = [0, 2, 4, 5, 7, 9, 11];
const MINOR = [0, 2, 3, 5, 7, 8, 11];
/** Chords by the scale degree of their root, four bars. */
const PROGRESSIONS = [
  [0, 3, 4, 0],
  [0, 5, 3, 4],
  [0, 4, 5, 3],
  [0, 3, 1, 4],
];

/** Semitones above the tonic of a degree, counted on over the octave. */
function degree(scale, n) {
  const octave = Math.floor(n / scale.length);
  return 12 * octave + scale[n - octave * scale.length];
}

/** From soft to loud and back over a phrase, in whole velocities. */
function swell(share, low, high) {
  return Math.round(low + (high - low) * (1 - Math.abs(2 * share - 1)));
}

/** Notes follow each other; a chord's notes share a start. `hold`: how much of its step a note lasts. */
class Sheet {
  notes = [];
  pedal = [];
  constructor(step) {
    this.step = step;
  }
  add(at, pitch, velocity, { steps = 1, hold = 0.92 } = {}) {
    const start = at * this.step;
    this.notes.push({ pitch, velocity, start, end: start + steps * hold * this.step });
  }
  /** Down a little after the beat, up at the end of the bar, as pianists change it. */
  pedalBar(at, steps) {
    this.pedal.push({ time: (at + 0.3) * this.step, down: true });
    this.pedal.push({ time: (at + steps) * this.step, down: false });
  }
}

const KINDS = {
  /** Two octaves up and down, twice; hands an octave apart the second time. */
  scale(tonic, scale, step) {
    const sheet = new Sheet(step);
    const line = [...Array(15).keys(), ...[...Array(14).keys()].reverse()];
    for (const round of [0, 1]) {
      for (const [i, n] of line.entries()) {
        const at = round * (line.length + 3) + i;
        const velocity = swell(i / (line.length - 1), 48, 92);
        const last = i === line.length - 1 ? 3 : 1;
        sheet.add(at, tonic + degree(scale, n), velocity, { steps: last });
        if (round === 1) sheet.add(at, tonic - 12 + degree(scale, n), velocity - 8, { steps: last });
      }
    }
    return sheet;
  },
  /** Each chord of a progression over three octaves, up and down. */
  arpeggio(tonic, scale, step, chords) {
    const sheet = new Sheet(step);
    for (const [bar, root] of [...chords, ...chords, 0].entries()) {
      const line = [0, 2, 4, 7, 9, 11, 14, 11, 9, 7, 4, 2];
      for (const [i, n] of line.entries())
        sheet.add(12 * bar + i, tonic - 12 + degree(scale, root + n), swell(i / 11, 50, 96));
      sheet.pedalBar(12 * bar, 12);
    }
    return sheet;
  },
  /** Alberti bass under a tune that steps between the notes of the chord. */
  alberti(tonic, scale, step, chords) {
    const sheet = new Sheet(step);
    for (const [bar, root] of [...chords, ...chords, ...chords, 0].entries()) {
      for (const [i, n] of [0, 4, 2, 4, 0, 4, 2, 4].entries())
        sheet.add(8 * bar + i, tonic - 12 + degree(scale, root + n), i === 0 ? 58 : 46);
      const tune =
        bar % 2 === 0
          ? [
              [0, 4, 3],
              [3, 3, 1],
              [4, 2, 4],
            ]
          : [
              [0, 2, 2],
              [2, 3, 2],
              [4, 4, 4],
            ];
      for (const [at, n, steps] of tune)
        sheet.add(8 * bar + at, tonic + 12 + degree(scale, root + n), swell(bar / 12, 66, 100), {
          steps,
          hold: 0.97,
        });
    }
    return sheet;
  },
  /** Chords broken from the bass, the last note of each bar left to sound in the pedal. */
  broken(tonic, scale, step, chords) {
    const sheet = new Sheet(step);
    for (const [bar, root] of [...chords, ...chords, ...chords, 0].entries()) {
      sheet.add(6 * bar, tonic - 24 + degree(scale, root), 70, { steps: 6 });
      for (const [i, n] of [4, 7, 9, 11, 9].entries())
        sheet.add(6 * bar + i + 1, tonic - 12 + degree(scale, root + n), swell((bar + i / 5) / 14, 44, 84));
      sheet.pedalBar(6 * bar, 6);
    }
    return sheet;
  },
};

const TONICS = { c: 60, d: 62, e: 64, f: 65, g: 67, a: 57, bes: 58 };
/** Held out: of each kind one key. */
const HELD_OUT = { scale: 'e', arpeggio: 'bes', alberti: 'd', broken: 'g' };

const to = process.argv[2] ?? fileURLToPath(new URL('../datasets/etudes', import.meta.url));
mkdirSync(to, { recursive: true });
const rows = ['path,piece,split'];
for (const [index, [kind, make]] of Object.entries(KINDS).entries()) {
  for (const [place, [key, tonic]] of Object.entries(TONICS).entries()) {
    const minor = (place + index) % 3 === 2;
    const chords = PROGRESSIONS[(place + index) % PROGRESSIONS.length];
    const sheet = make(tonic, minor ? MINOR : MAJOR, [0.15, 0.18, 0.21][(place + index) % 3], chords);
    const name = `${kind}-${key}-${minor ? 'minor' : 'major'}`;
    const track = { name, channel: 0, program: 0, events: sheet.notes, pedal: sheet.pedal };
    writeFileSync(join(to, `${name}.mid`), writeMidi([track]));
    rows.push(`${name}.mid,${name},${HELD_OUT[kind] === key ? 'valid' : 'train'}`);
  }
}
writeFileSync(join(to, 'splits.csv'), `${rows.join('\n')}\n`);
