// The cache's arithmetic; src/model/cache-past.ts says what for. Widths are multiples of 16.

/** out (width) f32: x (unit) f32 times matrix (unit + 1, width) f32, whose last row is added. */
export function cacheProject(x: usize, units: i32, matrix: usize, width: i32, out: usize): void {
  const row = (<usize>width) << 2;
  for (let column: usize = 0; column < row; column += 64) {
    let w = matrix + column;
    let a0 = f32x4.splat(0),
      a1 = f32x4.splat(0),
      a2 = f32x4.splat(0),
      a3 = f32x4.splat(0);
    let value = x;
    for (const end = x + ((<usize>units) << 2); value < end; value += 4) {
      const v = v128.load32_splat(value);
      a0 = f32x4.add(a0, f32x4.mul(v, v128.load(w)));
      a1 = f32x4.add(a1, f32x4.mul(v, v128.load(w, 16)));
      a2 = f32x4.add(a2, f32x4.mul(v, v128.load(w, 32)));
      a3 = f32x4.add(a3, f32x4.mul(v, v128.load(w, 48)));
      w += row;
    }
    v128.store(out + column, f32x4.add(a0, v128.load(w)));
    v128.store(out + column, f32x4.add(a1, v128.load(w, 16)), 16);
    v128.store(out + column, f32x4.add(a2, v128.load(w, 32)), 32);
    v128.store(out + column, f32x4.add(a3, v128.load(w, 48)), 48);
  }
}

/**
 * For each of `count` keys (width) int8, from -127 to 127, adds to weights (class) f64, at its class (key) i32, what `table` (product) f64 says of its scalar
 * product with `key`, where that is more than 0.
 */
export function cacheWeigh(
  keys: usize,
  classes: usize,
  count: i32,
  width: i32,
  key: usize,
  table: usize,
  weights: usize,
): void {
  const end = key + <usize>width;
  for (let i = 0; i < count; i++) {
    let sum = i32x4.splat(0);
    for (let k = key; k < end; k += 16) {
      const a = v128.load(k);
      const b = v128.load(keys);
      // Two products of at most 127 x 127 are still an int16.
      const pairs = i16x8.add(i16x8.extmul_low_i8x16_s(a, b), i16x8.extmul_high_i8x16_s(a, b));
      sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(pairs));
      keys += 16;
    }
    const product =
      i32x4.extract_lane(sum, 0) +
      i32x4.extract_lane(sum, 1) +
      i32x4.extract_lane(sum, 2) +
      i32x4.extract_lane(sum, 3);
    if (product > 0) {
      const at = weights + ((<usize>load<i32>(classes + ((<usize>i) << 2))) << 3);
      store<f64>(at, load<f64>(at) + load<f64>(table + ((<usize>product) << 3)));
    }
  }
}

/**
 * Adds to each logit (token) f32 ln(1 + w / p): w is the weight (class) f64 of its class (token) i32, and p what the network gives
 * that class, at least `least`. Shares within a class stay as they are. What it works in: shares (class) f64.
 */
export function cacheMix(
  logits: usize,
  tokens: i32,
  classes: usize,
  weights: usize,
  count: i32,
  least: f64,
  shares: usize,
): void {
  memory.fill(shares, 0, (<usize>count) << 3);
  let max: f32 = -f32.MAX_VALUE;
  for (let i = 0; i < tokens; i++) {
    const logit = load<f32>(logits + ((<usize>i) << 2));
    if (logit > max) max = logit;
  }
  let total: f64 = 0;
  for (let i = 0; i < tokens; i++) {
    const share = NativeMath.exp(<f64>load<f32>(logits + ((<usize>i) << 2)) - <f64>max);
    const at = shares + ((<usize>load<i32>(classes + ((<usize>i) << 2))) << 3);
    store<f64>(at, load<f64>(at) + share);
    total += share;
  }
  for (let kind = 0; kind < count; kind++) {
    const at = shares + ((<usize>kind) << 3);
    const weight = load<f64>(weights + ((<usize>kind) << 3));
    const share = load<f64>(at) / total;
    store<f64>(at, weight > 0 ? NativeMath.log1p(weight / (share > least ? share : least)) : 0);
  }
  for (let i = 0; i < tokens; i++) {
    const at = logits + ((<usize>i) << 2);
    const more = load<f64>(shares + ((<usize>load<i32>(classes + ((<usize>i) << 2))) << 3));
    store<f32>(at, <f32>(<f64>load<f32>(at) + more));
  }
}
