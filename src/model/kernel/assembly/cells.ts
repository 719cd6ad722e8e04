// One session's gates in one pass. `bytes` is the size of h: units x 4, a multiple of 16. The formulas are Keras 2's.

import { sigmoid, tanh } from './math';

/** z: (gate i, f, g, o; unit), before the activations. Moves h and c on in place. */
export function lstm(z: usize, h: usize, c: usize, bytes: usize): void {
  for (const end = h + bytes; h < end; h += 16) {
    const i = sigmoid(v128.load(z));
    const f = sigmoid(v128.load(z + bytes));
    const g = tanh(v128.load(z + 2 * bytes));
    const o = sigmoid(v128.load(z + 3 * bytes));
    const cell = f32x4.add(f32x4.mul(f, v128.load(c)), f32x4.mul(i, g));
    v128.store(c, cell);
    v128.store(h, f32x4.mul(o, tanh(cell)));
    z += 16;
    c += 16;
  }
}

/** z: (gate z, r; unit) before the activations. Writes r h to `reset` (unit). */
export function gruReset(z: usize, h: usize, reset: usize, bytes: usize): void {
  for (const end = h + bytes; h < end; h += 16) {
    v128.store(reset, f32x4.mul(sigmoid(v128.load(z + bytes)), v128.load(h)));
    z += 16;
    reset += 16;
  }
}

/** z, candidate: (unit) before the activations. Moves h on in place. */
export function gruUpdate(z: usize, candidate: usize, h: usize, bytes: usize): void {
  for (const end = h + bytes; h < end; h += 16) {
    const keep = sigmoid(v128.load(z));
    const fresh = f32x4.mul(f32x4.sub(f32x4.splat(1), keep), tanh(v128.load(candidate)));
    v128.store(h, f32x4.add(f32x4.mul(keep, v128.load(h)), fresh));
    z += 16;
    candidate += 16;
  }
}

/** z: (unit) before the activation. */
export function rnn(z: usize, h: usize, bytes: usize): void {
  for (const end = h + bytes; h < end; h += 16) {
    v128.store(h, tanh(v128.load(z)));
    z += 16;
  }
}
