// One session's gates in one pass. `bytes` is the size of h: units x 4, a multiple of 16. The formulas are Keras 2's.

import { inverseSigmoid, sigmoid, tanh, tanhDenominator, tanhNumerator } from './math';

/**
 * z: (gate i, f, g, o; unit), before the activations. Moves h and c on in place: c = f c + i tanh(g), then h = o tanh(c),
 * in two loops, since one iteration of both waits too long for itself. Denominators are multiplied, since a division is slow.
 */
export function lstm(z: usize, h: usize, c: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const kept = f32x4.div(v128.load(c + at), inverseSigmoid(v128.load(z + bytes + at)));
    const g = tanhNumerator(v128.load(z + 2 * bytes + at));
    const i = inverseSigmoid(v128.load(z + at));
    v128.store(c + at, f32x4.add(kept, f32x4.div(g, f32x4.mul(i, tanhDenominator(g)))));
  }
  for (let at: usize = 0; at < bytes; at += 16) {
    const o = inverseSigmoid(v128.load(z + 3 * bytes + at));
    const t = tanhNumerator(v128.load(c + at));
    v128.store(h + at, f32x4.div(t, f32x4.mul(o, tanhDenominator(t))));
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

/** z, candidate: (unit) before the activations. h = z h + (1 - z) tanh(candidate), written with one product; in place. */
export function gruUpdate(z: usize, candidate: usize, h: usize, bytes: usize): void {
  for (const end = h + bytes; h < end; h += 16) {
    const fresh = tanh(v128.load(candidate));
    const held = f32x4.sub(v128.load(h), fresh);
    v128.store(h, f32x4.add(fresh, f32x4.mul(sigmoid(v128.load(z)), held)));
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
