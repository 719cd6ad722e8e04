import { range, vocabulary } from '../vocabulary.js';
import {
  LONGEST_SHIFT,
  type PerformanceAlphabet,
  type PerformanceSymbol,
  pitchWords,
  shiftWords,
  velocityWords,
} from './alphabet.js';
import { tokensByMeaning } from './mask.js';
import { performanceCodec } from './performance-codec.js';

/** The piano's keys: A0 to C8. */
const LOWEST = 21;
const KEYS = 88;

/** NOTE_ON carries pitch and velocity bin in one token, so that a note costs no velocity token of its own. */
function alphabetOf(bins: number): PerformanceAlphabet {
  const id = `performance-packed-${bins}`;
  const classes = vocabulary(id, [
    range(
      'NOTE_ON',
      { pitch: KEYS, bin: bins },
      ({ pitch, bin }) => `${pitchWords(LOWEST + pitch)} on, ${velocityWords(bin, bins)}`,
    ),
    range('NOTE_OFF', { pitch: KEYS }, ({ pitch }) => `${pitchWords(LOWEST + pitch)} off`),
    range('TIME_SHIFT', { steps: LONGEST_SHIFT }, ({ steps }) => shiftWords(steps + 1)),
  ]);

  function symbolOf(token: number): PerformanceSymbol {
    const reading = classes.read(token);
    switch (reading.range) {
      case 'NOTE_ON':
        return { type: 'on', pitch: LOWEST + reading.values.pitch, bin: reading.values.bin };
      case 'NOTE_OFF':
        return { type: 'off', pitch: LOWEST + reading.values.pitch };
      case 'TIME_SHIFT':
        return { type: 'shift', steps: reading.values.steps + 1 };
    }
  }

  const symbols = Array.from({ length: classes.size }, (_, token) => symbolOf(token));

  return {
    id,
    vocabulary: classes,
    lowest: LOWEST,
    highest: LOWEST + KEYS - 1,
    velocityBins: bins,
    symbols,
    tokens: tokensByMeaning(symbols),
    on: (pitch, bin) => [classes.token('NOTE_ON', { pitch: pitch - LOWEST, bin })],
    off: (pitch) => classes.token('NOTE_OFF', { pitch: pitch - LOWEST }),
    shift: (steps) => classes.token('TIME_SHIFT', { steps: steps - 1 }),
  };
}

/** The packed performance: 88 keys, velocities in 8, 16 or 32 bins. */
export const performancePacked8 = performanceCodec(alphabetOf(8));
export const performancePacked16 = performanceCodec(alphabetOf(16));
export const performancePacked32 = performanceCodec(alphabetOf(32));
