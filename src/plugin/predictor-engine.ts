import type { Codec } from '../codec/codec.js';
import { ContinuoError } from '../errors.js';
import type { NetworkState, StepEngine } from '../model/engine.js';
import type { NetworkSpec } from '../model/spec.js';
import type { Predictor, PredictorExtension } from './predictor.js';

const NO_UNITS = new Float32Array(0);
/** Length of a state's snapshot array. The predictor's snapshot is kept beside the array, because no float can hold it. */
const SNAPSHOT_FLOATS = 1;

/** Wraps a plugin's predictor as an engine, so that sessions, files and takes need not know the difference. */
export function predictorEngine(extension: PredictorExtension, codec: Codec, plugin: string): StepEngine {
  return new PredictorEngine(extension, codec, plugin);
}

class PredictorEngine implements StepEngine {
  readonly name = 'predictor';
  readonly spec: NetworkSpec;
  steps = 0;
  #logits: Float32Array; // (session, class)

  constructor(
    private readonly extension: PredictorExtension,
    private readonly codec: Codec,
    private readonly plugin: string,
  ) {
    const { size } = codec.vocabulary;
    this.spec = { inputClasses: size, embedding: 0, layers: [], outputClasses: size };
    this.#logits = new Float32Array(size);
  }

  createState(): NetworkState {
    return new PredictorState(() => this.extension.open(this.codec));
  }

  step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array {
    const { outputClasses } = this.spec;
    if (states.length === 0 || states.length !== tokens.length)
      throw new ContinuoError(
        'STATE_SHAPE',
        `a step got ${states.length} states and ${tokens.length} tokens`,
      );
    if (this.#logits.length < states.length * outputClasses)
      this.#logits = new Float32Array(states.length * outputClasses);
    for (let i = 0; i < states.length; i++) {
      const state = states[i];
      if (!(state instanceof PredictorState))
        throw new ContinuoError('STATE_SHAPE', 'a step got a state that this engine did not make');
      this.#checkToken(tokens[i]!);
      const { predictor } = state;
      const logits = this.#logits.subarray(i * outputClasses, (i + 1) * outputClasses);
      predictor.feed(tokens[i]!);
      logits.fill(0);
      predictor.predict(logits);
      this.#checkLogits(logits);
      this.steps++;
    }
    return this.#logits.subarray(0, states.length * outputClasses);
  }

  #checkToken(token: number): void {
    const { outputClasses } = this.spec;
    if (token >= 0 && token < outputClasses && Number.isInteger(token)) return;
    throw new ContinuoError(
      'TOKEN_RANGE',
      `The codec ${this.codec.id} of the plugin ${this.plugin} gave the token ${token}; its vocabulary has 0 to ${outputClasses - 1}.`,
    );
  }

  #checkLogits(logits: Float32Array): void {
    let some = false;
    for (let token = 0; token < logits.length; token++) {
      const logit = logits[token]!;
      if (logit > Number.NEGATIVE_INFINITY) some = true;
      if (logit < Number.POSITIVE_INFINITY) continue; // neither NaN nor infinite; -Infinity is never
      throw new ContinuoError(
        'PLUGIN_FAILED',
        `The predictor of the plugin ${this.plugin} gave ${logit} as the logit of token ${token}.`,
        'A logit is a finite number, or -Infinity for what cannot come: the author of the plugin can mend it.',
      );
    }
    if (some) return;
    throw new ContinuoError(
      'PLUGIN_FAILED',
      `The predictor of the plugin ${this.plugin} gave -Infinity as the logit of every token, so that nothing can come next.`,
      'At least one logit is a finite number: the author of the plugin can mend it.',
    );
  }

  dispose(): void {}
}

/** The state of one stream: its own predictor. */
class PredictorState implements NetworkState {
  readonly size = SNAPSHOT_FLOATS;
  readonly hidden = NO_UNITS;
  readonly layers = [];
  predictor: Predictor;
  readonly #snapshots = new WeakMap<Float32Array, unknown>();

  constructor(private readonly open: () => Predictor) {
    this.predictor = open();
  }

  snapshot(out: Float32Array = new Float32Array(SNAPSHOT_FLOATS)): Float32Array {
    this.#snapshots.set(out, this.predictor.snapshot());
    return out;
  }

  restore(snapshot: Float32Array): void {
    if (!this.#snapshots.has(snapshot))
      throw new ContinuoError('STATE_SHAPE', 'a snapshot belongs to another stream than this one');
    this.predictor.restore(this.#snapshots.get(snapshot));
  }

  /** A plugin's snapshot may be anything, and no data: the tokens tell all that it depends on. */
  feedAgain(tokens: ArrayLike<number>): void {
    this.reset();
    for (let index = 0; index < tokens.length; index++) this.predictor.feed(tokens[index]!);
  }

  reset(): void {
    this.predictor = this.open();
  }

  free(): void {}
}
