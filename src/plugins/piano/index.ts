import {
  type ComposeOptions,
  codecById,
  definePlugin,
  type Grammar,
  type PerformanceCodec,
} from '../../plugin/index.js';
import { asYouPlay } from './as-you-play.js';
import { beatCodec } from './beats/codec/index.js';
import type { BeatsOrStepsCodec } from './beats/live/pulse-or-steps.js';
import { barRecall } from './beats/memory/bar-recall-engine.js';
import { beatsAndSteps } from './beats/two-models.js';
import { holding, isClose, thinning } from './close.js';
import { pianoCorpus } from './corpus/corpus.js';
import { leadBack, strikesOf } from './lead.js';
import { pianoOffline } from './offline.js';
import type manifest from './plugin.json';

type Params = typeof manifest.params;

/** The piano plugin: continues what the player just played, as performance tokens. */
export default definePlugin<Params, ComposeOptions, typeof manifest.offline.options>({
  live: {
    codec: (modelCodec) => codecById(modelCodec ?? ''),
    pair: (modelCodec) => (modelCodec === beatCodec.id ? beatsAndSteps : null),
    // Beat tokens have limits of their own, in their stream.
    grammar: (codec: PerformanceCodec | BeatsOrStepsCodec) =>
      pianoGrammar('steps' in codec ? codec.steps : codec),
  },
  corpus: pianoCorpus,
  offline: pianoOffline,
  memory: barRecall,
});

/**
 * Keeps to the player's pitch range, starts no note once the turn is to end, and ends notes that have sounded too long: a
 * network sometimes forgets a note and would leave it sounding. It blocks a new onset of such a pitch for a second: one in three
 * would be struck again at once, and drone on.
 */
function pianoGrammar({ symbols }: PerformanceCodec): Grammar<Params> {
  /** The pitch of each note-on token, and of each note-off token; -1 for others. (token) */
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
      // The two parameters change one after the other, so lowest may be above highest for a moment; the range is never empty.
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
