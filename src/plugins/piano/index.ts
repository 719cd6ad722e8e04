import { codecById, definePlugin, type Grammar, type PerformanceCodec } from '../../plugin/index.js';

/** Goes on from what was just played at a piano, in the tokens of a performance. */
export default definePlugin({
  codec: codecById,
  grammar: (codec) => pianoGrammar(codec as PerformanceCodec),
});

/** Keeps to the range of pitches that the player asks for, and begins nothing new when the turn is to end. */
function pianoGrammar({ symbols }: PerformanceCodec): Grammar {
  /** Pitch of the tokens that begin a note, -1 for all others. (token) */
  const onsets = Int16Array.from(symbols, (symbol) => (symbol.type === 'on' ? symbol.pitch : -1));
  return {
    forbid(mask, { params, ending }) {
      const lowest = params.lowest as number;
      // The two ends are moved one after the other: between the moves the range may be upside down, but never empty.
      const highest = Math.max(lowest, params.highest as number);
      for (let token = 0; token < onsets.length; token++) {
        const pitch = onsets[token]!;
        if (pitch >= 0 && (ending || pitch < lowest || pitch > highest)) mask[token] = 0;
      }
    },
  };
}
