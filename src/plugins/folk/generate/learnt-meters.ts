import type { StepEngine } from '../../../model/engine.js';
import { meterText } from '../../../music/abc/meter.js';
import type { Meter } from '../../../music/abc/tune.js';
import { folkCodec } from '../codec/index.js';

/** A meter with a smaller share of the tunes is generated as badly as one that was never learnt. */
const ENOUGH = 1 / 200;

const TYPES = folkCodec.symbols.flatMap((symbol, token) => (symbol.kind === 'type' ? [token] : []));

/**
 * Whether the network starts more than one tune in two hundred with this meter, over all types: evidence that it was trained on
 * it.
 */
export function hasLearntMeter(engine: StepEngine, meter: Meter): boolean {
  const word = folkCodec.read(`M:${meterText(meter)}`)[0]!;
  const first = sharesAfter(engine, []);
  const share = TYPES.reduce(
    (sum, type) => sum + first[type]! * sharesAfter(engine, [type])[word]!,
    first[word]!,
  );
  return share > ENOUGH;
}

/** The network's probabilities for the next token. (token) */
function sharesAfter(engine: StepEngine, header: readonly number[]): number[] {
  const state = engine.createState();
  try {
    let logits = engine.step([state], [folkCodec.startToken]);
    for (const token of header) logits = engine.step([state], [token]);
    const peak = logits.reduce((peak, value) => Math.max(peak, value), Number.NEGATIVE_INFINITY);
    const weights = Array.from(logits, (value) => Math.exp(value - peak));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  } finally {
    state.free();
  }
}
