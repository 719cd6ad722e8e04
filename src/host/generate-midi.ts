import type { Fraction } from '../music/abc/fraction.js';
import { midiOf } from '../music/abc/key.js';
import { barLength } from '../music/abc/meter.js';
import { Accidentals } from '../music/abc/sounding.js';
import { soundingDurations } from '../music/abc/timing.js';
import type { Tune, TuneElement } from '../music/abc/tune.js';
import type { WritableTrack } from '../music/midi/write.js';
import type { Note } from '../music/note.js';

/** Eighths a minute at which a type is danced. */
const SPEEDS: Readonly<Record<string, number>> = {
  reel: 420,
  jig: 360,
  'slip jig': 360,
  hornpipe: 320,
  polka: 260,
  slide: 420,
  strathspey: 260,
  waltz: 300,
  march: 240,
  air: 160,
};
const USUAL_SPEED = 300;
const VELOCITY = 80;
/** The first note of a bar is a little louder. */
const ACCENT = 12;
/** General MIDI's violin. */
const FIDDLE = 40;

/** A tune as it is played: with its repeats, each ending in its turn. */
export function midiTrackOf(tune: Tune): { track: WritableTrack; bpm: number } {
  const speed = SPEEDS[(tune.type ?? '').replaceAll('-', ' ').toLowerCase()] ?? USUAL_SPEED;
  const eighth = 60 / speed;
  const durations = soundingDurations(tune.body);
  const heard = new Accidentals(tune.key);
  const notes: Note[] = [];
  const full = tune.meter ? barLength(tune.meter) : undefined;
  let time = 0;
  let inBar = full ? full.num / full.den - pickupOf(tune, durations) : 0;
  /** Pitches tied from the note before, with their place among the notes. */
  let tied = new Map<number, number>();
  for (const index of playedOrder(tune.body)) {
    const element = tune.body[index]!;
    heard.pass(element);
    if (element.kind === 'bar' || element.kind === 'volta') {
      // A pickup fills up the bar before it; without a meter each bar line begins a bar.
      if (!full || inBar >= full.num / full.den) inBar = 0;
      continue;
    }
    const { num, den } = durations[index]!;
    const length = num / den;
    const end = time + length;
    const next = new Map<number, number>();
    for (const { pitch, tie } of pitchesOf(element)) {
      const sounding = midiOf(pitch.step, heard.sound(pitch, tie));
      const before = tied.get(sounding);
      const at = before ?? notes.length;
      const start = before === undefined ? time * eighth : notes[before]!.start;
      const velocity = before === undefined ? VELOCITY + (inBar === 0 ? ACCENT : 0) : notes[before]!.velocity;
      notes[at] = { pitch: sounding, velocity, start, end: end * eighth };
      if (tie) next.set(sounding, at);
    }
    if (length > 0) {
      heard.noteEnds();
      tied = next;
      inBar += length;
    }
    time = end;
  }
  return {
    track: { name: tune.titles[0] ?? '', channel: 0, program: FIDDLE, events: notes },
    bpm: speed / 2,
  };
}

/** Eighths before the first bar line, if they are less than a bar; else a whole bar, which is no pickup. */
function pickupOf(tune: Tune, durations: readonly Fraction[]): number {
  let eighths = 0;
  for (const [index, { kind }] of tune.body.entries()) {
    if (kind === 'bar' && eighths > 0) break;
    eighths += durations[index]!.num / durations[index]!.den;
  }
  return eighths;
}

function pitchesOf(element: TuneElement) {
  if (element.kind === 'note') return [element];
  if (element.kind !== 'chord') return [];
  return element.notes.map(({ pitch, tie }) => ({ pitch, tie: tie || element.tie }));
}

/** Indices of the elements in the order in which they are played. */
function playedOrder(body: readonly TuneElement[]): number[] {
  const order: number[] = [];
  let from = 0;
  let again = false;
  for (let index = 0; index < body.length; index++) {
    const element = body[index]!;
    if (element.kind === 'volta' && again && element.ending === '1') {
      index = body.findIndex((other, at) => at > index && other.kind === 'bar' && other.line === ':|');
      again = false;
      from = index + 1;
      continue;
    }
    order.push(index);
    if (element.kind !== 'bar') continue;
    if (element.line === '|:') {
      from = index + 1;
      again = false;
    } else if (element.line === ':|') {
      again = !again;
      if (again) index = from - 1;
      else from = index + 1;
    }
  }
  return order;
}
