import type { Tensor2D } from '@tensorflow/tfjs-core';
import { kept, moment, type Recurrence, sigmoidSlope, tanh, transposedProduct } from './layer.js';

/**
 * c = f c + i g;  h = o tanh(c).  Gates i, f, g, o; the activation of g is tanh, that of the others a sigmoid. One sigmoid computes all
 * four, because tanh(x) = 2 sigmoid(2x) - 1: g's columns are doubled before it.
 */
export const lstm: Recurrence = (tf, { gates, recurrent, state: [h0, c0], keeps }) => {
  const [batch, units] = h0!.shape;
  const time = gates.shape[0] / batch;
  const row = (...perGate: number[]) =>
    tf.tensor2d(
      Float32Array.from({ length: 4 * units }, (_, i) => perGate[Math.floor(i / units)]!),
      [1, 4 * units],
    );
  const split = (rows: Tensor2D) => tf.split(rows, 4, 1) as Tensor2D[];

  const doubled = row(1, 1, 2, 1);
  const fromInputs: Tensor2D = tf.mul(gates, doubled);
  const matrix: Tensor2D = tf.mul(recurrent, doubled);
  const moments: Record<'fromH' | 'fromC' | 'squashed' | 'h' | 'c' | 'tanhC', Tensor2D>[] = [];
  let [h, c] = [h0!, c0!];
  for (let t = 0; t < time; t++) {
    const [fromH, fromC] = [kept(tf, h, keeps[t]), kept(tf, c, keeps[t])];
    const now = tf.tidy(() => {
      const squashed: Tensor2D = tf.sigmoid(
        tf.add(moment(tf, fromInputs, t, batch), tf.matMul(fromH, matrix)),
      );
      const [i, f, s, o] = split(squashed);
      const next: Tensor2D = tf.add(tf.mul(f!, fromC), tf.mul(i!, tf.sub(tf.mul(s!, 2), 1)));
      const tanhC = tanh(tf, next);
      return { squashed, h: tf.mul(o!, tanhC) as Tensor2D, c: next, tanhC };
    });
    moments.push({ ...now, fromH, fromC });
    ({ h, c } = now);
  }

  return {
    outputs: tf.concat(moments.map((now) => now.h)),
    state: [h, c],
    back(dOutputs, carried) {
      const backward = tf.transpose(recurrent);
      const slope = row(1, 1, 4, 1); // g = 2 sigmoid(2x) - 1 is four times as steep
      const dGates = new Array<Tensor2D>(time);
      let dh: Tensor2D = tf.zerosLike(h);
      let dc: Tensor2D = tf.zerosLike(c);
      for (let t = time - 1; t >= 0; t--) {
        const { fromC, squashed, tanhC } = moments[t]!;
        const now = tf.tidy(() => {
          const [i, f, s, o] = split(squashed);
          const dNow: Tensor2D = tf.add(moment(tf, dOutputs, t, batch), dh);
          const dCell: Tensor2D = tf.add(dc, tf.mul(dNow, tf.mul(o!, tf.sub(1, tf.square(tanhC)))));
          const dSquashed = tf.concat(
            [
              tf.mul(dCell, tf.sub(tf.mul(s!, 2), 1)) as Tensor2D,
              tf.mul(dCell, fromC) as Tensor2D,
              tf.mul(dCell, i!) as Tensor2D,
              tf.mul(dNow, tanhC) as Tensor2D,
            ],
            1,
          );
          const d: Tensor2D = tf.mul(dSquashed, tf.mul(sigmoidSlope(tf, squashed), slope));
          const [dBefore, dCellBefore]: Tensor2D[] = [tf.matMul(d, backward), tf.mul(dCell, f!)];
          return { d, dh: kept(tf, dBefore!, keeps[t]), dc: kept(tf, dCellBefore!, keeps[t]) };
        });
        dGates[t] = now.d;
        tf.dispose([dh, dc]);
        ({ dh, dc } = now);
        carried?.(t, [dh, dc]);
      }
      const all = tf.concat(dGates);
      return {
        gates: all,
        recurrent: transposedProduct(tf, tf.concat(moments.map((now) => now.fromH)), all),
      };
    },
  };
};
