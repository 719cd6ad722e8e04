// Matrix times vector, for one or several sessions, each sum formed in the same order however many there are.
//
// Weights lie in panels of 16 rows (a row makes one output), and in a panel by depth. Panels are even in number, and a
// panel of the first half goes with one of the second: memory is read once, as two streams, which is faster than as one.
// A panel fits the first cache: four sessions at a time share what was loaded, and the groups of four reuse the panels
// before the next ones are touched.
//
// x is interleaved: (depth, session) in float32, (depth / 2, session, 2) in int16. out: (session, row) float32, which
// holds the bias, or what else the sums begin with; rows are padded to whole panels.

/** weights: (panel, depth, 16) float32. outStep: bytes from session to session. */
export function productFloat32(
  weights: usize,
  panels: i32,
  depth: i32,
  x: usize,
  sessions: i32,
  out: usize,
  outStep: usize,
): void {
  const step = (<usize>sessions) << 2;
  const size = (<usize>depth) << 6;
  const half = <usize>panels >> 1;
  const other = half * size;
  const otherOut = half << 6;
  for (let p: usize = 0; p < half; p++) {
    const end = weights + size;
    let i = 0;
    for (; i + 4 <= sessions; i += 4) {
      const xi = x + ((<usize>i) << 2);
      const o = out + <usize>i * outStep;
      float32Four(weights, end, xi, step, o, outStep);
      float32Four(weights + 32, end, xi, step, o + 32, outStep);
      float32Four(weights + other, end + other, xi, step, o + otherOut, outStep);
      float32Four(weights + other + 32, end + other, xi, step, o + otherOut + 32, outStep);
    }
    for (; i < sessions; i++) {
      const o = out + <usize>i * outStep;
      float32One(weights, end, weights + other, x + ((<usize>i) << 2), step, o, o + otherOut);
    }
    weights = end;
    out += 64;
  }
}

/** 16 rows at w and 16 at u, one session. */
function float32One(w: usize, end: usize, u: usize, x: usize, step: usize, out: usize, outU: usize): void {
  let a0 = v128.load(out),
    a1 = v128.load(out, 16),
    a2 = v128.load(out, 32),
    a3 = v128.load(out, 48);
  let b0 = v128.load(outU),
    b1 = v128.load(outU, 16),
    b2 = v128.load(outU, 32),
    b3 = v128.load(outU, 48);
  while (w < end) {
    const v = v128.load32_splat(x);
    a0 = f32x4.add(a0, f32x4.mul(v, v128.load(w)));
    a1 = f32x4.add(a1, f32x4.mul(v, v128.load(w, 16)));
    a2 = f32x4.add(a2, f32x4.mul(v, v128.load(w, 32)));
    a3 = f32x4.add(a3, f32x4.mul(v, v128.load(w, 48)));
    b0 = f32x4.add(b0, f32x4.mul(v, v128.load(u)));
    b1 = f32x4.add(b1, f32x4.mul(v, v128.load(u, 16)));
    b2 = f32x4.add(b2, f32x4.mul(v, v128.load(u, 32)));
    b3 = f32x4.add(b3, f32x4.mul(v, v128.load(u, 48)));
    x += step;
    w += 64;
    u += 64;
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
  v128.store(outU, b0);
  v128.store(outU, b1, 16);
  v128.store(outU, b2, 32);
  v128.store(outU, b3, 48);
}

/** 8 rows, four sessions. */
function float32Four(w: usize, end: usize, x: usize, step: usize, out: usize, outStep: usize): void {
  const out1 = out + outStep,
    out2 = out1 + outStep,
    out3 = out2 + outStep;
  let a0 = v128.load(out),
    b0 = v128.load(out, 16);
  let a1 = v128.load(out1),
    b1 = v128.load(out1, 16);
  let a2 = v128.load(out2),
    b2 = v128.load(out2, 16);
  let a3 = v128.load(out3),
    b3 = v128.load(out3, 16);
  while (w < end) {
    const a = v128.load(w),
      b = v128.load(w, 16);
    let v = v128.load32_splat(x);
    a0 = f32x4.add(a0, f32x4.mul(v, a));
    b0 = f32x4.add(b0, f32x4.mul(v, b));
    v = v128.load32_splat(x, 4);
    a1 = f32x4.add(a1, f32x4.mul(v, a));
    b1 = f32x4.add(b1, f32x4.mul(v, b));
    v = v128.load32_splat(x, 8);
    a2 = f32x4.add(a2, f32x4.mul(v, a));
    b2 = f32x4.add(b2, f32x4.mul(v, b));
    v = v128.load32_splat(x, 12);
    a3 = f32x4.add(a3, f32x4.mul(v, a));
    b3 = f32x4.add(b3, f32x4.mul(v, b));
    x += step;
    w += 64;
  }
  v128.store(out, a0);
  v128.store(out, b0, 16);
  v128.store(out1, a1);
  v128.store(out1, b1, 16);
  v128.store(out2, a2);
  v128.store(out2, b2, 16);
  v128.store(out3, a3);
  v128.store(out3, b3, 16);
}

/**
 * weights: (panel, depth / 2, 2 groups, 4 rows, 2) 16-bit words; depth is even. A word holds the weights of
 * two rows of a group of eight: in its high byte row 4 + j's, in its low byte row j's plus 128. So one load and one
 * shift make factors for eight rows: the shifted word is the high weight; the word itself is 256 times it plus the low
 * byte, and what is too much is taken away once, after the loop. Sums wrap at 2^32 on the way, which does no harm
 * as long as the true ones stay below 2^31: see layout.ts for how x is scaled.
 * scales: (panel, 16) float32, what one unit of an integer sum is worth. Behind x there must be room for (session) int32.
 */
export function productInt8(
  weights: usize,
  scales: usize,
  panels: i32,
  depth: i32,
  x: usize,
  sessions: i32,
  out: usize,
  outStep: usize,
): void {
  const step = (<usize>sessions) << 2;
  const size = (<usize>depth) << 4;
  const sums = x + (<usize>depth >> 1) * step;
  for (let i = 0; i < sessions; i++)
    store<i32>(sums + ((<usize>i) << 2), inputSum(x + ((<usize>i) << 2), sums, step) << 7);
  const half = <usize>panels >> 1;
  const other = half * size;
  const otherOut = half << 6;
  for (let p: usize = 0; p < half; p++) {
    const end = weights + size;
    let i = 0;
    for (; i + 4 <= sessions; i += 4) {
      const xi = x + ((<usize>i) << 2);
      const o = out + <usize>i * outStep;
      const excess = sums + ((<usize>i) << 2);
      int8Four(weights, end, scales, xi, step, excess, o, outStep);
      int8Four(weights + 16, end, scales + 32, xi, step, excess, o + 32, outStep);
      int8Four(weights + other, end + other, scales + otherOut, xi, step, excess, o + otherOut, outStep);
      int8Four(
        weights + other + 16,
        end + other,
        scales + otherOut + 32,
        xi,
        step,
        excess,
        o + otherOut + 32,
        outStep,
      );
    }
    for (; i < sessions; i++) {
      const session = (<usize>i) << 2;
      const o = out + <usize>i * outStep;
      int8One(weights, end, weights + other, scales, otherOut, x + session, step, sums + session, o);
    }
    weights = end;
    scales += 64;
    out += 64;
  }
}

/** The sum of a session's inputs: each low row's sum is 128 times that too large. */
function inputSum(x: usize, end: usize, step: usize): i32 {
  let sum = 0;
  for (; x < end; x += step) sum += load<i16>(x) + load<i16>(x, 2);
  return sum;
}

/** Adds a group's integer sums, times their scales, to out. low and high are as the loops leave them. */
function addScaled(out: usize, low: v128, high: v128, excess: v128, scales: usize): void {
  low = i32x4.sub(i32x4.sub(low, i32x4.shl(high, 8)), excess);
  v128.store(out, f32x4.add(v128.load(out), f32x4.mul(f32x4.convert_i32x4_s(low), v128.load(scales))));
  high = f32x4.mul(f32x4.convert_i32x4_s(high), v128.load(scales, 16));
  v128.store(out, f32x4.add(v128.load(out, 16), high), 16);
}

/** 16 rows at w and 16 at u, whose scales and outputs lie `other` bytes on; one session. */
function int8One(
  w: usize,
  end: usize,
  u: usize,
  scales: usize,
  other: usize,
  x: usize,
  step: usize,
  excess: usize,
  out: usize,
): void {
  let low0 = i32x4.splat(0),
    high0 = i32x4.splat(0),
    low1 = i32x4.splat(0),
    high1 = i32x4.splat(0);
  let low2 = i32x4.splat(0),
    high2 = i32x4.splat(0),
    low3 = i32x4.splat(0),
    high3 = i32x4.splat(0);
  while (w < end) {
    const v = v128.load32_splat(x);
    let a = v128.load(w),
      b = v128.load(w, 16);
    low0 = i32x4.add(low0, i32x4.dot_i16x8_s(v, a));
    high0 = i32x4.add(high0, i32x4.dot_i16x8_s(v, i16x8.shr_s(a, 8)));
    low1 = i32x4.add(low1, i32x4.dot_i16x8_s(v, b));
    high1 = i32x4.add(high1, i32x4.dot_i16x8_s(v, i16x8.shr_s(b, 8)));
    a = v128.load(u);
    b = v128.load(u, 16);
    low2 = i32x4.add(low2, i32x4.dot_i16x8_s(v, a));
    high2 = i32x4.add(high2, i32x4.dot_i16x8_s(v, i16x8.shr_s(a, 8)));
    low3 = i32x4.add(low3, i32x4.dot_i16x8_s(v, b));
    high3 = i32x4.add(high3, i32x4.dot_i16x8_s(v, i16x8.shr_s(b, 8)));
    x += step;
    w += 32;
    u += 32;
  }
  const e = v128.load32_splat(excess);
  addScaled(out, low0, high0, e, scales);
  addScaled(out + 32, low1, high1, e, scales + 32);
  addScaled(out + other, low2, high2, e, scales + other);
  addScaled(out + other + 32, low3, high3, e, scales + other + 32);
}

/** 8 rows, four sessions. */
function int8Four(
  w: usize,
  end: usize,
  scales: usize,
  x: usize,
  step: usize,
  excess: usize,
  out: usize,
  outStep: usize,
): void {
  let low0 = i32x4.splat(0),
    low1 = i32x4.splat(0),
    low2 = i32x4.splat(0),
    low3 = i32x4.splat(0);
  let high0 = i32x4.splat(0),
    high1 = i32x4.splat(0),
    high2 = i32x4.splat(0),
    high3 = i32x4.splat(0);
  while (w < end) {
    const low = v128.load(w),
      high = i16x8.shr_s(low, 8);
    let v = v128.load32_splat(x);
    low0 = i32x4.add(low0, i32x4.dot_i16x8_s(v, low));
    high0 = i32x4.add(high0, i32x4.dot_i16x8_s(v, high));
    v = v128.load32_splat(x, 4);
    low1 = i32x4.add(low1, i32x4.dot_i16x8_s(v, low));
    high1 = i32x4.add(high1, i32x4.dot_i16x8_s(v, high));
    v = v128.load32_splat(x, 8);
    low2 = i32x4.add(low2, i32x4.dot_i16x8_s(v, low));
    high2 = i32x4.add(high2, i32x4.dot_i16x8_s(v, high));
    v = v128.load32_splat(x, 12);
    low3 = i32x4.add(low3, i32x4.dot_i16x8_s(v, low));
    high3 = i32x4.add(high3, i32x4.dot_i16x8_s(v, high));
    x += step;
    w += 32;
  }
  addScaled(out, low0, high0, v128.load32_splat(excess), scales);
  addScaled(out + outStep, low1, high1, v128.load32_splat(excess, 4), scales);
  addScaled(out + 2 * outStep, low2, high2, v128.load32_splat(excess, 8), scales);
  addScaled(out + 3 * outStep, low3, high3, v128.load32_splat(excess, 12), scales);
}
