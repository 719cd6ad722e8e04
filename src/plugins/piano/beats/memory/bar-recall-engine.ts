import type { NetworkState, StepEngine } from '../../../../model/engine.js';
import { arrayAt, broken, numberAt, objectAt } from '../../../../model/json.js';
import { MemoryEngine } from '../../../../model/memory/memory-engine.js';
import { createSampler, type Sampler } from '../../../../model/sampler.js';
import type { MemoryExtension } from '../../../../plugin/index.js';
import { BAR_ODDS_SHAPE, BarMemory } from './bar-memory.js';

/** Bound on log-odds: e^30 is as good as certain, and the exponentials of a broken file stay finite. */
const SUREST = 30;

/**
 * Parses the bar recall of a model folder, `userDefinedMetadata.continuo.barRecall` in its model.json: log-odds in the order of
 * {@link BAR_ODDS_SHAPE}, returned as odds; undefined where it has none. Throws MODEL_BROKEN.
 */
export function parseBarOdds(value: unknown): Float64Array | undefined {
  if (value === undefined) return undefined;
  const place = 'model.json: userDefinedMetadata.continuo.barRecall.odds';
  const odds = arrayAt(objectAt(value, place).odds, place).map((odd) => numberAt(odd, place));
  const count = BAR_ODDS_SHAPE.reduce((product, size) => product * size, 1);
  if (odds.length === count && odds.every((odd) => Math.abs(odd) <= SUREST))
    return Float64Array.from(odds, Math.exp);
  throw broken(`${place}: expected ${count} numbers from -${SUREST} to ${SUREST}, got ${odds.length}`);
}

/** Adds recall of bars to the engine of a beat model where `odds` are given; else returns the engine itself. */
export function withBarRecall(engine: StepEngine, odds: Float64Array | undefined): StepEngine {
  return odds ? new BarRecallEngine(engine, odds) : engine;
}

/** The memory of bars that a model of the piano's may have. */
export const barRecall: MemoryExtension = {
  around(engine, { barRecall }, isOn) {
    const odds = parseBarOdds(barRecall);
    return isOn('recall') ? withBarRecall(engine, odds) : engine;
  },
};

class BarRecallEngine extends MemoryEngine<BarMemory> {
  readonly #sampler: Sampler;

  constructor(
    engine: StepEngine,
    private readonly odds: Float64Array,
  ) {
    super(engine);
    this.#sampler = createSampler(engine.spec.outputClasses);
  }

  protected override createMemory(): BarMemory {
    return new BarMemory(this.odds);
  }

  override step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array {
    const { outputClasses } = this.spec;
    const logits = this.engine.step(this.inner(states), tokens);
    for (let i = 0; i < states.length; i++) {
      const past = this.memory(states[i]!);
      past.push(tokens[i]!);
      if (!past.hasCandidates) continue;
      const own = logits.subarray(i * outputClasses, (i + 1) * outputClasses);
      past.apply(own, this.#sampler.logSumExp(own));
    }
    return logits;
  }
}
