import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { ContinuoError } from '../../errors.js';
import { namedWeights, networkOf } from '../../model/named-weights.js';
import { inputWidth, type Network } from '../../model/network.js';
import type { NetworkSpec } from '../../model/spec.js';
import type { Tf } from '../../model/tfjs.js';
import { type Ranges, variations } from './augment.js';
import { type FedAs, feedOf } from './feed.js';
import { gradientsOf, type LayerStates } from './gradients.js';
import { Optimizer } from './optimizer.js';
import type { FitSettings } from './settings.js';
import { Streams, type StreamsPosition, type TokenPiece, type Windows } from './streams.js';

/** The whole state of a trainer, from which another goes on exactly. */
export interface TrainerState {
  /** Updates made, and targets learnt from. */
  readonly steps: number;
  readonly tokens: number;
  readonly position: StreamsPosition;
  /** Weights, the optimizer's moments, and the recurrent states, one after another. */
  readonly values: readonly Float32Array[];
}

/** What a trainer learns from. */
export interface TrainerMaterial extends FedAs {
  /** Pieces of two tokens at least. */
  readonly train: readonly TokenPiece[];
  /** The vocabulary's ranges, where pieces are to be varied as the settings say; none: they are learnt from as they are. */
  readonly ranges?: Ranges;
}

/** One network in training: weights, optimizer, streams, and the states that are carried from window to window. */
export class Trainer {
  steps = 0;
  tokens = 0;
  /** Norm of the last update's gradients over all weights, before clipping. */
  gradientNorm = 0;
  readonly spec: NetworkSpec;
  readonly #streams: Streams;
  readonly #optimizer: Optimizer;
  #weights: Tensor[];
  #state: LayerStates;

  constructor(
    private readonly tf: Tf,
    network: Network,
    material: TrainerMaterial,
    private readonly settings: FitSettings,
  ) {
    this.spec = network.spec;
    this.#streams = new Streams(
      material.train,
      settings,
      variations(material.ranges ?? [], settings),
      feedOf(material, network.spec.outputClasses),
    );
    this.#weights = namedWeights(network).map(({ values, shape }) =>
      tf.tensor(values.slice(), [...shape], 'float32'),
    );
    this.#optimizer = new Optimizer(tf, settings.optimizer, this.#weights);
    this.#state = zeroStates(tf, network.spec, settings.batch);
  }

  /** One update. Returns the mean nats a token of its windows. Throws TRAINING_DIVERGED where they are no number. */
  step(rate: number): number {
    const windows = this.#streams.windows();
    const { loss, norm, gradients, state } = this.#pass(windows);
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
      this.tf.dispose([gradients, state]);
      throw new ContinuoError(
        'TRAINING_DIVERGED',
        `After ${this.steps} updates the loss is ${loss} and the gradients' norm ${norm}: the training has diverged.`,
        'Train with a lower --rate; a tenth is a good start.',
      );
    }
    const { clip } = this.settings;
    this.gradientNorm = norm;
    this.steps++;
    this.#weights = this.#optimizer.update(this.#weights, gradients, {
      rate,
      scale: clip > 0 && norm > clip ? clip / norm : 1,
      step: this.steps,
    });
    this.tf.dispose([gradients, this.#state]);
    this.#state = state;
    this.tokens += windows.targets.length;
    return loss;
  }

  #pass(windows: Windows): { loss: number; norm: number; gradients: Tensor[]; state: LayerStates } {
    const { tf, spec } = this;
    const { loss, squares, gradients, state } = tf.tidy(() => {
      const masks = this.#masks();
      const pass = gradientsOf(tf, { spec, weights: this.#weights }, windows, {
        state: this.#state,
        ...(masks && { masks }),
      });
      const squares = tf.addN(pass.weights.map((gradient) => tf.sum(tf.square(gradient))));
      return { loss: pass.loss, squares, gradients: pass.weights, state: pass.state };
    });
    const result = {
      loss: loss.dataSync<'float32'>()[0]!,
      norm: Math.sqrt(squares.dataSync<'float32'>()[0]!),
      gradients,
      state,
    };
    tf.dispose([loss, squares]);
    return result;
  }

  /** The dropout masks of this step; they depend on (seed, step) alone. */
  #masks(): Tensor2D[] | undefined {
    const { tf, spec } = this;
    const { dropout, batch, seed } = this.settings;
    if (dropout === 0) return undefined;
    const widths = [...spec.layers.map((_, index) => inputWidth(spec, index)), spec.layers.at(-1)!.units];
    return widths.map((width, index) => {
      const draws = tf.randomUniform([batch, width], 0, 1, 'float32', `${seed} ${this.steps} ${index}`);
      return tf.div(tf.cast(tf.greaterEqual(draws, dropout), 'float32'), 1 - dropout) as Tensor2D;
    });
  }

  /** The network as it is now; a copy. */
  network(): Network {
    return networkOf(this.spec, this.#weights.map(valuesOf));
  }

  get state(): TrainerState {
    const tensors = [...this.#weights, ...this.#optimizer.moments, ...this.#state.flat()];
    return {
      steps: this.steps,
      tokens: this.tokens,
      position: this.#streams.position,
      values: tensors.map(valuesOf),
    };
  }

  /** Goes on from where a trainer of the same network, pieces and settings was. */
  set state({ steps, tokens, position, values }: TrainerState) {
    const { tf } = this;
    const left = [...values];
    const renewed = (old: Tensor) => tf.tensor(left.shift()!, old.shape, 'float32');
    const weights = this.#weights.map(renewed);
    tf.dispose(this.#weights);
    this.#weights = weights;
    this.#optimizer.moments = this.#optimizer.moments.map(renewed);
    const state = this.#state.map((layer) => layer.map((part) => renewed(part) as Tensor2D));
    tf.dispose(this.#state);
    this.#state = state;
    this.steps = steps;
    this.tokens = tokens;
    this.#streams.position = position;
  }

  dispose(): void {
    this.tf.dispose([this.#weights, this.#state]);
    this.#optimizer.dispose();
  }
}

/** A copy, because the WASM backend may return a view of its memory. */
function valuesOf(tensor: Tensor): Float32Array {
  return Float32Array.from(tensor.dataSync<'float32'>());
}

/** The states with zeros where a piece begins. */
function zeroStates(tf: Tf, spec: NetworkSpec, batch: number): LayerStates {
  return spec.layers.map(({ cell, units }) =>
    Array.from({ length: cell === 'lstm' ? 2 : 1 }, () => tf.zeros([batch, units]) as Tensor2D),
  );
}
