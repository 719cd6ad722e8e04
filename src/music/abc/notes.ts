import { add, type Fraction, ZERO } from './fraction.js';
import { midiOf } from './key.js';
import { isTimed } from './signs.js';
import { Accidentals } from './sounding.js';
import { soundingDurations } from './timing.js';
import type { ChordNote, Tune, TuneElement } from './tune.js';

/** A sounding note, with times in eighth notes from the beginning. */
export interface SoundingNote {
  /** MIDI number. */
  readonly pitch: number;
  readonly start: Fraction;
  readonly duration: Fraction;
  /** Index in the tune's body of the note or chord that begins it. */
  readonly element: number;
}

/**
 * The notes of a tune, or of one of its voices, in the order written, repeats played once: keys and accidentals applied, tied
 * notes as one. Graces are none of them, but their accidentals hold for the bar.
 */
export function soundingNotes(tune: Pick<Tune, 'key' | 'body' | 'propagation'>): SoundingNote[] {
  const durations = soundingDurations(tune.body);
  const accidentals = new Accidentals(tune.key, tune.propagation);
  const notes: SoundingNote[] = [];
  /** Where in `notes` each pitch is that is tied to the next note. */
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
