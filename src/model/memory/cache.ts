import type { NetworkState, StepEngine } from '../engine.js';
import { CacheMemory, CacheParameters } from './cache-memory.js';
import type { CacheSpec } from './cache-spec.js';
import { MemoryEngine } from './memory-engine.js';

/**
 * A recurrent network of this size knows the last seconds, and not that this verse has been played before. So every token is kept with
 * where the network stood before it, and where it stands much the same again, what came then is the likelier to come now: the
 * continuous cache of Grave, Joulin and Usunier (arXiv 1612.04426). An engine that has one, where the folder says so; else the
 * engine itself. Its snapshots point to the past, and hold no copy of it: it must be the outermost of what is around an engine.
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
