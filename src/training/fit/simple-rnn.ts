import type { Tensor2D } from '@tensorflow/tfjs-core';
import { kept, moment, type Recurrence, tanh, transposedProduct } from './layer.js';

/** h = tanh(x + h R). */
export const simpleRnn: Recurrence = (tf, { gates, recurrent, state: [h0], keeps }) => {
  const batch = h0!.shape[0];
  const time = gates.shape[0] / batch;
  const [outputs, froms]: [Tensor2D[], Tensor2D[]] = [[], []];
  let h = h0!;
  for (let t = 0; t < time; t++) {
    const from = kept(tf, h, keeps[t]);
    froms.push(from);
    h = tf.tidy(() => tanh(tf, tf.add(moment(tf, gates, t, batch), tf.matMul(from, recurrent))));
    outputs.push(h);
  }
  return {
    outputs: tf.concat(outputs),
    state: [h],
    back(dOutputs, carried) {
      const backward = tf.transpose(recurrent);
      const dGates = new Array<Tensor2D>(time);
      let dh: Tensor2D = tf.zerosLike(h);
      for (let t = time - 1; t >= 0; t--) {
        const now = tf.tidy(() => {
          const dNow: Tensor2D = tf.add(moment(tf, dOutputs, t, batch), dh);
          const d: Tensor2D = tf.mul(dNow, tf.sub(1, tf.square(outputs[t]!)));
          return { d, dh: kept(tf, tf.matMul(d, backward), keeps[t]) };
        });
        dGates[t] = now.d;
        tf.dispose(dh);
        dh = now.dh;
        carried?.(t, [dh]);
      }
      const all = tf.concat(dGates);
      return { gates: all, recurrent: transposedProduct(tf, tf.concat(froms), all) };
    },
  };
};
