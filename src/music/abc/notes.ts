import { add, type Fraction, ZERO } from './fraction.js';
import { midiOf } from './key.js';
import { isTimed } from './signs.js';
import { Accidentals } from './sounding.js';
import { soundingDurations } from './timing.js';
import type { ChordNote, Tune, TuneElement } from './tune.js';

/** A sounding note; times in eighth notes from the beginning of the tune. */
export interface SoundingNote {
  /** MIDI number. */
  readonly pitch: number;
  readonly start: Fraction;
  readonly duration: Fraction;
  /** Index in the tune's body of the note or chord where it begins. */
  readonly element: number;
}

/**
 * The sounding notes of a tune or of one voice, in the order written, each repeat once. Applies key and accidentals and
 * joins tied notes. Leaves graces out, though their accidentals hold for the rest of the bar.
 */
export function soundingNotes(tune: Pick<Tune, 'key' | 'body' | 'propagation'>): SoundingNote[] {
  const durations = soundingDurations(tune.body);
  const accidentals = new Accidentals(tune.key, tune.propagation);
  const notes: SoundingNote[] = [];
  /** Index in `notes` of each pitch that is tied to the next note. */
  let tied = new Map<number, number>();
  let now = ZERO;
  for (const [element, sign] of tune.body.entries()) {
    accidentals.pass(sign);
    if (!isTimed(sign)) continue;
    const duration = durations[element]!;
    const tying = new Map<number, number>();
    for (const { pitch } of sign.graces?.notes ?? []) accidentals.sound(pitch, false);
    for (const { pitch, tie } of pitchesOf(sign)) {
      const sounding = midiOf(pitch.step, accidentals.sound(pitch, tie)) + (sign.shift ?? 0);
      const held = tied.get(sounding);
      if (held === undefined) notes.push({ pitch: sounding, start: now, duration, element });
      else notes[held] = { ...notes[held]!, duration: add(notes[held]!.duration, duration) };
      if (tie) tying.set(sounding, held ?? notes.length - 1);
    }
    accidentals.noteEnds();
    tied = tying;
    now = add(now, duration);
  }
  return notes;
}

function pitchesOf(sign: TuneElement): Pick<ChordNote, 'pitch' | 'tie'>[] {
  if (sign.kind === 'note') return [sign];
  if (sign.kind !== 'chord') return [];
  return sign.notes.map(({ pitch, tie }) => ({ pitch, tie: tie || sign.tie }));
}
