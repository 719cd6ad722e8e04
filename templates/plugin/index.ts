import { codecById, definePlugin, type Predictor } from 'continuo/plugin';
import type manifest from './plugin.json';

/** Music as tokens: a note begins, a note ends, time passes (in steps of 10 ms), how loud what follows is. */
const codec = codecById('performance-388');

/** How many of the last tokens are looked for in what was played before. */
const CONTEXT = 4;
/** How far back that is looked for, in tokens. */
const LOOK_BACK = 4000;

/** All tokens so far, the last one first. It is never changed, so a snapshot is the past itself, and going back costs nothing. */
interface Past {
  readonly token: number;
  readonly before: Past | null;
}

export function open(): Predictor {
  let past: Past | null = null;
  return {
    feed(token) {
      past = { token, before: past };
    },
    predict(logits) {
      // Whatever was never played may still come, rarely.
      logits.fill(0.001);
      let after = past;
      for (let back = 0; after?.before && back < LOOK_BACK; back++) {
        const alike = inCommon(after.before, past);
        if (alike > 0) logits[after.token]! += 8 ** alike;
        after = after.before;
      }
      for (let token = 0; token < logits.length; token++) logits[token] = Math.log(logits[token]!);
    },
    snapshot: () => past,
    restore(snapshot) {
      past = snapshot as Past | null;
    },
  };
}

/** How many tokens two pasts end with alike, up to {@link CONTEXT}. */
function inCommon(one: Past | null, other: Past | null): number {
  let count = 0;
  for (; count < CONTEXT && one && other && one.token === other.token; count++) {
    one = one.before;
    other = other.before;
  }
  return count;
}

export default definePlugin<typeof manifest.params>({
  live: {
    codec: () => codec,
    grammar: () => ({
      // 0 where a token may not come next. The types of the parameters' values follow from plugin.json.
      forbid(mask, { params, ending }) {
        codec.symbols.forEach((symbol, token) => {
          if (symbol.type === 'on' && (ending || symbol.pitch > params.highest)) mask[token] = 0;
        });
      },
    }),
  },
  predictor: { open },
});
