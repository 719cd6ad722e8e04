import { pitchWords, velocityWords } from '../../../../codec/performance/alphabet.js';
import { range, vocabulary } from '../../../../codec/vocabulary.js';
import {
  EARLY,
  FEWEST_BEATS,
  MOST_BEATS,
  TICKS_PER_BEAT,
  TICKS_PER_SLOT,
} from '../../../../music/beats/beat-map.js';
import { chordWords, QUALITIES } from '../../../../music/chords/chord.js';
import { lengthWords, OCTAVES, STEPS_PER_OCTAVE } from './length.js';
import { TEMPOS, tempoWords } from './tempo.js';

/** Bar lines are numbered modulo 8, since phrases have four or eight bars, which a network of this size does not count. */
export const PERIOD = 8;

/** The piano's keys: A0 to C8. */
export const LOWEST = 21;
export const KEYS = 88;
export const VELOCITY_BINS = 16;

/**
 * The vocabulary of performances in beats. BAR and POSITION move the head forward; a position is a sixteenth of the bar with a
 * deviation in ticks, early (below 6) or late. CHORD comes at the beginning of its beat, before the notes. LENGTH follows its NOTE.
 */
export const beatVocabulary = vocabulary('performance-beats 21 48/4 1/32', [
  range('PIECE', { edge: 2 }, ({ edge }) => (edge === 0 ? 'the piece begins' : 'the piece ends')),
  range(
    'BAR',
    { beats: MOST_BEATS - FEWEST_BEATS + 1, number: PERIOD },
    ({ beats, number }) => `bar ${number + 1} of ${PERIOD}, ${FEWEST_BEATS + beats} beats`,
  ),
  range('TEMPO', { bin: TEMPOS }, ({ bin }) => tempoWords(bin)),
  range(
    'CHORD',
    { root: 12, quality: QUALITIES.length, beat: MOST_BEATS },
    ({ root, quality, beat }) => `${chordWords({ root, quality: QUALITIES[quality]! })} on beat ${beat + 1}`,
  ),
  range('NO_CHORD', { beat: MOST_BEATS }, ({ beat }) => `no chord on beat ${beat + 1}`),
  range('POSITION', { slot: 4 * MOST_BEATS, micro: TICKS_PER_SLOT }, ({ slot, micro }) =>
    positionWords(slot, micro - EARLY),
  ),
  range(
    'NOTE',
    { pitch: KEYS, bin: VELOCITY_BINS },
    ({ pitch, bin }) => `${pitchWords(LOWEST + pitch)}, ${velocityWords(bin, VELOCITY_BINS)}`,
  ),
  range('LENGTH', { octave: OCTAVES, fine: STEPS_PER_OCTAVE }, ({ octave, fine }) =>
    lengthWords(octave * STEPS_PER_OCTAVE + fine),
  ),
]);

function positionWords(slot: number, ticks: number): string {
  const late =
    ticks === 0 ? '' : `, ${Math.abs(ticks)}/${TICKS_PER_BEAT} beat ${ticks < 0 ? 'early' : 'late'}`;
  return `sixteenth ${slot + 1}${late}`;
}

export const START = beatVocabulary.token('PIECE', { edge: 0 });
export const END = beatVocabulary.token('PIECE', { edge: 1 });
