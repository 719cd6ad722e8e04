import {
  type BeatsOrStepsCodec,
  codecById,
  definePlugin,
  type Grammar,
  type PerformanceCodec,
} from '../../plugin/index.js';
import { asYouPlay } from './as-you-play.js';
import { holding, isClose, thinning } from './close.js';
import { pianoCorpus } from './corpus/corpus.js';
import { leadBack, strikesOf } from './lead.js';
import type manifest from './plugin.json';

type Params = typeof manifest.params;

/** Goes on from what was just played at a piano, in the tokens of a performance. */
export default definePlugin<Params>({
  live: {
    codec: (modelCodec) => codecById(modelCodec ?? ''),
    // A stream in beats keeps to the same by itself.
    grammar: (codec: PerformanceCodec | BeatsOrStepsCodec) =>
      pianoGrammar('steps' in codec ? codec.steps : codec),
  },
  corpus: pianoCorpus,
});

/**
 * Keeps to the range of pitches that the player asks for, begins nothing new when the turn is to end, and ends what has
 * sounded for too long: a network loses count of a note now and then, and would leave it sounding. What was ended so is
 * not struck again for a second: one in three would be at once, and drone on.
 */
function pianoGrammar({ symbols }: PerformanceCodec): Grammar<Params> {
  /** Pitch of the tokens that begin a note, and of those that end one; -1 for all others. (token) */
  const onsets = pitchesOf(symbols, 'on');
  const ends = pitchesOf(symbols, 'off');
  const { lead, strays } = leadBack(symbols);
  const steady = asYouPlay(symbols, strikesOf(symbols).velocities);
  const overdue = new Uint8Array(128); // (pitch)
  const refused = new Uint8Array(128); // (pitch)
  return {
    bias(logits, { params, stream, ending, closingFor: closing }) {
      const { recent } = stream;
      if (recent === undefined || (ending && closing === undefined)) return false;
      const less = ending ? holding(recent.silence) : thinning(closing);
      const rarer = ending ? ends : onsets;
      for (let token = 0; less > 0 && token < rarer.length; token++)
        if (rarer[token]! >= 0) logits[token]! -= less;
      if (ending) return less > 0;
      const led = lead(logits, recent, params.lead);
      return steady(logits, recent, params.likeYou) || led || less > 0;
    },
    mayClose: ({ stream, closingFor: closing = 0 }) =>
      stream.recent === undefined || isClose(stream.recent, stream.openNotes('model'), closing),
    hasDrifted: ({ params, stream }) => stream.recent !== undefined && strays(stream.recent, params.lead),
    forbid(mask, { params, stream, ending }) {
      const longest = params.longest;
      const lowest = params.lowest;
      // The two ends are moved one after the other: between the moves the range may be upside down, but never empty.
      const highest = Math.max(lowest, params.highest);
      let late = false;
      for (let pitch = 0; pitch < overdue.length; pitch++) {
        overdue[pitch] = stream.soundingTime(pitch) > longest ? 1 : 0;
        late ||= overdue[pitch] === 1;
        const outside = pitch < lowest || pitch > highest;
        refused[pitch] = ending || outside || stream.lastLength(pitch) > longest ? 1 : 0;
      }
      for (let token = 0; token < onsets.length; token++) {
        const pitch = onsets[token]!;
        if (pitch >= 0 && refused[pitch] === 1) mask[token] = 0;
      }
      if (!late) return;
      for (let token = 0; token < ends.length; token++) {
        const pitch = ends[token]!;
        if (pitch < 0 || overdue[pitch] === 0) mask[token] = 0;
      }
    },
  };
}

function pitchesOf(symbols: PerformanceCodec['symbols'], type: 'on' | 'off'): Int16Array {
  return Int16Array.from(symbols, (symbol) => (symbol.type === type ? symbol.pitch : -1));
}
