import { ContinuoError } from '../../errors.js';
import type { NetworkState, StepEngine } from '../engine.js';
import { broken, firstPlanTokenAt, objectAt, sizeAt, tokensAt } from '../json.js';
import { BarCounter, type BarTokens, flags } from './bar-counter.js';
import { type Memory, MemoryEngine } from './memory-engine.js';

/**
 * Numbered bar lines of a model folder, `userDefinedMetadata.continuo.counting` in its model.json. A recurrent network of this
 * size does not count bars, so it does not know when a part is about to end, or which bar answers which. Such a network is fed
 * one of `numbers` extra input classes in place of the bar line.
 */
export interface CountingSpec extends BarTokens {
  /** Number of extra input classes: one for the first bar line of a part, then by the number of bars so far, cyclically. */
  readonly numbers: number;
}

/** Parses a folder's counting; undefined where it has none. `inputs`, `outputs`: the network's classes. Throws MODEL_BROKEN. */
export function parseCounting(value: unknown, inputs: number, outputs: number): CountingSpec | undefined {
  if (value === undefined) return undefined;
  const place = 'model.json: userDefinedMetadata.continuo.counting';
  const said = objectAt(value, place);
  const numbers = sizeAt(said.numbers, `${place}.numbers`);
  if (numbers < 2 || inputs !== outputs + numbers)
    throw broken(
      `${place}.numbers: expected 2 or more, and as many input classes beyond the ${outputs} output classes, got ${numbers} and ${inputs - outputs}`,
    );
  return {
    counted: tokensAt(said.counted, outputs, `${place}.counted`),
    resets: tokensAt(said.resets, outputs, `${place}.resets`),
    ...firstPlanTokenAt(said.unheard, outputs, `${place}.unheard`),
    numbers,
  };
}

/** Has an engine number bar lines where `spec` is given; else returns the engine itself. */
export function withCounting(engine: StepEngine, spec: CountingSpec | undefined): StepEngine {
  return spec ? new CountingEngine(engine, spec) : engine;
}

/** The input classes (time) for `tokens`, a whole piece with its start token. */
export function countedClasses(tokens: ArrayLike<number>, spec: CountingSpec, outputs: number): Int32Array {
  const counting = new CountingMemory(spec, outputs);
  return Int32Array.from(tokens, (token) => {
    const fed = counting.classOf(token);
    counting.push(token);
    return fed;
  });
}

class CountingEngine extends MemoryEngine<CountingMemory> {
  #classes = new Int32Array(1); // (session)

  constructor(
    engine: StepEngine,
    private readonly counting: CountingSpec,
  ) {
    super(engine, { ...engine.spec, inputClasses: engine.spec.outputClasses });
  }

  protected override createMemory(): CountingMemory {
    return new CountingMemory(this.counting, this.spec.outputClasses);
  }

  override step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array {
    const inner = this.inner(states);
    if (this.#classes.length !== tokens.length) this.#classes = new Int32Array(tokens.length);
    const classes = this.spec.inputClasses;
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!;
      if (!(token >= 0 && token < classes && Number.isInteger(token)))
        throw new ContinuoError('TOKEN_RANGE', `expected a token from 0 to ${classes - 1}, got ${token}`);
      this.#classes[i] = i < states.length ? this.memory(states[i]!).classOf(token) : token;
    }
    const logits = this.engine.step(inner, this.#classes);
    for (let i = 0; i < states.length; i++) this.memory(states[i]!).push(tokens[i]!);
    return logits;
  }
}

class CountingMemory implements Memory {
  readonly size = BarCounter.size;
  readonly #counter: BarCounter;

  constructor(
    private readonly spec: CountingSpec,
    private readonly outputs: number,
  ) {
    this.#counter = new BarCounter(
      flags(outputs, spec.counted),
      flags(outputs, spec.resets),
      spec.firstPlanToken,
    );
  }

  /** The input class of the next token. */
  classOf(token: number): number {
    const counter = this.#counter;
    if (!counter.counted[token]) return token;
    if (counter.lines === 0) return this.outputs;
    return this.outputs + 1 + ((counter.barsAfterLine() - 1) % (this.spec.numbers - 1));
  }

  push(token: number): void {
    this.#counter.push(token);
  }

  write(out: Float32Array): void {
    this.#counter.write(out, 0);
  }

  read(values: Float32Array): void {
    this.#counter.read(values, 0);
  }

  clear(): void {
    this.#counter.clear();
  }
}
