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

const ID = 'performance-388';
const BINS = 32;

/**
 * Performance RNN's classes in its order (Magenta, `PerformanceOneHotEncoding`): NOTE_ON 0-127, NOTE_OFF 128-255,
 * TIME_SHIFT of 1 to 100 steps at 256-355, VELOCITY of 32 bins at 356-387. Steps and bins are packed counting from 0.
 */
const classes = vocabulary(ID, [
  range('NOTE_ON', { pitch: 128 }, ({ pitch }) => `${pitchWords(pitch)} on`),
  range('NOTE_OFF', { pitch: 128 }, ({ pitch }) => `${pitchWords(pitch)} off`),
  range('TIME_SHIFT', { steps: LONGEST_SHIFT }, ({ steps }) => shiftWords(steps + 1)),
  range('VELOCITY', { bin: BINS }, ({ bin }) => velocityWords(bin, BINS)),
]);

function symbolOf(token: number): PerformanceSymbol {
  const reading = classes.read(token);
  switch (reading.range) {
    case 'NOTE_ON':
      return { type: 'on', pitch: reading.values.pitch };
    case 'NOTE_OFF':
      return { type: 'off', pitch: reading.values.pitch };
    case 'TIME_SHIFT':
      return { type: 'shift', steps: reading.values.steps + 1 };
    case 'VELOCITY':
      return { type: 'velocity', bin: reading.values.bin };
  }
}

const symbols = Array.from({ length: classes.size }, (_, token) => symbolOf(token));

const alphabet: PerformanceAlphabet = {
  id: ID,
  vocabulary: classes,
  lowest: 0,
  highest: 127,
  velocityBins: BINS,
  symbols,
  tokens: tokensByMeaning(symbols),
  on(pitch, bin, current) {
    const note = classes.token('NOTE_ON', { pitch });
    return bin === current ? [note] : [classes.token('VELOCITY', { bin }), note];
  },
  off: (pitch) => classes.token('NOTE_OFF', { pitch }),
  shift: (steps) => classes.token('TIME_SHIFT', { steps: steps - 1 }),
};

/** Performance RNN's 388 classes, for models and tokens that other programs can read. */
export const performance388 = performanceCodec(alphabet);
