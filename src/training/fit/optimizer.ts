import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tf } from '../../model/tfjs.js';
import type { FitSettings } from './settings.js';

// Kingma and Ba's defaults, except the second: gradients of a few thousand tokens change faster than 0.999 forgets.
const BETA_1 = 0.9;
const BETA_2 = 0.98;
const EPSILON = 1e-8;

/** Updates weights by their gradients. `moments` are its whole state, so that training can go on exactly. */
export class Optimizer {
  /** Means of gradients, then of their squares, in the order of the weights; none for plain descent. */
  #moments: Tensor[];

  constructor(
    private readonly tf: Tf,
    private readonly kind: FitSettings['optimizer'],
    weights: readonly Tensor[],
  ) {
    const zeros = () => weights.map((weight) => tf.zerosLike(weight));
    this.#moments = kind === 'adam' ? [...zeros(), ...zeros()] : [];
  }

  get moments(): readonly Tensor[] {
    return this.#moments;
  }

  /** Takes over the moments of another optimizer, and owns the tensors from now on. */
  set moments(moments: readonly Tensor[]) {
    this.tf.dispose(this.#moments);
    this.#moments = [...moments];
  }

  /** The weights after update number `step` (from 1). Gradients are taken times `scale`. New tensors; the old are disposed. */
  update(
    weights: readonly Tensor[],
    gradients: readonly Tensor[],
    { rate, scale, step }: { readonly rate: number; readonly scale: number; readonly step: number },
  ): Tensor[] {
    const { tf } = this;
    const old = [...weights, ...this.#moments];
    const { next, moments } = tf.tidy(() => {
      const scaled = gradients.map((gradient) => (scale === 1 ? gradient : tf.mul(gradient, scale)));
      if (this.kind === 'sgd')
        return { next: weights.map((weight, i) => tf.sub(weight, tf.mul(scaled[i]!, rate))), moments: [] };
      const means = scaled.map((gradient, i) => towards(tf, this.#moments[i]!, gradient, BETA_1));
      const squares = scaled.map((gradient, i) =>
        towards(tf, this.#moments[weights.length + i]!, tf.square(gradient), BETA_2),
      );
      // Bias correction: moments begin at zero and are too small at first.
      const [first, second] = [1 - BETA_1 ** step, 1 - BETA_2 ** step];
      const next = weights.map((weight, i) => {
        const deviation = tf.add(tf.sqrt(tf.mul(squares[i]!, 1 / second)), EPSILON);
        return tf.sub(weight, tf.mul(tf.div(means[i]!, deviation), rate / first));
      });
      return { next, moments: [...means, ...squares] };
    });
    tf.dispose(old);
    this.#moments = moments;
    return next;
  }

  dispose(): void {
    this.tf.dispose(this.#moments);
  }
}

/** mean + (1 - keep) (value - mean) */
function towards(tf: Tf, mean: Tensor, value: Tensor, keep: number): Tensor {
  return tf.add(tf.mul(mean, keep), tf.mul(value, 1 - keep));
}
