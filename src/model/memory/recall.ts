import type { NetworkState, StepEngine } from '../engine.js';
import { createSampler, type Sampler } from '../sampler.js';
import { MemoryEngine } from './memory-engine.js';
import { RecallMemory, RecallParameters } from './recall-memory.js';
import type { RecallSpec } from './recall-odds.js';

/**
 * Adds recall of earlier bars to an engine where `spec` is given; else returns the engine itself. A recurrent network of this size
 * hardly learns to repeat a bar. So each bar is modelled as a mixture: it is written by the network alone, or it follows one of the
 * earlier bars. {@link RecallMemory} keeps the posterior of which; the logits become those of the mixture.
 */
export function withRecall(engine: StepEngine, spec: RecallSpec | undefined): StepEngine {
  return spec ? new RecallEngine(engine, spec) : engine;
}

class RecallEngine extends MemoryEngine<RecallMemory> {
  readonly #rules: RecallParameters;
  readonly #sampler: Sampler;

  constructor(engine: StepEngine, recall: RecallSpec) {
    super(engine);
    this.#rules = new RecallParameters(recall, engine.spec.inputClasses);
    this.#sampler = createSampler(engine.spec.outputClasses);
  }

  protected override createMemory(): RecallMemory {
    return new RecallMemory(this.#rules);
  }

  override step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array {
    const { outputClasses } = this.spec;
    const logits = this.engine.step(this.inner(states), tokens);
    for (let i = 0; i < states.length; i++) {
      const past = this.memory(states[i]!);
      past.push(tokens[i]!);
      if (past.candidateCount > 0)
        this.#mix(logits.subarray(i * outputClasses, (i + 1) * outputClasses), past);
    }
    return logits;
  }

  /** Writes the mixture into `logits` (class). Only candidates change: a distribution is invariant to a common offset of all logits. */
  #mix(logits: Float32Array, past: RecallMemory): void {
    const normaliser = this.#sampler.logSumExp(logits);
    let share = 0;
    for (let i = 0; i < past.candidateCount; i++) share += past.weights[i]!;
    // The others keep (1 - share) exp(logit - normaliser), which is as if the normaliser were this.
    const others = normaliser - Math.log(1 - share);
    for (let i = 0; i < past.candidateCount; i++) {
      const token = past.candidates[i]!;
      const alone = Math.exp(logits[token]! - normaliser);
      past.setNetworkProbability(i, alone);
      logits[token] = others + Math.log((1 - share) * alone + past.weights[i]!);
    }
  }
}
