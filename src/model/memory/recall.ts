import type { NetworkState, StepEngine } from '../engine.js';
import { createSampler, type Sampler } from '../sampler.js';
import { MemoryEngine } from './memory-engine.js';
import { RecallMemory, RecallParameters } from './recall-memory.js';
import type { RecallSpec } from './recall-odds.js';

/**
 * A recurrent network of this size hardly learns to say a bar again. So each bar is taken to be written either by the network
 * alone, or after one of the earlier bars; which, is not known, and weighed by {@link RecallMemory}. The distribution is the mean of
 * what each of them gives. An engine that remembers, where the folder says so; else the engine itself.
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

  /** Raises the logits (class) of what may be followed, and leaves the others: a distribution does not change by what all have in common. */
  #mix(logits: Float32Array, past: RecallMemory): void {
    const normaliser = this.#sampler.logSumExp(logits);
    let share = 0;
    for (let i = 0; i < past.candidateCount; i++) share += past.weights[i]!;
    // Of the others, (1 - share) exp(logit - normaliser) is left: as much as if the normaliser were this.
    const others = normaliser - Math.log(1 - share);
    for (let i = 0; i < past.candidateCount; i++) {
      const token = past.candidates[i]!;
      const alone = Math.exp(logits[token]! - normaliser);
      past.setNetworkProbability(i, alone);
      logits[token] = others + Math.log((1 - share) * alone + past.weights[i]!);
    }
  }
}
