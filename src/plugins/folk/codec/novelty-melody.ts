import { midiOf } from '../../../music/abc/key.js';
import { Accidentals } from '../../../music/abc/sounding.js';
import type { Tune } from '../../../music/abc/tune.js';

/**
 * The sounding notes of a tune as MIDI numbers, in written order: repeats are not unfolded, tied notes count once, a
 * chord counts as its highest note, rests are skipped. Shape: (note).
 */
export function melodyOf(tune: Tune): number[] {
  const heard = new Accidentals(tune.key);
  const melody: number[] = [];
  let tied = false;
  for (const element of tune.body) {
    heard.pass(element);
    if (element.kind === 'rest') tied = false;
    if (element.kind !== 'note' && element.kind !== 'chord') continue;
    const notes = element.kind === 'note' ? [element] : element.notes;
    let top = Number.NEGATIVE_INFINITY;
    let ties = false;
    for (const { pitch, tie } of notes) {
      const holds = tie || element.tie;
      top = Math.max(top, midiOf(pitch.step, heard.sound(pitch, holds)));
      ties ||= holds;
    }
    heard.noteEnds();
    if (!(tied && melody.at(-1) === top)) melody.push(top);
    tied = ties;
  }
  return melody;
}
