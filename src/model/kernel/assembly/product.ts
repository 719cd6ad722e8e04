// Matrix times vector, for one or several sessions, each sum formed in the same order however many there are.
//
// Weights lie in panels of 16 rows (a row makes one output), and in a panel by depth, so that one pass reads memory
// once from front to back. A panel fits the first cache: four sessions at a time share what was loaded, and the
// groups of four reuse the panel before the next one is touched.
//
// x is interleaved: (depth, session) in float32, (depth / 2, session, 2) in int16. out: (session, row) float32, which
// holds the bias, or what else the sums begin with; rows are padded to whole panels.

/** weights: (panel, depth, 16) float32; depth is even. outStep: bytes from session to session. */
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
  for (let p = 0; p < panels; p++) {
    let i = 0;
    for (; i + 4 <= sessions; i += 4) {
      const xi = x + ((<usize>i) << 2);
      const o = out + <usize>i * outStep;
      float32Four(weights, weights + size, xi, step, o, outStep);
      float32Four(weights + 32, weights + size, xi, step, o + 32, outStep);
    }
    for (; i < sessions; i++)
      float32One(weights, weights + size, x + ((<usize>i) << 2), step, out + <usize>i * outStep);
    weights += size;
    out += 64;
  }
}

/** 16 rows, one session. */
function float32One(w: usize, end: usize, x: usize, step: usize, out: usize): void {
  let a0 = v128.load(out),
    a1 = v128.load(out, 16),
    a2 = v128.load(out, 32),
    a3 = v128.load(out, 48);
  while (w < end) {
    let v = v128.load32_splat(x);
    a0 = f32x4.add(a0, f32x4.mul(v, v128.load(w)));
    a1 = f32x4.add(a1, f32x4.mul(v, v128.load(w, 16)));
    a2 = f32x4.add(a2, f32x4.mul(v, v128.load(w, 32)));
    a3 = f32x4.add(a3, f32x4.mul(v, v128.load(w, 48)));
    x += step;
    v = v128.load32_splat(x);
    a0 = f32x4.add(a0, f32x4.mul(v, v128.load(w, 64)));
    a1 = f32x4.add(a1, f32x4.mul(v, v128.load(w, 80)));
    a2 = f32x4.add(a2, f32x4.mul(v, v128.load(w, 96)));
    a3 = f32x4.add(a3, f32x4.mul(v, v128.load(w, 112)));
    x += step;
    w += 128;
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
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
 * weights: (panel, depth / 2, 16, 2) int8; scales: (panel, 16) float32, what one unit of the integer sum is worth;
 * depth is a multiple of 4. The integer sums may not pass 2^31: see layout.ts for how x is scaled.
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
  for (let p = 0; p < panels; p++) {
    let i = 0;
    for (; i + 4 <= sessions; i += 4) {
      const xi = x + ((<usize>i) << 2);
      const o = out + <usize>i * outStep;
      int8Four(weights, weights + size, scales, xi, step, o, outStep);
      int8Four(weights + 16, weights + size, scales + 32, xi, step, o + 32, outStep);
    }
    for (; i < sessions; i++)
      int8One(weights, weights + size, scales, x + ((<usize>i) << 2), step, out + <usize>i * outStep);
    weights += size;
    scales += 64;
    out += 64;
  }
}

/** Adds four rows' integer sums, times their scales, to out. */
function addScaled(out: usize, sums: v128, scales: v128): void {
  v128.store(out, f32x4.add(v128.load(out), f32x4.mul(f32x4.convert_i32x4_s(sums), scales)));
}

/** 16 rows, one session. */
function int8One(w: usize, end: usize, scales: usize, x: usize, step: usize, out: usize): void {
  let a0 = i32x4.splat(0),
    a1 = i32x4.splat(0),
    a2 = i32x4.splat(0),
    a3 = i32x4.splat(0);
  while (w < end) {
    let v = v128.load32_splat(x);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v, v128.load8x8_s(w)));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v, v128.load8x8_s(w, 8)));
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(v, v128.load8x8_s(w, 16)));
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(v, v128.load8x8_s(w, 24)));
    x += step;
    v = v128.load32_splat(x);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v, v128.load8x8_s(w, 32)));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v, v128.load8x8_s(w, 40)));
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(v, v128.load8x8_s(w, 48)));
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(v, v128.load8x8_s(w, 56)));
    x += step;
    w += 64;
  }
  addScaled(out, a0, v128.load(scales));
  addScaled(out + 16, a1, v128.load(scales, 16));
  addScaled(out + 32, a2, v128.load(scales, 32));
  addScaled(out + 48, a3, v128.load(scales, 48));
}

/** 8 rows, four sessions. */
function int8Four(
  w: usize,
  end: usize,
  scales: usize,
  x: usize,
  step: usize,
  out: usize,
  outStep: usize,
): void {
  let a0 = i32x4.splat(0),
    a1 = i32x4.splat(0),
    a2 = i32x4.splat(0),
    a3 = i32x4.splat(0);
  let b0 = i32x4.splat(0),
    b1 = i32x4.splat(0),
    b2 = i32x4.splat(0),
    b3 = i32x4.splat(0);
  while (w < end) {
    const a = v128.load8x8_s(w),
      b = v128.load8x8_s(w, 8);
    let v = v128.load32_splat(x);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v, a));
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(v, b));
    v = v128.load32_splat(x, 4);
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v, a));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(v, b));
    v = v128.load32_splat(x, 8);
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(v, a));
    b2 = i32x4.add(b2, i32x4.dot_i16x8_s(v, b));
    v = v128.load32_splat(x, 12);
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(v, a));
    b3 = i32x4.add(b3, i32x4.dot_i16x8_s(v, b));
    x += step;
    w += 32;
  }
  const a = v128.load(scales),
    b = v128.load(scales, 16);
  addScaled(out, a0, a);
  addScaled(out + 16, b0, b);
  out += outStep;
  addScaled(out, a1, a);
  addScaled(out + 16, b1, b);
  out += outStep;
  addScaled(out, a2, a);
  addScaled(out + 16, b2, b);
  out += outStep;
  addScaled(out, a3, a);
  addScaled(out + 16, b3, b);
}
