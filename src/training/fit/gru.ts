import type { Tensor2D } from '@tensorflow/tfjs-core';
import { kept, moment, type Recurrence, sigmoidSlope, tanh, transposedProduct } from './layer.js';

/** h = z h + (1 - z) n, where n = tanh(x + (r h) R): the reset gate r comes before the product. Gates z, r, n. */
export const gru: Recurrence = (tf, { gates, recurrent, state: [h0], keeps }) => {
  const [batch, units] = h0!.shape;
  const time = gates.shape[0] / batch;
  const parts = (rows: Tensor2D) => tf.split(rows, [2 * units, units], 1) as [Tensor2D, Tensor2D];

  const [ofGates, ofCandidate] = parts(recurrent);
  const moments: Record<'from' | 'squashed' | 'candidate' | 'reset' | 'h', Tensor2D>[] = [];
  let h = h0!;
  for (let t = 0; t < time; t++) {
    const from = kept(tf, h, keeps[t]);
    const now = tf.tidy(() => {
      const [x, xCandidate] = parts(moment(tf, gates, t, batch));
      const squashed: Tensor2D = tf.sigmoid(tf.add(x, tf.matMul(from, ofGates)));
      const [z, r] = tf.split(squashed, 2, 1) as Tensor2D[];
      const reset: Tensor2D = tf.mul(r!, from);
      const candidate = tanh(tf, tf.add(xCandidate, tf.matMul(reset, ofCandidate)));
      const next: Tensor2D = tf.add(candidate, tf.mul(z!, tf.sub(from, candidate)));
      return { squashed, candidate, reset, h: next };
    });
    moments.push({ ...now, from });
    h = now.h;
  }

  return {
    outputs: tf.concat(moments.map((now) => now.h)),
    state: [h],
    back(dOutputs, carried) {
      const [gatesBack, candidateBack] = [tf.transpose(ofGates), tf.transpose(ofCandidate)];
      const dGates = new Array<Tensor2D>(time);
      const dCandidates = new Array<Tensor2D>(time);
      let dh: Tensor2D = tf.zerosLike(h);
      for (let t = time - 1; t >= 0; t--) {
        const { from, squashed, candidate } = moments[t]!;
        const now = tf.tidy(() => {
          const [z, r] = tf.split(squashed, 2, 1) as Tensor2D[];
          const dNow: Tensor2D = tf.add(moment(tf, dOutputs, t, batch), dh);
          const dCandidate: Tensor2D = tf.mul(tf.mul(dNow, tf.sub(1, z!)), tf.sub(1, tf.square(candidate)));
          const dReset = tf.matMul(dCandidate, candidateBack) as Tensor2D;
          const dSquashed = tf.concat(
            [tf.mul(dNow, tf.sub(from, candidate)) as Tensor2D, tf.mul(dReset, from) as Tensor2D],
            1,
          );
          const dGate: Tensor2D = tf.mul(dSquashed, sigmoidSlope(tf, squashed));
          const dBefore: Tensor2D = tf.add(
            tf.add(tf.mul(dNow, z!), tf.mul(dReset, r!)),
            tf.matMul(dGate, gatesBack),
          );
          return { dGate, dCandidate, dBefore: kept(tf, dBefore, keeps[t]) };
        });
        dGates[t] = now.dGate;
        dCandidates[t] = now.dCandidate;
        tf.dispose(dh);
        dh = now.dBefore;
        carried?.(t, [dh]);
      }
      const [gate, candidate] = [tf.concat(dGates), tf.concat(dCandidates)];
      const states = tf.concat(moments.map((now) => now.from));
      const resets = tf.concat(moments.map((now) => now.reset));
      return {
        gates: tf.concat([gate, candidate], 1),
        recurrent: tf.concat(
          [transposedProduct(tf, states, gate), transposedProduct(tf, resets, candidate)],
          1,
        ),
      };
    },
  };
};
