import type { NetworkState, StepEngine } from '../engine.js';
import { CacheMemory, CacheParameters } from './cache-memory.js';
import type { CacheSpec } from './cache-spec.js';
import { MemoryEngine } from './memory-engine.js';

/**
 * Adds a continuous cache to an engine (Grave, Joulin and Usunier, arXiv 1612.04426) where `spec` is given. A recurrent network of
 * this size knows the last seconds, but not that this verse was played before. So each token is stored with the hidden state
 * before it; where the present state is similar, that token becomes likelier. Snapshots refer to the stored tokens and do not
 * copy them, so this must be the outermost engine.
 */
export function withCache(engine: StepEngine, spec: CacheSpec | undefined): StepEngine {
  return spec ? new CacheEngine(engine, spec) : engine;
}

class CacheEngine extends MemoryEngine<CacheMemory> {
  readonly #rules: CacheParameters;

  constructor(engine: StepEngine, spec: CacheSpec) {
    super(engine);
    this.#rules = new CacheParameters(spec);
  }

  protected override createMemory(): CacheMemory {
    return new CacheMemory(this.#rules);
  }

  override step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array {
    const inner = this.inner(states);
    for (let i = 0; i < states.length; i++) this.memory(states[i]!).setQuery(inner[i]!.hidden);
    const logits = this.engine.step(inner, tokens);
    const { outputClasses } = this.spec;
    for (let i = 0; i < states.length; i++) {
      const own = logits.subarray(i * outputClasses, (i + 1) * outputClasses);
      this.memory(states[i]!).push(tokens[i]!, inner[i]!.hidden, own);
    }
    return logits;
  }
}
